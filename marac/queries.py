"""A MARAC's own part of referrals and cases, read as one viewer."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import (
    AssertionType,
    Assessment,
    AssessmentAnswer,
    Basis,
    Case,
    CaseUserGrant,
    Hearing,
    InformationItem,
    Panel,
    Party,
    PartyRole,
    Referral,
    SafeContact,
)
from casework.queries.calendar import working_days_after
from casework.queries.chronology import Entry
from casework.queries.home import Task, task_source
from casework.queries.meetings import OPEN_MEETINGS
from casework.risk.scoring import items, label, score_text
from marac.models import AdviserContact, Criterion, MaracReferral

KIND = "marac"

FIRST_CONTACT_WORKING_DAYS = 2


@dataclass(frozen=True)
class AnswerLine:
    """One item of an assessment: its label, the answer in words, the comment, and whether it asks for a second look."""

    number: int
    label: str
    answer: str
    comment: str
    is_yes: bool
    critical: bool


@dataclass(frozen=True)
class AssessmentView:
    """An assessment in words. `score` is '11, 7 not known'."""

    instrument: str
    unverified: bool
    assessed_on: object
    by: str
    score: str
    threshold: str
    over_threshold: bool
    judgement: str
    answers: tuple[AnswerLine, ...]


def panels_to_refer_to(viewer: Viewer) -> list[Panel]:
    """The MARACs that the viewer may refer to."""
    if not viewer.carries.refers:
        return []
    return list(Panel.objects.filter(pk__in=viewer.carried, kind=KIND).order_by("name"))


def assessments_of(viewer: Viewer, **where) -> list[AssessmentView]:
    """The assessments of a referral or case, newest first, with their answers."""
    rows = (
        visible(viewer, Assessment)
        .filter(**where)
        .select_related("instrument_version__instrument", "agency")
        .order_by("-assessed_on", "-pk")
    )
    return [_assessment(viewer, row) for row in rows]


def _assessment(viewer: Viewer, row: Assessment) -> AssessmentView:
    content = row.instrument_version.content
    given = {answer.item: answer for answer in visible(viewer, AssessmentAnswer).filter(assessment=row)}
    lines = tuple(
        _line(content, number, item, given.get(item["id"])) for number, item in enumerate(items(content), start=1)
    )
    return AssessmentView(
        instrument=row.instrument_version.instrument.title,
        unverified=row.instrument_version.verified_on is None,
        assessed_on=row.assessed_on,
        by=row.agency.name if row.agency else "",
        score=score_text(row.score, row.not_known),
        threshold=f"{row.threshold.normalize():f}" if row.threshold is not None else "",
        over_threshold=row.score is not None and row.threshold is not None and row.score >= row.threshold,
        judgement=row.judgement_reason if row.professional_judgement else "",
        answers=lines if given else (),
    )


def _line(content: dict, number: int, item: dict, given: AssessmentAnswer | None) -> AnswerLine:
    value = given.value if given else ""
    return AnswerLine(
        number,
        item["label"],
        label(content, item, value),
        given.comment if given else "",
        value == "yes",
        bool(item.get("critical")),
    )


def marac_part(viewer: Viewer, referral: Referral) -> MaracReferral | None:
    """Criteria, consent and awareness of a referral."""
    return visible(viewer, MaracReferral).filter(referral=referral).first()


def criteria_in_words(part: MaracReferral) -> list[str]:
    return [Criterion(code).label for code in part.criteria if code in Criterion.values]


def contacts_of(viewer: Viewer, **where) -> list[AdviserContact]:
    """The IDVA service's own log, newest first."""
    return list(visible(viewer, AdviserContact).filter(**where).order_by("-made_at"))


def safe_channels(viewer: Viewer, **where) -> list[str]:
    """The victim's channels that are confirmed as safe today, by name; never the number."""
    victims = visible(viewer, Party).filter(role=PartyRole.VICTIM, **where)
    found = visible(viewer, SafeContact).filter(party__in=victims, **where).order_by("pk")
    return list(dict.fromkeys(contact.get_channel_display() for contact in found if contact.is_safe))


def clients_to_reach(viewer: Viewer) -> list[Referral]:
    """Referrals to the adviser's service that wait for a first contact: hers, and those that nobody took on."""
    if viewer.role != "idva":
        return []
    waiting = (Referral.Status.SUBMITTED, Referral.Status.RETURNED, Referral.Status.ACCEPTED)
    rows = visible(viewer, Referral).filter(idva_service_id=viewer.speaks_for, status__in=waiting, import_row=None)
    rows = rows.filter(Q(adviser_id__in=viewer.users) | Q(adviser=None))
    reached = visible(viewer, AdviserContact).filter(result=AdviserContact.Result.REACHED)
    done = {contact.referral_id for contact in reached}
    done_cases = {contact.case_id for contact in reached if contact.case_id}
    return [r for r in rows.order_by("submitted_at")[:100] if r.pk not in done and r.case_id not in done_cases]


@task_source
def clients_to_ring(viewer: Viewer) -> list[Task]:
    """Whom the adviser rings, on which channel that is confirmed as safe, and by when."""
    return [_ring(viewer, referral) for referral in clients_to_reach(viewer)]


def _ring(viewer: Viewer, referral: Referral) -> Task:
    channels = safe_channels(viewer, referral=referral)
    due = working_days_after(timezone.localdate(referral.submitted_at), FIRST_CONTACT_WORKING_DAYS)
    how = (
        f"safe: {', '.join(channels).lower()}"
        if channels
        else "no channel is confirmed as safe; ask the referrer first"
    )
    return Task(
        f"Reach the client of referral {referral.reference} ({how})",
        "marac_contact",
        (referral.reference,),
        due,
        "Clients to reach",
    )


@task_source
def wishes_to_record(viewer: Viewer) -> list[Task]:
    """What her clients want, into each hearing that lies ahead, while nobody has recorded it; due with the research."""
    if viewer.role != "idva":
        return []
    hers = visible(viewer, CaseUserGrant).live().filter(user_id__in=viewer.users, basis=Basis.ASSIGNMENT)
    said = visible(viewer, InformationItem).filter(place=InformationItem.Place.WISHES, hearing__isnull=False)
    rows = visible(viewer, Hearing).filter(
        status=Hearing.Status.LISTED, meeting__status__in=OPEN_MEETINGS, case_id__in=hers.values("content_object_id")
    )
    waiting = rows.exclude(pk__in=said.values("hearing_id")).select_related("meeting", "case")
    return [
        Task(
            f"Record the victim’s wishes for the hearing of case {row.case.reference}",
            "hearing_wishes",
            (row.reference,),
            row.meeting.research_due_on or timezone.localdate(row.meeting.starts_at),
            "Wishes for the meeting",
        )
        for row in waiting.order_by("meeting__starts_at", "number")[:50]
    ]


def case_referrals(viewer: Viewer, case: Case) -> list[tuple[Referral, MaracReferral | None]]:
    """The referrals of a case that the viewer may see, newest first, with their MARAC part."""
    rows = visible(viewer, Referral).filter(case=case).select_related("agency").order_by("-referred_on", "-pk")
    return [(row, marac_part(viewer, row)) for row in rows]


def repeats_of(viewer: Viewer, case: Case) -> list[str]:
    """The repeat history of a case in sentences, oldest first, from what the viewer may see."""
    days = list(
        visible(viewer, Referral).filter(case=case).order_by("referred_on", "pk").values_list("referred_on", flat=True)
    )
    return [
        f"Referred on {day.day} {day:%B %Y}" + ("" if number == 0 else ", again") for number, day in enumerate(days)
    ]


def chronology_of(viewer: Viewer, case: Case) -> list[Entry]:
    """Assessments, and the adviser's own log, as entries of the case's timeline."""
    entries = [
        Entry(
            view.assessed_on,
            f"Risk assessed: {view.instrument}",
            view.by,
            f"Score {view.score}." + (f" {view.judgement}" if view.judgement else ""),
        )
        for view in assessments_of(viewer, case=case)
    ]
    for contact in contacts_of(viewer, case=case):
        text = " ".join(filter(None, [f"{contact.get_result_display()}.", contact.note]))
        entries.append(Entry(contact.made_at, "Contact by the IDVA service", "", text))
    return entries


def statements_of(viewer: Viewer, referral: Referral) -> list[tuple[str, str]]:
    """Criteria, consent and awareness in one sentence each, for whoever is given the case."""
    part = marac_part(viewer, referral)
    if part is None:
        return []
    told = [f"Criteria: {', '.join(criteria_in_words(part)).lower() or 'not recorded'}."]
    told.append(
        f"Consent: {part.get_consent_display().lower()}. The victim knows of the referral: {part.get_awareness_display().lower()}."
    )
    if part.incident_on:
        told.append(f"Latest incident: {part.incident_on.day} {part.incident_on:%B %Y}.")
    if part.incident_count is not None:
        told.append(f"Incidents in 12 months: {part.incident_count}.")
    if part.perpetrator_unknown:
        told.append(f"The alleged perpetrator is not known: {part.perpetrator_unknown}")
    return [(AssertionType.OPINION, " ".join(told))]
