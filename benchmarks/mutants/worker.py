"""A plug-in for pytest: instead of running the suite once, run for each mutant the tests that reach it, each in a fork.

The process has imported everything and made its database, so a mutant costs its tests alone. In the fork the code of the
functions in hand is exchanged for the mutant's; what stands at the level of a module is made afresh and put in its place.
Only tests whose database work is taken back are used: many forks share one database.
"""

import builtins
import gc
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest
from _pytest.runner import runtestprotocol

from benchmarks.mutants import making
from benchmarks.mutants.making import Mutant

ROOT = Path.cwd()
FOLDER = Path(os.environ["ROUNDTABLE_MUTANTS"])
ME = os.environ["PYTEST_XDIST_WORKER"]
WORKERS, LIMIT, UNTIL = (float(os.environ[f"ROUNDTABLE_MUTANTS_{name}"]) for name in ("WORKERS", "LIMIT", "UNTIL"))
COMMITS = {"transactional_db", "live_server", "django_db_serialized_rollback", "page", "browser"}
KILLED, SURVIVED, STOPPED, BROKEN = range(4)
# Tables without a function of their own, and the functions through which they are read
READ_IN = {"roles": "viewer"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def is_taken_back(item: pytest.Item) -> bool:
        mark = item.get_closest_marker("django_db")
        return not COMMITS & set(item.fixturenames) and not (mark and mark.kwargs.get("transaction"))

    items[:] = sorted(filter(is_taken_back, items), key=lambda item: item.nodeid)


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Learn which test reaches which function, then take mutants from the list until there are none, or no time."""
    Work(session).run()
    return True


class Work:
    def __init__(self, session: pytest.Session):
        self.items = {item.nodeid: item for item in session.items}
        self.modules = {file: sys.modules[f"casework.access.{file}"] for file in making.files(ROOT)}
        self.trees = {file: making.parsed(ROOT, file) for file in self.modules}
        self.live: dict[CodeType, list[FunctionType]] = {}
        names = {module.__file__ for module in self.modules.values()}
        for one in gc.get_objects():
            if type(one) is FunctionType and one.__code__.co_filename in names:
                self.live.setdefault(one.__code__, []).append(one)
        self.kills: Counter = Counter()

    def run(self) -> None:
        from django.db import connections  # noqa: PLC0415

        ready = next(item for item in self.items.values() if "people" in item.fixturenames)
        assert all(report.passed for report in self._try(ready)), "the first test fails by itself"
        connections.close_all()
        if not (FOLDER / f"reached-{ME}.json").exists():
            self._in_fork(self._learn, 3600)
        while len(parts := list(FOLDER.glob("reached-*.json"))) < WORKERS:
            time.sleep(1)
        self.reached = {test: one for part in parts for test, one in json.loads(part.read_text()).items()}
        made = {one.name: one for file, tree in self.trees.items() for one in making.mutants(file, tree)}
        for name in json.loads((FOLDER / "plan.json").read_text()):
            if time.time() > UNTIL:
                break
            if self._take(name):
                self._judge(made[name])

    def _try(self, item: pytest.Item) -> list:
        """Run one test; what the whole session shares stays."""
        other = next(one for one in self.items.values() if one.path != item.path)
        return runtestprotocol(item, nextitem=other, log=False)

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
            time.sleep(0.02)
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
        shares = sorted({item.path for item in self.items.values()})
        for name, item in self.items.items():
            if shares.index(item.path) % int(WORKERS) == number:
                called.clear()
                begun = time.monotonic()
                passed = all(report.passed for report in self._try(item))
                if passed and called:
                    learnt[name] = {"seconds": time.monotonic() - begun, "called": sorted(called)}
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

        tests = [test for test, one in self.reached.items() if reaches(one)]
        return sorted(
            tests,
            key=lambda t: (1 / 3 + self.kills[mutant.file, t]) / (self.reached[t]["seconds"] + 0.05),
            reverse=True,
        )

    def _judge(self, mutant: Mutant) -> None:
        tests, begun, said = self._tests_of(mutant), time.monotonic(), FOLDER / f"said-{ME}"

        def work() -> int:
            said.write_text("its making")
            self._apply(mutant)
            for number, test in enumerate(tests):
                if time.monotonic() - begun > LIMIT:
                    return STOPPED
                said.write_text(test)
                if any(report.failed for report in self._try(self.items[test])):
                    return KILLED
                said.write_text(str(number + 1))
            return SURVIVED

        code = self._in_fork(work, LIMIT + 120)
        outcome = {SURVIVED: "survived", STOPPED: "survived so far"}.get(
            code, "killed" if code in (KILLED, BROKEN) else "hung"
        )
        by = said.read_text() if outcome in ("killed", "hung") else ""
        self.kills[mutant.file, by] += 1
        row = {
            "name": mutant.name, "file": mutant.file, "line": mutant.line, "outcome": outcome, "by": by,
            "seconds": round(time.monotonic() - begun, 2), "tests": len(tests),
        }  # fmt: skip
        with (FOLDER / f"results-{ME}.jsonl").open("a") as out:
            out.write(json.dumps(row) + "\n")

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


def _by_place(code: CodeType) -> dict[tuple, list[CodeType]]:
    """The code of each function in a module, by its name and first line; several on one line in their order."""
    found: dict[tuple, list[CodeType]] = {}
    for one in code.co_consts:
        if isinstance(one, CodeType):
            found.setdefault((one.co_qualname, one.co_firstlineno), []).append(one)
            for place, inner in _by_place(one).items():
                found.setdefault(place, []).extend(inner)
    return found
