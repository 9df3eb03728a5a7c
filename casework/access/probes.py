"""The conditions that rules are made of: each one sub-select, asked row by row and at the end.

`OFFSET 0` forbids the database to answer for all rows at once: for who reads half of a million cases it would gather half a
million grants to show twenty-five. They are written as SQL because a list asks for several of them on every page, and the
same built of querysets took longer to build than the page took to read.
"""

from typing import Any

from django.db.models import BooleanField, F, Func

from casework.access.viewer import Viewer

IN_FORCE = "starts_at <= STATEMENT_TIMESTAMP() AND ({ends} IS NULL OR {ends} > STATEMENT_TIMESTAMP())"
GRANT = f"permission_id = %s AND panel_id = ANY (%s) AND reach >= %s AND {IN_FORCE.format(ends='expires_at')}"
TO_GROUP = f"group_id = ANY (%s) AND {GRANT}"
TO_PERSON = f"user_id = ANY (%s) AND (user_id = %s OR basis = 'assignment') AND agency_id = %s AND {GRANT}"
LASTING = f"basis <> 'emergency' AND {TO_PERSON}"
SEALED_READER = f"user_id = %s AND basis = 'sealed_reader' AND agency_id = %s AND {GRANT}"
CONFLICT = f"user_id = %s AND {IN_FORCE.format(ends='ends_at')}"


class Probe(Func):
    """Whether `table` has a row that points to this one's `column` by its column `by`, and fulfils `condition` (SQL with `values`)."""

    def __init__(self, column: str, *, table: str, by: str, condition: str, values: tuple):
        super().__init__(F(column), output_field=BooleanField())
        self.text, self.values = f"{table} q WHERE q.{by} = ", values
        self.condition = condition

    def as_sql(self, compiler, connection, *_: Any, **__: Any):
        column, values = compiler.compile(self.source_expressions[0])
        sql = f"EXISTS (SELECT 1 FROM {self.text}{column} AND {self.condition} OFFSET 0)"
        return sql, [*values, *self.values]


def granted(viewer: Viewer, column: str, reach: int, groups: tuple[int, ...]) -> Probe:
    """A live grant to one of `groups` on the case in `column` that reaches this far."""
    values = (list(groups), *_grant(viewer, reach))
    return Probe(column, table="casework_casegrant", by="content_object_id", condition=TO_GROUP, values=values)


def granted_personally(viewer: Viewer, column: str, reach: int, emergency: bool = True) -> Probe:
    """A live grant to the viewer herself at her acting agency, or the assignment of somebody whom she covers."""
    values = (list(viewer.users), viewer.user_id, viewer.agency_id, *_grant(viewer, reach))
    return _to_person(column, TO_PERSON if emergency else LASTING, values)


def reads_sealed(viewer: Viewer, column: str, panels: tuple[int, ...]) -> Probe:
    """She is a named reader of the sealed case in `column`, which one of `panels` owns."""
    values = (viewer.user_id, viewer.agency_id, viewer.view_id, list(panels), 1)
    return _to_person(column, SEALED_READER, values)


def _to_person(column: str, condition: str, values: tuple) -> Probe:
    return Probe(column, table="casework_caseusergrant", by="content_object_id", condition=condition, values=values)


def conflicted(viewer: Viewer, column: str, of: str) -> Probe:
    """A conflict of interest of the viewer about the case or referral (`of`) in `column`."""
    return Probe(column, table="casework_conflictofinterest", by=of, condition=CONFLICT, values=(viewer.user_id,))


def _grant(viewer: Viewer, reach: int) -> tuple:
    return viewer.view_id, sorted(viewer.panels), reach
