"""The leak crawl: every address as everybody, a secret word in every field above internal."""

import pytest
from django.db import connection
from django.db.models import Q

from casework import middleware
from casework.access import scope
from tests.oracle import EVERYBODY

pytestmark = pytest.mark.slow
NOBODY = sorted({"una", "paul", "ines", "viktor"})


def test_nothing_leaks(planted, django_db_blocker, record_property):
    with django_db_blocker.unblock():
        found = planted.crawler.crawl(sorted(EVERYBODY), planted.live)
    record_property("probes", found.probes)
    assert found.errors == []
    assert found.leaks == []
    assert found.probes > 1000


def test_people_without_a_reason_are_shown_no_word(planted, django_db_blocker):
    """Not even on a page that is theirs; and what they send without a form changes nothing into a page of content."""
    with django_db_blocker.unblock():
        read = planted.crawler.crawl(NOBODY, planted.live)
        sent = planted.crawler.crawl(NOBODY, planted.live, method="post")
    assert read.shown == sent.shown == {}
    assert read.leaks == sent.leaks == read.errors == sent.errors == []


def test_those_who_may_read_do_read(planted, django_db_blocker):
    """No vacuous pass: each person with a case is shown words of hers, and the office most of them."""
    with django_db_blocker.unblock():
        found = planted.crawler.crawl(["grace", "dan", "amira", "tess", "omar", "lena", "nell"], planted.live)
    shown = {person: len(words) for person, words in found.shown.items()}
    assert set(shown) == {"grace", "dan", "amira", "tess", "omar", "lena", "nell"}
    assert shown["grace"] > 40


def test_with_the_first_wall_off_the_second_holds(planted, django_db_blocker, monkeypatch):
    for model, (_, sentence) in list(scope._rules.items()):
        monkeypatch.setitem(scope._rules, model, (lambda viewer: Q(), sentence))
    with django_db_blocker.unblock():
        found = planted.crawler.crawl(sorted(EVERYBODY), planted.live)
    assert found.leaks == []


def test_with_the_second_wall_off_the_first_holds(planted, django_db_blocker, monkeypatch):
    told = middleware.tell

    def tell_without_wall(viewer):
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE" if viewer is None else "SET LOCAL ROLE rt_test_norls")
        told(viewer)

    monkeypatch.setattr(middleware, "tell", tell_without_wall)
    with django_db_blocker.unblock():
        found = planted.crawler.crawl(sorted(EVERYBODY), planted.live)
    assert found.errors == []
    assert found.leaks == []
