"""The repeat and identity check: unattended, over the panel's earlier records, handing back scores and evidence, never texts.

It runs as a system actor over the alias `system`, whose role reads referrals, parties and addresses of all cases and writes
proposals only. Cost grows with the candidates: they are found by words of names, birth date and postcode.
"""

import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date

from django.db import connections
from django.db.models import Q
from django.utils import timezone

from audit import event_types
from audit.actors import SystemActor
from audit.recorder import recording
from casework.matching import repeats
from casework.matching.earlier import Found, look_back
from casework.matching.link import ReferralRecord
from casework.matching.names import Name, parse_name, splits
from casework.matching.persons import APPROXIMATE, DAY, Birth, PersonRecord, person_record
from casework.matching.words import keys_of, words_of
from casework.models import Case, MatchProposal, Panel, Party, PartyAddress, PartyRole, PartyWord, Referral, RepeatRule

event_types.register(referral_checked="checked the referral against earlier ones")
SYSTEM = "system"
MOST_CANDIDATES = 300
MOST_HITS = 20_000
COMPARED_ROLES = (PartyRole.VICTIM, PartyRole.ALLEGED_PERPETRATOR)
OUT_OF_IT = (Referral.Status.WITHDRAWN, Referral.Status.IMPORT_ENDED, Referral.Status.DUPLICATE)
Key = tuple[str, int]


def _rows(model):
    return model._default_manager.using(SYSTEM).scoped()


def check_referral(*, referral_id: int, asked_by_id: int | None) -> int:
    """Propose what the referral may repeat or continue inside its panel; the number of new proposals.

    Runs again safely: a record that was proposed before is not proposed twice. 0 for a referral that is not there.
    """
    referral = _rows(Referral).filter(pk=referral_id).first()
    if referral is None:
        return 0
    panel = Panel.objects.using(SYSTEM).get(pk=referral.panel_id)
    by = SystemActor("matching", asked_by_id=asked_by_id, partnership_id=panel.partnership_id)
    with recording(by=by, event="referral.checked", subject=f"referral {referral.reference}", using=SYSTEM) as record:
        referral = _rows(Referral).select_for_update().get(pk=referral_id)
        made = _propose(referral, panel)
        referral.checked_at = timezone.now()
        referral.save(update_fields=["checked_at", "version"])
        record.details = {"proposed": made}
    return made


def rule_for(panel: Panel, on: date) -> RepeatRule | None:
    """The repeat rule in force for a panel on a day: its own before its kind's, the latest before earlier ones."""
    rules = RepeatRule.objects.using(SYSTEM).filter(Q(panel=panel) | Q(panel=None), panel_kind=panel.kind)
    rules = [rule for rule in rules if (rule.in_force_from or date.min) <= on <= (rule.in_force_to or date.max)]
    return max(rules, key=lambda rule: (rule.panel_id is not None, rule.in_force_from or date.min), default=None)


def _propose(referral: Referral, panel: Panel) -> int:
    rule = rule_for(panel, referral.referred_on)
    if rule is None:
        return 0
    people = _people(Q(referral_id=referral.pk))
    new, numbers = _record(("referral", referral.pk), referral.referred_on, people[("referral", referral.pk)])
    if new is None:
        return 0
    earlier, earlier_numbers = _earlier(referral, people[("referral", referral.pk)])
    found = look_back(
        new, earlier, repeats.RepeatRule(rule.months, rule.anchor), same_perpetrator=rule.same_perpetrator
    )
    known = set(
        _rows(MatchProposal).filter(referral=referral).values_list("earlier_referral_id", "earlier_case_id", "kind")
    )
    return sum(_write(referral, one, numbers, earlier_numbers[one.earlier], known) for one in found)


def _write(referral: Referral, found: Found, numbers: dict, earlier_numbers: dict, known: set) -> int:
    where, pk = found.earlier
    columns = {
        "earlier_referral_id": pk if where == "referral" else None,
        "earlier_case_id": pk if where == "case" else None,
    }
    if (columns["earlier_referral_id"], columns["earlier_case_id"], found.kind) in known:
        return 0
    evidence = [
        {
            "who": piece.who, "feature": piece.feature, "level": piece.level, "weight": round(piece.weight, 1),
            "party": numbers[piece.who, piece.number], "earlier_party": earlier_numbers[piece.who, piece.earlier_number],
        }
        for piece in found.evidence
    ]  # fmt: skip
    MatchProposal(referral=referral, kind=found.kind, score=round(found.score, 4), evidence=evidence, **columns).save()
    return 1


def _people(where: Q) -> dict[Key, list[Party]]:
    """Victims and alleged perpetrators by the referral or case they stand in."""
    people = defaultdict(list)
    for party in _rows(Party).filter(where, role__in=COMPARED_ROLES).order_by("pk"):
        people["referral" if party.referral_id else "case", party.referral_id or party.case_id].append(party)
    return people


def _record(
    key: Key,
    day: date,
    parties: list[Party],
    homes: dict[int, list[PartyAddress]] | None = None,
    existing: bool = False,
):
    """A referral or case as matching sees it, and the party behind each mention; (None, …) without a victim."""
    homes = _homes(parties) if homes is None else homes
    victims = [party for party in parties if party.role == PartyRole.VICTIM]
    perpetrators = [party for party in parties if party.role == PartyRole.ALLEGED_PERPETRATOR]
    if not victims:
        return None, {}
    numbers = {("victim", 0): victims[0].pk} | {("perpetrator", n): party.pk for n, party in enumerate(perpetrators)}
    people = [_person(party, homes.get(party.pk, [])) for party in (victims[0], *perpetrators)]
    return ReferralRecord(key, day, people[0], tuple(people[1:]), existing), numbers


def _homes(parties: list[Party]) -> dict[int, list[PartyAddress]]:
    homes = defaultdict(list)
    for address in _rows(PartyAddress).filter(party_id__in=[party.pk for party in parties]).order_by("pk"):
        homes[address.party_id].append(address)
    return homes


def _person(party: Party, homes: list[PartyAddress]) -> PersonRecord:
    home = homes[-1] if homes else PartyAddress()
    person = person_record(
        Name(party.given_names, party.family_name), birth=_birth(party), postcode=home.postcode, address=home.lines,
        gender=_gender(party), identity=str(party.person_id or ""),
    )  # fmt: skip
    others = [
        reading
        for name in re.split(r"[;,\n]", party.other_names)
        if name.strip()
        for reading in splits(_other(name, party))
    ]
    return replace(person, splits=tuple(dict.fromkeys((*person.splits, *others))))


def _gender(party: Party) -> str:
    """Only what can be compared; "Not known" agrees and disagrees with nobody."""
    return party.gender if party.gender[:1].casefold() in ("f", "m") else ""


def _other(name: str, party: Party) -> Name:
    """Another name: a single word goes with the given names that are known."""
    found = parse_name(name)
    return found if found.forenames else Name(party.given_names, found.surname, certain=True)


def _birth(party: Party) -> Birth:
    if party.born_on:
        return Birth(party.born_on, DAY)
    year = re.search(r"\b(19|20)\d\d\b", party.born_text)
    return Birth(date(int(year[0]), 7, 1), APPROXIMATE) if year else Birth()


def _earlier(referral: Referral, parties: list[Party]) -> tuple[list[ReferralRecord], dict[Key, dict]]:
    """Earlier records of the panel that share a name, birth date or postcode; the most alike first, at most 300."""
    hits = _hits(referral, parties)
    keys = [key for key, _ in hits.most_common(MOST_CANDIDATES)]
    days = _days(referral, keys)
    people = _people(
        Q(referral_id__in=[pk for where, pk in days if where == "referral"])
        | Q(case_id__in=[pk for where, pk in days if where == "case"])
    )
    homes = _homes([party for found in people.values() for party in found])
    records, numbers = [], {}
    for key, found in people.items():
        record, numbers[key] = _record(key, days[key], found, homes, existing=True)
        records += [record] if record else []
    return records, numbers


def _days(referral: Referral, keys: list[Key]) -> dict[Key, date]:
    """When each candidate was referred; what is not of this panel, withdrawn, or a case that its referrals speak for falls out."""
    days: dict[Key, date] = {}
    referrals = _rows(Referral).filter(
        pk__in=[pk for where, pk in keys if where == "referral"], panel_id=referral.panel_id
    )
    for earlier in referrals.exclude(pk=referral.pk).exclude(status__in=OUT_OF_IT):
        days["referral", earlier.pk] = earlier.referred_on
    cases = [pk for where, pk in keys if where == "case"]
    spoken_for = set(_rows(Referral).filter(case_id__in=cases).values_list("case_id", flat=True))
    for case in _rows(Case).filter(pk__in=set(cases) - spoken_for, panel_id=referral.panel_id):
        days["case", case.pk] = case.last_referred_on or case.opened_at.date()
    return days


def _hits(referral: Referral, parties: list[Party]) -> Counter[Key]:
    """How many of the new people's features each earlier record shares."""
    hits: Counter[Key] = Counter()
    homes = _homes(parties)
    for party in parties:
        same_role = Q(party__role=party.role) & ~Q(referral_id=referral.pk)
        in_panel = Q(referral__panel_id=referral.panel_id) | Q(case__panel_id=referral.panel_id)
        words = _similar_words(words_of(party.family_name, party.given_names, party.other_names))
        found = (
            _rows(PartyWord)
            .filter(same_role & in_panel, word__in=words)
            .values_list("party_id", "referral_id", "case_id", "word")
        )
        people = (
            _rows(Party)
            .filter(_born_alike(party) | _lives_alike(homes.get(party.pk, [])), role=party.role)
            .filter(in_panel)
        )
        others = people.exclude(referral_id=referral.pk).values_list("pk", "referral_id", "case_id")
        counted = {(pk, r, c, word) for pk, r, c, word in found[:MOST_HITS]} | {
            (pk, r, c, "") for pk, r, c in others[:MOST_HITS]
        }
        hits.update(("referral", r) if r else ("case", c) for _, r, c, _ in counted)
    return hits


def _born_alike(party: Party) -> Q:
    born = party.born_on
    if born is None:
        return Q(pk__in=[])
    swapped = [born.replace(day=born.month, month=born.day)] if born.day <= 12 else []
    return Q(born_on__in=[born, *swapped])


def _lives_alike(homes: list[PartyAddress]) -> Q:
    postcodes = [home.postcode for home in homes if home.postcode]
    return (
        Q(pk__in=_rows(PartyAddress).filter(postcode__in=postcodes).values("party_id")) if postcodes else Q(pk__in=[])
    )


def _similar_words(words: list[str]) -> list[str]:
    """The words themselves, and those of the dictionary that look or sound like them."""
    found = set(words)
    with connections[SYSTEM].cursor() as cursor:
        for word in words:
            keys = keys_of(word)
            cursor.execute("SELECT * FROM similar_words(%s, %s)", [keys, max(3, len(keys) * 2 // 5)])
            found.update(row[0] for row in cursor.fetchall())
    return sorted(found)
