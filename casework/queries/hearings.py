"""One hearing, read as one viewer: what every page and pack about it is made from."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Action, Audience, Hearing, HearingRisk, InformationItem, ResearchReturn
from casework.queries.meetings import PartyName, people_in


@dataclass(frozen=True)
class HearingView:
    """A hearing as the viewer may see it. `old` are actions of earlier hearings, `new` those of this one."""

    people: list[PartyName]
    old: list[Action]
    new: list[Action]
    wishes: list[InformationItem]
    items: list[InformationItem]
    risks: list[HearingRisk]
    returns: list[ResearchReturn]
    own_return: ResearchReturn | None

    @property
    def nothing_known(self) -> list[ResearchReturn]:
        return [row for row in self.returns if row.status == ResearchReturn.Status.NOTHING_KNOWN]

    @property
    def awaited(self) -> list[ResearchReturn]:
        return [row for row in self.returns if row.status == ResearchReturn.Status.REQUESTED]


def hearing_view(viewer: Viewer, hearing: Hearing) -> HearingView:
    """Everything of this hearing that the viewer may read, in a fixed number of queries."""
    actions = list(actions_of(viewer, Q(case_id=hearing.case_id)))
    referred = Q(case_id=hearing.case_id, place=InformationItem.Place.REFERRAL)
    items = list(items_of(viewer, Q(hearing=hearing) | referred))
    returns = list(returns_of(viewer, Q(hearing=hearing)))
    return HearingView(
        people=people_in(viewer, hearing.meeting.panel, [hearing.case_id])[hearing.case_id],
        old=[row for row in actions if row.hearing_id != hearing.pk],
        new=[row for row in actions if row.hearing_id == hearing.pk],
        wishes=[row for row in items if row.place == InformationItem.Place.WISHES],
        items=[row for row in items if row.place != InformationItem.Place.WISHES],
        risks=list(visible(viewer, HearingRisk).filter(hearing=hearing).order_by("pk")),
        returns=returns,
        own_return=next((row for row in returns if row.agency_id == viewer.speaks_for), None),
    )


def actions_of(viewer: Viewer, which: Q) -> QuerySet:
    """Actions that the viewer may read, the soonest due first. The case isn't joined: an owner's window on it may be over."""
    return visible(viewer, Action).filter(which).select_related("agency").order_by("due_on", "pk")


def items_of(viewer: Viewer, which: Q) -> QuerySet:
    """Statements in force whose audience the viewer belongs to, in the order they were made."""
    return (
        visible(viewer, InformationItem)
        .filter(which, withdrawn_at=None)
        .select_related("agency")
        .order_by("made_at", "pk")
    )


def returns_of(viewer: Viewer, which: Q) -> QuerySet:
    """Research returns: the viewer's own agency's, or all of them for the panel's office."""
    return visible(viewer, ResearchReturn).filter(which).select_related("agency").order_by("agency__name")


def is_content(item: InformationItem) -> bool:
    """Whether the item has a text; what is only said at the meeting has none."""
    return item.audience != Audience.VERBAL_ONLY
