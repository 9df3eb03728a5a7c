"""A daily reminder of emergency accesses whose review is overdue: a notice without a name or a case."""

from django.db.models import QuerySet
from django.utils import timezone

from audit import event_types
from audit.actors import SystemActor
from audit.recorder import recording
from casework.access.guards import line_of
from casework.commands.notify import notify
from casework.jobs.timetable import daily
from casework.models import EmergencyAccess, Membership, Notice, Partnership, Role, User
from casework.queries.notices import register_notice

event_types.register(emergency_reviews_chased="reminded governance leads of reviews that are overdue")
OVERDUE = "emergency.overdue"
register_notice(OVERDUE, "Reviews of emergency accesses are overdue", "emergency_reviews", with_subject=False)
SYSTEM = "system"


@daily("emergency_reviews")
def remind_of_reviews() -> None:
    """Remind each governance lead who may review one, unless an earlier reminder still stands on her home."""
    for partnership in Partnership.objects.using(SYSTEM).order_by("pk"):
        late = list(_late(partnership))
        people = _unreminded(_reviewers(partnership, late)) if late else []
        if people:
            by = SystemActor("emergency reviews", partnership_id=partnership.pk)
            with recording(by=by, event="emergency.reviews_chased", using=SYSTEM, details={"overdue": len(late)}):
                notify(by=by, users=people, kind=OVERDUE)


def _all(model) -> QuerySet:
    return model._default_manager.using(SYSTEM).scoped()


def _late(partnership: Partnership) -> QuerySet:
    return (
        _all(EmergencyAccess)
        .filter(partnership=partnership, case_id__isnull=False, finding="", review_due_on__lt=timezone.localdate())
        .select_related("membership__manager__manager")
    )


def _reviewers(partnership: Partnership, late: list[EmergencyAccess]) -> list[User]:
    leads = Membership.objects.using(SYSTEM).live().filter(agency__partnership=partnership, role=Role.GOVERNANCE_LEAD)
    return [
        lead.user
        for lead in leads.select_related("user")
        if any(lead.user_id not in line_of(access.membership) for access in late)
    ]


def _unreminded(people: list[User]) -> list[User]:
    reminded = set(_all(Notice).filter(kind=OVERDUE, settled_at=None).values_list("user_id", flat=True))
    return [user for user in people if user.pk not in reminded]
