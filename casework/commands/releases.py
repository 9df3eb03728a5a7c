"""The second person: releasing statements of classes that wait, or keeping them closed, with a reason (domain: information sharing 3.1)."""

from casework.access.viewer import Viewer
from casework.commands.notify import notify
from casework.models import Meeting
from casework.queries.notices import register_notice
from casework.queries.releases import may_release, waiting_of

register_notice("release.waiting", "Statements wait for a second person", "meeting_waiting")


def tell_who_may_release(by: Viewer, meeting: Meeting) -> None:
    """Tell those of the office who did not circulate the agenda, if anything waits. A step of a command: called inside its recording."""
    if waiting_of(by, meeting):
        notify(by=by, users=may_release(by, meeting), kind="release.waiting", subject=meeting.reference)
