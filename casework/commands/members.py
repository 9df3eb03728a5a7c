"""The people of an agency, by who answers for it: renewed, opened again after silence, ended with who takes over."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from audit import event_types
from audit.recorder import current_recording, recording
from casework.access.guards import check_can_govern
from casework.access.policies import NotNow
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.access import database_now, end_grant
from casework.commands.locking import Stale
from casework.commands.notify import notify
from casework.models import (
    CaseUserGrant,
    Cover,
    Membership,
    MembershipPanel,
    PanelOffice,
    User,
)
from casework.models.agency import in_a_year
from casework.queries.calendar import end_of_day
from casework.queries.notices import register_notice

event_types.register(
    membership_renewed="renewed a membership",
    membership_ended="ended a membership",
    account_reopened="opened an account again after a long silence",
    account_silent="tried to sign in after a long silence and was refused",
)
register_notice("members.office_left", "Somebody who holds an office on your panel leaves", "home", with_subject=False)
YOURSELF = (
    "You cannot end your own membership. Ask a colleague who answers for the agency, or the system administrator."
)


def renew_membership(*, by: Viewer, membership: Membership, version: int | None = None) -> Membership:
    """It goes on for a year from today. Raises `Refused`, `NotNow` for one that has ended, and `Stale`."""
    membership = claim_membership(by, membership, version)
    with recording(by=by, event="membership.renewed", subject=f"membership {membership.pk}"):
        prolong(membership)
    return membership


def prolong(membership: Membership) -> None:
    """A step of a command: called inside its recording."""
    current_recording()
    membership.ends_at = max(filter(None, (membership.ends_at, in_a_year())))
    membership.save()


def reopen_account(*, by: Viewer, membership: Membership) -> User:
    """After 45 days of silence a person signs in again only when who answers for her agency has said so. Raises `Refused`."""
    membership = claim_membership(by, membership, None)
    user = membership.user
    with recording(by=by, event="account.reopened", subject=f"user {user.pk}"):
        user.woken_at = timezone.now()
        user.save(update_fields=["woken_at"])
    return user


def end_membership(
    *, by: Viewer, membership: Membership, on: date, taker: Membership | None = None, version: int | None = None
) -> Membership:
    """End a membership at the end of a day; today means at once, and takes effect on the person's next request.

    What hangs on it ends with it: offices, panels, covers, cases assigned to her there. With a `taker` of the same agency her
    assigned cases are assigned to that colleague, except where a conflict of interest or a seal keeps the colleague out.
    Raises `Refused`, `ValidationError`, `NotNow` and `Stale`.
    """
    membership = claim_membership(by, membership, version)
    if membership.user_id == by.user_id:
        raise ValidationError(YOURSELF)
    today = timezone.localdate()
    if on < today:
        raise ValidationError("Choose today or a later day.")
    at = database_now() if on == today else end_of_day(on)
    with recording(by=by, event="membership.ended", subject=f"membership {membership.pk}") as record:
        record.details["taken_over"] = _take_over(membership, taker) if taker else 0
        close_membership(by, membership, at)
    return membership


def close_membership(by: Viewer, membership: Membership, at) -> None:
    """The membership, and all that hangs on it, end at a moment. A step of a command: called inside its recording."""
    current_recording()
    _tell_offices(by, membership)
    hanging = [
        *PanelOffice.objects.live().filter(membership=membership),
        *MembershipPanel.objects.live().filter(membership=membership),
        *Cover.objects.live().filter(membership=membership),
        *Cover.objects.live().filter(covers=membership),
    ]
    for row in (*hanging, membership):
        row.ends_at = min(filter(None, (row.ends_at, at)))
        row.save()
    grants = visible(by, CaseUserGrant).live().filter(user_id=membership.user_id, agency_id=membership.agency_id)
    for grant in grants:
        end_grant(grant=grant, at=min(at, grant.expires_at))


def _take_over(membership: Membership, taker: Membership) -> int:
    if taker.agency_id != membership.agency_id or taker.pk == membership.pk:
        raise ValidationError("Only a colleague at the same agency takes over.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT rt_take_over(%s, %s)", [membership.pk, taker.pk])
        return cursor.fetchone()[0]


def _tell_offices(by: Viewer, membership: Membership) -> None:
    panels = PanelOffice.objects.live().filter(membership=membership).values("panel_id")
    others = PanelOffice.objects.live().filter(panel_id__in=panels).exclude(membership=membership)
    notify(
        by=by,
        users=[row.membership.user for row in others.select_related("membership__user")],
        kind="members.office_left",
    )


def claim_membership(by: Viewer, membership: Membership, version: int | None) -> Membership:
    """The membership again, locked. Raises `Refused`, `NotNow` where it has ended meanwhile, and `Stale`."""
    check_can_govern(by, membership.agency_id)
    fresh = Membership.objects.select_for_update(of=("self",)).select_related("user", "agency").get(pk=membership.pk)
    if version is not None and fresh.version != version:
        raise Stale(fresh)
    if fresh.ends_at is not None and fresh.ends_at <= timezone.now():
        raise NotNow("This membership has ended already.")
    return fresh
