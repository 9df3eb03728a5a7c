"""Pages: the list of meetings, a meeting with its agenda, and the agenda builder."""

from django.db.models import Count, QuerySet
from django.urls import path, reverse
from django.utils import timezone

from casework.access.guards import can_run_office, check_can_run_office
from casework.access.scope import one_or_404, visible
from casework.commands import meetings
from casework.forms.meetings import AgendaStepForm, ListingForm, MeetingForm
from casework.models import Case, Hearing, Meeting, Pack, Panel, ResearchReturn
from casework.queries import calendar
from casework.queries import meetings as read
from casework.queries.circulation import not_circulated
from casework.views import hearings
from casework.views.base import FormPage, ListPage, Page
from casework.views.parts import COLOURS, keyed, meeting_parts
from casework.views.rules import OFFICE, PANEL_MEMBER


class Meetings(ListPage):
    """The meetings of the viewer's panels, the latest first."""

    rule = PANEL_MEMBER
    template = "casework/meetings/list.html"
    title = "Meetings"

    def rows(self) -> QuerySet:
        return visible(self.viewer, Meeting).select_related("panel").order_by("-starts_at", "-pk")

    def context(self) -> dict:
        context = super().context()
        shown = list(context["rows"])
        hearings_seen = visible(self.viewer, Hearing).filter(meeting__in=[row.pk for row in shown])
        counted = hearings_seen.exclude(status=Hearing.Status.REMOVED).values("meeting_id").annotate(n=Count("pk"))
        number = {row["meeting_id"]: row["n"] for row in counted.order_by()}
        rows = [{"meeting": row, "cases": number.get(row.pk, 0), "colour": COLOURS[row.status]} for row in shown]
        return context | {"rows": rows, "may_plan": bool(self.viewer.offices)}


class NewMeeting(FormPage):
    """Plan a meeting."""

    rule = OFFICE
    template = "casework/meetings/new.html"
    title = "Plan a meeting"
    form_class = MeetingForm

    def form_options(self) -> dict:
        mine = [panel for panel in self.viewer.office_panels if can_run_office(self.viewer, panel)]
        return {"panels": Panel.objects.filter(pk__in=mine).order_by("name")}

    def act(self, form) -> str:
        data = form.cleaned_data
        meeting = meetings.plan_meeting(
            by=self.viewer,
            panel=data["panel"],
            starts_at=form.starts_at,
            place=data["place"],
            minutes_available=data["minutes_available"],
        )
        return reverse("meeting_agenda", args=[meeting.reference])


class MeetingPage(Page):
    """A meeting: its agenda as the viewer may see it, and where to go from here."""

    rule = PANEL_MEMBER
    template = "casework/meetings/meeting.html"
    title = "Meeting"

    def load(self, reference: str) -> None:
        self.meeting = self.find(Meeting, reference, "panel")

    def context(self) -> dict:
        office = self.viewer.holds(self.meeting.panel_id)
        context = {"meeting": self.meeting, "agenda": read.agenda(self.viewer, self.meeting), "is_office": office}
        mine = visible(self.viewer, Pack).filter(meeting=self.meeting, office_copy=office)
        if not office:
            mine = mine.filter(agency_id=self.viewer.speaks_for)
        waiting = visible(self.viewer, ResearchReturn).filter(
            hearing__meeting=self.meeting, agency_id=self.viewer.speaks_for, status=ResearchReturn.Status.REQUESTED
        )
        context |= {"packs": mine.order_by("-copy_number"), "waiting": waiting.count() if self.viewer.speaks_for else 0}
        return context | meeting_parts(self.viewer, self.meeting, "meeting") | milestones(self.meeting)


def milestones(meeting: Meeting) -> dict:
    """When the agenda is due and the windows close."""
    day = timezone.localdate(meeting.starts_at)
    return {
        "agenda_due": read.agenda_due(meeting),
        "window_ends": calendar.working_days_after(day, read.WINDOW_DAYS_AFTER),
        "holidays_unknown": calendar.BEYOND if calendar.beyond_known_holidays(day) else "",
    }


class OfficeMeetingPage(FormPage):
    """A page about one meeting for those who run its panel's office."""

    abstract = True
    part = ""

    def load(self, reference: str) -> None:
        self.meeting = self.find(Meeting, reference, "panel")
        check_can_run_office(self.viewer, self.meeting.panel_id)

    def context(self) -> dict:
        return {"meeting": self.meeting} | meeting_parts(self.viewer, self.meeting, self.part)


class AgendaBuilder(OfficeMeetingPage):
    """Add, remove and order cases by buttons; each is a form of its own."""

    rule = OFFICE
    template = "casework/meetings/agenda.html"
    title = "Build the agenda"
    part = "meeting_agenda"
    form_class = AgendaStepForm

    def context(self) -> dict:
        agenda = read.agenda(self.viewer, self.meeting)
        may_list = self.meeting.status in (Meeting.Status.PLANNED, Meeting.Status.CIRCULATED)
        found = read.candidates(self.viewer, self.meeting) if may_list else []
        return super().context() | {
            "agenda": agenda,
            "rows": keyed(agenda.rows),
            "candidates": keyed(found),
            "may_order": self.meeting.status == Meeting.Status.PLANNED,
            "may_list": may_list,
            "late": len(not_circulated(self.viewer, self.meeting)),
        }

    def act(self, form) -> str:
        getattr(self, f"_{form.cleaned_data['step']}")(form.cleaned_data["reference"])
        return reverse("meeting_agenda", args=[self.meeting.reference])

    def _add(self, reference: str) -> None:
        case = self.find(Case, reference, "panel")
        proposed = read.candidate(self.viewer, case)
        minutes = self.meeting.panel.minutes_per_case
        meetings.list_case(
            by=self.viewer, meeting=self.meeting, case=case, minutes=minutes, listing_reason=proposed.reason
        )

    def _hearing(self, reference: str) -> Hearing:
        rows = visible(self.viewer, Hearing).select_related("meeting__panel", "case").filter(meeting=self.meeting)
        return one_or_404(rows, reference=reference)

    def _remove(self, reference: str) -> None:
        meetings.take_off(by=self.viewer, hearing=self._hearing(reference))

    def _up(self, reference: str) -> None:
        meetings.move_hearing(by=self.viewer, hearing=self._hearing(reference), places=-1)

    def _down(self, reference: str) -> None:
        meetings.move_hearing(by=self.viewer, hearing=self._hearing(reference), places=1)

    def _children_first(self, reference: str) -> None:
        meetings.put_children_first(by=self.viewer, meeting=self.meeting)


class ChangeListing(FormPage):
    """Minutes and listing reason of one hearing."""

    rule = OFFICE
    template = "casework/meetings/listing.html"
    title = "Change how a case is listed"
    form_class = ListingForm

    def load(self, reference: str) -> None:
        self.hearing = self.find(Hearing, reference, "meeting__panel", "case")
        check_can_run_office(self.viewer, self.hearing.meeting.panel_id)

    def form_options(self) -> dict:
        return {"initial": {"minutes": self.hearing.minutes, "listing_reason": self.hearing.listing_reason}}

    def version(self) -> int:
        return self.hearing.version

    def context(self) -> dict:
        return {"hearing": self.hearing}

    def act(self, form) -> str:
        meetings.change_listing(by=self.viewer, hearing=self.hearing, version=self.sent_version, **form.cleaned_data)
        return reverse("meeting_agenda", args=[self.hearing.meeting.reference])


urls = [
    path("meetings/", Meetings.as_view(), name="meetings"),
    path("meetings/new/", NewMeeting.as_view(), name="meeting_new"),
    path("meetings/<str:reference>/", MeetingPage.as_view(), name="meeting"),
    path("meetings/<str:reference>/agenda/", AgendaBuilder.as_view(), name="meeting_agenda"),
    path("hearings/<str:reference>/listing/", ChangeListing.as_view(), name="hearing_listing"),
    *hearings.urls,
]
