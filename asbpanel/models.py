"""What an ASB panel records beside a case and beside a report."""

from django.db import models

from casework.models.agency import Panel, User
from casework.models.base import CaseBound, declare
from casework.models.case import Case
from casework.models.report import Report


class AsbCase(CaseBound):
    """An ASB panel's part of a case, one-to-one beside it."""

    class Risk(models.TextChoices):
        HIGH = "high", "High"
        MEDIUM = "medium", "Medium"
        STANDARD = "standard", "Standard"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="asb_part")
    category = models.CharField(max_length=40)
    place = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    victim_risk = models.CharField(max_length=10, choices=Risk.choices)
    summary = models.TextField(max_length=4000)

    sensitivity = declare(internal="case category victim_risk", personal="place postcode", special="summary")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case"], name="asb_part_once")]

    def __str__(self) -> str:
        return f"asb case {self.pk}"


class Triage(CaseBound):
    """What was decided about a report that does not become part of a case; a decision that was undone stays as a row."""

    depth = 1

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="triage")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, choices=Report.Status.choices)
    reason = models.CharField(max_length=500)
    duplicate_of = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    sensitivity = declare(
        internal="report panel outcome duplicate_of decided_by decided_at undone_at", special="reason"
    )

    def __str__(self) -> str:
        return f"triage {self.pk}"
