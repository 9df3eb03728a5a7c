"""What a kind of panel must provide to take in a workbook of its past. `casework` asks it and never reads a cell itself."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple


class ImportLine(NamedTuple):
    """What an import would do with one row: the columns of the report, and whether a referral can be made of it."""

    sheet_row: int
    status: str
    usable: bool
    repeat: bool
    repeats_sheet_row: int | None
    match_score: float | None
    message: str


class FoundMatch(NamedTuple):
    """A match between an imported referral, named by its sheet row, and an earlier referral or a case without one.

    `evidence` is as in MatchProposal, with the keys of both parties.
    """

    sheet_row: int
    earlier_referral_id: int | None
    earlier_case_id: int | None
    kind: str
    score: float
    evidence: list[dict]


class Importer:
    """How one kind of panel reads a workbook.

    `fields` are casework.imports.mapping.FieldSpec objects, `vocabulary` the words of their headings; of each entry of
    `required`, a label and names of fields, one field must have a column.
    """

    kind: str = ""
    fields: Sequence[Any] = ()
    vocabulary: Any = None
    required: Sequence[tuple[str, Sequence[str]]] = ()

    def check(self, *, by: Any, panel: Any, workbook: bytes, mapping: dict, today: Any, batch: Any) -> Any:
        """Read the workbook, with the panel's own records taking part but for those of `batch` itself. Writes nothing.

        The answer is the kind's own; it has `lines` (ImportLine objects in the order of the sheet) and is handed back to `write` and `matches`.
        """
        raise NotImplementedError

    def write(self, *, panel: Any, checked: Any, kept: Any) -> Any:
        """Make the referral of one row inside a recording, and hand it back; `kept` is the ImportRow."""
        raise NotImplementedError

    def matches(self, *, by: Any, panel: Any, checked: Any, made: dict[int, int]) -> Iterator[FoundMatch]:
        """The matches to propose once all referrals are made; `made` gives the key of each sheet row's referral."""
        raise NotImplementedError

    def not_recorded(self, viewer: Any, referral: Any) -> list[str]:
        """What an imported referral does not say, in words: it counts as unsafe and not consented."""
        return []
