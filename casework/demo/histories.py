"""Invented histories of referrals: who is referred when with whom, and the truth about repeats."""

import calendar
import datetime
import random
from dataclasses import dataclass, field

from casework.demo import invented


@dataclass(slots=True)
class Invented:
    """A person who does not exist, with their present address."""

    number: str
    forename: str
    surname: str
    birth: datetime.date
    home: tuple[str, str]
    female: bool = True


@dataclass(slots=True)
class InventedReferral:
    """One referral of the history: the day, the people, and the victim's address on that day."""

    day: datetime.date
    victim: Invented
    perpetrators: list[Invented]
    home: tuple[str, str]
    repeats: "InventedReferral | None" = None
    sheet_row: int = 0
    marked: bool = field(default=False)


class People:
    """Draws people: mostly from wide lists of names, some with a frequent name, some relatives and namesakes."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.all: list[Invented] = []

    def another(self) -> Invented:
        kind = self.draw.random()
        if kind < 0.08:
            forename, surname = self.draw.choice(invented.FREQUENT)
        elif kind < 0.11 and self.all:
            like = self.draw.choice(self.all)
            forename, surname = like.forename, like.surname
        else:
            forename, surname = self.draw.choice(invented.FORENAMES), self.draw.choice(invented.SURNAMES)
        if kind > 0.97:
            surname = f"{surname}-{self.draw.choice(invented.SURNAMES)}"
        return self._made(forename, surname, self._birth(), invented.address(self.draw))

    def relative_of(self, one: Invented) -> Invented:
        """Somebody of the same surname at the same address: a twin now and then."""
        forename = self.draw.choice([name for name in invented.FORENAMES if name != one.forename])
        birth = one.birth if self.draw.random() < 0.2 else self._birth()
        return self._made(forename, one.surname, birth, one.home)

    def _made(self, forename: str, surname: str, birth: datetime.date, home: tuple[str, str]) -> Invented:
        made = Invented(f"N{len(self.all):05}", forename, surname, birth, home, self.draw.random() < 0.8)
        self.all.append(made)
        return made

    def _birth(self) -> datetime.date:
        return datetime.date(1950, 1, 1) + datetime.timedelta(days=self.draw.randint(0, 57 * 365))


def history(draw: random.Random, rows: int, start: datetime.date) -> list[InventedReferral]:
    """So many referrals over nineteen months, by day, with `repeats` set as the rule has it."""
    people = People(draw)
    made: list[InventedReferral] = []
    while len(made) < rows:
        made += _story(draw, people, made, start)
    made = sorted(made[:rows], key=lambda one: one.day)
    _move_homes(draw, made)
    _mark_repeats(made)
    return made


def _story(
    draw: random.Random, people: People, before: list[InventedReferral], start: datetime.date
) -> list[InventedReferral]:
    victim, perpetrators = _parties(draw, people, before)
    day = start + datetime.timedelta(days=draw.randint(0, 570))
    found = [InventedReferral(day, victim, perpetrators, victim.home)]
    while draw.random() < 0.45 and len(found) < 9:
        gap = draw.choice((0, 3, 10, 30, 60, 120, 200, 300, 364, 365, 366, 367, 400, 430))
        day = found[-1].day + datetime.timedelta(days=gap)
        if (day - start).days > 575:
            break
        again = perpetrators[:1] if len(perpetrators) > 1 and draw.random() < 0.4 else perpetrators
        found.append(InventedReferral(day, victim, list(again), victim.home))
    return found


def _parties(draw: random.Random, people: People, before: list[InventedReferral]) -> tuple[Invented, list[Invented]]:
    kind = draw.random()
    earlier = draw.choice(before) if before else None
    if earlier and kind < 0.06:
        return earlier.victim, [people.another()]
    if earlier and kind < 0.11:
        return people.another(), [earlier.perpetrators[0]]
    if earlier and kind < 0.14:
        return earlier.perpetrators[0], [earlier.victim]
    if earlier and kind < 0.17:
        return people.relative_of(earlier.victim), [
            earlier.perpetrators[0] if draw.random() < 0.5 else people.another()
        ]
    victim = people.another()
    perpetrators = [people.another()]
    if kind > 0.95:
        perpetrators.append(people.relative_of(perpetrators[0]) if draw.random() < 0.5 else people.another())
    return victim, perpetrators


def _move_homes(draw: random.Random, referrals: list[InventedReferral]) -> None:
    now: dict[str, tuple[str, str]] = {}
    for one in referrals:
        if one.victim.number in now and draw.random() < 0.12:
            now[one.victim.number] = invented.address(draw)
        one.home = now.setdefault(one.victim.number, one.home)


def _mark_repeats(referrals: list[InventedReferral]) -> None:
    latest: dict[tuple[str, str], tuple[int, InventedReferral]] = {}
    for place, one in enumerate(referrals):
        pairs = [(one.victim.number, perpetrator.number) for perpetrator in one.perpetrators]
        earlier = [latest[pair] for pair in pairs if pair in latest]
        counting = [found for found in earlier if one.day <= year_after(found[1].day)]
        one.repeats = max(counting, key=lambda found: found[0])[1] if counting else None
        latest.update(dict.fromkeys(pairs, (place, one)))


def year_after(day: datetime.date) -> datetime.date:
    """The same day of the next year; the last of February for the 29th."""
    return day.replace(year=day.year + 1, day=min(day.day, calendar.monthrange(day.year + 1, day.month)[1]))
