"""A reminder of what an agency owes and is late with: a notice without a name, a case or a reference."""

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from audit import event_types
from audit.actors import SystemActor
from audit.recorder import recording
from casework.commands.notify import notify
from casework.jobs.timetable import daily
from casework.models import Action, Meeting, MembershipPanel, Notice, Partnership, ResearchReturn, Role, User
from casework.queries.notices import register_notice

event_types.register(reminders_sent="reminded agencies of what is overdue")
register_notice("actions.overdue", "Your agency owes actions that are overdue", "actions", with_subject=False)
register_notice(
    "research.overdue", "Your agency owes answers to research requests that are overdue", "home", with_subject=False
)
SYSTEM = "system"
RESULTS_KEPT = timedelta(days=14)
Owed = set[tuple[int, int]]


@daily("reminders")
def remind() -> None:
    """Remind each person who answers for a late agency, unless an earlier reminder still stands on her home."""
    for partnership_id in Partnership.objects.using(SYSTEM).values_list("pk", flat=True):
        by = SystemActor("reminders", partnership_id=partnership_id)
        with recording(by=by, event="reminders.sent", using=SYSTEM) as record:
            for kind, owed in (("actions.overdue", late_actions()), ("research.overdue", late_research())):
                people = _unreminded(kind, _who_answer(owed, partnership_id))
                notify(by=by, users=people, kind=kind)
                record.details[kind] = len(people)


@daily("results")
def forget_results() -> None:
    """The queue keeps what it did for two weeks."""
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - RESULTS_KEPT).delete()


@daily("sessions")
def forget_sessions() -> None:
    """A session that has run out is no longer kept."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


def _all(model) -> QuerySet:
    return model._default_manager.using(SYSTEM).scoped()


def late_actions() -> Owed:
    """(agency, panel) of every open action whose day has passed."""
    rows = _all(Action).filter(status__in=Action.OPEN_STATES, due_on__lt=timezone.localdate())
    return set(rows.values_list("agency_id", "panel_id"))


def late_research() -> Owed:
    """(agency, panel) of every unanswered request whose day has passed, while its meeting is still to come."""
    coming = (Meeting.Status.PLANNED, Meeting.Status.CIRCULATED)
    rows = _all(ResearchReturn).filter(
        status=ResearchReturn.Status.REQUESTED, due_on__lt=timezone.localdate(), hearing__meeting__status__in=coming
    )
    return set(rows.values_list("agency_id", "hearing__meeting__panel_id"))


def _who_answer(owed: Owed, partnership_id: int) -> list[User]:
    rows = (
        MembershipPanel.objects.using(SYSTEM)
        .live()
        .filter(
            membership__role=Role.REPRESENTATIVE,
            membership__agency__partnership_id=partnership_id,
            membership__starts_at__lte=timezone.now(),
        )
    )
    rows = rows.exclude(membership__ends_at__lte=timezone.now()).select_related("membership__user")
    return [row.membership.user for row in rows if (row.membership.agency_id, row.panel_id) in owed]


def _unreminded(kind: str, people: Iterable[User]) -> list[User]:
    reminded = set(_all(Notice).filter(kind=kind, settled_at=None).values_list("user_id", flat=True))
    return [user for user in {user.pk: user for user in people}.values() if user.pk not in reminded]
