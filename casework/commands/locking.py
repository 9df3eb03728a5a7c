"""Optimistic locking: whoever saves second sees both texts and loses nothing."""

from django.db import connections
from django.db.models import Model

from casework.access.scope import one_or_404, visible
from casework.access.viewer import Viewer


class Stale(Exception):
    """Somebody changed the record meanwhile. `current` is the record as it is now."""

    def __init__(self, current: Model):
        super().__init__("Somebody changed this while you were writing.")
        self.current = current


def claim(by: Viewer, record: Model, version: int | None = None) -> Model:
    """The record again, locked for this transaction. Raises `Stale` unless it still has the version that the form showed.

    Raises 404 for a record that the viewer cannot see (any more). `version=None` is for a step that no form edits.
    """
    rows = visible(by, type(record)).select_for_update(of=("self",))
    fresh = one_or_404(rows, pk=record.pk)
    if version is not None and fresh.version != version:
        raise Stale(fresh)
    return fresh


def next_id(model: type[Model], using: str = "default") -> int:
    """The next key of a table, drawn before the row: a new case's grant is written first."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])
        return cursor.fetchone()[0]
