"""What agencies answer about a hearing: items of information, or that nothing is known."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_speak_for
from casework.access.policies import check_on_an_open_agenda
from casework.access.viewer import Viewer
from casework.commands.locking import claim
from casework.models import Audience, Hearing, InformationItem, ItemAudience, ResearchReturn

event_types.register(
    research_returned="returned research on the case",
    research_nothing_known="said that nothing is known",
    wishes_recorded="recorded the victim's wishes for a hearing",
)


@dataclass(frozen=True)
class Statement:
    """One statement as its agency makes it. `named` are keys of agencies, for the audience of that kind alone."""

    assertion_type: str
    audience: str
    text: str = ""
    data_classes: list[str] = field(default_factory=list)
    said_on: date | None = None
    named: list[int] = field(default_factory=list)


def return_research(*, by: Viewer, asked: ResearchReturn, statements: list[Statement]) -> ResearchReturn:
    """Add statements to an agency's return; more may follow until the meeting is over. Raises `ValidationError`, `NotNow`."""
    check_can_speak_for(by, asked.agency_id)
    asked = claim(by, asked)
    check_on_an_open_agenda(asked.hearing)
    if not statements:
        raise ValidationError("Write at least one statement, or answer “nothing known”.")
    with recording(by=by, event="research.returned", cases=[asked.case.reference], details={"items": len(statements)}):
        for statement in statements:
            add_item(by=by, hearing=asked.hearing, statement=statement, place=InformationItem.Place.RETURN, asked=asked)
        _answer(by, asked, ResearchReturn.Status.RETURNED)
    return asked


def nothing_known(*, by: Viewer, returns: Iterable[ResearchReturn]) -> int:
    """Answer "nothing known" for any number of hearings in one step; how many. One that was answered meanwhile is left alone."""
    answered = 0
    for asked in sorted(returns, key=lambda row: row.pk):
        check_can_speak_for(by, asked.agency_id)
        asked = claim(by, asked)
        check_on_an_open_agenda(asked.hearing)
        if asked.status == ResearchReturn.Status.REQUESTED:
            with recording(by=by, event="research.nothing_known", cases=[asked.case.reference]):
                _answer(by, asked, ResearchReturn.Status.NOTHING_KNOWN)
            answered += 1
    return answered


def record_wishes(*, by: Viewer, hearing: Hearing, statement: Statement) -> InformationItem:
    """What the victim wants from the meeting, in the words of whoever speaks for her."""
    check_can_speak_for(by, by.agency_id)
    hearing = claim(by, hearing)
    check_on_an_open_agenda(hearing)
    with recording(by=by, event="wishes.recorded", cases=[hearing.case.reference]):
        return add_item(by=by, hearing=hearing, statement=statement, place=InformationItem.Place.WISHES)


def add_item(
    *, by: Viewer, hearing: Hearing, statement: Statement, place: str, asked: ResearchReturn | None = None
) -> InformationItem:
    """Write one statement of the acting agency. A step of a command: called inside its recording.

    What is only said at the meeting has no content. Named readers stand in rows of their own, for the policy.
    """
    item = InformationItem(
        case_id=hearing.case_id, hearing=hearing, research_return=asked, agency_id=by.speaks_for, author_id=by.user_id,
        place=place, assertion_type=statement.assertion_type, audience=statement.audience,
        data_classes=statement.data_classes, said_on=statement.said_on, made_at=timezone.now(),
        text="" if statement.audience == Audience.VERBAL_ONLY else statement.text,
    )  # fmt: skip
    item.save()
    if statement.audience == Audience.NAMED_AGENCIES:
        for agency_id in sorted(set(statement.named) - {by.speaks_for}):
            ItemAudience(item=item, case_id=hearing.case_id, owner_id=by.speaks_for, agency_id=agency_id).save()
    return item


def _answer(by: Viewer, asked: ResearchReturn, status: str) -> None:
    asked.status = status
    asked.returned_by_id, asked.returned_at = by.user_id, timezone.now()
    asked.save()
