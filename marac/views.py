"""Pages of a MARAC alone: a new referral, a new assessment, and an adviser's try to reach a client."""

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone

from casework.access.guards import Refused
from casework.access.scope import one_or_404, visible
from casework.access.viewer import Viewer
from casework.commands.assessments import version_in_force
from casework.models import Assessment, Case, Panel, Referral
from casework.queries.cases import reads_whole_case
from casework.views.base import FormPage
from casework.views.rules import SPEAKS
from marac.commands import assess, record_contact, submit_referral
from marac.forms import AssessmentForm, ContactForm, ReferralForms
from marac.queries import KIND, contacts_of, panels_to_refer_to, safe_channels

INSTRUMENT = "checklist-24"


class NewReferral(FormPage):
    """One page for all that a referral needs, grouped; nothing typed is lost when something is refused."""

    rule = SPEAKS
    template = "marac/new_referral.html"
    title = "New MARAC referral"
    form_class = ReferralForms

    def load(self, panel: str = "") -> None:
        panels = panels_to_refer_to(self.viewer)
        self.panels = [one for one in panels if panel in ("", one.slug)]
        if not self.panels:
            raise Refused("Your role does not refer to a MARAC.")
        self.panel: Panel = self.panels[0]

    def form_options(self) -> dict:
        return {"version": version_in_force(INSTRUMENT, timezone.localdate())}

    def context(self) -> dict:
        return {"panel": self.panel, "panels": self.panels}

    def act(self, form: ReferralForms) -> str:
        referral = submit_referral(
            by=self.viewer, panel=self.panel, details=form.details(), marac=form.marac(), assessment=form.assessment()
        )
        messages.success(
            self.request,
            "The referral is with the panel’s office and the IDVA service. If the risk is immediate, act now: the meeting is not an emergency service.",
        )
        return reverse("referral", args=[referral.reference])


def of_a_marac(viewer: Viewer, model: type[Referral] | type[Case], reference: str) -> Referral | Case:
    """A referral or case of a MARAC that the viewer may see; 404 for one of another kind of panel too."""
    rows = visible(viewer, model).filter(panel__kind=KIND).select_related("panel")
    return one_or_404(rows, reference=reference)


class AssessAgain(FormPage):
    """A new assessment of a referral or case; the earlier ones stay as they were."""

    rule = SPEAKS
    template = "marac/assess.html"
    form_class = AssessmentForm
    model = Referral

    def load(self, reference: str) -> None:
        self.record_of = of_a_marac(self.viewer, self.model, reference)
        self.where = {self.model._meta.model_name: self.record_of}
        if self.model is Case and not reads_whole_case(self.viewer, self.record_of):
            raise Refused("Your reason to be in this case does not reach its risk.")
        self.title = f"New assessment: {self.model._meta.model_name} {reference}"

    def form_options(self) -> dict:
        return {"version": version_in_force(INSTRUMENT, timezone.localdate())}

    def context(self) -> dict:
        latest = visible(self.viewer, Assessment).filter(**self.where).order_by("-assessed_on", "-pk").first()
        return {"back_url": self.back(), "latest": latest}

    def back(self) -> str:
        return reverse(self.model._meta.model_name, args=[self.record_of.reference])

    def act(self, form: AssessmentForm) -> str:
        assess(by=self.viewer, details=form.details(), **self.where)
        messages.success(self.request, "The assessment is signed. Earlier ones stay as they were.")
        return self.back()


class AssessCaseAgain(AssessAgain):
    """As for a referral, on a case."""

    rule = SPEAKS
    model = Case


class RecordContact(FormPage):
    """The adviser notes a try to reach her client. Only her service reads it."""

    rule = SPEAKS
    template = "marac/contact.html"
    form_class = ContactForm
    model = Referral

    def load(self, reference: str) -> None:
        self.record_of = of_a_marac(self.viewer, self.model, reference)
        self.where = {self.model._meta.model_name: self.record_of}
        if self.viewer.role != "idva":
            raise Refused("Only an adviser of the IDVA service records how she tried to reach a client.")
        self.title = f"Reach the client: {self.model._meta.model_name} {reference}"

    def context(self) -> dict:
        return {
            "back_url": reverse(self.model._meta.model_name, args=[self.record_of.reference]),
            "channels": safe_channels(self.viewer, **self.where),
            "contacts": contacts_of(self.viewer, **self.where),
        }

    def act(self, form: ContactForm) -> str:
        record_contact(by=self.viewer, **form.cleaned_data, **self.where)
        messages.success(self.request, "The contact is recorded.")
        return reverse(self.model._meta.model_name, args=[self.record_of.reference])


class RecordCaseContact(RecordContact):
    """As for a referral, on a case."""

    rule = SPEAKS
    model = Case
