"""People in a referral or case: adding, and copying from a referral into the case it becomes."""

from dataclasses import dataclass, field
from datetime import date

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.matching.tokens import tokens_of
from casework.matching.words import keys_of, words_of
from casework.models import Case, Party, PartyAddress, PartyToken, PartyWord, Referral, SafeAddress, SafeContact


@dataclass
class PartyDetails:
    """What is known of one person. `addresses` are (kind, lines, postcode); `safe_addresses` (kind, text);
    `safe_contacts` (channel, value, safe, times)."""

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
    addresses: list[tuple[str, str, str]] = field(default_factory=list)
    safe_addresses: list[tuple[str, str]] = field(default_factory=list)
    safe_contacts: list[tuple[str, str, str, str]] = field(default_factory=list)


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
    where = {"case_id": party.case_id, "referral_id": party.referral_id}
    for kind, lines, postcode in details.addresses:
        PartyAddress(**where, party=party, kind=kind, lines=lines, postcode=postcode).save()
    for kind, text in details.safe_addresses:
        address = SafeAddress(**where, party=party, kind=kind)
        address.hide(text)
        address.save()
    for channel, value, safe, times in details.safe_contacts:
        contact = SafeContact(**where, party=party, channel=channel, safe=safe, times=times)
        contact.hide(value)
        contact.save()


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
        (a.kind, a.lines, a.postcode) for a in visible(by, PartyAddress).filter(party=party).order_by("pk")
    ]
    details.safe_addresses = [(a.kind, a.reveal()) for a in visible(by, SafeAddress).filter(party=party).order_by("pk")]
    details.safe_contacts = [
        (c.channel, c.reveal(), c.safe, c.times) for c in visible(by, SafeContact).filter(party=party).order_by("pk")
    ]
    return details


def copy_parties(by: Viewer, referral: Referral, case: Case) -> list[Party]:
    """Copy a referral's people into its case, ciphertext decrypted and bound anew. The copies point to the same anchors."""
    parties = visible(by, Party).filter(referral=referral).order_by("pk")
    return [add_party(details_of(by, party), case=case, person_id=party.person_id) for party in parties]


def add_addresses(by: Viewer, details: PartyDetails, party: Party) -> None:
    """Add those addresses and contacts to a person that she has not got yet. A step of a command."""
    known = details_of(by, party)
    fresh = PartyDetails(role=party.role)
    for name in ("addresses", "safe_addresses", "safe_contacts"):
        setattr(fresh, name, [entry for entry in getattr(details, name) if entry not in getattr(known, name)])
    _add_places(fresh, party)
