"""The register of interventions as one viewer may read it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from casework.access.guards import can_record_intervention, can_run_office
from casework.access.scope import lasting, visible
from casework.access.viewer import Viewer
from casework.models import Agency, Breach, Case, Condition, Depth, Intervention, InterventionType, Party
from casework.queries.home import Task, task_source

SOON = timedelta(days=28)
ADULT = 18
WITHOUT_AGE_CHECK = ("informal", "support", "protect")
RUNNING = (Intervention.Status.IN_FORCE, Intervention.Status.BREACHED)
COLOURS = {
    Intervention.Status.PROPOSED: "grey", Intervention.Status.AGREED: "blue", Intervention.Status.IN_FORCE: "green",
    Intervention.Status.BREACHED: "red", Intervention.Status.EXPIRED: "grey", Intervention.Status.ENDED: "grey",
    Intervention.Status.REFUSED: "grey",
}  # fmt: skip


@dataclass(frozen=True)
class ConditionLine:
    """A condition and how often it was breached."""

    id: int
    text: str
    positive: bool
    breaches: int


def interventions(viewer: Viewer) -> QuerySet[Intervention]:
    """What the viewer may read of the register, newest first."""
    rows = visible(viewer, Intervention).select_related("case__panel", "type", "agency", "subject")
    return rows.order_by("-pk")


def of_case(viewer: Viewer, case: Case) -> list[Intervention]:
    """The interventions of one case, newest first."""
    return list(interventions(viewer).filter(case=case))


def conditions_of(viewer: Viewer, intervention: Intervention) -> list[ConditionLine]:
    """The conditions in the order in which they were written, each with its number of breaches."""
    counts: dict[int, int] = {}
    for breach in breaches_of(viewer, intervention):
        counts[breach.condition_id] = counts.get(breach.condition_id, 0) + 1
    rows = visible(viewer, Condition).filter(intervention=intervention).order_by("pk")
    return [ConditionLine(row.pk, row.text, row.positive, counts.get(row.pk, 0)) for row in rows]


def breaches_of(viewer: Viewer, intervention: Intervention) -> list[Breach]:
    """The breaches, latest first."""
    rows = visible(viewer, Breach).filter(intervention=intervention).select_related("condition", "recorded_by")
    return list(rows.order_by("-happened_on", "-pk"))


def subjects(viewer: Viewer, case: Case) -> list[Party]:
    """The people of a case whom an intervention may concern: the alleged perpetrators first."""
    rows = list(visible(viewer, Party).filter(case=case).order_by("pk"))
    return sorted(rows, key=lambda party: party.role != "alleged_perpetrator")


def types_for(panel_kind: str) -> list[InterventionType]:
    """The types that this kind of panel uses, the legacy ones last."""
    rows = InterventionType.objects.filter(panel_kinds__contains=[panel_kind])
    return list(rows.order_by("legacy", "family", "title"))


def leads(viewer: Viewer, case: Case) -> list[Agency]:
    """The agencies that may lead an intervention in the viewer's record: for an office any seat, else her own."""
    seated = Agency.objects.filter(seats__panel=case.panel_id, seats__ends_at=None).distinct().order_by("name")
    if can_run_office(viewer, case.panel_id):
        return list(seated)
    return list(Agency.objects.filter(pk=viewer.speaks_for)) if viewer.speaks_for else []


def can_add(viewer: Viewer, case: Case) -> bool:
    """May she record an intervention in this case? She reads all of it, and speaks for an agency or holds the office.

    A kind of panel for which no type is loaded has no register.
    """
    whole = visible(viewer, Case).filter(lasting(viewer, "pk", Depth.FULL), pk=case.pk)
    return bool(types_for(case.panel.kind)) and bool(leads(viewer, case)) and whole.exists()


def can_change(viewer: Viewer, intervention: Intervention) -> bool:
    return can_record_intervention(viewer, intervention.case, intervention.agency_id)


def age_on(born: date | None, day: date) -> int | None:
    """Completed years on `day`; None where the birth date is not known."""
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def needs_age_check(kind: InterventionType, subject: Party, day: date) -> bool:
    """A formal tool for somebody under 18, or of unknown age, wants a recorded check (youth justice is consulted)."""
    age = age_on(subject.born_on, day)
    return kind.family not in WITHOUT_AGE_CHECK and (age is None or age < ADULT)


def ending_soon(rows: QuerySet[Intervention]) -> QuerySet[Intervention]:
    """Those in force whose last day has passed or comes within 28 days."""
    return rows.filter(status__in=RUNNING, ends_on__lte=timezone.localdate() + SOON)


@task_source
def ended_interventions(viewer: Viewer) -> list[Task]:
    """Interventions past their last day that nobody has closed: for the agency that leads them and the panel's office."""
    if not viewer.panels:
        return []
    mine = Q(agency=viewer.speaks_for or 0) | Q(case__panel__in=viewer.office_panels)
    rows = interventions(viewer).filter(mine, status__in=RUNNING, ends_on__lt=timezone.localdate())
    return [
        Task(
            f"Record how intervention {row.reference} ended",
            "intervention_status",
            (row.reference,),
            row.ends_on,
            "Interventions",
        )
        for row in rows[:20]
    ]
