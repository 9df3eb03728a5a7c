"""The paper twin of a meeting pack: cover, agenda with page numbers, a part for each case, room for notes."""

from dataclasses import dataclass
from functools import partial
from itertools import groupby

from casework.documents.case_pages import CasePages, actions_table, case_key
from casework.documents.content import AgendaLine, PackContent
from casework.documents.fonts import DRAWING, installed_fonts
from casework.documents.layout import (
    BODY,
    FINE,
    FOOT,
    HEADING,
    HEIGHT,
    INK,
    LEFT,
    PADDING,
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
from casework.documents.text import one_line, paragraphs
from casework.documents.words import say_clock, say_date, say_moment

AGENDA_HEAD = ("No.", "Case", "Reason", "Starts", "Minutes", "Page")
AGENDA_WIDTHS = (40, 120, 165, 60, 60, 50)
PAGE_COLUMN = LEFT + sum(AGENDA_WIDTHS[:-1])
MARKING = Look(10, 13, bold=True)
WATERMARK = Look(28, 36, bold=True, colour=PALE)


@dataclass(frozen=True)
class Drawn:
    """The file, and what its issuer should know before it leaves: characters that no font has."""

    pdf: bytes
    warnings: tuple[str, ...]


def draw_pack(content: PackContent) -> Drawn:
    """Draw a pack. Equal content gives equal bytes. Raises `FontsMissing` where the fonts were never installed."""
    with DRAWING:
        return _Pack(content).draw()


class _Pack:
    def __init__(self, content: PackContent):
        self.content = content
        self.found: dict[str, int] = {}
        self.places: dict[int, list[tuple[str, float]]] = {}
        self.pages = Pages(installed_fonts(), "Case pack", self.furniture)

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

    def cover(self) -> None:
        pages, content = self.pages, self.content
        pages.mark("cover", "Cover")
        pages.y -= 46
        pages.rule(pages.y, 4, INK)
        pages.y -= 14
        pages.text(content.partnership_name, SUBHEADING)
        pages.text(content.title, TITLE)
        pages.text(f"{content.panel_name}, {say_moment(content.meeting.starts_at)}", HEADING)
        pages.text(content.meeting.place)
        pages.y -= 20
        pages.table((), self.facts(), (150, ROOM - 150))
        self.handling()
        if content.confidentiality:
            pages.heading("Confidentiality")
            for number, line in enumerate(content.confidentiality, 1):
                pages.text(f"{number}. {line}")

    def facts(self) -> list[list[list[tuple[str, Look]]]]:
        content = self.content
        facts = (
            ("For", content.recipient),
            ("Copy number", content.copy_number),
            ("Issued", say_moment(content.issued_at)),
            ("Disclosure decision", content.decision_reference),
            ("Cases in this copy", str(len(content.cases))),
        )
        return [[[(label, BODY)], [(one_line(value), STRONG)]] for label, value in facts]

    def handling(self) -> None:
        pages, content = self.pages, self.content
        lines = [
            line for part in paragraphs(content.handling_line, 1_000) for line in pages.lines(part, BODY, ROOM - 28)
        ]

        def draw() -> None:
            pages.y -= 12
            pages.line(one_line(content.marking), HEADING, LEFT + 14)
            for line in lines:
                pages.line(line, BODY, LEFT + 14)

        pages.y -= 14
        pages.frame(draw, 24 + HEADING.leading + len(lines) * BODY.leading)
        pages.y -= 6

    def agenda(self) -> None:
        pages, content = self.pages, self.content
        pages.new_page()
        pages.mark("agenda", "Agenda and contents")
        pages.text("Agenda and contents", HEADING)
        for heading, lines in groupby(content.agenda, key=lambda line: line.heading):
            if heading:
                pages.heading(heading)
            pages.table(AGENDA_HEAD, (self.agenda_row(line) for line in lines), AGENDA_WIDTHS)
        if content.meeting.ends_at:
            minutes = sum(line.minutes for line in content.agenda)
            pages.text(f"{minutes} minutes in all. Planned end: {say_clock(content.meeting.ends_at)}.", FINE)
        if content.overdue_actions:
            pages.heading("Your agency's overdue actions", 90)
            actions_table(pages, content.overdue_actions)

    def agenda_row(self, line: AgendaLine) -> list[list[tuple[str, Look]]]:
        """The cells of a line; it links to its case, whose page number is filled in at the end."""
        pages = self.pages
        pages.need(BODY.leading * 2)
        self.places.setdefault(pages.number, []).append((line.number, pages.y))
        if len(self.places[pages.number]) == 1:
            pages.later(f"numbers-{pages.number}")
        if any(case.number == line.number for case in self.content.cases):
            pages.canvas.linkRect(
                "", case_key(line.number), (LEFT, pages.y - 22, WIDTH - RIGHT, pages.y), Border="[0 0 0]"
            )
        starts = say_clock(line.starts_at) if line.starts_at else ""
        said = (line.number, line.reference, line.listing_reason, starts, str(line.minutes), "")
        return [[(one_line(cell), STRONG if place < 2 else BODY)] for place, cell in enumerate(said)]

    def fill(self) -> None:
        """The page numbers of the contents, known at last."""
        for page, lines in self.places.items():
            self.pages.fill(f"numbers-{page}", partial(self.page_numbers, lines))

    def page_numbers(self, lines: list[tuple[str, float]]) -> None:
        for number, y in lines:
            if number in self.found:
                self.pages.at(y - PADDING, str(self.found[number]), BODY, PAGE_COLUMN)

    def furniture(self, pages: Pages) -> None:
        """Watermark, marking above and below, panel, copy and recipient."""
        content, copy = self.content, f"Copy {one_line(self.content.copy_number)}"
        recipient, issued = one_line(content.recipient), say_moment(content.issued_at)
        self.watermark(pages, recipient, f"{copy}, {issued}")
        day = say_date(content.meeting.starts_at)
        left = pages.lines(f"{one_line(content.panel_name)}, {day}", SMALL, 190)[0]
        pages.at(HEIGHT - 26, left, SMALL)
        pages.at(HEIGHT - 25, one_line(content.marking), MARKING, WIDTH / 2, align=0.5)
        pages.at(HEIGHT - 26, copy, SMALL, WIDTH - RIGHT, align=1)
        pages.rule(HEIGHT - 43)
        pages.rule(52)
        for place, line in enumerate(pages.lines(f"{copy} for {recipient}, issued {issued}", SMALL, 395)[:2]):
            pages.at(FOOT - place * SMALL.leading, line, SMALL)
        pages.at(24, one_line(content.marking), MARKING, WIDTH / 2, align=0.5)

    def watermark(self, pages: Pages, *said: str) -> None:
        """Who got this copy and when, large and pale across the page, so that a photograph of any page tells."""
        canvas = pages.canvas
        canvas.saveState()
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(52)
        lines = [line for text in said for line in pages.lines(text, WATERMARK, 700)[:2]]
        for place, line in enumerate(lines):
            pages.at((len(lines) / 2 - place) * WATERMARK.leading, line, WATERMARK, 0, align=0.5)
        canvas.restoreState()
