"""Pages: access that runs out, for the panel's office: renewed with a sentence why, let run out, or ended."""

from django.http import Http404
from django.urls import URLPattern, path, reverse

from casework.commands import renewals as commands
from casework.forms.reviews import LEAVE, RENEW, RenewalForm
from casework.queries.grants import renewal_by_code, renewals
from casework.views.base import FormPage, Page
from casework.views.rules import OFFICE


class Renewals(Page):
    """Grants that run out within 30 days or ran out within the last 14, with how often each was used."""

    rule = OFFICE
    template = "casework/grants/renewals.html"
    title = "Access that runs out"

    def context(self) -> dict:
        return {"lines": renewals(self.viewer)}


class RenewalPage(FormPage):
    """One grant: renew it, let it run out, or end it."""

    rule = OFFICE
    template = "casework/grants/renewal.html"
    title = "Access that runs out"
    form_class = RenewalForm

    def load(self, code: str) -> None:
        found = renewal_by_code(self.viewer, code)
        if found is None:
            raise Http404
        self.line = found

    def form_options(self) -> dict:
        return {"ran_out": self.line.ran_out}

    def version(self) -> int:
        return self.line.grant.version

    def context(self) -> dict:
        return {"line": self.line}

    def act(self, form) -> str:
        what, data = {"by": self.viewer, "grant": self.line.grant, "version": self.sent_version}, form.cleaned_data
        if data["decision"] == RENEW:
            commands.renew(**what, months=data["months"], why=data["why"])
        elif data["decision"] == LEAVE:
            commands.let_run_out(**what)
        else:
            commands.end_now(**what, why=data["why_end"])
        return reverse("renewals")


urls: list[URLPattern] = [
    path("access/renewals/", Renewals.as_view(), name="renewals"),
    path("access/renewals/<str:code>/", RenewalPage.as_view(), name="renewal"),
]
