"""The paper twin of a meeting pack: cover, agenda with page numbers, a part for each case, room for notes."""

from dataclasses import dataclass
from itertools import groupby
from threading import Lock

from casework.documents.case_pages import CasePages, actions_table
from casework.documents.content import AgendaLine, PackContent
from casework.documents.fonts import installed_fonts
from casework.documents.layout import (
    BODY,
    FINE,
    HEADING,
    HEIGHT,
    LABEL,
    LEFT,
    PALE,
    RIGHT,
    ROOM,
    SMALL,
    STRONG,
    SUBHEADING,
    TITLE,
    WIDTH,
    Look,
    Pages,
)
from casework.documents.text import one_line
from casework.documents.words import say_clock, say_date, say_moment

AGENDA_HEAD = ("No.", "Case", "Reason", "Starts", "Minutes", "Page")
AGENDA_WIDTHS = (40, 120, 165, 60, 60, 50)
PAGE_COLUMN = LEFT + sum(AGENDA_WIDTHS[:-1])
PAGE_OF = WIDTH - RIGHT - 24
MARKING = Look(10, 13, bold=True)
WATERMARK = Look(28, 36, bold=True)
_reportlab = Lock()  # reportlab knows fonts by a global name


@dataclass(frozen=True)
class Drawn:
    """The file, and what its issuer should know before it leaves: characters that no font has."""

    pdf: bytes
    warnings: tuple[str, ...]


def draw_pack(content: PackContent) -> Drawn:
    """Draw a pack. Equal content gives equal bytes. Raises `FontsMissing` where the fonts were never installed."""
    with _reportlab:
        return _Pack(content).draw()


class _Pack:
    def __init__(self, content: PackContent):
        self.content = content
        self.found: dict[str, int] = {}
        self.places: dict[int, list[tuple[str, float]]] = {}
        self.pages = Pages(installed_fonts(), "Case pack", self.furniture)
        self.number_page()

    def draw(self) -> Drawn:
        self.cover()
        self.agenda()
        for case in self.content.cases:
            self.pages.new_page()
            self.found[case.number] = self.pages.number
            CasePages(self.pages, case).draw()
        pdf = self.pages.finish(self.fill)
        missing = sorted(self.pages.missing)
        signs = ", ".join(f"U+{ord(sign):04X}" for sign in missing[:20])
        return Drawn(pdf, (f"No font prints these characters; they stand as codes: {signs}.",) if missing else ())

    def number_page(self) -> None:
        """Show the page's number and the total, on this page and every one that follows."""
        begin = self.pages._begin
