"""Onward use: asking the agency whose statement it is, and answering. Silence is not consent (domain: information sharing 3.6)."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import Refused, check_can_contact, check_can_speak_for
from casework.access.policies import NotNow
from casework.access.scope import one_or_404, visible
from casework.access.viewer import Viewer
from casework.commands.locking import claim
from casework.commands.notify import notify
from casework.commands.safe import HIDDEN_HERE, holds_hidden_detail
from casework.models import Case, InformationItem, OnwardRequest, new_reference
from casework.queries.notices import register_notice
from casework.queries.onward import due_on
from casework.queries.seats import speakers_of

event_types.register(
    onward_asked="asked whether a statement may be used elsewhere",
    onward_answered="answered whether a statement may be used elsewhere",
)
register_notice(
    "onward_asked", "Another agency asks whether it may use a statement of yours elsewhere", "onward_answer"
)
register_notice(
    "onward_answered", "Your question whether you may use a statement elsewhere is answered", "onward_answer"
)
State = OnwardRequest.State


def ask_onward(*, by: Viewer, item: InformationItem, use: str) -> OnwardRequest:
    """Ask the agency whose statement it is. `use` says what for, and to whom it would go.

    Raises `Refused` for one's own statement and for who does not write in the case; `ValidationError` for a second question
    about the same statement while the first waits.
    """
    item = one_or_404(visible(by, InformationItem).filter(withdrawn_at=None), pk=item.pk)
    case = one_or_404(visible(by, Case).select_related("panel"), pk=item.case_id)
    check_can_contact(by, case)
    if item.agency_id == by.speaks_for:
        raise Refused("This is a statement of your own agency: you need nobody’s agreement.")
    if holds_hidden_detail(by, case, use):
        raise ValidationError({"use": HIDDEN_HERE})
    waiting = visible(by, OnwardRequest).filter(item=item, agency_id=by.speaks_for, state=State.ASKED)
    if waiting.exists():
        raise ValidationError("Your agency has asked about this statement already, and waits for the answer.")
    with recording(by=by, event="onward.asked", cases=[case.reference]) as record:
        asked = OnwardRequest(
            reference=new_reference(), item=item, case_id=item.case_id, owner_id=item.agency_id, agency_id=by.speaks_for,
            asked_by_id=by.user_id, use=use,
        )  # fmt: skip
        asked.save()
        record.subject = f"request {asked.reference}"
        tell = speakers_of(item.agency_id, case.panel)
        notify(by=by, users=tell, kind="onward_asked", subject=asked.reference, due_on=due_on(asked))
    return asked


def answer_onward(
    *, by: Viewer, request: OnwardRequest, agreed: bool, answer: str, version: int | None = None
) -> OnwardRequest:
    """The agency agrees or refuses, with its reason. Raises `Refused`, and `NotNow` for what is answered already."""
    check_can_speak_for(by, request.owner_id)
    request = claim(by, request, version)
    if request.state != State.ASKED:
        raise NotNow("This is answered already. Ask anew where things have changed.")
    if not answer.strip():
        raise ValidationError({"answer": "Give the reason for your answer"})
    case = one_or_404(visible(by, Case), pk=request.case_id)
    with recording(
        by=by,
        event="onward.answered",
        cases=[case.reference],
        subject=f"request {request.reference}",
        details={"agreed": agreed},
    ):
        request.state = State.AGREED if agreed else State.REFUSED
        request.answer, request.answered_by_id, request.answered_at = answer, by.user_id, timezone.now()
        request.save()
        notify(by=by, users=[request.asked_by], kind="onward_answered", subject=request.reference)
    return request
