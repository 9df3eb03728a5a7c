"""How people in a case can be reached, read as one viewer: what is open today, until when, and why the rest is closed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from casework.access.policies import why_no_post, why_not_over
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import (
    Basis,
    Case,
    CaseUserGrant,
    OutwardContact,
    Party,
    PartyAddress,
    PartyRole,
    Referral,
    SafeAddress,
    SafeContact,
)
from casework.queries.home import Task, task_source

SOON = timedelta(days=7)  # our default: a run-out is seen a week ahead
Channel = SafeContact.Channel
CHANNELS = {
    OutwardContact.Way.CALL: (Channel.MOBILE, Channel.LANDLINE, Channel.THIRD_PARTY, Channel.OTHER),
    OutwardContact.Way.TEXT: (Channel.TEXT,),
    OutwardContact.Way.EMAIL: (Channel.EMAIL,),
}
NOT_RUNG = (PartyRole.ALLEGED_PERPETRATOR, PartyRole.CHILD)


@dataclass(frozen=True)
class WayLine:
    """One channel or hidden address of somebody; `closed` says why it is not used today, and is empty where it is."""

    kind: str
    row: SafeContact | SafeAddress
    party: Party
    label: str
    closed: str

    @property
    def key(self) -> int:
        return self.row.pk

    @property
    def until(self) -> date | None:
        return self.row.safe_until

    @property
    def is_call(self) -> bool:
        return self.kind == "safe_contact" and self.row.channel in CHANNELS[OutwardContact.Way.CALL]


@dataclass(frozen=True)
class CallLine:
    """Somebody on a call list: in which case or referral, and the ways to ring, or why nobody does."""

    party: Party
    page: str
    reference: str
    role: str
    ways: list[WayLine]
    why_not: str

    @property
    def ways_page(self) -> str:
        return f"{self.page}_ways"


def same_people(viewer: Viewer, parties: QuerySet[Party]) -> list[Party]:
    """These people, and the same persons wherever else the viewer sees them."""
    parties = list(parties)
    anchors = {party.person_id for party in parties if party.person_id}
    return list(visible(viewer, Party).filter(Q(pk__in=[p.pk for p in parties]) | Q(person_id__in=anchors)))


def ways_of(viewer: Viewer, parties: Iterable[Party]) -> list[WayLine]:
    """Every channel and hidden address of these people, in the order in which they were recorded."""
    known = {party.pk: party for party in parties}
    contacts = visible(viewer, SafeContact).filter(party__in=known).order_by("pk")
    addresses = list(visible(viewer, SafeAddress).filter(party__in=known).order_by("pk"))
    added = _additions(viewer, [known[row.party_id] for row in addresses])
    found = [
        WayLine("safe_contact", row, known[row.party_id], row.get_channel_display(), why_not_over(row))
        for row in contacts
    ]
    return found + [_post_line(row, known[row.party_id], added) for row in addresses]


def _post_line(row: SafeAddress, party: Party, added: dict[int, list[tuple[datetime, str, int]]]) -> WayLine:
    own = ("safeaddress", row.pk)
    changed = row.confirmed_at is None or any(
        (model, pk) != own and at > row.confirmed_at for at, model, pk in added[party.person_id or -party.pk]
    )
    closed = why_no_post(
        row,
        to_alleged_perpetrator=party.role == PartyRole.ALLEGED_PERPETRATOR,
        changed_since=row.in_date() and changed,
    )
    return WayLine("safe_address", row, party, f"Post: {row.get_kind_display().lower()}", closed)


def _additions(viewer: Viewer, parties: list[Party]) -> dict[int, list[tuple[datetime, str, int]]]:
    """When which address was added to each person, by the person's anchor, or where it has none by the party (negative)."""
    found: dict[int, list[tuple[datetime, str, int]]] = defaultdict(list)
    if not parties:
        return found
    same = same_people(viewer, visible(viewer, Party).filter(pk__in={party.pk for party in parties}))
    anchors = {party.pk: party.person_id or -party.pk for party in same}
    for model in (PartyAddress, SafeAddress):
        for row in visible(viewer, model).filter(party__in=anchors):
            found[anchors[row.party_id]].append((row.added_at, model._meta.model_name, row.pk))
    return found


def people_in(viewer: Viewer, record: Case | Referral) -> list[Party]:
    """The people of a case or referral, in the order of the kind's roles."""
    order = {role: number for number, role in enumerate(record.panel.plugin.case_roles)}
    rows = visible(viewer, Party).filter(**{record._meta.model_name: record})
    return sorted(rows, key=lambda party: (order.get(party.role, len(order)), party.pk))


def open_way(viewer: Viewer, party: Party, way: str) -> WayLine | str:
    """The way to this person that is open today, the one that stays open longest; or in a sentence why there is none."""
    if way == OutwardContact.Way.LETTER:
        lines = [line for line in ways_of(viewer, [party]) if line.kind == "safe_address"]
        missing = "No address is recorded as safe for this person, and a letter needs one."
    else:
        lines = [
            line
            for line in ways_of(viewer, [party])
            if line.kind == "safe_contact" and line.row.channel in CHANNELS[OutwardContact.Way(way)]
        ]
        missing = "No channel of this kind is recorded for this person."
    usable = [line for line in lines if not line.closed]
    if usable:
        return max(usable, key=lambda line: (line.until, line.key))
    if not lines:
        return missing
    return f"{_why_closed(lines)}. Do not make contact this way; ask the adviser, or confirm it again."


def _why_closed(lines: list[WayLine]) -> str:
    """`Mobile phone: not safe; Landline: its confirmation has run out`."""
    return "; ".join(dict.fromkeys(f"{line.label}: {line.closed[0].lower()}{line.closed[1:]}" for line in lines))


def contacts_made(viewer: Viewer, case: Case) -> list[OutwardContact]:
    """Who was contacted and how, newest first."""
    rows = visible(viewer, OutwardContact).filter(case=case).select_related("party", "agency", "made_by")
    return list(rows.order_by("-made_at", "-pk")[:50])


def my_cases(viewer: Viewer) -> QuerySet[Case]:
    """Open cases that are assigned to the viewer, or to a colleague whom she covers."""
    return visible(viewer, Case).filter(pk__in=_assigned(viewer), closed_at=None)


def _assigned(viewer: Viewer) -> QuerySet:
    mine = visible(viewer, CaseUserGrant).live().filter(user_id__in=viewer.users, basis=Basis.ASSIGNMENT)
    return mine.values("content_object_id")


def call_list(viewer: Viewer) -> list[CallLine]:
    """People in the viewer's cases and referrals whom one may ring at all: those with a way that is open today first."""
    cases = {case.pk: case for case in my_cases(viewer).select_related("panel")[:200]}
    taken = visible(viewer, Referral).filter(adviser_id__in=viewer.users, case=None).select_related("panel")
    referrals = {row.pk: row for row in taken[:200]}
    rows = visible(viewer, Party).filter(Q(case__in=cases) | Q(referral__in=referrals)).exclude(role__in=NOT_RUNG)
    parties = list(rows.order_by("pk"))
    by_party: dict[int, list[WayLine]] = defaultdict(list)
    for line in ways_of(viewer, parties):
        if line.is_call:
            by_party[line.party.pk].append(line)
    lines = [
        _call_line(party, cases.get(party.case_id) or referrals[party.referral_id], by_party[party.pk])
        for party in parties
    ]
    return sorted(lines, key=lambda line: (bool(line.why_not), min((way.until for way in line.ways), default=date.max)))


def _call_line(party: Party, record: Case | Referral, lines: list[WayLine]) -> CallLine:
    usable = [line for line in lines if not line.closed]
    why_not = "" if usable else _why_closed(lines) or "No number is recorded"
    role = record.panel.plugin.role_label(party.role, party.finding)
    return CallLine(party, record._meta.model_name, record.reference, role, usable, why_not)


@task_source
def ways_running_out(viewer: Viewer) -> list[Task]:
    """For the adviser, and the agency that leads: the cases in which a confirmation runs out within a week, or has."""
    if viewer.speaks_for is None:
        return []
    hers = Q(pk__in=_assigned(viewer)) | Q(lead_agency_id=viewer.speaks_for)
    cases = visible(viewer, Case).filter(hers, closed_at=None)
    near = {"case__in": cases, "safe_until__lt": timezone.localdate() + SOON + timedelta(days=1)}
    found: dict[int, date] = {}
    for rows in (
        visible(viewer, SafeContact).filter(**near, safe=SafeContact.Safe.YES),
        visible(viewer, SafeAddress).filter(**near),
    ):
        for row in rows:
            found[row.case_id] = min(row.safe_until, found.get(row.case_id, row.safe_until))
    names = {case.pk: case.reference for case in visible(viewer, Case).filter(pk__in=found)}
    return [
        Task(
            f"Ask again whether contact is safe in case {names[pk]}: what was confirmed runs out",
            "case_ways",
            (names[pk],),
            until,
            "Safe contact",
        )
        for pk, until in sorted(found.items(), key=lambda one: one[1])[:50]
    ]
