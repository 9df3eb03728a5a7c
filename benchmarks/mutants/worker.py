"""A plug-in for pytest: instead of running the suite once, run for each mutant the tests that reach it, each in a fork.

The process has imported everything and made its database, so a mutant costs its tests alone. In the fork the code of the
functions in hand is exchanged for the mutant's; what stands at the level of a module is made afresh and put in its place.
Only tests whose database work is taken back are used: many forks share one database.
"""

import builtins
import copy
import gc
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest
from _pytest.runner import runtestprotocol

from benchmarks.mutants import making
from benchmarks.mutants.making import Mutant

ROOT = Path.cwd()
FOLDER = Path(os.environ["ROUNDTABLE_MUTANTS"])
ME = os.environ["PYTEST_XDIST_WORKER"]
WORKERS, LIMIT, UNTIL, LEARN = (
    float(os.environ[f"ROUNDTABLE_MUTANTS_{name}"]) for name in ("WORKERS", "LIMIT", "UNTIL", "LEARN")
)
COMMITS = {"transactional_db", "live_server", "django_db_serialized_rollback", "page", "browser"}
SURVIVED, KILLED, BROKEN = range(3)
LONGEST = 120
# Tables without a function of their own, and the functions through which they are read
READ_IN = {"roles": "viewer"}
READS_TABLES = "tests/architecture/"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def is_taken_back(item: pytest.Item) -> bool:
        mark = item.get_closest_marker("django_db")
        return not COMMITS & set(item.fixturenames) and not (mark and mark.kwargs.get("transaction"))

    items[:] = sorted(filter(is_taken_back, items), key=lambda item: "db" in item.fixturenames)


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Learn which test reaches which function, then take mutants from the list until there are none, or no time."""
    Work(session).run()
    return True


class Work:
    def __init__(self, session: pytest.Session):
        self.session = session
        self.items = {item.nodeid: item for item in session.items}
        self.modules = {file: sys.modules[f"casework.access.{file}"] for file in making.files(ROOT)}
        self.trees = {file: making.parsed(ROOT, file) for file in self.modules}
        self.live: dict[CodeType, list[FunctionType]] = {}
        names = {module.__file__ for module in self.modules.values()}
        for one in gc.get_objects():
            if type(one) is FunctionType and one.__code__.co_filename in names:
                self.live.setdefault(one.__code__, []).append(one)
        self.kills: Counter = Counter()
        self.sound: set[str] = set()

    def run(self) -> None:
        from django.db import connections  # noqa: PLC0415

        ready = next(name for name, item in self.items.items() if "world" in item.fixturenames)
        assert dict(self._try([ready]))[ready], "the first test fails by itself"
        self._load_people()
        connections.close_all()
        if not (FOLDER / f"reached-{ME}.json").exists():
            self._in_fork(self._learn, 3600)
        while len(list(FOLDER.glob("reached-gw*.json"))) < WORKERS:
            time.sleep(1)
        self.reached = _read_parts("reached-*.json")
        made = {one.name: one for file, tree in self.trees.items() for one in making.mutants(file, tree)}
        for name in json.loads((FOLDER / "plan.json").read_text()):
            if time.time() > UNTIL:
                break
            if self._take(name):
                self._judge(made[name])

    def _load_people(self) -> None:
        """Kept in the database for all forks; each test is given a copy. Making them anew would take most of its time."""
        from pytest_django.plugin import blocking_manager_key  # noqa: PLC0415

        plugins = [one for one in self.session.config.pluginmanager.get_plugins() if hasattr(one, "load_people")]
        with self.session.config.stash[blocking_manager_key].unblock():
            people = plugins[0].load_people()
        for conftest in plugins:
            conftest.load_people = lambda: copy.deepcopy(people)

    def _try(self, tests: list[str]) -> Iterator[tuple[str, bool]]:
        """Run tests one after another; whether each passed. What the whole session shares stays, for the next fork too."""
        for name, following in zip(tests, [*tests[1:], None], strict=True):
            item = self.items[name]
            folder = item.path.relative_to(ROOT).parts[1]
            far = next(one for one in self.items.values() if one.path.relative_to(ROOT).parts[1] != folder)
            after = self.items[following] if following else far
            failed = [report for report in runtestprotocol(item, nextitem=after, log=False) if report.failed]
            if failed:
                (FOLDER / f"why-{ME}").write_text(f"{name}\n{failed[0].longreprtext}")
            yield name, not failed

    def _in_fork(self, work, limit: float) -> int:
        child = os.fork()
        if child == 0:
            code = BROKEN
            try:
                code = work()
            finally:
                os._exit(code)
        end = time.monotonic() + limit
        while time.monotonic() < end:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return -1

    def _learn(self) -> int:
        """Of this worker's share of the tests: how long each takes, and the functions that it calls."""
        called: set = set()
        builtins.rt_called = lambda *key: called.add(key)
        for file, tree in self.trees.items():
            self._swap(file, making.telling(file, tree))
        learnt, number = {}, int(ME.removeprefix("gw"))
        shares = list(dict.fromkeys(item.path for item in self.items.values()))
        known = _read_parts("reached-before-*.json")
        mine = [
            name
            for name, item in self.items.items()
            if shares.index(item.path) % int(WORKERS) == number and name not in known
        ]
        first = begun = time.monotonic()
        for name, passed in self._try(mine):
            if passed and (called or name.startswith(READS_TABLES)):
                learnt[name] = {"seconds": time.monotonic() - begun, "called": sorted(called)}
            if time.monotonic() - first > LEARN:
                break
            called.clear()
            begun = time.monotonic()
        part = FOLDER / f"reached-{ME}.json"
        part.with_suffix(".tmp").write_text(json.dumps(learnt))
        part.with_suffix(".tmp").rename(part)
        return 0

    def _take(self, name: str) -> bool:
        """True for the one worker that may have it."""
        try:
            (FOLDER / "taken" / f"{random.Random(name).getrandbits(64):016x}").touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def _tests_of(self, mutant: Mutant) -> list[str]:
        """Those that reach it, the best first: who noticed most so far for its time, then the quickest."""
        file = READ_IN.get(mutant.file, mutant.file)
        wanted = (file, *mutant.inside) if mutant.inside else None

        def reaches(one: dict) -> bool:
            return any((tuple(key) == wanted) if wanted else key[0] == file for key in one["called"])

        tests = [
            test
            for test, one in self.reached.items()
            if reaches(one) or (wanted is None and test.startswith(READS_TABLES))
        ]
        own = {
            test: 3 * (test.startswith("tests/casework/access/") and "[both" not in test and "[second" not in test)
            for test in tests
        }

        def worth(test: str) -> float:
            return (1 / 3 + own[test] + self.kills[mutant.file, test]) / (self.reached[test]["seconds"] + 0.05)

        return sorted(tests, key=worth, reverse=True)

    def _judge(self, mutant: Mutant) -> None:
        tests, begun, outcome, by = self._tests_of(mutant), time.monotonic(), "survived", ""
        if self._in_fork(lambda: self._apply(mutant) or SURVIVED, LONGEST) != SURVIVED:
            outcome, by = "killed", "its making"
        for test in tests if outcome == "survived" else ():
            if time.monotonic() - begun > LIMIT:
                outcome = "survived so far"
                break
            code = self._in_fork(lambda test=test: self._apply(mutant) or self._verdict(test), LONGEST)
            if code != SURVIVED and self._is_sound(test):
                outcome, by = "killed" if code == KILLED else "hung", test
                break
        self.kills[mutant.file, by] += 1
        row = {
            "name": mutant.name, "file": mutant.file, "line": mutant.line, "outcome": outcome, "by": by,
            "seconds": round(time.monotonic() - begun, 2), "tests": len(tests), "at": time.time(),
        }  # fmt: skip
        with (FOLDER / f"results-{ME}.jsonl").open("a") as out:
            out.write(json.dumps(row) + "\n")

    def _verdict(self, test: str) -> int:
        return SURVIVED if dict(self._try([test]))[test] else KILLED

    def _is_sound(self, test: str) -> bool:
        """It passes in a fork without a mutant; one that doesn't is not asked again."""
        if test not in self.sound:
            if self._in_fork(lambda: self._verdict(test), LONGEST) != SURVIVED:
                self.reached.pop(test)
                return False
            self.sound.add(test)
        return True

    def _apply(self, mutant: Mutant) -> None:
        with mutant.made():
            code = compile(self.trees[mutant.file], self.modules[mutant.file].__file__, "exec")
        if not self._swap(mutant.file, code) or mutant.inside is None:
            self._renew(self.modules[mutant.file], code)

    def _swap(self, file: str, code: CodeType) -> bool:
        """Exchange the code of every function in hand; False where that is not all there is to it."""
        before, after = (
            _by_place(one) for one in (compile(making.parsed(ROOT, file), self.modules[file].__file__, "exec"), code)
        )
        whole = True
        for place, olds in before.items():
            news = after.get(place, [])
            whole &= len(olds) == len(news)
            for old, new in zip(olds, news, strict=False):
                for function in self.live.get(old, []) if old != new else []:
                    try:
                        function.__code__ = new
                    except ValueError:
                        whole = False
        return whole

    def _renew(self, module: ModuleType, code: CodeType) -> None:
        """Run the module anew beside itself, and put the data that it makes, and the rules that it registers, in place of the old."""
        scope = self.modules["scope"]
        registered: dict = {}
        held, scope.register = (
            scope.register,
            lambda model, rule, sentence: registered.__setitem__(model, (rule, sentence)),
        )
        fresh = {"__name__": module.__name__, "__file__": module.__file__}
        try:
            exec(code, fresh)
        finally:
            scope.register = held
        scope._rules.update(registered)
        for name, new in fresh.items():
            old = vars(module).get(name)
            if name.startswith("__") or isinstance(old, FunctionType | type | ModuleType) or old is None or old == new:
                continue
            if isinstance(old, dict):
                old.clear()
                old.update(new)
            else:
                for other in list(sys.modules.values()):
                    if getattr(other, "__dict__", {}).get(name) is old:
                        setattr(other, name, new)


def _read_parts(pattern: str) -> dict[str, dict]:
    return {test: one for part in sorted(FOLDER.glob(pattern)) for test, one in json.loads(part.read_text()).items()}


def _by_place(code: CodeType) -> dict[tuple, list[CodeType]]:
    """The code of each function in a module, by its name and first line; several on one line in their order."""
    found: dict[tuple, list[CodeType]] = {}
    for one in code.co_consts:
        if isinstance(one, CodeType):
            found.setdefault((one.co_qualname, one.co_firstlineno), []).append(one)
            for place, inner in _by_place(one).items():
                found.setdefault(place, []).extend(inner)
    return found
