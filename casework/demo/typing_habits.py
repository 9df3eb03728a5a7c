"""How a busy coordinator writes names, days and answers into a sheet: several ways for the same, and now and then wrong."""

import datetime
import random

from casework.demo import invented
from casework.demo.histories import Invented

FORMS = ("%d/%m/%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d %b %Y", "%A %d %B %Y", "%d/%m/%y", "%d %B %Y")
NOT_KNOWN = ("unknown", "?", "n/k", "not known", None)


class Hand:
    """One typist, with the rate of slips; draws from the seeded generator given."""

    def __init__(self, draw: random.Random, carelessness: float = 1.0) -> None:
        self.draw = draw
        self.rate = carelessness

    def chance(self, share: float) -> bool:
        return self.draw.random() < share

    def slips(self, share: float) -> bool:
        return self.draw.random() < share * self.rate

    def day(self, day: datetime.date) -> object:
        """A day as a real date (half the time) or as text in one of many forms."""
        if self.chance(0.5):
            return datetime.datetime(day.year, day.month, day.day)  # noqa: DTZ001
        text = day.strftime(self.draw.choice(FORMS))
        return text.replace("/0", "/").lstrip("0") if self.chance(0.15) and "/" in text else text

    def birth(self, person: Invented, seen: datetime.date) -> object:
        kind = self.draw.random()
        if kind < 0.05 * self.rate:
            return self.draw.choice(NOT_KNOWN)
        if kind < 0.09 * self.rate:
            return f"approx {int((seen - person.birth).days / 365.25)} yrs"
        if kind < 0.14 * self.rate:
            return self.day(invented.other_birth(self.draw, person.birth))
        return self.day(person.birth)

    def name_parts(self, person: Invented) -> tuple[str, str]:
        """(surname, forename) as typed: slips, short forms, other spellings, a married name, or not known."""
        surname, forename = person.surname, person.forename
        if self.slips(0.05):
            surname = invented.slip(self.draw, surname)
        elif self.slips(0.02):
            surname = f"{surname}-{self.draw.choice(invented.SURNAMES)}" if person.female else surname
        if self.slips(0.05):
            forename = invented.SHORT_FORMS.get(forename, forename)
        elif self.slips(0.04):
            forename = invented.OTHER_SPELLINGS.get(forename, forename)
        elif self.slips(0.02):
            forename = invented.slip(self.draw, forename)
        if self.slips(0.006):
            return surname, "Unknown"
        return surname, forename

    def name(self, person: Invented) -> str:
        """A whole name in one cell."""
        surname, forename = self.name_parts(person)
        kind = self.draw.random()
        if kind < 0.15:
            return f"{surname.upper()}, {forename}"
        if kind < 0.22:
            return f"{surname.upper()} {forename}"
        if kind < 0.35:
            return f"{forename} {surname.upper()}"
        return f" {forename}  {surname} " if kind < 0.42 else f"{forename} {surname}"

    def names(self, people: list[Invented]) -> str:
        joint = self.draw.choice((" & ", "\n", " and ", " / "))
        return joint.join(self.name(person) for person in people)

    def postcode(self, postcode: str) -> str:
        return postcode.replace(" ", "").lower() if self.chance(0.15) else postcode

    def perpetrator_address(self, home: tuple[str, str], victim_home: tuple[str, str]) -> str | None:
        return self.draw.choice(("NFA", "HMP", "as above", None, victim_home[0], home[0]))

    def yes_no(self, yes: bool) -> str | None:
        return self.draw.choice(("Y", "Yes", "y", "✓", "YES") if yes else ("N", "No", "n", "-", None))
