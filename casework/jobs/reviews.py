"""Once a day: a new quarter opens each agency's access review; what is settled closes; who is long overdue is told of."""

from datetime import date

from django.utils import timezone

from casework.commands.reviews import close_settled, is_long_overdue, open_review, tell_of_overdue
from casework.jobs.timetable import daily
from casework.models import AccessReview, Agency

SYSTEM = "system"


def quarter_of(day: date) -> date:
    """The first day of the quarter that a day lies in."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


@daily("reviews")
def look_after_reviews() -> None:
    """Open this quarter's reviews where none is open, close what has nothing left to answer, tell of what is long overdue."""
    today = timezone.localdate()
    for review in AccessReview.objects.using(SYSTEM).filter(closed_at=None).select_related("agency"):
        if not close_settled(review=review) and is_long_overdue(review, today):
            tell_of_overdue(review=review)
    open_new(today)


def open_new(today: date) -> int:
    """Open the quarter's reviews; how many. An agency with a review that is still open, or had one this quarter, gets none."""
    rows = AccessReview.objects.using(SYSTEM)
    busy = set(rows.filter(closed_at=None).values_list("agency_id", flat=True))
    busy |= set(rows.filter(opened_on__gte=quarter_of(today)).values_list("agency_id", flat=True))
    agencies = [agency for agency in Agency.objects.using(SYSTEM).order_by("pk") if agency.pk not in busy]
    return sum(open_review(agency=agency, on=today) is not None for agency in agencies)
