"""The leak crawl: every address as everybody, a secret word in every field above internal."""

import logging

import pytest
from django.db import connection
from django.db.models import Q

from casework import middleware
from casework.access import scope
from tests.crawl.conftest import EACH, WHOLE
from tests.oracle import EVERYBODY

pytestmark = pytest.mark.slow
ALONE = sorted(EVERYBODY) if WHOLE else ["dan", "sam", "helen", "wendy"]
NOBODY = sorted(
    {"una", "paul", "ines", "viktor"}
)  # read no case; governance leads read what an emergency was asked for


def test_nothing_leaks(planted, record_property):
    """Every address × every person."""
    record_property("probes", planted.found.probes)
    logging.getLogger("crawl").info(
        "probes %s, addresses open to somebody %s, words %s",
        planted.found.probes,
        len(planted.live),
        len(planted.canaries),
    )
    assert planted.found.errors == []
    assert planted.found.leaks == []
    assert planted.found.probes > (30_000 if WHOLE else 1_500)


def test_people_without_a_reason_are_shown_no_word(planted, django_db_blocker):
    """What they send without a form shows nothing either."""
    with django_db_blocker.unblock():
        sent = planted.crawler.crawl(NOBODY, planted.live, method="post", each=EACH)
    assert {word for words in sent.shown.values() for word in words} <= emergency_words(planted)
    assert sent.leaks == sent.errors == []


def test_those_who_may_read_do_read(planted):
    """No vacuous pass: each person with a case is shown words of hers, the others none, and the office many."""
    shown = {person: len(words) for person, words in planted.found.shown.items()}
    assert set(shown) - {"ines", "paul"} == EVERYBODY - set(NOBODY)
    assert shown["grace"] > 40
    read = planted.found.shown.get("ines", set()) | planted.found.shown.get("paul", set())
    assert read == emergency_words(planted) if WHOLE else read <= emergency_words(planted)


def emergency_words(planted) -> set[str]:
    """What somebody said when she asked for emergency access."""
    return {word for word, canary in planted.canaries.items() if canary.model == "emergencyaccess"}


def test_with_the_first_wall_off_the_second_holds(planted, django_db_blocker, monkeypatch, record_property):
    for model, (_, sentence) in list(scope._rules.items()):
        monkeypatch.setitem(scope._rules, model, (lambda viewer: Q(), sentence))
    with django_db_blocker.unblock():
        found = planted.crawler.crawl(ALONE, planted.live, each=EACH)
    record_property("probes", found.probes)
    assert found.leaks == []


def test_with_the_second_wall_off_the_first_holds(planted, django_db_blocker, monkeypatch, record_property):
    told = middleware.tell

    def tell_without_wall(viewer):
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE" if viewer is None else "SET LOCAL ROLE rt_test_norls")
        told(viewer)

    monkeypatch.setattr(middleware, "tell", tell_without_wall)
    with django_db_blocker.unblock():
        found = planted.crawler.crawl(ALONE, planted.live, each=EACH)
    record_property("probes", found.probes)
    assert found.errors == []
    assert found.leaks == []
