"""One committed world with a secret word in every field, for all tests of this folder."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from casework.demo.people import load_people
from tests.crawl.addresses import addresses, known_values
from tests.crawl.canaries import Canary, plant
from tests.crawl.crawler import Crawler, Found
from tests.crawl.judge import Judge
from tests.emptied import empty_all_tables
from tests.oracle import EVERYBODY
from tests.world import World, build

WHOLE = os.environ.get("ROUNDTABLE_WHOLE") == "1"
EACH = (
    1 if WHOLE else 3
)  # a sample asks each person a third of the addresses, every address being asked by a third of the people


@dataclass
class Planted:
    """The world, its words, what everybody was shown, and the addresses that lead somewhere for at least one person."""

    world: World
    canaries: dict[str, Canary]
    crawler: Crawler
    found: Found
    live: list[str]


@pytest.fixture(scope="package")
def crawler(django_db_setup, django_db_blocker) -> Iterator[Crawler]:
    """The world stands committed, with its words, until the tests of this folder are over."""
    with django_db_blocker.unblock():
        try:
            world = build(load_people())
            yield Crawler(plant(), Judge(world), world)
        finally:
            empty_all_tables()


@pytest.fixture(scope="package")
def planted(crawler, django_db_blocker) -> Planted:
    with django_db_blocker.unblock():
        everywhere = [address for _, address in addresses(known_values(), everything=WHOLE)]
        found = crawler.crawl(sorted(EVERYBODY), everywhere, each=EACH)
        return Planted(crawler.world, crawler.canaries, crawler, found, sorted(found.open_to))
