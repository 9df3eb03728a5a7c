"""Pages: why a case was shared, under which power, and who may read it now."""

from django.urls import URLPattern, path

from casework.models import Case
from casework.queries.cases import decisions_of, grants_of
from casework.views.base import Page
from casework.views.cases import parts_of
from casework.views.rules import PANEL_MEMBER


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
        }


urls: list[URLPattern] = [path("cases/<str:reference>/decisions/", Decisions.as_view(), name="decisions")]
