"""Pages: the powers to share as the partnership uses them, and trying out which of them fit."""

from django.contrib import messages
from django.http import Http404
from django.urls import path, reverse

from casework.access.agreements import can_set_powers, check_can_set_powers
from casework.access.policies import NotNow
from casework.commands.powers import record_power_check, switch_power
from casework.forms.agreements import CheckForm, SwitchForm, TryForm
from casework.models import Agency, Panel
from casework.queries import powers as queries
from casework.views.base import FormPage, Page
from casework.views.rules import GOVERNS_PARTNERSHIP, KEEPS_AGREEMENTS


class PowerList(Page):
    """The list of powers."""

    rule = KEEPS_AGREEMENTS
    template = "casework/powers/list.html"
    title = "Legal powers"

    def context(self) -> dict:
        return {"lines": queries.powers(self.viewer)}


class OfPower(Page):
    """A page about one power."""

    abstract = True

    def load(self, code: str) -> None:
        found = queries.power_by_code(self.viewer, code)
        if found is None:
            raise Http404
        self.line: queries.PowerLine = found

    def context(self) -> dict:
        return {"line": self.line, "may_set": can_set_powers(self.viewer)}

    def done(self, text: str) -> str:
        messages.success(self.request, text)
        return reverse("power", args=[self.line.row.code])


class PowerPage(OfPower):
    """One power: what it is good for, whether it is used here, when its text was checked."""

    rule = KEEPS_AGREEMENTS
    template = "casework/powers/power.html"
    title = "Legal power"


class ChangePower(OfPower, FormPage):
    """A form about one power, for governance leads."""

    abstract = True

    def load(self, code: str) -> None:
        super().load(code)
        check_can_set_powers(self.viewer)

    def version(self) -> int | None:
        return self.line.setting.version if self.line.setting else None


class Switch(ChangePower):
    """Confirms that a power is used from now on, or no longer."""

    rule = GOVERNS_PARTNERSHIP
    template = "casework/powers/switch.html"
    title = "Switch a power on or off"
    form_class = SwitchForm

    def load(self, code: str) -> None:
        super().load(code)
        if self.line.is_context:
            raise NotNow("This is context and is never offered as a power, so there is nothing to switch.")

    def form_options(self) -> dict:
        return {"initial": {"to": "off" if self.line.used else "on"}}

    def act(self, form) -> str:
        to, note = form.cleaned_data["to"], form.cleaned_data["note"]
        switch_power(by=self.viewer, gateway=self.line.row, is_on=to == "on", note=note, seen=self.sent_version)
        return self.done(f"The power was switched {to}.")


class Checked(ChangePower):
    """Records the day on which the text was checked."""

    rule = GOVERNS_PARTNERSHIP
    template = "casework/powers/checked.html"
    title = "Record a check of the text"
    form_class = CheckForm

    def act(self, form) -> str:
        checked_on = form.cleaned_data["checked_on"]
        record_power_check(by=self.viewer, gateway=self.line.row, checked_on=checked_on, seen=self.sent_version)
        return self.done("The check was recorded.")


class TryOut(Page):
    """Which powers a disclosure could rely on, and why not the others. Nothing is disclosed or kept."""

    rule = KEEPS_AGREEMENTS
    template = "casework/powers/try.html"
    title = "Try out which powers fit"

    def context(self) -> dict:
        here = {"partnership_id": self.viewer.partnership_id}
        form = TryForm(
            self.request.GET or None,
            panels=list(Panel.objects.filter(**here).order_by("name")),
            agencies=list(Agency.objects.filter(**here).select_related("acts_on_behalf_of")),
        )
        asked = form.asked() if form.is_bound and form.is_valid() else None
        return {"form": form, "tried": queries.try_out(self.viewer, **asked) if asked else None}


urls = [
    path("powers/", PowerList.as_view(), name="powers"),
    path("powers/try/", TryOut.as_view(), name="powers_try"),
    path("powers/<str:code>/", PowerPage.as_view(), name="power"),
    path("powers/<str:code>/switch/", Switch.as_view(), name="power_switch"),
    path("powers/<str:code>/checked/", Checked.as_view(), name="power_checked"),
]
