"""People in a referral or case: adding, and copying from a referral into the case it becomes."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from audit.recorder import current_recording
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.matching.tokens import tokens_of
from casework.matching.words import keys_of, words_of
from casework.models import Case, Party, PartyAddress, PartyToken, PartyWord, Referral, SafeAddress, SafeContact


class OpenPlace(NamedTuple):
    """An address that need not be hidden. `added_at` is kept by a copy."""

    kind: str
    lines: str
    postcode: str
    added_at: datetime | None = None


class HiddenPlace(NamedTuple):
    """A safe address. Without `safe_until` it counts as not confirmed; whether it is shared with the alleged perpetrator, as not known."""

    kind: str
    text: str
    shared: str = SafeAddress.Shared.UNKNOWN
    safe_until: date | None = None
    confirmed_on: date | None = None
    confirmed_by_id: int | None = None
    added_at: datetime | None = None
    confirmed_at: datetime | None = None


class Way(NamedTuple):
    """A channel to somebody. `safe="yes"` without `safe_until` counts as not confirmed."""

    channel: str
    value: str
    safe: str
    times: str
    safe_until: date | None = None
    confirmed_on: date | None = None
    confirmed_by_id: int | None = None


@dataclass
class PartyDetails:
    """What is known of one person. `addresses` are as `OpenPlace`, `safe_addresses` as `HiddenPlace`, `safe_contacts` as `Way`;
    plain tuples of their first members do."""

    role: str
    family_name: str = ""
    given_names: str = ""
    other_names: str = ""
    born_on: date | None = None
    born_text: str = ""
    gender: str = ""
    ethnicity: str = ""
    relationship: str = ""
    needs: str = ""
    addresses: list[tuple] = field(default_factory=list)
    safe_addresses: list[tuple] = field(default_factory=list)
    safe_contacts: list[tuple] = field(default_factory=list)


PLAIN = (
    "role",
    "family_name",
    "given_names",
    "other_names",
    "born_on",
    "born_text",
    "gender",
    "ethnicity",
    "relationship",
    "needs",
)


def add_party(
    details: PartyDetails, *, case: Case | None = None, referral: Referral | None = None, person_id: int | None = None
) -> Party:
    """Write one person with addresses and contacts. A step of a command: called inside its recording."""
    where = {"case": case, "referral": referral}
    party = Party(**where, person_id=person_id, **{name: getattr(details, name) for name in PLAIN})
    party.save()
    _add_places(details, party)
    _learn_words(party)
    _write_tokens(party)
    return party


def _add_places(details: PartyDetails, party: Party) -> None:
    for entry in details.addresses:
        add_open_place(party, OpenPlace(*entry))
    for entry in details.safe_addresses:
        add_hidden_place(party, HiddenPlace(*entry))
    for entry in details.safe_contacts:
        add_way(party, Way(*entry))


def _of(party: Party) -> dict:
    return {"case_id": party.case_id, "referral_id": party.referral_id, "party": party}


def add_open_place(party: Party, place: OpenPlace) -> PartyAddress:
    """Write one open address. A step of a command. Post to an older address waits until that is confirmed again."""
    kind, lines, postcode, added_at = place
    address = PartyAddress(**_of(party), kind=kind, lines=lines, postcode=postcode, added_at=added_at or timezone.now())
    address.save()
    return address


def add_hidden_place(party: Party, place: HiddenPlace) -> SafeAddress:
    """Write one safe address. A step of a command. What has no confirmation of its own is confirmed by who writes it, today."""
    values = place._asdict()
    text, added_at = values.pop("text"), values.pop("added_at") or timezone.now()
    if place.safe_until and not place.confirmed_on:
        values |= confirmed_now() | {"confirmed_at": added_at}
    address = SafeAddress(**_of(party), **values, added_at=added_at)
    address.hide(text)
    address.save()
    return address


def add_way(party: Party, way: Way) -> SafeContact:
    """Write one channel. A step of a command; confirmed as `add_hidden_place` does."""
    values = way._asdict()
    value = values.pop("value")
    if way.safe == SafeContact.Safe.YES and way.safe_until and not way.confirmed_on:
        values |= confirmed_now()
    contact = SafeContact(**_of(party), **values)
    contact.hide(value)
    contact.save()
    return contact


def confirmed_now() -> dict:
    """Who confirms, and when, from the recording that is open."""
    actor = current_recording().by
    return {
        "confirmed_on": timezone.localdate(),
        "confirmed_by_id": actor.actor_id if actor.actor_kind == "person" else None,
    }


def _learn_words(party: Party) -> None:
    for word in words_of(party.given_names, party.family_name, party.other_names):
        PartyWord(
            case_id=party.case_id, referral_id=party.referral_id, party=party, word=word[:80], keys=keys_of(word[:80])
        ).save()


def _write_tokens(party: Party) -> None:
    for token in tokens_of(party.family_name, party.given_names, party.born_on):
        PartyToken(case_id=party.case_id, referral_id=party.referral_id, party=party, token=token).save()


def details_of(by: Viewer, party: Party) -> PartyDetails:
    """What is recorded of a person, addresses and contacts included, decrypted: to be written elsewhere in the same command."""
    details = PartyDetails(**{name: getattr(party, name) for name in PLAIN})
    details.addresses = [
        OpenPlace(a.kind, a.lines, a.postcode, a.added_at)
        for a in visible(by, PartyAddress).filter(party=party).order_by("pk")
    ]
    details.safe_addresses = [
        HiddenPlace(
            a.kind, a.reveal(), a.shared, a.safe_until, a.confirmed_on, a.confirmed_by_id, a.added_at, a.confirmed_at
        )
        for a in visible(by, SafeAddress).filter(party=party).order_by("pk")
    ]
    details.safe_contacts = [
        Way(c.channel, c.reveal(), c.safe, c.times, c.safe_until, c.confirmed_on, c.confirmed_by_id)
        for c in visible(by, SafeContact).filter(party=party).order_by("pk")
    ]
    return details


def copy_parties(by: Viewer, referral: Referral, case: Case) -> list[Party]:
    """Copy a referral's people into its case, ciphertext decrypted and bound anew. The copies point to the same anchors."""
    parties = visible(by, Party).filter(referral=referral).order_by("pk")
    return [add_party(details_of(by, party), case=case, person_id=party.person_id) for party in parties]


def add_addresses(by: Viewer, details: PartyDetails, party: Party) -> None:
    """Add those addresses and contacts to a person that she has not got yet. A step of a command.

    They count as added now, so post to what was confirmed before waits. A channel that is known already is told the news.
    """
    known = details_of(by, party)
    fresh = PartyDetails(role=party.role)
    known_open = {place[:3] for place in known.addresses}
    fresh.addresses = [entry[:3] for entry in details.addresses if tuple(entry[:3]) not in known_open]
    fresh.safe_addresses = [
        place._replace(added_at=None)
        for place in (HiddenPlace(*entry) for entry in details.safe_addresses)
        if not any(_says_as_much(old, place) for old in known.safe_addresses)
    ]
    for way in (Way(*entry) for entry in details.safe_contacts):
        if not _tell_known(by, party, way):
            fresh.safe_contacts.append(way)
    _add_places(fresh, party)


def _says_as_much(old: HiddenPlace, new: HiddenPlace) -> bool:
    same = (old.kind, old.text) == (new.kind, new.text)
    return same and (not new.safe_until or (old.safe_until or date.min) >= new.safe_until)


def _tell_known(by: Viewer, party: Party, way: Way) -> bool:
    """Whether the person has this channel. “Not safe” is believed at once, a later date too, anything else changes nothing."""
    rows = visible(by, SafeContact).filter(party=party, channel=way.channel).order_by("pk")
    row = next((row for row in rows if row.reveal() == way.value), None)
    if row is None:
        return False
    longer = (way.safe_until or date.min) > (row.safe_until or date.min)
    fresher = (way.confirmed_on or date.max) >= (row.confirmed_on or date.min)
    later = way.safe == SafeContact.Safe.YES and longer and fresher
    if way.safe == SafeContact.Safe.NO or later:
        confirmed = {"confirmed_on": way.confirmed_on, "confirmed_by_id": way.confirmed_by_id}
        news = {"safe": way.safe, "times": way.times or row.times, "safe_until": way.safe_until if later else None}
        for name, value in (news | (confirmed if way.confirmed_on else confirmed_now())).items():
            setattr(row, name, value)
        row.save()
    return True
