"""Role × relation × object state × address × method × format: who may not know of an object is answered as if there were none, and
who may read it is not turned away."""

import re
from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.test import Client

from casework.queries.auditing import code_of
from tests.crawl.addresses import ABSENT, patterns
from tests.crawl.conftest import EACH, WHOLE
from tests.crawl.crawler import Crawler, Found
from tests.crawl.relations import OPENS, Thing, part_of, things
from tests.oracle import EVERYBODY
from tests.two_worlds.answers import normalised

pytestmark = pytest.mark.slow
ANYBODY = ""  # not signed in
PEOPLE = [ANYBODY, *sorted(EVERYBODY)] if WHOLE else [ANYBODY, "sam", "grace", "wendy"]
METHODS = {
    "get": {},
    "get by script": {"headers": {"HX-Request": "true"}},
    "head": {},
    "options": {},
    "post": {},
    "delete": {},
}
ALWAYS = ("get", "post")  # the other methods are tried on each third object of an address, in the whole matrix
READING = ("get", "get by script", "head")
REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")


@dataclass
class Matrix:
    """What was asked, and what was wrong: (person, address name, state, method)."""

    probes: Counter = field(default_factory=Counter)
    leaks: list[tuple] = field(default_factory=list)
    denied: list[tuple] = field(default_factory=list)
    broken: list[tuple] = field(default_factory=list)
    words: Found = field(default_factory=Found)


class Asking:
    """One person's questions. Each is taken back, so that none changes the next answer."""

    def __init__(self, crawler: Crawler, person: str):
        self.crawler, self.person, self.absent = crawler, person, {}
        self.client = Client(raise_request_exception=False)
        if person:
            self.client.force_login(crawler.world.people.users[person])

    def ask(self, route: str, reference: str, method: str, found: Matrix) -> tuple:
        """Status, headers and body, with the reference taken out."""
        address = "/" + _filled(route, reference, self.crawler.world)
        with transaction.atomic():
            answer = getattr(self.client, method.split()[0])(address, **METHODS[method])
            self.crawler.look(answer, self.person, address, found.words)
            transaction.set_rollback(True)
        self.client.cookies.pop("messages", None)
        found.probes[method] += 1
        status, *texts = normalised(answer)
        return status, *(text.replace(reference, "-") for text in texts)

    def as_absent(self, name: str, route: str, method: str, found: Matrix) -> tuple:
        """What the same address answers about what does not exist; asked once."""
        if (name, method) not in self.absent:
            self.absent[name, method] = self.ask(route, ABSENT, method, found)
        return self.absent[name, method]


def _filled(route: str, reference: str, world) -> str:
    """The address of a route; where it takes more than the reference, of somebody and something that exist."""
    member = code_of("member", world.people.memberships["tess"].pk)
    filled = route.replace("<str:reference>", reference)
    return filled.replace("<str:code>", member).replace("<str:panel>", "harbourne-asb")


def test_nobody_is_told_too_much_or_turned_away(crawler, django_db_blocker, record_property):
    found = Matrix()
    with django_db_blocker.unblock():
        known = things(crawler.world)
        routes = [(name, route, known[part]) for name, route in patterns() if (part := part_of(route)) in known]
        for number, person in enumerate(PEOPLE):
            asking = Asking(crawler, person)
            for name, route, objects in routes if WHOLE else routes[number % 2 :: 2]:
                for method, thing in _asked(name, objects, number):
                    _probe(asking, name, route, thing, method, found)
    for method, count in found.probes.items():
        record_property(f"probes by {method}", count)
    record_property("probes", sum(found.probes.values()))
    record_property("addresses", len(routes))
    record_property("objects", sum(map(len, known.values())))
    assert found.broken == []
    assert found.leaks == []
    assert found.denied == []
    assert found.words.leaks == []
    assert sum(found.probes.values()) >= (10_000 if WHOLE else 500)


def _asked(name: str, objects: list[Thing], number: int) -> list[tuple[str, Thing]]:
    """The methods and objects that a person, by her number, tries at an address."""
    for_all = objects[len(name) % EACH :: EACH]
    some = objects[(len(name) + number) % 3 :: 3] if WHOLE else []
    return [(method, thing) for method in METHODS for thing in (for_all if method in ALWAYS else some)]


def _probe(asking: Asking, name: str, route: str, thing: Thing, method: str, found: Matrix) -> None:
    answer = asking.ask(route, thing.reference, method, found)
    told = (asking.person, name, thing.state, method, answer[0])
    if answer[0] >= 500:
        found.broken.append(told)
    if asking.person not in thing.readers and answer != asking.as_absent(name, route, method, found):
        found.leaks.append(told)
    if method in READING and name in OPENS and asking.person in OPENS[name](thing) and answer[0] != 200:
        found.denied.append(told)


def test_the_table_of_what_must_open_names_addresses_that_there_are():
    assert set(OPENS) <= {name for name, _ in patterns()}


def test_every_kind_of_reference_is_judged(crawler, django_db_blocker):
    """Of each kind that an address takes, the matrix has an object, and knows its readers."""
    with django_db_blocker.unblock():
        known = things(crawler.world)
    assert {part_of(route) for _, route in patterns()} - {None} == set(known)
    assert all(known.values())
