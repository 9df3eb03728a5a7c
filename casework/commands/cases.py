"""Opening a case, and changing its status."""

from collections.abc import Callable
from datetime import date

from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_record_meeting
from casework.access.policies import check_case_move
from casework.access.viewer import Viewer
from casework.commands.access import grant_to_office
from casework.commands.locking import claim, next_id
from casework.commands.queue import queue
from casework.models import Agency, Case, Panel, new_reference

event_types.register(
    case_opened="opened the case",
    case_status_changed="changed the status of the case",
)


def open_case(
    *,
    by: Viewer,
    panel: Panel,
    status: str = "",
    lead_agency: Agency | None = None,
    referred_on: date | None = None,
    first: Callable[[Case], None] | None = None,
) -> Case:
    """A new case with its office's grant. A step of a command: called inside its recording.

    The key is drawn first and the grant written before the row, or the row could not be read back. `first` writes the
    further grants of one who opens a case without holding the office; it too runs before the row.
    """
    case = Case(
        pk=next_id(Case), reference=new_reference(), panel=panel, status=status or panel.plugin.first_status,
        lead_agency=lead_agency, last_referred_on=referred_on,
    )  # fmt: skip
    grant_to_office(by=by, case=case)
    if first:
        first(case)
    case.save(force_insert=True)
    queue("elsewhere.compare", by=by, case_id=case.pk)
    return case


def move_case(*, by: Viewer, case: Case, status: str, version: int | None = None) -> Case:
    """Change a case's status by its kind's table. Raises `Refused`, `NotNow` and `Stale`."""
    check_can_record_meeting(by, case.panel_id)
    case = claim(by, case, version)
    check_case_move(case, status)
    with recording(
        by=by, event="case.status_changed", cases=[case.reference], details={"from": case.status, "to": status}
    ):
        case.status = status
        case.closed_at = timezone.now() if not case.panel.plugin.case_statuses[status] else None
        case.save()
    return case
