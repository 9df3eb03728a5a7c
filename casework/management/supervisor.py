"""The processes of the demo: started with logs of their own, watched, and ended in order whatever happens."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from casework.embedded import die_with_parent
from casework.standalone import held_server

LOOPBACK = "127.0.0.1"
FIRST_PORT = 8000
PORTS_TRIED = 100
PATIENCE = ((signal.SIGTERM, 15), (signal.SIGKILL, 5))  # seconds given after each signal


class CannotServe(Exception):
    """A sentence for the person at the terminal."""


class Stopped(BaseException):
    """Ctrl-C, or a request to end. Like KeyboardInterrupt it passes every `except Exception` on its way."""


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """Turn Ctrl-C, SIGTERM and a closed terminal into `Stopped`, also where a shell told us to ignore Ctrl-C."""

    def stop(_number, _frame):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # once is enough; the children are ended in order from here
        raise Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def listen(wanted: str | None) -> socket.socket:
    """A listening socket on the loopback address: the port `wanted` or nothing else, else the first free from 8000."""
    if wanted is None:
        for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
            with suppress(OSError):
                return _bound(port)
        raise CannotServe(f"No port from {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} is free. Name one: PORT=9000.")
    if not (wanted.isascii() and wanted.isdigit() and 0 < int(wanted) < 65536):
        raise CannotServe("PORT must be a number from 1 to 65535.")
    try:
        return _bound(int(wanted))
    except OSError as error:
        raise CannotServe(
            f"Port {wanted} cannot be used ({error.strerror}). Leave PORT out to take the next free one."
        ) from None


def _bound(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((LOOPBACK, port))
        made.listen(128)
    except OSError:
        made.close()
        raise
    return made


class Children:
    """Processes that end with us. The last one started is the first one ended."""

    def __init__(self, logs: Path):
        self.logs = logs
        self.running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self, name: str, command: list[str], *, sockets: tuple[int, ...] = ()) -> None:
        """Start `command` in a session of its own (so that Ctrl-C reaches us alone), its output in `<name>.log`."""
        with (self.logs / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=sockets,
                start_new_session=True, preexec_fn=die_with_parent,
            )  # fmt: skip
        self.running.append((name, process))

    def watch(self) -> None:
        """Wait; raises CannotServe when one of them, or the database, has ended by itself."""
        while True:
            self.look()
            time.sleep(0.5)

    def look(self) -> None:
        for name, process in self.running:
            if process.poll() is not None:
                raise CannotServe(f"The {name} process ended by itself. Its log is {self.logs / name}.log.")
        server = held_server()
        if server is not None and not server.alive():
            raise CannotServe(f"PostgreSQL ended by itself. Its log is {server.log}.")

    def wait_until_served(self, port: int, path: str, seconds: float = 60) -> None:
        """Return when `path` answers without a server error."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.look()
            with suppress(OSError, http.client.HTTPException):
                if _status(port, path) < 500:
                    return
            time.sleep(0.1)
        raise CannotServe(f"The web server does not answer. Its log is {self.logs / 'web'}.log.")

    def end(self) -> None:
        """End them one after the other, politely first."""
        while self.running:
            _, process = self.running.pop()
            for sign, patience in PATIENCE:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, sign)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(patience)
                    break


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()
