"""Signed risk assessments: made once, never changed; a new one supersedes."""

from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Assessment, AssessmentAnswer, Case, InstrumentVersion, Referral
from casework.risk.scoring import items, score

event_types.register(assessment_signed="signed a risk assessment")


@dataclass
class AssessmentDetails:
    """Answers to one version of an instrument: {item id: (value, comment)}, and the assessor's own judgement."""

    instrument_version: InstrumentVersion
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)
    assessed_on: date | None = None
    professional_judgement: bool = False
    judgement_reason: str = ""


def version_in_force(instrument_key: str, on: date) -> InstrumentVersion:
    """The version of an instrument in force on a day; the highest number where several are. Raises `InstrumentVersion.DoesNotExist`."""
    found = [
        version
        for version in InstrumentVersion.objects.filter(instrument__key=instrument_key)
        .select_related("instrument")
        .order_by("-number")
        if (version.in_force_from or date.min) <= on <= (version.in_force_to or date.max)
    ]
    if not found:
        raise InstrumentVersion.DoesNotExist(f"No version of {instrument_key} is in force.")
    return found[0]


def add_assessment(
    *,
    by: Viewer,
    details: AssessmentDetails,
    case: Case | None = None,
    referral: Referral | None = None,
    supersedes: Assessment | None = None,
) -> Assessment:
    """Write an assessment with the score by the rule of its day. A step of a command: called inside its recording."""
    on = details.assessed_on or timezone.localdate()
    if details.professional_judgement and not details.judgement_reason:
        raise ValidationError({"judgement_reason": "Say why, in your professional judgement, the risk is high."})
    values = {
        item["id"]: details.answers.get(item["id"], ("", ""))[0] for item in items(details.instrument_version.content)
    }
    found = score(details.instrument_version.content, values, on)
    completed = any(values.values())
    assessment = Assessment(
        case=case, referral=referral, instrument_version=details.instrument_version, agency_id=by.agency_id, assessor_id=by.user_id,
        assessed_on=on, score=found.score if completed else None, not_known=found.open_items, threshold=found.threshold,
        professional_judgement=details.professional_judgement, judgement_reason=details.judgement_reason, supersedes=supersedes,
    )  # fmt: skip
    assessment.save()
    for item, (value, comment) in details.answers.items():
        if value or comment:
            AssessmentAnswer(
                case=case, referral=referral, assessment=assessment, item=item, value=value, comment=comment
            ).save()
    return assessment


COPIED = [
    "instrument_version_id",
    "agency_id",
    "assessor_id",
    "assessed_on",
    "score",
    "not_known",
    "threshold",
    "professional_judgement",
    "judgement_reason",
]


def copy_assessments(by: Viewer, referral: Referral, case: Case) -> list[Assessment]:
    """Copy a referral's assessments into its case, with the scores of their days. A step of a command."""
    copies: dict[int, Assessment] = {}
    for old in visible(by, Assessment).filter(referral=referral).order_by("pk"):
        new = Assessment(
            case=case, supersedes=copies.get(old.supersedes_id), **{name: getattr(old, name) for name in COPIED}
        )
        new.save()
        copies[old.pk] = new
        for answer in visible(by, AssessmentAnswer).filter(assessment=old).order_by("pk"):
            AssessmentAnswer(
                case=case, assessment=new, item=answer.item, value=answer.value, comment=answer.comment
            ).save()
    return list(copies.values())
