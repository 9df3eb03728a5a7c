"""Forms of onward use: asking the agency whose statement it is, and its answer."""

from django import forms

from casework.forms.fields import CleanCharField, KitForm, Radios
from casework.forms.outward import short_statement
from casework.models import InformationItem


class AskForm(KitForm):
    """Which statement, and what for."""

    item = forms.ChoiceField(label="Which statement?", widget=Radios)
    use = CleanCharField(
        label="What do you want to use it for, and to whom would it go?",
        max_length=500,
        lines=4,
        help_text="The agency whose statement it is reads this and answers. Until it agrees, you may not.",
    )

    def __init__(self, *args, statements: list[InformationItem], chosen: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.statements = {str(item.pk): item for item in statements}
        self.fields["item"].choices = [(key, short_statement(item)) for key, item in self.statements.items()]
        by_number = dict(enumerate(self.statements, start=1))
        self.fields["item"].initial = by_number.get(
            int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else 0
        )


class AnswerForm(KitForm):
    """Yes or no, with the reason."""

    agreed = forms.ChoiceField(
        label="May they use it for this?", choices=[("yes", "Yes, for this use alone"), ("no", "No")], widget=Radios
    )
    answer = CleanCharField(
        label="Reason, and any condition", max_length=500, lines=3, help_text="The agency that asked reads this."
    )
