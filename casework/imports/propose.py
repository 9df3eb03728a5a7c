"""Proposing a mapping: which sheet, which row holds the headings, which column holds which field, and how sure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from casework.imports import contents, headers
from casework.imports.headers import Header, Reading
from casework.imports.mapping import FieldSpec, Mapping, MappingInvalid, Vocabulary, find_sheet
from casework.imports.workbook import Sheet, SheetRow

SURE_HEADING = 0.8
LEAST = 0.5
GUESS = 0.35
ENOUGH_HEADINGS = 3


def propose(
    sheets: Sequence[Sheet],
    specs: Sequence[FieldSpec],
    words: Vocabulary,
    *,
    sheet: str = "",
    header_row: int = 0,
) -> Mapping:
    """The likeliest mapping of a workbook. `sheet` and `header_row` (counted from 1) fix what is known.

    Raises `MappingInvalid` where no sheet has a row of headings that can be made out.
    """
    among = [find_sheet(sheets, sheet)] if sheet else sheets
    found = [
        (score, at, one, row)
        for at, one in enumerate(among)
        for score, row in [_best_row(one, specs, words, header_row)]
    ]
    score, _, chosen, row = max(found, key=lambda one: (one[0], -one[1]), default=(0.0, 0, None, 0))
    if chosen is None or row == 0:
        raise MappingInvalid(["No row of headings was found. Name the sheet and the row with the headings."])
    return propose_columns(chosen, row, specs, words)


def _best_row(sheet: Sheet, specs: Sequence[FieldSpec], words: Vocabulary, fixed: int) -> tuple[float, int]:
    """Score of a sheet and the row of its headings; the score grows with the fields found and with the rows below."""
    if fixed:
        return (1.0 + len(sheet.rows), fixed) if any(row.number == fixed for row in sheet.rows) else (0.0, 0)
    best = (0.0, 0)
    for at, row in enumerate(sheet.rows[: headers.SEARCHED_ROWS]):
        count = _headings_in(sheet, row, specs, words)
        below = len(sheet.rows) - at - 1
        if count >= ENOUGH_HEADINGS and below:
            score = count + min(below, 50) / 100 + (0.5 if sheet.visible else 0.0)
            best = max(best, (score, row.number), key=lambda one: one[0])
    return best


def _headings_in(sheet: Sheet, row: SheetRow, specs: Sequence[FieldSpec], words: Vocabulary) -> int:
    """How many different fields a row has a sure heading for."""
    if sum(isinstance(cell, str) for cell in row.cells) < ENOUGH_HEADINGS:
        return 0
    found = set()
    for header in headers.row_headers(sheet, row.number):
        if not header.text or len(header.text) > headers.LONGEST_HEADING:
            continue
        reading = _read(header._replace(above=""), words)
        best = max(specs, key=lambda spec: _wording(reading, spec))
        if _wording(reading, best) >= SURE_HEADING:
            found.add((best.phrases, header.text))
    return len(found)


def propose_columns(sheet: Sheet, header_row: int, specs: Sequence[FieldSpec], words: Vocabulary) -> Mapping:
    """The likeliest fields of the columns below a given row of headings."""
    row = headers.row_headers(sheet, header_row)
    readings = _with_context([_read(header, words) for header in row], words)
    samples = [contents.sample(sheet, header_row, header.column) for header in row]
    scored = [
        (score, -at, spec.name)
        for at, (reading, near) in enumerate(readings)
        for spec in specs
        if (score := _fit(reading, near, spec, samples[at])) >= LEAST
    ]
    columns, sure = _assign(scored)
    _guess_names(columns, sure, specs, readings, samples)
    mapping = Mapping(sheet.name, header_row, columns, tuple(header.text for header in row), sure)
    return _parts_of_names(mapping, specs, samples)


def _read(header: Header, words: Vocabulary) -> Reading:
    reading = headers.read_header(header, words.words, words.parties)
    if reading.party and not reading.words:
        return Reading(("name",), reading.party)
    return reading


def _with_context(readings: Sequence[Reading], words: Vocabulary) -> list[tuple[Reading, str]]:
    """Each reading with the party that a heading without one is about.

    Where the same heading names one party elsewhere, it is the other's; where it stands twice, the party of the columns
    before it; else the first party's, whose record it is.
    """
    named = {(reading.words, reading.party) for reading in readings if reading.party}
    bare = Counter(reading.words for reading in readings if not reading.party)
    found, near = [], ""
    for reading in readings:
        near = reading.party or near
        free = [party for party in words.parties if (reading.words, party) not in named]
        if len(free) == 1:
            found.append((reading, free[0]))
        else:
            found.append((reading, near if bare[reading.words] > 1 else words.parties[0]))
    return found


def _wording(reading: Reading, spec: FieldSpec) -> float:
    if not reading.words:
        return 0.0
    if spec.party and reading.party not in ("", spec.party):
        return 0.0
    return max(headers.likeness(reading.words, phrase) for phrase in spec.phrases)


def _fit(reading: Reading, near: str, spec: FieldSpec, values: Sequence[object]) -> float:
    """Score 0 to 1 of a column for a field: the wording of the heading, whose it is, and what the column holds."""
    wording = _wording(reading, spec) * _party_factor(reading, near, spec)
    if wording < LEAST * 0.8:
        return 0.0
    share = contents.fitness(spec.kind, values)
    if share is None:
        return wording * 0.95
    return wording * (0.55 + 0.45 * min(1.0, share * 1.15)) if share > 0.05 else wording * 0.4


def _party_factor(reading: Reading, near: str, spec: FieldSpec) -> float:
    if not spec.party:
        return 1.0 if not reading.party else 0.9
    if reading.party:
        return 1.0
    return 0.95 if near == spec.party else 0.62


def _assign(scored: list[tuple[float, int, str]]) -> tuple[dict[str, int], dict[str, float]]:
    """Best first, each column and each field once; of equal scores the column further left."""
    columns: dict[str, int] = {}
    sure: dict[str, float] = {}
    for score, minus_at, name in sorted(scored, reverse=True):
        if name not in columns and -minus_at not in columns.values():
            columns[name], sure[name] = -minus_at, round(score, 3)
    return columns, sure


def _guess_names(columns: dict[str, int], sure: dict[str, float], specs, readings, samples) -> None:
    """Where nobody is named by any heading, take the free columns that hold names, in the parties' order."""
    for spec in (one for one in specs if one.kind == "name"):
        if any(
            other.party == spec.party and other.kind in ("name", "name_part") and other.name in columns
            for other in specs
        ):
            continue
        free = [
            at for at in range(len(samples)) if at not in columns.values() and readings[at][0].party in ("", spec.party)
        ]
        likely = [at for at in free if (contents.fitness("name", samples[at]) or 0) > 0.8 and len(samples[at]) > 2]
        if likely:
            columns[spec.name], sure[spec.name] = likely[0], GUESS


def _parts_of_names(mapping: Mapping, specs: Sequence[FieldSpec], samples) -> Mapping:
    """A column headed just "name" beside one of surnames holds forenames."""
    columns, sure = dict(mapping.columns), dict(mapping.confidence)
    for spec in (one for one in specs if one.kind == "name" and one.name in columns):
        stem = spec.name.removesuffix("name")
        surname, forename = f"{stem}surname", f"{stem}forename"
        whole = contents.fitness("name", samples[columns[spec.name]]) or 0.0
        if surname in columns and forename not in columns and whole < 0.5:
            columns[forename], sure[forename] = columns.pop(spec.name), sure.pop(spec.name)
        elif surname in columns and forename in columns:
            columns.pop(spec.name)
            sure.pop(spec.name)
    return replace(mapping, columns=columns, confidence=sure)
