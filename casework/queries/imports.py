"""Imports as the panel's office sees them: the list, the report of one, its matches, and what an imported referral says of itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from casework.access.guards import can_run_office
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import ImportBatch, ImportRow, Panel, Referral
from casework.queries.home import Task, task_source

REPORT_COLUMNS = ("sheet_row", "status", "referral", "repeat", "repeats_sheet_row", "match_score", "message")


@dataclass(frozen=True)
class RowLine:
    """One row of the report, and the reference of its referral."""

    row: ImportRow
    referral: str

    @property
    def percent(self) -> int | None:
        return None if self.row.match_score is None else round(self.row.match_score * 100)


@dataclass(frozen=True)
class ImportedNote:
    """Where an imported referral comes from, and what it does not say."""

    batch: str
    sheet_row: int
    missing: tuple[str, ...]


def panels_to_import_into(viewer: Viewer) -> list[Panel]:
    """The panels whose office the viewer runs and whose kind takes in workbooks."""
    panels = Panel.objects.filter(pk__in=viewer.office_panels).order_by("name")
    return [panel for panel in panels if panel.plugin.importer and can_run_office(viewer, panel.pk)]


def batches_of(viewer: Viewer) -> QuerySet[ImportBatch]:
    """The imports that the viewer may see, newest first."""
    return visible(viewer, ImportBatch).select_related("panel", "by").order_by("-made_at", "-pk")


def rows_of(viewer: Viewer, batch: ImportBatch, status: str = "") -> QuerySet[ImportRow]:
    """The rows of an import in the order of the sheet; with `status`, only those."""
    rows = visible(viewer, ImportRow).filter(batch=batch).order_by("sheet_row")
    return rows.filter(status=status) if status else rows


def row_lines(viewer: Viewer, rows: list[ImportRow]) -> list[RowLine]:
    """Rows with the references of their referrals."""
    made = dict(visible(viewer, Referral).filter(import_row__in=rows).values_list("import_row_id", "reference"))
    return [RowLine(row, made.get(row.pk, "")) for row in rows]


def report_lines(viewer: Viewer, batch: ImportBatch) -> Iterator[tuple[str, ...]]:
    """The whole report as text; columns as in `REPORT_COLUMNS`."""
    for line in row_lines(viewer, list(rows_of(viewer, batch))):
        row = line.row
        yield (
            str(row.sheet_row), row.status, line.referral, "1" if row.repeat else "0",
            str(row.repeats_sheet_row or ""), "" if row.match_score is None else f"{row.match_score:.4f}", row.message,
        )  # fmt: skip


def imported_note(viewer: Viewer, referral: Referral) -> ImportedNote | None:
    """What the page of an imported referral says about that; None for any other."""
    rows = visible(viewer, ImportRow).filter(pk=referral.import_row_id).select_related("batch")
    row = rows.first() if referral.import_row_id else None
    if row is None:
        return None
    importer = referral.panel.plugin.importer
    missing = importer.not_recorded(viewer, referral) if importer else []
    return ImportedNote(row.batch.reference, row.sheet_row, tuple(missing))


@task_source
def imports_to_go_on_with(viewer: Viewer) -> list[Task]:
    """For whoever uploaded a workbook: imports that were checked and wait to be committed."""
    waiting = visible(viewer, ImportBatch).filter(by_id=viewer.user_id, status=ImportBatch.Status.CHECKED)
    return [
        Task(
            f"Import the checked rows of {batch.reference}, or discard them",
            "import_report",
            (batch.reference,),
            None,
            "Imports",
        )
        for batch in waiting.order_by("-made_at")[:5]
    ]
