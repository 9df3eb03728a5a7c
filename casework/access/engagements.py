"""Audit engagements: while one is open, its auditor reads what the history of the cases in its scope says, and nothing else of them."""

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from casework.access.guards import Refused
from casework.access.scope import no_conflict, register
from casework.access.viewer import Viewer
from casework.models import AuditEngagement, CaseBound, EngagementCase, Recorded, Role

CASE_COLUMNS = {"case": "id", "casegrant": "content_object_id", "caseusergrant": "content_object_id"}


def _engagement(viewer: Viewer) -> Q:
    here = Q(partnership_id=viewer.partnership_id)
    return here if viewer.role == Role.GOVERNANCE_LEAD else here & Q(auditor_id=viewer.user_id)


register(AuditEngagement, _engagement, "The auditor who asked, and the governance leads of the partnership.")
register(
    EngagementCase,
    lambda v: (
        Q(engagement__partnership_id=v.partnership_id)
        & (Q() if v.role == Role.GOVERNANCE_LEAD else Q(engagement__auditor_id=v.user_id))
    ),
    "Who may see the engagement.",
)


def can_audit(by: Viewer) -> bool:
    return by.carries.audits


def check_can_audit(by: Viewer) -> None:
    if not can_audit(by):
        raise Refused("Only an auditor of the partnership does this.")


def can_decide_engagement(by: Viewer, engagement: AuditEngagement) -> bool:
    return (
        by.role == Role.GOVERNANCE_LEAD
        and by.partnership_id == engagement.partnership_id
        and by.user_id != engagement.auditor_id
    )


def check_can_decide_engagement(by: Viewer, engagement: AuditEngagement) -> None:
    if not can_decide_engagement(by, engagement):
        raise Refused("A governance lead of the partnership decides this, and never the auditor who asked.")


def can_end_engagement(by: Viewer, engagement: AuditEngagement) -> bool:
    return by.user_id == engagement.auditor_id or can_decide_engagement(by, engagement)


def check_can_end_engagement(by: Viewer, engagement: AuditEngagement) -> None:
    if not can_end_engagement(by, engagement):
        raise Refused("The auditor who asked, or a governance lead of the partnership, ends an engagement.")


def open_engagements(viewer: Viewer) -> QuerySet:
    """The viewer's own engagements that are approved, not ended and not past their date."""
    return AuditEngagement.objects.filter(
        auditor_id=viewer.user_id,
        partnership_id=viewer.partnership_id,
        approved_at__isnull=False,
        ended_at=None,
        until__gt=Now(),
    )


def cases_in_scope(viewer: Viewer) -> set[str]:
    """References of the cases that an open engagement of the viewer covers."""
    if not can_audit(viewer):
        return set()
    return set(_scope(viewer).values_list("reference", flat=True))


def _scope(viewer: Viewer) -> QuerySet:
    """Cases of open engagements, without those in which the viewer has a conflict of interest: deny wins."""
    return EngagementCase.objects.filter(no_conflict(viewer, "case_id"), engagement__in=open_engagements(viewer))


def case_column(model: type[Model]) -> str | None:
    """The column of a model's history that says which case it belongs to, or None."""
    names = {field.attname for field in model._meta.concrete_fields}
    return CASE_COLUMNS.get(model.__name__.lower()) or (
        "case_id" if "case_id" in names and issubclass(model, CaseBound) else None
    )


def opened_history(viewer: Viewer, model: type[Recorded]) -> QuerySet:
    """The history rows of `model` that an open engagement opens to the viewer; none for a model without a case."""
    rows, column = model.history.all(), case_column(model)
    if column is None or not can_audit(viewer):
        return rows.none()
    scope = _scope(viewer).filter(case_id=OuterRef("in_case"))
    return rows.annotate(in_case=F(column)).filter(Exists(scope))
