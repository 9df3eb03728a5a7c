"""Leaks that are planted in the product's code are noticed: two of them here, all with ROUNDTABLE_WHOLE=1."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.planted.leaks import LEAKS
from tests.planted.planting import PROJECT, Server, copy_tree, migrated_as, planted, run_tests

SAMPLE = {"found-by-key", "conflict-forgotten"}
WHOLE = os.environ.get("ROUNDTABLE_WHOLE") == "1"
by_name = pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    return copy_tree(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("planted-home")) as running:
        yield running


@by_name
def test_each_leak_has_its_place_and_its_test(leak):
    """Where the code has moved on, its leak must follow."""
    assert (PROJECT / leak.path).read_text(encoding="utf-8").count(leak.old) == 1
    assert leak.old != leak.new
    file, name = leak.test.split("::")
    assert f"def {name.split('[')[0]}(" in (PROJECT / file).read_text(encoding="utf-8")


def test_at_least_thirty_and_each_once():
    assert len({leak.name for leak in LEAKS}) == len(LEAKS)
    assert len({(leak.path, leak.old) for leak in LEAKS}) == len(LEAKS) >= 30


@pytest.mark.slow
@pytest.mark.parametrize("leak", [leak for leak in LEAKS if WHOLE or leak.name in SAMPLE], ids=lambda leak: leak.name)
def test_a_planted_leak_turns_its_test_red(leak, tree, server):
    with planted(tree, leak):
        outcome = run_tests(tree, server, [leak.test], migrated=migrated_as(leak))
    assert outcome.of(leak.test) == "failed"
