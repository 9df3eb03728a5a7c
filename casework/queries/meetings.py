"""Meetings and agendas, read as one viewer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import (
    Case,
    Hearing,
    MatchKind,
    MatchProposal,
    Meeting,
    Panel,
    Party,
    PartyRole,
    Referral,
    ResearchReturn,
)
from casework.panels.base import AgendaMark
from casework.queries.calendar import end_of_day, working_days_after, working_days_before

RESEARCH_DAYS_BEFORE = 2
WINDOW_DAYS_AFTER = 5
AGENDA_DAYS_BEFORE = 8
OPEN_MEETINGS = (Meeting.Status.PLANNED, Meeting.Status.CIRCULATED, Meeting.Status.IN_SESSION)
ROLE_ORDER = {role: place for place, role in enumerate(PartyRole.values)}


@dataclass(frozen=True)
class PartyName:
    """A person in a case, as its panel calls the role."""

    role: str
    name: str
    born_on: date | None
    is_child: bool


@dataclass(frozen=True)
class AgendaRow:
    """A hearing with its planned time, the people in the case, and how many returns are in."""

    hearing: Hearing
    starts_at: datetime
    people: list[PartyName]
    asked: int = 0
    returned: int = 0
    mark: AgendaMark | None = None

    @property
    def place(self) -> tuple[int, bool]:
        """What the order of business goes by: the mark of its kind, then children first."""
        return (self.mark.rank if self.mark else 0, not self.has_children)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.hearing.minutes)

    @property
    def has_children(self) -> bool:
        return any(person.is_child for person in self.people)


@dataclass(frozen=True)
class Agenda:
    """The order of business with its time budget, in minutes."""

    rows: list[AgendaRow]
    minutes: int
    available: int
    ends_at: datetime

    @property
    def over_by(self) -> int:
        """Minutes by which the cases pass the time available, or 0."""
        return max(0, self.minutes - self.available)

    @property
    def children_first(self) -> bool:
        """Whether no case stands before one that its kind, or children in it, would put first."""
        places = [row.place for row in self.rows]
        return places == sorted(places)

    @property
    def marked(self) -> bool:
        """Whether the kind of panel has an order of its own."""
        return any(row.mark for row in self.rows)


@dataclass(frozen=True)
class Candidate:
    """A case that could be listed, with what its accepted referral proposes."""

    case: Case
    people: list[PartyName]
    referral: Referral | None
    reason: str
    mark: AgendaMark | None = None

    @property
    def reason_label(self) -> str:
        return dict(Hearing.ListingReason.choices)[self.reason]

    @property
    def waiting_since(self) -> date:
        """The day of the referral that brings the case, or on which the case was opened."""
        return self.referral.referred_on if self.referral else timezone.localdate(self.case.opened_at)

    @property
    def has_children(self) -> bool:
        return any(person.is_child for person in self.people)


@dataclass
class _Found:
    referrals: dict[int, Referral] = field(default_factory=dict)
    repeats: set[int] = field(default_factory=set)
    last: dict[int, Hearing] = field(default_factory=dict)


def window_ends(meeting: Meeting) -> datetime:
    """When the agencies' window on the listed cases closes: the end of the fifth working day after the meeting."""
    return end_of_day(working_days_after(timezone.localdate(meeting.starts_at), WINDOW_DAYS_AFTER))


def research_due(meeting: Meeting) -> date:
    """When research is due unless the office says otherwise: two working days before the meeting."""
    return working_days_before(timezone.localdate(meeting.starts_at), RESEARCH_DAYS_BEFORE)


def agenda_due(meeting: Meeting) -> date:
    """When the agenda should be circulated: eight working days before the meeting."""
    return working_days_before(timezone.localdate(meeting.starts_at), AGENDA_DAYS_BEFORE)


def hearings_of(viewer: Viewer, meeting: Meeting) -> QuerySet:
    """The hearings on a meeting's agenda that the viewer may see, in order, without those taken off."""
    rows = visible(viewer, Hearing).filter(meeting=meeting).exclude(status=Hearing.Status.REMOVED)
    return rows.select_related("case", "meeting__panel").order_by("number", "pk")


def hearings_at(viewer: Viewer, meetings: Iterable[int]) -> QuerySet:
    """The hearings on the agendas of several meetings, by key, that the viewer may see, without those taken off."""
    return visible(viewer, Hearing).filter(meeting_id__in=list(meetings)).exclude(status=Hearing.Status.REMOVED)


def people_in(viewer: Viewer, panel: Panel, cases: Iterable[int]) -> dict[int, list[PartyName]]:
    """The people of each case, victims first, in one query."""
    found: dict[int, list[PartyName]] = {case: [] for case in cases}
    parties = visible(viewer, Party).filter(case_id__in=list(found))
    for party in sorted(parties, key=lambda p: (ROLE_ORDER.get(p.role, 9), p.pk)):
        label = panel.plugin.role_label(party.role, party.finding)
        found[party.case_id].append(PartyName(label, party.name, party.born_on, party.role == PartyRole.CHILD))
    return found


def agenda(viewer: Viewer, meeting: Meeting) -> Agenda:
    """The agenda as this viewer may see it; times count every hearing's own minutes."""
    hearings = list(hearings_of(viewer, meeting))
    people = people_in(viewer, meeting.panel, [hearing.case_id for hearing in hearings])
    marks = meeting.panel.plugin.agenda_marks(viewer, [hearing.case_id for hearing in hearings])
    returns = _returns(viewer, meeting)
    rows, at = [], meeting.starts_at
    for hearing in hearings:
        asked, returned = returns.get(hearing.pk, (0, 0))
        rows.append(AgendaRow(hearing, at, people[hearing.case_id], asked, returned, marks.get(hearing.case_id)))
        at += timedelta(minutes=hearing.minutes)
    minutes = sum(hearing.minutes for hearing in hearings)
    return Agenda(rows, minutes, meeting.minutes_available, at)


def _returns(viewer: Viewer, meeting: Meeting) -> dict[int, tuple[int, int]]:
    counted = visible(viewer, ResearchReturn).filter(hearing__meeting=meeting).values("hearing_id")
    counted = counted.annotate(
        asked=Count("pk"), returned=Count("pk", filter=~Q(status=ResearchReturn.Status.REQUESTED))
    )
    return {row["hearing_id"]: (row["asked"], row["returned"]) for row in counted}


def listable_statuses(panel: Panel) -> list[str]:
    """Statuses from which a hearing moves a case on, by the status table of its kind of panel."""
    plugin = panel.plugin
    return [status for status, following in plugin.case_statuses.items() if plugin.heard_status in following]


def cases_to_list(viewer: Viewer, panel: Panel) -> QuerySet:
    """Cases of the panel that wait for a hearing and stand on no agenda of a coming meeting."""
    listed = visible(viewer, Hearing).filter(
        case_id=OuterRef("pk"), status=Hearing.Status.LISTED, meeting__status__in=OPEN_MEETINGS
    )
    waiting = visible(viewer, Case).filter(panel=panel, status__in=listable_statuses(panel))
    return waiting.filter(~Q(Exists(listed))).order_by("opened_at", "pk")


def candidates(viewer: Viewer, meeting: Meeting, limit: int = 100) -> list[Candidate]:
    """What could be listed at this meeting, cases with children first, then the longest waiting."""
    cases = list(cases_to_list(viewer, meeting.panel)[:limit])
    found = _what_proposes(viewer, [case.pk for case in cases])
    people = people_in(viewer, meeting.panel, [case.pk for case in cases])
    marks = meeting.panel.plugin.agenda_marks(viewer, [case.pk for case in cases])
    made = [
        Candidate(case, people[case.pk], found.referrals.get(case.pk), _reason(found, case.pk), marks.get(case.pk))
        for case in cases
    ]
    return sorted(made, key=lambda row: (row.mark.rank if row.mark else 0, not row.has_children))


def candidate(viewer: Viewer, case: Case) -> Candidate:
    """What listing this one case would propose."""
    found = _what_proposes(viewer, [case.pk])
    return Candidate(
        case, people_in(viewer, case.panel, [case.pk])[case.pk], found.referrals.get(case.pk), _reason(found, case.pk)
    )


def _what_proposes(viewer: Viewer, cases: list[int]) -> _Found:
    found = _Found()
    accepted = visible(viewer, Referral).filter(case_id__in=cases, status=Referral.Status.ACCEPTED)
    found.referrals = {row.case_id: row for row in accepted.order_by("submitted_at", "pk")}
    matches = visible(viewer, MatchProposal).filter(
        referral_id__in=[row.pk for row in found.referrals.values()],
        kind=MatchKind.REPEAT,
        decision=MatchProposal.Decision.ACCEPTED,
    )
    found.repeats = set(matches.values_list("referral_id", flat=True))
    earlier = visible(viewer, Hearing).filter(case_id__in=cases).exclude(status=Hearing.Status.REMOVED)
    found.last = {row.case_id: row for row in earlier.order_by("meeting__starts_at", "pk")}
    return found


def _reason(found: _Found, case_id: int) -> str:
    last, referral = found.last.get(case_id), found.referrals.get(case_id)
    if last and last.status == Hearing.Status.CARRIED_OVER:
        return Hearing.ListingReason.CARRIED_OVER
    if last and (referral is None or last.referral_id == referral.pk):
        return Hearing.ListingReason.REVIEW
    if referral and referral.pk in found.repeats:
        return Hearing.ListingReason.REPEAT
    return Hearing.ListingReason.NEW
