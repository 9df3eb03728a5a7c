"""What the suite's own database promises: roles that serve, emptying that keeps what migrations made, one wall at a time."""

import psycopg2
import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, connections

from casework.demo.people import load_people
from tests.emptied import UNTOUCHED, empty_all_tables, owner_connection

TRIGGERS = "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
RULES = "SELECT * FROM casework_repeatrule ORDER BY id"
TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


def rows(sql):
    plain = owner_connection()
    try:
        with plain, plain.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()
    finally:
        plain.close()


def counts():
    tables = sorted(row[0] for row in rows(TABLES))
    return dict(rows(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)))


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_emptying_removes_what_was_committed_and_keeps_what_migrations_made():
    before, triggers, rules = counts(), rows(TRIGGERS), rows(RULES)
    load_people()
    filled = {table for table, n in counts().items() if n > before[table]}
    assert {"casework_partnership", "casework_membership", "auth_group"} <= filled
    empty_all_tables()
    after = counts()
    assert after == before
    assert rows(RULES) == rules
    assert {table: n for table, n in after.items() if table in UNTOUCHED and n == 0} == {}
    assert rows(TRIGGERS) == triggers


@pytest.mark.database
@pytest.mark.django_db
def test_the_driver_is_psycopg2():
    connection.ensure_connection()
    assert isinstance(connection.connection, psycopg2.extensions.connection)


@pytest.mark.database
@pytest.mark.django_db(databases=["default", "system", "auditor"])
@pytest.mark.parametrize("alias", ["default", "system", "auditor"])
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.made (n int)",
        "ALTER TABLE casework_case DISABLE ROW LEVEL SECURITY",
        "TRUNCATE casework_case",
        "SET ROLE rt_owner",
        "SET LOCAL session_replication_role = replica",
    ],
)
def test_no_serving_role_may_take_the_walls_down(alias, statement):
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), connections[alias].cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.database
@pytest.mark.django_db
def test_with_row_level_security_off_the_other_rights_stay(rls_off):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, row_security_active('casework_case')")
        assert cursor.fetchone() == ("rt_test_norls", False)
        with pytest.raises(DatabaseError, match="permission denied"):
            cursor.execute("TRUNCATE casework_case")


@pytest.mark.database
@pytest.mark.django_db
def test_the_start_up_check_refuses_a_role_past_row_level_security(settings):
    if not rows("SELECT 1 FROM pg_roles WHERE rolname = 'rt_test_norls'"):
        pytest.skip("This server lacks the role rt_test_norls: run deploy/test_roles.sql on it as a superuser.")
    call_command("check", databases=["default"])
    settings.TEST_ONLY_ROLES = []
    with pytest.raises(SystemCheckError, match="rt_test_norls"):
        call_command("check", databases=["default"])
