"""A GP returns research with her own decision, in the browser, with script and without; what she forgets is asked for, nothing is lost."""

import pytest

from tests.browser.visitor import Visitor
from tests.casework.meetings import story

STATEMENT = {
    "item-0-text": "Seen in April with bruising.",
    "item-0-assertion_type": "fact",
    "item-0-data_classes": ["health-confidential"],
    "item-0-about_others": "yes",
    "item-0-others": "her sister",
    "item-0-source_protected": "yes",
    "item-0-source": "Canarysister rang the surgery",
    "item-0-shared": "yes",
    "item-0-audience": "all_present",
}
DECISION = {"power": "NHS_CONF:da_safety", "condition": "TASK_SAFEGUARD", "consent": "refused", "views": "not_known"}
FORGOTTEN = {
    "item-0-proportionality": "She asked for help.",
    "necessity": "He may hurt her again before she asks for help.",
    "override_reason": "She is in danger of serious harm.",
    "confidence": "public_interest",
    "advice": "The Caldicott guardian: share what bears on the risk.",
}


@pytest.mark.slow
def test_a_gp_decides(either: Visitor, town):
    hearing = story.hearings(town, story.circulated(town, 1))[0]
    who, page = either, f"/hearings/{hearing.reference}/return/"
    who.sign_in("priya")
    who.go(page)
    who.shows("Powers that your agency cannot rely on here, and why")
    who.type(STATEMENT | DECISION)
    who.page.get_by_role("button", name="Return these statements").click()
    who.shows("There is a problem", "Say whose advice was taken", "Enter why sharing it is justified towards them")
    who.type(FORGOTTEN)
    who.press("Return these statements")
    who.shows("1 statement")
    who.go(page)
    who.shows("Source protected", "About: her sister", "What your agency has decided", "The Caldicott guardian")
    who.lacks("Canarysister")
    who.follow("We hold something and will not share it")
    who.type({"refusal_reason": "It has no bearing on the risk."})
    who.press("Record that it is not shared")
    who.go(page)
    who.shows("Not shared because: It has no bearing on the risk.")
