"""Which objects the matrix asks for, who may read each by the oracle, and which pages must then open."""

from collections.abc import Callable
from dataclasses import dataclass

from tests import oracle
from tests.crawl.addresses import OF
from tests.emptied import owner_connection
from tests.world import World


@dataclass(frozen=True)
class Thing:
    """An object: its state in words, its reference, and who may know that it exists."""

    state: str
    reference: str
    readers: frozenset[str]


def things(world: World) -> dict[str, list[Thing]]:
    """Part of an address -> the objects whose references it takes, for all objects that the oracle judges."""
    found = {
        "cases": [_thing(name, case, oracle.CASE[name]) for name, case in world.cases.items()],
        "referrals": [_thing(name, row, oracle.REFERRAL[name]) for name, row in world.referrals.items()],
        "hearings": [_thing(name, row, oracle.CASE[name]) for name, row in world.hearings.items()],
        "actions": [_thing(" ".join(key), row, oracle.action(*key)) for key, row in world.actions.items()],
        "packs": [_thing(slug, row, oracle.pack_row(slug)) for slug, row in world.packs.items()],
        "reports": [_thing(name, row, oracle.REPORT[name]) for name, row in world.reports.items()],
        "meetings": [_thing("circulated", world.meeting, oracle.OFFICE | oracle.WINDOWED | {"amira"})],
    }
    return found | _rows_without_a_name(world)


def _thing(state: str, row, readers: set[str]) -> Thing:
    return Thing(state, row.reference, frozenset(readers))


def _rows_without_a_name(world: World) -> dict[str, list[Thing]]:
    """What the world does not keep by name, read as the owner."""
    found = {}
    connection = owner_connection()
    with connection, connection.cursor() as cursor:
        for part, (table, readers) in {
            "onward": ("onwardrequest", oracle.ONWARD),
            "accesses": ("emergencyaccess", oracle.EMERGENCY),
            "emergency": ("emergencyaccess", oracle.EMERGENCY),
            "imports": ("importbatch", oracle.IMPORTS),
            "interventions": ("intervention", oracle.CASE["asb"]),
        }.items():
            cursor.execute(f"SELECT reference FROM casework_{table} ORDER BY 1")
            found[part] = [Thing(table, reference, frozenset(readers)) for (reference,) in cursor.fetchall()]
        cursor.execute("SELECT reference, kind, case_id FROM casework_disclosuredecision ORDER BY 1")
        found["decisions"] = [_decision(world, *row) for row in cursor.fetchall()]
    connection.close()
    return found


def _decision(world: World, reference: str, kind: str, case_id: int | None) -> Thing:
    case = {case.pk: name for name, case in world.cases.items()}.get(case_id)
    readers = oracle.own_statement("dan") if kind == "own" else oracle.CASE[case] if case else oracle.OFFICE
    return Thing(f"{kind} {case}", reference, frozenset(readers))


def part_of(route: str) -> str | None:
    """The part of a route that says whose reference it takes, where the route takes one and the matrix knows its objects."""
    if "<str:reference>" not in route or route.startswith("audit/"):
        return None
    before = route.split("<", 1)[0].rstrip("/").rsplit("/", 1)[-1]
    return before if before in OF else None


Relation = Callable[[Thing], frozenset[str]]


def _readers(thing: Thing) -> frozenset[str]:
    return thing.readers


def _recipients(thing: Thing) -> frozenset[str]:
    return frozenset(oracle.pack_text(thing.state))


def _of_marac_office(thing: Thing) -> frozenset[str]:
    return thing.readers & oracle.OFFICE


# Address name -> who must be answered 200. An address that is not named here has further conditions of its own (a state, an office, a form).
OPENS: dict[str, Relation] = {
    **dict.fromkeys(
        ("case", "print_case", "decisions", "case_ways", "case_interventions", "case_connected", "who_can_see", "referral", "referral_ways",
         "referral_connected", "hearing", "action", "decision", "asb_report", "meeting", "meeting_connected", "pack"),
        _readers,
    ),
    **dict.fromkeys(("pack_print", "pack_download"), _recipients),
    **dict.fromkeys(("meeting_packs", "meeting_returns", "meeting_agenda", "meeting_waiting"), _of_marac_office),
}  # fmt: skip
