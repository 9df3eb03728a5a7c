import datetime

from casework.matching.proposals import Proposal
from casework.matching.proposals import propose as propose_repeats
from marac.imports import Note, ParsedRow, parse_row, referral_record
from marac.report import COLUMNS, ReportRow, report_row, report_rows

TODAY = datetime.date(2026, 11, 22)


def row(number, day, repeat="", name="Joan Archer"):
    values = {
        "referral_date": day,
        "victim_name": name,
        "victim_dob": "17/03/1984",
        "perpetrator_name": "Ben Cooper",
        "perpetrator_dob": "02/05/1980",
        "sheet_repeat": repeat,
    }
    return parse_row(values, sheet_row=number, today=TODAY)


def test_every_row_has_a_line_with_the_columns_promised():
    skipped = ParsedRow(5, [Note("skipped", "empty row")])
    refused = row(6, "31/02/2025")
    rows = [row(4, "01/06/2025"), skipped, refused, row(7, "01/06/2026", "no"), row(8, "02/06/2027")]
    proposals = propose_repeats([record for record in map(referral_record, rows) if record]).by_key
    lines = list(report_rows(rows, proposals, {4: "HB-0001"}))
    assert ReportRow._fields == COLUMNS
    assert lines[0] == ("4", "ok", "HB-0001", "0", "", "", "")
    assert lines[1] == ("5", "skipped", "", "", "", "", "empty row")
    assert lines[2] == ("6", "refused", "", "0", "", "", "date of referral: no such day: 31/02/2025")
    assert lines[3][:5] == ("7", "ok", "", "1", "4")
    assert float(lines[3].match_score) > 0.9
    assert lines[3].message == "the sheet says no repeat; by the rule it is one"


def test_longer_ago_is_said_and_a_wrong_claim_too():
    rows = [row(4, "01/06/2025"), row(5, "02/06/2026", "Y")]
    proposals = propose_repeats([referral_record(one) for one in rows]).by_key
    line = report_row(rows[1], proposals[5])
    assert (line.repeat, line.repeats_sheet_row) == ("0", "")
    assert line.message == (
        "same people as row 4, but longer ago than the repeat period; the sheet says repeat; by the rule it is none"
    )


def test_a_case_the_panel_has_stands_in_the_message():
    line = report_row(row(4, "01/06/2025"), Proposal("repeat", "HB-0042", 0.98765))
    assert line == ("4", "ok", "", "1", "", "0.9877", "repeats HB-0042, which the panel has already")
