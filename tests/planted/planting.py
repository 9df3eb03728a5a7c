"""A copy of the tree, a leak in it, and what pytest says of it there."""

import os
import shutil
import subprocess
import sys
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from xml.etree import ElementTree

from casework import embedded
from casework.standalone import home_folder
from tests.planted.leaks import Leak

PROJECT = Path(__file__).resolve().parent.parent.parent
LONGEST = 1800
# What the outer run told its own database, and would tell the inner one
OURS = (
    "DATABASE_URL",
    "ROUNDTABLE_TEST_FOLDER",
    "PYTEST_ADDOPTS",
    "PYTEST_CURRENT_TEST",
    "PYTHONPATH",
    "FIELD_KEYS_FILE",
)


@dataclass(frozen=True)
class Outcome:
    """Test id -> 'passed', 'failed' or 'broken' (an error around the test, or a skip); and how long it all took."""

    tests: dict[str, str]
    seconds: float

    def of(self, test: str) -> str:
        """What became of a test, of all its parameters together; 'absent' where none of it ran."""
        found = {said for name, said in self.tests.items() if name == test or name.startswith(f"{test}[")}
        return next((worst for worst in ("failed", "broken", "passed") if worst in found), "absent")


def copy_tree(to: Path) -> Path:
    """The files that git knows or would take, as they are now."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=PROJECT, capture_output=True, check=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (PROJECT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, to / name)
    return to


def make_home(at: Path) -> Path:
    """A folder of its own for everything that the copy writes; styles and fonts are borrowed."""
    at.mkdir(parents=True, exist_ok=True)
    if (home_folder() / "assets").is_dir() and not (at / "assets").exists():
        (at / "assets").symlink_to(home_folder() / "assets")
    return at


class Server:
    """One PostgreSQL for all runs. What is migrated once is cloned by each run, unless the leak is in what migrations make."""

    def __init__(self, home: Path):
        self.home, self.folder = make_home(home), home / "run"
        self.folder.mkdir()
        self.postgres = embedded.new_throwaway(home / "tests", test_roles=True)
        self.runs = count()

    def __enter__(self) -> "Server":
        self.postgres.start()
        return self

    def __exit__(self, *_error) -> None:
        self.postgres.stop()

    def environment(self, migrated: str) -> dict[str, str]:
        """What tells the suite's plug-in to clone the database that was migrated under this name, or to make it first."""
        return {
            "ROUNDTABLE_HOME": str(self.home),
            "DATABASE_URL": self.postgres.url("rt_app"),
            "ROUNDTABLE_TEST_FOLDER": str(self.folder),
            "PYTEST_XDIST_TESTRUNUID": migrated,
            "PYTEST_XDIST_WORKER": f"gw{next(self.runs)}",  # a database of its own, whatever became of an earlier run's
        }


def migrated_as(leak: Leak) -> str:
    """The name of the migrated database that a leak's run clones: one for all, or its own."""
    own = "migrations" in leak.path or leak.path == "casework/models/walls.py"
    return f"{zlib.crc32(leak.name.encode()):08x}" if own else "clean000"


@contextmanager
def planted(tree: Path, leak: Leak) -> Iterator[None]:
    """The leak in the copy, taken out afterwards. Raises `ValueError` where its place is not found exactly once."""
    file = tree / leak.path
    before = file.read_text(encoding="utf-8")
    if before.count(leak.old) != 1:
        raise ValueError(f"{leak.name}: its place is found {before.count(leak.old)} times in {leak.path}")
    file.write_text(before.replace(leak.old, leak.new), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(before, encoding="utf-8")


def run_tests(
    tree: Path, server: Server, tests: Iterable[str], *, migrated: str = "clean000", first_only: bool = True
) -> Outcome:
    """Run tests of the copy in a process of their own. `first_only` stops at the first that fails."""
    report = server.home / "report.xml"
    report.unlink(missing_ok=True)
    command = [
        sys.executable,
        "-m",
        "pytest",
        *tests,
        "-q",
        "--tb=no",
        "-o",
        "junit_family=xunit1",
        f"--junitxml={report}",
    ]
    environment = {k: v for k, v in os.environ.items() if k not in OURS and not k.startswith("PYTEST_XDIST")}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1"} | server.environment(migrated)
    begun = time.monotonic()
    subprocess.run(
        [*command, *(["-x"] if first_only else [])],
        cwd=tree,
        env=environment,
        capture_output=True,
        timeout=LONGEST,
        check=False,
    )
    return Outcome(_read(report), time.monotonic() - begun)


def _read(report: Path) -> dict[str, str]:
    if not report.exists():
        return {}
    found = {}
    for case in ElementTree.parse(report).iter("testcase"):
        kinds = {child.tag for child in case}
        said = "failed" if "failure" in kinds else "broken" if kinds & {"error", "skipped"} else "passed"
        found[f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"] = said
    return found
