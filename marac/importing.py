"""An import of a coordinator's workbook from the file to the proposals, with the panel's own referrals taking part. Writes nothing."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from django.db.models import Q
from django.utils import timezone

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
from casework.models import Case, ImportBatch, Panel, Party, PartyAddress, PartyRole, Referral
from casework.models import RepeatRule as StoredRule
from casework.panels.importing import ImportLine
from marac.fields import FIELDS, REQUIRED, VOCABULARY
from marac.imports import ParsedRow, parse_sheet, referral_record
from marac.readings import birth_date
from marac.report import import_line

NOT_COUNTED = (Referral.Status.WITHDRAWN, Referral.Status.DUPLICATE, Referral.Status.IMPORT_ENDED)


@dataclass(frozen=True)
class CheckedImport:
    """What an import would do: the mapping used, every row, the records that were matched, and the proposals by key.

    Keys are sheet rows (int) and references (str) of what the panel has: referrals, and cases without one. `shown` gives for
    such a reference the one that a coordinator knows: the case's where there is one; `places` says ("referral", key) or
    ("case", key).
    """

    mapping: Mapping
    rows: tuple[ParsedRow, ...]
    records: tuple[ReferralRecord, ...]
    proposals: Proposals
    shown: dict[str, str]
    places: dict[str, tuple[str, int]] = field(default_factory=dict)

    @cached_property
    def lines(self) -> list[ImportLine]:
        """What would be done with each row, in the order of the sheet."""
        return [import_line(row, self.proposals.by_key.get(row.sheet_row), self.shown) for row in self.rows]

    @cached_property
    def by_row(self) -> dict[int, ParsedRow]:
        """The rows by their number in the sheet."""
        return {row.sheet_row: row for row in self.rows}


def choose_mapping(sheets, *, sheet: str = "", given: dict | None = None) -> Mapping:
    """The mapping given as JSON applied to the workbook, else the one proposed. Raises `MappingInvalid`."""
    mapping = resolve(given, sheets, FIELDS, row_headers) if given else propose(sheets, FIELDS, VOCABULARY, sheet=sheet)
    problems = check(mapping, REQUIRED)
    if problems:
        raise MappingInvalid(problems)
    return mapping


def check_workbook(
    *,
    by: Viewer,
    panel: Panel,
    workbook: Path | bytes,
    today: date,
    sheet: str = "",
    given: dict | None = None,
    batch: ImportBatch | None = None,
) -> CheckedImport:
    """Read a workbook and propose what repeats what; referrals that `batch` itself has made take no part. Raises `WorkbookRefused` and `MappingInvalid`, in words for the user."""
    sheets = read_sheets(workbook)
    mapping = choose_mapping(sheets, sheet=sheet, given=given)
    rows = tuple(parse_sheet(find_sheet(sheets, mapping.sheet), mapping, today=today))
    known = existing_records(by=by, panel=panel, batch=batch)
    records = (*known.records, *(record for record in map(referral_record, rows) if record))
    return CheckedImport(
        mapping, rows, records, propose_repeats(records, repeat_rule(panel, today)), known.shown, known.places
    )


def repeat_rule(panel: Panel, today: date) -> RepeatRule:
    """The rule in force for the panel, its own before its kind's; the current national one where none is on record."""
    in_force = Q(in_force_from=None) | Q(in_force_from__lte=today)
    not_ended = Q(in_force_to=None) | Q(in_force_to__gte=today)
    found = StoredRule.objects.filter(in_force, not_ended, panel_kind=panel.kind).filter(Q(panel=None) | Q(panel=panel))
    stored = max(
        found, key=lambda rule: (rule.panel_id is not None, rule.in_force_from or date.min, rule.pk), default=None
    )
    return RepeatRule(stored.months, stored.anchor) if stored else RepeatRule()


@dataclass
class Known:
    """What the panel has already, as matching sees it; `shown` and `places` as in CheckedImport."""

    records: list[ReferralRecord] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add(self, where: str, pk: int, record: ReferralRecord | None, shown: str) -> None:
        if record:
            self.records.append(record)
            self.shown[record.key] = shown
            self.places[record.key] = (where, pk)


def existing_records(*, by: Viewer, panel: Panel, batch: ImportBatch | None = None) -> Known:
    """The panel's referrals that count, and its cases that no referral speaks for."""
    known = Known()
    referrals = visible(by, Referral).filter(panel=panel).exclude(status__in=NOT_COUNTED).select_related("case")
    if batch is not None:
        referrals = referrals.exclude(import_row__batch=batch)
    people, homes = _people(by, "referral", panel)
    for one in referrals:
        record = _record(one.reference, one.referred_on, people[one.pk], homes)
        known.add("referral", one.pk, record, one.case.reference if one.case else one.reference)
    spoken_for = visible(by, Referral).filter(panel=panel, case__isnull=False).values("case_id")
    people, homes = _people(by, "case", panel)
    for case in visible(by, Case).filter(panel=panel).exclude(pk__in=spoken_for):
        day = case.last_referred_on or timezone.localdate(case.opened_at)
        known.add("case", case.pk, _record(case.reference, day, people[case.pk], homes), case.reference)
    return known


def _people(by: Viewer, where: str, panel: Panel) -> tuple[dict[int, list[Party]], dict[int, PartyAddress]]:
    """The people of a panel's referrals or cases, and where each lives."""
    people: dict[int, list[Party]] = defaultdict(list)
    for party in visible(by, Party).filter(**{f"{where}__panel": panel}).order_by("pk"):
        people[getattr(party, f"{where}_id")].append(party)
    found = visible(by, PartyAddress).filter(**{f"{where}__panel": panel}, kind=PartyAddress.Kind.HOME)
    return people, {address.party_id: address for address in found.order_by("pk")}


def _record(key: str, day: date, parties: list[Party], homes: dict[int, PartyAddress]) -> ReferralRecord | None:
    victims = [party for party in parties if party.role == PartyRole.VICTIM]
    if not victims:
        return None
    others = [party for party in parties if party.role == PartyRole.ALLEGED_PERPETRATOR]
    return ReferralRecord(
        key=key,
        date=day,
        victim=_person(victims[0], homes, day),
        perpetrators=tuple(_person(party, homes, day) for party in others),
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
