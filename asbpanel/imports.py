"""Reading police open data (data.police.uk, street-level files): anti-social behaviour as incidents, the rest with a reason.

Licence of the data: Open Government Licence v3.0. A record has no identifier, no day and only an anonymised point, and many
are exact twins. A row's identity is therefore what it says plus its ordinal among equal rows of the same force and month,
counted over all files given: file names and the order of rows do not matter, twins stay, and a second reading adds nothing.
"""

import csv
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

CREATED, SKIPPED, REFUSED = "created", "skipped", "refused"
ANTI_SOCIAL = "anti-social behaviour"
HEADINGS = (
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
)
NEEDED = ("Month", "Reported by", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name", "Crime type")
LIMIT = 1_000
LIMITS = {"Location": 200, "LSOA name": 120, "LSOA code": 20, "Reported by": 120}
LONGEST_LINE = 20_000
_MONTH = re.compile(r"(19|20)\d{2}-(0[1-9]|1[0-2])")
_NOWHERE = re.compile(r"^(?:on or near|no location)?\s*$", re.IGNORECASE)


class Incident(NamedTuple):
    """What an incident row says; month as "2023-04", degrees as floats or None, location "" where the file has none."""

    month: str
    force: str
    longitude: float | None
    latitude: float | None
    location: str
    lsoa_code: str
    lsoa_name: str
    context: str


class ReadRow(NamedTuple):
    """One row of a file: its number (the headings are row 1), what becomes of it, its identity and a remark."""

    file: str
    row: int
    status: str
    fields: Incident | None
    key: str
    message: str


class _Refused(Exception):
    """A row or file that is not taken; the message says why."""


def read_incidents(paths: Iterable[Path | str]) -> Iterator[ReadRow]:
    """All rows of all files, one after another. Identities are unique over one call; give all files of a run together."""
    ordinals: Counter[str] = Counter()
    seen: set[str] = set()
    for path in map(Path, paths):
        digest = _digest(path)
        if digest and digest in seen:
            yield ReadRow(path.name, 1, SKIPPED, None, "", "the whole file: an exact copy of another one given")
        else:
            seen.add(digest)
            yield from _read_file(path, ordinals)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _read_file(path: Path, ordinals: Counter[str]) -> Iterator[ReadRow]:
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(_short_lines(stream), strict=True)
            columns = _columns(next(rows, []))
            number = 1
            for number, cells in enumerate(rows, start=2):
                yield _read_row(path.name, number, cells, columns, ordinals)
    except UnicodeDecodeError:
        yield _refusal(path, number + 1, "the file is not UTF-8 text from here on")
    except csv.Error:
        yield _refusal(path, number + 1, "the file is not well-formed CSV from here on")
    except OSError:
        yield _refusal(path, number + 1, "the file cannot be opened")
    except _Refused as problem:
        yield _refusal(path, number + 1, str(problem))


def _refusal(path: Path, number: int, message: str) -> ReadRow:
    return ReadRow(path.name, number, REFUSED, None, "", message)


def _short_lines(stream) -> Iterator[str]:
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise _Refused(f"a line is longer than {LONGEST_LINE:,} characters; the rest of the file is not read")
        yield line


def _columns(headings: list[str]) -> dict[str, int]:
    """Column number by heading, whatever order and case. Raises `_Refused` naming what is missing."""
    present = {" ".join(heading.split()).casefold(): at for at, heading in enumerate(headings)}
    missing = [name for name in NEEDED if name.casefold() not in present]
    if missing:
        raise _Refused(f"not the layout of a police street-level file: no column {', '.join(missing)}")
    return {name: present[name.casefold()] for name in HEADINGS if name.casefold() in present}


def _read_row(file: str, number: int, cells: list[str], columns: dict[str, int], ordinals: Counter[str]) -> ReadRow:
    if not any(cell.strip() for cell in cells):
        return ReadRow(file, number, SKIPPED, None, "", "empty row")
    try:
        values = _values(cells, columns)
        kind = values["Crime type"]
        if kind.casefold() != ANTI_SOCIAL:
            return ReadRow(file, number, SKIPPED, None, "", f"not anti-social behaviour: {kind or 'no crime type'}")
        incident = _incident(values)
    except _Refused as problem:
        return ReadRow(file, number, REFUSED, None, "", str(problem))
    key = _identity(incident, ordinals)
    place = "" if incident.location else "no place named"
    return ReadRow(file, number, CREATED, incident, key, place)


def _values(cells: list[str], columns: dict[str, int]) -> dict[str, str]:
    if len(cells) <= max(columns[name] for name in NEEDED):
        raise _Refused("the row has too few columns")
    values = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
    for name, value in values.items():
        limit = LIMITS.get(name, LIMIT)
        if len(value) > limit:
            raise _Refused(f"{name}: longer than {limit:,} characters")
        if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in value):
            raise _Refused(f"{name}: contains characters that cannot be stored")
    return values


def _incident(values: dict[str, str]) -> Incident:
    if not _MONTH.fullmatch(values["Month"]):
        raise _Refused("Month: not a year and month such as 2023-04")
    if not values["Reported by"]:
        raise _Refused("Reported by: no force named")
    longitude, latitude = _degrees(values, "Longitude", 180), _degrees(values, "Latitude", 90)
    if (longitude is None) != (latitude is None):
        raise _Refused("Longitude, Latitude: one without the other")
    location = " ".join(values["Location"].split())
    return Incident(
        month=values["Month"],
        force=values["Reported by"],
        longitude=longitude,
        latitude=latitude,
        location="" if _NOWHERE.fullmatch(location) else location,
        lsoa_code=values["LSOA code"],
        lsoa_name=values["LSOA name"],
        context=values.get("Context", ""),
    )


def _degrees(values: dict[str, str], name: str, most: int) -> float | None:
    text = values[name]
    if not text:
        return None
    if not re.fullmatch(r"-?\d{1,3}(?:\.\d{1,12})?", text) or abs(float(text)) > most:
        raise _Refused(f"{name}: not a number of degrees")
    return float(text)


def _identity(incident: Incident, ordinals: Counter[str]) -> str:
    """Digest of the content and of the ordinal among equal rows; month and force are part of the content."""
    content = "\x1f".join("" if value is None else str(value) for value in incident)
    ordinals[content] += 1
    return hashlib.sha256(f"{content}\x1f{ordinals[content]}".encode()).hexdigest()
