"""Comparing a case with the partnership's other panels, as a job."""

from audit.actors import SystemActor
from casework.commands.elsewhere import compare_case
from casework.commands.queue import job


@job("elsewhere.compare")
def compare(*, by: SystemActor, case_id: int) -> dict:
    """Compare one new or changed case; how many notes were written."""
    return {"noted": compare_case(case_id=case_id, asked_by_id=by.asked_by_id)}
