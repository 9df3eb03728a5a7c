"""Hidden details: showing one, with its reason; saying again that it is safe, or no longer; finding one in a text."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone

from audit import event_types
from audit.recorder import record_event, recording
from casework.access.guards import check_can_write_in
from casework.access.policies import why_not_over
from casework.access.scope import one_or_404, visible
from casework.access.viewer import Viewer
from casework.commands.locking import claim
from casework.commands.parties import HiddenPlace, Way, add_hidden_place, add_way, confirmed_now
from casework.documents.hidden import holds_any
from casework.models import Case, ItemSource, Party, Referral, Report, ReportSource, SafeAddress, SafeContact
from casework.queries.calendar import say_day
from casework.queries.outward import same_people
from casework.storage import CannotDecrypt

event_types.register(
    safe_revealed="had a hidden detail shown",
    safe_confirmed="confirmed that somebody can be reached safely",
    safe_ended="recorded that somebody can no longer be reached safely this way",
    safe_added="recorded how somebody can be reached",
)
KINDS = {
    "safe_address": SafeAddress,
    "safe_contact": SafeContact,
    "report_source": ReportSource,
    "item_source": ItemSource,
}
WHY = {
    "contact": "I am about to make contact",
    "planning": "I am planning for somebody’s safety",
    "checking": "I am checking that it is right",
    "required": "A court or the police need it",
    "other": "Another reason",
}
LONGEST = timedelta(days=366)  # our default: safety is asked about again within a year
DAMAGED = "This cannot be read. Tell the system administrator."
HIDDEN_HERE = "This holds somebody’s hidden address or number. Take it out: it stands in its own place, masked."


@dataclass(frozen=True)
class Revealed:
    """The texts under their names, whether the contact is safe (None for anything else), and the page that it belongs to."""

    kind: str
    rows: tuple[tuple[str, str], ...]
    safe: str | None
    page: str
    reference: str
    is_safe: bool = False


def find_hidden(by: Viewer, kind: str, key: str) -> SafeAddress | SafeContact | ReportSource | ItemSource:
    """The hidden detail that a click on "Show" names; 404 for what she may not see."""
    if kind not in KINDS:
        raise Http404
    return one_or_404(visible(by, KINDS[kind]), pk=key)


def reveal(*, by: Viewer, kind: str, key: str, why: str, words: str = "") -> Revealed:
    """Show one hidden detail for a reason of `WHY`; `words` say it where that is "other".

    The event names the detail's kind, the reason and where it belongs, never the text. 404 for what she may not see;
    raises `ValidationError` without a reason.
    """
    row = find_hidden(by, kind, key)
    if why not in WHY or (why == "other" and not words.strip()):
        raise ValidationError("Say why you need to see this.")
    home = home_of(by, row)
    record_event(
        by=by,
        event="safe.revealed",
        cases=[home.case] if home.case else [],
        subject=f"{home.page} {home.reference}".strip(),
        reason=": ".join(filter(None, (WHY[why], words.strip() if why == "other" else ""))),
        details={"kind": kind, "why": why},
    )
    if kind != "safe_contact":
        return Revealed(kind, _texts(kind, row), None, home.page, home.reference)
    state = f"{why_not_over(row)}: do not use it" if why_not_over(row) else f"Safe until {say_day(row.safe_until)}"
    return Revealed(kind, _texts(kind, row), state, home.page, home.reference, row.is_safe)


def record_of(by: Viewer, row: SafeAddress | SafeContact | ItemSource | Party) -> Case | Referral:
    """The case or referral that a person, contact or address belongs to, as the viewer sees it."""
    if row.case_id:
        return one_or_404(visible(by, Case), pk=row.case_id)
    return one_or_404(visible(by, Referral), pk=row.referral_id)


def say_safe(
    *, by: Viewer, row: SafeAddress | SafeContact, until: date, shared: str = "", version: int | None = None
) -> SafeAddress | SafeContact:
    """Confirm from now on until a day. `shared` is asked of an address: whether the alleged perpetrator can get at its post."""
    check_can_write_in(by, record_of(by, row))
    check_until(until)
    row = claim(by, row, version)
    with _about(by, "safe.confirmed", row):
        _confirm(row, safe_until=until)
        if isinstance(row, SafeContact):
            row.safe = SafeContact.Safe.YES
        else:
            row.shared, row.confirmed_at = shared or row.shared, timezone.now()
        row.save()
    return row


def say_unsafe(*, by: Viewer, row: SafeAddress | SafeContact, version: int | None = None) -> SafeAddress | SafeContact:
    """From now on nobody makes contact this way, until somebody confirms it again."""
    check_can_write_in(by, record_of(by, row))
    row = claim(by, row, version)
    with _about(by, "safe.ended", row):
        _confirm(row, safe_until=None)
        if isinstance(row, SafeContact):
            row.safe = SafeContact.Safe.NO
        row.save()
    return row


def add_safe_way(*, by: Viewer, party: Party, way: Way | HiddenPlace) -> SafeContact | SafeAddress:
    """Record one more channel to a person, or one more hidden address: post to an older one then waits. Raises `ValidationError`."""
    record = record_of(by, party)
    check_can_write_in(by, record)
    if way.safe_until:
        check_until(way.safe_until)
    with _about(by, "safe.added", party):
        return add_way(party, way) if isinstance(way, Way) else add_hidden_place(party, way)


def check_until(until: date) -> None:
    """Raise `ValidationError` for a day that is past, or too far away to promise."""
    today = timezone.localdate()
    if not today <= until <= today + LONGEST:
        raise ValidationError({"until": "The last safe day must be today or later, and within a year."})


def hidden_details(by: Viewer, case: Case, *, besides: Party | None = None) -> list[str]:
    """Hidden addresses and contacts of everybody in a case, wherever the viewer sees the same people; for comparing, never for showing.

    `besides` leaves out whose own they are.
    """
    parties = same_people(by, visible(by, Party).filter(case=case))
    own = {party.pk for party in same_people(by, visible(by, Party).filter(pk=besides.pk))} if besides else set()
    return [
        text
        for model in (SafeAddress, SafeContact)
        for row in visible(by, model).filter(party__in=[p.pk for p in parties if p.pk not in own]).order_by("pk")
        if (text := _readable(row))
    ]


def holds_hidden_detail(by: Viewer, case: Case, text: str, *, besides: Party | None = None) -> bool:
    """Whether `text` holds a postcode, address line, number or e-mail address that is hidden in this case (NTP-06).

    For fields that are not hidden themselves: purposes, letters, statements.
    """
    return bool(text.strip()) and holds_any(text, hidden_details(by, case, besides=besides))


@dataclass(frozen=True)
class Home:
    """Where a hidden detail belongs: the name of its page, the reference there, and the case that the viewer sees behind it."""

    page: str
    reference: str
    case: str = ""


def home_of(by: Viewer, row: SafeAddress | SafeContact | ReportSource | ItemSource) -> Home:
    if isinstance(row, ReportSource):
        report = one_or_404(visible(by, Report).select_related("panel"), pk=row.report_id)
        case = visible(by, Case).filter(pk=report.case_id).first()
        return Home(report.panel.plugin.report_page, report.reference, case.reference if case else "")
    record = record_of(by, row)
    if isinstance(record, Case):
        return Home("case", record.reference, record.reference)
    return Home("referral", record.reference)


def _texts(kind: str, row) -> tuple[tuple[str, str], ...]:
    try:
        if kind == "report_source":
            name, contact = row.reveal()
            return (("Name", name), ("Contact", contact))
        if kind == "item_source":
            return (("Who told us", row.reveal()),)
        if kind == "safe_contact":
            return ((row.get_channel_display(), row.reveal()), ("When and how", row.times))
        return ((row.get_kind_display(), row.reveal()),)
    except CannotDecrypt:
        return (("Not shown", DAMAGED),)


def _readable(row: SafeAddress | SafeContact) -> str:
    try:
        return row.reveal()
    except CannotDecrypt:
        return ""


def _confirm(row: SafeAddress | SafeContact, safe_until: date | None) -> None:
    row.safe_until = safe_until
    for name, value in confirmed_now().items():
        setattr(row, name, value)


def _about(by: Viewer, event: str, row: SafeAddress | SafeContact | Party):
    record = record_of(by, row)
    where = {"cases": [record.reference]} if isinstance(record, Case) else {"subject": f"referral {record.reference}"}
    return recording(by=by, event=event, details={"kind": row._meta.model_name}, **where)
