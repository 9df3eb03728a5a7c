"""What is compared of a person: folded names, birth date with its precision, where they live."""

import datetime
import re
from dataclasses import dataclass
from typing import NamedTuple

from casework.matching import names

DAY, APPROXIMATE, UNKNOWN = "day", "approx", "unknown"
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")


class Birth(NamedTuple):
    """A birth date and how well it is known: to the day, as an approximate year, or not at all."""

    date: datetime.date | None = None
    precision: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One mention of one person, ready for comparison. Texts are folded; "" means not known.

    `identity` is set where a person record stands behind the mention already: two mentions with one identity are one person.
    """

    splits: tuple[tuple[str, str], ...] = (("", ""),)
    birth: Birth = Birth()
    postcode: str = ""
    address: str = ""
    gender: str = ""
    identity: str = ""

    @property
    def surname(self) -> str:
        return self.splits[0][0]

    @property
    def forenames(self) -> str:
        return self.splits[0][1]

    @property
    def named(self) -> bool:
        return bool(self.surname or self.forenames)


def person_record(
    name: names.Name,
    *,
    birth: Birth = Birth(),  # noqa: B008
    postcode: str = "",
    address: str = "",
    gender: str = "",
    identity: str = "",
) -> PersonRecord:
    """A record from what a form or a sheet holds; folds names, postcode and address."""
    return PersonRecord(
        splits=names.splits(name),
        birth=birth,
        postcode=fold_postcode(postcode),
        address=fold_address(address),
        gender=gender[:1].casefold(),
        identity=identity,
    )


def fold_postcode(text: str) -> str:
    """ "HB4 2NZ" from any spacing and case; "" if it has not the shape of a postcode."""
    found = _POSTCODE.fullmatch(re.sub(r"[^A-Za-z0-9]", "", text).upper())
    return f"{found[1]} {found[2]}" if found else ""


_STREET_WORDS = {
    "rd": "road",
    "st": "street",
    "ave": "avenue",
    "av": "avenue",
    "cl": "close",
    "ln": "lane",
    "dr": "drive",
}
_STREET_WORDS |= {"cres": "crescent", "ct": "court", "gdns": "gardens", "pl": "place", "sq": "square", "ter": "terrace"}


def fold_address(text: str) -> str:
    """First line of an address in small letters and whole words: "12 high street"; "" without a number or two words."""
    first = re.split(r"[,\n]", text.casefold())[0]
    words = re.findall(r"[^\W_]+", re.sub(r"['\u2019]", "", first))
    if len(words) < 2:
        return ""
    return " ".join(_STREET_WORDS.get(word, word) for word in words)
