"""Recomputing the history's digests: what was edited, swapped, or cut out since a trigger wrote it.

A row's digest is sha256(salt || digest of the record's previous row || the row as jsonb text), as written by
`audit_write_history`. Whoever may switch the trigger off and knows the formula can still rebuild a whole chain and the
audit beside it: that ends with the sealer's signed checkpoints.
"""

from dataclasses import dataclass, field

from django.db import connections, transaction

STEADY = "SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1; SET LOCAL intervalstyle = 'postgres'"

# The history's own columns all begin with history_; what is left is the record as the trigger saw it.
ROWS = """
WITH own AS (
    SELECT array_agg(attname::text) AS names FROM pg_attribute
     WHERE attrelid = '{history}'::regclass AND attnum > 0 AND NOT attisdropped AND attname LIKE 'history\\_%%'),
rows AS (
    SELECT h.id, h.history_id, h.history_type, h.history_date, h.history_event_id, h.history_user_id, h.history_digest,
           (to_jsonb(h) - (SELECT names FROM own))::text AS held, h.history_salt,
           lag(h.history_digest) OVER chain AS previous, lead(h.history_id) OVER chain AS next_id
      FROM {history} h WINDOW chain AS (PARTITION BY h.id ORDER BY h.history_id))
"""
CHECKS = {
    "its text is not what was digested, or its predecessor is gone": """
        SELECT id, history_id FROM rows
         WHERE history_digest <> sha256(history_salt || coalesce(previous, ''::bytea) || convert_to(held, 'UTF8'))""",
    "the audit says otherwise of when, what or which event": """
        SELECT r.id, r.history_id FROM rows r WHERE NOT EXISTS (
            SELECT 1 FROM audit_recordchange c WHERE c.table_name = '{table}' AND c.record_id = r.id AND c.digest = r.history_digest
               AND c.at = r.history_date AND c.kind = r.history_type AND c.event_id IS NOT DISTINCT FROM r.history_event_id)""",
    "the audit says otherwise of who": """
        SELECT r.id, r.history_id FROM rows r LEFT JOIN audit_auditevent e ON e.id = r.history_event_id
         WHERE r.history_event_id IS NOT NULL AND (e.id IS NULL OR e.actor_id IS DISTINCT FROM r.history_user_id)""",
    "the audit knows a row that the history lacks": """
        SELECT c.record_id, NULL FROM audit_recordchange c WHERE c.table_name = '{table}' AND NOT EXISTS (
            SELECT 1 FROM rows r WHERE r.id = c.record_id AND r.history_digest = c.digest)""",
    "the record differs from its last row of history": """
        SELECT coalesce(r.id, b.id), r.history_id
          FROM (SELECT id, history_id, held FROM rows WHERE next_id IS NULL AND history_type <> '-') r
          FULL JOIN (SELECT t.id, to_jsonb(t)::text AS held FROM {table} t) b ON b.id = r.id
         WHERE r.held IS DISTINCT FROM b.held""",
}


@dataclass(frozen=True)
class Fault:
    """Something that cannot be as the trigger wrote it. `history_id` is None where the row itself is missing."""

    table: str
    record_id: int
    history_id: int | None
    what: str


@dataclass
class Verified:
    """What was looked at in one table, and what was found."""

    table: str
    rows: int = 0
    records: int = 0
    faults: list[Fault] = field(default_factory=list)


def verify(table: str, history: str, using: str) -> Verified:
    """Check every row of one history table. Names come from the models, never from outside; the role must read all rows."""
    done = Verified(table)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(STEADY)
        cursor.execute(f"SELECT count(*), count(DISTINCT id) FROM {history}")  # noqa: S608 -- a table's name from a model
        done.rows, done.records = cursor.fetchone()
        for what, sql in CHECKS.items():
            cursor.execute((ROWS + sql).format(table=table, history=history), [])
            done.faults += [Fault(table, record, row, what) for record, row in cursor.fetchall()]
    return done
