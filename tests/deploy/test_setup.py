"""The set-up before any package is there: a broken step says what to do, a step that is done isn't done again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def set_up(home, *arguments, **environment):
    command = [sys.executable, "deploy/setup.py", "--no-assets", *arguments]
    given = os.environ | {"ROUNDTABLE_HOME": str(home)} | environment
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT, env=given)


@pytest.mark.slow
def test_without_an_index_it_stops_with_what_to_do_and_the_log(tmp_path):
    done = set_up(tmp_path / "home", "--", "true", PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    log = tmp_path / "home" / "logs" / "packages.log"
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "Set-up stopped. pip could not install the packages: see that this machine reaches its package index, "
        f"and run this again. The whole log: {log}"
    )
    assert "No matching distribution" in log.read_text()
    again = set_up(tmp_path / "home", PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert [line for line in again.stdout.splitlines() if "virtual environment" in line] == []


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path):
    (tmp_path / "file").write_text("")
    done = set_up(tmp_path / "file" / "home")
    assert (done.returncode, done.stderr) == (1, f"\nSet-up stopped: Not a directory: {tmp_path}/file/home/logs\n")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_carry_hashes_and_name_no_server_and_no_machine(name):
    lines = (PROJECT / name).read_text().splitlines()
    pinned = [index for index, line in enumerate(lines) if line and line[0] not in "# "]
    assert len(pinned) > 40
    assert [lines[i] for i in pinned if "==" not in lines[i] or "--hash=sha256:" not in lines[i + 1]] == []
    assert [
        line for line in lines if any(word in line for word in ("://", "--index", "--find-links", "--trusted"))
    ] == []


def test_the_development_lock_holds_exactly_what_the_other_pins():
    def pins(name):
        return {
            line.split()[0] for line in (PROJECT / name).read_text().splitlines() if "==" in line and line[0] != "#"
        }

    assert pins("requirements.lock") - pins("requirements-dev.lock") == set()
