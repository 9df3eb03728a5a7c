"""A small world with one of everything, for the tests that ask who sees what. Built by the people whom it belongs to.

What each person may read stands in `tests/oracle.py`, written from the rules and not from the code.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO

import pikepdf
from django.db import connection
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.viewer import Viewer, acting
from casework.commands.access import assign, declare_conflict, grant_to_agency
from casework.commands.cases import open_case
from casework.commands.decisions import decide
from casework.commands.parties import PartyDetails, add_party, copy_parties
from casework.commands.sealing import seal
from casework.demo.people import People
from casework.documents.content import MeetingLine, PackContent, to_json
from casework.models import (
    Action,
    Assessment,
    AssessmentAnswer,
    Attendance,
    Basis,
    Breach,
    Case,
    Condition,
    Connection,
    ConnectionToken,
    DecisionCase,
    Declaration,
    DisclosureDecision,
    EmergencyAccess,
    Hearing,
    HearingRisk,
    ImportBatch,
    ImportRow,
    InformationItem,
    InstrumentVersion,
    Intervention,
    InterventionType,
    ItemAudience,
    ItemRelease,
    ItemSource,
    KnownElsewhere,
    LegalGateway,
    MatchProposal,
    Meeting,
    Notice,
    OnwardRequest,
    Pack,
    PackDocument,
    Party,
    Referral,
    Report,
    ReportSource,
    ResearchReturn,
    RiskInstrument,
    ScreeningDecision,
    new_reference,
)  # fmt: skip
from tests.sharing import answers, any_power, decided

event_types.register(test_arranged="arranged a test")
TODAY = date.today()  # noqa: DTZ011 -- the meeting below must lie ahead of the database's clock
WINDOWED = {
    "harbourne-police": "dan",
    "harbourne-csc": "tess",
    "quay-street": "priya",
    "harbourne-probation": "sam",
    "harbourne-homes": "lena",
}


@dataclass
class World:
    """What was made, by a short name. `items` maps (case, author, audience) to the item."""

    people: People
    gateway: LegalGateway
    cases: dict[str, Case] = field(default_factory=dict)
    referrals: dict[str, Referral] = field(default_factory=dict)
    items: dict[tuple[str, str, str], InformationItem] = field(default_factory=dict)
    hearings: dict[str, Hearing] = field(default_factory=dict)
    actions: dict[tuple[str, str], Action] = field(default_factory=dict)
    packs: dict[str, Pack] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    meeting: Meeting | None = None

    def agency(self, slug: str):
        return self.people.agencies[slug]

    def panel(self, slug: str):
        return self.people.panels[slug]


def build(people: People) -> World:
    """Make the world. Each step is one transaction of one person."""
    world = World(people, any_power())
    _refer(world)
    _harbourne_cases(world)
    _meeting(world)
    _what_agencies_say(world)
    _packs(world)
    _asb(world)
    _northgate(world)
    _desk(world)
    _lawful(world)
    return world


def arranging(by: Viewer):
    return recording(by=by, event="test.arranged")


def _saved(record):
    record.save()
    return record


def _reference_row(model, **values):
    found = model.objects.filter(**{k: v for k, v in values.items() if k in ("code", "key")}).first()
    if found:
        return found
    with recording(by=_loader(), event="test.arranged"):
        return _saved(model(**values))


def _loader():
    from casework.demo.people import DEMO

    return DEMO


def _family(name: str) -> list[PartyDetails]:
    return [
        PartyDetails(
            "victim", "Vaughan" + name, "Vera", needs="needs quiet", born_on=date(1990, 5, 1), addresses=[("home", "1 Quay Walk", "HB1 1AA")],
            safe_addresses=[("refuge", "Refuge somewhere")], safe_contacts=[("mobile", "07700 900123", "yes", "after ten", TODAY + timedelta(days=60)), ("landline", "01632 960000", "unknown", "")],
        ),
        PartyDetails("alleged_perpetrator", "Pryce" + name, "Piers", born_on=date(1985, 2, 3), relationship="husband"),
        PartyDetails("child", "Vaughan" + name, "Charlie", born_on=date(2019, 9, 9)),
    ]  # fmt: skip


def _refer(world: World) -> None:
    """One referral by the police that waits, one that became a case, one by Northgate's police."""
    for name, username, agency, panel, service in (
        ("waiting", "dan", "harbourne-police", "harbourne-marac", "safe-harbour"),
        ("accepted", "dan", "harbourne-police", "harbourne-marac", "safe-harbour"),
        ("northgate", "wendy", "northgate-police", "northgate-marac", "northgate-aid"),
    ):
        with acting(world.people.users[username]) as by, arranging(by):
            referral = Referral(
                reference=new_reference(), panel=world.panel(panel), agency=world.agency(agency), idva_service=world.agency(service),
                referrer_id=by.user_id, referred_on=TODAY - timedelta(days=9), reason="why " + name,
            )  # fmt: skip
            referral.save()
            for details in _family(name):
                add_party(details, referral=referral)
            _assess(world, by, referral=referral)
            world.referrals[name] = referral


def _assess(world: World, by: Viewer, **where) -> None:
    instrument = RiskInstrument.objects.filter(key="test-list").first() or _saved(
        RiskInstrument(key="test-list", title="A list")
    )
    version = InstrumentVersion.objects.filter(instrument=instrument).first() or _saved(
        InstrumentVersion(instrument=instrument, number=1, content={"sections": []}, source="a test")
    )
    assessment = Assessment(
        **where,
        instrument_version=version,
        agency_id=by.agency_id,
        assessor_id=by.user_id,
        assessed_on=TODAY,
        score=11,
        not_known=7,
        judgement_reason="judged",
    )
    assessment.save()
    AssessmentAnswer(**where, assessment=assessment, item="D01", value="yes", comment="an answer").save()


def _harbourne_cases(world: World) -> None:
    """`listed` is on the agenda; `conflicted` too, but sam must not see it; `past` was heard, its windows are over."""
    panel = world.panel("harbourne-marac")
    for name in ("listed", "conflicted", "past"):
        with acting(world.people.users["grace"]) as by, arranging(by):
            case = open_case(by=by, panel=panel, status="open", referred_on=TODAY)
            decision = decided(
                by=by,
                panel=panel,
                case=case,
                gateway=world.gateway,
                necessity="needed " + name,
                victim_views="agrees " + name,
            )
            if name == "listed":
                referral = world.referrals["accepted"]
                copy_parties(by, referral, case)
                referral.case, referral.status = case, "accepted"
                referral.save()
                ScreeningDecision(
                    referral=referral, outcome="accepted", reason="screened", decided_by_id=by.user_id
                ).save()
                MatchProposal(referral=referral, earlier_case=case, kind="repeat", score=0.9).save()
                assign(
                    by=by,
                    case=case,
                    user=world.people.users["amira"],
                    agency_id=world.agency("safe-harbour").pk,
                    decision=decision,
                )
                _assess(world, by, case=case)
            else:
                for details in _family(name):
                    add_party(details, case=case)
            if name == "conflicted":
                declare_conflict(
                    by=by, user=world.people.users["sam"], panel_id=panel.pk, case=case, reason="his neighbour"
                )
            world.cases[name] = case


def _meeting(world: World) -> None:
    panel, now = world.panel("harbourne-marac"), timezone.now()
    with acting(world.people.users["grace"]) as by, arranging(by):
        world.meeting = meeting = Meeting(
            reference=new_reference(),
            panel=panel,
            starts_at=now + timedelta(days=9),
            place="Room 1",
            status="circulated",
        )
        meeting.save()
        decision = decided(
            by=by,
            panel=panel,
            meeting=meeting,
            gateway=world.gateway,
            necessity="to plan together",
            victim_views="known",
        )
        for number, name in enumerate(("listed", "conflicted", "past"), start=1):
            case = world.cases[name]
            ends = now - timedelta(days=1) if name == "past" else now + timedelta(days=16)
            for slug in WINDOWED:
                grant_to_agency(
                    by=by,
                    case=case,
                    group_id=world.agency(slug).group_id,
                    basis=Basis.WINDOW,
                    decision=decision,
                    meeting=meeting,
                    expires_at=ends,
                )
            hearing = Hearing(
                reference=new_reference(),
                meeting=meeting,
                case=case,
                number=number,
                minutes=12,
                listing_reason="new",
                summary="summary " + name,
            )
            hearing.save()
            risk = _saved(HearingRisk(hearing=hearing, case=case, target="victim", text="risk " + name))
            for slug in WINDOWED:
                ResearchReturn(hearing=hearing, case=case, agency=world.agency(slug), due_on=TODAY).save()
            for slug in ("harbourne-police", "harbourne-csc"):
                action = Action(
                    reference=new_reference(), panel=panel, case=case, hearing=hearing, risk=risk, agency=world.agency(slug), target="victim",
                    description=f"do {name} {slug}", due_on=TODAY - timedelta(days=2), reveals_disclosure="no",
                )  # fmt: skip
                action.save()
                world.actions[name, slug] = action
            world.hearings[name] = hearing
        Attendance(
            meeting=meeting, agency=world.agency("harbourne-police"), attendee="somebody", status="present"
        ).save()


def _what_agencies_say(world: World) -> None:
    """Everyone with a window says one thing to each audience, in each case that they can see."""
    for slug, username in {**WINDOWED, "safe-harbour": "amira"}.items():
        with acting(world.people.users[username]) as by, arranging(by):
            for name in ("listed", "conflicted"):
                if (username, name) in (("sam", "conflicted"), ("amira", "conflicted")):
                    continue
                for audience in ("all_present", "all_signatories", "named_agencies", "owner_only", "chair_only"):
                    item = InformationItem(
                        case=world.cases[name], hearing=world.hearings[name], agency=world.agency(slug), author_id=by.user_id,
                        place="return", assertion_type="fact", audience=audience, data_classes=["personal"], text=f"{username} {audience}", made_at=timezone.now(),
                    )  # fmt: skip
                    item.save()
                    if audience == "named_agencies":
                        ItemAudience(
                            item=item, case=item.case, owner=item.agency, agency=world.agency("harbourne-csc")
                        ).save()
                    world.items[name, username, audience] = item


def _packs(world: World) -> None:
    with acting(world.people.users["grace"]) as by, arranging(by):
        decision = DisclosureDecision._base_manager.filter(meeting=world.meeting).get()
        for number, slug in enumerate(("harbourne-csc", "harbourne-police", "harbourne-council"), start=1):
            pack = Pack(
                reference=new_reference(), meeting=world.meeting, agency=world.agency(slug), office_copy=slug == "harbourne-council", copy_number=number,
                decision=decision, digest="0" * 64, issued_by_id=by.user_id, issued_at=timezone.now(),
            )  # fmt: skip
            pack.save()
            document = PackDocument(pack=pack)
            document.hide(content=to_json(_pack_content(world, slug, number)).encode(), pdf=_blank_page())
            document.save(force_insert=True)
            world.packs[slug] = pack


def _blank_page() -> bytes:
    stream, pdf = BytesIO(), pikepdf.new()
    pdf.add_blank_page()
    pdf.save(stream)
    return stream.getvalue()


def _pack_content(world: World, slug: str, number: int) -> PackContent:
    meeting = world.meeting
    return PackContent(
        title="Case pack", panel_name="Harbourne MARAC", partnership_name="Safer Harbourne", meeting=MeetingLine(meeting.starts_at), recipient_agency=slug,
        copy_number=str(number), issued_at=timezone.now(), handling_line="only for " + slug, decision_reference="0000-0000",
    )  # fmt: skip


def _asb(world: World) -> None:
    panel = world.panel("harbourne-asb")
    with acting(world.people.users["lena"]) as by, arranging(by):
        for name in ("one", "two"):
            report = Report(
                reference=new_reference(), panel=panel, agency=world.agency("harbourne-homes"), taken_by_id=by.user_id, channel="phone",
                category="noise_music", narrative="noise " + name, alleged_perpetrator_text="him upstairs", place="Quay Walk", postcode="HB1 1AA",
            )  # fmt: skip
            report.save()
            source = ReportSource(report=report, panel=panel, agency=report.agency)
            source.hide(name="Nora Noise", contact="07700 900555")
            source.save()
            world.reports[name] = report
    with acting(world.people.users["omar"]) as by, arranging(by):
        case = open_case(by=by, panel=panel, status="new")
        decision = decided(
            by=by, panel=panel, case=case, gateway=world.gateway, necessity="needed asb", victim_views="agrees asb"
        )
        assign(by=by, case=case, user=world.people.users["omar"], agency_id=by.agency_id, decision=decision)
        grant_to_agency(
            by=by, case=case, group_id=world.agency("harbourne-homes").group_id, basis=Basis.STANDING, decision=decision
        )
        report = world.reports["one"]
        report.case, report.status = case, "linked"
        report.save()
        add_party(PartyDetails("complainant", "Noise", "Nora"), case=case)
        subject = add_party(PartyDetails("alleged_perpetrator", "Loud", "Larry"), case=case)
        kind = InterventionType.objects.filter(code="abc").first() or _saved(
            InterventionType(code="abc", title="Contract", family="contract", source="a test")
        )
        intervention = Intervention(
            reference=new_reference(),
            case=case,
            type=kind,
            subject=subject,
            agency_id=by.agency_id,
            reason="agreed because",
            recorded_by_id=by.user_id,
        )
        intervention.save()
        condition = _saved(Condition(intervention=intervention, case=case, text="no music at night"))
        Breach(
            intervention=intervention,
            case=case,
            condition=condition,
            happened_on=TODAY,
            text="played music",
            recorded_by_id=by.user_id,
        ).save()
        world.cases["asb"] = case


def _northgate(world: World) -> None:
    with acting(world.people.users["nell"]) as by, arranging(by):
        case = open_case(by=by, panel=world.panel("northgate-marac"), status="open")
        for details in _family("north"):
            add_party(details, case=case)
        world.cases["northgate"] = case


def _desk(world: World) -> None:
    with acting(world.people.users["grace"]) as by, arranging(by):
        batch = ImportBatch(
            reference=new_reference(), panel=world.panel("harbourne-marac"), kind="marac", by_id=by.user_id
        )
        batch.save()
        ImportRow(batch=batch, panel=batch.panel, sheet_row=4, status="ok", message="quoted from the sheet").save()
        Notice(user=world.people.users["dan"], kind="research_requested", subject=world.meeting.reference).save()


def _lawful(world: World) -> None:
    """One of everything that makes sharing lawful: released and waiting statements, a source, requests, a seal, an emergency."""
    with acting(world.people.users["priya"]) as by, arranging(by):
        for name in ("waiting", "released"):
            item = InformationItem(
                case=world.cases["listed"], hearing=world.hearings["listed"], agency=world.agency("quay-street"), author_id=by.user_id,
                place="return", assertion_type="fact", audience="all_present", data_classes=["health-confidential"], text=f"health {name}",
                made_at=timezone.now(),
            )  # fmt: skip
            item.save()
            world.items["listed", "priya", name] = item
    listed, told = world.cases["listed"], world.items["listed", "dan", "all_present"]
    with acting(world.people.users["grace"]) as by, arranging(by):
        meeting_decision = DisclosureDecision._base_manager.filter(meeting=world.meeting).first()
        released = world.items["listed", "priya", "released"]
        ItemRelease(
            item=released, case=listed, decision=meeting_decision, released_by_id=by.user_id, released_at=timezone.now()
        ).save()
        if not DecisionCase._base_manager.filter(decision=meeting_decision, case=listed).exists():
            DecisionCase(decision=meeting_decision, case=listed, reason="as referred").save()
    with acting(world.people.users["dan"]) as by, arranging(by):
        source = ItemSource(item=told, case=listed, agency=told.agency)
        source.hide("a neighbour")
        source.save()
        decide(
            by=by, kind="own", panel=listed.panel, case=listed, agency=told.agency, items=[told],
            answers=answers(necessity="needed now", victim_views="agrees to this"),
        )  # fmt: skip
        _declare(by)
        EmergencyAccess(
            reference=new_reference(), partnership_id=by.partnership_id, user_id=by.user_id, membership_id=by.membership_id,
            agency_id=by.agency_id, reason="risk_to_life", text="a reason of at least thirty characters",
        ).save()  # fmt: skip
    with acting(world.people.users["priya"]) as by, arranging(by):
        asked = world.items["listed", "lena", "all_present"]
        OnwardRequest(
            reference=new_reference(), item=asked, case=listed, owner=asked.agency, agency_id=by.agency_id, asked_by_id=by.user_id,
            use="for the child's plan",
        ).save()  # fmt: skip
    past_the_walls(KnownElsewhere(case=listed, panel=world.panel("harbourne-asb")).save)
    _seal(world)


def _declare(by: Viewer) -> None:
    """What somebody declares of herself."""
    Declaration(user_id=by.user_id).save()
    connection = Connection(user_id=by.user_id, nature="family")
    connection.hide('["Pryce", "Petra", ""]')
    connection.save()
    ConnectionToken(connection=connection, user_id=by.user_id, token="f:" + "0" * 62).save()


def _seal(world: World) -> None:
    """A case that grace opened and sealed; helen alone reads it."""
    with acting(world.people.users["grace"]) as by:
        with arranging(by):
            case = open_case(by=by, panel=world.panel("harbourne-marac"), status="open")
            for details in _family("sealed"):
                add_party(details, case=case)
        seal(by=by, case=case, readers=[world.people.memberships["helen"]], reason="a member of staff is a party")
    world.cases["sealed"] = case


def past_the_walls(write) -> None:
    """Run `write` as nobody in the product can: by the role of the tests that row-level security does not bind."""
    with connection.cursor() as cursor, recording(by=_loader(), event="test.arranged"):
        cursor.execute("SET LOCAL ROLE rt_test_norls")
        write()
        cursor.execute("RESET ROLE")


def parties_of(case: Case) -> list[int]:
    return list(Party._base_manager.filter(case=case).values_list("pk", flat=True))
