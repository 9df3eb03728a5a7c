"""Pages: the quarterly review of who holds access, and the people of an agency, for who answers for it."""

from datetime import date

from django.http import Http404
from django.urls import URLPattern, path, reverse

from casework.commands import members as people
from casework.commands import reviews as commands
from casework.forms.reviews import ConfirmForm, LeavingForm, ReviewForm
from casework.queries.members import assigned_to, member_by_code, members_of, panels_without, takers
from casework.queries.reviews import late_agencies, lines_of, review_opened, reviews_of
from casework.views.base import FormPage, Page
from casework.views.rules import AGENCY_LEAD, REVIEWS


class Reviews(Page):
    """The reviews of one's own agency; for an office, which agencies on its panels have one open."""

    rule = REVIEWS
    template = "casework/reviews/list.html"
    title = "Access reviews"

    def context(self) -> dict:
        governs = self.viewer.governs_agency is not None
        return {"own": reviews_of(self.viewer), "governs": governs, "late": late_agencies(self.viewer)}


class ReviewPage(FormPage):
    """One review: each line is still needed, or is removed. What is not answered yet stays open."""

    rule = AGENCY_LEAD
    template = "casework/reviews/review.html"
    title = "Access review"
    form_class = ReviewForm

    def load(self, opened: str) -> None:
        try:
            review = review_opened(self.viewer, date.fromisoformat(opened))
        except ValueError as error:
            raise Http404 from error
        if review is None:
            raise Http404
        self.review, self.lines = review, lines_of(self.viewer, review)
        self.waiting = (
            [line for line in self.lines if not line.answer and line.in_force] if not review.closed_at else []
        )

    def form_options(self) -> dict:
        return {"lines": self.waiting}

    def context(self) -> dict:
        done = [line for line in self.lines if line not in self.waiting]
        return {"review": self.review, "waiting": self.waiting, "done": done}

    def act(self, form) -> str:
        review = commands.answer_lines(by=self.viewer, review=self.review, answers=form.answers())
        return reverse("reviews") if review.closed_at else reverse("review", args=[self.review.opened_on.isoformat()])


class People(Page):
    """Everybody who works for the agency that the viewer answers for."""

    rule = AGENCY_LEAD
    template = "casework/reviews/people.html"
    title = "People of your agency"

    def context(self) -> dict:
        return {"members": members_of(self.viewer)}


class MemberPage(FormPage):
    """What the pages about one person of the agency share."""

    abstract = True
    form_class = ConfirmForm

    def load(self, code: str) -> None:
        found = member_by_code(self.viewer, code)
        if found is None:
            raise Http404
        self.member = found

    def version(self) -> int:
        return self.member.membership.version

    def context(self) -> dict:
        return {"member": self.member}


class RenewMember(MemberPage):
    """The membership goes on for a year."""

    rule = AGENCY_LEAD
    template = "casework/reviews/renew.html"
    title = "Renew a membership"

    def act(self, form) -> str:
        people.renew_membership(by=self.viewer, membership=self.member.membership, version=self.sent_version)
        return reverse("people")


class ReopenMember(MemberPage):
    """An account that was silent for 45 days is opened again."""

    rule = AGENCY_LEAD
    template = "casework/reviews/reopen.html"
    title = "Open an account again"

    def load(self, code: str) -> None:
        super().load(code)
        if not self.member.silent:
            raise Http404

    def act(self, form) -> str:
        people.reopen_account(by=self.viewer, membership=self.member.membership)
        return reverse("people")


class EndMember(MemberPage):
    """Somebody leaves: from when, and who takes over."""

    rule = AGENCY_LEAD
    template = "casework/reviews/end.html"
    title = "Somebody leaves"
    form_class = LeavingForm

    def form_options(self) -> dict:
        self.assigned = assigned_to(self.viewer, self.member)
        return {"takers": takers(self.viewer, self.member), "assigned": self.assigned}

    def context(self) -> dict:
        alone = panels_without(self.viewer, self.member)
        return super().context() | {"assigned": self.assigned, "alone": alone}

    def act(self, form) -> str:
        people.end_membership(
            by=self.viewer, membership=self.member.membership, on=form.day(), taker=form.taker_membership(),
            version=self.sent_version,
        )  # fmt: skip
        return reverse("people")


urls: list[URLPattern] = [
    path("access/reviews/", Reviews.as_view(), name="reviews"),
    path("access/reviews/<str:opened>/", ReviewPage.as_view(), name="review"),
    path("agency/people/", People.as_view(), name="people"),
    path("agency/people/<str:code>/renew/", RenewMember.as_view(), name="member_renew"),
    path("agency/people/<str:code>/reopen/", ReopenMember.as_view(), name="member_reopen"),
    path("agency/people/<str:code>/end/", EndMember.as_view(), name="member_end"),
]
