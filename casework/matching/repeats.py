"""When a referral is a repeat: a pure rule over pairs of victim and alleged perpetrator that are known to be the same.

Rule (SafeLives, current edition): any further abuse between the same victim and the same perpetrator or perpetrators within
twelve months of the last referral. Twelve months end on the same day of the month, that day included; a day that the month
has not got becomes its last. Thereafter the referral is new, though the people return.
"""

import calendar
import datetime
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

LAST_REFERRAL, LAST_HEARD = "last_referral", "last_heard"
FIRST, REPEAT, RETURNING = "first", "repeat", "returning"


@dataclass(frozen=True, slots=True)
class RepeatRule:
    """How long a pair's last referral counts, and from which of its days: the referral or (a local variant) the hearing."""

    months: int = 12
    anchor: str = LAST_REFERRAL


@dataclass(frozen=True, slots=True)
class PairReferral:
    """One referral: its day, the pairs it is about (any hashable), and the day it was heard where that is known."""

    key: Hashable
    date: datetime.date
    pairs: frozenset
    heard: datetime.date | None = None
    existing: bool = False


class Finding(NamedTuple):
    """first, repeat or returning, with the key of the pair's previous referral (None for the first)."""

    kind: str
    previous: Hashable | None = None


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day of the month so many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def within(rule: RepeatRule, previous: PairReferral, day: datetime.date) -> bool:
    """Whether a referral on `day` falls into the time that `previous` counts."""
    anchor = previous.heard if rule.anchor == LAST_HEARD and previous.heard else previous.date
    return previous.date <= day <= add_months(anchor, rule.months)


def assess(referrals: Iterable[PairReferral], rule: RepeatRule = RepeatRule()) -> dict[Hashable, Finding]:
    """The finding for each referral, by its key.

    Sorted by day, whatever order they come in; of one day the existing come first, then the order given. With several
    pairs in a referral, any is enough and the latest previous referral is named.
    """
    latest: dict[Hashable, tuple[int, PairReferral]] = {}
    found: dict[Hashable, Finding] = {}
    for place, referral in enumerate(sorted(referrals, key=lambda one: (one.date, not one.existing))):
        found[referral.key] = _finding(referral, latest, rule)
        for pair in referral.pairs:
            latest[pair] = (place, referral)
    return found


def _finding(referral: PairReferral, latest: dict, rule: RepeatRule) -> Finding:
    earlier = [latest[pair] for pair in referral.pairs if pair in latest]
    if not earlier:
        return Finding(FIRST)
    counting = [one for one in earlier if within(rule, one[1], referral.date)]
    _, previous = max(counting or earlier, key=lambda one: one[0])
    return Finding(REPEAT if counting else RETURNING, previous.key)
