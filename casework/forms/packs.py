"""Forms about packs: whom to issue to, and the passphrase of a download."""

from django import forms
from django.core.exceptions import ValidationError

from casework.forms.fields import Checkboxes, KitForm

SHORTEST = 12
LONGEST = 120


class IssueForm(KitForm):
    """Which recipients get a copy; `recipients` are (key, name)."""

    recipients = forms.MultipleChoiceField(label="Issue a copy to", widget=Checkboxes)
    confirmed = forms.BooleanField(label="I have read the contents and the warnings on this page")

    def __init__(self, *args, recipients, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["recipients"].choices = recipients


class PassphraseForm(KitForm):
    """A passphrase for one download. It is used once and stored nowhere."""

    passphrase = forms.CharField(
        label="Passphrase for this file", min_length=SHORTEST, max_length=LONGEST, strip=False, widget=forms.PasswordInput(),
        help_text=f"At least {SHORTEST} characters, for example four words. It is not stored: without it the file cannot be opened.",
        error_messages={"min_length": f"Passphrase for this file must be {SHORTEST} characters or more"},
    )  # fmt: skip
    again = forms.CharField(
        label="The same passphrase again", strip=False, max_length=LONGEST, widget=forms.PasswordInput()
    )

    def clean(self):
        data = super().clean()
        if data.get("passphrase") and data.get("again") and data["passphrase"] != data["again"]:
            self.add_error("again", ValidationError("The two passphrases differ. Type the same one twice"))
        return data
