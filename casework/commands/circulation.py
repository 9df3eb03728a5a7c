"""Circulating an agenda: the decision to share, the agencies' windows on the cases, and the requests for research."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_run_office
from casework.access.policies import NotNow
from casework.access.viewer import Viewer
from casework.commands.access import grant_to_agency
from casework.commands.decisions import Answers, decide
from casework.commands.meetings import claim_meeting
from casework.commands.notify import notify
from casework.commands.releases import tell_who_may_release
from casework.models import (
    Agency,
    Basis,
    DisclosureDecision,
    Hearing,
    Meeting,
    ResearchReturn,
)
from casework.queries.circulation import not_asked, reasons_at_referral, statements_known
from casework.queries.meetings import window_ends
from casework.queries.notices import register_notice
from casework.queries.seats import seated_agencies, speakers_of

event_types.register(agenda_circulated="circulated an agenda and asked for research")
register_notice("research.requested", "Research is requested for a coming meeting", "meeting_research")


def circulate(
    *,
    by: Viewer,
    meeting: Meeting,
    shares: Sequence[tuple[Answers, Sequence[Agency]]],
    research_due_on: date,
    version: int | None = None,
) -> list[DisclosureDecision]:
    """Open the agencies' windows on the cases until five working days after the meeting, and ask them for research.

    `shares` are sets of seated agencies with the answers for each; an agency in none is given nothing. There is one decision
    for each set, about all cases with the reason given at each referral. Run again, it circulates what an agency was not
    asked about before: late additions, and agencies left out. Raises `NotNow` where nothing is left, `ValidationError`, `Stale`.
    """
    check_can_run_office(by, meeting.panel_id)
    meeting = claim_meeting(by, meeting, Meeting.Status.PLANNED, Meeting.Status.CIRCULATED, version=version)
    plan = _plan(by, meeting, shares)
    hearings = {hearing.pk: hearing for _, asked in plan for several in asked.values() for hearing in several}
    cases = [hearing.case.reference for hearing in hearings.values()]
    with recording(by=by, event="agenda.circulated", cases=cases, subject=f"meeting {meeting.reference}") as record:
        made = [_share(by, meeting, answers, asked) for answers, asked in plan]
        meeting.status, meeting.circulated_at = Meeting.Status.CIRCULATED, meeting.circulated_at or timezone.now()
        meeting.research_due_on = research_due_on
        meeting.save()
        for decision, (_, asked) in zip(made, plan, strict=True):
            for agency, several in asked.items():
                _ask(by, meeting, agency, several, decision)
        tell_who_may_release(by, meeting)
        record.details |= {
            "decisions": [decision.reference for decision in made],
            "agencies": [agency.slug for _, asked in plan for agency in asked],
        }
    return made


def _plan(
    by: Viewer, meeting: Meeting, shares: Sequence[tuple[Answers, Sequence[Agency]]]
) -> list[tuple[Answers, dict[Agency, list[Hearing]]]]:
    """For each set, what each of its agencies has not been asked about yet. Nobody without a seat and a live signature."""
    seated, waiting = set(seated_agencies(meeting.panel)), not_asked(by, meeting)
    named = [agency for _, agencies in shares for agency in agencies]
    if len(named) != len(set(named)) or not seated.issuperset(named):
        raise ValidationError("An agency stands in two sets, or has no seat with a live signature.")
    plan = []
    for answers, agencies in shares:
        asked = {agency: waiting[agency.pk] for agency in agencies if waiting[agency.pk]}
        if asked:
            plan.append((answers, asked))
    if not plan:
        raise NotNow(
            "There is nothing to circulate: no new case is listed, or no agency has a seat and a live signature."
        )
    return plan


def _share(by: Viewer, meeting: Meeting, answers: Answers, asked: dict[Agency, list[Hearing]]) -> DisclosureDecision:
    """The decision for one set, about its cases; statements that wait for a second person are held back."""
    hearings = {hearing.pk: hearing for several in asked.values() for hearing in several}
    reasons = reasons_at_referral(by, list(hearings.values()))
    known = statements_known(by, [hearing.case_id for hearing in hearings.values()])
    return decide(
        by=by, kind=DisclosureDecision.Kind.CIRCULATION, panel=meeting.panel, meeting=meeting, answers=answers,
        recipients=list(asked), items=known.open, held_back=known.waiting,
        cases=[(hearing.case, reasons[hearing.case_id] or answers.necessity) for hearing in hearings.values()],
    )  # fmt: skip


def _ask(by: Viewer, meeting: Meeting, agency: Agency, hearings: list[Hearing], decision: DisclosureDecision) -> None:
    for hearing in hearings:
        grant_to_agency(
            by=by, case=hearing.case, group_id=agency.group_id, basis=Basis.WINDOW, decision=decision, meeting=meeting,
            expires_at=window_ends(meeting),
        )  # fmt: skip
        ResearchReturn(hearing=hearing, case=hearing.case, agency=agency, due_on=meeting.research_due_on).save()
    speakers = speakers_of(agency.pk, meeting.panel)
    notify(by=by, users=speakers, kind="research.requested", subject=meeting.reference, due_on=meeting.research_due_on)
