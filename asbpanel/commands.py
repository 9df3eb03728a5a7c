"""Reports: taking one, deciding what becomes of it, joining reports into a case."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils import timezone

from asbpanel.access import check_can_take_report, check_can_triage
from asbpanel.models import AsbCase, Triage
from asbpanel.queries import standing_triage
from audit import event_types
from audit.recorder import recording
from casework.access.policies import REPORT_MOVES, NotNow, check_move
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.access import assign, end_standing, grant_to_agency, let_agency_read
from casework.commands.cases import open_case
from casework.commands.decisions import Answers, decide
from casework.commands.locking import claim
from casework.commands.parties import PartyDetails, add_party
from casework.commands.queue import queue
from casework.models import (
    Agency,
    Basis,
    Case,
    DisclosureDecision,
    Panel,
    Report,
    ReportSource,
    Role,
    User,
    new_reference,
)

event_types.register(
    report_taken="took a report",
    report_decided="decided what becomes of a report",
    report_joined="made reports part of a case",
    report_undone="undid a decision about a report",
    asbcase_changed="changed what the panel knows of the case",
)


@dataclass
class ReportDetails:
    """What somebody told an agency. `source_name` and `source_contact` are stored encrypted, apart from the rest."""

    channel: str
    category: str
    narrative: str
    place: str = ""
    postcode: str = ""
    harm_to_victim: str = ""
    alleged_perpetrator_text: str = ""
    immediate_risk: bool = False
    is_complaint: bool = True
    source_name: str = ""
    source_contact: str = ""


SOURCE = ("source_name", "source_contact")


@dataclass
class AsbDetails:
    """What opens a case: where, what, how much risk to the victim, and who is in it."""

    category: str
    victim_risk: str
    summary: str
    place: str = ""
    postcode: str = ""
    parties: list[PartyDetails] = field(default_factory=list)


def take_report(*, by: Viewer, panel: Panel, details: ReportDetails) -> Report:
    """Write down what somebody told the viewer's agency. Raises `Refused`."""
    check_can_take_report(by, panel.pk)
    said = {name: value for name, value in vars(details).items() if name not in SOURCE}
    with recording(by=by, event="report.taken") as record:
        report = Report(reference=new_reference(), panel=panel, agency_id=by.agency_id, taken_by_id=by.user_id, **said)
        report.save()
        record.subject = f"report {report.reference}"
        if details.source_name or details.source_contact:
            source = ReportSource(report=report, panel=panel, agency_id=by.agency_id)
            source.hide(name=details.source_name, contact=details.source_contact)
            source.save()
    return report


def decide_report(
    *,
    by: Viewer,
    report: Report,
    outcome: str,
    reason: str,
    duplicate_of: Report | None = None,
    version: int | None = None,
) -> Report:
    """Signpost a report, or record that it is a duplicate or not anti-social behaviour. Raises `Refused`, `NotNow`, `Stale`."""
    report = _report_to_decide(by, report, version)
    if outcome not in (Report.Status.SIGNPOSTED, Report.Status.NOT_ASB, Report.Status.DUPLICATE):
        raise NotNow("A report becomes part of a case by opening the case or by adding it to one.")
    check_move(REPORT_MOVES, report.status, outcome)
    if duplicate_of and duplicate_of.pk == report.pk:
        raise ValidationError("A report is no duplicate of itself. Enter the reference of the other report.")
    with recording(by=by, event="report.decided", subject=f"report {report.reference}", details={"outcome": outcome}):
        Triage(
            report=report, panel_id=report.panel_id, outcome=outcome, reason=reason, duplicate_of=duplicate_of,
            decided_by_id=by.user_id, decided_at=timezone.now(),
        ).save()  # fmt: skip
        report.status = outcome
        report.save()
    return report


def undo_report(*, by: Viewer, report: Report, reason: str, version: int | None = None) -> Report:
    """Put a report back to where it was received: a wrong link, or a wrong decision. Raises `Refused`, `NotNow`, `Stale`.

    The agency that took it keeps its own report, and loses a standing grant that no other report of its supports.
    """
    report = _report_to_decide(by, report, version)
    check_move(REPORT_MOVES, report.status, Report.Status.RECEIVED)
    case = visible(by, Case).filter(pk=report.case_id).first()
    subject, cases = f"report {report.reference}", [case.reference] if case else []
    with recording(by=by, event="report.undone", cases=cases, subject=subject, reason=reason) as record:
        record.details = {"was": report.status}
        for triage in standing_triage(by, report):
            triage.undone_at = timezone.now()
            triage.save()
        report.status, report.case = Report.Status.RECEIVED, None
        report.save()
        if case:
            record.details["grants_ended"] = _end_reason(by, case, report.agency)
    return report


def _end_reason(by: Viewer, case: Case, agency: Agency) -> int:
    others = visible(by, Report).filter(case=case, agency=agency)
    return 0 if others.exists() or case.lead_agency_id == agency.pk else end_standing(case=case, agency=agency)


def _report_to_decide(by: Viewer, report: Report, version: int | None) -> Report:
    report = claim(by, report, version)
    check_can_triage(by, report.panel_id)
    return report


def open_case_from_reports(
    *, by: Viewer, reports: Sequence[Report], details: AsbDetails, sharing: Answers, version: int | None = None
) -> Case:
    """Join reports into a new case, led by the viewer's agency and read by the agencies that took them.

    `version` is that of the first report, from which the form was opened. Raises `Refused`, `NotNow`, `Stale`.
    """
    panel = reports[0].panel
    check_can_triage(by, panel.pk)
    claimed = _claim_received(by, panel, reports, version)
    lead = Agency.objects.get(pk=by.agency_id)
    made: list[DisclosureDecision] = []

    def grants(case: Case) -> None:
        readers = sorted({report.agency for report in claimed} - {lead}, key=lambda agency: agency.pk)
        made.append(_decide(by, case, sharing, readers))
        _grant_to_lead(by, case, made[0])
        for agency in readers:
            let_agency_read(by=by, case=case, agency=agency, decision=made[0])

    with recording(by=by, event="case.opened", subject=f"{len(claimed)} reports") as record:
        case = open_case(by=by, panel=panel, lead_agency=lead, referred_on=timezone.localdate(), first=grants)
        record.cases.append(case.reference)
        record.details = {"reports": [report.reference for report in claimed], "decision": made[0].reference}
        _write_part(case, details)
        _link(claimed, case)
    queue("conflicts.of_case", by=by, case_id=case.pk)
    return case


def _decide(by: Viewer, case: Case, sharing: Answers, readers: list[Agency]) -> DisclosureDecision:
    kind = DisclosureDecision.Kind.CASE
    return decide(by=by, kind=kind, panel=case.panel, case=case, answers=sharing, recipients=readers)


def _claim_received(by: Viewer, panel: Panel, reports: Sequence[Report], version: int | None) -> list[Report]:
    wanted = {reports[0].pk: version} | {report.pk: None for report in reports[1:]}
    claimed = [claim(by, report, wanted[report.pk]) for report in sorted(reports, key=lambda report: report.pk)]
    for report in claimed:
        if report.panel_id != panel.pk:
            raise NotNow("The reports belong to different panels.")
        check_move(REPORT_MOVES, report.status, Report.Status.LINKED)
    return claimed


def _grant_to_lead(by: Viewer, case: Case, decision: DisclosureDecision) -> None:
    grant_to_agency(by=by, case=case, group_id=by.agency_group, basis=Basis.OPENED, decision=decision)
    if by.role == Role.ASB_OFFICER:
        assign(by=by, case=case, user=User.objects.get(pk=by.user_id), agency_id=by.agency_id, decision=decision)


def _write_part(case: Case, details: AsbDetails) -> None:
    AsbCase(
        case=case, category=details.category, place=details.place, postcode=details.postcode,
        victim_risk=details.victim_risk, summary=details.summary,
    ).save()  # fmt: skip
    for party in details.parties:
        add_party(party, case=case)


def _link(reports: Sequence[Report], case: Case) -> None:
    for report in reports:
        report.case, report.status = case, Report.Status.LINKED
        report.save()


def add_report_to_case(
    *, by: Viewer, report: Report, case: Case, sharing: Answers | None = None, version: int | None = None
) -> Report:
    """Make a report part of an open case. With `sharing` the agency that took it reads the case from now on.

    Raises `Refused`, `NotNow`, `Stale`.
    """
    report = _report_to_decide(by, report, version)
    case = claim(by, case)
    if case.panel_id != report.panel_id or case.closed_at:
        raise NotNow("A report becomes part of an open case of the same panel.")
    check_move(REPORT_MOVES, report.status, Report.Status.LINKED)
    with recording(by=by, event="report.joined", cases=[case.reference], subject=f"report {report.reference}"):
        if sharing:
            decision = _decide(by, case, sharing, [report.agency])
            let_agency_read(by=by, case=case, agency=report.agency, decision=decision)
        _link([report], case)
    return report


def change_part(*, by: Viewer, part: AsbCase, details: AsbDetails, version: int | None = None) -> AsbCase:
    """Correct category, place, risk and summary of a case. Raises `Refused`, `Stale`."""
    part = claim(by, part, version)
    check_can_triage(by, part.case.panel_id)
    risk_was = part.victim_risk
    with recording(by=by, event="asbcase.changed", cases=[part.case.reference]) as record:
        record.details = {"risk": [risk_was, details.victim_risk]}
        for name in ("category", "victim_risk", "summary", "place", "postcode"):
            setattr(part, name, getattr(details, name))
        part.save()
    return part
