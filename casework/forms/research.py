"""Forms for an agency's research: statements, one row each, and "nothing known" for many hearings."""

from django import forms
from django.core.exceptions import ValidationError

from casework.forms.fields import Checkboxes, CleanCharField, KitForm, Radios, UKDateField
from casework.models import AssertionType, Audience, DataClass

MOST_ROWS = 20
READERS_HINTS = {
    Audience.ALL_PRESENT: "Printed in every agency's pack.",
    Audience.OWNER_ONLY: "Printed in your own agency's pack alone.",
    Audience.NAMED_AGENCIES: "Printed in your pack and in those of the agencies that you tick.",
    Audience.CHAIR_ONLY: "Shown to the chair on screen; in no other agency's pack.",
    Audience.VERBAL_ONLY: "You will say it. Leave the text empty: it is not recorded.",
}


class StatementForm(KitForm):
    """One statement of one agency."""

    text = CleanCharField(label="What you know", max_length=4000, lines=4, required=False)
    assertion_type = forms.ChoiceField(
        label="What kind of statement is this?", choices=AssertionType.choices, widget=Radios
    )
    audience = forms.ChoiceField(label="Who may read it?", choices=Audience.choices, widget=Radios(hints=READERS_HINTS))
    named = forms.MultipleChoiceField(label="Named agencies", widget=Checkboxes)
    data_classes = forms.MultipleChoiceField(label="What it contains", choices=DataClass.choices, widget=Checkboxes)
    said_on = UKDateField(label="When it happened or was seen (if known)", past=True, required=False)

    reveals = {"audience": {Audience.NAMED_AGENCIES: ["named"]}}

    def __init__(self, *args, agencies=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["named"].choices = [(str(agency.pk), agency.name) for agency in agencies]

    def clean(self):
        data = super().clean()
        if "audience" not in data:
            return data
        if data["audience"] == Audience.VERBAL_ONLY and data.get("text"):
            self.add_error(
                "text",
                "Leave What you know empty, or choose who may read it: what is only said at the meeting is not recorded",
            )
        if data["audience"] != Audience.VERBAL_ONLY and not data.get("text") and "text" not in self.errors:
            self.add_error("text", "Enter what you know")
        return data


class StatementRows(forms.BaseFormSet):
    """The statements of a return. Rows left wholly empty are ignored; at least one must be filled in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for form in self.forms:
            form.empty_permitted = True

    def clean(self):
        if not any(self.errors) and not self.filled:
            raise ValidationError("Write at least one statement, or answer “nothing known”.")

    @property
    def filled(self) -> list[dict]:
        """The cleaned rows in which something was entered."""
        return [form.cleaned_data for form in self.forms if form.has_changed()]

    def typed(self) -> list[dict]:
        """What was typed into each row, unchecked, to show it again with another row."""
        return [
            {
                name: field.widget.value_from_datadict(self.data, self.files, form.add_prefix(name))
                for name, field in form.fields.items()
            }
            for form in self.forms
        ]

    def add_error(self, field, error) -> None:
        """An error of the command, shown above the rows."""
        self._non_form_errors.extend(ValidationError(error).error_list)


def statement_rows(rows: int):
    """A formset class that shows this many rows when nothing has been typed."""
    return forms.formset_factory(StatementForm, formset=StatementRows, extra=rows, max_num=MOST_ROWS, validate_max=True)


class NothingKnownForm(KitForm):
    """Any number of hearings about which the agency knows nothing."""

    hearings = forms.MultipleChoiceField(label="Cases about which your agency knows nothing", widget=Checkboxes)

    def __init__(self, *args, references=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hearings"].choices = [(reference, reference) for reference in references]


class WishesForm(KitForm):
    """What the victim wants from the meeting."""

    text = CleanCharField(
        label="What the victim wants, fears, and wants each agency to do or not to do", max_length=4000, lines=6
    )
    audience = forms.ChoiceField(
        label="Who may read it?", widget=Radios,
        choices=[(value, label) for value, label in Audience.choices if value not in (Audience.VERBAL_ONLY, Audience.NAMED_AGENCIES)],
    )  # fmt: skip
    said_on = UKDateField(label="When she or he said so", past=True)
