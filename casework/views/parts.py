"""What the pages about one meeting share: its sub-navigation, and keys for pages with a form in each row."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.urls import reverse

from casework.access.guards import can_run_office
from casework.access.viewer import Viewer
from casework.models import Meeting

COLOURS = {"planned": "grey", "circulated": "blue", "in_session": "amber", "concluded": "green", "cancelled": "red"}


def keyed(rows: Iterable[Any]) -> list[tuple[Any, UUID]]:
    """Each row with a fresh idempotency key, for its own form."""
    return [(row, uuid4()) for row in rows]


def meeting_parts(viewer: Viewer, meeting: Meeting, here: str) -> dict:
    """The identity bar and the tabs of a meeting, as far as they are for this viewer."""
    tabs = [("Meeting", "meeting")]
    if viewer.speaks_for:
        tabs.append(("Our research", "meeting_research"))
    if can_run_office(viewer, meeting.panel_id):
        tabs += [
            ("Agenda", "meeting_agenda"),
            ("Research", "meeting_returns"),
            ("Packs", "meeting_packs"),
            ("Second person", "meeting_waiting"),
        ]
    if viewer.holds(meeting.panel_id):
        tabs.append(("Attendance", "meeting_attendance"))
    items = [
        {"label": label, "url": reverse(name, args=[meeting.reference]), "current": name == here}
        for label, name in tabs
    ]
    return {"parts": items, "meeting_colour": COLOURS[meeting.status]}
