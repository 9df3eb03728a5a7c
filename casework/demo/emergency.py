"""An emergency access in the demo: opened this hour, ended, and waiting for somebody outside the person's line to review it."""

from audit.recorder import record_event
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.emergency import end_emergency, open_in_emergency
from casework.demo.story import Story
from casework.models import Case, EmergencyAccess, Hearing, Meeting

PANEL = "harbourne-marac"
WHO = "sam"
TEXT = (
    "Out of hours the approved premises rang: he did not come back tonight and asked staff where she lives now. "
    "I need to know who her adviser is and what was agreed about the address."
)


def tell_of_an_emergency(story: Story) -> None:
    """A probation officer opens a case whose window is over for him. By the clock of today: the database opens nothing in the past."""
    user = story.people.users[WHO]
    with acting(story.people.users["grace"]) as by:
        heard = visible(by, Hearing).filter(meeting__panel__slug=PANEL, meeting__status=Meeting.Status.CONCLUDED)
        cases = dict(heard.order_by("meeting__starts_at", "number").values_list("case_id", "case__reference"))
    with acting(user) as by:
        open_to_him = set(visible(by, Case).filter(pk__in=cases).values_list("pk", flat=True))
        reference = next((one for case, one in cases.items() if case not in open_to_him), "")
        if open_in_emergency(by=by, reason="out_of_hours", text=TEXT, reference=reference) is None:
            return
        access = visible(by, EmergencyAccess).get(user_id=by.user_id)
        for page, kinds in (("case", ["action", "case", "hearing", "party"]), ("case_ways", ["case", "party"])):
            details = {"page": page, "kinds": kinds, "referrals": [], "emergency": access.reference}
            record_event(by=by, event="page.read", cases=[reference], details=details)
        end_emergency(by=by, reference=access.reference)
