"""Forms of the pages about sharing agreements and powers to share."""

from django import forms

from casework.access.policies import AGENCY_UNDER_AGREEMENT_MOVES
from casework.commands.agreements import NEEDS_REASON, VersionDetails
from casework.forms.fields import Checkboxes, CleanCharField, KitForm, Radios, UKDateField
from casework.models import (
    Agency,
    AgreementParty,
    AgreementVersion,
    DataClass,
    DueDiligence,
    Panel,
    Purpose,
)

HEADINGS = (
    "Who takes part, and for what benefit",
    "Powers relied on",
    "Information that is shared",
    "Informing the people concerned, and consent",
    "Who is controller, and who holds the system",
    "Security",
    "How long it is kept",
    "Requests from the people concerned",
    "If something goes wrong",
)
LONGEST_TERM = 4000
MOST_GRACE = 180


class AgreementForm(KitForm):
    """A new agreement."""

    title = CleanCharField(max_length=160, label="Title", help_text="Name no person.")
    panels = forms.MultipleChoiceField(label="Panels that work under it", widget=Checkboxes)

    def __init__(self, *args, panels: list[Panel], **kwargs):
        super().__init__(*args, **kwargs)
        self.by_slug = {panel.slug: panel for panel in panels}
        self.fields["panels"].choices = [(panel.slug, panel.name) for panel in panels]

    @property
    def chosen(self) -> list[Panel]:
        return [self.by_slug[slug] for slug in self.cleaned_data["panels"]]


class VersionForm(KitForm):
    """A new version. Purposes and terms start as they stand in the version before; dates are for a person to set."""

    in_force_from = UKDateField(label="In force from")
    review_on = UKDateField(future=True, label="To be reviewed by")
    grace_days = forms.IntegerField(
        min_value=0,
        max_value=MOST_GRACE,
        initial=60,
        label="Days of grace",
        help_text="So long a signature under the version before still counts. After that an agency that has not signed this version is given nothing.",
        widget=forms.NumberInput({"class": "govuk-input--width-3"}),
    )
    purposes = forms.MultipleChoiceField(
        label="What information is shared for", choices=Purpose.choices, widget=Checkboxes
    )

    def __init__(self, *args, before: AgreementVersion | None, **kwargs):
        terms = {term["heading"]: term["text"] for term in before.terms} if before else {}
        kwargs["initial"] = {"purposes": before.purposes} if before else {}
        super().__init__(*args, **kwargs)
        self.headings = list(dict.fromkeys([*HEADINGS, *terms]))
        for number, heading in enumerate(self.headings, start=1):
            self.fields[f"term_{number}"] = CleanCharField(
                label=heading, max_length=LONGEST_TERM, lines=4, required=False, initial=terms.get(heading, "")
            )

    def details(self) -> VersionDetails:
        given = self.cleaned_data
        terms = [(heading, given[f"term_{number}"]) for number, heading in enumerate(self.headings, start=1)]
        return VersionDetails(given["in_force_from"], given["review_on"], given["grace_days"], given["purposes"], terms)


class ReviewForm(KitForm):
    """Puts a review off."""

    until = UKDateField(future=True, label="Put off until")
    reason = CleanCharField(max_length=500, lines=3, label="Why the review is put off")


class ProposeForm(KitForm):
    """Proposes an agency."""

    agency = forms.ChoiceField(label="Agency")

    def __init__(self, *args, agencies: list[Agency], **kwargs):
        super().__init__(*args, **kwargs)
        self.by_slug = {agency.slug: agency for agency in agencies}
        self.fields["agency"].choices = [("", "Choose one"), *((one.slug, one.name) for one in agencies)]

    @property
    def chosen(self) -> Agency:
        return self.by_slug[self.cleaned_data["agency"]]


class SignatureForm(KitForm):
    """An agency's signature of one version."""

    version = forms.ChoiceField(label="Which version was signed?", widget=Radios)
    signatory = CleanCharField(
        max_length=160, label="Office of who signed", help_text="For example chief officer. Name no person."
    )
    signed_on = UKDateField(past=True, label="Signed on")

    def __init__(self, *args, versions: list[AgreementVersion], **kwargs):
        super().__init__(*args, **kwargs)
        self.by_number = {str(version.number): version for version in versions}
        self.fields["version"].choices = [(number, f"Version {number}") for number in self.by_number]

    @property
    def chosen(self) -> AgreementVersion:
        return self.by_number[self.cleaned_data["version"]]


class ChecksForm(KitForm):
    """The due diligence, as far as it is done."""

    done = forms.MultipleChoiceField(
        label="Checks that are done", choices=DueDiligence.choices, widget=Checkboxes, required=False
    )

    def __init__(self, *args, party: AgreementParty, **kwargs):
        super().__init__(*args, initial={"done": party.checks}, **kwargs)


class MoveForm(KitForm):
    """The next state of an agency. Leaving has a page of its own."""

    to = forms.ChoiceField(label="What is it now?", widget=Radios)
    reason = CleanCharField(max_length=500, lines=3, label="Why it is suspended", help_text="Name no person.")

    reveals = {"to": {state: ["reason"] for state in NEEDS_REASON}}

    def __init__(self, *args, party: AgreementParty, **kwargs):
        super().__init__(*args, **kwargs)
        steps = [to for to in AGENCY_UNDER_AGREEMENT_MOVES[party.state] if to != AgreementParty.State.LEFT]
        self.fields["to"].choices = [(to, AgreementParty.State(to).label) for to in steps]


class LeaveForm(KitForm):
    """Confirms that an agency has left."""

    reason = CleanCharField(max_length=500, lines=3, label="Why it leaves", help_text="Name no person.")
    sure = forms.BooleanField(label="Its access and its people's sessions end at once")


class ConfirmForm(KitForm):
    """A single tick."""

    sure = forms.BooleanField(label="I have word of this from the agency")


class SwitchForm(KitForm):
    """Switches a power on or off; `to` is what the page offered, so that two people do not undo each other."""

    to = forms.ChoiceField(choices=[("on", "On"), ("off", "Off")], widget=forms.HiddenInput)
    note = CleanCharField(
        max_length=300, lines=3, label="Why", help_text="Whose advice this follows, or what is unsure."
    )
    sure = forms.BooleanField(label="This changes at once what everybody in the partnership is offered")


class CheckForm(KitForm):
    """The day on which a power's text was checked."""

    checked_on = UKDateField(past=True, label="Text checked on")


class TryForm(KitForm):
    """A disclosure to try. Sent by GET: it changes nothing and names nobody."""

    panel = forms.ChoiceField(label="Panel")
    discloser = forms.ChoiceField(label="Who would disclose")
    recipients = forms.MultipleChoiceField(label="Who would receive", widget=Checkboxes)
    purpose = forms.ChoiceField(label="What for", choices=[("", "Choose one"), *Purpose.choices])
    data_classes = forms.MultipleChoiceField(label="Which data", choices=DataClass.choices, widget=Checkboxes)
    requested = forms.BooleanField(label="It answers a recorded request", required=False)

    def __init__(self, *args, panels: list[Panel], agencies: list[Agency], **kwargs):
        super().__init__(*args, **kwargs)
        self.panels = {panel.slug: panel for panel in panels}
        self.agencies = {agency.slug: agency for agency in agencies}
        names = [(agency.slug, agency.name) for agency in agencies]
        self.fields["panel"].choices = [(panel.slug, panel.name) for panel in panels]
        self.fields["discloser"].choices = [("", "Choose one"), *names]
        self.fields["recipients"].choices = names

    def asked(self) -> dict:
        """The arguments of `casework.queries.powers.try_out`."""
        given = self.cleaned_data
        return {
            "panel": self.panels[given["panel"]],
            "discloser": self.agencies[given["discloser"]],
            "recipients": [self.agencies[slug] for slug in given["recipients"]],
            "purpose": given["purpose"],
            "data_classes": given["data_classes"],
            "requested": given["requested"],
        }
