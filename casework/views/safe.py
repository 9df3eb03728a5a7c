"""Pages: a hidden detail, shown once on a recorded click."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from casework.commands.safe import Revealed, reveal
from casework.queries.chronology import address
from casework.views.base import Page
from casework.views.rules import PANEL_MEMBER

TITLES = {
    "safe_address": "Safe address",
    "safe_contact": "Safe contact",
    "report_source": "Who made the report",
    "item_source": "Who told us",
}


@method_decorator(never_cache, name="dispatch")
class Reveal(Page):
    """The answer to a click on "Show": it stands in no list, print or pack, and in no cache."""

    rule = PANEL_MEMBER
    template = "casework/safe/revealed.html"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        shown = reveal(by=self.viewer, kind=request.POST.get("kind", ""), key=request.POST.get("key", ""))
        self.title = TITLES[shown.kind]
        rows = [{"key": key, "value": value} for key, value in shown.rows]
        return self.show(
            rows=rows, back_url=_back(shown), note=shown.safe, colour="green" if shown.safe == "Safe" else "red"
        )


def _back(shown: Revealed) -> str:
    return address(shown.page, shown.reference) or reverse("home")


urls: list[URLPattern] = [path("reveal/", Reveal.as_view(), name="reveal")]
