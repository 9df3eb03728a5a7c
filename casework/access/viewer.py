"""The viewer: one signed-in person in one acting agency, with everything that decides what she may read."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connections, transaction
from django.db.models import F, Q
from django.utils import timezone

from casework.access.roles import ROLES, Carries
from casework.models import (
    Agency,
    AgreementPanel,
    AgreementParty,
    AgreementSignature,
    AgreementVersion,
    Cover,
    Membership,
    MembershipPanel,
    Office,
    Panel,
    PanelOffice,
    Role,
    User,
)


class NoMembership(LookupError):
    """The person has no membership in force, or not the one that she named."""


@dataclass(frozen=True)
class Viewer:
    """Computed anew for each request, so that every ending takes effect on the next one.

    `panels` are those that the role carries or an office is held on, with a live signature of the agency;
    `offices` maps a panel to the offices held there; `groups` are the grant holders that count for her;
    `governs_agency` is the agency whose members and grants she answers for.
    """

    user_id: int
    actor_name: str
    name: str
    membership_id: int
    agency_id: int
    agency_name: str
    agency_group: int
    partnership_id: int
    role: str
    panels: frozenset[int] = frozenset()
    carried: frozenset[int] = frozenset()
    offices: dict[int, frozenset[str]] = field(default_factory=dict)
    groups: tuple[int, ...] = ()
    office_groups: tuple[int, ...] = ()
    chair_groups: tuple[int, ...] = ()
    users: tuple[int, ...] = ()
    governs_agency: int | None = None
    view_id: int = 0
    actor_kind: str = "person"
    asked_by_id: None = None

    def __hash__(self) -> int:
        return hash((self.user_id, self.membership_id))

    @property
    def actor_id(self) -> int:
        return self.user_id

    @property
    def carries(self) -> Carries:
        return ROLES[self.role]

    @property
    def speaks_for(self) -> int | None:
        """The agency in whose name she writes and whose own items she reads."""
        return self.agency_id if self.carries.speaks and self.carried else None

    @property
    def answers_for(self) -> int | None:
        """The agency whose promised actions she reads and closes."""
        return self.agency_id if self.carries.answers and self.carried else None

    @property
    def office_panels(self) -> tuple[int, ...]:
        return tuple(sorted(self.offices))

    @property
    def chair_panels(self) -> tuple[int, ...]:
        """Panels that she chairs, as chair or deputy."""
        return tuple(sorted(p for p, held in self.offices.items() if held & {Office.CHAIR, Office.DEPUTY}))

    @property
    def governs(self) -> int | None:
        """The partnership whose emergency accesses and engagements she looks after, as a governance lead."""
        return self.partnership_id if self.role == Role.GOVERNANCE_LEAD else None

    def holds(self, panel_id: int, *offices: str) -> bool:
        """She holds one of these offices (any, if none is named) on the panel."""
        held = self.offices.get(panel_id, frozenset())
        return bool(held & set(offices)) if offices else bool(held)


@lru_cache
def _view_id(database: str) -> int:
    return Permission.objects.values_list("pk", flat=True).get(codename="read_case", content_type__app_label="casework")


def view_id() -> int:
    """The number of the permission 'read_case' in this database; permission rows are made after migrations."""
    return _view_id(connections["default"].settings_dict["NAME"])


def memberships_of(user: User) -> list[Membership]:
    """Her memberships in force, by agency name."""
    if not user.is_active or user.is_silent(timezone.now()):
        return []
    return list(
        Membership.objects.live()
        .filter(user=user)
        .select_related("agency__partnership", "user")
        .order_by("agency__name", "pk")
    )


def viewer_for(user: User, membership_id: int | None = None) -> Viewer:
    """The viewer of a person: of the membership named, or of her only one. Raises `NoMembership`."""
    found = [m for m in memberships_of(user) if membership_id in (None, m.pk)]
    if len(found) != 1:
        raise NoMembership
    return _viewer(user, found[0])


def _viewer(user: User, membership: Membership) -> Viewer:
    return viewers_of([membership], {membership.agency_id: _signed_panels(membership.agency_id)})[membership.pk]


def viewers_of(memberships: Sequence[Membership], signed: Mapping[int, Set[int]]) -> dict[int, Viewer]:
    """The viewer that each membership makes, by its key: as many queries for a hundred as for one.

    `signed` holds the panels of each agency (`signed_panels`). The memberships are in force, with their agency and user; whether
    the account is open is asked before.
    """
    panels, held = _panels_carried(memberships), _offices_held(memberships)
    covered, governing = _covered(memberships), _governing(memberships)
    view = view_id()
    return {
        membership.pk: _make_viewer(
            membership,
            carried=panels.get(membership.pk, set()) & signed[membership.agency_id],
            held=[row for row in held.get(membership.pk, ()) if row[0] in signed[membership.agency_id]],
            covered=covered.get(membership.pk, set()),
            governs=membership.pk in governing,
            view=view,
        )
        for membership in memberships
    }


def _make_viewer(
    membership: Membership, *, carried: Set[int], held: list[tuple], covered: Set[int], governs: bool, view: int
) -> Viewer:
    agency, user = membership.agency, membership.user
    offices: dict[int, frozenset[str]] = {}
    for panel_id, _, office in held:
        offices[panel_id] = offices.get(panel_id, frozenset()) | {office}
    office_groups = {group_id for _, group_id, _ in held}
    chair_groups = {group_id for _, group_id, office in held if office in (Office.CHAIR, Office.DEPUTY)}
    own = {agency.group_id} if ROLES[membership.role].grants and carried else set()
    return Viewer(
        user_id=user.pk,
        actor_name=user.username,
        name=user.display_name,
        membership_id=membership.pk,
        agency_id=agency.pk,
        agency_name=agency.name,
        agency_group=agency.group_id,
        partnership_id=agency.partnership_id,
        role=membership.role,
        panels=frozenset(carried | set(offices)),
        carried=frozenset(carried),
        offices=offices,
        groups=tuple(sorted(own | office_groups)),
        office_groups=tuple(sorted(office_groups)),
        chair_groups=tuple(sorted(chair_groups)),
        users=(user.pk, *sorted(covered)),
        governs_agency=agency.pk if governs else None,
        view_id=view,
    )


def _panels_carried(memberships: Sequence[Membership]) -> dict[int, set[int]]:
    rows = MembershipPanel.objects.live().filter(membership__in=[m.pk for m in memberships])
    return _gather(rows.values_list("membership_id", "panel_id"))


def _offices_held(memberships: Sequence[Membership]) -> dict[int, set[tuple]]:
    """By membership: (panel, the panel's office group, office)."""
    rows = PanelOffice.objects.live().filter(membership__in=[m.pk for m in memberships])
    found = rows.values_list("membership_id", "panel_id", "panel__office_group_id", "office")
    return _gather((membership_id, (panel, group, office)) for membership_id, panel, group, office in found)


def _covered(memberships: Sequence[Membership]) -> dict[int, set[int]]:
    """By membership: the users whose assignments she reads meanwhile, colleagues at the same agency."""
    rows = Cover.objects.live().filter(
        membership__in=[m.pk for m in memberships],
        covers__in=Membership.objects.live().filter(agency__in={m.agency_id for m in memberships}),
        covers__agency_id=F("membership__agency_id"),
    )
    return _gather(rows.values_list("membership_id", "covers__user_id"))


def _governing(memberships: Sequence[Membership]) -> set[int]:
    """Those who answer for their agency: its governance leads or, in an agency without one, its representatives."""
    representing = {m.agency_id for m in memberships if m.role == Role.REPRESENTATIVE}
    leads = Membership.objects.live().filter(agency__in=representing, role=Role.GOVERNANCE_LEAD) if representing else ()
    led = {lead.agency_id for lead in leads}
    return {
        m.pk
        for m in memberships
        if m.role == Role.GOVERNANCE_LEAD or (m.role == Role.REPRESENTATIVE and m.agency_id not in led)
    }


def _gather(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, set]:
    found: dict[Any, set] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return found


def _signed_panels(agency_id: int) -> Set[int]:
    return signed_panels([agency_id])[agency_id]


def signed_panels(agencies: Collection[int]) -> dict[int, set[int]]:
    """By agency: the panels under whose agreement it is active, with a signature in force."""
    today = timezone.localdate()
    active = AgreementParty.objects.filter(agency_id__in=agencies, state=AgreementParty.State.ACTIVE)
    joined = list(active.values_list("agency_id", "agreement_id"))
    current = versions_in_force({agreement for _, agreement in joined}, today)
    signed = _gather(
        ((agency, agreement), number)
        for agency, agreement, number in AgreementSignature.objects.live()
        .filter(agency_id__in=agencies, agreement_version__agreement__in=current)
        .values_list("agency_id", "agreement_version__agreement_id", "agreement_version__number")
    )
    panels = _gather(
        AgreementPanel.objects.live().filter(agreement__in=current).values_list("agreement_id", "panel_id")
    )
    found: dict[int, set[int]] = {agency: set() for agency in agencies}
    for agency, agreement in joined:
        version = current.get(agreement)
        if version and is_signed(version, signed.get((agency, agreement), ()), today):
            found[agency] |= panels.get(agreement, set())
    return found


def versions_in_force(agreements, today: date, using: str = "default") -> dict[int, AgreementVersion]:
    """The version in force of each agreement that has one, by the agreement's key: the one with the highest number."""
    rows = AgreementVersion.objects.using(using).filter(
        Q(in_force_to=None) | Q(in_force_to__gte=today), agreement__in=agreements, in_force_from__lte=today
    )
    return {version.agreement_id: version for version in rows.order_by("number")}


def is_signed(version: AgreementVersion, signed: Collection[int], today: date) -> bool:
    """Whether the version in force counts as signed by one who signed the versions with these numbers.

    What counts is a signature on the version in force, or on the one before it while the grace period of the new one runs
    (domain: information sharing 4.3).
    """
    in_grace = today < version.in_force_from + timedelta(days=version.grace_days)
    return version.number in signed or (in_grace and version.number - 1 in signed)


def has_signed(agency_id: int, panel_id: int) -> bool:
    """Whether the agency's signature under the panel's sharing agreement is in force; without it the agency is given nothing."""
    return panel_id in _signed_panels(agency_id)


def _settings(viewer: Viewer | None) -> dict[str, str]:
    def array(values) -> str:
        return "{" + ",".join(str(v) for v in sorted(values)) + "}"

    if viewer is None:
        return dict.fromkeys(
            (
                "user",
                "users",
                "acting",
                "speaks_for",
                "answers_for",
                "groups",
                "office_groups",
                "chair_groups",
                "panels",
                "office_panels",
                "chair_panels",
                "governs",
                "governs_agency",
                "view",
                "partnership",
            ),
            "",
        )
    return {
        "user": str(viewer.user_id),
        "users": array(viewer.users),
        "acting": str(viewer.agency_id),
        "speaks_for": str(viewer.speaks_for or ""),
        "answers_for": str(viewer.answers_for or ""),
        "groups": array(viewer.groups),
        "office_groups": array(viewer.office_groups),
        "chair_groups": array(viewer.chair_groups),
        "panels": array(viewer.panels),
        "office_panels": array(viewer.office_panels),
        "chair_panels": array(viewer.chair_panels),
        "governs": str(viewer.governs or ""),
        "governs_agency": str(viewer.governs_agency or ""),
        "view": str(viewer.view_id),
        "partnership": str(viewer.partnership_id),
    }


def tell(viewer: Viewer | None, using: str = "default") -> None:
    """Name the viewer to the database, until the end of the transaction; None makes it forget."""
    values = _settings(viewer)
    sql = "SELECT " + ", ".join(f"set_config('app.{name}', %s, true)" for name in values)
    with connections[using].cursor() as cursor:
        cursor.execute(sql, list(values.values()))


@contextmanager
def acting(user: User, membership_id: int | None = None) -> Iterator[Viewer]:
    """A transaction in which `user` acts: for commands, jobs and tests. The database forgets her on success; an error takes it back anyway."""
    with transaction.atomic():
        viewer = viewer_for(user, membership_id)
        tell(viewer)
        yield viewer
        tell(None)


@contextmanager
def as_recipient(by: Viewer, agency: Agency, panel: Panel) -> Iterator[Viewer]:
    """Read as an agency would, for building what it is to receive: both walls see the recipient, not the issuer.

    The recipient has no person behind it and can write nothing; afterwards the issuer is the viewer again.
    """
    recipient = Viewer(
        user_id=0,
        actor_name=f"as {agency.slug}",
        name=agency.name,
        membership_id=0,
        agency_id=agency.pk,
        agency_name=agency.name,
        agency_group=agency.group_id,
        partnership_id=agency.partnership_id,
        role=Role.REPRESENTATIVE,
        panels=frozenset({panel.pk} & _signed_panels(agency.pk)),
        carried=frozenset({panel.pk}),
        groups=(agency.group_id,),
        users=(0,),
        view_id=view_id(),
    )
    tell(recipient)
    try:
        yield recipient
    finally:
        if not connections["default"].needs_rollback:
            tell(by)


@contextmanager
def as_office(by: Viewer, panel: Panel) -> Iterator[Viewer]:
    """Read as the panel's office does, whoever of it issues: what only the chair may read, or the issuer's own agency, stays out.

    For the office's copy of a pack, which every holder of an office opens. Afterwards the issuer is the viewer again.
    """
    office = replace(
        by, user_id=0, actor_name=f"as office of {panel.slug}", name=panel.name, role=Role.PANEL_STAFF, panels=frozenset({panel.pk}),
        carried=frozenset(), offices={panel.pk: frozenset({Office.COORDINATOR})}, groups=(panel.office_group_id,),
        office_groups=(panel.office_group_id,), chair_groups=(), users=(0,),
        governs_agency=None,
    )  # fmt: skip
    tell(office)
    try:
        yield office
    finally:
        if not connections["default"].needs_rollback:
            tell(by)
