"""Finding the row of headings, and reading headings in the panel's words."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from casework.imports.cells import clean_text, squeeze
from casework.imports.workbook import Sheet, SheetRow

SEARCHED_ROWS = 60
LONGEST_HEADING = 80
SHORTEST_SLIP = 5


class Header(NamedTuple):
    """A heading: its column (counted from 0), its text as shown on one line, and the upper line above it if there is one."""

    column: int
    text: str
    above: str = ""


class Reading(NamedTuple):
    """A heading in canonical words, without the party, and the party it names ("" if none)."""

    words: tuple[str, ...]
    party: str


def header_text(value: object) -> str:
    """A heading as one line of text."""
    return squeeze(clean_text(value).value)


def row_headers(sheet: Sheet, header_row: int) -> tuple[Header, ...]:
    """The headings of a row, with the line above them where that row is a banner over groups of columns."""
    row = next((found for found in sheet.rows if found.number == header_row), None)
    if row is None:
        return ()
    above = next((found for found in sheet.rows if found.number == header_row - 1), None)
    banner = _banner(above, len(row.cells)) if above else [""] * len(row.cells)
    return tuple(Header(at, header_text(value), banner[at]) for at, value in enumerate(row.cells))


def _banner(row: SheetRow, width: int) -> list[str]:
    """Text of a merged upper line spread to the right; nothing where it is a single title or a row of data."""
    texts = [header_text(row.cell(at)) for at in range(width)]
    filled = [text for text in texts if text]
    if len(filled) < 2 or any(len(text) > LONGEST_HEADING for text in filled):
        return [""] * width
    spread, last = [], ""
    for text in texts:
        last = text or last
        spread.append(last)
    return spread


@lru_cache(maxsize=20_000)
def canonical(text: str, words: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """A heading's words in the vocabulary's terms: small letters, slips put right, abbreviations opened, fillers dropped."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})", " ", text).replace("_", " ")
    plain = re.sub(r"[^a-z0-9+/#.&']+", " ", parted.casefold().replace("\u2019", "'"))
    folded = f" {' '.join(_spelled(word, words) for word in plain.split())} "
    for phrase, meaning in words:
        if phrase in folded:
            folded = folded.replace(f" {phrase} ", f" {meaning} ").replace(f" {phrase} ", f" {meaning} ")
    return tuple(dict.fromkeys(re.findall(r"[a-z0-9+#&]+", folded)))


@lru_cache(maxsize=8)
def _known_words(words: tuple[tuple[str, str], ...]) -> frozenset[str]:
    return frozenset(word for phrase, meaning in words for word in f"{phrase} {meaning}".split())


def _spelled(word: str, words: tuple[tuple[str, str], ...]) -> str:
    """The vocabulary's word that this one is a slip of; the word itself where there is none."""
    known = _known_words(words)
    if len(word) < SHORTEST_SLIP or not word.isalpha() or word in known:
        return word
    allowed = 1 if len(word) < 8 else 2
    near = [(OSA.distance(word, other, score_cutoff=allowed), other) for other in known if len(other) >= SHORTEST_SLIP]
    return min((found for found in near if found[0] <= allowed), default=(0, word))[1]


def read_header(header: Header, words: tuple[tuple[str, str], ...], parties: Sequence[str]) -> Reading:
    """The heading in canonical words and the party it or the line above it names."""
    own = canonical(header.text, words)
    above = canonical(header.above, words) if header.above else ()
    named = [word for word in own if word in parties] or [word for word in above if word in parties]
    bare = tuple(word for word in own if word not in parties)
    return Reading(bare, named[0] if named else "")


def likeness(words: tuple[str, ...], phrase: str) -> float:
    """How well canonical words fit a phrase in canonical words, 0 to 1."""
    wanted = tuple(phrase.split())
    if words == wanted or set(words) == set(wanted):
        return 1.0
    if not words or not wanted:
        return 0.0
    shared = len(set(words) & set(wanted))
    overlap = shared / len(set(words) | set(wanted))
    covered = 0.9 if shared == len(set(wanted)) and len(words) <= len(wanted) + 2 else 0.0
    spelled = fuzz.ratio(" ".join(words), phrase) / 100
    return max(
        overlap * 0.9, covered * (1 - 0.08 * (len(words) - len(wanted))), spelled * 0.9 if spelled > 0.8 else 0.0
    )
