"""What the tests of meetings start from: cases of the MARAC, and a planned meeting."""

from datetime import datetime, time

from django.utils import timezone

from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.access import assign
from casework.commands.cases import open_case
from casework.commands.circulation import circulate
from casework.commands.hearings import start_meeting
from casework.commands.meetings import list_case, plan_meeting
from casework.commands.parties import PartyDetails, add_party
from casework.models import Hearing, Meeting
from casework.queries.calendar import working_days_after
from casework.queries.meetings import hearings_of, research_due
from tests.sharing import decided, to_everybody

NAMES = ("Ashdown", "Birchwood", "Copperfield", "Drummond")


def make_case(people, name: str, children: int = 0):
    """An open MARAC case with a victim, an alleged perpetrator and children; known to the panel's office alone."""
    with acting(people.users["grace"]) as by, recording(by=by, event="case.opened"):
        case = open_case(by=by, panel=people.panels["harbourne-marac"])
        add_party(PartyDetails(role="victim", family_name=name, given_names="Vera"), case=case)
        add_party(PartyDetails(role="alleged_perpetrator", family_name=name, given_names="Piers"), case=case)
        for number in range(children):
            add_party(PartyDetails(role="child", family_name=name, given_names=f"Child{number}"), case=case)
    return case


def plan(people, days: int = 9) -> Meeting:
    """A meeting of the MARAC so many working days from now."""
    day = working_days_after(timezone.localdate(), days)
    starts_at = timezone.make_aware(datetime.combine(day, time(9, 30)))
    with acting(people.users["grace"]) as by:
        return plan_meeting(
            by=by, panel=people.panels["harbourne-marac"], starts_at=starts_at, place="Room 2", minutes_available=60
        )


def listed(people, number: int = 2) -> Meeting:
    """A planned meeting with `number` cases on its agenda."""
    meeting = plan(people)
    for name in NAMES[:number]:
        case = make_case(people, name)
        with acting(people.users["grace"]) as by:
            list_case(by=by, meeting=meeting, case=case, minutes=12, listing_reason=Hearing.ListingReason.NEW)
    return meeting


def circulated(people, number: int = 2) -> Meeting:
    """A meeting whose agenda has been circulated."""
    meeting = listed(people, number)
    with acting(people.users["grace"]) as by:
        circulate(by=by, meeting=meeting, shares=to_everybody(meeting), research_due_on=research_due(meeting))
    return reread(people, meeting)


def in_session(people, number: int = 2) -> Meeting:
    """A meeting that has started."""
    meeting = circulated(people, number)
    with acting(people.users["helen"]) as by:
        return start_meeting(by=by, meeting=meeting)


def reread(people, meeting: Meeting) -> Meeting:
    """The meeting as it now stands."""
    with acting(people.users["grace"]) as by:
        return visible(by, Meeting).select_related("panel").get(pk=meeting.pk)


def hearings(people, meeting: Meeting) -> list[Hearing]:
    """The meeting's hearings as the office sees them."""
    with acting(people.users["grace"]) as by:
        return list(hearings_of(by, meeting))


def assign_amira(people, case) -> None:
    """The case is the IDVA's."""
    with acting(people.users["grace"]) as by, recording(by=by, event="access.granted", cases=[case.reference]):
        decision = decided(by=by, panel=case.panel, case=case, necessity="She supports her.", victim_views="Agrees.")
        assign(
            by=by,
            case=case,
            user=people.users["amira"],
            agency_id=people.agencies["safe-harbour"].pk,
            decision=decision,
        )
