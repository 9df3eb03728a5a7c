"""Access that runs out: the panel's office renews it with a sentence why, lets it run out, or ends it at once.

Whoever decides moves the version on: what has a version above one has been decided about, and is not asked about again.
"""

from datetime import timedelta

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_run_office
from casework.access.policies import NotNow, check_agreement_reviewed, check_reviews_its_access
from casework.access.viewer import Viewer, has_signed
from casework.commands.access import database_now, end_grant
from casework.commands.locking import claim
from casework.models import Agency, CaseGrant, CaseUserGrant, Membership

event_types.register(
    access_renewed="renewed access to the case",
    access_left="decided to let access to the case run out",
)
MOST_MONTHS = 12
MONTH = timedelta(days=365) / 12


def renew(
    *, by: Viewer, grant: CaseGrant | CaseUserGrant, months: int, why: str, version: int | None = None
) -> CaseGrant | CaseUserGrant:
    """A new grant of the same basis, reach and decision, for up to 12 months from now; the old one ends as it begins.

    Raises `Refused`, `NotNow` where the holder can be given nothing any more, and `Stale`.
    """
    grant = _claimed(by, grant, version)
    check_agreement_reviewed(grant.panel)
    agency = _agency_of(grant)
    check_reviews_its_access(agency_id=agency.pk)
    _check_still_there(grant, agency)
    now = database_now()
    with recording(by=by, event="access.renewed", cases=[grant.content_object.reference], reason=why) as record:
        fresh = type(grant)(**_same(grant), granted_by_id=by.user_id, starts_at=now)
        fresh.expires_at = now + MONTH * min(months, MOST_MONTHS)
        fresh.save()
        end_grant(grant=grant, at=min(now, grant.expires_at))
        record.details |= {"agency": agency.slug, "basis": grant.basis, "months": min(months, MOST_MONTHS)}
    return fresh


def let_run_out(*, by: Viewer, grant: CaseGrant | CaseUserGrant, version: int | None = None) -> None:
    """It ends on its day, and nobody is asked about it again. Raises `Refused`, `NotNow` and `Stale`."""
    grant = _claimed(by, grant, version)
    with recording(by=by, event="access.left", cases=[grant.content_object.reference], details={"basis": grant.basis}):
        end_grant(grant=grant, at=grant.expires_at)


def end_now(*, by: Viewer, grant: CaseGrant | CaseUserGrant, why: str, version: int | None = None) -> None:
    """It ends at once. Raises `Refused`, `NotNow` and `Stale`."""
    grant = _claimed(by, grant, version)
    details = {"basis": grant.basis}
    with recording(by=by, event="access.ended", cases=[grant.content_object.reference], reason=why, details=details):
        end_grant(grant=grant, at=min(database_now(), grant.expires_at))


def _claimed(by: Viewer, grant: CaseGrant | CaseUserGrant, version: int | None):
    check_can_run_office(by, grant.panel_id)
    grant = claim(by, grant, version)
    if grant.version != 1:
        raise NotNow("Somebody has decided about this already.")
    return grant


def _agency_of(grant: CaseGrant | CaseUserGrant) -> Agency:
    return grant.agency if isinstance(grant, CaseUserGrant) else Agency.objects.get(group_id=grant.group_id)


def _check_still_there(grant: CaseGrant | CaseUserGrant, agency: Agency) -> None:
    if not has_signed(agency.pk, grant.panel_id):
        raise NotNow(f"{agency.name} has no signature in force under the panel's sharing agreement.")
    if isinstance(grant, CaseUserGrant):
        there = Membership.objects.live().filter(user_id=grant.user_id, agency=agency)
        if not there.exists():
            raise NotNow(f"She does not work for {agency.name} any more. Assign the case to somebody else.")


def _same(grant: CaseGrant | CaseUserGrant) -> dict:
    names = ["permission_id", "content_object_id", "panel_id", "basis", "reach", "meeting_id", "decision_id"]
    names += ["user_id", "agency_id"] if isinstance(grant, CaseUserGrant) else ["group_id"]
    return {name: getattr(grant, name) for name in names}
