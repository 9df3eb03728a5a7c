"""Lines, tables and pages on a canvas: as quick as drawing strings, and right in any script.

Plain text takes the short way (widths of words are looked up once a document); text that needs shaping or another
direction goes through `scripts`. What is known only at the end (how many pages, and where a part begins) is drawn into
forms that the pages refer to from the start, so nothing is laid out twice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from casework.documents.fonts import BOLD, REGULAR, FontKit
from casework.documents.scripts import base_direction, break_lines, draw_line, text_width, visible
from casework.documents.text import one_line, paragraphs

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 50, 50, 62, 66
ROOM = WIDTH - LEFT - RIGHT
INK, MUTED, RULE = HexColor("#0b0c0c"), HexColor("#484c50"), HexColor("#8d9296")
SHADE, PALE = HexColor("#eef0f1"), HexColor("#eceded")
FOOT, PAGE_OF = 48, WIDTH - RIGHT - 20  # where a page says its number
HANG = 5  # shaded heads and lines reach a little beyond the text
GAP = 10  # between the columns of a table
LONGEST_HEAD = 60  # characters: a head must leave room for its rows
RULED = 24  # between lines for handwriting
PADDING = 4  # above and below the text of a row
KEPT_TOGETHER = 240  # a row up to this height moves to the next page whole

rl_config.useA85 = 0  # a file is bytes; writing it as text costs time and a quarter of its size


@dataclass(frozen=True)
class Look:
    """How a piece of text looks; `after` is the space under its paragraphs, `bar` a thick line at their left."""

    size: float = 10
    leading: float = 14
    bold: bool = False
    after: float = 5
    colour: Color = INK
    bar: bool = False

    @property
    def font(self) -> str:
        return BOLD if self.bold else REGULAR

    @cached_property
    def style(self) -> ParagraphStyle:
        """The same as `scripts` wants it."""
        return ParagraphStyle(
            "look", fontName=self.font, fontSize=self.size, leading=self.leading, textColor=self.colour
        )


Part = tuple[str, Look]
Cell = Sequence[Part]

BODY, STRONG, QUOTE = Look(), Look(bold=True, after=2), Look(bar=True)
SMALL, LABEL = Look(8.5, 11.5, after=3, colour=MUTED), Look(8.5, 11.5, bold=True, after=2)
FINE, FINE_STRONG = Look(9, 12.5), Look(9, 12.5, bold=True)
TITLE, HEADING, SUBHEADING = Look(30, 38, True, 6), Look(16, 21, True, 8), Look(11.5, 16, True, 4)


class Pages:
    """A document that is written from top to bottom, `y` being the cursor; texts are cleaned before they are drawn.

    `furniture` draws what every page bears; it is drawn once, after the last page, and shown behind each.
    """

    def __init__(self, kit: FontKit, title: str, furniture: Callable[["Pages"], None]):
        self.kit, self.out = kit, BytesIO()
        self.missing: set[str] = set()
        self.y = HEIGHT - TOP
        self.canvas = Canvas(self.out, pagesize=A4, invariant=1, lang="en-GB", pageCompression=1)
        self.canvas.setTitle(title)
        self.canvas.setAuthor("Roundtable")
        self.canvas.setCreator("Roundtable")
        self.canvas.setProducer("Roundtable")
        self.canvas.setSubject("")
        self.number, self.furniture = 0, furniture
        self._widths: dict[tuple[str, float], dict[str, float]] = {}
        self._head: tuple[list[Cell], Sequence[float]] | None = None
        self._begin()

    # What a document is made of

    def text(self, text: str, look: Look = BODY, indent: float = 0) -> None:
        """Paragraphs of any length, over as many pages as they need."""
        indent += 12 if look.bar else 0
        for paragraph in paragraphs(text):
            lines = self.lines(paragraph, look, ROOM - indent)
            for line in lines:
                self.need(look.leading)
                if look.bar:
                    self._box(LEFT, self.y - look.leading, 3, look.leading, MUTED)
                if len(lines) > 1 and base_direction(line) == "R":
                    self.at(self.y, line, look, WIDTH - RIGHT, align=1)
                else:
                    self.line(line, look, LEFT + indent)
            self.y -= look.after

    def heading(self, title: str, keep: float = 60, look: Look = SUBHEADING) -> None:
        """A heading with a space above, moved to the next page unless `keep` points are left under it."""
        self.need(keep + 10)
        self.y -= 10
        self.text(one_line(title), look)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[float]) -> None:
        """Rows of cells of wrapped parts. The head, which may be empty, is repeated on every page that the table reaches."""
        if head:
            self.need(70)
            self._head = ([[(one_line(title, LONGEST_HEAD), LABEL)] for title in head], widths)
            self._draw_head(*self._head)
        for row in rows:
            self._row(row, widths)
        self._head = None
        self.y -= 6

    def ruled_lines(self, number: int) -> None:
        """Room for handwriting: `number` lines, or what the page still holds where that is half of them."""
        holds = int((self.y - BOTTOM) // RULED)
        if holds < number / 2:
            self.new_page()
            holds = int((self.y - BOTTOM) // RULED)
        for _ in range(min(number, holds)):
            self.y -= RULED
            self.rule(self.y)

    def rule(self, y: float, weight: float = 0.5, colour: Color = RULE) -> None:
        """A line across the page."""
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(weight)
        self.canvas.line(LEFT - HANG, y, WIDTH - RIGHT + HANG, y)

    def frame(self, draw: Callable[[], None], height: float) -> None:
        """Draw on a shaded ground of this height, under a thick line."""
        self.need(height)
        self._box(LEFT - HANG, self.y - height, ROOM + 2 * HANG, height, SHADE)
        self.rule(self.y, 2.5, INK)
        bottom = self.y - height
        draw()
        self.y = bottom

    def mark(self, key: str, title: str, level: int = 0) -> None:
        """A bookmark at this place. `title` is a reference or the name of a part, never a person's."""
        self.canvas.bookmarkHorizontal(key, 0, self.y + 24)
        self.canvas.addOutlineEntry(title, key, level, closed=level == 0)

    # Pages

    def need(self, height: float) -> None:
        """Begin a new page unless so much room is left."""
        if self.y - height < BOTTOM:
            self.new_page()

    def new_page(self) -> None:
        self.canvas.showPage()
        self._begin()
        if self._head:
            self._draw_head(*self._head)

    def later(self, name: str) -> None:
        """Leave a place for what `fill` draws when it is known."""
        self.canvas.doForm(name)

    def fill(self, name: str, draw: Callable[[], None]) -> None:
        """Draw what `later` left a place for; after the last page."""
        self.canvas.beginForm(name, 0, 0, WIDTH, HEIGHT)
        draw()
        self.canvas.endForm()

    def finish(self, fill: Callable[[], None]) -> bytes:
        """The whole document. `fill` draws what had to wait for the last page."""
        self.canvas.showPage()
        fill()
        self.fill("furniture", lambda: self.furniture(self))
        self.fill("total", lambda: self.at(FOOT, str(self.number), SMALL, PAGE_OF))
        self.canvas.save()
        return self.out.getvalue()

    def _begin(self) -> None:
        self.number += 1
        self.later("furniture")
        self.at(FOOT, f"Page {self.number} of ", SMALL, PAGE_OF, align=1)
        self.later("total")
        self.y = HEIGHT - TOP

    # Lines

    def lines(self, text: str, look: Look, room: float) -> list[str]:
        """A clean text of one paragraph, cut into lines."""
        if not self.kit.is_plain(text):
            self.missing |= self.kit.missing(text)
            return break_lines(visible(text, self.kit), look.style, self.kit, room)
        known = self._widths.setdefault((look.font, look.size), {})
        space, used = stringWidth(" ", look.font, look.size), 0.0
        lines: list[str] = []
        line: list[str] = []
        for word in text.split():
            width = known.get(word)
            if width is None:
                width = known[word] = stringWidth(word, look.font, look.size)
            if width > room:
                return break_lines(text, look.style, self.kit, room)
            if line and used + space + width > room:
                lines.append(" ".join(line))
                line, used = [], 0.0
            used += width + (space if line else 0)
            line.append(word)
        return [*lines, " ".join(line)] if line else lines or [""]

    def width(self, line: str, look: Look) -> float:
        """How wide a line is, in points."""
        return text_width(line, look.style, self.kit)

    def line(self, line: str, look: Look, x: float) -> None:
        """One line at the cursor, which moves down."""
        y = self.y - (look.leading + look.size * 0.72) / 2
        if self.kit.is_plain(line):
            self.canvas.setFillColor(look.colour)
            self.canvas.setFont(look.font, look.size)
            self.canvas.drawString(x, y, line)
        else:
            self.missing |= self.kit.missing(line)
            draw_line(self.canvas, x, y, visible(line, self.kit), look.style, self.kit, base_direction(line))
        self.y -= look.leading

    def at(self, y: float, line: str, look: Look, x: float = LEFT, align: float = 0) -> None:
        """One line whose top is at `y`; `align` is the part of its width left of `x` (0 begins there, 1 ends there)."""
        self.y = y
        self.line(line, look, x - align * self.width(line, look) if align else x)

    def _cell(self, cell: Cell, room: float) -> list[Part]:
        return [
            (line, look) for text, look in cell for part in paragraphs(text) for line in self.lines(part, look, room)
        ]

    def _row(self, cells: Sequence[Cell], widths: Sequence[float]) -> None:
        columns = [self._cell(cell, width - GAP) for cell, width in zip(cells, widths, strict=True)]
        height = max(sum(look.leading for _, look in column) for column in columns)
        self.need(min(height, KEPT_TOGETHER) + 2 * PADDING)
        while True:
            self.y -= PADDING
            columns = self._draw_columns(columns, widths)
            self.y -= PADDING
            self.rule(self.y)
            if not any(columns):
                return
            self.new_page()

    def _draw_columns(self, columns: list[list[Part]], widths: Sequence[float]) -> list[list[Part]]:
        """Draw of each column what fits on the page; return what does not."""
        x, top, lowest, left = float(LEFT), self.y, self.y, []
        for column, width in zip(columns, widths, strict=True):
            self.y, drawn = top, 0
            for line, look in column:
                if self.y - look.leading < BOTTOM - PADDING:
                    break
                self.line(line, look, x)
                drawn += 1
            left.append(column[drawn:])
            lowest = min(lowest, self.y)
            x += width
        self.y = lowest
        return left

    def _draw_head(self, cells: list[Cell], widths: Sequence[float]) -> None:
        columns = [self._cell(cell, width - GAP) for cell, width in zip(cells, widths, strict=True)]
        height = max(len(column) for column in columns) * LABEL.leading + 6
        self._box(LEFT - HANG, self.y - height, ROOM + 2 * HANG, height, SHADE)
        top = self.y
        self.y -= 3
        self._draw_columns([[(line, look) for line, look in column] for column in columns], widths)
        self.y = top - height
        self.rule(self.y, 1, INK)

    def _box(self, x: float, y: float, width: float, height: float, colour: Color) -> None:
        self.canvas.setFillColor(colour)
        self.canvas.rect(x, y, width, height, stroke=0, fill=1)
