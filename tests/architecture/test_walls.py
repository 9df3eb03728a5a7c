"""What every table must have in the database: policies, the history trigger, and the right owner of each right."""

import pytest
from django.db import connections

from casework.management.documents import our_models
from casework.models import CaseBound, Recorded, ScopedQuerySet

pytestmark = [pytest.mark.django_db(databases=["default", "owner", "auditor"]), pytest.mark.database]


def ask(sql: str, alias: str = "owner") -> set:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)
        return {row[0] for row in cursor.fetchall()}


def guarded() -> list:
    return [m for m in our_models() if issubclass(m, CaseBound) or isinstance(m._default_manager.all(), ScopedQuerySet)]


def test_every_case_table_and_its_history_have_row_level_security():
    walled = ask("SELECT relname FROM pg_class WHERE relrowsecurity")
    assert {m._meta.db_table for m in guarded()} - walled == set()
    assert {m.history.model._meta.db_table for m in guarded() if hasattr(m, "history")} - walled == set()
    assert {"audit_auditevent", "audit_eventreason", "audit_recordchange"} - walled == set()


def test_every_case_table_and_its_history_have_a_policy_to_read():
    told = ask("SELECT tablename FROM pg_policies WHERE 'rt_app' = ANY (roles) AND cmd IN ('SELECT', 'ALL')")
    assert {m._meta.db_table for m in guarded()} - told == set()
    assert {m.history.model._meta.db_table for m in guarded() if hasattr(m, "history")} - told == set()


def test_every_recorded_model_has_the_history_trigger():
    triggers = ask(
        "SELECT tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'audit_write_history' AND tgenabled = 'O'"
    )
    recorded = {m._meta.db_table for m in our_models() if issubclass(m, Recorded)}
    assert len(recorded) > 40
    assert recorded - triggers == set()
    assert triggers - recorded == set()


def test_the_app_writes_no_history_and_deletes_next_to_nothing():
    histories = {m.history.model._meta.db_table for m in our_models() if hasattr(m, "history")}
    written = ask(
        "SELECT c.relname FROM pg_class c WHERE relkind = 'r' AND (has_table_privilege('rt_app', c.oid, 'INSERT') OR has_table_privilege('rt_app', c.oid, 'UPDATE'))"
    )
    assert histories & written == set()
    deletable = ask(
        "SELECT c.relname FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND has_table_privilege('rt_app', c.oid, 'DELETE')"
    )
    recorded = {m._meta.db_table for m in our_models() if issubclass(m, Recorded)}
    assert deletable & recorded == set()
    assert deletable & histories == set()


def test_the_auditor_reads_three_tables_and_writes_none():
    rights = "SELECT c.relname FROM pg_class c WHERE relkind IN ('r', 'v', 'm') AND relnamespace = 'public'::regnamespace AND has_table_privilege('rt_auditor', c.oid, '{}')"
    assert ask(rights.format("SELECT")) == {"audit_auditevent", "audit_eventreason", "audit_recordchange"}
    for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
        assert ask(rights.format(right)) == set()


def test_each_alias_is_the_role_that_it_should_be():
    assert ask("SELECT current_user", "default") == {"rt_app"}
    assert ask("SELECT current_user", "auditor") == {"rt_auditor"}


def test_no_view_holds_case_data_past_the_policies():
    views = "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)"
    assert ask(views) == set()
