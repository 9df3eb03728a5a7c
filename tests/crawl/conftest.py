"""One committed world with a secret word in every field, for all tests of this folder."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from casework.demo.people import load_people
from tests.crawl.addresses import addresses, known_values
from tests.crawl.canaries import Canary, plant
from tests.crawl.crawler import LEFT_OUT, Crawler
from tests.crawl.judge import Judge
from tests.emptied import empty_all_tables
from tests.world import World, build

STRONG = ("grace", "dan", "omar", "nell", "una", "ines", "viktor")


@dataclass
class Planted:
    """The world, its words, and the addresses that lead somewhere for at least one person."""

    world: World
    canaries: dict[str, Canary]
    crawler: Crawler
    everywhere: list[str]
    live: list[str]


@pytest.fixture(scope="module")
def planted(django_db_setup, django_db_blocker) -> Iterator[Planted]:
    with django_db_blocker.unblock():
        try:
            world = build(load_people())
            canaries = plant()
            crawler = Crawler(canaries, Judge(world))
            everywhere = [
                address for name, address in addresses(known_values()) if not any(word in name for word in LEFT_OUT)
            ]
            found = crawler.crawl(STRONG, everywhere)
            yield Planted(world, canaries, crawler, everywhere, sorted(found.open_to))
        finally:
            empty_all_tables()
