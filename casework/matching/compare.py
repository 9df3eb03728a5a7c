"""How far two mentions look like one person: weights of evidence by feature, after Fellegi and Sunter (1969).

Each feature agrees on a *level*; a level has the weight log2(m / u), where m is how often it is met within one person
and u how often between two. Weights add up to a score in bits. Names weigh by how rare they are among the people at hand.
Levels and weights are all that is handed back: no personal text.
"""

import math
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import jellyfish
from rapidfuzz.distance import OSA, JaroWinkler

from casework.matching import nicknames
from casework.matching.names import PARTICLES
from casework.matching.persons import APPROXIMATE, DAY, Birth, PersonRecord

SURNAME = {"exact": 0.0, "slip": 6.0, "similar": 3.5, "variant": 5.0, "part": 2.0, "different": -6.5, "unknown": 0.0}
FORENAME = {
    "exact": 0.0,
    "nickname": 4.0,
    "slip": 5.5,
    "similar": 3.0,
    "initial": 2.0,
    "middle": 2.0,
    "different": -8.0,
    "unknown": 0.0,
}
BIRTH = {
    "exact": 13.5,
    "swapped": 8.5,
    "slip": 4.5,
    "part": 1.0,
    "year": -6.0,
    "approx": 3.0,
    "approx_near": 0.5,
    "approx_far": -8.0,
    "different": -16.0,
    "unknown": 0.0,
}
HOME = {"same": 9.0, "same_postcode": 6.0, "same_street": 6.0, "different": -1.5, "unknown": 0.0}
GENDER = {"same": 0.3, "different": -2.0, "unknown": 0.0}
REVERSED = -1.0
EXACT_NAME_FOUND = 0.85
RAREST = 0.0006


class Feature(NamedTuple):
    """One piece of evidence: which feature, on which level it agrees, its weight in bits."""

    feature: str
    level: str
    weight: float


class Comparison(NamedTuple):
    """Weight of evidence in bits that two mentions are one person, and what it is made of."""

    weight: float
    features: tuple[Feature, ...]

    def level(self, feature: str) -> str:
        return next(found.level for found in self.features if found.feature == feature)


class Frequencies:
    """How common names are among the people at hand; a person mentioned often counts once."""

    def __init__(self, records: Iterable[PersonRecord]) -> None:
        people = {(record.surname, record.forenames, record.birth.date): record for record in records}
        self._surnames = Counter(_joined(record.surname) for record in people.values())
        self._forenames = Counter(_first(record.forenames) for record in people.values())
        self._people = len(people)

    def surname_weight(self, folded: str) -> float:
        return self._weight(self._surnames, _joined(folded))

    def forename_weight(self, folded: str) -> float:
        return self._weight(self._forenames, _first(folded))

    def _weight(self, counts: Counter, key: str) -> float:
        share = (counts[key] + 1) / (self._people + 120)
        return math.log2(EXACT_NAME_FOUND / min(max(share, RAREST), 0.5))


def probability(bits: float) -> float:
    """Probability from log2 odds, without overflow."""
    return 1.0 / (1.0 + 2.0 ** -max(min(bits, 60.0), -60.0))


def compare(one: PersonRecord, other: PersonRecord, frequencies: Frequencies) -> Comparison:
    """The evidence that two mentions are of one person.

    Relatives share surname and address, twins a birth date too: where the forenames disagree these count for little.
    """
    if one.identity and one.identity == other.identity:
        return Comparison(60.0, (Feature("identity", "same", 60.0),))
    surname, forename = _names(one, other, frequencies)
    birth_level = birth_agreement(one.birth, other.birth)
    home_level = home_agreement(one, other)
    gender_level = _gender(one.gender, other.gender)
    features = _without_family_likeness(
        surname,
        forename,
        Feature("birth", birth_level, BIRTH[birth_level]),
        Feature("home", home_level, HOME[home_level]),
    ) + (Feature("gender", gender_level, GENDER[gender_level]),)
    return Comparison(sum(found.weight for found in features), features)


def _without_family_likeness(surname: Feature, forename: Feature, birth: Feature, home: Feature) -> tuple[Feature, ...]:
    if forename.level == "different":
        surname = surname._replace(weight=min(surname.weight, 0.0))
        home = home._replace(weight=min(home.weight, 0.5))
        birth = birth._replace(weight=min(birth.weight, 3.0))
    elif birth.level in ("different", "approx_far", "year"):
        home = home._replace(weight=min(home.weight, 2.5))
    if surname.level == "different" and birth.level not in ("exact", "swapped"):
        forename = forename._replace(weight=min(forename.weight, 3.0))
    return (surname, forename, birth, home)


def _names(one: PersonRecord, other: PersonRecord, frequencies: Frequencies) -> tuple[Feature, Feature]:
    readings: list[tuple[Feature, Feature]] = []
    for at, (surname, forenames) in enumerate(one.splits):
        for beside, (other_surname, other_forenames) in enumerate(other.splits):
            if at and beside:
                continue
            penalty = REVERSED if at or beside else 0.0
            readings.append(_reading(surname, forenames, other_surname, other_forenames, frequencies, penalty))
    # Rounded, so that of two that weigh the same the plainer reading, which came first, stands
    return max(readings, key=lambda found: round(found[0].weight + found[1].weight, 8))


def _reading(
    surname: str, forenames: str, other_surname: str, other_forenames: str, frequencies: Frequencies, penalty: float
) -> tuple[Feature, Feature]:
    level = surname_agreement(surname, other_surname)
    weight = frequencies.surname_weight(surname) if level == "exact" else SURNAME[level]
    fore_level = forename_agreement(forenames, other_forenames)
    fore_weight = frequencies.forename_weight(forenames) if fore_level == "exact" else FORENAME[fore_level]
    return Feature("surname", level, weight + penalty), Feature("forename", fore_level, fore_weight)


def _joined(folded: str) -> str:
    return folded.replace(" ", "")


def _first(folded: str) -> str:
    return folded.split(" ", 1)[0]


def _core(folded: str) -> str:
    return "".join(word for word in folded.split() if word not in PARTICLES) or _joined(folded)


def _is_slip(one: str, other: str) -> bool:
    """Two neighbouring letters exchanged, or (in a name long enough) one letter too many, too few or wrong."""
    return OSA.distance(one, other, score_cutoff=1) <= 1 and (
        sorted(one) == sorted(other) or min(len(one), len(other)) > 5
    )


def _sounds_alike(one: str, other: str) -> bool:
    likeness = JaroWinkler.similarity(one, other)
    close = OSA.distance(one, other, score_cutoff=2)
    if close <= 1 and min(len(one), len(other)) > 2:
        return True
    if min(len(one), len(other)) > 4 and (
        sorted(one) == sorted(other) or (close <= 2 and min(len(one), len(other)) > 6)
    ):
        return True
    return likeness > 0.86 and jellyfish.metaphone(one) == jellyfish.metaphone(other)


@lru_cache(maxsize=200_000)
def surname_agreement(one: str, other: str) -> str:
    """Level on which two folded surnames agree."""
    if not one or not other:
        return "unknown"
    if _joined(one) == _joined(other):
        return "exact"
    if _core(one) == _core(other):
        return "variant"
    if _is_slip(_joined(one), _joined(other)):
        return "slip"
    if _sounds_alike(_joined(one), _joined(other)):
        return "similar"
    return "part" if _share_part(one, other) else "different"


def _share_part(one: str, other: str) -> bool:
    words, others = one.split(), other.split()
    if len(words) == len(others) == 1:
        return False
    for word in words:
        if len(word) > 2 and word not in PARTICLES and any(word == found or _is_slip(word, found) for found in others):
            return True
    return False


@lru_cache(maxsize=200_000)
def forename_agreement(one: str, other: str) -> str:
    """Level on which two folded forenames (with or without middle names) agree; the first of each counts most."""
    if not one or not other:
        return "unknown"
    first, second = _first(one), _first(other)
    if first == second or _joined(one) == _joined(other):
        return "exact"
    if len(first) == 1 or len(second) == 1:
        return "initial" if first[0] == second[0] else "different"
    if nicknames.related(first, second):
        return "nickname"
    if nicknames.known_to_differ(first, second):
        return "different"
    if nicknames.nearly_related(first, second):
        return "similar"
    return _forename_spelling(first, second, one, other)


def _forename_spelling(first: str, second: str, one: str, other: str) -> str:
    if _is_slip(first, second):
        return "slip"
    if _sounds_alike(first, second):
        return "similar"
    return "middle" if set(one.split()) & set(other.split()) - {first} or second in one.split() else "different"


def birth_agreement(one: Birth, other: Birth) -> str:
    """Level on which two birth dates agree, each known to the day, to about a year, or not at all."""
    if one.date is None or other.date is None:
        return "unknown"
    if one.precision == DAY == other.precision:
        return _days_agreement(one.date, other.date)
    apart = abs((one.date - other.date).days) / 365.25
    width = 1.1 if APPROXIMATE in (one.precision, other.precision) and one.precision != other.precision else 2.1
    if apart <= width:
        return "approx"
    return "approx_near" if apart <= width + 1.5 else "approx_far"


def _days_agreement(one, other) -> str:
    if one == other:
        return "exact"
    if (one.day, one.month) == (other.month, other.day) and one.year == other.year:
        return "swapped"
    if _digit_slip(one, other):
        return "slip"
    if (one.day, one.month) == (other.day, other.month):
        return "part"
    if one.year == other.year:
        return "part" if one.day == other.day or one.month == other.month else "year"
    return "different"


def _digit_slip(one, other) -> bool:
    first, second = f"{one:%d%m%Y}", f"{other:%d%m%Y}"
    wrong = [at for at in range(8) if first[at] != second[at]]
    if len(wrong) == 1 or abs((one - other).days) == 1:
        return True
    return len(wrong) == 2 and wrong[1] == wrong[0] + 1 and sorted(first) == sorted(second)


def home_agreement(one: PersonRecord, other: PersonRecord) -> str:
    """Level on which two homes agree, by postcode and first line."""
    postcodes = bool(one.postcode and other.postcode)
    streets = bool(one.address and other.address)
    same_postcode = postcodes and one.postcode == other.postcode
    same_street = streets and (one.address == other.address or _is_slip(one.address, other.address))
    if same_postcode and (same_street or not streets):
        return "same" if same_street else "same_postcode"
    if same_street:
        return "same_street"
    if same_postcode:
        return "same_postcode"
    return "different" if postcodes or streets else "unknown"


def _gender(one: str, other: str) -> str:
    if not one or not other:
        return "unknown"
    return "same" if one == other else "different"
