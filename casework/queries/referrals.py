"""Referrals as their readers see them: lists, one referral with its people and decisions, and what waits for whom."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from casework.access.guards import can_decide_not_to_accept, can_run_office, can_speak_for, can_take_on
from casework.access.policies import REFERRAL_MOVES
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import (
    Basis,
    Case,
    CaseUserGrant,
    MatchProposal,
    Party,
    PartyAddress,
    Referral,
    SafeContact,
    ScreeningDecision,
)
from casework.queries.cases import PersonLine, SafeBanner, people_lines, safe_banner
from casework.queries.home import Task, task_source

WHO = {"victim": "Victim", "perpetrator": "Alleged perpetrator"}
FEATURES = {
    "surname": "Last name", "forename": "First name", "birth": "Date of birth", "home": "Address", "gender": "Gender", "identity": "Person on record",
}  # fmt: skip
LEVELS = {
    "exact": "the same", "same": "the same", "slip": "a slip of typing apart", "similar": "sounds or looks alike", "variant": "a known variant",
    "nickname": "a short form of the other", "part": "partly the same", "initial": "the same initial", "middle": "one is the other’s middle name",
    "swapped": "day and month exchanged", "year": "the same year only", "approx": "fits the approximate age", "approx_near": "near the approximate age",
    "approx_far": "far from the approximate age", "same_postcode": "the same postcode", "same_street": "the same street and number",
    "different": "different", "unknown": "not known of both",
}  # fmt: skip


@dataclass(frozen=True)
class EvidenceLine:
    """One piece of evidence in words; `speaks` is 'for', 'against' or 'neither'. `weight` is in bits."""

    who: str
    feature: str
    level: str
    weight: float
    speaks: str


@dataclass(frozen=True)
class Side:
    """One mention of a person; a safe address is never part of it."""

    name: str
    other_names: str
    born: object
    address: str


@dataclass(frozen=True)
class MatchView:
    """A proposal with both sides beside each other. `number` counts from 1 in this referral."""

    number: int
    proposal: MatchProposal
    earlier: str
    earlier_url: tuple[str, str]
    earlier_on: object
    probability: str
    evidence: tuple[EvidenceLine, ...]
    sides: tuple[tuple[str, Side, Side], ...] = field(default=())


def referral_rows(viewer: Viewer) -> QuerySet:
    """The referrals that the viewer may see, newest first."""
    return visible(viewer, Referral).select_related("panel", "agency", "adviser").order_by("-submitted_at", "-pk")


def case_reference(viewer: Viewer, referral: Referral) -> str:
    """The reference of the case that the referral became, for a viewer who may see that case; otherwise nothing."""
    rows = visible(viewer, Case).filter(pk=referral.case_id)
    return rows.values_list("reference", flat=True).first() or ""


def people_of(viewer: Viewer, referral: Referral) -> list[PersonLine]:
    """The people of a referral; safe addresses and contacts are named, never shown."""
    parties = list(visible(viewer, Party).filter(referral=referral).order_by("pk"))
    contacts = list(visible(viewer, SafeContact).filter(referral=referral).order_by("pk"))
    return people_lines(viewer, parties, referral.panel, contacts)


def banner_of(viewer: Viewer, referral: Referral) -> SafeBanner | None:
    """What to know before anybody rings."""
    parties = visible(viewer, Party).filter(referral=referral)
    return safe_banner(parties, visible(viewer, SafeContact).filter(referral=referral))


def readable_matches(viewer: Viewer) -> QuerySet[MatchProposal]:
    """The proposals whose earlier record the viewer may read too: a conflict of interest keeps her out of deciding on it."""
    referral = visible(viewer, Referral).filter(pk=OuterRef("earlier_referral_id"))
    case = visible(viewer, Case).filter(pk=OuterRef("earlier_case_id"))
    return visible(viewer, MatchProposal).filter(
        Q(earlier_referral_id=None) | Q(Exists(referral)), Q(earlier_case_id=None) | Q(Exists(case))
    )


def proposals_of(viewer: Viewer, referral: Referral) -> list[MatchProposal]:
    """The check's proposals that the viewer may decide on, in the order in which pages number them."""
    rows = readable_matches(viewer).filter(referral=referral)
    return list(rows.select_related("earlier_referral__case", "earlier_case", "decided_by").order_by("pk"))


def matches_kept_from(viewer: Viewer, referral: Referral) -> bool:
    """Whether a proposal is with a record that the viewer must not read: somebody else of the office takes the next step.

    She is told neither how many, nor of which record, nor whether a conflict of interest or a seal is the reason.
    """
    rows = visible(viewer, MatchProposal).filter(referral=referral)
    return rows.exclude(pk__in=readable_matches(viewer).values("pk")).exists()


def matches_of(viewer: Viewer, referral: Referral) -> list[MatchView]:
    """The check's proposals with their evidence, for the panel's office."""
    return match_views(viewer, proposals_of(viewer, referral))


def match_views(viewer: Viewer, proposals: list[MatchProposal]) -> list[MatchView]:
    """Any proposals with their evidence, numbered from 1; their earlier record is selected with them."""
    return [_match(viewer, number, row) for number, row in enumerate(proposals, start=1)]


def _match(viewer: Viewer, number: int, row: MatchProposal) -> MatchView:
    earlier = row.earlier_referral or row.earlier_case
    url = ("referral", earlier.reference) if row.earlier_referral else ("case", earlier.reference)
    on = row.earlier_referral.referred_on if row.earlier_referral else row.earlier_case.last_referred_on
    lines = tuple(_line(piece) for piece in row.evidence)
    return MatchView(number, row, earlier.reference, url, on, _percent(row.score), lines, _sides(viewer, row))


def _percent(score: float) -> str:
    """A probability for reading; certainty is never claimed."""
    return "over 99 %" if score > 0.99 else "under 1 %" if score < 0.01 else f"about {score:.0%}".replace("%", " %")


def _line(piece: dict) -> EvidenceLine:
    weight = piece["weight"]
    speaks = "for" if weight > 0.5 else "against" if weight < -0.5 else "neither"
    return EvidenceLine(
        WHO.get(piece["who"], piece["who"]),
        FEATURES.get(piece["feature"], piece["feature"]),
        LEVELS.get(piece["level"], piece["level"]),
        weight,
        speaks,
    )


def _sides(viewer: Viewer, row: MatchProposal) -> tuple[tuple[str, Side, Side], ...]:
    pairs = dict.fromkeys((piece["who"], piece["party"], piece["earlier_party"]) for piece in row.evidence)
    parties = visible(viewer, Party).filter(pk__in={pk for _, one, other in pairs for pk in (one, other)})
    people = {party.pk: _side(viewer, party) for party in parties}
    return tuple(
        (WHO.get(who, who), people[one], people[other])
        for who, one, other in pairs
        if one in people and other in people
    )


def _side(viewer: Viewer, party: Party) -> Side:
    homes = [
        ", ".join(filter(None, (home.lines, home.postcode)))
        for home in visible(viewer, PartyAddress).filter(party=party).order_by("pk")
    ]
    return Side(party.name, party.other_names, party.born_on or party.born_text, "; ".join(homes))


def decisions_of(viewer: Viewer, referral: Referral) -> list[ScreeningDecision]:
    """What the office decided, newest first."""
    return list(
        visible(viewer, ScreeningDecision)
        .filter(referral=referral)
        .select_related("decided_by")
        .order_by("-decided_at", "-pk")
    )


def steps_for(viewer: Viewer, referral: Referral) -> dict[str, bool]:
    """Which buttons the viewer has on a referral: who she is and what its status allows, together."""
    moves = REFERRAL_MOVES[referral.status]
    office, open_ = (
        can_run_office(viewer, referral.panel_id),
        referral.status in (Referral.Status.SUBMITTED, Referral.Status.RETURNED),
    )
    own = referral.agency_id is not None and can_speak_for(viewer, referral.agency_id)
    return {
        "check": office and open_,
        "accept": office and Referral.Status.ACCEPTED in moves,
        "ask": office and Referral.Status.RETURNED in moves,
        "duplicate": office and Referral.Status.DUPLICATE in moves,
        "refuse": can_decide_not_to_accept(viewer, referral.panel_id) and Referral.Status.NOT_ACCEPTED in moves,
        "ask_chair": office
        and not can_decide_not_to_accept(viewer, referral.panel_id)
        and Referral.Status.NOT_ACCEPTED in moves,
        "take_on": can_take_on(viewer, referral)
        and referral.adviser_id is None
        and (open_ or referral.status == Referral.Status.ACCEPTED),
        "assign": office and waits_for_assignment(viewer, [referral]) != [],
        "answer": own and referral.status == Referral.Status.RETURNED,
        "withdraw": own and Referral.Status.WITHDRAWN in moves,
    }


def waits_for_assignment(viewer: Viewer, rows: Iterable[Referral]) -> list[Referral]:
    """Accepted referrals whose adviser took the client on and has not got the case."""
    taken = [row for row in rows if row.status == Referral.Status.ACCEPTED and row.adviser_id and row.case_id]
    grants = (
        visible(viewer, CaseUserGrant)
        .live()
        .filter(content_object__in=[row.case_id for row in taken], basis=Basis.ASSIGNMENT)
    )
    assigned = set(grants.values_list("content_object_id", "user_id"))
    return [row for row in taken if (row.case_id, row.adviser_id) not in assigned]


@task_source
def referrals_to_screen(viewer: Viewer) -> list[Task]:
    """For the office: what waits for screening. For the referring agency: what was asked."""
    waiting = (
        visible(viewer, Referral)
        .filter(status=Referral.Status.SUBMITTED, panel_id__in=viewer.office_panels)
        .order_by("submitted_at")[:100]
    )
    tasks = [
        Task(f"Screen referral {row.reference}", "referral", (row.reference,), row.referred_on, "Referrals to screen")
        for row in waiting
    ]
    taken = visible(viewer, Referral).filter(
        status=Referral.Status.ACCEPTED, adviser__isnull=False, panel_id__in=viewer.office_panels
    )
    for row in waits_for_assignment(viewer, taken.order_by("-submitted_at")[:100]):
        tasks.append(
            Task(
                f"Assign the case of referral {row.reference} to its adviser",
                "referral_assign",
                (row.reference,),
                None,
                "Referrals to screen",
            )
        )
    if viewer.speaks_for:
        asked = visible(viewer, Referral).filter(
            status=Referral.Status.RETURNED, agency_id=viewer.speaks_for, referrer_id=viewer.user_id
        )
        tasks += [
            Task(
                f"Give more information on referral {row.reference}",
                "referral_answer",
                (row.reference,),
                None,
                "Your referrals",
            )
            for row in asked[:100]
        ]
    return tasks
