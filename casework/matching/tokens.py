"""Keyed digests of who somebody is: compared with one another without anybody reading a name.

Without the key file they say nothing: a list of names cannot be tried against them. They are made of the folded words of
a name in no order, so that case, accents, titles and "SURNAME, Forename" make no difference.
"""

import hmac
from datetime import date

from casework import storage
from casework.matching.names import clean_part, fold

LABEL = "who somebody is"


def full_token(family_name: str, given_names: str, born_on: date | None) -> str | None:
    """What a name and a birth date come to ("f:" and 62 hexadecimal digits); nothing where either is unknown."""
    words = _words(family_name, given_names)
    if born_on is None or len(words) < 2:
        return None
    return _digest("f", words, born_on.isoformat())


def name_token(family_name: str, given_names: str) -> str | None:
    """What a name alone comes to ("n:" and 62 hexadecimal digits); nothing for a single word or an unknown name."""
    words = _words(family_name, given_names)
    return _digest("n", words) if len(words) > 1 else None


def tokens_of(family_name: str, given_names: str, born_on: date | None) -> list[str]:
    """All digests that a person is written with: with all given names, and with the first alone."""
    first = " ".join(fold(clean_part(given_names)).split()[:1])
    found = [make for given in (given_names, first) for make in _both(family_name, given, born_on) if make]
    return list(dict.fromkeys(found))


def _both(family_name: str, given_names: str, born_on: date | None) -> tuple[str | None, str | None]:
    return full_token(family_name, given_names, born_on), name_token(family_name, given_names)


def _words(*parts: str) -> list[str]:
    return sorted(word for part in parts for word in fold(clean_part(part)).split())


def _digest(kind: str, words: list[str], born: str = "") -> str:
    text = "\n".join((" ".join(words), born))
    return f"{kind}:{hmac.new(storage.digest_key(LABEL), text.encode(), 'sha256').hexdigest()[:62]}"
