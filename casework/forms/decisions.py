"""The part of a form in which somebody decides to share. Nothing that must be thought about is filled in beforehand."""

from django import forms
from django.core.exceptions import ValidationError

from casework.commands.decisions import Answers
from casework.forms.fields import Checkboxes, CleanCharField, KitForm, Radios
from casework.models import DisclosureDecision, LegalCondition, LegalGateway
from casework.queries.decisions import Choices, PowerFor
from casework.queries.releases import Waiting

FIELD_OF = {"gateway": "power", "purpose": "power"}


def offer_powers(field: forms.ChoiceField, powers: list[PowerFor]) -> None:
    """Give a field its choices: each a power with a purpose, naming its provision."""
    field.choices = [(power.value, power.label) for power in powers]
    field.widget.hints = {power.value: power.hint for power in powers}


def offer_bases(field: forms.ChoiceField, bases: list[LegalCondition]) -> None:
    """Give a field its choices: each a lawful basis, naming its conditions."""
    field.choices = [(row.code, row.title) for row in bases]
    field.widget.hints = {row.code: "; ".join(filter(None, (row.article6, row.special_condition))) for row in bases}


def chosen_power(value: str) -> tuple[LegalGateway | None, str]:
    """The power and the purpose of what a power field sent; no power where nothing was chosen."""
    code, _, purpose = value.partition(":")
    return LegalGateway.objects.filter(code=code).first(), purpose


class DecisionPart(forms.Form):
    """The four answers: power with purpose, lawful basis with condition, necessity, and the victim's views.

    The page calls `offer` in its `__init__` with what can be relied on; `refused` is for the page to show. Sentences of the
    command about the power or the purpose stand at the power.
    """

    power = forms.ChoiceField(label="Power to share", widget=Radios)
    condition = forms.ChoiceField(label="Lawful basis", widget=Radios)
    necessity = CleanCharField(
        label="Why is sharing necessary?", max_length=500, lines=2,
        help_text="One sentence, about this matter: what cannot be done without it.",
    )  # fmt: skip
    victim_views = CleanCharField(
        label="What are the victim’s views on sharing?", max_length=500, lines=2,
        help_text="What was said. If they are not known, say so, and why.",
    )  # fmt: skip
    ANSWERS = ("power", "condition", "necessity", "victim_views")

    def offer(self, choices: Choices) -> None:
        """Give the choices; what is not among them cannot be sent."""
        self.refused = choices.refused
        offer_powers(self.fields["power"], choices.powers)
        offer_bases(self.fields["condition"], choices.bases)

    def answers(self, **more) -> Answers:
        """What was answered; `more` are further fields of `Answers`."""
        given = self.cleaned_data
        gateway, purpose = chosen_power(given["power"])
        basis = LegalCondition.objects.filter(code=given["condition"]).first()
        return Answers(
            gateway=gateway, condition=basis, purpose=purpose, necessity=given["necessity"],
            victim_views=given["victim_views"], **more,
        )  # fmt: skip

    def add_error(self, field: str | None, error: ValidationError) -> None:
        """As usual; an error about several fields puts each sentence where the person can mend it."""
        if field is not None or not hasattr(error, "error_dict"):
            super().add_error(field, error)
            return
        for name, several in error.error_dict.items():
            name = FIELD_OF.get(name, name)
            super().add_error(name if name in self.fields else None, ValidationError(several))


class ReleaseForm(DecisionPart, KitForm):
    """The second person's answer for the statements that she ticks: none is ticked beforehand."""

    items = forms.MultipleChoiceField(label="Which statements?", widget=Checkboxes)
    outcome = forms.ChoiceField(
        label="What do you decide about them?", widget=Radios,
        choices=[("release", "Release them to whom they are meant for"), ("keep", "Keep them closed")],
    )  # fmt: skip
    confidence = forms.ChoiceField(
        label="How is the duty of confidence met?", choices=DisclosureDecision.Confidence.choices, widget=Radios
    )
    refusal_reason = CleanCharField(label="Why are they kept closed?", max_length=500, lines=3)
    reveals = {"outcome": {"release": ["power", "condition", "confidence"], "keep": ["refusal_reason"]}}
    field_order = ["items", "outcome", "power", "condition", "confidence", "refusal_reason"]

    def __init__(self, *args, choices: Choices, waiting: list[Waiting], **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["necessity"], self.fields["victim_views"]
        self.offer(choices)
        field = self.fields["items"]
        field.choices = [(str(row.item.pk), f"{row.case_reference}: {row.agency}, {row.classes}") for row in waiting]
        field.widget.hints = {str(row.item.pk): _hint(row) for row in waiting}

    @property
    def chosen(self) -> list[int]:
        """The keys of the statements that are ticked."""
        return [int(key) for key in self.cleaned_data["items"]]

    def answers(self, **more) -> Answers:
        self.cleaned_data |= {"necessity": "", "victim_views": ""}
        return super().answers(confidence=self.cleaned_data["confidence"], **more)


def _hint(row: Waiting) -> str:
    """What the second person needs to know of one statement; its text only where she may read it."""
    said = [f"For: {row.audience.lower()}."]
    said.append(f"Its agency: “{row.necessity}”" if row.necessity else "No decision of its agency is recorded.")
    said.append(f"Statement: “{row.item.text}”" if row.item.text else "The text is not for you to read.")
    if row.kept_closed:
        said.append(f"Kept closed before: “{row.kept_closed}”")
    return " ".join(said)
