"""The register of decisions: which were made, on what, by what power, and what superseded them. It names no person concerned."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import DecisionCase, DecisionItem, DecisionRecipient, DisclosureDecision
from casework.queries.decisions import classes_in_words

OFTEN = 5
Kind = DisclosureDecision.Kind
WORDED = (Kind.OWN, Kind.CASE, Kind.AD_HOC)


@dataclass
class Entry:
    """One decision with what hangs on it, as far as the viewer may read it. `same_words`: how many decisions give its reasons."""

    decision: DisclosureDecision
    recipients: list[str] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    superseded_by: str = ""
    same_words: int = 0

    @property
    def discloser(self) -> str:
        return self.decision.agency.name if self.decision.agency else f"Office of {self.decision.panel.name}"


@dataclass(frozen=True)
class ItemLine:
    """A statement that a decision lets go or holds back: whose, which version, what classes; never its text."""

    case: str
    agency: str
    version: int
    classes: str
    shared: bool


def register_of(viewer: Viewer) -> QuerySet:
    """The decisions of the panels whose office she holds, and those of the agency that she speaks for; the newest first."""
    hers = Q(panel_id__in=viewer.office_panels)
    if viewer.speaks_for:
        hers |= Q(agency_id=viewer.speaks_for)
    rows = visible(viewer, DisclosureDecision).filter(hers)
    return rows.select_related("panel", "agency", "gateway", "meeting", "case").order_by("-decided_at", "-pk")


def often_given(viewer: Viewer) -> dict[str, int]:
    """Reasons of necessity that stand word for word in more than five decisions: for sampling (domain: information sharing 3.1, DSC-03)."""
    worded = register_of(viewer).filter(kind__in=WORDED).exclude(necessity="").order_by()
    counted = worded.values("necessity").annotate(times=Count("pk")).filter(times__gt=OFTEN)
    return dict(counted.values_list("necessity", "times"))


def entries(viewer: Viewer, decisions: Sequence[DisclosureDecision]) -> list[Entry]:
    """These decisions with their recipients, cases and successors; the same number of queries for one and for many."""
    keys = [decision.pk for decision in decisions]
    recipients, cases = defaultdict(list), defaultdict(list)
    for row in DecisionRecipient.objects.filter(decision__in=keys).select_related("agency").order_by("agency__name"):
        recipients[row.decision_id].append(row.agency.name)
    for row in _cases(viewer, keys):
        cases[row.decision_id].append(row.case.reference)
    later = dict(
        visible(viewer, DisclosureDecision).filter(supersedes__in=keys).values_list("supersedes_id", "reference")
    )
    often = often_given(viewer)
    return [
        Entry(
            row, recipients[row.pk], sorted({*cases[row.pk], *([row.case.reference] if row.case else [])}),
            later.get(row.pk, ""), often.get(row.necessity, 0) if row.kind in WORDED else 0,
        )
        for row in decisions
    ]  # fmt: skip


def reasons_of(viewer: Viewer, decision: DisclosureDecision) -> list[tuple[str, str]]:
    """The cases of a decision about a meeting, each with the reason given at its referral."""
    return [(row.case.reference, row.reason) for row in _cases(viewer, [decision.pk])]


def _cases(viewer: Viewer, decisions: Iterable[int]) -> list[DecisionCase]:
    rows = visible(viewer, DecisionCase).filter(decision__in=list(decisions)).select_related("case")
    return [row for row in rows.order_by("pk") if row.case is not None]


def items_of(viewer: Viewer, decision: DisclosureDecision) -> list[ItemLine]:
    """The statements that the decision names, as far as the viewer may know of them."""
    rows = visible(viewer, DecisionItem).filter(decision=decision).select_related("case", "agency").order_by("pk")
    return [
        ItemLine(row.case.reference, row.agency.name, row.item_version, classes_in_words(row.data_classes), row.shared)
        for row in rows
    ]
