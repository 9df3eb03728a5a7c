"""How people can be reached: safe until a day, said again or ended, and who is told when it runs out."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.parties import (
    HiddenPlace,
    OpenPlace,
    PartyDetails,
    add_addresses,
    add_open_place,
    copy_parties,
)
from casework.commands.safe import holds_hidden_detail, say_safe
from casework.models import Case, Party, Referral, SafeAddress, SafeContact
from casework.queries.home import tasks_for
from casework.queries.outward import call_list, open_way, ways_of
from tests.world import arranging

TODAY = timezone.localdate()
SOON, LATER = TODAY + timedelta(days=7), TODAY + timedelta(days=90)


@pytest.fixture
def world(full_world):
    return full_world


def victim(by, case):
    return visible(by, Party).get(case=case, role="victim")


def the_mobile(by, case):
    return visible(by, SafeContact).get(case=case, channel="mobile")


def post(client, world, who, address, **data):
    client.force_login(world.people.users[who])
    return client.post(address, data)


def day(name, value):
    return {f"{name}_day": value.day, f"{name}_month": value.month, f"{name}_year": value.year}


def test_unknown_means_unsafe_and_so_does_a_day_that_has_passed():
    yes = SafeContact.Safe.YES
    assert [
        SafeContact(safe=safe, safe_until=until).is_safe
        for safe, until in (
            (yes, TODAY), (yes, None), (yes, TODAY - timedelta(days=1)), ("unknown", LATER), ("no", LATER), ("not_recorded", LATER),
        )
    ] == [True, False, False, False, False, False]  # fmt: skip


def test_who_confirms_stands_with_the_day(world, client, events):
    case = world.cases["listed"]
    with acting(world.people.users["amira"]) as by:
        landline = visible(by, SafeContact).get(case=case, channel="landline")
    given = {"way": landline.seal, "safe": "yes", **day("until", LATER)}
    answer = post(client, world, "amira", f"/cases/{case.reference}/ways/confirm/", **given)
    assert (answer.status_code, answer.url) == (302, f"/cases/{case.reference}/ways/")
    with acting(world.people.users["amira"]) as by:
        row = visible(by, SafeContact).get(pk=landline.pk)
    amira = world.people.users["amira"].pk
    assert (row.is_safe, row.safe_until, row.confirmed_on, row.confirmed_by_id) == (True, LATER, TODAY, amira)
    assert [e.cases for e in events if e.event == "safe.confirmed"] == [[case.reference]]


def test_marked_as_not_safe_closes_at_once(world, client):
    case = world.cases["listed"]
    with acting(world.people.users["grace"]) as by:
        mobile = the_mobile(by, case)
        assert mobile.is_safe
    answer = post(client, world, "grace", f"/cases/{case.reference}/ways/confirm/", way=mobile.seal, safe="no")
    assert answer.status_code == 302
    with acting(world.people.users["amira"]) as by:
        row = the_mobile(by, case)
        assert (row.safe, row.safe_until, row.is_safe) == ("no", None, False)
        assert "Mobile phone: not safe" in open_way(by, victim(by, case), "call")
    page = client.get(f"/cases/{case.reference}/").content.decode()
    assert "Not safe to contact. Do not ring, write or visit" in page


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (TODAY - timedelta(days=1), "must be today or in the future"),
        (TODAY + timedelta(days=800), "within a year"),
        (None, "Enter safe until which day"),
    ],
)
def test_the_day_is_asked_for_and_lies_within_a_year(world, client, until, words):
    case = world.cases["listed"]
    with acting(world.people.users["amira"]) as by:
        seal = the_mobile(by, case).seal
    given = {"way": seal, "safe": "yes", **(day("until", until) if until else {})}
    answer = post(client, world, "amira", f"/cases/{case.reference}/ways/confirm/", **given)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text or "Answer the question: Safe until which day?" in text


def test_only_who_writes_in_the_case_says_whether_it_is_safe(world, client):
    case = world.cases["listed"]
    with acting(world.people.users["grace"]) as by:
        seal = the_mobile(by, case).seal
    for who, status in (("wendy", 404), ("nell", 404), ("una", 403), ("viktor", 403), ("tess", 302)):
        given = {"way": seal, "safe": "yes", **day("until", LATER)}
        assert (who, post(client, world, who, f"/cases/{case.reference}/ways/confirm/", **given).status_code) == (
            who,
            status,
        )


def test_a_hidden_address_is_added_and_masked(world, client):
    case = world.cases["listed"]
    given = {"person": "1", "what": "address", "kind": "family", "shared": "no", "value": "8 Ropewalk Close\nHB7 3QQ", "safe": "yes", **day("until", LATER)}  # fmt: skip
    answer = post(client, world, "amira", f"/cases/{case.reference}/ways/new/", **given)
    assert answer.status_code == 302
    page = client.get(f"/cases/{case.reference}/ways/").content.decode()
    assert "Ropewalk" not in page
    assert "Post: family or friends" in page
    with acting(world.people.users["amira"]) as by:
        row = visible(by, SafeAddress).get(case=case, kind="family")
        assert (row.reveal(), row.is_safe, row.confirmed_on) == ("8 Ropewalk Close\nHB7 3QQ", True, TODAY)
        assert open_way(by, victim(by, case), "letter").row == row


def test_a_newer_address_makes_the_older_confirmation_void_for_post(world):
    case = world.cases["listed"]
    with acting(world.people.users["amira"]) as by, arranging(by):
        refuge = visible(by, SafeAddress).get(case=case)
        say_safe(by=by, row=refuge, until=LATER, shared="no")
        assert open_way(by, victim(by, case), "letter").row == refuge
        add_open_place(victim(by, case), OpenPlace("home", "2 New Row", "HB2 2BB"))
        refused = open_way(by, victim(by, case), "letter")
        assert "an address was added after this one was confirmed" in refused
        say_safe(by=by, row=refuge, until=LATER, shared="no")
        assert open_way(by, victim(by, case), "letter").row == refuge


def test_an_address_that_the_same_person_got_elsewhere_counts_too(world):
    with acting(world.people.users["grace"]) as by, arranging(by):
        here = victim(by, world.cases["listed"])
        there = visible(by, Party).get(referral=world.referrals["accepted"], role="victim")
        say_safe(by=by, row=visible(by, SafeAddress).get(party=here), until=LATER, shared="no")
        add_open_place(there, OpenPlace("home", "2 New Row", "HB2 2BB"))
        assert not isinstance(open_way(by, here, "letter"), str)
        from casework.models import Person

        anchor = Person()
        anchor.save()
        for party in (here, there):
            party.person = anchor
            party.save()
        assert open_way(by, here, "letter").startswith("Post: refuge: an address was added after")


@pytest.mark.parametrize(("shared", "words"), [("yes", "lives there"), ("unknown", "not known whether")])
def test_a_shared_address_blocks_and_so_does_not_knowing(world, shared, words):
    case = world.cases["listed"]
    with acting(world.people.users["amira"]) as by, arranging(by):
        say_safe(by=by, row=visible(by, SafeAddress).get(case=case), until=LATER, shared=shared)
        assert words in open_way(by, victim(by, case), "letter")


def test_imported_and_undated_contacts_are_not_confirmed(people):
    with acting(people.users["grace"]) as by, arranging(by):
        from casework.commands.cases import open_case
        from casework.commands.parties import add_party

        case = open_case(by=by, panel=people.panels["harbourne-marac"])
        ways = [("mobile", "07700 900123", "yes", ""), ("other", "ring her sister", "not_recorded", "")]
        party = add_party(PartyDetails("victim", "Vaughan", "Vera", safe_contacts=ways), case=case)
        assert [line.closed for line in ways_of(by, [party])] == [
            "Not confirmed until any day",
            "Not known whether it is safe",
        ]
        assert [row.confirmed_on for row in visible(by, SafeContact).filter(party=party)] == [None, None]


def test_a_copy_keeps_who_confirmed_and_when(world):
    with acting(world.people.users["grace"]) as by, arranging(by):
        referral = visible(by, Referral).get(pk=world.referrals["waiting"].pk)
        contact = visible(by, SafeContact).get(referral=referral, channel="mobile")
        from casework.commands.cases import open_case

        case = open_case(by=by, panel=referral.panel)
        copy_parties(by, referral, case)
        copied = the_mobile(by, case)
    dan = world.people.users["dan"].pk
    assert (copied.safe_until, copied.confirmed_on, copied.confirmed_by_id) == (contact.safe_until, TODAY, dan)


def test_news_of_a_known_number_is_believed_where_it_is_worse_or_later(world):
    case = world.cases["listed"]
    with acting(world.people.users["grace"]) as by, arranging(by):
        party = victim(by, case)

        def told(*way):
            add_addresses(by, PartyDetails("victim", safe_contacts=[way]), party)
            row = the_mobile(by, case)
            return row.safe, row.safe_until

        assert told("mobile", "07700 900123", "unknown", "") == ("yes", TODAY + timedelta(days=60))
        assert told("mobile", "07700 900123", "yes", "", LATER) == ("yes", LATER)
        assert told("mobile", "07700 900123", "yes", "", SOON) == ("yes", LATER)
        assert told("mobile", "07700 900123", "no", "") == ("no", None)
        place = HiddenPlace("refuge", "Refuge somewhere")
        add_addresses(by, PartyDetails("victim", safe_addresses=[place]), party)
        assert visible(by, SafeAddress).filter(party=party).count() == 1


def safe_tasks(world, who):
    with acting(world.people.users[who]) as by:
        return [(task.url_args, task.due_on) for task in tasks_for(by) if task.group == "Safe contact"]


def test_what_runs_out_within_a_week_stands_on_the_advisers_home(world):
    case = world.cases["listed"]
    assert safe_tasks(world, "amira") == []
    with acting(world.people.users["amira"]) as by:
        say_safe(by=by, row=the_mobile(by, case), until=SOON + timedelta(days=1))
    assert safe_tasks(world, "amira") == []
    with acting(world.people.users["amira"]) as by:
        say_safe(by=by, row=the_mobile(by, case), until=SOON)
    assert safe_tasks(world, "amira") == [((case.reference,), SOON)]
    assert safe_tasks(world, "dan") == []
    with acting(world.people.users["grace"]) as by, arranging(by):
        row = visible(by, Case).get(pk=case.pk)
        row.lead_agency = world.agency("harbourne-police")
        row.save()
    assert safe_tasks(world, "dan") == [((case.reference,), SOON)]
    assert safe_tasks(world, "sam") == []


def test_the_call_list_says_whom_one_may_ring_and_why_not_the_others(world, client):
    case = world.cases["listed"]
    client.force_login(world.people.users["amira"])
    page = client.get("/calls/").content.decode()
    assert (case.reference in page, "07700" in page, "01632" in page) == (True, False, False)
    with acting(world.people.users["amira"]) as by:
        (line,) = call_list(by)
        assert ([way.label for way in line.ways], line.why_not) == (["Mobile phone"], "")
        row = the_mobile(by, case)
        with arranging(by):
            row.safe_until = TODAY - timedelta(days=1)
            row.save()
        (line,) = call_list(by)
        assert line.ways == []
        assert line.why_not == "Mobile phone: its confirmation has run out; Landline: not known whether it is safe"
    page = client.get("/calls/").content.decode()
    assert "Nobody to ring today" in page
    with acting(world.people.users["dan"]) as by:
        assert call_list(by) == []


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("She is at refuge SOMEWHERE now", True),
        ("ring 07700-900 123", True),
        ("+44 7700 900123", True),
        ("She is safe", False),
        ("", False),
    ],
)
def test_a_hidden_detail_is_found_in_a_text(world, text, held):
    with acting(world.people.users["amira"]) as by:
        assert holds_hidden_detail(by, world.cases["listed"], text) is held
        assert holds_hidden_detail(by, world.cases["listed"], text, besides=victim(by, world.cases["listed"])) is False


@pytest.mark.parametrize("address", ["/cases/{0}/ways/", "/cases/{0}/", "/calls/"])
def test_every_form_that_shows_carries_its_token(world, client, address):
    client.force_login(world.people.users["amira"])
    page = client.get(address.format(world.cases["listed"].reference)).content.decode()
    forms = re.findall(r'<form method="post" action="/reveal/">(.{0,60})', page)
    assert forms
    assert [form for form in forms if "csrfmiddlewaretoken" not in form] == []


def test_the_ways_of_a_referral(world, client):
    reference = world.referrals["waiting"].reference
    for who, status in (("dan", 200), ("amira", 200), ("grace", 200), ("tess", 404), ("una", 403)):
        client.force_login(world.people.users[who])
        assert (who, client.get(f"/referrals/{reference}/ways/").status_code) == (who, status)
    with acting(world.people.users["dan"]) as by:
        mobile = visible(by, SafeContact).get(referral=world.referrals["waiting"], channel="mobile")
    answer = post(client, world, "dan", f"/referrals/{reference}/ways/confirm/", way=mobile.seal, safe="no")
    assert (answer.status_code, answer.url) == (302, f"/referrals/{reference}/ways/")
    given = {"person": "1", "what": "text", "value": "07700 900321", "safe": "unknown"}
    assert post(client, world, "dan", f"/referrals/{reference}/ways/new/", **given).status_code == 302
    with acting(world.people.users["dan"]) as by:
        rows = visible(by, SafeContact).filter(referral=world.referrals["waiting"]).order_by("pk")
        assert [(row.channel, row.safe) for row in rows] == [
            ("mobile", "no"),
            ("landline", "unknown"),
            ("text", "unknown"),
        ]
