"""Risk instruments as versioned data, and signed assessments made with them."""

from django.db import models

from casework.models.agency import Agency, User
from casework.models.base import Recorded, declare
from casework.models.case import InCaseOrReferral


class RiskInstrument(Recorded):
    """A checklist or matrix, for example the 24-item checklist. Only neutral labels of our own, no published wording."""

    key = models.SlugField(unique=True)
    title = models.CharField(max_length=120)

    sensitivity = declare(public="key title")
    reference_data = True

    def __str__(self) -> str:
        return self.key


class InstrumentVersion(Recorded):
    """One version of an instrument, loaded from a file in casework/data/instruments (shape: docs/instruments.md).

    `content` holds sections of items (id, label, answer type, weight, domain, critical) and the bands.
    """

    instrument = models.ForeignKey(RiskInstrument, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    in_force_from = models.DateField(null=True, blank=True)
    in_force_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    verified_on = models.DateField(null=True, blank=True)

    sensitivity = declare(public="instrument number content in_force_from in_force_to source verified_on")
    reference_data = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instrument", "number"], name="instrument_version_once")]

    def __str__(self) -> str:
        return f"{self.instrument_id} version {self.number}"


class Assessment(InCaseOrReferral):
    """A signed assessment. It keeps the version and threshold in force on its date and is never changed afterwards."""

    instrument_version = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    assessor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    assessed_on = models.DateField()
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    not_known = models.PositiveSmallIntegerField(default=0, help_text="Items answered 'not known' or not answered.")
    threshold = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    professional_judgement = models.BooleanField(default=False)
    judgement_reason = models.TextField(max_length=2000, blank=True)
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    sensitivity = declare(
        internal="case referral instrument_version agency assessor assessed_on threshold supersedes",
        special="score not_known professional_judgement judgement_reason",
    )

    class Meta(InCaseOrReferral.Meta):
        pass

    def __str__(self) -> str:
        return f"assessment {self.pk}"


class AssessmentAnswer(InCaseOrReferral):
    """The answer to one item."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="answers")
    item = models.CharField(max_length=20)
    value = models.CharField(max_length=30, blank=True)
    comment = models.CharField(max_length=500, blank=True)

    sensitivity = declare(internal="case referral assessment item", special="value comment")

    class Meta(InCaseOrReferral.Meta):
        pass

    def __str__(self) -> str:
        return f"answer {self.pk}"
