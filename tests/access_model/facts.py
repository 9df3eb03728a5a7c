"""The state that the oracle judges. Rows name each other by name or id; times are aware, an end of None is open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Party:
    """An agency in an agreement: proposed, due_diligence, signed, active, suspended or left."""

    agreement: str
    agency: str
    state: str


@dataclass(frozen=True)
class AgreementPanel:
    """An agreement covers a panel."""

    agreement: str
    panel: str
    starts: datetime
    ends: datetime | None = None


@dataclass(frozen=True)
class Version:
    """A numbered text of an agreement; in force from its first day until the day before `in_force_to`."""

    agreement: str
    number: int
    in_force_from: date
    in_force_to: date | None = None
    grace_days: int = 0


@dataclass(frozen=True)
class Signature:
    """An agency signed a version."""

    agreement: str
    number: int
    agency: str
    starts: datetime
    ends: datetime | None = None


@dataclass(frozen=True)
class User:
    """A person with an account; silent is 45 days without signing in."""

    name: str
    active: bool = True
    silent: bool = False


@dataclass(frozen=True)
class Membership:
    """A person's dated role at an agency."""

    id: str
    user: str
    agency: str
    role: str
    starts: datetime
    ends: datetime | None = None


@dataclass(frozen=True)
class Carries:
    """A membership carries a panel."""

    membership: str
    panel: str
    starts: datetime
    ends: datetime | None = None


@dataclass(frozen=True)
class Office:
    """A membership holds an office on a panel: coordinator, chair, deputy or minute_taker."""

    panel: str
    membership: str
    office: str
    starts: datetime
    ends: datetime | None = None


@dataclass(frozen=True)
class Cover:
    """A membership stands in for another one at the same agency."""

    membership: str
    covers: str
    starts: datetime
    ends: datetime | None = None


@dataclass(frozen=True)
class Case:
    """A case of a panel."""

    name: str
    panel: str


@dataclass(frozen=True)
class Grant:
    """A reason: holder is ("agency", agency), ("office", panel) or ("person", user, agency); reach is 1, 2 or 3."""

    case: str
    holder: tuple[str, ...]
    basis: str
    reach: int
    starts: datetime
    ends: datetime | None = None


@dataclass(frozen=True)
class Conflict:
    """A person stands too close to a case."""

    user: str
    case: str
    starts: datetime
    ends: datetime | None = None


@dataclass(frozen=True)
class Seal:
    """A case is for its named readers alone."""

    case: str
    starts: datetime
    ends: datetime | None = None


@dataclass(frozen=True)
class Item:
    """One statement of one agency in a case."""

    name: str
    case: str
    agency: str
    audience: str
    named: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    released: bool = False


@dataclass(frozen=True)
class Action:
    """What an agency owes in a case."""

    name: str
    case: str
    agency: str


@dataclass(frozen=True)
class World:
    """All of it at one moment; today is the date that `now` shows in its own time zone."""

    now: datetime
    agencies: Collection[str]
    panels: Mapping[str, str]
    parties: Collection[Party] = ()
    agreement_panels: Collection[AgreementPanel] = ()
    versions: Collection[Version] = ()
    signatures: Collection[Signature] = ()
    users: Collection[User] = ()
    memberships: Collection[Membership] = ()
    carries: Collection[Carries] = ()
    offices: Collection[Office] = ()
    covers: Collection[Cover] = ()
    cases: Collection[Case] = ()
    grants: Collection[Grant] = ()
    conflicts: Collection[Conflict] = ()
    seals: Collection[Seal] = ()
    items: Collection[Item] = ()
    actions: Collection[Action] = ()
