"""Pages: sealing a case, its readers, and unsealing it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from casework.access.guards import check_can_run_office
from casework.commands import sealing
from casework.forms.sealing import ReadersForm, UnsealForm
from casework.models import Case
from casework.queries.sealing import possible_readers, readers_of, readers_with_office, seal_of, what_ends
from casework.views.base import FormPage
from casework.views.rules import OFFICE


class OfCase(FormPage):
    """What the pages about a seal share: a case of the viewer's office, sealed or not."""

    abstract = True
    form_class = ReadersForm
    sealed = True

    def load(self, reference: str) -> None:
        self.case = self.find(Case, reference, "panel")
        check_can_run_office(self.viewer, self.case.panel_id)
        self.readers = readers_of(self.viewer, self.case)

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if (seal_of(self.viewer, self.case) is not None) != self.sealed:
            raise Http404
        return super().get(request, *args, **kwargs)

    def version(self) -> int:
        return self.case.version

    def context(self) -> dict:
        return {"case": self.case, "readers": self.readers}


class SealCase(OfCase):
    """Seal a case: who reads it from now on, and who no longer does."""

    rule = OFFICE
    template = "casework/sealing/seal.html"
    title = "Seal this case"
    sealed = False

    def form_options(self) -> dict:
        memberships = possible_readers(self.viewer, self.case)
        return {"memberships": memberships, "offices": readers_with_office(self.case.panel, memberships)}

    def context(self) -> dict:
        return super().context() | {"ending": what_ends(self.viewer, self.case)}

    def act(self, form) -> str:
        sealing.seal(
            by=self.viewer, case=self.case, readers=form.chosen(), reason=form.cleaned_data["reason"], version=self.sent_version
        )  # fmt: skip
        return self._leads_to(form)

    def _leads_to(self, form) -> str:
        reads = any(one.user_id == self.viewer.user_id for one in form.chosen())
        return reverse("case", args=[self.case.reference]) if reads else reverse("cases")


class CaseReaders(SealCase):
    """Name the readers of a sealed case anew."""

    rule = OFFICE
    template = "casework/sealing/readers.html"
    title = "Readers of this sealed case"
    sealed = True

    def form_options(self) -> dict:
        reading = [str(reader.membership_id) for reader in self.readers]
        return super().form_options() | {"initial": {"readers": reading}}

    def act(self, form) -> str:
        sealing.change_readers(
            by=self.viewer, case=self.case, readers=form.chosen(), reason=form.cleaned_data["reason"], version=self.sent_version
        )  # fmt: skip
        return self._leads_to(form)


class UnsealCase(OfCase):
    """Unseal a case: the office reads it again."""

    rule = OFFICE
    template = "casework/sealing/unseal.html"
    title = "Unseal this case"
    form_class = UnsealForm

    def act(self, form) -> str:
        sealing.unseal(by=self.viewer, case=self.case, reason=form.cleaned_data["reason"], version=self.sent_version)
        return reverse("case", args=[self.case.reference])


urls: list[URLPattern] = [
    path("cases/<str:reference>/seal/", SealCase.as_view(), name="case_seal"),
    path("cases/<str:reference>/readers/", CaseReaders.as_view(), name="case_readers"),
    path("cases/<str:reference>/unseal/", UnsealCase.as_view(), name="case_unseal"),
]
