"""Pages: opening a case in an emergency, ending that, and the review by somebody outside the person's line."""

import time
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from casework.access.scope import one_or_404
from casework.commands.emergency import end_emergency, open_in_emergency, review_emergency
from casework.forms.emergency import EmergencyForm, ReviewForm
from casework.queries.emergency import TRIES_A_DAY, accesses, lines, open_now, rates, tries_left
from casework.views.base import FormPage, ListPage, Page
from casework.views.rules import EMERGENCY, EMERGENCY_REVIEW

NOTHING = (
    "Nothing was opened. Either no single case fits what you gave, or it is not open to emergency access. "
    "Ring the panel’s office; where life is in danger, the police on 999."
)


class Emergency(FormPage):
    """A reason, then one look. Whatever keeps a case shut, the answer is this page again, in the same words and time."""

    rule = EMERGENCY
    form_class = EmergencyForm
    template = "casework/emergency/emergency.html"
    title = "Emergency access"

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.began = time.monotonic()
        return super().dispatch(request, *args, **kwargs)

    def context(self) -> dict:
        return {"tries": tries_left(self.viewer), "a_day": TRIES_A_DAY, "emergency": open_now(self.viewer)}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(status=422, form=form)
        answer = self._once(form)
        if answer == request.path:
            form.add_error(None, ValidationError(NOTHING))
            response = self.show(status=422, form=form, form_key=uuid4())
        else:
            response = HttpResponseRedirect(answer)
        time.sleep(max(0.0, self.began + settings.EMERGENCY_FLOOR_SECONDS - time.monotonic()))
        return response

    def act(self, form) -> str:
        found = {key: value for key, value in form.cleaned_data.items() if key != "find"}
        case = open_in_emergency(by=self.viewer, **found)
        return reverse("case", args=[case.reference]) if case else self.request.path


class EndEmergency(Page):
    """The answer to "End it now"."""

    rule = EMERGENCY
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        end_emergency(by=self.viewer, reference=reference)
        return redirect("home")


class EmergencyReviews(ListPage):
    """Every try of the partnership, or those that opened a case of the office's panel, and how often agencies ask."""

    rule = EMERGENCY_REVIEW
    template = "casework/emergency/reviews.html"
    title = "Emergency accesses"

    def rows(self) -> QuerySet:
        return accesses(self.viewer)

    def context(self) -> dict:
        found = super().context()
        shown = rates(self.viewer) if self.viewer.governs else []
        return {**found, "lines": lines(self.viewer, found["rows"]), "rates": shown}


class EmergencyReview(FormPage):
    """One access: what was opened, why, how many pages were read; and the finding."""

    rule = EMERGENCY_REVIEW
    form_class = ReviewForm
    template = "casework/emergency/review.html"

    def load(self, reference: str) -> None:
        self.access = one_or_404(accesses(self.viewer), reference=reference)
        self.title = f"Emergency access {self.access.reference}"

    def version(self) -> int:
        return self.access.version

    def context(self) -> dict:
        (line,) = lines(self.viewer, [self.access])
        return {"line": line, "access": self.access, "open": self.access.finding in ("", "unclear")}

    def act(self, form) -> str:
        review_emergency(by=self.viewer, access=self.access, version=self.sent_version, **form.cleaned_data)
        return reverse("emergency_reviews")


urls: list[URLPattern] = [
    path("emergency/", Emergency.as_view(), name="emergency"),
    path("emergency/accesses/", EmergencyReviews.as_view(), name="emergency_reviews"),
    path("emergency/accesses/<str:reference>/", EmergencyReview.as_view(), name="emergency_review"),
    path("emergency/<str:reference>/end/", EndEmergency.as_view(), name="end_emergency"),
]
