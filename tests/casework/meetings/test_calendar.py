"""Working days with the bank holidays of England and Wales."""

from datetime import UTC, date, datetime

import pytest

from casework.queries.calendar import (
    beyond_known_holidays,
    end_of_day,
    is_working_day,
    working_days_after,
    working_days_before,
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 12, 25), False),
        (date(2026, 12, 28), False),  # Boxing Day fell on a Saturday
        (date(2026, 11, 30), True),  # St Andrew's Day is a Scottish holiday
    ],
)
def test_is_working_day(day, expected):
    assert is_working_day(day) is expected


def test_counting_leaves_out_weekends_and_bank_holidays():
    assert working_days_after(date(2026, 12, 23), 5) == date(2027, 1, 4)
    assert working_days_before(date(2027, 1, 4), 5) == date(2026, 12, 23)
    assert working_days_before(date(2026, 11, 29), 2) == date(2026, 11, 26)


def test_beyond_the_data_only_weekends_count_and_it_can_be_said():
    assert not beyond_known_holidays(date(2027, 6, 1))
    assert beyond_known_holidays(date(2199, 1, 1))
    assert is_working_day(date(2199, 12, 25))  # a Wednesday


def test_a_day_ends_by_the_clock_of_london():
    assert end_of_day(date(2026, 7, 1)) == datetime(2026, 7, 1, 23, tzinfo=UTC)
    assert end_of_day(date(2026, 12, 1)) == datetime(2026, 12, 2, 0, tzinfo=UTC)
