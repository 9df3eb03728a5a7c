"""Actions as lists and as tasks, read as one viewer. The case isn't joined: an owner's window on it may be over."""

from dataclasses import dataclass

from django.db.models import F, Q
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Action, Case, Meeting
from casework.queries.calendar import working_days_after
from casework.queries.home import Task, task_source
from casework.queries.meetings import agenda_due, cases_to_list
from casework.queries.packs import meetings_without_packs

OPEN = Action.OPEN_STATES


@dataclass(frozen=True)
class ActionLine:
    """An action in a list; `case` is its reference where the viewer may (still) open the case."""

    action: Action
    case: str
    is_overdue: bool


def actions_in_order(viewer: Viewer):
    """All actions that the viewer may read: open ones first, the soonest due first."""
    rows = visible(viewer, Action).select_related("agency")
    return rows.order_by(F("closed_at").desc(nulls_first=True), "due_on", "pk")


def overdue(day=None) -> Q:
    """Open, and due before today."""
    return Q(status__in=OPEN, due_on__lt=day or timezone.localdate())


def lines(viewer: Viewer, actions: list[Action]) -> list[ActionLine]:
    """Actions with the references of those cases that the viewer may open, in one query."""
    cases = visible(viewer, Case).filter(pk__in={row.case_id for row in actions})
    references = {case.pk: case.reference for case in cases}
    today = timezone.localdate()
    return [
        ActionLine(row, references.get(row.case_id, ""), row.status in OPEN and row.due_on < today) for row in actions
    ]


@task_source
def actions_owed(viewer: Viewer) -> list[Task]:
    """The viewer's agency's open actions, each with its due date."""
    if viewer.answers_for is None:
        return []
    rows = visible(viewer, Action).filter(agency_id=viewer.answers_for, status__in=OPEN)
    today = timezone.localdate()
    return [
        Task(
            f"Overdue action {reference}: close it with its outcome"
            if due_on < today
            else f"Do action {reference} and close it with its outcome",
            "action_close",
            (reference,),
            due_on,
            "Actions",
        )
        for reference, due_on in rows.order_by("due_on").values_list("reference", "due_on")[:50]
    ]


@task_source
def meetings_ahead(viewer: Viewer) -> list[Task]:
    """For the office: the agenda to build and circulate, packs to issue, meetings to run and to conclude."""
    rows = (
        visible(viewer, Meeting)
        .filter(panel_id__in=viewer.office_panels)
        .exclude(status__in=(Meeting.Status.CONCLUDED, Meeting.Status.CANCELLED))
    )
    found = []
    without_packs = meetings_without_packs(viewer)
    for meeting in rows.select_related("panel").order_by("starts_at"):
        found += _tasks_of(viewer, meeting, meeting.pk in without_packs)
    return found


def _tasks_of(viewer: Viewer, meeting: Meeting, packs_wait: bool) -> list[Task]:
    day, today = timezone.localdate(meeting.starts_at), timezone.localdate()
    soon = day <= working_days_after(today, 1)
    if meeting.status == Meeting.Status.PLANNED:
        waiting = cases_to_list(viewer, meeting.panel).count()
        text = "Build and circulate the agenda" + (f": {waiting} waiting to be listed" if waiting else "")
        return [Task(text, "meeting_agenda", (meeting.reference,), agenda_due(meeting), "Meetings")]
    if meeting.status == Meeting.Status.IN_SESSION:
        return [Task("Conclude the meeting", "meeting", (meeting.reference,), day, "Meetings")]
    tasks = (
        [Task("Issue the packs", "meeting_packs", (meeting.reference,), meeting.research_due_on, "Meetings")]
        if packs_wait
        else []
    )
    return tasks + ([Task("Run the meeting", "meeting", (meeting.reference,), day, "Meetings")] if soon else [])


@task_source
def meeting_tomorrow(viewer: Viewer) -> list[Task]:
    """For the agencies: a meeting today or on the next working day."""
    if not viewer.carried:
        return []
    rows = visible(viewer, Meeting).filter(panel_id__in=viewer.carried, status=Meeting.Status.CIRCULATED)
    last = working_days_after(timezone.localdate(), 1)
    rows = rows.filter(starts_at__date__lte=last, starts_at__date__gte=timezone.localdate())
    return [
        Task(
            "Read the pack and come to the meeting",
            "meeting",
            (row.reference,),
            timezone.localdate(row.starts_at),
            "Meetings",
        )
        for row in rows.order_by("starts_at")
    ]
