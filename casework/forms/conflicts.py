"""Forms: one's own connections, saying that one is connected, recording and deciding about a conflict of interest."""

from django import forms

from casework.forms.fields import Checkboxes, CleanCharField, KitForm, PersonNameField, Radios, UKDateField
from casework.models import Connection

NATURES = [choice for choice in Connection.Nature.choices if choice[0] != Connection.Nature.MYSELF]


class PersonForm(KitForm):
    """A name and, where known, a birth date."""

    given_names = PersonNameField(label="First names")
    family_name = PersonNameField(label="Last name")
    born_on = UKDateField(label="Date of birth", past=True, required=False)


class MyselfForm(PersonForm):
    """She herself, so that a case in which she is a person is found."""


class ConnectionForm(PersonForm):
    """Somebody with whom she is connected."""

    nature = forms.ChoiceField(label="How are you connected?", choices=NATURES, widget=Radios)
    field_order = ["nature", "given_names", "family_name", "born_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["born_on"].label = "Date of birth, if you know it"


class ConnectedForm(KitForm):
    """“I am connected to somebody here”: in which cases, and how."""

    cases = forms.MultipleChoiceField(label="In which cases?", widget=Checkboxes)
    nature = forms.ChoiceField(label="How are you connected?", choices=NATURES, widget=Radios)
    confirmed = forms.BooleanField(label="I understand that I will no longer see these cases")

    def __init__(self, *args, references: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cases"].choices = [(reference, f"Case {reference}") for reference in references]
        if len(references) == 1:
            del self.fields["cases"]
            self.fields["confirmed"].label = "I understand that I will no longer see this case"


class RecordForm(KitForm):
    """Whom the office keeps out of a case, and why."""

    person = forms.ChoiceField(label="Who must not read this case?")
    reason = CleanCharField(
        label="Reason", max_length=300, lines=3, help_text="What connects the person with somebody in this case."
    )

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Choose a person"), *members]


class DecideForm(KitForm):
    """Whether there is a conflict, with a reason."""

    CHOICES = [
        ("confirm", "There is a conflict: the person stays kept out"),
        ("clear", "There is no conflict: the person gets back what they had"),
    ]

    decision = forms.ChoiceField(label="What do you decide?", choices=CHOICES, widget=Radios)
    reason = CleanCharField(label="Reason", max_length=300, lines=3)

    def __init__(self, *args, confirmed: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if confirmed:
            self.fields["decision"].choices = self.CHOICES[1:]
