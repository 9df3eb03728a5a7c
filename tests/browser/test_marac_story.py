"""The main job of a MARAC in the browser, as everybody whose turn it is, with script and without."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pypdf import PdfReader

from casework.queries.calendar import working_days_after
from tests.browser.beforehand import KARL, ZOE, accepted_case, couple, run_worker
from tests.browser.visitor import Visitor
from tests.marac.referring import CHECKLIST, PERPETRATOR, VICTIM, WHY

PASSPHRASE = "four quiet garden words"
SECRET = "Tess canary: the school saw bruises"
NAME = "Canarywood"


@dataclass
class Known:
    """References that the story goes on with."""

    case: str
    folder: Path
    referral: str = ""
    meeting: str = ""
    action: str = ""


def day_boxes(name: str, day) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


@pytest.mark.slow
def test_from_referral_to_audit(either: Visitor, town, tmp_path):
    known = Known(accepted_case(town, [ZOE, KARL], days_ago=120), tmp_path)
    for name in ("Ashdown", "Birchwood"):
        accepted_case(town, couple(name), days_ago=9)
    run_worker()
    for chapter in (
        dan_refers, amira_takes_the_client_on, grace_screens, grace_circulates, tess_answers, priya_and_sam_know_nothing,
        amira_says_the_wishes, grace_issues_the_packs, tess_reads_her_pack, helen_runs_the_meeting, tess_closes_her_action, una_reads_the_trail,
        everybody_sees_only_her_own,
    ):  # fmt: skip
        chapter(either, known)


def dan_refers(who: Visitor, known: Known) -> None:
    who.sign_in("dan")
    who.follow("New MARAC referral", within="nav")
    who.type({**VICTIM, **PERPETRATOR, **WHY, **CHECKLIST})
    who.press("Send the referral")
    who.shows("The referral is with the panel’s office", "Waiting for screening")
    known.referral = who.reference
    run_worker()


def amira_takes_the_client_on(who: Visitor, known: Known) -> None:
    """She has the client at once, before anybody screens, with the channel that is safe."""
    who.sign_in("amira")
    who.shows(f"Reach the client of referral {known.referral} (safe: mobile phone)")
    who.follow(f"Reach the client of referral {known.referral}")
    who.type({"channel": "mobile", "result": "reached"})
    who.press("Record")
    who.press("Take on")
    who.press("Take on")
    who.shows("You have taken this client on")
    who.lacks("07700 900123")
    who.page.get_by_role("button", name="Show").first.click()
    who.type({"why": "contact"})
    who.press("Show")
    who.shows("07700 900123", "weekday mornings")


def grace_screens(who: Visitor, known: Known) -> None:
    who.sign_in("grace")
    who.follow(f"Screen referral {known.referral}")
    who.press("Decide the matches")
    who.shows(NAME, "Brackenfoot", "3 April 1990")
    who.type({"match_1": "accepted"})
    who.press("Save decisions")
    who.press("Accept")
    who.shows(known.case, "Safe Harbour")
    who.type({"power": "CDA115:da_safety", "condition": "TASK_SAFEGUARD"})
    who.type({"necessity": "She needs an adviser today", "victim_views": "She wants help"})
    who.press("Accept the referral")
    assert who.reference == known.case
    who.shows(NAME, "again")


def grace_circulates(who: Visitor, known: Known) -> None:
    who.go("/meetings/")
    who.press("Plan a meeting")
    meets = working_days_after(timezone.localdate(), 9)
    who.type({**day_boxes("day", meets), "at": "9:30", "place": "Room 2", "minutes_available": "60"})
    who.press("Plan the meeting")
    known.meeting = who.reference
    for _ in range(3):
        who.page.get_by_role("button", name="Add").first.click()
    who.press("Circulate the agenda")
    who.shows(known.case, NAME, "Quay Street Surgery")
    due = meets - timedelta(days=1)
    assert who.choose_powers() <= 5
    who.type({"condition": "TASK_SAFEGUARD", **day_boxes("research_due_on", due), "confirmed": "on"})
    who.press("Circulate the agenda")
    who.shows("Agenda circulated")


def tess_answers(who: Visitor, known: Known) -> None:
    who.sign_in("tess")
    who.follow("Answer research requests of Harbourne MARAC: 3 cases")
    who.page.get_by_role("link", name=f"Write what you know about {known.case}").click()
    who.type(
        {
            "item-0-text": SECRET,
            "item-0-assertion_type": "fact",
            "item-0-data_classes": ["personal", "child"],
            "item-0-about_others": "no",
        }
    )
    who.press("Add another statement")
    who.type(
        {
            "item-1-text": "The child misses school on Mondays.",
            "item-1-assertion_type": "reported",
            "item-1-data_classes": ["child"],
            "item-1-about_others": "yes",
            "item-1-others": "her son",
            "item-1-proportionality": "It keeps him safe.",
            "item-1-shared": "yes",
            "item-1-audience": "all_present",
        }
    )
    who.type(
        {
            "power": "CA89_17_OUT:child_safeguard",
            "condition": "TASK_SAFEGUARD",
            "necessity": "The school day is when he can be reached.",
            "consent": "given",
            "views": "not_known",
            "refusal_reason": "The first adds nothing to the risk.",
        }
    )
    who.press("Return these statements")
    who.shows("2 statements")


def priya_and_sam_know_nothing(who: Visitor, known: Known) -> None:
    """For several hearings in one click."""
    for name in ("priya", "sam"):
        who.sign_in(name)
        who.follow("Answer research requests of Harbourne MARAC: 3 cases")
        who.press("Nothing known about any of the 3 that wait")
        assert who.page.locator("main tbody").inner_text().count("Nothing known") == 3
        who.lacks(SECRET)


def amira_says_the_wishes(who: Visitor, known: Known) -> None:
    who.sign_in("amira")
    who.follow(f"Record the victim’s wishes for the hearing of case {known.case}")
    who.type({"text": "She wants to stay in her home.", "audience": "all_present"})
    who.type(day_boxes("said_on", timezone.localdate()))
    who.press("Save the wishes")
    who.shows("She wants to stay in her home.")
    who.lacks(SECRET)


def grace_issues_the_packs(who: Visitor, known: Known) -> None:
    who.sign_in("grace")
    who.follow("Issue the packs")
    who.lacks(SECRET)
    who.type({"confirmed": "on"})
    who.press("Issue the packs")
    who.shows("Quay Street Surgery", "The office")


def tess_reads_her_pack(who: Visitor, known: Known) -> None:
    """On screen, and as a file that only her passphrase opens; her own item is in it."""
    who.sign_in("tess")
    who.go(f"/meetings/{known.meeting}/")
    who.follow("Copy ")
    who.shows(SECRET, "The child misses school", "She wants to stay in her home.")
    who.press("Download as PDF")
    who.type({"passphrase": PASSPHRASE, "again": PASSPHRASE})
    with who.downloading(known.folder) as file:
        who.page.get_by_role("button", name="Download the PDF").click()
    reader = PdfReader(file)
    assert reader.is_encrypted
    assert reader.decrypt(PASSPHRASE)
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "school saw bruises" in text
    assert NAME in text


def helen_runs_the_meeting(who: Visitor, known: Known) -> None:
    who.sign_in("helen")
    who.go(f"/meetings/{known.meeting}/")
    who.press("Start the meeting")
    who.type({"confirmed": "on"})
    who.press("Start the meeting")
    who.type({"seat-0-status": "present", "seat-0-attendee": "Tess Calloway", "seat-0-accepted": "on"})
    who.press("Save attendance")
    who.follow(known.case)
    who.shows("The child misses school", "Still awaited")
    who.lacks(SECRET)
    _helen_records(who)
    _helen_concludes(who, known)


def _helen_records(who: Visitor) -> None:
    who.press("Add a risk")
    who.type({"target": "child", "text": "The child is alone with him on Mondays."})
    who.press("Add the risk")
    who.press("Record the summary")
    who.type({"summary": "High, and rising since March.", "risk_level": "high", "status": "heard"})
    who.press("Save")
    who.press("Add an action")
    due = timezone.localdate() + timedelta(days=14)
    who.type({"description": "Visit the school this week.", "target": "child", "reveals_disclosure": "no"})
    who.choose("agency", "Harbourne Children's Social Care")
    who.choose("risk", "The child is alone", partly=True)
    who.type(day_boxes("due_on", due))
    who.press("Add the action")
    who.shows("Visit the school this week.", "Agreed level of risk: High")


def _helen_concludes(who: Visitor, known: Known) -> None:
    who.go(f"/meetings/{known.meeting}/")
    who.press("Conclude the meeting")
    who.shows("will be carried over")
    who.type({"confirmed": "on"})
    who.press("Conclude the meeting")
    who.shows("Concluded")


def tess_closes_her_action(who: Visitor, known: Known) -> None:
    who.sign_in("tess")
    who.follow("close it with its outcome")
    known.action = who.reference
    who.type({"status": "done", "outcome": "Visited on Monday; the child is safe with his aunt."})
    who.press("Close the action")
    who.shows("Done", "safe with his aunt")


def una_reads_the_trail(who: Visitor, known: Known) -> None:
    """Who did and who read, in sentences; the pack's download too; nothing of what was said."""
    who.sign_in("una")
    who.press("Audit")
    who.type({"case-reference": known.case})
    who.press("Show who did and read what")
    text = everything_in_the_trail(who)
    for words in (
        "Tess Calloway",
        "downloaded the pack",
        "Helen Marsh",
        "Grace Adeyemi",
        "accepted the referral",
        "read",
    ):
        assert words in text
    assert NAME not in text
    assert SECRET not in text


def everything_in_the_trail(who: Visitor) -> str:
    """The text of all pages of the list."""
    text = who.text()
    while (more := who.page.get_by_role("link", name="Next")).count():
        more.first.click()
        text += who.text()
    return text


def everybody_sees_only_her_own(who: Visitor, known: Known) -> None:
    for name in ("wendy", "viktor", "omar"):
        who.sign_in(name)
        who.lacks(known.case, known.referral, known.meeting)
        for address in (
            f"/cases/{known.case}/",
            f"/referrals/{known.referral}/",
            f"/meetings/{known.meeting}/",
            f"/actions/{known.action}/",
        ):
            assert who.go(address) in (403, 404), (name, address)
            who.lacks(NAME, SECRET)
    who.sign_in("priya")
    who.go(f"/cases/{known.case}/")
    who.shows(NAME, "The child misses school")
    who.lacks(SECRET, "07700 900123")
