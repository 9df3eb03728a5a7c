"""Actions between the meeting and their outcome. Their own agency does them and says what came of it."""

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_close_action
from casework.access.policies import ACTION_MOVES, check_move
from casework.access.viewer import Viewer
from casework.commands.locking import claim
from casework.commands.notify import notify
from casework.models import Action
from casework.queries.notices import register_notice
from casework.queries.seats import officers_of

event_types.register(action_started="started an action", action_closed="closed an action with its outcome")
register_notice("action.closed", "An agency closed an action", "action")
CLOSING = (Action.Status.DONE, Action.Status.NOT_POSSIBLE, Action.Status.NOT_DONE)


def start_action(*, by: Viewer, action: Action) -> Action:
    """The agency has begun. Raises `Refused` for another agency, `NotNow` for a closed action."""
    check_can_close_action(by, action)
    action = claim(by, action)
    check_move(ACTION_MOVES, action.status, Action.Status.IN_PROGRESS)
    with recording(by=by, event="action.started", cases=case_of(action), subject=f"action {action.reference}"):
        action.status = Action.Status.IN_PROGRESS
        action.save()
    return action


def close_action(*, by: Viewer, action: Action, status: str, outcome: str, version: int | None = None) -> Action:
    """Close an action as done, not possible or not done, with what came of it; the panel's office is told.

    The agency that owes it may do so when its window on the case is over. Raises `Refused`, `NotNow`, `Stale`.
    """
    check_can_close_action(by, action)
    action = claim(by, action, version)
    check_move(ACTION_MOVES, action.status, status)
    if status not in CLOSING or not outcome.strip():
        raise ValidationError("Say how the action ended and what came of it.")
    with recording(
        by=by,
        event="action.closed",
        cases=case_of(action),
        subject=f"action {action.reference}",
        details={"status": status},
    ):
        action.status, action.outcome = status, outcome
        action.closed_at, action.closed_by_id = timezone.now(), by.user_id
        action.save()
        notify(by=by, users=officers_of(action.panel), kind="action.closed", subject=action.reference)
    return action


def case_of(action: Action) -> list[str]:
    """The reference of the action's case for the audit, also when the agency's window on the case is over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT reference FROM casework_case WHERE id = %s), rt_case_of_owed_action(%s))",
            [action.case_id, action.pk],
        )
        found = cursor.fetchone()[0]
    return [found] if found else []
