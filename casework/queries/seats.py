"""Who sits on a panel, and which people speak for a seat."""

from casework.access.roles import ROLES
from casework.access.viewer import has_signed
from casework.models import Agency, Membership, MembershipPanel, Office, Panel, PanelOffice, Seat, User

SPEAKING = [role for role, carries in ROLES.items() if carries.speaks]


def seated_agencies(panel: Panel) -> list[Agency]:
    """Agencies with a seat in force and a live signature under the panel's agreement, by name."""
    seats = Seat.objects.live().filter(panel=panel).order_by("agency__name")
    seats = seats.select_related("agency__group", "agency__acts_on_behalf_of")
    return [seat.agency for seat in seats if has_signed(seat.agency_id, panel.pk)]


def speakers_of(agency_id: int, panel: Panel) -> list[User]:
    """People who speak for the agency on this panel: they are told when something waits for it."""
    carried = MembershipPanel.objects.live().filter(panel=panel).values("membership_id")
    memberships = Membership.objects.live().filter(agency_id=agency_id, role__in=SPEAKING, pk__in=carried)
    return [membership.user for membership in memberships.select_related("user")]


def officers_of(panel: Panel) -> list[User]:
    """People who hold an office on the panel."""
    offices = PanelOffice.objects.live().filter(panel=panel).select_related("membership__user")
    return [office.membership.user for office in offices]


def chairing_agencies(panel: Panel) -> list[Agency]:
    """The agencies through which chair and deputy hold their offices, by name."""
    offices = PanelOffice.objects.live().filter(panel=panel, office__in=[Office.CHAIR, Office.DEPUTY])
    found = {office.membership.agency for office in offices.select_related("membership__agency__acts_on_behalf_of")}
    return sorted(found, key=lambda agency: agency.name)
