"""Sealed cases as their readers see them. Nobody else is shown that there are any."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from casework.access.guards import can_run_office
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import (
    Basis,
    Case,
    CaseUserGrant,
    ConflictOfInterest,
    Membership,
    MembershipPanel,
    Office,
    Panel,
    PanelOffice,
    Seal,
)
from casework.queries.cases import grants_of
from casework.queries.home import Task, task_source

RUNS = (Office.COORDINATOR, Office.CHAIR, Office.DEPUTY)
ENDS_SOON = timedelta(days=30)


@dataclass(frozen=True)
class Reader:
    """A named reader of a sealed case."""

    name: str
    agency: str
    membership_id: int | None
    holds_office: bool
    until: datetime


def seal_of(viewer: Viewer, case: Case) -> Seal | None:
    """The seal in force on a case that the viewer reads."""
    in_force = Q(ends_at=None) | Q(ends_at__gt=Now())
    return visible(viewer, Seal).filter(in_force, case=case, starts_at__lte=Now()).first()


def possible_readers(viewer: Viewer, case: Case) -> list[Membership]:
    """Memberships that carry the case's panel, or an office there, of people who are not kept out; by name."""
    carried = MembershipPanel.objects.live().filter(panel_id=case.panel_id, membership=OuterRef("pk"))
    held = PanelOffice.objects.live().filter(panel_id=case.panel_id, membership=OuterRef("pk"))
    out = visible(viewer, ConflictOfInterest).filter(case=case, ends_at=None).values_list("user_id", flat=True)
    rows = Membership.objects.live().filter(Exists(carried) | Exists(held), user__is_active=True)
    rows = rows.exclude(user_id__in=list(out)).select_related("user", "agency")
    return list(rows.order_by("user__display_name", "pk"))


def readers_with_office(panel: Panel, readers: list[Membership]) -> set[int]:
    """Those memberships, by key, that hold the office of coordinator, chair or deputy on the panel."""
    held = PanelOffice.objects.live().filter(panel=panel, membership__in=readers, office__in=RUNS)
    return set(held.values_list("membership_id", flat=True))


def readers_of(viewer: Viewer, case: Case) -> list[Reader]:
    """The named readers of a sealed case, by name."""
    rows = visible(viewer, CaseUserGrant).filter(content_object=case, basis=Basis.SEALED_READER, expires_at__gt=Now())
    rows = list(rows.select_related("user", "agency").order_by("user__display_name", "pk"))
    memberships = Membership.objects.live().filter(user__in=[row.user_id for row in rows])
    by_place = {(one.user_id, one.agency_id): one for one in memberships}
    office = readers_with_office(case.panel, list(by_place.values()))
    found = [(row, by_place.get((row.user_id, row.agency_id))) for row in rows]
    return [
        Reader(
            row.user.display_name,
            row.agency.name,
            one.pk if one else None,
            one is not None and one.pk in office,
            row.expires_at,
        )
        for row, one in found
    ]


def what_ends(viewer: Viewer, case: Case) -> list[str]:
    """Who reads the case now and would no longer, unless named: for the page that asks for confirmation."""
    return [f"{line.holder} ({line.basis.lower()})" for line in grants_of(viewer, case)]


@task_source
def readers_to_renew(viewer: Viewer) -> list[Task]:
    """For a reader who holds an office: a sealed case whose readers' access ends soon would be read by nobody."""
    offices = [panel for panel in viewer.office_panels if can_run_office(viewer, panel)]
    ending = visible(viewer, CaseUserGrant).filter(
        user_id=viewer.user_id, basis=Basis.SEALED_READER, content_object=OuterRef("pk"), expires_at__gt=Now(),
        expires_at__lt=timezone.now() + ENDS_SOON,
    )  # fmt: skip
    rows = visible(viewer, Case).filter(Exists(ending), panel_id__in=offices)[:100]
    return [
        Task(
            f"Name the readers of sealed case {case.reference} again",
            "case_readers",
            (case.reference,),
            None,
            "Sealed cases",
        )
        for case in rows
    ]
