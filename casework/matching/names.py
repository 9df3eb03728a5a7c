"""Reading people's names as they are typed, and folding them so that two spellings can be compared."""

import re
import unicodedata
from dataclasses import dataclass

TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "professor",
        "sir",
        "dame",
        "lady",
        "lord",
        "rev",
        "revd",
        "reverend",
        "fr",
        "sgt",
        "pc",
        "dc",
    ]
)
PARTICLES = frozenset(
    [
        "al",
        "el",
        "de",
        "da",
        "do",
        "dos",
        "du",
        "di",
        "del",
        "della",
        "der",
        "den",
        "la",
        "le",
        "van",
        "von",
        "ap",
        "ab",
        "bin",
        "ibn",
        "bint",
        "ben",
        "abu",
        "st",
        "o",
        "mac",
        "mc",
    ]
)
LEADING_PARTICLES = frozenset(
    [
        "al",
        "el",
        "de",
        "da",
        "do",
        "dos",
        "du",
        "di",
        "del",
        "della",
        "der",
        "den",
        "la",
        "le",
        "van",
        "von",
        "ap",
        "ab",
        "bin",
        "ibn",
        "bint",
        "st",
    ]
)
UNKNOWN = frozenset(
    [
        "unknown",
        "unk",
        "unkn",
        "n/k",
        "nk",
        "n.k.",
        "notknown",
        "tbc",
        "tba",
        "none",
        "na",
        "n/a",
        "?",
        "??",
        "???",
        "-",
        "--",
        "xx",
        "xxx",
        "anonymous",
        "unnamed",
        "notgiven",
        "notrecorded",
        "notstated",
        "notdisclosed",
        "withheld",
    ]
)
_SPECIAL = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_QUOTES = re.compile(r"[\u2018\u2019\u02bc\u0060\u00b4'.]")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|\"[^\"]*\"")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in parts, as people wrote it; `certain` says whether the order of the parts is beyond doubt."""

    forenames: str
    surname: str
    certain: bool = True

    @property
    def empty(self) -> bool:
        return not self.forenames and not self.surname


def fold(text: str) -> str:
    """Lower case, without accents, quotes and punctuation; words parted by one space. Other scripts keep their letters."""
    lowered = unicodedata.normalize("NFKD", text).casefold().translate(_SPECIAL)
    plain = "".join(sign for sign in lowered if not unicodedata.combining(sign))
    return _NOT_LETTERS.sub(" ", _QUOTES.sub("", plain)).strip()


def is_unknown(text: str) -> bool:
    """Whether what stands for a name says that there is none."""
    squeezed = re.sub(r"\s+", "", text).casefold()
    return not squeezed or squeezed in UNKNOWN or not any(sign.isalpha() for sign in squeezed)


def clean_part(text: str) -> str:
    """One part of a name: single spaces, no title, no remark in brackets, "" for unknown; capitals made a name again."""
    words = _without_titles(_BRACKETS.sub(" ", unicodedata.normalize("NFC", text)).split())
    joined = " ".join(words).strip(" ,;")
    return "" if is_unknown(joined) else recase(joined)


def recase(text: str) -> str:
    """Capitals or all small letters to a name's usual case; a name in mixed case stays as it is."""
    if text != text.upper() and text != text.lower():
        return " ".join(word if not _shouted(word) else _cased(word) for word in text.split())
    return " ".join(_cased(word) for word in text.split())


def parse_name(text: str) -> Name:
    """The parts of a whole name in one cell.

    Understood: "Forename Surname", "SURNAME, Forename", "SURNAME Forename" (the part in capitals is the surname),
    particles ("José da Silva"), titles, remarks in brackets.
    """
    bare = _BRACKETS.sub(" ", unicodedata.normalize("NFC", text))
    if "," in bare:
        surname, _, forenames = bare.partition(",")
        return Name(clean_part(forenames), clean_part(surname))
    words = _without_titles(bare.split())
    if not words or is_unknown(" ".join(words)):
        return Name("", "")
    if len(words) == 1:
        return Name("", clean_part(words[0]), certain=False)
    return _by_capitals(words) or _by_position(words)


def _by_capitals(words: list[str]) -> Name | None:
    shouted = [_shouted(word) for word in words]
    if all(shouted) or not any(shouted):
        return None
    if shouted[0] and not shouted[-1]:
        return _split(words, shouted.index(False), surname_first=True)
    if shouted[-1] and not shouted[0]:
        return _split(words, shouted.index(True), surname_first=False)
    return None


def _by_position(words: list[str]) -> Name:
    start = len(words) - 1
    while start > 1 and fold(words[start - 1]) in LEADING_PARTICLES:
        start -= 1
    name = _split(words, start, surname_first=False)
    return Name(name.forenames, name.surname, certain=False)


def _split(words: list[str], at: int, *, surname_first: bool) -> Name:
    head, tail = clean_part(" ".join(words[:at])), clean_part(" ".join(words[at:]))
    if surname_first:
        return Name(tail, head)
    return Name(head, tail)


def _shouted(word: str) -> bool:
    letters = [sign for sign in word if sign.isalpha()]
    return len(letters) > 1 and all(not sign.islower() for sign in letters) and any(sign.isupper() for sign in letters)


def _without_titles(words: list[str]) -> list[str]:
    while words and fold(words[0]) in TITLES and len(words) > 1:
        words = words[1:]
    return words


def _cased(word: str) -> str:
    if fold(word) in LEADING_PARTICLES and "-" not in word:
        return word.lower()
    pieces = re.split(r"([-'\u2019])", word.lower())
    made = "".join(piece[:1].upper() + piece[1:] for piece in pieces)
    return re.sub(r"^Mc(\w)", lambda found: "Mc" + found.group(1).upper(), made)


def splits(name: Name) -> tuple[tuple[str, str], ...]:
    """The folded (surname, forenames) readings of a name, the likeliest first; more than one where the order is open."""
    surname, forenames = fold(name.surname), fold(name.forenames)
    if name.certain:
        return ((surname, forenames),)
    words = f"{forenames} {surname}".split()
    found = [(surname, forenames)]
    if len(words) > 2:
        found += [(" ".join(words[1:]), words[0]), (words[-1], " ".join(words[:-1]))]
    if len(words) > 1:
        found += [(words[0], " ".join(words[1:]))]
    elif words:
        found += [("", words[0])]
    return tuple(dict.fromkeys(found))
