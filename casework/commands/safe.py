"""Showing what is encrypted: where somebody is safe, how she is reached, who made a report. Each showing is an event."""

from dataclasses import dataclass

from django.http import Http404

from audit import event_types
from audit.recorder import record_event
from casework.access.scope import one_or_404, visible
from casework.access.viewer import Viewer
from casework.models import Case, Referral, Report, ReportSource, SafeAddress, SafeContact
from casework.storage import CannotDecrypt

event_types.register(safe_revealed="had a hidden detail shown")
KINDS = {"safe_address": SafeAddress, "safe_contact": SafeContact, "report_source": ReportSource}
DAMAGED = "This cannot be read. Tell the system administrator."


@dataclass(frozen=True)
class Revealed:
    """The texts under their names, whether the contact is safe (None for anything else), and the page that it belongs to."""

    kind: str
    rows: tuple[tuple[str, str], ...]
    safe: str | None
    page: str
    reference: str


def reveal(*, by: Viewer, kind: str, key: str) -> Revealed:
    """Show one hidden detail. The event names its kind and where it belongs, never the text. 404 for what she may not see."""
    if kind not in KINDS:
        raise Http404
    row = one_or_404(visible(by, KINDS[kind]), pk=key)
    home = _home(by, row)
    cases = [home.case] if home.case else []
    record_event(
        by=by,
        event="safe.revealed",
        cases=cases,
        subject=f"{home.page} {home.reference}".strip(),
        details={"kind": kind},
    )
    safe = row.get_safe_display() if kind == "safe_contact" else None
    return Revealed(kind, _texts(kind, row), safe, home.page, home.reference)


@dataclass(frozen=True)
class _Home:
    """Where a hidden detail belongs: the name of its page, the reference there, and the case that the viewer sees behind it."""

    page: str
    reference: str
    case: str = ""


def _home(by: Viewer, row: SafeAddress | SafeContact | ReportSource) -> _Home:
    if isinstance(row, ReportSource):
        report = one_or_404(visible(by, Report).select_related("panel"), pk=row.report_id)
        case = visible(by, Case).filter(pk=report.case_id).first()
        return _Home(report.panel.plugin.report_page, report.reference, case.reference if case else "")
    if row.case_id:
        case = one_or_404(visible(by, Case), pk=row.case_id)
        return _Home("case", case.reference, case.reference)
    return _Home("referral", one_or_404(visible(by, Referral), pk=row.referral_id).reference)


def _texts(kind: str, row) -> tuple[tuple[str, str], ...]:
    try:
        if kind == "report_source":
            name, contact = row.reveal()
            return (("Name", name), ("Contact", contact))
        if kind == "safe_contact":
            return ((row.get_channel_display(), row.reveal()), ("When and how", row.times))
        return ((row.get_kind_display(), row.reveal()),)
    except CannotDecrypt:
        return (("Not shown", DAMAGED),)
