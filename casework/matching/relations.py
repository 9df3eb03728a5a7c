"""What else an earlier referral may mean for a new one: the same victim with another perpetrator, or the other way round."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from casework.matching.compare import Comparison, Feature, probability
from casework.matching.link import Linking, Mention, ReferralRecord, in_order

NEW_PERPETRATOR, SAME_PERPETRATOR, CROSSED_ROLES = "new_perpetrator", "same_perpetrator", "crossed_roles"


class Relation(NamedTuple):
    """The latest earlier referral in one relation, with the evidence about the person both have in common."""

    kind: str
    earlier: Hashable
    score: float
    features: tuple[Feature, ...]


def relations(referrals: Sequence[ReferralRecord], linking: Linking) -> dict[Hashable, tuple[Relation, ...]]:
    """For each referral its relations to earlier ones, at most one of each kind: the latest.

    "new_perpetrator": the victim was referred before, but with nobody of these. "same_perpetrator": one of the alleged
    perpetrators was referred with another victim. "crossed_roles": somebody here was in the other role before.
    """
    latest: dict[tuple[int, str], list[tuple[ReferralRecord, Mention]]] = {}
    found = {}
    for referral in in_order(referrals):
        mine = _mentions(referral)
        found[referral.key] = tuple(_relations_of(mine, latest, linking))
        for mention in mine:
            latest.setdefault((linking.entity[mention], mention.role), []).append((referral, mention))
    return found


def _mentions(referral: ReferralRecord) -> list[Mention]:
    perpetrators = [Mention(referral.key, "perpetrator", number) for number in range(len(referral.perpetrators))]
    return [Mention(referral.key, "victim", 0), *perpetrators]


def _relations_of(mine: list[Mention], latest: dict, linking: Linking):
    entities = {(mention.role, linking.entity[mention]) for mention in mine}
    seen = set()
    for mention in mine:
        other_role = "perpetrator" if mention.role == "victim" else "victim"
        same_role = NEW_PERPETRATOR if mention.role == "victim" else SAME_PERPETRATOR
        for kind, role in ((same_role, mention.role), (CROSSED_ROLES, other_role)):
            for earlier, there in reversed(latest.get((linking.entity[mention], role), [])):
                if kind in seen:
                    break
                if kind == CROSSED_ROLES or not _shares(entities, earlier, other_role, linking):
                    seen.add(kind)
                    yield _relation(kind, earlier, linking.compared(mention, there))


def _shares(entities: set[tuple[str, int]], earlier: ReferralRecord, role: str, linking: Linking) -> bool:
    """Whether the earlier referral has the other party in common too, which makes it the same pair."""
    return any((role, linking.entity[mention]) in entities for mention in _mentions(earlier) if mention.role == role)


def _relation(kind: str, earlier: ReferralRecord, evidence: Comparison) -> Relation:
    return Relation(kind, earlier.key, probability(evidence.weight), evidence.features)
