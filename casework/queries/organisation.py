"""Who takes part in a partnership. Organisation data only: no case, and nothing that a case tells."""

from dataclasses import dataclass, field

from casework.access.viewer import Viewer
from casework.models import Agency, Membership, MembershipPanel, Panel, PanelOffice, Seat


@dataclass
class Someone:
    """A person's membership: name, role, job title and the panels it carries or holds an office on."""

    name: str
    username: str
    role: str
    job: str
    panels: list[str] = field(default_factory=list)


@dataclass
class AgencyEntry:
    """An agency with its people."""

    name: str
    type: str
    people: list[Someone] = field(default_factory=list)


@dataclass
class PanelEntry:
    """A panel with its seats and offices."""

    name: str
    kind: str
    seats: list[str] = field(default_factory=list)
    offices: list[str] = field(default_factory=list)


def agencies_of(viewer: Viewer) -> list[AgencyEntry]:
    """The agencies of the viewer's partnership, by name, with the memberships in force."""
    panels = _panels_by_membership(viewer)
    entries = {
        a.pk: AgencyEntry(a.name, a.get_type_display())
        for a in Agency.objects.filter(partnership_id=viewer.partnership_id)
    }
    rows = Membership.objects.live().filter(agency__partnership_id=viewer.partnership_id).select_related("user")
    for row in rows.order_by("user__display_name"):
        entries[row.agency_id].people.append(
            Someone(
                row.user.display_name, row.user.username, row.get_role_display(), row.job_title, panels.get(row.pk, [])
            )
        )
    return list(entries.values())


def _panels_by_membership(viewer: Viewer) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    mine = {"membership__agency__partnership_id": viewer.partnership_id}
    for row in MembershipPanel.objects.live().filter(**mine).select_related("panel").order_by("panel__name"):
        found.setdefault(row.membership_id, []).append(row.panel.name)
    for row in PanelOffice.objects.live().filter(**mine).select_related("panel").order_by("panel__name"):
        found.setdefault(row.membership_id, []).append(f"{row.panel.name}: {row.get_office_display().lower()}")
    return found


def panels_of(viewer: Viewer) -> list[PanelEntry]:
    """The panels of the viewer's partnership, by name, with seats and offices in force."""
    panels = Panel.objects.filter(partnership_id=viewer.partnership_id).order_by("name")
    entries = {p.pk: PanelEntry(p.name, p.plugin.title) for p in panels}
    for seat in Seat.objects.live().filter(panel_id__in=entries).select_related("agency").order_by("agency__name"):
        entries[seat.panel_id].seats.append(seat.agency.name)
    for held in (
        PanelOffice.objects.live().filter(panel_id__in=entries).select_related("membership__user").order_by("office")
    ):
        entries[held.panel_id].offices.append(f"{held.get_office_display()}: {held.membership.user.display_name}")
    return list(entries.values())
