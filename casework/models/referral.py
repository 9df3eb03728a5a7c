"""Referrals: what an agency asks a panel to look at, until the panel's office has decided."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.models.agency import Agency, Panel, User
from casework.models.base import CaseBound, Recorded, declare
from casework.models.case import Case


class Referral(CaseBound):
    """One agency's request to a panel. Its own agency, the panel's office and, for a MARAC, the IDVA service read it."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", "Waiting for screening"
        RETURNED = "returned", "More information wanted"
        ACCEPTED = "accepted", "Accepted"
        NOT_ACCEPTED = "not_accepted", "Not accepted"
        DUPLICATE = "duplicate", "Duplicate"
        WITHDRAWN = "withdrawn", "Withdrawn"
        IMPORTED = "imported", "Imported"
        IMPORT_ENDED = "import_ended", "Import undone"

    depth = 1

    reference = models.CharField(max_length=12, unique=True)
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="referrals")
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty where an import knows it by name only.",
    )
    idva_service = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    adviser = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The IDVA who took the client on; assigned to the case on acceptance.",
    )
    referrer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    referrer_text = models.CharField(max_length=200, blank=True, help_text="Who referred, as an imported row says it.")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.SUBMITTED)
    referred_on = models.DateField()
    submitted_at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(max_length=4000)
    checked_at = models.DateTimeField(null=True, blank=True, help_text="When the repeat and identity check ran.")
    import_row = models.ForeignKey(
        "casework.ImportRow", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    sensitivity = declare(
        internal="reference panel case agency idva_service adviser referrer status referred_on submitted_at checked_at import_row",
        personal="referrer_text",
        special="reason",
    )

    class Meta:
        indexes = [models.Index(fields=["panel", "status", "-submitted_at"], name="referral_queue")]

    def __str__(self) -> str:
        return self.reference


class ReferralBound(CaseBound):
    """A record that belongs to a referral."""

    depth = 1

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="%(class)s_set")

    class Meta:
        abstract = True


class MatchKind(models.TextChoices):
    """What an earlier record may mean for a referral (domain: MARAC 4.1, 4.2)."""

    REPEAT = "repeat", "Repeat: same victim and perpetrator within the repeat period"
    RETURNING = "returning", "Returning: same victim and perpetrator, longer ago"
    NEW_PERPETRATOR = "new_perpetrator", "Same victim, another perpetrator"
    SAME_PERPETRATOR = "same_perpetrator", "Same perpetrator, another victim"
    CROSSED_ROLES = "crossed_roles", "Somebody was in the other role before"


class MatchProposal(ReferralBound):
    """The check's finding that an earlier referral or case may concern the same people. A person decides."""

    class Decision(models.TextChoices):
        OPEN = "open", "Waiting for a decision"
        ACCEPTED = "accepted", "Same people"
        REJECTED = "rejected", "Not the same people"

    earlier_referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    earlier_case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20, choices=MatchKind.choices)
    score = models.FloatField(help_text="0 to 1: how probable that victim and perpetrator are the same people.")
    evidence = models.JSONField(
        default=list, help_text="[{'who', 'feature', 'level', 'weight'}]: what agrees, never the text itself."
    )
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.OPEN)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    sensitivity = declare(
        internal="referral earlier_referral earlier_case kind score evidence decision decided_by decided_at"
    )

    def __str__(self) -> str:
        return f"match {self.pk}"


class ScreeningDecision(ReferralBound):
    """What the office decided about a referral. Not accepting is the chair's decision, with a reason and what was offered."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accept"
        RETURNED = "returned", "Ask for more information"
        NOT_ACCEPTED = "not_accepted", "Do not accept"
        DUPLICATE = "duplicate", "Duplicate of another referral"

    class Ground(models.TextChoices):
        OUT_OF_AREA = "out_of_area", "Outside this area"
        UNDER_16 = "under_16", "Victim is under 16"
        NOT_DOMESTIC = "not_domestic", "Not domestic abuse"
        NO_CRITERION = "no_criterion", "No criterion is met"
        ALREADY_LISTED = "already_listed", "This incident is already listed"
        OTHER = "other", "Another reason"

    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    ground = models.CharField(max_length=20, choices=Ground.choices, blank=True)
    reason = models.TextField(max_length=2000, blank=True)
    offered = models.TextField(max_length=2000, blank=True, help_text="What was offered instead.")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    sensitivity = declare(internal="referral outcome ground decided_by decided_at", special="reason offered")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="not_accepted") | (~Q(ground="") & ~Q(reason="") & ~Q(offered="")),
                name="not_accepting_gives_reason_and_offer",
            )
        ]

    def __str__(self) -> str:
        return f"screening {self.pk}"


class RepeatRule(Recorded):
    """When a referral is a repeat, for one panel kind or one panel, as dated data (domain: MARAC 4.1)."""

    class Anchor(models.TextChoices):
        LAST_REFERRAL = "last_referral", "The last referral"
        LAST_HEARD = "last_heard", "The last hearing"

    panel_kind = models.CharField(max_length=30)
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, null=True, blank=True, related_name="repeat_rules")
    months = models.PositiveSmallIntegerField()
    anchor = models.CharField(max_length=20, choices=Anchor.choices)
    same_perpetrator = models.BooleanField(default=True)
    in_force_from = models.DateField(null=True, blank=True)
    in_force_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    verified_on = models.DateField(null=True, blank=True)

    sensitivity = declare(
        public="panel_kind months anchor same_perpetrator in_force_from in_force_to source verified_on",
        internal="panel",
    )
    reference_data = True

    def __str__(self) -> str:
        return f"repeat rule {self.pk}"
