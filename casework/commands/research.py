"""What agencies answer about a hearing: statements with their own decision to share, that nothing is known, or that nothing is shared."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_speak_for
from casework.access.policies import check_on_an_open_agenda
from casework.access.viewer import Viewer
from casework.commands.decisions import AGREED, IN_CONFIDENCE, Answers, classes_of, decide, without_agreement
from casework.commands.locking import claim
from casework.models import (
    Agency,
    Audience,
    Consent,
    DataClass,
    DisclosureDecision,
    Hearing,
    InformationItem,
    ItemAudience,
    ItemSource,
    ResearchReturn,
)
from casework.queries.research import at_the_table
from casework.queries.seats import chairing_agencies

event_types.register(
    research_returned="returned research on the case",
    research_withheld="held something about the case and did not share it",
    research_nothing_known="said that nothing is known",
    wishes_recorded="recorded the victim's wishes for a hearing",
)
Outcome = DisclosureDecision.Outcome
EVERYBODY = (Audience.ALL_PRESENT, Audience.ALL_SIGNATORIES, Audience.VERBAL_ONLY)


@dataclass(frozen=True)
class Statement:
    """One statement as its agency makes it. `named` are keys of agencies, for the audience of that kind alone.

    One that is not `shared` stays with its agency. `others` says by relationship whom it is about besides victim and alleged
    perpetrator, `proportionality` why that is justified towards them. `source`: who told the agency, where that is protected.
    """

    assertion_type: str
    audience: str
    text: str = ""
    data_classes: list[str] = field(default_factory=list)
    said_on: date | None = None
    named: list[int] = field(default_factory=list)
    shared: bool = True
    others: str = ""
    proportionality: str = ""
    source_protected: bool = False
    source: str = ""
    never_to_perpetrator: bool = True

    @property
    def stays(self) -> bool:
        """Its own agency alone will read it."""
        return not self.shared or self.audience == Audience.OWNER_ONLY


def return_research(
    *, by: Viewer, asked: ResearchReturn, statements: list[Statement], answers: Answers
) -> DisclosureDecision:
    """Add statements to an agency's return, with its own decision about them; more may follow until the meeting is over.

    Who is given them follows from their audiences; what stays with the agency is listed as held back. Nothing is shared unless
    every recipient can be given it under the power in `answers`. Raises `ValidationError` by the names of `Answers`, `NotNow`.
    """
    check_can_speak_for(by, asked.agency_id)
    asked = claim(by, asked)
    check_on_an_open_agenda(asked.hearing)
    if not statements:
        raise ValidationError("Write at least one statement, or answer “nothing known”.")
    with recording(
        by=by, event="research.returned", cases=[asked.case.reference], details={"items": len(statements)}
    ) as record:
        made = [
            (
                row,
                add_item(by=by, hearing=asked.hearing, statement=row, place=InformationItem.Place.RETURN, asked=asked),
            )
            for row in statements
        ]
        decision = _decide(by, asked, made, answers)
        _answer(by, asked, ResearchReturn.Status.RETURNED)
        record.details |= {"decision": decision.reference, "outcome": decision.outcome}
    return decision


def objections(answers: Answers, data_classes: set[str]) -> dict[str, list[str]]:
    """What speaks against the words of a decision to share, by field, besides what `decide` itself tests.

    A power that needs agreement needs it given; confidential health information goes without agreement only on advice
    (domain: information sharing 3.1); why nobody agreed, and how confidence is met, is said.
    """
    found = {}
    agreed = answers.consent == Consent.GIVEN
    if against := without_agreement(answers):
        found["gateway"] = against
    if answers.consent not in AGREED and not answers.override_reason.strip():
        found["override_reason"] = ["Say why it is shared without agreement."]
    if data_classes & IN_CONFIDENCE and not answers.confidence:
        found["confidence"] = ["Say how the duty of confidence is met."]
    if DataClass.HEALTH_CONFIDENTIAL in data_classes and not agreed and not answers.advice.strip():
        found["advice"] = ["Say whose advice was taken on sharing confidential health information without agreement."]
    return found


def _decide(
    by: Viewer, asked: ResearchReturn, made: list[tuple[Statement, InformationItem]], answers: Answers
) -> DisclosureDecision:
    items = [item for row, item in made if not row.stays]
    held_back = [item for row, item in made if row.stays]
    if items and (found := objections(answers, classes_of(items))):
        raise ValidationError(found)
    return decide(
        by=by, kind=DisclosureDecision.Kind.OWN, panel=asked.hearing.meeting.panel, case=asked.case,
        agency=Agency.objects.select_related("acts_on_behalf_of").get(pk=asked.agency_id),
        answers=replace(answers, outcome=outcome_of(len(items), len(held_back))), items=items, held_back=held_back,
        recipients=recipients_of(by, asked.hearing, [row for row, _ in made]),
    )  # fmt: skip


def outcome_of(shared: int, held_back: int) -> str:
    """What came of a decision about so many statements."""
    if not shared:
        return Outcome.REFUSED
    return Outcome.PARTLY if held_back else Outcome.SHARED


def recipients_of(by: Viewer, hearing: Hearing, statements: Iterable[Statement]) -> list[Agency]:
    """The agencies that are given something by these statements, besides the one that makes them, by name.

    What is for the chair alone goes to the agencies of the chair and her deputy. Raises `ValidationError` for an agency
    named that does not sit at the table.
    """
    shared = [row for row in statements if not row.stays]
    table = {agency.pk: agency for agency in at_the_table(by, hearing)}
    named = {pk for row in shared for pk in row.named if row.audience == Audience.NAMED_AGENCIES} - {by.speaks_for}
    if named - set(table):
        raise ValidationError("Name only agencies with a seat on the panel.")
    found = table if any(row.audience in EVERYBODY for row in shared) else {pk: table[pk] for pk in named}
    if any(row.audience == Audience.CHAIR_ONLY for row in shared):
        found |= {agency.pk: agency for agency in chairing_agencies(hearing.meeting.panel)}
    return sorted((agency for pk, agency in found.items() if pk != by.speaks_for), key=lambda agency: agency.name)


def withhold_research(*, by: Viewer, asked: ResearchReturn, reason: str, advice: str = "") -> DisclosureDecision:
    """The agency holds something and will not share it: why, and on whose advice; never what it is. Raises `ValidationError`, `NotNow`."""
    check_can_speak_for(by, asked.agency_id)
    asked = claim(by, asked)
    check_on_an_open_agenda(asked.hearing)
    answers = Answers(
        gateway=None, condition=None, purpose="", necessity="", victim_views="", refusal_reason=reason, advice=advice,
        outcome=Outcome.REFUSED,
    )  # fmt: skip
    with recording(by=by, event="research.withheld", cases=[asked.case.reference]) as record:
        decision = _decide(by, asked, [], answers)
        _answer(by, asked, ResearchReturn.Status.RETURNED)
        record.details["decision"] = decision.reference
    return decision


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

    What is only said at the meeting has no content. Named readers stand in rows of their own, for the policy; so does a
    protected source, encrypted.
    """
    audience = Audience.OWNER_ONLY if statement.stays else statement.audience
    item = InformationItem(
        case_id=hearing.case_id, hearing=hearing, research_return=asked, agency_id=by.speaks_for, author_id=by.user_id,
        place=place, assertion_type=statement.assertion_type, audience=audience,
        data_classes=statement.data_classes, said_on=statement.said_on, made_at=timezone.now(),
        text="" if audience == Audience.VERBAL_ONLY else statement.text,
        never_to_perpetrator=statement.never_to_perpetrator, source_protected=statement.source_protected,
        others=statement.others, proportionality=statement.proportionality,
    )  # fmt: skip
    _check_weighed(item)
    item.save()
    if audience == Audience.NAMED_AGENCIES:
        for agency_id in sorted(set(statement.named) - {by.speaks_for}):
            ItemAudience(item=item, case_id=hearing.case_id, owner_id=by.speaks_for, agency_id=agency_id).save()
    if item.source_protected and statement.source:
        source = ItemSource(item=item, case_id=hearing.case_id, agency_id=by.speaks_for)
        source.hide(statement.source)
        source.save()
    return item


def _check_weighed(item: InformationItem) -> None:
    if item.others and not item.proportionality:
        raise ValidationError("Say why a statement about somebody else is justified towards them.")


def _answer(by: Viewer, asked: ResearchReturn, status: str) -> None:
    asked.status = status
    asked.returned_by_id, asked.returned_at = by.user_id, timezone.now()
    asked.save()
