"""Planning a meeting and building its agenda."""

from datetime import datetime

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_run_office
from casework.access.policies import NotNow
from casework.access.scope import one_or_404, visible
from casework.access.viewer import Viewer
from casework.commands.locking import claim
from casework.models import (
    Case,
    Hearing,
    Meeting,
    Panel,
    new_reference,
)
from casework.queries.meetings import agenda, candidate, cases_to_list, hearings_of

event_types.register(
    meeting_planned="planned a meeting",
    hearing_listed="listed the case for a meeting",
    hearing_removed="took the case off an agenda",
    hearing_changed="changed how the case is listed",
    agenda_reordered="changed the order of an agenda",
)


def plan_meeting(*, by: Viewer, panel: Panel, starts_at: datetime, place: str, minutes_available: int) -> Meeting:
    """A new meeting with an empty agenda."""
    check_can_run_office(by, panel.pk)
    meeting = Meeting(
        reference=new_reference(), panel=panel, starts_at=starts_at, place=place, minutes_available=minutes_available
    )
    with recording(by=by, event="meeting.planned", subject=f"meeting {meeting.reference}"):
        meeting.save()
    return meeting


def claim_meeting(by: Viewer, meeting: Meeting, *statuses: str, version: int | None = None) -> Meeting:
    """The meeting, locked, in one of these statuses. Raises `NotNow` and `Stale`."""
    meeting = claim(by, meeting, version)
    if meeting.status not in statuses:
        raise NotNow(f"This meeting is “{meeting.get_status_display().lower()}”, so this cannot be done now.")
    return meeting


def list_case(*, by: Viewer, meeting: Meeting, case: Case, minutes: int, listing_reason: str) -> Hearing:
    """Put a case at the end of the agenda, with the accepted referral that brings it. After circulation it is a late addition."""
    check_can_run_office(by, meeting.panel_id)
    meeting = claim_meeting(by, meeting, Meeting.Status.PLANNED, Meeting.Status.CIRCULATED)
    case = one_or_404(visible(by, Case).filter(panel_id=meeting.panel_id), pk=case.pk)
    if not cases_to_list(by, meeting.panel).filter(pk=case.pk).exists():
        raise NotNow("This case stands on an agenda already, or does not wait for a hearing.")
    hearing = visible(by, Hearing).filter(meeting=meeting, case=case).first()
    hearing = hearing or Hearing(reference=new_reference(), meeting=meeting, case=case)
    proposed = candidate(by, case)
    hearing.referral_id = proposed.referral.pk if proposed.referral else None
    hearing.number, hearing.minutes, hearing.listing_reason = _last_number(by, meeting) + 1, minutes, listing_reason
    hearing.status = Hearing.Status.LISTED
    with recording(by=by, event="hearing.listed", cases=[case.reference], subject=f"meeting {meeting.reference}"):
        hearing.save()
    return hearing


def take_off(*, by: Viewer, hearing: Hearing) -> None:
    """Take a case off an agenda that has not been circulated; those behind it move up."""
    check_can_run_office(by, hearing.meeting.panel_id)
    meeting = claim_meeting(by, hearing.meeting, Meeting.Status.PLANNED)
    hearing = claim(by, hearing)
    with recording(
        by=by, event="hearing.removed", cases=[hearing.case.reference], subject=f"meeting {meeting.reference}"
    ):
        hearing.status = Hearing.Status.REMOVED
        hearing.save()
        _number(list(hearings_of(by, meeting)))


def change_listing(
    *, by: Viewer, hearing: Hearing, minutes: int, listing_reason: str, version: int | None = None
) -> None:
    """Change the minutes and the reason of a hearing before the meeting starts. Raises `Stale`."""
    check_can_run_office(by, hearing.meeting.panel_id)
    meeting = claim_meeting(by, hearing.meeting, Meeting.Status.PLANNED, Meeting.Status.CIRCULATED)
    hearing = claim(by, hearing, version)
    with recording(
        by=by, event="hearing.changed", cases=[hearing.case.reference], subject=f"meeting {meeting.reference}"
    ):
        hearing.minutes, hearing.listing_reason = minutes, listing_reason
        hearing.save()


def move_hearing(*, by: Viewer, hearing: Hearing, places: int) -> None:
    """Move a hearing on the agenda: -1 is one place up. The order is fixed once the agenda is circulated."""
    check_can_run_office(by, hearing.meeting.panel_id)
    meeting = claim_meeting(by, hearing.meeting, Meeting.Status.PLANNED)
    order = list(hearings_of(by, meeting))
    here = next((place for place, row in enumerate(order) if row.pk == hearing.pk), None)
    if here is None:
        raise NotNow("This case is no longer on the agenda.")
    order.insert(max(0, here + places), order.pop(here))
    _reorder(by, meeting, order)


def put_children_first(*, by: Viewer, meeting: Meeting) -> None:
    """The cases that the kind of panel marks, then those with children, first; otherwise in the order they stand in, so that children's agencies may leave early."""
    check_can_run_office(by, meeting.panel_id)
    meeting = claim_meeting(by, meeting, Meeting.Status.PLANNED)
    rows = sorted(agenda(by, meeting).rows, key=lambda row: row.place)
    _reorder(by, meeting, [row.hearing for row in rows])


def _reorder(by: Viewer, meeting: Meeting, order: list[Hearing]) -> None:
    cases = [hearing.case.reference for hearing in order]
    with recording(by=by, event="agenda.reordered", cases=cases, subject=f"meeting {meeting.reference}"):
        _number(order)


def _number(order: list[Hearing]) -> None:
    for number, hearing in enumerate(order, start=1):
        if hearing.number != number:
            hearing.number = number
            hearing.save()


def _last_number(by: Viewer, meeting: Meeting) -> int:
    last = hearings_of(by, meeting).last()
    return last.number if last else 0
