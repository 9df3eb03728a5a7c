"""Taking in a workbook of a panel's past: file, columns, dry run, commit, one queue of proposed matches, and undoing it all.

An import is history. It opens no window, tells nobody, and gives no agency anything. What a row means is the panel kind's
to say (casework.panels.importing). Long ones run in steps, each its own transaction, so that a page can show how far it is.
"""

import math
from collections import Counter
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import Refused, check_can_run_office
from casework.access.policies import REFERRAL_MOVES, NotNow, check_move
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.locking import claim
from casework.commands.people import link_people
from casework.commands.queue import queue
from casework.models import (
    ImportBatch,
    ImportFile,
    ImportRow,
    MatchProposal,
    Panel,
    Party,
    Referral,
    ScreeningDecision,
    new_reference,
)
from casework.panels.importing import FoundMatch, Importer, ImportLine
from casework.queries.referrals import readable_matches

event_types.register(
    import_uploaded="uploaded a workbook to import",
    import_mapped="chose the columns of an import",
    import_checked="checked rows of an import (dry run)",
    import_committed="imported past referrals from a workbook",
    import_matched="decided which imported referrals concern the same people",
    import_undone="took back an import",
    import_exported="downloaded the report of an import",
    import_columns="downloaded the columns of an import",
)
Status = ImportBatch.Status
Decision = MatchProposal.Decision
IN_WORK = (Status.CHECKING, Status.RUNNING)
AT_ONCE = 150
STEP = 50


def importer_of(panel: Panel) -> Importer:
    """How the panel's kind takes in a workbook. Raises `Refused` where it does not."""
    if panel.plugin.importer is None:
        raise Refused("This kind of panel has no import of workbooks.")
    return panel.plugin.importer


def take_in(*, by: Viewer, panel: Panel, workbook: bytes) -> ImportBatch:
    """Keep an uploaded workbook, encrypted, until its import is committed. Raises `Refused`."""
    check_can_run_office(by, panel.pk)
    batch = ImportBatch(reference=new_reference(), panel=panel, kind=importer_of(panel).kind, by_id=by.user_id)
    with recording(
        by=by, event="import.uploaded", subject=f"import {batch.reference}", details={"bytes": len(workbook)}
    ):
        batch.save()
        kept = ImportFile(batch=batch)
        kept.hide(workbook)
        kept.save(force_insert=True)
    return batch


def workbook_of(by: Viewer, batch: ImportBatch) -> bytes:
    """The uploaded file. Raises `NotNow` once it is gone."""
    check_can_run_office(by, batch.panel_id)
    kept = ImportFile.objects.filter(batch=batch).first()
    if kept is None:
        raise NotNow("The uploaded workbook is no longer kept. Upload it again.")
    return kept.reveal()


def choose_columns(
    *, by: Viewer, batch: ImportBatch, mapping: dict, rows: int, version: int | None = None
) -> ImportBatch:
    """Keep which column holds what, and check all rows anew: at once where they are few, else as a job.

    `mapping` is the JSON form of casework.imports.mapping, checked already; `rows` how many the sheet has. Raises `Refused`, `NotNow`, `Stale`.
    """
    batch = claim(by, batch, version)
    check_can_run_office(by, batch.panel_id)
    if batch.status not in (Status.UPLOADED, Status.CHECKED, Status.CHECKING):
        raise NotNow("The columns can be chosen only before the import.")
    with recording(by=by, event="import.mapped", subject=f"import {batch.reference}"):
        batch.mapping, batch.status, batch.done_rows, batch.total_rows = mapping, Status.CHECKING, 0, rows
        batch.save()
    return _few_at_once(by, batch)


def start(*, by: Viewer, batch: ImportBatch, version: int | None = None) -> ImportBatch:
    """Import the checked rows: at once where they are few, else as a job. Raises `Refused`, `NotNow`, `Stale`."""
    batch = claim(by, batch, version)
    check_can_run_office(by, batch.panel_id)
    if batch.status != Status.CHECKED:
        raise NotNow("Only an import that has been checked, and not imported yet, can be imported.")
    with recording(by=by, event="import.committed", subject=f"import {batch.reference}", details={"referrals": 0}):
        batch.status, batch.done_rows = Status.RUNNING, 0
        batch.save()
    return _few_at_once(by, batch)


def _few_at_once(by: Viewer, batch: ImportBatch) -> ImportBatch:
    if batch.total_rows <= AT_ONCE:
        return finish_now(by=by, batch=batch)
    queue("imports.go_on", by=by, reference=batch.reference, membership_id=by.membership_id)
    return batch


def finish_now(*, by: Viewer, batch: ImportBatch) -> ImportBatch:
    """Do the rest of the work in hand at once: for somebody who waits where no worker runs."""
    checked = read(by, batch)
    return go_on(by=by, batch=batch, checked=checked, most=len(checked.lines))


def read(by: Viewer, batch: ImportBatch) -> Any:
    """The workbook, read by the panel's kind with the columns that were chosen."""
    today = timezone.localdate(batch.made_at)
    importer = importer_of(batch.panel)
    return importer.check(
        by=by, panel=batch.panel, workbook=workbook_of(by, batch), mapping=batch.mapping, today=today, batch=batch
    )


def go_on(*, by: Viewer, batch: ImportBatch, checked: Any, most: int = STEP) -> ImportBatch:
    """Up to `most` more rows of the work in hand; the last step settles it. Nothing to do where somebody else finished it."""
    batch = claim(by, batch)
    check_can_run_office(by, batch.panel_id)
    if batch.status not in IN_WORK:
        return batch
    checking = batch.status == Status.CHECKING
    event = "import.checked" if checking else "import.committed"
    with recording(by=by, event=event, subject=f"import {batch.reference}") as record:
        lines = checked.lines[batch.done_rows : batch.done_rows + most]
        referrals = _keep_rows(by, batch, checked, lines, write=not checking)
        batch.done_rows += len(lines)
        batch.total_rows = len(checked.lines)
        record.details = {"rows": len(lines), "referrals": len(referrals)}
        if batch.done_rows >= batch.total_rows:
            _settle(by, batch, checked)
        batch.save()
    return batch


def _keep_rows(
    by: Viewer, batch: ImportBatch, checked: Any, lines: list[ImportLine], *, write: bool
) -> dict[int, Referral]:
    """Keep what is said of each row, and make the referrals where `write` says so."""
    rows = visible(by, ImportRow).filter(batch=batch, sheet_row__in=[line.sheet_row for line in lines])
    known = {row.sheet_row: row for row in rows}
    made = {}
    for line in lines:
        row = _keep_row(batch, line, known.get(line.sheet_row))
        if write and line.usable:
            made[line.sheet_row] = importer_of(batch.panel).write(panel=batch.panel, checked=checked, kept=row)
    return made


def _keep_row(batch: ImportBatch, line: ImportLine, row: ImportRow | None) -> ImportRow:
    """The row of the report; written only where it says something new."""
    row = row or ImportRow(batch=batch, panel=batch.panel, sheet_row=line.sheet_row)
    said = {
        "status": line.status, "repeat": line.repeat, "repeats_sheet_row": line.repeats_sheet_row,
        "match_score": line.match_score, "message": line.message,
    }  # fmt: skip
    if row.pk is None or any(getattr(row, name) != value for name, value in said.items()):
        for name, value in said.items():
            setattr(row, name, value)
        row.save()
    return row


def _settle(by: Viewer, batch: ImportBatch, checked: Any) -> None:
    """The end of a dry run, or of an import: its counts, its matches, and the file goes."""
    batch.counts = dict(Counter(line.status for line in checked.lines))
    if batch.status == Status.CHECKING:
        _leave_out(by, batch, checked)
        batch.status = Status.CHECKED
        return
    rows = visible(by, Referral).filter(import_row__batch=batch)
    made = dict(rows.values_list("import_row__sheet_row", "pk"))
    _propose(by, batch.panel, checked, made, None)
    queue("conflicts.of_panel", by=by, panel_id=batch.panel_id)
    batch.status = Status.COMMITTED
    ImportFile.objects.filter(batch=batch).delete()


def _leave_out(by: Viewer, batch: ImportBatch, checked: Any) -> None:
    """Rows that an earlier choice of sheet or heading had, and this one has not."""
    there = [line.sheet_row for line in checked.lines]
    for row in visible(by, ImportRow).filter(batch=batch).exclude(sheet_row__in=there):
        _keep_row(batch, ImportLine(row.sheet_row, "skipped", False, False, None, None, "not in what is read now"), row)


def import_at_once(
    *, by: Viewer, panel: Panel, checked: Any, mapping: dict, accept_above: float | None = None
) -> tuple[ImportBatch, dict[int, str]]:
    """A whole import in one recording, for the command; hands back the batch and the reference of each row's referral.

    Matches with a score of `accept_above` or more are accepted, as this user's decision. Raises `Refused`.
    """
    check_can_run_office(by, panel.pk)
    lines = checked.lines
    batch = ImportBatch(
        reference=new_reference(), panel=panel, kind=importer_of(panel).kind, by_id=by.user_id, status=Status.COMMITTED, mapping=mapping,
        counts=dict(Counter(line.status for line in lines)), done_rows=len(lines), total_rows=len(lines), accept_above=accept_above,
    )  # fmt: skip
    with recording(by=by, event="import.committed", subject=f"import {batch.reference}") as record:
        batch.save()
        made = _keep_rows(by, batch, checked, lines, write=True)
        _propose(by, panel, checked, {number: referral.pk for number, referral in made.items()}, accept_above)
        record.details = {"referrals": len(made), "rows": len(lines)}
    queue("conflicts.of_panel", by=by, panel_id=panel.pk)
    return batch, {number: referral.reference for number, referral in made.items()}


def _propose(by: Viewer, panel: Panel, checked: Any, made: dict[int, int], accept_above: float | None) -> None:
    found = importer_of(panel).matches(by=by, panel=panel, checked=checked, made=made)
    proposals = [_proposal(by, match, made[match.sheet_row], accept_above) for match in found]
    link_people(by, [one for one in proposals if one.decision == Decision.ACCEPTED])


def _proposal(by: Viewer, match: FoundMatch, referral_id: int, accept_above: float | None) -> MatchProposal:
    proposal = MatchProposal(
        referral_id=referral_id, earlier_referral_id=match.earlier_referral_id, earlier_case_id=match.earlier_case_id,
        kind=match.kind, score=match.score, evidence=match.evidence,
    )  # fmt: skip
    if accept_above is not None and not math.isnan(accept_above) and match.score >= accept_above:
        _decide(by, proposal, Decision.ACCEPTED)
    proposal.save()
    return proposal


def _decide(by: Viewer, proposal: MatchProposal, decision: str) -> None:
    proposal.decision, proposal.decided_by_id, proposal.decided_at = decision, by.user_id, timezone.now()


def open_matches(by: Viewer, batch: ImportBatch) -> QuerySet[MatchProposal]:
    """The proposals of an import that wait for a decision, the surest first."""
    rows = readable_matches(by).filter(
        referral__import_row__batch=batch, referral__status=Referral.Status.IMPORTED, decision=Decision.OPEN
    )
    return rows.order_by("-score", "pk")


def decide_matches(*, by: Viewer, batch: ImportBatch, decisions: dict[int, str]) -> int:
    """Record this person's decision on each proposal named by key; how many were decided. Accepted ones get one anchor.

    What somebody else decided meanwhile stays as it is. Raises `Refused`.
    """
    batch = claim(by, batch)
    check_can_run_office(by, batch.panel_id)
    with recording(by=by, event="import.matched", subject=f"import {batch.reference}") as record:
        found = list(open_matches(by, batch).filter(pk__in=decisions))
        _settle_matches(by, found, decisions)
        record.details = {"decided": len(found)}
    return len(found)


def accept_matches(*, by: Viewer, batch: ImportBatch, above: float, sample: list[int]) -> int:
    """Accept all open matches with a score of `above` or more, after this person has looked at a random `sample` of them.

    Recorded with the sample's keys. How many were accepted. Raises `Refused`.
    """
    batch = claim(by, batch)
    check_can_run_office(by, batch.panel_id)
    details = {"above": above, "sample": sample}
    with recording(by=by, event="import.matched", subject=f"import {batch.reference}", details=details) as record:
        found = list(open_matches(by, batch).filter(score__gte=above))
        _settle_matches(by, found, {proposal.pk: Decision.ACCEPTED for proposal in found})
        record.details["accepted"] = len(found)
        batch.accept_above = above
        batch.save()
    return len(found)


def _settle_matches(by: Viewer, proposals: list[MatchProposal], decisions: dict[int, str]) -> None:
    for proposal in proposals:
        _decide(by, proposal, decisions[proposal.pk])
        proposal.save()
    link_people(by, [one for one in proposals if one.decision == Decision.ACCEPTED])


def imported_referrals(by: Viewer, batch: ImportBatch) -> QuerySet[Referral]:
    """The referrals of an import that still count, in the order of the sheet."""
    rows = visible(by, Referral).filter(import_row__batch=batch).exclude(status=Referral.Status.IMPORT_ENDED)
    return rows.select_related("import_row").order_by("import_row__sheet_row")


def worked_on(by: Viewer, batch: ImportBatch) -> QuerySet[Referral]:
    """Those that somebody has worked on since: changed, in a case, decided about, or accepted as what a later referral repeats."""
    decided = visible(by, ScreeningDecision).filter(referral_id=OuterRef("pk"))
    relied_on = (
        visible(by, MatchProposal)
        .filter(earlier_referral_id=OuterRef("pk"), decision=Decision.ACCEPTED)
        .exclude(referral__import_row__batch=batch)
    )
    return imported_referrals(by, batch).filter(
        Q(version__gt=1) | Q(case__isnull=False) | Q(Exists(decided)) | Q(Exists(relied_on))
    )


def undo_import(*, by: Viewer, batch: ImportBatch, reason: str, version: int | None = None) -> list[Referral]:
    """End all referrals of an import that nobody has worked on since; hands back those that stay, with their rows.

    Nothing is deleted: the referrals are ended and count no more, and their people stand for themselves again.
    Raises `Refused`, `NotNow`, `Stale`.
    """
    batch = claim(by, batch, version)
    check_can_run_office(by, batch.panel_id)
    if batch.status == Status.UNDONE:
        raise NotNow("This import has been undone already.")
    kept = list(worked_on(by, batch))
    ending = imported_referrals(by, batch).exclude(pk__in=[referral.pk for referral in kept])
    details = {"kept": [referral.reference for referral in kept]}
    with recording(by=by, event="import.undone", subject=f"import {batch.reference}", reason=reason, details=details):
        _end(by, list(ending))
        ImportFile.objects.filter(batch=batch).delete()
        batch.status = Status.UNDONE
        batch.save()
    return kept


def _end(by: Viewer, referrals: list[Referral]) -> None:
    for party in visible(by, Party).filter(referral__in=referrals, person__isnull=False):
        party.person = None
        party.save()
    for referral in referrals:
        check_move(REFERRAL_MOVES, referral.status, Referral.Status.IMPORT_ENDED)
        referral.status = Referral.Status.IMPORT_ENDED
        referral.save()
