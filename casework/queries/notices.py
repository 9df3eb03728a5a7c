"""What one person was told, as sentences. A notice stores a kind and a reference; the words are made here."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Action, Case, Hearing, Notice, Referral

ABOUT = {"case": Case, "referral": Referral, "action": Action, "hearing": Hearing}


@dataclass(frozen=True)
class NoticeKind:
    """The sentence, which names nobody, and the page that it leads to (given the notice's subject, where it has one)."""

    text: str
    url_name: str = ""
    with_subject: bool = True


@dataclass(frozen=True)
class Told:
    """One notice, ready to be shown."""

    id: UUID
    text: str
    subject: str
    url_name: str
    url_args: tuple[str, ...]
    made_at: datetime
    due_on: date | None


_kinds: dict[str, NoticeKind] = {}


def register_notice(kind: str, text: str, url_name: str = "", *, with_subject: bool = True) -> None:
    """Give a kind of notice its sentence and its page. Raises `ValueError` for a second, different one."""
    made = NoticeKind(text, url_name, with_subject)
    if _kinds.setdefault(kind, made) != made:
        raise ValueError(f"The notice {kind} is registered twice.")


def check_notice(kind: str) -> None:
    """Raise `LookupError` for a kind that has no sentence."""
    if kind not in _kinds:
        raise LookupError(f"The notice {kind} is not registered in casework.queries.notices.")


def open_notices(viewer: Viewer) -> list[Told]:
    """What the viewer was told and has not settled, newest first; at most 50."""
    rows = list(visible(viewer, Notice).filter(settled_at=None).order_by("-made_at")[:50])
    hidden = _hidden(viewer, rows)
    return [_told(row) for row in rows if row.subject not in hidden]


def _hidden(viewer: Viewer, rows: list[Notice]) -> set[str]:
    """References in notices that she reads no more: a conflict of interest, a seal, or the end of her access."""
    found: set[str] = set()
    for page, model in ABOUT.items():
        told = {row.subject for row in rows if row.subject and row.kind in _kinds and _kinds[row.kind].url_name == page}
        if told:
            found |= told - set(visible(viewer, model).filter(reference__in=told).values_list("reference", flat=True))
    return found


def _told(row: Notice) -> Told:
    kind = _kinds.get(row.kind) or NoticeKind(row.kind.replace("_", " ").capitalize())
    args = (row.subject,) if row.subject and kind.with_subject else ()
    return Told(row.pk, kind.text, row.subject, kind.url_name, args, row.made_at, row.due_on)
