"""Put the tables back after a test that committed. The app may not TRUNCATE, so this is the owner on a plain connection.

What the migrations left (reference data with its history and its events) is copied into a schema of its own once and put
back each time, so a test may change that too. Django's own registers are never touched.
"""

from contextlib import closing

import psycopg2
from django.db import connections

UNTOUCHED = {"django_migrations", "django_content_type", "auth_permission"}
COPIES = "as_migrated"
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace"
REFERENCES = """
    SELECT s.relname, t.relname FROM pg_constraint c JOIN pg_class s ON s.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid
     WHERE c.contype = 'f' AND s.oid <> t.oid AND c.connamespace = 'public'::regnamespace
"""
TRIGGERS = """
    SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A')
"""
COLUMNS = """
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
     WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


def owner_connection(**other):
    """A plain connection of the owner's, to which Django's ban on aliases that a test didn't name doesn't apply."""
    parameters = connections["owner"].get_connection_params() | other
    parameters.pop("cursor_factory", None)
    return psycopg2.connect(**parameters)


def remember_tables(database: str) -> None:
    """Copy every row that the migrations of `database` left."""
    with closing(owner_connection(dbname=database)) as plain, plain, plain.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {COPIES}")
        for table in sorted(_filled(cursor, _tables(cursor, "public") - UNTOUCHED)):
            cursor.execute(f"CREATE TABLE {COPIES}.{table} AS TABLE public.{table}")


def empty_all_tables() -> None:
    """Leave the database as the migrations left it, as far as committed rows go."""
    with closing(owner_connection()) as plain, plain, plain.cursor() as cursor:
        cursor.execute("SET lock_timeout = '20s'")
        filled = _filled(cursor, _tables(cursor, "public") - UNTOUCHED)
        tables = sorted(filled | _sources(filled, cursor))
        copies = sorted(_tables(cursor, COPIES))
        statements = [f"TRUNCATE {', '.join(tables)}"] if tables else []
        for table in copies:
            cursor.execute(COLUMNS, [table])
            columns = cursor.fetchone()[0]
            statements.append(f"INSERT INTO public.{table} ({columns}) SELECT {columns} FROM {COPIES}.{table}")
        _without_triggers(cursor, sorted({*tables, *copies}), statements)


def _tables(cursor, schema: str) -> set[str]:
    cursor.execute(TABLES, [schema])
    return {row[0] for row in cursor.fetchall()}


def _filled(cursor, tables: set[str]) -> set[str]:
    """Those of `tables` that hold a row, in one question."""
    cursor.execute(" UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT FROM {t})" for t in sorted(tables)))
    return {row[0] for row in cursor.fetchall()}


def _sources(tables: set[str], cursor) -> set[str]:
    """Everything that points to `tables`, at any distance: PostgreSQL wants it in the same TRUNCATE."""
    cursor.execute(REFERENCES)
    references = cursor.fetchall()
    found: set[str] = set()
    while more := {s for s, t in references if t in tables | found} - found:
        found |= more
    return found


def _without_triggers(cursor, tables: list[str], statements: list[str]) -> None:
    """Run `statements` past our own triggers (append-only, history), and put each trigger back as it stood."""
    back = []
    for table in tables:
        cursor.execute(TRIGGERS, [table])
        for name, enabled in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')
            back.append(f'ALTER TABLE {table} ENABLE {"ALWAYS " if enabled == "A" else ""}TRIGGER "{name}"')
    for line in [*statements, "SET CONSTRAINTS ALL IMMEDIATE", *back]:
        cursor.execute(line)
