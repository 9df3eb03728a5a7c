"""What is added to the second world: each addition with the people who may notice it, by the rules in words."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from audit.recorder import recording
from casework.access.viewer import acting
from casework.commands.access import assign, grant_to_agency
from casework.commands.cases import open_case
from casework.commands.parties import add_party
from casework.models import (
    Action,
    Basis,
    CaseUserGrant,
    ConflictOfInterest,
    Connection,
    Declaration,
    DisclosureDecision,
    EmergencyAccess,
    InformationItem,
    ItemSource,
    Notice,
    OnwardRequest,
    Referral,
    Seal,
    new_reference,
)
from tests.two_worlds.past import past_the_walls
from tests.world import TODAY, World, _family, arranging

OFFICE = {"grace", "helen"}
ASB_OFFICE = {"omar", "chris"}


def another_case(world: World) -> None:
    """A case of the same names, of which only the office knows."""
    with acting(world.people.users["grace"]) as by, arranging(by):
        case = open_case(by=by, panel=world.panel("harbourne-marac"), status="open", referred_on=TODAY)
        for details in _family("listed"):
            add_party(details, case=case)


def a_case_of_one_agency(world: World) -> None:
    """A case that children's social care reads besides the office, with an action that it owes."""
    with acting(world.people.users["grace"]) as by, arranging(by):
        panel = world.panel("harbourne-marac")
        case = open_case(by=by, panel=panel, status="open", referred_on=TODAY)
        for details in _family("quiet"):
            add_party(details, case=case)
        decision = DisclosureDecision._base_manager.filter(panel=panel).first()
        grant_to_agency(
            by=by, case=case, group_id=world.agency("harbourne-csc").group_id, basis=Basis.STANDING, decision=decision
        )
        Action(
            reference=new_reference(), panel=panel, case=case, agency=world.agency("harbourne-csc"), target="victim",
            description="see her", due_on=TODAY - timedelta(days=3), reveals_disclosure="no",
        ).save()  # fmt: skip


def a_sealed_case(world: World) -> None:
    """A case that was the office's and is sealed: helen alone reads it."""
    with acting(world.people.users["helen"]) as by, arranging(by):
        case = open_case(by=by, panel=world.panel("harbourne-marac"), status="open", referred_on=TODAY)
        for details in _family("sealed"):
            add_party(details, case=case)
    office, now = case.grants.get, timezone.now()
    reader = CaseUserGrant(
        content_object=case, user=world.people.users["helen"], agency=world.agency("harbourne-police"), permission_id=by.view_id,
        panel_id=case.panel_id, basis=Basis.SEALED_READER, starts_at=now, expires_at=now + timedelta(days=90),
    )  # fmt: skip
    past_the_walls(reader.save)
    past_the_walls(Seal(case=case, panel_id=case.panel_id, sealed_by=world.people.users["helen"], starts_at=now).save)
    past_the_walls(lambda: _end(office()))


def _end(grant) -> None:
    grant.expires_at = timezone.now()
    grant.save(update_fields=["expires_at", "version"])


def statements_of_the_surgery(world: World) -> None:
    """In a case that many read, statements that the surgery keeps to itself, one of them counselling."""
    with acting(world.people.users["priya"]) as by, arranging(by):
        for classes in (["personal"], ["counselling"], ["health-confidential"]):
            InformationItem(
                case=world.cases["listed"], hearing=world.hearings["listed"], agency=world.agency("quay-street"), author_id=by.user_id,
                place="return", assertion_type="fact", audience="owner_only", data_classes=classes, text="kept", made_at=timezone.now(),
            ).save()  # fmt: skip


def northgate_grows(world: World) -> None:
    """Another partnership has a further case and a further referral."""
    with acting(world.people.users["wendy"]) as by, arranging(by):
        referral = Referral(
            reference=new_reference(), panel=world.panel("northgate-marac"), agency=world.agency("northgate-police"),
            referrer_id=by.user_id, referred_on=TODAY, reason="there",
        )  # fmt: skip
        referral.save()
        for details in _family("listed"):
            add_party(details, referral=referral)
    with acting(world.people.users["nell"]) as by, arranging(by):
        case = open_case(by=by, panel=world.panel("northgate-marac"), status="open")
        for details in _family("listed"):
            add_party(details, case=case)


def an_asb_case(world: World) -> None:
    """The ASB panel has a case about people of the same names, assigned to its officer."""
    with acting(world.people.users["omar"]) as by, arranging(by):
        case = open_case(by=by, panel=world.panel("harbourne-asb"), status="new")
        for details in _family("listed")[1:]:
            add_party(details, case=case)
        decision = DisclosureDecision._base_manager.filter(panel=case.panel).first()
        assign(by=by, case=case, user=world.people.users["omar"], agency_id=by.agency_id, decision=decision)


def a_suspicion(world: World) -> None:
    """wendy is suspected to know somebody in a case that she does not read anyway; the office decides."""
    case = world.cases["past"]
    row = ConflictOfInterest(
        user=world.people.users["wendy"], panel_id=case.panel_id, case=case, state="suspected", origin="found"
    )
    past_the_walls(row.save)


def a_notice(world: World) -> None:
    """Somebody else is told something."""
    with acting(world.people.users["grace"]) as by, recording(by=by, event="test.arranged"):
        Notice(user=world.people.users["dan"], kind="research.requested", subject=world.meeting.reference).save()


def a_declaration(world: World) -> None:
    """Somebody says of herself to whom she is connected: people of the same names."""
    with acting(world.people.users["sam"]) as by, arranging(by):
        Declaration(user_id=by.user_id).save()
        connection = Connection(user_id=by.user_id, nature="neighbour")
        connection.hide('["Vaughanlisted", "Vera", "1990-05-01"]')
        connection.save()


def an_emergency_in_northgate(world: World) -> None:
    """Another partnership's sergeant asked for emergency access, and nothing was opened."""
    with acting(world.people.users["wendy"]) as by, arranging(by):
        EmergencyAccess(
            reference=new_reference(), partnership_id=by.partnership_id, user_id=by.user_id, membership_id=by.membership_id,
            agency_id=by.agency_id, reason="risk_to_life", text="a reason of at least thirty characters",
        ).save()  # fmt: skip


def a_request_and_a_source(world: World) -> None:
    """About a statement that many read, the surgery asks whether it may use it; and its agency notes who told it."""
    item = world.items["listed", "tess", "all_present"]
    with acting(world.people.users["priya"]) as by, arranging(by):
        OnwardRequest(
            reference=new_reference(), item=item, case=item.case, owner=item.agency, agency_id=by.agency_id, asked_by_id=by.user_id,
            use="for her treatment",
        ).save()  # fmt: skip
    with acting(world.people.users["tess"]) as by, arranging(by):
        source = ItemSource(item=item, case=item.case, agency=item.agency)
        source.hide("a teacher")
        source.save()


# addition -> who may notice it
ADDITIONS: dict[Callable[[World], None], set[str]] = {
    another_case: OFFICE,
    a_case_of_one_agency: OFFICE | {"tess"},
    a_sealed_case: {"helen"},
    statements_of_the_surgery: {"priya"},
    northgate_grows: {"wendy", "nell"},
    an_asb_case: ASB_OFFICE,
    a_suspicion: OFFICE,
    a_notice: {"dan"},
    a_declaration: {"sam"},
    an_emergency_in_northgate: {"wendy"},
    a_request_and_a_source: {"priya", "tess"},
}


def add_what_is_hidden_from(person: str, world: World) -> int:
    """Make every addition that the person may not notice; how many."""
    chosen = [addition for addition, seen_by in ADDITIONS.items() if person not in seen_by]
    for addition in chosen:
        addition(world)
    return len(chosen)
