"""Which mentions are worth comparing, so that the work grows with the candidates and not with the table.

Every mention has a few keys; only mentions that share a key are compared. For a pair (victim and alleged perpetrator) the
keys of both are combined, so a common name alone brings nobody together.
"""

import datetime
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import lru_cache

import jellyfish

from casework.matching import nicknames
from casework.matching.names import PARTICLES
from casework.matching.persons import DAY, PersonRecord

LARGEST_BLOCK = 60


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """Phonetic key of one folded word; scripts without one keep their first letters."""
    return jellyfish.metaphone(word) or word[:4]


def _letters(word: str) -> str:
    return "".join(sorted(word))


@lru_cache(maxsize=100_000)
def surname_keys(folded: str) -> frozenset[str]:
    """By sound and by sorted letters, so that exchanged letters meet; each part of a double name by itself too."""
    words = [word for word in folded.split() if word not in PARTICLES] or folded.split()
    whole = "".join(words)
    if not whole:
        return frozenset()
    keys = {"s" + sound(whole), "l" + _letters(whole)}
    if len(words) > 1:
        keys |= {key for word in words if len(word) > 2 for key in ("s" + sound(word), "l" + _letters(word))}
    return frozenset(keys)


@lru_cache(maxsize=100_000)
def forename_keys(folded: str) -> frozenset[str]:
    """By group of short forms, by sound and by sorted letters of the first forename."""
    first = folded.split(" ", 1)[0]
    if not first:
        return frozenset()
    groups = nicknames.groups(first)
    keys = {f"g{number}" for number in groups}
    return frozenset(
        keys | {"s" + sound(first), "l" + _letters(first), "i" + first[0] if len(first) == 1 else ""} - {""}
    )


def birth_keys(date: datetime.date) -> frozenset[str]:
    """The day itself, blind to exchanged day and month."""
    low, high = sorted((date.day, date.month))
    return frozenset({f"b{date.year}-{low}-{high}"})


def loose_keys(record: PersonRecord) -> frozenset[str]:
    """Keys of which one is enough when the other party of the referral agrees too."""
    keys: set[str] = set()
    for surname, forenames in record.splits:
        keys |= {"S" + key for key in surname_keys(surname)} | {"F" + key for key in forename_keys(forenames)}
    if record.birth.date and record.birth.precision == DAY:
        keys |= birth_keys(record.birth.date)
    if record.postcode:
        keys.add("p" + record.postcode)
    if record.identity:
        keys.add("#" + record.identity)
    return frozenset(keys)


def tight_keys(record: PersonRecord) -> frozenset[str]:
    """Keys for a person alone: two agreements at once (name and name, name and birth date, name and postcode)."""
    keys: set[str] = {"#" + record.identity} if record.identity else set()
    for surname, forenames in record.splits:
        last, first = surname_keys(surname), forename_keys(forenames)
        keys |= {f"{one}/{two}" for one in last for two in first}
        if record.birth.date and record.birth.precision == DAY:
            keys |= {f"{name}@{day}" for name in first | last for day in birth_keys(record.birth.date)}
        if record.postcode:
            keys |= {f"{name}@{record.postcode}" for name in first}
    return frozenset(keys)


def joint_keys(victim: PersonRecord, perpetrator: PersonRecord) -> frozenset[tuple[str, str]]:
    """Keys of a pair: one of the victim's with one of the alleged perpetrator's."""
    return frozenset((one, two) for one in loose_keys(victim) for two in loose_keys(perpetrator))


def candidate_pairs(
    keys_of: Iterable[tuple[int, Iterable[Hashable]]], *, refine: Mapping[int, Iterable[Hashable]] | None = None
) -> Iterator[tuple[int, int]]:
    """Pairs of numbers that share a key, each once, the smaller first.

    A block with more than `LARGEST_BLOCK` members (a very common name) is parted again by the keys in `refine`.
    """
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for number, keys in keys_of:
        for key in keys:
            blocks[key].append(number)
    seen: set[tuple[int, int]] = set()
    for members in blocks.values():
        if len(members) < 2:
            continue
        for pair in _pairs_of_block(members, refine):
            if pair not in seen:
                seen.add(pair)
                yield pair


def _pairs_of_block(members: list[int], refine: Mapping[int, Iterable[Hashable]] | None) -> Iterator[tuple[int, int]]:
    if len(members) > LARGEST_BLOCK and refine is not None:
        smaller: dict[Hashable, list[int]] = defaultdict(list)
        for number in members:
            for key in refine.get(number, ()):
                smaller[key].append(number)
        for part in smaller.values():
            yield from _pairs_of_block(part, None)
        return
    for at, one in enumerate(members):
        for other in members[at + 1 :]:
            yield (one, other) if one < other else (other, one)
