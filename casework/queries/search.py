"""One search: by reference, name (misspelt too), birth date or postcode. What it finds and counts comes from the scope alone.

Names are found in two steps: the dictionary of words is asked for similar words (a database function, because nobody may
read the dictionary), then people the viewer may see are found by equality with those words. Hidden addresses are not searched.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, product

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from rapidfuzz.distance import JaroWinkler

from casework.access.scope import visible, visible_parts
from casework.access.viewer import Viewer
from casework.matching import nicknames
from casework.matching.words import keys_of, words_of
from casework.models import Case, Party, PartyAddress, PartyPair, PartyWord, Referral, normalise_reference

MOST = 50
MOST_FORMS, LIKELIEST_PAIRS = 30, 12
SHARE_OF_KEYS = 0.3
Alike = dict[str, float]  # word of the dictionary -> how much it is like the word that was typed
ALIKE, ALIKE_AND_SOUNDS = 0.88, 0.74
MONTHS = {
    name: n
    for n, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})\b", re.IGNORECASE)
_MONTH_WORD = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATES = (
    re.compile(r"\b(?P<year>\d{4})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})\b"),
    re.compile(r"\b(?P<day>\d{1,2})[-/. ](?P<month>\d{1,2})[-/. ](?P<year>\d{4}|\d{2})\b"),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-/. ]+(?P<month>{_MONTH_WORD})[-/., ]+(?P<year>\d{{4}}|\d{{2}})\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<month>{_MONTH_WORD}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}}|\d{{2}})\b", re.IGNORECASE
    ),
)


@dataclass
class Found:
    """A case or a referral that the viewer may see, with whom of it was found and in which role."""

    kind: str
    reference: str
    panel: str
    status: str
    day: date
    people: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """What a typed text asks for. Several birth dates where the century is open; days stand before months, as in the UK."""

    reference: str | None
    born: tuple[date, ...]
    postcode: str
    words: tuple[str, ...]


def understand(text: str) -> Asked:
    """Take a typed text apart."""
    reference = normalise_reference(text.strip())
    born, rest = _take_dates(text)
    postcode = _POSTCODE.search(rest)
    if postcode:
        rest = rest.replace(postcode.group(), " ")
    return Asked(reference, born, f"{postcode[1]} {postcode[2]}".upper() if postcode else "", tuple(words_of(rest)))


def _take_dates(text: str) -> tuple[tuple[date, ...], str]:
    for shape in _DATES:
        found = shape.search(text)
        days = _days(found) if found else ()
        if days:
            return days, text.replace(found.group(), " ")
    return (), text


def _days(found: re.Match) -> tuple[date, ...]:
    month = MONTHS.get(found["month"][:3].lower()) or int(found["month"])
    year = int(found["year"])
    years = (year,) if len(found["year"]) == 4 else (1900 + year, 2000 + year)
    days = []
    for one in years:
        try:
            days.append(date(one, month, int(found["day"])))
        except ValueError:
            continue
    return tuple(day for day in days if day <= timezone.localdate())


def search(viewer: Viewer, text: str) -> list[Found]:
    """What the viewer may see of what was asked for, the likeliest first, at most `MOST`."""
    asked = understand(text)
    found = _by_reference(viewer, asked.reference) if asked.reference else []
    return found or _with_people(viewer, _people(viewer, asked))[:MOST]


def _by_reference(viewer: Viewer, reference: str) -> list[Found]:
    cases = visible(viewer, Case).filter(reference=reference).select_related("panel")
    referrals = visible(viewer, Referral).filter(reference=reference).select_related("panel")
    return [_case(case) for case in cases] + [_referral(referral) for referral in referrals]


def _people(viewer: Viewer, asked: Asked) -> list[Party]:
    """Parties that fit everything that was asked for, the likeliest first."""
    if not (asked.born or asked.postcode or asked.words):
        return []
    rows = visible(viewer, Party)
    if asked.born:
        rows = rows.filter(born_on__in=asked.born)
    if asked.postcode:
        rows = rows.filter(pk__in=visible(viewer, PartyAddress).filter(postcode=asked.postcode).values("party_id"))
    if not asked.words:
        return list(rows.order_by("-pk")[: MOST * 4])
    alike = [similar(word) for word in asked.words]
    if asked.born or asked.postcode:
        few = rows.values_list("pk", flat=True)[: MOST * 20]
        return _likeliest(rows, alike, _words(viewer, alike).filter(party_id__in=list(few)), viewer)
    together = _pairs(viewer, alike) if len(alike) > 1 else []
    return _likeliest(None, alike, together or _words(viewer, alike)[: MOST * 40], viewer)


def _words(viewer: Viewer, alike: list[Alike]) -> QuerySet:
    """(party, word) of everybody who has one of the words."""
    known = {word for one in alike for word in one}
    return visible(viewer, PartyWord).filter(word__in=known).values_list("party_id", "word")


def _pairs(viewer: Viewer, alike: list[Alike]) -> list[tuple[int, str]]:
    """(party, word) of people who have two of the words, the likeliest pairs first: they are few, however common each word is."""
    pairs: dict[str, float] = {}
    for one, other in combinations([_first(words) for words in alike], 2):
        for (a, x), (b, y) in product(one, other):
            pair = " ".join(sorted((a, b)))
            pairs[pair] = max(pairs.get(pair, 0.0), x + y)
    ordered = sorted(pairs, key=lambda pair: (-pairs[pair], pair))
    found: list[tuple[int, str]] = []
    for part in (ordered[:LIKELIEST_PAIRS], ordered[LIKELIEST_PAIRS:]):
        if part and len(found) < MOST:
            for rows in visible_parts(viewer, PartyPair, pair__in=part):
                found += rows.values_list("party_id", "pair")[: MOST * 4]
    return [(party, word) for party, pair in found for word in pair.split()]


def _first(words: Alike) -> list[tuple[str, float]]:
    return sorted(words.items(), key=lambda one: (-one[1], one[0]))[:MOST_FORMS]


def _likeliest(
    rows: QuerySet | None, alike: list[Alike], found: Iterable[tuple[int, str]], viewer: Viewer
) -> list[Party]:
    """Those with the most of the words; among them the best spelt. A word may be misspelt or a short form."""
    best: dict[int, list[float]] = defaultdict(lambda: [0.0] * len(alike))
    for party_id, word in found:
        scores = best[party_id]
        for place, one in enumerate(alike):
            scores[place] = max(scores[place], one.get(word, 0.0))
    matched = {party_id: (sum(score > 0 for score in scores), sum(scores)) for party_id, scores in best.items()}
    likeliest = sorted(matched, key=lambda pk: (matched[pk], pk), reverse=True)[: MOST * 4]
    parts = visible_parts(viewer, Party, pk__in=likeliest) if rows is None else [rows.filter(pk__in=likeliest)]
    seen = {party.pk: party for part in parts for party in part}
    most = max((matched[pk][0] for pk in seen), default=0)
    return [seen[pk] for pk in likeliest if pk in seen and matched[pk][0] == most]


def similar(word: str) -> Alike:
    """Words of the dictionary that may be meant by `word`, each with its likeness from 0 to 1."""
    scores = {form: 0.95 for number in nicknames.groups(word) for form in nicknames.GROUPS[number]}
    keys = keys_of(word)
    with connection.cursor() as cursor:
        cursor.execute("SELECT similar_words(%s, %s)", [keys, max(2, int(len(keys) * SHARE_OF_KEYS))])
        near = [row[0] for row in cursor.fetchall()]
    sounds = {key for key in keys if key.startswith("~")}
    for one in near:
        likeness = JaroWinkler.normalized_similarity(word, one)
        alike = likeness >= ALIKE or (likeness >= ALIKE_AND_SOUNDS and sounds & set(keys_of(one)))
        if alike and len(word) > 2:
            scores[one] = max(scores.get(one, 0.0), likeness)
    return scores | {word: 1.0}


def _with_people(viewer: Viewer, parties: list[Party]) -> list[Found]:
    """The parties' cases and referrals, each once; a referral whose case is found too is left out."""
    cases = {
        c.pk: c
        for c in visible(viewer, Case).filter(pk__in=[p.case_id for p in parties if p.case_id]).select_related("panel")
    }
    waiting = [p.referral_id for p in parties if p.referral_id]
    found_referrals = visible(viewer, Referral).filter(pk__in=waiting).select_related("panel") if waiting else []
    referrals = {r.pk: r for r in found_referrals}
    found: dict[str, Found] = {}
    for party in parties:
        home = cases.get(party.case_id) or referrals.get(party.referral_id)
        if home is None or (isinstance(home, Referral) and home.case_id in cases):
            continue
        line = found.setdefault(home.reference, _case(home) if isinstance(home, Case) else _referral(home))
        line.people.append(f"{party.name}, {home.panel.plugin.role_label(party.role, party.finding).lower()}")
    return list(found.values())


def _case(case: Case) -> Found:
    return Found(
        "case",
        case.reference,
        case.panel.name,
        case.panel.plugin.status_label(case.status),
        timezone.localdate(case.opened_at),
    )


def _referral(referral: Referral) -> Found:
    return Found(
        "referral", referral.reference, referral.panel.name, referral.get_status_display(), referral.referred_on
    )
