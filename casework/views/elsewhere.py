"""Pages: settling that another panel's office was asked."""

from django.urls import URLPattern, path, reverse

from casework.access.scope import one_or_404, visible
from casework.commands.elsewhere import settle_elsewhere
from casework.forms.reviews import ConfirmForm
from casework.models import KnownElsewhere
from casework.views.base import FormPage
from casework.views.rules import OFFICE


class SettleElsewhere(FormPage):
    """The office of a case's panel has asked the office of another."""

    rule = OFFICE
    template = "casework/elsewhere/settle.html"
    title = "Known to another panel"
    form_class = ConfirmForm

    def load(self, reference: str, panel: str) -> None:
        rows = visible(self.viewer, KnownElsewhere).select_related("case", "panel")
        self.known = one_or_404(rows, case__reference=reference, panel__slug=panel)

    def context(self) -> dict:
        return {"known": self.known}

    def act(self, form) -> str:
        settle_elsewhere(by=self.viewer, known=self.known)
        return reverse("case", args=[self.known.case.reference])


urls: list[URLPattern] = [
    path("cases/<str:reference>/known-to/<str:panel>/", SettleElsewhere.as_view(), name="elsewhere"),
]
