"""Pages: asking whether another agency's statement may be used elsewhere, and answering."""

from django.contrib import messages
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse

from casework.access.guards import check_can_contact
from casework.access.scope import one_or_404, visible
from casework.commands.onward import answer_onward, ask_onward
from casework.forms.onward import AnswerForm, AskForm
from casework.models import Case, InformationItem, OnwardRequest
from casework.queries.onward import handling_words, onward_line, onward_lines, onward_requests, statements_of_others
from casework.views.base import FormPage, ListPage
from casework.views.rules import SPEAKS


class OnwardList(ListPage):
    """What her agency asked, and what it was asked."""

    rule = SPEAKS
    template = "casework/onward/list.html"
    title = "Use elsewhere"

    def rows(self) -> QuerySet:
        return onward_requests(self.viewer)

    def context(self) -> dict:
        found = super().context()
        lines = onward_lines(self.viewer, list(found["rows"]))
        mine = self.viewer.speaks_for
        found["asked_of_us"] = [line for line in lines if line.request.owner_id == mine]
        found["asked_by_us"] = [line for line in lines if line.request.agency_id == mine]
        return found


class Ask(FormPage):
    """From a case: ask whether a statement of another agency may be used elsewhere."""

    rule = SPEAKS
    template = "casework/onward/ask.html"
    title = "Ask whether you may use this elsewhere"
    form_class = AskForm

    def load(self, reference: str) -> None:
        self.case = self.find(Case, reference, "panel")
        check_can_contact(self.viewer, self.case)
        self.statements = list(statements_of_others(self.viewer, self.case))

    def form_options(self) -> dict:
        return {"statements": self.statements, "chosen": self.request.GET.get("item", "")}

    def context(self) -> dict:
        return {"case": self.case, "any": bool(self.statements)}

    def act(self, form: AskForm) -> str:
        item = form.statements[form.cleaned_data["item"]]
        asked = ask_onward(by=self.viewer, item=item, use=form.cleaned_data["use"])
        messages.success(
            self.request, f"Request {asked.reference} was sent. Until the agency agrees, you may not use the statement."
        )
        return reverse("onward")


class Answer(FormPage):
    """One request: read by both sides, answered by the agency whose statement it is."""

    rule = SPEAKS
    template = "casework/onward/request.html"
    title = "Request for use elsewhere"
    form_class = AnswerForm

    def load(self, reference: str) -> None:
        self.asked = one_or_404(onward_requests(self.viewer), reference=reference)

    def version(self) -> int:
        return self.asked.version

    def context(self) -> dict:
        row = self.asked
        case = one_or_404(visible(self.viewer, Case), pk=row.case_id)
        item = visible(self.viewer, InformationItem).filter(pk=row.item_id).select_related("agency").first()
        return {
            "line": onward_line(row, case.reference),
            "item": item,
            "handling": handling_words(item) if item else [],
            "may_answer": row.owner_id == self.viewer.speaks_for and row.state == OnwardRequest.State.ASKED,
        }

    def act(self, form: AnswerForm) -> str:
        given = form.cleaned_data
        answer_onward(
            by=self.viewer, request=self.asked, agreed=given["agreed"] == "yes", answer=given["answer"], version=self.sent_version
        )  # fmt: skip
        messages.success(self.request, "Your answer was sent to the agency that asked.")
        return reverse("onward")


urls: list[URLPattern] = [
    path("onward/", OnwardList.as_view(), name="onward"),
    path("onward/<str:reference>/", Answer.as_view(), name="onward_answer"),
    path("cases/<str:reference>/onward/", Ask.as_view(), name="case_onward"),
]
