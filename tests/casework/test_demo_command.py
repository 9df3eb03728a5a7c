"""`manage.py demo` from an empty folder to served pages, and nothing left running after Ctrl-C."""

import http.client
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")]
OWN = ("DATABASE_", "SECRET_KEY", "FIELD_KEYS_FILE", "DEMO", "PORT", "ROUNDTABLE_TEST")


@pytest.fixture
def home(tmp_path):
    """An empty folder with the front-end assets that were built already."""
    folder = tmp_path / "home"
    folder.mkdir()
    if settings.KIT_DIR.is_dir():
        (folder / "assets").symlink_to(settings.KIT_DIR.parent)
    return folder


def environment(home):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN) or name == "PG_BIN"}
    return kept | {"ROUNDTABLE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "casework.settings", "PYTHONUNBUFFERED": "1"}


def start(home):
    """The supervisor and what it printed until it was ready (or gave up)."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--today", "2026-03-02"],
        cwd=settings.BASE_DIR,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C ends it" in line:
            break
    return process, "".join(said)


def using(home):
    """Every process that has our folder in its environment."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"ROUNDTABLE_HOME={home}\0".encode() in (entry / "environ").read_bytes():
                found.add(int(entry.name))
        except OSError:
            continue
    return found


def status(said, path):
    port = int(re.search(r"Ready after \d+ s: http://127\.0\.0\.1:(\d+)$", said, re.MULTILINE)[1])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse().status
    connection.close()
    return answer


def test_it_serves_from_an_empty_folder_tells_a_second_one_and_leaves_nothing(home):
    process, said = start(home)
    try:
        assert status(said, "/accounts/login/") == 200
        assert re.search(r"^  amira +IDVA, Safe Harbour", said, re.MULTILINE)
        second = subprocess.run(
            [sys.executable, "manage.py", "demo"],
            cwd=settings.BASE_DIR,
            env=environment(home),
            capture_output=True,
            text=True,
            check=False,
        )
        assert second.returncode == 1
        assert re.search(rf"already serves the demo: http://127\.0\.0\.1:\d+ \(pid {process.pid}\)", second.stderr)
        assert len(using(home)) > 3
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    assert (process.returncode, rest.splitlines()[-1]) == (0, "Stopped.")
    assert using(home) == set()
