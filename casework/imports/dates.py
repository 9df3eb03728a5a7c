"""Dates as people type them into a sheet: read day first, said aloud where in doubt, refused in words where impossible."""

import calendar
import datetime
import re
from dataclasses import dataclass
from typing import NamedTuple

from casework.imports.cells import clean_text, squeeze

OK, CHANGED, DOUBTFUL, REFUSED, UNKNOWN, BLANK = "ok", "changed", "doubtful", "refused", "unknown", "blank"
DAY, APPROXIMATE, NOT_KNOWN = "day", "approx", "unknown"
EXCEL_EPOCH = datetime.date(1899, 12, 30)
OLDEST_PERSON = 115
MOST_IN_CELL = 100_000_000

_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
_WEEKDAY = re.compile(r"^(mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_NUMERIC = re.compile(r"^(\d{1,2})\s*[/.\-\u2013 ]\s*(\d{1,2})\s*[/.\-\u2013 ]\s*(\d{4}|\d{2})$")
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_WORDS = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[\s\-./]*([a-z]{3,9})\.?,?[\s\-./]*(\d{4}|\d{2})$", re.IGNORECASE
)
_WORDS_US = re.compile(r"^([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}|\d{2})$", re.IGNORECASE)
_TIME = re.compile(r"[T\s]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:am|pm|z|hrs)?$", re.IGNORECASE)
_AGE = re.compile(
    r"^(?:(?:approx(?:imately|\.)?|about|around|circa|c\.?|ca\.?|aged?|est\.?|estimated|roughly|~|abt|early|mid|late)\s*)*"
    r"(\d{1,3})\s*(?:s)?\s*\+?\s*(?:yrs?\.?|years?|y/?o|yo|years?\s+old|yrs?\s+old)?\s*(?:old)?\s*(?:approx\.?|\?)?$",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"^(?:approx(?:imately|\.)?|about|around|circa|c\.?|ca\.?|est\.?|born|b\.|~|\s)*((?:19|20)\d{2})\s*\??$", re.I
)
_UNKNOWN = re.compile(
    r"^(?:\?+|-+|n/?k|n/?a|unk\.?|unknown|not\s*known|not\s*(?:given|stated|recorded|disclosed)|tbc|tba|none|nil|x+|dk|"
    r"d\.?o\.?b\.?\s*(?:unknown|n/?k|not known)|don'?t know|awaiting)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateReading:
    """What a cell says about a day.

    `swapped` is the other reading with day and month exchanged, where one exists: matching may need it. `precision` is
    "approx" for an age or a year alone (the date is then the middle of the possible time). `message` is fit to show.
    """

    date: datetime.date | None
    status: str
    message: str = ""
    precision: str = DAY
    swapped: datetime.date | None = None

    @property
    def refused(self) -> bool:
        return self.status == REFUSED


class _Limits(NamedTuple):
    earliest: datetime.date
    latest: datetime.date
    pivot: datetime.date

    def allow(self, day: datetime.date) -> bool:
        return self.earliest <= day <= self.latest


def parse_date(
    value: object,
    *,
    earliest: datetime.date,
    latest: datetime.date,
    reference: datetime.date | None = None,
    pivot: datetime.date | None = None,
) -> DateReading:
    """Read a day between `earliest` and `latest` (both included).

    Day comes before month, as here usual; two digits of a year mean the latest year not after `pivot` (else `latest`). With `reference` (the day
    the row is about) ages such as "approx 32 yrs" are read too, as an approximate birth date.
    """
    limits = _Limits(earliest, latest, pivot or latest)
    if isinstance(value, datetime.datetime):
        return _checked(value.date(), limits)
    if isinstance(value, datetime.date):
        return _checked(value, limits)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value, limits, reference)
    text = squeeze(clean_text(value).value)
    if not text:
        return DateReading(None, BLANK, precision=NOT_KNOWN)
    if _UNKNOWN.fullmatch(text):
        return DateReading(None, UNKNOWN, precision=NOT_KNOWN)
    return _from_text(text, limits, reference)


def _from_number(value: float, limits: _Limits, reference: datetime.date | None) -> DateReading:
    if not abs(value) < MOST_IN_CELL:
        return DateReading(None, REFUSED, "is a number that stands for no date", NOT_KNOWN)
    if reference and 0 < value <= OLDEST_PERSON:
        return _from_age(int(value), reference)
    if 1900 <= value <= limits.latest.year and float(value).is_integer() and reference:
        return _from_year(int(value))
    if 3000 < value < 80000:
        found = _checked(EXCEL_EPOCH + datetime.timedelta(days=int(value)), limits)
        return _noted(found, "read from the number the sheet keeps for a date")
    if float(value).is_integer() and _COMPACT.fullmatch(str(int(value))):
        return _from_text(str(int(value)), limits, reference)
    return DateReading(None, REFUSED, "is a number that stands for no date", NOT_KNOWN)


def _from_text(text: str, limits: _Limits, reference: datetime.date | None) -> DateReading:
    bare, weekday = _without_weekday(_TIME.sub("", text))
    parts = _parts(bare)
    if parts is not None:
        return _weekday_agrees(_from_parts(*parts, limits), weekday)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", bare):
        return _from_number(float(bare), limits, None)
    if reference:
        year, age = _YEAR.fullmatch(text), _AGE.fullmatch(text)
        if year:
            return _from_year(int(year[1]))
        if age and 0 < int(age[1]) <= OLDEST_PERSON:
            return _from_age(int(age[1]), reference)
    return DateReading(None, REFUSED, "cannot be read as a date", NOT_KNOWN)


def _without_weekday(text: str) -> tuple[str, str]:
    found = _WEEKDAY.match(text)
    return (text[found.end() :].strip(), found[1][:3].casefold()) if found else (text.strip(), "")


def _parts(text: str) -> tuple[int, int, str] | None:
    """Day, month, year as written; None if the text has not the form of a date."""
    found = _NUMERIC.fullmatch(text)
    if found:
        return int(found[1]), int(found[2]), found[3]
    found = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if found:
        return int(found[3]), int(found[2]), found[1]
    found = _WORDS.fullmatch(text)
    if found and found[2][:3].casefold() in _MONTHS:
        return int(found[1]), _MONTHS[found[2][:3].casefold()], found[3]
    found = _WORDS_US.fullmatch(text)
    if found and found[1][:3].casefold() in _MONTHS:
        return int(found[2]), _MONTHS[found[1][:3].casefold()], found[3]
    return None


def _from_parts(day: int, month: int, year: str, limits: _Limits) -> DateReading:
    full = int(year) if len(year) == 4 else _century(day, month, int(year), limits.pivot)
    made, other = _day(full, month, day), _day(full, day, month)
    if made is None and other is None:
        return DateReading(None, REFUSED, f"no such day: {day:02}/{month:02}/{year}", NOT_KNOWN)
    if made is None:
        found = _checked(other, limits)
        return _noted(found, "only possible with the month first, and read so", DOUBTFUL)
    found = _checked(made, limits)
    if found.refused and other and limits.allow(other):
        found = DateReading(other, DOUBTFUL, "only possible with the month first, and read so", swapped=made)
    return _noted(found, f"year read as {full}", CHANGED) if len(year) == 2 else found


def _century(day: int, month: int, short: int, latest: datetime.date) -> int:
    year = latest.year - latest.year % 100 + short
    return year - 100 if (year, month, day) > (latest.year, latest.month, latest.day) else year


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _checked(found: datetime.date, limits: _Limits) -> DateReading:
    if found < limits.earliest:
        return DateReading(None, REFUSED, f"{found:%d/%m/%Y} is too long ago", NOT_KNOWN)
    if found > limits.latest:
        return DateReading(None, REFUSED, f"{found:%d/%m/%Y} is too late", NOT_KNOWN)
    other = _day(found.year, found.day, found.month) if found.day != found.month else None
    return DateReading(found, OK, swapped=other if other and limits.allow(other) else None)


def _noted(found: DateReading, message: str, status: str = CHANGED) -> DateReading:
    if found.refused:
        return found
    worse = DOUBTFUL if DOUBTFUL in (status, found.status) else status
    joined = "; ".join(part for part in (found.message, message) if part)
    return DateReading(found.date, worse, joined, found.precision, found.swapped)


def _weekday_agrees(found: DateReading, weekday: str) -> DateReading:
    if not weekday or found.date is None or calendar.day_abbr[found.date.weekday()].casefold() == weekday:
        return found
    return _noted(found, "the day of the week does not fit the date", DOUBTFUL)


def _from_age(age: int, reference: datetime.date) -> DateReading:
    middle = reference - datetime.timedelta(days=round((age + 0.5) * 365.25))
    return DateReading(middle, DOUBTFUL, f"age of about {age} read as an approximate birth date", APPROXIMATE)


def _from_year(year: int) -> DateReading:
    return DateReading(datetime.date(year, 7, 1), DOUBTFUL, f"only the year {year} is known", APPROXIMATE)
