"""The MARAC referral on one page: people, safe contact, criteria, why, consent and awareness, and the checklist."""

from collections.abc import Iterator, Mapping

from django import forms
from django.core.exceptions import ValidationError

from casework.commands.assessments import AssessmentDetails
from casework.commands.parties import PartyDetails
from casework.commands.referrals import ReferralDetails
from casework.forms.fields import (
    Checkboxes,
    CleanCharField,
    KitForm,
    PersonNameField,
    PostcodeField,
    Radios,
    UKDateField,
)
from casework.models import InstrumentVersion, PartyAddress, SafeContact
from casework.risk.scoring import choices, items
from marac.commands import MaracDetails
from marac.models import AdviserContact, Awareness, Consent, Criterion

PERPETRATORS, CHILDREN = 3, 6
NOT_OFFERED = "not_recorded"
WORDS = (
    ("female", "Female"), ("male", "Male"), ("non_binary", "Non-binary"), ("other", "Other"),
    ("prefer_not_to_say", "Prefers not to say"), ("unknown", "Not known"),
)  # fmt: skip
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
CRITERIA_HINTS = {
    Criterion.PROFESSIONAL_JUDGEMENT: "Your serious concern, whatever the score. Valid alone, also without a checklist.",
    Criterion.VISIBLE_HIGH_RISK: "The number of “yes” answers is at or over the local threshold.",
    Criterion.POTENTIAL_ESCALATION: "A rising number of incidents in the last 12 months.",
    Criterion.MARAC_REPEAT: "Any further abuse between the same people within 12 months of the last referral. Refer whatever the score.",
}
CONSENT_HELP = (
    "Record the victim’s wishes. Consent is good practice where it is safe to ask. It is not the lawful basis for sharing, "
    "and a referral can be made without it."
)


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
    gender = forms.ChoiceField(label="Gender", choices=[("", "Choose"), *WORDS], required=False)
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
        label="Is there a safe way to reach the victim?", choices=offered(SafeContact.Safe),
        widget=Radios(hints={"yes": "Confirmed as safe for this channel.", "unknown": "Nobody rings until it is confirmed."}),
    )  # fmt: skip
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
        "address_kind", "address_hidden", "contact_safe", "contact_channel", "contact_value", "contact_times",
    ]  # fmt: skip

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
            party.safe_addresses = [
                (data["address_kind"] or "home", "\n".join(filter(None, (data["address"], data["postcode"]))))
            ]
        elif data["address"]:
            kind = data["address_kind"] if data["address_kind"] in PartyAddress.Kind.values else "other"
            party.addresses = [(kind, data["address"], data["postcode"] or "")]
        channel = data["contact_channel"] or SafeContact.Channel.OTHER
        party.safe_contacts = [
            (channel, data["contact_value"] or "", data["contact_safe"], data["contact_times"] or "")
        ]
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


class ReasonForm(KitForm):
    """Why, by which criteria, and what the victim knows and wants."""

    perpetrator_unknown = CleanCharField(
        label="If nobody is named above: why is the identity not known?", max_length=300, required=False
    )
    children_answer = forms.ChoiceField(
        label="Are there children?",
        choices=[("yes", "Yes, named below"), ("none", "No"), ("unknown", "Not known")],
        widget=Radios(inline=True),
    )
    criteria = forms.MultipleChoiceField(
        label="Which criteria are met?", choices=Criterion.choices, widget=Checkboxes(hints={str(k): v for k, v in CRITERIA_HINTS.items()}),
        error_messages={"required": "Choose at least one criterion"},
    )  # fmt: skip
    judgement_reason = CleanCharField(label="Why do you judge the risk to be high?", max_length=2000, lines=4)
    reason = CleanCharField(
        label="Why does this need a MARAC?",
        max_length=4000,
        lines=8,
        help_text="What happened, what is feared, what has been done already, and why several agencies are needed.",
    )
    incident_on = UKDateField(label="When was the latest incident?", past=True, required=False)
    incident_count = forms.IntegerField(
        label="How many incidents in the last 12 months, as far as known?", min_value=0, max_value=999, required=False
    )
    consent = forms.ChoiceField(
        label="Has the victim consented to this referral?",
        choices=offered(Consent),
        widget=Radios,
        help_text=CONSENT_HELP,
    )
    no_consent_reason = CleanCharField(
        label="If consent was refused or not sought: why is the referral made?",
        max_length=1000,
        lines=3,
        required=False,
    )
    awareness = forms.ChoiceField(
        label="Does the victim know of this referral?", choices=offered(Awareness), widget=Radios
    )
    not_aware_reason = CleanCharField(label="Why not?", max_length=500, lines=2)

    reveals = {
        "criteria": {Criterion.PROFESSIONAL_JUDGEMENT: ["judgement_reason"]},
        "awareness": {Awareness.NO: ["not_aware_reason"]},
    }

    def clean(self):
        data = super().clean()
        if (
            data.get("consent") in (Consent.REFUSED, Consent.NOT_SOUGHT)
            and not data.get("no_consent_reason")
            and not self.has_error("no_consent_reason")
        ):
            self.add_error("no_consent_reason", "Say why the referral is made without consent")
        return data


class ChecklistForm(KitForm):
    """An instrument's items, each with a comment, made from its version. An unanswered item stays open."""

    def __init__(self, *args, version: InstrumentVersion, **kwargs):
        super().__init__(*args, **kwargs)
        self.version = version
        for item in items(version.content):
            offered_answers = choices(version.content, item)
            self.fields[f"{item['id']}"] = forms.ChoiceField(
                label=item["label"], choices=offered_answers, required=False, widget=Radios(inline=True)
            )
            self.fields[f"{item['id']}_comment"] = CleanCharField(
                label=f"Comment on: {item['label']}", max_length=500, required=False
            )

    def sections(self) -> Iterator[tuple[str, list]]:
        """Each section's title with its items: number, bound answer, bound comment, whether critical."""
        number = 0
        for section in self.version.content["sections"]:
            rows = []
            for item in section["items"]:
                number += 1
                rows.append(
                    {
                        "number": number,
                        "answer": self[item["id"]],
                        "comment": self[f"{item['id']}_comment"],
                        "critical": item.get("critical"),
                    }
                )
            yield section["title"], rows

    def answers(self) -> dict[str, tuple[str, str]]:
        return {
            item["id"]: (self.cleaned_data[item["id"]], self.cleaned_data[f"{item['id']}_comment"])
            for item in items(self.version.content)
        }


class ReferralForms:
    """The parts of the page as one form: valid when all are, and shown again together with all that was typed."""

    def __init__(self, data: Mapping | None = None, files=None, *, version: InstrumentVersion):
        self.victim = VictimForm(data, prefix="victim")
        self.perpetrators = [PerpetratorForm(data, prefix=f"perpetrator{n}") for n in range(1, PERPETRATORS + 1)]
        self.children = [ChildForm(data, prefix=f"child{n}") for n in range(1, CHILDREN + 1)]
        self.why = ReasonForm(data, prefix="why")
        self.checklist = ChecklistForm(data, prefix="risk", version=version)

    @property
    def parts(self) -> list[KitForm]:
        return [self.victim, *self.perpetrators, *self.children, self.why, self.checklist]

    @property
    def errors(self) -> dict:
        return {name: found for part in self.parts for name, found in part.errors.items()}

    def __iter__(self):
        return (field for part in self.parts for field in part)

    def add_error(self, field: str | None, error: ValidationError) -> None:
        self.why.add_error(field, error.messages if hasattr(error, "error_dict") else error)

    def is_valid(self) -> bool:
        found = [part.is_valid() for part in self.parts]
        return self._people_agree() and all(found)

    def _people_agree(self) -> bool:
        named = any(form.filled or form.errors for form in self.perpetrators)
        data = self.why.cleaned_data
        if not named and not data.get("perpetrator_unknown") and not self.why.has_error("perpetrator_unknown"):
            self.perpetrators[0].add_error(
                "given_names", "Name the alleged perpetrator, or say below why the identity is not known"
            )
        children = any(form.filled or form.errors for form in self.children)
        if data.get("children_answer") == "yes" and not children:
            self.children[0].add_error("given_names", "Enter the name of at least one child")
        if data.get("children_answer") in ("none", "unknown") and children:
            self.why.add_error("children_answer", "Children are named below: choose “Yes”, or take them out")
        return not self.errors

    def details(self) -> ReferralDetails:
        """Who is concerned, and why."""
        people = [self.victim.party()]
        people += [form.party() for form in self.perpetrators if form.filled]
        if len(people) == 1:
            people.append(
                PartyDetails(
                    role="alleged_perpetrator",
                    relationship="",
                    needs=f"Identity not known: {self.why.cleaned_data['perpetrator_unknown']}",
                )
            )
        people += [form.party("child") for form in self.children if form.filled]
        return ReferralDetails(reason=self.why.cleaned_data["reason"], parties=people)

    def marac(self) -> MaracDetails:
        data = self.why.cleaned_data
        names = (
            "criteria",
            "consent",
            "awareness",
            "no_consent_reason",
            "not_aware_reason",
            "incident_on",
            "incident_count",
        )
        return MaracDetails(**{name: data[name] for name in names})

    def assessment(self) -> AssessmentDetails:
        data = self.why.cleaned_data
        judged = Criterion.PROFESSIONAL_JUDGEMENT in data["criteria"]
        return AssessmentDetails(
            self.checklist.version,
            self.checklist.answers(),
            professional_judgement=judged,
            judgement_reason=data["judgement_reason"] if judged else "",
        )


class AssessmentForm(ChecklistForm):
    """A new assessment, which supersedes the last."""

    professional_judgement = forms.BooleanField(
        label="In my professional judgement the risk is high, whatever the score", required=False
    )
    judgement_reason = CleanCharField(
        label="Why do you judge the risk to be high?", max_length=2000, lines=4, required=False
    )

    def clean(self):
        data = super().clean()
        if (
            data.get("professional_judgement")
            and not data.get("judgement_reason")
            and not self.has_error("judgement_reason")
        ):
            self.add_error("judgement_reason", "Say why you judge the risk to be high")
        if not any(data.get(item["id"]) for item in items(self.version.content)) and not data.get(
            "professional_judgement"
        ):
            raise ValidationError("Answer at least one item, or record your professional judgement.")
        return data

    def details(self) -> AssessmentDetails:
        data = self.cleaned_data
        return AssessmentDetails(
            self.version,
            self.answers(),
            professional_judgement=data["professional_judgement"],
            judgement_reason=data["judgement_reason"],
        )


class ContactForm(KitForm):
    """One try to reach the client."""

    channel = forms.ChoiceField(
        label="Which channel did you use?", choices=[("", "Choose"), *SafeContact.Channel.choices]
    )
    result = forms.ChoiceField(label="What came of it?", choices=AdviserContact.Result.choices, widget=Radios)
    note = CleanCharField(
        label="Note",
        max_length=1000,
        lines=4,
        required=False,
        help_text="For the IDVA service alone. The victim’s wishes for the hearing are recorded on the hearing.",
    )
