"""What waits for somebody: dated tasks made from data. Each part of the product contributes its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from casework.access.viewer import Viewer
from casework.panels.registry import panel_kinds


@dataclass(frozen=True)
class Task:
    """One line on somebody's home. `text` names no person; `url_name` and `url_args` lead to the form that settles it."""

    text: str
    url_name: str
    url_args: tuple[str, ...] = ()
    due_on: date | None = None
    group: str = "To do"


TaskSource = Callable[[Viewer], list[Task]]
_sources: list[TaskSource] = []


def task_source(source: TaskSource) -> TaskSource:
    """Decorator: the function's tasks stand on the home of whoever it returns them for."""
    _sources.append(source)
    return source


@task_source
def of_panel_kinds(viewer: Viewer) -> list[Task]:
    """What each kind of panel adds."""
    return [task for kind in panel_kinds() for task in kind.tasks(viewer)]


def tasks_for(viewer: Viewer) -> list[Task]:
    """All tasks, soonest first, undated last."""
    found = [task for source in _sources for task in source(viewer)]
    return sorted(found, key=lambda task: (task.due_on is None, task.due_on or date.max, task.group))
