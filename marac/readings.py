"""Readers for single cells of a coordinator's sheet: names of several people, ticks, scores, criteria, children, addresses."""

import datetime
import re
from dataclasses import dataclass
from typing import NamedTuple

from casework.imports.cells import squeeze
from casework.imports.dates import DateReading, parse_date
from casework.matching import names
from casework.matching.names import Name
from casework.matching.persons import fold_postcode

YES, NO = "yes", "no"
_YES = frozenset(["y", "yes", "✓", "✔", "x", "true", "1", "yep", "ok", "√", "☑", "🗸", "yes-verbal", "given", "agreed"])
_NO = frozenset(["n", "no", "✗", "✘", "false", "0", "-", "–", "none", "nil", "☐", "refused", "declined"])
_BETWEEN_PEOPLE = re.compile(
    r"\s*(?:\n|;|&|\+|(?<=\s)and(?=\s)|(?<=\s)/(?=\s)|(?<=[^\W\d_]{2})/(?=[^\W\d_]{2})|\|)\s*", re.IGNORECASE
)
_BETWEEN_DATES = re.compile(r"\s*(?:\n|;|&|\+|\band\b|\s/\s|,\s|\|)\s*", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*(?:\(?\d{1,2}[).:]|[-*\u2022])\s*")
_POSTCODE = re.compile(r"\b([A-Za-z]{1,2}[0-9][A-Za-z0-9]?)[\s\-]{0,2}([0-9][A-Za-z]{2})\b")
_ANY_DATE = re.compile(
    r"\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)?\s+[A-Za-z]{3,9}\s+\d{2,4}"
)
_BORN = re.compile(r"\(?\b(?:dob|d\.o\.b\.?|born|b\.)(?!\w)\s*:?\s*\)?|\(\s*\)", re.IGNORECASE)
_AS_VICTIM = re.compile(
    r"^(?:as above|same(?: as (?:above|victim|vic|client))?|as victim|as vic|same address|ditto|with victim|\"|a/a|s/a)\.?$",
    re.I,
)
_NO_ADDRESS = re.compile(
    r"^(?:nfa|no fixed (?:abode|address)|hmp\b.*|prison|in custody|remand.*|homeless|sofa surfing|hostel|unknown|n/?k|not known|\?+|-|tbc|unk)\.?$",
    re.I,
)


class Places(NamedTuple):
    """An address apart from its postcode; `remark` for what stands in place of one ("as above", NFA, HMP)."""

    address: str
    postcode: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Child:
    """A child named in the sheet; the birth date where one is given."""

    name: str
    birth: datetime.date | None = None


class Children(NamedTuple):
    """The children of a row: those named, and how many there are (None where the sheet does not say)."""

    named: tuple[Child, ...]
    count: int | None


def yes_no(text: str) -> str:
    """ "yes", "no" or "" (cannot be told) from ticks, letters and words; a remark after them is left to the caller."""
    words = re.split(r"[\s,;:(]+", text.casefold().strip(), maxsplit=1)
    first = words[0].rstrip(".!") if words else ""
    if first in _YES:
        return YES
    return NO if first in _NO else ""


def births_in(text: str) -> list[str]:
    """The dates that stand in a cell of names, in order."""
    return [found.group() for found in _ANY_DATE.finditer(text)]


def people(text: str) -> tuple[Name, ...]:
    """The people named in one cell: parted by lines, ";", "&", "and" or "/"; "John & Peter Smith" share the surname.

    Birth dates beside the names are left out; `births_in` reads them.
    """
    text = _BORN.sub(" ", _ANY_DATE.sub(" ", text))
    if names.is_unknown(text):
        return ()
    parts = [_NUMBERED.sub("", part) for part in _BETWEEN_PEOPLE.split(text) if part and part.strip()]
    found = [names.parse_name(part) for part in parts]
    return tuple(_share_surname(one, found) for one in found if not one.empty)


def _share_surname(one: Name, among: list[Name]) -> Name:
    if one.forenames or len(among) < 2:
        return one
    last = among[-1]
    if last is one or not last.surname or not last.forenames:
        return one
    return Name(one.surname, last.surname, certain=False)


def people_in_parts(surname: str, forename: str) -> tuple[Name, ...]:
    """The people of a surname column and a forename column, several in the order written."""
    last = _parts(surname)
    first = _parts(forename)
    if len(last) < 2 and len(first) < 2:
        one = Name(names.clean_part(forename), names.clean_part(surname))
        return () if one.empty else (one,)
    wide = max(len(last), len(first))
    last, first = _widened(last, wide), _widened(first, wide)
    made = (Name(names.clean_part(two), names.clean_part(one)) for one, two in zip(last, first, strict=True))
    return tuple(one for one in made if not one.empty)


def _parts(text: str) -> list[str]:
    return [text] if names.is_unknown(text) else [part for part in _BETWEEN_PEOPLE.split(text) if part and part.strip()]


def _widened(parts: list[str], wide: int) -> list[str]:
    filler = parts[-1] if len(parts) == 1 else ""
    return parts + [filler] * (wide - len(parts))


def birth_dates(value: object, text: str, reference: datetime.date, count: int) -> list[DateReading]:
    """One reading for each of `count` people from a cell that holds one date or several in the same order."""
    whole = birth_date(value, reference)
    if count < 2 or not isinstance(value, str):
        return [whole]
    parts = [part for part in _BETWEEN_DATES.split(text) if part.strip()]
    if len(parts) < 2:
        return [whole]
    return [birth_date(part, reference) for part in parts]


def birth_date(value: object, reference: datetime.date) -> DateReading:
    """A birth date or age as at `reference`; two digits of a year mean somebody of ten years or more."""
    return parse_date(
        value,
        earliest=datetime.date(1900, 1, 1),
        latest=reference,
        reference=reference,
        pivot=reference - datetime.timedelta(days=3650),
    )


def place(text: str) -> Places:
    """An address and its postcode from one cell."""
    line = "\n".join(squeeze(part) for part in text.split("\n") if part.strip())
    if not line:
        return Places("", "")
    if _AS_VICTIM.fullmatch(line):
        return Places("", "", "as victim")
    if _NO_ADDRESS.fullmatch(line):
        return Places("", "", line)
    found = list(_POSTCODE.finditer(line))
    if not found:
        return Places(line.strip(" ,"), "")
    last = found[-1]
    rest = (line[: last.start()] + line[last.end() :]).strip(" ,\n")
    return Places(re.sub(r"\s*,\s*,\s*", ", ", rest), fold_postcode(last.group()))


def score(text: str) -> int | None:
    """The number of ticks from "14", "9/24", "15 + PJ", "VHR (16)"; None where there is none between 0 and 24."""
    found = re.search(r"\d{1,3}", text)
    return int(found.group()) if found and int(found.group()) <= 24 else None


_CRITERIA = (
    ("professional_judgement", r"\bpj\b|prof(?:essional|\.)?\s*jud?ge?ment|judge?ment|prof\.?\s*j|serious concern"),
    ("visible_high_risk", r"\bvhr\b|high\s*risk|visible|\b1[4-9]\s*\+|ticks|score|dash\b|\bric\b"),
    ("potential_escalation", r"escalat|call\s*-?outs?|callouts|incidents?|increas|frequency|3\s*(?:in|calls|reports)"),
    ("marac_repeat", r"\brepeat|\brpt\b|marac before|previous marac"),
)


def criteria(text: str, score_text: str = "") -> tuple[str, ...]:
    """Codes of the referral criteria that a cell names, in their usual order; "15 + PJ" in the score counts too."""
    both = text.casefold()
    found = [code for code, pattern in _CRITERIA if re.search(pattern, both)]
    if re.search(r"\bpj\b", score_text.casefold()) and "professional_judgement" not in found:
        found.insert(0, "professional_judgement")
    return tuple(found)


def children(text: str, reference: datetime.date) -> Children:
    """The children of a cell: a number, "none", or a line for each with name and birth date."""
    bare = text.strip().casefold()
    if not bare or bare in names.UNKNOWN - {"none", "-"} or bare == "not known":
        return Children((), None)
    if re.fullmatch(r"\d{1,2}(?:\s*(?:x\s*)?(?:child(?:ren)?|kids))?", bare):
        return Children((), int(re.match(r"\d+", bare).group()))
    if bare in ("none", "no", "nil", "-", "n", "no children"):
        return Children((), 0)
    lines = [part for part in re.split(r"\n|;|\s&\s", text) if part.strip()]
    named = tuple(_child(line, reference) for line in lines)
    return Children(named, len(named))


def _child(line: str, reference: datetime.date) -> Child:
    found = _ANY_DATE.search(line)
    if not found:
        return Child(squeeze(line).strip(" ,-()"))
    birth = parse_date(
        found.group(), earliest=datetime.date(1950, 1, 1), latest=reference + datetime.timedelta(days=300)
    )
    name = squeeze(line[: found.start()] + " " + line[found.end() :])
    return Child(re.sub(r"\b(?:dob|d\.o\.b\.?|born)\b:?", "", name, flags=re.I).strip(" ,-():"), birth.date)


def consent(text: str) -> str:
    """ "given", "refused", "not_sought", or "not_recorded" where the sheet does not say."""
    if re.search(r"\bnot\s+(?:yet\s+)?(?:sought|asked|obtained)\b|unable|without consent", text, re.IGNORECASE):
        return "not_sought"
    return {YES: "given", NO: "refused"}.get(yes_no(text), "not_recorded")


def awareness(text: str) -> str:
    """ "yes", "no", or "not_recorded" where the sheet does not say; a dash is no answer."""
    return (yes_no(text) if any(sign.isalnum() or sign in "✓✔✗✘" for sign in text) else "") or "not_recorded"


def gender(text: str) -> str:
    """ "female", "male" or the text itself in small letters."""
    bare = text.strip().casefold().rstrip(".")
    if bare in ("f", "female", "woman", "w", "girl"):
        return "female"
    return "male" if bare in ("m", "male", "man", "boy") else bare
