"""Forms about meetings: planning, listing, circulating, and what is recorded while one lasts."""

from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from casework.commands.decisions import Answers
from casework.forms.decisions import chosen_power, offer_bases, offer_powers
from casework.forms.fields import CleanCharField, KitForm, Radios, UKDateField
from casework.models import Action, Agency, Attendance, Consent, Hearing, LegalCondition, Panel, RiskTarget
from casework.queries.circulation import Sets

CLOCK = ["%H:%M", "%H.%M", "%I:%M%p", "%I.%M%p", "%I%p", "%I:%M %p", "%I %p"]
NOT_A_TIME = "Enter a time, like 9:30 or 2pm"
MINUTES = {"class": "govuk-input--width-4", "inputmode": "numeric"}
AS_REFERRED = "As the referral of each case says."
LEVELS = [("high", "High"), ("reduced", "Reduced below the threshold"), ("unclear", "Unclear")]


class MinutesField(forms.IntegerField):
    """A number of minutes, in words where it cannot be one."""

    def __init__(self, *, most: int, **kwargs):
        wrong = f"Enter a whole number of minutes from 1 to {most}"
        errors = {"invalid": wrong, "min_value": wrong, "max_value": wrong}
        super().__init__(min_value=1, max_value=most, error_messages=errors, widget=forms.TextInput(MINUTES), **kwargs)


class MeetingForm(KitForm):
    """A new meeting. `panels` are those whose office the viewer holds."""

    panel = forms.ModelChoiceField(Panel.objects.none(), label="Panel", empty_label=None, widget=Radios)
    day = UKDateField(label="Date", future=True)
    at = forms.TimeField(
        label="Start time", input_formats=CLOCK, error_messages={"invalid": NOT_A_TIME}, help_text="For example 9:30 or 2pm",
        widget=forms.TextInput({"class": "govuk-input--width-5"}),
    )  # fmt: skip
    place = CleanCharField(label="Place", max_length=120, help_text="A room, or “online”.")
    minutes_available = MinutesField(label="Minutes available", most=600, initial=240)

    def __init__(self, *args, panels, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["panel"].queryset = panels
        self.fields["panel"].label_from_instance = lambda panel: panel.name
        if len(panels) == 1:
            self.fields["panel"].initial = panels[0]

    @property
    def starts_at(self) -> datetime:
        """Date and time by the clock of London."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"]))


class AgendaStepForm(KitForm):
    """One button of the agenda builder: what to do, and to which case or hearing."""

    STEPS = ("add", "remove", "up", "down", "children_first")

    step = forms.ChoiceField(choices=[(step, step) for step in STEPS])
    reference = forms.CharField(max_length=12, required=False)


class ListingForm(KitForm):
    """How a case is listed: why, and for how long."""

    listing_reason = forms.ChoiceField(label="Listing reason", choices=Hearing.ListingReason.choices, widget=Radios)
    minutes = MinutesField(label="Minutes", most=120)


class CirculateForm(KitForm):
    """The decision behind the circulation: a power for each set of agencies, and once a lawful basis. Reasons are not typed again.

    `sets` are what can be relied on (casework.queries.circulation.Sets). Only where `unexplained` cases were never given a reason
    is one asked for. Only the due date is proposed.
    """

    condition = forms.ChoiceField(label="Lawful basis of the circulation", widget=Radios)
    necessity = CleanCharField(
        label="Why sharing is necessary for the cases without a reason", max_length=500, lines=3,
        help_text="One sentence: what these agencies must know, and what could happen if they did not. Name nobody here.",
    )  # fmt: skip
    research_due_on = UKDateField(label="Research is due on", future=True)
    confirmed = forms.BooleanField(label="I have checked the list of cases and agencies on this page")

    def __init__(self, *args, sets: Sets, unexplained: bool, meeting_day: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.meeting_day, self.sets = meeting_day, sets
        offer_bases(self.fields["condition"], sets.bases)
        if not unexplained:
            del self.fields["necessity"]
        for number, each in enumerate(sets.sets, start=1):
            names = ", ".join(agency.name for agency in each.recipients)
            label = f"Power to share with {names}"
            self.fields[f"power_{number}"] = field = forms.ChoiceField(
                label=label, widget=Radios, error_messages={"required": f"Select the power to share with {names}"}
            )
            offer_powers(field, each.gateways)
        self.order_fields([name for name in self.fields if name.startswith("power_")])

    def clean_research_due_on(self):
        day = self.cleaned_data["research_due_on"]
        if day > self.meeting_day:
            raise ValidationError("Research is due on must not be after the meeting")
        return day

    def shares(self) -> list[tuple[Answers, list[Agency]]]:
        """The answers for each set of agencies."""
        basis = LegalCondition.objects.filter(code=self.cleaned_data["condition"]).first()
        made = []
        for number, each in enumerate(self.sets.sets, start=1):
            gateway, purpose = chosen_power(self.cleaned_data[f"power_{number}"])
            answers = Answers(
                gateway=gateway, condition=basis, purpose=purpose, necessity=self.cleaned_data.get("necessity") or AS_REFERRED,
                victim_views=AS_REFERRED, consent=Consent.AS_REFERRED,
            )  # fmt: skip
            made.append((answers, each.recipients))
        return made

    def add_error(self, field, error) -> None:
        """As usual; what the command says about the answers stands above the form."""
        if field is None and hasattr(error, "error_dict"):
            error = ValidationError([sentence for several in error.message_dict.values() for sentence in several])
        super().add_error(field, error)


class ConfirmForm(KitForm):
    """A step that cannot be undone, confirmed."""

    confirmed = forms.BooleanField()

    def __init__(self, *args, sentence: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["confirmed"].label = sentence
        self.fields["confirmed"].error_messages["required"] = f"Tick to go on: {sentence}"


class AttendanceForm(KitForm):
    """One seat's attendance."""

    HERE = (Attendance.Status.PRESENT, Attendance.Status.DEPUTY)

    agency = forms.IntegerField(widget=forms.HiddenInput)
    status = forms.ChoiceField(
        label="Attendance", required=False, choices=[("", "Not recorded yet"), *Attendance.Status.choices]
    )
    attendee = CleanCharField(label="Who came", max_length=120, required=False)
    accepted = forms.BooleanField(label="Accepted the confidentiality statement", required=False)

    def clean(self):
        data = super().clean()
        if data.get("status") in self.HERE and not data.get("attendee"):
            self.add_error("attendee", "Enter who came")
        if data.get("accepted") and data.get("status") not in self.HERE:
            self.add_error("accepted", "Only somebody who came can accept the statement")
        return data


class AttendanceRows(forms.BaseFormSet):
    """The attendance of all seats."""

    def add_error(self, field, error) -> None:
        """An error of the command, shown above the rows."""
        self._non_form_errors.extend(ValidationError(error).error_list)


AttendanceFormSet = forms.formset_factory(AttendanceForm, formset=AttendanceRows, extra=0, max_num=60)


class HearingForm(KitForm):
    """The chair's summary of risk, and whether the case has been heard."""

    STATES = [
        (Hearing.Status.LISTED, "Still being heard"),
        (Hearing.Status.HEARD, "Heard"),
        (Hearing.Status.CARRIED_OVER, "Carried over to another meeting"),
    ]

    summary = CleanCharField(label="Summary of risk", max_length=4000, lines=6, required=False)
    risk_level = forms.ChoiceField(label="Agreed level of risk", choices=LEVELS, widget=Radios, required=False)
    status = forms.ChoiceField(label="Where the hearing stands", choices=STATES, widget=Radios)

    def clean(self):
        data = super().clean()
        if data.get("status") == Hearing.Status.HEARD:
            for name, wanted in (
                ("summary", "Enter the summary of risk"),
                ("risk_level", "Select the agreed level of risk"),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, wanted)
        return data


class RiskForm(KitForm):
    """One risk that the meeting agreed on."""

    target = forms.ChoiceField(label="Risk to", choices=RiskTarget.choices, widget=Radios)
    text = CleanCharField(label="What the risk is", max_length=500, lines=3)


class ActionForm(KitForm):
    """One action with one owner. `agencies` have a seat; `risks` are those of the hearing."""

    agency = forms.ModelChoiceField(None, label="Agency that will do it", empty_label="Choose one agency")
    description = CleanCharField(label="What it will do", max_length=1000, lines=3)
    due_on = UKDateField(label="Due date", future=True)
    target = forms.ChoiceField(label="About", choices=RiskTarget.choices, widget=Radios)
    risk = forms.ModelChoiceField(None, label="Risk that it treats", required=False, empty_label="No single risk")
    reveals_disclosure = forms.ChoiceField(
        label="Could doing it tell the alleged perpetrator that somebody has spoken?",
        choices=Action.Reveals.choices,
        widget=Radios,
    )

    def __init__(self, *args, agencies, risks, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset, self.fields["risk"].queryset = agencies, risks
        self.fields["agency"].label_from_instance = lambda agency: agency.name
        self.fields["risk"].label_from_instance = lambda risk: f"{risk.get_target_display()}: {risk.text[:80]}"
