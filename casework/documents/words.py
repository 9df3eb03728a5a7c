"""Dates and times as a document says them: by the clock of London."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def say_date(day: date | None) -> str:
    """`1 March 2026`, or nothing. A moment is said by its day in London."""
    if isinstance(day, datetime):
        day = day.astimezone(LONDON)
    return f"{day.day} {day:%B} {day.year}" if day else ""


def say_clock(moment: datetime) -> str:
    """`14:05`."""
    return f"{moment.astimezone(LONDON):%H:%M}"


def say_moment(moment: datetime) -> str:
    """`1 March 2026 at 14:05`."""
    return f"{say_date(moment)} at {say_clock(moment)}"
