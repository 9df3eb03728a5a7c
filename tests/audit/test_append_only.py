"""The audit can only grow, and no row is written without it: in the database, whatever the code above does."""

from contextlib import closing

import psycopg2
import pytest
from django.db import DatabaseError, connections, transaction

from audit.audited import AuditedModel
from audit.models import AuditEvent
from audit.recorder import NotRecorded, recording
from casework.access.viewer import acting
from casework.models import NoViewer, Party
from casework.models.case import Person
from tests.casework.auditing_case import DATABASES, make_case
from tests.emptied import owner_connection

pytestmark = [pytest.mark.django_db(transaction=True, databases=DATABASES), pytest.mark.database]
TABLES = ("audit_auditevent", "audit_eventreason", "audit_recordchange")


def run(sql: str, alias: str = "default") -> list:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def refused(sql: str, alias: str = "default") -> str:
    """The SQLSTATE with which a statement is refused."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(using=alias):
        run(sql, alias)
    return error.value.__cause__.pgcode


@pytest.mark.parametrize("table", TABLES)
def test_the_app_reads_and_changes_nothing_of_the_audit(people, table):
    with acting(people.users["una"]):
        for sql in (f"SELECT * FROM {table}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            assert refused(sql) == "42501"
    assert (
        refused(
            f"UPDATE {table} SET event_id = NULL"
            if table != "audit_auditevent"
            else "UPDATE audit_auditevent SET name = 'x'"
        )
        == "42501"
    )


def test_the_app_writes_no_change_record_by_itself(people):
    columns = "(id, event_id, at, table_name, record_id, kind, fields, digest)"
    assert (
        refused(
            f"INSERT INTO audit_recordchange {columns} VALUES (gen_random_uuid(), NULL, now(), 'x', 1, '+', '{{}}', '')"
        )
        == "42501"
    )


@pytest.mark.parametrize("table", ["audit_auditevent", "audit_recordchange"])
def test_even_the_owner_changes_nothing_while_the_trigger_stands(people, table):
    make_case(people)
    for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET at = now()", f"TRUNCATE {table}"):
        with closing(owner_connection()) as plain, plain.cursor() as cursor, pytest.raises(psycopg2.Error) as error:
            cursor.execute(sql)
        assert error.value.pgcode == "RT002"


def test_the_auditor_reads_no_case_table_and_only_her_partnership(people):
    make_case(people)
    make_case(people, panel="northgate-marac", user="nell")
    for table in ("casework_case", "casework_party", "casework_historicalparty", "casework_user", "casework_casegrant"):
        assert refused(f"SELECT 1 FROM {table}", "auditor") == "42501"
    assert run("SELECT count(*) FROM audit_auditevent", "auditor") == [(0,)]
    for name, expected in (("harbourne", 2), ("northgate", 2)):
        with transaction.atomic(using="auditor"):
            run(f"SELECT set_config('app.partnership', '{people.partnerships[name].pk}', true)", "auditor")
            assert len(run("SELECT id FROM audit_auditevent", "auditor")) == expected
            assert run("SELECT count(*) FROM audit_eventreason", "auditor") == [(1,)]
    assert AuditEvent.objects.using("owner").count() > 4


def test_rows_are_refused_outside_a_recording_in_the_database(people):
    case = make_case(people).case
    with acting(people.users["helen"]):
        assert run(f"SELECT count(*) FROM casework_party WHERE case_id = {case.pk}") == [(1,)]
        assert refused(f"UPDATE casework_party SET family_name = 'x' WHERE case_id = {case.pk}") == "RT001"
        assert refused("INSERT INTO casework_person (version) VALUES (1)") == "RT001"
        assert refused(f"DELETE FROM casework_party WHERE case_id = {case.pk}") == "42501"
        with pytest.raises(NotRecorded):
            Person().save()
        with pytest.raises(DatabaseError), transaction.atomic():
            Person.objects.bulk_create([Person()])
        with pytest.raises(NoViewer):
            Party.objects.update(family_name="x")


def test_an_event_that_fails_takes_its_rows_with_it(people, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("no room")

    with acting(people.users["helen"]) as by:
        with monkeypatch.context() as patch:
            patch.setattr("audit.recorder.write_event", fail)
            with pytest.raises(OSError, match="no room"), recording(by=by, event="case.opened"):
                Person().save()
        assert Person.objects.count() == 0
        with recording(by=by, event="case.opened"):
            Person().save()
        assert Person.objects.count() == 1
        assert issubclass(Person, AuditedModel)


@pytest.mark.parametrize(
    "change",
    [
        "approved_by_id = auditor_id, approved_at = now()",
        "approved_at = now(), approved_by_id = NULL",
        "until = until + interval '1 day'",
        "auditor_id = (SELECT id FROM casework_user WHERE username = 'viktor')",
        "approved_at = now(), approved_by_id = (SELECT id FROM casework_user WHERE username = 'viktor')",
        "approved_at = now(), approved_by_id = (SELECT id FROM casework_user WHERE username = 'ines')",
    ],
)
def test_the_database_lets_nobody_approve_for_herself_or_widen(people, change):
    from tests.casework.test_auditing import ask as ask_for

    ask_for(people, make_case(people))
    with (
        acting(people.users["una"]) as by,
        pytest.raises(DatabaseError) as error,
        recording(by=by, event="audit.engagement_approved"),
    ):
        run(f"UPDATE casework_auditengagement SET {change}")
    assert error.value.__cause__.pgcode in ("RT003", "23514")
    with (
        acting(people.users["una"]) as by,
        pytest.raises(DatabaseError) as error,
        recording(by=by, event="audit.engagement_approved"),
    ):
        run("UPDATE casework_engagementcase SET case_id = case_id + 1")
    assert error.value.__cause__.pgcode == "RT003"
