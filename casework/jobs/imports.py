"""Long imports as a job, step by step, as the person who asked: what she may do is asked again for every step."""

from audit.actors import SystemActor
from casework.access.scope import one_or_404, visible
from casework.access.viewer import acting
from casework.commands.imports import IN_WORK, go_on, read
from casework.commands.queue import job
from casework.models import ImportBatch, User


@job("imports.go_on")
def finish(*, by: SystemActor, reference: str, membership_id: int) -> dict:
    """Do the work in hand of one import to its end; how many rows it has. Raises what the commands raise."""
    user = User.objects.get(pk=by.asked_by_id)
    with acting(user, membership_id) as viewer:
        batch = one_or_404(visible(viewer, ImportBatch).select_related("panel"), reference=reference)
        if batch.status not in IN_WORK:
            return {"rows": batch.total_rows}
        checked = read(viewer, batch)
    begun = batch.status
    while batch.status == begun:
        with acting(user, membership_id) as viewer:
            batch = go_on(by=viewer, batch=batch, checked=checked)
    return {"rows": batch.total_rows}
