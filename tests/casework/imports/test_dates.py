import datetime

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from casework.imports.dates import (
    APPROXIMATE,
    BLANK,
    CHANGED,
    DAY,
    DOUBTFUL,
    EXCEL_EPOCH,
    OK,
    REFUSED,
    UNKNOWN,
    parse_date,
)

EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2026, 11, 22)
WRITTEN = datetime.date(1984, 3, 17)


def read(value, **more):
    return parse_date(value, earliest=EARLIEST, latest=LATEST, **more)


@pytest.mark.parametrize(
    "text",
    [
        "17/03/1984",
        "17/3/1984",
        "17-03-1984",
        "17.03.1984",
        "17 03 1984",
        "17 / 3 / 1984",
        "1984-03-17",
        "1984/03/17",
        "19840317",
        "17 Mar 1984",
        "17 March 1984",
        "17th March 1984",
        "17th of March, 1984",
        "17-Mar-1984",
        "March 17, 1984",
        "Saturday 17 March 1984",
        "Sat 17/03/1984",
        "17/03/1984 00:00",
        "1984-03-17T00:00:00",
        " 17/03/1984 ",
        datetime.date(1984, 3, 17),
        datetime.datetime(1984, 3, 17, 9, 30),  # noqa: DTZ001
    ],
)
def test_spellings_of_one_day(text):
    assert (read(text).date, read(text).status, read(text).precision) == (WRITTEN, OK, DAY)


@pytest.mark.parametrize("text", ["17/03/84", "17.3.84", "17 Mar 84", "17-Mar-84", 30758, 30758.0, "30758"])
def test_read_beyond_doubt_but_put_right(text):
    assert (read(text).date, read(text).status) == (WRITTEN, CHANGED)


def test_two_digits_are_the_latest_year_not_after_the_pivot():
    assert read("01/02/26").date.year == 2026
    assert read("01/12/26").date.year == 1926
    assert read("01/02/15", pivot=datetime.date(2014, 1, 1)).date.year == 1915


@pytest.mark.parametrize(
    "text", ["31/02/1990", "30/02/2024", "29/02/2023", "32/01/2020", "00/05/2020", "12/00/2020", "45/45/2020"]
)
def test_impossible_days_are_refused_in_words(text):
    found = read(text)
    assert (found.date, found.status) == (None, REFUSED)
    assert found.message.startswith("no such day")


@pytest.mark.parametrize("text", ["soon", "see file", "1/2", "12/2024", "17//03/1984", "=TODAY()", "17 Foo 1984"])
def test_what_is_no_date_is_refused(text):
    assert (read(text).date, read(text).status, read(text).message) == (None, REFUSED, "cannot be read as a date")


@pytest.mark.parametrize(("text", "message"), [("01/01/1850", "too long ago"), ("01/01/2090", "too late")])
def test_out_of_bounds(text, message):
    assert read(text).status == REFUSED
    assert message in read(text).message


@pytest.mark.parametrize("text", ["?", "n/k", "unknown", "Not known", "tbc", "-", "N/A"])
def test_said_to_be_unknown(text):
    assert (read(text).date, read(text).status) == (None, UNKNOWN)


@pytest.mark.parametrize("text", [None, "", "   ", "\u00a0"])
def test_blank(text):
    assert read(text).status == BLANK


def test_month_first_only_where_nothing_else_is_possible_and_said():
    found = read("03/17/1984")
    assert (found.date, found.status) == (WRITTEN, DOUBTFUL)
    assert "month first" in found.message


def test_day_comes_first_and_the_other_reading_is_kept():
    found = read("03/07/1984")
    assert (found.date, found.swapped) == (datetime.date(1984, 7, 3), datetime.date(1984, 3, 7))
    assert read("17/03/1984").swapped is None


def test_a_wrong_weekday_is_doubtful():
    assert read("Monday 17 March 1984").status == DOUBTFUL
    assert "day of the week" in read("Monday 17 March 1984").message


@pytest.mark.parametrize("text", ["approx 32 yrs", "32", 32, "aged 32", "c. 32 years old", "32yrs", "32 y/o", "~32"])
def test_ages_become_approximate_births(text):
    found = read(text, reference=datetime.date(2025, 6, 1))
    assert (found.date.year, found.precision, found.status) == (1992, APPROXIMATE, DOUBTFUL)


def test_a_year_alone_is_approximate():
    assert (read("1984", reference=LATEST).date.year, read(1984, reference=LATEST).precision) == (1984, APPROXIMATE)


def test_ages_are_no_dates_without_a_reference():
    assert read("approx 32 yrs").status == REFUSED


@given(
    st.dates(EARLIEST, LATEST),
    st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%d %b %Y", "%A %d %B %Y", "%d %B %Y"]),
)
def test_written_and_read_again(day, form):
    assert read(day.strftime(form)).date == day


@given(st.dates(datetime.date(1927, 1, 1), LATEST))
def test_two_digit_years_of_a_century(day):
    assume(day <= LATEST)
    assert read(day.strftime("%d/%m/%y")).date == day


@given(st.dates(datetime.date(1910, 1, 1), LATEST))
def test_numbers_the_sheet_keeps(day):
    assert read((day - EXCEL_EPOCH).days).date == day


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.none(), st.binary(max_size=5)))
@example(10**400)
def test_anything_else_never_raises_and_never_leaves_the_bounds(value):
    for reference in (None, datetime.date(2025, 6, 1)):
        found = read(value, reference=reference)
        assert found.date is None or found.precision == APPROXIMATE or EARLIEST <= found.date <= LATEST
