"""A pack without the cases that a reader must not know of: renumbered and timed anew, so that no gap tells of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from casework.documents.content import AgendaLine, CaseSection, PackContent

Placed = TypeVar("Placed", AgendaLine, CaseSection)


def without(content: PackContent, cases: set[str], actions: set[str]) -> PackContent:
    """The pack without those cases and overdue actions, by reference; the same content where there are none of them."""
    lines = [line for line in content.agenda if line.reference not in cases]
    if len(lines) == len(content.agenda) and not cases and not actions:
        return content
    at, places = content.meeting.starts_at, {}
    for number, line in enumerate(lines, start=1):
        places[line.reference] = str(number), at
        at += timedelta(minutes=line.minutes)
    meeting = content.meeting if content.meeting.ends_at is None else replace(content.meeting, ends_at=at)
    return replace(
        content,
        meeting=meeting,
        agenda=tuple(_placed(line, places) for line in lines),
        overdue_actions=tuple(action for action in content.overdue_actions if action.reference not in actions),
        cases=tuple(_placed(case, places) for case in content.cases if case.reference not in cases),
    )


def _placed(part: Placed, places: dict[str, tuple[str, datetime]]) -> Placed:
    """The line or section with its new number and time; what stands on no agenda keeps its own."""
    number, starts_at = places.get(part.reference, (part.number, part.starts_at))
    return replace(part, number=number, starts_at=starts_at)
