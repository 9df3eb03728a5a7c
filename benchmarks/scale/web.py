"""Requests per second of the list of cases over HTTP: gunicorn as the demo starts it, two clients, three arms taking turns."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from casework.embedded import Server, die_with_parent
from casework.models import User

ARMS = {"product": "rt_app", "unrecorded": "rt_app", "unscoped": "rt_owner"}
CLIENTS, WORKERS, THREADS = 2, "2", "4"
PATH = "/cases/"


def requests_a_second(server: Server, user: User, rounds: int, seconds: float) -> dict[str, float]:
    """Medians of the rounds by arm, and each arm's share of `unscoped`."""
    cookie = session_of(user)
    found: dict[str, list[float]] = {arm: [] for arm in ARMS}
    with ExitStack() as running:
        ports = {arm: running.enter_context(served(server, arm)) for arm in ARMS}
        texts = {
            arm: get(http.client.HTTPConnection("127.0.0.1", port, timeout=600), cookie) for arm, port in ports.items()
        }
        assert all("Showing 1 to 25" in text for text in texts.values())
        order = list(ARMS)
        for number in range(rounds + 1):
            for arm in order[number % 3 :] + order[: number % 3]:
                rate = drive(ports[arm], cookie, seconds)
                if number:  # the first round warms up
                    found[arm].append(rate)
    rates = {arm: round(statistics.median(values), 1) for arm, values in found.items()}
    shares = {f"{arm} to unscoped": round(rates[arm] / rates["unscoped"], 2) for arm in ("product", "unrecorded")}
    return rates | shares


def session_of(user: User) -> str:
    """A session of `user`, as signing in makes it; its cookie."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@contextmanager
def served(server: Server, arm: str):
    """A server for one arm; its port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        listening.set_inheritable(True)
        descriptor, port = listening.fileno(), listening.getsockname()[1]
        command = [
            sys.executable, "-W", "ignore", "-m", "gunicorn", "benchmarks.scale.served", "--bind", f"fd://{descriptor}",
            "--worker-class", "gthread", "--workers", WORKERS, "--threads", THREADS, "--no-control-socket", "--log-level", "error",
        ]  # fmt: skip
        environment = os.environ | {"ROUNDTABLE_BENCH_ARM": arm, "DATABASE_URL": server.url(ARMS[arm])}
        process = subprocess.Popen(command, env=environment, pass_fds=[descriptor], preexec_fn=die_with_parent)
        try:
            yield port
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)


def get(connection: http.client.HTTPConnection, cookie: str) -> str:
    """The page's text. Raises `RuntimeError` where it is not the page."""
    connection.request("GET", PATH, headers={"Cookie": cookie})
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status != 200:
        raise RuntimeError(f"The list answered {answer.status}")
    return text


def drive(port: int, cookie: str, seconds: float) -> float:
    """Pages a second that the clients got together."""
    done = [0] * CLIENTS
    until = time.perf_counter() + seconds

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.perf_counter() < until:
            get(connection, cookie)
            done[number] += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - begun)
