"""The suite's database: a server that is thrown away, migrated as the owner, used by the tests as the roles that serve.

Loaded by `-p tests.pg_plugin`, because pytest-django reads the settings before any conftest. Where `DATABASE_URL` is
set, that server is used (its rt_owner must be able to create databases). With `-n`, one worker migrates and the others
clone what it made. A test that asks for no database starts no server.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from casework import embedded
from casework.standalone import home_folder
from tests.emptied import empty_all_tables, owner_connection, remember_tables

SERVING = {"default": "rt_app", "system": "rt_system", "auditor": "rt_auditor", "backup": "rt_backup"}
FOLDER = "ROUNDTABLE_TEST_FOLDER"
BYPASS = "rt_test_norls"
# The app's rights, given to the role that row-level security doesn't bind: tables, columns, functions
COPY_RIGHTS = f"""
    SELECT format('GRANT %s ON %s %s TO {BYPASS}', a.privilege_type,
                  CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass)
      FROM pg_class c, aclexplode(c.relacl) a WHERE a.grantee = 'rt_app'::regrole
     UNION SELECT format('GRANT %s (%I) ON %s TO {BYPASS}', a.privilege_type, t.attname, t.attrelid::regclass)
      FROM pg_attribute t, aclexplode(t.attacl) a WHERE a.grantee = 'rt_app'::regrole
     UNION SELECT format('GRANT EXECUTE ON FUNCTION %s TO {BYPASS}', p.oid::regprocedure)
      FROM pg_proc p, aclexplode(p.proacl) a WHERE a.grantee = 'rt_app'::regrole
"""


def is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config):
    """Before the settings are read: decide on the server and name it in DATABASE_URL."""
    if not is_worker():
        base = home_folder() / "tests"
        if not os.environ.get("DATABASE_URL"):
            early_config.throwaway = embedded.new_throwaway(base, test_roles=True)
            os.environ["DATABASE_URL"] = early_config.throwaway.url("rt_app")
            os.environ[FOLDER] = str(early_config.throwaway.home)
        else:
            os.environ[FOLDER] = tempfile.mkdtemp(prefix="roundtable-tests-")
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """The controller of parallel workers starts the server for them; alone, the first test that needs it does."""
    if not is_worker() and config.option.basetemp is None:
        config.option.basetemp = str(Path(os.environ[FOLDER]) / "tmp")
    if not is_worker() and getattr(config.option, "numprocesses", None) and not config.option.collectonly:
        config.option.testrunuid = config.option.testrunuid or uuid4().hex
        start_server(config)


def pytest_report_header(config: pytest.Config) -> list[str]:
    server = getattr(config, "throwaway", None)
    return [f"PostgreSQL from {embedded.binaries() if server else 'DATABASE_URL'}"]


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if is_worker():
        return
    if server := getattr(config, "throwaway", None):
        server.stop()
        shutil.rmtree(server.home, ignore_errors=True)
    elif folder := os.environ.get(FOLDER):
        shutil.rmtree(folder, ignore_errors=True)
        if run := getattr(config.option, "testrunuid", None):
            as_owner("postgres", f'DROP DATABASE IF EXISTS "test_roundtable_{run[:8]}"')


def start_server(config: pytest.Config) -> None:
    server = getattr(config, "throwaway", None)
    if server and not server.alive():
        try:
            server.start()
        except embedded.EmbeddedError as error:
            pytest.exit(str(error), returncode=3)


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker) -> Iterator[None]:
    """One migrated database for this process, made by the owner, and every alias pointed at it in its own role."""
    from django.test import TransactionTestCase

    start_server(request.config)
    before = TransactionTestCase._fixture_teardown
    with django_db_blocker.unblock():
        name = make_database()
        for alias, role in {"owner": "rt_owner", **SERVING}.items():
            point(alias, name)
            assert current_user(alias) == role, f"{alias} must be {role}: other roles pass row-level security unseen"
    TransactionTestCase._fixture_teardown = lambda _self: empty_all_tables()
    yield
    TransactionTestCase._fixture_teardown = before
    with django_db_blocker.unblock():
        drop_database(name)


def make_database() -> str:
    """The name of this process's database: migrated here, or by another worker and cloned."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        name = f"test_roundtable_{os.getpid()}"
        migrate(name)
        return name
    template, name = f"test_roundtable_{run[:8]}", f"test_roundtable_{run[:8]}_{os.environ['PYTEST_XDIST_WORKER']}"
    with held(Path(os.environ[FOLDER]) / "template.lock"):
        if not exists(template):
            migrate(template)
        as_owner("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return name


def migrate(name: str) -> None:
    """Create the database `name` and bring it up to date, as the owner."""
    from django.core.management import call_command
    from django.db import connections

    as_owner("postgres", f'CREATE DATABASE "{name}" TEMPLATE template0')
    point("owner", name)
    try:
        call_command("migrate", database="owner", verbosity=0)
        connections["owner"].close()
        remember_tables(name)
        if as_owner(name, f"SELECT 1 FROM pg_roles WHERE rolname = '{BYPASS}'"):
            as_owner(name, *as_owner(name, f"SELECT statement FROM ({COPY_RIGHTS}) AS r(statement)"))
    except BaseException:
        drop_database(name)
        raise


def point(alias: str, name: str) -> None:
    from django.db import connections

    connections[alias].close()
    connections[alias].settings_dict["NAME"] = name


def current_user(alias: str) -> str:
    from django.db import connections

    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_user")
        user = cursor.fetchone()[0]
    connections[alias].close()
    return user


def as_owner(database: str, *statements: str) -> list[str]:
    """Run `statements` on a plain connection of the owner, each committed; the last one's first column."""
    with closing(owner_connection(dbname=database)) as plain:
        plain.autocommit = True
        cursor = plain.cursor()
        for statement in statements:
            cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


def exists(database: str) -> bool:
    return bool(as_owner("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{database}'"))


def drop_database(name: str) -> None:
    """Only where the server stays: a throw-away one goes as a whole."""
    from django.db import connections

    connections.close_all()
    if Path(os.environ[FOLDER]).name.startswith("pg-"):
        return
    as_owner("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def held(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@pytest.fixture
def rls_off(request):
    """Switch row-level security off until this test's transaction ends, leaving the app's other rights as they are.

    Needs `db`. It proves itself: the role it leaves the connection in is one that row-level security doesn't bind.
    """
    from django.db import connection

    request.getfixturevalue("db")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [BYPASS])
        if cursor.fetchone() is None:
            pytest.skip(f"This server lacks the role {BYPASS}: run deploy/test_roles.sql on it as a superuser.")
        cursor.execute(f"SET LOCAL ROLE {BYPASS}")
        cursor.execute("SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (True,)
