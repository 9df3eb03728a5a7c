"""Pages: research. What an agency is asked, its return, and the victim's wishes."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from casework.access.guards import Refused, check_can_run_office
from casework.access.scope import one_or_404, visible
from casework.commands import research
from casework.forms.research import NothingKnownForm, ReturnForms, WishesForm, WithholdForm
from casework.models import AssertionType, DataClass, Hearing, Meeting, ResearchReturn
from casework.queries import research as read
from casework.queries.cases import sources_of
from casework.queries.hearings import items_of
from casework.queries.meetings import OPEN_MEETINGS, people_in
from casework.views.base import FormPage, Page
from casework.views.parts import meeting_parts
from casework.views.rules import OFFICE, SPEAKS


class MeetingResearch(FormPage):
    """All requests of one meeting to the viewer's agency: "nothing known" for any number in one step."""

    rule = SPEAKS
    template = "casework/research/meeting.html"
    title = "Research for a meeting"
    form_class = NothingKnownForm

    def load(self, reference: str) -> None:
        self.meeting = self.find(Meeting, reference, "panel")
        self.asked = read.asked_of(self.viewer, self.meeting)

    @property
    def waiting(self) -> dict[str, ResearchReturn]:
        """Requests without an answer, by the hearing's reference."""
        rows = [row.asked for row in self.asked if row.asked.status == ResearchReturn.Status.REQUESTED]
        return {row.hearing.reference: row for row in rows}

    def form(self, data=None, files=None):
        if data is not None and "all" in data:
            data = data.copy()
            data.setlist("hearings", list(self.waiting))
        return super().form(data, files)

    def form_options(self) -> dict:
        return {"references": [row.hearing.reference for row in self.asked]}

    def context(self) -> dict:
        is_open = self.meeting.status in OPEN_MEETINGS
        context = {"meeting": self.meeting, "asked": self.asked, "is_open": is_open, "waiting": len(self.waiting)}
        return context | meeting_parts(self.viewer, self.meeting, "meeting_research")

    def act(self, form) -> str:
        ticked = [self.waiting[reference] for reference in form.cleaned_data["hearings"] if reference in self.waiting]
        research.nothing_known(by=self.viewer, returns=ticked)
        return reverse("meeting_research", args=[self.meeting.reference])


class OwnReturn(FormPage):
    """What the viewer's agency answers about one hearing."""

    abstract = True

    def load(self, reference: str) -> None:
        self.hearing = self.find(Hearing, reference, "meeting__panel", "case")
        rows = visible(self.viewer, ResearchReturn).select_related("hearing__meeting", "case")
        self.asked = one_or_404(rows, hearing=self.hearing, agency_id=self.viewer.speaks_for)

    def context(self) -> dict:
        hearing = self.hearing
        people = people_in(self.viewer, hearing.meeting.panel, [hearing.case_id])[hearing.case_id]
        is_open = hearing.meeting.status in OPEN_MEETINGS
        return {"hearing": hearing, "meeting": hearing.meeting, "asked": self.asked, "people": people, "is_open": is_open}  # fmt: skip

    def after(self) -> str:
        """Where an answer leads: to the other cases of the meeting."""
        return reverse("meeting_research", args=[self.hearing.meeting.reference])


class ReturnResearch(OwnReturn):
    """Statements of one agency about one hearing, with its decision; another row is a button that works without script."""

    rule = SPEAKS
    template = "casework/research/return.html"
    title = "Return research"

    def load(self, reference: str) -> None:
        super().load(reference)
        panel, self.others = self.hearing.meeting.panel, read.at_the_table(self.viewer, self.hearing)
        self.offered = read.reliance(panel, self.asked.agency_id, self.others)

    def form(self, data=None, files=None, typed=None):
        never = self.hearing.meeting.panel.plugin.never_to_perpetrator
        return ReturnForms(data, files, others=self.others, offered=self.offered, never=never, typed=typed)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "more" in request.POST:
            return self.show(form=self.form(typed=self.form(request.POST).typed()))
        return super().post(request, *args, **kwargs)

    def context(self) -> dict:
        own = list(read.own_items(self.viewer, Q(hearing=self.hearing)))
        sources = sources_of(self.viewer, own)
        return super().context() | {
            "own": [(item, sources.get(item.pk)) for item in own],
            "decisions": read.own_decisions(self.viewer, self.hearing),
            "refused": self.offered.refused,
        }

    def act(self, form) -> str:
        research.return_research(
            by=self.viewer, asked=self.asked, statements=form.statements(), answers=form.decision.answers()
        )
        return self.after()


class WithholdResearch(OwnReturn):
    """The agency holds something and will not share it: recorded with the same care, without what it is."""

    rule = SPEAKS
    template = "casework/research/withhold.html"
    title = "Hold research back"
    form_class = WithholdForm

    def act(self, form) -> str:
        data = form.cleaned_data
        research.withhold_research(
            by=self.viewer, asked=self.asked, reason=data["refusal_reason"], advice=data["advice"]
        )
        return self.after()


class Wishes(FormPage):
    """The victim's wishes, into the hearing."""

    rule = SPEAKS
    template = "casework/research/wishes.html"
    title = "The victim's wishes"
    form_class = WishesForm

    def load(self, reference: str) -> None:
        self.hearing = self.find(Hearing, reference, "meeting__panel", "case")
        if self.hearing.meeting.status not in OPEN_MEETINGS:
            raise Refused("The meeting is over.")

    def context(self) -> dict:
        earlier = items_of(self.viewer, Q(hearing=self.hearing, place="wishes"))
        return {"hearing": self.hearing, "meeting": self.hearing.meeting, "earlier": earlier}

    def act(self, form) -> str:
        data = form.cleaned_data
        classes = [DataClass.PERSONAL, DataClass.SPECIAL]
        never = self.hearing.meeting.panel.plugin.never_to_perpetrator
        statement = research.Statement(
            AssertionType.REPORTED, data["audience"], data["text"], classes, data["said_on"], never_to_perpetrator=never
        )
        research.record_wishes(by=self.viewer, hearing=self.hearing, statement=statement)
        return reverse("hearing", args=[self.hearing.reference])


class Returns(Page):
    """For the office: which agency has answered, without what it said."""

    rule = OFFICE
    template = "casework/research/returns.html"
    title = "Research returns"

    def load(self, reference: str) -> None:
        self.meeting = self.find(Meeting, reference, "panel")
        check_can_run_office(self.viewer, self.meeting.panel_id)

    def context(self) -> dict:
        lines = read.returns_by_agency(self.viewer, self.meeting)
        return {"meeting": self.meeting, "lines": lines} | meeting_parts(self.viewer, self.meeting, "meeting_returns")


urls = [
    path("meetings/<str:reference>/research/", MeetingResearch.as_view(), name="meeting_research"),
    path("meetings/<str:reference>/returns/", Returns.as_view(), name="meeting_returns"),
    path("hearings/<str:reference>/return/", ReturnResearch.as_view(), name="hearing_return"),
    path("hearings/<str:reference>/return/withhold/", WithholdResearch.as_view(), name="hearing_withhold"),
    path("hearings/<str:reference>/wishes/", Wishes.as_view(), name="hearing_wishes"),
]
