"""The people of an agency, for who answers for it: role, panels, until when, when they last signed in, who covers."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Basis, CaseUserGrant, Cover, Membership, MembershipPanel, PanelOffice
from casework.queries.auditing import code_of
from casework.queries.home import Task, task_source

ENDS_SOON = timedelta(days=30)


@dataclass
class Member:
    """A membership in force. `silent`: she has not signed in for 45 days and is shown nothing until somebody opens the account."""

    code: str
    membership: Membership
    name: str
    role: str
    job: str
    until: datetime | None
    last_sign_in: datetime | None
    silent: bool
    is_viewer: bool
    panels: list[str] = field(default_factory=list)
    offices: list[str] = field(default_factory=list)
    covered_by: list[str] = field(default_factory=list)


def members_of(viewer: Viewer) -> list[Member]:
    """Everybody with a membership in force at the agency that the viewer answers for, by name."""
    if viewer.governs_agency is None:
        return []
    rows = Membership.objects.live().filter(agency_id=viewer.governs_agency).select_related("user")
    found = {row.pk: _member(viewer, row) for row in rows.order_by("user__display_name", "pk")}
    for panel in MembershipPanel.objects.live().filter(membership__in=found).select_related("panel"):
        found[panel.membership_id].panels.append(panel.panel.name)
    for office in PanelOffice.objects.live().filter(membership__in=found).select_related("panel"):
        found[office.membership_id].offices.append(f"{office.panel.name}: {office.get_office_display().lower()}")
    for cover in Cover.objects.live().filter(covers__in=found).select_related("membership__user"):
        found[cover.covers_id].covered_by.append(cover.membership.user.display_name)
    return list(found.values())


def _member(viewer: Viewer, row: Membership) -> Member:
    user = row.user
    return Member(
        code=code_of("member", row.pk), membership=row, name=user.display_name, role=row.get_role_display(), job=row.job_title,
        until=row.ends_at, last_sign_in=user.last_login, silent=user.is_silent(timezone.now()), is_viewer=user.pk == viewer.user_id,
    )  # fmt: skip


def member_by_code(viewer: Viewer, code: str) -> Member | None:
    """The one that an address names, or None."""
    return next((one for one in members_of(viewer) if one.code == code), None)


def assigned_to(viewer: Viewer, member: Member) -> int:
    """How many cases are assigned to somebody at the viewer's agency."""
    rows = visible(viewer, CaseUserGrant).live().filter(agency_id=viewer.governs_agency, basis=Basis.ASSIGNMENT)
    return rows.filter(user_id=member.membership.user_id).count()


def takers(viewer: Viewer, member: Member) -> list[Member]:
    """Colleagues on one of the same panels, who could take over what is assigned to her."""
    return [one for one in members_of(viewer) if one.code != member.code and set(one.panels) & set(member.panels)]


def panels_without(viewer: Viewer, member: Member) -> dict[str, list[str]]:
    """Offices that nobody else holds when she leaves, by panel."""
    held = PanelOffice.objects.live().filter(membership=member.membership).select_related("panel")
    alone: dict[str, list[str]] = defaultdict(list)
    for office in held:
        others = PanelOffice.objects.live().filter(Q(panel=office.panel, office=office.office)).exclude(pk=office.pk)
        if not others.exists():
            alone[office.panel.name].append(office.get_office_display().lower())
    return dict(alone)


@task_source
def memberships_that_end(viewer: Viewer) -> list[Task]:
    """One line for who answers for the agency while a membership runs out within 30 days; not for whoever is leaving by hand."""
    if viewer.governs_agency is None:
        return []
    soon = Membership.objects.live().filter(agency_id=viewer.governs_agency, ends_at__lte=timezone.now() + ENDS_SOON)
    leaving = Q(panels__ends_at=F("ends_at")) | Q(offices__ends_at=F("ends_at"))
    ends = sorted(soon.exclude(pk__in=soon.filter(leaving)).values_list("ends_at", flat=True))
    if not ends:
        return []
    text = "Renew a membership that runs out" if len(ends) == 1 else f"Renew {len(ends)} memberships that run out"
    return [Task(text, "people", (), timezone.localdate(ends[0]), "Access")]
