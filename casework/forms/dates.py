"""Dates typed in three boxes. What is impossible is refused in words that name the wrong box."""

import unicodedata
from calendar import month_abbr, month_name, monthrange
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from casework.forms.values import BOXES, PartialDate
from casework.forms.widgets import DateBoxes

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
MONTHS = {name.lower(): number for names in (month_name, month_abbr) for number, name in enumerate(names) if name}
MONTHS["sept"] = 9


def say(day: date) -> str:
    """`1 March 2026`."""
    return f"{day.day} {month_name[day.month]} {day.year}"


class WrongDate(ValidationError):
    """A refused date; `boxes` names the boxes to mark."""

    def __init__(self, message: str, boxes=BOXES):
        super().__init__(message, code="invalid_date", params={"boxes": tuple(boxes)})


class BoxedDateField(forms.Field):
    """What both date fields share: reading the boxes and saying what is wrong with them."""

    widget = DateBoxes
    needed: tuple[str, ...] = BOXES

    @property
    def spoken(self) -> str:
        return str(self.label or "The date")

    def to_python(self, value):
        texts = dict(zip(BOXES, (self.plain(text) for text in value or ["", "", ""]), strict=True))
        if not any(texts.values()):
            return None
        self.refuse_missing(texts)
        return self.build({box: self.number(box, text) for box, text in texts.items() if text})

    @staticmethod
    def plain(text) -> str:
        return unicodedata.normalize("NFKC", str(text or "")).strip()

    def refuse_missing(self, texts):
        missing = [box for box in self.needed if not texts[box]]
        if missing:
            raise WrongDate(f"{self.spoken} must include a {' and a '.join(missing)}", missing)

    def number(self, box: str, text: str) -> int:
        """The number in one box; a month may be a name. Raises WrongDate for anything else."""
        if box == "month" and text.lower() in MONTHS:
            return MONTHS[text.lower()]
        if not (text.isdecimal() and len(text) <= 4):
            kind = "a number or a name, like 3 or March" if box == "month" else "a number"
            raise WrongDate(f"{self.spoken}: the {box} must be {kind}", [box])
        return self.in_range(box, int(text), text)

    def in_range(self, box: str, number: int, text: str) -> int:
        if box == "year" and len(text) != 4:
            raise WrongDate(f"{self.spoken}: the year must have 4 digits, like 1987", [box])
        low, high = {"day": (1, 31), "month": (1, 12), "year": (EARLIEST_YEAR, LATEST_YEAR)}[box]
        if not low <= number <= high:
            raise WrongDate(f"{self.spoken}: the {box} must be between {low} and {high}", [box])
        return number

    def refuse_impossible(self, year: int, month: int, day: int):
        days = monthrange(year, month)[1]
        if day > days:
            named = f"{month_name[month]} {year}"
            raise WrongDate(f"{self.spoken}: {day} {named} does not exist, because {named} has {days} days", ["day"])

    def has_changed(self, initial, data):
        before = self.widget.decompress(initial)
        return [self.plain(text) for text in data or ["", "", ""]] != before


class UKDateField(BoxedDateField):
    """A whole date; `past` allows today and before, `future` today and after, both by the calendar of London."""

    def __init__(self, *, past: bool = False, future: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.past, self.future = past, future

    def build(self, numbers) -> date:
        self.refuse_impossible(numbers["year"], numbers["month"], numbers["day"])
        return date(numbers["year"], numbers["month"], numbers["day"])

    def validate(self, value):
        super().validate(value)
        if value is None:
            return
        today = timezone.localdate()
        if self.past and value > today:
            raise WrongDate(f"{self.spoken} must be today or in the past. You have typed {say(value)}")
        if self.future and value < today:
            raise WrongDate(f"{self.spoken} must be today or in the future. You have typed {say(value)}")


class PartialDateField(BoxedDateField):
    """A date of which the day, or the day and the month, may be left empty; gives a `PartialDate`."""

    needed = ("year",)

    def __init__(self, *, past: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.past = past

    def build(self, numbers) -> PartialDate:
        if "day" in numbers and "month" not in numbers:
            raise WrongDate(f"{self.spoken} must include a month where it has a day", ["month"])
        if "day" in numbers:
            self.refuse_impossible(numbers["year"], numbers["month"], numbers["day"])
        return PartialDate(**numbers)

    def validate(self, value):
        super().validate(value)
        if value and self.past and value.earliest > timezone.localdate():
            raise WrongDate(f"{self.spoken} must be today or in the past. You have typed {value}")
