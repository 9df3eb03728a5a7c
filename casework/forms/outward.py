"""The form to make contact with somebody in a case."""

from django import forms

from casework.commands.outward import Letter
from casework.forms.fields import Checkboxes, CleanCharField, KitForm, Radios
from casework.models import InformationItem, OutwardContact, Party

SHOWN = 90  # letters of a statement, to tell it from others


class ContactForm(KitForm):
    """Whom, which way, what for; and the text of a letter."""

    person = forms.ChoiceField(label="Whom do you want to reach?", widget=Radios)
    way = forms.ChoiceField(label="Which way?", choices=OutwardContact.Way.choices, widget=Radios)
    purpose = CleanCharField(
        label="What for?", max_length=200, help_text="A few words for the record. No address and no number."
    )
    text = CleanCharField(
        label="Text of the letter",
        max_length=6000,
        lines=12,
        help_text="Plain words only. The letter names no panel and no agency; write from whom it is only if that is safe.",
    )
    quotes = forms.MultipleChoiceField(
        label="Statements to quote",
        required=False,
        widget=Checkboxes,
        help_text="Your agency’s own, and those whose agency has agreed to this use.",
    )
    reveals = {"way": {OutwardContact.Way.LETTER.value: ["text", "quotes"]}}

    def __init__(
        self, *args, people: list[tuple[Party, str]], statements: list[InformationItem], chosen: dict | None = None, **kwargs
    ):  # fmt: skip
        super().__init__(*args, **kwargs)
        self.people = {str(number): party for number, (party, _) in enumerate(people, start=1)}
        self.fields["person"].choices = [
            (str(number), f"{party.name}, {role.lower()}") for number, (party, role) in enumerate(people, start=1)
        ]
        self.fields["quotes"].choices = [(str(item.pk), short_statement(item)) for item in statements]
        if not statements:
            del self.fields["quotes"]
            self.reveals = {"way": {OutwardContact.Way.LETTER.value: ["text"]}}
        for name, value in (chosen or {}).items():
            self.fields[name].initial = value

    @property
    def party(self) -> Party:
        return self.people[self.cleaned_data["person"]]

    @property
    def letter(self) -> Letter | None:
        given = self.cleaned_data
        if given["way"] != OutwardContact.Way.LETTER:
            return None
        return Letter(given["text"], tuple(int(key) for key in given.get("quotes", [])))


def short_statement(item: InformationItem) -> str:
    """A statement as a choice: whose it is, and its first words."""
    text = " ".join(item.text.split())
    return f"{item.agency.name}: {text if len(text) <= SHOWN else text[:SHOWN].rsplit(' ', 1)[0] + ' …'}"
