"""What makes sharing lawful: agreements and their signatures, legal gateways, and recorded decisions to disclose."""

from django.db import models
from django.db.models import Q

from casework.models.agency import Agency, Dated, Panel, Partnership, User
from casework.models.base import CaseBound, Recorded, declare


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

    sensitivity = declare(internal="agreement number in_force_from in_force_to review_on")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_once")]

    def __str__(self) -> str:
        return f"agreement version {self.pk}"


class AgreementPanel(Dated):
    """A panel that works under an agreement."""

    agreement = models.ForeignKey(SharingAgreement, on_delete=models.PROTECT, related_name="panels")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="agreements")

    sensitivity = declare(internal="agreement panel starts_at ends_at")

    def __str__(self) -> str:
        return f"agreement {self.agreement_id} for panel {self.panel_id}"


class AgreementSignature(Dated):
    """An agency's signature under a version. Without a live one the agency is given nothing on its panels."""

    agreement_version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="signatures")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="signatures")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    sensitivity = declare(internal="agreement_version agency signed_by starts_at ends_at")

    def __str__(self) -> str:
        return f"signature {self.pk}"


class LegalGateway(Recorded):
    """A power or condition to share under: dated data from casework/data/gateways.json, editable, never asserted.

    `verified_on` stays empty while the rule is to be checked before use, and the page says so.
    """

    code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    panel_kinds = models.JSONField(default=list)
    in_force_from = models.DateField(null=True, blank=True)
    in_force_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    verified_on = models.DateField(null=True, blank=True)

    sensitivity = declare(public="code title panel_kinds in_force_from in_force_to source verified_on")
    reference_data = True

    def __str__(self) -> str:
        return self.code


class DisclosureDecision(CaseBound):
    """Why something is shared: the power, one sentence of necessity, the victim's views, who decided and when.

    It stands behind every grant and pack. One that concerns a whole meeting has no case.
    """

    depth = 1

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    meeting = models.ForeignKey(
        "casework.Meeting", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    reference = models.CharField(max_length=12, unique=True)
    gateway = models.ForeignKey(LegalGateway, on_delete=models.PROTECT, related_name="+")
    necessity = models.CharField(max_length=500)
    victim_views = models.CharField(max_length=500)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    sensitivity = declare(
        internal="panel case meeting reference gateway decided_by decided_at", special="necessity victim_views"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(necessity="") & ~Q(victim_views=""), name="decision_gives_its_reasons")
        ]

    def __str__(self) -> str:
        return f"decision {self.reference}"
