"""This copy's own database and keys, for a command run where the environment names no server: the demo and a first look."""

import os
import secrets
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from casework.embedded import PROJECT, EmbeddedError, InUse, Server, holder_of


def home_folder() -> Path:
    """The folder that everything is written to: `ROUNDTABLE_HOME`, else `.roundtable` beside manage.py."""
    return Path(os.environ.get("ROUNDTABLE_HOME") or PROJECT / ".roundtable").absolute()


def private_file(path: Path, make: Callable[[], str]) -> str:
    """The text of `path`; where it isn't there yet, what `make()` returns is written to it with mode 0600."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as handle:
            handle.write(make())
    return path.read_text().strip()


def new_field_key() -> str:
    """A first line for the key file of encrypted fields: key number, colon, 32 random bytes in base 64."""
    return f"1:{b64encode(secrets.token_bytes(32)).decode()}\n"


def adopt(server: Server) -> None:
    """Point this process, and its children, at `server` with keys that were drawn for this copy alone."""
    home = server.home
    keys = home / "keys" / "field.keys"
    private_file(keys, new_field_key)
    defaults = {
        "ROUNDTABLE_HOME": str(home),
        "DATABASE_URL": server.url("rt_app"),
        "SECRET_KEY": private_file(home / "secret-key", lambda: secrets.token_urlsafe(60)),
        "FIELD_KEYS_FILE": str(keys),
        "DEMO": "1",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


_used: list[Server] = []


def held_server() -> Server | None:
    """The server that this process started, if it did."""
    return _used[0] if _used and _used[0].process else None


def borrows_server() -> bool:
    """Whether this process works on a server that another command of this copy started."""
    return bool(_used) and _used[0].process is None


@contextmanager
def unless_configured() -> Iterator[None]:
    """Run a management command on the embedded server where `DATABASE_URL` names no other.

    Where another command of this copy (the demo) already runs the server, that one is used.
    """
    if os.environ.get("DATABASE_URL"):
        yield
        return
    server = Server(home_folder())
    try:
        server.start()
    except InUse:
        server.socket = Path(holder_of(server.home).get("socket", server.socket))
    except EmbeddedError as error:
        sys.exit(str(error))
    _used.append(server)
    adopt(server)
    try:
        yield
    finally:
        _used.clear()
        server.stop()
