"""Sharing outside a meeting, under a decision of its own: the office gives a case, an agency a statement (domain: information sharing 3.1)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_run_office, check_can_speak_for
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.access import grant_to_agency
from casework.commands.decisions import Answers, classes_of, decide
from casework.commands.locking import claim
from casework.commands.notify import notify
from casework.commands.research import objections
from casework.models import (
    Agency,
    Audience,
    Basis,
    Case,
    DisclosureDecision,
    InformationItem,
    ItemAudience,
)
from casework.queries.calendar import end_of_day
from casework.queries.notices import register_notice
from casework.queries.seats import speakers_of
from casework.queries.sharing import may_be_given, own_statements, readers_of

event_types.register(
    case_given="gave the case to agencies outside a meeting",
    statements_shared="shared statements outside a meeting",
)
register_notice("case_shared", "A case, or a statement in it, was shared with your agency", "case")
LONGEST = timedelta(days=365)


@dataclass(frozen=True)
class Fresh:
    """A new statement that is written down to be shared. `others`: whom else it is about, by relationship."""

    text: str
    assertion_type: str
    data_classes: Sequence[str]
    others: str = ""
    proportionality: str = ""


def give_case(
    *, by: Viewer, case: Case, agencies: Sequence[Agency], until: date, reach: int, answers: Answers
) -> DisclosureDecision:
    """Let agencies of the panel read the case until the end of a day, at most a year ahead.

    Raises `Refused`, `NotNow`, and `ValidationError` for a day that is not ahead or an agency that has no live seat or reads it already.
    """
    check_can_run_office(by, case.panel_id)
    case = claim(by, case)
    _check_known(agencies, may_be_given(by, case))
    today = timezone.localdate()
    if not today < until <= today + LONGEST:
        raise ValidationError("The last day must be after today, and within a year.")
    with recording(by=by, event="case.given", cases=[case.reference]) as record:
        decision = decide(
            by=by,
            kind=DisclosureDecision.Kind.AD_HOC,
            panel=case.panel,
            case=case,
            answers=answers,
            recipients=agencies,
        )
        for agency in agencies:
            grant_to_agency(
                by=by, case=case, group_id=agency.group_id, basis=Basis.STANDING, decision=decision, expires_at=end_of_day(until),
                reach=reach,
            )  # fmt: skip
        _tell(by, case, agencies)
        record.details = {"decision": decision.reference, "agencies": [agency.slug for agency in agencies]}
    return decision


def share_statements(
    *,
    by: Viewer,
    case: Case,
    agencies: Sequence[Agency],
    items: Collection[int],
    answers: Answers,
    fresh: Fresh | None = None,
) -> DisclosureDecision:
    """Let agencies that read the case read statements (keys) of her own agency too, and perhaps a new one.

    A statement of a class that waits stays closed until a second person has released it. Raises `Refused`, `ValidationError`.
    """
    check_can_speak_for(by, by.agency_id)
    _check_known(agencies, readers_of(by, case))
    chosen = list(own_statements(by, case).filter(pk__in=items))
    if len(chosen) != len(set(items)) or not (chosen or fresh):
        raise ValidationError("Tick a statement of your agency, or write one.")
    with recording(by=by, event="statements.shared", cases=[case.reference]) as record:
        shared = [_opened(item) for item in chosen] + ([_written(by, case, fresh)] if fresh else [])
        if found := objections(answers, classes_of(shared)):
            raise ValidationError(found)
        _name_readers(by, shared, agencies)
        decision = decide(
            by=by, kind=DisclosureDecision.Kind.AD_HOC, panel=case.panel, case=case, answers=answers, items=shared,
            agency=Agency.objects.get(pk=by.agency_id), recipients=agencies,
        )  # fmt: skip
        _tell(by, case, agencies)
        record.details = {"decision": decision.reference, "items": len(shared)}
    return decision


def _check_known(agencies: Sequence[Agency], known: Sequence[Agency]) -> None:
    if not agencies or not {agency.pk for agency in agencies} <= {agency.pk for agency in known}:
        raise ValidationError("Choose among the agencies that are offered.")


def _opened(item: InformationItem) -> InformationItem:
    if item.audience != Audience.NAMED_AGENCIES:
        item.audience = Audience.NAMED_AGENCIES
        item.save()
    return item


def _written(by: Viewer, case: Case, fresh: Fresh) -> InformationItem:
    if fresh.others and not fresh.proportionality:
        raise ValidationError("Say why a statement about somebody else is justified towards them.")
    item = InformationItem(
        case=case, agency_id=by.agency_id, author_id=by.user_id, place=InformationItem.Place.RISK, made_at=timezone.now(),
        assertion_type=fresh.assertion_type, audience=Audience.NAMED_AGENCIES, data_classes=list(fresh.data_classes),
        text=fresh.text, others=fresh.others, proportionality=fresh.proportionality,
        never_to_perpetrator=case.panel.plugin.never_to_perpetrator,
    )  # fmt: skip
    item.save()
    return item


def _name_readers(by: Viewer, items: Sequence[InformationItem], agencies: Sequence[Agency]) -> None:
    for item in items:
        named = set(visible(by, ItemAudience).filter(item=item).values_list("agency_id", flat=True))
        for agency in agencies:
            if agency.pk not in named:
                ItemAudience(item=item, case_id=item.case_id, owner_id=item.agency_id, agency=agency).save()


def _tell(by: Viewer, case: Case, agencies: Sequence[Agency]) -> None:
    users = {user for agency in agencies for user in speakers_of(agency.pk, case.panel)}
    notify(by=by, users=users, kind="case_shared", subject=case.reference)
