"""Pages: one's own connections, “I am connected to somebody here”, and the office's conflicts of interest."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from casework.access.guards import check_can_decide_conflict, check_can_record_meeting
from casework.access.scope import visible
from casework.commands import conflicts
from casework.forms.conflicts import ConnectedForm, ConnectionForm, DecideForm, MyselfForm, RecordForm
from casework.models import Case, ConflictOfInterest, Connection, Meeting, Referral
from casework.queries.auditing import code_of
from casework.queries.conflicts import (
    conflict_by_code,
    conflict_lines,
    connection_by_code,
    connections_of,
    decided_conflicts,
    declared_at,
    members_on,
    waiting_conflicts,
)
from casework.queries.meetings import hearings_of
from casework.views.base import FormPage, Page
from casework.views.rules import ANY_MEMBER, OFFICE, PANEL_MEMBER


class Connections(Page):
    """What the viewer has declared; nobody else sees it."""

    rule = ANY_MEMBER
    template = "casework/conflicts/connections.html"
    title = "Your connections"

    def context(self) -> dict:
        lines = connections_of(self.viewer)
        return {
            "lines": lines,
            "others": any(not line.is_myself for line in lines),
            "myself": any(line.is_myself for line in lines),
            "declared_at": declared_at(self.viewer),
        }


class DeclareConnections(Page):
    """The yearly answer, in one click."""

    rule = ANY_MEMBER
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        conflicts.declare_connections(by=self.viewer)
        return redirect("connections")


class EndConnection(Page):
    """Takes one connection back."""

    rule = ANY_MEMBER
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        connection = connection_by_code(self.viewer, request.POST.get("connection", ""))
        if connection is None:
            raise Http404
        conflicts.end_connection(by=self.viewer, connection=connection)
        return redirect("connections")


class AddConnection(FormPage):
    """One more connection."""

    rule = ANY_MEMBER
    template = "casework/conflicts/add.html"
    title = "Add a connection"
    form_class = ConnectionForm

    def act(self, form) -> str:
        conflicts.add_connection(by=self.viewer, whom=conflicts.Acquaintance(**form.cleaned_data))
        return reverse("connections")


class AboutMyself(FormPage):
    """Her own name and birth date."""

    rule = ANY_MEMBER
    template = "casework/conflicts/add.html"
    title = "About you"
    form_class = MyselfForm

    def act(self, form) -> str:
        whom = conflicts.Acquaintance(nature=Connection.Nature.MYSELF, **form.cleaned_data)
        conflicts.add_connection(by=self.viewer, whom=whom)
        return reverse("connections")


class Connected(FormPage):
    """“I am connected to somebody here”: what it means, and in which cases."""

    abstract = True
    template = "casework/conflicts/connected.html"
    title = "I am connected to somebody here"
    form_class = ConnectedForm
    also_in_emergency = True
    cases: list[Case] = []

    def form_options(self) -> dict:
        return {"references": [case.reference for case in self.cases]}

    def act(self, form) -> str:
        chosen = form.cleaned_data.get("cases", [case.reference for case in self.cases])
        cases = [case for case in self.cases if case.reference in chosen]
        conflicts.suspend_myself(by=self.viewer, cases=cases, nature=form.cleaned_data["nature"])
        return reverse("connected")


class ConnectedInCase(Connected):
    """Said on the page of a case."""

    rule = PANEL_MEMBER

    def load(self, reference: str) -> None:
        self.cases = [self.find(Case, reference)]

    def context(self) -> dict:
        return {"back_url": reverse("case", args=[self.cases[0].reference])}


class ConnectedInReferral(Connected):
    """Said on the page of a referral."""

    rule = PANEL_MEMBER

    def load(self, reference: str) -> None:
        self.referral = self.find(Referral, reference)

    def form_options(self) -> dict:
        return {"references": [self.referral.reference]}

    def context(self) -> dict:
        return {"back_url": reverse("referral", args=[self.referral.reference])}

    def act(self, form) -> str:
        conflicts.suspend_myself(by=self.viewer, nature=form.cleaned_data["nature"], referral=self.referral)
        return reverse("connected")


class ConnectedAtMeeting(Connected):
    """Said at a meeting, about any case on its agenda."""

    rule = PANEL_MEMBER

    def load(self, reference: str) -> None:
        self.meeting = self.find(Meeting, reference)
        self.cases = [hearing.case for hearing in hearings_of(self.viewer, self.meeting)]
        if not self.cases:
            raise Http404

    def context(self) -> dict:
        return {"back_url": reverse("meeting", args=[self.meeting.reference])}


class ConnectedNow(Page):
    """What has happened."""

    rule = PANEL_MEMBER
    template = "casework/conflicts/suspended.html"
    title = "You will no longer see it"


class Conflicts(Page):
    """What waits for the office's decision, and what was decided. Never what concerns the viewer herself."""

    rule = OFFICE
    template = "casework/conflicts/list.html"
    title = "Conflicts of interest"

    def context(self) -> dict:
        return {"waiting": waiting_conflicts(self.viewer), "decided": decided_conflicts(self.viewer)}


class DecideConflict(FormPage):
    """Confirm a conflict or clear it, with a reason."""

    rule = OFFICE
    template = "casework/conflicts/decide.html"
    title = "Decide about a conflict of interest"
    form_class = DecideForm

    def load(self, code: str) -> None:
        self.conflict = conflict_by_code(self.viewer, code)
        if self.conflict is None:
            raise Http404
        check_can_decide_conflict(self.viewer, self.conflict)

    def version(self) -> int:
        return self.conflict.version

    def form_options(self) -> dict:
        return {"confirmed": self.conflict.state == ConflictOfInterest.State.CONFIRMED}

    def context(self) -> dict:
        rows = visible(self.viewer, ConflictOfInterest).filter(pk=self.conflict.pk)
        return {"line": conflict_lines(self.viewer, rows)[0]}

    def act(self, form) -> str:
        conflicts.decide_conflict(
            by=self.viewer, conflict=self.conflict, confirmed=form.cleaned_data["decision"] == "confirm",
            reason=form.cleaned_data["reason"], version=self.sent_version,
        )  # fmt: skip
        return reverse("conflicts")


class RecordConflict(FormPage):
    """The office keeps somebody out of a case."""

    rule = OFFICE
    template = "casework/conflicts/record.html"
    title = "Keep somebody out of this case"
    form_class = RecordForm

    def load(self, reference: str) -> None:
        self.case = self.find(Case, reference, "panel")
        check_can_record_meeting(self.viewer, self.case.panel_id)
        members = [user for user in members_on(self.case.panel) if user.pk != self.viewer.user_id]
        self.members = {code_of("person", user.pk): user for user in members}

    def form_options(self) -> dict:
        return {"members": [(code, user.display_name) for code, user in self.members.items()]}

    def context(self) -> dict:
        return {"case": self.case}

    def act(self, form) -> str:
        person = self.members[form.cleaned_data["person"]]
        conflicts.record_conflict(by=self.viewer, case=self.case, user=person, reason=form.cleaned_data["reason"])
        return reverse("case", args=[self.case.reference])


urls: list[URLPattern] = [
    path("connections/", Connections.as_view(), name="connections"),
    path("connections/add/", AddConnection.as_view(), name="connection_add"),
    path("connections/about-you/", AboutMyself.as_view(), name="connection_myself"),
    path("connections/declare/", DeclareConnections.as_view(), name="connections_declare"),
    path("connections/end/", EndConnection.as_view(), name="connection_end"),
    path("connected/", ConnectedNow.as_view(), name="connected"),
    path("cases/<str:reference>/connected/", ConnectedInCase.as_view(), name="case_connected"),
    path("cases/<str:reference>/conflict/", RecordConflict.as_view(), name="case_conflict"),
    path("referrals/<str:reference>/connected/", ConnectedInReferral.as_view(), name="referral_connected"),
    path("meetings/<str:reference>/connected/", ConnectedAtMeeting.as_view(), name="meeting_connected"),
    path("conflicts/", Conflicts.as_view(), name="conflicts"),
    path("conflicts/<str:code>/", DecideConflict.as_view(), name="conflict"),
]
