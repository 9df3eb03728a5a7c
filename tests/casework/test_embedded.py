"""The embedded server: one holder at a time, no orphan, no stranger killed, only its own roles."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import psycopg2
import pytest

from casework import embedded

PROJECT = Path(embedded.__file__).parent.parent
HOLD = """
import sys, time
from pathlib import Path
from casework import embedded
server = embedded.Server(Path(sys.argv[1]))
server.start()
sys.stdout.write(f"{server.process.pid}\\n")
sys.stdout.flush()
time.sleep(60)
"""


@pytest.fixture(scope="module")
def once_initialised(tmp_path_factory):
    """The data folder of a server that was started once; copying it is quicker than making it."""
    home = tmp_path_factory.mktemp("first")
    made = embedded.Server(home)
    made.start()
    made.stop()
    return made.data


@pytest.fixture
def server(tmp_path, once_initialised):
    copied = shutil.copytree(once_initialised, tmp_path / "home" / "data")
    about = once_initialised.stat()
    for path in (copied, *copied.rglob("*")):
        os.chown(path, about.st_uid, about.st_gid)
    made = embedded.Server(tmp_path / "home")
    made.start()
    yield made
    made.stop()


def ask(server, role, sql, database="roundtable"):
    with closing(psycopg2.connect(host=str(server.socket), user=role, dbname=database)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(sql)
        return cursor.fetchall()


def gone(pid, seconds=20):
    """Whether the process ends in time; one that nobody has waited for yet counts as ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                time.sleep(0.05)
                continue
        return True
    return False


def hold(home):
    """A process that holds the server in `home`, and the pid of its PostgreSQL."""
    command = [sys.executable, "-c", HOLD, str(home)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    return process, int(process.stdout.readline())


@pytest.mark.database
def test_roles_have_the_attributes_that_the_walls_rest_on(server):
    rows = ask(
        server,
        "rt_app",
        "SELECT rolname, rolcanlogin, rolinherit, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles "
        "WHERE rolname LIKE 'rt\\_%' ORDER BY rolname",
    )
    assert rows == [
        ("rt_app", True, False, False, False, False, False),
        ("rt_auditor", True, False, False, False, False, False),
        ("rt_backup", True, True, False, True, False, False),
        ("rt_owner", True, True, False, False, True, False),
        ("rt_system", True, False, False, False, False, False),
    ]


@pytest.mark.database
@pytest.mark.parametrize("role", embedded.ROLES)
def test_each_role_signs_in_by_the_socket_as_itself(server, role):
    assert ask(server, role, "SELECT current_user, session_user, inet_server_addr()") == [(role, role, None)]


@pytest.mark.database
def test_only_the_owner_may_make_tables(server):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(server, "rt_app", "CREATE TABLE public.t (n int)")
    assert ask(server, "rt_owner", "CREATE TABLE public.t (n int); SELECT count(*) FROM public.t") == [(0,)]


def test_the_folders_are_closed_to_others(server):
    assert [oct(folder.stat().st_mode & 0o777) for folder in (server.data, server.socket)] == ["0o700", "0o700"]


def test_nothing_listens_on_the_network(server):
    assert ask(server, "rt_app", "SHOW listen_addresses") == [("",)]


def test_the_log_keeps_no_statement_and_no_value(server):
    with pytest.raises(psycopg2.errors.InvalidTextRepresentation):
        ask(server, "rt_app", "SELECT 'Maria Canary'::integer")
    assert "ready to accept connections" in server.log.read_text()
    assert "Maria Canary" not in server.log.read_text()


def test_a_second_start_names_the_holder_and_leaves_the_first_alone(server):
    with pytest.raises(embedded.InUse, match=f"pid {os.getpid()}"):
        embedded.Server(server.home).start()
    assert ask(server, "rt_app", "SELECT 1") == [(1,)]


def test_two_copies_run_side_by_side(server, tmp_path):
    other = embedded.Server(tmp_path / "other")
    other.start()
    try:
        ask(server, "rt_owner", "CREATE TABLE public.here (n int); SELECT 1")
        found = "SELECT count(*) FROM pg_class WHERE relname = 'here'"
        assert [ask(one, "rt_app", found) for one in (server, other)] == [[(1,)], [(0,)]]
    finally:
        other.stop()


def test_what_was_written_is_there_after_a_restart(server):
    ask(server, "rt_owner", "CREATE TABLE public.kept AS SELECT 7 AS n; SELECT 1")
    server.stop()
    again = embedded.Server(server.home)
    again.start()
    assert ask(again, "rt_owner", "SELECT n FROM public.kept") == [(7,)]
    again.stop()


def test_stop_ends_postgresql_and_may_be_called_twice(server):
    pid = server.process.pid
    server.stop()
    server.stop()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has gone")
def test_a_killed_parent_leaves_nothing_running_and_the_next_start_works(tmp_path):
    holder, pid = hold(tmp_path / "home")
    holder.kill()
    holder.wait()
    holder.stdout.close()
    assert gone(pid)
    again = embedded.Server(tmp_path / "home")
    again.start()
    assert ask(again, "rt_app", "SELECT 1") == [(1,)]
    again.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_an_orphan_is_ended_before_the_next_start(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "_die_fast", lambda: None)
    first = embedded.Server(tmp_path / "home")
    first.start()
    pid = first.process.pid
    first._lock.close()  # as when the process that held it was killed, without the kernel's word to the child
    again = embedded.Server(tmp_path / "home")
    again.start()
    assert first.process.wait(20) == 0
    assert again.process.pid != pid
    assert ask(again, "rt_app", "SELECT 1") == [(1,)]
    again.stop()


def test_a_stale_note_that_names_a_stranger_does_not_stop_us_or_hurt_it(server):
    server.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (server.data / "postmaster.pid").write_text(f"{stranger.pid}\n{server.data}\n1\n5432\n\n\n\n")
    server.socket.mkdir(exist_ok=True)
    (server.socket / ".s.PGSQL.5432.lock").write_text(f"{stranger.pid}\n{server.data}\n1\n5432\n{server.socket}\n")
    again = embedded.Server(server.home)
    again.start()
    again.stop()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_long_path_gets_a_short_private_socket_folder(tmp_path):
    made = embedded.Server(tmp_path / ("long-" * 20) / "home")
    made.start()
    folder = made.socket
    assert len(str(folder)) < embedded.LONGEST_SOCKET_FOLDER
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    assert ask(made, "rt_app", "SELECT 1") == [(1,)]
    made.stop()
    assert not folder.exists()


def test_an_interrupted_first_start_is_begun_again(tmp_path):
    half = tmp_path / "home" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    made = embedded.Server(tmp_path / "home")
    made.start()
    assert ask(made, "rt_app", "SELECT 1") == [(1,)]
    made.stop()


def test_data_of_another_version_is_refused_in_words(server, tmp_path):
    server.stop()
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(embedded.EmbeddedError, match="made by PostgreSQL 9"):
        embedded.Server(server.home).start()


def test_a_folder_without_binaries_is_refused_in_words(tmp_path, monkeypatch):
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(embedded.EmbeddedError, match="There is no PostgreSQL in"):
        embedded.Server(tmp_path / "home").start()


def test_a_throwaway_server_goes_with_its_folder_and_sweeps_up_after_killed_runs(tmp_path):
    left = tmp_path / "pg-left"
    left.mkdir()
    with embedded.throwaway(tmp_path) as made:
        assert ask(made, "rt_app", "SHOW fsync") == [("off",)]
        assert sorted(tmp_path.glob("pg-*")) == [made.home]
    assert sorted(tmp_path.glob("pg-*")) == []


def test_a_throwaway_server_in_use_is_not_swept_away(tmp_path):
    waiting = embedded.new_throwaway(tmp_path)
    with embedded.throwaway(tmp_path) as first, embedded.throwaway(tmp_path) as second:
        assert sorted(tmp_path.glob("pg-*")) == sorted([waiting.home, first.home, second.home])
        assert ask(first, "rt_app", "SELECT 1") == [(1,)]
    waiting.stop()


@pytest.mark.database
def test_the_role_past_row_level_security_is_for_tests_alone(server, tmp_path):
    sql = "SELECT count(*) FROM pg_roles WHERE rolname = 'rt_test_norls'"
    assert ask(server, "rt_app", sql) == [(0,)]
    with embedded.throwaway(tmp_path / "tests", test_roles=True) as made:
        assert ask(made, "rt_app", sql) == [(1,)]
        assert ask(made, "rt_app", "SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user") == [(False,)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for PostgreSQL")
def test_as_root_postgresql_runs_as_somebody_else(server):
    status = Path(f"/proc/{server.process.pid}/uid_map").read_text().split()
    inside = status[0] != "0"
    outside = Path(f"/proc/{server.process.pid}").stat().st_uid != 0
    assert inside or outside


def test_the_lock_is_not_inherited_by_children(tmp_path):
    made = embedded.Server(tmp_path / "home")
    made.start()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], close_fds=False)
    made.stop()
    again = embedded.Server(tmp_path / "home")
    again.start()
    again.stop()
    child.send_signal(signal.SIGKILL)
    child.wait()


def test_the_socket_is_a_unix_socket(server):
    with closing(socket.socket(socket.AF_UNIX)) as end:
        assert end.connect_ex(str(server.socket / ".s.PGSQL.5432")) == 0
