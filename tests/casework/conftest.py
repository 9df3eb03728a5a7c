"""What tests of pages share: the small world of tests/world.py, and the events that were written."""

import pytest

from audit import recorder
from tests.world import World, build


@pytest.fixture
def full_world(people) -> World:
    """A world with one of everything."""
    return build(people)


@pytest.fixture
def events(monkeypatch) -> list[recorder.Recording]:
    """Every event, in order, as it is written. The app itself cannot read the audit back."""
    found, write = [], recorder.write_event

    def written(record, *args):
        write(record, *args)
        found.append(record)

    monkeypatch.setattr(recorder, "write_event", written)
    return found
