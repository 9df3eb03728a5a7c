"""Reminders that an agreement is to be reviewed: 60 and 30 days before and on the day, to each person once."""

from datetime import date

from django.utils import timezone

from audit import event_types
from audit.actors import SystemActor
from audit.recorder import recording
from casework.access.viewer import versions_in_force
from casework.commands.notify import notify
from casework.jobs.timetable import daily
from casework.models import (
    AgreementPanel,
    AgreementVersion,
    Membership,
    Notice,
    Office,
    PanelOffice,
    Partnership,
    Role,
    SharingAgreement,
    User,
)
from casework.queries.notices import register_notice

event_types.register(agreement_reminders_sent="reminded who keeps sharing agreements of a review")
DAYS_BEFORE = (0, 30, 60)  # domain: information sharing 4.3, AGR-02
KIND = "agreement.review_{}"
WORDS = {
    60: "A sharing agreement is to be reviewed within 60 days",
    30: "A sharing agreement is to be reviewed within 30 days",
    0: "A sharing agreement's review is due: after that day nothing new is disclosed under it",
}
for _days, _text in WORDS.items():
    register_notice(KIND.format(_days), _text, "agreements", with_subject=False)
SYSTEM = "system"


@daily("agreements")
def remind_of_reviews() -> None:
    """Tell the coordinators of the panels and the governance leads. A day that nobody worked is made up for by the next run."""
    for partnership_id in Partnership.objects.using(SYSTEM).values_list("pk", flat=True):
        due = [found for version in _in_force(partnership_id) if (found := due_reminder(version, timezone.localdate()))]
        if not due:
            continue
        by = SystemActor("reminders", partnership_id=partnership_id)
        with recording(by=by, event="agreement.reminders_sent", using=SYSTEM) as record:
            record.details["told"] = sum(_remind(by, version, kind, until) for version, kind, until in due)


def due_reminder(version: AgreementVersion, today: date) -> tuple[AgreementVersion, str, date] | None:
    """The most pressing reminder that is due for a version: with its kind, and the day of the review; None where none is yet."""
    until = version.extended_to or version.review_on
    left = None if until is None else (until - today).days
    days = next((each for each in DAYS_BEFORE if left is not None and left <= each), None)
    return None if days is None or until is None else (version, KIND.format(days), until)


def _in_force(partnership_id: int) -> list[AgreementVersion]:
    keys = list(
        SharingAgreement.objects.using(SYSTEM).filter(partnership_id=partnership_id).values_list("pk", flat=True)
    )
    return list(versions_in_force(keys, timezone.localdate(), using=SYSTEM).values())


def _remind(by: SystemActor, version: AgreementVersion, kind: str, until: date) -> int:
    """Tell whoever was not told of this yet; how many. A review that was put off is a new day, and so a new reminder."""
    subject = f"version {version.number}"
    told = set(
        Notice.objects.using(SYSTEM)
        .scoped()
        .filter(kind=kind, subject=subject, due_on=until)
        .values_list("user_id", flat=True)
    )
    people = [user for user in keepers(version, by.partnership_id) if user.pk not in told]
    notify(by=by, users=people, kind=kind, subject=subject, due_on=until)
    return len(people)


def keepers(version: AgreementVersion, partnership_id: int | None) -> list[User]:
    """The coordinators of the panels under the agreement, and the governance leads of the partnership."""
    panels = AgreementPanel.objects.using(SYSTEM).live().filter(agreement_id=version.agreement_id).values("panel")
    held = PanelOffice.objects.using(SYSTEM).live().filter(panel__in=panels, office=Office.COORDINATOR)
    working = Membership.objects.using(SYSTEM).live().filter(agency__partnership_id=partnership_id)
    leads = working.filter(role=Role.GOVERNANCE_LEAD) | working.filter(pk__in=held.values("membership"))
    return list({row.user_id: row.user for row in leads.select_related("user")}.values())
