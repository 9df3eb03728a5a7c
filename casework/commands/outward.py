"""Making contact with somebody in a case: only over a way that is confirmed as safe today, and recorded before it leaves."""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_contact
from casework.access.scope import one_or_404, visible
from casework.access.viewer import Viewer
from casework.commands.safe import HIDDEN_HERE, hidden_details, holds_hidden_detail
from casework.documents.letter import LetterContent, MustNotLeave, Quote, draw_letter
from casework.models import Case, OutwardContact, Party, PartyRole, SafeAddress
from casework.queries.onward import quotable
from casework.queries.outward import WayLine, open_way
from casework.storage import CannotDecrypt

event_types.register(outward_made="made contact with somebody in the case")
Way = OutwardContact.Way
NOT_OURS = "You may quote your own agency’s statements, and others only once their agency has agreed. Ask it first."


@dataclass(frozen=True)
class Letter:
    """What a letter says: the typed text, and the keys of the statements that it quotes."""

    text: str
    quotes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Made:
    """What was recorded, the way that was used, and of a letter the PDF."""

    contact: OutwardContact
    line: WayLine
    pdf: bytes = b""


def make_contact(*, by: Viewer, case: Case, party: Party, way: str, purpose: str, letter: Letter | None = None) -> Made:
    """Record a call, text or e-mail that is about to be made, or draw and record a letter.

    Raises `Refused` for who does not write in the case, and `ValidationError` in a sentence where no way is safe today, where
    the purpose holds a hidden detail, and where a letter would tell its reader what must not reach them.
    """
    check_can_contact(by, case)
    party = one_or_404(visible(by, Party).filter(case=case), pk=party.pk)
    line = open_way(by, party, way)
    if isinstance(line, str):
        raise ValidationError({"way": line})
    if holds_hidden_detail(by, case, purpose):
        raise ValidationError({"purpose": HIDDEN_HERE})
    pdf = _letter(by, case, party, line, letter or Letter("")) if way == Way.LETTER else b""
    return Made(_record(by, case, party, way, purpose, line, pdf), line, pdf)


def _record(by: Viewer, case: Case, party: Party, way: str, purpose: str, line: WayLine, pdf: bytes) -> OutwardContact:
    digest = hashlib.sha256(pdf).hexdigest() if pdf else ""
    details = {"way": way} | ({"sha256": digest} if digest else {})
    with recording(by=by, event="outward.made", cases=[case.reference], reason=purpose, details=details):
        over = {"address" if isinstance(line.row, SafeAddress) else "contact": line.row}
        made = OutwardContact(
            case=case, party=party, agency_id=by.speaks_for, way=way, purpose=purpose, made_by_id=by.user_id, digest=digest, **over
        )  # fmt: skip
        made.save()
    return made


def _letter(by: Viewer, case: Case, party: Party, line: WayLine, letter: Letter) -> bytes:
    if not letter.text.strip():
        raise ValidationError({"text": "Enter the text of the letter"})
    to_perpetrator = party.role == PartyRole.ALLEGED_PERPETRATOR
    try:
        content = LetterContent(
            name=party.name,
            address=line.row.reveal(),
            written_on=timezone.localdate(),
            text=letter.text,
            quotes=_quotes(by, case, letter.quotes),
            hidden=tuple(_hidden_from(by, case, party, line)),
            to_alleged_perpetrator=to_perpetrator,
        )
        return draw_letter(content)
    except MustNotLeave as refusal:
        raise ValidationError({"text": str(refusal)}) from refusal
    except CannotDecrypt as damage:
        raise ValidationError({"way": "The address cannot be read. Tell the system administrator."}) from damage


def _hidden_from(by: Viewer, case: Case, party: Party, line: WayLine) -> list[str]:
    """What may not stand in a letter to this person. Who shares a hidden address with others is told nothing new by it;
    the alleged perpetrator never counts as sharing."""
    others = hidden_details(by, case, besides=party)
    if party.role == PartyRole.ALLEGED_PERPETRATOR:
        return others
    own = line.row.reveal()
    return [detail for detail in others if detail != own]


def _quotes(by: Viewer, case: Case, keys: tuple[int, ...]) -> tuple[Quote, ...]:
    if not keys:
        return ()
    mine = {item.pk: item for item in quotable(by, case)}
    if set(keys) - set(mine):
        raise ValidationError({"quotes": NOT_OURS})
    return tuple(Quote(mine[key].text, tuple(mine[key].data_classes), mine[key].never_to_perpetrator) for key in keys)
