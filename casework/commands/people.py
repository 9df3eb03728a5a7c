"""Who is the same person: anchors set by an accepted match, and people brought into a case that goes on."""

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.parties import add_addresses, add_party, details_of
from casework.commands.queue import queue
from casework.matching.names import fold
from casework.models import Case, MatchProposal, Party, Person, Referral


def link_people(by: Viewer, matches: list[MatchProposal]) -> None:
    """Let the parties of accepted matches point to one anchor each. A step of a command; nothing of them is merged.

    The earlier record's copy in a case gets the same anchor. Undone by pointing a party elsewhere: its history keeps both.
    """
    pairs = sorted({(e["party"], e["earlier_party"]) for match in matches for e in match.evidence})
    rows = visible(by, Party).filter(pk__in={pk for pair in pairs for pk in pair}).select_related("person")
    parties = {party.pk: party for party in rows}
    referrals = visible(by, Referral).filter(pk__in={p.referral_id for p in parties.values()}, case__isnull=False)
    cases = dict(referrals.values_list("pk", "case_id"))
    for one, other in pairs:
        if one in parties and other in parties:
            _join(by, parties[other], parties[one], cases)


def _join(by: Viewer, earlier: Party, new: Party, cases: dict[int, int]) -> None:
    anchor = earlier.person or new.person or _anchor()
    for party in (earlier, new, *_copies(by, earlier, cases)):
        if party.person_id != anchor.pk:
            party.person = anchor
            party.save()


def _anchor() -> Person:
    person = Person()
    person.save()
    return person


def _copies(by: Viewer, party: Party, cases: dict[int, int]) -> list[Party]:
    """The same mention in the case that its referral became; `cases` gives the case of each referral that has one."""
    if party.referral_id not in cases:
        return []
    found = visible(by, Party).filter(case_id=cases[party.referral_id], role=party.role, person=None)
    return [copy for copy in found if _called_alike(copy, party)]


def _called_alike(one: Party, other: Party) -> bool:
    return (fold(one.name), one.born_on) == (fold(other.name), other.born_on)


def add_people_to_case(by: Viewer, referral: Referral, case: Case) -> None:
    """Bring a repeat's people into the case that goes on: who is there already gets the new addresses and contacts only."""
    there = list(visible(by, Party).filter(case=case).order_by("pk"))
    for party in visible(by, Party).filter(referral=referral).order_by("pk"):
        same = next((one for one in there if one.role == party.role and _is(one, party)), None)
        details = details_of(by, party)
        if same is None:
            add_party(details, case=case, person_id=party.person_id)
        else:
            add_addresses(by, details, same)
    queue("elsewhere.compare", by=by, case_id=case.pk)


def _is(one: Party, other: Party) -> bool:
    return (one.person_id is not None and one.person_id == other.person_id) or _called_alike(one, other)
