"""The register of interventions: orders, contracts, notices and tools, with their conditions and breaches."""

from django.db import models
from django.db.models import Q

from casework.models.agency import Agency, User
from casework.models.base import CaseBound, Recorded, declare
from casework.models.case import Case, Party


class InterventionType(Recorded):
    """A kind of intervention, from casework/data/interventions.json; a legacy type is loadable, not newly issuable."""

    code = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    family = models.CharField(max_length=40)
    panel_kinds = models.JSONField(default=list)
    legacy = models.BooleanField(default=False)
    in_force_from = models.DateField(null=True, blank=True)
    in_force_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    verified_on = models.DateField(null=True, blank=True)

    sensitivity = declare(public="code title family panel_kinds legacy in_force_from in_force_to source verified_on")
    reference_data = True

    def __str__(self) -> str:
        return self.code


class Intervention(CaseBound):
    """One intervention against or with one party of a case."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        AGREED = "agreed", "Agreed"
        IN_FORCE = "in_force", "In force"
        BREACHED = "breached", "Breached"
        EXPIRED = "expired", "Expired"
        ENDED = "ended", "Ended early"
        REFUSED = "refused", "Refused"

    reference = models.CharField(max_length=12, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="interventions")
    type = models.ForeignKey(InterventionType, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="interventions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PROPOSED)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    reason = models.TextField(max_length=2000)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    sensitivity = declare(
        internal="reference case type subject agency status starts_on ends_on recorded_by", special="reason"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="intervention_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.reference


class InterventionBound(CaseBound):
    """A record that belongs to an intervention. The case is copied, for the policy and the history."""

    intervention = models.ForeignKey(Intervention, on_delete=models.PROTECT, related_name="%(class)s_set")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Condition(InterventionBound):
    """What the subject must do or must not do."""

    text = models.CharField(max_length=500)
    positive = models.BooleanField(default=False, help_text="A requirement, not a prohibition.")

    sensitivity = declare(internal="intervention case positive", special="text")

    def __str__(self) -> str:
        return f"condition {self.pk}"


class Breach(InterventionBound):
    """A breach of a condition, as reported."""

    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, null=True, blank=True, related_name="breaches")
    happened_on = models.DateField()
    text = models.CharField(max_length=1000)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    sensitivity = declare(internal="intervention case condition happened_on recorded_by", special="text")

    class Meta:
        verbose_name_plural = "breaches"

    def __str__(self) -> str:
        return f"breach {self.pk}"
