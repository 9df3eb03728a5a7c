"""What a MARAC records beside a referral and beside a case."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from casework.models.agency import Agency
from casework.models.base import declare
from casework.models.case import InCaseOrReferral
from casework.models.referral import ReferralBound
from casework.models.safe import SafeContact


class Criterion(models.TextChoices):
    """Why a referral comes to a MARAC (domain: MARAC 2.2)."""

    PROFESSIONAL_JUDGEMENT = "professional_judgement", "Professional judgement"
    VISIBLE_HIGH_RISK = "visible_high_risk", "Visible high risk"
    POTENTIAL_ESCALATION = "potential_escalation", "Potential escalation"
    MARAC_REPEAT = "marac_repeat", "MARAC repeat"


class Consent(models.TextChoices):
    """The victim's consent. It is recorded and respected where it can be; it is not the lawful basis."""

    GIVEN = "given", "Given"
    REFUSED = "refused", "Refused"
    NOT_SOUGHT = "not_sought", "Not sought"
    NOT_RECORDED = "not_recorded", "Not recorded (imported)"


class Awareness(models.TextChoices):
    """Whether the victim knows of the referral."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_RECORDED = "not_recorded", "Not recorded (imported)"


class Children(models.TextChoices):
    """Whether there are children, as the referrer answered."""

    YES = "yes", "Yes, named below"
    NONE = "none", "No"
    UNKNOWN = "unknown", "Not known"


class MaracReferral(ReferralBound):
    """A MARAC's part of a referral: criteria, consent and awareness, one-to-one beside it."""

    criteria = ArrayField(models.CharField(max_length=30, choices=Criterion.choices), default=list)
    consent = models.CharField(max_length=20, choices=Consent.choices)
    no_consent_reason = models.CharField(max_length=1000, blank=True)
    awareness = models.CharField(max_length=20, choices=Awareness.choices)
    not_aware_reason = models.CharField(max_length=500, blank=True)
    incident_on = models.DateField(null=True, blank=True)
    incident_count = models.PositiveSmallIntegerField(null=True, blank=True)
    perpetrator_unknown = models.CharField(
        max_length=300, blank=True, help_text="Why the alleged perpetrator's identity is not known."
    )
    children = models.CharField(max_length=10, choices=Children.choices, blank=True)
    lgbt = models.CharField(max_length=20, blank=True)
    disability = models.CharField(max_length=80, blank=True)
    imported_texts = models.JSONField(default=dict, help_text="What an imported row said, word for word, by field.")

    sensitivity = declare(
        internal="referral criteria consent awareness incident_on incident_count children",
        special="no_consent_reason not_aware_reason perpetrator_unknown lgbt disability imported_texts",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral"], name="marac_part_once")]

    def __str__(self) -> str:
        return f"marac referral {self.pk}"


class AdviserContact(InCaseOrReferral):
    """An IDVA's try to reach a victim: when, on which channel, with what result. Read by the IDVA service alone."""

    class Result(models.TextChoices):
        REACHED = "reached", "Reached"
        NO_ANSWER = "no_answer", "No answer"
        NOT_SAFE = "not_safe", "Not safe to speak"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    channel = models.CharField(max_length=20)
    result = models.CharField(max_length=20, choices=Result.choices)
    note = models.CharField(max_length=1000, blank=True)

    sensitivity = declare(internal="case referral agency made_at channel result", special="note")

    class Meta(InCaseOrReferral.Meta):
        pass

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @property
    def channel_name(self) -> str:
        """The channel in words."""
        return dict(SafeContact.Channel.choices).get(self.channel, self.channel)
