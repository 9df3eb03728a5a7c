"""Who keeps a partnership's sharing agreements and its list of powers, and which of them somebody reads."""

from django.db.models import Q

from casework.access.guards import Refused
from casework.access.scope import register
from casework.access.viewer import Viewer
from casework.models import AgreementPanel, AgreementParty, AgreementVersion, GatewaySetting, Office, SharingAgreement

OUT = (AgreementParty.State.SUSPENDED, AgreementParty.State.LEFT)


def coordinates(by: Viewer) -> tuple[int, ...]:
    """The panels that she coordinates."""
    return tuple(sorted(panel for panel, held in by.offices.items() if Office.COORDINATOR in held))


def can_read_agreements(by: Viewer) -> bool:
    return by.governs is not None or bool(coordinates(by))


def can_set_powers(by: Viewer) -> bool:
    """A governance lead of the partnership, unless her own agency is suspended or has left every agreement."""
    return by.governs is not None and not _is_out(by)


def check_can_set_powers(by: Viewer) -> None:
    if not can_set_powers(by):
        raise Refused("Only a governance lead of the partnership, whose agency takes part, says which powers are used.")


def can_make_agreement(by: Viewer) -> bool:
    return can_set_powers(by)


def check_can_make_agreement(by: Viewer) -> None:
    if not can_make_agreement(by):
        raise Refused("Only a governance lead of the partnership, whose agency takes part, adds an agreement.")


def can_keep_agreement(by: Viewer, agreement: SharingAgreement) -> bool:
    """A governance lead of the partnership, or the coordinator of a panel under it; never somebody whose agency is suspended or has left."""
    if by.partnership_id != agreement.partnership_id or _is_out(by, agreement):
        return False
    of_hers = AgreementPanel.objects.live().filter(agreement=agreement, panel_id__in=coordinates(by))
    return by.governs is not None or of_hers.exists()


def check_can_keep_agreement(by: Viewer, agreement: SharingAgreement) -> None:
    if not can_keep_agreement(by, agreement):
        raise Refused(
            "Only a governance lead of the partnership, or the coordinator of a panel under this agreement, changes it, "
            "and nobody whose own agency is suspended or has left."
        )


def _is_out(by: Viewer, agreement: SharingAgreement | None = None) -> bool:
    """Her agency is suspended under the agreement or has left it; without one, under each agreement that it ever joined."""
    rows = AgreementParty.objects.filter(agency_id=by.agency_id)
    if agreement is not None:
        return rows.filter(agreement=agreement, state__in=OUT).exists()
    return rows.filter(state__in=OUT).exists() and not rows.exclude(state__in=OUT).exists()


def _in_partnership(column: str):
    return lambda viewer: Q(**{column: viewer.partnership_id}) if can_read_agreements(viewer) else Q(pk__in=[])


READERS = "Governance leads of the partnership, and coordinators of its panels."
register(SharingAgreement, _in_partnership("partnership_id"), READERS)
register(AgreementVersion, _in_partnership("agreement__partnership_id"), READERS)
register(AgreementParty, _in_partnership("agreement__partnership_id"), READERS)
register(GatewaySetting, _in_partnership("partnership_id"), READERS)
