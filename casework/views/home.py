"""Pages: where everybody begins. The home, the choice of acting agency, notices, and who takes part."""

from collections.abc import Iterable

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View

from audit import event_types
from audit.recorder import record_event
from casework.access.agreements import can_read_agreements
from casework.access.viewer import Viewer, memberships_of, viewer_for
from casework.commands.notify import settle_notice
from casework.forms.fields import KitForm, Radios
from casework.models import Membership
from casework.queries.home import Task, tasks_for
from casework.queries.notices import open_notices
from casework.queries.organisation import agencies_of, panels_of
from casework.views.base import Page
from casework.views.rules import ADMINISTRATOR, ANY_MEMBER, PUBLIC, SIGNED_IN

event_types.register(agency_chosen="chose the agency to act for")
SEVERAL = "several_agencies"


class Home(Page):
    """What waits for the viewer: overdue first, each line leading to the form that settles it."""

    rule = ANY_MEMBER
    template = "casework/home/home.html"
    title = "Home"

    def context(self) -> dict:
        told = [_notice_line(notice) for notice in open_notices(self.viewer)]
        return {"groups": grouped(tasks_for(self.viewer)), "notices": told, "doors": doors(self.viewer)}


def grouped(tasks: Iterable[Task]) -> list[dict]:
    """Tasks under their headings for `components/tasks.html`: what is overdue in one group on top, then the others in order."""
    today = timezone.localdate()
    groups: dict[str, list[dict]] = {}
    late: list[dict] = []
    for task in tasks:
        overdue = task.due_on is not None and task.due_on < today
        line = {"label": task.text, "url": reverse(task.url_name, args=task.url_args), "due": task.due_on}
        if overdue:
            late.append(line | {"hint": task.group, "tag": "Overdue", "colour": "red"})
        else:
            soon = {"tag": "Today", "colour": "amber"} if task.due_on == today else {}
            groups.setdefault(task.group, []).append(line | soon)
    first = [{"title": "Overdue", "items": late}] if late else []
    return first + [{"title": title, "items": items} for title, items in groups.items()]


def _notice_line(notice) -> dict:
    url = reverse(notice.url_name, args=notice.url_args) if notice.url_name else ""
    return {
        "id": notice.id,
        "text": notice.text,
        "subject": notice.subject,
        "url": url,
        "made_at": notice.made_at,
        "due": notice.due_on,
    }


def doors(viewer: Viewer) -> list[dict]:
    """Where somebody goes whose work is not in the cases."""
    found = []
    if viewer.carries.administers:
        found.append(
            (
                "organisation",
                "Agencies, people and panels",
                "Who takes part, in which role, on which panel. No case is shown to you.",
            )
        )
    if viewer.carries.audits:
        found.append(("audit", "Audit", "Who did, read and changed what, when and why."))
    if viewer.role == "governance_lead":
        found.append(("audit_engagements", "Audit engagements", "Approve or end an auditor's request to see values."))
        found.append(
            ("emergency_reviews", "Emergency accesses", "Who opened a case in an emergency, why, and what was found.")
        )
    if can_read_agreements(viewer):
        found += [
            ("agreements", "Sharing agreements", "Versions, reviews, and which agencies have signed."),
            ("powers", "Legal powers", "Which powers to share are used here, and when their text was checked."),
        ]
    return [{"url": reverse(name), "title": title, "text": text} for name, title, text in found]


class SettleNotice(Page):
    """Takes one notice off the viewer's home."""

    rule = ANY_MEMBER
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        settle_notice(by=self.viewer, notice_id=request.POST.get("notice", ""))
        return redirect("home")


class AgencyForm(KitForm):
    """Which of her agencies somebody acts for."""

    membership = forms.ChoiceField(label="Which agency are you acting for?", widget=Radios)

    def __init__(self, data=None, *, memberships: list[Membership]):
        super().__init__(data)
        self.fields["membership"].choices = [(m.pk, f"{m.agency.name}: {m.get_role_display()}") for m in memberships]


class ChooseAgency(Page):
    """One acting agency a session: nothing unites the rights of two. Nobody with a single membership is asked."""

    rule = SIGNED_IN
    template = "casework/home/choose_agency.html"
    title = "Choose your agency"

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.memberships = memberships_of(request.user)
        if not self.memberships:
            return render(request, "casework/home/no_membership.html", {"title": "No agency"}, status=403)
        if len(self.memberships) == 1:
            return redirect("home")
        return View.dispatch(self, request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(form=AgencyForm(memberships=self.memberships))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AgencyForm(request.POST, memberships=self.memberships)
        if not form.is_valid():
            return self.show(status=422, form=form)
        chosen = int(form.cleaned_data["membership"])
        request.session.cycle_key()  # what was bound to the session, such as a search, ends with the other agency
        request.session["membership"], request.session[SEVERAL] = chosen, True
        record_event(by=viewer_for(request.user, chosen), event="agency.chosen")
        return redirect("home")


class Organisation(Page):
    """Agencies, their people and panels: what an administrator looks after. It holds no case."""

    rule = ADMINISTRATOR
    template = "casework/home/organisation.html"
    title = "Agencies, people and panels"

    def context(self) -> dict:
        return {"agencies": agencies_of(self.viewer), "panels": panels_of(self.viewer)}


@method_decorator(login_not_required, name="dispatch")
class Health(View):
    """Whether the product answers: 200 when its database does."""

    rule = PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return HttpResponse("ok", content_type="text/plain")


urls: list[URLPattern] = [
    path("", Home.as_view(), name="home"),
    path("agency/", ChooseAgency.as_view(), name="choose_agency"),
    path("notices/settle/", SettleNotice.as_view(), name="settle_notice"),
    path("organisation/", Organisation.as_view(), name="organisation"),
    path("healthz", Health.as_view(), name="healthz"),
]
