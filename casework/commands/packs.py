"""Issuing packs: each is read and drawn as its recipient, frozen, encrypted, and recorded before anybody can open it."""

import hashlib
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_run_office
from casework.access.policies import NotNow
from casework.access.scope import visible
from casework.access.viewer import Viewer, as_office, as_recipient
from casework.commands.meetings import claim_meeting
from casework.commands.notify import notify
from casework.documents.content import PackContent, to_json
from casework.documents.pack import Drawn, draw_pack
from casework.models import Agency, DisclosureDecision, Hearing, Meeting, Pack, PackDocument, new_reference
from casework.queries.notices import register_notice
from casework.queries.packs import PackFrame, compose, contents_of
from casework.queries.seats import seated_agencies, speakers_of

event_types.register(
    pack_issued="issued a pack",
    pack_opened="opened the pack on screen",
    pack_downloaded="downloaded the pack, locked with a passphrase",
    page_printed="opened a page to print it",
)
register_notice("pack.issued", "A meeting pack is ready for your agency", "pack")


@dataclass(frozen=True)
class Recipient:
    """Who gets a copy: an agency with a seat, or, without one, the panel's office."""

    name: str
    agency: Agency | None = None

    @property
    def key(self) -> str:
        """What a form calls this recipient."""
        return self.agency.slug if self.agency else "office"


@dataclass(frozen=True)
class Prepared:
    """A pack as it would leave: for its issuer, only the contents list and the warnings are to be shown."""

    recipient: Recipient
    content: PackContent
    drawn: Drawn
    contents: list[dict]


def recipients_of(meeting: Meeting) -> list[Recipient]:
    """The office, and every agency with a seat and a live signature."""
    agencies = [Recipient(agency.name, agency) for agency in seated_agencies(meeting.panel)]
    return [Recipient(f"Office of the {meeting.panel.name}"), *agencies]


def prepare(*, by: Viewer, meeting: Meeting, recipients: list[Recipient]) -> list[Prepared]:
    """Read and draw the packs as their recipients, with the copy numbers that come next. Writes nothing.

    An agency whose window on every case is over gets none. Raises `NotNow` before the agenda is circulated.
    """
    check_can_run_office(by, meeting.panel_id)
    decision, number = decision_behind(by, meeting), next_copy(by, meeting)
    found = []
    for recipient in recipients:
        frame = PackFrame(recipient.name, str(number + len(found)), timezone.now(), decision.reference)
        with _reading(by, meeting, recipient) as viewer:
            content = compose(viewer, meeting, frame)
            cases = dict(visible(viewer, Hearing).filter(meeting=meeting).values_list("case__reference", "case_id"))
        if content.cases:
            found.append(Prepared(recipient, content, draw_pack(content), contents_of(content, cases)))
    return found


def issue_packs(*, by: Viewer, meeting: Meeting, recipients: list[Recipient]) -> list[Pack]:
    """Issue a pack to each recipient; issued again, each copy has a new number and the earlier ones stay."""
    check_can_run_office(by, meeting.panel_id)
    meeting = claim_meeting(by, meeting, Meeting.Status.CIRCULATED, Meeting.Status.IN_SESSION)
    return [_issue(by, meeting, prepared) for prepared in prepare(by=by, meeting=meeting, recipients=recipients)]


def decision_behind(by: Viewer, meeting: Meeting) -> DisclosureDecision:
    """The latest decision to share this meeting's agenda. Raises `NotNow` where none has been made."""
    decision = visible(by, DisclosureDecision).filter(meeting=meeting).order_by("-decided_at", "-pk").first()
    if decision is None:
        raise NotNow("Circulate the agenda first: a pack needs the decision to share behind it.")
    return decision


def next_copy(by: Viewer, meeting: Meeting) -> int:
    """The copy number that the next pack of this meeting gets."""
    last = visible(by, Pack).filter(meeting=meeting).order_by("-copy_number").first()
    return last.copy_number + 1 if last else 1


def _reading(by: Viewer, meeting: Meeting, recipient: Recipient) -> AbstractContextManager[Viewer]:
    if recipient.agency is None:
        return as_office(by, meeting.panel)
    return as_recipient(by, recipient.agency, meeting.panel)


def _issue(by: Viewer, meeting: Meeting, prepared: Prepared) -> Pack:
    digest = hashlib.sha256(prepared.drawn.pdf).hexdigest()
    agency = prepared.recipient.agency
    pack = Pack(
        reference=new_reference(), meeting=meeting, agency_id=agency.pk if agency else by.agency_id, office_copy=agency is None,
        copy_number=int(prepared.content.copy_number), decision=decision_behind(by, meeting), contents=prepared.contents,
        warnings=list(prepared.drawn.warnings), digest=digest, issued_by_id=by.user_id, issued_at=prepared.content.issued_at,
    )  # fmt: skip
    cases = [line["case"] for line in prepared.contents]
    details = {
        "digest": digest,
        "copy": pack.copy_number,
        "recipient": prepared.recipient.key,
        "decision": pack.decision.reference,
    }
    with recording(by=by, event="pack.issued", cases=cases, subject=f"pack {pack.reference}", details=details):
        pack.save()
        document = PackDocument(pack=pack)
        document.hide(content=to_json(prepared.content).encode(), pdf=prepared.drawn.pdf)
        document.save(force_insert=True)
        if agency:
            notify(by=by, users=speakers_of(agency.pk, meeting.panel), kind="pack.issued", subject=pack.reference)
    return pack
