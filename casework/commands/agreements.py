"""Keeping sharing agreements: versions, reviews, signatures, and which agencies take part."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.agreements import check_can_keep_agreement, check_can_make_agreement
from casework.access.guards import Refused
from casework.access.policies import AGENCY_UNDER_AGREEMENT_MOVES, NotNow, check_agency_move, check_move
from casework.access.viewer import Viewer
from casework.commands.locking import claim
from casework.models import (
    Agency,
    AgreementPanel,
    AgreementParty,
    AgreementSignature,
    AgreementVersion,
    DueDiligence,
    Membership,
    Panel,
    SharingAgreement,
)
from casework.queries.agreements import has_signed_version

event_types.register(
    agreement_made="added a sharing agreement",
    agreement_version_made="made a new version of a sharing agreement",
    agreement_review_put_off="put the review of a sharing agreement off",
    agreement_agency_proposed="proposed an agency for a sharing agreement",
    agreement_agency_checked="recorded checks on an agency",
    agreement_signed="recorded an agency's signature",
    agreement_agency_moved="changed where an agency stands with a sharing agreement",
    agreement_agency_left="recorded that an agency left, and ended its access",
    agreement_copies_returned="recorded what became of the copies of an agency that left",
)
State = AgreementParty.State
NEEDS_REASON = (State.SUSPENDED, State.LEFT)


@dataclass(frozen=True)
class VersionDetails:
    """What a version says. `terms`: pairs of a heading and a text, in order; without a text a heading is left out."""

    in_force_from: date
    review_on: date
    grace_days: int = 60
    purposes: list[str] = field(default_factory=list)
    terms: list[tuple[str, str]] = field(default_factory=list)


def make_agreement(*, by: Viewer, title: str, panels: Sequence[Panel]) -> SharingAgreement:
    """Add an agreement for some panels of the partnership. Raises `ValidationError` for a panel of another."""
    check_can_make_agreement(by)
    if not panels or any(panel.partnership_id != by.partnership_id for panel in panels):
        raise ValidationError({"panels": "Choose panels of your partnership."})
    agreement = SharingAgreement(partnership_id=by.partnership_id, title=title)
    with recording(by=by, event="agreement.made", details={"panels": len(panels)}):
        agreement.save()
        for panel in panels:
            AgreementPanel(agreement=agreement, panel=panel).save()
    return agreement


def new_version(*, by: Viewer, agreement: SharingAgreement, details: VersionDetails) -> AgreementVersion:
    """Make the next version. It takes the place of the one before from its first day; earlier signatures count while its grace lasts."""
    check_can_keep_agreement(by, agreement)
    agreement = claim(by, agreement)
    before = AgreementVersion.objects.filter(agreement=agreement).order_by("-number").first()
    _check_dates(details, before)
    version = AgreementVersion(
        agreement=agreement, number=before.number + 1 if before else 1, in_force_from=details.in_force_from, review_on=details.review_on,
        grace_days=details.grace_days, purposes=list(details.purposes),
        terms=[{"heading": heading, "text": text} for heading, text in details.terms if text],
    )  # fmt: skip
    with recording(by=by, event="agreement.version_made", details={"number": version.number}):
        version.save()
    return version


def _check_dates(details: VersionDetails, before: AgreementVersion | None) -> None:
    if before is not None and details.in_force_from <= before.in_force_from:
        raise ValidationError({"in_force_from": "The first day must be after the first day of the version before."})
    if details.review_on <= details.in_force_from:
        raise ValidationError({"review_on": "The review must come after the first day."})


def put_review_off(
    *, by: Viewer, version: AgreementVersion, until: date, reason: str, seen: int | None = None
) -> AgreementVersion:
    """Let the version go on until a later day, with a reason. Raises `ValidationError`, `Stale` where it is not as `seen`."""
    check_can_keep_agreement(by, version.agreement)
    version = claim(by, version, seen)
    if version.review_on is None:
        raise NotNow("This version has no review date, so there is nothing to put off.")
    if until <= max(timezone.localdate(), version.extended_to or version.review_on):
        raise ValidationError({"until": "The new day must be in the future, and later than the review is due now."})
    with recording(by=by, event="agreement.review_put_off", reason=reason, details={"number": version.number}):
        version.extended_to, version.extension_reason = until, reason
        version.save()
    return version


def propose_agency(*, by: Viewer, agreement: SharingAgreement, agency: Agency) -> AgreementParty:
    """Propose an agency of the partnership. It is given nothing yet. Raises `ValidationError`."""
    check_can_keep_agreement(by, agreement)
    agreement = claim(by, agreement)
    if agency.partnership_id != agreement.partnership_id:
        raise ValidationError({"agency": "Choose an agency of your partnership."})
    if AgreementParty.objects.filter(agreement=agreement, agency=agency).exists():
        raise ValidationError({"agency": "This agency has a place under the agreement already."})
    party = AgreementParty(agreement=agreement, agency=agency, since=timezone.now())
    with recording(by=by, event="agreement.agency_proposed", details={"of": agency.slug}):
        party.save()
    return party


def record_checks(
    *, by: Viewer, party: AgreementParty, done: Collection[str], seen: int | None = None
) -> AgreementParty:
    """Say which checks of the due diligence are done. Raises `NotNow` for an agency that left, `Stale`."""
    check_can_keep_agreement(by, party.agreement)
    party = claim(by, party, seen)
    _check_has_not_left(party)
    with recording(by=by, event="agreement.agency_checked", details=_about(party) | {"done": len(set(done))}):
        party.checks = [check.value for check in DueDiligence if check.value in done]
        party.save()
    return party


def record_signature(
    *, by: Viewer, party: AgreementParty, version: AgreementVersion, signatory: str, signed_on: date
) -> AgreementSignature:
    """Record that an agency signed a version, and who signed for it by office. Raises `ValidationError`, `NotNow`."""
    check_can_keep_agreement(by, party.agreement)
    party = claim(by, party)
    _check_has_not_left(party)
    if version.agreement_id != party.agreement_id:
        raise ValidationError({"version": "Choose a version of this agreement."})
    if signed_on > timezone.localdate():
        raise ValidationError({"signed_on": "The day of signing must not be in the future."})
    if AgreementSignature.objects.live().filter(agreement_version=version, agency_id=party.agency_id).exists():
        raise ValidationError({"version": "This agency has signed this version already."})
    today = signed_on == timezone.localdate()
    signature = AgreementSignature(
        agreement_version=version, agency_id=party.agency_id, signed_by_id=by.user_id, signatory=signatory,
        starts_at=timezone.now() if today else timezone.make_aware(datetime.combine(signed_on, time.min)),
    )  # fmt: skip
    with recording(by=by, event="agreement.signed", details=_about(party) | {"number": version.number}):
        signature.save()
    return signature


def _about(party: AgreementParty) -> dict[str, str]:
    """Which agency an event is about; it is given nothing by it, so it stands under no recipient's name."""
    return {"of": party.agency.slug}


def _check_has_not_left(party: AgreementParty) -> None:
    if party.state == State.LEFT:
        raise NotNow("This agency has left. Propose it again first.")


def move_agency(
    *, by: Viewer, party: AgreementParty, to: str, reason: str = "", seen: int | None = None
) -> AgreementParty:
    """Move an agency one step. Suspending needs a reason; leaving is `leave`. Takes effect on everybody's next request.

    Raises `NotNow` with what is missing, `ValidationError` without a reason, `Stale`.
    """
    check_can_keep_agreement(by, party.agreement)
    party = claim(by, party, seen)
    if to == State.LEFT:
        raise NotNow("Leaving has a page of its own, which says what will end.")
    check_agency_move(party, to, has_signed=has_signed_version(by, party))
    if to in NEEDS_REASON and not reason:
        raise ValidationError({"reason": "Say why."})
    details = _about(party) | {"from": party.state, "to": to}
    with recording(by=by, event="agreement.agency_moved", reason=reason, details=details):
        if party.state == State.LEFT:  # whoever comes back begins anew
            party.checks, party.copies_returned_at = [], None
        party.state, party.since, party.reason = to, timezone.now(), reason
        party.save()
    return party


def leave(*, by: Viewer, party: AgreementParty, reason: str, seen: int | None = None) -> AgreementParty:
    """An agency leaves: its signatures, every grant on the agreement's panels and its people's sessions end at once.

    What it wrote stays with its name. Raises `Refused` for one's own agency, `NotNow`, `ValidationError` without a reason, `Stale`.
    """
    check_can_keep_agreement(by, party.agreement)
    if party.agency_id == by.agency_id:
        raise Refused("Somebody of another agency records that your own has left.")
    party = claim(by, party, seen)
    check_move(AGENCY_UNDER_AGREEMENT_MOVES, party.state, State.LEFT)
    if not reason:
        raise ValidationError({"reason": "Say why."})
    details = _about(party) | {"from": party.state}
    with recording(by=by, event="agreement.agency_left", reason=reason, details=details) as record:
        party.state, party.since, party.reason = State.LEFT, timezone.now(), reason
        party.save()
        _end_signatures(party)
        signed_out = end_sessions(_people_at(party.agency_id) - {by.user_id})  # who acts for another agency goes on
        record.details |= {"grants": _end_grants(party), "sessions": signed_out}
    return party


def _end_signatures(party: AgreementParty) -> None:
    of_it = {"agreement_version__agreement_id": party.agreement_id, "agency_id": party.agency_id}
    for signature in AgreementSignature.objects.live().filter(**of_it):
        signature.ends_at = timezone.now()
        signature.save()


def _end_grants(party: AgreementParty) -> int:
    """By the database itself: who keeps the agreement reads none of these cases."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rt_end_grants_of_left(%s)", [party.pk])
        return cursor.fetchone()[0]


def _people_at(agency_id: int) -> set[int]:
    return set(Membership.objects.live().filter(agency_id=agency_id).values_list("user_id", flat=True))


def end_sessions(users: Collection[int]) -> int:
    """Sign these people out everywhere; how many sessions ended."""
    keys = {str(user) for user in users}
    ended = 0
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") in keys:
            session.delete()
            ended += 1
    return ended


def record_copies(*, by: Viewer, party: AgreementParty, seen: int | None = None) -> AgreementParty:
    """An agency that left has returned or destroyed its copies. Raises `NotNow`, `Stale`."""
    check_can_keep_agreement(by, party.agreement)
    party = claim(by, party, seen)
    if party.state != State.LEFT or party.copies_returned_at is not None:
        raise NotNow("Only an agency that has left is asked for this, and once.")
    with recording(by=by, event="agreement.copies_returned", details=_about(party)):
        party.copies_returned_at = timezone.now()
        party.save()
    return party
