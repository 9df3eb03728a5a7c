"""Laying out text that a plain paragraph prints wrong: joined, marked or right-to-left scripts, and mixed fonts.

The text is broken into lines in its logical order, each line is put into visual order by the Unicode bidirectional
algorithm (python-bidi), and each run is shaped by harfbuzz. The original characters ride along as `ActualText`, so
that text copied or searched in the PDF is what was typed, not glyph codes.
"""

import unicodedata
from dataclasses import dataclass, replace
from types import SimpleNamespace

from bidi import get_display
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import shapeFragWord
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from casework.documents.fonts import BOLD, REGULAR, UNSHAPED, FontKit, is_ignorable

PLACEHOLDERS = {"R": 0x1E800, "AL": 0x1EE00, "L": 0x4E00}
PLACES = 240


@dataclass(frozen=True)
class Run:
    """Characters of one direction and one font that are drawn together."""

    text: str
    font: str
    direction: str


def visible(text: str, kit: FontKit) -> str:
    """`text` with every character that no font has written as `[U+XXXX]`."""
    missing = kit.missing(text)
    return "".join(f"[U+{ord(char):04X}]" if char in missing else char for char in text) if missing else text


class ScriptParagraph(Flowable):
    """A paragraph in any script. `style` gives font size, leading, indents, spaces and colour; its font may be bold.

    Right-to-left text that needs several lines is set to the right edge; a single line stays at the left, where the
    eye looks for a table cell.
    """

    def __init__(self, text: str, style: ParagraphStyle, kit: FontKit, base: str | None = None):
        super().__init__()
        self.text, self.style, self.kit = visible(text, kit), style, kit
        self.base = base or base_direction(self.text)
        self.spaceBefore, self.spaceAfter = style.spaceBefore, style.spaceAfter
        self.keepWithNext = getattr(style, "keepWithNext", 0)
        self._lines: list[str] = []

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        room = available_width - self.style.leftIndent - self.style.rightIndent
        self._lines = break_lines(self.text, self.style, self.kit, room)
        self.width, self.height = available_width, len(self._lines) * self.style.leading
        return self.width, self.height

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        self.wrap(available_width, available_height)
        fitting = int(available_height // self.style.leading)
        if not 0 < fitting < len(self._lines):
            return [self] if fitting else []
        parts = (" ".join(self._lines[:fitting]), " ".join(self._lines[fitting:]))
        return [ScriptParagraph(part, self.style, self.kit, self.base) for part in parts]

    def draw(self) -> None:
        y = self.height - self.style.leading + (self.style.leading - self.style.fontSize) / 2
        for line in self._lines:
            x = self.style.leftIndent
            if self.base == "R" and len(self._lines) > 1:
                x = self.width - self.style.rightIndent - text_width(line, self.style, self.kit)
            draw_line(self.canv, x, y, line, self.style, self.kit, self.base)
            y -= self.style.leading


def base_direction(text: str) -> str:
    """`R` where the first strong character of the text is right-to-left, else `L`."""
    return next((_letter(kind) for char in text if (kind := _direction(char)) in PLACEHOLDERS), "L")


def break_lines(text: str, style: ParagraphStyle, kit: FontKit, room: float) -> list[str]:
    """`text` in its logical order, cut into lines no wider than `room` points (but of one character at least)."""
    space = stringWidth(" ", style.fontName, style.fontSize)
    lines, line, used = [], [], 0.0
    for word in _fitting_words(text, style, kit, room):
        width = text_width(word, style, kit)
        if line and used + space + width > room:
            lines.append(" ".join(line))
            line, used = [], 0.0
        used += width + (space if line else 0)
        line.append(word)
    return [*lines, " ".join(line)] if line else lines or [""]


def text_width(text: str, style: ParagraphStyle, kit: FontKit) -> float:
    """The width of a line in points."""
    return sum(_measured(run, style)[1] for run in runs(text, style, kit))


def draw_line(canvas: Canvas, x: float, y: float, text: str, style: ParagraphStyle, kit: FontKit, base="L") -> None:
    """Draw one line, baseline at `y`, in visual order."""
    if not text:
        return
    writer = canvas.beginText(x, y)
    writer.setFillColor(style.textColor)
    actual = text.encode("utf-16-be").hex().upper()
    writer._code.append(f"/Span <</ActualText <FEFF{actual}>>> BDC")
    for run in visual_order(runs(text, style, kit), base):
        writer.setFont(run.font, style.fontSize)
        writer.textOut(_measured(run, style)[0])
    writer._code.append("EMC")
    canvas.drawText(writer)


def runs(text: str, style: ParagraphStyle, kit: FontKit) -> list[Run]:
    """The runs of a line in logical order. Signs without a direction of their own are runs of one character."""
    found: list[Run] = []
    for char in text:
        last = found[-1] if found else None
        if is_ignorable(char) or (unicodedata.category(char)[0] == "M" and last):
            if last and last.font not in UNSHAPED or unicodedata.category(char)[0] == "M" and not is_ignorable(char):
                found[-1] = replace(last, text=last.text + char)
            continue
        run = Run(char, _font(char, style, kit), _direction(char))
        if last and run.direction in PLACEHOLDERS and (run.font, run.direction) == (last.font, last.direction):
            found[-1] = replace(last, text=last.text + char)
        else:
            found.append(run)
    return found


def visual_order(logical: list[Run], base: str) -> list[Run]:
    """The runs of one line as the eye meets them from left to right.

    A run of letters is stood for by one character of its direction, so that the algorithm's answer can be read back.
    """
    if all(run.direction not in {"R", "AL", "AN"} for run in logical):
        return logical
    stands: dict[str, Run] = {}
    fonts = {run.text: run.font for run in logical if run.direction not in PLACEHOLDERS}
    signs = []
    for run in logical:
        start = PLACEHOLDERS.get(run.direction)
        sign = chr(start + len(stands) % PLACES) if start else run.text
        if start:
            stands[sign] = run
        signs.append(sign)
    display = get_display("".join(signs), base_dir=base)
    return [stands.get(sign) or Run(sign, fonts.get(sign, REGULAR), "ON") for sign in display]


def _fitting_words(text: str, style: ParagraphStyle, kit: FontKit, room: float) -> list[str]:
    fitting = []
    for word in text.split():
        while len(word) > 1 and text_width(word, style, kit) > room:
            size = _fitting_length(word, style, kit, room)
            fitting.append(word[:size])
            word = word[size:]
        fitting.append(word)
    return fitting


def _fitting_length(word: str, style: ParagraphStyle, kit: FontKit, room: float) -> int:
    low, high = 1, len(word)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if text_width(word[:middle], style, kit) <= room else (low, middle)
    while low > 1 and unicodedata.category(word[low])[0] == "M":
        low -= 1
    return low


def _font(char: str, style: ParagraphStyle, kit: FontKit) -> str:
    name = kit.font_for(char) or REGULAR
    return style.fontName if name == REGULAR and style.fontName == BOLD else name


def _direction(char: str) -> str:
    return unicodedata.bidirectional(char)


def _letter(direction: str) -> str:
    return "L" if direction == "L" else "R"


def _measured(run: Run, style: ParagraphStyle) -> tuple[str, float]:
    if run.font in UNSHAPED and not any(unicodedata.category(char)[0] == "M" for char in run.text):
        return run.text, stringWidth(run.text, run.font, style.fontSize)
    fragment = SimpleNamespace(fontName=run.font, fontSize=style.fontSize)
    shaped = shapeFragWord([0, (fragment, run.text)], force=True)
    return shaped[1][1], shaped[0]
