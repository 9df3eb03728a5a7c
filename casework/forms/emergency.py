"""Forms of emergency access and of its review."""

from django import forms
from django.core.exceptions import ValidationError

from casework.forms.fields import CleanCharField, KitForm, PersonNameField, Radios, UKDateField
from casework.models import EmergencyAccess, normalise_reference

LEAST = 30
FIND = {"reference": ["reference"], "name": ["family_name", "given_names", "born_on"]}


class EmergencyForm(KitForm):
    """The reason first, then what to look for: a reference, or a full name and a birth date."""

    reveals = {"find": FIND}

    reason = forms.ChoiceField(label="Why now?", choices=EmergencyAccess.Reason.choices, widget=Radios())
    text = CleanCharField(
        max_length=1000,
        lines=4,
        label="What has happened, and what you need to know",
        help_text=f"At least {LEAST} characters. A governance lead reads this within two working days. Name nobody.",
    )
    find = forms.ChoiceField(
        label="What do you have?",
        choices=[("reference", "The case’s reference"), ("name", "A full name and a birth date")],
        widget=Radios(),
    )
    reference = CleanCharField(max_length=20, label="Reference of the case", help_text="For example H7K4-92QX")
    family_name = PersonNameField(label="Family name")
    given_names = PersonNameField(label="Given names")
    born_on = UKDateField(past=True, label="Birth date")

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].strip()
        if len(text) < LEAST:
            raise ValidationError(f"Say more: at least {LEAST} characters. You have written {len(text)}.")
        return text

    def clean_reference(self) -> str:
        found = normalise_reference(self.cleaned_data["reference"] or "")
        if found is None and self.cleaned_data["reference"]:
            raise ValidationError("This is not a reference. Check each letter and digit.")
        return found or ""


class ReviewForm(KitForm):
    """The reviewer's finding."""

    finding = forms.ChoiceField(
        label="Was this access justified?", choices=EmergencyAccess.Finding.choices, widget=Radios()
    )
    note = CleanCharField(
        max_length=1000,
        lines=4,
        label="Why you find so",
        help_text="What you looked at and whom you asked. Name nobody in the case.",
    )
