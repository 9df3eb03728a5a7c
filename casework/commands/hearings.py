"""At the meeting: attendance, the summary and risks of each case, the actions, and the end of it all."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import Refused, check_can_record_meeting
from casework.access.policies import NotNow
from casework.access.scope import one_or_404, visible
from casework.access.viewer import Viewer
from casework.commands.cases import move_case
from casework.commands.locking import claim
from casework.commands.meetings import claim_meeting
from casework.commands.notify import notify
from casework.models import Action, Agency, Attendance, Hearing, HearingRisk, Meeting, new_reference
from casework.queries.meetings import hearings_of
from casework.queries.notices import register_notice
from casework.queries.seats import seated_agencies, speakers_of

event_types.register(
    meeting_started="started a meeting",
    meeting_attendance="recorded who came to a meeting",
    meeting_concluded="concluded a meeting",
    hearing_recorded="recorded the hearing of the case",
    risk_agreed="recorded a risk that the meeting agreed on",
    action_agreed="recorded an action that an agency promised",
)
register_notice("action.agreed", "Your agency promised an action at a meeting", "action")


@dataclass(frozen=True)
class Attended:
    """One seat's line: who came, for which agency, and whether the confidentiality statement was accepted."""

    agency_id: int
    status: str
    attendee: str = ""
    accepted: bool = False


@dataclass(frozen=True)
class Promise:
    """One action as it was promised. `risk` is the risk that it treats, of the same hearing."""

    agency: Agency
    description: str
    due_on: date
    target: str
    reveals_disclosure: str
    risk: HearingRisk | None = None


def start_meeting(*, by: Viewer, meeting: Meeting) -> Meeting:
    """The meeting is in session: attendance, summaries and actions can be recorded."""
    check_can_record_meeting(by, meeting.panel_id)
    meeting = claim_meeting(by, meeting, Meeting.Status.CIRCULATED)
    with recording(by=by, event="meeting.started", subject=f"meeting {meeting.reference}"):
        meeting.status = Meeting.Status.IN_SESSION
        meeting.save()
    return meeting


def record_attendance(*, by: Viewer, meeting: Meeting, lines: list[Attended]) -> None:
    """Write the attendance of any number of seats; it can be corrected while the meeting lasts."""
    check_can_record_meeting(by, meeting.panel_id)
    meeting = claim_meeting(by, meeting, Meeting.Status.IN_SESSION)
    known = {row.agency_id: row for row in visible(by, Attendance).filter(meeting=meeting)}
    with recording(
        by=by, event="meeting.attendance", subject=f"meeting {meeting.reference}", details={"seats": len(lines)}
    ):
        for line in lines:
            row = known.get(line.agency_id) or Attendance(meeting=meeting, agency_id=line.agency_id)
            row.status, row.attendee = line.status, line.attendee
            row.confidentiality_accepted_at = (
                (row.confidentiality_accepted_at or timezone.now()) if line.accepted else None
            )
            row.save()


def record_hearing(
    *, by: Viewer, hearing: Hearing, version: int | None, risk_level: str, summary: str, status: str
) -> Hearing:
    """The chair's summary and the agreed level of risk; `status` says whether the case is still being heard, heard or carried over."""
    check_can_record_meeting(by, hearing.meeting.panel_id)
    _in_session(by, hearing.meeting)
    hearing = claim(by, hearing, version)
    with recording(by=by, event="hearing.recorded", cases=[hearing.case.reference], details={"status": status}):
        hearing.risk_level, hearing.summary, hearing.status = risk_level, summary, status
        hearing.heard_at = (hearing.heard_at or timezone.now()) if status == Hearing.Status.HEARD else None
        hearing.save()
    return hearing


def agree_risk(*, by: Viewer, hearing: Hearing, target: str, text: str) -> HearingRisk:
    """One risk to somebody, for actions to treat."""
    check_can_record_meeting(by, hearing.meeting.panel_id)
    _in_session(by, hearing.meeting)
    risk = HearingRisk(hearing=hearing, case_id=hearing.case_id, target=target, text=text)
    with recording(by=by, event="risk.agreed", cases=[hearing.case.reference], details={"target": target}):
        risk.save()
    return risk


def agree_action(*, by: Viewer, hearing: Hearing, promise: Promise) -> Action:
    """One action with one owner agency that has a seat, a due date, and an answer on whether doing it reveals the disclosure."""
    check_can_record_meeting(by, hearing.meeting.panel_id)
    _in_session(by, hearing.meeting)
    if promise.agency.pk not in {agency.pk for agency in seated_agencies(hearing.meeting.panel)}:
        raise Refused("An action belongs to an agency with a seat on this panel.")
    risk = one_or_404(visible(by, HearingRisk).filter(hearing=hearing), pk=promise.risk.pk) if promise.risk else None
    action = Action(
        reference=new_reference(), panel_id=hearing.meeting.panel_id, case_id=hearing.case_id, hearing=hearing, risk=risk,
        agency=promise.agency, target=promise.target, description=promise.description, due_on=promise.due_on,
        reveals_disclosure=promise.reveals_disclosure,
    )  # fmt: skip
    with recording(by=by, event="action.agreed", cases=[hearing.case.reference], subject=f"action {action.reference}"):
        action.save()
    return action


def conclude_meeting(*, by: Viewer, meeting: Meeting) -> Meeting:
    """End the meeting: cases that were not heard are carried over, those heard move on, and owners are told of their actions."""
    check_can_record_meeting(by, meeting.panel_id)
    meeting = claim_meeting(by, meeting, Meeting.Status.IN_SESSION)
    hearings = list(hearings_of(by, meeting))
    cases = [hearing.case.reference for hearing in hearings]
    with recording(by=by, event="meeting.concluded", cases=cases, subject=f"meeting {meeting.reference}"):
        for hearing in hearings:
            _settle(by, hearing)
        _tell_owners(by, meeting)
        meeting.status, meeting.concluded_at = Meeting.Status.CONCLUDED, timezone.now()
        meeting.save()
    return meeting


def _settle(by: Viewer, hearing: Hearing) -> None:
    if hearing.status == Hearing.Status.LISTED:
        hearing.status = Hearing.Status.CARRIED_OVER
        hearing.save()
    plugin = hearing.meeting.panel.plugin
    heard = hearing.status == Hearing.Status.HEARD
    if heard and plugin.heard_status in plugin.case_statuses[hearing.case.status]:
        move_case(by=by, case=hearing.case, status=plugin.heard_status)


def _tell_owners(by: Viewer, meeting: Meeting) -> None:
    for action in visible(by, Action).filter(hearing__meeting=meeting):
        speakers = speakers_of(action.agency_id, meeting.panel)
        notify(by=by, users=speakers, kind="action.agreed", subject=action.reference, due_on=action.due_on)


def _in_session(by: Viewer, meeting: Meeting) -> None:
    """Raise `NotNow` unless the meeting, as it now stands, is in session."""
    now = one_or_404(visible(by, Meeting), pk=meeting.pk)
    if now.status != Meeting.Status.IN_SESSION:
        raise NotNow(
            f"This meeting is “{now.get_status_display().lower()}”: start it before recording what it decides."
        )
