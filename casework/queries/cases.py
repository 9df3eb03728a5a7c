"""A case as one viewer may see it: its people, what was said, promised and decided. Everything through the scope."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q, QuerySet

from casework.access.policies import why_not_over
from casework.access.scope import live, visible, visible_in_cases
from casework.access.viewer import Viewer
from casework.models import (
    Action,
    Agency,
    Audience,
    Case,
    CaseGrant,
    CaseUserGrant,
    DisclosureDecision,
    Hearing,
    InformationItem,
    ItemAudience,
    ItemSource,
    Panel,
    Party,
    PartyAddress,
    Referral,
    SafeAddress,
    SafeContact,
)
from casework.queries.calendar import say_day


@dataclass(frozen=True)
class Masked:
    """An encrypted text that stands behind a recorded click: which kind, its key, and what may be said of it openly."""

    kind: str
    key: int
    label: str
    note: str = ""
    colour: str = "grey"


@dataclass
class PersonLine:
    """Somebody in a case or referral, as it knows them."""

    name: str
    role: str
    finding: str
    born: date | None
    born_text: str
    facts: list[tuple[str, str]]
    addresses: list[tuple[str, str]] = field(default_factory=list)
    masked: list[Masked] = field(default_factory=list)


@dataclass(frozen=True)
class SafeBanner:
    """How a victim can be reached: one sentence, and whether it warns."""

    text: str
    warns: bool


@dataclass(frozen=True)
class ItemLine:
    """One item of information. `audience` and a protected `source` are filled for its own agency alone; `marks` say how to handle it.

    `ask` is the number of another agency's statement on the page that asks whether it may be used elsewhere; 0 for one's own.
    """

    agency: str
    said: date | datetime
    place: str
    assertion: str
    text: str
    audience: str
    marks: tuple[str, ...] = ()
    source: Masked | None = None
    ask: int = 0


@dataclass(frozen=True)
class GrantLine:
    """Who may read a case, why, and until when."""

    holder: str
    basis: str
    reach: str
    starts_at: datetime
    expires_at: datetime | None
    decision: str


@dataclass
class CaseSheet:
    """All that the case page shows, except the chronology and the kind's own part."""

    case: Case
    reads_all: bool
    people: list[PersonLine]
    banner: SafeBanner | None
    referrals: list[Referral]
    hearings: list[Hearing]
    actions: list[Action]
    items: list[ItemLine]


def case_sheet(viewer: Viewer, case: Case) -> CaseSheet:
    """Read a case as `viewer`."""
    contacts = list(visible(viewer, SafeContact).filter(case=case).order_by("pk"))
    reads_all = reads_whole_case(viewer, case)
    parties = list(visible(viewer, Party).filter(case=case).order_by("pk"))
    return CaseSheet(
        case=case,
        reads_all=reads_all,
        people=people_lines(viewer, parties, case.panel, contacts),
        banner=safe_banner(parties, contacts) if reads_all else None,
        referrals=list(
            visible(viewer, Referral).filter(case=case).select_related("agency").order_by("-referred_on", "-pk")
        ),
        hearings=list(
            visible(viewer, Hearing).filter(case=case).select_related("meeting").order_by("-meeting__starts_at")
        ),
        actions=list(visible(viewer, Action).filter(case=case).select_related("agency").order_by("due_on", "pk")),
        items=_items(viewer, case),
    )


def reads_whole_case(viewer: Viewer, case: Case) -> bool:
    """Whether the viewer's reason reaches all of the case, not its agenda or its people alone."""
    return visible(viewer, Case).filter(live(viewer, "pk", 3), pk=case.pk).exists()


def people_lines(
    viewer: Viewer, parties: list[Party], panel: Panel, contacts: Iterable[SafeContact]
) -> list[PersonLine]:
    """The people, in the order of the kind's roles, with open addresses and what is masked."""
    addresses, masked = defaultdict(list), defaultdict(list)
    for row in visible(viewer, PartyAddress).filter(party__in=parties).order_by("pk"):
        addresses[row.party_id].append((row.get_kind_display(), ", ".join(filter(None, [row.lines, row.postcode]))))
    for row in visible(viewer, SafeAddress).filter(party__in=parties).order_by("pk"):
        masked[row.party_id].append(_masked_address(row))
    for row in contacts:
        masked[row.party_id].append(_masked_contact(row))
    order = {role: number for number, role in enumerate(panel.plugin.case_roles)}
    return [
        _person(party, panel, addresses[party.pk], masked[party.pk])
        for party in sorted(parties, key=lambda p: (order.get(p.role, len(order)), p.pk))
    ]


def _masked_address(row: SafeAddress) -> Masked:
    label = f"Safe address: {row.get_kind_display().lower()}"
    if row.in_date():
        return Masked("safe_address", row.pk, label, f"Confirmed until {say_day(row.safe_until)}", "blue")
    return Masked("safe_address", row.pk, label, "Not confirmed for post", "red")


def _masked_contact(row: SafeContact) -> Masked:
    closed = why_not_over(row)
    note = "Not safe" if closed == "Not safe" else f"{closed}: treat as not safe"
    note = note if closed else f"Safe until {say_day(row.safe_until)}"
    return Masked("safe_contact", row.pk, row.get_channel_display(), note, "green" if row.is_safe else "red")


def _person(party: Party, panel: Panel, addresses: list, masked: list[Masked]) -> PersonLine:
    told = (
        ("Also known as", party.other_names), ("Gender", party.gender), ("Ethnicity", party.ethnicity),
        ("Relationship", party.relationship), ("Needs", party.needs), ("Finding", party.finding),
    )  # fmt: skip
    return PersonLine(
        name=party.name, role=panel.plugin.role_label(party.role, party.finding), finding=party.finding, born=party.born_on,
        born_text=party.born_text, facts=[fact for fact in told if fact[1]], addresses=addresses, masked=masked,
    )  # fmt: skip


def safe_banner(parties: Iterable[Party], contacts: Iterable[SafeContact]) -> SafeBanner | None:
    """What to know before ringing a victim or complainant. Not confirmed counts as not safe. None where nobody has contacts to keep safe."""
    victims = {party.pk for party in parties if party.role == "victim"}
    if not victims:
        return None
    theirs = [contact for contact in contacts if contact.party_id in victims]
    safe = _safe_channels(theirs)
    if safe:
        others = "" if all(contact.is_safe for contact in theirs) else ". Do not use any other way"
        return SafeBanner(
            f"Safe to contact by {', '.join(safe)}{others}. The number and the safe times stand hidden below.",
            False,
        )
    if any(contact.safe == SafeContact.Safe.NO for contact in theirs):
        return SafeBanner("Not safe to contact. Do not ring, write or visit; ask the adviser.", True)
    if any(contact.safe == SafeContact.Safe.YES and contact.safe_until for contact in theirs):
        return SafeBanner(
            "What was confirmed as safe has run out: treat as not safe. Ask the adviser before you make contact.", True
        )
    return SafeBanner(
        "Not known whether any contact is safe: treat as not safe. Ask the adviser before you make contact.", True
    )


def _safe_channels(contacts: Iterable[SafeContact]) -> list[str]:
    """Channels that are safe today, each with its last day: `mobile phone until 1 March 2026`."""
    until: dict[str, date] = {}
    for contact in contacts:
        if contact.is_safe:
            channel = contact.get_channel_display().lower()
            until[channel] = max(contact.safe_until, until.get(channel, contact.safe_until))
    return [f"{channel} until {say_day(day)}" for channel, day in sorted(until.items())]


def _items(viewer: Viewer, case: Case) -> list[ItemLine]:
    rows = list(
        visible(viewer, InformationItem)
        .filter(case=case, withdrawn_at=None)
        .select_related("agency")
        .order_by("-made_at", "-pk")
    )
    named = defaultdict(list)
    own = [row.pk for row in rows if row.agency_id == viewer.speaks_for and row.audience == Audience.NAMED_AGENCIES]
    for reader in visible(viewer, ItemAudience).filter(item__in=own).select_related("agency").order_by("agency__name"):
        named[reader.item_id].append(reader.agency.name)
    sources, numbers = sources_of(viewer, rows), _numbers(viewer, rows)
    return [
        ItemLine(
            row.agency.name, row.said_on or row.made_at, row.get_place_display(), row.get_assertion_type_display(), row.text,
            ": ".join(filter(None, [row.get_audience_display(), ", ".join(named[row.pk])])) if row.agency_id == viewer.speaks_for else "",
            row.marks, sources.get(row.pk), numbers.get(row.pk, 0),
        )
        for row in rows
    ]  # fmt: skip


def _numbers(viewer: Viewer, rows: list[InformationItem]) -> dict[int, int]:
    """Numbers of the statements of others, in the order in which they were made."""
    others = [row.pk for row in rows if viewer.speaks_for and row.agency_id != viewer.speaks_for and row.text]
    return {key: number for number, key in enumerate(sorted(others), start=1)}


def sources_of(viewer: Viewer, items: Iterable[InformationItem]) -> dict[int, Masked]:
    """The protected sources of the viewer's own statements, by statement. Each text stands behind a recorded click."""
    rows = visible(viewer, ItemSource).filter(item__in=[item.pk for item in items]).values_list("item_id", "pk")
    return {item: Masked("item_source", key, "Who told us") for item, key in rows}


def decisions_of(viewer: Viewer, case: Case) -> list[DisclosureDecision]:
    """Why this case was shared, newest first: decisions about it, and those of meetings that its grants stand on."""
    behind = [grant.decision_id for grant in (*_agency_grants(viewer, case), *_personal_grants(viewer, case))]
    rows = visible(viewer, DisclosureDecision).filter(Q(case=case) | Q(pk__in=behind))
    return list(rows.select_related("gateway", "decided_by", "meeting").order_by("-decided_at"))


def _agency_grants(viewer: Viewer, case: Case) -> QuerySet[CaseGrant]:
    return visible(viewer, CaseGrant).live().filter(content_object=case)


def _personal_grants(viewer: Viewer, case: Case) -> QuerySet[CaseUserGrant]:
    return visible(viewer, CaseUserGrant).live().filter(content_object=case).select_related("user", "agency")


def grants_of(viewer: Viewer, case: Case) -> list[GrantLine]:
    """Who may read this case now, for those who read all of it; each with its decision, where the viewer may see that."""
    agencies, persons = list(_agency_grants(viewer, case)), list(_personal_grants(viewer, case))
    groups = [grant.group_id for grant in agencies]
    holders = dict(Agency.objects.filter(group_id__in=groups).values_list("group_id", "name"))
    for group_id, name in Panel.objects.filter(office_group_id__in=groups).values_list("office_group_id", "name"):
        holders[group_id] = f"{name}: its office"
    decisions = {decision.pk: decision.reference for decision in decisions_of(viewer, case)}
    lines = [(holders[grant.group_id], grant) for grant in agencies]
    lines += [(f"{grant.user.display_name}, {grant.agency.name}", grant) for grant in persons]
    return [_grant_line(holder, grant, decisions) for holder, grant in sorted(lines, key=lambda line: line[0])]


def _grant_line(holder: str, grant: CaseGrant | CaseUserGrant, decisions: dict[int, str]) -> GrantLine:
    decision = decisions.get(grant.decision_id, "Held by the office") if grant.decision_id else "None needed"
    return GrantLine(
        holder, grant.get_basis_display(), grant.get_reach_display(), grant.starts_at, grant.expires_at, decision
    )


def names_by_case(viewer: Viewer, cases: Iterable[Case]) -> dict[int, str]:
    """Whom each case is about, in one query: names of everybody in the first of the kind's roles that somebody has."""
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    cases = list(cases)
    for party in visible_in_cases(viewer, Party, cases).order_by("pk"):
        found[party.case_id][party.role].append(party.name)
    return {case.pk: _first_named(case, found[case.pk]) for case in cases}


def _first_named(case: Case, by_role: dict[str, list[str]]) -> str:
    role = next((role for role in case.panel.plugin.case_roles if by_role.get(role)), None)
    return ", ".join(by_role[role]) if role else ""
