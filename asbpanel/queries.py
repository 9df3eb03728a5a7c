"""What ASB pages show. Everything is computed from rows of ASB panels that the viewer may read, and from nothing else."""

import re
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from asbpanel.access import KIND, can_triage, panels_of
from asbpanel.models import AsbCase, Triage
from asbpanel.words import category_label
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Case, Report, ReportSource
from casework.queries.cases import Masked

SUGGESTED_FROM = timedelta(days=365)
SUGGESTED_AT_MOST = 30
RISK_ORDER = {AsbCase.Risk.HIGH: 0, AsbCase.Risk.MEDIUM: 1, AsbCase.Risk.STANDARD: 2}
RISK_COLOURS = {AsbCase.Risk.HIGH: "red", AsbCase.Risk.MEDIUM: "amber", AsbCase.Risk.STANDARD: "grey"}
STATUS_COLOURS = {
    Report.Status.RECEIVED: "amber", Report.Status.LINKED: "teal", Report.Status.SIGNPOSTED: "grey",
    Report.Status.NOT_ASB: "grey", Report.Status.DUPLICATE: "grey",
}  # fmt: skip


@dataclass(frozen=True)
class ReportLine:
    """A report as lists show it: no text that somebody typed, except the place."""

    reference: str
    received_at: object
    category: str
    place: str
    agency: str
    status: str
    colour: str
    urgent: bool


@dataclass(frozen=True)
class Suggestion:
    """A report that may be about the same matter, and why: a person decides."""

    report: Report
    why: str

    @property
    def label(self) -> str:
        day = timezone.localdate(self.report.received_at)
        what = f"{self.report.reference}, {category_label(self.report.category).lower()}, {day.day} {day:%B %Y}"
        return f"{what}: {self.why}" if self.why else what


def reports(viewer: Viewer) -> QuerySet[Report]:
    """The reports of ASB panels that the viewer may read, newest first."""
    rows = visible(viewer, Report).filter(panel__kind=KIND).select_related("agency", "panel")
    return rows.order_by("-received_at", "-pk")


def line(report: Report) -> ReportLine:
    return ReportLine(
        report.reference, report.received_at, category_label(report.category), _where(report), report.agency.name,
        report.get_status_display(), STATUS_COLOURS[report.status], report.immediate_risk,
    )  # fmt: skip


def _where(thing: Report | AsbCase) -> str:
    return ", ".join(part for part in (thing.place, thing.postcode) if part)


def sources_of(viewer: Viewer, report: Report) -> list[Masked]:
    """The sealed names behind a report, each behind a recorded click: for the agency that took it and the panel's office."""
    rows = visible(viewer, ReportSource).filter(report=report).order_by("pk").values_list("pk", flat=True)
    return [Masked("report_source", key, "Who reported it") for key in rows]


def standing_triage(viewer: Viewer, report: Report) -> list[Triage]:
    """The decisions about a report that nobody has undone, newest first."""
    return list(triage_of(viewer, report).filter(undone_at=None))


def triage_of(viewer: Viewer, report: Report) -> QuerySet[Triage]:
    """All decisions about a report, newest first, undone ones too."""
    return visible(viewer, Triage).filter(report=report).select_related("decided_by").order_by("-decided_at", "-pk")


def reference_of(viewer: Viewer, report_id: int | None) -> str:
    """The reference of a report that the viewer may read, else nothing."""
    rows = visible(viewer, Report).filter(pk=report_id)
    return rows.values_list("reference", flat=True).first() or ""


def case_of(viewer: Viewer, report: Report) -> Case | None:
    """The case that a report belongs to, if the viewer may see it."""
    return visible(viewer, Case).filter(pk=report.case_id).first() if report.case_id else None


def part_of(viewer: Viewer, case: Case) -> AsbCase | None:
    """The panel's part of a case, for whoever reads the whole case."""
    return visible(viewer, AsbCase).filter(case=case).first()


def parts_of(viewer: Viewer, cases: list[int]) -> list[AsbCase]:
    """The panel's part of each of these cases, for whoever reads the whole case."""
    return list(visible(viewer, AsbCase).filter(case_id__in=cases))


def case_reports(viewer: Viewer, case: Case) -> list[Report]:
    """The reports of a case that the viewer may read, oldest first."""
    return list(visible(viewer, Report).filter(case=case).select_related("agency").order_by("received_at", "pk"))


def count_by(rows: list[Report], label) -> list[tuple[str, int]]:
    """How many reports for each label, most first."""
    found: dict[str, int] = {}
    for report in rows:
        found[label(report)] = found.get(label(report), 0) + 1
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def open_cases(viewer: Viewer, panel_id: int) -> QuerySet[Case]:
    """The open cases of a panel that the viewer may see, newest first."""
    return visible(viewer, Case).filter(panel_id=panel_id, closed_at=None).order_by("-opened_at", "-pk")


def case_choices(viewer: Viewer, panel_id: int) -> list[tuple[str, str]]:
    """Open cases as reference and label, for a form."""
    cases = list(open_cases(viewer, panel_id)[:200])
    parts = {part.case_id: part for part in visible(viewer, AsbCase).filter(case__in=[case.pk for case in cases])}
    return [(case.reference, _case_label(case, parts.get(case.pk))) for case in cases]


def _case_label(case: Case, part: AsbCase | None) -> str:
    words = [case.reference] + ([category_label(part.category), _where(part)] if part else [])
    return ", ".join(word for word in words if word)


def suggestions(viewer: Viewer, report: Report) -> list[Suggestion]:
    """Undecided reports of the same panel at the same postcode or place, or about the same alleged perpetrator."""
    since = report.received_at - SUGGESTED_FROM
    others = reports(viewer).filter(panel=report.panel_id, status=Report.Status.RECEIVED, received_at__gte=since)
    found = [Suggestion(other, why) for other in others.exclude(pk=report.pk)[:500] if (why := _why(report, other))]
    return found[:SUGGESTED_AT_MOST]


def _why(one: Report, other: Report) -> str:
    reasons = []
    if one.postcode and one.postcode == other.postcode:
        reasons.append("same postcode")
    if one.place and _words(one.place) == _words(other.place):
        reasons.append("same place")
    if _alike(one.alleged_perpetrator_text, other.alleged_perpetrator_text):
        reasons.append("same alleged perpetrator")
    return " and ".join(reasons)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _alike(one: str, other: str) -> bool:
    """At least half of the words of the shorter text, one of them of four letters or more, stand in both."""
    first, second = _words(one), _words(other)
    both = first & second
    return any(len(word) > 3 for word in both) and 2 * len(both) >= min(len(first), len(second))


def waiting(viewer: Viewer) -> list[Report]:
    """Reports that wait for the viewer's decision, oldest first."""
    mine = [panel.pk for panel in panels_of(viewer) if can_triage(viewer, panel.pk)]
    rows = reports(viewer).filter(panel__in=mine, status=Report.Status.RECEIVED)
    return list(rows.order_by("received_at", "pk")[:50]) if mine else []
