"""Columns are found whatever they are called, in whatever order, wherever the headings stand."""

import datetime
import json
import random

import openpyxl
import pytest

from casework.imports.headers import row_headers
from casework.imports.mapping import MappingInvalid, check, parse, resolve
from casework.imports.propose import propose
from casework.imports.workbook import read_sheets
from marac.fields import FIELDS, REQUIRED, VOCABULARY

DAY = datetime.datetime(2025, 5, 3)  # noqa: DTZ001 -- as the workbook gives it
BORN = datetime.datetime(1984, 3, 17)  # noqa: DTZ001
SAMPLES = {
    "reference": ["C001", "C002"],
    "referral_date": [DAY, "04/05/2025"],
    "agency": ["Police", "Housing"],
    "referrer": ["Kim Hardy", "Lou Stone"],
    "victim_name": ["Joan Archer", "BAKER, Ann"],
    "victim_surname": ["Archer", "Baker"],
    "victim_forename": ["Joan", "Ann"],
    "victim_dob": [BORN, "05/06/1990"],
    "victim_address": ["12 Quay Road", "3 Mill Lane"],
    "victim_postcode": ["HB1 2AB", "hb34cd"],
    "victim_gender": ["F", "M"],
    "perpetrator_name": ["Ben Cooper", "DEAN, Carl"],
    "perpetrator_surname": ["Cooper", "Dean"],
    "perpetrator_forename": ["Ben", "Carl"],
    "perpetrator_dob": [BORN, "07/08/1979"],
    "perpetrator2_name": ["Ed Flint", "GRAY, Hal"],
    "perpetrator2_dob": ["03/04/1981", BORN],
    "perpetrator_address": ["as above", "HMP"],
    "relationship": ["husband", "son"],
    "children": ["none", 2],
    "score": [14, "15 + PJ"],
    "criteria": ["VHR", "PJ"],
    "sheet_repeat": ["Y", "n"],
    "meeting_date": [DAY, "21/05/2025"],
    "idva": ["Jo", "tbc"],
    "consent": ["Y", "No"],
    "safe_contact": ["text only", "via sister"],
    "actions": ["see minutes", "Flag & tag"],
    "aware": ["Yes", "unk"],
    "notes": ["interpreter", None],
    "ethnicity": ["White British", "Mixed"],
    "lgbt": ["n", "Y"],
    "disability": ["n", "Y"],
}
LAYOUTS = {
    "survivor and abuser": {
        "Survivor": "victim_name",
        "Survivor DOB": "victim_dob",
        "Abuser": "perpetrator_name",
        "Abuser date of birth": "perpetrator_dob",
        "Date of referral": "referral_date",
        "Source of referral": "agency",
        "Postcode": "victim_postcode",
        "Home address": "victim_address",
        "Repeat?": "sheet_repeat",
        "Date heard": "meeting_date",
    },
    "client and alleged perp": {
        "No": "reference",
        "Client": "victim_name",
        "Client D.O.B": "victim_dob",
        "Alleged perp": "perpetrator_name",
        "Alleged perp D.O.B": "perpetrator_dob",
        "Ref date": "referral_date",
        "Referred by": "referrer",
        "Referring Agency": "agency",
        "Risk score": "score",
        "Grounds for referral": "criteria",
        "MARAC": "meeting_date",
    },
    "person causing harm": {
        "URN": "reference",
        "Date rec'd": "referral_date",
        "Person causing harm": "perpetrator_name",
        "PCH DOB": "perpetrator_dob",
        "PCH address": "perpetrator_address",
        "Victim's name": "victim_name",
        "Victim's DOB": "victim_dob",
        "Victim's address": "victim_address",
        "Kids": "children",
        "Relationship to victim": "relationship",
        "Consent to share?": "consent",
        "Victim aware?": "aware",
    },
    "parts of names": {
        "Vic forename": "victim_forename",
        "Vic surname": "victim_surname",
        "Vic d.o.b.": "victim_dob",
        "Perp first name": "perpetrator_forename",
        "Perp last name": "perpetrator_surname",
        "Perp d.o.b.": "perpetrator_dob",
        "Referral received": "referral_date",
        "Post code": "victim_postcode",
        "Address": "victim_address",
        "Ethnicity": "ethnicity",
        "LGBT+": "lgbt",
        "Disabled": "disability",
    },
    "two perpetrators": {
        "Referral Date": "referral_date",
        "Victim": "victim_name",
        "Victim DOB": "victim_dob",
        "Perpetrator 1": "perpetrator_name",
        "Perpetrator 1 DOB": "perpetrator_dob",
        "Perpetrator 2": "perpetrator2_name",
        "Perpetrator 2 DOB": "perpetrator2_dob",
        "Agency": "agency",
    },
    "misspelt": {
        "Refferal date": "referral_date",
        "Victm name": "victim_name",
        "Victm DOB": "victim_dob",
        "Perpertrator": "perpetrator_name",
        "Perpertrator DOB": "perpetrator_dob",
        "Relationshp": "relationship",
        "Criterea": "criteria",
        "Safe contct": "safe_contact",
        "Childrn": "children",
    },
    "joined words": {
        "VictimSurname": "victim_surname",
        "VictimForename": "victim_forename",
        "VictimDOB": "victim_dob",
        "PerpetratorSurname": "perpetrator_surname",
        "PerpetratorForename": "perpetrator_forename",
        "PerpetratorDOB": "perpetrator_dob",
        "ReferralDate": "referral_date",
        "ReferringAgency": "agency",
        "DASHScore": "score",
    },
}


def written(tmp_path, headings, fields, *, row=1, banner=None, above=None, before=0):
    path = tmp_path / "sheet.xlsx"
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number in range(before):
        book.create_sheet(f"Lookup {number}").append(["Agency", "Outcome", "Score"])
    sheet = book.create_sheet("Data")
    if banner:
        sheet.cell(1, 1, banner)
    for at, (heading, name) in enumerate(zip(headings, fields, strict=True), start=1):
        if above and above[at - 1]:
            sheet.cell(row - 1, at, above[at - 1])
        sheet.cell(row, at, heading)
        for below, value in enumerate(SAMPLES[name] * 3, start=1):
            sheet.cell(row + below, at, value)
    book.save(path)
    return read_sheets(path)


def found(mapping):
    return dict(mapping.columns)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", range(4))
def test_columns_in_any_order_and_headings_on_any_row(tmp_path, layout, seed):
    draw = random.Random(f"{layout}{seed}")
    pairs = list(LAYOUTS[layout].items())
    draw.shuffle(pairs)
    row = draw.randint(1, 9)
    banner = "Safer Harbourne: do not forward" if row > 1 else None
    sheets = written(tmp_path, *zip(*pairs, strict=True), row=row, banner=banner, before=seed % 3)
    mapping = propose(sheets, FIELDS, VOCABULARY)
    assert (mapping.sheet, mapping.header_row) == ("Data", row)
    assert found(mapping) == {name: at for at, (_, name) in enumerate(pairs)}
    assert check(mapping, REQUIRED) == []


def test_a_line_of_parties_above_the_headings(tmp_path):
    headings = ["Date", "First name", "Last name", "DOB", "Address", "First name", "Last name", "DOB", "Score"]
    above = ["Referral", "Survivor", None, None, None, "Alleged abuser", None, None, "Risk"]
    fields = ["referral_date", "victim_forename", "victim_surname", "victim_dob", "victim_address"]
    fields += ["perpetrator_forename", "perpetrator_surname", "perpetrator_dob", "score"]
    mapping = propose(written(tmp_path, headings, fields, row=4, above=above), FIELDS, VOCABULARY)
    assert (mapping.header_row, found(mapping)) == (4, {name: at for at, name in enumerate(fields)})


def test_equal_headings_belong_to_the_party_before_them(tmp_path):
    headings = ["Received", "Client", "DOB", "Abuser", "DOB", "Score"]
    fields = ["referral_date", "victim_name", "victim_dob", "perpetrator_name", "perpetrator_dob", "score"]
    assert found(propose(written(tmp_path, headings, fields), FIELDS, VOCABULARY)) == {
        name: at for at, name in enumerate(fields)
    }


def test_columns_without_a_telling_heading_are_guessed_from_what_they_hold(tmp_path):
    headings = ["Date of referral", "Col1", "DOB of victim", "Col2", "Perp DOB", "Score", "Agency"]
    fields = ["referral_date", "victim_name", "victim_dob", "perpetrator_name", "perpetrator_dob", "score", "agency"]
    mapping = propose(written(tmp_path, headings, fields), FIELDS, VOCABULARY)
    assert found(mapping) == {name: at for at, name in enumerate(fields)}
    assert mapping.confidence["victim_name"] < 0.5 < mapping.confidence["victim_dob"]


def test_sheet_and_row_can_be_fixed(tmp_path):
    sheets = written(tmp_path, *zip(*LAYOUTS["survivor and abuser"].items(), strict=True), row=3, before=1)
    assert propose(sheets, FIELDS, VOCABULARY, sheet=" data ", header_row=3).header_row == 3
    with pytest.raises(MappingInvalid, match="no sheet"):
        propose(sheets, FIELDS, VOCABULARY, sheet="Elsewhere")
    with pytest.raises(MappingInvalid, match="No row of headings"):
        propose(sheets, FIELDS, VOCABULARY, sheet="Lookup 0")


def test_a_mapping_goes_to_json_and_back(tmp_path):
    sheets = written(
        tmp_path,
        ["Received", "Client", "DOB", "Abuser", "DOB"],
        ["referral_date", "victim_name", "victim_dob", "perpetrator_name", "perpetrator_dob"],
    )
    mapping = propose(sheets, FIELDS, VOCABULARY)
    text = mapping.to_json()
    assert json.loads(text)["columns"] == {
        "referral_date": "Received",
        "victim_name": "Client",
        "victim_dob": "C",
        "perpetrator_name": "Abuser",
        "perpetrator_dob": "E",
    }
    again = resolve(parse(text), sheets, FIELDS, row_headers)
    assert (again.sheet, again.header_row, again.columns) == (mapping.sheet, mapping.header_row, mapping.columns)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not json", "not written as JSON"),
        ("[]", "must be an object"),
        ('{"header_row": 1, "columns": {"a": "b"}}', "does not name the sheet"),
        ('{"sheet": "Data", "header_row": 0, "columns": {"a": "b"}}', "header_row"),
        ('{"sheet": "Data", "header_row": true, "columns": {"a": "b"}}', "header_row"),
        ('{"sheet": "Data", "header_row": 1, "columns": {"a": 3}}', "columns must name"),
        ('{"sheet": "Data", "header_row": 1, "columns": {}}', "names no column"),
    ],
)
def test_a_mapping_of_the_wrong_form_is_refused_in_words(text, message):
    with pytest.raises(MappingInvalid, match=message):
        parse(text)


def test_every_unknown_field_and_column_is_named(tmp_path):
    sheets = written(tmp_path, ["Received", "Client"], ["referral_date", "victim_name"])
    given = {
        "sheet": "Data",
        "header_row": 1,
        "columns": {"shoe_size": "A", "victim_name": "Customer", "referral_date": "ZZ"},
    }
    with pytest.raises(MappingInvalid) as refused:
        resolve(given, sheets, FIELDS, row_headers)
    assert len(refused.value.problems) == 3


def test_what_is_missing_or_chosen_twice_is_said(tmp_path):
    sheets = written(tmp_path, ["Received", "Client"], ["referral_date", "victim_name"])
    given = {"sheet": "Data", "header_row": 1, "columns": {"victim_name": "Client", "victim_surname": "B"}}
    problems = check(resolve(given, sheets, FIELDS, row_headers), REQUIRED)
    assert problems == [
        "No column is chosen for the date of referral.",
        "No column is chosen for the alleged perpetrator's name.",
        "Column B is chosen twice: for victim_name and for victim_surname.",
    ]
