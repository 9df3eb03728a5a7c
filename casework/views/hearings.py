"""Pages: a meeting in session: attendance, each hearing with its summary, risks and actions, and the conclusion."""

from django.urls import path, reverse

from casework.access.guards import check_can_record_meeting
from casework.access.scope import visible
from casework.commands import hearings
from casework.forms.meetings import LEVELS, ActionForm, AttendanceFormSet, ConfirmForm, HearingForm, RiskForm
from casework.models import Agency, Attendance, Hearing, HearingRisk, Meeting
from casework.queries import hearings as read
from casework.queries.meetings import agenda
from casework.queries.seats import seated_agencies
from casework.views.base import FormPage, Page
from casework.views.parts import meeting_parts
from casework.views.rules import OFFICE, PANEL_MEMBER


class HearingPage(Page):
    """One case at one meeting: old actions first, then what is known, the risks, and the new actions."""

    rule = PANEL_MEMBER
    template = "casework/meetings/hearing.html"
    title = "Hearing"

    def load(self, reference: str) -> None:
        self.hearing = self.find(Hearing, reference, "meeting__panel", "case")

    def context(self) -> dict:
        meeting, viewer = self.hearing.meeting, self.viewer
        shown = read.hearing_view(viewer, self.hearing)
        office = viewer.holds(meeting.panel_id)
        in_session = meeting.status == Meeting.Status.IN_SESSION
        over = meeting.status in (Meeting.Status.CONCLUDED, Meeting.Status.CANCELLED)
        return {
            "hearing": self.hearing,
            "meeting": meeting,
            "shown": shown,
            "risk_level": dict(LEVELS).get(self.hearing.risk_level, self.hearing.risk_level),
            "is_office": office,
            "may_record": office and in_session,
            "may_say_wishes": viewer.speaks_for is not None and not over,
            "may_return": shown.own_return is not None and not over,
        }


class MeetingStep(FormPage):
    """A page about one meeting for holders of its panel's offices."""

    abstract = True

    def load(self, reference: str) -> None:
        self.meeting = self.find(Meeting, reference, "panel")
        check_can_record_meeting(self.viewer, self.meeting.panel_id)

    def version(self) -> int:
        return self.meeting.version


class StartMeeting(MeetingStep):
    """Start the meeting."""

    rule = OFFICE
    template = "casework/meetings/start.html"
    title = "Start the meeting"
    form_class = ConfirmForm

    def form_options(self) -> dict:
        return {"sentence": "The chair has opened the meeting"}

    def context(self) -> dict:
        return {"meeting": self.meeting}

    def act(self, form) -> str:
        hearings.start_meeting(by=self.viewer, meeting=self.meeting)
        return reverse("meeting_attendance", args=[self.meeting.reference])


class AttendancePage(MeetingStep):
    """Who came for each seat, and whether the confidentiality statement was accepted."""

    rule = OFFICE
    template = "casework/meetings/attendance.html"
    title = "Attendance"

    def form(self, data=None, files=None):
        known = {row.agency_id: row for row in visible(self.viewer, Attendance).filter(meeting=self.meeting)}
        self.seats = seated_agencies(self.meeting.panel)
        initial = [_attended(agency, known.get(agency.pk)) for agency in self.seats]
        formset = AttendanceFormSet(data, initial=initial, prefix="seat")
        for row, agency in zip(formset, self.seats, strict=False):
            row.agency_name = agency.name
        return formset

    def context(self) -> dict:
        rows = visible(self.viewer, Attendance).filter(meeting=self.meeting).select_related("agency")
        context = {"meeting": self.meeting, "attendance": rows.order_by("agency__name")}
        context["in_session"] = self.meeting.status == Meeting.Status.IN_SESSION
        return context | meeting_parts(self.viewer, self.meeting, "meeting_attendance")

    def act(self, form) -> str:
        seated = {agency.pk for agency in self.seats}
        lines = [
            hearings.Attended(row["agency"], row["status"], row["attendee"], row["accepted"])
            for row in form.cleaned_data
            if row.get("status") and row["agency"] in seated
        ]
        hearings.record_attendance(by=self.viewer, meeting=self.meeting, lines=lines)
        return reverse("meeting", args=[self.meeting.reference])


def _attended(agency: Agency, row: Attendance | None) -> dict:
    if row is None:
        return {"agency": agency.pk}
    accepted = row.confidentiality_accepted_at is not None
    return {"agency": agency.pk, "status": row.status, "attendee": row.attendee, "accepted": accepted}


class ConcludeMeeting(MeetingStep):
    """End the meeting, after seeing what that does."""

    rule = OFFICE
    template = "casework/meetings/conclude.html"
    title = "Conclude the meeting"
    form_class = ConfirmForm

    def form_options(self) -> dict:
        return {"sentence": "All cases have been dealt with and the meeting is over"}

    def context(self) -> dict:
        return {"meeting": self.meeting, "agenda": agenda(self.viewer, self.meeting)}

    def act(self, form) -> str:
        hearings.conclude_meeting(by=self.viewer, meeting=self.meeting)
        return reverse("meeting", args=[self.meeting.reference])


class HearingStep(FormPage):
    """A page about one hearing for holders of its panel's offices."""

    abstract = True

    def load(self, reference: str) -> None:
        self.hearing = self.find(Hearing, reference, "meeting__panel", "case")
        check_can_record_meeting(self.viewer, self.hearing.meeting.panel_id)

    def context(self) -> dict:
        return {"hearing": self.hearing, "meeting": self.hearing.meeting}

    def back(self) -> str:
        return reverse("hearing", args=[self.hearing.reference])


class RecordHearing(HearingStep):
    """The summary of risk, the agreed level, and whether the case has been heard."""

    rule = OFFICE
    template = "casework/meetings/record.html"
    title = "Record the hearing"
    form_class = HearingForm

    def form_options(self) -> dict:
        return {"initial": {name: getattr(self.hearing, name) for name in ("summary", "risk_level", "status")}}

    def version(self) -> int:
        return self.hearing.version

    def act(self, form) -> str:
        hearings.record_hearing(by=self.viewer, hearing=self.hearing, version=self.sent_version, **form.cleaned_data)
        return self.back()


class AddRisk(HearingStep):
    """A risk that the meeting agreed on."""

    rule = OFFICE
    template = "casework/meetings/risk.html"
    title = "Add a risk"
    form_class = RiskForm

    def act(self, form) -> str:
        hearings.agree_risk(by=self.viewer, hearing=self.hearing, **form.cleaned_data)
        return self.back()


class AddAction(HearingStep):
    """An action that one agency promises."""

    rule = OFFICE
    template = "casework/meetings/action.html"
    title = "Add an action"
    form_class = ActionForm

    def form_options(self) -> dict:
        seated = [agency.pk for agency in seated_agencies(self.hearing.meeting.panel)]
        risks = visible(self.viewer, HearingRisk).filter(hearing=self.hearing).order_by("pk")
        return {"agencies": Agency.objects.filter(pk__in=seated).order_by("name"), "risks": risks}

    def act(self, form) -> str:
        hearings.agree_action(by=self.viewer, hearing=self.hearing, promise=hearings.Promise(**form.cleaned_data))
        return self.back()


urls = [
    path("meetings/<str:reference>/start/", StartMeeting.as_view(), name="meeting_start"),
    path("meetings/<str:reference>/attendance/", AttendancePage.as_view(), name="meeting_attendance"),
    path("meetings/<str:reference>/conclude/", ConcludeMeeting.as_view(), name="meeting_conclude"),
    path("hearings/<str:reference>/", HearingPage.as_view(), name="hearing"),
    path("hearings/<str:reference>/record/", RecordHearing.as_view(), name="hearing_record"),
    path("hearings/<str:reference>/risks/new/", AddRisk.as_view(), name="hearing_risk"),
    path("hearings/<str:reference>/actions/new/", AddAction.as_view(), name="hearing_action"),
]
