"""Which power and which condition can be relied on: the one place that tests the tuple of discloser, recipients, purpose and data.

Pure functions over rows of the catalogue (`LegalGateway`, `LegalCondition`, or whatever has their attributes): nothing is read
from the database here, so load `acts_on_behalf_of` with the agencies. Every sentence is built from the row, for a person to
read. Source of the rules: domain, information sharing 1.1 (GW-01, GW-02, GW-05, GW-06) and 1.3 (LB-01, LB-02).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import permutations
from types import MappingProxyType
from typing import Any, Protocol

from casework.models import AgencyType, DataClass, LegalGateway, Purpose

POWERS = (LegalGateway.Kind.DUTY, LegalGateway.Kind.POWER, LegalGateway.Kind.IMPLIED_POWER)
PRIVATE_BASES = ("Art. 6(1)(ea)", "Art. 6(1)(f)")
NEEDS_SPECIAL = (DataClass.SPECIAL, DataClass.HEALTH_CONFIDENTIAL, DataClass.COUNSELLING)
UNSWITCHED: Mapping[str, bool] = MappingProxyType({})
AT_MOST = 3

PUBLIC_BODIES = frozenset(
    {
        AgencyType.POLICE, AgencyType.CHILDRENS_SOCIAL_CARE, AgencyType.ADULT_SOCIAL_CARE, AgencyType.HEALTH_PRIMARY,
        AgencyType.HEALTH_ACUTE, AgencyType.HEALTH_COMMUNITY, AgencyType.MENTAL_HEALTH, AgencyType.PROBATION,
        AgencyType.COUNCIL, AgencyType.HOUSING_LOCAL_AUTHORITY, AgencyType.YOUTH_JUSTICE, AgencyType.FIRE_RESCUE,
    }
)  # fmt: skip
"""Types that are always public authorities. A school, a substance use service or another body may or may not be one."""

BODIES: dict[str, str] = {
    AgencyType.POLICE: "a police force",
    AgencyType.IDVA_SERVICE: "an IDVA service",
    AgencyType.CHILDRENS_SOCIAL_CARE: "children's social care",
    AgencyType.ADULT_SOCIAL_CARE: "adult social care",
    AgencyType.HEALTH_PRIMARY: "a primary care service",
    AgencyType.HEALTH_ACUTE: "an acute hospital",
    AgencyType.HEALTH_COMMUNITY: "a community health service",
    AgencyType.MENTAL_HEALTH: "a mental health service",
    AgencyType.PROBATION: "the probation service",
    AgencyType.COUNCIL: "a council's community safety team",
    AgencyType.HOUSING_LOCAL_AUTHORITY: "a council's housing service",
    AgencyType.HOUSING_REGISTERED_PROVIDER: "a housing association",
    AgencyType.SUBSTANCE_USE: "a substance use service",
    AgencyType.EDUCATION: "a school or college",
    AgencyType.YOUTH_JUSTICE: "a youth justice service",
    AgencyType.VOLUNTARY_DA_SPECIALIST: "a voluntary domestic abuse service",
    AgencyType.FIRE_RESCUE: "a fire and rescue service",
}
DATA: dict[str, str] = {
    DataClass.PERSONAL: "personal data",
    DataClass.SPECIAL: "special category data",
    DataClass.HEALTH_CONFIDENTIAL: "confidential health information",
    DataClass.OFFENCE: "data about offences",
    DataClass.COUNSELLING: "what was said in counselling",
    DataClass.CHILD: "data about a child",
    DataClass.SAFE_ADDRESS: "a safe address",
    DataClass.SOURCE_IDENTITY: "the identity of a source",
}


class Body(Protocol):
    """Who discloses or receives. `acts_on_behalf_of` is the authority whose function it carries out (with its `type`), or nothing."""

    type: str
    name: str
    acts_on_behalf_of: "Body | None"


class Gateway(Protocol):
    """A row of the catalogue of powers. Empty lists of types and purposes mean any."""

    code: str
    title: str
    provision: str
    kind: str
    panel_kinds: list[str]
    discloser_types: list[str]
    recipient_types: list[str]
    why_recipients: str
    on_behalf_counts: bool
    by_request: bool
    purposes: list[str]
    excluded_data_classes: list[str]
    is_offered: bool
    in_force_from: date | None
    in_force_to: date | None


class Condition(Protocol):
    """A lawful basis with its conditions. `covers`: the classes of data it carries besides personal."""

    panel_kinds: list[str]
    holder_types: list[str]
    article6: str
    special_condition: str
    offence_condition: str
    covers: list[str]
    in_force_from: date | None
    in_force_to: date | None


Powers = frozenset[int]
Group = tuple[Powers, list[Body]]


@dataclass(frozen=True)
class Offer:
    """Rows that can be relied on, and those that cannot, each with the first sentence that says why."""

    offered: list[Any] = field(default_factory=list)
    refused: list[tuple[Any, str]] = field(default_factory=list)


@dataclass(frozen=True)
class RecipientSet:
    """Recipients, by name, and the powers that can be relied on towards every one of them, by code. Never without a power."""

    recipients: list[Any]
    gateways: list[Any]


@dataclass(frozen=True)
class RecipientSets:
    """The sets, by the name of their first recipient, and the recipients whom no power reaches, each with a sentence."""

    sets: list[RecipientSet]
    without: list[tuple[Any, str]]


def reasons_against(
    gateway: Gateway,
    *,
    discloser: Body,
    recipients: Iterable[Body],
    purpose: str,
    data_classes: Collection[str],
    on: date,
    panel_kind: str,
    requested: bool = False,
    switched: Mapping[str, bool] = UNSWITCHED,
) -> list[str]:
    """Why this power cannot be relied on; empty where it can. The weightiest sentence comes first. `purpose`: a `Purpose`, else ValueError.

    `switched` is what the partnership set: code of a row to on or off; a row that is not in it keeps `is_offered`.
    `requested`: a request stands recorded behind the disclosure. `data_classes` is empty where nobody can be identified.
    """
    return [
        *_of_the_row(gateway, switched),
        *_of_the_occasion(gateway, on, panel_kind),
        *_of_the_purpose(gateway, purpose),
        *_of_the_discloser(gateway, discloser),
        *_of_the_recipients(gateway, recipients),
        *_of_the_data(gateway, data_classes),
        *_of_the_request(gateway, requested),
    ]


def can_rely_on(gateway: Gateway, **disclosure) -> bool:
    """Whether nothing speaks against it; arguments as for `reasons_against`."""
    return not reasons_against(gateway, **disclosure)


def offer(gateways: Iterable[Gateway], **disclosure) -> Offer:
    """The powers in the order given, parted by `reasons_against` (same arguments)."""
    return _parted((gateway, reasons_against(gateway, **disclosure)) for gateway in gateways)


def reasons_against_condition(
    condition: Condition, *, agency_type: str, data_classes: Collection[str], on: date, panel_kind: str = ""
) -> list[str]:
    """Why an agency of this type cannot rely on the condition for these data; empty where it can. No `panel_kind`: any panel."""
    return [
        *_of_the_holder(condition, agency_type),
        *_of_the_occasion(condition, on, panel_kind),
        *_of_what_it_carries(condition, data_classes),
    ]


def conditions_for(conditions: Iterable[Condition], **use) -> Offer:
    """The conditions in the order given, parted by `reasons_against_condition` (same arguments)."""
    return _parted((condition, reasons_against_condition(condition, **use)) for condition in conditions)


def recipient_sets(
    gateways: Iterable[Gateway], *, recipients: Iterable[Body], data_classes: Collection[str] = (), **disclosure
) -> RecipientSets:
    """Recipients grouped by the powers that can be relied on towards each; other arguments as for `reasons_against`.

    Three sets at most, where three powers reach everybody: beyond that, sets are merged so that as many powers as possible stay.
    No set is without a power that reaches all in it. Names are unique in a partnership: the order of what comes in changes nothing.
    """
    disclosure["data_classes"] = data_classes
    usable = [row for row in gateways if can_rely_on(row, recipients=[], **disclosure)]
    usable.sort(key=lambda row: row.code)
    groups: dict[Powers, list[Body]] = {}
    for recipient in sorted(recipients, key=lambda each: (each.name, each.type)):
        reached = (index for index, row in enumerate(usable) if can_rely_on(row, recipients=[recipient], **disclosure))
        groups.setdefault(frozenset(reached), []).append(recipient)
    without = [(recipient, _why_none(usable, recipient)) for recipient in groups.pop(frozenset(), [])]
    merged = _merged(list(groups.items()))
    return RecipientSets(
        [RecipientSet(who, [usable[index] for index in sorted(powers)]) for powers, who in merged], without
    )


def _why_none(usable: list[Gateway], recipient: Body) -> str:
    """Why no power reaches this recipient: what each that would otherwise do says of it."""
    reasons = [reason for row in usable for reason in _of_the_recipients(row, [recipient])]
    return " ".join(dict.fromkeys(reasons)) or "No power in the catalogue serves this disclosure."


def _merged(groups: list[Group]) -> list[Group]:
    """The groups as they are if there are few, else the fewest sets that keep a common power each, and of those the richest."""
    every = sorted(frozenset[int]().union(*(powers for powers, _ in groups)))
    for size in range(AT_MOST, len(groups)):
        reaching = (chosen for chosen in permutations(every, size) if all(powers & {*chosen} for powers, _ in groups))
        shared_out = [_shared_out(groups, chosen) for chosen in reaching]
        if shared_out:
            return max(shared_out, key=lambda sets: sum(len(powers) * len(who) for powers, who in sets))
    return groups


def _shared_out(groups: list[Group], chosen: tuple[int, ...]) -> list[Group]:
    """Each group goes to the first chosen power that it has; what all in a set share is what the set can rely on."""
    sets: dict[int, Group] = {}
    for powers, who in groups:
        key = next(index for index in chosen if index in powers)
        kept, others = sets.get(key, (powers, []))
        sets[key] = (kept & powers, sorted([*others, *who], key=lambda each: (each.name, each.type)))
    return list(sets.values())


def _parted(judged: Iterable[tuple[Any, list[str]]]) -> Offer:
    result = Offer()
    for row, reasons in judged:
        if reasons:
            result.refused.append((row, reasons[0]))
        else:
            result.offered.append(row)
    return result


def _of_the_row(gateway: Gateway, switched: Mapping[str, bool]) -> list[str]:
    found = []
    if gateway.kind not in POWERS:
        found.append("This is context, not a power: rely on another and name this one beside it.")
    if gateway.code in switched and not switched[gateway.code]:
        found.append("Switched off by your partnership.")
    elif not switched.get(gateway.code, gateway.is_offered):
        found.append("Not in use until your partnership has checked it and switched it on.")
    return found


def _of_the_occasion(row: Gateway | Condition, on: date, panel_kind: str) -> list[str]:
    found = []
    if (row.in_force_from and on < row.in_force_from) or (row.in_force_to and on > row.in_force_to):
        found.append(f"Not in force on {on.day} {on:%B %Y}.")
    if panel_kind and row.panel_kinds and panel_kind not in row.panel_kinds:
        found.append("Not used on this kind of panel.")
    return found


def _of_the_purpose(gateway: Gateway, purpose: str) -> list[str]:
    if not gateway.purposes or purpose in gateway.purposes:
        return []
    label = Purpose(purpose).label
    return [f"This power does not serve this purpose: {label[0].lower()}{label[1:]}."]


def _of_the_discloser(gateway: Gateway, discloser: Body) -> list[str]:
    if _is_among(discloser, gateway.discloser_types, gateway):
        return []
    return [f"{_body(discloser)} cannot disclose under {_name(gateway)}: it is not one of the bodies that may."]


def _of_the_recipients(gateway: Gateway, recipients: Iterable[Body]) -> list[str]:
    refused = {_body(each) for each in recipients if not _is_among(each, gateway.recipient_types, gateway)}
    why = gateway.why_recipients or "it is not one of the bodies that may"
    behalf = " and does not act on behalf of one" if gateway.on_behalf_counts else ""
    return [f"{body} cannot receive under {_name(gateway)} because {why}{behalf}." for body in sorted(refused)]


def _of_the_data(gateway: Gateway, data_classes: Collection[str]) -> list[str]:
    words = _words(set(data_classes) & set(gateway.excluded_data_classes))
    return [f"This power does not carry {words}."] if words else []


def _of_the_request(gateway: Gateway, requested: bool) -> list[str]:
    if requested or not gateway.by_request:
        return []
    return ["This answers a request: record first who asked, when and what for."]


def _of_the_holder(condition: Condition, agency_type: str) -> list[str]:
    found = []
    if agency_type in PUBLIC_BODIES and any(basis in condition.article6 for basis in PRIVATE_BASES):
        found.append("A public body cannot rely on a legitimate interest for its own tasks.")
    if condition.holder_types and agency_type not in condition.holder_types:
        found.append(f"This condition is not for {BODIES.get(agency_type, 'this kind of body')}.")
    return found


def _of_what_it_carries(condition: Condition, data_classes: Collection[str]) -> list[str]:
    words = _words({each for each in data_classes if not _carries(condition, each)})
    return [f"This condition does not carry {words}."] if words else []


def _carries(condition: Condition, data_class: str) -> bool:
    if data_class == DataClass.PERSONAL:
        return True
    if data_class in NEEDS_SPECIAL and not condition.special_condition:
        return False
    if data_class == DataClass.OFFENCE and not condition.offence_condition:
        return False
    return data_class in condition.covers


def _is_among(body: Body, types: Collection[str], gateway: Gateway) -> bool:
    """Whether a body is of these types, or, where the row lets that count, carries out a function of an authority that is."""
    if not types or body.type in types:
        return True
    authority = body.acts_on_behalf_of if gateway.on_behalf_counts else None
    return authority is not None and authority.type in types


def _body(body: Body) -> str:
    words = BODIES.get(body.type, "this kind of body")
    return words[0].upper() + words[1:]


def _name(gateway: Gateway) -> str:
    return gateway.provision or gateway.title


def _words(classes: Collection[str]) -> str:
    """“a, b or c”, in the order of `DATA`; a class that it does not know is named by its code."""
    named = [DATA[each] for each in DATA if each in classes] + sorted(each for each in classes if each not in DATA)
    return " or ".join(filter(None, [", ".join(named[:-1]), *named[-1:]]))
