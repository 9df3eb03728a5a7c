"""Forms: sealing a case, naming its readers anew, unsealing it."""

from django import forms

from casework.forms.fields import Checkboxes, CleanCharField, KitForm
from casework.models import Membership


class ReadersForm(KitForm):
    """Who alone reads the case from now on, and why. `offices` are the memberships that hold the panel's office."""

    readers = forms.MultipleChoiceField(
        label="Who reads this case from now on?",
        widget=Checkboxes,
        help_text="At least one must hold the office of coordinator, chair or deputy. Leave out whoever the case is about.",
    )
    reason = CleanCharField(
        label="Reason",
        max_length=500,
        lines=3,
        help_text="It is kept with the event, apart from the case. Name nobody here.",
    )
    confirmed = forms.BooleanField(label="I have read who will lose access")

    def __init__(self, *args, memberships: list[Membership], offices: set[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.memberships = {str(one.pk): one for one in memberships}
        self.fields["readers"].choices = [
            (key, f"{one.user.display_name}, {one.agency.name}{' (office)' if one.pk in offices else ''}")
            for key, one in self.memberships.items()
        ]

    def chosen(self) -> list[Membership]:
        """The memberships that were chosen."""
        return [self.memberships[key] for key in self.cleaned_data["readers"]]


class UnsealForm(KitForm):
    """Why the case is no longer sealed."""

    reason = CleanCharField(label="Reason", max_length=500, lines=3)
    confirmed = forms.BooleanField(label="I understand that the whole office reads the case again")
