"""The order of a line's letters for the eye, by the Unicode bidirectional algorithm.

python-bidi does the work; what it leaves out is the rule of paired brackets (N0), which is added here by marks around
the brackets that are taken away again.
"""

import unicodedata
from dataclasses import dataclass

from bidi.algorithm import get_display

from casework.documents.fonts import REGULAR

PLACEHOLDERS = {
    direction: [chr(code) for code in range(*reach) if unicodedata.bidirectional(chr(code)) == direction]
    for direction, reach in {"L": (0x4E00, 0x5000), "R": (0x10800, 0x10A00), "AL": (0xFB50, 0xFD40)}.items()
}
MARKS = {"L": "\u200e", "R": "\u200f"}
BRACKETS = {"(": ")", "[": "]", "{": "}", "\u300c": "\u300d"}
STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}


@dataclass(frozen=True)
class Run:
    """Characters of one direction and one font that are drawn together."""

    text: str
    font: str
    direction: str


def base_direction(text: str) -> str:
    """`R` where the first strong character of the text is right-to-left, else `L`."""
    return next((_letter(kind) for char in text if (kind := unicodedata.bidirectional(char)) in PLACEHOLDERS), "L")


def visual_order(logical: list[Run], base: str) -> list[Run]:
    """The runs of one line as the eye meets them from left to right.

    A run of letters is stood for by one character of its direction, so that the algorithm's answer can be read back.
    """
    if all(run.direction not in {"R", "AL", "AN"} for run in logical):
        return logical
    stands: dict[str, Run] = {}
    fonts = {run.text: run.font for run in logical if run.direction not in PLACEHOLDERS}
    signs = []
    for run in logical:
        places = PLACEHOLDERS.get(run.direction)
        sign = places[len(stands) % len(places)] if places else run.text[0]
        if places:
            stands[sign] = run
        signs.append(sign)
    display = get_display("".join(_settle_brackets(signs, base)), base_dir=base)
    return [
        stands.get(sign) or Run(sign, fonts.get(sign, REGULAR), "ON") for sign in display if sign not in MARKS.values()
    ]


def _settle_brackets(signs: list[str], base: str) -> list[str]:
    """The signs with each pair of brackets held in one direction.

    A pair goes with the line where anything in it does; else, where it holds the other direction, with what stands
    before it. Numbers count as running to the left, as the rule has it.
    """
    strong = [STRONG.get(unicodedata.bidirectional(sign)) for sign in signs]
    settled = list(signs)
    for opening, closing in _pairs(signs):
        inside = set(strong[opening:closing]) - {None}
        if not inside:
            continue
        before = next((kind for kind in reversed(strong[:opening]) if kind), base)
        kind = base if base in inside else before
        for place in (opening, closing):
            settled[place] = MARKS[kind] + signs[place] + MARKS[kind]
            strong[place] = kind
    return settled


def _pairs(signs: list[str]) -> list[tuple[int, int]]:
    open_at: list[int] = []
    found = []
    for place, sign in enumerate(signs):
        if sign in BRACKETS:
            open_at.append(place)
        elif open_at and sign == BRACKETS[signs[open_at[-1]]]:
            found.append((open_at.pop(), place))
    return sorted(found)


def _letter(direction: str) -> str:
    return "L" if direction == "L" else "R"
