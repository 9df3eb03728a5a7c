"""Granting and ending access. The only writer of grants; each grant names the decision behind it, and ends."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from audit import event_types
from audit.recorder import current_recording
from casework.access.policies import check_agreement_reviewed, check_reviews_its_access, check_takes_grants
from casework.access.viewer import Viewer
from casework.models import (
    Agency,
    Basis,
    Case,
    CaseGrant,
    CaseUserGrant,
    ConflictOfInterest,
    Depth,
    DisclosureDecision,
    Seal,
    User,
)

event_types.register(
    access_granted="gave access to the case",
    access_ended="ended access to the case",
    conflict_declared="declared a conflict of interest",
)


YEAR = timedelta(days=365)  # our default: a lasting grant is renewed every year


def database_now() -> datetime:
    """The database's clock: what a grant starts by is compared with it, never with another machine's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def grant_to_office(*, by: Viewer, case: Case) -> CaseGrant:
    """The office's own grant, written before the case itself: its policy and foreign key are settled at the end."""
    return _grant(by, case, case.panel.office_group_id, Basis.OFFICE)


def grant_to_agency(
    *,
    by: Viewer,
    case: Case,
    group_id: int,
    basis: Basis,
    decision: DisclosureDecision,
    meeting=None,
    expires_at=None,
    reach=Depth.FULL,
) -> CaseGrant:
    """Let an agency read a case until `expires_at`, or for a year. Called inside the recording of the command that decided it.

    Raises `NotNow` where the panel's agreement is past its review, and where the agency's access review is long overdue.
    """
    check_agreement_reviewed(case.panel)
    check_reviews_its_access(agency__group_id=group_id)
    return _grant(by, case, group_id, basis, decision=decision, meeting=meeting, expires_at=expires_at, reach=reach)


def is_sealed(case: Case) -> bool:
    """A seal is in force on the case: its named readers alone hold grants."""
    in_force = Q(ends_at=None) | Q(ends_at__gt=Now())
    return Seal.objects.filter(in_force, starts_at__lte=Now(), case_id=case.pk).exists()


def _grant(by: Viewer, case: Case, group_id: int, basis: Basis, **columns) -> CaseGrant:
    check_takes_grants(sealed=is_sealed(case))
    now = database_now()
    if basis != Basis.OFFICE:
        columns["expires_at"] = columns.get("expires_at") or now + YEAR
    grant = CaseGrant(
        content_object=case,
        group_id=group_id,
        permission_id=by.view_id,
        panel_id=case.panel_id,
        basis=basis,
        granted_by_id=by.user_id,
        starts_at=now,
        **columns,
    )
    grant.save()
    return grant


def assign(*, by: Viewer, case: Case, user: User, agency_id: int, decision: DisclosureDecision | None) -> CaseUserGrant:
    """Assign the case to an adviser or officer at her agency, for a year. Raises `NotNow` as `grant_to_agency` does."""
    check_reviews_its_access(agency_id=agency_id)
    check_takes_grants(sealed=is_sealed(case))
    now = database_now()
    grant = CaseUserGrant(
        content_object=case, user=user, agency_id=agency_id, permission_id=by.view_id, panel_id=case.panel_id,
        basis=Basis.ASSIGNMENT, decision=decision, granted_by_id=by.user_id, starts_at=now, expires_at=now + YEAR,
    )  # fmt: skip
    grant.save()
    return grant


def let_agency_read(*, by: Viewer, case: Case, agency: Agency, decision: DisclosureDecision) -> CaseGrant | None:
    """A standing grant for an agency, unless it reads the whole case already. Called inside a recording."""
    current_recording()
    if _lasting(case, agency).exists():
        return None
    return grant_to_agency(by=by, case=case, group_id=agency.group_id, basis=Basis.STANDING, decision=decision)


def end_standing(*, case: Case, agency: Agency) -> int:
    """End the agency's standing grants on the case; how many there were. Called inside a recording."""
    current_recording()
    grants = list(_lasting(case, agency).filter(basis=Basis.STANDING))
    for grant in grants:
        end_grant(grant=grant)
    return len(grants)


def _lasting(case: Case, agency: Agency):
    return CaseGrant.objects.live(database_now()).filter(
        content_object=case, group_id=agency.group_id, basis__in=[Basis.OPENED, Basis.STANDING], reach=Depth.FULL
    )


def stands(*, case: Case, group_id: int) -> bool:
    """The agency has a standing grant on the case already."""
    return CaseGrant.objects.live().filter(content_object=case, group_id=group_id, basis=Basis.STANDING).exists()


def is_assigned(*, case: Case, user_id: int) -> bool:
    """The case is assigned to the person already."""
    return CaseUserGrant.objects.live().filter(content_object=case, user_id=user_id, basis=Basis.ASSIGNMENT).exists()


def name_reader(*, by: Viewer, case: Case, user_id: int, agency_id: int) -> CaseUserGrant:
    """Let one person read a sealed case for a year, at the agency where she works. Called inside a recording."""
    current_recording()
    now = database_now()
    grant = CaseUserGrant(
        content_object=case, user_id=user_id, agency_id=agency_id, permission_id=by.view_id, panel_id=case.panel_id,
        basis=Basis.SEALED_READER, granted_by_id=by.user_id, starts_at=now, expires_at=now + YEAR,
    )  # fmt: skip
    grant.save()
    return grant


def end_all_but(*, case: Case, kept: list[CaseGrant | CaseUserGrant]) -> int:
    """End every grant on the case but those, the office's own last; how many there were. Called inside a recording."""
    current_recording()
    now = database_now()
    still = Q(expires_at=None) | Q(expires_at__gt=now)
    held = CaseGrant.objects.filter(still, content_object=case)
    personal = CaseUserGrant.objects.filter(still, content_object=case)
    ending = [*personal, *held.exclude(basis=Basis.OFFICE), *held.filter(basis=Basis.OFFICE)]
    ending = [grant for grant in ending if grant not in kept]
    for grant in ending:
        end_grant(grant=grant)
    return len(ending)


def end_grant(*, grant: CaseGrant | CaseUserGrant, at: datetime | None = None) -> None:
    """End a grant now, or earlier than it would. Called inside a recording."""
    if not type(grant).content_object.is_cached(grant):
        # guardian asks which model a grant is about as it saves; whoever answers for the agency may not read the case itself
        grant.content_object = Case(pk=grant.content_object_id)
    grant.expires_at = at or database_now()
    grant.save(update_fields=["expires_at", "version"])


def declare_conflict(
    *, by: Viewer, user: User, panel_id: int, reason: str, case: Case | None = None, referral=None, **columns
) -> ConflictOfInterest:
    """Keep a person out of a case or referral, whatever else she holds. Called inside a recording.

    Recorded by the office and confirmed, unless `columns` say otherwise (origin, state, nature).
    """
    current_recording()
    conflict = ConflictOfInterest(
        user=user,
        panel_id=panel_id,
        case=case,
        referral=referral,
        reason=reason,
        declared_by_id=by.user_id,
        starts_at=database_now(),
        **columns,
    )
    conflict.save()
    return conflict
