"""Who is who over many referrals: mentions become entities, with victim and alleged perpetrator as evidence for each other.

For two referrals four things can be so: both parties are the same people, only the victim is, only the alleged
perpetrator is, or neither. The weights of both comparisons and how often each happens give the probability of each.
"""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from casework.matching import blocking
from casework.matching.compare import Comparison, Feature, Frequencies, compare, probability
from casework.matching.persons import PersonRecord

SAME_PAIR_AGAIN = 0.75
OTHER_VICTIM_OF_SAME = 0.3
ACCEPT_PAIR = 0.5
ACCEPT_PERSON = 0.9
WORTH_A_LOOK = 0.02
LEAST_EVIDENCE = 1.0
EFFECTIVE_PEOPLE = 60
MOST_CHECKED = 8
CONFLICT = -4.0


@dataclass(frozen=True, slots=True)
class ReferralRecord:
    """One referral as matching sees it. `key` is the caller's (a sheet row, a reference); order breaks ties of a day."""

    key: Hashable
    date: date
    victim: PersonRecord
    perpetrators: tuple[PersonRecord, ...]
    existing: bool = False


class PairMatch(NamedTuple):
    """Evidence that two referrals are about the same victim and the same alleged perpetrator."""

    earlier: Hashable
    later: Hashable
    probability: float
    victim: tuple[Feature, ...]
    perpetrator: tuple[Feature, ...]


class Mention(NamedTuple):
    """Where a person is named: the referral's key, "victim" or "perpetrator", and which one."""

    key: Hashable
    role: str
    number: int


def _nothing_compared(one: Mention, other: Mention) -> Comparison:
    raise LookupError("Mentions are compared once `link` has run.")


@dataclass(slots=True)
class Linking:
    """The outcome: a group number for each pair, an entity number for each mention, and the best evidence per referral.

    `compared` gives the evidence between any two mentions, named as in `entity`.
    """

    pair_group: dict[tuple[Hashable, int], int] = field(default_factory=dict)
    entity: dict[Mention, int] = field(default_factory=dict)
    matches: list[PairMatch] = field(default_factory=list)
    score: dict[Hashable, float] = field(default_factory=dict)
    compared: Callable[[Mention, Mention], Comparison] = _nothing_compared

    def pairs_of(self, key: Hashable, count: int) -> frozenset[int]:
        """Groups that a referral's pairs belong to, given its number of alleged perpetrators."""
        return frozenset(self.pair_group[key, number] for number in range(count) if (key, number) in self.pair_group)


class _Groups:
    """Disjoint sets with their members."""

    def __init__(self, size: int) -> None:
        self.of = list(range(size))
        self.members = [[number] for number in range(size)]

    def merge(self, one: int, other: int) -> None:
        keep, gone = self.of[one], self.of[other]
        if len(self.members[keep]) < len(self.members[gone]):
            keep, gone = gone, keep
        for number in self.members[gone]:
            self.of[number] = keep
        self.members[keep] += self.members[gone]
        self.members[gone] = []


def in_order(referrals: Iterable[ReferralRecord]) -> list[ReferralRecord]:
    """By date; of one day, what is on record already comes first and then the order given."""
    return sorted(referrals, key=lambda found: (found.date, not found.existing))


def link(referrals: Sequence[ReferralRecord]) -> Linking:
    """Assign the parties of every referral to entities. The order given does not matter; cost grows with the candidates."""
    return _Linker(in_order(referrals)).run()


class _Linker:
    def __init__(self, referrals: list[ReferralRecord]) -> None:
        self.referrals = referrals
        self.pairs = [(at, number) for at, found in enumerate(referrals) for number in range(len(found.perpetrators))]
        self.mentions: list[Mention] = []
        self.people: list[PersonRecord] = []
        self.index: dict[tuple[int, str, int], int] = {}
        self._collect_mentions()
        self.frequencies = Frequencies(self.people)
        self.compared: dict[tuple[int, int], Comparison] = {}
        self.prior = -math.log2(max(len(referrals), EFFECTIVE_PEOPLE))
        self.outcome = Linking()

    def _collect_mentions(self) -> None:
        for at, referral in enumerate(self.referrals):
            self._add(at, referral.key, "victim", 0, referral.victim)
            for number, perpetrator in enumerate(referral.perpetrators):
                self._add(at, referral.key, "perpetrator", number, perpetrator)

    def _add(self, at: int, key: Hashable, role: str, number: int, person: PersonRecord) -> None:
        self.index[at, role, number] = len(self.people)
        self.mentions.append(Mention(key, role, number))
        self.people.append(person)

    def run(self) -> Linking:
        groups = self._group_pairs()
        entities = self._entities(groups)
        for at, (referral, number) in enumerate(self.pairs):
            self.outcome.pair_group[self.referrals[referral].key, number] = groups.of[at]
        for at, mention in enumerate(self.mentions):
            self.outcome.entity[mention] = entities.of[at]
        place = {mention: at for at, mention in enumerate(self.mentions)}
        self.outcome.compared = lambda one, other: self._comparison(place[one], place[other])
        return self.outcome

    def _comparison(self, one: int, other: int) -> Comparison:
        ends = (one, other) if one < other else (other, one)
        found = self.compared.get(ends)
        if found is None:
            found = self.compared[ends] = compare(self.people[ends[0]], self.people[ends[1]], self.frequencies)
        return found

    def _ends(self, pair: int) -> tuple[int, int]:
        at, number = self.pairs[pair]
        return self.index[at, "victim", 0], self.index[at, "perpetrator", number]

    def _pair_probability(self, one: int, other: int) -> tuple[float, Comparison, Comparison]:
        (victim, perpetrator), (other_victim, other_perpetrator) = self._ends(one), self._ends(other)
        victims = self._comparison(victim, other_victim)
        perpetrators = self._comparison(perpetrator, other_perpetrator)
        return joint_probability(victims.weight, perpetrators.weight, self.prior), victims, perpetrators

    def _group_pairs(self) -> _Groups:
        groups = _Groups(len(self.pairs))
        edges = []
        for one, other in self._pair_candidates():
            found, victims, perpetrators = self._pair_probability(one, other)
            if found >= WORTH_A_LOOK:
                self._note(one, other, found, victims, perpetrators)
            if found >= ACCEPT_PAIR:
                edges.append((found, victims.weight + perpetrators.weight, one, other))
        for _, _, one, other in sorted(edges, reverse=True):
            if groups.of[one] != groups.of[other] and self._agree_as_groups(groups, one, other):
                groups.merge(one, other)
        return groups

    def _pair_candidates(self) -> Iterable[tuple[int, int]]:
        keyed = ((at, blocking.joint_keys(*self._people_of(at))) for at in range(len(self.pairs)))
        for one, other in blocking.candidate_pairs(keyed):
            if self.pairs[one][0] != self.pairs[other][0]:
                yield one, other

    def _people_of(self, pair: int) -> tuple[PersonRecord, PersonRecord]:
        victim, perpetrator = self._ends(pair)
        return self.people[victim], self.people[perpetrator]

    def _note(self, one: int, other: int, found: float, victims: Comparison, perpetrators: Comparison) -> None:
        earlier, later = self.referrals[self.pairs[one][0]].key, self.referrals[self.pairs[other][0]].key
        self.outcome.matches.append(PairMatch(earlier, later, found, victims.features, perpetrators.features))
        self.outcome.score[later] = max(found, self.outcome.score.get(later, 0.0))

    def _agree_as_groups(self, groups: _Groups, one: int, other: int) -> bool:
        """Whether two groups, taken member by member, agree on average: one poor mention must not join two people."""
        left = groups.members[groups.of[one]][-MOST_CHECKED:]
        right = groups.members[groups.of[other]][-MOST_CHECKED:]
        bits = [_bits(self._pair_probability(a, b)[0]) for a in left for b in right]
        return sum(bits) / len(bits) > 0

    def _entities(self, pairs: _Groups) -> _Groups:
        entities = _Groups(len(self.people))
        for members in pairs.members:
            for pair in members[1:]:
                for one, other in zip(self._ends(members[0]), self._ends(pair), strict=True):
                    if entities.of[one] != entities.of[other]:
                        entities.merge(one, other)
        for _, one, other in sorted(self._person_edges(), reverse=True):
            if entities.of[one] != entities.of[other] and self._agree_as_people(entities, one, other):
                entities.merge(one, other)
        return entities

    def _person_edges(self) -> Iterable[tuple[float, int, int]]:
        keyed = ((at, blocking.tight_keys(person)) for at, person in enumerate(self.people))
        refine = {at: _refining(person) for at, person in enumerate(self.people)}
        for one, other in blocking.candidate_pairs(keyed, refine=refine):
            if self.mentions[one].key != self.mentions[other].key:
                compared = self._comparison(one, other)
                found = probability(compared.weight + self.prior)
                if found >= ACCEPT_PERSON and more_than_a_name(compared):
                    yield found, one, other

    def _agree_as_people(self, entities: _Groups, one: int, other: int) -> bool:
        left = entities.members[entities.of[one]][-MOST_CHECKED:]
        right = entities.members[entities.of[other]][-MOST_CHECKED:]
        weights = [self._comparison(a, b).weight + self.prior for a in left for b in right]
        return min(weights) > CONFLICT and sum(weights) / len(weights) > 0


def joint_probability(victims: float, perpetrators: float, prior: float) -> float:
    """Probability that both parties of two referrals are the same, from the weights (bits) of both comparisons.

    An alleged perpetrator of whom nothing agrees proves no pair, however sure the victim is.
    """
    if perpetrators < LEAST_EVIDENCE or victims < LEAST_EVIDENCE - 4:
        return 0.0
    both = prior + math.log2(SAME_PAIR_AGAIN) + victims + perpetrators
    victim_only = prior + math.log2(1 - SAME_PAIR_AGAIN) + victims
    other_only = prior + math.log2(OTHER_VICTIM_OF_SAME) + perpetrators
    top = max(both, victim_only, other_only, 0.0)
    total = sum(2.0 ** (value - top) for value in (both, victim_only, other_only, 0.0))
    return 2.0 ** (both - top) / total


def more_than_a_name(compared: Comparison) -> bool:
    """Whether birth date, home or a known identity speak for two mentions being one person, besides the name."""
    agreeing = {("birth", "exact"), ("birth", "swapped"), ("birth", "slip"), ("identity", "same")}
    agreeing |= {("home", level) for level in ("same", "same_postcode", "same_street")}
    return any((found.feature, found.level) in agreeing for found in compared.features)


def _bits(share: float) -> float:
    inside = min(max(share, 1e-6), 1 - 1e-6)
    return math.log2(inside / (1 - inside))


def _refining(person: PersonRecord) -> tuple[Hashable, ...]:
    found: list[Hashable] = [person.postcode] if person.postcode else []
    if person.birth.date:
        found += [person.birth.date.year, ("day", person.birth.date.day, person.birth.date.month)]
    return tuple(found)
