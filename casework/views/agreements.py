"""Pages: sharing agreements, their versions and reviews, and the agencies that take part."""

from django.contrib import messages
from django.http import Http404
from django.urls import path, reverse

from casework.access.agreements import can_keep_agreement, can_make_agreement, check_can_keep_agreement
from casework.access.policies import AGENCY_UNDER_AGREEMENT_MOVES, NotNow, unchecked
from casework.commands import agreements as commands
from casework.forms.agreements import (
    AgreementForm,
    ChecksForm,
    ConfirmForm,
    LeaveForm,
    MoveForm,
    ProposeForm,
    ReviewForm,
    SignatureForm,
    VersionForm,
)
from casework.models import AgreementParty, DueDiligence, Panel
from casework.queries import agreements as queries
from casework.queries.calendar import say_day
from casework.views.base import FormPage, Page
from casework.views.rules import GOVERNS_PARTNERSHIP, KEEPS_AGREEMENTS

State = AgreementParty.State


class AgreementList(Page):
    """The agreements of the partnership."""

    rule = KEEPS_AGREEMENTS
    template = "casework/agreements/list.html"
    title = "Sharing agreements"

    def context(self) -> dict:
        return {"agreements": queries.agreements(self.viewer), "may_make": can_make_agreement(self.viewer)}


class AgreementNew(FormPage):
    """Adds an agreement; its first version follows."""

    rule = GOVERNS_PARTNERSHIP
    template = "casework/agreements/new.html"
    title = "Add a sharing agreement"
    form_class = AgreementForm

    def form_options(self) -> dict:
        return {"panels": list(Panel.objects.filter(partnership_id=self.viewer.partnership_id).order_by("name"))}

    def act(self, form) -> str:
        made = commands.make_agreement(by=self.viewer, title=form.cleaned_data["title"], panels=form.chosen)
        messages.success(self.request, "The agreement was added. Make its first version now.")
        return reverse("agreement", args=[queries.code_of("agreement", made.pk)])


class OfAgreement(Page):
    """A page about one agreement."""

    abstract = True

    def load(self, code: str) -> None:
        found = queries.agreement_by_code(self.viewer, code)
        if found is None:
            raise Http404
        self.shown: queries.Shown = found

    def context(self) -> dict:
        return {"shown": self.shown, "may_keep": can_keep_agreement(self.viewer, self.shown.agreement)}

    def done(self, text: str) -> str:
        messages.success(self.request, text)
        return reverse("agreement", args=[self.shown.code])


class AgreementPage(OfAgreement):
    """One agreement: the version in force, who has signed which, what each agency lacks."""

    rule = KEEPS_AGREEMENTS
    template = "casework/agreements/agreement.html"
    title = "Sharing agreement"


class ChangeAgreement(OfAgreement, FormPage):
    """A form about one agreement, for who keeps it."""

    abstract = True
    template = "casework/agreements/change.html"
    submit = "Save"
    intro = ""

    def load(self, code: str) -> None:
        super().load(code)
        check_can_keep_agreement(self.viewer, self.shown.agreement)

    def context(self) -> dict:
        return {**super().context(), "submit": self.submit, "intro": self.intro}


class VersionNew(ChangeAgreement):
    """Makes the next version."""

    rule = KEEPS_AGREEMENTS
    title = "New version"
    form_class = VersionForm
    submit = "Make the version"
    intro = (
        "From its first day this version takes the place of the one before. Agencies that signed the version before have the days of "
        "grace to sign this one; then they are given nothing until they do."
    )

    def form_options(self) -> dict:
        coming = self.shown.coming[:1]
        return {"before": coming[0] if coming else self.shown.version}

    def act(self, form) -> str:
        version = commands.new_version(by=self.viewer, agreement=self.shown.agreement, details=form.details())
        return self.done(f"Version {version.number} was made. Record each agency's signature of it.")


class ReviewOff(ChangeAgreement):
    """Puts the review of the version in force off."""

    rule = KEEPS_AGREEMENTS
    title = "Put the review off"
    form_class = ReviewForm
    submit = "Put the review off"

    def load(self, code: str) -> None:
        super().load(code)
        if self.shown.version is None or self.shown.review.until is None:
            raise NotNow("No version with a review date is in force, so there is nothing to put off.")

    def version(self) -> int | None:
        return self.shown.version.version

    def context(self) -> dict:
        return {**super().context(), "intro": f"The review is due by {say_day(self.shown.review.until)}."}

    def act(self, form) -> str:
        given = form.cleaned_data
        commands.put_review_off(
            by=self.viewer, version=self.shown.version, until=given["until"], reason=given["reason"], seen=self.sent_version
        )  # fmt: skip
        return self.done("The review was put off.")


class AgencyPropose(ChangeAgreement):
    """Proposes an agency of the partnership."""

    rule = KEEPS_AGREEMENTS
    title = "Propose an agency"
    form_class = ProposeForm
    submit = "Propose it"
    intro = "A proposed agency is given nothing. Checks and its signature come first."

    def load(self, code: str) -> None:
        super().load(code)
        self.agencies = queries.not_yet_under(self.viewer, self.shown.agreement)
        if not self.agencies:
            raise NotNow("Every agency of the partnership has a place under this agreement.")

    def form_options(self) -> dict:
        return {"agencies": self.agencies}

    def act(self, form) -> str:
        party = commands.propose_agency(by=self.viewer, agreement=self.shown.agreement, agency=form.chosen)
        messages.success(self.request, "The agency was proposed.")
        return reverse("agreement_agency", args=[queries.code_of("agreement agency", party.pk)])


class OfAgency(Page):
    """A page about one agency under one agreement."""

    abstract = True

    def load(self, code: str) -> None:
        found = queries.agency_by_code(self.viewer, code)
        if found is None:
            raise Http404
        self.shown, self.line = found
        self.party = self.line.party

    def context(self) -> dict:
        return {
            "shown": self.shown,
            "line": self.line,
            "party": self.party,
            "may_keep": can_keep_agreement(self.viewer, self.shown.agreement),
        }

    def done(self, text: str) -> str:
        messages.success(self.request, text)
        return reverse("agreement_agency", args=[self.line.code])


class AgencyPage(OfAgency):
    """Where an agency stands under an agreement, and what it lacks."""

    rule = KEEPS_AGREEMENTS
    template = "casework/agreements/agency.html"
    title = "Agency under an agreement"

    def context(self) -> dict:
        steps = AGENCY_UNDER_AGREEMENT_MOVES[self.party.state]
        return {
            **super().context(),
            "done": [check.label for check in DueDiligence if check.value in self.party.checks],
            "open": unchecked(self.party.checks),
            "may_sign": self.party.state != State.LEFT and bool(queries.signable(self.shown, self.line)),
            "may_check": self.party.state != State.LEFT,
            "may_move": any(to != State.LEFT for to in steps),
            "may_leave": State.LEFT in steps and self.party.agency_id != self.viewer.agency_id,
            "copies_open": self.party.state == State.LEFT and self.party.copies_returned_at is None,
        }


class ChangeAgency(OfAgency, FormPage):
    """A form about one agency, for who keeps the agreement."""

    abstract = True
    template = "casework/agreements/change_agency.html"
    submit = "Save"
    intro = ""

    def load(self, code: str) -> None:
        super().load(code)
        check_can_keep_agreement(self.viewer, self.shown.agreement)

    def version(self) -> int:
        return self.party.version

    def context(self) -> dict:
        return {**super().context(), "submit": self.submit, "intro": self.intro}


class Sign(ChangeAgency):
    """Records an agency's signature."""

    rule = KEEPS_AGREEMENTS
    title = "Record a signature"
    form_class = SignatureForm
    submit = "Record the signature"

    def load(self, code: str) -> None:
        super().load(code)
        self.versions = queries.signable(self.shown, self.line)
        if self.request.method == "GET" and not self.versions:
            raise NotNow("This agency has signed every version that it can sign.")

    def form_options(self) -> dict:
        return {"versions": self.versions}

    def act(self, form) -> str:
        given = form.cleaned_data
        commands.record_signature(
            by=self.viewer, party=self.party, version=form.chosen, signatory=given["signatory"], signed_on=given["signed_on"]
        )  # fmt: skip
        return self.done("The signature was recorded.")


class Checks(ChangeAgency):
    """Records which checks are done."""

    rule = KEEPS_AGREEMENTS
    title = "Checks on an agency"
    form_class = ChecksForm

    def form_options(self) -> dict:
        return {"party": self.party}

    def act(self, form) -> str:
        commands.record_checks(by=self.viewer, party=self.party, done=form.cleaned_data["done"], seen=self.sent_version)
        return self.done("The checks were recorded.")


class Move(ChangeAgency):
    """Moves an agency one step."""

    rule = KEEPS_AGREEMENTS
    title = "Change where an agency stands"
    form_class = MoveForm
    intro = "It counts from everybody's next page. Only an active agency with a signature in force is given anything."

    def form_options(self) -> dict:
        return {"party": self.party}

    def act(self, form) -> str:
        commands.move_agency(by=self.viewer, party=self.party, seen=self.sent_version, **form.cleaned_data)
        return self.done("The change was recorded.")


class Leave(ChangeAgency):
    """Says what will end, then ends it."""

    rule = KEEPS_AGREEMENTS
    template = "casework/agreements/leave.html"
    title = "An agency leaves"
    form_class = LeaveForm
    submit = "End its access now"

    def context(self) -> dict:
        return {**super().context(), "people": queries.people_at(self.party.agency_id)}

    def act(self, form) -> str:
        reason = form.cleaned_data["reason"]
        commands.leave(by=self.viewer, party=self.party, reason=reason, seen=self.sent_version)
        return self.done("The agency has left. Its access has ended. Ask it what becomes of its copies.")


class Copies(ChangeAgency):
    """An agency that left has returned or destroyed its copies."""

    rule = KEEPS_AGREEMENTS
    title = "Copies returned or destroyed"
    form_class = ConfirmForm
    intro = "Record this once the agency has confirmed that every pack, print and file it was given has been returned or destroyed."

    def act(self, form) -> str:
        commands.record_copies(by=self.viewer, party=self.party, seen=self.sent_version)
        return self.done("It was recorded.")


urls = [
    path("agreements/", AgreementList.as_view(), name="agreements"),
    path("agreements/new/", AgreementNew.as_view(), name="agreement_new"),
    path("agreements/<str:code>/", AgreementPage.as_view(), name="agreement"),
    path("agreements/<str:code>/version/", VersionNew.as_view(), name="agreement_version_new"),
    path("agreements/<str:code>/review/", ReviewOff.as_view(), name="agreement_review"),
    path("agreements/<str:code>/propose/", AgencyPropose.as_view(), name="agreement_propose"),
    path("agreement-agencies/<str:code>/", AgencyPage.as_view(), name="agreement_agency"),
    path("agreement-agencies/<str:code>/sign/", Sign.as_view(), name="agreement_sign"),
    path("agreement-agencies/<str:code>/checks/", Checks.as_view(), name="agreement_checks"),
    path("agreement-agencies/<str:code>/state/", Move.as_view(), name="agreement_move"),
    path("agreement-agencies/<str:code>/leave/", Leave.as_view(), name="agreement_leave"),
    path("agreement-agencies/<str:code>/copies/", Copies.as_view(), name="agreement_copies"),
]
