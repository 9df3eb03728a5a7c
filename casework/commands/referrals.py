"""A referral's way from its agency to the panel's office: made, answered, withdrawn, taken on by an adviser."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_speak_for, check_can_take_on
from casework.access.policies import REFERRAL_MOVES, NotNow, check_move
from casework.access.viewer import Viewer
from casework.commands.locking import claim
from casework.commands.notify import notify
from casework.commands.parties import PartyDetails, add_party
from casework.models import Agency, Membership, Office, Panel, PanelOffice, Referral, Role, User, new_reference
from casework.queries.notices import register_notice

for _kind, _text in {
    "referral_received": "A referral waits for screening",
    "referral_answered": "What you asked about a referral has been answered",
    "referral_withdrawn": "A referral was withdrawn by its agency",
    "adviser_waits": "An adviser took a client on: assign the case",
    "client_referred": "A client was referred: see whom to ring, and on which channel",
}.items():
    register_notice(_kind, _text, "referral")
event_types.register(
    referral_submitted="made the referral",
    referral_answered="answered the panel's question on the referral",
    referral_withdrawn="withdrew the referral",
    referral_taken_on="took the client of the referral on",
)


CAN_BE_TAKEN_ON = (Referral.Status.SUBMITTED, Referral.Status.RETURNED, Referral.Status.ACCEPTED)


@dataclass
class ReferralDetails:
    """What every kind of panel asks: why, when, and who is concerned."""

    reason: str
    parties: list[PartyDetails] = field(default_factory=list)
    referred_on: date | None = None


def add_referral(*, by: Viewer, panel: Panel, details: ReferralDetails) -> Referral:
    """Write a referral of the acting agency with its people. A step of a command: called inside its recording."""
    referral = Referral(
        reference=new_reference(), panel=panel, agency_id=by.agency_id, idva_service_id=panel.idva_service_id, referrer_id=by.user_id,
        referred_on=details.referred_on or timezone.localdate(), submitted_at=timezone.now(), reason=details.reason,
    )  # fmt: skip
    referral.save()
    for party in details.parties:
        add_party(party, referral=referral)
    return referral


def coordinators_of(panel_id: int) -> list[User]:
    """Who runs the panel's desk today."""
    held = PanelOffice.objects.live().filter(panel_id=panel_id, office=Office.COORDINATOR)
    return list(User.objects.filter(pk__in=held.values("membership__user_id"), is_active=True))


def advisers_of(service: Agency | int | None) -> list[User]:
    """The advisers of an IDVA service."""
    service_id = getattr(service, "pk", service)
    members = Membership.objects.live().filter(agency_id=service_id, role=Role.IDVA)
    return list(User.objects.filter(pk__in=members.values("user_id"), is_active=True))


def take_on(*, by: Viewer, referral: Referral, version: int | None = None) -> Referral:
    """The adviser takes the client on; on acceptance, or by the office afterwards, the case is assigned to her. Raises `Refused`, `NotNow`, `Stale`."""
    referral = claim(by, referral, version)
    check_can_take_on(by, referral)
    if referral.adviser_id is not None:
        raise NotNow("An adviser has taken this client on already.")
    if referral.status not in CAN_BE_TAKEN_ON:
        raise NotNow("The referral did not become a case, so there is no client to take on.")
    with recording(by=by, event="referral.taken_on", subject=f"referral {referral.reference}"):
        referral.adviser_id = by.user_id
        referral.save()
        if referral.status == Referral.Status.ACCEPTED:
            notify(by=by, users=coordinators_of(referral.panel_id), kind="adviser_waits", subject=referral.reference)
    return referral


def answer(*, by: Viewer, referral: Referral, reason: str, version: int | None = None) -> Referral:
    """Give the information that was asked for. The referral waits again; `submitted_at` stays (domain: MARAC 2.4)."""
    referral = claim(by, referral, version)
    check_can_speak_for(by, referral.agency_id)
    if referral.status != Referral.Status.RETURNED:
        raise NotNow("Nobody has asked for more information on this referral.")
    with recording(by=by, event="referral.answered", subject=f"referral {referral.reference}"):
        referral.reason = reason
        referral.status = Referral.Status.SUBMITTED
        referral.save()
        notify(by=by, users=coordinators_of(referral.panel_id), kind="referral_answered", subject=referral.reference)
    return referral


def withdraw(*, by: Viewer, referral: Referral, reason: str, version: int | None = None) -> Referral:
    """The referring agency takes its referral back, with a reason."""
    referral = claim(by, referral, version)
    check_can_speak_for(by, referral.agency_id)
    check_move(REFERRAL_MOVES, referral.status, Referral.Status.WITHDRAWN)
    with recording(by=by, event="referral.withdrawn", subject=f"referral {referral.reference}", reason=reason):
        referral.status = Referral.Status.WITHDRAWN
        referral.save()
        notify(by=by, users=coordinators_of(referral.panel_id), kind="referral_withdrawn", subject=referral.reference)
    return referral
