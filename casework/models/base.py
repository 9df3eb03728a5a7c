"""What every stored record has in common: a declared sensitivity, a history, a version, and a queryset that wants a viewer."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models
from simple_history.models import HistoricalRecords

from audit.audited import AuditedModel, HistoryRow

PUBLIC, INTERNAL, PERSONAL, SPECIAL = "public", "internal", "personal", "special"
SAFE_ADDRESS, SOURCE_IDENTITY, SECRET = "safe-address", "source-identity", "secret"
SENSITIVITIES = (PUBLIC, INTERNAL, PERSONAL, SPECIAL, SAFE_ADDRESS, SOURCE_IDENTITY, SECRET)

_seen: ContextVar[set | None] = ContextVar("seen", default=None)


class NoViewer(RuntimeError):
    """Case data was to be read without saying who reads."""


@contextmanager
def collecting_reads():
    """Collect `(model label, case id, referral id)` of every case-bound row that is fetched inside, for the read event."""
    rows: set = set()
    token = _seen.set(rows)
    try:
        yield rows
    finally:
        _seen.reset(token)


def cases_read() -> set[int]:
    """The cases of the rows that were fetched so far while reads are collected."""
    return {case for _, case, _ in _seen.get() or () if case}


class ScopedQuerySet(models.QuerySet):
    """Refuses to run until `casework.access.scope` has limited it to a viewer, and to change rows in bulk at all."""

    _viewer_known = False

    def scoped(self):
        """Marks the queryset as limited to a viewer. Called by `casework.access.scope` and the jobs of a system actor alone."""
        clone = self._chain()
        clone._viewer_known = True
        return clone

    def _clone(self):
        clone = super()._clone()
        clone._viewer_known = self._viewer_known
        return clone

    def _require_viewer(self) -> None:
        if not self._viewer_known:
            raise NoViewer(f"{self.model._meta.label} is read through casework.access.scope.visible(viewer, …).")

    def _fetch_all(self):
        if self._result_cache is None:
            self._require_viewer()
        super()._fetch_all()
        rows = _seen.get()
        if rows is not None:
            rows.update(_trace(row) for row in self._result_cache if isinstance(row, models.Model))

    def iterator(self, *args, **kwargs):
        self._require_viewer()
        return super().iterator(*args, **kwargs)

    def count(self):
        self._require_viewer()
        return super().count()

    def exists(self):
        self._require_viewer()
        return super().exists()

    def aggregate(self, *args, **kwargs):
        self._require_viewer()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs):
        raise NoViewer("Rows are changed one by one inside a recording, by a command.")

    def delete(self):
        raise NoViewer("Rows are ended by a command, not deleted.")

    def bulk_create(self, *args, **kwargs):
        raise NoViewer("Rows are made one by one inside a recording, by a command.")


def _trace(row: models.Model) -> tuple[str, int | None, int | None]:
    label = row._meta.model_name
    if label == "case":
        return label, row.pk, None
    if label == "referral":
        return label, row.case_id, row.pk
    return label, getattr(row, "case_id", None), getattr(row, "referral_id", None)


class Recorded(AuditedModel):
    """Any record that is written through commands. Its history table is filled by a trigger, in the same statement.

    `sensitivity` maps each field to one of SENSITIVITIES; a test refuses a field that is missing.
    `reference_data` marks tables that are loaded from the repository's files and survive the emptying between tests.
    """

    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords(
        inherit=True,
        bases=[HistoryRow],
        user_db_constraint=False,
        history_id_field=models.BigAutoField(primary_key=True),
    )

    sensitivity: dict[str, str] = {}
    reference_data = False

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding:
            self.version += 1
        super().save(*args, **kwargs)


class CaseBound(Recorded):
    """A record with case data. It belongs to a case or to a referral, is read with a viewer, and has a policy in the database."""

    objects = ScopedQuerySet.as_manager()

    # Depth of access that the record needs: see casework.models.grant.Depth
    depth = 3

    class Meta:
        abstract = True
        base_manager_name = None


def declare(**groups: str) -> dict[str, str]:
    """`declare(internal="a b", personal="c")`: a model's sensitivity, field by field; keys may use _ for -."""
    found = {"id": INTERNAL, "version": INTERNAL}
    for level, names in groups.items():
        found |= dict.fromkeys(names.split(), level.replace("_", "-"))
    return found
