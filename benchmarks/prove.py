"""`make prove`: the long figures, each written to docs/proofs/ with date, commit and verdict.

    make prove [ARGS="NAME …"]    or    python -m benchmarks.prove [NAME …]

A proof is one function below. One that fails makes the exit code 1 and says so in its file; one that lacks what it needs
(shared data, a browser, another PostgreSQL) says that it was skipped and why, and leaves an earlier file alone.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

PROJECT = Path(__file__).resolve().parent.parent
PROOFS = PROJECT / "docs" / "proofs"
OLD_POSTGRESQL = Path("/usr/lib/postgresql/15/bin")
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
LONGEST = 3 * 3600
WHOLE = {"ROUNDTABLE_WHOLE": "1"}


class Skipped(Exception):
    """What the proof needs is not at hand; the message says what."""


@dataclass
class Proof:
    """What a proof found: rows of (what, figure), each claim with whether it held, and a table or list to show as it is."""

    figures: list[tuple[str, object]] = field(default_factory=list)
    claims: list[tuple[str, bool]] = field(default_factory=list)
    more: str = ""

    @property
    def holds(self) -> bool:
        return bool(self.claims) and all(held for _, held in self.claims)


@dataclass(frozen=True)
class Asked:
    """A proof by name: what it shows, how it is run, and the function."""

    title: str
    ran: str
    prove: Callable[[], Proof]


ALL: dict[str, Asked] = {}


def proof(name: str, title: str, ran: str):
    """Decorator: the function is the proof called `name`."""

    def register(prove: Callable[[], Proof]) -> Callable[[], Proof]:
        ALL[name] = Asked(title, ran, prove)
        return prove

    return register


def main() -> int:
    """Run the proofs named on the command line, or all."""
    names = sys.argv[1:] or list(ALL)
    if unknown := set(names) - set(ALL):
        sys.stderr.write(f"No such proof: {', '.join(sorted(unknown))}. There are: {', '.join(ALL)}\n")
        return 2
    failed = [name for name in names if not run(name)]
    if failed:
        sys.stderr.write(f"Failed: {', '.join(failed)}\n")
    return bool(failed)


def run(name: str) -> bool:
    """Run one proof and write its file; False where it failed."""
    asked, begun = ALL[name], time.monotonic()
    commit = commit_now()
    try:
        found = asked.prove()
        verdict = "passed" if found.holds else "failed"
    except Skipped as reason:
        found, verdict = Proof(), f"skipped: {reason}"
    except Exception as error:  # noqa: BLE001 -- a proof that breaks is a proof that failed, and the others still run
        found, verdict = Proof(), f"failed: {type(error).__name__}: {error}"
    seconds = time.monotonic() - begun
    path = PROOFS / f"{name}.md"
    if not (verdict.startswith("skipped") and path.exists()):
        PROOFS.mkdir(parents=True, exist_ok=True)
        path.write_text(written(asked, found, verdict, commit, seconds), encoding="utf-8")
    sys.stdout.write(f"{name}: {verdict} ({seconds:.0f} s)\n")
    sys.stdout.flush()
    return not verdict.startswith("failed")


def written(asked: Asked, found: Proof, verdict: str, commit: str, seconds: float) -> str:
    """The file of one proof."""
    processors = os.cpu_count()
    parts = [
        f"# {asked.title}",
        f"Run on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC at commit {commit}, in {seconds:.0f} seconds, "
        f"on {processors} processors with Python {platform.python_version()}.",
        f"What was run: {asked.ran}",
    ]
    if found.figures:
        rows = "".join(f"| {what} | {figure} |\n" for what, figure in found.figures)
        parts.append(f"| What | Figure |\n|---|---|\n{rows}".rstrip())
    if found.more:
        parts.append(found.more.strip())
    if found.claims:
        parts.append("\n".join(f"- {'held' if held else '**did not hold**'}: {claim}" for claim, held in found.claims))
    parts.append(f"Verdict: **{verdict}**")
    return "\n\n".join(parts) + "\n"


def commit_now() -> str:
    """The commit in hand, and whether anything of the product differs from it."""
    said = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=PROJECT, capture_output=True, check=False)
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--", ".", ":!docs/proofs"], cwd=PROJECT, capture_output=True, check=False
    )
    commit = said.stdout.decode().strip() or "unknown"
    return f"{commit} with changes that were not committed" if changed.stdout.strip() else commit


def outcome_of(
    tests: Iterable[str], *, environment: dict[str, str] | None = None, options: Iterable[str] = ()
) -> Proof:
    """Run tests in a process of their own; their counts, and what they recorded by `record_property`."""
    with tempfile.TemporaryDirectory(prefix="rt-prove-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", *tests, "-q", "--tb=line", "-o", "junit_family=xunit1"]
        done = subprocess.run(
            [*command, f"--junitxml={report}", *options], cwd=PROJECT, env=os.environ | (environment or {}),
            capture_output=True, timeout=LONGEST, check=False,
        )  # fmt: skip
        if not report.exists():
            raise RuntimeError(f"pytest ended with {done.returncode} and without a report")
        return _proof_of(ElementTree.parse(report))


def _proof_of(report: ElementTree.ElementTree) -> Proof:
    cases = list(report.iter("testcase"))
    kinds = [{child.tag for child in case} for case in cases]
    bad = [case.get("name") for case, kind in zip(cases, kinds, strict=True) if kind & {"failure", "error"}]
    skipped = [case.get("name") for case, kind in zip(cases, kinds, strict=True) if "skipped" in kind]
    found = Proof(
        [("tests passed", len(cases) - len(bad) - len(skipped)), ("failed", len(bad)), ("skipped", len(skipped))]
    )
    for case in cases:
        for one in case.iter("property"):
            found.figures.append((f"{one.get('name')} in {case.get('name')}", one.get("value")))
    if bad:
        found.more = "Failed:\n\n" + "\n".join(f"- `{name}`" for name in bad)
    if cases and len(skipped) == len(cases):
        raise Skipped("every test was skipped; they say why")
    found.claims.append(("every test passes", bool(cases) and not bad))
    return found


def measured(module: str, *arguments: str) -> dict:
    """What a benchmark prints, as JSON. Raises `RuntimeError` where it printed none."""
    command = [sys.executable, "-W", "ignore", "-m", f"benchmarks.{module}", *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, timeout=LONGEST, check=False)
    text = done.stdout.decode()
    if "{" not in text:
        raise RuntimeError(f"benchmarks.{module} ended with {done.returncode} and printed no figures")
    return json.loads(text[text.index("{") :])


@proof(
    "access",
    "Who reads which rows",
    "`pytest tests/casework/access tests/architecture`: every kind of row for everybody, with both walls, and with each alone, against an oracle that asks nothing of the product.",
)
def access() -> Proof:
    return outcome_of(["tests/casework/access", "tests/architecture"])


@proof(
    "access-model",
    "Rights that come and go",
    "`ROUNDTABLE_WHOLE=1 pytest tests/access_model`: at least 2,000 steps that add and remove memberships, signatures, grants, conflicts, seals, windows, emergencies and dates; after each one every person's querysets, checks and three pages against an oracle of 80 lines that asks nothing of the product, and every rule fired at least twenty times.",
)
def access_model() -> Proof:
    return outcome_of(["tests/access_model"], environment=WHOLE)


@proof(
    "leak-crawl",
    "The leak crawl",
    "`ROUNDTABLE_WHOLE=1 pytest tests/crawl/test_crawl.py`: every address with every reference, code, member and date that it could take, as everybody, a secret word in every field above internal; again with the scoping of the application taken out, and with row-level security off.",
)
def leak_crawl() -> Proof:
    return outcome_of(["tests/crawl/test_crawl.py"], environment=WHOLE)


@proof(
    "matrix",
    "Role, relation, state, address, method, format",
    "`ROUNDTABLE_WHOLE=1 pytest tests/crawl/test_matrix.py`: everybody, signed in or not, asks each address for each object by six methods and formats; whom the oracle does not let know of it is answered byte for byte as if there were none, and who may read it is let in.",
)
def matrix() -> Proof:
    return outcome_of(["tests/crawl/test_matrix.py"], environment=WHOLE)


@proof(
    "two-worlds",
    "Two worlds that differ only in what somebody may not see",
    "`ROUNDTABLE_WHOLE=1 pytest tests/two_worlds`: ten people ask every address in both worlds; status, headers and body of each pair are the same.",
)
def two_worlds() -> Proof:
    found = outcome_of(["tests/two_worlds"], environment=WHOLE)
    pairs = sum(int(figure) for what, figure in found.figures if what.startswith("pairs in "))
    found.figures.append(("pairs in all", pairs))
    found.claims.append(("at least 500 pairs", pairs >= 500))
    return found


@proof(
    "planted-leaks",
    "Leaks planted in the code",
    "`python -m tests.planted`: each leak alone in a copy of the tree; its test passes without it and must fail with it.",
)
def planted_leaks() -> Proof:
    from tests.planted.__main__ import try_all  # noqa: PLC0415
    from tests.planted.leaks import LEAKS  # noqa: PLC0415

    lines: list[str] = []
    unnoticed = try_all(list(LEAKS), lines.append)
    figures = [("leaks planted", len(LEAKS)), ("turned their test red", len(LEAKS) - len(unnoticed))]
    return Proof(
        figures, [("at least thirty leaks, each noticed", len(LEAKS) >= 30 and not unnoticed)], "\n".join(lines)
    )


@proof(
    "mutants",
    "Mutants of what decides on access",
    "`python -m benchmarks.mutants`: every module of `casework/access` with one thing wrong at a time, in a copy of the last commit; the tests that call the changed function run until one fails. What lives for five minutes counts as survived.",
)
def mutants() -> Proof:
    from benchmarks.mutants import running  # noqa: PLC0415

    minutes, kept = os.environ.get("ROUNDTABLE_MUTANTS_MINUTES", 600), os.environ.get("ROUNDTABLE_MUTANTS_KEPT", "")
    return running.proof_of(running.run(minutes=float(minutes), keep=kept))


@proof(
    "import-marac",
    "Repeats found in coordinators' workbooks",
    "`import_marac` on both workbooks, each into a panel without cases, dry and with `--commit` (`python -m benchmarks.importing workbooks`). Intervals are Wilson's at 95 %.",
)
def import_marac() -> Proof:
    found = measured("importing", "workbooks")["workbooks"]
    if found is None:
        raise Skipped("the shared workbooks are not at hand; set ROUNDTABLE_SHARED to the folder that holds data/")
    claims = [(f"{name}: {claim}", held) for name, one in found.items() for claim, held in _held(one)]
    claims += [
        (f"{name}: dry run and commit propose the same", one["same dry and committed"]) for name, one in found.items()
    ]
    return Proof([(f"{name}: {what}", figure) for name, one in found.items() for what, figure in one.items()], claims)


@proof(
    "import-marac-generated",
    "Repeats found in generated workbooks",
    "eight unseen seeds of 420 rows in each layout, read and matched as the importer does (`python -m benchmarks.importing generated`). Intervals are Wilson's at 95 %.",
)
def import_marac_generated() -> Proof:
    found = measured("importing", "generated")["generated"]
    seeds = found.pop("seeds")
    rows = [
        f"| {name} | {one['true']} | {one['proposed']} | {one['right']} | {one['precision']} {one['precision interval']} | {one['recall']} {one['recall interval']} |"
        for name, one in found.items()
    ]
    table = "| Layout | True | Proposed | Right | Precision | Recall |\n|---|---|---|---|---|---|\n" + "\n".join(rows)
    return Proof(
        [("seeds", seeds)],
        [(f"{name}: {claim}", held) for name, one in found.items() for claim, held in _held(one)],
        table,
    )


def _held(one: dict) -> list[tuple[str, bool]]:
    return [("precision at least 0.99", one["precision"] >= 0.99), ("recall at least 0.97", one["recall"] >= 0.97)]


@proof(
    "import-marac-growth",
    "Ten times the rows",
    "`import_marac` as a dry run on 420 and on 4,200 generated rows, the quicker of two each (`python -m benchmarks.importing growth`).",
)
def import_marac_growth() -> Proof:
    found = measured("importing", "growth")["growth"]
    return Proof(
        [(f"seconds for {what}" if what != "times" else "times as long", n) for what, n in found.items()],
        [("at most 12 times as long", found["times"] <= 12)],
    )


@proof(
    "import-police-open-data",
    "Police open data",
    "`import_police_open_data --commit` on twelve months of one district, once more, and on a copy under other names with its rows shuffled (`python -m benchmarks.importing incidents`).",
)
def import_police_open_data() -> Proof:
    found = measured("importing", "incidents")["incidents"]
    if found is None:
        raise Skipped("the shared police data is not at hand; set ROUNDTABLE_SHARED to the folder that holds data/")
    created = {name: found[name].get("created", 0) for name in ("first", "second", "renamed and shuffled")}
    claims = [
        ("the first run creates 2,353", created["first"] == 2353),
        ("the others create none", created["second"] == created["renamed and shuffled"] == 0),
    ]
    return Proof(list(found.items()), claims)


@proof(
    "pack",
    "What drawing a pack costs",
    "`python -m benchmarks.pack`: a pack of about a hundred pages with contents and bookmarks against the same text on a bare reportlab canvas, taking turns in one run.",
)
def pack() -> Proof:
    found = measured("pack")
    return Proof(
        list(found.items()),
        [("at most 8 times the bare canvas", found["ratio"] <= 8), ("about a hundred pages", found["pages"] >= 95)],
    )


@proof(
    "access-benchmark",
    "What access costs at 10,000, 100,000 and 1,000,000 cases",
    "`python -m benchmarks.access_scale --cases N`: both walls against the same queries without them and against django-guardian's `get_objects_for_user`, taking turns in one run; three users, four filters; the page over HTTP by gunicorn with two clients. Statuses are spread evenly over the years, and none of the numbers that a page shows differs from a plain reference's.",
)
def access_benchmark() -> Proof:
    from benchmarks.scale import report  # noqa: PLC0415

    found = [measured("access_scale", "--cases", str(size), "--rounds", "31") for size in (10_000, 100_000, 1_000_000)]
    return Proof(report.figures(found), report.claims(found), report.tables(found))


@proof(
    "history",
    "What history costs a write",
    "`python -m benchmarks.history`: no history, our trigger, django-simple-history's signals, taking turns in one run.",
)
def history() -> Proof:
    found = measured("history")
    figures = [("PostgreSQL", found["server"]), ("rows a round", found["rows"]), ("rounds", found["rounds"])]
    for verb in ("create", "update"):
        figures += [(f"{verb}, microseconds a row, {arm}", n) for arm, n in found[verb]["microseconds"].items()]
        figures += [(f"{verb}, times no history, {arm}", n) for arm, n in found[verb]["times_no_history"].items()]
    cheaper = all(
        found[verb]["times_no_history"]["trigger"] < found[verb]["times_no_history"]["signals"]
        for verb in ("create", "update")
    )
    return Proof(figures, [("the trigger costs less than the signals", cheaper)])


@proof(
    "browser",
    "Stories in the browser, and axe on every page",
    "`ROUNDTABLE_WHOLE=1 pytest tests/browser` in headless Chromium: the two panels' stories with and without script, and axe on every page, wide and narrow.",
)
def browser() -> Proof:
    if not CHROMIUM.exists():
        raise Skipped(f"there is no {CHROMIUM}")
    return outcome_of(["tests/browser"], environment=WHOLE | {"ROUNDTABLE_REQUIRE_BROWSER": "1"})


@proof(
    "postgresql-15",
    "The oldest PostgreSQL that is supported",
    "`PG_BIN=/usr/lib/postgresql/15/bin pytest -m database`.",
)
def postgresql_15() -> Proof:
    if not (OLD_POSTGRESQL / "postgres").exists():
        raise Skipped(f"there are no programs of PostgreSQL 15 in {OLD_POSTGRESQL}")
    return outcome_of([], environment={"PG_BIN": str(OLD_POSTGRESQL)}, options=["-m", "database"])


if __name__ == "__main__":
    sys.exit(main())
