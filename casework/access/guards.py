"""May she? Each rule is a pair: `check_can_…` raises with a sentence for the person, `can_…` answers, so that a button can hide.

Guards say *who*. Whether something can happen *now* is asked of `casework.access.policies`.
"""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied

from casework.access.scope import lasting, visible
from casework.access.viewer import Viewer
from casework.models import (
    Action,
    Case,
    ConflictOfInterest,
    DisclosureDecision,
    EmergencyAccess,
    Membership,
    Office,
    Panel,
    Referral,
)


class Refused(PermissionDenied):
    """She may see it, and may not do this. The text is for her to read."""


def can_refer(by: Viewer, panel: Panel) -> bool:
    return by.carries.refers and panel.pk in by.carried


def check_can_refer(by: Viewer, panel: Panel) -> None:
    if not can_refer(by, panel):
        raise Refused("Your role does not refer to this panel.")


def can_run_office(by: Viewer, panel_id: int) -> bool:
    """Screen, list, circulate, issue packs, import: the coordinator, chair and deputy."""
    return by.holds(panel_id, Office.COORDINATOR, Office.CHAIR, Office.DEPUTY)


def check_can_run_office(by: Viewer, panel_id: int) -> None:
    if not can_run_office(by, panel_id):
        raise Refused("Only the panel's office does this.")


def can_be_second(by: Viewer, panel_id: int, first: Collection[int]) -> bool:
    """Release what waits for a second person: of the office, and none of those who circulated the agenda."""
    return can_run_office(by, panel_id) and by.user_id not in first


def check_can_be_second(by: Viewer, panel_id: int, first: Collection[int]) -> None:
    if not can_be_second(by, panel_id, first):
        raise Refused("A second person of the panel's office answers this, not the one who circulated the agenda.")


def can_correct_decision(by: Viewer, decision: DisclosureDecision) -> bool:
    """Whose decision it is: who speaks for the agency, or the panel's office for its own. A release is not corrected but followed."""
    if decision.kind == DisclosureDecision.Kind.RELEASE:
        return False
    if decision.agency_id:
        return can_speak_for(by, decision.agency_id)
    return can_run_office(by, decision.panel_id)


def check_can_correct_decision(by: Viewer, decision: DisclosureDecision) -> None:
    if not can_correct_decision(by, decision):
        raise Refused("Only the agency whose decision it is, or the panel's office for its own, corrects a decision.")


def can_decide_not_to_accept(by: Viewer, panel_id: int) -> bool:
    return by.holds(panel_id, Office.CHAIR, Office.DEPUTY)


def check_can_decide_not_to_accept(by: Viewer, panel_id: int) -> None:
    if not can_decide_not_to_accept(by, panel_id):
        raise Refused("Not accepting a referral is the chair's decision. Ask the chair to decide.")


def can_record_meeting(by: Viewer, panel_id: int) -> bool:
    return by.holds(panel_id)


def check_can_record_meeting(by: Viewer, panel_id: int) -> None:
    if not can_record_meeting(by, panel_id):
        raise Refused("Only the panel's office records the meeting.")


def can_speak_for(by: Viewer, agency_id: int) -> bool:
    return by.speaks_for == agency_id


def check_can_speak_for(by: Viewer, agency_id: int) -> None:
    if not can_speak_for(by, agency_id):
        raise Refused("Only a member of that agency can answer for it.")


def can_close_action(by: Viewer, action: Action) -> bool:
    return by.speaks_for == action.agency_id


def check_can_close_action(by: Viewer, action: Action) -> None:
    if not can_close_action(by, action):
        raise Refused("Only the agency that owes the action can close it.")


def can_take_on(by: Viewer, referral: Referral) -> bool:
    return referral.idva_service_id is not None and by.speaks_for == referral.idva_service_id and by.role == "idva"


def check_can_take_on(by: Viewer, referral: Referral) -> None:
    if not can_take_on(by, referral):
        raise Refused("Only an adviser of the IDVA service can take a client on.")


def can_record_intervention(by: Viewer, case: Case, agency_id: int) -> bool:
    return (can_run_office(by, case.panel_id) or can_speak_for(by, agency_id)) and can_write_in(by, case)


def check_can_record_intervention(by: Viewer, case: Case, agency_id: int) -> None:
    if not can_record_intervention(by, case, agency_id):
        raise Refused("Only the agency that leads an intervention, or the panel's office, records it.")


def can_write_in(by: Viewer, record: Case | Referral) -> bool:
    """Who reads all of a case for a reason that lasts (emergency access does not), or a referral, and speaks or holds the office."""
    if by.speaks_for is None and not by.holds(record.panel_id):
        return False
    rows = visible(by, type(record)).filter(pk=record.pk)
    return (rows.filter(lasting(by, "pk", 3)) if isinstance(record, Case) else rows).exists()


def check_can_write_in(by: Viewer, record: Case | Referral) -> None:
    if not can_write_in(by, record):
        raise Refused("Only who reads all of this, and speaks for an agency or holds the panel’s office, writes here.")


def can_contact(by: Viewer, case: Case) -> bool:
    return by.speaks_for is not None and can_write_in(by, case)


def check_can_contact(by: Viewer, case: Case) -> None:
    if not can_contact(by, case):
        raise Refused("Only who speaks for an agency, and reads all of this case, makes contact with anybody in it.")


def can_govern(by: Viewer, agency_id: int) -> bool:
    """Answers for the agency's members and for what it holds: its governance lead or, without one, its representatives."""
    return by.governs_agency == agency_id


def check_can_govern(by: Viewer, agency_id: int) -> None:
    if not can_govern(by, agency_id):
        raise Refused("Only who answers for the agency does this.")


def can_decide_conflict(by: Viewer, conflict: ConflictOfInterest) -> bool:
    return by.holds(conflict.panel_id) and by.user_id != conflict.user_id


def check_can_decide_conflict(by: Viewer, conflict: ConflictOfInterest) -> None:
    if not can_decide_conflict(by, conflict):
        raise Refused("The panel's office decides this, and never the person concerned.")


def can_use_emergency(by: Viewer) -> bool:
    """Representatives, IDVAs and ASB officers, on the panels that their role carries."""
    return by.carries.emergency and bool(by.carried)


def check_can_use_emergency(by: Viewer) -> None:
    if not can_use_emergency(by):
        raise Refused("Your role does not open cases in an emergency. Ask somebody who speaks for your agency.")


def line_of(membership: Membership) -> set[int]:
    """The person, her manager, and her manager's manager."""
    first = membership.manager
    second = first.manager if first else None
    return {membership.user_id, *(one.user_id for one in (first, second) if one)}


def can_review_emergency(by: Viewer, access: EmergencyAccess) -> bool:
    """A governance lead of the partnership, outside the person's line: not herself, her manager, or her manager's manager."""
    return by.governs == access.partnership_id and by.user_id not in line_of(access.membership)


def check_can_review_emergency(by: Viewer, access: EmergencyAccess) -> None:
    if not can_review_emergency(by, access):
        raise Refused("A governance lead who is neither the person herself nor her manager reviews this.")
