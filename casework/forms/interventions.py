"""Forms of the register of interventions."""

from django import forms
from django.utils import timezone

from casework.access.policies import INTERVENTION_MOVES
from casework.access.viewer import Viewer
from casework.commands.interventions import FIRST
from casework.forms.fields import CleanCharField, KitForm, Radios, UKDateField
from casework.models import Case, Intervention
from casework.queries.interventions import age_on, conditions_of, leads, subjects, types_for

CONDITION_ROWS = (1, 2, 3, 4, 5)
MUST = (("no", "Must not do this"), ("yes", "Must do this"))
CHOOSE = ("", "Choose one")


class ConditionsMixin(forms.Form):
    """Five rows for conditions; the empty ones do not count."""

    def add_condition_rows(self) -> list[str]:
        names = []
        for number in CONDITION_ROWS:
            words, kind = f"condition_{number}", f"condition_{number}_kind"
            self.fields[words] = CleanCharField(label=f"Condition {number}", max_length=500, required=False)
            self.fields[kind] = forms.ChoiceField(
                label=f"Kind of condition {number}",
                choices=MUST,
                initial="no",
                required=False,
                widget=Radios(inline=True),
            )
            names += [words, kind]
            for name in (words, kind):
                self.fields[name].widget.attrs.setdefault("autocomplete", "off")
        return names

    @property
    def conditions(self) -> list[tuple[str, bool]]:
        """Text, and whether it is a requirement, of each row that was filled in."""
        given = self.cleaned_data
        rows = [(given[f"condition_{n}"], given[f"condition_{n}_kind"] == "yes") for n in CONDITION_ROWS]
        return [row for row in rows if row[0]]


class InterventionForm(ConditionsMixin, KitForm):
    """A new entry of the register. Choices come from the case."""

    type = forms.ChoiceField(
        label="Type", help_text="Types marked “historic” can no longer be issued; record them as they were made."
    )
    subject = forms.ChoiceField(label="Whom it concerns")
    agency = forms.ChoiceField(label="Agency that leads it")
    status = forms.ChoiceField(label="Where it stands", choices=[(s.value, s.label) for s in FIRST], widget=Radios)
    starts_on = UKDateField(label="First day", required=False)
    ends_on = UKDateField(label="Last day", required=False)
    reason = CleanCharField(
        label="Why this, and why now",
        max_length=1500,
        lines=4,
        help_text="What it is to change, and what was tried before.",
    )
    age_check = CleanCharField(
        label="Age check",
        max_length=400,
        lines=2,
        required=False,
        help_text="Needed for a formal tool where the person is under 18 or the birth date is not recorded: what youth justice said, or how you know the age.",
    )

    def __init__(self, *args, viewer: Viewer, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        self.types = {kind.code: kind for kind in types_for(case.panel.kind)}
        self.people = {str(number): party for number, party in enumerate(subjects(viewer, case), start=1)}
        self.agencies = {agency.slug: agency for agency in leads(viewer, case)}
        self.fields["type"].choices = [CHOOSE, *((code, _type_label(kind)) for code, kind in self.types.items())]
        self.fields["subject"].choices = [
            CHOOSE,
            *((key, _person_label(case, party)) for key, party in self.people.items()),
        ]
        self.fields["agency"].choices = [(slug, agency.name) for slug, agency in self.agencies.items()]
        rows = self.add_condition_rows()
        self.order_fields(["type", "subject", "agency", "status", "starts_on", "ends_on", "reason", *rows, "age_check"])


def _type_label(kind) -> str:
    marks = [mark for mark, holds in (("historic", kind.legacy), ("check before use", not kind.verified_on)) if holds]
    return f"{kind.title} ({', '.join(marks)})" if marks else kind.title


def _person_label(case: Case, party) -> str:
    from_birth = age_on(party.born_on, timezone.localdate())
    age = "age not known" if from_birth is None else f"{from_birth} years old"
    return f"{party.name}, {case.panel.plugin.role_label(party.role, party.finding).lower()}, {age}"


class ConditionsForm(ConditionsMixin, KitForm):
    """Further conditions."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_condition_rows()

    def clean(self):
        given = super().clean()
        if not self.errors and not self.conditions:
            self.add_error("condition_1", "Enter at least one condition")
        return given


class BreachForm(KitForm):
    happened_on = UKDateField(label="When it happened", past=True)
    condition = forms.ChoiceField(label="Which condition", required=False)
    text = CleanCharField(
        label="What happened", max_length=1000, lines=4, help_text="As reported. Leave out who reported it."
    )

    def __init__(self, *args, viewer: Viewer, intervention: Intervention, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = {str(n): line for n, line in enumerate(conditions_of(viewer, intervention), start=1)}
        self.fields["condition"].choices = [
            ("", "No single one"),
            *((n, f"{n}. {line.text[:80]}") for n, line in self.lines.items()),
        ]

    @property
    def condition_id(self) -> int | None:
        line = self.lines.get(self.cleaned_data["condition"])
        return line.id if line else None


class MoveForm(KitForm):
    status = forms.ChoiceField(label="New status", widget=Radios)
    starts_on = UKDateField(
        label="First day",
        required=False,
        help_text="Leave empty to keep what is recorded; coming into force without a day means today.",
    )
    ends_on = UKDateField(
        label="Last day",
        required=False,
        help_text="Leave empty to keep what is recorded; ending early without a day means today.",
    )
    reason = CleanCharField(label="Reason", max_length=500, lines=3)

    def __init__(self, *args, intervention: Intervention, **kwargs):
        super().__init__(*args, **kwargs)
        labels = dict(Intervention.Status.choices)
        self.fields["status"].choices = [(status, labels[status]) for status in INTERVENTION_MOVES[intervention.status]]
