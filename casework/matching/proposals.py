"""What matching proposes for each referral: repeat or not, of which, how sure, and which evidence."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from casework.matching.link import Linking, PairMatch, ReferralRecord, in_order, link
from casework.matching.repeats import FIRST, REPEAT, PairReferral, RepeatRule, assess


@dataclass(frozen=True, slots=True)
class Proposal:
    """For one referral: the finding (first, repeat, returning), the key of the pair's previous referral, the best score.

    `score` is None where nothing was worth comparing. `evidence` is the match with the previous referral, if compared.
    """

    kind: str
    previous: Hashable | None = None
    score: float | None = None
    evidence: PairMatch | None = None

    @property
    def repeat(self) -> bool:
        return self.kind == REPEAT


class Proposals(NamedTuple):
    """The proposal of every referral by key, and the linking it came from (entities, all matches worth a look)."""

    by_key: dict[Hashable, Proposal]
    linking: Linking


def propose(referrals: Sequence[ReferralRecord], rule: RepeatRule = RepeatRule()) -> Proposals:  # noqa: B008
    """Proposals for all referrals together; existing ones of the panel take part as records with `existing=True`."""
    linking = link(referrals)
    findings = assess((_pair_referral(one, linking) for one in in_order(referrals)), rule)
    evidence = {
        (found.earlier, found.later): found for found in sorted(linking.matches, key=lambda one: one.probability)
    }
    made = {}
    for referral in referrals:
        finding = findings[referral.key]
        match = evidence.get((finding.previous, referral.key))
        score = match.probability if match and finding.kind != FIRST else linking.score.get(referral.key)
        made[referral.key] = Proposal(finding.kind, finding.previous, score, match)
    return Proposals(made, linking)


def _pair_referral(referral: ReferralRecord, linking: Linking) -> PairReferral:
    pairs = linking.pairs_of(referral.key, len(referral.perpetrators))
    return PairReferral(referral.key, referral.date, pairs, existing=referral.existing)
