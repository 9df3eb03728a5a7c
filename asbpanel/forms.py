"""Forms of the ASB side."""

from django import forms
from django.core.exceptions import ValidationError

from asbpanel.models import AsbCase
from asbpanel.words import CATEGORIES
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.parties import PartyDetails
from casework.forms.decisions import DecisionPart
from casework.forms.fields import (
    Checkboxes,
    CleanCharField,
    KitForm,
    KitMixin,
    PersonNameField,
    PostcodeField,
    Radios,
    UKDateField,
)
from casework.models import Panel, Report, normalise_reference
from casework.queries.decisions import Choices

EMERGENCY = "If somebody is in danger now, call 999 first. Tick this and say in the report what you did."
PERPETRATORS = (1, 2, 3)
CHOOSE = ("", "Choose one")
YES_NO = [("yes", "Yes"), ("no", "No")]


class PlaceMixin(forms.Form):
    place = CleanCharField(
        label="Place",
        max_length=300,
        required=False,
        help_text="Street, block or landmark. Not the home of the person who reports, unless it happened there.",
    )
    postcode = PostcodeField(label="Postcode of the place", required=False, max_length=10)


class ReportForm(PlaceMixin, KitForm):
    """What somebody told the agency."""

    panel = forms.ModelChoiceField(label="Panel", queryset=Panel.objects.none(), to_field_name="slug", empty_label=None)
    source_name = PersonNameField(
        label="Who reports it",
        required=False,
        help_text="Stored encrypted, shown to nobody without a recorded click. Leave empty if the person wants to stay unknown.",
    )
    source_contact = CleanCharField(label="How to reach that person", max_length=300, required=False)
    channel = forms.ChoiceField(label="How it reached you", choices=[CHOOSE, *Report.Channel.choices])
    is_complaint = forms.ChoiceField(
        label="Does the person want something done about it?",
        choices=YES_NO,
        initial="yes",
        widget=Radios(inline=True, hints={}),
    )
    category = forms.ChoiceField(label="What kind of behaviour", choices=[CHOOSE, *CATEGORIES])
    narrative = CleanCharField(label="What happened", max_length=4000, lines=6)
    harm_to_victim = CleanCharField(
        label="Harm to the victim",
        max_length=500,
        lines=2,
        required=False,
        help_text="What it does to the person: sleep, health, fear, children.",
    )
    alleged_perpetrator_text = CleanCharField(
        label="Who is said to have done it",
        max_length=300,
        required=False,
        help_text="As the person described them. It stays an allegation.",
    )
    immediate_risk = forms.BooleanField(label="Somebody is in danger now", required=False, help_text=EMERGENCY)

    field_order = [
        "panel",
        "channel",
        "category",
        "place",
        "postcode",
        "narrative",
        "harm_to_victim",
        "alleged_perpetrator_text",
        "immediate_risk",
        "is_complaint",
        "source_name",
        "source_contact",
    ]

    def __init__(self, *args, panels, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["panel"].queryset = panels
        self.fields["panel"].label_from_instance = lambda panel: panel.name
        self.fields["panel"].initial = panels.first()
        if len(panels) == 1:
            self.fields["panel"].widget = forms.HiddenInput()

    def clean(self):
        given = super().clean()
        if not self.errors and not given.get("place") and not given.get("postcode"):
            self.add_error("place", "Enter a place or a postcode, or write “not known”")
        return given


class DecideForm(KitForm):
    """What becomes of a report that opens no case."""

    outcome = forms.ChoiceField(
        label="What becomes of this report?",
        choices=[
            ("signposted", "Signposted elsewhere"),
            ("not_asb", "Not anti-social behaviour"),
            ("duplicate", "Duplicate of another report"),
        ],
        widget=Radios(
            hints={
                "signposted": "Another service is the right one, and the person was told which.",
                "not_asb": "The person who reported is owed these reasons in a letter.",
            }
        ),
    )
    duplicate_of = CleanCharField(label="Reference of the other report", max_length=20)
    reason = CleanCharField(
        label="Reason",
        max_length=500,
        lines=3,
        help_text="Where the person was pointed to, or why it is not anti-social behaviour.",
    )
    reveals = {"outcome": {"duplicate": ["duplicate_of"]}}

    def __init__(self, *args, viewer: Viewer, report: Report, **kwargs):
        super().__init__(*args, **kwargs)
        self.viewer, self.report = viewer, report

    def clean_duplicate_of(self):
        return report_by_reference(self.viewer, self.report, self.cleaned_data["duplicate_of"])

    @property
    def other(self) -> Report | None:
        """The report that this one repeats, where the outcome says so."""
        return self.cleaned_data.get("duplicate_of") or None


def report_by_reference(viewer: Viewer, report: Report, text: str) -> Report:
    """Another report of the same panel that the viewer may read; refuses the reference in words otherwise."""
    rows = visible(viewer, Report).filter(panel=report.panel_id).exclude(pk=report.pk).select_related("agency", "panel")
    found = rows.filter(reference=normalise_reference(text) or "").first()
    if found is None:
        raise ValidationError("There is no other report with this reference that you can open")
    return found


class UndoForm(KitForm):
    reason = CleanCharField(label="Why is this undone?", max_length=500, lines=3)


class CaseForm(PlaceMixin, KitForm):
    """What the panel knows of a case."""

    category = forms.ChoiceField(label="What kind of behaviour", choices=[CHOOSE, *CATEGORIES])
    victim_risk = forms.ChoiceField(
        label="Risk to the victim",
        choices=AsbCase.Risk.choices,
        widget=Radios(
            hints={
                "high": "Decides the order of the agenda. Tell a supervisor the same day.",
                "medium": "A named officer and an action plan.",
            }
        ),
    )
    summary = CleanCharField(
        label="Summary",
        max_length=4000,
        lines=6,
        help_text="What was reported, by how many, since when, and what was tried. Leave out who reported it.",
    )
    field_order = ["category", "place", "postcode", "victim_risk", "summary"]


class OpenCaseForm(DecisionPart, CaseForm):
    """Several reports become one case."""

    reports = forms.MultipleChoiceField(label="Other reports of the same matter", required=False, widget=Checkboxes)
    more_reports = CleanCharField(
        label="References of further reports", max_length=400, lines=2, required=False, help_text="One on each line."
    )
    complainant_given = PersonNameField(
        label="Complainant's given names",
        required=False,
        help_text="Everybody who reads the case would read this. Left empty, the case says “Complainant A”.",
    )
    complainant_family = PersonNameField(label="Complainant's family name", required=False)

    def __init__(self, *args, viewer: Viewer, report: Report, suggestions, choices: Choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.viewer, self.report = viewer, report
        self.found = {suggestion.report.reference: suggestion.report for suggestion in suggestions}
        if suggestions:
            self.fields["reports"].choices = [(s.report.reference, s.label) for s in suggestions]
        else:
            del self.fields["reports"]
        self.offer(choices)
        self._add_perpetrators()
        first = ["reports"] if suggestions else []
        names = [f"perpetrator{n}_{part}" for n in PERPETRATORS for part in ("given", "family", "born")]
        people = ["complainant_given", "complainant_family", *names]
        self.order_fields([*first, "more_reports", *CaseForm.field_order, *people, *DecisionPart.ANSWERS])

    def _add_perpetrators(self) -> None:
        for number in PERPETRATORS:
            which = "Alleged perpetrator" if number == 1 else f"Alleged perpetrator {number}"
            self.fields[f"perpetrator{number}_given"] = PersonNameField(label=f"{which}: given names", required=False)
            self.fields[f"perpetrator{number}_family"] = PersonNameField(label=f"{which}: family name", required=False)
            self.fields[f"perpetrator{number}_born"] = UKDateField(
                label=f"{which}: date of birth", required=False, past=True
            )
            for part in ("given", "family", "born"):
                self.fields[f"perpetrator{number}_{part}"].widget.attrs.setdefault("autocomplete", "off")

    def clean_more_reports(self) -> list[Report]:
        lines = [text.strip() for text in self.cleaned_data["more_reports"].splitlines() if text.strip()]
        if len(lines) > 50:
            raise ValidationError("Enter at most 50 references at a time")
        return [report_by_reference(self.viewer, self.report, text) for text in lines]

    def clean(self):
        given = super().clean()
        for number in PERPETRATORS:
            names = [given.get(f"perpetrator{number}_{part}") for part in ("given", "family")]
            if given.get(f"perpetrator{number}_born") and not any(names):
                self.add_error(
                    f"perpetrator{number}_family", "Enter a name for this date of birth, or leave both empty"
                )
        return given

    @property
    def chosen(self) -> list[Report]:
        """The report that the form was opened from, then the others, each once."""
        ticked = [self.found[reference] for reference in self.cleaned_data.get("reports", [])]
        others = {report.pk: report for report in [*ticked, *self.cleaned_data["more_reports"]]}
        return [self.report, *others.values()]

    @property
    def parties(self) -> list[PartyDetails]:
        """The people that the form names; a complainant without a name stands under a pseudonym."""
        given, family = self.cleaned_data["complainant_given"], self.cleaned_data["complainant_family"]
        if not given and not family:
            given, family = "Complainant", "A"
        people = [PartyDetails("complainant", family_name=family, given_names=given)]
        for number in PERPETRATORS:
            names = {
                "given_names": self.cleaned_data[f"perpetrator{number}_given"],
                "family_name": self.cleaned_data[f"perpetrator{number}_family"],
            }
            if any(names.values()):
                born = self.cleaned_data[f"perpetrator{number}_born"]
                people.append(PartyDetails("alleged_perpetrator", born_on=born, **names))
        return people


class JoinForm(DecisionPart, KitForm):
    """A report becomes part of an open case."""

    case = forms.ChoiceField(label="Case")
    share = forms.ChoiceField(
        label="May the agency that took the report read this case?",
        choices=YES_NO,
        widget=Radios(hints={"no": "It keeps its own report and sees nothing else."}),
    )
    field_order = ["case", "share", *DecisionPart.ANSWERS]
    reveals = {"share": {"yes": list(DecisionPart.ANSWERS)}}

    def __init__(self, *args, cases: list[tuple[str, str]], choices: Choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["case"].choices = [CHOOSE, *cases]
        self.offer(choices)


class IncidentFilter(KitMixin, forms.Form):
    """Which months and which area the table of incidents shows; choices come from what was imported."""

    first = forms.ChoiceField(label="From", required=False)
    last = forms.ChoiceField(label="To", required=False)
    area = forms.ChoiceField(label="Area", required=False)
    by = forms.ChoiceField(label="One row for each", required=False, choices=[("place", "Place"), ("area", "Area")])

    def __init__(self, *args, months, areas, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(f"{month:%Y-%m}", f"{month:%B %Y}") for month in months]
        self.fields["first"].choices = [("", "The last 12 months"), *choices]
        self.fields["last"].choices = [("", "The latest month"), *choices]
        self.fields["area"].choices = [("", "All areas"), *areas]

    def clean(self):
        given = super().clean()
        if given.get("first") and given.get("last") and given["first"] > given["last"]:
            self.add_error("last", "The last month must not be before the first")
        return given
