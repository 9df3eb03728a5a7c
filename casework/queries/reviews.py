"""Access reviews as pages show them: lines with holder, use and answer; which agencies are late."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from casework.access.policies import REVIEW_GRACE
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import AccessReview, AccessReviewLine, Seat
from casework.queries.home import Task, task_source


@dataclass(frozen=True)
class ReviewLine:
    """One membership or grant: who holds it, what it is, how often it was used within 90 days before the review was opened."""

    pk: int
    what: str
    detail: str
    since: datetime
    until: datetime | None
    uses: int
    last_used_on: date | None
    answer: str
    answered_by: str
    in_force: bool
    is_hers: bool


@dataclass(frozen=True)
class Standing:
    """A review in a list."""

    review: AccessReview
    agency: str
    left: int | None
    overdue: bool
    held_up: bool


def reviews_of(viewer: Viewer) -> list[Standing]:
    """The reviews of the agency that the viewer answers for, newest first, with how many lines are left."""
    if viewer.governs_agency is None:
        return []
    rows = AccessReview.objects.filter(agency_id=viewer.governs_agency).select_related("agency").order_by("-opened_on")
    return [_standing(row, _left(viewer, row) if row.closed_at is None else 0) for row in rows]


def late_agencies(viewer: Viewer) -> list[Standing]:
    """Open reviews of agencies with a seat on a panel whose office the viewer holds: when they are due, not what they say."""
    seats = Seat.objects.live().filter(panel_id__in=viewer.office_panels).values("agency_id")
    rows = AccessReview.objects.filter(closed_at=None, agency_id__in=seats).select_related("agency")
    return [_standing(row, None) for row in rows.order_by("due_on", "agency__name")]


def _standing(review: AccessReview, left: int | None) -> Standing:
    today = timezone.localdate()
    is_open = review.closed_at is None
    late = is_open and review.due_on < today
    return Standing(review, review.agency.name, left, late, is_open and review.due_on < today - REVIEW_GRACE)


def _left(viewer: Viewer, review: AccessReview) -> int:
    return sum(not line.answer and line.in_force for line in lines_of(viewer, review))


def review_opened(viewer: Viewer, day: date) -> AccessReview | None:
    """The review of the viewer's agency that was opened on a day, or None."""
    rows = AccessReview.objects.filter(agency_id=viewer.governs_agency or 0, opened_on=day)
    return rows.select_related("agency", "closed_by").first()


def lines_of(viewer: Viewer, review: AccessReview) -> list[ReviewLine]:
    """Memberships first, then the agency's grants, then assignments; each by name or reference."""
    rows = visible(viewer, AccessReviewLine).filter(review=review)
    related = ("membership__user", "grant", "user_grant__user", "answered_by")
    lines = [(_order(row), _line(viewer, row)) for row in rows.select_related(*related)]
    return [line for _, line in sorted(lines, key=lambda pair: (pair[0], pair[1].what, pair[1].pk))]


def _order(row: AccessReviewLine) -> int:
    return 0 if row.membership_id else 1 if row.grant_id else 2


def _line(viewer: Viewer, row: AccessReviewLine) -> ReviewLine:
    held = row.membership or row.grant or row.user_grant
    until = held.ends_at if row.membership_id else held.expires_at
    return ReviewLine(
        pk=row.pk, what=_what(row), detail=_detail(row), since=held.starts_at, until=until, uses=row.uses, last_used_on=row.last_used_on,
        answer=row.get_answer_display() if row.answer else "", answered_by=row.answered_by.display_name if row.answered_by else "",
        in_force=until is None or until > timezone.now(), is_hers=bool(row.membership_id) and held.user_id == viewer.user_id,
    )  # fmt: skip


def _what(row: AccessReviewLine) -> str:
    if row.membership_id:
        return row.membership.user.display_name
    return f"Case {row.reference}"


def _detail(row: AccessReviewLine) -> str:
    if row.membership_id:
        return ", ".join(filter(None, [row.membership.get_role_display(), row.membership.job_title]))
    if row.grant_id:
        return f"The agency: {row.grant.get_basis_display().lower()}"
    return f"{row.user_grant.user.display_name}: {row.user_grant.get_basis_display().lower()}"


@task_source
def review_to_answer(viewer: Viewer) -> list[Task]:
    """The open review of the agency that the viewer answers for."""
    if viewer.governs_agency is None:
        return []
    rows = AccessReview.objects.filter(agency_id=viewer.governs_agency, closed_at=None).order_by("opened_on")
    text = "Review who holds your agency's access"
    return [Task(text, "review", (row.opened_on.isoformat(),), row.due_on, "Access") for row in rows]
