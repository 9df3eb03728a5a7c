"""Which one rule decides whether somebody may read a case: the order of access, person by person, for a whole panel at once.

It asks the same questions in the same order as `casework.access.scope`, from viewers that are made by the same function, and a
test holds the two against each other. What it says is for those who read the whole case themselves.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import Viewer, signed_panels, versions_in_force, viewers_of
from casework.models import (
    AgreementPanel,
    AgreementParty,
    Basis,
    Case,
    CaseGrant,
    CaseUserGrant,
    Membership,
    MembershipPanel,
    Panel,
    PanelOffice,
    Seal,
)


class Why(StrEnum):
    """The rule that decides. The first six deny, in this order; the last four are the ways in."""

    INACTIVE = "inactive"
    SILENT = "silent"
    NOT_SIGNED = "not_signed"
    CONFLICT = "conflict"
    SEALED = "sealed"
    NO_REASON = "no_reason"
    OFFICE = "office"
    AGENCY = "agency"
    PERSONAL = "personal"
    COVER = "cover"


WAYS = (Why.OFFICE, Why.AGENCY, Why.PERSONAL, Why.COVER)


@dataclass(frozen=True)
class Held:
    """A grant on the case, of an agency or office (`group_id`) or of a person at an agency."""

    group_id: int | None
    user_id: int | None
    agency_id: int | None
    permission_id: int
    basis: str
    reach: int
    expires_at: datetime | None
    meeting_at: datetime | None
    in_force: bool


@dataclass(frozen=True)
class Signing:
    """How an agency stands under the panel's agreement: its state there, if any, and the number of the version in force, if any."""

    state: str
    version: int | None


@dataclass(frozen=True)
class Verdict:
    """What decides about one membership.

    `grant` is the one that reaches furthest or, where she reads nothing, the last that is over; `carries`: her role carries the
    panel, or she holds an office there; `agency_reads`: a grant of her agency is in force, whether or not her role carries it.
    """

    membership: Membership
    viewer: Viewer
    why: Why
    carries: bool
    offices: tuple[str, ...]
    grant: Held | None
    agency_reads: bool
    signing: "Signing"

    @property
    def reads(self) -> bool:
        return self.why in WAYS

    @property
    def reach(self) -> int:
        return self.grant.reach if self.reads and self.grant else 0


@dataclass(frozen=True)
class Facts:
    """Everything that decides about one case, read once. `kept_out` are the users with a conflict of interest in force."""

    panel_id: int
    viewers: dict[int, Viewer]
    carrying: set[int]
    offices: dict[int, tuple[str, ...]]
    signed: dict[int, set[int]]
    held: list[Held]
    sealed: bool
    kept_out: set[int]
    version: int | None
    states: dict[int, str]


def explain(asker: Viewer, case: Case, panel: Panel) -> list[Verdict]:
    """One verdict for each membership in force of the panel's partnership, by agency and name.

    The same number of queries for one person and for hundreds. The asker reads the whole case; what she may not know of conflicts
    is for the caller to leave unsaid.
    """
    memberships = list(
        Membership.objects.live()
        .filter(agency__partnership_id=panel.partnership_id)
        .select_related("user", "agency")
        .order_by("agency__name", "user__display_name", "pk")
    )
    facts = _facts(asker, case, panel, memberships)
    return [decide(facts, membership) for membership in memberships]


def decide(facts: Facts, membership: Membership) -> Verdict:
    """The first rule that denies, or the way in that reaches furthest."""
    viewer, user = facts.viewers[membership.pk], membership.user
    grants = [(grant, way) for grant in facts.held if grant.in_force and (way := _way(facts, viewer, grant))]
    denials = (
        (Why.INACTIVE, not user.is_active),
        (Why.SILENT, user.is_silent(timezone.now())),
        (Why.NOT_SIGNED, facts.panel_id not in facts.signed[membership.agency_id]),
        (Why.CONFLICT, user.pk in facts.kept_out),
        (Why.SEALED, facts.sealed and not grants),
        (Why.NO_REASON, not grants),
    )
    denied = next((why for why, holds in denials if holds), None)
    offices = facts.offices.get(membership.pk, ())
    carries = membership.pk in facts.carrying or bool(offices)
    if denied:
        why, grant = denied, _last_of(facts, viewer)
    else:
        grant, why = max(grants, key=lambda found: (found[0].reach, -WAYS.index(found[1]), _ends(found[0])))
    return Verdict(
        membership,
        viewer,
        why,
        carries,
        offices,
        grant,
        agency_reads=any(held.in_force and held.group_id == viewer.agency_group for held in facts.held),
        signing=Signing(facts.states.get(viewer.agency_id, ""), facts.version),
    )


def _way(facts: Facts, viewer: Viewer, grant: Held) -> Why | None:
    """By which way the grant counts for her, if it does: as `_granted` and `_personally` of the scope."""
    if grant.permission_id != viewer.view_id or facts.panel_id not in viewer.panels:
        return None
    if grant.group_id is not None:
        if grant.group_id not in viewer.groups:
            return None
        return Why.OFFICE if grant.group_id in viewer.office_groups else Why.AGENCY
    if grant.agency_id != viewer.agency_id or grant.user_id not in viewer.users:
        return None
    if grant.user_id == viewer.user_id:
        return Why.PERSONAL
    return Why.COVER if grant.basis == Basis.ASSIGNMENT else None


def _last_of(facts: Facts, viewer: Viewer) -> Held | None:
    """The last grant of hers or her agency's that is over."""
    over = [
        grant
        for grant in facts.held
        if not grant.in_force
        and (
            grant.group_id == viewer.agency_group
            if grant.group_id
            else (grant.user_id, grant.agency_id) == (viewer.user_id, viewer.agency_id)
        )
    ]
    return max(over, key=_ends, default=None)


def _ends(grant: Held) -> float:
    return grant.expires_at.timestamp() if grant.expires_at else float("inf")


def _facts(asker: Viewer, case: Case, panel: Panel, memberships: list[Membership]) -> Facts:
    signed = signed_panels({membership.agency_id for membership in memberships})
    version, states = _signing(panel)
    return Facts(
        panel_id=panel.pk,
        viewers=viewers_of(memberships, signed),
        carrying=set(MembershipPanel.objects.live().filter(panel=panel).values_list("membership_id", flat=True)),
        offices=_offices(panel),
        signed=signed,
        held=[*_agency_grants(asker, case), *_personal_grants(asker, case)],
        sealed=visible(asker, Seal).filter(_in_force("ends_at"), case=case).exists(),
        kept_out=kept_out(case),
        version=version,
        states=states,
    )


def _signing(panel: Panel) -> tuple[int | None, dict[int, str]]:
    """The number of the version in force under which the panel works, and the state of each agency there."""
    agreements = AgreementPanel.objects.live().filter(panel=panel).values("agreement")
    current = versions_in_force(agreements, timezone.localdate())
    states = AgreementParty.objects.filter(agreement__in=current).values_list("agency_id", "state")
    return max((version.number for version in current.values()), default=None), dict(states)


def _offices(panel: Panel) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for held in PanelOffice.objects.live().filter(panel=panel).order_by("office"):
        found[held.membership_id] = (*found.get(held.membership_id, ()), held.get_office_display())
    return found


def _in_force(ends: str = "expires_at") -> Q:
    return Q(starts_at__lte=Now()) & (Q(**{ends: None}) | Q(**{f"{ends}__gt": Now()}))


def _told(rows: QuerySet) -> QuerySet:
    return rows.filter(starts_at__lte=Now()).annotate(now=ExpressionWrapper(_in_force(), BooleanField()))


def _agency_grants(asker: Viewer, case: Case) -> list[Held]:
    rows = _told(visible(asker, CaseGrant).filter(content_object=case))
    return [
        Held(group, None, None, permission, basis, reach, ends, meeting, now)
        for group, permission, basis, reach, ends, meeting, now in rows.values_list(
            "group_id", "permission_id", "basis", "reach", "expires_at", "meeting__starts_at", "now"
        )
    ]


def _personal_grants(asker: Viewer, case: Case) -> list[Held]:
    rows = _told(visible(asker, CaseUserGrant).filter(content_object=case))
    return [
        Held(None, user, agency, permission, basis, reach, ends, None, now)
        for user, agency, permission, basis, reach, ends, now in rows.values_list(
            "user_id", "agency_id", "permission_id", "basis", "reach", "expires_at", "now"
        )
    ]


def kept_out(case: Case) -> set[int]:
    """Users with a conflict in force on the case, whoever asks; the database answers those alone who read the whole case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rt_kept_out(%s)", [case.pk])
        return {user for (user,) in cursor.fetchall()}
