"""What the ASB panel plugs in."""

from django.utils import timezone

from asbpanel.access import KIND, can_take_report, can_triage, panels_of
from asbpanel.demo import tell_story
from asbpanel.queries import RISK_COLOURS, RISK_ORDER, case_reports, count_by, part_of, parts_of, waiting
from asbpanel.words import category_label
from casework.documents.content import Section
from casework.models import Report
from casework.panels.base import AgendaMark, PanelKind
from casework.panels.registry import register
from casework.queries.calendar import working_days_after
from casework.queries.chronology import Entry, address
from casework.queries.home import Task
from casework.queries.interventions import COLOURS, can_add, of_case

TRIAGE_DAYS = 1


@register
class AsbPanel(PanelKind):
    """A panel about anti-social behaviour: people and places that are reported again and again."""

    kind = KIND
    title = "ASB panel"
    case_roles = ("complainant", "victim", "alleged_perpetrator", "witness", "household_member")
    role_labels = {
        "complainant": "Complainant", "victim": "Victim", "alleged_perpetrator": "Perpetrator (alleged)",
        "witness": "Witness", "household_member": "Household member", "child": "Child", "other_adult": "Other adult",
    }  # fmt: skip
    first_status = "new"
    heard_status = "in_progress"
    case_statuses = {
        "new": ("risk_assessed", "in_progress", "closed"),
        "risk_assessed": ("action_planned", "in_progress", "closed"),
        "action_planned": ("in_progress", "closed"),
        "in_progress": (
            "in_progress",
            "monitoring",
            "pending_closure",
            "closed",
        ),  # heard again while it stays on the list
        "monitoring": ("in_progress", "pending_closure"),
        "pending_closure": ("in_progress", "closed"),
        "closed": (),
    }
    status_owner = dict.fromkeys(case_statuses, "the lead agency")
    chronology_label = "ASB"
    case_template = "asbpanel/_case.html"
    report_page = "asb_report"
    purposes = ("asb_manage", "crime_prevent", "child_safeguard", "adult_safeguard", "housing_mgmt", "asb_case_review")
    never_to_perpetrator = False

    def case_context(self, viewer, case) -> dict:
        """Category, place, risk, the reports with their totals, and the register's entries."""
        part, reports = part_of(viewer, case), case_reports(viewer, case)
        return {
            "asb": part,
            "asb_category": category_label(part.category) if part else "",
            "asb_risk_colour": RISK_COLOURS[part.victim_risk] if part else "",
            "asb_reports": [(report, category_label(report.category)) for report in reports],
            "asb_totals": _totals(reports),
            "asb_interventions": [(row, COLOURS[row.status]) for row in of_case(viewer, case)],
            "asb_may_change": can_triage(viewer, case.panel_id),
            "asb_may_record": can_add(viewer, case),
        }

    def chronology(self, viewer, case) -> list:
        return [
            Entry(
                report.received_at, "Report received", report.agency.name,
                f"{category_label(report.category)}: {report.narrative}", address("asb_report", report.reference),
            )
            for report in case_reports(viewer, case)
        ]  # fmt: skip

    def pack_sections(self, viewer, hearing) -> list:
        """The matter, its reports, and the register; who reported stands in none of them."""
        case = hearing.case
        part = part_of(viewer, case)
        if part is None:
            return []
        made = [Section("The matter", _matter(part))]
        reports = case_reports(viewer, case)
        if reports:
            made.append(_report_section(reports))
        rows = of_case(viewer, case)
        if rows:
            made.append(_register_section(rows))
        return made

    def agenda_marks(self, viewer, cases) -> dict[int, AgendaMark]:
        """Highest risk to the victim first."""
        return {
            part.case_id: AgendaMark(
                RISK_ORDER[part.victim_risk], f"{part.get_victim_risk_display()} risk", RISK_COLOURS[part.victim_risk]
            )
            for part in parts_of(viewer, cases)
        }

    def tasks(self, viewer) -> list[Task]:
        """Each report that waits for a decision, due one working day after it was received."""
        return [_triage_task(report) for report in waiting(viewer)] if viewer.panels else []

    def navigation(self, viewer) -> list[tuple[str, str]]:
        panels = list(panels_of(viewer)) if viewer.panels else []
        if not panels:
            return []
        takes = any(can_take_report(viewer, panel.pk) for panel in panels)
        new = [("New report", "asb_new_report")] if takes else []
        return [("Reports", "asb_reports"), *new, ("Interventions", "interventions"), ("Incidents", "asb_incidents")]

    def tell_story(self, story) -> None:
        """This panel's part of the demo."""
        tell_story(story)


def _triage_task(report: Report) -> Task:
    text = f"Decide about report {report.reference}: {category_label(report.category).lower()}"
    due = working_days_after(timezone.localdate(report.received_at), TRIAGE_DAYS)
    return Task(text, "asb_report", (report.reference,), due, "Reports")


def _totals(reports: list[Report]) -> list[tuple[str, int]]:
    """How many reports by behaviour and by the agency that took them."""
    by_category = count_by(reports, lambda report: category_label(report.category))
    return by_category + count_by(reports, lambda report: report.agency.name)


def _matter(part) -> tuple[str, ...]:
    where = ", ".join(text for text in (part.place, part.postcode) if text)
    lines = [f"Behaviour: {category_label(part.category)}", f"Risk to the victim: {part.get_victim_risk_display()}"]
    return (*lines, *([f"Place: {where}"] if where else []), part.summary)


def _report_section(reports: list[Report]) -> Section:
    rows = tuple(
        (
            f"{timezone.localdate(report.received_at):%d.%m.%Y}",
            category_label(report.category),
            report.place or "",
            report.agency.name,
            report.narrative,
        )
        for report in reports
    )
    return Section(
        f"Reports ({len(reports)})",
        columns=("Received", "Behaviour", "Place", "Taken by", "What was reported"),
        rows=rows,
    )


def _register_section(interventions) -> Section:
    rows = tuple(
        (row.type.title, row.subject.name, row.agency.name, row.get_status_display(), _dates(row))
        for row in interventions
    )
    return Section("Interventions", columns=("Type", "Whom it concerns", "Led by", "Status", "Dates"), rows=rows)


def _dates(row) -> str:
    days = [f"{day:%d.%m.%Y}" if day else "…" for day in (row.starts_on, row.ends_on)]
    return " to ".join(days) if row.starts_on or row.ends_on else ""
