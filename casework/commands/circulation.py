"""Circulating an agenda: the decision to share, the agencies' windows on the cases, and the requests for research."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_run_office
from casework.access.policies import NotNow
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.access import grant_to_agency
from casework.commands.cases import decide_to_share
from casework.commands.meetings import claim_meeting
from casework.commands.notify import notify
from casework.models import (
    Agency,
    Basis,
    DisclosureDecision,
    Hearing,
    LegalGateway,
    Meeting,
    ResearchReturn,
)
from casework.queries.meetings import hearings_of, window_ends
from casework.queries.notices import register_notice
from casework.queries.seats import seated_agencies, speakers_of

event_types.register(agenda_circulated="circulated an agenda and asked for research")
register_notice("research.requested", "Research is requested for a coming meeting", "meeting_research")


@dataclass(frozen=True)
class Reasons:
    """Why the agenda is shared: the power, one sentence of necessity, and the victims' views."""

    gateway: LegalGateway
    necessity: str
    victim_views: str


def not_circulated(by: Viewer, meeting: Meeting) -> list[Hearing]:
    """Hearings of the meeting for which nobody has been asked yet: all of a planned one, late additions of another."""
    asked = visible(by, ResearchReturn).filter(hearing__meeting=meeting).values_list("hearing_id", flat=True)
    return [hearing for hearing in hearings_of(by, meeting) if hearing.pk not in set(asked)]


def circulate(
    *, by: Viewer, meeting: Meeting, reasons: Reasons, research_due_on: date, version: int | None = None
) -> DisclosureDecision:
    """Open each seated agency's window on each case until five working days after the meeting, and ask it for research.

    Only agencies whose signature is in force are given anything. Run again, it circulates the late additions alone, under
    a decision of their own. Raises `NotNow` where nothing is left to circulate, and `Stale`.
    """
    check_can_run_office(by, meeting.panel_id)
    meeting = claim_meeting(by, meeting, Meeting.Status.PLANNED, Meeting.Status.CIRCULATED, version=version)
    hearings = not_circulated(by, meeting)
    agencies = seated_agencies(meeting.panel)
    if not hearings or not agencies:
        raise NotNow(
            "There is nothing to circulate: no new case is listed, or no agency has a seat and a live signature."
        )
    cases = [hearing.case.reference for hearing in hearings]
    with recording(by=by, event="agenda.circulated", cases=cases, subject=f"meeting {meeting.reference}") as record:
        decision = decide_to_share(
            by=by, panel=meeting.panel, meeting=meeting, gateway=reasons.gateway, necessity=reasons.necessity,
            victim_views=reasons.victim_views,
        )  # fmt: skip
        meeting.status, meeting.circulated_at = Meeting.Status.CIRCULATED, meeting.circulated_at or timezone.now()
        meeting.research_due_on = research_due_on
        meeting.save()
        for agency in agencies:
            _ask(by, meeting, agency, hearings, decision)
        record.details |= {"decision": decision.reference, "agencies": [agency.slug for agency in agencies]}
    return decision


def _ask(by: Viewer, meeting: Meeting, agency: Agency, hearings: list[Hearing], decision: DisclosureDecision) -> None:
    for hearing in hearings:
        grant_to_agency(
            by=by, case=hearing.case, group_id=agency.group_id, basis=Basis.WINDOW, decision=decision, meeting=meeting,
            expires_at=window_ends(meeting),
        )  # fmt: skip
        ResearchReturn(hearing=hearing, case=hearing.case, agency=agency, due_on=meeting.research_due_on).save()
    speakers = speakers_of(agency.pk, meeting.panel)
    notify(by=by, users=speakers, kind="research.requested", subject=meeting.reference, due_on=meeting.research_due_on)
