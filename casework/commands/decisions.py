"""Deciding to share, or not to: one record of the power, the condition, necessity, the victim's views, who decided and when.

Every disclosure goes through `decide`; what cannot be relied on is refused with the sentences of `casework.access.gateways`
(domain: information sharing 1.1 GW-01 to GW-06, 3.1 DSC-01).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from casework.access.gateways import reasons_against, reasons_against_condition
from casework.access.policies import check_agreement_reviewed
from casework.access.viewer import Viewer
from casework.models import (
    Agency,
    Case,
    Consent,
    DataClass,
    DecisionCase,
    DecisionItem,
    DecisionRecipient,
    DisclosureDecision,
    InformationItem,
    LegalCondition,
    LegalGateway,
    Meeting,
    Panel,
    Purpose,
    new_reference,
)
from casework.queries.decisions import classes_of, discloser_for, switched

event_types.register(disclosure_decided="decided to share, and why")

IN_CONFIDENCE = {DataClass.HEALTH_CONFIDENTIAL, DataClass.COUNSELLING}
AGREED = {"", Consent.GIVEN, Consent.NOT_APPLICABLE, Consent.AS_REFERRED}
REASONS = 4000


@dataclass(frozen=True)
class Answers:
    """What a person answered: the power, the lawful basis with its condition, and her reasons in words.

    `consent` is recorded and is not the lawful basis. `outcome` "refused" needs `refusal_reason` alone; "partly" needs both.
    `decided_at`: when it was decided, if that was earlier than now; then `late_reason` says why it is recorded late.
    """

    gateway: LegalGateway | None
    condition: LegalCondition | None
    purpose: str
    necessity: str
    victim_views: str
    consent: str = ""
    override_reason: str = ""
    confidence: str = ""
    advice: str = ""
    refusal_reason: str = ""
    outcome: str = DisclosureDecision.Outcome.SHARED
    decided_at: datetime | None = None
    late_reason: str = ""


def decide(
    *,
    by: Viewer,
    kind: str,
    panel: Panel,
    answers: Answers,
    case: Case | None = None,
    meeting: Meeting | None = None,
    agency: Agency | None = None,
    items: Sequence[InformationItem] = (),
    held_back: Sequence[InformationItem] = (),
    recipients: Sequence[Agency] = (),
    cases: Iterable[tuple[Case, str]] = (),
    supersedes: DisclosureDecision | None = None,
    state: str = DisclosureDecision.State.FINAL,
) -> DisclosureDecision:
    """Record a decision with its items, recipients and cases. A step of a command: called inside its recording, before the grants.

    `agency` is whose own decision it is; the panel's office leaves it out and discloses as the agency it acts for. `cases` are
    pairs of a case and the reason given at its referral. Raises `ValidationError` under the names of the fields of `Answers`, and
    `NotNow` past the review of the agreement.
    """
    if answers.outcome != DisclosureDecision.Outcome.REFUSED:
        check_agreement_reviewed(panel)
    discloser = discloser_for(agency.pk if agency else by.agency_id)
    check_answers(answers, panel=panel, discloser=discloser, recipients=recipients, data_classes=classes_of(items))
    now = timezone.now()
    row = answers.gateway
    decision = DisclosureDecision(
        reference=new_reference(), kind=kind, panel=panel, case=case, meeting=meeting, agency=agency, state=state,
        supersedes=supersedes, gateway_version=row.version if row else None, decided_by_id=by.user_id, recorded_at=now,
        **vars(answers) | {"decided_at": answers.decided_at or now},
    )  # fmt: skip
    decision.save()
    _write_parts(decision, items, held_back, recipients, cases)
    return decision


def check_answers(
    answers: Answers, *, panel: Panel, discloser: Agency, recipients: Iterable[Agency], data_classes: set[str]
) -> None:
    """Raise `ValidationError` with the sentences, by field, that speak against a decision with these answers."""
    refused = answers.outcome == DisclosureDecision.Outcome.REFUSED
    found = _of_the_time(answers) | _of_a_refusal(answers)
    if not refused:
        found |= _of_the_words(answers, data_classes)
        found |= _of_the_law(answers, panel, discloser, list(recipients), data_classes)
    if found:
        raise ValidationError(found)


def _of_the_time(answers: Answers) -> dict[str, list[str]]:
    if answers.decided_at is None:
        return {}
    if answers.decided_at > timezone.now():
        return {"decided_at": ["When it was decided must not be in the future."]}
    return {} if answers.late_reason.strip() else {"late_reason": ["Say why this is recorded later than decided."]}


def _of_a_refusal(answers: Answers) -> dict[str, list[str]]:
    if answers.outcome == DisclosureDecision.Outcome.SHARED or answers.refusal_reason.strip():
        return {}
    return {"refusal_reason": ["Say why it is not shared."]}


def _of_the_words(answers: Answers, data_classes: set[str]) -> dict[str, list[str]]:
    wanted = {
        "necessity": (answers.necessity, "Say why sharing is necessary."),
        "victim_views": (answers.victim_views, "Say what the victim's views are, or why they are not known."),
    }
    if answers.consent not in AGREED:
        wanted["override_reason"] = (answers.override_reason, "Say why it is shared without agreement.")
    if data_classes & IN_CONFIDENCE:
        wanted["confidence"] = (answers.confidence, "Say how the duty of confidence is met.")
    return {name: [sentence] for name, (text, sentence) in wanted.items() if not text.strip()}


def without_agreement(answers: Answers) -> list[str]:
    """What speaks against a power that needs the person's agreement, where it was not given."""
    needs = answers.gateway is not None and answers.gateway.consent_rule == LegalGateway.ConsentRule.REQUIRED
    return ["This power needs the person's agreement."] if needs and answers.consent != Consent.GIVEN else []


def _of_the_law(
    answers: Answers, panel: Panel, discloser: Agency, recipients: list[Agency], data_classes: set[str]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    today = timezone.localdate(answers.decided_at) if answers.decided_at else timezone.localdate()
    if answers.purpose not in Purpose.values:
        found["purpose"] = ["Choose what it is shared for."]
    if answers.gateway is None:
        found["gateway"] = ["Choose the power to share."]
    elif "purpose" not in found:
        found["gateway"] = without_agreement(answers) + reasons_against(
            answers.gateway, discloser=discloser, recipients=recipients, purpose=answers.purpose, data_classes=data_classes,
            on=today, panel_kind=panel.kind, switched=switched(panel.partnership_id),
        )  # fmt: skip
    if answers.condition is None:
        found["condition"] = ["Choose the lawful basis."]
    else:
        found["condition"] = reasons_against_condition(
            answers.condition, agency_type=discloser.type, data_classes=data_classes, on=today, panel_kind=panel.kind
        )
    return {name: sentences for name, sentences in found.items() if sentences}


def _write_parts(
    decision: DisclosureDecision,
    items: Sequence[InformationItem],
    held_back: Sequence[InformationItem],
    recipients: Sequence[Agency],
    cases: Iterable[tuple[Case, str]],
) -> None:
    for agency in recipients:
        DecisionRecipient(decision=decision, agency=agency).save()
    for case, reason in cases:
        DecisionCase(decision=decision, case=case, reason=reason[:REASONS]).save()
    for shared, several in ((True, items), (False, held_back)):
        for item in several:
            DecisionItem(
                decision=decision, case_id=item.case_id, item=item, item_version=item.version, agency_id=item.agency_id,
                shared=shared, data_classes=item.data_classes, audience=item.audience,
            ).save()  # fmt: skip
