"""Sealed cases: read by named persons alone, and by no office (domain: information sharing 4.5, staff as a party)."""

from django.core.exceptions import ValidationError

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_run_office
from casework.access.policies import NotNow
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.access import database_now, end_all_but, grant_to_office, is_sealed, name_reader
from casework.commands.locking import claim
from casework.commands.notify import notify
from casework.models import Case, Membership, Seal
from casework.queries.notices import register_notice
from casework.queries.sealing import possible_readers, readers_with_office

event_types.register(
    case_sealed="sealed the case",
    case_unsealed="unsealed the case",
    case_readers="named the readers of the sealed case anew",
)
register_notice("case.sealed_reader", "You were named as a reader of a sealed case", "case")


def seal(*, by: Viewer, case: Case, readers: list[Membership], reason: str, version: int | None = None) -> Seal:
    """Close a case to everybody but its named readers, at least one of whom holds an office on the panel.

    The readers' grants are written first, then the seal; then every other grant ends, the office's own last. Whoever seals
    and is no reader has read the case for the last time. Raises `Refused`, `NotNow`, `Stale`, `ValidationError`.
    """
    check_can_run_office(by, case.panel_id)
    case = claim(by, case, version)
    if is_sealed(case):
        raise NotNow("This case is sealed already. Change its readers instead.")
    _check_readers(by, case, readers)
    with recording(by=by, event="case.sealed", cases=[case.reference], reason=reason) as record:
        kept = [name_reader(by=by, case=case, user_id=m.user_id, agency_id=m.agency_id) for m in readers]
        sealed = Seal(case=case, panel_id=case.panel_id, sealed_by_id=by.user_id, starts_at=database_now())
        sealed.save()
        _tell(by, case, readers)
        record.details = {"readers": sorted(m.user_id for m in readers)}
        record.details["ended"] = end_all_but(case=case, kept=kept)
    return sealed


def change_readers(
    *, by: Viewer, case: Case, readers: list[Membership], reason: str, version: int | None = None
) -> None:
    """Name the readers of a sealed case anew, each for a year. By a reader who holds an office. Raises as `seal`."""
    check_can_run_office(by, case.panel_id)
    case = claim(by, case, version)
    if not is_sealed(case):
        raise NotNow("This case is not sealed.")
    _check_readers(by, case, readers)
    with recording(by=by, event="case.readers", cases=[case.reference], reason=reason) as record:
        kept = [name_reader(by=by, case=case, user_id=m.user_id, agency_id=m.agency_id) for m in readers]
        _tell(by, case, readers)
        record.details = {"readers": sorted(m.user_id for m in readers)}
        end_all_but(case=case, kept=kept)


def unseal(*, by: Viewer, case: Case, reason: str, version: int | None = None) -> None:
    """End the seal: the panel's office reads the case again. Agencies get nothing back by themselves. Raises as `seal`."""
    check_can_run_office(by, case.panel_id)
    case = claim(by, case, version)
    seals = list(visible(by, Seal).live().filter(case=case))
    if not seals:
        raise NotNow("This case is not sealed.")
    with recording(by=by, event="case.unsealed", cases=[case.reference], reason=reason):
        for sealed in seals:
            sealed.ends_at, sealed.ended_by_id = database_now(), by.user_id
            sealed.save()
        office = grant_to_office(by=by, case=case)
        end_all_but(case=case, kept=[office])


def _check_readers(by: Viewer, case: Case, readers: list[Membership]) -> None:
    possible = {membership.pk for membership in possible_readers(by, case)}
    if not {membership.pk for membership in readers} <= possible:
        raise ValidationError("Choose people of this panel who are not kept out of the case.")
    if len({membership.user_id for membership in readers}) != len(readers):
        raise ValidationError("Choose each person once.")
    if not readers_with_office(case.panel, readers):
        raise ValidationError(
            "Choose at least one reader who holds the office of coordinator, chair or deputy on this panel."
        )


def _tell(by: Viewer, case: Case, readers: list[Membership]) -> None:
    notify(
        by=by,
        users=[m.user for m in readers if m.user_id != by.user_id],
        kind="case.sealed_reader",
        subject=case.reference,
    )
