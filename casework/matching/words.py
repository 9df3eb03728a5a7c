"""Words of names as the search knows them: folded, and found by sound and by groups of letters."""

import re
import unicodedata

import jellyfish

_LETTERS = re.compile(r"[^\W\d_]+", re.UNICODE)


def fold(text: str) -> str:
    """Case and accents away: 'Siân' and 'SIAN' become 'sian'. Scripts without case stay as they are."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("'", "").replace("’", "")


def words_of(*names: str) -> list[str]:
    """The distinct folded words of some names, in order; 'Smith-Jones' gives two."""
    return list(dict.fromkeys(word for name in names for word in _LETTERS.findall(fold(name))))


def keys_of(word: str) -> list[str]:
    """How the dictionary finds a word: its letter pairs and triples with the ends marked, and its sound ('~…')."""
    padded = f"<{word}>"
    groups = {padded[i : i + n] for n in (2, 3) for i in range(len(padded) - n + 1)}
    sound = jellyfish.metaphone(word) if word.isascii() else ""
    return sorted(groups | ({f"~{sound}"} if sound else set()))
