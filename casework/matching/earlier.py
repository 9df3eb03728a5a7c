"""What one new referral may have to do with the panel's earlier records: pure comparison, proposals in the order of a reader's interest."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from casework.matching.compare import Comparison, Frequencies, compare, probability
from casework.matching.link import ReferralRecord
from casework.matching.proposals import propose
from casework.matching.repeats import PairReferral, RepeatRule, within

SAME_PERSON = 0.5
SAME_PAIR = 0.1
MOST_PROPOSED = 8
EFFECTIVE_PEOPLE = 60
NO_REASON_TO_PROPOSE = -6.0


class Piece(NamedTuple):
    """One piece of evidence: whose, which feature, on which level, its weight in bits, and the numbers of both mentions."""

    who: str
    feature: str
    level: str
    weight: float
    number: int
    earlier_number: int


@dataclass(frozen=True, slots=True)
class Found:
    """A proposal: repeat, returning, new_perpetrator or same_perpetrator, with its probability and evidence."""

    kind: str
    earlier: Hashable
    score: float
    evidence: tuple[Piece, ...]


def look_back(
    new: ReferralRecord, earlier: Sequence[ReferralRecord], rule: RepeatRule, *, same_perpetrator: bool = True
) -> list[Found]:
    """What `new` may repeat or continue, best first. `earlier` are candidates only; nothing of them is merged.

    With `same_perpetrator` false (a local rule), the same victim alone makes a repeat.
    """
    pairs = _same_pairs(new, earlier, rule)
    known = {found.earlier for found in pairs}
    rest = [record for record in earlier if record.key not in known and record.date <= new.date]
    frequencies = Frequencies(_people([new, *earlier]))
    singles = [found for record in rest for found in _single(new, record, frequencies, rule, same_perpetrator)]
    return sorted(pairs + singles, key=lambda found: (_INTEREST.index(found.kind), -found.score))[:MOST_PROPOSED]


_INTEREST = ("repeat", "returning", "new_perpetrator", "same_perpetrator")


def _people(records: Iterable[ReferralRecord]):
    return [person for record in records for person in (record.victim, *record.perpetrators)]


def _same_pairs(new: ReferralRecord, earlier: Sequence[ReferralRecord], rule: RepeatRule) -> list[Found]:
    """Earlier records of the same victim and the same alleged perpetrator: the one that counts, and others that may."""
    records = {record.key: record for record in earlier}
    proposals = propose([new, *earlier], rule)
    finding = proposals.by_key[new.key]
    scores = {match.earlier: match.probability for match in proposals.linking.matches if match.later == new.key}
    if finding.previous is not None:
        scores[finding.previous] = max(scores.get(finding.previous, 0.0), finding.score or SAME_PAIR)
    frequencies = Frequencies(_people([new, *earlier]))
    return [
        Found(_kind(new, records[key], rule), key, score, _evidence(new, records[key], frequencies))
        for key, score in scores.items()
        if key in records and (score >= SAME_PAIR or key == finding.previous)
    ]


def _kind(new: ReferralRecord, record: ReferralRecord, rule: RepeatRule) -> str:
    previous = PairReferral(record.key, record.date, frozenset())
    return "repeat" if within(rule, previous, new.date) else "returning"


def _evidence(new: ReferralRecord, record: ReferralRecord, frequencies: Frequencies) -> tuple[Piece, ...]:
    victims = _pieces("victim", compare(new.victim, record.victim, frequencies), 0, 0)
    best = _best_perpetrators(new, record, frequencies)
    return victims + (_pieces("perpetrator", *best) if best else ())


def _best_perpetrators(
    new: ReferralRecord, record: ReferralRecord, frequencies: Frequencies
) -> tuple[Comparison, int, int] | None:
    compared = [
        (compare(one, other, frequencies), number, earlier_number)
        for number, one in enumerate(new.perpetrators)
        for earlier_number, other in enumerate(record.perpetrators)
    ]
    return max(compared, key=lambda found: found[0].weight, default=None)


def _pieces(who: str, compared: Comparison, number: int, earlier_number: int) -> tuple[Piece, ...]:
    return tuple(Piece(who, f.feature, f.level, f.weight, number, earlier_number) for f in compared.features)


def _single(
    new: ReferralRecord, record: ReferralRecord, frequencies: Frequencies, rule: RepeatRule, same_perpetrator: bool
) -> list[Found]:
    """The same victim with another alleged perpetrator, or the same alleged perpetrator with another victim."""
    found = []
    victims = compare(new.victim, record.victim, frequencies)
    if (sure := _surely_one(victims)) >= SAME_PERSON:
        kind = "new_perpetrator" if same_perpetrator else _kind(new, record, rule)
        found.append(Found(kind, record.key, sure, _pieces("victim", victims, 0, 0)))
    best = _best_perpetrators(new, record, frequencies)
    if best and (sure := _surely_one(best[0])) >= SAME_PERSON:
        found.append(Found("same_perpetrator", record.key, sure, _pieces("perpetrator", *best)))
    return found


def _surely_one(compared: Comparison) -> float:
    return probability(compared.weight + NO_REASON_TO_PROPOSE)
