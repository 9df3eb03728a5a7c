"""Which column of a sheet holds which field: proposed from headers and content, kept as JSON, editable by hand.

The JSON form is {"sheet": name, "header_row": number, "columns": {field: header text or column letter}}.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl.utils import column_index_from_string, get_column_letter

from casework.imports.cells import clean_text, squeeze
from casework.imports.headers import Header
from casework.imports.workbook import Sheet


class MappingInvalid(Exception):
    """The mapping cannot be used; `problems` lists why, in words."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field that a column can hold.

    `phrases` are headers in the panel's canonical words (see `Vocabulary`); `kind` names a test of content in
    `casework.imports.contents`; `party` whose attribute it is, "" for the referral's own.
    """

    name: str
    label: str
    phrases: tuple[str, ...]
    kind: str = "text"
    party: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How headings are worded: (phrase, canonical word) pairs, longest phrases first; and the parties, the main one first."""

    words: tuple[tuple[str, str], ...]
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping in use: sheet name, header row (counted from 1), field to column number (counted from 0)."""

    sheet: str
    header_row: int
    columns: dict[str, int]
    headers: tuple[str, ...] = ()
    confidence: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        """The JSON form. A column whose header is empty or not unique is written as its letter."""
        columns = {name: self._reference(at) for name, at in self.columns.items()}
        return json.dumps(
            {"sheet": self.sheet, "header_row": self.header_row, "columns": columns}, ensure_ascii=False, indent=2
        )

    def _reference(self, at: int) -> str:
        text = self.headers[at] if at < len(self.headers) else ""
        folded = [header.casefold() for header in self.headers]
        if not text or folded.count(text.casefold()) > 1 or _is_letter(text):
            return get_column_letter(at + 1)
        return text


def _is_letter(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z]{1,2}", text))


def load(path: Path | str) -> dict:
    """The JSON of a mapping file as a dict. Raises `MappingInvalid`."""
    try:
        return parse(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as problem:
        raise MappingInvalid(["The mapping file cannot be read as text."]) from problem


def parse(text: str) -> dict:
    """The dict in a mapping's JSON text, its form checked. Raises `MappingInvalid`."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise MappingInvalid(["The mapping is not written as JSON."]) from problem
    problems = _form_problems(found)
    if problems:
        raise MappingInvalid(problems)
    return found


def _form_problems(found: object) -> list[str]:
    if not isinstance(found, dict):
        return ["The mapping must be an object with sheet, header_row and columns."]
    problems = []
    if not isinstance(found.get("sheet"), str) or not found["sheet"]:
        problems.append("The mapping does not name the sheet.")
    row = found.get("header_row")
    if not isinstance(row, int) or isinstance(row, bool) or row < 1:
        problems.append("header_row must be the number of the row with the headings, counted from 1.")
    columns = found.get("columns")
    if not isinstance(columns, dict) or not all(isinstance(value, str) and value for value in columns.values()):
        problems.append("columns must name for each field the heading or the letter of its column.")
    elif not columns:
        problems.append("The mapping names no column.")
    return problems


def resolve(given: dict, sheets: Sequence[Sheet], specs: Sequence[FieldSpec], headers_of) -> Mapping:
    """A mapping read from JSON, applied to the sheets at hand.

    `headers_of(sheet, header_row)` gives the `Header`s of a row. Raises `MappingInvalid` naming every field and heading
    that is not there.
    """
    sheet = find_sheet(sheets, given["sheet"])
    if given["header_row"] > sheet.last_row:
        raise MappingInvalid([f"Row {given['header_row']} lies below the end of the sheet."])
    headers = headers_of(sheet, given["header_row"])
    known = {spec.name for spec in specs}
    problems = [f"There is no field called “{name}”." for name in given["columns"] if name not in known]
    columns: dict[str, int] = {}
    for name, reference in given["columns"].items():
        at = column_of(reference, headers)
        if at is None:
            problems.append(f"The sheet has no column “{squeeze(clean_text(reference).value)}” (for {name}).")
        else:
            columns[name] = at
    if problems:
        raise MappingInvalid(problems)
    return Mapping(sheet.name, given["header_row"], columns, tuple(header.text for header in headers))


def find_sheet(sheets: Sequence[Sheet], name: str) -> Sheet:
    """The sheet of that name, whatever case and spaces. Raises `MappingInvalid` listing the names there are."""
    wanted = squeeze(name).casefold()
    for sheet in sheets:
        if squeeze(sheet.name).casefold() == wanted:
            return sheet
    names = ", ".join(f"“{sheet.name}”" for sheet in sheets)
    raise MappingInvalid([f"The workbook has no sheet “{name}”. Its sheets are: {names}."])


def column_of(reference: str, headers: Sequence[Header]) -> int | None:
    """Column number for a heading (whatever case and spaces) or else a column letter; None if there is neither."""
    wanted = squeeze(clean_text(reference).value).casefold()
    found = [header.column for header in headers if header.text.casefold() == wanted]
    if len(found) == 1:
        return found[0]
    if re.fullmatch(r"[A-Za-z]{1,3}", wanted):
        at = column_index_from_string(wanted.upper()) - 1
        return at if at < max((header.column for header in headers), default=-1) + 1 else None
    return found[0] if found else None


def check(mapping: Mapping, alternatives: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """What the mapping lacks: for each (label, fields) at least one of the fields must be mapped. Also columns used twice."""
    problems = [
        f"No column is chosen for {label}." for label, names in alternatives if not set(names) & set(mapping.columns)
    ]
    used: dict[int, str] = {}
    for name, at in mapping.columns.items():
        if at in used:
            problems.append(f"Column {get_column_letter(at + 1)} is chosen twice: for {used[at]} and for {name}.")
        used[at] = name
    return problems
