"""Police open data into a panel's incidents: what is new is created, what the panel has already is skipped."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from asbpanel.imports import CREATED, SKIPPED, ReadRow, read_incidents
from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_run_office
from casework.access.viewer import Viewer
from casework.models import ImportBatch, Incident, Panel, new_reference

event_types.register(incidents_imported="imported police open data")
KIND = "police_open_data"
SHOWN = 16
SIX_PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class OpenDataImport:
    """Every row read, with those that the panel has already marked as skipped."""

    rows: tuple[ReadRow, ...]

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(row.status for row in self.rows))


def check_files(*, by: Viewer, panel: Panel, paths: Iterable[Path]) -> OpenDataImport:
    """Read files against what the panel has. Writes nothing. Raises `Refused` for somebody outside the panel's office."""
    check_can_run_office(by, panel.pk)
    known = set(Incident.objects.filter(panel=panel).values_list("key", flat=True))
    return OpenDataImport(tuple(_against(row, known) for row in read_incidents(paths)))


def _against(row: ReadRow, known: set[str]) -> ReadRow:
    if row.status == CREATED and row.key in known:
        return row._replace(status=SKIPPED, message="the panel has this incident already")
    return row


def commit_files(*, by: Viewer, panel: Panel, checked: OpenDataImport) -> ImportBatch:
    """Create the incidents that are new, in one recording. Raises `Refused`."""
    check_can_run_office(by, panel.pk)
    with recording(by=by, event="incidents.imported", details=checked.counts) as record:
        batch = ImportBatch(
            reference=new_reference(), panel=panel, kind=KIND, by_id=by.user_id, status=ImportBatch.Status.COMMITTED,
            counts=checked.counts, done_rows=len(checked.rows), total_rows=len(checked.rows),
        )  # fmt: skip
        batch.save()
        record.subject = f"import {batch.reference}"
        for row in checked.rows:
            if row.status == CREATED:
                _incident(panel, batch, row).save()
    return batch


def _incident(panel: Panel, batch: ImportBatch, row: ReadRow) -> Incident:
    found = row.fields
    return Incident(
        panel=panel, import_batch=batch, key=row.key, month=date.fromisoformat(f"{found.month}-01"), category="Anti-social behaviour",
        force=found.force, place=found.location, area_code=found.lsoa_code, area_name=found.lsoa_name,
        longitude=_degrees(found.longitude), latitude=_degrees(found.latitude),
    )  # fmt: skip


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(SIX_PLACES)
