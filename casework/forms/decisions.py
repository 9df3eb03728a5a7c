"""The part of a form in which somebody decides to share. Nothing that must be thought about is filled in beforehand."""

from datetime import datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from casework.commands.decisions import Answers
from casework.commands.sharing import Fresh
from casework.forms.fields import Checkboxes, CleanCharField, KitForm, Radios, UKDateField
from casework.models import (
    Agency,
    AssertionType,
    Consent,
    DataClass,
    Depth,
    DisclosureDecision,
    InformationItem,
    LegalCondition,
    LegalGateway,
)
from casework.queries.decisions import Choices, PowerFor
from casework.queries.releases import Waiting
from casework.queries.research import Reliance

FIELD_OF = {"gateway": "power", "purpose": "power"}


def offer_powers(field: forms.ChoiceField, powers: list[PowerFor]) -> None:
    """Give a field its choices: each a power with a purpose, naming its provision."""
    field.choices = [(power.value, power.label) for power in powers]
    field.widget.hints = {power.value: power.hint for power in powers}


def offer_bases(field: forms.ChoiceField, bases: list[LegalCondition]) -> None:
    """Give a field its choices: each a lawful basis, naming its conditions, and whether anybody has checked its text."""
    field.choices = [(row.code, row.title if row.verified_on else f"{row.title} (check before use)") for row in bases]
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


class LatePart(forms.Form):
    """When it was decided, where that was before today: a call at night is written down the next day."""

    decided_on = UKDateField(
        label="Decided on an earlier day (optional)",
        required=False,
        past=True,
        help_text="Leave it empty if it was decided today.",
    )
    late_reason = CleanCharField(
        label="Why is it recorded later than decided?", max_length=300, lines=2, required=False,
        help_text="Needed only for an earlier day.",
    )  # fmt: skip
    LATE = ("decided_on", "late_reason")

    @property
    def decided_at(self) -> datetime | None:
        """Noon of the earlier day, by the clock of London; nothing for today."""
        day = self.cleaned_data["decided_on"]
        if not day or day == timezone.localdate():
            return None
        return timezone.make_aware(datetime.combine(day, time(12)))


class ConsentPart(forms.Form):
    """What the person concerned said, how confidence is met, and whose advice was taken."""

    consent = forms.ChoiceField(
        label="What did the person concerned say?", widget=Radios, help_text="It is recorded always, and is not the lawful basis.",
        choices=[choice for choice in Consent.choices if choice[0] != Consent.AS_REFERRED],
    )  # fmt: skip
    override_reason = CleanCharField(
        label="Why is it shared without agreement?", max_length=300, lines=2, required=False,
        help_text="Needed unless the person agreed or consent does not arise.",
    )  # fmt: skip
    confidence = forms.ChoiceField(
        label="How is a duty of confidence met?", choices=DisclosureDecision.Confidence.choices, widget=Radios
    )
    advice = CleanCharField(
        label="Whose advice was taken, and what was it? (optional)", max_length=500, lines=2, required=False
    )
    WORDS = ("consent", "override_reason", "confidence", "advice")


class CorrectForm(DecisionPart, ConsentPart, LatePart, KitForm):
    """All answers once more: nothing of the old decision is filled in, it stands beside."""

    refusal_reason = CleanCharField(label="Why is it, or a part of it, not shared?", max_length=500, lines=3)
    field_order = [*DecisionPart.ANSWERS, *ConsentPart.WORDS, "refusal_reason", *LatePart.LATE]

    def __init__(self, *args, choices: Choices, outcome: str, as_referred: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer(choices)
        if as_referred:
            self.fields["consent"].choices = Consent.choices
        if outcome == DisclosureDecision.Outcome.SHARED:
            del self.fields["refusal_reason"]
        elif outcome == DisclosureDecision.Outcome.REFUSED:
            for name in (*DecisionPart.ANSWERS, "consent", "override_reason", "confidence"):
                del self.fields[name]

    def corrected(self) -> Answers:
        """The answers of the new decision."""
        given = self.cleaned_data
        wanted = (*ConsentPart.WORDS, "refusal_reason", "late_reason")
        more = {name: given.get(name, "") for name in wanted} | {"decided_at": self.decided_at}
        if "power" in self.fields:
            return self.answers(**more)
        return Answers(gateway=None, condition=None, purpose="", necessity="", victim_views="", **more)


class RecipientsPart(DecisionPart, ConsentPart, LatePart):
    """To whom, under which power: each power says whom of them it does not reach."""

    agencies = forms.MultipleChoiceField(label="With which agencies?", widget=Checkboxes)

    def offer_to(self, agencies: list[Agency], rely: Reliance) -> None:
        """Give the agencies, and what can be relied on towards at least one of them."""
        self.known = {str(agency.pk): agency for agency in agencies}
        self.fields["agencies"].choices = [(key, agency.name) for key, agency in self.known.items()]
        self.refused = rely.refused
        offer_powers(self.fields["power"], rely.powers)
        self.fields["power"].widget.hints = rely.reach
        offer_bases(self.fields["condition"], rely.bases)

    @property
    def chosen_agencies(self) -> list[Agency]:
        return [self.known[key] for key in self.cleaned_data["agencies"]]

    def all_answers(self) -> Answers:
        """The answers with what was said about consent, confidence, advice and the day."""
        given = self.cleaned_data
        more = {name: given[name] for name in (*ConsentPart.WORDS, "late_reason")}
        return self.answers(decided_at=self.decided_at, **more)


class GiveCaseForm(RecipientsPart, KitForm):
    """The office gives a case to agencies outside a meeting, until a day."""

    until = UKDateField(label="Until the end of which day?", future=True, help_text="At most a year ahead.")
    reach = forms.ChoiceField(
        label="How much may they read?", widget=Radios,
        choices=[(str(Depth.FULL), "The whole case"), (str(Depth.IDENTITY), "Who the people are, and that there is a case")],
    )  # fmt: skip
    field_order = ["agencies", "until", "reach", *DecisionPart.ANSWERS, *ConsentPart.WORDS, *LatePart.LATE]

    def __init__(self, *args, agencies: list[Agency], rely: Reliance, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_to(agencies, rely)


class ShareStatementsForm(RecipientsPart, KitForm):
    """An agency shares statements of its own with agencies that read the case, and may write a new one."""

    items = forms.MultipleChoiceField(label="Which of your statements?", widget=Checkboxes, required=False)
    text = CleanCharField(label="A new statement (optional)", max_length=4000, lines=4, required=False)
    assertion_type = forms.ChoiceField(
        label="What kind of statement is the new one?", choices=AssertionType.choices, widget=Radios, required=False
    )
    data_classes = forms.MultipleChoiceField(
        label="What the new one contains", choices=DataClass.choices, widget=Checkboxes, required=False
    )
    others = CleanCharField(
        label="Whom the new one is about besides victim and alleged perpetrator, by relationship (optional)", max_length=200,
        required=False, help_text="For example: her sister. No names.",
    )  # fmt: skip
    proportionality = CleanCharField(
        label="Why sharing it is justified towards them", max_length=500, lines=2, required=False
    )
    NEW = ("text", "assertion_type", "data_classes", "others", "proportionality")
    field_order = ["items", *NEW, "agencies", *DecisionPart.ANSWERS, *ConsentPart.WORDS, *LatePart.LATE]

    def __init__(self, *args, items: list[InformationItem], agencies: list[Agency], rely: Reliance, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_to(agencies, rely)
        self.fields["items"].choices = [(str(item.pk), item.text) for item in items]
        if not items:
            del self.fields["items"]

    def clean(self):
        data = super().clean()
        if data.get("text"):
            for name, wanted in (
                ("assertion_type", "Select what kind of statement it is"),
                ("data_classes", "Select what it contains"),
            ):
                if not data.get(name):
                    self.add_error(name, wanted)
        if data.get("others") and not data.get("proportionality"):
            self.add_error("proportionality", "Enter why sharing it is justified towards them")
        return data

    @property
    def chosen(self) -> list[int]:
        """The keys of the statements that are ticked."""
        return [int(key) for key in self.cleaned_data.get("items", [])]

    @property
    def fresh(self) -> Fresh | None:
        """The new statement, if one was written."""
        return Fresh(**{name: self.cleaned_data[name] for name in self.NEW}) if self.cleaned_data["text"] else None


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
