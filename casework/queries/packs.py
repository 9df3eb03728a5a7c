"""The content of a pack, read as its recipient: what she may not see is never read, so it cannot be drawn."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.documents.content import (
    AgendaLine,
    CaseSection,
    ItemLine,
    MeetingLine,
    PackContent,
    PartyLine,
    PreviousAction,
    RiskAnswer,
    RiskBlock,
)
from casework.models import (
    Action,
    Assessment,
    AssessmentAnswer,
    Case,
    ConflictOfInterest,
    DataClass,
    Hearing,
    InformationItem,
    Meeting,
    Pack,
    Party,
    PartyAddress,
    Referral,
    Seal,
)
from casework.queries.calendar import say_day
from casework.queries.hearings import actions_of, is_content, items_of, returns_of
from casework.queries.meetings import ROLE_ORDER, hearings_of
from casework.risk.scoring import items as instrument_items
from casework.risk.scoring import label as answer_label
from casework.risk.scoring import score_text

HANDLING = (
    "Share only with those who need it to keep somebody safe. Do not copy, forward or file it where a person it is about "
    "could ask to see it. Keep it locked away and shred it when it is no longer needed."
)
CONFIDENTIALITY = (
    "What is said and read here is confidential and is used to keep the people in these cases safe.",
    "Information belongs to the agency that brought it; ask that agency before using it for anything else.",
    "Nothing in this pack may reach an alleged perpetrator, or a record that he or she may ask to see.",
    "Say at once if you know a person in a case: you will leave the room while it is heard.",
)
NOT_RECORDED = "To be said at the meeting. What it says is not recorded."
WIDE_OPEN = ("all_present", "all_signatories")
STILL_COUNTS = (Hearing.Status.CARRIED_OVER, Hearing.Status.REMOVED)


@dataclass(frozen=True)
class PackFrame:
    """What the issuer decides about one copy; everything else is read as the recipient."""

    recipient: str
    copy_number: str
    issued_at: datetime
    decision_reference: str


@dataclass
class _Read:
    """Everything of one meeting that the recipient may read, by case."""

    parties: dict[int, list[Party]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    assessments: dict[int, list[Assessment]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[int, dict[str, AssessmentAnswer]] = field(default_factory=lambda: defaultdict(dict))
    past: dict[int, list[Hearing]] = field(default_factory=lambda: defaultdict(list))
    actions: dict[int, list[Action]] = field(default_factory=lambda: defaultdict(list))
    items: dict[int, list[InformationItem]] = field(default_factory=lambda: defaultdict(list))
    returns: dict[int, list] = field(default_factory=lambda: defaultdict(list))
    referrals: dict[int, Referral] = field(default_factory=dict)


def compose(viewer: Viewer, meeting: Meeting, frame: PackFrame) -> PackContent:
    """The pack of one recipient. `viewer` must be the recipient (`as_recipient`, `as_office`), never the issuer."""
    hearings = list(hearings_of(viewer, meeting))
    found = _read(viewer, meeting, hearings)
    day = timezone.localdate(meeting.starts_at)
    starts, at = {}, meeting.starts_at
    for place, hearing in enumerate(hearings, start=1):
        starts[hearing.pk], hearing.number = at, place  # the reader's own count: a gap would tell of a hidden case
        at += timedelta(minutes=hearing.minutes)
    own = actions_of(
        viewer, Q(panel=meeting.panel, status__in=Action.OPEN_STATES, due_on__lt=day, agency_id=viewer.agency_id)
    )
    return PackContent(
        title=f"{meeting.panel.plugin.title} meeting pack",
        panel_name=meeting.panel.name,
        partnership_name=meeting.panel.partnership.name,
        meeting=MeetingLine(meeting.starts_at, at, meeting.place),
        recipient_agency=frame.recipient,
        copy_number=frame.copy_number,
        issued_at=frame.issued_at,
        handling_line=HANDLING,
        decision_reference=frame.decision_reference,
        confidentiality=CONFIDENTIALITY,
        agenda=tuple(_agenda_line(hearing, starts[hearing.pk]) for hearing in hearings),
        overdue_actions=tuple(_action(row, day) for row in own),
        cases=tuple(_case(viewer, hearing, found, starts[hearing.pk], day) for hearing in hearings),
    )


def contents_of(content: PackContent, cases: dict[str, int]) -> list[dict]:
    """The contents list that the issuer may see: references and counts of what everybody reads. `id` lets a conflict of interest be found later."""
    return [
        {
            "case": part.reference,
            "id": cases.get(part.reference),
            "items": sum(not item.handling for item in part.items),
            "actions": len(part.previous_actions),
        }
        for part in content.cases
    ]


def cases_kept_from(viewer: Viewer, contents: list[dict]) -> set[str]:
    """References of the pack's cases that a conflict of interest, or a seal, keeps the viewer out of."""
    kept = _conflicts(viewer) | _sealed_against(viewer, {line["id"] for line in contents})
    return {line["case"] for line in contents if line["id"] in kept}


def actions_kept_from(viewer: Viewer, content: PackContent) -> set[str]:
    """References of the overdue actions, of whatever case, that a viewer who is kept out of some case does not read elsewhere."""
    listed = {action.reference for action in content.overdue_actions}
    if not listed or not (_conflicts(viewer) or _sealed_against(viewer, None)):
        return set()
    return listed - set(visible(viewer, Action).filter(reference__in=listed).values_list("reference", flat=True))


def _conflicts(viewer: Viewer) -> set[int]:
    now = timezone.now()
    mine = ConflictOfInterest.objects.all().scoped().filter(user_id=viewer.user_id, starts_at__lte=now)
    return set(mine.filter(Q(ends_at=None) | Q(ends_at__gt=now)).values_list("case_id", flat=True)) - {None}


def _sealed_against(viewer: Viewer, cases: set[int] | None) -> set[int]:
    """Those of the cases, or of all of the viewer's panels, that are sealed and that she does not read."""
    among = Q(panel_id__in=viewer.panels) if cases is None else Q(case_id__in=cases - {None})
    in_force = Q(ends_at=None) | Q(ends_at__gt=Now())
    sealed = set(Seal.objects.filter(among, in_force, starts_at__lte=Now()).values_list("case_id", flat=True))
    return sealed - set(visible(viewer, Case).filter(pk__in=sealed).values_list("pk", flat=True)) if sealed else sealed


def _read(viewer: Viewer, meeting: Meeting, hearings: list[Hearing]) -> _Read:
    cases = [hearing.case_id for hearing in hearings]
    found = _Read()
    for party in sorted(
        visible(viewer, Party).filter(case_id__in=cases), key=lambda row: (ROLE_ORDER.get(row.role, 9), row.pk)
    ):
        found.parties[party.case_id].append(party)
    for address in visible(viewer, PartyAddress).filter(case_id__in=cases).order_by("pk"):
        found.addresses[address.party_id].append(", ".join(filter(None, (address.lines, address.postcode))))
    for row in (
        visible(viewer, Assessment)
        .filter(case_id__in=cases)
        .select_related("instrument_version__instrument")
        .order_by("assessed_on", "pk")
    ):
        found.assessments[row.case_id].append(row)
    last = [rows[-1].pk for rows in found.assessments.values()]
    for answer in visible(viewer, AssessmentAnswer).filter(assessment_id__in=last):
        found.answers[answer.assessment_id][answer.item] = answer
    past = visible(viewer, Hearing).filter(
        case_id__in=cases, status=Hearing.Status.HEARD, meeting__starts_at__lt=meeting.starts_at
    )
    for row in past.select_related("meeting").order_by("meeting__starts_at"):
        found.past[row.case_id].append(row)
    _read_statements(viewer, hearings, found)
    return found


def _read_statements(viewer: Viewer, hearings: list[Hearing], found: _Read) -> None:
    cases, here = [hearing.case_id for hearing in hearings], [hearing.pk for hearing in hearings]
    for action in actions_of(viewer, Q(case_id__in=cases) & ~Q(hearing_id__in=here)):
        found.actions[action.case_id].append(action)
    counts = Q(hearing_id__in=here) | Q(hearing_id=None) | Q(hearing__status__in=STILL_COUNTS)
    for item in items_of(viewer, Q(case_id__in=cases) & counts):
        found.items[item.case_id].append(item)
    for row in returns_of(viewer, Q(hearing_id__in=here)):
        found.returns[row.hearing_id].append(row)
    wanted = [hearing.referral_id for hearing in hearings if hearing.referral_id]
    for referral in visible(viewer, Referral).filter(pk__in=wanted).select_related("agency"):
        found.referrals[referral.pk] = referral


def _agenda_line(hearing: Hearing, starts_at: datetime) -> AgendaLine:
    return AgendaLine(
        str(hearing.number), hearing.case.reference, hearing.get_listing_reason_display(), hearing.minutes, starts_at
    )


def _case(viewer: Viewer, hearing: Hearing, found: _Read, starts_at: datetime, day: date) -> CaseSection:
    plugin, items = hearing.meeting.panel.plugin, found.items[hearing.case_id]
    referral, returns = found.referrals.get(hearing.referral_id), found.returns[hearing.pk]
    wishes = [item.text for item in items if item.place == InformationItem.Place.WISHES and is_content(item)]
    return CaseSection(
        number=str(hearing.number),
        reference=hearing.case.reference,
        listing_reason=hearing.get_listing_reason_display(),
        minutes=hearing.minutes,
        starts_at=starts_at,
        referred_by=referral.agency.name if referral and referral.agency else "",
        referred_on=hearing.case.last_referred_on,
        parties=tuple(_party(plugin, party, found, day) for party in found.parties[hearing.case_id]),
        risk=_risk(found.assessments[hearing.case_id], found.answers),
        repeat_history=tuple(_heard(row) for row in found.past[hearing.case_id]),
        previous_actions=tuple(_action(row, day) for row in found.actions[hearing.case_id]),
        wishes="\n".join(wishes),
        items=tuple(_item(item) for item in items if item.place != InformationItem.Place.WISHES),
        nothing_known=tuple(row.agency.name for row in returns if row.status == "nothing_known"),
        awaited=tuple(row.agency.name for row in returns if row.status == "requested"),
        extra=tuple(plugin.pack_sections(viewer, hearing)),
    )


def _party(plugin, party: Party, found: _Read, day: date) -> PartyLine:
    notes = filter(
        None,
        (
            party.relationship,
            f"Also known as {party.other_names}" if party.other_names else "",
            party.needs,
            party.born_text,
        ),
    )
    return PartyLine(
        role=plugin.role_label(party.role, party.finding),
        name=party.name,
        born=party.born_on,
        age=_age(party.born_on, day),
        address="; ".join(found.addresses[party.pk]) or None,
        note=". ".join(notes),
    )


def _age(born: date | None, day: date) -> int | None:
    return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _risk(assessments: list[Assessment], answers: dict[int, dict[str, AssessmentAnswer]]) -> RiskBlock | None:
    """The newest assessment with its answers; older ones of the same instrument version as one line each (scores of
    different instruments are never compared: MARAC 3.3)."""
    if not assessments:
        return None
    last = assessments[-1]
    given, content = answers[last.pk], last.instrument_version.content
    lines = [
        RiskAnswer(item["label"], answer_label(content, item, given[item["id"]].value), given[item["id"]].comment)
        if item["id"] in given
        else RiskAnswer(item["label"], "Not answered")
        for item in instrument_items(content)
    ]
    older = [row for row in assessments[:-1] if row.instrument_version_id == last.instrument_version_id]
    return RiskBlock(
        instrument=f"{last.instrument_version.instrument.title}, version {last.instrument_version.number}",
        score=score_text(last.score, last.not_known),
        threshold="" if last.threshold is None else f"{last.threshold.normalize():f}",
        judgement=last.judgement_reason if last.professional_judgement else "",
        assessed_on=last.assessed_on,
        answers=tuple(lines),
        history=tuple(f"{say_day(row.assessed_on)}: {score_text(row.score, row.not_known)}" for row in older),
    )


def _heard(hearing: Hearing) -> str:
    level = f"; risk agreed as {hearing.risk_level.replace('_', ' ')}" if hearing.risk_level else ""
    day = say_day(timezone.localdate(hearing.meeting.starts_at))
    return f"Heard on {day} ({hearing.get_listing_reason_display().lower()}){level}."


def _action(action: Action, day: date) -> PreviousAction:
    is_open = action.status in Action.OPEN_STATES
    return PreviousAction(
        reference=action.reference,
        owner=action.agency.name,
        description=action.description,
        due=action.due_on,
        status=action.get_status_display(),
        outcome=action.outcome,
        overdue=is_open and action.due_on < day,
    )


def _item(item: InformationItem) -> ItemLine:
    labels = dict(DataClass.choices)
    return ItemLine(
        agency=item.agency.name,
        assertion_type=item.get_assertion_type_display(),
        text=item.text if is_content(item) else NOT_RECORDED,
        data_classes=tuple(labels[name] for name in item.data_classes),
        handling="" if item.audience in WIDE_OPEN else item.get_audience_display(),
        marks=item.marks,
    )


def meetings_without_packs(viewer: Viewer) -> set[int]:
    """Circulated meetings of the viewer's offices for which no pack has been issued."""
    issued = visible(viewer, Pack).filter(meeting_id=OuterRef("pk"))
    rows = visible(viewer, Meeting).filter(panel_id__in=viewer.office_panels, status=Meeting.Status.CIRCULATED)
    return set(rows.filter(~Q(Exists(issued))).values_list("pk", flat=True))


def packs_of(viewer: Viewer, meeting: Meeting) -> Iterable[Pack]:
    """The packs of a meeting that the viewer may know of, the newest copy first."""
    return (
        visible(viewer, Pack)
        .filter(meeting=meeting)
        .select_related("agency", "issued_by", "decision")
        .order_by("-copy_number")
    )
