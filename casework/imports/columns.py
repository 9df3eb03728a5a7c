"""What a person is shown of a sheet's columns while she chooses what each holds: letter, heading, and values with their letters hidden."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from casework.imports import contents
from casework.imports.cells import clean_text, squeeze
from casework.imports.headers import row_headers
from casework.imports.mapping import FieldSpec, Mapping
from casework.imports.workbook import Sheet

SAMPLES = 2
LONGEST = 40
PLAIN = frozenset(
    ["y", "n", "yes", "no", "f", "m", "female", "male", "true", "false", "x", "?", "-", "n/a", "unk", "unknown"]
)
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Column(NamedTuple):
    """A column to choose: its number from 0, its letter, its heading, and the shape of a few of its values."""

    number: int
    letter: str
    heading: str
    samples: tuple[str, ...]

    @property
    def label(self) -> str:
        """One line for a list of choices."""
        heading = self.heading[:LONGEST] or "no heading"
        return f"{self.letter}: {heading}" + (f" ({', '.join(self.samples)})" if self.samples else " (empty)")


def columns_of(sheet: Sheet, header_row: int) -> list[Column]:
    """The columns under a row of headings."""
    return [
        Column(
            header.column, get_column_letter(header.column + 1), header.text, _samples(sheet, header_row, header.column)
        )
        for header in row_headers(sheet, header_row)
    ]


def _samples(sheet: Sheet, header_row: int, column: int) -> tuple[str, ...]:
    shown = dict.fromkeys(masked(value) for value in contents.sample(sheet, header_row, column))
    return tuple(shown)[:SAMPLES]


def masked(value: object) -> str:
    """The shape of a value: each word's first letter, a 0 for each digit. Short answers such as yes and no stay.

    >>> masked("Joan Archer, 17/03/1984")
    'J••• A•••••, 00/00/0000'
    """
    text = squeeze(clean_text(value).value)[: LONGEST // 2]
    if text.casefold() in PLAIN:
        return text
    hidden = re.sub(r"(?<=[^\W\d_])[^\W\d_]", "•", text)
    return re.sub(r"\d", "0", hidden)


def to_mapping(sheet: Sheet, header_row: int, chosen: dict[str, int]) -> dict:
    """The JSON form of a choice: field to number of its column."""
    headers = tuple(header.text for header in row_headers(sheet, header_row))
    return json.loads(Mapping(sheet.name, header_row, chosen, headers).to_json())


def lacking(
    chosen: dict[str, int], fields: Sequence[FieldSpec], required: Iterable[tuple[str, Sequence[str]]]
) -> dict[str, str]:
    """What is wrong with a choice, by the field to say it beside."""
    labels = {field.name: field.label for field in fields}
    problems = {
        names[0]: f"Choose the column that holds {label}." for label, names in required if not set(names) & set(chosen)
    }
    used: dict[int, str] = {}
    for name, at in chosen.items():
        if at in used:
            problems[name] = f"Column {get_column_letter(at + 1)} is chosen for {labels[used[at]]} already."
        used.setdefault(at, name)
    return problems


def harmless(text: str) -> str:
    """Text for a cell of a CSV file that a spreadsheet will not take for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
