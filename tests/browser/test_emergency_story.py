"""Emergency access in the browser, from the request to the review, with script and without."""

import pytest

from tests.browser.beforehand import KARL, ZOE, accepted_case, run_worker
from tests.browser.visitor import Visitor

WHY = "The school rang at five: nobody has collected the child and the mother does not answer."


@pytest.mark.slow
def test_from_the_request_to_the_review(either: Visitor, town):
    case = accepted_case(town, [ZOE, KARL], days_ago=20)
    run_worker()
    tess_asks(either, case)
    tess_reads_and_ends_it(either, case)
    ines_reviews(either, case)
    grace_sees_who_can_see(either, case)


def tess_asks(who: Visitor, case: str) -> None:
    who.sign_in("tess")
    assert who.go(f"/cases/{case}/") == 404
    who.go("/")
    who.follow("Emergency access to a case", within="footer")
    who.shows("3 of 3 tries left today")
    told = {"reason": "child_protection", "text": WHY, "find": "name", "given_names": "Zoë"}
    born = {"born_on_day": "3", "born_on_month": "4", "born_on_year": "1990"}
    who.type(told | born | {"family_name": "Canarywod"})
    who.page.get_by_role("button", name="Open the case").click()
    who.page.wait_for_load_state("load")
    who.shows("Nothing was opened", "2 of 3 tries left today")
    assert who.page.locator("[name=text]").input_value() == WHY
    who.type({"family_name": "Canarywood"})
    who.press("Open the case")
    assert who.reference == case


def tess_reads_and_ends_it(who: Visitor, case: str) -> None:
    who.shows(
        "Emergency access until", "Read only", "Everything you open is recorded and will be reviewed", "Canarywood"
    )
    who.lacks("Assess again", "Ask whether you may use this elsewhere")
    who.follow("Interventions")
    who.shows("Emergency access until")
    who.lacks("Record an intervention")
    who.press("End it now")
    who.lacks("Emergency access until")
    assert who.go(f"/cases/{case}/") == 404


def ines_reviews(who: Visitor, case: str) -> None:
    who.sign_in("ines")
    who.shows("Somebody asked for emergency access and nothing was opened")
    who.follow("Review an emergency access")
    who.shows(WHY, case, "Tess Calloway", "A child has to be protected now")
    who.type({"finding": "justified", "note": "The duty manager confirms the call; the child was collected at six."})
    who.press("Record the finding")
    who.shows("Justified", "Nothing opened", "By agency, over the last year")


def grace_sees_who_can_see(who: Visitor, case: str) -> None:
    who.sign_in("grace")
    who.go(f"/cases/{case}/")
    who.follow("Who can see it")
    who.shows("Office of the panel: coordinator", "An emergency access ended on")
    who.follow("What would they see? Helen Marsh")
    who.shows("This shows what you both may read", "Canarywood")
