"""Laying out text that a plain paragraph prints wrong: joined, marked or right-to-left scripts, and mixed fonts.

The text is broken into lines in its logical order, each line is put into visual order by the Unicode bidirectional
algorithm (python-bidi), and each run is shaped by harfbuzz. The original characters ride along as `ActualText`, so
that text copied or searched in the PDF is what was typed, not glyph codes.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from types import SimpleNamespace

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import ShapedStr, shapeFragWord
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from casework.documents.direction import MARKS, PLACEHOLDERS, Run, base_direction, visual_order
from casework.documents.fonts import BOLD, REGULAR, UNSHAPED, FontKit, is_ignorable
from casework.documents.text import LONGEST_WORD

MOST_CODES = 100
LAST_OF_PLANE_0 = "\uffff"


def visible(text: str, kit: FontKit) -> str:
    """`text` with every character that no font has written as `[U+XXXX]`; after a hundred of them as `[?]`."""
    missing = kit.missing(text)
    if not missing:
        return text
    shown, codes = [], 0
    for char in text:
        codes += char in missing
        code = f"[U+{ord(char):04X}]" if codes <= MOST_CODES else "[?]"
        shown.append(code if char in missing else char)
    return "".join(shown)


def break_lines(text: str, style: ParagraphStyle, kit: FontKit, room: float) -> list[str]:
    """`text` in its logical order, cut into lines no wider than `room` points (but of one character at least).

    A line whose first letter runs the other way than the text does keeps the text's direction by an invisible mark.
    """
    space = stringWidth(" ", style.fontName, style.fontSize)
    lines: list[str] = []
    line: list[str] = []
    used = 0.0
    for word in _fitting_words(text, style, kit, room):
        width = text_width(word, style, kit)
        if line and used + space + width > room:
            lines.append(" ".join(line))
            line, used = [], 0.0
        used += width + (space if line else 0)
        line.append(word)
    base = base_direction(text)
    cut = [*lines, " ".join(line)] if line else lines or [""]
    return [said if base_direction(said) == base else MARKS[base] + said for said in cut]


def text_width(text: str, style: ParagraphStyle, kit: FontKit) -> float:
    """The width of a line in points."""
    if kit.is_plain(text):
        return stringWidth(text, style.fontName, style.fontSize)
    return sum(_width(run, style, kit) for run in runs(text, style, kit))


def draw_line(canvas: Canvas, x: float, y: float, text: str, style: ParagraphStyle, kit: FontKit, base="L") -> None:
    """Draw one line, baseline at `y`, in visual order."""
    writer = canvas.beginText(x, y)
    writer.setFillColor(style.textColor)
    for run in visual_order(runs(text, style, kit), base):
        writer.setFont(run.font, style.fontSize)
        if _is_shaped(run):
            _draw_shaped(writer, x, y, run, style, kit)
        else:
            _draw_simple(writer, x, y, run, kit)
        x += _width(run, style, kit)
    canvas.drawText(writer)


def runs(text: str, style: ParagraphStyle, kit: FontKit) -> list[Run]:
    """The runs of a line in logical order. Signs without a direction of their own are runs of one character."""
    texts: list[str] = []
    kinds: list[tuple[str, str]] = []
    for char in text:
        if kinds and (is_ignorable(char) or _is_mark(char)):
            if kinds[-1][0] not in UNSHAPED or not is_ignorable(char):
                texts[-1] += char
            continue
        kind = (_font(char, style, kit), unicodedata.bidirectional(char))
        if kinds and kind[1] in PLACEHOLDERS and kind == kinds[-1]:
            texts[-1] += char
        elif not is_ignorable(char):
            texts.append(char)
            kinds.append(kind)
    return [Run(said, *kind) for said, kind in zip(texts, kinds, strict=True)]


def _fitting_words(text: str, style: ParagraphStyle, kit: FontKit, room: float) -> list[str]:
    fitting = []
    for word in (piece for long in text.split() for piece in _pieces(long)):
        while len(word) > 1 and text_width(word, style, kit) > room:
            size = _fitting_length(word, style, kit, room)
            fitting.append(word[:size])
            word = word[size:]
        fitting.append(word)
    return fitting


def _pieces(word: str) -> list[str]:
    """Codes of missing signs can make a word long again; measuring stays linear in its length."""
    return [word[start : start + LONGEST_WORD] for start in range(0, len(word), LONGEST_WORD)]


def _fitting_length(word: str, style: ParagraphStyle, kit: FontKit, room: float) -> int:
    low, high = 1, len(word)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if text_width(word[:middle], style, kit) <= room else (low, middle)
    while low > 1 and _is_mark(word[low]):
        low -= 1
    return low


def _font(char: str, style: ParagraphStyle, kit: FontKit) -> str:
    name = kit.font_for(char) or REGULAR
    return style.fontName if name == REGULAR and style.fontName == BOLD else name


def _is_shaped(run: Run) -> bool:
    return run.font not in UNSHAPED or any(_is_mark(char) for char in run.text)


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] == "M"


def _shaped(run: Run, style: ParagraphStyle, kit: FontKit) -> tuple[float, ShapedStr]:
    """The width of a run, and its glyphs in visual order as reportlab's shaped string; remembered for the document."""
    key = (run.text, run.font, style.fontSize)
    if key not in kit.shapes:
        fragment = SimpleNamespace(fontName=run.font, fontSize=style.fontSize)
        width, (_, glyphs) = shapeFragWord([0, (fragment, run.text)], force=True)
        kit.shapes[key] = (width, glyphs)
    return kit.shapes[key]


def _width(run: Run, style: ParagraphStyle, kit: FontKit) -> float:
    return _shaped(run, style, kit)[0] if _is_shaped(run) else stringWidth(run.text, run.font, style.fontSize)


def _draw_simple(writer: PDFTextObject, x: float, y: float, run: Run, kit: FontKit) -> None:
    writer.setTextOrigin(x, y)
    if max(run.text) <= LAST_OF_PLANE_0:
        writer.textOut(run.text)
        return
    with _actual_text(writer, run.text):
        writer.textOut("".join(kit.stand_in(run.font, char) for char in run.text))


def _draw_shaped(writer: PDFTextObject, x: float, y: float, run: Run, style: ParagraphStyle, kit: FontKit) -> None:
    scale, pen = style.fontSize / 1000, None
    for meant, glyphs in _clusters(run, _shaped(run, style, kit)[1]):
        with _actual_text(writer, meant):
            for sign, place in glyphs:
                at = (x + place.x_offset * scale, y + place.y_offset * scale)
                if at != pen:
                    writer.setTextOrigin(*at)
                writer.textOut(sign)
                x += place.x_advance * scale
                pen = (x, at[1]) if place.x_advance == place.width and not place.x_offset else None


def _clusters(run: Run, shaped: ShapedStr) -> list[tuple[str, list]]:
    """What is meant, and the glyphs for it: the whole run from left to right, or letter by letter in the other direction.

    A reader of the file turns letters that run to the left around itself, so each must be findable where it stands, and
    a mark, which takes no room, must not be taken for it: marks mean nothing of their own.
    """
    glyphs = list(zip(str(shaped), shaped.__shapeData__, strict=True))
    if run.direction not in {"R", "AL"}:
        return [(run.text, glyphs)]
    starts = sorted({place.cluster for _, place in glyphs})
    ends = dict(zip(starts, [*starts[1:], len(run.text)], strict=True))
    found = []
    for start, part in groupby(glyphs, key=lambda glyph: glyph[1].cluster):
        meant = run.text[start : ends[start]]
        for is_letter, signs in groupby(part, key=lambda glyph: glyph[1].x_advance > 0):
            found.append((meant if is_letter else "", list(signs)))
            meant = "" if is_letter else meant
    return found


@contextmanager
def _actual_text(writer: PDFTextObject, text: str) -> Iterator[None]:
    writer._code.append(f"/Span <</ActualText <FEFF{text.encode('utf-16-be').hex().upper()}>>> BDC")
    yield
    writer._code.append("EMC")
