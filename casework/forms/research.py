"""Forms for an agency's research: statements with the decision about them, a refusal, and "nothing known" for many hearings."""

from collections import defaultdict

from django import forms
from django.core.exceptions import ValidationError

from casework.commands.decisions import Answers
from casework.commands.research import Statement, objections
from casework.forms.decisions import FIELD_OF, chosen_power, offer_bases, offer_powers
from casework.forms.fields import Checkboxes, CleanCharField, KitForm, Radios, UKDateField
from casework.models import (
    Agency,
    AssertionType,
    Audience,
    Consent,
    DataClass,
    DisclosureDecision,
    LegalCondition,
)
from casework.queries.research import Reliance

MOST_ROWS = 20
YES = "yes"
YES_NO = [(YES, "Yes"), ("no", "No")]
KNOWN, NOT_KNOWN = "known", "not_known"
VIEWS_NOT_KNOWN = "Not known to us."
READERS_HINTS = {
    Audience.ALL_PRESENT: "Printed in every agency's pack.",
    Audience.NAMED_AGENCIES: "Printed in your pack and in those of the agencies that you tick.",
    Audience.CHAIR_ONLY: "Shown to the chair on screen; in no other agency's pack.",
    Audience.VERBAL_ONLY: "You will say it. Leave the text empty: it is not recorded.",
}
WAITS = "It waits until a second person at the panel's office releases it."
CLASS_HINTS = {
    DataClass.HEALTH_CONFIDENTIAL: WAITS,
    DataClass.COUNSELLING: WAITS,
    DataClass.SAFE_ADDRESS: f"{WAITS} Leave the address itself out of the text.",
}
CONSENT = [(value, label) for value, label in Consent.choices if value != Consent.AS_REFERRED]


class StatementForm(KitForm):
    """One statement of one agency, and whether it is shared. `never`: the panel's answer to whether it stays from the alleged perpetrator."""

    text = CleanCharField(label="What you know", max_length=4000, lines=4, required=False)
    assertion_type = forms.ChoiceField(
        label="What kind of statement is this?", choices=AssertionType.choices, widget=Radios
    )
    said_on = UKDateField(label="When it happened or was seen (if known)", past=True, required=False)
    data_classes = forms.MultipleChoiceField(
        label="What it contains", choices=DataClass.choices, widget=Checkboxes(hints=CLASS_HINTS)
    )
    about_others = forms.ChoiceField(
        label="Is it about somebody besides the victim and the alleged perpetrator?", choices=YES_NO, widget=Radios
    )
    others = CleanCharField(
        label="Whom, by relationship", max_length=200, help_text="For example: her sister. No names."
    )
    proportionality = CleanCharField(
        label="Why sharing it is justified towards them", max_length=500, lines=2,
        help_text="What it means for them, weighed against the risk. If it stays with your agency: why you record it.",
    )  # fmt: skip
    source_protected = forms.MultipleChoiceField(
        label="Who told you", choices=[(YES, "Who told us must be protected")], widget=Checkboxes, required=False
    )
    source = CleanCharField(
        label="Who told you, and what would give them away", max_length=500, required=False,
        help_text="Kept encrypted; your agency alone can have it shown, by a recorded click. Leave it empty if your own records hold it.",
    )  # fmt: skip
    never_to_perpetrator = forms.BooleanField(label="Must never reach the alleged perpetrator", required=False)
    shared = forms.MultipleChoiceField(
        label="Your decision", choices=[(YES, "Share this")], widget=Checkboxes, required=False,
        help_text="Without the tick it stays with your agency, and is listed as held back.",
    )  # fmt: skip
    audience = forms.ChoiceField(
        label="Who may read it?", widget=Radios(hints=READERS_HINTS),
        choices=[(value, label) for value, label in Audience.choices if value != Audience.OWNER_ONLY],
    )  # fmt: skip
    named = forms.MultipleChoiceField(label="Named agencies", widget=Checkboxes)

    reveals = {
        "about_others": {YES: ["others", "proportionality"]},
        "source_protected": {YES: ["source"]},
        "shared": {YES: ["audience"]},
        "audience": {Audience.NAMED_AGENCIES: ["named"]},
    }

    def __init__(self, *args, agencies: list[Agency] = (), never: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["named"].choices = [(str(agency.pk), agency.name) for agency in agencies]
        self.fields["never_to_perpetrator"].initial = never

    def clean(self):
        data = super().clean()
        verbal = data.get("audience") == Audience.VERBAL_ONLY
        if not data.get("shared"):
            self.errors.pop("named", None)
            data["named"] = []
        if verbal and data.get("text"):
            self.add_error(
                "text",
                "Leave What you know empty, or choose who may read it: what is only said at the meeting is not recorded",
            )
        if not verbal and not data.get("text") and "text" not in self.errors and "audience" not in self.errors:
            self.add_error("text", "Enter what you know")
        return data

    def statement(self) -> Statement:
        """The row as the command takes it."""
        data = self.cleaned_data
        return Statement(
            assertion_type=data["assertion_type"], audience=data["audience"] or Audience.OWNER_ONLY, text=data["text"],
            data_classes=data["data_classes"], said_on=data["said_on"], named=[int(pk) for pk in data["named"]],
            shared=bool(data["shared"]), others=data["others"], proportionality=data["proportionality"],
            source_protected=bool(data["source_protected"]), source=data["source"],
            never_to_perpetrator=data["never_to_perpetrator"],
        )  # fmt: skip


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
    def filled(self) -> list[StatementForm]:
        """The rows in which something was entered."""
        return [form for form in self.forms if form.has_changed()]

    def add_error(self, field, error) -> None:
        """An error of the command, shown above the rows."""
        self._non_form_errors.extend(ValidationError(error).error_list)


def statement_rows(rows: int):
    """A formset class that shows this many rows when nothing has been typed."""
    return forms.formset_factory(StatementForm, formset=StatementRows, extra=rows, max_num=MOST_ROWS, validate_max=True)


def typed_into(form) -> dict:
    """What was typed into a form, unchecked, to show it again with another row."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }


class DecisionForm(KitForm):
    """The agency's own decision, once for all its statements. Nothing in it is filled in beforehand."""

    IN_WORDS = ("necessity", "consent", "override_reason", "confidence", "advice", "refusal_reason")
    NEEDED = ("power", "condition", "necessity", "consent", "views")

    power = forms.ChoiceField(label="Power to share, and what for", widget=Radios)
    condition = forms.ChoiceField(label="Lawful basis and condition", widget=Radios)
    necessity = CleanCharField(
        label="Why sharing is necessary", max_length=500, lines=3,
        help_text="One sentence: what they must know, and what could happen if they did not.",
    )  # fmt: skip
    consent = forms.ChoiceField(
        label="What the victim said about sharing (recorded; not the lawful basis)", choices=CONSENT, widget=Radios
    )
    override_reason = CleanCharField(
        label="Why it is shared without agreement", max_length=300, lines=2, required=False,
        help_text="Needed unless she or he agreed: for example danger to life, a child at risk, coercion suspected.",
    )  # fmt: skip
    views = forms.ChoiceField(
        label="The victim's views, as known to you", widget=Radios,
        choices=[(KNOWN, "Known to us"), (NOT_KNOWN, "Not known to us")],
    )  # fmt: skip
    victim_views = CleanCharField(label="What she or he wants and fears", max_length=500, lines=2)
    confidence = forms.ChoiceField(
        label="How the duty of confidence is met", choices=DisclosureDecision.Confidence.choices, widget=Radios,
        required=False, help_text="Needed where confidential health information or counselling is shared.",
    )  # fmt: skip
    advice = CleanCharField(
        label="Advice taken (if any)", max_length=500, lines=2, required=False,
        help_text="Whose, and what it was: for example the Caldicott guardian or the data protection officer.",
    )  # fmt: skip
    refusal_reason = CleanCharField(
        label="Why some of it is not shared", max_length=500, lines=2, required=False,
        help_text="Needed where a statement has no tick. Do not say here what it is.",
    )  # fmt: skip

    reveals = {"views": {KNOWN: ["victim_views"]}}

    def __init__(self, *args, offered: Reliance, **kwargs):
        super().__init__(*args, **kwargs)
        self.data_classes: set[str] = set()
        offer_powers(self.fields["power"], offered.powers)
        self.fields["power"].widget.hints = offered.reach
        offer_bases(self.fields["condition"], offered.bases)

    def about(self, statements: list[Statement]) -> None:
        """What is asked for depends on what is ticked: nothing but the reason where nothing is shared."""
        shared = [row for row in statements if not row.stays]
        self.data_classes = {each for row in shared for each in row.data_classes}
        for name in self.NEEDED:
            self.fields[name].required = bool(shared)
        self.fields["victim_views"].required = bool(shared)
        self.fields["refusal_reason"].required = len(shared) < len(statements)

    def clean(self):
        data = super().clean()
        found = objections(self.answers(), self.data_classes) if self.fields["power"].required else {}
        for name, sentences in found.items():
            self.add_error(FIELD_OF.get(name, name), sentences)
        return data

    def answers(self) -> Answers:
        """As the commands take them."""
        data = defaultdict(str, self.cleaned_data)
        gateway, purpose = chosen_power(data["power"])
        return Answers(
            gateway=gateway, condition=LegalCondition.objects.filter(code=data["condition"]).first(), purpose=purpose,
            victim_views=VIEWS_NOT_KNOWN if data["views"] == NOT_KNOWN else data["victim_views"],
            **{name: data[name] for name in self.IN_WORDS},
        )  # fmt: skip


class ReturnForms:
    """A whole return on one page: the rows of statements, and the decision about them."""

    def __init__(self, data=None, files=None, *, others: list[Agency], offered: Reliance, never: bool, typed=None):
        rows, decision = typed or (None, None)
        options = {"agencies": others, "never": never}
        self.rows = statement_rows(1)(data, files, initial=rows, prefix="item", form_kwargs=options)
        self.decision = DecisionForm(data, files, initial=decision, offered=offered)

    def is_valid(self) -> bool:
        rows = self.rows.is_valid()
        self.decision.about(self._ticked())
        return self.decision.is_valid() and rows

    def _ticked(self) -> list[Statement]:
        """The rows as far as they say what is shared, those with errors too: both parts complain at once."""
        return [
            Statement("", row.cleaned_data.get("audience", ""), data_classes=row.cleaned_data.get("data_classes", []), shared=bool(row.cleaned_data.get("shared")))
            for row in self.rows.filled
        ]  # fmt: skip

    @property
    def errors(self) -> list:
        """What is wrong in either part; empty for a page that has not been sent."""
        return [part for part in (self.rows, self.decision) if part.is_bound and (any(part.errors) or overall(part))]

    def add_error(self, field, error: ValidationError) -> None:
        """An error of the command: beside the field that it names, else above the rows."""
        for name, errors in getattr(error, "error_dict", {"": error}).items():
            if FIELD_OF.get(name, name) in self.decision.fields:
                self.decision.add_error(FIELD_OF.get(name, name), errors)
            else:
                self.rows.add_error(None, errors)

    def statements(self) -> list[Statement]:
        return [row.statement() for row in self.rows.filled]

    def typed(self) -> tuple[list[dict], dict]:
        """What was typed into both parts, unchecked."""
        return [typed_into(row) for row in self.rows.forms], typed_into(self.decision)


def overall(part) -> list[str]:
    """Errors of a form or formset that belong to no single field."""
    return list(part.non_form_errors() if hasattr(part, "non_form_errors") else part.non_field_errors())


class WithholdForm(KitForm):
    """The agency holds something and will not share it."""

    refusal_reason = CleanCharField(
        label="Why it is not shared", max_length=500, lines=3,
        help_text="What speaks against sharing, and what could happen if it is not shared. Do not say what you hold: others in the case may read this.",
    )  # fmt: skip
    advice = CleanCharField(
        label="Advice taken (if any)", max_length=500, lines=2, required=False, help_text="Whose, and what it was."
    )


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
