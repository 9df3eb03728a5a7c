"""Where the environment names no server, a command gets this copy's own, and keys that nobody else has."""

import os

from casework import standalone
from casework.embedded import Server


def test_keys_are_private_and_drawn_once(tmp_path):
    path = tmp_path / "keys" / "field.keys"
    first = standalone.private_file(path, standalone.new_field_key)
    assert standalone.private_file(path, standalone.new_field_key) == first
    assert oct(path.stat().st_mode & 0o777) == "0o600"


def test_a_set_database_url_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/roundtable")
    monkeypatch.setenv("ROUNDTABLE_HOME", str(tmp_path / "home"))
    with standalone.unless_configured():
        assert os.environ["DATABASE_URL"] == "postgresql://elsewhere/roundtable"
    assert not (tmp_path / "home").exists()


def test_a_second_command_uses_the_server_of_the_first(tmp_path, monkeypatch):
    server = Server(tmp_path / "home")
    server.start()
    monkeypatch.setattr(os, "environ", os.environ.copy())
    os.environ.pop("DATABASE_URL", None)
    os.environ["ROUNDTABLE_HOME"] = str(server.home)
    with standalone.unless_configured():
        assert os.environ["DATABASE_URL"] == server.url("rt_app")
        assert standalone.held_server() is None
    assert server.alive()
    server.stop()
