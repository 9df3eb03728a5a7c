"""Pages: circulating an agenda, and the statements that wait for a second person."""

from django.contrib import messages
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from casework.access.guards import can_be_second
from casework.commands.circulation import circulate
from casework.commands.releases import keep_closed, release
from casework.forms.decisions import ReleaseForm
from casework.forms.meetings import CirculateForm
from casework.queries import meetings as read
from casework.queries.circulation import not_asked, reasons_at_referral, sets_of_agencies, waiting_in
from casework.queries.decisions import choices_here, classes_in_words
from casework.queries.releases import circulators, waiting_of
from casework.views.meetings import OfficeMeetingPage, milestones
from casework.views.rules import OFFICE


class Circulate(OfficeMeetingPage):
    """The decision to share an agenda: one power for each set of agencies, on the reasons given at referral."""

    rule = OFFICE
    template = "casework/meetings/circulate.html"
    title = "Circulate the agenda"
    part = "meeting_agenda"
    form_class = CirculateForm

    def load(self, reference: str) -> None:
        super().load(reference)
        left = not_asked(self.viewer, self.meeting)
        found = {hearing.pk: hearing for hearings in left.values() for hearing in hearings}
        self.hearings = sorted(found.values(), key=lambda hearing: hearing.number)
        self.reasons = reasons_at_referral(self.viewer, self.hearings)
        self.sets = sets_of_agencies(self.viewer, self.meeting)

    def form_options(self) -> dict:
        proposed = max(read.research_due(self.meeting), timezone.localdate())
        return {
            "sets": self.sets, "unexplained": not all(self.reasons.values()), "initial": {"research_due_on": proposed},
            "meeting_day": timezone.localdate(self.meeting.starts_at),
        }  # fmt: skip

    def version(self) -> int:
        return self.meeting.version

    def context(self) -> dict:
        cases = [hearing.case_id for hearing in self.hearings]
        people = read.people_in(self.viewer, self.meeting.panel, cases)
        waiting = [
            (item, classes_in_words(item.data_classes))
            for item in waiting_in(self.viewer, cases).select_related("agency", "case")
        ]
        rows = [
            {"hearing": hearing, "people": people[hearing.case_id], "reason": self.reasons[hearing.case_id]}
            for hearing in self.hearings
        ]
        here = {"rows": rows, "sets": self.sets, "waiting": waiting}
        return super().context() | here | milestones(self.meeting)

    def act(self, form) -> str:
        circulate(
            by=self.viewer, meeting=self.meeting, shares=form.shares(), research_due_on=form.cleaned_data["research_due_on"],
            version=self.sent_version,
        )  # fmt: skip
        messages.success(self.request, "The agenda was circulated. The decisions stand in the register.")
        return reverse("meeting", args=[self.meeting.reference])


class WaitingStatements(OfficeMeetingPage):
    """What waits for a second person, answered in one step for all that are ticked."""

    rule = OFFICE
    template = "casework/meetings/waiting.html"
    title = "Statements that wait for a second person"
    part = "meeting_waiting"
    form_class = ReleaseForm

    def load(self, reference: str) -> None:
        super().load(reference)
        self.waiting = waiting_of(self.viewer, self.meeting)
        self.first = circulators(self.viewer, [self.meeting])[self.meeting.pk]
        self.answerable = [row for row in self.waiting if not row.own]

    def form_options(self) -> dict:
        items = [row.item for row in self.answerable]
        return {"waiting": self.answerable, "choices": choices_here(self.viewer, self.meeting.panel, [], items)}

    def context(self) -> dict:
        may = bool(self.first) and can_be_second(self.viewer, self.meeting.panel_id, self.first)
        return super().context() | {
            "waiting": self.waiting, "may_answer": may and self.answerable, "circulated": bool(self.first),
            "is_first": self.viewer.user_id in self.first,
        }  # fmt: skip

    def act(self, form) -> str:
        given = {"by": self.viewer, "meeting": self.meeting, "items": form.chosen}
        if form.cleaned_data["outcome"] == "release":
            release(**given, answers=form.answers())
            messages.success(self.request, "The statements were released.")
        else:
            keep_closed(**given, reason=form.cleaned_data["refusal_reason"])
            messages.success(self.request, "The statements stay closed. Your reason is recorded.")
        return reverse("meeting_waiting", args=[self.meeting.reference])


urls: list[URLPattern] = [
    path("meetings/<str:reference>/circulate/", Circulate.as_view(), name="meeting_circulate"),
    path("meetings/<str:reference>/waiting/", WaitingStatements.as_view(), name="meeting_waiting"),
]
