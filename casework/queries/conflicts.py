"""What somebody declared of herself, read by herself; and conflicts of interest, read by the office that decides about them."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection as database
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from casework.access.guards import can_decide_conflict
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import (
    Case,
    ConflictOfInterest,
    Connection,
    Declaration,
    Membership,
    MembershipPanel,
    Panel,
    PanelOffice,
    Referral,
    User,
)
from casework.queries.auditing import code_of
from casework.queries.home import Task, task_source

YEAR = timedelta(days=365)
MOST = 100
COLOURS = {"suspected": "amber", "confirmed": "red", "cleared": "grey"}


@dataclass(frozen=True)
class ConnectionLine:
    """One declared connection, as its owner reads it."""

    code: str
    nature: str
    name: str
    born_on: date | None
    made_at: datetime
    is_myself: bool


@dataclass(frozen=True)
class ConflictLine:
    """One conflict for the office. `times` counts what the person opened that held the case, before she was kept out."""

    conflict: ConflictOfInterest
    code: str
    who: str
    agencies: str
    page: str
    reference: str
    nature: str
    colour: str
    times: int
    last_at: datetime | None
    may_decide: bool


def connections_of(viewer: Viewer) -> list[ConnectionLine]:
    """What the viewer has declared and not taken back; herself first."""
    rows = visible(viewer, Connection).filter(ended_at=None).order_by("made_at", "pk")
    lines = [_connection(row) for row in rows]
    return sorted(lines, key=lambda line: not line.is_myself)


def _connection(row: Connection) -> ConnectionLine:
    family, given, born = json.loads(row.reveal())
    return ConnectionLine(
        connection_code(row), row.get_nature_display(), f"{given} {family}".strip(), date.fromisoformat(born) if born else None,
        row.made_at, row.nature == Connection.Nature.MYSELF,
    )  # fmt: skip


def connection_code(row: Connection) -> str:
    """What stands for a connection in a form."""
    return code_of("connection", row.pk)


def connection_by_code(viewer: Viewer, code: str) -> Connection | None:
    """The viewer's own connection with this code."""
    rows = visible(viewer, Connection).filter(ended_at=None)
    return next((row for row in rows if connection_code(row) == code), None)


def declared_at(viewer: Viewer) -> datetime | None:
    """When the viewer last answered whether she has connections."""
    return visible(viewer, Declaration).order_by("-made_at").values_list("made_at", flat=True).first()


@task_source
def connections_to_declare(viewer: Viewer) -> list[Task]:
    """Everybody is asked when she starts, and every year."""
    last = declared_at(viewer)
    if last is not None and last > timezone.now() - YEAR:
        return []
    text = (
        "Say whether you have personal connections" if last is None else "Look through your personal connections again"
    )
    return [Task(text, "connections", (), timezone.localdate(last + YEAR) if last else None, "Your connections")]


@task_source
def conflicts_to_decide(viewer: Viewer) -> list[Task]:
    """Possible conflicts that wait for the viewer's decision; the line names nobody."""
    waiting = [row for row in _readable(viewer).filter(state="suspected")[:MOST] if can_decide_conflict(viewer, row)]
    return [
        Task(
            "Decide about a possible conflict of interest",
            "conflict",
            (conflict_code(row),),
            None,
            "Conflicts of interest",
        )
        for row in waiting
    ]


def _readable(viewer: Viewer) -> QuerySet:
    return visible(viewer, ConflictOfInterest).order_by("-starts_at", "-pk")


def conflict_code(row: ConflictOfInterest) -> str:
    """What stands for a conflict in an address: it says nothing and cannot be counted up."""
    return code_of("conflict", row.pk)


def conflict_by_code(viewer: Viewer, code: str) -> ConflictOfInterest | None:
    """The conflict with this code, if the viewer may know of it."""
    return next((row for row in _readable(viewer) if conflict_code(row) == code), None)


def waiting_conflicts(viewer: Viewer) -> list[ConflictLine]:
    """What waits for a decision, the oldest first."""
    return conflict_lines(viewer, _readable(viewer).filter(state="suspected").order_by("starts_at", "pk")[:MOST])


def decided_conflicts(viewer: Viewer) -> list[ConflictLine]:
    """What was decided or recorded, the newest first."""
    return conflict_lines(viewer, _readable(viewer).exclude(state="suspected")[:MOST])


def conflict_lines(viewer: Viewer, rows) -> list[ConflictLine]:
    """Conflicts with whom and what they concern, in a fixed number of queries."""
    rows = list(rows.select_related("user", "decided_by", "panel"))
    cases = dict(visible(viewer, Case).filter(pk__in=[r.case_id for r in rows]).values_list("pk", "reference"))
    referrals = visible(viewer, Referral).filter(pk__in=[r.referral_id for r in rows if not r.case_id])
    referrals = dict(referrals.values_list("pk", "reference"))
    agencies = _agencies({row.user_id for row in rows})
    reads = _reads_before([row.pk for row in rows])
    return [
        ConflictLine(
            row, conflict_code(row), row.user.display_name, ", ".join(agencies.get(row.user_id, ())), "case" if row.case_id else "referral",
            cases.get(row.case_id) or referrals.get(row.referral_id, ""), row.get_nature_display() or "Not said",
            COLOURS[row.state], *reads.get(row.pk, (0, None)), can_decide_conflict(viewer, row),
        )
        for row in rows
    ]  # fmt: skip


def _agencies(users: set[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Membership.objects.live().filter(user_id__in=users).order_by("agency__name")
    for user_id, name in rows.values_list("user_id", "agency__name").distinct():
        found.setdefault(user_id, []).append(name)
    return found


def _reads_before(conflicts: list[int]) -> dict[int, tuple[int, datetime]]:
    """How often the person opened something with the case before she was kept out, and when last."""
    if not conflicts:
        return {}
    with database.cursor() as cursor:
        cursor.execute("SELECT conflict_id, times, last_at FROM rt_reads_before(%s)", [conflicts])
        return {key: (times, last) for key, times, last in cursor.fetchall()}


def members_on(panel: Panel) -> list[User]:
    """Everybody whose role carries the panel or who holds an office there, by name."""
    carried = MembershipPanel.objects.live().filter(panel=panel, membership=OuterRef("pk"))
    held = PanelOffice.objects.live().filter(panel=panel, membership=OuterRef("pk"))
    memberships = Membership.objects.live().filter(Exists(carried) | Exists(held))
    return list(
        User.objects.filter(pk__in=memberships.values("user_id"), is_active=True).order_by("display_name", "pk")
    )
