"""Lines, rows and pages on a canvas: as quick as drawing strings, and right in any script.

Plain text takes the short way (widths of words are looked up once a document); text that needs shaping or another
direction goes through `scripts`. What is known only at the end (how many pages, and where a part begins) is drawn into
forms that the pages refer to from the start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from casework.documents.fonts import BOLD, REGULAR, FontKit
from casework.documents.scripts import base_direction, break_lines, draw_line, visible
from casework.documents.text import clean, paragraphs

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 50, 50, 70, 62
INK, MUTED, RULE, SHADE = HexColor("#0b0c0c"), HexColor("#484c50"), HexColor("#b1b4b6"), Color(0.05, 0.23, 0.28, 0.07)


@dataclass(frozen=True)
class Look:
    """How a piece of text looks; `after` is the space under it, in points."""

    size: float = 10
    leading: float = 14
    bold: bool = False
    after: float = 5
    muted: bool = False

    @property
    def font(self) -> str:
        return BOLD if self.bold else REGULAR

    @property
    def style(self) -> ParagraphStyle:
        """The same as `scripts` wants it."""
        return ParagraphStyle(
            "look", fontName=self.font, fontSize=self.size, leading=self.leading, textColor=self.colour
        )

    @property
    def colour(self) -> Color:
        return MUTED if self.muted else INK


BODY, SMALL, STRONG = Look(), Look(8.5, 11.5, after=3, muted=True), Look(bold=True, after=2)
TITLE, HEADING, SUBHEADING = Look(24, 30, True, 10), Look(16, 21, True, 8), Look(11.5, 16, True, 4)


class Pages:
    """A document that is written from top to bottom. Every text is cleaned here, so nothing reaches the canvas unread."""

    def __init__(self, kit: FontKit, title: str, furniture: Callable[["Pages"], None]):
        kit.register()
        self.kit, self.out, self.missing = kit, BytesIO(), set()
        self.canvas = Canvas(self.out, pagesize=A4, invariant=1, lang="en-GB", pageCompression=1)
        self.canvas.setTitle(title)
        self.canvas.setAuthor("Roundtable")
        self.number, self.furniture = 0, furniture
        self._widths: dict[tuple[str, float], dict[str, float]] = {}
        self._begin()

    def text(self, text: str, look: Look = BODY, indent: float = 0, width: float | None = None) -> None:
        """Paragraphs of any length, over as many pages as they need."""
        room = width or WIDTH - LEFT - RIGHT - indent
        for paragraph in paragraphs(text):
            for line in self.lines(paragraph, look, room):
                self.need(look.leading)
                self.line(line, look, LEFT + indent)
            self.y -= look.after

    def row(self, cells: list[tuple[str, Look]], widths: list[float]) -> None:
        """Cells side by side, each wrapped in its width; a row taller than the page goes on on the next."""
        wrapped = [
            (self.lines(clean(text).replace("\n", " "), look, width - 8), look)
            for (text, look), width in zip(cells, widths, strict=True)
        ]
        height = max(len(lines) for lines, _ in wrapped)
        leading = max(look.leading for _, look in wrapped)
        if height * leading < 200:
            self.need(height * leading)
        for number in range(height):
            self.need(leading)
            x, top = LEFT, self.y
            for (lines, look), width in zip(wrapped, widths, strict=True):
                self.y = top
                if number < len(lines):
                    self.line(lines[number], look, x)
                x += width
            self.y = top - leading
        self.rule()

    def rule(self) -> None:
        """A thin line under what was written."""
        self.canvas.setStrokeColor(RULE)
        self.canvas.setLineWidth(0.4)
        self.canvas.line(LEFT, self.y + 2, WIDTH - RIGHT, self.y + 2)
        self.y -= 4

    def ruled_lines(self, number: int) -> None:
        """Room for handwriting."""
        for _ in range(number):
            self.need(22)
            self.y -= 18
            self.rule()

    def mark(self, key: str, title: str, level: int = 0) -> None:
        """A bookmark at this place. `title` is a reference or the name of a part, never a person's."""
        self.canvas.bookmarkHorizontal(key, 0, self.y + 24)
        self.canvas.addOutlineEntry(title, key, level)

    def need(self, height: float) -> None:
        """Begin a new page unless so much room is left."""
        if self.y - height < BOTTOM:
            self.new_page()

    def new_page(self) -> None:
        self.canvas.showPage()
        self._begin()

    def _begin(self) -> None:
        self.number += 1
        self.furniture(self)
        self.y = HEIGHT - TOP

    def lines(self, text: str, look: Look, room: float) -> list[str]:
        """A clean text of one paragraph, cut into lines."""
        self.missing |= self.kit.missing(text)
        if not self.kit.is_plain(text):
            return break_lines(visible(text, self.kit), look.style, self.kit, room)
        known = self._widths.setdefault((look.font, look.size), {})
        space, lines, line, used = stringWidth(" ", look.font, look.size), [], [], 0.0
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
        """How wide a plain line is, in points."""
        return stringWidth(line, look.font, look.size)

    def line(self, line: str, look: Look, x: float) -> None:
        """One line at the cursor, which moves down."""
        y = self.y - look.size
        if self.kit.is_plain(line):
            self.canvas.setFillColor(look.colour)
            self.canvas.setFont(look.font, look.size)
            self.canvas.drawString(x, y, line)
        else:
            draw_line(self.canvas, x, y, line, look.style, self.kit, base_direction(line))
        self.y -= look.leading

    def later(self, name: str) -> None:
        """Leave a place for what `fill` draws when it is known."""
        self.canvas.doForm(name)

    def fill(self, name: str, draw: Callable[[], None]) -> None:
        """Draw what `later` left a place for; after the last page."""
        self.canvas.beginForm(name, 0, 0, WIDTH, HEIGHT)
        draw()
        self.canvas.endForm()

    def end(self) -> None:
        """Close the last page; only `fill` may follow."""
        self.canvas.showPage()

    def finish(self) -> bytes:
        """The whole document."""
        self.canvas.save()
        return self.out.getvalue()
