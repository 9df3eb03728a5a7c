"""Tampering by somebody with the owner's rights: each kind is found, and an untouched history is clean."""

from contextlib import closing
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from audit.verification import verify
from tests.casework.auditing_case import DATABASES, make_case
from tests.emptied import owner_connection

pytestmark = [pytest.mark.django_db(transaction=True, databases=[*DATABASES, "backup"]), pytest.mark.database]
TABLE, HISTORY = "casework_party", "casework_historicalparty"
BOTH = f"(SELECT min(history_id) FROM {HISTORY}), (SELECT max(history_id) FROM {HISTORY})"


@pytest.fixture
def cases(people):
    return [make_case(people), make_case(people, name="Zzother")]


def tamper(*statements: str) -> None:
    """As the owner, past all triggers, in a session with other settings than ours."""
    with closing(owner_connection()) as plain, plain, plain.cursor() as cursor:
        cursor.execute("SET timezone = 'Asia/Tokyo'")
        for table in (TABLE, HISTORY, "audit_recordchange", "audit_auditevent"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount > 0
        for table in (TABLE, HISTORY, "audit_recordchange", "audit_auditevent"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def faults() -> list[str]:
    return sorted({fault.what for fault in verify(TABLE, HISTORY, "backup").faults})


def test_an_untouched_history_is_clean_for_every_table(cases):
    """Reference tables aside: between tests their rows stay and their history goes."""
    recorded = [m for m in apps.get_models() if hasattr(m, "history") and not getattr(m, "reference_data", False)]
    done = [verify(m._meta.db_table, m.history.model._meta.db_table, "backup") for m in recorded]
    assert [fault for one in done for fault in one.faults] == []
    assert sum(one.rows > 0 for one in done) > 10


def test_the_command_counts(cases):
    out = StringIO()
    call_command("verify_history", table=TABLE, stdout=out)
    assert out.getvalue().splitlines() == [
        "casework_party: 4 rows of 2 records, 0 faults",
        "4 rows of 2 records in 1 tables: 0 faults.",
    ]


def test_rows_written_in_a_session_with_other_settings_verify_too(cases):
    with closing(owner_connection()) as plain, plain, plain.cursor() as cursor:
        cursor.execute("SET timezone = 'Asia/Tokyo'; SET bytea_output = 'escape'; SET extra_float_digits = 0")
        cursor.execute("UPDATE casework_case SET opened_at = opened_at - interval '1 day'")
        cursor.execute("UPDATE casework_safeaddress SET kind = 'home'")
    for table in ("casework_case", "casework_safeaddress"):
        done = verify(table, table.replace("_", "_historical"), "owner")
        assert (done.rows > done.records, done.faults) == (True, [])


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (f"UPDATE {HISTORY} SET family_name = 'x' WHERE history_id = (SELECT min(history_id) FROM {HISTORY})", "its text is not what was digested, or its predecessor is gone"),
        (f"DELETE FROM {HISTORY} WHERE history_id = (SELECT min(history_id) FROM {HISTORY})", "its text is not what was digested, or its predecessor is gone"),
        (f"DELETE FROM {HISTORY} WHERE history_id = (SELECT max(history_id) FROM {HISTORY})", "the audit knows a row that the history lacks"),
        (f"UPDATE {HISTORY} SET history_date = history_date - interval '1 day'", "the audit says otherwise of when, what or which event"),
        (f"UPDATE {HISTORY} SET history_type = '~'", "the audit says otherwise of when, what or which event"),
        (f"UPDATE {HISTORY} SET history_user_id = history_user_id + 1", "the audit says otherwise of who"),
        ("UPDATE audit_auditevent SET actor_id = actor_id + 1", "the audit says otherwise of who"),
        ("DELETE FROM audit_auditevent", "the audit says otherwise of who"),
        ("DELETE FROM audit_recordchange", "the audit says otherwise of when, what or which event"),
        (f"UPDATE {TABLE} SET family_name = 'x'", "the record differs from its last row of history"),
        (f"UPDATE {HISTORY} SET history_digest = sha256('x')", "its text is not what was digested, or its predecessor is gone"),
    ],
)  # fmt: skip
def test_tampering_is_found(cases, statement, found):
    assert faults() == []
    tamper(statement)
    assert found in faults()


def test_two_rows_swapped_are_found(cases):
    tamper(
        f"UPDATE {HISTORY} a SET family_name = b.family_name FROM {HISTORY} b WHERE (a.history_id, b.history_id) IN (({BOTH}), "
        f"((SELECT max(history_id) FROM {HISTORY}), (SELECT min(history_id) FROM {HISTORY})))"
    )
    assert "its text is not what was digested, or its predecessor is gone" in faults()


def test_the_command_names_the_row_and_fails(cases):
    tamper(
        f"UPDATE {HISTORY} SET family_name = 'Zztampered' WHERE history_id = (SELECT min(history_id) FROM {HISTORY})"
    )
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_history", table=TABLE, stdout=out)
    assert "history row" in out.getvalue()
    assert "Zztampered" not in out.getvalue()
    with pytest.raises(CommandError, match="No table with history"):
        call_command("verify_history", table="pg_authid")
