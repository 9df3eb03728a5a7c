import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.matching.repeats import (
    FIRST,
    LAST_HEARD,
    REPEAT,
    RETURNING,
    Finding,
    PairReferral,
    RepeatRule,
    add_months,
    assess,
)

DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 12, 31))


def referral(key, day, *pairs, **more):
    return PairReferral(key, datetime.date.fromisoformat(day), frozenset(pairs), **more)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2023-02-28", 12, "2024-02-28"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2025-12-15", 1, "2026-01-15"),
        ("2025-03-31", 12, "2026-03-31"),
    ],
)
def test_add_months_clamps_to_the_end_of_the_month(start, months, end):
    assert add_months(datetime.date.fromisoformat(start), months) == datetime.date.fromisoformat(end)


@given(DAYS)
def test_the_last_day_counts_and_the_next_does_not(day):
    last = add_months(day, 12)
    first = PairReferral(1, day, frozenset("p"))
    inside = PairReferral(2, last, frozenset("p"))
    outside = PairReferral(2, last + datetime.timedelta(days=1), frozenset("p"))
    assert assess([first, inside])[2] == Finding(REPEAT, 1)
    assert assess([first, outside])[2] == Finding(RETURNING, 1)


@given(st.lists(st.tuples(DAYS, st.sampled_from("abc")), max_size=12, unique_by=lambda one: one[0]), st.randoms())
def test_order_of_the_sheet_does_not_matter(rows, chance):
    made = [PairReferral(at, day, frozenset(pair)) for at, (day, pair) in enumerate(rows)]
    mixed = list(made)
    chance.shuffle(mixed)
    assert assess(made) == assess(mixed)


@given(st.lists(st.tuples(DAYS, st.sampled_from("abc")), max_size=12))
def test_every_referral_has_one_finding_and_a_repeat_names_an_earlier_one(rows):
    made = {at: PairReferral(at, day, frozenset(pair)) for at, (day, pair) in enumerate(rows)}
    found = assess(made.values())
    assert set(found) == set(made)
    for key, finding in found.items():
        if finding.kind == REPEAT:
            previous = made[finding.previous]
            assert previous.pairs == made[key].pairs
            assert previous.date <= made[key].date <= add_months(previous.date, 12)


def test_clock_runs_from_the_last_referral_not_from_the_first():
    rows = [referral(1, "2024-01-10", "p"), referral(2, "2024-12-01", "p"), referral(3, "2025-11-20", "p")]
    assert assess(rows)[3] == Finding(REPEAT, 2)


def test_same_day_goes_by_the_order_given_and_existing_comes_first():
    rows = [
        referral(4, "2025-04-02", "p"),
        referral(5, "2025-04-02", "p"),
        referral("HB-1", "2025-04-02", "p", existing=True),
    ]
    found = assess(rows)
    assert (found["HB-1"].kind, found[4], found[5]) == (FIRST, Finding(REPEAT, "HB-1"), Finding(REPEAT, 4))


def test_any_of_several_perpetrators_is_enough_and_the_latest_is_named():
    rows = [referral(1, "2025-01-01", "a"), referral(2, "2025-03-01", "b"), referral(3, "2025-05-01", "a", "b")]
    found = assess(rows)
    assert (found[2].kind, found[3]) == (FIRST, Finding(REPEAT, 2))


def test_other_pairs_do_not_count():
    rows = [
        referral(1, "2025-01-01", ("v1", "p1")),
        referral(2, "2025-02-01", ("v1", "p2")),
        referral(3, "2025-02-02", ("p1", "v1")),
    ]
    assert [finding.kind for finding in assess(rows).values()] == [FIRST] * 3


def test_a_local_rule_may_count_from_the_hearing():
    heard = datetime.date(2024, 2, 10)
    rows = [referral(1, "2024-01-10", "p", heard=heard), referral(2, "2025-02-05", "p")]
    assert assess(rows)[2].kind == RETURNING
    assert assess(rows, RepeatRule(anchor=LAST_HEARD))[2] == Finding(REPEAT, 1)
    assert assess(rows, RepeatRule(months=13))[2] == Finding(REPEAT, 1)
