"""The panel's office decides about a referral: who is the same, and whether the panel takes it."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import Refused, check_can_decide_not_to_accept, check_can_run_office
from casework.access.policies import REFERRAL_MOVES, NotNow, check_move
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands import access
from casework.commands.assessments import copy_assessments
from casework.commands.cases import open_case
from casework.commands.conflicts import carry_conflicts
from casework.commands.decisions import Answers, decide
from casework.commands.locking import claim
from casework.commands.notify import notify
from casework.commands.parties import copy_parties
from casework.commands.people import add_people_to_case, link_people
from casework.models import (
    AssertionType,
    Audience,
    Basis,
    Case,
    DataClass,
    DisclosureDecision,
    InformationItem,
    MatchKind,
    MatchProposal,
    Referral,
    ScreeningDecision,
    User,
)
from casework.queries.notices import register_notice
from casework.queries.referrals import matches_kept_from, readable_matches

for _kind, _text in {
    "referral_accepted": "Your referral was accepted",
    "referral_returned": "The panel asks for more information on your referral",
    "referral_not_accepted": "Your referral was not accepted: see why, and what was offered",
    "referral_duplicate": "Your referral was joined to another one",
}.items():
    register_notice(_kind, _text, "referral")
register_notice("case_assigned", "A case was assigned to you", "case")
event_types.register(
    matches_decided="decided which matches are the same people",
    case_assigned="assigned the case to the adviser",
    referral_accepted="accepted the referral",
    referral_returned="asked for more information on the referral",
    referral_not_accepted="did not accept the referral",
    referral_duplicate="marked the referral as a duplicate",
)
KEPT_FROM = "Another holder of the panel’s office settles the check for repeats and accepts this referral."
SAME_PAIR = (MatchKind.REPEAT, MatchKind.RETURNING)


def decide_matches(
    *, by: Viewer, referral: Referral, decisions: dict[int, str], version: int | None = None
) -> Referral:
    """Record for each proposal (by its key) whether the people are the same. A decision can be changed until the outcome."""
    referral = claim(by, referral, version)
    check_can_run_office(by, referral.panel_id)
    _check_undecided(referral)
    subject = f"referral {referral.reference}"
    with recording(by=by, event="matches.decided", subject=subject, details={"decided": len(decisions)}):
        for proposal in readable_matches(by).filter(referral=referral, pk__in=decisions):
            proposal.decision = decisions[proposal.pk]
            proposal.decided_by_id, proposal.decided_at = by.user_id, timezone.now()
            proposal.save()
        referral.save()
    return referral


def accept(*, by: Viewer, referral: Referral, sharing: Answers | None, version: int | None = None) -> Case:
    """Take the referral: open a case, or go on with the one that an accepted repeat or return belongs to.

    The people, the safe contacts and the assessments are copied into the case. A MARAC's IDVA service is given the case and
    its adviser is assigned, behind the decision to share. Raises `Refused`, `NotNow`, `Stale`, `ValidationError`.
    """
    referral = claim(by, referral, version)
    check_can_run_office(by, referral.panel_id)
    check_move(REFERRAL_MOVES, referral.status, Referral.Status.ACCEPTED)
    matches = _settled_matches(by, referral)
    if referral.idva_service_id and sharing is None:
        raise ValidationError("Say why the IDVA service is given the case.")
    with recording(by=by, event="referral.accepted", subject=f"referral {referral.reference}") as record:
        link_people(by, matches)
        case = _case_for(by, referral, matches)
        record.cases = [case.reference]
        carry_conflicts(by, referral, case)
        copy_assessments(by, referral, case)
        _state(by, referral, case)
        if sharing is not None:
            _share(by, referral, case, sharing)
        referral.case, referral.status = case, Referral.Status.ACCEPTED
        referral.save()
        _decided(by, referral, ScreeningDecision.Outcome.ACCEPTED)
    return case


def ask_for_more(*, by: Viewer, referral: Referral, reason: str, version: int | None = None) -> Referral:
    """Give the referral back to its agency with a question; `submitted_at` stays, the clock does not start again."""
    return _close(by, referral, Referral.Status.RETURNED, "referral.returned", version, reason=reason)


def mark_duplicate(*, by: Viewer, referral: Referral, reason: str, version: int | None = None) -> Referral:
    """The same incident has been referred already; the other referral goes on."""
    return _close(by, referral, Referral.Status.DUPLICATE, "referral.duplicate", version, reason=reason)


def do_not_accept(
    *, by: Viewer, referral: Referral, ground: str, reason: str, offered: str, version: int | None = None
) -> Referral:
    """The chair's decision, with the ground, the reason and what was offered instead (domain: MARAC 2.4)."""
    check_can_decide_not_to_accept(by, referral.panel_id)
    return _close(
        by,
        referral,
        Referral.Status.NOT_ACCEPTED,
        "referral.not_accepted",
        version,
        ground=ground,
        reason=reason,
        offered=offered,
    )


def _close(by: Viewer, referral: Referral, status: str, event: str, version: int | None, **columns) -> Referral:
    referral = claim(by, referral, version)
    check_can_run_office(by, referral.panel_id)
    check_move(REFERRAL_MOVES, referral.status, status)
    if not all(text.strip() for text in columns.values()):
        raise ValidationError("Give the reason in words.")
    with recording(by=by, event=event, subject=f"referral {referral.reference}"):
        referral.status = status
        referral.save()
        _decided(by, referral, status, **columns)
    return referral


def _decided(by: Viewer, referral: Referral, outcome: str, **columns) -> None:
    ScreeningDecision(
        referral=referral, outcome=outcome, decided_by_id=by.user_id, decided_at=timezone.now(), **columns
    ).save()
    told = User.objects.filter(pk__in=[pk for pk in (referral.referrer_id,) if pk])
    notify(by=by, users=told, kind=f"referral_{outcome}", subject=referral.reference)


def _check_undecided(referral: Referral) -> None:
    if referral.status not in (Referral.Status.SUBMITTED, Referral.Status.RETURNED):
        raise NotNow("The referral has been decided already.")


def _settled_matches(by: Viewer, referral: Referral) -> list[MatchProposal]:
    """The accepted matches, once the check has run and each proposal has its decision."""
    if referral.checked_at is None:
        raise NotNow("The check for repeats has not run yet. Run it first.")
    if matches_kept_from(by, referral):
        raise Refused(KEPT_FROM)
    proposals = (
        visible(by, MatchProposal).filter(referral=referral).select_related("earlier_case", "earlier_referral__case")
    )
    if any(proposal.decision == MatchProposal.Decision.OPEN for proposal in proposals):
        raise NotNow("Decide first whether each proposed match is the same people.")
    return [proposal for proposal in proposals if proposal.decision == MatchProposal.Decision.ACCEPTED]


def case_to_go_on_with(matches: list[MatchProposal]) -> Case | None:
    """The case of the accepted match with the same victim and perpetrator that was referred last, unless it is closed."""
    cases = [m.earlier_case or (m.earlier_referral and m.earlier_referral.case) for m in matches if m.kind in SAME_PAIR]
    still = [case for case in cases if case and case.panel.plugin.case_statuses[case.status]]
    return max(still, key=lambda case: (str(case.last_referred_on or ""), case.pk), default=None)


def _case_for(by: Viewer, referral: Referral, matches: list[MatchProposal]) -> Case:
    found = case_to_go_on_with(matches)
    if found is None:
        case = open_case(by=by, panel=referral.panel, lead_agency=referral.agency, referred_on=referral.referred_on)
        copy_parties(by, referral, case)
        return case
    case = claim(by, found)
    first = case.panel.plugin.first_status
    if first in case.panel.plugin.case_statuses[case.status]:
        case.status = first
    case.last_referred_on = max(filter(None, (case.last_referred_on, referral.referred_on)))
    case.save()
    add_people_to_case(by, referral, case)
    return case


def _state(by: Viewer, referral: Referral, case: Case) -> None:
    """What the referring agency said becomes its statements in the case: whoever is given the case reads why."""
    if referral.agency_id is None:
        return
    said = [*referral.panel.plugin.statements(by, referral), (AssertionType.REPORTED, referral.reason)]
    for assertion, text in said:
        InformationItem(
            case=case, agency_id=referral.agency_id, author_id=referral.referrer_id or by.user_id, place=InformationItem.Place.REFERRAL,
            assertion_type=assertion, audience=Audience.ALL_PRESENT, data_classes=[DataClass.PERSONAL, DataClass.SPECIAL],
            text=text, said_on=referral.referred_on, made_at=timezone.now(),
        ).save()  # fmt: skip


def _share(by: Viewer, referral: Referral, case: Case, sharing: Answers) -> None:
    service = referral.idva_service
    decision = decide(
        by=by, kind=DisclosureDecision.Kind.CASE, panel=referral.panel, case=case, answers=sharing,
        recipients=[service] if service else [], cases=[(case, referral.reason)],
    )  # fmt: skip
    if service is not None and not access.stands(case=case, group_id=service.group_id):
        access.grant_to_agency(by=by, case=case, group_id=service.group_id, basis=Basis.STANDING, decision=decision)
    if referral.adviser_id is not None:
        _assign(by, referral, case, decision)


def _assign(by: Viewer, referral: Referral, case: Case, decision: DisclosureDecision) -> None:
    if not access.is_assigned(case=case, user_id=referral.adviser_id):
        access.assign(by=by, case=case, user=referral.adviser, agency_id=referral.idva_service_id, decision=decision)
        notify(by=by, users=[referral.adviser], kind="case_assigned", subject=case.reference)


def assign_adviser(*, by: Viewer, referral: Referral, version: int | None = None) -> None:
    """Assign the case to the adviser who took the client on after the referral was accepted, behind the decision made then."""
    referral = claim(by, referral, version)
    check_can_run_office(by, referral.panel_id)
    decision = (
        visible(by, DisclosureDecision).filter(case=referral.case_id, meeting=None).order_by("-decided_at").first()
    )
    if referral.case_id is None or referral.adviser_id is None or decision is None:
        raise NotNow("There is no case, no adviser or no decision to share yet.")
    case = claim(by, referral.case)
    with recording(by=by, event="case.assigned", cases=[case.reference], subject=f"referral {referral.reference}"):
        _assign(by, referral, case, decision)
