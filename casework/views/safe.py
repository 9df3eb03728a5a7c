"""Pages: a hidden detail, shown for a reason; how people can be reached, said again, or added."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from casework.access.guards import can_contact, can_write_in, check_can_write_in
from casework.commands import safe as commands
from casework.commands.safe import Revealed, find_hidden, home_of, reveal
from casework.forms.safe import AddWayForm, ConfirmForm, WhyForm
from casework.models import Case, Referral
from casework.queries.chronology import address
from casework.queries.outward import contacts_made, people_in, ways_of
from casework.views.base import FormPage, Page
from casework.views.cases import parts_of
from casework.views.rules import PANEL_MEMBER

TITLES = {
    "safe_address": "Safe address",
    "safe_contact": "Safe contact",
    "report_source": "Who made the report",
    "item_source": "Who told us",
}


@method_decorator(never_cache, name="dispatch")
class Reveal(Page):
    """The answer to a click on "Show": first why, then the detail. It stands in no list, print or pack, and in no cache."""

    rule = PANEL_MEMBER
    template = "casework/safe/revealed.html"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        kind, key = request.POST.get("kind", ""), request.POST.get("key", "")
        row = find_hidden(self.viewer, kind, key)
        self.title = TITLES[kind]
        form = WhyForm(request.POST if "why" in request.POST or "asked" in request.POST else None)
        if not form.is_valid():
            home = home_of(self.viewer, row)
            back = address(home.page, home.reference) or reverse("home")
            self.template = "casework/safe/why.html"
            return self.show(422 if form.is_bound else 200, form=form, kind=kind, key=key, back_url=back)
        return show_revealed(self, reveal(by=self.viewer, kind=kind, key=key, **form.cleaned_data))


def show_revealed(page: Page, shown: Revealed, **extra) -> HttpResponse:
    """The page with the detail on it."""
    page.template, page.title = "casework/safe/revealed.html", TITLES[shown.kind]
    rows = [{"key": key, "value": value} for key, value in shown.rows]
    back_url = address(shown.page, shown.reference) or reverse("home")
    shared = {"rows": rows, "back_url": back_url, "note": shown.safe, "colour": "green" if shown.is_safe else "red"}
    return page.show(**(shared | extra))


class WaysPage(Page):
    """How the people of a case can be reached: each channel masked, with its state."""

    rule = PANEL_MEMBER
    template = "casework/safe/ways.html"
    title = "Contact"
    model: type[Case] | type[Referral] = Case

    def load(self, reference: str) -> None:
        self.record_of = self.find(self.model, reference, "panel")

    def context(self) -> dict:
        record, viewer, is_case = self.record_of, self.viewer, self.model is Case
        people = people_in(viewer, record)
        lines = ways_of(viewer, people)
        may_contact = is_case and can_contact(viewer, record)
        return {
            "record_of": record,
            "what": self.model._meta.model_name,
            "parts": parts_of(record, "case_ways") if is_case else [],
            "people": [(party, role_of(record, party), [w for w in lines if w.party.pk == party.pk]) for party in people],
            "may_write": can_write_in(viewer, record),
            "may_contact": may_contact,
            "made": contacts_made(viewer, record) if is_case else [],
            **addresses_of(record),
        }  # fmt: skip


def role_of(record: Case | Referral, party) -> str:
    return record.panel.plugin.role_label(party.role, party.finding)


def addresses_of(record: Case | Referral) -> dict:
    """Where the pages about contact lie for a case or referral."""
    name = record._meta.model_name
    return {
        f"{part}_url": reverse(f"{name}_{page}", args=[record.reference])
        for part, page in (("ways", "ways"), ("confirm", "way_confirm"), ("add", "way_add"))
    } | {"back_url": reverse(name, args=[record.reference])}


class ReferralWays(WaysPage):
    """As for a case, of a referral."""

    rule = PANEL_MEMBER
    model = Referral


class WayForm(FormPage):
    """Base of the forms about how people can be reached."""

    abstract = True
    model: type[Case] | type[Referral] = Case

    def load(self, reference: str) -> None:
        self.record_of = self.find(self.model, reference, "panel")
        check_can_write_in(self.viewer, self.record_of)

    def context(self) -> dict:
        urls = addresses_of(self.record_of)
        return {"record_of": self.record_of, "what": self.model._meta.model_name, "ways_url": urls["ways_url"]}

    def done(self, text: str) -> str:
        messages.success(self.request, text)
        return addresses_of(self.record_of)["ways_url"]


class Confirm(WayForm):
    """The one page on which a way is confirmed again, or closed."""

    rule = PANEL_MEMBER
    template = "casework/safe/confirm.html"
    title = "Is it still safe?"
    form_class = ConfirmForm

    def form_options(self) -> dict:
        lines = ways_of(self.viewer, people_in(self.viewer, self.record_of))
        return {"lines": lines, "chosen": self.request.GET.get("way", "")}

    def act(self, form: ConfirmForm) -> str:
        given, row = form.cleaned_data, form.line.row
        if given["safe"] == "no":
            commands.say_unsafe(by=self.viewer, row=row)
            return self.done("Recorded: nobody makes contact this way until it is confirmed again.")
        commands.say_safe(by=self.viewer, row=row, until=given["until"], shared=given["shared"])
        return self.done("Confirmed.")


class ConfirmOfReferral(Confirm):
    """As for a case, of a referral."""

    rule = PANEL_MEMBER
    model = Referral


class AddWay(WayForm):
    """One more channel or hidden address."""

    rule = PANEL_MEMBER
    template = "casework/safe/add.html"
    title = "Add a way to reach somebody"
    form_class = AddWayForm

    def form_options(self) -> dict:
        people = people_in(self.viewer, self.record_of)
        return {"people": [(party, role_of(self.record_of, party)) for party in people]}

    def act(self, form: AddWayForm) -> str:
        commands.add_safe_way(by=self.viewer, party=form.party, way=form.way)
        return self.done("The way to reach them was added.")


class AddWayOfReferral(AddWay):
    """As for a case, of a referral."""

    rule = PANEL_MEMBER
    model = Referral


urls: list[URLPattern] = [
    path("reveal/", Reveal.as_view(), name="reveal"),
    path("cases/<str:reference>/ways/", WaysPage.as_view(), name="case_ways"),
    path("cases/<str:reference>/ways/confirm/", Confirm.as_view(), name="case_way_confirm"),
    path("cases/<str:reference>/ways/new/", AddWay.as_view(), name="case_way_add"),
    path("referrals/<str:reference>/ways/", ReferralWays.as_view(), name="referral_ways"),
    path("referrals/<str:reference>/ways/confirm/", ConfirmOfReferral.as_view(), name="referral_way_confirm"),
    path("referrals/<str:reference>/ways/new/", AddWayOfReferral.as_view(), name="referral_way_add"),
]
