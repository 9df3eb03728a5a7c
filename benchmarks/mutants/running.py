"""Run the mutants of `casework/access` in a copy of the last commit, and count those that a test notices.

python -m benchmarks.mutants [--sample N] [--minutes M] [--limit SECONDS] [--keep FOLDER] [--only WORDS]
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mutants import making
from benchmarks.mutants.equivalent import EQUIVALENT
from benchmarks.prove import Proof
from tests.planted.planting import OURS, Server

PROJECT = Path(__file__).resolve().parent.parent.parent
# Those that say most about access come first: where there is no time to learn about all, the last are not used
TESTS = (
    "tests/casework/access", "tests/casework/explain", "tests/casework/sealing", "tests/casework/conflicts", "tests/casework/emergency",
    "tests/casework/agreements", "tests/casework/test_auditing.py", "tests/casework/meetings/test_rules.py", "tests/casework/decisions",
    "tests/casework/onward", "tests/casework/grants", "tests/casework/reviews", "tests/casework/safe", "tests/casework/outward",
    "tests/casework/panels", "tests/hostile/test_conflicts.py", "tests/hostile/test_doors.py", "tests/casework/interventions/test_register.py",
    "tests/architecture", "tests/casework/research", "tests/casework/elsewhere", "tests/asbpanel/test_reports.py",
    "tests/casework/search", "tests/casework/cases", "tests/casework/packs", "tests/casework/home", "tests/casework/meetings",
    "tests/casework/interventions", "tests/marac/test_referral_flow.py", "tests/asbpanel", "tests/hostile", "tests/access_model",
)  # fmt: skip
SEED = 20261122


@dataclass(frozen=True)
class Found:
    """How it went: `rows` as the workers wrote them, of `made` mutants in all, by file."""

    rows: list[dict]
    made: Counter
    same: Counter
    asked: int
    seconds: float
    commit: str

    def of(self, *outcomes: str, file: str = "") -> list[dict]:
        return [row for row in self.rows if row["outcome"] in outcomes and file in ("", row["file"])]


def run(
    *,
    sample: int = 0,
    minutes: float = 600,
    limit: float = 300,
    learn: float = 3600,
    keep: str = "",
    only: str = "",
    workers: int = 2,
) -> Found:
    """Try all mutants, or a sample drawn with a fixed seed. `limit`: seconds for one; who lives that long counts as survived.

    `keep`: a folder whose copy, learning and results are kept and gone on with; with no minutes, its results are only read.
    """
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="rt-mutants-") as throwaway:
        base = Path(keep or throwaway)
        tree, work = _copied(base / "tree"), base / "work"
        shutil.rmtree(work / "taken", ignore_errors=True)
        (work / "taken").mkdir(parents=True)
        every = [one for file in making.files(tree) for one in making.mutants(file, making.parsed(tree, file))]
        if stale := EQUIVALENT.keys() - {one.name for one in every}:
            raise ValueError(f"not among the mutants any more: {sorted(stale)}")
        chosen = [one.name for one in every if one.name not in EQUIVALENT and only in one.name]
        random.Random(SEED).shuffle(chosen)
        known = {row["name"] for row in _rows(work)}
        plan = [name for name in chosen[: sample or None] if only or name not in known]
        (work / "plan.json").write_text(json.dumps(plan))
        if minutes:
            with tempfile.TemporaryDirectory(prefix="rt-mutants-home-") as home, Server(Path(home) / "home") as server:
                _work(tree, work, server, workers, limit, learn, until=time.time() + 60 * minutes)
        commit = (base / "commit").read_text().strip()
        rows = _rows(work)
    latest = {row["name"]: row for row in rows}
    return Found(
        [latest[name] for name in chosen[: sample or None] if name in latest],
        Counter(one.file for one in every),
        Counter(one.file for one in every if one.name in EQUIVALENT),
        len(chosen[: sample or None]),
        time.monotonic() - begun,
        commit,
    )


def _rows(work: Path) -> list[dict]:
    """What the workers wrote, in the order of time."""
    lines = [line for part in work.glob("results-*.jsonl") for line in part.read_text().splitlines()]
    return sorted(map(json.loads, lines), key=lambda row: row.get("at", 0))


def _copied(to: Path) -> Path:
    """The last commit. The tree in hand may be at work on."""
    if not to.exists():
        to.mkdir(parents=True)
        commit = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"], cwd=PROJECT, capture_output=True, check=True
        )
        (to.parent / "commit").write_bytes(commit.stdout)
        packed = subprocess.run(
            ["git", "archive", commit.stdout.decode().strip()], cwd=PROJECT, capture_output=True, check=True
        )
        subprocess.run(["tar", "-x", "-C", str(to)], input=packed.stdout, check=True)
    return to


def _work(tree: Path, work: Path, server: Server, workers: int, limit: float, learn: float, until: float) -> None:
    """One process of pytest for each worker, until the last has ended. Raises `RuntimeError` where one broke."""
    common = {k: v for k, v in os.environ.items() if k not in OURS and not k.startswith("PYTEST_XDIST")}
    common |= server.environment("clean000") | {
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(tree),
        "ROUNDTABLE_MUTANTS": str(work),
    }
    told = {"WORKERS": workers, "LIMIT": limit, "UNTIL": until, "LEARN": learn}
    common |= {f"ROUNDTABLE_MUTANTS_{name}": str(value) for name, value in told.items()}
    command = [
        sys.executable,
        "-m",
        "pytest",
        *TESTS,
        "-q",
        "--tb=no",
        "-p",
        "benchmarks.mutants.worker",
        "-p",
        "no:randomly",
    ]
    running = []
    for number in range(workers):
        with (work / f"worker-{number}.log").open("w") as log:
            environment = common | {"PYTEST_XDIST_WORKER": f"gw{number}"}
            running.append(subprocess.Popen(command, cwd=tree, env=environment, stdout=log, stderr=log))
    codes = [one.wait() for one in running]
    if any(code not in (0, 5) for code in codes):
        raise RuntimeError(f"a worker ended with {codes}; its log is in the folder")


def table(found: Found) -> str:
    """What became of the mutants, file by file, and the survivors by name."""
    lines = [
        "| Module | Mutants | Equivalent | Tried | Noticed | Survived | Seconds each |\n|---|---|---|---|---|---|---|"
    ]
    for file, made in sorted(found.made.items()):
        tried = [row for row in found.rows if row["file"] == file]
        noticed = len(found.of("killed", "hung", file=file))
        each = sum(row["seconds"] for row in tried) / max(1, len(tried))
        lines.append(
            f"| {file} | {made} | {found.same[file]} | {len(tried)} | {noticed} | {len(tried) - noticed} | {each:.1f} |"
        )
    told = {"survived": "every test that reaches it passed", "survived so far": "the time for one was over"}
    lines += ["", "Survivors:", ""] + [
        f"- `{row['name']}` ({told[row['outcome']] if row['tests'] else 'no test that was learnt about reaches it'})"
        for row in found.of(*told)
    ]
    lines += ["", "Equivalent, and so not killable:", ""] + [
        f"- `{name}`: {why}" for name, why in sorted(EQUIVALENT.items())
    ]
    return "\n".join(lines)


def figures(found: Found) -> tuple[list[tuple[str, object]], float]:
    """The rows of the proof, and the share of the killable mutants tried that were noticed."""
    from tests.marac.test_recall import wilson  # noqa: PLC0415 -- it needs the settings' modules only here

    tried, noticed = len(found.rows), len(found.of("killed", "hung"))
    low, high = wilson(noticed, max(1, tried))
    score = noticed / max(1, tried)
    by_docs = sum("test_generated_docs" in row["by"] for row in found.rows)
    return [
        ("commit that was changed", found.commit),
        ("mutants made", sum(found.made.values())),
        ("of these equivalent", sum(found.same.values())),
        ("tried", tried),
        (
            "of these not noticed, when the time for one was over before its tests were",
            len(found.of("survived so far")),
        ),
        ("of these reached by none of the tests that were learnt about", sum(not row["tests"] for row in found.rows)),
        ("noticed", noticed),
        ("noticed, of those tried", f"{score:.1%} (Wilson's interval at 95 %: {low:.1%} to {high:.1%})"),
        ("noticed by the comparison with the generated documents alone or first", by_docs),
        ("seconds each, of one worker", round(sum(row["seconds"] for row in found.rows) / max(1, tried), 1)),
    ], score


def proof_of(found: Found) -> Proof:
    rows, score = figures(found)
    whole = (
        "all"
        if found.asked == sum((found.made - found.same).values())
        else f"a sample of {found.asked} (seed {SEED}) of all"
    )
    whole = (
        "all" if len(found.rows) == found.asked else f"{len(found.rows)} of {found.asked}, for want of time, of {whole}"
    )
    rows.append(("drawn", f"{whole} killable mutants"))
    return Proof(rows, [("at least 95 % of the killable mutants tried are noticed", score >= 0.95)], table(found))


def main() -> int:
    asked = argparse.ArgumentParser(prog="benchmarks.mutants")
    asked.add_argument("--sample", type=int, default=0)
    asked.add_argument("--minutes", type=float, default=600)
    asked.add_argument("--limit", type=float, default=300)
    asked.add_argument("--learn", type=float, default=3600)
    asked.add_argument("--keep", default="")
    asked.add_argument("--only", default="")
    found = run(**vars(asked.parse_args()))
    sys.stdout.write("\n".join(f"{what}: {figure}" for what, figure in figures(found)[0]) + f"\n{table(found)}\n")
    return 0
