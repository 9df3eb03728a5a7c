"""Each kind of page, wide and narrow: nothing that axe finds, and no sideways scroll."""

import os
from collections.abc import Iterator
from itertools import groupby

import pytest
from django.conf import settings
from django.test import Client

from casework.demo.people import load_people
from casework.models import User
from tests.browser.places import Place, places
from tests.browser.visitor import Visitor
from tests.emptied import empty_all_tables
from tests.oracle import EVERYBODY
from tests.world import build

AXE = settings.KIT_DIR.parent / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {"wide": 1280, "narrow": 320}
WHOLE = os.environ.get("ROUNDTABLE_WHOLE") == "1"
SAMPLE = 25
FIND = """async () => (await axe.run({resultTypes: ['violations']})).violations.flatMap(
    v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')}`))"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker) -> Iterator[list[Place]]:
    """One page of each kind, with somebody who may open it; all of everybody's where ROUNDTABLE_WHOLE is set."""
    with django_db_blocker.unblock():
        try:
            build(load_people())
            yield places(sorted(EVERYBODY), most_of_a_kind=3 if WHOLE else 1)
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
    axe, found = AXE.read_text(), []
    chosen = sorted(sample(pages), key=lambda place: place.person)
    for person, hers in groupby(chosen, key=lambda place: place.person):
        enter(visitor, person)
        for place in hers:
            found += look_at(visitor, place, axe)
    assert found == []
    assert len(chosen) > SAMPLE / 2


def look_at(visitor: Visitor, place: Place, axe: str) -> list[str]:
    visitor.go(place.address)
    visitor.page.evaluate(axe)
    found = []
    for width, pixels in WIDTHS.items():
        visitor.page.set_viewport_size({"width": pixels, "height": 900})
        found += [f"{place.name} {width} {line}" for line in visitor.page.evaluate(FIND)]
        if visitor.page.evaluate(OVERFLOW) > 0:
            found.append(f"{place.name} {width} scrolls sideways")
    return found
