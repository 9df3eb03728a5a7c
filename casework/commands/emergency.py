"""Emergency access: a reason first, then one search that the database makes; what it finds is opened or nothing is said of it."""

from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.utils import timezone

from audit import event_types
from audit.recorder import current_recording, recording
from casework.access.explain import kept_out
from casework.access.guards import check_can_review_emergency, check_can_use_emergency
from casework.access.policies import check_emergency_can_begin, check_emergency_reviewable
from casework.access.scope import one_or_404, visible
from casework.access.viewer import Viewer
from casework.commands.locking import claim
from casework.commands.notify import notify
from casework.matching.tokens import full_token
from casework.models import (
    Basis,
    Case,
    CaseGrant,
    CaseUserGrant,
    EmergencyAccess,
    Membership,
    PanelOffice,
    Role,
    User,
    new_reference,
    normalise_reference,
)
from casework.queries.calendar import working_days_after
from casework.queries.emergency import open_now, tries_left
from casework.queries.notices import register_notice

event_types.register(
    emergency_asked="asked for emergency access",
    emergency_answered="was answered on emergency access",
    emergency_ended="ended emergency access",
    emergency_reviewed="reviewed an emergency access",
)
OPENED, OPENED_HERE, TRIED, TRIED_HERE, UNJUSTIFIED = (
    "emergency.opened", "emergency.opened_here", "emergency.tried", "emergency.tried_here", "emergency.unjustified",
)  # fmt: skip
register_notice(OPENED, "Somebody opened a case in an emergency", "emergency_reviews", with_subject=False)
register_notice(OPENED_HERE, "Somebody whom you manage or answer for opened a case in an emergency")
register_notice(TRIED, "Somebody asked for emergency access and nothing was opened", "emergency_reviews", with_subject=False)  # fmt: skip
register_notice(TRIED_HERE, "Somebody whom you manage asked for emergency access and nothing was opened")
register_notice(UNJUSTIFIED, "An emergency access of your agency was found not justified")
MINUTES = 60  # our default; domain: information sharing 4.6
REVIEW_DAYS = 2
LOCK = 7_253_002  # with the person's number: one try of hers at a time


def open_in_emergency(
    *,
    by: Viewer,
    reason: str,
    text: str,
    reference: str = "",
    family_name: str = "",
    given_names: str = "",
    born_on: date | None = None,
) -> Case | None:
    """Keep the reason, look, and open the one case that was found for an hour; nothing, whatever else the answer was.

    Looks by a case's reference, or by a full name and a birth date. The reason stays recorded either way, and others are told.
    Raises `Refused`, and `NotNow` where no try is left today or another emergency access is still open.
    """
    check_can_use_emergency(by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, by.user_id])
    check_emergency_can_begin(tries_left=tries_left(by), is_open=open_now(by) is not None)
    access = _ask(by, reason, text)
    token = full_token(family_name, given_names, born_on)
    return _answer(by, access, normalise_reference(reference) or "", [token] if token else [])


def _ask(by: Viewer, reason: str, text: str) -> EmergencyAccess:
    access = EmergencyAccess(
        reference=new_reference(), partnership_id=by.partnership_id, user_id=by.user_id, membership_id=by.membership_id,
        agency_id=by.agency_id, reason=reason, text=text, review_due_on=working_days_after(timezone.localdate(), REVIEW_DAYS),
    )  # fmt: skip
    with recording(by=by, event="emergency.asked", subject=access.reference, details={"reason": reason}):
        access.save()
    return access


def _answer(by: Viewer, access: EmergencyAccess, reference: str, tokens: list[str]) -> Case | None:
    with recording(by=by, event="emergency.answered", subject=access.reference) as record:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rt_open_in_emergency(%s, %s, %s, %s)", [access.pk, reference, tokens, MINUTES])
            (opened,) = cursor.fetchone()
        case = visible(by, Case).select_related("panel").filter(pk=opened).first()
        record.details["opened"] = case is not None
        if case is None:
            _tell_of_try(by, access)
        else:
            record.cases.append(case.reference)
            _tell_of_opening(by, access, case)
    return case


def _tell_of_try(by: Viewer, access: EmergencyAccess) -> None:
    current_recording()
    leads = _leads_of_partnership(by)
    notify(by=by, users=leads, kind=TRIED, subject=access.reference)
    reviewing = {user.pk for user in leads} | {by.user_id}
    managers = [user for number, user in _manager(by).items() if number not in reviewing]
    notify(by=by, users=managers, kind=TRIED_HERE, subject=access.reference)


def _tell_of_opening(by: Viewer, access: EmergencyAccess, case: Case) -> None:
    """Nobody whom a conflict of interest keeps out of the case: an empty list behind the notice would tell her of it."""
    current_recording()
    offices = PanelOffice.objects.live().filter(panel=case.panel).select_related("membership__user")
    leads, others = _answerable(_agencies_in(by, case) | {by.agency_id})
    reviewing = {held.membership.user_id: held.membership.user for held in offices} | leads
    here = {number: user for number, user in (others | _manager(by)).items() if number not in reviewing}
    untold = kept_out(case) | {by.user_id}
    for kind, people in ((OPENED, reviewing), (OPENED_HERE, here)):
        told = [user for number, user in people.items() if number not in untold]
        notify(by=by, users=told, kind=kind, subject=access.reference, due_on=access.review_due_on)


def _agencies_in(by: Viewer, case: Case) -> set[int]:
    """The agencies that have a part in the case, by a grant in force of theirs or of a person of theirs."""
    agencies = visible(by, CaseGrant).live().filter(content_object=case).values_list("group__agency", flat=True)
    persons = visible(by, CaseUserGrant).live().filter(content_object=case).exclude(basis=Basis.EMERGENCY)
    return {*filter(None, agencies), *persons.values_list("agency_id", flat=True)}


def _answerable(agencies: Iterable[int]) -> tuple[dict[int, User], dict[int, User]]:
    """The governance leads of the agencies and, of those without one, the representatives."""
    rows = list(
        Membership.objects.live()
        .filter(agency__in=agencies, role__in=(Role.GOVERNANCE_LEAD, Role.REPRESENTATIVE))
        .select_related("user")
    )
    led = {row.agency_id for row in rows if row.role == Role.GOVERNANCE_LEAD}
    leads = {row.user_id: row.user for row in rows if row.role == Role.GOVERNANCE_LEAD}
    return leads, {row.user_id: row.user for row in rows if row.agency_id not in led}


def _manager(by: Viewer) -> dict[int, User]:
    mine = Membership.objects.filter(pk=by.membership_id, manager__isnull=False).select_related("manager__user")
    return {row.manager.user_id: row.manager.user for row in mine}


def _leads_of_partnership(by: Viewer) -> list[User]:
    rows = Membership.objects.live().filter(agency__partnership_id=by.partnership_id, role=Role.GOVERNANCE_LEAD)
    return [row.user for row in rows.exclude(user_id=by.user_id).select_related("user")]


def end_emergency(*, by: Viewer, reference: str) -> None:
    """The person ends her own access before its time. Ended twice, nothing changes. 404 for another's."""
    rows = visible(by, EmergencyAccess).filter(user_id=by.user_id, case_id__isnull=False)
    access = claim(by, one_or_404(rows, reference=reference))
    if access.ended_at is not None:
        return
    with recording(by=by, event="emergency.ended", subject=access.reference) as record:
        case = visible(by, Case).filter(pk=access.case_id).first()
        record.cases += [case.reference] if case else []
        access.ended_at = timezone.now()
        access.save(update_fields=["ended_at", "version"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT rt_end_emergency(%s)", [access.pk])


def review_emergency(
    *, by: Viewer, access: EmergencyAccess, finding: str, note: str, version: int | None = None
) -> EmergencyAccess:
    """Say whether it was justified. One that was unclear is reviewed again; not justified is told to her agency's governance lead.

    Raises `Refused` for the person herself and her line, `NotNow` where that is settled, and `Stale`.
    """
    check_can_review_emergency(by, access)
    access = claim(by, access, version)
    check_emergency_reviewable(access)
    with recording(by=by, event="emergency.reviewed", subject=access.reference, details={"finding": finding}):
        access.finding, access.review_note = finding, note
        access.reviewed_by_id, access.reviewed_at = by.user_id, timezone.now()
        access.save(update_fields=["finding", "review_note", "reviewed_by", "reviewed_at", "version"])
        if finding == EmergencyAccess.Finding.UNJUSTIFIED:
            leads, others = _answerable({access.agency_id})
            told = [user for number, user in (leads or others).items() if number != access.user_id]
            notify(by=by, users=told, kind=UNJUSTIFIED, subject=access.reference)
    return access
