"""A pack without the cases that a reader must not know of: renumbered and timed anew, so that no gap tells of them."""

from dataclasses import replace
from datetime import timedelta

from casework.documents.content import PackContent


def without(content: PackContent, cases: set[str], actions: set[str]) -> PackContent:
    """The pack without those cases and overdue actions, by reference; the same content where there are none of them."""
    lines = [line for line in content.agenda if line.reference not in cases]
    if len(lines) == len(content.agenda) and not cases and not actions:
        return content
    at, places = content.meeting.starts_at, {}
    for number, line in enumerate(lines, start=1):
        places[line.reference] = {"number": str(number), "starts_at": at}
        at += timedelta(minutes=line.minutes)
    meeting = content.meeting if content.meeting.ends_at is None else replace(content.meeting, ends_at=at)
    return replace(
        content,
        meeting=meeting,
        agenda=tuple(replace(line, **places[line.reference]) for line in lines),
        overdue_actions=tuple(action for action in content.overdue_actions if action.reference not in actions),
        cases=tuple(
            replace(case, **places.get(case.reference, {})) for case in content.cases if case.reference not in cases
        ),
    )
