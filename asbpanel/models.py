"""What an ASB panel records beside a case."""

from django.db import models

from casework.models.base import CaseBound, declare
from casework.models.case import Case


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
