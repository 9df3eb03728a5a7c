"""Pages: actions. The list with its filters, one action, starting it and closing it with its outcome."""

from django.db.models import QuerySet
from django.urls import path, reverse

from casework.access.guards import can_close_action, check_can_close_action
from casework.commands import actions
from casework.forms.actions import ActionFilter, CloseActionForm, StartActionForm
from casework.models import Action
from casework.queries import actions as read
from casework.views.base import FormPage, ListPage
from casework.views.rules import PANEL_MEMBER

COLOURS = {
    "open": "blue",
    "in_progress": "amber",
    "done": "green",
    "not_possible": "purple",
    "not_done": "red",
    "superseded": "grey",
}


class Actions(ListPage):
    """Every action that the viewer may read."""

    rule = PANEL_MEMBER
    template = "casework/actions/list.html"
    title = "Actions"
    filter_class = ActionFilter

    def rows(self) -> QuerySet:
        return read.actions_in_order(self.viewer)

    def context(self) -> dict:
        context = super().context()
        rows = [
            {"line": line, "colour": COLOURS[line.action.status], "is_ours": can_close_action(self.viewer, line.action)}
            for line in read.lines(self.viewer, list(context["rows"]))
        ]
        return context | {"rows": rows}


class ActionPage(FormPage):
    """One action; its own agency starts it here, or goes on to close it."""

    rule = PANEL_MEMBER
    template = "casework/actions/action.html"
    title = "Action"
    form_class = StartActionForm

    def load(self, reference: str) -> None:
        self.action = self.find(Action, reference, "agency", "panel")

    def context(self) -> dict:
        line = read.lines(self.viewer, [self.action])[0]
        is_open = self.action.status in Action.OPEN_STATES
        ours = is_open and can_close_action(self.viewer, self.action)
        return {
            "action": self.action,
            "line": line,
            "colour": COLOURS[self.action.status],
            "may_close": ours,
            "may_start": ours and self.action.status == Action.Status.OPEN,
        }

    def act(self, form) -> str:
        actions.start_action(by=self.viewer, action=self.action)
        return reverse("action", args=[self.action.reference])


class CloseAction(FormPage):
    """Close an action with what came of it."""

    rule = PANEL_MEMBER
    template = "casework/actions/close.html"
    title = "Close an action"
    form_class = CloseActionForm

    def load(self, reference: str) -> None:
        self.action = self.find(Action, reference, "agency", "panel")
        check_can_close_action(self.viewer, self.action)

    def version(self) -> int:
        return self.action.version

    def context(self) -> dict:
        return {"action": self.action, "line": read.lines(self.viewer, [self.action])[0]}

    def act(self, form) -> str:
        actions.close_action(by=self.viewer, action=self.action, version=self.sent_version, **form.cleaned_data)
        return reverse("action", args=[self.action.reference])


urls = [
    path("actions/", Actions.as_view(), name="actions"),
    path("actions/<str:reference>/", ActionPage.as_view(), name="action"),
    path("actions/<str:reference>/close/", CloseAction.as_view(), name="action_close"),
]
