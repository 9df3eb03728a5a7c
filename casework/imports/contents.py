"""What the values of a column look like: the share that could be a date, a name, a postcode, a yes or no."""

import datetime
import re
from collections.abc import Callable, Sequence

from casework.imports import dates
from casework.imports.cells import clean_text, squeeze
from casework.imports.workbook import Sheet

SAMPLE = 120
_POSTCODE = re.compile(r"\b[A-Za-z]{1,2}[0-9][A-Za-z0-9]?\s*[0-9][A-Za-z]{2}\b")
_YES_NO = frozenset(
    ["y", "n", "yes", "no", "-", "✓", "✔", "x", "✗", "✘", "true", "false", "1", "0", "unk", "unknown", "?", "n/a"]
)
_WORDY = re.compile(r"^[^\W\d_][^\d@=]*$")
_STREET = re.compile(r"^(?:flat\s*\w+,?\s*)?\d+[a-z]?[\s,]+[^\W\d_]{2,}", re.IGNORECASE)


def sample(sheet: Sheet, header_row: int, column: int) -> list[object]:
    """Values of a column below the headings, spread over the sheet, without the empty ones."""
    values = [row.cell(column) for row in sheet.rows if row.number > header_row]
    filled = [value for value in values if value is not None and value != ""]
    step = max(1, len(filled) // SAMPLE)
    return [value for value in filled[::step][:SAMPLE] if squeeze(clean_text(value).value)]


def fitness(kind: str, values: Sequence[object]) -> float | None:
    """Share of the values, 0 to 1, that fit the kind; None where nothing can be said (no values, or free text)."""
    test = _TESTS.get(kind)
    if test is None or not values:
        return None
    return sum(1 for value in values if test(value)) / len(values)


def _read_date(value: object) -> datetime.date | None:
    if isinstance(value, int | float) and not 20_000 < value < 60_000:
        return None
    return dates.parse_date(value, earliest=datetime.date(1900, 1, 1), latest=datetime.date(2100, 1, 1)).date


def _is_birth(value: object) -> bool:
    found = _read_date(value)
    if found is None:
        text = squeeze(clean_text(value).value)
        return bool(re.search(r"\d+\s*(yr|year|y/o)", text, re.IGNORECASE)) or _says_unknown(text)
    return found.year % 100 != 0 and (found.year < 2018 or found.year > 2050)


def _is_recent(value: object) -> bool:
    found = _read_date(value)
    return found is not None and 2005 <= found.year <= 2060


def _says_unknown(text: str) -> bool:
    return dates.parse_date(text, earliest=datetime.date.min, latest=datetime.date.max).status == dates.UNKNOWN


def _text(value: object) -> str:
    return squeeze(clean_text(value).value)


def _is_name(value: object) -> bool:
    text = _text(value)
    return (
        bool(_WORDY.match(text)) and 1 < len(text) < 80 and text.casefold() not in _YES_NO and _read_date(value) is None
    )


def _is_whole_name(value: object) -> bool:
    return _is_name(value) and 2 <= len(_text(value).replace(",", " ").split()) <= 8


def _is_number(value: object) -> bool:
    return bool(re.match(r"^\d{1,3}\b", _text(value))) and _read_date(value) is None


def _is_gender(value: object) -> bool:
    return _text(value).casefold() in {"f", "m", "female", "male", "nb", "non-binary", "woman", "man", "trans", "other"}


_TESTS: dict[str, Callable[[object], bool]] = {
    "birth": _is_birth,
    "recent_date": _is_recent,
    "name": _is_whole_name,
    "name_part": _is_name,
    "postcode": lambda value: bool(_POSTCODE.fullmatch(_text(value))),
    "address": lambda value: bool(_STREET.match(_text(value)) or _POSTCODE.search(_text(value))),
    "yes_no": lambda value: _text(value).casefold().split(" ")[0] in _YES_NO,
    "number": _is_number,
    "gender": _is_gender,
}
