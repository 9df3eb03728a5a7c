"""The MARAC referral on one page: people, criteria, why, consent and awareness, and the checklist; and the adviser's form."""

from collections.abc import Iterator, Mapping

from django import forms
from django.core.exceptions import ValidationError

from casework.commands.assessments import AssessmentDetails
from casework.commands.referrals import ReferralDetails
from casework.forms.fields import (
    Checkboxes,
    CleanCharField,
    KitForm,
    Radios,
    UKDateField,
)
from casework.models import InstrumentVersion, SafeContact
from casework.risk.scoring import choices, items
from marac.commands import MaracDetails
from marac.models import AdviserContact, Awareness, Children, Consent, Criterion
from marac.people_forms import ChildForm, PerpetratorForm, VictimForm, offered

PERPETRATORS, CHILDREN = 3, 6
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


class ReasonForm(KitForm):
    """Why, by which criteria, and what the victim knows and wants."""

    perpetrator_unknown = CleanCharField(
        label="If nobody is named above: why is the identity not known?", max_length=300, required=False
    )
    children = forms.ChoiceField(
        label="Are there children?",
        choices=Children.choices,
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
        for number, item in enumerate(items(version.content), start=1):
            offered_answers = choices(version.content, item)
            self.fields[f"{item['id']}"] = forms.ChoiceField(
                label=f"{number}. {item['label']}", choices=offered_answers, required=False, widget=Radios(inline=True)
            )
            self.fields[f"{item['id']}_comment"] = CleanCharField(
                label=f"Comment on item {number}", max_length=500, required=False
            )

    @property
    def sections_are_named(self) -> bool:
        """Whether the instrument has more than one section."""
        return len(self.version.content["sections"]) > 1

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
        if data.get("children") == "yes" and not children:
            self.children[0].add_error("given_names", "Enter the name of at least one child")
        if data.get("children") in ("none", "unknown") and children:
            self.why.add_error("children", "Children are named below: choose “Yes”, or take them out")
        return not self.errors

    def details(self) -> ReferralDetails:
        """Who is concerned, and why."""
        people = [self.victim.party()]
        people += [form.party() for form in self.perpetrators if form.filled]
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
            "perpetrator_unknown",
            "children",
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
