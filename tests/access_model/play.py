"""A small world that is kept twice: as rows of the product, and as facts for the oracle. Each move changes both."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from audit.recorder import recording
from casework.access.viewer import acting, view_id
from casework.commands.access import database_now
from casework.commands.cases import open_case
from casework.demo.people import DEMO, People
from casework.models import (
    Action,
    AgreementPanel,
    AgreementParty,
    AgreementSignature,
    AgreementVersion,
    Case,
    CaseGrant,
    CaseUserGrant,
    ConflictOfInterest,
    Cover,
    DisclosureDecision,
    InformationItem,
    ItemAudience,
    ItemRelease,
    LegalGateway,
    Membership,
    MembershipPanel,
    PanelOffice,
    Seal,
    User,
    new_reference,
)
from tests.access_model import facts

AGENCIES = ("harbourne-police", "harbourne-council", "safe-harbour", "harbourne-csc", "quay-street", "harbourne-homes")
PANELS = ("harbourne-marac", "harbourne-asb", "northgate-marac")
CASES = {
    "m1": "harbourne-marac",
    "m2": "harbourne-marac",
    "m3": "harbourne-marac",
    "a1": "harbourne-asb",
    "n1": "northgate-marac",
}
OPENERS = {"harbourne-marac": "grace", "harbourne-asb": "omar", "northgate-marac": "nell"}
ITEMS = (
    ("m1", "harbourne-police", "all_present", ()),
    ("m1", "harbourne-police", "owner_only", ()),
    ("m1", "quay-street", "all_signatories", ("health_confidential",)),
    ("m1", "quay-street", "all_present", ("counselling", "health_confidential")),
    ("m1", "harbourne-csc", "named_agencies", ("child",)),
    ("m1", "harbourne-csc", "chair_only", ("safe_address",)),
    ("m2", "harbourne-police", "verbal_only", ()),
    ("m2", "harbourne-csc", "all_present", ("source_identity",)),
    ("m2", "safe-harbour", "owner_only", ("counselling",)),
    ("a1", "harbourne-homes", "all_present", ()),
    ("a1", "harbourne-homes", "chair_only", ()),
)
ACTIONS = (("m1", "harbourne-police"), ("m2", "harbourne-csc"), ("a1", "harbourne-homes"))
DAY = timedelta(days=1)


@dataclass
class Play:
    """The rows by name, and the facts beside them by (kind, key)."""

    people: People
    rows: dict[tuple[str, Any], Any] = field(default_factory=dict)
    told: dict[tuple[str, Any], Any] = field(default_factory=dict)
    decision: DisclosureDecision | None = None

    def world(self) -> facts.World:
        """What the oracle judges, at this moment."""
        found: dict[str, list] = {}
        for (kind, _), fact in self.told.items():
            found.setdefault(kind, []).append(fact)
        return facts.World(
            now=timezone.localtime(), agencies=list(self.people.agencies),
            panels={slug: panel.partnership.slug for slug, panel in self.people.panels.items()}, **found,
        )  # fmt: skip

    def keys(self, kind: str, holds=lambda fact: True) -> list:
        """Keys of the facts of a kind, those that `holds`; in a stable order."""
        return [key for (of, key), fact in self.told.items() if of == kind and holds(fact)]

    def put(self, kind: str, fact: Any, row: Any = None) -> Any:
        """Write a row past both walls, as nobody in the product can, with its fact."""
        if row is not None:
            _past_the_walls(row.save)
        key = row.pk if row is not None else fact.name
        self.rows[kind, key], self.told[kind, key] = row, fact
        return key

    def change(self, kind: str, key: Any, fact: dict, row: dict) -> None:
        """Change a fact and its row."""
        self.told[kind, key] = replace(self.told[kind, key], **fact)
        record = self.rows[kind, key]
        for name, value in row.items():
            setattr(record, name, value)
        _past_the_walls(lambda: record.save(update_fields=[*row, "version"]))

    def agency(self, slug: str) -> int:
        return self.people.agencies[slug].pk


def _past_the_walls(write) -> None:
    with connection.cursor() as cursor, recording(by=DEMO, event="demo.loaded"):
        cursor.execute("SET LOCAL ROLE rt_test_norls")
        write()
        cursor.execute("RESET ROLE")


def begin(people: People) -> Play:
    """The people and their agreements as facts, two more people, five cases, and what was said in them."""
    play = Play(people)
    _newcomers(people)
    _agreements(play)
    _memberships(play)
    for name, panel in CASES.items():
        _case(play, name, panel)
    _decision(play)
    for number, (case, agency, audience, classes) in enumerate(ITEMS):
        _item(play, f"i{number}", case, agency, audience, frozenset(classes))
    for number, (case, agency) in enumerate(ACTIONS):
        _action(play, f"t{number}", case, agency)
    return play


def _newcomers(people: People) -> None:
    """A second adviser, and somebody who works for two agencies."""
    with recording(by=DEMO, event="demo.loaded"):
        for name, jobs in {
            "ada": [("safe-harbour", "idva")],
            "zoe": [("harbourne-csc", "representative"), ("safe-harbour", "idva")],
        }.items():
            people.users[name] = User.objects.create_user(name, "roundtable-demo", display_name=name.title())
            for agency, role in jobs:
                membership = Membership(
                    user=people.users[name], agency=people.agencies[agency], role=role, starts_at=timezone.now() - DAY
                )
                membership.save()
                people.memberships[f"{name} {agency}"] = membership
                MembershipPanel(
                    membership=membership, panel=people.panels["harbourne-marac"], starts_at=timezone.now() - DAY
                ).save()


def _agreements(play: Play) -> None:
    slugs = {agency.pk: slug for slug, agency in play.people.agencies.items()}
    panels = {panel.pk: slug for slug, panel in play.people.panels.items()}
    for row in AgreementParty.objects.all():
        play.rows["parties", row.pk] = row
        play.told["parties", row.pk] = facts.Party(str(row.agreement_id), slugs[row.agency_id], row.state)
    for row in AgreementPanel.objects.all():
        play.rows["agreement_panels", row.pk] = row
        play.told["agreement_panels", row.pk] = facts.AgreementPanel(
            str(row.agreement_id), panels[row.panel_id], row.starts_at, row.ends_at
        )
    for row in AgreementVersion.objects.all():
        play.rows["versions", row.pk] = row
        play.told["versions", row.pk] = facts.Version(
            str(row.agreement_id), row.number, row.in_force_from, row.in_force_to, row.grace_days
        )
    for row in AgreementSignature.objects.select_related("agreement_version"):
        version = row.agreement_version
        play.rows["signatures", row.pk] = row
        play.told["signatures", row.pk] = facts.Signature(
            str(version.agreement_id), version.number, slugs[row.agency_id], row.starts_at, row.ends_at
        )


def _memberships(play: Play) -> None:
    slugs = {agency.pk: slug for slug, agency in play.people.agencies.items()}
    panels = {panel.pk: slug for slug, panel in play.people.panels.items()}
    for name, user in play.people.users.items():
        play.rows["users", name], play.told["users", name] = user, facts.User(name)
    names = {user.pk: name for name, user in play.people.users.items()}
    for row in Membership.objects.all():
        play.rows["memberships", row.pk] = row
        play.told["memberships", row.pk] = facts.Membership(
            row.pk, names[row.user_id], slugs[row.agency_id], row.role, row.starts_at, row.ends_at
        )
    for row in MembershipPanel.objects.all():
        play.rows["carries", row.pk] = row
        play.told["carries", row.pk] = facts.Carries(
            row.membership_id, panels[row.panel_id], row.starts_at, row.ends_at
        )
    for row in PanelOffice.objects.all():
        play.rows["offices", row.pk] = row
        play.told["offices", row.pk] = facts.Office(
            panels[row.panel_id], row.membership_id, row.office, row.starts_at, row.ends_at
        )


def _case(play: Play, name: str, panel: str) -> None:
    with acting(play.people.users[OPENERS[panel]]) as by, recording(by=by, event="demo.loaded"):
        case = open_case(by=by, panel=play.people.panels[panel])
        grant = case.grants.get()
    play.rows["cases", name], play.told["cases", name] = case, facts.Case(name, panel)
    play.rows["grants", ("agency", grant.pk)] = grant
    play.told["grants", ("agency", grant.pk)] = facts.Grant(name, ("office", panel), "office", 3, grant.starts_at)


def _decision(play: Play) -> None:
    gateway = LegalGateway(code="play", title="A power", source="a test")
    _past_the_walls(gateway.save)
    case = play.rows["cases", "m1"]
    play.decision = DisclosureDecision(
        reference=new_reference(), panel=case.panel, case=case, gateway=gateway, necessity="needed", victim_views="agrees",
        decided_by=play.people.users["grace"], decided_at=timezone.now(),
    )  # fmt: skip
    _past_the_walls(play.decision.save)


def _item(play: Play, name: str, case: str, agency: str, audience: str, classes: frozenset) -> None:
    row = InformationItem(
        case=play.rows["cases", case], agency_id=play.agency(agency), author=play.people.users["grace"], place="meeting", assertion_type="fact",
        audience=audience, data_classes=[name.replace("_", "-") for name in sorted(classes)], text="" if audience == "verbal_only" else "said",
        made_at=timezone.now(),
    )  # fmt: skip
    _past_the_walls(row.save)
    named = frozenset({"harbourne-police"}) if audience == "named_agencies" else frozenset()
    for slug in named:
        _past_the_walls(ItemAudience(item=row, case=row.case, owner_id=row.agency_id, agency_id=play.agency(slug)).save)
    play.rows["items", name] = row
    play.told["items", name] = facts.Item(name, case, agency, audience, named, classes)


def _action(play: Play, name: str, case: str, agency: str) -> None:
    of = play.rows["cases", case]
    row = Action(
        reference=new_reference(), panel=of.panel, case=of, agency_id=play.agency(agency), target="victim", description="do it",
        due_on=timezone.localdate(), reveals_disclosure="no",
    )  # fmt: skip
    _past_the_walls(row.save)
    play.rows["actions", name], play.told["actions", name] = row, facts.Action(name, case, agency)


# Moves --------------------------------------------------------------------------------------------------------------------------------------


def sealed(play: Play, case: str) -> bool:
    """A seal is in force on the case."""
    return any(fact.case == case and fact.ends is None for (kind, _), fact in play.told.items() if kind == "seals")


def grant_agency(play: Play, case: str, agency: str, basis: str, reach: int, starts: datetime, ends: datetime) -> None:
    """What an agency is given."""
    of = play.rows["cases", case]
    row = CaseGrant(
        content_object=of, group_id=play.people.agencies[agency].group_id, permission_id=view_id(), panel_id=of.panel_id, basis=basis,
        reach=reach, decision=play.decision, starts_at=starts, expires_at=ends,
    )  # fmt: skip
    _past_the_walls(row.save)
    play.rows["grants", ("agency", row.pk)] = row
    play.told["grants", ("agency", row.pk)] = facts.Grant(case, ("agency", agency), basis, reach, starts, ends)


def grant_person(
    play: Play, case: str, membership: int, basis: str, reach: int, starts: datetime, ends: datetime
) -> None:
    """What a person is given, at one agency."""
    of, fact = play.rows["cases", case], play.told["memberships", membership]
    row = CaseUserGrant(
        content_object=of, user=play.people.users[fact.user], agency_id=play.agency(fact.agency), permission_id=view_id(), panel_id=of.panel_id,
        basis=basis, reach=reach, starts_at=starts, expires_at=ends,
    )  # fmt: skip
    _past_the_walls(row.save)
    play.rows["grants", ("person", row.pk)] = row
    play.told["grants", ("person", row.pk)] = facts.Grant(
        case, ("person", fact.user, fact.agency), basis, reach, starts, ends
    )


def end_grant(play: Play, key: tuple) -> None:
    """Somebody ends a grant."""
    now = timezone.now() - timedelta(seconds=1)
    play.change("grants", key, {"ends": now}, {"expires_at": now})


def seal(play: Play, case: str, readers: list[int]) -> None:
    """Seal a case: its readers' grants, and the end of every other."""
    others = play.keys("grants", lambda fact: fact.case == case and fact.basis != "sealed_reader")
    for membership in readers:
        grant_person(
            play,
            case,
            membership,
            "sealed_reader",
            3,
            database_now() - timedelta(seconds=2),
            timezone.now() + 300 * DAY,
        )
    now = timezone.now() - timedelta(seconds=1)
    of = play.rows["cases", case]
    play.put(
        "seals",
        facts.Seal(case, now),
        Seal(case=of, panel=of.panel, sealed_by=play.people.users["grace"], starts_at=now),
    )
    for key in others:
        end_grant(play, key)


def unseal(play: Play, key: int) -> None:
    """The seal ends; the office is given its case again."""
    now = timezone.now() - timedelta(seconds=1)
    play.change("seals", key, {"ends": now}, {"ends_at": now})
    case = play.told["seals", key].case
    of, panel = play.rows["cases", case], play.told["cases", case].panel
    row = CaseGrant(
        content_object=of,
        group_id=of.panel.office_group_id,
        permission_id=view_id(),
        panel_id=of.panel_id,
        basis="office",
        starts_at=now,
    )
    _past_the_walls(row.save)
    play.rows["grants", ("agency", row.pk)] = row
    play.told["grants", ("agency", row.pk)] = facts.Grant(case, ("office", panel), "office", 3, now)


def conflict(play: Play, user: str, case: str, starts: datetime, ends: datetime | None) -> None:
    """Somebody is kept out of a case."""
    of = play.rows["cases", case]
    row = ConflictOfInterest(
        user=play.people.users[user],
        panel=of.panel,
        case=of,
        state="suspected",
        origin="found",
        starts_at=starts,
        ends_at=ends,
    )
    play.put("conflicts", facts.Conflict(user, case, starts, ends), row)


def cover(play: Play, membership: int, covers: int, ends: datetime | None) -> None:
    """A colleague stands in."""
    row = Cover(membership_id=membership, covers_id=covers, starts_at=timezone.now() - DAY, ends_at=ends)
    play.put("covers", facts.Cover(membership, covers, row.starts_at, ends), row)


def new_version(play: Play, key: int, from_days: int, grace: int) -> None:
    """A further version of an agreement."""
    old = play.rows["versions", key]
    number = 1 + max(
        fact.number
        for (kind, _), fact in play.told.items()
        if kind == "versions" and fact.agreement == str(old.agreement_id)
    )
    first = timezone.localdate() + timedelta(days=from_days)
    row = AgreementVersion(agreement_id=old.agreement_id, number=number, in_force_from=first, grace_days=grace)
    play.put("versions", facts.Version(str(old.agreement_id), number, first, None, grace), row)


def sign(play: Play, version: int, agency: str) -> None:
    """An agency signs a version."""
    of = play.rows["versions", version]
    row = AgreementSignature(
        agreement_version=of,
        agency_id=play.agency(agency),
        signed_by=play.people.users["ines"],
        starts_at=timezone.now() - DAY,
    )
    play.put("signatures", facts.Signature(str(of.agreement_id), of.number, agency, row.starts_at), row)


def silence(play: Play, user: str, silent: bool) -> None:
    """An account sleeps for 50 days, or wakes."""
    at = timezone.now() - 50 * DAY if silent else timezone.now()
    row = play.rows["users", user]
    row.woken_at = row.last_login = at
    _past_the_walls(lambda: row.save(update_fields=["woken_at", "last_login"]))
    play.told["users", user] = replace(play.told["users", user], silent=silent)


def switch(play: Play, user: str, active: bool) -> None:
    """An account is closed or opened."""
    row = play.rows["users", user]
    row.is_active = active
    _past_the_walls(lambda: row.save(update_fields=["is_active"]))
    play.told["users", user] = replace(play.told["users", user], active=active)


def release(play: Play, item: str) -> None:
    """A second person lets a statement go."""
    row = play.rows["items", item]
    _past_the_walls(
        ItemRelease(
            item=row,
            case=row.case,
            decision=play.decision,
            released_by=play.people.users["helen"],
            released_at=timezone.now(),
        ).save
    )
    play.told["items", item] = replace(play.told["items", item], released=True)


def office(play: Play, membership: int, panel: str, what: str) -> None:
    """Somebody is given an office on a panel."""
    row = PanelOffice(
        panel=play.people.panels[panel], membership_id=membership, office=what, starts_at=timezone.now() - DAY
    )
    play.put("offices", facts.Office(panel, membership, what, row.starts_at), row)


def carry(play: Play, membership: int, panel: str) -> None:
    """A membership is to carry a panel."""
    row = MembershipPanel(membership_id=membership, panel=play.people.panels[panel], starts_at=timezone.now() - DAY)
    play.put("carries", facts.Carries(membership, panel, row.starts_at), row)


def cases_of(play: Play) -> dict[int, str]:
    """Names of the cases by key."""
    return {row.pk: key for (kind, key), row in play.rows.items() if kind == "cases" and isinstance(row, Case)}
