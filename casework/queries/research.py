"""What an agency was asked about a meeting, what it can rely on when it answers, and how far the returns have come."""

from dataclasses import dataclass, field
from functools import partial

from django.db.models import Q
from django.utils import timezone

from casework.access.gateways import POWERS, reasons_against
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import (
    Agency,
    Basis,
    CaseGrant,
    CaseUserGrant,
    Depth,
    DisclosureDecision,
    Hearing,
    InformationItem,
    LegalCondition,
    LegalGateway,
    Meeting,
    Panel,
    ResearchReturn,
)
from casework.queries.decisions import Occasion, PowerFor, bases_offered, discloser_for, purposes_of
from casework.queries.hearings import returns_of
from casework.queries.home import Task, task_source
from casework.queries.meetings import OPEN_MEETINGS, PartyName, people_in
from casework.queries.seats import seated_agencies


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


def own_decisions(viewer: Viewer, hearing: Hearing) -> list[DisclosureDecision]:
    """What the viewer's agency decided about sharing what it holds on the case, the newest first."""
    rows = visible(viewer, DisclosureDecision).filter(
        case_id=hearing.case_id, kind=DisclosureDecision.Kind.OWN, agency_id=viewer.speaks_for
    )
    return list(rows.select_related("gateway", "condition", "decided_by").order_by("-recorded_at", "-pk"))


def at_the_table(viewer: Viewer, hearing: Hearing) -> list[Agency]:
    """The other agencies that are given what is said to everyone: those with a seat, and those with a lasting grant on the case."""
    found = {agency.pk: agency for agency in seated_agencies(hearing.meeting.panel)}
    groups = visible(viewer, CaseGrant).live().filter(content_object=hearing.case_id, reach=Depth.FULL)
    persons = visible(viewer, CaseUserGrant).live().filter(content_object=hearing.case_id, reach=Depth.FULL)
    granted = Q(group__in=list(groups.values_list("group_id", flat=True))) | Q(
        pk__in=list(persons.exclude(basis=Basis.EMERGENCY).values_list("agency_id", flat=True))
    )
    found |= {row.pk: row for row in Agency.objects.filter(granted).select_related("acts_on_behalf_of")}
    found.pop(viewer.speaks_for, None)
    return sorted(found.values(), key=lambda agency: agency.name)


@dataclass
class Reliance:
    """What an agency can rely on when it returns research: powers, each for one purpose, and lawful bases.

    `reach` says of each power, by its value, whom of the others it does not reach; `refused` names the powers that the agency
    cannot rely on at all, each with the sentence why.
    """

    powers: list[PowerFor] = field(default_factory=list)
    bases: list[LegalCondition] = field(default_factory=list)
    reach: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)


def reliance(panel: Panel, agency_id: int, others: list[Agency]) -> Reliance:
    """What the agency can rely on towards at least one of the others, for each of the panel's purposes; what reaches most, first."""
    today = timezone.localdate()
    occasion = Occasion.of(panel, discloser_for(agency_id), (), today)
    against = partial(reasons_against, **occasion.told)
    found = Reliance(bases=bases_offered(occasion))
    missing: dict[str, int] = {}
    rows, purposes = list(LegalGateway.objects.order_by("title", "pk")), purposes_of(panel, today)
    for purpose in purposes:
        for row in rows:
            usable = not against(row, recipients=[], purpose=purpose)
            missed = [each for each in others if usable and against(row, recipients=[each], purpose=purpose)]
            if usable and len(missed) < len(others):
                power = PowerFor(row, purpose)
                found.powers.append(power)
                found.reach[power.value] = _reach(row, missed)
                missing[power.value] = len(missed)
    found.powers.sort(key=lambda power: missing[power.value])
    offered = {power.gateway.pk for power in found.powers}
    for row in rows:
        if row.pk not in offered and row.kind in POWERS:
            purpose = next((each for each in purposes if each in row.purposes), purposes[0])
            found.refused.append((row.title, against(row, recipients=others, purpose=purpose)[0]))
    return found


def _reach(row: LegalGateway, missed: list[Agency]) -> str:
    names = ", ".join(agency.name for agency in missed)
    return f"{row.provision or row.source}. {f'Does not reach: {names}.' if names else 'Reaches every agency here.'}"


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
