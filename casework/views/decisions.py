"""Pages: why a case was shared, under which power, who may read it now, and sharing it outside a meeting."""

from django.contrib import messages
from django.urls import URLPattern, path, reverse

from casework.access.guards import can_run_office, check_can_run_office
from casework.commands.sharing import give_case, share_statements
from casework.forms.decisions import GiveCaseForm, ShareStatementsForm
from casework.models import Case
from casework.queries.cases import decisions_of, grants_of
from casework.queries.research import reliance
from casework.queries.sharing import may_be_given, own_statements, readers_of
from casework.views.base import FormPage, Page
from casework.views.cases import parts_of
from casework.views.rules import OFFICE, PANEL_MEMBER, SPEAKS


class Decisions(Page):
    """The disclosure decisions of one case, and the grants that stand on them."""

    rule = PANEL_MEMBER
    template = "casework/decisions/decisions.html"

    def load(self, reference: str) -> None:
        self.case = self.find(Case, reference, "panel")
        self.title = f"Sharing of case {self.case.reference}"

    def context(self) -> dict:
        return {
            "case": self.case,
            "status": self.case.panel.plugin.status_label(self.case.status),
            "parts": parts_of(self.case, "decisions"),
            "decisions": decisions_of(self.viewer, self.case),
            "grants": grants_of(self.viewer, self.case),
            "may_give": can_run_office(self.viewer, self.case.panel_id),
            "may_share": self.viewer.speaks_for is not None,
        }


class GiveCase(FormPage):
    """The office gives one case to agencies outside a meeting."""

    rule = OFFICE
    template = "casework/decisions/share.html"
    title = "Give this case to agencies"
    form_class = GiveCaseForm
    submit = "Give the case"
    nobody = "Every agency with a seat and a live signature reads this case already."

    def load(self, reference: str) -> None:
        self.case = self.find(Case, reference, "panel")
        check_can_run_office(self.viewer, self.case.panel_id)
        self.agencies = may_be_given(self.viewer, self.case)

    def form_options(self) -> dict:
        return {"agencies": self.agencies, "rely": reliance(self.case.panel, self.viewer.agency_id, self.agencies)}

    def context(self) -> dict:
        return {
            "case": self.case, "status": self.case.panel.plugin.status_label(self.case.status), "agencies": self.agencies,
            "submit": self.submit, "nobody": self.nobody, "parts": parts_of(self.case, "decisions"),
        }  # fmt: skip

    def act(self, form) -> str:
        given = form.cleaned_data
        give_case(
            by=self.viewer, case=self.case, agencies=form.chosen_agencies, until=given["until"], reach=int(given["reach"]),
            answers=form.all_answers(),
        )  # fmt: skip
        messages.success(self.request, "The case was given. The decision stands below.")
        return reverse("decisions", args=[self.case.reference])


class ShareStatements(GiveCase):
    """An agency shares statements of its own with others that read the case."""

    rule = SPEAKS
    title = "Share statements of your agency"
    form_class = ShareStatementsForm
    submit = "Share the statements"
    nobody = "No other agency reads this case now. The panel's office can give it to one."

    def load(self, reference: str) -> None:
        self.case = self.find(Case, reference, "panel")
        self.agencies = readers_of(self.viewer, self.case)

    def form_options(self) -> dict:
        return super().form_options() | {"items": list(own_statements(self.viewer, self.case))}

    def act(self, form) -> str:
        share_statements(
            by=self.viewer, case=self.case, agencies=form.chosen_agencies, items=form.chosen, fresh=form.fresh,
            answers=form.all_answers(),
        )  # fmt: skip
        messages.success(self.request, "The statements were shared. Your agency's decision stands below.")
        return reverse("decisions", args=[self.case.reference])


urls: list[URLPattern] = [
    path("cases/<str:reference>/decisions/", Decisions.as_view(), name="decisions"),
    path("cases/<str:reference>/give/", GiveCase.as_view(), name="case_give"),
    path("cases/<str:reference>/share/", ShareStatements.as_view(), name="case_share"),
]
