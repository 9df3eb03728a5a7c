"""A cell's value as text that is safe to keep: no control characters, no lone surrogates, one form for each letter."""

import datetime
import unicodedata
from typing import NamedTuple

CONTROL_REMOVED = "characters that cannot be stored were removed"
KEPT_CONTROLS = "\n\t"


class Text(NamedTuple):
    """Text of a cell and whether something had to be removed from it."""

    value: str
    stripped: bool


def clean_text(value: object) -> Text:
    """Any cell value as trimmed text in NFC; "" for an empty cell. Formulas arrive as their text and stay so."""
    if isinstance(value, str) and value.isascii() and value.isprintable() and "_x000D_" not in value:
        return Text(value.strip(), False)
    raw = _as_text(value).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    kept = "".join(sign for sign in raw if _storable(sign))
    return Text(unicodedata.normalize("NFC", kept).replace("\u00a0", " ").strip(), len(kept) != len(raw))


def _storable(sign: str) -> bool:
    category = unicodedata.category(sign)
    return sign in KEPT_CONTROLS or category not in ("Cc", "Cs")


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        day_only = value.time() == datetime.time()
        return f"{value:%d/%m/%Y}" if day_only else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, datetime.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(getattr(value, "text", None) or value)


def squeeze(text: str) -> str:
    """One line: every run of white space as one space."""
    return " ".join(text.split())
