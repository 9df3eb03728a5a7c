"""Pages: the list of cases, one case, and its print."""

import hashlib

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from audit import event_types
from casework.access.guards import can_run_office
from casework.access.scope import visible
from casework.access.walk import NewestCases
from casework.filters import UKDateFilter, ViewerFilterSet
from casework.models import Case, Panel, new_reference
from casework.queries.cases import case_sheet, names_by_case
from casework.queries.chronology import Entry, address, chronology
from casework.queries.elsewhere import known_elsewhere
from casework.queries.sealing import seal_of
from casework.views.base import ListPage, Page
from casework.views.rules import PANEL_MEMBER

event_types.register(case_printed="opened the case to print it")


class CaseFilter(ViewerFilterSet):
    """By panel, status and the day that a case was opened."""

    panel = django_filters.ModelChoiceFilter(
        label="Panel", queryset=Panel.objects.none(), to_field_name="slug", empty_label="Any"
    )
    status = django_filters.ChoiceFilter(label="Status", empty_label="Any")
    opened_from = UKDateFilter(field_name="opened_at", lookup_expr="date__gte", label="Opened from")
    opened_to = UKDateFilter(field_name="opened_at", lookup_expr="date__lte", label="Opened to")

    class Meta:
        model = Case
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        panels = Panel.objects.filter(pk__in=self.viewer.panels).order_by("name")
        self.filters["panel"].queryset = panels
        self.filters["panel"].field.label_from_instance = lambda panel: panel.name
        kinds = {panel.plugin for panel in panels}
        labels = {
            status: kind.status_label(status)
            for kind in sorted(kinds, key=lambda k: k.kind)
            for status in kind.case_statuses
        }
        self.filters["status"].extra["choices"] = list(labels.items())


class CaseList(ListPage):
    """The cases that the viewer may see, newest first."""

    rule = PANEL_MEMBER
    template = "casework/cases/list.html"
    title = "Cases"
    filter_class = CaseFilter

    def rows(self) -> QuerySet:
        return visible(self.viewer, Case)

    def paged(self, filters: CaseFilter) -> NewestCases | QuerySet:
        if not filters.is_bound:
            return NewestCases(self.viewer, "panel", "lead_agency")
        if not filters.is_valid():
            return filters.qs
        return NewestCases(self.viewer, "panel", "lead_agency", narrow=filters.filter_queryset)

    def context(self) -> dict:
        found = super().context()
        cases = list(found["rows"])
        names = names_by_case(self.viewer, cases)
        found["lines"] = [
            {"case": case, "names": names[case.pk], "status": case.panel.plugin.status_label(case.status)}
            for case in cases
        ]
        return found


class CasePage(Page):
    """Everything of one case that the viewer may read."""

    rule = PANEL_MEMBER
    template = "casework/cases/case.html"

    def load(self, reference: str) -> None:
        self.case = self.find(Case, reference, "panel", "lead_agency")
        self.title = f"Case {self.case.reference}"

    def context(self) -> dict:
        case, plugin = self.case, self.case.panel.plugin
        sheet = case_sheet(self.viewer, case)
        return {
            "case": case,
            "sheet": sheet,
            "status": plugin.status_label(case.status),
            "parts": parts_of(case, "case"),
            "holds_office": self.viewer.holds(case.panel_id),
            "runs_office": can_run_office(self.viewer, case.panel_id),
            "seal": seal_of(self.viewer, case),
            "elsewhere": known_elsewhere(self.viewer, case),
            "timeline": [timeline_line(entry) for entry in chronology(self.viewer, case, reads_all=sheet.reads_all)],
            "kind_template": plugin.case_template if sheet.reads_all else "",
            **(plugin.case_context(self.viewer, case) if sheet.reads_all else {}),
        }


def timeline_line(entry: Entry) -> dict:
    """An entry for `components/timeline.html`."""
    return {"title": entry.kind, "by": entry.agency, "at": entry.at, "text": entry.text, "url": entry.url}


def parts_of(case: Case, here: str) -> list[dict]:
    """The pages of one case for `components/sub_navigation.html`; `here` is the address name of the page that shows them."""
    pages = (
        ("Case", "case"),
        ("Contact", "case_ways"),
        ("Interventions", "case_interventions"),
        ("Sharing", "decisions"),
        ("Who can see it", "who_can_see"),
        ("Print", "print_case"),
    )
    found = [(label, name, address(name, case.reference)) for label, name in pages]
    return [{"label": label, "url": url, "current": name == here} for label, name, url in found if url]


class PrintCase(CasePage):
    """The case on paper: marked with who printed it, when and which copy, recorded with a digest before it leaves."""

    template = "casework/cases/print.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        copy = new_reference()
        response = self.show(copy=copy, printed_at=timezone.now())
        digest = hashlib.sha256(response.content).hexdigest()
        self.record("case.printed", cases=[self.case.reference], details={"copy": copy, "sha256": digest})
        return response


urls: list[URLPattern] = [
    path("cases/", CaseList.as_view(), name="cases"),
    path("cases/<str:reference>/", CasePage.as_view(), name="case"),
    path("cases/<str:reference>/print/", PrintCase.as_view(), name="print_case"),
]
