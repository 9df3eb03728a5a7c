"""What history costs a write: none, our trigger, django-simple-history's own signals; one table, one run.

    make bench    or    python -m benchmarks.history [--rows 300] [--rounds 9]

On a throwaway server, in the rows of `casework_party` (17 columns), through the ORM, as the owner: row-level security
binds no arm. The arms take turns in each round, in an order that rotates; figures are medians of the rounds.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

TRIGGER, SIGNALS, NONE = "trigger", "signals", "none"
TABLE, HISTORY = "casework_party", "casework_historicalparty"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=300)
    options.add_argument("--rounds", type=int, default=9)
    asked = options.parse_args()
    from casework import embedded  # noqa: PLC0415 -- the server's address must be known before the settings are read

    with tempfile.TemporaryDirectory(prefix="roundtable-bench-") as folder:
        server = embedded.new_throwaway(Path(folder))
        server.start()
        try:
            os.environ |= {
                "DATABASE_URL": server.url("rt_owner"),
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "ROUNDTABLE_TEST_FOLDER": folder,
            }
            sys.stdout.write(json.dumps(measure(asked.rows, asked.rounds), indent=2) + "\n")
        finally:
            server.stop()


def measure(rows: int, rounds: int) -> dict:
    """Microseconds a row and ratios to no history: {'create': {…}, 'update': {…}, 'server': …}."""
    import django  # noqa: PLC0415

    django.setup()
    prepare()
    from casework.models import Case  # noqa: PLC0415

    case = Case._base_manager.get()
    times: dict[str, dict[str, list[float]]] = {"create": {}, "update": {}}
    arms = [NONE, TRIGGER, SIGNALS]
    for number in range(rounds):
        for arm in arms[number % 3 :] + arms[: number % 3]:
            made, changed = one_round(case, arm, rows)
            times["create"].setdefault(arm, []).append(made)
            times["update"].setdefault(arm, []).append(changed)
    return {verb: summary(found) for verb, found in times.items()} | {
        "rows": rows,
        "rounds": rounds,
        "server": version(),
    }


def summary(found: dict[str, list[float]]) -> dict:
    middle = {arm: statistics.median(values) for arm, values in found.items()}
    ratios = {
        arm: round(statistics.median(a / b for a, b in zip(found[arm], found[NONE], strict=True)), 2)
        for arm in (TRIGGER, SIGNALS)
    }
    return {"microseconds": {arm: round(value * 1e6) for arm, value in middle.items()}, "times_no_history": ratios}


def prepare() -> None:
    """Migrate, make one case, and let the signals write history rows without digests."""
    from django.core.management import call_command  # noqa: PLC0415

    from audit.recorder import recording  # noqa: PLC0415
    from casework.access.viewer import acting  # noqa: PLC0415
    from casework.commands.cases import open_case  # noqa: PLC0415
    from casework.demo.people import load_people  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    people = load_people()
    with acting(people.users["helen"]) as by, recording(by=by, event="case.opened"):
        open_case(by=by, panel=people.panels["harbourne-marac"])
    run(f"ALTER TABLE {HISTORY} ALTER history_salt DROP NOT NULL, ALTER history_digest DROP NOT NULL")


def run(sql: str) -> list:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def version() -> str:
    return run("SHOW server_version")[0][0]


@contextmanager
def history_by(arm: str):
    from django.conf import settings  # noqa: PLC0415

    run(f"ALTER TABLE {TABLE} {'ENABLE' if arm == TRIGGER else 'DISABLE'} TRIGGER {TABLE}_history")
    settings.SIMPLE_HISTORY_ENABLED = arm == SIGNALS
    yield
    settings.SIMPLE_HISTORY_ENABLED = False
    run(f"ALTER TABLE {TABLE} ENABLE TRIGGER {TABLE}_history")


def one_round(case, arm: str, rows: int) -> tuple[float, float]:
    """Seconds a row to make and to change `rows` parties, each lot in one recording."""
    from casework.models import Party  # noqa: PLC0415

    made = [
        Party(
            case=case,
            role="victim",
            family_name=f"Name {n}",
            given_names="Ada Maria",
            gender="female",
            needs="None known",
        )
        for n in range(rows)
    ]
    with history_by(arm):
        first = timed(made)
        for party in made:
            party.family_name = f"Other {party.pk}"
            party.needs = "An interpreter"
        second = timed(made)
    before = run(f"SELECT count(*) FROM {HISTORY} WHERE history_id > 0")[0][0]
    assert (arm == NONE) == (before == 0), "each arm must write the history that it says"
    run(f"TRUNCATE {TABLE}, {HISTORY} CASCADE")
    return first / rows, second / rows


def timed(parties: list) -> float:
    from audit.actors import SystemActor  # noqa: PLC0415
    from audit.recorder import recording  # noqa: PLC0415

    with recording(by=SystemActor("benchmark"), event="case.opened"):
        started = time.perf_counter()
        for party in parties:
            party.save()
        return time.perf_counter() - started


if __name__ == "__main__":
    main()
