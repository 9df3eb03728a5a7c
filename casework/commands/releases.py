"""The second person: releasing statements of classes that wait, or keeping them closed, with a reason (domain: information sharing 3.1)."""

from collections.abc import Collection
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import Refused, check_can_be_second
from casework.access.policies import NotNow
from casework.access.viewer import Viewer
from casework.commands.decisions import Answers, decide
from casework.commands.notify import notify
from casework.models import DisclosureDecision, InformationItem, ItemRelease, Meeting
from casework.queries.notices import register_notice
from casework.queries.releases import circulators, may_release, waiting_of

event_types.register(
    statements_released="released statements that waited for a second person",
    statements_kept_closed="kept statements closed that waited for a second person",
)
register_notice("release.waiting", "Statements wait for a second person", "meeting_waiting")
SAID = "As the decision of each statement's agency says."
NOTHING = Answers(gateway=None, condition=None, purpose="", necessity="", victim_views="")


def tell_who_may_release(by: Viewer, meeting: Meeting) -> None:
    """Tell those of the office who did not circulate the agenda, if anything waits. A step of a command: called inside its recording."""
    if any(not row.kept_closed for row in waiting_of(by, meeting)):
        notify(by=by, users=may_release(by, meeting), kind="release.waiting", subject=meeting.reference)


def release(*, by: Viewer, meeting: Meeting, items: Collection[int], answers: Answers) -> DisclosureDecision:
    """Release the statements (keys) in one decision: whoever they were meant for reads them from now on.

    To whom each goes stands in its audience and in the decisions of the circulation. Raises `Refused` for who circulated the
    agenda or wrote one of them, `NotNow` before circulation, `ValidationError` where nothing is ticked or cannot be relied on.
    """
    chosen = _chosen(by, meeting, items)
    answers = replace(answers, necessity=SAID, victim_views=SAID)
    with recording(by=by, event="statements.released", cases=_references(chosen), subject=_subject(meeting)) as record:
        decision = decide(
            by=by,
            kind=DisclosureDecision.Kind.RELEASE,
            panel=meeting.panel,
            meeting=meeting,
            answers=answers,
            items=chosen,
        )
        for item in chosen:
            ItemRelease(
                item=item, case_id=item.case_id, decision=decision, released_by_id=by.user_id, released_at=timezone.now()
            ).save()  # fmt: skip
        record.details = {"decision": decision.reference, "released": len(chosen)}
    return decision


def keep_closed(*, by: Viewer, meeting: Meeting, items: Collection[int], reason: str) -> DisclosureDecision:
    """Keep the statements closed, with the reason; another second person may still release them. Raises as `release`."""
    chosen = _chosen(by, meeting, items)
    answers = replace(NOTHING, outcome=DisclosureDecision.Outcome.REFUSED, refusal_reason=reason)
    kind = DisclosureDecision.Kind.RELEASE
    with recording(
        by=by, event="statements.kept_closed", cases=_references(chosen), subject=_subject(meeting)
    ) as record:
        decision = decide(by=by, kind=kind, panel=meeting.panel, meeting=meeting, answers=answers, held_back=chosen)
        record.details = {"decision": decision.reference, "kept_closed": len(chosen)}
    return decision


def _chosen(by: Viewer, meeting: Meeting, items: Collection[int]) -> list[InformationItem]:
    first = circulators(by, [meeting])[meeting.pk]
    check_can_be_second(by, meeting.panel_id, first)
    if not first:
        raise NotNow("The agenda has not been circulated yet, so nothing waits for a second person.")
    wanted = set(items)
    rows = [row for row in waiting_of(by, meeting) if row.item.pk in wanted]
    if any(row.own for row in rows):
        raise Refused("You wrote one of these statements. Another person of the office answers it.")
    if not rows or len(rows) != len(wanted):
        raise ValidationError("Tick the statements that you answer. One that is gone has been answered meanwhile.")
    return [row.item for row in rows]


def _references(items: list[InformationItem]) -> list[str]:
    return sorted({item.case.reference for item in items})


def _subject(meeting: Meeting) -> str:
    return f"meeting {meeting.reference}"
