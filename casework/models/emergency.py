"""Emergency access, and the reviews of who holds access."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.models.agency import Agency, Membership, Panel, Partnership, User
from casework.models.base import Recorded, ScopedQuerySet, declare
from casework.models.case import Case
from casework.models.grant import CaseGrant, CaseUserGrant


class EmergencyAccess(Recorded):
    """One try to open a case in an emergency: the reason first, then what was looked for (which is not kept).

    Where it opened exactly one case it names it, and its grant; anything else leaves both empty and says no more.
    Reviewed within two working days by somebody outside the person's line (domain: information sharing 4.6).
    """

    class Reason(models.TextChoices):
        RISK_TO_LIFE = "risk_to_life", "Immediate risk to life"
        CHILD_PROTECTION = "child_protection", "A child has to be protected now"
        OUT_OF_HOURS = "out_of_hours", "Safeguarding out of hours"
        COURT_DEADLINE = "court_deadline", "A court's deadline"

    class Finding(models.TextChoices):
        JUSTIFIED = "justified", "Justified"
        UNJUSTIFIED = "unjustified", "Not justified: an incident is raised"
        UNCLEAR = "unclear", "Unclear: more is asked"

    reference = models.CharField(max_length=12, unique=True)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    text = models.CharField(max_length=1000)
    made_at = models.DateTimeField(default=timezone.now)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    grant = models.ForeignKey(CaseUserGrant, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    review_due_on = models.DateField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    finding = models.CharField(max_length=20, choices=Finding.choices, blank=True)
    review_note = models.CharField(max_length=1000, blank=True)

    objects = ScopedQuerySet.as_manager()
    sensitivity = declare(
        internal="reference partnership user membership agency reason made_at case panel grant ended_at review_due_on reviewed_by "
        "reviewed_at finding",
        special="text review_note",
    )

    class Meta:
        verbose_name_plural = "emergency accesses"
        constraints = [
            models.CheckConstraint(condition=~Q(reviewed_by=models.F("user")), name="nobody_reviews_her_own_emergency")
        ]

    def __str__(self) -> str:
        return self.reference


class AccessReview(Recorded):
    """An agency's quarterly look at who holds what: each line is attested or removed (domain: information sharing 4.4)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField()
    due_on = models.DateField()
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    sensitivity = declare(internal="agency opened_on due_on closed_by closed_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "opened_on"], name="access_review_once")]

    def __str__(self) -> str:
        return f"access review {self.pk}"


class AccessReviewLine(Recorded):
    """One membership or grant in a review. It shows how often it was used, not what it opens."""

    class Answer(models.TextChoices):
        ATTEST = "attest", "Still needed"
        REMOVE = "remove", "Remove"

    review = models.ForeignKey(AccessReview, on_delete=models.PROTECT, related_name="lines")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    grant = models.ForeignKey(CaseGrant, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    user_grant = models.ForeignKey(CaseUserGrant, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reference = models.CharField(max_length=12, blank=True, help_text="The case's reference.")
    uses = models.PositiveIntegerField(default=0, help_text="Days on which it was used within the last 90.")
    last_used_on = models.DateField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    sensitivity = declare(
        internal="review membership grant user_grant reference uses last_used_on answer answered_by answered_at"
    )

    def __str__(self) -> str:
        return f"access review line {self.pk}"
