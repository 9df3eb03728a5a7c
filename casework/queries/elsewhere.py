"""Which other panels know somebody in a case, for the office of the case's panel."""

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Case, KnownElsewhere
from casework.queries.home import Task, task_source


def known_elsewhere(viewer: Viewer, case: Case) -> list[KnownElsewhere]:
    """What the office was told of this case and has not settled, by the other panel's name."""
    if not viewer.holds(case.panel_id):
        return []
    rows = visible(viewer, KnownElsewhere).filter(case=case, settled_at=None).select_related("panel")
    return list(rows.order_by("panel__name"))


@task_source
def offices_to_ask(viewer: Viewer) -> list[Task]:
    """One line for each case that another panel knows somebody in."""
    if not viewer.offices:
        return []
    rows = visible(viewer, KnownElsewhere).filter(settled_at=None).select_related("case", "panel")
    return [
        Task(f"Case {row.case.reference}: known to {row.panel.name}, ask its office", "case", (row.case.reference,), None, "Known elsewhere")
        for row in rows.order_by("found_at")
    ]  # fmt: skip
