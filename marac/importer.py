"""How a MARAC takes in a coordinator's workbook: what `casework` asks of a kind of panel."""

from collections.abc import Iterator
from datetime import date

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import ImportBatch, ImportRow, Panel, Referral, SafeContact
from casework.panels.importing import FoundMatch, Importer
from marac.committing import find_matches, write_referral
from marac.fields import FIELDS, REQUIRED, VOCABULARY
from marac.importing import CheckedImport, check_workbook
from marac.models import MaracReferral


class MaracImporter(Importer):
    """Referrals of the past, one a row."""

    kind = "marac_workbook"
    fields = FIELDS
    vocabulary = VOCABULARY
    required = REQUIRED

    def check(
        self, *, by: Viewer, panel: Panel, workbook: bytes, mapping: dict, today: date, batch: ImportBatch
    ) -> CheckedImport:
        return check_workbook(by=by, panel=panel, workbook=workbook, today=today, given=mapping, batch=batch)

    def write(self, *, panel: Panel, checked: CheckedImport, kept: ImportRow) -> Referral:
        return write_referral(panel, kept, checked.by_row[kept.sheet_row])

    def matches(
        self, *, by: Viewer, panel: Panel, checked: CheckedImport, made: dict[int, int]
    ) -> Iterator[FoundMatch]:
        return find_matches(by, panel, checked, made)

    def not_recorded(self, viewer: Viewer, referral: Referral) -> list[str]:
        part = visible(viewer, MaracReferral).filter(referral=referral).first()
        contacts = visible(viewer, SafeContact).filter(referral=referral)
        missing = {
            "consent": part is None or part.consent == "not_recorded",
            "whether the victim is aware": part is None or part.awareness == "not_recorded",
            "safe contact": not any(contact.is_safe for contact in contacts),
        }
        return [what for what, is_missing in missing.items() if is_missing]
