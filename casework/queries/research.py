"""What an agency was asked about a meeting, and how far the returns have come."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Hearing, InformationItem, Meeting, ResearchReturn
from casework.queries.hearings import returns_of
from casework.queries.home import Task, task_source
from casework.queries.meetings import OPEN_MEETINGS, PartyName, people_in


@dataclass(frozen=True)
class Asked:
    """One request: the hearing, whom to look for, and what the agency has answered."""

    asked: ResearchReturn
    hearing: Hearing
    people: list[PartyName]
    items: int

    @property
    def is_late(self) -> bool:
        waiting = self.asked.status == ResearchReturn.Status.REQUESTED
        return waiting and self.asked.due_on is not None and self.asked.due_on < timezone.localdate()


def asked_of(viewer: Viewer, meeting: Meeting) -> list[Asked]:
    """The requests of one meeting to the viewer's agency, in the order of the agenda."""
    if viewer.speaks_for is None:
        return []
    rows = returns_of(viewer, Q(hearing__meeting=meeting, agency_id=viewer.speaks_for))
    rows = list(rows.select_related("hearing", "case").order_by("hearing__number", "pk"))
    people = people_in(viewer, meeting.panel, [row.case_id for row in rows])
    written: dict[int, int] = {}
    for item in own_items(viewer, Q(research_return__in=[row.pk for row in rows])):
        written[item.research_return_id] = written.get(item.research_return_id, 0) + 1
    return [Asked(row, row.hearing, people[row.case_id], written.get(row.pk, 0)) for row in rows]


def own_items(viewer: Viewer, which: Q):
    """The viewer's agency's own statements, in force."""
    rows = visible(viewer, InformationItem).filter(which, agency_id=viewer.speaks_for, withdrawn_at=None)
    return rows.order_by("made_at", "pk")


def returns_by_agency(viewer: Viewer, meeting: Meeting) -> list[dict]:
    """For the office: each agency with how many requests it answered, and how many wait. No content."""
    counted: dict[str, dict] = {}
    for row in returns_of(viewer, Q(hearing__meeting=meeting)):
        line = counted.setdefault(
            row.agency.name,
            {"agency": row.agency.name, "returned": 0, "nothing_known": 0, "requested": 0, "due_on": row.due_on},
        )
        line[row.status] += 1
    return sorted(counted.values(), key=lambda line: (-line["requested"], line["agency"]))


@task_source
def research_due(viewer: Viewer) -> list[Task]:
    """One line a meeting while research of the viewer's agency is outstanding."""
    if viewer.speaks_for is None:
        return []
    rows = visible(viewer, ResearchReturn).filter(
        agency_id=viewer.speaks_for, status=ResearchReturn.Status.REQUESTED, hearing__meeting__status__in=OPEN_MEETINGS
    )
    waiting: dict[tuple[str, str], list] = {}
    columns = ("hearing__meeting__reference", "hearing__meeting__panel__name", "due_on")
    for reference, panel, due_on in rows.values_list(*columns):
        waiting.setdefault((reference, panel), []).append(due_on)
    return [
        Task(
            f"Answer research requests of {panel}: {len(due)} {'case' if len(due) == 1 else 'cases'}",
            "meeting_research",
            (reference,),
            min(filter(None, due), default=None),
            "Research",
        )
        for (reference, panel), due in waiting.items()
    ]
