"""An import of a coordinator's workbook from the file to the proposals, with the panel's own referrals taking part. Writes nothing."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db.models import Q

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.imports.headers import row_headers
from casework.imports.mapping import Mapping, MappingInvalid, check, find_sheet, resolve
from casework.imports.propose import propose
from casework.imports.workbook import read_sheets
from casework.matching.link import ReferralRecord
from casework.matching.names import Name
from casework.matching.persons import APPROXIMATE, DAY, Birth, PersonRecord, person_record
from casework.matching.proposals import Proposals
from casework.matching.proposals import propose as propose_repeats
from casework.matching.repeats import RepeatRule
from casework.models import Panel, Party, PartyAddress, PartyRole, Referral
from casework.models import RepeatRule as StoredRule
from marac.fields import FIELDS, REQUIRED, VOCABULARY
from marac.imports import ParsedRow, parse_sheet, referral_record
from marac.readings import birth_date

NOT_COUNTED = (Referral.Status.WITHDRAWN, Referral.Status.DUPLICATE, Referral.Status.IMPORT_ENDED)


@dataclass(frozen=True)
class CheckedImport:
    """What an import would do: the mapping used, every row, the records that were matched, and the proposals by key.

    Keys are sheet rows (int) and references (str) of referrals that the panel has; `shown` gives for such a reference the
    one that a coordinator knows: the case's where there is one.
    """

    mapping: Mapping
    rows: tuple[ParsedRow, ...]
    records: tuple[ReferralRecord, ...]
    proposals: Proposals
    shown: dict[str, str]


def choose_mapping(sheets, *, sheet: str = "", given: dict | None = None) -> Mapping:
    """The mapping given as JSON applied to the workbook, else the one proposed. Raises `MappingInvalid`."""
    mapping = resolve(given, sheets, FIELDS, row_headers) if given else propose(sheets, FIELDS, VOCABULARY, sheet=sheet)
    problems = check(mapping, REQUIRED)
    if problems:
        raise MappingInvalid(problems)
    return mapping


def check_workbook(
    *, by: Viewer, panel: Panel, path: Path, today: date, sheet: str = "", given: dict | None = None
) -> CheckedImport:
    """Read a workbook and propose what repeats what. Raises `WorkbookRefused` and `MappingInvalid`, in words for the user."""
    sheets = read_sheets(path)
    mapping = choose_mapping(sheets, sheet=sheet, given=given)
    rows = tuple(parse_sheet(find_sheet(sheets, mapping.sheet), mapping, today=today))
    existing, shown = existing_referrals(by=by, panel=panel)
    records = (*existing, *(record for record in map(referral_record, rows) if record))
    return CheckedImport(mapping, rows, records, propose_repeats(records, repeat_rule(panel, today)), shown)


def repeat_rule(panel: Panel, today: date) -> RepeatRule:
    """The rule in force for the panel, its own before its kind's; the current national one where none is on record."""
    in_force = Q(in_force_from=None) | Q(in_force_from__lte=today)
    not_ended = Q(in_force_to=None) | Q(in_force_to__gte=today)
    found = StoredRule.objects.filter(in_force, not_ended, panel_kind=panel.kind).filter(Q(panel=None) | Q(panel=panel))
    stored = max(
        found, key=lambda rule: (rule.panel_id is not None, rule.in_force_from or date.min, rule.pk), default=None
    )
    return RepeatRule(stored.months, stored.anchor) if stored else RepeatRule()


def existing_referrals(*, by: Viewer, panel: Panel) -> tuple[list[ReferralRecord], dict[str, str]]:
    """The panel's referrals as matching sees them, and the reference by which each is known."""
    referrals = visible(by, Referral).filter(panel=panel).exclude(status__in=NOT_COUNTED).select_related("case")
    people: dict[int, list[Party]] = defaultdict(list)
    for party in visible(by, Party).filter(referral__in=referrals).order_by("pk"):
        people[party.referral_id].append(party)
    homes = {}
    for address in visible(by, PartyAddress).filter(referral__in=referrals, kind=PartyAddress.Kind.HOME).order_by("pk"):
        homes[address.party_id] = address
    records, shown = [], {}
    for referral in referrals:
        record = _record(referral, people[referral.pk], homes)
        if record:
            records.append(record)
            shown[referral.reference] = referral.case.reference if referral.case else referral.reference
    return records, shown


def _record(referral: Referral, parties: list[Party], homes: dict[int, PartyAddress]) -> ReferralRecord | None:
    victims = [party for party in parties if party.role == PartyRole.VICTIM]
    if not victims:
        return None
    others = [party for party in parties if party.role == PartyRole.ALLEGED_PERPETRATOR]
    return ReferralRecord(
        key=referral.reference,
        date=referral.referred_on,
        victim=_person(victims[0], homes, referral.referred_on),
        perpetrators=tuple(_person(party, homes, referral.referred_on) for party in others),
        existing=True,
    )


def _person(party: Party, homes: dict[int, PartyAddress], reference: date) -> PersonRecord:
    home = homes.get(party.pk)
    return person_record(
        Name(party.given_names, party.family_name),
        birth=_birth(party, reference),
        postcode=home.postcode if home else "",
        address=home.lines if home else "",
        gender=party.gender,
        identity=str(party.person_id or ""),
    )


def _birth(party: Party, reference: date) -> Birth:
    if party.born_on:
        return Birth(party.born_on, DAY)
    found = birth_date(party.born_text, reference)
    return Birth(found.date, APPROXIMATE if found.precision == APPROXIMATE else DAY) if found.date else Birth()
