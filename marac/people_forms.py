"""The people of a MARAC referral, each a part of the form: the victim with her safe contact, alleged perpetrators, children."""

from django import forms
from django.utils import timezone

from casework.commands.parties import HiddenPlace, PartyDetails, Way
from casework.commands.safe import LONGEST
from casework.forms.fields import CleanCharField, KitForm, PersonNameField, PostcodeField, Radios, UKDateField
from casework.forms.safe import shared_field
from casework.models import PartyAddress, SafeAddress, SafeContact

NOT_OFFERED = "not_recorded"
GENDERS = ("Female", "Male", "Non-binary", "Other", "Prefers not to say", "Not known")
ETHNICITIES = (
    "Asian or Asian British: Indian", "Asian or Asian British: Pakistani", "Asian or Asian British: Bangladeshi",
    "Asian or Asian British: Chinese", "Asian or Asian British: other", "Black or Black British: Caribbean",
    "Black or Black British: African", "Black or Black British: other", "Mixed: White and Black Caribbean",
    "Mixed: White and Black African", "Mixed: White and Asian", "Mixed: other", "White: English, Welsh, Scottish, Northern Irish or British",
    "White: Irish", "White: Gypsy or Irish Traveller", "White: Roma", "White: other", "Arab", "Another ethnic group",
    "Not asked", "Prefers not to say", "Not known",
)  # fmt: skip
RELATIONSHIPS = (
    "Spouse or civil partner", "Former spouse or civil partner", "Partner", "Former partner", "Parent", "Adult child", "Brother or sister",
    "Grandparent", "In-law", "Other relative", "Other personal connection", "Not known",
)  # fmt: skip


def offered(enum) -> list[tuple[str, str]]:
    """An enumeration's choices without what imports alone may say."""
    return [(value, label) for value, label in enum.choices if value != NOT_OFFERED]


def listed(words) -> list[tuple[str, str]]:
    """Plain words as choices, with an empty one first."""
    return [("", "Choose"), *((word, word) for word in words)]


class PersonForm(KitForm):
    """What every person has: names and a birth date, exact or not."""

    given_names = PersonNameField(label="First names", required=False)
    family_name = PersonNameField(label="Last name", required=False)
    born_on = UKDateField(label="Date of birth", past=True, required=False)

    @property
    def filled(self) -> bool:
        """Something was written about this person."""
        return any(value for value in getattr(self, "cleaned_data", {}).values())

    def party(self, role: str) -> PartyDetails:
        known = {
            name: self.cleaned_data.get(name) or ""
            for name in (
                "family_name",
                "given_names",
                "other_names",
                "born_text",
                "gender",
                "ethnicity",
                "relationship",
                "needs",
            )
        }
        return PartyDetails(role=role, born_on=self.cleaned_data.get("born_on"), **known)


class VictimForm(PersonForm):
    """The victim, where she lives, and how she can be reached safely."""

    other_names = CleanCharField(
        label="Other names and spellings",
        max_length=300,
        required=False,
        help_text="Agencies search by them. Separate with commas.",
    )
    born_text = CleanCharField(
        label="If the date is not known: age or year",
        max_length=60,
        required=False,
        help_text="For example “about 34” or “1992”.",
    )
    gender = forms.ChoiceField(label="Gender", choices=listed(GENDERS), required=False)
    ethnicity = forms.ChoiceField(
        label="Ethnicity, as the victim describes it", choices=listed(ETHNICITIES), required=False
    )
    needs = CleanCharField(label="Language, communication and access needs", max_length=500, lines=2, required=False)
    address = CleanCharField(label="Address", max_length=300, lines=3, required=False)
    postcode = PostcodeField(label="Postcode", required=False)
    address_kind = forms.ChoiceField(
        label="What kind of address is it?",
        choices=[
            ("home", "Home"),
            ("temporary", "Temporary address"),
            ("refuge", "Refuge"),
            ("family", "Family or friends"),
        ],
        required=False,
        initial="home",
    )
    address_hidden = forms.ChoiceField(
        label="Must this address be kept from the alleged perpetrator?", choices=[("yes", "Yes"), ("no", "No")], required=False,
        widget=Radios(hints={"yes": "It is encrypted, masked on every page, and never printed in a pack.", "no": "The alleged perpetrator knows it already."}),
    )  # fmt: skip
    contact_safe = forms.ChoiceField(
        label="Is there a safe way to reach the victim?", choices=[("yes", "Yes, on this channel"), ("no", "No"), ("unknown", "Not known")],
        widget=Radios(hints={"yes": "Confirmed as safe for this channel.", "unknown": "Nobody rings until it is confirmed."}),
    )  # fmt: skip
    address_shared = shared_field(required=False)
    address_until = UKDateField(
        label="Post there is safe until which day?",
        future=True,
        required=False,
        help_text="Leave empty where nobody has confirmed it: no letter goes there until somebody does.",
    )
    contact_until = UKDateField(
        label="Safe until which day?",
        future=True,
        help_text="Within a year, as it was confirmed. After that day it counts as not safe.",
    )
    contact_channel = forms.ChoiceField(
        label="Channel", choices=[("", "Choose"), *SafeContact.Channel.choices], required=False
    )
    contact_value = CleanCharField(label="Number, address or person", max_length=200, required=False)
    contact_times = CleanCharField(
        label="When, and how",
        max_length=200,
        required=False,
        help_text="Best and worst times, a code word, whom to say you call from.",
    )
    field_order = [
        "given_names", "family_name", "other_names", "born_on", "born_text", "gender", "ethnicity", "needs", "address", "postcode",
        "address_kind", "address_hidden", "address_shared", "address_until", "contact_safe", "contact_until", "contact_channel", "contact_value", "contact_times",
    ]  # fmt: skip

    reveals = {
        "address_hidden": {"yes": ["address_shared", "address_until"]},
        "contact_safe": {"yes": ["contact_until"]},
    }

    def clean(self):
        data = super().clean()
        given = {name: data.get(name) for name in self.fields}
        if (
            not given["given_names"]
            and not given["family_name"]
            and not self.has_error("given_names")
            and not self.has_error("family_name")
        ):
            self.add_error("given_names", "Enter the victim’s name")
        if given["address"] or given["postcode"]:
            if not given["address_hidden"] and not self.has_error("address_hidden"):
                self.add_error(
                    "address_hidden", "Answer the question: Must this address be kept from the alleged perpetrator?"
                )
            if not given["address"] and not self.has_error("address"):
                self.add_error("address", "Enter the address that the postcode belongs to")
        elif not (given["born_on"] or given["born_text"] or self.has_error("born_on") or self.has_error("address")):
            self.add_error(
                "born_on", "Enter a date of birth, an approximate age, or an address: a name alone finds nobody safely"
            )
        self._check_contact(given)
        for name in ("address_until", "contact_until"):
            if given[name] and given[name] > timezone.localdate() + LONGEST:
                self.add_error(name, "The last safe day must be within a year")
        return data

    def _check_contact(self, given: dict) -> None:
        if given["contact_safe"] == SafeContact.Safe.YES or given["contact_value"]:
            if not given["contact_channel"] and not self.has_error("contact_channel"):
                self.add_error("contact_channel", "Choose the channel that is meant")
            if not given["contact_value"] and not self.has_error("contact_value"):
                self.add_error("contact_value", "Enter the safe number, address or person")

    def party(self, role: str = "victim") -> PartyDetails:
        party, data = super().party(role), self.cleaned_data
        if data["address"] and data["address_hidden"] == "yes":
            text = "\n".join(filter(None, (data["address"], data["postcode"])))
            shared = data["address_shared"] or SafeAddress.Shared.UNKNOWN
            party.safe_addresses = [HiddenPlace(data["address_kind"] or "home", text, shared, data["address_until"])]
        elif data["address"]:
            kind = data["address_kind"] if data["address_kind"] in PartyAddress.Kind.values else "other"
            party.addresses = [(kind, data["address"], data["postcode"] or "")]
        channel = data["contact_channel"] or SafeContact.Channel.OTHER
        party.safe_contacts = [
            Way(channel, data["contact_value"] or "", data["contact_safe"], data["contact_times"] or "", data["contact_until"])
        ]  # fmt: skip
        return party


class PerpetratorForm(PersonForm):
    """One alleged perpetrator."""

    other_names = CleanCharField(label="Other names and spellings", max_length=300, required=False)
    relationship = forms.ChoiceField(label="Relationship to the victim", choices=listed(RELATIONSHIPS), required=False)
    address = CleanCharField(label="Address", max_length=300, required=False)
    postcode = PostcodeField(label="Postcode", required=False)

    def clean(self):
        data = super().clean()
        if self.filled and not data.get("given_names") and not data.get("family_name") and not self.errors:
            self.add_error("given_names", "Enter at least one name, or leave this person out")
        return data

    def party(self, role: str = "alleged_perpetrator") -> PartyDetails:
        party, data = super().party(role), self.cleaned_data
        if data.get("address") or data.get("postcode"):
            party.addresses = [("home", data.get("address") or "", data.get("postcode") or "")]
        return party


class ChildForm(PersonForm):
    """One child."""

    def clean(self):
        data = super().clean()
        if self.filled and not data.get("given_names") and not data.get("family_name") and not self.errors:
            self.add_error("given_names", "Enter the child’s name, or leave this child out")
        return data
