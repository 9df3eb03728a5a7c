"""One row of a coordinator's sheet as a referral: what it says, what was put right, and what is in doubt.

Nothing is dropped in silence: `parse_sheet` gives a result for every row below the headings, skipped ones included.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from casework.imports.cells import CONTROL_REMOVED, clean_text, squeeze
from casework.imports.dates import CHANGED, DOUBTFUL, OK, REFUSED, DateReading, parse_date
from casework.imports.mapping import Mapping as ColumnMapping
from casework.imports.workbook import Sheet, SheetRow
from casework.matching.link import ReferralRecord
from casework.matching.names import Name
from casework.matching.persons import APPROXIMATE, DAY, UNKNOWN, Birth, person_record
from marac import readings
from marac.fields import FIELDS
from marac.readings import Children, Places

SKIPPED = "skipped"
EARLIEST_REFERRAL = datetime.date(1995, 1, 1)
LIMITS = {"victim_name": 200, "perpetrator_name": 400, "victim_address": 500, "perpetrator_address": 500}
LIMIT = 10_000
LONGEST_BLANK_RUN = 50
MOST_IN_REMARK = 6
_RANK = {OK: 0, CHANGED: 1, DOUBTFUL: 2, REFUSED: 3, SKIPPED: 4}
_LABELS = {spec.name: spec.label for spec in FIELDS}


class Note(NamedTuple):
    """Something to say about a row: how grave (a status) and in words, without the values themselves."""

    status: str
    text: str


@dataclass(frozen=True, slots=True)
class Party:
    """A person as the row has them."""

    name: Name
    birth: Birth = Birth()
    place: Places = Places("", "")
    gender: str = ""


@dataclass(slots=True)
class ParsedRow:
    """A row read. `status` is the gravest of its notes: ok, changed, doubtful, refused or skipped."""

    sheet_row: int
    notes: list[Note] = field(default_factory=list)
    referral_date: datetime.date | None = None
    meeting_date: datetime.date | None = None
    victim: Party | None = None
    perpetrators: tuple[Party, ...] = ()
    children: Children = Children((), None)
    score: int | None = None
    criteria: tuple[str, ...] = ()
    sheet_repeat: str = ""
    consent: str = "not_recorded"
    aware: str = "not_recorded"
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        return max((note.status for note in self.notes), key=_RANK.__getitem__, default=OK)

    @property
    def message(self) -> str:
        """All notes as one line, the gravest first."""
        ordered = sorted(self.notes, key=lambda note: -_RANK[note.status])
        return "; ".join(dict.fromkeys(note.text for note in ordered))

    @property
    def usable(self) -> bool:
        """Whether a referral can be made of the row."""
        return _RANK[self.status] < _RANK[REFUSED]

    def say(self, status: str, text: str) -> None:
        self.notes.append(Note(status, text))


def parse_sheet(sheet: Sheet, mapping: ColumnMapping, *, today: datetime.date) -> Iterator[ParsedRow]:
    """Every row below the headings, in order; a long run of empty rows as one result."""
    expected = mapping.header_row + 1
    for row in sheet.rows:
        if row.number <= mapping.header_row:
            continue
        yield from _blank_rows(expected, row.number)
        expected = row.number + 1
        reason = _why_skipped(row, mapping)
        if reason:
            yield ParsedRow(row.number, [Note(SKIPPED, reason)])
        else:
            values = {name: row.cell(at) for name, at in mapping.columns.items()}
            yield parse_row(values, sheet_row=row.number, today=today)


def _blank_rows(start: int, end: int) -> Iterator[ParsedRow]:
    if end - start > LONGEST_BLANK_RUN:
        yield ParsedRow(start, [Note(SKIPPED, f"empty, like all rows up to {end - 1}")])
        return
    for number in range(start, end):
        yield ParsedRow(number, [Note(SKIPPED, "empty row")])


def _why_skipped(row: SheetRow, mapping: ColumnMapping) -> str:
    if sum(cell is not None for cell in row.cells) > MOST_IN_REMARK and not _has_headings(row, mapping):
        return ""
    texts = [squeeze(clean_text(cell).value) for cell in row.cells]
    filled = [text for text in texts if text]
    if not filled:
        return "empty row"
    if _has_headings(row, mapping):
        return "the headings again"
    first = filled[0].casefold()
    if len(filled) <= MOST_IN_REMARK and first.split()[0].strip(":.") in (
        "total",
        "totals",
        "subtotal",
        "sub-total",
        "grand",
        "sum",
        "count",
    ):
        return "a row of totals"
    return "a separator or a remark, not a referral" if _is_remark(texts, filled, mapping) else ""


def _has_headings(row: SheetRow, mapping: ColumnMapping) -> bool:
    """Whether most cells repeat the heading of their own column."""
    pairs = [(cell, row_at) for row_at, cell in enumerate(row.cells) if isinstance(cell, str) and cell.strip()]
    same = sum(at < len(mapping.headers) and squeeze(cell) == mapping.headers[at] for cell, at in pairs)
    return same >= max(2, 0.6 * len(pairs))


def _is_remark(texts: list[str], filled: list[str], mapping: ColumnMapping) -> bool:
    if len(filled) == 1:
        return True
    named = [name for name, at in mapping.columns.items() if at < len(texts) and texts[at]]
    people = [
        name
        for name in named
        if name.startswith(("victim_name", "victim_sur", "victim_fore", "perpetrator_name", "perpetrator_sur"))
    ]
    return not people and "referral_date" not in named or (len(filled) == 2 and not people)


def parse_row(values: Mapping[str, object], *, sheet_row: int, today: datetime.date) -> ParsedRow:
    """A referral from the cells of one row, by field name. Never raises: what is wrong is said in the notes."""
    row = ParsedRow(sheet_row)
    texts = {name: _text(row, name, value) for name, value in values.items()}
    row.texts = {name: text for name, text in texts.items() if text}
    _read_dates(row, values, today)
    reference = row.referral_date or today
    row.victim = _victim(row, values, texts, reference)
    row.perpetrators = _perpetrators(row, values, texts, reference)
    _read_answers(row, texts, reference)
    return row


def _text(row: ParsedRow, name: str, value: object) -> str:
    text, stripped = clean_text(value)
    if stripped:
        row.say(CHANGED, f"{_label(name)}: {CONTROL_REMOVED}")
    limit = LIMITS.get(name, LIMIT)
    if len(text) > limit:
        row.say(REFUSED, f"{_label(name)}: longer than {limit:,} characters")
    return text


def _label(name: str) -> str:
    return _LABELS.get(name, name)


def _read_dates(row: ParsedRow, values: Mapping[str, object], today: datetime.date) -> None:
    found = parse_date(
        values.get("referral_date"), earliest=EARLIEST_REFERRAL, latest=today + datetime.timedelta(days=366)
    )
    if found.date is None:
        row.say(REFUSED, f"date of referral: {found.message or 'not given'}")
    else:
        _note_date(row, "referral_date", found)
        row.referral_date = found.date
        if found.date > today:
            row.say(DOUBTFUL, "date of referral: lies in the future")
    meeting = parse_date(values.get("meeting_date"), earliest=EARLIEST_REFERRAL, latest=datetime.date(2100, 1, 1))
    _note_date(row, "meeting_date", meeting)
    row.meeting_date = meeting.date
    if row.meeting_date and row.referral_date and row.meeting_date < row.referral_date:
        row.say(DOUBTFUL, "date of meeting: before the referral")


def _note_date(row: ParsedRow, name: str, found: DateReading) -> None:
    if found.status == REFUSED:
        row.say(DOUBTFUL, f"{_label(name)}: {found.message}; left open")
    elif found.status in (CHANGED, DOUBTFUL):
        row.say(found.status, f"{_label(name)}: {found.message}")


def _victim(
    row: ParsedRow, values: Mapping[str, object], texts: dict[str, str], reference: datetime.date
) -> Party | None:
    found = _people(texts, "victim")
    if not found:
        row.say(REFUSED, "victim's name: not given")
        return None
    if len(found) > 1:
        row.say(REFUSED, "victim's name: more than one person; a referral has one victim")
        return None
    _note_name(row, "victim's name", texts.get("victim_name", ""), found[0])
    where = _victim_place(row, texts)
    beside = readings.births_in(texts.get("victim_name", ""))
    written = values.get("victim_dob") if texts.get("victim_dob") or not beside else beside[0]
    birth = _birth(row, "victim_dob", readings.birth_date(written, reference))
    _note_age(row, birth, reference)
    return Party(found[0], birth, where, readings.gender(texts.get("victim_gender", "")))


def _people(texts: dict[str, str], party: str) -> tuple[Name, ...]:
    surname, forename = texts.get(f"{party}_surname", ""), texts.get(f"{party}_forename", "")
    if surname or forename:
        return readings.people_in_parts(surname, forename)
    return readings.people(texts.get(f"{party}_name", ""))


def _note_name(row: ParsedRow, label: str, written: str, name: Name) -> None:
    if written and squeeze(written) != f"{name.forenames} {name.surname}".strip():
        row.say(CHANGED, f"{label}: put as forename and surname")
    if not name.forenames or not name.surname:
        row.say(DOUBTFUL, f"{label}: {'surname' if name.forenames else 'forename'} not known")


def _victim_place(row: ParsedRow, texts: dict[str, str]) -> Places:
    where = readings.place(texts.get("victim_address", ""))
    apart = texts.get("victim_postcode", "")
    postcode = readings.fold_postcode(apart)
    if apart and not postcode:
        row.say(DOUBTFUL, "victim's postcode: has not the form of a postcode")
    elif postcode and postcode != apart:
        row.say(CHANGED, "victim's postcode: put in capitals with one space")
    return where._replace(postcode=postcode or where.postcode)


def _birth(row: ParsedRow, name: str, found: DateReading) -> Birth:
    if found.status == REFUSED:
        impossible = not found.message.startswith(("cannot be read", "is a number"))
        row.say(REFUSED if impossible else DOUBTFUL, f"{_label(name)}: {found.message}")
        return Birth()
    _note_date(row, name, found)
    precision = {DAY: DAY, APPROXIMATE: APPROXIMATE}.get(found.precision, UNKNOWN)
    return Birth(found.date, precision) if found.date else Birth()


def _note_age(row: ParsedRow, birth: Birth, reference: datetime.date) -> None:
    if birth.date is None or birth.precision != DAY:
        return
    age = (reference - birth.date).days / 365.25
    if age < 16:
        row.say(DOUBTFUL, "victim's date of birth: under 16 on the day of referral")
    elif age > 105:
        row.say(DOUBTFUL, "victim's date of birth: over 105 on the day of referral")


def _perpetrators(
    row: ParsedRow, values: Mapping[str, object], texts: dict[str, str], reference: datetime.date
) -> tuple[Party, ...]:
    found = _people(texts, "perpetrator") + readings.people(texts.get("perpetrator2_name", ""))
    if not found:
        row.say(DOUBTFUL, "alleged perpetrator's name: not given; cannot be matched")
        return ()
    if len(found) > 1:
        row.say(CHANGED, f"alleged perpetrator's name: {len(found)} people")
    for name in found:
        _note_name(
            row, "alleged perpetrator's name", texts.get("perpetrator_name", "") if len(found) == 1 else "", name
        )
    births = [_birth(row, "perpetrator_dob", one) for one in _perpetrator_dates(values, texts, reference, len(found))]
    births += [Birth()] * (len(found) - len(births))
    where = readings.place(texts.get("perpetrator_address", ""))
    gender = readings.gender(texts.get("perpetrator_gender", ""))
    return tuple(Party(name, birth, where, gender) for name, birth in zip(found, births, strict=True))


def _perpetrator_dates(
    values: Mapping[str, object], texts: dict[str, str], reference: datetime.date, count: int
) -> list[DateReading]:
    """Readings in the order of the people: from the column of dates, else from beside the names."""
    beside = readings.births_in(texts.get("perpetrator_name", ""))
    if texts.get("perpetrator_dob") or not beside:
        first = readings.birth_dates(values.get("perpetrator_dob"), texts.get("perpetrator_dob", ""), reference, count)
    else:
        first = [readings.birth_date(one, reference) for one in beside]
    if texts.get("perpetrator2_dob"):
        first = [*first[: count - 1], readings.birth_date(values.get("perpetrator2_dob"), reference)]
    return first[:count]


def _read_answers(row: ParsedRow, texts: dict[str, str], reference: datetime.date) -> None:
    row.children = readings.children(texts.get("children", ""), reference)
    score = texts.get("score", "")
    row.score = readings.score(score)
    if row.score is None and any(sign.isdigit() for sign in score):
        row.say(DOUBTFUL, "checklist score: not between 0 and 24")
    row.criteria = readings.criteria(texts.get("criteria", ""), score)
    if texts.get("criteria") and not row.criteria:
        row.say(DOUBTFUL, "criteria: none of the four could be told from the text")
    row.sheet_repeat = readings.yes_no(texts.get("sheet_repeat", ""))
    row.consent = readings.consent(texts.get("consent", ""))
    row.aware = readings.awareness(texts.get("aware", ""))


def referral_record(row: ParsedRow) -> ReferralRecord | None:
    """What matching needs of a usable row; None without a date or a victim."""
    if not row.usable or row.referral_date is None or row.victim is None:
        return None
    return ReferralRecord(
        key=row.sheet_row,
        date=row.referral_date,
        victim=_person(row.victim),
        perpetrators=tuple(_person(_apart_from(one, row.victim)) for one in row.perpetrators),
    )


def _apart_from(perpetrator: Party, victim: Party) -> Party:
    """Living with the victim tells nothing more about who somebody is than the victim does."""
    same = perpetrator.place.address.casefold() == victim.place.address.casefold()
    return Party(perpetrator.name, perpetrator.birth, Places("", ""), perpetrator.gender) if same else perpetrator


def _person(party: Party):
    return person_record(
        party.name, birth=party.birth, postcode=party.place.postcode, address=party.place.address, gender=party.gender
    )
