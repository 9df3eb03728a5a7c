"""Cases that can be tried: one that everybody at the table reads, one that nobody but the office does, and others' cases."""

from dataclasses import dataclass
from datetime import date

import pytest

from casework.access.viewer import acting
from casework.commands.access import grant_to_agency
from casework.commands.cases import open_case
from casework.commands.parties import PartyDetails, add_party
from casework.demo.people import People, load_people
from casework.models import Basis, Case
from tests.sharing import decided
from tests.world import arranging

AT_THE_TABLE = ("harbourne-police", "harbourne-csc", "quay-street", "harbourne-probation", "harbourne-homes")


@dataclass
class Tried:
    """The people, and cases by a short name: `shared`, `shut`, `asb` and `northgate`."""

    people: People
    cases: dict[str, Case]


def build() -> Tried:
    people = load_people()
    cases = {
        name: _open(people, who, panel, name)
        for name, who, panel in (
            ("shared", "grace", "harbourne-marac"),
            ("shut", "grace", "harbourne-marac"),
            ("asb", "omar", "harbourne-asb"),
            ("northgate", "nell", "northgate-marac"),
        )
    }
    with acting(people.users["grace"]) as by, arranging(by):
        decision = decided(by=by, panel=people.panels["harbourne-marac"], case=cases["shared"])
        for slug in AT_THE_TABLE:
            group = people.agencies[slug].group_id
            grant_to_agency(by=by, case=cases["shared"], group_id=group, basis=Basis.STANDING, decision=decision)
    return Tried(people, cases)


def _open(people: People, who: str, panel: str, name: str) -> Case:
    with acting(people.users[who]) as by, arranging(by):
        case = open_case(by=by, panel=people.panels[panel], status="open")
        add_party(PartyDetails("victim", "Vaughan" + name, "Vera", born_on=date(1990, 5, 1)), case=case)
        return case


@pytest.fixture
def world(db) -> Tried:
    return build()
