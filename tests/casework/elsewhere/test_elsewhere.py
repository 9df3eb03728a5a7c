"""Known elsewhere: which panel is told of which, and everything that must not be said."""

from dataclasses import replace
from datetime import date

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.access import declare_conflict
from casework.commands.cases import open_case
from casework.commands.elsewhere import compare_case, settle_elsewhere
from casework.commands.parties import PartyDetails, add_party
from casework.commands.queue import registered_jobs
from casework.demo.people import People, load_people
from casework.models import Case, KnownElsewhere, Seal
from casework.queries.elsewhere import known_elsewhere, offices_to_ask
from tests.world import arranging

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system", "owner"])
SOMEBODY = PartyDetails("alleged_perpetrator", "Harker", "Jonathan", born_on=date(1985, 4, 17))
OFFICES = {"harbourne-marac": "grace", "harbourne-asb": "omar", "northgate-marac": "nell", "northgate-asb": "nell"}


@pytest.fixture
def people() -> People:
    return load_people()


def opened(people: People, panel: str, *details: PartyDetails) -> Case:
    with acting(people.users[OFFICES[panel]]) as by, arranging(by):
        plugin = people.panels[panel].plugin
        case = open_case(by=by, panel=people.panels[panel], status=plugin.first_status)
        for one in details:
            add_party(one, case=case)
    return case


def told(people: People, username: str) -> set[tuple[str, str]]:
    """(reference of the case, panel to ask) of what somebody may read."""
    with acting(people.users[username]) as by:
        return {
            (row.case.reference, row.panel.slug) for row in visible(by, KnownElsewhere).select_related("case", "panel")
        }


def compare(case: Case) -> int:
    return compare_case(case_id=case.pk, asked_by_id=None)


@pytest.mark.parametrize("newer", ["marac", "asb"])
def test_the_marac_is_told_of_the_asb_panel_and_never_the_other_way(people, newer):
    first, second = ("harbourne-asb", "harbourne-marac") if newer == "marac" else ("harbourne-marac", "harbourne-asb")
    cases = {panel: opened(people, panel, SOMEBODY) for panel in (first, second)}
    assert compare(cases[second]) == 1
    assert compare(cases[second]) == 0  # once
    expected = {(cases["harbourne-marac"].reference, "harbourne-asb")}
    assert {name: told(people, name) for name in ("grace", "helen")} == dict.fromkeys(("grace", "helen"), expected)
    for nobody in ("omar", "chris", "dan", "lena", "amira", "una", "ines", "nell"):
        assert (nobody, told(people, nobody)) == (nobody, set())


def test_a_case_that_is_opened_asks_for_the_comparison(people):
    case = opened(people, "harbourne-marac", SOMEBODY)
    opened(people, "harbourne-asb", SOMEBODY)
    asked = [row.args_kwargs["args"][0] for row in DBTaskResult.objects.all()]
    assert asked.count("elsewhere.compare") == 2
    assert "elsewhere.compare" in registered_jobs()
    assert told(people, "grace") == set()
    assert compare(case) == 1


def test_name_and_birth_date_must_agree(people):
    others = (
        replace(SOMEBODY, born_on=date(1985, 4, 18)), replace(SOMEBODY, born_on=None),
        replace(SOMEBODY, given_names="Mina"), replace(SOMEBODY, family_name="Harding"),
    )  # fmt: skip
    opened(people, "harbourne-asb", *others)
    case = opened(people, "harbourne-marac", SOMEBODY)
    assert compare(case) == 0
    opened(people, "harbourne-asb", replace(SOMEBODY, given_names="JONATHAN", role="witness"))
    assert compare(case) == 1


def test_nothing_crosses_between_partnerships_and_no_panel_is_told_of_itself(people):
    opened(people, "northgate-asb", SOMEBODY)
    opened(people, "harbourne-marac", SOMEBODY)
    assert compare(opened(people, "harbourne-marac", SOMEBODY)) == 0
    assert told(people, "grace") == set()


@pytest.mark.parametrize("sealed", ["harbourne-marac", "harbourne-asb"])
def test_nothing_is_said_of_a_sealed_case_or_to_one(people, sealed):
    cases = {panel: opened(people, panel, SOMEBODY) for panel in ("harbourne-marac", "harbourne-asb")}
    with acting(people.users[OFFICES[sealed]]) as by, arranging(by):
        Seal(case=cases[sealed], panel=people.panels[sealed], sealed_by_id=by.user_id).save()
    assert compare(cases["harbourne-marac"]) == 0
    assert compare(cases["harbourne-asb"]) == 0


@pytest.mark.parametrize(("panel", "officer", "who"), [("harbourne-marac", "grace", "helen"), ("harbourne-asb", "omar", "chris")])  # fmt: skip
def test_nothing_is_said_where_an_office_has_a_conflict(people, panel, officer, who):
    cases = {slug: opened(people, slug, SOMEBODY) for slug in ("harbourne-marac", "harbourne-asb")}
    with acting(people.users[officer]) as by, arranging(by):
        declare_conflict(
            by=by, user=people.users[who], panel_id=people.panels[panel].pk, case=cases[panel], reason="his brother"
        )
    assert compare(cases["harbourne-marac"]) == 0
    assert told(people, "grace") == set()


def test_a_conflict_of_somebody_else_changes_nothing(people):
    cases = {slug: opened(people, slug, SOMEBODY) for slug in ("harbourne-marac", "harbourne-asb")}
    with acting(people.users["grace"]) as by, arranging(by):
        case = cases["harbourne-marac"]
        declare_conflict(by=by, user=people.users["sam"], panel_id=case.panel_id, case=case, reason="his brother")
    assert compare(cases["harbourne-marac"]) == 1


def test_the_office_settles_it_with_one_click(people):
    opened(people, "harbourne-asb", SOMEBODY)
    case = opened(people, "harbourne-marac", SOMEBODY)
    compare(case)
    with acting(people.users["grace"]) as by:
        (task,) = offices_to_ask(by)
        assert task.text == f"Case {case.reference}: known to Harbourne ASB panel, ask its office"
        (known,) = known_elsewhere(by, case)
    with pytest.raises(Http404), acting(people.users["omar"]) as by:
        settle_elsewhere(by=by, known=known)
    client, page = Client(), reverse("case", args=[case.reference])
    client.force_login(people.users["grace"])
    shown = client.get(page).content.decode()
    assert "Known to Harbourne ASB panel: ask its office" in shown
    address = reverse("elsewhere", args=[case.reference, "harbourne-asb"])
    assert client.get(address).status_code == 200
    assert client.post(address)["Location"] == page
    assert "Known to Harbourne ASB panel" not in client.get(page).content.decode()
    with acting(people.users["grace"]) as by:
        assert offices_to_ask(by) == []
        assert visible(by, KnownElsewhere).get().settled_by_id == by.user_id
    client.force_login(people.users["omar"])
    assert client.get(address).status_code == 404
