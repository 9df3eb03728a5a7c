"""Repeats found in invented workbooks: many seeds, five layouts, against the truth written with them."""

import datetime
import math
import time

import pytest

from casework.demo.workbooks import LAYOUTS, write_workbook
from casework.imports.propose import propose
from casework.imports.workbook import read_sheets
from casework.matching.proposals import propose as propose_repeats
from marac.fields import FIELDS, VOCABULARY
from marac.imports import parse_sheet, referral_record

TODAY = datetime.date(2026, 12, 31)


def read_and_propose(path):
    sheets = read_sheets(path)
    mapping = propose(sheets, FIELDS, VOCABULARY)
    sheet = next(one for one in sheets if one.name == mapping.sheet)
    rows = list(parse_sheet(sheet, mapping, today=TODAY))
    return rows, propose_repeats([record for record in map(referral_record, rows) if record]).by_key


def wilson(hits, total):
    """95 % interval of a share (Wilson 1927)."""
    share, z = hits / total, 1.96
    middle = (share + z * z / 2 / total) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / 4 / total / total) / (1 + z * z / total)
    return middle - half, middle + half


@pytest.mark.slow
@pytest.mark.parametrize("layout", [*LAYOUTS, "shuffled"])
def test_repeats_of_unseen_workbooks(tmp_path, layout):
    said, true, hits, previous = 0, 0, 0, 0
    for seed in (101, 102, 103):
        path = tmp_path / f"{seed}.xlsx"
        truth = {row.sheet_row: row for row in write_workbook(path, rows=250, seed=seed, layout=layout)}
        rows, proposals = read_and_propose(path)
        assert {row.sheet_row for row in rows if row.status != "skipped"} == set(truth)
        proposed = {at for at, one in proposals.items() if one.repeat}
        repeats = {at for at, row in truth.items() if row.repeat}
        said, true, hits = said + len(proposed), true + len(repeats), hits + len(proposed & repeats)
        previous += sum(proposals[at].previous == truth[at].repeats_sheet_row for at in proposed & repeats)
    assert hits / said >= 0.99
    assert hits / true >= 0.97
    assert previous / hits >= 0.97
    assert wilson(hits, true)[0] > 0.93


def test_the_same_seed_gives_the_same_sheet(tmp_path):
    made = []
    for name in ("one.xlsx", "two.xlsx"):
        truth = write_workbook(tmp_path / name, rows=40, seed=9, layout="shuffled")
        made.append((truth, read_sheets(tmp_path / name)))
    assert made[0] == made[1]
    assert made[0][0] != write_workbook(tmp_path / "three.xlsx", rows=40, seed=10, layout="shuffled")


def test_truth_has_every_hard_case(tmp_path):
    truth = write_workbook(tmp_path / "hard.xlsx", rows=400, seed=1, layout="register")
    victims = {row.victim for row in truth}
    perpetrators = [person for row in truth for person in row.perpetrators]
    pairs = {(row.victim, person) for row in truth for person in row.perpetrators}
    assert victims & set(perpetrators)
    assert len(pairs) > len(victims)
    assert any(len(row.perpetrators) > 1 for row in truth)
    assert len({person for _, person in pairs}) < len(pairs)
    assert any(row.repeat for row in truth)
    assert any(
        (row.victim, row.perpetrators) == (other.victim, other.perpetrators)
        and not row.repeat
        and row.referral_date > other.referral_date
        for row in truth
        for other in truth
    )


@pytest.mark.slow
def test_ten_times_the_rows_take_at_most_twelve_times_as_long(tmp_path):
    spent = {}
    for count in (420, 4200):
        path = tmp_path / f"{count}.xlsx"
        write_workbook(path, rows=count, seed=5, layout="register")
        started = time.process_time()
        read_and_propose(path)
        spent[count] = time.process_time() - started
    assert spent[4200] <= 12 * spent[420]
