"""Forms about hidden details: why one is shown, whether a way is still safe, and one more way to reach somebody."""

from django import forms

from casework.commands.parties import HiddenPlace, Way
from casework.commands.safe import WHY
from casework.forms.fields import CleanCharField, KitForm, Radios, UKDateField
from casework.models import Party, SafeAddress, SafeContact
from casework.queries.outward import WayLine

YES_NO = (("yes", "Yes"), ("no", "No"))
ADDRESS = "address"


class WhyForm(KitForm):
    """One reason before a hidden detail shows."""

    why = forms.ChoiceField(label="Why do you need to see this?", choices=list(WHY.items()), widget=Radios)
    words = CleanCharField(label="Which reason?", max_length=200, help_text="A few words. They are recorded.")
    reveals = {"why": {"other": ["words"]}}


def shared_field(required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Does the alleged perpetrator live there, or can they get at its post?",
        choices=[(SafeAddress.Shared.NO, "No"), (SafeAddress.Shared.YES, "Yes"), (SafeAddress.Shared.UNKNOWN, "Not known")],
        widget=Radios(hints={"unknown": "No letter goes there until this is known."}),
        required=required,
    )  # fmt: skip


class ConfirmForm(KitForm):
    """Is one way still safe, and until when? `lines` are those of the case or referral."""

    way = forms.ChoiceField(label="Which way to reach somebody?", widget=Radios)
    safe = forms.ChoiceField(
        label="Is it safe?",
        choices=[("yes", "Yes, it was confirmed"), ("no", "No, or nobody knows any more")],
        widget=Radios(hints={"no": "From now on nobody makes contact this way."}),
    )
    until = UKDateField(
        label="Safe until which day?", future=True, help_text="Within a year. After that day it counts as not safe."
    )
    shared = shared_field(required=False)
    reveals = {"safe": {"yes": ["until", "shared"]}}

    def __init__(self, *args, lines: list[WayLine], chosen: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = {line.row.seal: line for line in lines}
        self.fields["way"].choices = [(seal, way_label(line)) for seal, line in self.lines.items()]
        self.fields["way"].initial = chosen if chosen in self.lines else None
        self.fields["shared"].help_text = "Asked of an address alone."

    def clean(self):
        given = super().clean()
        line = self.lines.get(given.get("way"))
        if line and line.kind == "safe_address" and given.get("safe") == "yes" and not given.get("shared"):
            self.add_error("shared", "Answer the question: Does the alleged perpetrator live there?")
        return given

    @property
    def line(self) -> WayLine:
        return self.lines[self.cleaned_data["way"]]


def way_label(line: WayLine) -> str:
    """`Mobile phone of Ann Smith`: never the number."""
    return f"{line.label} of {line.party.name}"


class AddWayForm(KitForm):
    """One more channel, or one more hidden address."""

    person = forms.ChoiceField(label="Whose is it?", widget=Radios)
    what = forms.ChoiceField(
        label="What is it?", choices=[*SafeContact.Channel.choices, (ADDRESS, "An address")], widget=Radios
    )
    kind = forms.ChoiceField(label="What kind of address?", choices=SafeAddress.Kind.choices)
    shared = shared_field()
    value = CleanCharField(
        label="The number, address or person",
        max_length=300,
        lines=3,
        help_text="It is encrypted, and masked on every page. A new address means that post waits until it is confirmed.",
    )
    times = CleanCharField(
        label="When, and how",
        max_length=200,
        required=False,
        help_text="Best and worst times, a code word, whom to say you call from. Not for an address.",
    )
    safe = forms.ChoiceField(
        label="Is it safe to reach them this way?",
        choices=[("yes", "Yes, it was confirmed"), ("no", "No"), ("unknown", "Not known")],
        widget=Radios(hints={"unknown": "Nobody uses it until it is confirmed."}),
    )
    until = UKDateField(
        label="Safe until which day?", future=True, help_text="Within a year. After that day it counts as not safe."
    )
    reveals = {"what": {ADDRESS: ["kind", "shared"]}, "safe": {"yes": ["until"]}}

    def __init__(self, *args, people: list[tuple[Party, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(number): party for number, (party, _) in enumerate(people, start=1)}
        self.fields["person"].choices = [
            (str(number), f"{party.name}, {role.lower()}") for number, (party, role) in enumerate(people, start=1)
        ]

    @property
    def party(self) -> Party:
        return self.people[self.cleaned_data["person"]]

    @property
    def way(self) -> Way | HiddenPlace:
        given = self.cleaned_data
        if given["what"] == ADDRESS:
            return HiddenPlace(given["kind"], given["value"], given["shared"], given["until"])
        return Way(given["what"], given["value"], given["safe"], given["times"] or "", given["until"])
