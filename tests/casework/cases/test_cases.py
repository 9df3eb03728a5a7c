"""The case page, the list and the print: item by item what each viewer may read, and the same cost for one row and many."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.access.viewer import acting
from casework.commands.cases import open_case
from casework.commands.parties import PartyDetails, add_party
from casework.queries.calendar import say_day
from casework.queries.chronology import chronology
from tests.world import arranging

UNTIL = timezone.localdate() + timedelta(days=30)


@pytest.fixture
def world(full_world):
    return full_world


def page(client, world, who, address):
    client.force_login(world.people.users[who])
    return client.get(address)


def texts(world, who, name="listed"):
    with acting(world.people.users[who]) as by:
        return {entry.text for entry in chronology(by, world.cases[name])}


def test_the_chronology_is_filtered_item_by_item(world):
    said = {"dan all_present", "dan all_signatories", "dan named_agencies", "dan owner_only", "dan chair_only"}
    assert texts(world, "dan") & said == said
    assert texts(world, "tess") & said == {"dan all_present", "dan all_signatories", "dan named_agencies"}
    assert texts(world, "helen") & said == {"dan all_present", "dan all_signatories", "dan chair_only"}
    assert texts(world, "grace") & said == {"dan all_present", "dan all_signatories"}
    assert texts(world, "wendy") == {""}


def test_the_case_page_shows_what_the_viewer_may_read(world, client):
    address = f"/cases/{world.cases['listed'].reference}/"
    answer = page(client, world, "tess", address)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "dan named_agencies" in text
    assert "dan owner_only" not in text
    assert "Perpetrator (alleged)" in text
    assert "1 Quay Walk, HB1 1AA" in text
    assert "do listed harbourne-police" in text
    assert "summary listed" in text
    for hidden in ("07700 900123", "Refuge somewhere", "after ten"):
        assert hidden not in text


def test_titles_hold_references_and_no_names(world, client):
    case = world.cases["listed"]
    for part, title in (("", "Case"), ("print/", "Case")):
        text = page(client, world, "grace", f"/cases/{case.reference}/{part}").content.decode()
        assert f"<title>{title} {case.reference} - Roundtable</title>" in text


def test_who_owes_an_action_in_a_case_that_is_over_for_her_reads_the_action_alone(world, client, rls_off):
    """By the first wall alone: the database would have kept the hearing back as well."""
    action = world.actions["past", "harbourne-police"]
    text = page(client, world, "dan", f"/actions/{action.reference}/").content.decode()
    assert "do past harbourne-police" in text
    assert "summary past" not in text
    assert "summary past" in page(client, world, "grace", f"/cases/{world.cases['past'].reference}/").content.decode()


def test_the_audience_is_shown_to_the_items_own_agency_alone(world, client):
    address = f"/cases/{world.cases['listed'].reference}/"
    own = "Named agencies only: Harbourne Children&#x27;s Social Care"
    assert own in page(client, world, "dan", address).content.decode()
    assert "Named agencies only" in page(client, world, "tess", address).content.decode()
    tess = page(client, world, "tess", address).content.decode()
    assert tess.count("Named agencies only") == 1
    assert "Named agencies only" not in page(client, world, "grace", address).content.decode()


def test_a_finding_takes_alleged_away(world, client):
    with acting(world.people.users["grace"]) as by, arranging(by):
        case = open_case(by=by, panel=world.panel("harbourne-marac"))
        party = add_party(PartyDetails("alleged_perpetrator", "Found", "Frank"), case=case)
        before = page(client, world, "grace", f"/cases/{case.reference}/").content.decode()
        party.finding = "Convicted"
    assert "Perpetrator (alleged)" in before
    with acting(world.people.users["grace"]) as by, arranging(by):
        party.save()
    after = page(client, world, "grace", f"/cases/{case.reference}/").content.decode()
    assert "(alleged)" not in after
    assert "Perpetrator" in after


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (["yes", "no"], f"Safe to contact by mobile phone until {say_day(UNTIL)}. Do not use any other way."),
        (["no", "unknown"], "Not safe to contact."),
        (["unknown", "not_recorded"], "treat as not safe"),
        ([], "treat as not safe"),
    ],
)
def test_the_safe_contact_banner(people, client, answers, sentence):
    contacts = [
        (channel, "07700 900123", safe, "", UNTIL if safe == "yes" else None)
        for channel, safe in zip(("mobile", "landline"), answers, strict=False)
    ]
    with acting(people.users["grace"]) as by, arranging(by):
        case = open_case(by=by, panel=people.panels["harbourne-marac"])
        add_party(PartyDetails("victim", "Vaughan", "Vera", safe_contacts=contacts), case=case)
    client.force_login(people.users["grace"])
    assert sentence in client.get(f"/cases/{case.reference}/").content.decode()


@pytest.mark.parametrize("who", ["wendy", "nell", "viktor", "una", "lena"])
def test_an_unseen_case_and_an_absent_one_are_the_same_byte_for_byte(world, client, who):
    case = world.cases["past"] if who == "lena" else world.cases["listed"]
    for part in ("", "print/", "decisions/"):
        unseen = page(client, world, who, f"/cases/{case.reference}/{part}")
        absent = client.get(f"/cases/0000-0000/{part}")
        assert unseen.status_code in (403, 404)
        assert (unseen.status_code, unseen.content) == (absent.status_code, absent.content) or unseen.status_code == 403
    if who in ("wendy", "nell", "lena"):
        assert unseen.status_code == 404


def test_conflict_keeps_out(world, client):
    assert page(client, world, "sam", f"/cases/{world.cases['conflicted'].reference}/").status_code == 404
    assert page(client, world, "sam", f"/cases/{world.cases['listed'].reference}/").status_code == 200


def test_the_print_is_recorded_with_its_digest_and_hides_what_is_masked(world, client, events):
    answer = page(client, world, "grace", f"/cases/{world.cases['listed'].reference}/print/")
    text = answer.content.decode()
    assert "Printed by Grace Adeyemi, Harbourne Council" in text
    assert "07700 900123" not in text
    assert 'action="/reveal/"' not in text
    copy = re.search(r"Copy (\S+)\.", text).group(1)
    [event] = [event for event in events if event.event == "case.printed"]
    digest = hashlib.sha256(answer.content).hexdigest()
    assert (event.cases, event.details) == ([world.cases["listed"].reference], {"copy": copy, "sha256": digest})


def many_cases(people, number):
    with acting(people.users["grace"]) as by, arranging(by):
        for n in range(number):
            case = open_case(by=by, panel=people.panels["harbourne-marac"])
            add_party(PartyDetails("victim", f"Vaughan{n}", "Vera"), case=case)


def test_the_list_costs_the_same_for_one_case_and_for_many(people, client):
    client.force_login(people.users["grace"])
    counts = []
    for more in (1, 24):
        many_cases(people, more)
        client.get("/cases/")
        with CaptureQueriesContext(connection) as queries:
            text = client.get("/cases/").content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert text.count('class="govuk-link rt-reference"') == 25


def test_the_list_is_paged_and_filtered(people, client):
    many_cases(people, 26)
    client.force_login(people.users["grace"])
    assert "Showing 1 to 25 of 26" in client.get("/cases/").content.decode()
    assert "Showing 26 to 26 of 26" in client.get("/cases/?page=2").content.decode()
    assert "Showing 1 to 25 of 26" in client.get("/cases/?status=open&panel=harbourne-marac").content.decode()
    assert "No case matches" in client.get("/cases/?status=closed").content.decode()
    assert "No case matches" in client.get("/cases/?opened_to=2020-01-01").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "status=no-such",
        "panel=northgate-marac",
        "family_name=Vaughan",
        "opened_from_day=32&opened_from_month=1&opened_from_year=2020",
    ],
)
def test_a_filter_that_cannot_be_read_shows_nothing_and_says_so(people, client, query):
    many_cases(people, 1)
    client.force_login(people.users["grace"])
    text = client.get(f"/cases/?{query}").content.decode()
    assert "This filter cannot be read, so nothing is listed." in text
    assert 'class="govuk-link rt-reference"' not in text


def test_nobody_sees_another_partnerships_cases_in_the_list(world, client):
    for who, seen in (("wendy", []), ("nell", ["northgate"]), ("tess", ["listed", "conflicted"]), ("sam", ["listed"])):
        text = page(client, world, who, "/cases/").content.decode()
        assert sorted(name for name, case in world.cases.items() if case.reference in text) == sorted(seen)


def test_decisions_are_shown_with_their_doubt(world, client):
    text = page(client, world, "grace", f"/cases/{world.cases['listed'].reference}/decisions/").content.decode()
    assert "needed listed" in text
    assert "agrees listed" in text
    assert "Check before use" in text
    assert "Harbourne MARAC: its office" in text
    assert "Amira Haddad, Safe Harbour IDVA Service" in text
    assert "needed past" not in text


def test_an_agency_sees_who_may_read_and_not_the_offices_decision(world, client):
    address = f"/cases/{world.cases['listed'].reference}/decisions/"
    office = page(client, world, "grace", address).content.decode()
    assert "to plan together" in office
    answer = page(client, world, "tess", address)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Quay Street Surgery" in text
    assert "Held by the office" in text
    assert "to plan together" not in text
