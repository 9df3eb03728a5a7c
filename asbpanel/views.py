"""Pages of the ASB side: reports, what becomes of them, and incidents by place and month."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.urls import path, reverse

from asbpanel import commands, incidents, queries
from asbpanel.access import ASB_MEMBER, can_take_report, can_triage, check_can_triage, panels_of
from asbpanel.filters import ReportFilter
from asbpanel.forms import CaseForm, DecideForm, IncidentFilter, JoinForm, OpenCaseForm, ReportForm, UndoForm
from asbpanel.words import category_label
from casework.access.policies import REPORT_MOVES, check_move
from casework.access.scope import one_or_404
from casework.models import Case, Report
from casework.queries.decisions import choices_here
from casework.views.base import PAGE_SIZE, FormPage, ListPage, Page


class Reports(ListPage):
    rule = ASB_MEMBER
    template = "asbpanel/reports.html"
    title = "Reports"
    filter_class = ReportFilter

    def rows(self):
        return queries.reports(self.viewer)

    def context(self) -> dict:
        found = super().context()
        found["lines"] = [queries.line(report) for report in found["rows"]]
        found["may_take"] = any(can_take_report(self.viewer, panel.pk) for panel in panels_of(self.viewer))
        return found


class NewReport(FormPage):
    rule = ASB_MEMBER
    template = "asbpanel/new_report.html"
    title = "New report"
    form_class = ReportForm

    def form_options(self) -> dict:
        taken = [panel.pk for panel in panels_of(self.viewer) if can_take_report(self.viewer, panel.pk)]
        return {"panels": panels_of(self.viewer).filter(pk__in=taken)}

    def act(self, form) -> str:
        said = dict(form.cleaned_data)
        panel, said["is_complaint"] = said.pop("panel"), said["is_complaint"] == "yes"
        report = commands.take_report(by=self.viewer, panel=panel, details=commands.ReportDetails(**said))
        messages.success(self.request, f"Report {report.reference} was saved.")
        return reverse("asb_report", args=[report.reference])


class OfReport:
    """A page about one report."""

    report: Report

    def load(self, reference: str) -> None:
        self.report = one_or_404(queries.reports(self.viewer), reference=reference)

    def version(self) -> int:
        return self.report.version

    def report_context(self) -> dict:
        return {
            "report": self.report,
            "category": category_label(self.report.category),
            "colour": queries.STATUS_COLOURS[self.report.status],
            "case": queries.case_of(self.viewer, self.report),
        }

    def context(self) -> dict:
        return self.report_context()

    def done(self, text: str) -> str:
        messages.success(self.request, text)
        return reverse("asb_report", args=[self.report.reference])


class ReportPage(OfReport, Page):
    rule = ASB_MEMBER
    template = "asbpanel/report.html"
    title = "Report"

    def context(self) -> dict:
        triage = list(queries.triage_of(self.viewer, self.report))
        return {
            **self.report_context(),
            "triage": [(row, queries.reference_of(self.viewer, row.duplicate_of_id)) for row in triage],
            "sources": queries.sources_of(self.viewer, self.report),
            "waits": self.report.status == Report.Status.RECEIVED,
            "may_triage": can_triage(self.viewer, self.report.panel_id),
        }


class DecidePage(OfReport, FormPage):
    """Base of the pages that decide about a report; `target` is the status that it would get."""

    abstract = True
    target = ""

    def load(self, reference: str) -> None:
        super().load(reference)
        check_can_triage(self.viewer, self.report.panel_id)
        if self.request.method == "GET":
            check_move(REPORT_MOVES, self.report.status, self.target)


class Decide(DecidePage):
    rule = ASB_MEMBER
    template = "asbpanel/decide.html"
    title = "Decide about a report"
    form_class = DecideForm
    target = Report.Status.SIGNPOSTED

    def form_options(self) -> dict:
        return {"viewer": self.viewer, "report": self.report}

    def act(self, form) -> str:
        given = form.cleaned_data
        commands.decide_report(
            by=self.viewer, report=self.report, outcome=given["outcome"], reason=given["reason"],
            duplicate_of=form.other, version=self.sent_version,
        )  # fmt: skip
        return self.done("The decision was saved.")


class Undo(DecidePage):
    rule = ASB_MEMBER
    template = "asbpanel/undo.html"
    title = "Undo a decision about a report"
    form_class = UndoForm
    target = Report.Status.RECEIVED

    def act(self, form) -> str:
        commands.undo_report(
            by=self.viewer, report=self.report, reason=form.cleaned_data["reason"], version=self.sent_version
        )
        return self.done("The decision was undone. The report waits for a decision again.")


class OpenCase(DecidePage):
    rule = ASB_MEMBER
    template = "asbpanel/open_case.html"
    title = "Open a case"
    form_class = OpenCaseForm
    target = Report.Status.LINKED

    def form_options(self) -> dict:
        report = self.report
        initial = {"category": report.category, "place": report.place, "postcode": report.postcode}
        found = queries.suggestions(self.viewer, report)
        choices = choices_here(
            self.viewer, report.panel, [each.agency for each in (report, *(s.report for s in found))]
        )
        return {"viewer": self.viewer, "report": report, "suggestions": found, "choices": choices, "initial": initial}

    def act(self, form) -> str:
        given = form.cleaned_data
        details = commands.AsbDetails(
            parties=form.parties,
            **{name: given[name] for name in ("category", "victim_risk", "summary", "place", "postcode")},
        )
        case = commands.open_case_from_reports(
            by=self.viewer, reports=form.chosen, details=details, sharing=form.answers(), version=self.sent_version
        )
        messages.success(self.request, f"Case {case.reference} was opened from {len(form.chosen)} reports.")
        return reverse("case", args=[case.reference])


class Join(DecidePage):
    rule = ASB_MEMBER
    template = "asbpanel/join.html"
    title = "Add a report to a case"
    form_class = JoinForm
    target = Report.Status.LINKED

    def form_options(self) -> dict:
        choices = choices_here(self.viewer, self.report.panel, [self.report.agency])
        return {"cases": queries.case_choices(self.viewer, self.report.panel_id), "choices": choices}

    def act(self, form) -> str:
        cases = queries.open_cases(self.viewer, self.report.panel_id)
        case = one_or_404(cases, reference=form.cleaned_data["case"])
        commands.add_report_to_case(
            by=self.viewer, report=self.report, case=case, version=self.sent_version,
            sharing=form.answers() if form.cleaned_data["share"] == "yes" else None,
        )  # fmt: skip
        return self.done(f"The report is part of case {case.reference}.")


class ChangePart(FormPage):
    rule = ASB_MEMBER
    template = "asbpanel/change_part.html"
    title = "Change what the panel knows of the case"
    form_class = CaseForm

    def load(self, reference: str) -> None:
        self.case = self.find(Case, reference)
        self.part = queries.part_of(self.viewer, self.case)
        if self.part is None:
            raise Http404
        check_can_triage(self.viewer, self.case.panel_id)

    def version(self) -> int:
        return self.part.version

    def form_options(self) -> dict:
        return {"initial": {name: getattr(self.part, name) for name in CaseForm.field_order}}

    def context(self) -> dict:
        return {"case": self.case}

    def act(self, form) -> str:
        details = commands.AsbDetails(**form.cleaned_data)
        commands.change_part(by=self.viewer, part=self.part, details=details, version=self.sent_version)
        messages.success(self.request, "The case was changed.")
        return reverse("case", args=[self.case.reference])


class Incidents(Page):
    rule = ASB_MEMBER
    template = "asbpanel/incidents.html"
    title = "Incidents by place and month"

    def context(self) -> dict:
        span = incidents.span(self.viewer)
        if span is None:
            return {"table": None}
        known = _all_months(*span)
        form = IncidentFilter(self.request.GET or None, months=known, areas=incidents.areas(self.viewer))
        if form.is_bound and not form.is_valid():
            return {"table": None, "filter_form": form, "imported": True}
        given = form.cleaned_data if form.is_bound else {}
        months = _chosen_months(given, span)
        table = incidents.table(self.viewer, months, by=given.get("by") or "place", area=given.get("area", ""))
        page = Paginator(table.rows, PAGE_SIZE).get_page(self.request.GET.get("page"))
        return {
            "table": table, "page": page, "filter_form": form, "imported": True, "by_area": given.get("by") == "area",
            "clipped": bool(given.get("first")) and months[0] > date.fromisoformat(f"{given['first']}-01"),
        }  # fmt: skip


def _all_months(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [incidents.month_before(last, back) for back in range(count)][::-1]


def _chosen_months(given: dict, span: tuple[date, date]) -> tuple[date, ...]:
    last = date.fromisoformat(f"{given['last']}-01") if given.get("last") else span[1]
    first = date.fromisoformat(f"{given['first']}-01") if given.get("first") else incidents.month_before(last, 11)
    return incidents.months_between(max(first, span[0]) if first <= last else last, last)


urls = [
    path("reports/", Reports.as_view(), name="asb_reports"),
    path("reports/new/", NewReport.as_view(), name="asb_new_report"),
    path("reports/<str:reference>/", ReportPage.as_view(), name="asb_report"),
    path("reports/<str:reference>/decide/", Decide.as_view(), name="asb_decide"),
    path("reports/<str:reference>/undo/", Undo.as_view(), name="asb_undo"),
    path("reports/<str:reference>/open-case/", OpenCase.as_view(), name="asb_open_case"),
    path("reports/<str:reference>/join/", Join.as_view(), name="asb_join"),
    path("cases/<str:reference>/change/", ChangePart.as_view(), name="asb_change_part"),
    path("incidents/", Incidents.as_view(), name="asb_incidents"),
]
