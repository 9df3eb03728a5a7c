import csv
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.imports.mapping import Mapping
from casework.imports.propose import propose
from casework.imports.workbook import Sheet, SheetRow, read_sheets
from casework.matching.persons import APPROXIMATE, UNKNOWN
from casework.matching.proposals import propose as propose_repeats
from marac import readings
from marac.fields import FIELDS, REQUIRED, VOCABULARY
from marac.imports import parse_row, parse_sheet, referral_record
from tests.shared_data import shared_file

TODAY = datetime.date(2026, 11, 22)
GOOD = {
    "referral_date": "01/06/2025",
    "victim_name": "Joan Archer",
    "victim_dob": "17/03/1984",
    "victim_address": "12 Quay Road",
    "victim_postcode": "HB1 2AB",
    "perpetrator_name": "Ben Cooper",
    "perpetrator_dob": "02/05/1980",
    "criteria": "PJ",
    "score": 14,
}


def read(**changes):
    return parse_row({**GOOD, **changes}, sheet_row=7, today=TODAY)


def test_a_plain_row():
    row = read()
    assert (row.sheet_row, row.status, row.message) == (7, "ok", "")
    assert row.referral_date == datetime.date(2025, 6, 1)
    assert (row.victim.name.forenames, row.victim.name.surname) == ("Joan", "Archer")
    assert row.victim.birth.date == datetime.date(1984, 3, 17)
    assert (row.victim.place.address, row.victim.place.postcode) == ("12 Quay Road", "HB1 2AB")
    assert [one.name.surname for one in row.perpetrators] == ["Cooper"]
    assert (row.score, row.criteria) == (14, ("professional_judgement",))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"referral_date": None}, "date of referral: not given"),
        ({"referral_date": "31/02/2025"}, "date of referral: no such day: 31/02/2025"),
        ({"referral_date": "soon"}, "date of referral: cannot be read as a date"),
        ({"victim_name": "unknown"}, "victim's name: not given"),
        ({"victim_name": "Joan Archer & Ann Baker"}, "victim's name: more than one person; a referral has one victim"),
        ({"victim_dob": "30/02/1984"}, "victim's date of birth: no such day: 30/02/1984"),
        ({"victim_dob": "01/06/2031"}, "victim's date of birth: 01/06/2031 is too late"),
        ({"perpetrator_dob": "31/11/1980"}, "alleged perpetrator's date of birth: no such day: 31/11/1980"),
        ({"victim_name": "J" * 201}, "victim's name: longer than 200 characters"),
        ({"notes": "n" * 10_001}, "notes: longer than 10,000 characters"),
    ],
)
def test_refused_with_the_reason(changes, message):
    row = read(**changes)
    assert row.status == "refused"
    assert message in row.message.split("; ") or message in row.message
    assert referral_record(row) is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"victim_dob": "see file"}, "victim's date of birth: cannot be read as a date"),
        ({"victim_dob": "01/06/2015"}, "victim's date of birth: under 16 on the day of referral"),
        ({"victim_dob": "approx 32 yrs"}, "victim's date of birth: age of about 32 read as an approximate birth date"),
        ({"perpetrator_name": "n/k"}, "alleged perpetrator's name: not given; cannot be matched"),
        ({"perpetrator_name": "Unknown Cooper"}, "alleged perpetrator's name: forename not known"),
        ({"victim_postcode": "HB"}, "victim's postcode: has not the form of a postcode"),
        ({"score": 31}, "checklist score: not between 0 and 24"),
        ({"criteria": "see email"}, "criteria: none of the four could be told from the text"),
        ({"meeting_date": "01/05/2025"}, "date of meeting: before the referral"),
        ({"meeting_date": "31/06/2025"}, "date of meeting: no such day: 31/06/2025; left open"),
        ({"referral_date": "01/02/2027"}, "date of referral: lies in the future"),
    ],
)
def test_doubtful_with_the_reason(changes, message):
    row = read(**changes)
    assert (row.status, message in row.message) == ("doubtful", True)
    assert referral_record(row) is not None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"referral_date": "01/06/25"}, "date of referral: year read as 2025"),
        ({"victim_name": "ARCHER, Joan"}, "victim's name: put as forename and surname"),
        ({"victim_postcode": "hb12ab"}, "victim's postcode: put in capitals with one space"),
        ({"notes": "by\x00 letter"}, "notes: characters that cannot be stored were removed"),
        ({"actions": "by\ud800 letter"}, "actions and outcome: characters that cannot be stored were removed"),
        ({"perpetrator_name": "Ben Cooper & Carl Dean"}, "alleged perpetrator's name: 2 people"),
    ],
)
def test_changed_with_what_was_put_right(changes, message):
    row = read(**changes)
    assert (row.status, row.message) == ("changed", message)


def test_messages_hold_no_names():
    row = read(victim_name="ARCHER, Joan", perpetrator_name="COOPER Ben", victim_dob="see file")
    assert "archer" not in row.message.casefold()
    assert "cooper" not in row.message.casefold()


@pytest.mark.parametrize("joint", [" & ", "\n", " and ", " / ", "/", "; ", " + "])
def test_several_perpetrators_in_one_cell(joint):
    row = read(
        perpetrator_name=f"Ben Cooper{joint}DEAN, Carl",
        perpetrator_dob=f"02/05/1980{joint if joint != '/' else ' / '}07/08/1979",
    )
    assert [(one.name.forenames, one.name.surname) for one in row.perpetrators] == [("Ben", "Cooper"), ("Carl", "Dean")]
    assert [one.birth.date.year for one in row.perpetrators] == [1980, 1979]


def test_brothers_share_the_surname_written_once():
    row = read(perpetrator_name="Ben & Carl Cooper", perpetrator_dob="02/05/1980")
    assert [(one.name.forenames, one.name.surname) for one in row.perpetrators] == [
        ("Ben", "Cooper"),
        ("Carl", "Cooper"),
    ]
    assert [one.birth.precision for one in row.perpetrators] == ["day", UNKNOWN]


def test_a_second_perpetrator_in_columns_of_their_own():
    row = read(perpetrator2_name="DEAN, Carl", perpetrator2_dob="07/08/1979")
    assert [(one.name.surname, one.birth.date.year) for one in row.perpetrators] == [("Cooper", 1980), ("Dean", 1979)]


@pytest.mark.parametrize(
    "written", ["Joan Archer 17/03/1984", "Joan Archer (dob 17/03/84)", "ARCHER, Joan\nDOB: 17 Mar 1984"]
)
def test_birth_date_beside_the_name(written):
    row = read(
        victim_name=written,
        victim_dob=None,
        perpetrator_name="Ben Cooper 02/05/1980 & Carl Dean 07/08/1979",
        perpetrator_dob="",
    )
    assert (row.victim.name.surname, row.victim.birth.date) == ("Archer", datetime.date(1984, 3, 17))
    assert [(one.name.surname, one.birth.date.year) for one in row.perpetrators] == [("Cooper", 1980), ("Dean", 1979)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Y", "given"),
        ("Yes verbal", "given"),
        ("N - unsafe", "refused"),
        ("Not sought", "not_sought"),
        ("", "not_recorded"),
        ("unk", "not_recorded"),
    ],
)
def test_consent_is_never_taken_for_granted(text, code):
    assert read(consent=text).consent == code


def test_awareness():
    assert [read(aware=text).aware for text in ("Yes", "No", "unk", "-", None)] == ["yes", "no"] + ["not_recorded"] * 3


def test_names_in_parts():
    row = parse_row(
        {"referral_date": "01/06/2025", "victim_surname": "ARCHER", "victim_forename": "Joan",
         "perpetrator_surname": "Cooper & Dean", "perpetrator_forename": "Ben & Carl"},
        sheet_row=2, today=TODAY,
    )  # fmt: skip
    assert (row.victim.name.forenames, row.victim.name.surname) == ("Joan", "Archer")
    assert [(one.name.forenames, one.name.surname) for one in row.perpetrators] == [("Ben", "Cooper"), ("Carl", "Dean")]


def test_age_counts_from_the_referral():
    assert read(victim_dob="approx 32 yrs").victim.birth.precision == APPROXIMATE
    assert read(victim_dob="approx 32 yrs").victim.birth.date.year == 1992
    assert read(victim_dob="n/k").victim.birth.precision == UNKNOWN


@pytest.mark.parametrize(
    ("text", "address", "postcode", "remark"),
    [
        ("12 Quay Road, Harbourne, HB1 2AB", "12 Quay Road, Harbourne", "HB1 2AB", ""),
        ("12 Quay Road hb12ab", "12 Quay Road", "HB1 2AB", ""),
        ("Flat 3, 12 Quay Road\nHarbourne\nHB1 2AB", "Flat 3, 12 Quay Road\nHarbourne", "HB1 2AB", ""),
        ("as above", "", "", "as victim"),
        ("NFA", "", "", "NFA"),
        ("HMP Leeds", "", "", "HMP Leeds"),
        ("", "", "", ""),
    ],
)
def test_addresses(text, address, postcode, remark):
    assert readings.place(text) == (address, postcode, remark)


@pytest.mark.parametrize(
    ("text", "number"),
    [("14", 14), ("9/24", 9), ("15 + PJ", 15), ("VHR (16)", 16), ("", None), ("PJ", None), ("99", None)],
)
def test_scores(text, number):
    assert readings.score(text) == number


@pytest.mark.parametrize(
    ("text", "score", "codes"),
    [
        ("visible high risk", "", ("visible_high_risk",)),
        ("PJ", "", ("professional_judgement",)),
        ("Professional Judgment / repeat", "", ("professional_judgement", "marac_repeat")),
        ("3 call outs 12m", "", ("potential_escalation",)),
        ("14+ ticks", "15 + PJ", ("professional_judgement", "visible_high_risk")),
        ("VHR, escalation", "", ("visible_high_risk", "potential_escalation")),
        ("see email", "", ()),
    ],
)
def test_criteria(text, score, codes):
    assert readings.criteria(text, score) == codes


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Y", "yes"),
        ("✓", "yes"),
        ("Yes verbal", "yes"),
        ("YES", "yes"),
        ("n", "no"),
        ("N - unsafe", "no"),
        ("-", "no"),
        ("", ""),
        ("Not sought", ""),
        ("unk", ""),
    ],
)
def test_yes_and_no(text, answer):
    assert readings.yes_no(text) == answer


def test_children():
    found = readings.children("Ann Archer 12/05/2015\nBob Archer dob 3.4.18", TODAY)
    assert [(child.name, child.birth) for child in found.named] == [
        ("Ann Archer", datetime.date(2015, 5, 12)),
        ("Bob Archer", datetime.date(2018, 4, 3)),
    ]
    assert [readings.children(text, TODAY).count for text in ("none", "0", "3", "2 children", "", "n/k")] == [
        0,
        0,
        3,
        2,
        None,
        None,
    ]


@given(
    st.dictionaries(
        st.sampled_from([spec.name for spec in FIELDS]),
        st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.none(), st.dates(), st.datetimes()),
    )
)
def test_no_cell_raises_and_every_row_has_a_status(values):
    row = parse_row(values, sheet_row=2, today=TODAY)
    assert row.status in ("ok", "changed", "doubtful", "refused", "skipped")
    assert (referral_record(row) is None) == (row.status == "refused")


def sheet_of(*rows):
    return Sheet("Data", True, tuple(SheetRow(number, cells) for number, cells in rows), rows[-1][0])


MAPPING = Mapping(
    "Data", 2,
    {"referral_date": 1, "victim_name": 2, "perpetrator_name": 3, "score": 4}, ("Ref", "Received", "Victim", "Perp", "Score"),
)  # fmt: skip


def test_no_row_is_lost_in_silence():
    sheet = sheet_of(
        (1, ("Panel",)),
        (2, ("Ref", "Received", "Victim", "Perp", "Score")),
        (3, ("C1", "01/06/2025", "Joan Archer", "Ben Cooper", 14)),
        (5, ("--- July 2025 ---",)),
        (6, ("Ref", "Received", "Victim", "Perp", "Score")),
        (7, ("C2", "03/07/2025", "Ann Baker", "Carl Dean", 15)),
        (8, (None, None, "--- August 2025 ---")),
        (9, ("C3", "04/07/2025", None, "Carl Dean", 15)),
        (10, ("TOTAL", 2, None, None, 29)),
    )
    rows = list(parse_sheet(sheet, MAPPING, today=TODAY))
    assert [(row.sheet_row, row.status, row.message) for row in rows] == [
        (3, "ok", ""),
        (4, "skipped", "empty row"),
        (5, "skipped", "a separator or a remark, not a referral"),
        (6, "skipped", "the headings again"),
        (7, "ok", ""),
        (8, "skipped", "a separator or a remark, not a referral"),
        (9, "refused", "victim's name: not given"),
        (10, "skipped", "a row of totals"),
    ]


def test_a_million_empty_rows_between_are_one_line():
    sheet = sheet_of(
        (2, ("Ref", "Received", "Victim", "Perp", "Score")),
        (1_048_576, ("C1", "01/06/2025", "Joan Archer", "Ben Cooper", 14)),
    )
    rows = list(parse_sheet(sheet, MAPPING, today=TODAY))
    assert [(row.sheet_row, row.status) for row in rows] == [(3, "skipped"), (1_048_576, "ok")]
    assert rows[0].message == "empty, like all rows up to 1048575"


def test_an_address_shared_with_the_victim_is_no_evidence():
    row = read(perpetrator_address="12 quay road")
    assert referral_record(row).perpetrators[0].address == ""
    assert referral_record(read(perpetrator_address="4 Mill Lane")).perpetrators[0].address == "4 mill lane"


@pytest.mark.parametrize("name", ["harbourne-marac-2025-26", "northgate-referrals-2025-26"])
def test_workbooks_of_coordinators(name):
    path = shared_file("marac-spreadsheet", f"{name}.xlsx")
    with shared_file("marac-spreadsheet", f"{name}-truth.csv").open(encoding="utf-8") as stream:
        truth = {int(row["sheet_row"]): row for row in csv.DictReader(stream)}
    sheets = read_sheets(path)
    mapping = propose(sheets, FIELDS, VOCABULARY)
    sheet = next(one for one in sheets if one.name == mapping.sheet)
    rows = list(parse_sheet(sheet, mapping, today=TODAY))
    assert {label for label, names in REQUIRED if not set(names) & set(mapping.columns)} == set()
    assert {row.sheet_row for row in rows} == set(range(mapping.header_row + 1, sheet.rows[-1].number + 1))
    assert {row.sheet_row for row in rows if row.status != "skipped"} == set(truth)
    assert {row.sheet_row: f"{row.referral_date}" for row in rows if row.usable} == {
        at: row["referral_date"] for at, row in truth.items()
    }
    proposals = propose_repeats([record for record in map(referral_record, rows) if record]).by_key
    said = {at for at, one in proposals.items() if one.repeat}
    true = {at for at, row in truth.items() if row["repeat"] == "1"}
    assert len(said & true) / len(said) >= 0.99
    assert len(said & true) / len(true) >= 0.97
    right = [at for at in said & true if str(proposals[at].previous) == truth[at]["repeats_sheet_row"]]
    assert len(right) / len(said & true) >= 0.97
