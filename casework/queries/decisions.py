"""What a decision to share can rely on here and now, and the decisions that have been made, read as one viewer."""

from datetime import date

from django.db.models import Q

from casework.access.gateways import Offer, conditions_for, offer
from casework.models import (
    Agency,
    AgreementPanel,
    AgreementVersion,
    GatewaySetting,
    LegalCondition,
    LegalGateway,
    Panel,
)


def switched(partnership_id: int) -> dict[str, bool]:
    """What the partnership has switched on or off, by code of the power; what it left alone is not in it."""
    return dict(GatewaySetting.objects.filter(partnership_id=partnership_id).values_list("gateway__code", "is_on"))


def review_is_over(panel: Panel, on: date) -> bool:
    """The panel's agreement in force is past its review: nothing new is disclosed under it (domain: information sharing 4.3)."""
    agreements = AgreementPanel.objects.live().filter(panel=panel).values("agreement")
    versions = AgreementVersion.objects.filter(
        Q(in_force_to=None) | Q(in_force_to__gte=on), agreement__in=agreements, in_force_from__lte=on
    )
    latest = {version.agreement_id: version for version in versions.order_by("number")}
    return bool(latest) and all(version.review_is_over(on) for version in latest.values())


def powers_offered(
    panel: Panel, *, discloser: Agency, recipients: list[Agency], purpose: str, data_classes: set[str], on: date
) -> Offer:
    """The powers that can be relied on, by title, and those of this kind of panel that cannot, each with its sentence."""
    rows = LegalGateway.objects.filter(Q(panel_kinds__contains=[panel.kind]) | Q(panel_kinds=[])).order_by(
        "title", "pk"
    )
    return offer(
        rows, discloser=discloser, recipients=recipients, purpose=purpose, data_classes=data_classes, on=on,
        panel_kind=panel.kind, switched=switched(panel.partnership_id),
    )  # fmt: skip


def bases_offered(panel: Panel, *, discloser: Agency, data_classes: set[str], on: date) -> Offer:
    """The lawful bases with their conditions that the agency can rely on, and those that it cannot."""
    rows = LegalCondition.objects.order_by("title", "pk")
    return conditions_for(
        rows, agency_type=discloser.type, data_classes=data_classes, on=on, panel_kind=panel.kind
    )  # fmt: skip
