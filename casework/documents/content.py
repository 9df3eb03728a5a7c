"""What a meeting pack says, as plain frozen data.

A pack is composed once, as its recipient, and frozen: stored as JSON (`to_json`), and both the accessible page and the
PDF are made from that same content. Tuples everywhere, so that a pack cannot change after its digest was recorded.
Times are aware datetimes; the drawing shows them in London time.
"""

import json
import types
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

FORMAT = 1


@dataclass(frozen=True)
class MeetingLine:
    """When and where the panel meets. `ends_at` is the planned end by the agenda's time budget."""

    starts_at: datetime
    ends_at: datetime | None = None
    place: str = ""


@dataclass(frozen=True)
class AgendaLine:
    """One hearing in the order of business. `number` may carry a letter (a late addition is 4A); no names."""

    number: str
    reference: str
    listing_reason: str
    minutes: int
    starts_at: datetime | None = None
    heading: str = ""


@dataclass(frozen=True)
class PartyLine:
    """A person in a case. `address` is None where the recipient is not given one; `born` may be unknown."""

    role: str
    name: str
    born: date | None = None
    age: int | None = None
    address: str | None = None
    note: str = ""


@dataclass(frozen=True)
class RiskAnswer:
    """One question of an instrument with its answer and the assessor's comment."""

    label: str
    answer: str
    comment: str = ""


@dataclass(frozen=True)
class RiskBlock:
    """An assessment. `score` is a sentence part such as "11, 7 not known"; `judgement` is the professional's own."""

    instrument: str
    score: str
    threshold: str = ""
    judgement: str = ""
    assessed_on: date | None = None
    answers: tuple[RiskAnswer, ...] = ()
    history: tuple[str, ...] = ()


@dataclass(frozen=True)
class PreviousAction:
    """An action of an earlier hearing with what became of it. `overdue` is derived by whoever builds the pack."""

    reference: str
    owner: str
    description: str
    due: date | None
    status: str
    outcome: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class ItemLine:
    """One statement of one agency: its kind (fact, allegation, opinion), classes of data, who may read it and further marks."""

    agency: str
    assertion_type: str
    text: str
    data_classes: tuple[str, ...] = ()
    handling: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A part that a panel kind adds to a case: paragraphs, then a table where `columns` is given."""

    title: str
    paragraphs: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class CaseSection:
    """Everything of one hearing that this recipient may see."""

    number: str
    reference: str
    listing_reason: str
    minutes: int = 0
    starts_at: datetime | None = None
    referred_by: str = ""
    referred_on: date | None = None
    criteria: tuple[str, ...] = ()
    summary: str = ""
    parties: tuple[PartyLine, ...] = ()
    risk: RiskBlock | None = None
    repeat_history: tuple[str, ...] = ()
    previous_actions: tuple[PreviousAction, ...] = ()
    wishes: str = ""
    items: tuple[ItemLine, ...] = ()
    nothing_known: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    extra: tuple[Section, ...] = ()
    notes_lines: int = 12


@dataclass(frozen=True)
class PackContent:
    """A whole pack for one recipient agency, or for one person of it.

    `decision_reference` is the disclosure decision behind it; `copy_number` and `issued_at` are printed on every page.
    """

    title: str
    panel_name: str
    partnership_name: str
    meeting: MeetingLine
    recipient_agency: str
    copy_number: str
    issued_at: datetime
    handling_line: str
    decision_reference: str
    recipient_person: str | None = None
    marking: str = "OFFICIAL-SENSITIVE"
    confidentiality: tuple[str, ...] = ()
    agenda: tuple[AgendaLine, ...] = ()
    overdue_actions: tuple[PreviousAction, ...] = ()
    cases: tuple[CaseSection, ...] = ()

    @property
    def recipient(self) -> str:
        """The agency, with the person where the copy is hers alone."""
        return f"{self.recipient_person}, {self.recipient_agency}" if self.recipient_person else self.recipient_agency


def to_json(content: PackContent) -> str:
    """The content as JSON text, equal for equal content (keys sorted, plain ASCII)."""
    return json.dumps({"format": FORMAT, "pack": _plain(content)}, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> PackContent:
    """The content that `to_json` wrote.

    Raises `ValueError` for another format or text that is no pack; the message quotes nothing of it.
    """
    try:
        stored = json.loads(text)
        known = stored["format"] == FORMAT
        pack = _revive(PackContent, stored["pack"]) if known else None
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ValueError("This text is not a stored pack.") from None
    if pack is None:
        raise ValueError("This pack was stored in another format.")
    return pack


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _revive(kind: Any, value: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        if value is None:
            return None
        kind = next(option for option in get_args(kind) if option is not type(None))
    if get_origin(kind) is tuple:
        return tuple(_revive(get_args(kind)[0], item) for item in value)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _revive(hints[name], item) for name, item in value.items()})
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    if not isinstance(value, kind):
        raise TypeError(kind.__name__)
    return value
