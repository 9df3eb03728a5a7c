"""What makes sharing lawful: agreements and their signatures, legal gateways, and recorded decisions to disclose."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.models.agency import Agency, AgencyType, Dated, Panel, Partnership, User
from casework.models.base import CaseBound, Recorded, declare


class Purpose(models.TextChoices):
    """What information is shared for (domain: information sharing 1.1)."""

    DA_SAFETY = "da_safety", "Safety from domestic abuse"
    CHILD_SAFEGUARD = "child_safeguard", "Safeguarding a child"
    ADULT_SAFEGUARD = "adult_safeguard", "Safeguarding an adult at risk"
    CRIME_PREVENT = "crime_prevent", "Preventing crime"
    ASB_MANAGE = "asb_manage", "Dealing with anti-social behaviour"
    ASB_CASE_REVIEW = "asb_case_review", "An anti-social behaviour case review"
    OFFENDER_MGMT = "offender_mgmt", "Managing an offender"
    MAPPA = "mappa", "Multi-agency public protection"
    HOUSING_MGMT = "housing_mgmt", "Managing a tenancy"
    HOMELESSNESS = "homelessness", "Homelessness"
    DIRECT_CARE = "direct_care", "Care of the person"
    DEATH_REVIEW = "death_review", "A death review"
    SV_STRATEGY = "sv_strategy", "Serious violence: strategy"
    STRATEGIC_ASSESS = "strategic_assess", "Strategic assessment"
    COMMISSIONING = "commissioning", "Commissioning"
    CIVIL_PROCEEDINGS = "civil_proceedings", "Civil proceedings"
    CRIMINAL_PROCEEDINGS = "criminal_proceedings", "Criminal proceedings"
    STATISTICS = "statistics", "Statistics"


class SharingAgreement(Recorded):
    """An information-sharing agreement of a partnership."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="agreements")
    title = models.CharField(max_length=160)

    sensitivity = declare(internal="partnership title")

    def __str__(self) -> str:
        return f"agreement {self.pk}"


class AgreementVersion(Recorded):
    """One version of an agreement, with its dates."""

    agreement = models.ForeignKey(SharingAgreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    extended_to = models.DateField(null=True, blank=True, help_text="The review is put off until this day.")
    extension_reason = models.CharField(max_length=500, blank=True)
    grace_days = models.PositiveSmallIntegerField(
        default=60, help_text="So long a signature under the version before still counts."
    )
    purposes = ArrayField(models.CharField(max_length=30, choices=Purpose.choices), default=list, blank=True)
    terms = models.JSONField(default=list, help_text="[{'heading', 'text'}]: the sections of the agreement.")

    sensitivity = declare(
        internal="agreement number in_force_from in_force_to review_on extended_to extension_reason grace_days purposes terms"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_once")]

    def __str__(self) -> str:
        return f"agreement version {self.pk}"

    def review_is_over(self, on: date) -> bool:
        """Past its review, extension included: nothing new is disclosed under it until it has been reviewed."""
        until = self.extended_to or self.review_on
        return until is not None and until < on


class AgreementPanel(Dated):
    """A panel that works under an agreement."""

    agreement = models.ForeignKey(SharingAgreement, on_delete=models.PROTECT, related_name="panels")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="agreements")

    sensitivity = declare(internal="agreement panel starts_at ends_at")

    def __str__(self) -> str:
        return f"agreement {self.agreement_id} for panel {self.panel_id}"


class DueDiligence(models.TextChoices):
    """What is checked before an agency is given anything (domain: information sharing 4.3, AGR-05)."""

    REGISTRATION = "registration", "Registered with the Information Commissioner"
    LEAD = "lead", "Data protection officer or information governance lead named"
    LIAISON = "liaison", "Liaison officer for the panels named"
    POLICY = "policy", "Appropriate policy document in place"
    TRAINING = "training", "Staff trained in information sharing and data protection"
    VETTING = "vetting", "Criminal record checks or vetting of staff settled"
    SECURITY = "security", "Cyber Essentials, or the NHS data security toolkit, current"
    INCIDENTS = "incidents", "Contact for incidents named, day and night"
    MAIL = "mail", "Secure e-mail domain confirmed"


class AgreementParty(Recorded):
    """Where an agency stands with an agreement. Only an active one is given anything (domain: information sharing 4.3)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        DUE_DILIGENCE = "due_diligence", "Checks under way"
        SIGNED = "signed", "Signed, not yet active"
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"
        LEFT = "left", "Left"

    agreement = models.ForeignKey(SharingAgreement, on_delete=models.PROTECT, related_name="parties")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="agreements")
    state = models.CharField(max_length=20, choices=State.choices, default=State.PROPOSED)
    since = models.DateTimeField(default=timezone.now)
    checks = ArrayField(models.CharField(max_length=40), default=list, blank=True, help_text="Checks that are done.")
    reason = models.CharField(max_length=500, blank=True, help_text="Why it was suspended or left.")
    copies_returned_at = models.DateTimeField(null=True, blank=True, help_text="Copies returned or destroyed.")

    sensitivity = declare(internal="agreement agency state since checks reason copies_returned_at")

    class Meta:
        verbose_name_plural = "agreement parties"
        constraints = [models.UniqueConstraint(fields=["agreement", "agency"], name="agency_once_under_agreement")]

    def __str__(self) -> str:
        return f"agreement {self.agreement_id} and agency {self.agency_id}"


class AgreementSignature(Dated):
    """An agency's signature under a version. Without a live one the agency is given nothing on its panels."""

    agreement_version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="signatures")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="signatures")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signatory = models.CharField(
        max_length=160, blank=True, help_text="The office of who signed, such as chief officer."
    )

    sensitivity = declare(internal="agreement_version agency signed_by signatory starts_at ends_at")

    def __str__(self) -> str:
        return f"signature {self.pk}"


class Catalogued(Recorded):
    """A row of law as dated data, from casework/data/*.json. Empty `verified_on`: to be checked before use, and pages say so."""

    code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    panel_kinds = models.JSONField(default=list)
    note = models.CharField(max_length=600, blank=True)
    in_force_from = models.DateField(null=True, blank=True)
    in_force_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    verified_on = models.DateField(null=True, blank=True)

    reference_data = True

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.code


CATALOGUED = "code title panel_kinds note in_force_from in_force_to source verified_on"


def agency_types(help_text: str):
    """A list of kinds of agency; empty means any."""
    return ArrayField(
        models.CharField(max_length=40, choices=AgencyType.choices), default=list, blank=True, help_text=help_text
    )


class LegalGateway(Catalogued):
    """A power or duty to share, good for a tuple: who discloses, to whom, what for, which data (domain: information sharing 1.1)."""

    class Kind(models.TextChoices):
        DUTY = "duty", "Duty"
        POWER = "power", "Power"
        IMPLIED_POWER = "implied_power", "Implied power"
        FRAMEWORK = "framework", "Framework"
        STANDARD = "standard", "Standard"

    class ConsentRule(models.TextChoices):
        NOT_REQUIRED = "not_required", "Consent is not required"
        SEEK_BUT_CAN_OVERRIDE = "seek_but_can_override", "Seek consent, may be overridden"
        REQUIRED = "required", "Consent is required"
        NOT_APPLICABLE = "not_applicable", "Consent does not arise"

    class Confidence(models.TextChoices):
        YES = "yes", "Overrides a duty of confidence"
        NO = "no", "Does not override a duty of confidence"
        SILENT = "silent", "Says nothing of confidence"

    provision = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.POWER)
    discloser_types = agency_types("Who may disclose; empty: anybody.")
    recipient_types = agency_types("Who may receive; empty: anybody.")
    why_recipients = models.CharField(max_length=300, blank=True, help_text="Completes: cannot receive because …")
    on_behalf_counts = models.BooleanField(default=False, help_text="Who acts on behalf of a recipient counts as one.")
    by_request = models.BooleanField(default=False, help_text="Needs a recorded request.")
    purposes = ArrayField(models.CharField(max_length=30, choices=Purpose.choices), default=list, blank=True)
    excluded_data_classes = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    consent_rule = models.CharField(max_length=30, choices=ConsentRule.choices, default=ConsentRule.NOT_REQUIRED)
    overrides_confidence = models.CharField(max_length=10, choices=Confidence.choices, default=Confidence.SILENT)
    jurisdiction = models.CharField(max_length=2, default="ew")
    is_offered = models.BooleanField(default=True, help_text="Ships switched on.")

    sensitivity = declare(
        public=CATALOGUED
        + " provision kind discloser_types recipient_types why_recipients on_behalf_counts by_request purposes "
        "excluded_data_classes consent_rule overrides_confidence jurisdiction is_offered"
    )


class LegalCondition(Catalogued):
    """A lawful basis with the conditions that go with it: the second and third answer of a decision (domain: information sharing 1.3)."""

    class Regime(models.TextChoices):
        UK_GDPR = "uk_gdpr", "UK GDPR"
        DPA_PART3 = "dpa_part3", "Law enforcement (Data Protection Act 2018, Part 3)"

    holder_types = agency_types("Who may rely on it; empty: anybody.")
    article6 = models.CharField(max_length=120, blank=True)
    special_condition = models.CharField(max_length=200, blank=True)
    offence_condition = models.CharField(max_length=200, blank=True)
    regime = models.CharField(max_length=20, choices=Regime.choices, default=Regime.UK_GDPR)
    covers = ArrayField(
        models.CharField(max_length=30),
        default=list,
        blank=True,
        help_text="Classes of data it carries besides personal.",
    )
    needs_policy_document = models.BooleanField(default=False)

    sensitivity = declare(
        public=CATALOGUED
        + " holder_types article6 special_condition offence_condition regime covers needs_policy_document"
    )


class GatewaySetting(Recorded):
    """What a partnership's governance leads say of one power: whether it is used here, and when its text was last checked."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    gateway = models.ForeignKey(LegalGateway, on_delete=models.PROTECT, related_name="settings")
    is_on = models.BooleanField(default=True)
    verified_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    sensitivity = declare(internal="partnership gateway is_on verified_on note")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "gateway"], name="gateway_set_once")]

    def __str__(self) -> str:
        return f"setting of gateway {self.gateway_id}"


class Consent(models.TextChoices):
    """What the person concerned said. Recorded always; not the lawful basis."""

    GIVEN = "given", "Agreed"
    REFUSED = "refused", "Did not agree"
    WITHDRAWN = "withdrawn", "Agreed, then withdrew"
    NOT_SOUGHT_UNSAFE = "not_sought_unsafe", "Not asked: asking would be unsafe"
    NOT_SOUGHT_UNOBTAINABLE = "not_sought_unobtainable", "Not asked: could not be reached in time"
    LACKS_CAPACITY = "lacks_capacity", "Cannot decide this"
    NOT_APPLICABLE = "not_applicable", "Does not arise"
    AS_REFERRED = "as_referred", "As each referral says"


class DisclosureDecision(CaseBound):
    """Why something is shared, or not: the power, the condition, necessity, the victim's views, who decided and when.

    It stands behind every grant, release and pack. One that concerns a whole meeting has no case. Once final it is frozen by
    the database; a correction is a new one that supersedes it (domain: information sharing 3.1).
    """

    class Kind(models.TextChoices):
        OWN = "own", "An agency's own decision"
        CIRCULATION = "circulation", "Circulation by the panel's office"
        CASE = "case", "The panel's office, about one case"
        AD_HOC = "ad_hoc", "Shared outside a meeting"
        RELEASE = "release", "Release by a second person"

    class Outcome(models.TextChoices):
        SHARED = "shared", "Shared"
        PARTLY = "partly", "Shared in part"
        REFUSED = "refused", "Not shared"

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for a second person"
        FINAL = "final", "Final"
        DECLINED = "declined", "Declined by the second person"

    class Confidence(models.TextChoices):
        NOT_CONFIDENTIAL = "not_confidential", "Nothing was given in confidence"
        CONSENT = "consent", "The person agreed"
        PUBLIC_INTEREST = "public_interest", "The public interest in preventing serious harm outweighs it"
        STATUTE = "statute", "A statute requires or permits it"
        COURT = "court", "A court ordered it"

    depth = 1

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    meeting = models.ForeignKey(
        "casework.Meeting", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    reference = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.CASE)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.SHARED)
    state = models.CharField(max_length=10, choices=State.choices, default=State.FINAL)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Who discloses."
    )
    purpose = models.CharField(max_length=30, choices=Purpose.choices, blank=True)
    gateway = models.ForeignKey(LegalGateway, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    gateway_version = models.PositiveIntegerField(null=True, blank=True, help_text="The version of the row relied on.")
    condition = models.ForeignKey(LegalCondition, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confidence = models.CharField(max_length=20, choices=Confidence.choices, blank=True)
    necessity = models.CharField(max_length=500, blank=True)
    victim_views = models.CharField(max_length=500, blank=True)
    consent = models.CharField(max_length=30, choices=Consent.choices, blank=True)
    override_reason = models.CharField(max_length=300, blank=True, help_text="Why it is shared without agreement.")
    advice = models.CharField(max_length=500, blank=True, help_text="Whose advice was taken, and what it was.")
    refusal_reason = models.CharField(max_length=500, blank=True)
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(help_text="When it was decided; earlier than its recording for a call at night.")
    recorded_at = models.DateTimeField(default=timezone.now)
    late_reason = models.CharField(max_length=300, blank=True, help_text="Why it was recorded later than decided.")
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    sensitivity = declare(
        internal="panel case meeting reference kind outcome state agency purpose gateway gateway_version condition confidence "
        "consent supersedes decided_by decided_at recorded_at approved_by approved_at",
        special="necessity victim_views override_reason advice refusal_reason late_reason",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="refused") | (~Q(necessity="") & ~Q(victim_views="") & Q(gateway__isnull=False)),
                name="decision_gives_its_reasons",
            ),
            models.CheckConstraint(
                condition=Q(outcome="shared") | ~Q(refusal_reason=""), name="refusal_gives_its_reason"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("decided_by")), name="nobody_approves_her_own"
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.reference}"


class DecisionCase(CaseBound):
    """A case that a decision about a meeting covers, with the reason given when it was referred."""

    decision = models.ForeignKey(DisclosureDecision, on_delete=models.PROTECT, related_name="cases")
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=4000, blank=True)

    sensitivity = declare(internal="decision case", special="reason")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "case"], name="decision_covers_case_once")]

    def __str__(self) -> str:
        return f"case of decision {self.decision_id}"


class DecisionRecipient(Recorded):
    """An agency to which a decision lets something go. It names no case."""

    decision = models.ForeignKey(DisclosureDecision, on_delete=models.PROTECT, related_name="recipients")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    sensitivity = declare(internal="decision agency")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "agency"], name="decision_recipient_once")]

    def __str__(self) -> str:
        return f"recipient of decision {self.decision_id}"


class DecisionItem(CaseBound):
    """A statement that a decision lets go, or holds back, in the version it had then."""

    decision = models.ForeignKey(DisclosureDecision, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("casework.InformationItem", on_delete=models.PROTECT, related_name="decisions")
    item_version = models.PositiveIntegerField()
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", help_text="Copied: whose statement it is."
    )
    shared = models.BooleanField(default=True)
    data_classes = ArrayField(
        models.CharField(max_length=30), default=list, blank=True,
        help_text="Copied: what a second person sees of a statement that she may not read.",
    )  # fmt: skip
    audience = models.CharField(max_length=20, blank=True, help_text="Copied: whom it is for.")

    sensitivity = declare(internal="decision case item item_version agency shared data_classes audience")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "item"], name="decision_names_item_once")]

    def __str__(self) -> str:
        return f"item of decision {self.decision_id}"
