"""The ASB panel's story in the browser: two reports become one case, a contract, a meeting, an action and its outcome."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.utils import timezone

from casework.queries.calendar import working_days_after
from tests.browser.visitor import Visitor

SOURCE, CONTACT = "Ottoline Brambling", "01632 960777"
NARRATIVES = ("Bass through the wall until two.", "He laughed when she knocked again.")
SUMMARY = "Loud music most nights, one family kept awake."
REPORT = {
    "channel": "phone", "category": "noise", "place": "Quay Street flats", "postcode": "HB1 2AB", "harm_to_victim": "She cannot sleep.",
    "alleged_perpetrator_text": "Vince at number 4", "is_complaint": "yes", "source_name": SOURCE, "source_contact": CONTACT,
}  # fmt: skip


@dataclass
class Known:
    """References that the story goes on with."""

    reports: list[str] = field(default_factory=list)
    case: str = ""
    contract: str = ""
    meeting: str = ""


def day_boxes(name: str, day) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def confirm(who: Visitor) -> None:
    """Tick the box before a step that cannot be undone."""
    who.page.locator("main [name=confirmed]").check()


@pytest.mark.slow
def test_from_two_reports_to_an_outcome(either: Visitor, town):
    known = Known()
    for chapter in (
        lena_takes_two_reports, omar_opens_the_case, omar_records_a_contract, omar_circulates_and_issues, lena_reads_her_pack,
        chris_runs_the_meeting, lena_closes_her_action, omar_reads_the_outcome, nobody_else_sees_it,
    ):  # fmt: skip
        chapter(either, known)


def lena_takes_two_reports(who: Visitor, known: Known) -> None:
    who.sign_in("lena")
    for narrative in NARRATIVES:
        who.go("/asb/reports/")
        who.press("New report")
        who.shows("Call 999 first")
        who.type(REPORT | {"narrative": narrative})
        who.press("Save report")
        who.shows(narrative, "The panel's office decides within one working day")
        who.lacks(SOURCE, CONTACT)
        known.reports.append(who.reference)


def omar_opens_the_case(who: Visitor, known: Known) -> None:
    who.sign_in("omar")
    first, second = known.reports
    who.follow(f"Decide about report {first}: noise")
    who.press("Open a case")
    who.shows(f"{second}, noise", "same postcode and same place and same alleged perpetrator")
    who.type(
        {
            "reports": second,
            "victim_risk": "high",
            "summary": SUMMARY,
            "perpetrator1_given": "Vince",
            "perpetrator1_family": "Norcott",
        }
    )
    who.type(
        {
            "power": "CDA115:asb_manage",
            "condition": "TASK_UNLAWFUL",
            "necessity": "The landlord must act.",
            "victim_views": "She wants it to stop.",
        }
    )
    who.type({f"perpetrator1_born_{box}": text for box, text in (("day", "2"), ("month", "March"), ("year", "1990"))})
    who.press("Open the case")
    known.case = who.reference
    who.shows("was opened from 2 reports", SUMMARY, "Vince Norcott", "Complainant A", *NARRATIVES, *known.reports)
    who.lacks(SOURCE, CONTACT)


def omar_records_a_contract(who: Visitor, known: Known) -> None:
    who.press("Record an intervention")
    who.type(
        {"type": "abc", "agency": "harbourne-council", "status": "in_force", "reason": "Two warnings did not help."}
    )
    who.choose("subject", "Vince Norcott", partly=True)
    who.type(
        day_boxes("starts_on", timezone.localdate()) | day_boxes("ends_on", timezone.localdate() + timedelta(days=182))
    )
    who.type(
        {
            "condition_1": "Not to play music after ten",
            "condition_2": "To meet the officer each month",
            "condition_2_kind": "yes",
        }
    )
    who.press("Record intervention")
    known.contract = who.reference
    who.shows(
        "Acceptable behaviour contract (ABC)",
        "Not to play music after ten",
        "To meet the officer each month",
        "In force",
    )


def omar_circulates_and_issues(who: Visitor, known: Known) -> None:
    who.go("/meetings/")
    who.press("Plan a meeting")
    meets = working_days_after(timezone.localdate(), 9)
    who.type({**day_boxes("day", meets), "at": "14:00", "place": "The hub", "minutes_available": "60"})
    who.press("Plan the meeting")
    known.meeting = who.reference
    who.shows("High risk")
    who.page.get_by_role("button", name="Add").first.click()
    who.press("Circulate the agenda")
    assert who.choose_powers() <= 5
    who.type({"condition": "TASK_UNLAWFUL"})
    who.type(day_boxes("research_due_on", meets - timedelta(days=2)))
    confirm(who)
    who.press("Circulate the agenda")
    who.go("/")
    who.follow("Issue the packs")
    confirm(who)
    who.press("Issue the packs")
    who.shows("Harbourne Homes")


def lena_reads_her_pack(who: Visitor, known: Known) -> None:
    who.sign_in("lena")
    who.go(f"/meetings/{known.meeting}/")
    who.follow("Copy ")
    who.shows(SUMMARY, *NARRATIVES, "Vince Norcott", "Acceptable behaviour contract (ABC)", "Risk to the victim: High")
    who.lacks(SOURCE, CONTACT)


def chris_runs_the_meeting(who: Visitor, known: Known) -> None:
    who.sign_in("chris")
    who.go(f"/meetings/{known.meeting}/")
    who.press("Start the meeting")
    confirm(who)
    who.press("Start the meeting")
    who.go(f"/meetings/{known.meeting}/")
    who.follow(known.case)
    who.press("Record the summary")
    who.type({"summary": "It goes on; the family is tired.", "risk_level": "high", "status": "heard"})
    who.press("Save")
    who.press("Add an action")
    who.type({"description": "Visit the block each night this week.", "target": "public", "reveals_disclosure": "no"})
    who.choose("agency", "Harbourne Homes")
    who.type(day_boxes("due_on", timezone.localdate() + timedelta(days=14)))
    who.press("Add the action")
    who.go(f"/meetings/{known.meeting}/")
    who.press("Conclude the meeting")
    confirm(who)
    who.press("Conclude the meeting")
    who.shows("Concluded")


def lena_closes_her_action(who: Visitor, known: Known) -> None:
    who.sign_in("lena")
    who.follow("close it with its outcome")
    who.type({"status": "done", "outcome": "Quiet since the first visit."})
    who.press("Close the action")
    who.shows("Done", "Quiet since the first visit.")


def omar_reads_the_outcome(who: Visitor, known: Known) -> None:
    who.sign_in("omar")
    who.go(f"/cases/{known.case}/")
    who.shows("Quiet since the first visit.", "It goes on; the family is tired.", known.contract, "In progress")


def nobody_else_sees_it(who: Visitor, known: Known) -> None:
    for name in ("wendy", "viktor", "grace"):
        who.sign_in(name)
        who.lacks(known.case, *known.reports)
        for address in (
            f"/cases/{known.case}/",
            f"/asb/reports/{known.reports[0]}/",
            f"/interventions/{known.contract}/",
            f"/meetings/{known.meeting}/",
        ):
            assert who.go(address) in (403, 404), (name, address)
            who.lacks(SUMMARY, "Norcott", NARRATIVES[0])
