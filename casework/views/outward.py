"""Pages: making contact with somebody in a case, and whom one can ring today."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from casework.access.guards import check_can_contact
from casework.commands.outward import Made, make_contact
from casework.commands.safe import reveal
from casework.forms.outward import ContactForm
from casework.models import Case, OutwardContact
from casework.queries.onward import quotable
from casework.queries.outward import CHANNELS, call_list, people_in, ways_of
from casework.views.base import FormPage, Page
from casework.views.rules import SPEAKS
from casework.views.safe import role_of, show_revealed

LETTER_NAME = "letter.pdf"


@method_decorator(never_cache, name="dispatch")
class MakeContact(FormPage):
    """Whom, which way, what for: one page, one submit. The answer is the number to ring, or the letter."""

    rule = SPEAKS
    template = "casework/outward/contact.html"
    title = "Contact somebody"
    form_class = ContactForm
    made: Made | None = None

    def load(self, reference: str) -> None:
        self.case = self.find(Case, reference, "panel")
        check_can_contact(self.viewer, self.case)
        self.people = people_in(self.viewer, self.case)

    def form_options(self) -> dict:
        return {
            "people": [(party, role_of(self.case, party)) for party in self.people],
            "statements": quotable(self.viewer, self.case),
            "chosen": self._chosen(self.request.GET.get("to", "")),
        }

    def _chosen(self, seal: str) -> dict:
        """Whom and which way, where she comes from a line of the page before."""
        line = next((line for line in ways_of(self.viewer, self.people) if line.row.seal == seal), None)
        if line is None:
            return {}
        ways = [way for way, channels in CHANNELS.items() if getattr(line.row, "channel", "") in channels]
        number = [party.pk for party in self.people].index(line.party.pk) + 1
        return {"person": str(number), "way": ways[0] if ways else OutwardContact.Way.LETTER}

    def context(self) -> dict:
        lines = [line for line in ways_of(self.viewer, self.people) if not line.closed]
        return {"case": self.case, "open": lines, "ways_url": reverse("case_ways", args=[self.case.reference])}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(status=422, form=form)
        try:
            url = self._once(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(status=422, form=form)
        return self._answer(url)

    def act(self, form: ContactForm) -> str:
        given = form.cleaned_data
        self.made = make_contact(
            by=self.viewer, case=self.case, party=form.party, way=given["way"], purpose=given["purpose"], letter=form.letter
        )  # fmt: skip
        return reverse("case_ways", args=[self.case.reference])

    def _answer(self, url: str) -> HttpResponse:
        """What was made; sent a second time, the list on which it stands."""
        if self.made is None:
            return HttpResponseRedirect(url)
        if self.made.pdf:
            headers = {"Content-Disposition": f'attachment; filename="{LETTER_NAME}"'}
            return HttpResponse(self.made.pdf, content_type="application/pdf", headers=headers)
        line = self.made.line
        shown = reveal(by=self.viewer, kind=line.kind, key=str(line.key), why="contact")
        return show_revealed(self, shown, back_url=url, recorded=self.made.contact.get_way_display())


class Calls(Page):
    """Whom she can ring today, on what, until when; and whom not, and why."""

    rule = SPEAKS
    template = "casework/outward/calls.html"
    title = "Calls to make"

    def context(self) -> dict:
        lines = call_list(self.viewer)
        return {
            "can": [line for line in lines if not line.why_not],
            "cannot": [line for line in lines if line.why_not],
        }


urls: list[URLPattern] = [
    path("cases/<str:reference>/contact/", MakeContact.as_view(), name="case_contact"),
    path("calls/", Calls.as_view(), name="calls"),
]
