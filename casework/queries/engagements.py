"""Audit engagements as pages show them, and the values that an open one opens."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import Group, Permission
from django.db.models import BinaryField, Field, Model
from django.utils import timezone

from casework.access.engagements import can_audit, can_decide_engagement, cases_in_scope, opened_history
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Agency, AuditEngagement, Case, EngagementCase, Panel, Role, User
from casework.models.base import SAFE_ADDRESS, SECRET, SOURCE_IDENTITY
from casework.queries.auditing import UNSAID, Told, code_of, field_label, models_by_table
from casework.queries.home import Task, task_source

HIDDEN = "hidden"
EARLIER = "not open: before it belonged to the case"
NEVER_SHOWN = (SAFE_ADDRESS, SOURCE_IDENTITY, SECRET)
TOLD_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Shown:
    """An engagement as a list or page shows it."""

    code: str
    record: AuditEngagement
    auditor: str
    approver: str
    cases: list[str]
    status: str
    colour: str


@dataclass(frozen=True)
class Values:
    """One record before and after: rows of (field, before, after)."""

    what: str
    rows: list[tuple[str, str, str]]


def status_of(engagement: AuditEngagement, now: datetime) -> tuple[str, str]:
    """In words, with the colour of its tag."""
    if engagement.approved_at and not engagement.ended_at and engagement.until > now:
        return "Open", "green"
    if engagement.approved_at:
        return "Ended", "grey"
    if engagement.ended_at:
        return "Declined or withdrawn", "grey"
    return ("To be decided", "amber") if engagement.until > now else ("Lapsed", "grey")


def engagements_for(viewer: Viewer) -> list[Shown]:
    """What the viewer asked for, or what she may decide on: newest first."""
    rows = visible(viewer, AuditEngagement).select_related("auditor", "approved_by").order_by("-requested_at", "-pk")
    cases: dict[int, list[str]] = {}
    for row in visible(viewer, EngagementCase).order_by("pk"):
        cases.setdefault(row.engagement_id, []).append(row.reference)
    return [_shown(row, cases.get(row.pk, [])) for row in rows]


def engagement_by_code(viewer: Viewer, code: str) -> Shown | None:
    """The one that an address names, or None."""
    return next((one for one in engagements_for(viewer) if one.code == code), None)


def _shown(row: AuditEngagement, cases: list[str]) -> Shown:
    approver = row.approved_by.display_name if row.approved_by else ""
    return Shown(
        code_of("engagement", row.pk), row, row.auditor.display_name, approver, cases, *status_of(row, timezone.now())
    )


def covers(viewer: Viewer, told: Told) -> bool:
    """Whether an open engagement of the viewer covers a case that the event names."""
    return bool(cases_in_scope(viewer) & set(told.line.cases))


def values_of(viewer: Viewer, told: Told) -> list[Values]:
    """What the records of an event held before and after, as far as open engagements reach. Encrypted fields stay hidden."""
    known = models_by_table()
    return [
        found
        for table, numbers in told.record_ids.items()
        if table in known and hasattr(known[table], "history")
        for found in _of_model(viewer, known[table], told, numbers)
    ]


def _of_model(viewer: Viewer, model: type[Model], told: Told, numbers: list[int]) -> list[Values]:
    opened = opened_history(viewer, model)
    found = []
    for row in opened.filter(history_event_id=told.line.id, id__in=numbers).order_by("history_id"):
        before = opened.filter(id=row.id, history_id__lt=row.history_id).order_by("-history_id").first()
        rows = [_values(field, before, row) for field in model._meta.concrete_fields if _differs(field, before, row)]
        found.append(Values(str(model._meta.verbose_name).capitalize(), rows))
    return found


def _differs(field: Field, before, after) -> bool:
    if field.name in UNSAID or field.related_model in (Case, Permission):
        return False
    now = getattr(after, field.attname)
    return now not in (None, "", [], {}) if before is None else getattr(before, field.attname) != now


def _values(field: Field, before, after) -> tuple[str, str, str]:
    label = field_label(field.model, field.column)
    if before is None and after.history_type != "+":
        return label, EARLIER, _say(field, after)
    return label, _say(field, before) if before else "", _say(field, after)


def _say(field: Field, row) -> str:
    value = getattr(row, field.attname)
    if value in (None, ""):
        return ""
    if isinstance(field, BinaryField) or field.model.sensitivity.get(field.name, SECRET) in NEVER_SHOWN:
        return HIDDEN
    if field.is_relation:
        return _related(field, value)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(dict(field.flatchoices).get(value, value)) if field.flatchoices else str(value)


def _related(field: Field, number: int) -> str:
    """A person, agency or panel by name; anything else by what it is and its number."""
    target, where = field.related_model, {"pk": number}
    if target is Group:
        target, where = (
            (Agency, {"group_id": number})
            if Agency.objects.filter(group_id=number).exists()
            else (Panel, {"office_group_id": number})
        )
    name = {User: "display_name", Agency: "name", Panel: "name"}.get(target)
    found = target.objects.filter(**where).values_list(name, flat=True).first() if name else None
    return found or f"{field.related_model._meta.verbose_name} {number}"


@task_source
def engagement_tasks(viewer: Viewer) -> list[Task]:
    """To the governance leads: what waits for their decision. To the auditor: what was answered."""
    if viewer.role != Role.GOVERNANCE_LEAD and not can_audit(viewer):
        return []
    return [task for one in engagements_for(viewer) if (task := _task(viewer, one))]


def _task(viewer: Viewer, one: Shown) -> Task | None:
    address = {"url_name": "audit_engagement", "url_args": (one.code,), "group": "Audit"}
    if one.status == "To be decided" and can_decide_engagement(viewer, one.record):
        return Task(
            "Decide on an auditor's request to see values", due_on=timezone.localdate(one.record.until), **address
        )
    if one.record.auditor_id != viewer.user_id:
        return None
    if one.status == "Open":
        return Task(
            "Your engagement is open: values can be read until its date",
            due_on=timezone.localdate(one.record.until),
            **address,
        )
    if one.record.ended_at and not one.record.approved_at and one.record.ended_at > timezone.now() - TOLD_FOR:
        return Task("Your request to see values was declined or withdrawn", **address)
    return None
