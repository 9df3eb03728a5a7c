"""Incidents by place and month, and whose they are."""

from datetime import date

import pytest

from asbpanel.incidents import months_between, span, table
from audit.recorder import recording
from casework.access.viewer import acting
from casework.demo.people import DEMO
from casework.models import Incident

ROWS = ((1, "Quay Street", "A"), (1, "Quay Street", "A"), (2, "Quay Street", "A"), (2, "Dock Road", "B"), (3, "", "A"))


@pytest.fixture
def incidents(people):
    with recording(by=DEMO, event="demo.loaded"):
        for number, (month, place, area) in enumerate(ROWS):
            for slug in ("harbourne-asb", "northgate-asb"):
                if slug == "northgate-asb" and number:
                    continue
                Incident(
                    panel=people.panels[slug], key=str(number), month=date(2023, month, 1), category="x", force="y",
                    place=place, area_code=f"E{area}", area_name=f"Area {area}",
                ).save()  # fmt: skip


def test_counts_and_totals(people, incidents):
    with acting(people.users["lena"]) as by:
        assert span(by) == (date(2023, 1, 1), date(2023, 3, 1))
        found = table(by, months_between(*span(by)))
    assert [(row.name, row.area, row.counts, row.total) for row in found.rows] == [
        ("Quay Street", "Area A", (2, 1, 0), 3), ("Dock Road", "Area B", (0, 1, 0), 1), ("No place named", "Area A", (0, 0, 1), 1),
    ]  # fmt: skip
    assert (found.totals, found.total) == ((2, 2, 1), 5)


def test_by_area_and_in_one_area(people, incidents):
    with acting(people.users["chris"]) as by:
        months = months_between(*span(by))
        assert [(row.name, row.total) for row in table(by, months, by="area").rows] == [("Area A", 4), ("Area B", 1)]
        assert [(row.name, row.total) for row in table(by, months, area="EB").rows] == [("Dock Road", 1)]


@pytest.mark.parametrize(
    ("name", "expected"), [("nell", 1), ("wendy", 1), ("grace", 0), ("una", 0), ("viktor", 0), ("tess", 0)]
)
def test_each_panel_has_its_own(people, incidents, name, expected):
    with acting(people.users[name]) as by:
        assert table(by, [date(2023, 1, 1)]).total == expected


def test_at_most_twelve_months_the_latest():
    months = months_between(date(2021, 5, 1), date(2023, 2, 1))
    assert (len(months), months[0], months[-1]) == (12, date(2022, 3, 1), date(2023, 2, 1))
