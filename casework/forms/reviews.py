"""Forms about access that ends: renewals, the lines of a review, and people who stay, leave or come back."""

from datetime import date

from django import forms
from django.utils import timezone

from casework.commands.renewals import MOST_MONTHS
from casework.forms.fields import CleanCharField, KitForm, Radios, UKDateField
from casework.models import AccessReviewLine
from casework.queries.members import Member
from casework.queries.reviews import ReviewLine

RENEW, LEAVE, END = "renew", "leave", "end"
MONTHS = (3, 6, MOST_MONTHS)
TODAY, LATER = "today", "later"


class RenewalForm(KitForm):
    """What becomes of one grant that runs out. Nothing is chosen beforehand."""

    decision = forms.ChoiceField(label="What happens to this access?", widget=Radios)
    months = forms.TypedChoiceField(
        label="For how long?", coerce=int, choices=[(n, f"{n} months") for n in MONTHS], widget=Radios(inline=True)
    )
    why = CleanCharField(max_length=300, label="Why is it still needed?", help_text="One sentence.")
    why_end = CleanCharField(max_length=300, label="Why does it end now?", help_text="One sentence.")
    reveals = {"decision": {RENEW: ["months", "why"], END: ["why_end"]}}

    def __init__(self, *args, ran_out: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        leave = "Leave it ended" if ran_out else "Let it run out on its day"
        choices = [(RENEW, "Renew it"), (LEAVE, leave)]
        self.fields["decision"].choices = choices if ran_out else [*choices, (END, "End it now")]


class ReviewForm(KitForm):
    """The lines of a review that wait for an answer, each with its two choices; nothing is chosen beforehand."""

    def __init__(self, *args, lines: list[ReviewLine], **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = {f"line_{line.pk}": line for line in lines}
        for name, line in self.lines.items():
            choices = AccessReviewLine.Answer.choices[:1] if line.is_hers else AccessReviewLine.Answer.choices
            self.fields[name] = forms.ChoiceField(
                required=False, choices=choices, label=f"{line.what}: {line.detail}", widget=Radios(inline=True)
            )

    def rows(self) -> list[tuple[ReviewLine, forms.BoundField]]:
        """Each line with its field."""
        return [(line, self[name]) for name, line in self.lines.items()]

    def clean(self) -> dict:
        data = super().clean()
        if not self.answers():
            raise forms.ValidationError("Answer at least one line, then save.")
        return data

    def answers(self) -> dict[int, str]:
        """What was chosen, by the line's key."""
        return {line.pk: chosen for name, line in self.lines.items() if (chosen := self.cleaned_data.get(name))}


class LeavingForm(KitForm):
    """When a membership ends, and who takes over what is assigned to the person."""

    when = forms.ChoiceField(
        label="When does it end?",
        choices=[(TODAY, "Today, at once"), (LATER, "At the end of a later day")],
        widget=Radios(hints={TODAY: "Takes effect on the person's next click."}),
    )
    on = UKDateField(future=True, label="Last day")
    taker = forms.ChoiceField(label="Who takes over the cases assigned to this person?", widget=Radios)
    reveals = {"when": {LATER: ["on"]}}
    NOBODY = "nobody"

    def __init__(self, *args, takers: list[Member], assigned: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.takers = {one.code: one for one in takers}
        if assigned:
            people = [(code, f"{one.name}, {one.job or one.role}") for code, one in self.takers.items()]
            self.fields["taker"].choices = [*people, (self.NOBODY, "Nobody at this agency")]
        else:
            del self.fields["taker"]

    def day(self) -> date:
        """The last day."""
        return timezone.localdate() if self.cleaned_data["when"] == TODAY else self.cleaned_data["on"]

    def taker_membership(self):
        """The colleague's membership, or None."""
        chosen = self.takers.get(self.cleaned_data.get("taker", ""))
        return chosen.membership if chosen else None


class ConfirmForm(KitForm):
    """Nothing to fill in: the page asks, the button answers."""
