"""Telling people that something waits for them: a row on each one's home, and one neutral e-mail."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone

from audit import event_types
from audit.actors import Actor, SystemActor
from audit.recorder import recording
from casework.access.scope import one_or_404, visible
from casework.access.viewer import Viewer
from casework.commands.queue import job, queue
from casework.models import Membership, Notice, User
from casework.queries.notices import check_notice

event_types.register(notice_settled="settled a notice")
SUBJECT = "You have something to do in Roundtable"
TEXT = "You have something to do in Roundtable. Sign in to see it.\n\n{address}\n"


def notify(*, by: Actor, users: Iterable[User], kind: str, subject: str = "", due_on: date | None = None) -> None:
    """Tell each of `users` once. A step of a command: called inside its recording.

    `kind` is registered in casework.queries.notices; `subject` is a reference. The e-mail is the same for everything and names
    nobody, no case and no panel. Raises `LookupError` for an unknown kind.
    """
    check_notice(kind)
    using = "system" if by.actor_kind == "system" else "default"
    for user_id in sorted({user.pk for user in users if user.is_active}):
        Notice(user_id=user_id, kind=kind, subject=subject, due_on=due_on).save(using=using, force_insert=True)
        queue("mail.neutral", by=by, user_id=user_id)


def settle_notice(*, by: Viewer, notice_id: str) -> None:
    """The person has seen to it; it leaves her home. Settling twice changes nothing. 404 for another person's."""
    notice = one_or_404(visible(by, Notice), pk=notice_id)
    if notice.settled_at is None:
        with recording(by=by, event="notice.settled", subject=notice.subject, details={"kind": notice.kind}):
            notice.settled_at = timezone.now()
            notice.save(update_fields=["settled_at"])


@job("mail.neutral")
def send_neutral_mail(*, by: SystemActor, user_id: int) -> dict:
    """Send the one neutral e-mail, if the person has an address and still works somewhere."""
    user = User.objects.filter(pk=user_id, is_active=True).exclude(email="").first()
    if user is None or not Membership.objects.live().filter(user=user).exists():
        return {"sent": 0}
    text = TEXT.format(address=settings.SITE_ADDRESS)
    return {"sent": send_mail(SUBJECT, text, settings.DEFAULT_FROM_EMAIL, [user.email])}
