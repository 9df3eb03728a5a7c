"""Forms of screening: the matches, and each possible outcome."""

from django import forms

from casework.commands.decisions import Answers
from casework.forms.decisions import DecisionPart
from casework.forms.fields import CleanCharField, KitForm, Radios
from casework.models import MatchProposal, ScreeningDecision
from casework.queries.decisions import Choices

DECISIONS = [
    (MatchProposal.Decision.ACCEPTED, "Same people"),
    (MatchProposal.Decision.REJECTED, "Not the same people"),
    (MatchProposal.Decision.OPEN, "Decide later"),
]


class MatchesForm(KitForm):
    """One decision for each proposal; nothing is decided beforehand."""

    def __init__(self, *args, proposals: list[MatchProposal], **kwargs):
        super().__init__(*args, **kwargs)
        self.proposals = proposals
        for number, proposal in enumerate(proposals, start=1):
            self.fields[f"match_{number}"] = forms.ChoiceField(
                label=f"Match {number}: are these the same people?",
                choices=DECISIONS,
                initial=proposal.decision,
                widget=Radios(inline=True),
            )

    def decisions(self) -> dict[int, str]:
        """{key of the proposal: decision} for those that changed."""
        chosen = {
            proposal: self.cleaned_data[f"match_{number}"] for number, proposal in enumerate(self.proposals, start=1)
        }
        return {proposal.pk: decision for proposal, decision in chosen.items() if decision != proposal.decision}


class AcceptForm(DecisionPart, KitForm):
    """Accepting, with the decision to share where an IDVA service is given the case."""

    def __init__(self, *args, choices: Choices | None, **kwargs):
        super().__init__(*args, **kwargs)
        if choices is None:
            self.fields.clear()
            return
        self.offer(choices)
        self.fields["power"].label = "Under which power is the case shared with the IDVA service?"

    def sharing(self) -> Answers | None:
        return self.answers() if self.fields else None


class ReasonForm(KitForm):
    """One text that is required; the page gives its label."""

    reason = CleanCharField(max_length=2000, lines=5)

    def __init__(self, *args, label: str, hint: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = label, hint
        field.error_messages["required"] = (
            f"Answer the question: {label}" if label.endswith("?") else f"Enter {label[:1].lower()}{label[1:]}"
        )


class NotAcceptForm(KitForm):
    """The chair's decision not to accept."""

    ground = forms.ChoiceField(label="On what ground?", choices=ScreeningDecision.Ground.choices, widget=Radios)
    reason = CleanCharField(label="Why is the referral not accepted?", max_length=2000, lines=5)
    offered = CleanCharField(
        label="What was offered instead?", max_length=2000, lines=4, help_text="The referring agency reads this."
    )


class AnswerForm(KitForm):
    """The referral's text, added to."""

    reason = CleanCharField(
        label="Why this needs the panel",
        max_length=4000,
        lines=12,
        help_text="Add what was asked. What you wrote before stays below until you change it.",
    )


class EmptyForm(KitForm):
    """A single button."""
