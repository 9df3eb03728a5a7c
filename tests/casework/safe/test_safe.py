"""Hidden details: masked everywhere, shown on one click that is recorded, to those who may read them."""

import pytest

from casework.access.scope import visible
from casework.access.viewer import acting
from casework.models import Party, ReportSource, SafeAddress, SafeContact
from tests.world import arranging


@pytest.fixture
def world(full_world):
    return full_world


def key_of(world, who, model, **where):
    with acting(world.people.users[who]) as by:
        return visible(by, model).filter(**where).order_by("pk").first().pk


def show(client, world, who, kind, key, **why):
    client.force_login(world.people.users[who])
    return client.post("/reveal/", {"kind": kind, "key": key, **({"why": "checking"} | why)})


def test_a_safe_contact_is_shown_and_the_click_recorded_without_the_text(world, client, events):
    case = world.cases["listed"]
    key = key_of(world, "amira", SafeContact, case=case)
    answer = show(client, world, "amira", "safe_contact", key)
    text = answer.content.decode()
    assert "07700 900123" in text
    assert "after ten" in text
    assert f'href="/cases/{case.reference}/"' in text
    assert "no-store" in answer.headers["Cache-Control"]
    [event] = [event for event in events if event.event == "safe.revealed"]
    assert (event.cases, event.details) == (
        [case.reference],
        {"kind": "safe_contact", "why": "checking"},
    )
    assert "07700" not in repr(event)


def test_a_safe_address_of_a_referral_leads_back_to_it(world, client, events):
    referral = world.referrals["waiting"]
    key = key_of(world, "amira", SafeAddress, referral=referral)
    text = show(client, world, "amira", "safe_address", key).content.decode()
    assert "Refuge somewhere" in text
    [event] = [event for event in events if event.event == "safe.revealed"]
    assert (event.cases, event.subject) == ([], f"referral {referral.reference}")


def test_a_source_is_shown_to_the_agency_that_took_the_report(world, client):
    key = key_of(world, "lena", ReportSource, report=world.reports["one"])
    assert "Nora Noise" in show(client, world, "lena", "report_source", key).content.decode()
    assert "Nora Noise" in show(client, world, "omar", "report_source", key).content.decode()


def test_nobody_else_is_shown_anything(world, client, events):
    contact = key_of(world, "amira", SafeContact, case=world.cases["listed"])
    source = key_of(world, "lena", ReportSource, report=world.reports["one"])
    assert show(client, world, "tess", "safe_contact", contact).status_code == 200
    for who, kind, key, status in (
        ("wendy", "safe_contact", contact, 404),
        ("viktor", "safe_contact", contact, 403),
        ("una", "safe_contact", contact, 403),
        ("dan", "report_source", source, 404),
        ("amira", "no_such_kind", contact, 404),
        ("amira", "safe_contact", "x", 404),
        ("amira", "safe_contact", "9" * 30, 404),
    ):
        answer = show(client, world, who, kind, key)
        assert (who, kind, answer.status_code) == (who, kind, status)
        assert "07700" not in answer.content.decode()
    assert len([event for event in events if event.event == "safe.revealed"]) == 1


def test_it_is_shown_by_a_click_alone(world, client):
    client.force_login(world.people.users["amira"])
    assert client.get("/reveal/").status_code == 405


def test_moved_ciphertext_is_not_shown(world, client):
    case = world.cases["listed"]
    with acting(world.people.users["grace"]) as by, arranging(by):
        party = visible(by, Party).filter(case=case, role="victim").get()
        first = visible(by, SafeContact).filter(case=case).order_by("pk").first()
        copied = SafeContact(case=case, party=party, channel="text", secret=first.secret)
        copied.save()
    text = show(client, world, "grace", "safe_contact", copied.pk).content.decode()
    assert "This cannot be read" in text
    assert "07700" not in text


@pytest.mark.parametrize(
    ("why", "status"),
    [
        ({"why": None}, 200),
        ({"why": None, "asked": "1"}, 422),
        ({"why": "curious"}, 422),
        ({"why": "other", "words": " "}, 422),
    ],
)
def test_nothing_shows_without_a_reason(world, client, events, why, status):
    key = key_of(world, "amira", SafeContact, case=world.cases["listed"])
    client.force_login(world.people.users["amira"])
    sent = {"kind": "safe_contact", "key": key} | {name: value for name, value in why.items() if value is not None}
    answer = client.post("/reveal/", sent)
    text = answer.content.decode()
    assert (answer.status_code, "07700" in text, "Why do you need to see this?" in text) == (status, False, True)
    assert [event for event in events if event.event == "safe.revealed"] == []


def test_a_reason_in_words_is_kept_with_the_event(world, client, events):
    key = key_of(world, "amira", SafeContact, case=world.cases["listed"])
    assert (
        "07700" in show(client, world, "amira", "safe_contact", key, why="other", words="She rang us").content.decode()
    )
    [event] = [event for event in events if event.event == "safe.revealed"]
    assert (event.details["why"], event.reason) == ("other", "Another reason: She rang us")
