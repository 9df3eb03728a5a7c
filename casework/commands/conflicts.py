"""What people declare of themselves, who is suspended from a case, and what the panel's office decides about it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import Refused, check_can_decide_conflict, check_can_record_meeting
from casework.access.policies import CONFLICT_MOVES, check_move
from casework.access.scope import one_or_404, visible
from casework.access.viewer import Viewer
from casework.commands.access import database_now, declare_conflict
from casework.commands.locking import claim
from casework.commands.queue import queue
from casework.matching.tokens import tokens_of
from casework.models import Case, ConflictOfInterest, Connection, ConnectionToken, Declaration, Referral, User
from casework.queries.conflicts import members_on

event_types.register(
    conflict_recorded="recorded a conflict of interest of somebody else",
    conflict_confirmed="confirmed a conflict of interest",
    conflict_cleared="decided that there is no conflict of interest",
    connections_declared="declared her personal connections",
    connections_added="added a personal connection",
    connections_ended="took a personal connection back",
)
Origin, State = ConflictOfInterest.Origin, ConflictOfInterest.State


@dataclass(frozen=True)
class Acquaintance:
    """Somebody whom a person is connected with, or she herself. No address is asked for."""

    nature: str
    family_name: str
    given_names: str
    born_on: date | None = None


def declare_connections(*, by: Viewer) -> Declaration:
    """Her answer for a year: what is listed is complete, be it nothing. She herself is always listed, by her name at least."""
    declaration = Declaration(user_id=by.user_id, made_at=timezone.now())
    with recording(by=by, event="connections.declared"):
        if not _mine(by).filter(nature=Connection.Nature.MYSELF).exists():
            given, _, family = by.name.rpartition(" ")
            _add(by, Acquaintance(Connection.Nature.MYSELF, family, given))
        declaration.save()
    queue("conflicts.of_person", by=by, user_id=by.user_id)
    return declaration


def add_connection(*, by: Viewer, whom: Acquaintance) -> Connection:
    """Declare a connection. What she says of herself takes the place of what she said before."""
    with recording(by=by, event="connections.added", details={"nature": whom.nature}):
        if whom.nature == Connection.Nature.MYSELF:
            for earlier in _mine(by).filter(nature=whom.nature):
                _end(earlier)
        made = _add(by, whom)
    queue("conflicts.of_person", by=by, user_id=by.user_id)
    return made


def end_connection(*, by: Viewer, connection: Connection) -> None:
    """Take a connection back; it is compared no more. A conflict that was found by it stays until it is decided."""
    connection = claim(by, connection)
    if connection.ended_at is None:
        with recording(by=by, event="connections.ended", details={"nature": connection.nature}):
            _end(connection)


def _mine(by: Viewer):
    return visible(by, Connection).filter(ended_at=None)


def _add(by: Viewer, whom: Acquaintance) -> Connection:
    connection = Connection(user_id=by.user_id, nature=whom.nature)
    born = whom.born_on.isoformat() if whom.born_on else ""
    connection.hide(json.dumps([whom.family_name, whom.given_names, born]))
    connection.save()
    for token in tokens_of(whom.family_name, whom.given_names, whom.born_on):
        ConnectionToken(connection=connection, user_id=by.user_id, token=token).save()
    return connection


def _end(connection: Connection) -> None:
    connection.ended_at = timezone.now()
    connection.save(update_fields=["ended_at", "version"])


def suspend_myself(*, by: Viewer, nature: str, cases: Sequence[Case] = (), referral: Referral | None = None) -> None:
    """She says that she is connected with somebody in these cases, or in a referral: she sees them no more, from now on.

    The office decides, and is told by a job: who decides depends on what she must not read.
    """
    seen = [one_or_404(visible(by, Case), pk=case.pk) for case in cases]
    places = [{"panel_id": case.panel_id, "case_id": case.pk} for case in seen]
    if referral is not None:
        referral = one_or_404(visible(by, Referral), pk=referral.pk)
        places.append({"panel_id": referral.panel_id, "referral_id": referral.pk, "case_id": referral.case_id})
    subject = f"referral {referral.reference}" if referral else ""
    with recording(by=by, event="conflict.declared", cases=[case.reference for case in seen], subject=subject):
        made = [_suspend(by, nature, place) for place in places]
    for conflict in made:
        queue("conflicts.tell", by=by, conflict_id=conflict.pk)


def _suspend(by: Viewer, nature: str, place: dict) -> ConflictOfInterest:
    conflict = ConflictOfInterest(
        user_id=by.user_id, declared_by_id=by.user_id, origin=Origin.DECLARED, state=State.SUSPECTED, nature=nature,
        starts_at=database_now(), **place,
    )  # fmt: skip
    conflict.save()
    return conflict


def record_conflict(*, by: Viewer, case: Case, user: User, reason: str) -> ConflictOfInterest:
    """The office keeps a member of the panel out of a case, with a reason. Raises `Refused`, `ValidationError`."""
    check_can_record_meeting(by, case.panel_id)
    if user.pk == by.user_id:
        raise Refused("Of yourself you say it with “I am connected to somebody here”: somebody else then decides.")
    if user.pk not in {member.pk for member in members_on(case.panel)}:
        raise ValidationError("Choose somebody who works on this panel.")
    if visible(by, ConflictOfInterest).filter(case=case, user=user, ends_at=None).exists():
        raise ValidationError("This person is kept out of the case already.")
    with recording(by=by, event="conflict.recorded", cases=[case.reference], subject=f"user {user.pk}", reason=reason):
        return declare_conflict(by=by, user=user, panel_id=case.panel_id, case=case, reason=reason)


def decide_conflict(
    *, by: Viewer, conflict: ConflictOfInterest, confirmed: bool, reason: str, version: int | None = None
) -> ConflictOfInterest:
    """Confirm a conflict, or end it because there is none; with a reason. Raises `Refused`, `NotNow`, `Stale`."""
    conflict = claim(by, conflict, version)
    check_can_decide_conflict(by, conflict)
    state = State.CONFIRMED if confirmed else State.CLEARED
    check_move(CONFLICT_MOVES, conflict.state, state)
    cases = list(visible(by, Case).filter(pk=conflict.case_id).values_list("reference", flat=True))
    event = "conflict.confirmed" if confirmed else "conflict.cleared"
    with recording(by=by, event=event, cases=cases, subject=f"user {conflict.user_id}", reason=reason):
        conflict.state, conflict.reason = state, reason
        conflict.decided_by_id, conflict.decided_at = by.user_id, timezone.now()
        conflict.ends_at = None if confirmed else database_now()
        conflict.save()
    return conflict


def carry_conflicts(by: Viewer, referral: Referral, case: Case) -> None:
    """Who is kept out of a referral is kept out of the case that it becomes. A step of a command: called inside its recording."""
    for conflict in visible(by, ConflictOfInterest).filter(referral=referral, case=None):
        conflict.case = case
        conflict.save()
