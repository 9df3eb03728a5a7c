"""Referrals as their readers see them: lists, one referral with its people and decisions, and what waits for whom."""

from dataclasses import dataclass, field

from django.db.models import QuerySet

from casework.access.guards import can_decide_not_to_accept, can_run_office, can_speak_for, can_take_on
from casework.access.policies import REFERRAL_MOVES
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Case, LegalGateway, MatchProposal, Panel, Party, Referral, SafeContact, ScreeningDecision
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
class MatchView:
    """A proposal with both sides beside each other. `number` counts from 1 in this referral."""

    number: int
    proposal: MatchProposal
    earlier: str
    earlier_url: tuple[str, str]
    earlier_on: object
    percent: int
    evidence: tuple[EvidenceLine, ...]
    sides: tuple[tuple[str, Party, Party], ...] = field(default=())


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


def proposals_of(viewer: Viewer, referral: Referral) -> list[MatchProposal]:
    """The check's proposals in the order in which pages number them."""
    rows = (
        visible(viewer, MatchProposal)
        .filter(referral=referral)
        .select_related("earlier_referral__case", "earlier_case", "decided_by")
    )
    return list(rows.order_by("pk"))


def matches_of(viewer: Viewer, referral: Referral) -> list[MatchView]:
    """The check's proposals with their evidence, for the panel's office."""
    return [_match(viewer, number, row) for number, row in enumerate(proposals_of(viewer, referral), start=1)]


def _match(viewer: Viewer, number: int, row: MatchProposal) -> MatchView:
    earlier = row.earlier_referral or row.earlier_case
    url = ("referral", earlier.reference) if row.earlier_referral else ("case", earlier.reference)
    on = row.earlier_referral.referred_on if row.earlier_referral else row.earlier_case.last_referred_on
    lines = tuple(_line(piece) for piece in row.evidence)
    return MatchView(number, row, earlier.reference, url, on, round(row.score * 100), lines, _sides(viewer, row))


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


def _sides(viewer: Viewer, row: MatchProposal) -> tuple[tuple[str, Party, Party], ...]:
    pairs = dict.fromkeys((piece["who"], piece["party"], piece["earlier_party"]) for piece in row.evidence)
    people = {
        p.pk: p for p in visible(viewer, Party).filter(pk__in={pk for _, one, other in pairs for pk in (one, other)})
    }
    return tuple(
        (WHO.get(who, who), people[one], people[other])
        for who, one, other in pairs
        if one in people and other in people
    )


def decisions_of(viewer: Viewer, referral: Referral) -> list[ScreeningDecision]:
    """What the office decided, newest first."""
    return list(
        visible(viewer, ScreeningDecision)
        .filter(referral=referral)
        .select_related("decided_by")
        .order_by("-decided_at", "-pk")
    )


def gateways_for(panel: Panel, on) -> list[LegalGateway]:
    """The powers to share under that are offered to this kind of panel on a day."""
    found = LegalGateway.objects.order_by("title")
    return [
        g
        for g in found
        if panel.kind in g.panel_kinds
        and (g.in_force_from is None or g.in_force_from <= on)
        and (g.in_force_to is None or g.in_force_to >= on)
    ]


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
        "take_on": can_take_on(viewer, referral) and referral.adviser_id is None and open_,
        "answer": own and referral.status == Referral.Status.RETURNED,
        "withdraw": own and Referral.Status.WITHDRAWN in moves,
    }


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
