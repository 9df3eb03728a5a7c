"""The register of interventions: recording one, its conditions and breaches, and what becomes of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_record_intervention
from casework.access.policies import INTERVENTION_MOVES, NotNow, check_move
from casework.access.scope import one_or_404, visible
from casework.access.viewer import Viewer
from casework.commands.locking import claim
from casework.commands.reference_data import loader, put
from casework.models import Agency, Breach, Case, Condition, Intervention, InterventionType, Party, new_reference
from casework.queries.interventions import needs_age_check

event_types.register(
    intervention_recorded="recorded an intervention",
    intervention_moved="changed the status of an intervention",
    intervention_conditions_added="added conditions to an intervention",
    intervention_breached="recorded a breach of an intervention",
)
Status = Intervention.Status
FIRST = (Status.PROPOSED, Status.AGREED, Status.IN_FORCE, Status.EXPIRED, Status.ENDED)
HISTORIC = (Status.IN_FORCE, Status.EXPIRED, Status.ENDED)
BREACHABLE = (Status.IN_FORCE, Status.BREACHED, Status.EXPIRED, Status.ENDED)


@dataclass
class InterventionDetails:
    """What is recorded. `conditions` are (text, is a requirement); `age_check` says how the age was settled where that is asked for."""

    type: InterventionType
    subject: Party
    agency: Agency
    status: str
    reason: str
    starts_on: date | None = None
    ends_on: date | None = None
    age_check: str = ""
    conditions: list[tuple[str, bool]] = field(default_factory=list)


@loader
def load_intervention_types(folder: Path, using: str) -> int:
    """The types in interventions.json, by code."""
    written = 0
    for entry in json.loads((folder / "interventions.json").read_text()):
        values = {name: value for name, value in entry.items() if name != "code"}
        written += put(InterventionType, using, {"code": entry["code"]}, values)
    return written


def record_intervention(*, by: Viewer, case: Case, details: InterventionDetails) -> Intervention:
    """Put an intervention into the register. Raises `Refused`; `ValidationError` by field for what does not fit together."""
    check_can_record_intervention(by, case, details.agency.pk)
    subject = one_or_404(visible(by, Party).filter(case=case), pk=details.subject.pk)
    _check_type(case, details)
    _check_dates(details)
    day = details.starts_on or timezone.localdate()
    asked = needs_age_check(details.type, subject, day)
    if asked and not details.age_check:
        raise ValidationError(
            {
                "age_check": "Say how the person's age was settled. Under 18, or of unknown age, youth justice is consulted first"
            }
        )
    with recording(by=by, event="intervention.recorded", cases=[case.reference], reason=details.age_check) as record:
        made = Intervention(
            reference=new_reference(), case=case, type=details.type, subject=subject, agency=details.agency, status=details.status,
            starts_on=details.starts_on, ends_on=details.ends_on, reason=_with_age_check(details), recorded_by_id=by.user_id,
        )  # fmt: skip
        made.save()
        record.subject = f"intervention {made.reference}"
        record.details = {"type": details.type.code, "age_check": asked, "conditions": len(details.conditions)}
        _write_conditions(made, details.conditions)
    return made


def _with_age_check(details: InterventionDetails) -> str:
    return f"{details.reason}\n\nAge check: {details.age_check}" if details.age_check else details.reason


def _check_type(case: Case, details: InterventionDetails) -> None:
    kind = details.type
    if case.panel.kind not in kind.panel_kinds:
        raise ValidationError({"type": "This panel does not use this type"})
    if details.status not in FIRST:
        raise ValidationError({"status": "An intervention cannot begin with this status"})
    if kind.legacy and details.status not in HISTORIC:
        raise ValidationError(
            {"status": "This type can no longer be issued. Record it as it was made: in force, expired or ended early"}
        )
    if details.status in HISTORIC and details.starts_on is None:
        raise ValidationError({"starts_on": "Enter the day on which it began"})
    if details.starts_on and not _made_while_in_force(kind, details.starts_on):
        raise ValidationError({"starts_on": "This type was not in force on that day"})


def _made_while_in_force(kind: InterventionType, day: date) -> bool:
    return (kind.in_force_from is None or day >= kind.in_force_from) and (
        kind.in_force_to is None or day <= kind.in_force_to
    )


def _check_dates(details: InterventionDetails) -> None:
    first, last, today = details.starts_on, details.ends_on, timezone.localdate()
    if first and last and last < first:
        raise ValidationError({"ends_on": "The last day must not be before the first"})
    if details.status in HISTORIC and first and first > today:
        raise ValidationError({"starts_on": "What begins later is “agreed”, not yet in force"})
    if details.status in (Status.EXPIRED, Status.ENDED) and (last is None or last > today):
        raise ValidationError({"ends_on": "Enter the day on which it ended, today or in the past"})


def _write_conditions(intervention: Intervention, conditions: Sequence[tuple[str, bool]]) -> None:
    for text, positive in conditions:
        Condition(intervention=intervention, case_id=intervention.case_id, text=text, positive=positive).save()


def _claim(by: Viewer, intervention: Intervention, version: int | None) -> Intervention:
    fresh = claim(by, intervention, version)
    check_can_record_intervention(by, fresh.case, fresh.agency_id)
    return fresh


def add_conditions(
    *, by: Viewer, intervention: Intervention, conditions: Sequence[tuple[str, bool]], version: int | None = None
) -> Intervention:
    """Add conditions while the intervention runs or is prepared. Raises `Refused`, `NotNow`, `Stale`."""
    intervention = _claim(by, intervention, version)
    if not INTERVENTION_MOVES[intervention.status]:
        raise NotNow("This intervention is over. Its conditions stay as they were.")
    with recording(
        by=by, event="intervention.conditions_added", cases=[intervention.case.reference],
        subject=f"intervention {intervention.reference}", details={"conditions": len(conditions)},
    ):  # fmt: skip
        _write_conditions(intervention, conditions)
        intervention.save()
    return intervention


def record_breach(
    *,
    by: Viewer,
    intervention: Intervention,
    happened_on: date,
    text: str,
    condition_id: int | None = None,
    version: int | None = None,
) -> Breach:
    """Record a breach as reported; an intervention in force becomes “breached”. Raises `Refused`, `NotNow`, `Stale`, `ValidationError`."""
    intervention = _claim(by, intervention, version)
    if intervention.status not in BREACHABLE:
        raise NotNow("What is not in force cannot be breached.")
    if not _within(intervention, happened_on):
        raise ValidationError({"happened_on": "The intervention was not in force on that day"})
    conditions = visible(by, Condition).filter(intervention=intervention)
    condition = one_or_404(conditions, pk=condition_id) if condition_id else None
    with recording(
        by=by,
        event="intervention.breached",
        cases=[intervention.case.reference],
        subject=f"intervention {intervention.reference}",
    ):
        breach = Breach(
            intervention=intervention, case_id=intervention.case_id, condition=condition, happened_on=happened_on, text=text,
            recorded_by_id=by.user_id,
        )  # fmt: skip
        breach.save()
        if intervention.status == Status.IN_FORCE:
            intervention.status = Status.BREACHED
        intervention.save()
    return breach


def _within(intervention: Intervention, day: date) -> bool:
    first, last = intervention.starts_on, intervention.ends_on
    return (first is None or day >= first) and (last is None or day <= last) and day <= timezone.localdate()


def move_intervention(
    *,
    by: Viewer,
    intervention: Intervention,
    status: str,
    reason: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    version: int | None = None,
) -> Intervention:
    """Change the status by its table, with the dates that this settles. Raises `Refused`, `NotNow`, `Stale`, `ValidationError`.

    Coming into force needs a first day (today unless given); ending early sets the last day (today unless given).
    """
    intervention = _claim(by, intervention, version)
    check_move(INTERVENTION_MOVES, intervention.status, status)
    was, intervention.status = intervention.status, status
    intervention.starts_on = starts_on or intervention.starts_on
    intervention.ends_on = ends_on or intervention.ends_on
    _settle_dates(intervention, ends_on)
    with recording(
        by=by, event="intervention.moved", cases=[intervention.case.reference], subject=f"intervention {intervention.reference}",
        reason=reason, details={"from": was, "to": status},
    ):  # fmt: skip
        intervention.save()
    return intervention


def _settle_dates(intervention: Intervention, ends_on: date | None) -> None:
    today = timezone.localdate()
    if intervention.status == Status.IN_FORCE:
        intervention.starts_on = intervention.starts_on or today
        _check_still_issued(intervention)
    if intervention.status == Status.ENDED:
        intervention.ends_on = ends_on or today
        if intervention.starts_on and intervention.starts_on > intervention.ends_on:
            intervention.starts_on = None  # it ends before it ever began
    if intervention.status == Status.EXPIRED and (intervention.ends_on is None or intervention.ends_on > today):
        raise ValidationError(
            {"ends_on": "It expires when its last day has come. Enter that day, or choose “Ended early”"}
        )
    if intervention.starts_on and intervention.ends_on and intervention.ends_on < intervention.starts_on:
        raise ValidationError({"ends_on": "The last day must not be before the first"})


def _check_still_issued(intervention: Intervention) -> None:
    if intervention.starts_on > timezone.localdate():
        raise ValidationError({"starts_on": "It comes into force today or on a day in the past"})
    if not _made_while_in_force(intervention.type, intervention.starts_on):
        raise ValidationError({"starts_on": "This type was not in force on that day"})
