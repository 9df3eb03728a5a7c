"""Pages: the list of referrals, one referral, and each step that the office, the referring agency or the adviser takes with it."""

import django_filters
from django.contrib import messages
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse

from casework.access.guards import (
    check_can_decide_not_to_accept,
    check_can_run_office,
    check_can_speak_for,
    check_can_take_on,
)
from casework.commands import referrals, screening
from casework.commands.matching import check_referral
from casework.filters import UKDateFilter, ViewerFilterSet
from casework.forms.referrals import AcceptForm, AnswerForm, EmptyForm, MatchesForm, NotAcceptForm, ReasonForm
from casework.models import MatchProposal, Panel, Referral
from casework.queries import referrals as read
from casework.queries.decisions import choices_here
from casework.queries.imports import imported_note
from casework.views.base import FormPage, ListPage, Page
from casework.views.rules import OFFICE, PANEL_MEMBER, SPEAKS

COLOURS = {
    Referral.Status.SUBMITTED: "blue", Referral.Status.RETURNED: "amber", Referral.Status.ACCEPTED: "green", Referral.Status.NOT_ACCEPTED: "red",
}  # fmt: skip
MINE = [("mine", "Made by me"), ("agency", "Made by my agency"), ("adviser", "Clients I took on")]


class ReferralFilter(ViewerFilterSet):
    """By panel, status, whose, and the day of the referral."""

    panel = django_filters.ModelChoiceFilter(
        label="Panel", queryset=Panel.objects.none(), to_field_name="slug", empty_label="Any"
    )
    status = django_filters.ChoiceFilter(label="Status", choices=Referral.Status.choices, empty_label="Any")
    whose = django_filters.ChoiceFilter(label="Whose", choices=MINE, method="by_whom", empty_label="Any")
    referred_from = UKDateFilter(field_name="referred_on", lookup_expr="gte", label="Referred from")
    referred_to = UKDateFilter(field_name="referred_on", lookup_expr="lte", label="Referred to")

    class Meta:
        model = Referral
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["panel"].queryset = Panel.objects.filter(pk__in=self.viewer.panels).order_by("name")
        self.filters["panel"].field.label_from_instance = lambda panel: panel.name

    def by_whom(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        columns = {
            "mine": {"referrer_id": self.viewer.user_id},
            "agency": {"agency_id": self.viewer.agency_id},
            "adviser": {"adviser_id": self.viewer.user_id},
        }
        return rows.filter(**columns[value])


class ReferralList(ListPage):
    """The referrals that the viewer may see, newest first."""

    rule = PANEL_MEMBER
    template = "casework/referrals/list.html"
    title = "Referrals"
    filter_class = ReferralFilter

    def rows(self) -> QuerySet:
        rows = read.referral_rows(self.viewer)
        return rows if self.request.GET.get("status") else rows.exclude(status=Referral.Status.IMPORT_ENDED)

    def context(self) -> dict:
        found = super().context()
        found["lines"] = [(row, COLOURS.get(row.status, "grey")) for row in found["rows"]]
        return found


class OfReferral(Page):
    """A page about one referral that the viewer may see."""

    abstract = True
    rule = PANEL_MEMBER
    heading = "Referral"

    def load(self, reference: str) -> None:
        self.referral = self.find(Referral, reference, "panel", "agency", "referrer", "adviser", "idva_service")
        self.title = f"{self.heading} {self.referral.reference}"
        self.check()

    def check(self) -> None:
        """Who may open it; raises `Refused`."""

    def context(self) -> dict:
        referral = self.referral
        return {
            "referral": referral,
            "colour": COLOURS.get(referral.status, "grey"),
            "referral_url": reverse("referral", args=[referral.reference]),
        }


class ReferralPage(OfReferral):
    """Everything of a referral that the viewer may read, with the steps that are hers."""

    template = "casework/referrals/referral.html"

    def context(self) -> dict:
        referral, viewer = self.referral, self.viewer
        steps = read.steps_for(viewer, referral)
        plugin = referral.panel.plugin
        return {
            **super().context(),
            "people": read.people_of(viewer, referral),
            "banner": read.banner_of(viewer, referral),
            "decisions": read.decisions_of(viewer, referral),
            "matches": read.matches_of(viewer, referral),
            "kept_from": read.matches_kept_from(viewer, referral),
            "steps": steps,
            "is_office": viewer.holds(referral.panel_id),
            "any_step": any(steps.values()),
            "case_link": read.case_reference(viewer, referral),
            "imported": imported_note(viewer, referral),
            "kind_template": plugin.referral_template,
            **plugin.referral_context(viewer, referral),
        }


class StepPage(OfReferral, FormPage):
    """One step with one form; its command is called with the referral as the form showed it."""

    abstract = True
    rule = OFFICE
    template = "casework/referrals/step.html"
    form_class = EmptyForm
    submit = "Save"
    explains = ""
    warns = ""
    done = ""

    def check(self) -> None:
        check_can_run_office(self.viewer, self.referral.panel_id)

    def version(self) -> int:
        return self.referral.version

    def context(self) -> dict:
        return super().context() | {
            "submit": self.submit,
            "explains": self.explains,
            "warns": self.warns,
            "heading": self.heading,
        }

    def act(self, form) -> str:
        self.command(form)
        messages.success(self.request, self.done)
        return reverse("referral", args=[self.referral.reference])

    def command(self, form) -> None:
        raise NotImplementedError

    @property
    def about(self) -> dict:
        """What every command of a step takes."""
        return {"by": self.viewer, "referral": self.referral, "version": self.sent_version}


class CheckNow(StepPage):
    """Runs the repeat and identity check at once, where the worker has not yet."""

    heading = "Check for repeats: referral"
    explains = "The check looks for earlier referrals and cases of this panel that may concern the same people. It decides nothing."
    submit = "Check now"
    done = "The check has run."

    def command(self, form) -> None:
        check_referral(referral_id=self.referral.pk, asked_by_id=self.viewer.user_id)


class Matches(StepPage):
    """The proposed matches with their evidence, each with its decision."""

    heading = "Matches of referral"
    template = "casework/referrals/matches.html"
    form_class = MatchesForm
    submit = "Save decisions"
    done = "Your decisions are saved."

    def form_options(self) -> dict:
        return {"proposals": read.proposals_of(self.viewer, self.referral)}

    def show(self, status: int = 200, **extra):
        views = read.matches_of(self.viewer, self.referral)
        form = extra["form"]
        return super().show(status, matches=[(view, form[f"match_{view.number}"]) for view in views], **extra)

    def command(self, form) -> None:
        screening.decide_matches(**self.about, decisions=form.decisions())


class Accept(StepPage):
    """Accepting: the case that opens or goes on, and the decision to share it with the IDVA service."""

    heading = "Accept referral"
    template = "casework/referrals/accept.html"
    form_class = AcceptForm
    submit = "Accept the referral"

    def form_options(self) -> dict:
        service = self.referral.idva_service
        return {"choices": choices_here(self.viewer, self.referral.panel, [service]) if service else None}

    def context(self) -> dict:
        proposals = read.proposals_of(self.viewer, self.referral)
        accepted = [p for p in proposals if p.decision == MatchProposal.Decision.ACCEPTED]
        undecided = sum(p.decision == MatchProposal.Decision.OPEN for p in proposals)
        kept_from = read.matches_kept_from(self.viewer, self.referral)
        ready = self.referral.checked_at is not None and not undecided and not kept_from
        case = screening.case_to_go_on_with(accepted)
        return super().context() | {
            "ready": ready,
            "kept_from": kept_from,
            "undecided": undecided,
            "goes_on_with": case,
            "linked": len(accepted),
        }

    def act(self, form) -> str:
        case = screening.accept(**self.about, sharing=form.sharing())
        messages.success(self.request, f"The referral is accepted. It stands in case {case.reference}.")
        return reverse("case", args=[case.reference])


class AskForMore(StepPage):
    """Gives the referral back with a question."""

    heading = "Ask for more information: referral"
    form_class = ReasonForm
    explains = (
        "The referring agency reads your question. The date of the referral stays, and the IDVA service has it already."
    )
    submit = "Send the question"
    done = "The referring agency has been asked."

    def form_options(self) -> dict:
        return {"label": "What does the panel need to know?"}

    def command(self, form) -> None:
        screening.ask_for_more(**self.about, reason=form.cleaned_data["reason"])


class Duplicate(StepPage):
    """The same incident was referred already."""

    heading = "Duplicate: referral"
    form_class = ReasonForm
    warns = "The referral ends here; this cannot be undone. Both referring agencies stay recorded."
    submit = "Mark as a duplicate"
    done = "The referral is marked as a duplicate."

    def form_options(self) -> dict:
        return {
            "label": "Which referral does it repeat, and how do you know?",
            "hint": "Name the other referral by its reference.",
        }

    def command(self, form) -> None:
        screening.mark_duplicate(**self.about, reason=form.cleaned_data["reason"])


class NotAccept(StepPage):
    """The chair's decision not to accept."""

    heading = "Do not accept referral"
    form_class = NotAcceptForm
    warns = "Not accepting cannot be undone. A new referral can be made at any time. The agency that referred is told why and what was offered."
    submit = "Do not accept"
    done = "The referral is not accepted, and its agency is told."

    def check(self) -> None:
        check_can_decide_not_to_accept(self.viewer, self.referral.panel_id)

    def command(self, form) -> None:
        screening.do_not_accept(**self.about, **form.cleaned_data)


class TakeOn(StepPage):
    """The adviser takes the client on."""

    rule = SPEAKS
    heading = "Take on the client of referral"
    explains = "You become the adviser of this client. When the referral is accepted, the case is assigned to you."
    submit = "Take on"
    done = "You have taken this client on."

    def check(self) -> None:
        check_can_take_on(self.viewer, self.referral)

    def command(self, form) -> None:
        referrals.take_on(**self.about)


class AssignAdviser(StepPage):
    """Gives the case to the adviser who took the client on after it was accepted."""

    heading = "Assign the case of referral"
    explains = "The adviser who took the client on is given the case, behind the decision to share that was made on acceptance."
    submit = "Assign"
    done = "The case is assigned."

    def command(self, form) -> None:
        screening.assign_adviser(**self.about)


class Answer(StepPage):
    """The referring agency gives what was asked."""

    rule = SPEAKS
    heading = "Give more information: referral"
    template = "casework/referrals/answer.html"
    form_class = AnswerForm
    submit = "Send"
    done = "The panel's office has your answer."

    def check(self) -> None:
        check_can_speak_for(self.viewer, self.referral.agency_id)

    def form_options(self) -> dict:
        return {"initial": {"reason": self.referral.reason}}

    def context(self) -> dict:
        asked = [row for row in read.decisions_of(self.viewer, self.referral) if row.outcome == row.Outcome.RETURNED]
        return super().context() | {"asked": asked[0].reason if asked else ""}

    def command(self, form) -> None:
        referrals.answer(**self.about, reason=form.cleaned_data["reason"])


class Withdraw(StepPage):
    """The referring agency takes its referral back."""

    rule = SPEAKS
    heading = "Withdraw referral"
    form_class = ReasonForm
    warns = "This cannot be undone. A new referral can be made at any time."
    submit = "Withdraw"
    done = "The referral is withdrawn."

    def check(self) -> None:
        check_can_speak_for(self.viewer, self.referral.agency_id)

    def form_options(self) -> dict:
        return {"label": "Why is it withdrawn?"}

    def command(self, form) -> None:
        referrals.withdraw(**self.about, reason=form.cleaned_data["reason"])


urls: list[URLPattern] = [
    path("referrals/", ReferralList.as_view(), name="referrals"),
    path("referrals/<str:reference>/", ReferralPage.as_view(), name="referral"),
    path("referrals/<str:reference>/check/", CheckNow.as_view(), name="referral_check"),
    path("referrals/<str:reference>/matches/", Matches.as_view(), name="referral_matches"),
    path("referrals/<str:reference>/accept/", Accept.as_view(), name="referral_accept"),
    path("referrals/<str:reference>/ask/", AskForMore.as_view(), name="referral_ask"),
    path("referrals/<str:reference>/duplicate/", Duplicate.as_view(), name="referral_duplicate"),
    path("referrals/<str:reference>/not-accept/", NotAccept.as_view(), name="referral_not_accept"),
    path("referrals/<str:reference>/take-on/", TakeOn.as_view(), name="referral_take_on"),
    path("referrals/<str:reference>/assign/", AssignAdviser.as_view(), name="referral_assign"),
    path("referrals/<str:reference>/answer/", Answer.as_view(), name="referral_answer"),
    path("referrals/<str:reference>/withdraw/", Withdraw.as_view(), name="referral_withdraw"),
]
