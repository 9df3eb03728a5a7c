"""Working days of England and Wales, by the bank holidays that `govuk-bank-holidays` carries. Nothing is fetched."""

from calendar import month_name
from datetime import date, datetime, time, timedelta
from functools import cache

from django.utils import timezone
from govuk_bank_holidays.bank_holidays import BankHolidays

ONE_DAY = timedelta(days=1)
BEYOND = "Bank holidays are not yet known this far ahead, so only weekends are left out of the count."


@cache
def _holidays() -> frozenset[date]:
    source = BankHolidays(use_cached_holidays=True)
    return frozenset(day["date"] for day in source.get_holidays(division=BankHolidays.ENGLAND_AND_WALES))


def beyond_known_holidays(day: date) -> bool:
    """Whether `day` lies after the last year whose bank holidays are known: then only weekends are left out."""
    return day.year > max(_holidays()).year


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no bank holiday."""
    return day.weekday() < 5 and day not in _holidays()


def working_days_after(day: date, number: int) -> date:
    """The `number`th working day after `day`; `day` itself does not count, whatever it is."""
    return _step(day, number, ONE_DAY)


def working_days_before(day: date, number: int) -> date:
    """The `number`th working day before `day`; `day` itself does not count."""
    return _step(day, number, -ONE_DAY)


def end_of_day(day: date) -> datetime:
    """The last moment of `day` by the clock of London: midnight at its end."""
    return timezone.make_aware(datetime.combine(day + ONE_DAY, time.min))


def say_day(day: date) -> str:
    """`1 March 2026`."""
    return f"{day.day} {month_name[day.month]} {day.year}"


def _step(day: date, number: int, direction: timedelta) -> date:
    while number:
        day += direction
        number -= is_working_day(day)
    return day
