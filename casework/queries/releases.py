"""Statements that wait for a second person, and who that may be."""

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import DisclosureDecision, InformationItem, Meeting, Office, PanelOffice, User
from casework.queries.circulation import waiting_in
from casework.queries.meetings import hearings_of

RELEASING = (Office.COORDINATOR, Office.CHAIR, Office.DEPUTY)


def waiting_of(viewer: Viewer, meeting: Meeting) -> list[InformationItem]:
    """The statements of the meeting's cases that wait, as far as the viewer reads them."""
    return list(waiting_in(viewer, [hearing.case_id for hearing in hearings_of(viewer, meeting)]))


def circulators(viewer: Viewer, meeting: Meeting) -> set[int]:
    """Who circulated the meeting's agenda, by key: the first persons, who cannot be the second."""
    rows = visible(viewer, DisclosureDecision).filter(meeting=meeting, kind=DisclosureDecision.Kind.CIRCULATION)
    return set(rows.values_list("decided_by_id", flat=True))


def may_release(viewer: Viewer, meeting: Meeting) -> list[User]:
    """The coordinator, chair and deputy of the panel, without who circulated the agenda."""
    offices = PanelOffice.objects.live().filter(panel=meeting.panel_id, office__in=RELEASING)
    first = circulators(viewer, meeting)
    users = {office.membership.user for office in offices.select_related("membership__user")}
    return sorted((user for user in users if user.pk not in first), key=lambda user: user.pk)
