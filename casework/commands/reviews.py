"""The quarterly review of who holds access: opened by the worker for each agency, answered line by line by who answers for it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import Q
from django.utils import timezone

from audit import event_types
from audit.actors import SystemActor
from audit.recorder import recording
from casework.access.guards import check_can_govern
from casework.access.policies import REVIEW_GRACE, NotNow
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.access import database_now, end_grant
from casework.commands.members import close_membership, prolong
from casework.commands.notify import notify
from casework.models import (
    AccessReview,
    AccessReviewLine,
    Agency,
    Basis,
    CaseGrant,
    CaseUserGrant,
    Membership,
    Notice,
    Office,
    PanelOffice,
    Role,
    Seat,
)
from casework.queries.notices import register_notice

event_types.register(
    review_opened="opened an agency's access review",
    review_answered="answered lines of the agency's access review",
    review_closed="closed an access review that had nothing left to answer",
    review_overdue="told the offices that an agency is late with its access review",
)
register_notice(
    "reviews.overdue",
    "An agency on your panel is late with its access review and is given nothing new",
    "reviews",
    with_subject=False,
)
SYSTEM = "system"
DUE_AFTER = timedelta(days=30)
USED_WITHIN = timedelta(days=90)
# A window ends with its meeting, an emergency has its own review, and who reads a sealed case is known to its readers alone
REVIEWED = (Basis.OPENED, Basis.STANDING, Basis.ASSIGNMENT)
ANSWERING = (Role.GOVERNANCE_LEAD, Role.REPRESENTATIVE)  # as casework.access.viewer: who answers for an agency
Answer = AccessReviewLine.Answer


def open_review(*, agency: Agency, on: date) -> AccessReview | None:
    """Open an agency's review with a line for each membership and each lasting grant in force; None where nobody could answer it.

    Unattended: it reads the grants of all cases as the system, and the lines hold references and counts.
    """
    there = _live(Membership.objects.using(SYSTEM), "ends_at").filter(agency_id=agency.pk, role__in=ANSWERING)
    if not there.exists():
        return None
    lines = _lines(agency)
    by = SystemActor("reviews", partnership_id=agency.partnership_id, agency_id=agency.pk)
    with recording(by=by, event="review.opened", details={"lines": len(lines)}, using=SYSTEM):
        review = AccessReview(agency_id=agency.pk, opened_on=on, due_on=on + DUE_AFTER)
        review.save()
        for line in lines:
            line.review = review
            line.save()
    return review


def _lines(agency: Agency) -> list[AccessReviewLine]:
    uses = _uses(agency)
    made = []
    for membership in _live(Membership.objects.using(SYSTEM), "ends_at").filter(agency_id=agency.pk).order_by("pk"):
        days, last = uses["", membership.user_id]
        made.append(AccessReviewLine(membership_id=membership.pk, uses=days, last_used_on=last))
    theirs = _live(CaseGrant.objects.using(SYSTEM), "expires_at").filter(group_id=agency.group_id, basis__in=REVIEWED)
    for pk, reference in theirs.order_by("pk").values_list("pk", "content_object__reference"):
        days, last = uses[reference, None]
        made.append(AccessReviewLine(grant_id=pk, reference=reference, uses=days, last_used_on=last))
    hers = _live(CaseUserGrant.objects.using(SYSTEM), "expires_at").filter(agency_id=agency.pk, basis__in=REVIEWED)
    for pk, user, reference in hers.order_by("pk").values_list("pk", "user_id", "content_object__reference"):
        days, last = uses[reference, user]
        made.append(AccessReviewLine(user_grant_id=pk, reference=reference, uses=days, last_used_on=last))
    return made


def _all(model):
    return model._default_manager.using(SYSTEM).scoped()


def _live(rows, ends: str):
    now = timezone.now()
    return rows.filter(Q(**{ends: None}) | Q(**{f"{ends}__gt": now}))


def _uses(agency: Agency) -> dict[tuple[str, int | None], tuple[int, date | None]]:
    found: dict = defaultdict(lambda: (0, None))
    with connections[SYSTEM].cursor() as cursor:
        cursor.execute(
            "SELECT reference, user_id, days, last_on FROM rt_agency_uses(%s, %s)",
            [agency.pk, timezone.now() - USED_WITHIN],
        )
        for reference, user, days, last in cursor.fetchall():
            found[reference or "", user] = (days, last)
    return found


def answer_lines(*, by: Viewer, review: AccessReview, answers: Mapping[int, str]) -> AccessReview:
    """Answer some lines, by their keys: "attest" lets a membership go on for a year, "remove" ends it or the grant at once.

    What somebody answered meanwhile stays as it was. The review closes when every line in force is answered.
    Raises `Refused`, `NotNow` for a closed review, and `ValidationError` for who would remove herself.
    """
    check_can_govern(by, review.agency_id)
    review = AccessReview.objects.select_for_update().get(pk=review.pk)
    if review.closed_at is not None:
        raise NotNow("This review is closed.")
    lines = [line for line in _unanswered(by, review) if answers.get(line.pk)]
    with recording(by=by, event="review.answered", subject=f"review {review.opened_on}") as record:
        for line in lines:
            _answer(by, line, answers[line.pk])
        record.cases += [line.reference for line in lines if line.reference]
        record.details |= {answer: sum(line.answer == answer for line in lines) for answer in Answer.values}
        if not any(is_in_force(line) for line in _unanswered(by, review)):
            review.closed_by_id, review.closed_at = by.user_id, timezone.now()
            review.save()
    return review


def _unanswered(by: Viewer, review: AccessReview) -> list[AccessReviewLine]:
    rows = visible(by, AccessReviewLine).filter(review=review, answer="").order_by("pk")
    return list(rows.select_related("membership", "grant", "user_grant").select_for_update(of=("self",)))


def is_in_force(line: AccessReviewLine) -> bool:
    """Whether what the line is about has not ended meanwhile."""
    ends = line.membership.ends_at if line.membership else (line.grant or line.user_grant).expires_at
    return ends is None or ends > timezone.now()


def _answer(by: Viewer, line: AccessReviewLine, answer: str) -> None:
    line.answer, line.answered_by_id, line.answered_at = Answer(answer), by.user_id, timezone.now()
    if is_in_force(line):
        _carry_out(by, line)
    line.save()


def _carry_out(by: Viewer, line: AccessReviewLine) -> None:
    if line.membership is None:
        if line.answer == Answer.REMOVE:
            end_grant(grant=line.grant or line.user_grant)
    elif line.answer == Answer.ATTEST:
        prolong(line.membership)
    elif line.membership.user_id == by.user_id:
        raise ValidationError("You cannot remove yourself. Ask a colleague who answers for the agency.")
    else:
        close_membership(by, line.membership, database_now())


def close_settled(*, review: AccessReview) -> bool:
    """Close a review of which everything left unanswered has ended by itself. Unattended."""
    rows = _all(AccessReviewLine).filter(review=review, answer="")
    if any(is_in_force(line) for line in rows.select_related("membership", "grant", "user_grant")):
        return False
    by = SystemActor("reviews", partnership_id=review.agency.partnership_id, agency_id=review.agency_id)
    with recording(by=by, event="review.closed", subject=f"review {review.opened_on}", using=SYSTEM):
        review.closed_at = timezone.now()
        review.save(update_fields=["closed_at", "version"])
    return True


def tell_of_overdue(*, review: AccessReview) -> int:
    """Tell the coordinators of the agency's panels, once, that it is given nothing new; how many were told. Unattended."""
    agency = review.agency
    panels = Seat.objects.using(SYSTEM).filter(agency=agency).values("panel_id")
    offices = _live(PanelOffice.objects.using(SYSTEM), "ends_at").filter(panel_id__in=panels, office=Office.COORDINATOR)
    told = _all(Notice).filter(kind="reviews.overdue", subject=agency.slug, made_at__date__gt=review.due_on)
    known = set(told.values_list("user_id", flat=True))
    users = {row.membership.user for row in offices.select_related("membership__user")}
    users = {user for user in users if user.pk not in known}
    if users:
        by = SystemActor("reviews", partnership_id=agency.partnership_id, agency_id=agency.pk)
        with recording(by=by, event="review.overdue", subject=f"review {review.opened_on}", using=SYSTEM):
            notify(by=by, users=users, kind="reviews.overdue", subject=agency.slug)
    return len(users)


def is_long_overdue(review: AccessReview, today: date) -> bool:
    """Overdue by more than 30 days: the agency is given nothing new."""
    return review.closed_at is None and review.due_on < today - REVIEW_GRACE
