"""The demo's processes: a port of our own or a sentence, and nothing left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from casework.management import supervisor
from casework.management.supervisor import CannotServe, Children, Stopped, ending_on_signals, listen

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
sys.stdout.write("ready")
sys.stdout.flush()
time.sleep(60)
"""


@pytest.fixture
def children(tmp_path):
    made = Children(tmp_path)
    yield made
    made.end()


def port_of(listening):
    return listening.getsockname()[1]


def send_ourselves(sign):
    os.kill(os.getpid(), sign)
    time.sleep(5)


def wait_for(condition, seconds=10):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    assert condition()


def test_a_taken_port_is_passed_over_and_the_listener_is_on_loopback_only(monkeypatch):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        monkeypatch.setattr(supervisor, "FIRST_PORT", port_of(taken))
        with closing(listen(None)) as ours:
            assert port_of(ours) > port_of(taken)
            assert ours.getsockname()[0] == "127.0.0.1"


def test_a_port_that_was_asked_for_and_is_taken_is_refused_in_words():
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        wanted = str(port_of(taken))
        with pytest.raises(CannotServe, match=rf"Port {wanted} cannot be used \(Address already in use\)"):
            listen(wanted)


@pytest.mark.parametrize("wanted", ["abc", "-1", "0", "65536", "80 80", "٨٠٠٠", "1e3"])
def test_a_port_that_is_none_is_refused_in_words(wanted):
    with pytest.raises(CannotServe, match="PORT must be a number from 1 to 65535"):
        listen(wanted)


def test_no_free_port_is_said_in_words(monkeypatch):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        monkeypatch.setattr(supervisor, "FIRST_PORT", port_of(taken))
        monkeypatch.setattr(supervisor, "PORTS_TRIED", 1)
        with pytest.raises(CannotServe, match="Name one: PORT=9000"):
            listen(None)


def test_a_child_that_ends_by_itself_is_noticed_with_its_log(children, tmp_path):
    children.start("worker", [sys.executable, "-c", "raise SystemExit('the reason')"])
    with pytest.raises(CannotServe, match=f"The worker process ended by itself. Its log is {tmp_path}/worker.log"):
        children.watch()
    assert "the reason" in (tmp_path / "worker.log").read_text()


def test_children_end_last_started_first(children):
    for name in ("worker", "web"):
        children.start(name, SLEEP)
    ended, processes = [], dict(children.running)
    for name, process in processes.items():
        wait = process.wait
        process.wait = lambda timeout=None, name=name, wait=wait: (wait(timeout), ended.append(name))
    children.end()
    assert ended == ["web", "worker"]
    assert [process.returncode for process in processes.values()] == [-signal.SIGTERM, -signal.SIGTERM]


def test_a_child_that_ignores_the_polite_request_is_killed(children, tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "PATIENCE", ((signal.SIGTERM, 0.2), (signal.SIGKILL, 5)))
    children.start("web", [sys.executable, "-c", STUBBORN])
    process = children.running[0][1]
    wait_for(lambda: (tmp_path / "web.log").read_text() == "ready")
    children.end()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has gone")
def test_a_killed_parent_takes_its_children_along(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from casework.management.supervisor import Children;"
        f"c = Children(Path({str(tmp_path)!r})); c.start('web', {SLEEP!r});"
        "sys.stdout.write(str(c.running[0][1].pid) + '\\n'); sys.stdout.flush(); time.sleep(60)"
    )
    project = Path(supervisor.__file__).parents[2]
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=project)
    child = int(parent.stdout.readline())
    assert Path(f"/proc/{child}").exists()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    state = Path(f"/proc/{child}/stat")
    wait_for(lambda: not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_way_of_asking_to_end_is_heard_even_where_a_shell_had_it_ignored(sign):
    before = signal.signal(sign, signal.SIG_IGN)
    try:
        with pytest.raises(Stopped), ending_on_signals():
            send_ourselves(sign)
        assert signal.getsignal(sign) == signal.SIG_IGN
    finally:
        signal.signal(sign, before)
