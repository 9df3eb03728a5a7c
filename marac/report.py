"""The report of an import, row by row: what became of it, and what is proposed about repeats."""

from collections.abc import Hashable, Iterable
from typing import NamedTuple

from casework.matching.proposals import Proposal
from casework.matching.repeats import RETURNING
from casework.panels.importing import ImportLine
from marac.imports import ParsedRow
from marac.readings import NO, YES

COLUMNS = ("sheet_row", "status", "referral", "repeat", "repeats_sheet_row", "match_score", "message")


class ReportRow(NamedTuple):
    """One line of the report, as text; columns as in `COLUMNS`."""

    sheet_row: str
    status: str
    referral: str
    repeat: str
    repeats_sheet_row: str
    match_score: str
    message: str


def report_rows(
    rows: Iterable[ParsedRow],
    proposals: dict[Hashable, Proposal],
    referrals: dict[int, str],
    shown: dict[str, str] | None = None,
) -> Iterable[ReportRow]:
    """A line for every row. `referrals` gives the reference of a row's referral once there is one.

    A previous referral within the sheet is named by its row; one that the panel has already by its reference, in the
    message (`shown` gives the reference to show for a key). `repeat` is a proposal by the rule, whatever the sheet's own column claims.
    """
    for row in rows:
        yield report_row(row, proposals.get(row.sheet_row), referrals.get(row.sheet_row, ""), shown)


def report_row(
    row: ParsedRow, proposal: Proposal | None, reference: str = "", shown: dict[str, str] | None = None
) -> ReportRow:
    """The line of one row; `proposal` None where nothing was made of it."""
    if proposal is None:
        return ReportRow(
            str(row.sheet_row), row.status, reference, "0" if row.status != "skipped" else "", "", "", row.message
        )
    within = proposal.repeat and isinstance(proposal.previous, int)
    return ReportRow(
        sheet_row=str(row.sheet_row),
        status=row.status,
        referral=reference,
        repeat="1" if proposal.repeat else "0",
        repeats_sheet_row=str(proposal.previous) if within else "",
        match_score="" if proposal.score is None else f"{proposal.score:.4f}",
        message="; ".join(part for part in (row.message, *_about_repeat(row, proposal, shown or {})) if part),
    )


def import_line(row: ParsedRow, proposal: Proposal | None, shown: dict[str, str]) -> ImportLine:
    """The line of one row as casework keeps it."""
    line = report_row(row, proposal, "", shown)
    previous = int(line.repeats_sheet_row) if line.repeats_sheet_row else None
    score = proposal.score if proposal else None
    return ImportLine(row.sheet_row, row.status, row.usable, line.repeat == "1", previous, score, line.message)


def _about_repeat(row: ParsedRow, proposal: Proposal, shown: dict[str, str]) -> Iterable[str]:
    known = shown.get(str(proposal.previous), str(proposal.previous))
    if proposal.repeat and not isinstance(proposal.previous, int):
        yield f"repeats {known}, which the panel has already"
    if proposal.kind == RETURNING:
        where = f"row {proposal.previous}" if isinstance(proposal.previous, int) else known
        yield f"same people as {where}, but longer ago than the repeat period"
    if row.sheet_repeat == YES and not proposal.repeat:
        yield "the sheet says repeat; by the rule it is none"
    if row.sheet_repeat == NO and proposal.repeat:
        yield "the sheet says no repeat; by the rule it is one"
