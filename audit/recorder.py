"""A change and its event in one block: `with recording(by=viewer, event="case.opened", cases=[reference]): …`."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connections, transaction
from django.utils import timezone

from audit.actors import Actor
from audit.event_types import check_registered
from audit.models import AuditEvent, EventReason


@dataclass
class Recording:
    """An open recording. `cases`, `subject` and `details` may be filled while it is open; they are written at its end."""

    by: Actor
    event: str
    using: str
    cases: list[str] = field(default_factory=list)
    subject: str = ""
    reason: str = ""
    details: dict = field(default_factory=dict)
    id: uuid.UUID = field(default_factory=uuid.uuid4)


_current: ContextVar[Recording | None] = ContextVar("recording", default=None)


class NotRecorded(RuntimeError):
    """A row was to be written outside a recording."""


def current_recording() -> Recording | None:
    """The innermost open recording, or None."""
    return _current.get()


@contextmanager
def recording(
    *,
    by: Actor,
    event: str,
    cases: Iterable[str] = (),
    subject: str = "",
    reason: str = "",
    details: dict | None = None,
    using: str = "default",
) -> Iterator[Recording]:
    """Open a savepoint in which models may be written, and write the event that explains it.

    Inside, every row that a trigger copies into history carries this event's id. An exception undoes both.
    Raises `LookupError` for an event name that is not registered.
    """
    check_registered(event)
    record = Recording(
        by=by, event=event, using=using, cases=list(cases), subject=subject, reason=reason, details=dict(details or {})
    )
    outer = _current.get()
    with transaction.atomic(using=using):
        _name_event(record, using)
        token = _current.set(record)
        try:
            yield record
        finally:
            _current.reset(token)
        write_event(record)
        _name_event(outer, using)


def record_event(
    *,
    by: Actor,
    event: str,
    cases: Iterable[str] = (),
    subject: str = "",
    reason: str = "",
    details: dict | None = None,
    refused: bool = False,
    using: str = "default",
) -> uuid.UUID:
    """Write an event that changes no row: something read, revealed, exported or refused. Returns the event's id."""
    check_registered(event)
    record = Recording(
        by=by, event=event, using=using, cases=list(cases), subject=subject, reason=reason, details=dict(details or {})
    )
    write_event(record, AuditEvent.Outcome.REFUSED if refused else AuditEvent.Outcome.DONE)
    return record.id


def write_event(record: Recording, outcome: str = AuditEvent.Outcome.DONE) -> None:
    by = record.by
    AuditEvent(
        id=record.id,
        at=timezone.now(),
        name=record.event,
        outcome=outcome,
        actor_kind=by.actor_kind,
        actor_id=by.actor_id,
        actor_name=by.actor_name,
        asked_by_id=by.asked_by_id,
        agency_id=by.agency_id,
        partnership_id=by.partnership_id,
        cases=sorted(set(record.cases)),
        subject=record.subject,
        details=record.details,
    ).save(using=record.using, force_insert=True)
    if record.reason:
        EventReason(event_id=record.id, text=record.reason).save(using=record.using, force_insert=True)


def _name_event(record: Recording | None, using: str) -> None:
    """Tell the database which event the coming rows belong to; the history trigger refuses rows without one."""
    actor = record.by.actor_id if record else None
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.event', %s, true), set_config('app.actor', %s, true)",
            [str(record.id) if record else "", str(actor) if actor else ""],
        )
