"""Pages: the search. What is typed travels in the body of a POST and never stands in an address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from casework.commands.search import keep_search, kept_search
from casework.forms.fields import CleanCharField, KitForm
from casework.queries.chronology import address
from casework.queries.search import MOST, search
from casework.views.base import Page
from casework.views.rules import PANEL_MEMBER


class SearchForm(KitForm):
    """One box for everything."""

    q = CleanCharField(
        label="What to search for",
        max_length=100,
        help_text="A reference, a name, a birth date such as 27 3 1987, or a full postcode",
    )


class SearchPage(Page):
    """The box, and its answer: a redirect to an address that only this person's session can open."""

    rule = PANEL_MEMBER
    template = "casework/search/search.html"
    title = "Search"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.show(form=SearchForm())

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        form = SearchForm(request.POST)
        if not form.is_valid():
            return self.show(status=422, form=form)
        token = keep_search(by=self.viewer, text=form.cleaned_data["q"], session_key=request.session.session_key)
        return redirect("search_results", token)


class SearchResults(Page):
    """Cases and referrals that the viewer may see."""

    rule = PANEL_MEMBER
    template = "casework/search/results.html"
    title = "Search results"

    def load(self, token: str) -> None:
        self.text = kept_search(by=self.viewer, token=token, session_key=self.request.session.session_key)

    def context(self) -> dict:
        found = search(self.viewer, self.text)
        lines = [{"found": one, "url": address(one.kind, one.reference)} for one in found]
        return {"lines": lines, "again": SearchForm(initial={"q": self.text}), "cut": len(found) == MOST, "most": MOST}


urls: list[URLPattern] = [
    path("search/", SearchPage.as_view(), name="search"),
    path("search/<str:token>/", SearchResults.as_view(), name="search_results"),
]
