"""Whether a text holds a hidden detail: an address line, a postcode, a number or an e-mail address that must not stand there.

A comparison of patterns, not of meaning: it catches what was copied or typed again, not what was paraphrased.
"""

import re
import unicodedata
from collections.abc import Iterable

POSTCODE = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?)\s*(\d[a-z]{2})\b")
SEPARATORS = re.compile(r"[\n\r,;]+")
SHORTEST_LINE = 8  # letters and spaces: a first line that has no number in it, such as the name of a house
SHORTEST_NUMBER = 7  # digits of a telephone number


def holds_any(text: str, details: Iterable[str]) -> bool:
    """Whether `text` holds a part of any of `details` that would give it away."""
    typed = _Typed(text)
    return any(typed.gives_away(detail) for detail in details)


class _Typed:
    """A text in the shapes that details are compared with."""

    def __init__(self, text: str):
        plain = _plain(text)
        self.postcodes = _postcodes(plain)
        self.words = f" {_words(plain)} "
        self.digits = [_digits(run) for run in re.findall(r"[+\d][\d\s().-]{5,}\d", plain)]
        self.plain = plain

    def gives_away(self, detail: str) -> bool:
        plain = _plain(detail)
        if "@" in plain:
            return plain.strip() in self.plain
        if _postcodes(plain) & self.postcodes:
            return True
        number = _digits(plain)
        if len(number) >= SHORTEST_NUMBER and not re.search(r"[a-z]", plain):
            return any(number in run for run in self.digits)
        return any(f" {line} " in self.words for line in _lines(plain))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _words(plain: str) -> str:
    return " ".join(re.findall(r"\w+", plain.replace("'", "").replace("’", "")))


def _digits(text: str) -> str:
    """The digits of a number; the code of the United Kingdom becomes its 0."""
    return re.sub(r"^(?:00|\+)?44(?:0)?", "0", re.sub(r"[^\d+]", "", text))


def _postcodes(plain: str) -> set[str]:
    return {"".join(found) for found in POSTCODE.findall(plain)}


def _lines(plain: str) -> list[str]:
    """The parts that name one place: the first where it is long enough, and any with a number and a word."""
    lines = [_words(part) for part in SEPARATORS.split(POSTCODE.sub("", plain))]
    numbered = [line for line in lines if re.search(r"\d", line) and re.search(r"[^\W\d]{3}", line)]
    named = [line for line in lines[:1] if len(line) >= SHORTEST_LINE]
    return [*numbered, *named]
