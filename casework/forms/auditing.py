"""Forms of the auditor's pages."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from casework.commands.auditing import LONGEST
from casework.forms.fields import CleanCharField, KitForm, Radios, UKDateField
from casework.models import normalise_reference
from casework.queries.auditing import KINDS, Asked, code_of

MOST_CASES = 20


class ReferenceForm(KitForm):
    """Whose trail to read: a case or a referral."""

    prefix = "case"
    reference = CleanCharField(
        max_length=20, label="Reference of a case or referral", help_text="For example H7K4-92QX"
    )

    def clean_reference(self) -> str:
        found = normalise_reference(self.cleaned_data["reference"])
        if found is None:
            raise ValidationError("This is not a reference. Check each letter and digit.")
        return found


class PersonForm(KitForm):
    """Whose trail to read: a person of the partnership."""

    prefix = "person"
    person = forms.ChoiceField(label="Person")

    def __init__(self, *args, people=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [
            ("", "Choose a person"),
            *((code_of("person", one.pk), one.display_name) for one in people),
        ]


class NarrowForm(KitForm):
    """Narrows a list of events."""

    since = UKDateField(required=False, label="From")
    until = UKDateField(required=False, label="To")
    kind = forms.ChoiceField(required=False, label="What was done", choices=[("", "Anything"), *KINDS.items()])
    person = forms.ChoiceField(required=False, label="Person")
    agency = forms.ChoiceField(required=False, label="Agency")

    def __init__(self, *args, people=(), agencies=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {code_of("person", one.pk): one for one in people}
        self.agencies = {one.slug: one for one in agencies}
        self.fields["person"].choices = [
            ("", "Anybody"),
            *((code, one.display_name) for code, one in self.people.items()),
        ]
        self.fields["agency"].choices = [("", "Any agency"), *((code, one.name) for code, one in self.agencies.items())]

    def clean(self) -> dict:
        data = super().clean()
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", "To must be the same day as From, or later")
        return data

    def asked(self) -> Asked:
        data = self.cleaned_data
        person, agency = self.people.get(data["person"]), self.agencies.get(data["agency"])
        return Asked(
            data["since"], data["until"], data["kind"], person.pk if person else None, agency.pk if agency else None
        )


class AskForm(KitForm):
    """What an auditor asks to read values of, why, and until when."""

    references = CleanCharField(
        max_length=400,
        lines=4,
        label="References of the cases",
        help_text="One on each line, 20 at most. Only their history is opened.",
    )
    reason = CleanCharField(
        max_length=500,
        lines=4,
        label="Why the values are needed",
        help_text="A governance lead of the partnership reads this. Name no person.",
    )
    until = UKDateField(future=True, label="Until", help_text="At most 30 days from today.")

    def clean_references(self) -> list[str]:
        typed = [line.strip(" ,;") for line in self.cleaned_data["references"].splitlines() if line.strip(" ,;")]
        found = [normalise_reference(text) for text in typed]
        if None in found:
            raise ValidationError(f"Line {found.index(None) + 1} is not a reference. Check each letter and digit.")
        if len(found) > MOST_CASES:
            raise ValidationError(f"Name {MOST_CASES} cases at most. You have named {len(found)}.")
        return found

    def clean_until(self):
        until = self.cleaned_data["until"]
        if until > timezone.localdate() + LONGEST:
            raise ValidationError("Until must be 30 days from today at most")
        return until


class DecideForm(KitForm):
    """A governance lead's answer."""

    decision = forms.ChoiceField(
        label="Do you approve this request?", choices=[("approve", "Approve"), ("decline", "Decline")], widget=Radios()
    )


class EndForm(KitForm):
    """Nothing to fill in: ending is confirmed by its button."""
