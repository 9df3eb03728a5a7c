"""Each person asks every address she could know of in both worlds, and gets the same answer byte for byte."""

import os

import pytest
from django.db import transaction
from django.test import Client

from casework.demo.people import load_people
from tests.crawl.addresses import addresses, known_values
from tests.emptied import empty_all_tables
from tests.two_worlds.answers import normalised
from tests.two_worlds.hidden import ADDITIONS, add_what_is_hidden_from
from tests.world import build

pytestmark = pytest.mark.slow

WHOLE = os.environ.get("ROUNDTABLE_WHOLE") == "1"
PEOPLE = (
    ("dan", "tess", "amira", "grace", "sam", "priya", "lena", "omar", "wendy", "ines")
    if WHOLE
    else ("dan", "amira", "grace")
)
EVERY = 1 if WHOLE else 8
# Pages that list or count, which a sample asks too
COUNTING = {
    "home", "cases", "referrals", "meetings", "meeting", "meeting_packs", "meeting_returns", "meeting_waiting", "actions", "calls", "onward",
    "decision_register", "conflicts", "connections", "emergency", "emergency_reviews", "reviews", "renewals", "people", "asb_reports",
}  # fmt: skip
SEARCHED = ("Vaughan", "Vera Vaughanlisted", "Pryce", "Loud")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        try:
            yield build(load_people())
        finally:
            empty_all_tables()


@pytest.fixture(scope="module")
def asked(world, django_db_blocker) -> list[tuple[str, str]]:
    """Every address by name, with what stands in the first world, and with what does not."""
    with django_db_blocker.unblock():
        return list(addresses(known_values()))


def answers(client: Client, asked: list[str]) -> dict[str, tuple]:
    """What each address answers; nothing of it stays, so that no question changes the next answer."""
    found = {}
    for address in asked:
        with transaction.atomic():
            found[address] = normalised(client.get(address))
            transaction.set_rollback(True)
    for text in SEARCHED:
        with transaction.atomic():
            found[f"search: {text}"] = normalised(client.post("/search/", {"q": text}, follow=True))
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("person", PEOPLE)
def test_both_worlds_answer_the_same(world, asked, person, django_db_blocker, record_property):
    drawn = set(asked[PEOPLE.index(person) % EVERY :: EVERY])
    asked = [address for name, address in asked if (name, address) in drawn or name in COUNTING]
    with django_db_blocker.unblock():
        client = Client(raise_request_exception=False)
        client.force_login(world.people.users[person])
        first = answers(client, asked)
        with transaction.atomic():
            added = add_what_is_hidden_from(person, world)
            second = answers(client, asked)
            transaction.set_rollback(True)
    assert added >= len(ADDITIONS) - 4
    record_property("pairs", len(first))
    record_property("pairs that show something", sum(answer[0] == 200 for answer in first.values()))
    assert [address for address in first if first[address] != second[address]] == []
    assert sum(answer[0] == 200 for answer in first.values()) >= 5


def test_a_difference_would_be_noticed(world, django_db_blocker):
    """The office does see the further case: the same comparison finds it."""
    with django_db_blocker.unblock():
        client = Client(raise_request_exception=False)
        client.force_login(world.people.users["grace"])
        first = answers(client, ["/", "/cases/"])
        with transaction.atomic():
            next(iter(ADDITIONS))(world)
            second = answers(client, ["/", "/cases/"])
            transaction.set_rollback(True)
    assert first["/cases/"] != second["/cases/"]
    assert first["search: Vaughan"] != second["search: Vaughan"]
