"""`manage.py demo`: make the demo ready, serve it on this machine alone, and leave nothing running."""

import fcntl
import hashlib
import io
import os
import sys
import time
import traceback
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from socket import socket
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connections
from django.utils import timezone

from casework.demo.grants import reopen_people
from casework.demo.personas import AGENCIES, PASSWORD, PERSONAS
from casework.management.supervisor import LOOPBACK, CannotServe, Children, Stopped, ending_on_signals, listen
from casework.standalone import borrows_server

WEB_PROCESSES, WEB_THREADS = "2", "4"


class Command(BaseCommand):
    help = "Make the demo ready and serve it on the loopback address until Ctrl-C. PORT fixes the port."
    requires_system_checks: list[str] = []  # run as a step of their own, with the database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="the day the demo is made for (default: today)")
        parser.add_argument("--seed", type=int, default=1, help="another number makes other people (default: 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("DATABASE_URL names a server of yours. Set DEMO=1 too if the demo may be loaded there.")
        self.home, self.logs = settings.ROUNDTABLE_HOME, settings.ROUNDTABLE_HOME / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        try:
            with ending_on_signals(), closing(listen(os.environ.get("PORT") or None)) as web, self._only_one(web):
                self._make_ready(options)
                self._serve(web)
        except Stopped:
            self.stdout.write("Stopped.")
        except CannotServe as error:
            raise CommandError(str(error)) from None

    @contextmanager
    def _only_one(self, web: socket) -> Iterator[None]:
        """Hold this copy: a second `make demo` in it is told where the first one is."""
        with (self.home / "demo.lock").open("a+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                handle.seek(0)
                raise CannotServe(f"This copy already serves the demo: {handle.read()}.") from None
            if borrows_server():
                raise CannotServe("Another command of this copy uses its database. Try again when it has ended.")
            handle.truncate(0)
            handle.write(f"http://{LOOPBACK}:{web.getsockname()[1]} (pid {os.getpid()})")
            handle.flush()
            yield

    def _make_ready(self, options: dict[str, Any]) -> None:
        self._step(
            "Bringing the database up to date", "migrate", lambda out: self._quietly("migrate", out, verbosity=1)
        )
        self._step(
            "Checking roles and settings", "check", lambda out: self._quietly("check", out, databases=["default"])
        )
        if not apps.get_model("casework", "Partnership")._base_manager.using("owner").exists():
            day = options["today"] or timezone.localdate()
            load = {"today": day.isoformat(), "seed": options["seed"]}
            self._step("Loading Safer Harbourne", "load_demo", lambda out: self._quietly("load_demo", out, **load))
        else:
            self._step("Opening the demo's accounts again", "reopen", lambda out: reopen_people())
        self._collect_static()
        connections.close_all()

    def _quietly(self, command: str, out: io.TextIOBase, **options: Any) -> None:
        call_command(command, stdout=out, stderr=out, **options)

    def _step(self, title: str, name: str, work: Callable[[io.TextIOBase], None]) -> None:
        """Do `work`, its output in `<name>.log`, and say how long it took."""
        begun = time.monotonic()
        log = self.logs / f"{name}.log"
        with log.open("w") as out:
            try:
                work(out)
            except Exception:  # noqa: BLE001 -- whatever broke the step belongs in its log
                out.write(traceback.format_exc())
                raise CannotServe(f"“{title}” failed. The log says why: {log}") from None
        self.stdout.write(f"  {title}: {time.monotonic() - begun:.1f} s")

    def _collect_static(self) -> None:
        """Gather the static files when one of them has changed since the last time."""
        stamp = self.home / "stamps" / "static"
        now = _fingerprint()
        if stamp.exists() and stamp.read_text() == now and settings.STATIC_ROOT.is_dir():
            return
        self._step(
            "Gathering styles, script and fonts",
            "collectstatic",
            lambda out: self._quietly("collectstatic", out, interactive=False, clear=True, verbosity=1),
        )
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(now)

    def _serve(self, web: socket) -> None:
        port = web.getsockname()[1]
        os.environ["SITE_ADDRESS"] = f"http://{LOOPBACK}:{port}"
        children = Children(self.logs)
        try:
            children.start("worker", [sys.executable, "manage.py", "work"])
            children.start("web", _gunicorn(web.fileno()), sockets=(web.fileno(),))
            children.wait_until_served(port, "/accounts/login/")
            self._announce(port)
            children.watch()
        finally:
            children.end()

    def _announce(self, port: int) -> None:
        started = float(os.environ.get("ROUNDTABLE_STARTED", time.time()))
        self.stdout.write(f"\nReady after {time.time() - started:.0f} s: http://{LOOPBACK}:{port}")
        if port != 8000 and not os.environ.get("PORT"):
            self.stdout.write(f"(Port 8000 is taken on this machine, so this copy took {port}.)")
        self.stdout.write(f"\nEverybody is invented. Each signs in with the password {PASSWORD}\n")
        for line in _personas():
            self.stdout.write(line)
        self.stdout.write("\nCtrl-C ends it.")
        self.stdout.flush()


def _personas() -> list[str]:
    """One line a person: the name to type, who that is, what to try first."""
    titles = {slug: title for agencies in AGENCIES.values() for slug, (title, _) in agencies.items()}
    rows = [(p.username, f"{p.job}, {titles[p.agency]}", p.what_to_try) for p in PERSONAS]
    name, who = (max(len(row[column]) for row in rows) for column in (0, 1))
    return [f"  {row[0]:{name}}  {row[1]:{who}}  {row[2]}".rstrip() for row in rows]


def _gunicorn(descriptor: int) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "casework.wsgi", "--bind", f"fd://{descriptor}",
        "--worker-class", "gthread", "--workers", WEB_PROCESSES, "--threads", WEB_THREADS,
        "--no-control-socket", "--graceful-timeout", "10",
    ]  # fmt: skip


def _fingerprint() -> str:
    """One value for all static files: their paths, sizes and times."""
    total = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            about = Path(storage.path(path)).stat()
            total.update(f"{path}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    return total.hexdigest()
