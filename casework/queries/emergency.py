"""Emergency access: what is open to the viewer by it now, how many tries she has left, and what waits for a review."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from casework.access.guards import can_review_emergency
from casework.access.scope import lasting, visible
from casework.access.viewer import Viewer
from casework.models import EmergencyAccess
from casework.queries.home import Task, task_source

TRIES_A_DAY = 3  # our default
RATES_OVER = timedelta(days=365)
Finding = EmergencyAccess.Finding
COLOURS = {Finding.JUSTIFIED: "green", Finding.UNJUSTIFIED: "red", Finding.UNCLEAR: "amber"}


@dataclass(frozen=True)
class OpenNow:
    """An emergency access in force. `alone`: nothing else lets her read the whole case, so she writes nothing in it."""

    reference: str
    case_id: int
    until: datetime
    alone: bool


@dataclass(frozen=True)
class AccessLine:
    """One try as the review's pages show it. `case` is the case's reference, empty where nothing was opened."""

    record: EmergencyAccess
    who: str
    agency: str
    panel: str
    case: str
    pages: int
    status: str
    colour: str
    late: bool
    may_review: bool


@dataclass(frozen=True)
class Rate:
    """How often people of one agency asked within a year, and what became of it."""

    agency: str
    tries: int
    opened: int
    justified: int
    unjustified: int
    unclear: int


def in_force(viewer: Viewer) -> QuerySet[EmergencyAccess]:
    """The viewer's own accesses that are open at her acting agency."""
    return visible(viewer, EmergencyAccess).filter(
        user_id=viewer.user_id,
        agency_id=viewer.agency_id,
        grant__starts_at__lte=Now(),
        grant__expires_at__gt=Now(),
    )


def open_now(viewer: Viewer, cases: Collection[int] | None = None) -> OpenNow | None:
    """What is open to the viewer by emergency access: at all, or among these cases."""
    if not viewer.carries.emergency:
        return None
    rows = in_force(viewer) if cases is None else in_force(viewer).filter(case_id__in=cases)
    stays = ExpressionWrapper(lasting(viewer, "case_id", 3), BooleanField())
    found = rows.annotate(stays=stays).values_list("reference", "case_id", "grant__expires_at", "stays").first()
    return OpenNow(*found[:3], alone=not found[3]) if found else None


def tries_left(viewer: Viewer) -> int:
    """How many tries she has left today, by London's clock."""
    today = timezone.localdate()
    made = visible(viewer, EmergencyAccess).filter(user_id=viewer.user_id, made_at__date=today).count()
    return max(0, TRIES_A_DAY - made)


def accesses(viewer: Viewer) -> QuerySet[EmergencyAccess]:
    """The tries of others that the viewer looks after, newest first."""
    related = ("user", "agency", "panel", "reviewed_by", "membership__manager__manager")
    return visible(viewer, EmergencyAccess).filter(_of_others(viewer)).select_related(*related).order_by("-made_at")


def _of_others(viewer: Viewer) -> Q:
    """Not what a governance lead or an office reads only because it is her own."""
    looked_after = Q(panel_id__in=viewer.office_panels)
    return looked_after | Q(partnership_id=viewer.governs) if viewer.governs else looked_after


def lines(viewer: Viewer, rows: Iterable[EmergencyAccess]) -> list[AccessLine]:
    """The rows as a page shows them; one query more, for what was opened and how many pages were read."""
    found = list(rows)
    opened = _opened([row.pk for row in found])
    return [_line(viewer, row, *opened.get(row.pk, ("", 0))) for row in found]


def _line(viewer: Viewer, row: EmergencyAccess, case: str, pages: int) -> AccessLine:
    late = _waits(row) and row.review_due_on is not None and row.review_due_on < timezone.localdate()
    if row.finding:
        status, colour = row.get_finding_display().split(":")[0], COLOURS[Finding(row.finding)]
    elif row.case_id is None:
        status, colour = "Nothing opened", "grey"
    else:
        status, colour = ("Overdue", "red") if late else ("To be reviewed", "amber")
    return AccessLine(
        row, row.user.display_name, row.agency.name, row.panel.name if row.panel else "", case, pages,
        status, colour, late, can_review_emergency(viewer, row),
    )  # fmt: skip


def _waits(row: EmergencyAccess) -> bool:
    return row.case_id is not None and row.finding in ("", Finding.UNCLEAR)


def _opened(numbers: list[int]) -> dict[int, tuple[str, int]]:
    """By access: the reference of the case that it opened, which those who review it do not read, and the pages read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_id, case_reference, pages FROM rt_emergency_reads(%s)", [numbers])
        return {access: (case, pages) for access, case, pages in cursor.fetchall()}


def rates(viewer: Viewer) -> list[Rate]:
    """Per agency of the partnership, over the last year, the busiest first. For governance leads."""
    rows = visible(viewer, EmergencyAccess).filter(
        partnership_id=viewer.governs, made_at__gte=timezone.now() - RATES_OVER
    )
    counted = rows.values("agency__name").annotate(
        tries=Count("pk"),
        opened=Count("pk", filter=Q(case_id__isnull=False)),
        **{one.value: Count("pk", filter=Q(finding=one)) for one in Finding},
    )
    return [
        Rate(row["agency__name"], row["tries"], row["opened"], row["justified"], row["unjustified"], row["unclear"])
        for row in counted.order_by("-tries", "agency__name")
    ]


@task_source
def reviews_to_do(viewer: Viewer) -> list[Task]:
    """To the governance leads outside the person's line: what was opened and has no finding yet."""
    if viewer.governs is None:
        return []
    rows = accesses(viewer).filter(case_id__isnull=False, finding="")
    return [
        Task("Review an emergency access", "emergency_review", (row.reference,), _day(row), "Reviews")
        for row in rows
        if can_review_emergency(viewer, row)
    ]


def _day(row: EmergencyAccess) -> date:
    return row.review_due_on or timezone.localdate(row.made_at)
