"""A year of work told by the product's own commands, each on its day and as its person."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import time_machine

from casework.access.viewer import Viewer, acting
from casework.demo.people import People

LONDON = ZoneInfo("Europe/London")


@dataclass
class Story:
    """What the loaders of the kinds of panel share: the people, the day that is today, and dice that fall alike for a seed.

    The loader's own process travels in time; the database's clock and the digests stay as they are, so history says when
    the demo was loaded while events and dates tell the year.
    """

    people: People
    today: date
    seed: int
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311 -- invented people, not secrets

    @contextmanager
    def on(self, username: str, day: date, hour: int = 10, minute: int = 0) -> Iterator[Viewer]:
        """Act as somebody on a day, in one transaction. Days after today are an error in the story."""
        moment = datetime.combine(day, time(hour, minute), LONDON)
        with time_machine.travel(moment, tick=True), acting(self.people.users[username]) as viewer:
            yield viewer

    def before(self, days: int) -> date:
        """A day some days before today; a weekend becomes the Friday before."""
        day = self.today - timedelta(days=days)
        return day - timedelta(days=max(0, day.weekday() - 4))
