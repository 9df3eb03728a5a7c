"""Reports of anti-social behaviour, the incidents behind them, and incidents from open data."""

import json

from django.db import models
from django.utils import timezone

from casework import storage
from casework.models.agency import Agency, Panel, User
from casework.models.base import CaseBound, Recorded, declare
from casework.models.case import Case
from casework.models.safe import new_seal


class Report(CaseBound):
    """What a person told an agency. Many reports may feed one case; the regulator counts cases, a case review counts complaints."""

    class Status(models.TextChoices):
        RECEIVED = "received", "Received"
        LINKED = "linked", "Part of a case"
        SIGNPOSTED = "signposted", "Signposted elsewhere"
        NOT_ASB = "not_asb", "Not anti-social behaviour"
        DUPLICATE = "duplicate", "Duplicate"

    class Channel(models.TextChoices):
        PHONE = "phone", "Phone"
        ONLINE = "online", "Online form"
        EMAIL = "email", "E-mail"
        LETTER = "letter", "Letter"
        IN_PERSON = "in_person", "In person"
        PARTNER = "partner_agency", "Partner agency"
        OFFICER = "officer_observed", "Seen by an officer"
        ANONYMOUS = "anonymous_line", "Anonymous line"

    depth = 1

    reference = models.CharField(max_length=12, unique=True)
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="Who received it.")
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.RECEIVED)
    channel = models.CharField(max_length=20, choices=Channel.choices)
    received_at = models.DateTimeField(default=timezone.now)
    is_complaint = models.BooleanField(default=True)
    category = models.CharField(max_length=40)
    narrative = models.TextField(max_length=4000)
    alleged_perpetrator_text = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    harm_to_victim = models.CharField(max_length=500, blank=True)
    immediate_risk = models.BooleanField(default=False)

    sensitivity = declare(
        internal="reference panel agency taken_by case status channel received_at is_complaint category immediate_risk",
        personal="alleged_perpetrator_text place postcode",
        special="narrative harm_to_victim",
    )

    class Meta:
        indexes = [models.Index(fields=["panel", "status", "-received_at"], name="report_queue")]

    def __str__(self) -> str:
        return self.reference


class ReportSource(CaseBound):
    """Who made a report, encrypted. Read by the agency that took it and by the panel's office; in no output by default."""

    depth = 1

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="sources")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    seal = models.CharField(max_length=32, default=new_seal, editable=False)
    secret = models.BinaryField()

    sensitivity = declare(internal="report panel agency seal", source_identity="secret")

    def __str__(self) -> str:
        return f"source {self.pk}"

    def hide(self, *, name: str, contact: str) -> None:
        """Put name and contact in, encrypted."""
        self.secret = storage.encrypt(json.dumps([name, contact]).encode(), bound_to=f"source:{self.seal}")

    def reveal(self) -> tuple[str, str]:
        """Name and contact. Only `casework.commands.safe` calls this, with an event."""
        name, contact = json.loads(storage.decrypt(self.secret, bound_to=f"source:{self.seal}"))
        return name, contact


class Incident(Recorded):
    """What happened, where, when, as published open data tell it: no person, no report behind it."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="incidents")
    key = models.CharField(
        max_length=64, help_text="Digest of the row's content and its ordinal among equal rows of a force and month."
    )
    month = models.DateField(help_text="First day of the month.")
    category = models.CharField(max_length=80)
    force = models.CharField(max_length=120)
    place = models.CharField(max_length=200, blank=True)
    area_code = models.CharField(max_length=20, blank=True)
    area_name = models.CharField(max_length=120, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    import_batch = models.ForeignKey("casework.ImportBatch", on_delete=models.PROTECT, null=True, related_name="+")

    sensitivity = declare(
        public="month category force place area_code area_name longitude latitude", internal="panel key import_batch"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["panel", "key"], name="incident_once")]
        indexes = [models.Index(fields=["panel", "month"], name="incident_month")]

    def __str__(self) -> str:
        return f"incident {self.pk}"
