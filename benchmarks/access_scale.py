"""What access costs, against the same query without it and against django-guardian: lists, counts, cases, searches, pages.

    make bench    or    python -m benchmarks.access_scale [--cases 10000] [--rounds 15] [--no-web]

Cases are generated on a throwaway server (benchmarks/scale); both walls stand. Figures are JSON; exit 1 where a gate is
missed. All arms of a figure take turns in one run; figures are medians, and every page's numbers equal a plain reference's.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

LIST, DETAIL, COUNT_MORE, SEARCH = 3.0, 2.0, 12.0, 20.0
RECORDED, UNRECORDED = 0.33, 0.4


def main() -> int:
    """Measure one size."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--cases", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--no-web", action="store_true")
    asked = options.parse_args()
    from casework import embedded  # noqa: PLC0415 -- the server's address must be known before the settings are read

    with tempfile.TemporaryDirectory(prefix="roundtable-bench-") as folder:
        server = embedded.new_throwaway(Path(folder))
        server.start()
        try:
            os.environ |= {
                "DATABASE_URL": server.url("rt_app"),
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "ROUNDTABLE_TEST_FOLDER": folder,
                "SITE_ADDRESS": "http://127.0.0.1",
            }
            found = measure(server, asked)
        finally:
            server.stop()
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return bool(found["missed"])


def measure(server, asked) -> dict:
    """Figures by kind; `missed` names the gates that were."""
    import django  # noqa: PLC0415

    django.setup()
    made, places = prepare(server, asked.cases)
    from benchmarks.scale.asked import Reference, let_guardian_read, looks  # noqa: PLC0415
    from benchmarks.scale.reading import count_cell, detail_cell, explained, indexes, list_cell  # noqa: PLC0415
    from benchmarks.scale.searching import search_cells  # noqa: PLC0415
    from benchmarks.scale.web import requests_a_second  # noqa: PLC0415
    from casework.access.viewer import viewer_for  # noqa: PLC0415

    viewers = {name: viewer_for(user) for name, user in places.users.items()}
    let_guardian_read(places.users, {name: viewer.agency_group for name, viewer in viewers.items()})
    reference, rounds = Reference(), asked.rounds
    slow = 1 if asked.cases > 200_000 else 3
    found: dict = made | {"readable": {}, "list": [], "count": [], "detail": [], "search": [], "plans": {}}
    for name, user in places.users.items():
        viewer = viewers[name]
        read = reference.read_by(viewer)
        found["readable"][name] = len(read)
        cells = looks(user, viewer, places.panel_of(name).pk)
        for look in cells:
            cell = list_cell(look, reference, read, rounds, slow)
            found["list"].append(cell)
            found["count"].append(count_cell(look, reference, read, rounds))
            if cell["ratio"] > LIST:
                found["plans"][f"{name}, {look.name}"] = explained(look)
        found["detail"].append(detail_cell(cells[0], read, rounds * 2))
        found["search"] += search_cells(cells[0], read, rounds)
    found["indexes"] = indexes()
    if not asked.no_web:
        found["http"] = requests_a_second(
            server, places.users["big"], *((5, 3.0) if asked.cases > 10_000 else (3, 1.5))
        )
    return found | {"missed": missed(found)}


def prepare(server, cases: int) -> tuple[dict, object]:
    """Migrate, make the places and load the cases."""
    import psycopg2  # type: ignore[import-untyped]  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from benchmarks.scale.generate import load  # noqa: PLC0415
    from benchmarks.scale.places import make_places  # noqa: PLC0415
    from casework.access.viewer import view_id  # noqa: PLC0415

    call_command("migrate", database="owner", verbosity=0)
    begun = time.perf_counter()
    places = make_places(seed=1)
    superuser = psycopg2.connect(host=str(server.socket), user="postgres", dbname="roundtable")
    rows = load(superuser, places, cases, view_id(), seed=1)
    with superuser.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))")
        version, size = cursor.fetchone()
    superuser.close()
    seconds = round(time.perf_counter() - begun)
    return {"cases": cases, "server": version, "rows": rows, "load seconds": seconds, "database": size}, places


def missed(found: dict) -> list[str]:
    """Sentences for the gates that were missed."""
    said = [
        f"list, {cell['user']}, {cell['filter']}: {what} {cell[what]} > {LIST}"
        for cell in found["list"] for what in ("ratio", "page ratio") if cell[what] > LIST
    ]  # fmt: skip
    said += [
        f"detail, {cell['user']}: {cell['ratio']} > {DETAIL}" for cell in found["detail"] if cell["ratio"] > DETAIL
    ]
    said += [
        f"count, {cell['user']}, {cell['filter']}: {cell['more']} ms more > {COUNT_MORE}"
        for cell in found["count"] if cell["more"] > COUNT_MORE
    ]  # fmt: skip
    said += [
        f"search, {cell['user']}, {cell['asked']}: {cell['scoped']} ms > {SEARCH}"
        for cell in found["search"] if cell["scoped"] > SEARCH
    ]  # fmt: skip
    for arm, gate in (("product", RECORDED), ("unrecorded", UNRECORDED)):
        share = found.get("http", {}).get(f"{arm} to unscoped", 1)
        said += [f"HTTP, {arm}: {share} < {gate}"] if share < gate else []
    return said


if __name__ == "__main__":
    sys.exit(main())
