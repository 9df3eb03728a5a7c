"""Empty the tables after a test that committed. The app may not TRUNCATE, so this is the owner on a plain connection.

What migrations put in place stays: Django's own registers, and every model marked `reference_data = True` (of those, rows
that belong to something emptied go too).
"""

from contextlib import closing

import psycopg2
from django.apps import apps
from django.db import connections

KEPT = {"django_migrations", "django_content_type", "auth_permission"}
REFERENCES = """
    SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text
      FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND c.conrelid <> c.confrelid AND c.connamespace = 'public'::regnamespace
"""
TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
TRIGGERS = """
    SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A')
"""


def empty_all_tables() -> None:
    """Leave the database as the migrations left it, as far as committed rows go."""
    with closing(owner_connection()) as plain, plain, plain.cursor() as cursor:
        cursor.execute("SET lock_timeout = '20s'")
        _empty(cursor)


def owner_connection(**other):
    """A plain connection of the owner's, to which Django's ban on aliases that a test didn't name doesn't apply."""
    parameters = connections["owner"].get_connection_params() | other
    parameters.pop("cursor_factory", None)
    return psycopg2.connect(**parameters)


def _empty(cursor) -> None:
    kept = KEPT | {m._meta.db_table for m in apps.get_models() if getattr(m, "reference_data", False)}
    cursor.execute(TABLES)
    tables = {row[0] for row in cursor.fetchall()} - kept
    cursor.execute(REFERENCES)
    references = cursor.fetchall()
    by_row = _targets(kept & {row[0] for row in references}, references) & tables
    belonging = {(s, column) for s, column, target in references if s in kept and target in tables}
    at_once = _filled(cursor, tables - by_row)
    at_once |= _sources(at_once, references) & tables
    by_row = _filled(cursor, by_row)
    statements = [f'DELETE FROM {source} WHERE "{column}" IS NOT NULL' for source, column in sorted(belonging)]
    statements += [f"TRUNCATE {', '.join(sorted(at_once))}"] if at_once else []
    statements += [f"DELETE FROM {table}" for table in sorted(by_row)]
    _without_triggers(cursor, sorted({source for source, _ in belonging} | at_once | by_row), statements)


def _filled(cursor, tables: set[str]) -> set[str]:
    """Those of `tables` that hold a row, in one question."""
    if not tables:
        return set()
    cursor.execute(" UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT FROM {t})" for t in sorted(tables)))
    return {row[0] for row in cursor.fetchall()}


def _targets(tables: set[str], references) -> set[str]:
    """Everything that `tables` point to, at any distance."""
    found: set[str] = set()
    while more := {t for s, _, t in references if s in tables | found} - found:
        found |= more
    return found


def _sources(tables: set[str], references) -> set[str]:
    """Everything that points to `tables`, at any distance: PostgreSQL wants it in the same TRUNCATE."""
    found: set[str] = set()
    while more := {s for s, _, t in references if t in tables | found} - found:
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
