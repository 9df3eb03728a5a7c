"""An imported row as a referral of the past, owned by the panel's office, and the matches to propose between such referrals."""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from datetime import UTC, datetime, time

from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.parties import PartyDetails, add_party
from casework.matching.compare import Feature
from casework.matching.link import Mention, ReferralRecord
from casework.matching.persons import DAY
from casework.matching.relations import CROSSED_ROLES, NEW_PERPETRATOR, relations
from casework.matching.repeats import FIRST
from casework.models import ImportRow, Panel, Party, PartyRole, Referral, SafeContact, new_reference
from casework.panels.importing import FoundMatch
from marac.importing import CheckedImport
from marac.imports import ParsedRow
from marac.imports import Party as ParsedParty
from marac.models import MaracReferral

REASON = "Imported from the coordinator's workbook."
ROLES = {"victim": PartyRole.VICTIM, "perpetrator": PartyRole.ALLEGED_PERPETRATOR}
Numbers = dict[tuple[str, int], dict[str, list[int]]]


def write_referral(panel: Panel, kept: ImportRow, row: ParsedRow) -> Referral:
    """Make the referral of one row, inside a recording: decided long ago, so nothing of it waits for anybody."""
    who = ", ".join(text for text in (row.texts.get("agency", ""), row.texts.get("referrer", "")) if text)
    referral = Referral(
        reference=new_reference(), panel=panel, referrer_text=who[:200], referred_on=row.referral_date,
        reason=row.texts.get("criteria", "")[:4000] or REASON, import_row=kept,
        status=Referral.Status.IMPORTED, submitted_at=datetime.combine(row.referral_date, time(12), UTC), checked_at=timezone.now(),
    )  # fmt: skip
    referral.save()
    for details in _people(row):
        add_party(details, referral=referral)
    MaracReferral(
        referral=referral, criteria=list(row.criteria), consent=row.consent, awareness=row.aware,
        lgbt=row.texts.get("lgbt", "")[:20], disability=row.texts.get("disability", "")[:80], imported_texts=row.texts,
    ).save()  # fmt: skip
    return referral


def _people(row: ParsedRow):
    victim = _details(row.victim, PartyRole.VICTIM, row.texts.get("victim_dob", ""))
    victim.ethnicity = row.texts.get("ethnicity", "")[:80]
    contact = row.texts.get("safe_contact", "")
    if contact:
        victim.safe_contacts = [(SafeContact.Channel.OTHER, contact, SafeContact.Safe.NOT_RECORDED, "")]
    yield victim
    for party in row.perpetrators:
        details = _details(
            party,
            PartyRole.ALLEGED_PERPETRATOR,
            row.texts.get("perpetrator_dob", "") if len(row.perpetrators) == 1 else "",
        )
        details.relationship = row.texts.get("relationship", "")[:80]
        yield details
    for child in row.children.named:
        given, _, family = child.name.rpartition(" ")
        yield PartyDetails(
            role=PartyRole.CHILD,
            given_names=(given or family)[:120],
            family_name=family[:120] if given else "",
            born_on=child.birth,
        )


def _details(party: ParsedParty, role: str, born_text: str) -> PartyDetails:
    exact = party.birth.date if party.birth.precision == DAY else None
    details = PartyDetails(
        role=role, family_name=party.name.surname[:120], given_names=party.name.forenames[:120], born_on=exact,
        born_text="" if exact else born_text[:60], gender=party.gender[:30],
    )  # fmt: skip
    if party.place.address or party.place.postcode:
        details.addresses = [("home", party.place.address[:300], party.place.postcode)]
    return details


def find_matches(by: Viewer, panel: Panel, checked: CheckedImport, made: dict[int, int]) -> Iterator[FoundMatch]:
    """What each imported referral may have to do with an earlier one: the pair again, or one of its people.

    `made` gives the key of each row's referral. Whose evidence it is says the parties' keys, never a text.
    """
    evidence = _Evidence(by, panel, checked, made)
    others = relations(checked.records, checked.proposals.linking)
    for number in made:
        proposal = checked.proposals.by_key.get(number)
        if proposal is None:
            continue
        if proposal.kind != FIRST and proposal.previous is not None:
            lines = evidence.of_pair(number, proposal.previous)
            yield FoundMatch(number, *evidence.where(proposal.previous), proposal.kind, proposal.score or 0.0, lines)
        for relation in others.get(number, ()):
            lines = evidence.of_person(relation.kind, number, relation.earlier)
            yield FoundMatch(number, *evidence.where(relation.earlier), relation.kind, relation.score, lines)


class _Evidence:
    """What agrees between two records, piece by piece, with the keys of the parties that it is about."""

    def __init__(self, by: Viewer, panel: Panel, checked: CheckedImport, made: dict[int, int]) -> None:
        self.linking = checked.proposals.linking
        self.records = {record.key: record for record in checked.records}
        self.place = checked.places | {number: ("referral", pk) for number, pk in made.items()}
        self.people: Numbers = defaultdict(lambda: defaultdict(list))
        for where in ("referral", "case"):
            rows = visible(by, Party).filter(**{f"{where}__panel": panel}, role__in=ROLES.values()).order_by("pk")
            for owner, role, pk in rows.values_list(f"{where}_id", "role", "pk"):
                self.people[where, owner][role].append(pk)

    def where(self, key: Hashable) -> tuple[int | None, int | None]:
        """Keys of the earlier referral and of the case without one; one of them is None."""
        kind, pk = self.place[key]
        return (pk, None) if kind == "referral" else (None, pk)

    def of_pair(self, number: int, earlier: Hashable) -> list[dict]:
        return self._lines("victim", "victim", number, earlier) + self._lines(
            "perpetrator", "perpetrator", number, earlier
        )

    def of_person(self, kind: str, number: int, earlier: Hashable) -> list[dict]:
        if kind != CROSSED_ROLES:
            role = "victim" if kind == NEW_PERPETRATOR else "perpetrator"
            return self._lines(role, role, number, earlier)
        return self._lines("victim", "perpetrator", number, earlier, sure=True) or self._lines(
            "perpetrator", "victim", number, earlier, sure=True
        )

    def _lines(self, role: str, earlier_role: str, number: int, earlier: Hashable, *, sure: bool = False) -> list[dict]:
        """The evidence about the two mentions that are most alike; with `sure`, only if they are taken for one person."""
        pairs = [
            (self.linking.entity[one] == self.linking.entity[other], self.linking.compared(one, other), one, other)
            for one in _mentions(self.records[number], role)
            for other in _mentions(self.records[earlier], earlier_role)
        ]
        best = max(pairs, key=lambda found: (found[0], found[1].weight), default=None)
        if best is None or (sure and not best[0]):
            return []
        party, earlier_party = self._party(best[2]), self._party(best[3])
        return [_line(role, feature, party, earlier_party) for feature in best[1].features]

    def _party(self, mention: Mention) -> int:
        return self.people[self.place[mention.key]][ROLES[mention.role]][mention.number]


def _mentions(record: ReferralRecord, role: str) -> list[Mention]:
    count = 1 if role == "victim" else len(record.perpetrators)
    return [Mention(record.key, role, number) for number in range(count)]


def _line(who: str, feature: Feature, party: int, earlier_party: int) -> dict:
    return {
        "who": who, "feature": feature.feature, "level": feature.level, "weight": round(feature.weight, 2),
        "party": party, "earlier_party": earlier_party,
    }  # fmt: skip
