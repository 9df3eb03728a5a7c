"""What a MARAC does besides what every panel does: making a referral with its criteria, assessing, and an adviser's tries to reach a client."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import Refused, check_can_refer
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.assessments import AssessmentDetails, add_assessment
from casework.commands.notify import notify
from casework.commands.queue import queue
from casework.commands.referrals import ReferralDetails, add_referral, advisers_of, coordinators_of
from casework.models import Assessment, Case, Panel, PartyRole, Referral
from casework.queries.calendar import working_days_after
from marac.models import AdviserContact, Awareness, Consent, Criterion, MaracReferral
from marac.queries import FIRST_CONTACT_WORKING_DAYS

event_types.register(contact_recorded="recorded a try to reach the client")


@dataclass
class MaracDetails:
    """The MARAC's own part of a referral (domain: MARAC 2.2, 2.3)."""

    criteria: Sequence[str]
    consent: str
    awareness: str
    no_consent_reason: str = ""
    not_aware_reason: str = ""
    incident_on: date | None = None
    incident_count: int | None = None
    perpetrator_unknown: str = ""
    children: str = ""
    imported_texts: dict = field(default_factory=dict)


def submit_referral(
    *, by: Viewer, panel: Panel, details: ReferralDetails, marac: MaracDetails, assessment: AssessmentDetails | None
) -> Referral:
    """Refer to a MARAC. The office and the IDVA service are told at once, and the repeat and identity check is queued.

    Raises `Refused` for somebody who does not refer to this panel, `ValidationError` for what a referral cannot lack.
    """
    check_can_refer(by, panel)
    _check_complete(details, marac, assessment)
    with recording(by=by, event="referral.submitted") as record:
        referral = add_referral(by=by, panel=panel, details=details)
        record.subject = f"referral {referral.reference}"
        MaracReferral(referral=referral, **vars(marac)).save()
        if assessment is not None:
            add_assessment(by=by, details=assessment, referral=referral)
        _tell(by, panel, referral)
    queue("matching.check", by=by, referral_id=referral.pk)
    queue("conflicts.of_referral", by=by, referral_id=referral.pk)
    return referral


def _tell(by: Viewer, panel: Panel, referral: Referral) -> None:
    due = working_days_after(timezone.localdate(), FIRST_CONTACT_WORKING_DAYS)
    notify(by=by, users=coordinators_of(panel.pk), kind="referral_received", subject=referral.reference)
    notify(
        by=by, users=advisers_of(panel.idva_service_id), kind="client_referred", subject=referral.reference, due_on=due
    )


def _check_complete(details: ReferralDetails, marac: MaracDetails, assessment: AssessmentDetails | None) -> None:
    """The least that a referral needs, whoever calls. A form says the same beside its fields, in its own words."""
    victims = [party for party in details.parties if party.role == PartyRole.VICTIM]
    if len(victims) != 1 or not (victims[0].family_name or victims[0].given_names):
        raise ValidationError("A referral is about one victim, whose name must be given.")
    if not victims[0].safe_contacts:
        raise ValidationError("Say whether there is a safe way to reach the victim.")
    if not set(marac.criteria) or not set(marac.criteria) <= set(Criterion.values):
        raise ValidationError("Choose at least one criterion.")
    if marac.consent == Consent.NOT_RECORDED or marac.awareness == Awareness.NOT_RECORDED:
        raise ValidationError("“Not recorded” is for imports alone.")
    if (
        not any(party.role == PartyRole.ALLEGED_PERPETRATOR for party in details.parties)
        and not marac.perpetrator_unknown
    ):
        raise ValidationError("Name the alleged perpetrator, or say why the identity is not known.")
    if not details.reason:
        raise ValidationError("Say why this needs a MARAC.")
    if Criterion.PROFESSIONAL_JUDGEMENT in marac.criteria and not (assessment and assessment.judgement_reason):
        raise ValidationError("Professional judgement needs its reason.")


def assess(
    *, by: Viewer, details: AssessmentDetails, referral: Referral | None = None, case: Case | None = None
) -> Assessment:
    """Sign a new assessment of a referral or case that the viewer may see; it supersedes the last and changes nothing."""
    if by.speaks_for is None:
        raise Refused("Only somebody who speaks for an agency signs an assessment.")
    where = {"referral": referral, "case": case}
    latest = visible(by, Assessment).filter(**where).order_by("-assessed_on", "-pk").first()
    cases, subject = ([case.reference], "") if case else ([], f"referral {referral.reference}")
    with recording(by=by, event="assessment.signed", cases=cases, subject=subject):
        return add_assessment(by=by, details=details, supersedes=latest, **where)


def record_contact(
    *, by: Viewer, channel: str, result: str, note: str = "", referral: Referral | None = None, case: Case | None = None
) -> AdviserContact:
    """Note a try to reach the client, for the IDVA service alone. Exactly one of `referral` and `case`."""
    if by.role != "idva" or by.speaks_for is None:
        raise Refused("Only an adviser of the IDVA service records how she tried to reach a client.")
    subject, cases = (f"referral {referral.reference}", []) if referral else ("", [case.reference])
    with recording(by=by, event="contact.recorded", subject=subject, cases=cases, details={"result": result}):
        contact = AdviserContact(
            referral=referral,
            case=case,
            agency_id=by.agency_id,
            made_at=timezone.now(),
            channel=channel,
            result=result,
            note=note,
        )
        contact.save()
    return contact
