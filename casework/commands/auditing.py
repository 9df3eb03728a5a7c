"""The auditor's engagements: asked for with a reason, approved by another person, ended by date or by hand."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.engagements import check_can_audit, check_can_decide_engagement, check_can_end_engagement
from casework.access.policies import NotNow
from casework.access.viewer import Viewer
from casework.commands.locking import claim
from casework.models import AuditEngagement, EngagementCase

LONGEST = timedelta(days=30)
LONDON = ZoneInfo("Europe/London")

event_types.register(
    audit_read="read the audit",
    audit_exported="exported the audit to a file",
    audit_values_read="read values before and after",
    audit_engagement_asked="asked for an audit engagement",
    audit_engagement_approved="approved an audit engagement",
    audit_engagement_declined="declined an audit engagement",
    audit_engagement_ended="ended an audit engagement",
)


def ask_engagement(*, by: Viewer, references: Sequence[str], reason: str, until: date) -> AuditEngagement:
    """Ask to read values of some cases until the end of a day. Raises `ValidationError` for a case outside the partnership."""
    check_can_audit(by)
    if not timezone.localdate() <= until <= timezone.localdate() + LONGEST:
        raise ValidationError("An engagement ends within 30 days of asking.")
    engagement = AuditEngagement(
        partnership_id=by.partnership_id, auditor_id=by.user_id, reason=reason, until=datetime.combine(until, time.max, LONDON)
    )  # fmt: skip
    with recording(by=by, event="audit.engagement_asked", cases=references):
        engagement.save()
        for reference in dict.fromkeys(references):
            _add_case(engagement, reference)
    return engagement


def _add_case(engagement: AuditEngagement, reference: str) -> None:
    row = EngagementCase(engagement=engagement, reference=reference)
    row.save()
    row.refresh_from_db(fields=["case_id"])
    if row.case_id is None:
        raise ValidationError(f"{reference} is not a case of this partnership.")


def decide_engagement(
    *, by: Viewer, engagement: AuditEngagement, approve: bool, version: int | None = None
) -> AuditEngagement:
    """Approve or decline what an auditor asked for. Raises `NotNow` where that is settled, and `Stale`."""
    check_can_decide_engagement(by, engagement)
    engagement = claim(by, engagement, version)
    if engagement.approved_at or engagement.ended_at or engagement.until <= timezone.now():
        raise NotNow("This request is already settled, or its date is past.")
    event = "audit.engagement_approved" if approve else "audit.engagement_declined"
    with recording(by=by, event=event, cases=_references(engagement)):
        if approve:
            engagement.approved_by_id, engagement.approved_at = by.user_id, timezone.now()
        else:
            engagement.ended_at = timezone.now()
        engagement.save()
    return engagement


def end_engagement(*, by: Viewer, engagement: AuditEngagement, version: int | None = None) -> AuditEngagement:
    """End an engagement before its date; from then on values are closed. Raises `NotNow` and `Stale`."""
    check_can_end_engagement(by, engagement)
    engagement = claim(by, engagement, version)
    if engagement.ended_at or engagement.until <= timezone.now():
        raise NotNow("This engagement has already ended.")
    with recording(by=by, event="audit.engagement_ended", cases=_references(engagement)):
        engagement.ended_at = timezone.now()
        engagement.save()
    return engagement


def _references(engagement: AuditEngagement) -> list[str]:
    return list(engagement.cases.values_list("reference", flat=True))
