"""The two importers on real input, as the commands run them; figures as JSON.

    make bench    or    python -m benchmarks.importing [workbooks] [generated] [growth] [incidents]

`workbooks`: both workbooks with truth, each into a panel without cases, dry and committed. `generated`: invented
workbooks of unseen seeds in every layout. `growth`: 4,200 rows against 420, dry. `incidents`: twelve months of police
open data, again, and as a renamed and shuffled copy. Each on a throwaway server. Data that is absent is said to be so.
"""

import csv
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

WORKBOOKS = {
    "harbourne-marac-2025-26": ("harbourne-marac", "grace"),
    "northgate-referrals-2025-26": ("northgate-marac", "nell"),
}
SEEDS = range(201, 209)


def main() -> int:
    """Run the parts named on the command line, or all."""
    from casework import embedded  # noqa: PLC0415 -- the server's address must be known before the settings are read

    with tempfile.TemporaryDirectory(prefix="roundtable-bench-") as folder:
        server = embedded.new_throwaway(Path(folder))
        server.start()
        try:
            os.environ |= {
                "DATABASE_URL": server.url("rt_app"),
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "ROUNDTABLE_TEST_FOLDER": folder,
            }
            prepare()
            found = {name: PARTS[name](Path(folder)) for name in sys.argv[1:] or PARTS}
        finally:
            server.stop()
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return 0


def prepare() -> None:
    """Migrate as the owner and load the people, without cases."""
    import django  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", database="owner", verbosity=0)
    from casework.demo.people import load_people  # noqa: PLC0415

    load_people()


def run(command: str, *arguments: object, folder: Path) -> tuple[int, list[dict], float]:
    """Exit code, the report's lines, seconds."""
    from django.core.management import call_command  # noqa: PLC0415

    report, begun = folder / "report.csv", time.perf_counter()
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 -- what the command says stays unsaid
        try:
            call_command(command, *map(str, arguments), "--report", str(report), stdout=nowhere)
        except SystemExit as ended:
            code = int(ended.code or 0)
    with report.open(encoding="utf-8") as stream:
        return code, list(csv.DictReader(stream)), time.perf_counter() - begun


def shared(*parts: str) -> Path | None:
    """A file of the shared folder, or None where it is absent."""
    import pytest  # noqa: PLC0415

    from tests.shared_data import shared_file  # noqa: PLC0415

    try:
        return shared_file(*parts)
    except pytest.skip.Exception:
        return None


def workbooks(folder: Path) -> dict | None:
    """Name -> counts, precision and recall of `repeat`."""
    found = {}
    for name, (panel, user) in WORKBOOKS.items():
        path, truth = shared("marac-spreadsheet", f"{name}.xlsx"), shared("marac-spreadsheet", f"{name}-truth.csv")
        if path is None or truth is None:
            return None
        asked = (path, "--panel", panel, "--by", user)
        _, dry, _ = run("import_marac", *asked, folder=folder)
        code, lines, seconds = run("import_marac", *asked, "--commit", folder=folder)
        with truth.open(encoding="utf-8") as stream:
            true = {row["sheet_row"] for row in csv.DictReader(stream) if row["repeat"] == "1"}
        said = {line["sheet_row"] for line in lines if line["repeat"] == "1"}
        found[name] = {
            "exit": code,
            "statuses": dict(Counter(line["status"] for line in lines)),
            "referrals": sum(bool(line["referral"]) for line in lines),
            "same dry and committed": [one["repeat"] for one in dry] == [one["repeat"] for one in lines],
            "commit seconds": round(seconds, 1),
            **shares(len(said), len(true), len(said & true)),
        }
    return found


def shares(said: int, true: int, hits: int) -> dict:
    """Precision and recall, each with its 95 % Wilson interval."""
    from tests.marac.test_recall import wilson  # noqa: PLC0415

    return {
        "proposed": said,
        "true": true,
        "right": hits,
        "precision": round(hits / said, 4),
        "precision interval": [round(end, 4) for end in wilson(hits, said)],
        "recall": round(hits / true, 4),
        "recall interval": [round(end, 4) for end in wilson(hits, true)],
    }


def generated(folder: Path) -> dict:
    """Layout -> shares over all seeds, read and matched as the importer does, and over everything."""
    from casework.demo.workbooks import LAYOUTS, write_workbook  # noqa: PLC0415
    from tests.marac.test_recall import read_and_propose  # noqa: PLC0415

    counts: dict[str, list[int]] = {}
    for layout in (*LAYOUTS, "shuffled"):
        for seed in SEEDS:
            path = folder / "generated.xlsx"
            truth = {row.sheet_row for row in write_workbook(path, rows=420, seed=seed, layout=layout) if row.repeat}
            said = {at for at, one in read_and_propose(path)[1].items() if one.repeat}
            before = counts.get(layout, [0, 0, 0])
            counts[layout] = [a + b for a, b in zip(before, (len(said), len(truth), len(said & truth)), strict=True)]
    everything = [sum(column) for column in zip(*counts.values(), strict=True)]
    return {name: shares(*found) for name, found in [*counts.items(), ("all", everything)]} | {"seeds": list(SEEDS)}


def growth(folder: Path) -> dict:
    """Seconds of a dry run of 420 and of 4,200 rows, the quicker of two each, and their ratio."""
    from casework.demo.workbooks import write_workbook  # noqa: PLC0415

    spent: dict[int, list[float]] = {420: [], 4200: []}
    for count in (420, 4200, 420, 4200):
        path = folder / f"{count}.xlsx"
        write_workbook(path, rows=count, seed=5, layout="register")
        asked = (path, "--panel", "harbourne-marac", "--by", "grace")
        spent[count].append(run("import_marac", *asked, folder=folder)[2])
    few, many = min(spent[420]), min(spent[4200])
    return {"420 rows": round(few, 2), "4200 rows": round(many, 2), "times": round(many / few, 2)}


def incidents(folder: Path) -> dict | None:
    """Statuses of the first run, a second one, and one over a renamed and shuffled copy."""
    first = shared("police-open-data", "2023-01-bath-and-north-east-somerset-street.csv")
    if first is None:
        return None
    paths = sorted(first.parent.glob("2023-*-street.csv"))
    asked = ("--panel", "harbourne-asb", "--by", "omar", "--commit")
    found = {"files": len(paths)}
    for name, files in (("first", paths), ("second", paths), ("renamed and shuffled", shuffled(paths, folder))):
        code, lines, seconds = run("import_police_open_data", *files, *asked, folder=folder)
        found[name] = {"exit": code, "seconds": round(seconds, 1), **Counter(line["status"] for line in lines)}
        if name == "first":
            why = Counter(line["message"] for line in lines if line["status"] != "created")
            found["reasons"] = dict(why.most_common(20))
    return found


def shuffled(paths: list[Path], folder: Path) -> list[Path]:
    """Copies under other names, in another order, each with its rows in another order."""
    draw, made = random.Random(7), []
    for number, path in enumerate(paths):
        head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        rows = [row if row.endswith("\n") else row + "\n" for row in rows]
        draw.shuffle(rows)
        made.append(folder / f"copy-{number}.csv")
        made[-1].write_text(head + "".join(rows), encoding="utf-8")
    draw.shuffle(made)
    return made


PARTS = {"workbooks": workbooks, "generated": generated, "growth": growth, "incidents": incidents}

if __name__ == "__main__":
    sys.exit(main())
