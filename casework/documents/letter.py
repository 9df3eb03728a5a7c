"""A letter to somebody in a case: who it is for, the day, what was typed, and statements that are quoted. Nothing else.

It names no panel, no agency and no reference, because the envelope may be opened by others. What must not reach whom is
refused here, whoever builds the letter (domain: information sharing 3.4, NTP-03 and NTP-06).
"""

from dataclasses import dataclass
from datetime import date

from casework.documents.fonts import DRAWING, installed_fonts
from casework.documents.hidden import holds_any
from casework.documents.layout import BODY, QUOTE, Pages
from casework.documents.text import one_line
from casework.documents.words import say_date

NOT_TO_ALLEGED_PERPETRATOR = frozenset({"safe-address", "source-identity", "counselling"})
TO_NOBODY = frozenset({"source-identity"})
QUOTED_KEPT = "A statement that you ticked must never reach this person. Take it out."
QUOTED_SOURCE = "A statement that you ticked would show who told an agency. Take it out."
DETAIL_HIDDEN = "The letter holds somebody’s hidden address or number. Take it out."


class MustNotLeave(ValueError):
    """The letter would tell this person what must not reach them. The text is for who writes it, and repeats nothing."""


@dataclass(frozen=True)
class Quote:
    """A statement as it would stand in the letter, with what decides whether it may."""

    text: str
    data_classes: tuple[str, ...]
    never_to_perpetrator: bool


@dataclass(frozen=True)
class LetterContent:
    """What a letter is made of. `hidden` are the hidden details of everybody in the case but the recipient."""

    name: str
    address: str
    written_on: date
    text: str
    quotes: tuple[Quote, ...] = ()
    hidden: tuple[str, ...] = ()
    to_alleged_perpetrator: bool = False


def draw_letter(content: LetterContent) -> bytes:
    """The letter as a PDF. Raises `MustNotLeave` before anything is drawn; `FontsMissing` where the fonts were never installed."""
    check_letter(content)
    with DRAWING:
        return _draw(content)


def check_letter(content: LetterContent) -> None:
    """Raise `MustNotLeave` for what this person must not be told."""
    for quote in content.quotes:
        if TO_NOBODY & set(quote.data_classes):
            raise MustNotLeave(QUOTED_SOURCE)
        if content.to_alleged_perpetrator and _is_kept(quote):
            raise MustNotLeave(QUOTED_KEPT)
    whole = "\n".join((content.address, content.text, *(quote.text for quote in content.quotes)))
    if holds_any(whole, content.hidden):
        raise MustNotLeave(DETAIL_HIDDEN)


def _is_kept(quote: Quote) -> bool:
    return quote.never_to_perpetrator or bool(NOT_TO_ALLEGED_PERPETRATOR & set(quote.data_classes))


def _draw(content: LetterContent) -> bytes:
    pages = Pages(installed_fonts(), "Letter", lambda _: None)
    pages.y -= 60
    pages.text(one_line(content.name), BODY)
    for line in content.address.replace(", ", "\n").splitlines():
        pages.text(one_line(line), BODY)
    pages.y -= 30
    pages.text(say_date(content.written_on), BODY)
    pages.y -= 14
    pages.text(content.text, BODY)
    for quote in content.quotes:
        pages.y -= 4
        pages.text(quote.text, QUOTE)
    return pages.finish(lambda: None)
