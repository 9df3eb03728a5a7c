"""Making any text safe to draw.

reportlab's `Paragraph` parses markup: unescaped text could embed a local file, forge layout or raise, and a very long
word takes minutes. `clean` bounds and tidies; `safe_text` also escapes. Names in any script survive untouched.
"""

import unicodedata
from xml.sax.saxutils import escape

LIMIT = 20_000
LONGEST_WORD = 100
MOST_MARKS = 8
PARAGRAPH = 2_500
MOST_PARAGRAPHS = 400
JOINERS = "\u200c\u200d"
KEPT_CONTROLS = "\n\t"
DROPPED = {"Cc", "Cf", "Cs"}


def clean(text: str, limit: int = LIMIT) -> str:
    """`text` in NFC without controls, invisible formatters, bidi overrides or surrogates, of at most `limit` characters.

    What is cut is said: `[cut: N more characters]`. Words over 100 characters are broken by a space, and marks piled
    over one letter stop after eight. ZWJ and ZWNJ stay, because Persian and Indic names need them.
    """
    more = len(text) - limit
    text = text[:limit].replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = unicodedata.normalize("NFC", "".join(char for char in text if _is_kept(char)))
        text = _thin_marks(text)
    elif not text.isprintable():
        text = "".join(char for char in text if _is_kept(char))
    text = _break_words(text.replace("\t", " "))
    return f"{text.rstrip()} [cut: {more:,} more characters]" if more > 0 else text


def safe_text(text: str, limit: int = LIMIT) -> str:
    """`clean` text, escaped for reportlab's paragraph markup."""
    return escape(clean(text, limit))


def paragraphs(text: str, limit: int = LIMIT) -> list[str]:
    """The clean paragraphs of a text, long ones cut at a space so that laying them out stays linear in their length.

    After 400 of them the rest run on, so that line breaks alone cannot fill a ream of paper.
    """
    found = []
    for block in _blocks(clean(text, limit)):
        while len(block) > PARAGRAPH:
            end = block.rfind(" ", 0, PARAGRAPH)
            end = end if end > 0 else PARAGRAPH
            found.append(block[:end])
            block = block[end:].lstrip()
        if block.strip():
            found.append(block.strip())
    return found


def one_line(text: str, limit: int = 200) -> str:
    """A clean text on one line, for headers, labels and table cells that hold a name or a code."""
    return " ".join(clean(text, limit).split())


def _blocks(text: str) -> list[str]:
    *blocks, rest = text.split("\n", MOST_PARAGRAPHS)
    return [*blocks, " ".join(rest.split())] if len(blocks) == MOST_PARAGRAPHS else [*blocks, rest]


def _is_kept(char: str) -> bool:
    if char in KEPT_CONTROLS or char in JOINERS:
        return True
    return unicodedata.category(char) not in DROPPED


def _thin_marks(text: str) -> str:
    kept, run = [], 0
    for char in text:
        run = run + 1 if unicodedata.category(char) == "Mn" else 0
        if run <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def _break_words(text: str) -> str:
    if len(text) <= LONGEST_WORD:
        return text
    return "\n".join(" ".join(_pieces(line)) for line in text.split("\n"))


def _pieces(line: str) -> list[str]:
    return [
        word[start : start + LONGEST_WORD]
        for word in line.split(" ")
        for start in range(0, max(len(word), 1), LONGEST_WORD)
    ]
