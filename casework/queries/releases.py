"""Statements that wait for a second person, and who that may be."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from casework.access.guards import can_be_second
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import (
    RELEASED_CLASSES,
    Audience,
    DecisionItem,
    DisclosureDecision,
    InformationItem,
    ItemRelease,
    Meeting,
    Office,
    PanelOffice,
    User,
)
from casework.queries.circulation import waiting_in
from casework.queries.decisions import classes_in_words
from casework.queries.home import Task, task_source
from casework.queries.meetings import hearings_at, hearings_of

RELEASING = (Office.COORDINATOR, Office.CHAIR, Office.DEPUTY)
KEPT_CLOSED = (Audience.OWNER_ONLY, Audience.CHAIR_ONLY)
Kind = DisclosureDecision.Kind


@dataclass(frozen=True)
class Waiting:
    """A statement that waits. `item` has no text where the viewer may not read it: it is then known by a decision alone.

    `necessity`: why its agency shares it. `kept_closed`: why a second person has kept it closed, if one has.
    """

    item: InformationItem
    case_reference: str
    agency: str
    necessity: str = ""
    kept_closed: str = ""
    own: bool = False

    @property
    def classes(self) -> str:
        return classes_in_words(self.item.data_classes)

    @property
    def audience(self) -> str:
        return dict(Audience.choices).get(self.item.audience, "")


def waiting_of(viewer: Viewer, meeting: Meeting) -> list[Waiting]:
    """The statements of the meeting's cases that wait for a second person, by case."""
    return waiting_for(viewer, [hearing.case_id for hearing in hearings_of(viewer, meeting)])


def waiting_for(viewer: Viewer, cases: Collection[int]) -> list[Waiting]:
    """As `waiting_of`, of these cases; what the viewer reads, and what she only knows to be there from its agency's decision."""
    items = {item.pk: item for item in waiting_in(viewer, cases).select_related("case", "agency")}
    released = set(visible(viewer, ItemRelease).filter(case_id__in=list(cases)).values_list("item_id", flat=True))
    told = _decided(viewer, cases).exclude(item_id__in=released)
    necessity, closed = {}, {}
    for row in told.select_related("decision", "case", "agency").order_by("pk"):
        if row.decision.kind == Kind.RELEASE:
            closed[row.item_id] = row.decision.refusal_reason
        elif row.shared:
            necessity[row.item_id] = row.decision.necessity
            items.setdefault(row.item_id, _unread(row))
    return [
        Waiting(
            item, item.case.reference, item.agency.name, necessity.get(pk, ""), closed.get(pk, ""), item.author_id == viewer.user_id
        )
        for pk, item in sorted(items.items(), key=lambda each: (each[1].case_id, each[0]))
        if item.audience not in KEPT_CLOSED
    ]  # fmt: skip


def _decided(viewer: Viewer, cases: Iterable[int]):
    return visible(viewer, DecisionItem).filter(
        case_id__in=list(cases), data_classes__overlap=list(RELEASED_CLASSES), decision__kind__in=[Kind.OWN, Kind.AD_HOC, Kind.RELEASE]
    )  # fmt: skip


def _unread(row: DecisionItem) -> InformationItem:
    """What is known of a statement that the viewer may not read: no text; its author is taken to be who decided about it."""
    return InformationItem(
        pk=row.item_id, case=row.case, agency=row.agency, author_id=row.decision.decided_by_id, version=row.item_version,
        data_classes=row.data_classes, audience=row.audience,
    )  # fmt: skip


def circulators(viewer: Viewer, meetings: Iterable[Meeting]) -> dict[int, set[int]]:
    """Who circulated the agenda of each meeting, both by key: the first persons, who cannot be the second."""
    found: dict[int, set[int]] = {meeting.pk: set() for meeting in meetings}
    rows = visible(viewer, DisclosureDecision).filter(meeting_id__in=list(found), kind=Kind.CIRCULATION)
    for meeting_id, user_id in rows.values_list("meeting_id", "decided_by_id"):
        found[meeting_id].add(user_id)
    return found


def may_release(viewer: Viewer, meeting: Meeting) -> list[User]:
    """The coordinator, chair and deputy of the panel, without who circulated the agenda."""
    offices = PanelOffice.objects.live().filter(panel=meeting.panel_id, office__in=RELEASING)
    first = circulators(viewer, [meeting])[meeting.pk]
    users = {office.membership.user for office in offices.select_related("membership__user")}
    return sorted((user for user in users if user.pk not in first), key=lambda user: user.pk)


@task_source
def statements_to_release(viewer: Viewer) -> list[Task]:
    """For the office: meetings with statements that nobody has answered, unless she circulated the agenda herself."""
    if not viewer.offices:
        return []
    going_on = (Meeting.Status.CIRCULATED, Meeting.Status.IN_SESSION)
    meetings = list(visible(viewer, Meeting).filter(panel_id__in=viewer.office_panels, status__in=going_on))
    first = circulators(viewer, meetings)
    hers = [row for row in meetings if first[row.pk] and can_be_second(viewer, row.panel_id, first[row.pk])]
    cases = _cases_at(viewer, hers)
    waiting = {row.item.case_id for row in waiting_for(viewer, list(cases)) if not row.kept_closed and not row.own}
    there = sorted({(meeting.starts_at, meeting.reference) for case in waiting for meeting in cases[case]})
    return [
        Task("Release statements that wait for a second person", "meeting_waiting", (reference,), None, "Meetings")
        for _, reference in there
    ]


def _cases_at(viewer: Viewer, meetings: list[Meeting]) -> dict[int, list[Meeting]]:
    """The meetings of each case that is heard at one of them."""
    by_key, found = {meeting.pk: meeting for meeting in meetings}, {}
    for hearing in hearings_at(viewer, list(by_key)):
        found.setdefault(hearing.case_id, []).append(by_key[hearing.meeting_id])
    return found
