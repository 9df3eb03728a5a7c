"""Each kind of page, wide and narrow: nothing that axe finds, and no sideways scroll."""

import os
from collections.abc import Iterator
from itertools import groupby

import pytest
from django.conf import settings
from django.test import Client

from casework.demo.people import load_people
from casework.models import User
from tests.browser.looking import look_at
from tests.browser.places import Place, places
from tests.browser.visitor import Visitor
from tests.emptied import empty_all_tables
from tests.oracle import EVERYBODY
from tests.world import build

WHOLE = os.environ.get("ROUNDTABLE_WHOLE") == "1"
SAMPLE = 25
MOST_DIFFERENT = ["amira", "dan", "grace", "helen", "ines", "omar", "tess", "una", "viktor"]


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker) -> Iterator[list[Place]]:
    """One page of each kind, with somebody who may open it; all of everybody's where ROUNDTABLE_WHOLE is set."""
    with django_db_blocker.unblock():
        try:
            build(load_people())
            yield places(sorted(EVERYBODY) if WHOLE else MOST_DIFFERENT, most_of_a_kind=3 if WHOLE else 1)
        finally:
            empty_all_tables()


def sample(found: list[Place]) -> list[Place]:
    """One page of each kind, and of these every so many."""
    if WHOLE:
        return found
    one_each = list({place.name: place for place in found}.values())
    return one_each[:: max(1, round(len(one_each) / SAMPLE))]


def enter(visitor: Visitor, person: str) -> None:
    """Signed in, past the sign-in page."""
    context = visitor.page.context
    context.clear_cookies()
    if person:
        client = Client()
        client.force_login(User.objects.get(username=person))
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": visitor.site}])


@pytest.mark.slow
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visitor, pages):
    found: list[str] = []
    chosen = sorted(sample(pages), key=lambda place: place.person)
    for person, hers in groupby(chosen, key=lambda place: place.person):
        enter(visitor, person)
        for place in hers:
            visitor.go(place.address)
            found += look_at(visitor.page, place.name)
    assert found == []
    assert len(chosen) > SAMPLE / 2


def test_a_look_finds_what_is_wrong(visitor):
    visitor.page.set_content('<main><button></button><p style="width: 3000px">wide</p></main>')
    found = look_at(visitor.page, "bad")
    assert [line for line in found if line.startswith("bad wide button-name")] != []
    assert "bad narrow scrolls sideways" in found
