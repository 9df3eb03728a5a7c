"""No input breaks a page: every form of every live address is sent what no form asks for, by five people."""

import logging
from collections import Counter

import pytest

from casework.demo.people import load_people
from tests.crawl.addresses import addresses, known_values
from tests.crawl.conftest import WHOLE
from tests.emptied import empty_all_tables
from tests.hostile.visitor import NASTY, Answers, Visitor
from tests.world import build

pytestmark = pytest.mark.slow
PEOPLE = ["grace", "dan", "omar", "una", "lena"]
PAGES = 100 if WHOLE else 1  # live pages of each kind whose forms are abused
MOST = 100 if WHOLE else 4
TRIED = 1000 if WHOLE else 6  # addresses of each kind that are tried for a live one
BAD_PARTS = ["%00", "a%00b", "%ED%A0%80", "%FF", "x" * 3000, "..%2f..%2f", "٣" * 9, "%0d%0aA:b"]


@pytest.fixture(scope="module")
def answers(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        try:
            build(load_people())
            yield _abuse_everything()
        finally:
            empty_all_tables()


def _abuse_everything() -> Answers:
    answers, everywhere, turn, done = Answers(), list(addresses(known_values())), 0, set()
    for person in PEOPLE:
        visitor, live, tried = Visitor(person, answers), {}, Counter()
        for name, address in everywhere:
            tried[name] += 1
            if len(live.get(name, ())) >= PAGES or tried[name] > TRIED:
                continue
            forms = visitor.forms_at(address)
            if forms is None:
                continue
            live.setdefault(name, []).append(address)
            for number, form in enumerate(forms):
                key = (name, number, tuple(form.fields))
                if key not in done or WHOLE:
                    done.add(key)
                    turn += 1
                    visitor.abuse(form, turn, most=MOST)
        _odd_addresses(visitor, live)
    return answers


def _odd_addresses(visitor: Visitor, live: dict[str, list[str]]) -> None:
    """Every live address with parameters that nobody offers, and with parts that are no references."""
    for at, found in enumerate(live.values()):
        bad = NASTY[at % len(NASTY)].encode("utf-8", "surrogatepass")
        visitor.open(
            found[0]
            + "?"
            + "&".join(f"{name}={_quoted(bad)}" for name in ("page", "status", "panel", "sheet", "above", "next"))
        )
        head, _, tail = found[0].strip("/").partition("/")
        if tail:
            rest = tail.partition("/")[2]
            visitor.open(f"/{head}/{BAD_PARTS[at % len(BAD_PARTS)]}/{rest}")


def _quoted(text: bytes) -> str:
    return "".join(f"%{byte:02X}" for byte in text[:3000])


def test_no_input_breaks_a_page(answers, record_property):
    record_property("sent", answers.sent)
    logging.getLogger("crawl").info("forms %s, sent %s", answers.forms, answers.sent)
    assert answers.forms > 30
    assert answers.sent > 500
    assert sorted(set(answers.broken)) == []


def test_no_input_comes_back_live_or_in_a_title(answers):
    assert sorted(set(answers.reflected)) == []
