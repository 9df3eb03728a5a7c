"""Can this happen now? Status tables in plain Python; each status has its owner. Whoever asks is asked about in guards."""

from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone

from casework.access.viewer import versions_in_force
from casework.models import (
    AccessReview,
    Action,
    AgreementPanel,
    AgreementParty,
    Case,
    ConflictOfInterest,
    DueDiligence,
    EmergencyAccess,
    Hearing,
    Intervention,
    Meeting,
    Panel,
    Referral,
    Report,
    SafeAddress,
    SafeContact,
)


class NotNow(Exception):
    """The thing is not in a state for this. The text is for a person to read."""


REFERRAL_MOVES: dict[str, tuple[str, ...]] = {
    Referral.Status.SUBMITTED: (
        Referral.Status.RETURNED, Referral.Status.ACCEPTED, Referral.Status.NOT_ACCEPTED, Referral.Status.DUPLICATE,
        Referral.Status.WITHDRAWN,
    ),
    Referral.Status.RETURNED: (Referral.Status.SUBMITTED, Referral.Status.WITHDRAWN, Referral.Status.NOT_ACCEPTED),
    Referral.Status.ACCEPTED: (),
    Referral.Status.NOT_ACCEPTED: (),
    Referral.Status.DUPLICATE: (),
    Referral.Status.WITHDRAWN: (),
    Referral.Status.IMPORTED: (Referral.Status.IMPORT_ENDED,),
    Referral.Status.IMPORT_ENDED: (),
}  # fmt: skip
REFERRAL_OWNER: dict[str, str] = {
    Referral.Status.SUBMITTED: "the panel's office",
    Referral.Status.RETURNED: "the referring agency",
    Referral.Status.ACCEPTED: "the panel's office",
    Referral.Status.NOT_ACCEPTED: "the chair",
    Referral.Status.DUPLICATE: "the panel's office",
    Referral.Status.WITHDRAWN: "the referring agency",
    Referral.Status.IMPORTED: "the panel's office",
    Referral.Status.IMPORT_ENDED: "the panel's office",
}

MEETING_MOVES: dict[str, tuple[str, ...]] = {
    Meeting.Status.PLANNED: (Meeting.Status.CIRCULATED, Meeting.Status.CANCELLED),
    Meeting.Status.CIRCULATED: (Meeting.Status.IN_SESSION, Meeting.Status.CANCELLED),
    Meeting.Status.IN_SESSION: (Meeting.Status.CONCLUDED,),
    Meeting.Status.CONCLUDED: (),
    Meeting.Status.CANCELLED: (),
}
MEETING_OWNER: dict[str, str] = dict.fromkeys(MEETING_MOVES, "the panel's office")

ACTION_MOVES: dict[str, tuple[str, ...]] = {
    Action.Status.OPEN: (
        Action.Status.IN_PROGRESS, Action.Status.DONE, Action.Status.NOT_POSSIBLE, Action.Status.NOT_DONE, Action.Status.SUPERSEDED,
    ),
    Action.Status.IN_PROGRESS: (Action.Status.DONE, Action.Status.NOT_POSSIBLE, Action.Status.NOT_DONE, Action.Status.SUPERSEDED),
    Action.Status.DONE: (),
    Action.Status.NOT_POSSIBLE: (),
    Action.Status.NOT_DONE: (),
    Action.Status.SUPERSEDED: (),
}  # fmt: skip
ACTION_OWNER: dict[str, str] = dict.fromkeys(ACTION_MOVES, "the agency that owes it") | {
    Action.Status.SUPERSEDED: "the panel's office"
}

REPORT_MOVES: dict[str, tuple[str, ...]] = {
    Report.Status.RECEIVED: (
        Report.Status.LINKED,
        Report.Status.SIGNPOSTED,
        Report.Status.NOT_ASB,
        Report.Status.DUPLICATE,
    ),
    Report.Status.LINKED: (Report.Status.RECEIVED,),
    Report.Status.SIGNPOSTED: (Report.Status.RECEIVED,),
    Report.Status.NOT_ASB: (Report.Status.RECEIVED,),
    Report.Status.DUPLICATE: (Report.Status.RECEIVED,),
}
REPORT_OWNER: dict[str, str] = dict.fromkeys(REPORT_MOVES, "an officer or the panel's office")

INTERVENTION_MOVES: dict[str, tuple[str, ...]] = {
    Intervention.Status.PROPOSED: (
        Intervention.Status.AGREED,
        Intervention.Status.IN_FORCE,
        Intervention.Status.REFUSED,
    ),
    Intervention.Status.AGREED: (Intervention.Status.IN_FORCE, Intervention.Status.REFUSED, Intervention.Status.ENDED),
    Intervention.Status.IN_FORCE: (
        Intervention.Status.BREACHED,
        Intervention.Status.EXPIRED,
        Intervention.Status.ENDED,
    ),
    Intervention.Status.BREACHED: (
        Intervention.Status.IN_FORCE,
        Intervention.Status.EXPIRED,
        Intervention.Status.ENDED,
    ),
    Intervention.Status.EXPIRED: (),
    Intervention.Status.ENDED: (),
    Intervention.Status.REFUSED: (),
}
INTERVENTION_OWNER: dict[str, str] = dict.fromkeys(
    INTERVENTION_MOVES, "the agency that leads it, or the panel's office"
)

CONFLICT_MOVES: dict[str, tuple[str, ...]] = {
    ConflictOfInterest.State.SUSPECTED: (ConflictOfInterest.State.CONFIRMED, ConflictOfInterest.State.CLEARED),
    ConflictOfInterest.State.CONFIRMED: (ConflictOfInterest.State.CLEARED,),
    ConflictOfInterest.State.CLEARED: (),
}
CONFLICT_OWNER: dict[str, str] = dict.fromkeys(CONFLICT_MOVES, "the panel's office, never the person concerned")

AGENCY_UNDER_AGREEMENT_MOVES: dict[str, tuple[str, ...]] = {
    AgreementParty.State.PROPOSED: (AgreementParty.State.DUE_DILIGENCE, AgreementParty.State.LEFT),
    AgreementParty.State.DUE_DILIGENCE: (AgreementParty.State.SIGNED, AgreementParty.State.LEFT),
    AgreementParty.State.SIGNED: (AgreementParty.State.ACTIVE, AgreementParty.State.LEFT),
    AgreementParty.State.ACTIVE: (AgreementParty.State.SUSPENDED, AgreementParty.State.LEFT),
    AgreementParty.State.SUSPENDED: (AgreementParty.State.ACTIVE, AgreementParty.State.LEFT),
    AgreementParty.State.LEFT: (AgreementParty.State.PROPOSED,),
}
AGENCY_UNDER_AGREEMENT_OWNER: dict[str, str] = dict.fromkeys(
    AGENCY_UNDER_AGREEMENT_MOVES, "the coordinator or a governance lead"
)


def check_move(moves: dict[str, tuple[str, ...]], now: str, to: str) -> None:
    """Raise `NotNow` unless the table allows the move."""
    if to not in moves[now]:
        raise NotNow(f"This is already “{now.replace('_', ' ')}” and cannot become “{to.replace('_', ' ')}”.")


def check_case_move(case: Case, to: str) -> None:
    """As `check_move`, by the status table of the case's kind of panel."""
    check_move({k: tuple(v) for k, v in case.panel.plugin.case_statuses.items()}, case.status, to)


def check_on_an_open_agenda(hearing: Hearing) -> None:
    if hearing.meeting.status in (Meeting.Status.CONCLUDED, Meeting.Status.CANCELLED):
        raise NotNow("The meeting is over.")


def check_takes_grants(*, sealed: bool) -> None:
    """Raise `NotNow` for a sealed case: it is given to nobody but its named readers."""
    if sealed:
        raise NotNow(
            "This case is sealed. It can be given to nobody but its named readers; change the readers or unseal it."
        )


def check_agency_move(party: AgreementParty, to: str, *, has_signed: bool) -> None:
    """Raise `NotNow` unless the agency can be moved to this state: signed after every check, active with a signature in force."""
    check_move(AGENCY_UNDER_AGREEMENT_MOVES, party.state, to)
    open_checks = unchecked(party.checks)
    if to == AgreementParty.State.SIGNED and open_checks:
        raise NotNow(
            f"{len(open_checks)} of the {len(DueDiligence.choices)} checks are not done yet. Record them first."
        )
    if to in (AgreementParty.State.SIGNED, AgreementParty.State.ACTIVE) and not has_signed:
        raise NotNow("The agency has not signed the version in force. Record its signature first.")


def unchecked(done: Collection[str]) -> list[str]:
    """What is left of the due diligence, in words and in order (domain: information sharing 4.3, AGR-05)."""
    return [check.label for check in DueDiligence if check.value not in done]


def check_agreement_reviewed(panel: Panel) -> None:
    """Raise `NotNow` where an agreement of the panel is past its review, or none is in force: nothing new is disclosed then."""
    today = timezone.localdate()
    agreements = AgreementPanel.objects.live().filter(panel=panel).values("agreement")
    versions = versions_in_force(agreements, today).values()
    if not versions:
        raise NotNow("No sharing agreement is in force for this panel, so nothing can be shared.")
    if any(version.review_is_over(today) for version in versions):
        raise NotNow(
            "The sharing agreement of this panel is past its review. Nothing new is shared until a new version is in force "
            "or the review has been put off with a reason. What has been shared already can still be read."
        )


def why_not_over(contact: SafeContact) -> str:
    """Why nobody uses this channel today; empty where it is confirmed as safe. Not known means not safe."""
    if contact.is_safe:
        return ""
    if contact.safe == SafeContact.Safe.NO:
        return "Not safe"
    if contact.safe == SafeContact.Safe.YES:
        return "Its confirmation has run out" if contact.safe_until else "Not confirmed until any day"
    return "Not known whether it is safe"


def why_no_post(address: SafeAddress, *, to_alleged_perpetrator: bool, changed_since: bool) -> str:
    """Why no letter goes to this address today; empty where one may (domain: information sharing 3.4, NTP-02).

    `changed_since`: an address of the same person was added after this one was confirmed.
    """
    if not address.in_date():
        return "Its confirmation has run out" if address.safe_until else "Not confirmed as safe for post"
    if changed_since:
        return "An address was added after this one was confirmed"
    if to_alleged_perpetrator or address.shared == SafeAddress.Shared.NO:
        return ""
    if address.shared == SafeAddress.Shared.YES:
        return "The alleged perpetrator lives there or can get at its post"
    return "Not known whether the alleged perpetrator can get at its post"


REVIEW_GRACE = timedelta(days=30)


def check_reviews_its_access(**agency) -> None:
    """Raise `NotNow` for an agency (`agency_id=` or `agency__group_id=`) whose access review is overdue by more than 30 days.

    It keeps what it has and is given nothing new (our default; domain: information sharing 4.4).
    """
    last = timezone.localdate() - REVIEW_GRACE
    late = AccessReview.objects.filter(closed_at=None, due_on__lt=last, **agency).select_related("agency").first()
    if late is not None:
        raise NotNow(
            f"{late.agency.name} has not finished its review of who holds access, which was due more than 30 days ago. "
            "It keeps what it has, and is given nothing new until the review is finished."
        )


def check_emergency_can_begin(*, tries_left: int, is_open: bool) -> None:
    """Raise `NotNow` where the day's tries are used up, or another case is open by emergency access (domain: information sharing 4.6)."""
    if is_open:
        raise NotNow("Another case is open to you by emergency access. End that first: it is one case at a time.")
    if tries_left < 1:
        raise NotNow(
            "You have used today's three tries of emergency access. Ring the panel's office, or the police on 999."
        )


def check_emergency_reviewable(access: EmergencyAccess) -> None:
    """Raise `NotNow` for one that has its finding. Unclear is no finding yet."""
    if access.finding not in ("", EmergencyAccess.Finding.UNCLEAR):
        raise NotNow("This emergency access has been reviewed already.")
