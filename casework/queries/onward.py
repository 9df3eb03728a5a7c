"""Using another agency's statement for something else: what may be asked about, what was asked and answered, how long ago."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Audience, Case, DataClass, InformationItem, OnwardRequest
from casework.queries.calendar import working_days_after
from casework.queries.home import Task, task_source

ANSWER_WORKING_DAYS = 5  # our default
State = OnwardRequest.State
COLOURS = {State.ASKED: "amber", State.AGREED: "green", State.REFUSED: "red"}


@dataclass(frozen=True)
class OnwardLine:
    """A request as a list shows it. Overdue is still waiting: silence is not consent."""

    request: OnwardRequest
    case: str
    due_on: date
    is_overdue: bool
    colour: str


def onward_requests(viewer: Viewer) -> QuerySet[OnwardRequest]:
    """Every request that the viewer's agency asked or was asked, newest first."""
    rows = visible(viewer, OnwardRequest).select_related("agency", "owner", "asked_by", "answered_by")
    return rows.order_by("-asked_at", "-pk")


def onward_lines(viewer: Viewer, rows: list[OnwardRequest]) -> list[OnwardLine]:
    """Requests with their case, the day by which an answer is due, and whether that is past."""
    references = dict(visible(viewer, Case).filter(pk__in={row.case_id for row in rows}).values_list("pk", "reference"))
    return [onward_line(row, references.get(row.case_id, "")) for row in rows]


def onward_line(row: OnwardRequest, case: str) -> OnwardLine:
    due = due_on(row)
    late = row.state == State.ASKED and due < timezone.localdate()
    return OnwardLine(row, case, due, late, COLOURS[row.state])


def due_on(row: OnwardRequest) -> date:
    """The fifth working day after it was asked."""
    return working_days_after(timezone.localdate(row.asked_at), ANSWER_WORKING_DAYS)


def statements_of_others(viewer: Viewer, case: Case) -> QuerySet[InformationItem]:
    """Statements of other agencies in this case that the viewer reads with their content."""
    rows = visible(viewer, InformationItem).filter(case=case, withdrawn_at=None).exclude(text="")
    return rows.exclude(agency_id=viewer.speaks_for).select_related("agency").order_by("pk")


def quotable(viewer: Viewer, case: Case) -> list[InformationItem]:
    """Statements that the viewer's agency may quote outside: its own, and those whose agency has agreed."""
    agreed = visible(viewer, OnwardRequest).filter(case=case, agency_id=viewer.speaks_for, state=State.AGREED)
    rows = visible(viewer, InformationItem).filter(case=case, withdrawn_at=None).exclude(text="")
    rows = rows.filter(Q(agency_id=viewer.speaks_for) | Q(pk__in=agreed.values("item_id")))
    return list(rows.select_related("agency").order_by("pk"))


def handling_words(item: InformationItem) -> list[str]:
    """What goes with a statement wherever it goes. A copy keeps every line of it, and whose statement it is."""
    limits = {
        Audience.NAMED_AGENCIES: "For named agencies only.",
        Audience.CHAIR_ONLY: "For the chair only.",
        Audience.OWNER_ONLY: f"For {item.agency.name} only.",
    }
    words = [f"A statement of {item.agency.name}: ask that agency before it is used for anything else."]
    words += [limits[item.audience]] if item.audience in limits else []
    words += [f"{mark}." for mark in item.marks]
    kept = [DataClass(code).label.lower() for code in item.data_classes if code != DataClass.PERSONAL]
    return words + ([f"It holds: {', '.join(kept)}."] if kept else [])


@task_source
def requests_to_answer(viewer: Viewer) -> list[Task]:
    """For those who speak for the agency whose statements are asked about."""
    if viewer.speaks_for is None:
        return []
    rows = visible(viewer, OnwardRequest).filter(owner_id=viewer.speaks_for, state=State.ASKED).order_by("asked_at")
    return [
        Task(
            f"Answer request {row.reference}: may a statement of ours be used elsewhere?",
            "onward_answer",
            (row.reference,),
            due_on(row),
            "Onward use",
        )
        for row in rows[:50]
    ]
