"""Compares what people declared with who is in a case, as the system, by digests alone; and tells the office of what it finds.

Nobody else reads both sides. The person concerned is not told: neither that she is suspended nor that the case exists.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from audit import event_types
from audit.actors import SystemActor
from audit.recorder import recording
from casework.commands.access import database_now
from casework.commands.notify import notify
from casework.commands.queue import job
from casework.jobs.timetable import daily
from casework.models import (
    Basis,
    Case,
    CaseUserGrant,
    ConflictOfInterest,
    ConnectionToken,
    Membership,
    Office,
    Panel,
    PanelOffice,
    PartyToken,
    Referral,
    Role,
    Seal,
    User,
)
from casework.queries.notices import register_notice

SYSTEM = "system"
FULL = "f:"  # how the digest of a name with a birth date begins
DESKS = ((Office.COORDINATOR,), (Office.CHAIR, Office.DEPUTY), tuple(Office.values))
event_types.register(
    conflict_found="found a possible conflict of interest",
    conflict_told="told who decides about a conflict of interest",
)
register_notice(
    "conflict.waits", "A possible conflict of interest waits for a decision", "conflicts", with_subject=False
)
register_notice(
    "conflict.nobody", "A conflict of interest waits, and nobody of the panel's office may decide it: name somebody", with_subject=False
)  # fmt: skip
Likeness = ConflictOfInterest.Likeness


@dataclass(frozen=True)
class Where:
    """What a conflict is with: a case, or a referral that is no case yet (or both, where the referral's people were hit)."""

    panel_id: int
    case_id: int | None
    referral_id: int | None


@dataclass(frozen=True)
class Hit:
    """Somebody who may be connected with somebody there."""

    user_id: int
    where: Where
    nature: str
    likeness: str


@job("conflicts.of_referral")
def of_referral(*, by: SystemActor, referral_id: int) -> dict:
    """Compare the people of one referral; how many conflicts were found."""
    return {"found": look(Q(referral_id=referral_id))}


@job("conflicts.of_case")
def of_case(*, by: SystemActor, case_id: int) -> dict:
    """Compare the people of one case; how many conflicts were found."""
    return {"found": look(Q(case_id=case_id))}


@job("conflicts.of_panel")
def of_panel(*, by: SystemActor, panel_id: int) -> dict:
    """Compare everybody in the cases and referrals of a panel, after an import."""
    return {"found": look(Q(referral__panel_id=panel_id) | Q(case__panel_id=panel_id))}


@job("conflicts.of_person")
def of_person(*, by: SystemActor, user_id: int) -> dict:
    """Compare what one person declared with everything."""
    return {"found": look(Q(), Q(user_id=user_id))}


@job("conflicts.tell")
def tell(*, by: SystemActor, conflict_id: int) -> dict:
    """Tell whoever decides about a conflict that somebody declared."""
    conflict = _rows(ConflictOfInterest).filter(pk=conflict_id, state=ConflictOfInterest.State.SUSPECTED).first()
    if conflict is None:
        return {"told": 0}
    actor = SystemActor("conflicts", partnership_id=_panel(conflict.panel_id).partnership_id)
    with recording(by=actor, event="conflict.told", using=SYSTEM):
        return {"told": _tell(actor, conflict)}


@daily("conflicts")
def look_everywhere() -> None:
    """What no single step compares: somebody new in a partnership, and whatever was missed."""
    look(Q())


def _rows(model):
    return model._default_manager.using(SYSTEM).scoped()


def _panel(panel_id: int) -> Panel:
    return Panel.objects.using(SYSTEM).get(pk=panel_id)


def look(parties: Q, connections: Q | None = None) -> int:
    """Suspend everybody who may be connected with somebody among `parties`; how many conflicts are new.

    `parties` narrows PartyToken, `connections` ConnectionToken. A pair of person and case, or referral, that waits or was
    decided is not found again, unless the connection is of another nature, or a birth date agrees now where a name alone did.
    """
    return sum(_suspend(hit) for hit in _hits(parties, connections or Q()))


def _hits(parties: Q, connections: Q) -> list[Hit]:
    """The surest hit for each person, place and nature of a connection, among those who work in the partnership; the surest first."""
    best: dict[tuple[int, Where, str], Hit] = {}
    pairs = list(_alike(parties, connections & Q(connection__ended_at=None)))
    places = _places({party for party, _, _ in pairs})
    colleagues = _partnerships({connection["user_id"] for _, connection, _ in pairs})
    for party, connection, likeness in pairs:
        where, user_id = places[party], connection["user_id"]
        if _panel(where.panel_id).partnership_id in colleagues[user_id]:
            hit = Hit(user_id, where, connection["connection__nature"], likeness)
            if likeness == Likeness.FULL or (user_id, where, hit.nature) not in best:
                best[user_id, where, hit.nature] = hit
    return sorted(best.values(), key=lambda hit: hit.likeness != Likeness.FULL)


def _alike(parties: Q, connections: Q) -> Iterator[tuple[tuple[int | None, int | None], dict, str]]:
    """(case, referral) of a party and the connection that agrees: on name and birth date, or on the name where either date is unknown."""
    declared = _rows(ConnectionToken).filter(connections)
    hit = _rows(PartyToken).filter(parties, token__in=declared.values("token"))
    found = list(hit.values("token", "party_id", "case_id", "referral_id"))
    sought = defaultdict(list)
    for row in declared.filter(token__in={row["token"] for row in found}).values(
        "token", "connection_id", "user_id", "connection__nature"
    ):
        sought[row["token"]].append(row)
    dated_parties = _dated(PartyToken, "party_id", {row["party_id"] for row in found})
    dated = _dated(ConnectionToken, "connection_id", {row["connection_id"] for rows in sought.values() for row in rows})
    for party in found:
        for connection in sought[party["token"]]:
            full = party["token"].startswith(FULL)
            if full or party["party_id"] not in dated_parties or connection["connection_id"] not in dated:
                likeness = Likeness.FULL if full else Likeness.NAME
                yield (party["case_id"], party["referral_id"]), connection, likeness


def _dated(model, column: str, keys: set[int]) -> set[int]:
    rows = _rows(model).filter(Q(token__startswith=FULL), **{f"{column}__in": keys})
    return set(rows.values_list(column, flat=True))


def _places(keys: set[tuple[int | None, int | None]]) -> dict[tuple[int | None, int | None], Where]:
    cases = dict(_rows(Case).filter(pk__in=[case for case, _ in keys if case]).values_list("pk", "panel_id"))
    referrals = {
        pk: Where(panel, case, pk)
        for pk, panel, case in _rows(Referral)
        .filter(pk__in=[referral for _, referral in keys if referral])
        .values_list("pk", "panel_id", "case_id")
    }
    return {(case, ref): referrals[ref] if ref else Where(cases[case], case, None) for case, ref in keys}


def _partnerships(users: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {user: set() for user in users}
    rows = Membership.objects.using(SYSTEM).live().filter(user_id__in=users)
    for user_id, partnership_id in rows.values_list("user_id", "agency__partnership_id"):
        found[user_id].add(partnership_id)
    return found


def _suspend(hit: Hit) -> int:
    where = hit.where
    same = Q(case_id=where.case_id) if where.case_id else Q(referral_id=where.referral_id)
    if where.case_id and where.referral_id:
        same |= Q(referral_id=where.referral_id)
    if _rows(ConflictOfInterest).filter(same, _settles(hit), user_id=hit.user_id).exists():
        return 0
    by = SystemActor("conflicts", partnership_id=_panel(where.panel_id).partnership_id)
    case = _rows(Case).filter(pk=where.case_id).values_list("reference", flat=True)
    with recording(by=by, event="conflict.found", cases=list(case) if where.case_id else [], using=SYSTEM) as record:
        conflict = ConflictOfInterest(
            user_id=hit.user_id, panel_id=where.panel_id, case_id=where.case_id, referral_id=where.referral_id,
            origin=ConflictOfInterest.Origin.FOUND, state=ConflictOfInterest.State.SUSPECTED, nature=hit.nature,
            likeness=hit.likeness, starts_at=database_now(),
        )  # fmt: skip
        conflict.save(using=SYSTEM)
        record.details = {"told": _tell(by, conflict)}
    return 1


def _settles(hit: Hit) -> Q:
    """A conflict in force, or one that was cleared when it was known in the same way, and as well as now."""
    in_force = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
    return in_force | Q(nature=hit.nature, likeness__in=("", hit.likeness, Likeness.FULL))


def _tell(by: SystemActor, conflict: ConflictOfInterest) -> int:
    """Tell the coordinators; the chair where it concerns the only coordinator; whoever is left of the office; else the governance leads."""
    people = deciders(conflict)
    kind = "conflict.waits" if people else "conflict.nobody"
    people = people or _governance_leads(by.partnership_id, conflict.user_id)
    notify(by=by, users=people, kind=kind)
    return len(people)


def deciders(conflict: ConflictOfInterest) -> list[User]:
    """Holders of the first desk that has somebody who is not concerned, nor kept out, nor shut out by a seal."""
    held = PanelOffice.objects.using(SYSTEM).live().filter(panel_id=conflict.panel_id)
    out = _kept_out(conflict)
    readers = _readers(conflict.case_id)
    for offices in DESKS:
        rows = held.filter(office__in=offices).values_list("membership__user_id", flat=True)
        found = {user for user in rows if user not in out and (readers is None or user in readers)}
        if found:
            return _users(found)
    return []


def _kept_out(conflict: ConflictOfInterest) -> set[int]:
    same = Q(pk=conflict.pk)
    if conflict.case_id:
        same |= Q(case_id=conflict.case_id)
    if conflict.referral_id:
        same |= Q(referral_id=conflict.referral_id)
    in_force = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
    rows = _rows(ConflictOfInterest).filter(same, in_force)
    return {conflict.user_id, *rows.values_list("user_id", flat=True)}


def _readers(case_id: int | None) -> set[int] | None:
    """Who may read a sealed case; None where it is not sealed."""
    if case_id is None or not Seal.objects.using(SYSTEM).live().filter(case_id=case_id).exists():
        return None
    grants = CaseUserGrant.objects.using(SYSTEM).live().filter(content_object=case_id, basis=Basis.SEALED_READER)
    return set(grants.values_list("user_id", flat=True))


def _governance_leads(partnership_id: int | None, but: int) -> list[User]:
    rows = Membership.objects.using(SYSTEM).live().filter(
        role=Role.GOVERNANCE_LEAD, agency__partnership_id=partnership_id
    )  # fmt: skip
    return _users(set(rows.values_list("user_id", flat=True)) - {but})


def _users(keys: Iterable[int]) -> list[User]:
    return list(User.objects.using(SYSTEM).filter(pk__in=keys, is_active=True))
