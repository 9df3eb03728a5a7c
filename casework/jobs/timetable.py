"""What runs by itself once a day. One worker at a time; a day that nobody worked is caught up by the next run."""

import logging
from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone

from casework.models import TimetableEntry

LOCK = 7_253_001  # any number, the same in every worker
logger = logging.getLogger(__name__)
_daily: dict[str, Callable[[], None]] = {}


def daily(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Decorator: the function runs once a day, by London's calendar. It must bear running twice. Raises `ValueError` for a second."""

    def keep(function: Callable[[], None]) -> Callable[[], None]:
        if _daily.setdefault(name, function) is not function:
            raise ValueError(f"The daily job {name} is registered twice.")
        return function

    return keep


def run_due() -> list[str]:
    """Run what has not run today, and return its names; nothing while another worker does."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return []
        return [name for name in sorted(_daily) if _run(name)]


def _run(name: str) -> bool:
    entry, _ = TimetableEntry.objects.get_or_create(name=name)
    if entry.last_ran_on is not None and entry.last_ran_on >= timezone.localdate():
        return False
    try:
        with transaction.atomic():
            _daily[name]()
    except Exception:  # one that fails must not keep the others from running; it is tried again
        logger.exception("The daily job %s failed.", name)
        return False
    entry.last_ran_on = timezone.localdate()
    entry.save(update_fields=["last_ran_on"])
    return True
