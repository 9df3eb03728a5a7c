"""The fonts that print names in any script, and which of them holds a character.

Noto fonts (SIL Open Font Licence) come by the npm lock at set-up. A kit is loaded for each document, because reportlab
keeps a document's invented glyph codes in the font object: a fresh one makes equal content give equal bytes.
"""

import unicodedata
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, freshTTFont

DRAWING = Lock()  # one document at a time: reportlab knows fonts by a global name
REGULAR = "NotoSans"
BOLD = "NotoSans-Bold"
FILES = {REGULAR: "NotoSans-Regular.ttf", BOLD: "NotoSans-Bold.ttf"}

SCRIPTS: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = (
    ("NotoNaskhArabic", ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF))),
    ("NotoSansHebrew", ((0x0590, 0x05FF), (0xFB1D, 0xFB4F))),
    ("NotoSansDevanagari", ((0x0900, 0x097F), (0xA8E0, 0xA8FF))),
    ("NotoSansBengali", ((0x0980, 0x09FF),)),
    ("NotoSansGurmukhi", ((0x0A00, 0x0A7F),)),
    ("NotoSansGujarati", ((0x0A80, 0x0AFF),)),
    ("NotoSansTamil", ((0x0B80, 0x0BFF),)),
    ("NotoSansTelugu", ((0x0C00, 0x0C7F),)),
    ("NotoSansKannada", ((0x0C80, 0x0CFF),)),
    ("NotoSansMalayalam", ((0x0D00, 0x0D7F),)),
    ("NotoSansSinhala", ((0x0D80, 0x0DFF),)),
    ("NotoSansThai", ((0x0E00, 0x0E7F),)),
    ("NotoSansMyanmar", ((0x1000, 0x109F),)),
    ("NotoSansGeorgian", ((0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2F))),
    ("NotoSansEthiopic", ((0x1200, 0x139F), (0x2D80, 0x2DDF), (0xAB00, 0xAB2F))),
    ("NotoSansKhmer", ((0x1780, 0x17FF), (0x19E0, 0x19FF))),
    ("NotoSansArmenian", ((0x0530, 0x058F), (0xFB13, 0xFB17))),
    ("NotoSansKR", ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF))),
    ("NotoSansSC", ((0x2E80, 0x312F), (0x3190, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF), (0x20000, 0x323AF))),
)
OTHERS = (REGULAR, "NotoEmoji", "NotoSansSC")
FIRST_STAND_IN = 0xF000
UNSHAPED = {REGULAR, BOLD, "NotoEmoji", "NotoSansSC", "NotoSansKR"}


class FontsMissing(RuntimeError):
    """The fonts were never installed; the message says what to do."""


class FontKit:
    """The fonts of one document, taken from the `.ttf` files of one folder and loaded when first needed.

    Raises `FontsMissing` where the two base fonts are not there. Other fonts may be missing: their characters then
    print as `[U+XXXX]`. reportlab knows fonts by a global name, so a new kit ends the use of the one before.
    """

    def __init__(self, folder: Path):
        self.folder = Path(folder)
        absent = [name for name in FILES.values() if not (self.folder / name).is_file()]
        if absent:
            raise FontsMissing(f"The fonts are not installed ({', '.join(absent)}). Run: make assets")
        self.shapes: dict[tuple[str, str, float], tuple[float, Any]] = {}
        self._fonts: dict[str, TTFont | None] = {}
        self._stand_ins: dict[str, str] = {}
        self._holders: dict[str, str | None] = {}
        for name in FILES:
            self._loaded(name)

    @cached_property
    def base(self) -> dict[int, int]:
        """Characters of the base font, by code point."""
        return self._face(REGULAR).charToGlyph

    def is_plain(self, text: str) -> bool:
        """True where the base font alone prints the text right, without joining, marks or another direction."""
        return text.isascii() or all(self._is_plain_character(char) for char in set(text))

    def font_for(self, char: str) -> str | None:
        """The name of the font that holds a character, None where no font of the kit has it."""
        if char not in self._holders:
            self._holders[char] = self._find_holder(char)
        return self._holders[char]

    def _find_holder(self, char: str) -> str | None:
        code = ord(char)
        if unicodedata.category(char) in {"Co", "Cn"}:
            return None
        for name in self._candidates(code):
            font = self._loaded(name)
            if font is not None and code in font.face.charToGlyph:
                return name
        return None

    def stand_in(self, name: str, char: str) -> str:
        """A private sign with the glyph of `char`, for characters that reportlab cannot name in a file (beyond U+FFFF)."""
        if ord(char) <= 0xFFFF:
            return char
        if char not in self._stand_ins:
            face, sign = self._face(name), FIRST_STAND_IN + len(self._stand_ins)
            face.charToGlyph[sign] = face.charToGlyph[ord(char)]
            face.charWidths[sign] = face.charWidths[ord(char)]
            self._stand_ins[char] = chr(sign)
        return self._stand_ins[char]

    def missing(self, text: str) -> set[str]:
        """Characters of a clean text that would print as `[U+XXXX]`."""
        if text.isascii():
            return set()
        return {char for char in set(text) if not is_ignorable(char) and not char.isspace() and not self.font_for(char)}

    @staticmethod
    def _candidates(code: int) -> Iterable[str]:
        return (*_script_fonts(code), *OTHERS)

    def _is_plain_character(self, char: str) -> bool:
        code = ord(char)
        return code in self.base and unicodedata.category(char)[0] not in "MC" and not _script_fonts(code)

    def _face(self, name: str) -> Any:
        """The glyphs of a font. Raises `FontsMissing`."""
        font = self._loaded(name)
        if font is None:
            raise FontsMissing(f"The font {name} is not installed. Run: make assets")
        return font.face

    def _loaded(self, name: str) -> TTFont | None:
        if name not in self._fonts:
            path = self.folder / FILES.get(name, f"{name}-Regular.ttf")
            self._fonts[name] = _fresh(name, path) if path.is_file() else None
        return self._fonts[name]


def _fresh(name: str, path: Path) -> TTFont:
    """The font as its file says, in the place of what an earlier document made of it."""
    font = freshTTFont(name, str(path))
    pdfmetrics.registerFont(font)
    return font


def _script_fonts(code: int) -> list[str]:
    return [name for name, ranges in SCRIPTS if any(low <= code <= high for low, high in ranges)]


def is_ignorable(char: str) -> bool:
    """Joiners, variation selectors and marks of direction: they steer the layout and have no picture of their own."""
    return char in "\u200c\u200d\u200e\u200f" or 0xFE00 <= ord(char) <= 0xFE0F


def installed_fonts() -> FontKit:
    """A fresh kit from the folder that the assets build filled (`settings.FONT_DIR`)."""
    return FontKit(settings.FONT_DIR)
