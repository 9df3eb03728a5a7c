import csv
import json
from datetime import date

import openpyxl
import pytest
from django.core.management import call_command

import marac.access  # noqa: F401 -- registers who reads a MARAC's part of a referral
from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.cases import open_case
from casework.commands.imports import undo_import
from casework.commands.parties import PartyDetails, add_party
from casework.demo.workbooks import write_workbook
from casework.models import ImportBatch, ImportRow, MatchProposal, Notice, Party, Referral, SafeContact
from marac.models import MaracReferral
from tests.shared_data import shared_file

PANEL = "harbourne-marac"


@pytest.fixture
def run(people, tmp_path, capsys):
    """Runs the command; hands back its exit code and the report's lines."""

    def running(workbook, *more, by="grace", panel=PANEL):
        report = tmp_path / "report.csv"
        report.unlink(missing_ok=True)
        with pytest.raises(SystemExit) as ended:
            call_command("import_marac", str(workbook), "--panel", panel, "--by", by, "--report", str(report), *more)
        if not report.exists():
            return ended.value.code, capsys.readouterr().err
        with report.open(encoding="utf-8") as stream:
            return ended.value.code, list(csv.DictReader(stream))

    return running


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "referrals.xlsx"
    return path, write_workbook(path, rows=40, seed=3, layout="register")


def seen(people, model, user="grace"):
    with acting(people.users[user]) as by:
        return list(visible(by, model))


def test_dry_run_reports_every_row_and_writes_nothing(run, workbook, people, tmp_path):
    path, truth = workbook
    code, lines = run(path)
    assert code == 0
    assert {int(line["sheet_row"]) for line in lines if line["status"] != "skipped"} == {row.sheet_row for row in truth}
    assert {int(line["sheet_row"]) for line in lines if line["repeat"] == "1"} == {
        row.sheet_row for row in truth if row.repeat
    }
    assert {line["referral"] for line in lines} == {""}
    assert (seen(people, Referral), seen(people, ImportBatch)) == ([], [])
    assert json.loads((tmp_path / "report.mapping.json").read_text())["header_row"] == 3


def test_commit_makes_referrals_of_the_office_and_tells_nobody(run, workbook, people):
    path, truth = workbook
    _, dry = run(path)
    code, lines = run(path, "--commit")
    assert code == 0
    referrals = {one.reference: one for one in seen(people, Referral)}
    assert {line["referral"] for line in lines if line["referral"]} == set(referrals)
    assert len(referrals) == len(truth)
    assert [line["repeat"] for line in lines] == [line["repeat"] for line in dry]
    assert {(one.agency_id, one.idva_service_id, one.case_id) for one in referrals.values()} == {(None, None, None)}
    assert len(seen(people, ImportRow)) == len(lines)
    assert [one for name in ("grace", "helen", "dan", "amira") for one in seen(people, Notice, name)] == []
    for other in ("dan", "amira", "wendy", "viktor"):
        assert seen(people, Referral, other) == []


def test_what_the_sheet_does_not_say_is_not_recorded_and_unsafe(run, workbook, people):
    run(workbook[0], "--commit")
    assert {one.consent for one in seen(people, MaracReferral)} <= {"given", "refused", "not_sought", "not_recorded"}
    assert {one.awareness for one in seen(people, MaracReferral)} == {"not_recorded"}
    contacts = seen(people, SafeContact)
    assert contacts
    assert not any(contact.is_safe for contact in contacts)


def test_matches_wait_for_a_decision_unless_accepted_by_score(run, workbook, people):
    run(workbook[0], "--commit", "--accept-above", "0.99")
    matches = seen(people, MatchProposal)
    assert {one.kind for one in matches} >= {"repeat"}
    for one in matches:
        assert (one.decision == "accepted") == (one.score >= 0.99)
        assert one.decided_by_id == (people.users["grace"].pk if one.score >= 0.99 else None)
    people_of = {one.pk: one for one in seen(people, Party)}
    for one in matches:
        for piece in one.evidence:
            assert set(piece) == {"who", "feature", "level", "weight", "party", "earlier_party"}
            if one.decision == "accepted":
                both = (people_of[piece["party"]].person_id, people_of[piece["earlier_party"]].person_id)
                assert both[0] is not None
                assert both[0] == both[1]


def test_referrals_that_the_panel_has_take_part(run, workbook, people):
    path, truth = workbook
    _, first = run(path, "--commit")
    known = {line["referral"] for line in first if line["referral"]}
    code, again = run(path)
    lines = [line for line in again if line["status"] != "skipped"]
    with_perpetrator = [line for line in lines if "cannot be matched" not in line["message"]]
    assert sum(line["repeat"] == "1" for line in with_perpetrator) >= 0.95 * len(with_perpetrator)
    named = [line for line in lines if "which the panel has already" in line["message"]]
    assert named
    assert all(any(reference in line["message"] for reference in known) for line in named)
    assert all(line["repeats_sheet_row"] == "" for line in named)


def test_undo_ends_what_nobody_has_worked_on(run, workbook, people):
    run(workbook[0], "--commit")
    batch = seen(people, ImportBatch)[0]
    with acting(people.users["grace"]) as by:
        touched = visible(by, Referral).first()
        with recording(by=by, event="referral.answered"):
            touched.reason = "Looked at by the office."
            touched.save()
        assert [one.pk for one in undo_import(by=by, batch=batch, reason="Wrong year")] == [touched.pk]
    statuses = {one.reference: one.status for one in seen(people, Referral)}
    assert statuses.pop(touched.reference) == "imported"
    assert set(statuses.values()) == {"import_ended"}


def test_refused_rows_give_exit_1(run, tmp_path, people):
    book = openpyxl.Workbook()
    book.active.append(["Received", "Victim", "Perpetrator"])
    book.active.append(["31/02/2025", "Joan Archer", "Ben Cooper"])
    book.active.append(["01/03/2025", "Joan Archer", "Ben Cooper"])
    book.save(tmp_path / "bad.xlsx")
    code, lines = run(tmp_path / "bad.xlsx", "--commit")
    assert (code, [line["status"] for line in lines]) == (1, ["refused", "ok"])
    assert len(seen(people, Party)) == 2


@pytest.mark.parametrize(
    ("by", "panel", "message"),
    [
        ("dan", PANEL, "This user does not hold the panel's office."),
        ("nell", PANEL, "This user does not hold the panel's office."),
        ("una", PANEL, "This user does not hold the panel's office."),
        ("nobody", PANEL, "There is no user of that name."),
        ("grace", "elsewhere", "There is no MARAC of that name."),
        ("omar", "harbourne-asb", "There is no MARAC of that name."),
    ],
)
def test_only_the_office_imports(run, workbook, by, panel, message):
    assert run(workbook[0], by=by, panel=panel) == (2, f"{message}\n")


def test_a_file_that_is_no_workbook_gives_exit_2(run, tmp_path):
    path = tmp_path / "letter.xlsx"
    path.write_bytes(b"hello")
    code, said = run(path)
    assert (code, said.count("\n")) == (2, 1)
    assert "no Excel workbook" in said
    assert run(tmp_path / "nowhere.xlsx") == (2, "There is no such workbook.\n")
    assert run(tmp_path) == (2, "There is no such workbook.\n")


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("{", "The mapping is not written as JSON.\n"),
        ("[]", "The mapping must be an object with sheet, header_row and columns.\n"),
        ('{"sheet": "Case list", "header_row": 3, "columns": {"shoe": "A"}}', "There is no field called “shoe”.\n"),
        (
            '{"sheet": "Case list", "header_row": 3, "columns": {"victim_name": "Victim", "perpetrator_name": "Perpetrator"}}',
            "No column is chosen for the date of referral.\n",
        ),
        (None, "The mapping file cannot be read as text.\n"),
    ],
)
def test_a_bad_mapping_gives_one_sentence_and_exit_2(run, workbook, tmp_path, mapping, said):
    path = tmp_path / "mapping.json"
    if mapping is not None:
        path.write_text(mapping)
    assert run(workbook[0], "--mapping", str(path)) == (2, said)


@pytest.mark.parametrize("score", ["2", "-0.1", "nan"])
def test_a_score_that_is_none_gives_exit_2(run, workbook, score):
    assert run(workbook[0], f"--accept-above={score}") == (2, "--accept-above is a score between 0 and 1.\n")


def test_the_mapping_of_a_dry_run_serves_the_next(run, workbook, tmp_path):
    _, first = run(workbook[0])
    used = tmp_path / "report.mapping.json"
    kept = tmp_path / "kept.json"
    kept.write_text(used.read_text())
    code, again = run(workbook[0], "--mapping", str(kept), "--sheet", "Case list")
    assert (code, again) == (0, first)
    assert list(first[0]) == [
        "sheet_row", "status", "referral", "repeat", "repeats_sheet_row", "match_score", "message",
    ]  # fmt: skip
    assert run(workbook[0], "--sheet", "Nowhere")[0] == 2


def test_nothing_but_refused_rows_is_nothing_done(run, tmp_path, people):
    path = sheet(tmp_path, ["31/02/2025", "Joan Archer", "", "Ben Cooper"])
    code, _ = run(path, "--commit")
    assert code == 2
    assert seen(people, ImportBatch) == []


def test_a_case_without_a_referral_takes_part(run, tmp_path, people):
    panel = people.panels[PANEL]
    with acting(people.users["grace"]) as by, recording(by=by, event="case.opened"):
        case = open_case(by=by, panel=panel, status="open", referred_on=date(2025, 1, 10))
        add_party(
            PartyDetails(role="victim", family_name="Archer", given_names="Joan", born_on=date(1984, 3, 17)), case=case
        )
        ben = PartyDetails(
            role="alleged_perpetrator", family_name="Cooper", given_names="Ben", born_on=date(1980, 5, 2)
        )
        add_party(ben, case=case)
    path = sheet(tmp_path, ["01/03/2025", "Joan Archer", "17/03/1984", "Ben Cooper", "02/05/1980"])
    for more in ((), ("--commit", "--accept-above", "0.5")):
        code, lines = run(path, *more)
        assert (code, lines[0]["repeat"], lines[0]["repeats_sheet_row"]) == (0, "1", "")
        assert case.reference in lines[0]["message"]
    match = seen(people, MatchProposal)[0]
    assert (match.kind, match.earlier_case_id, match.decision) == ("repeat", case.pk, "accepted")
    anchors = [(one.family_name, one.person_id) for one in seen(people, Party)]
    assert len(set(anchors)) == 2
    assert {anchor for _, anchor in anchors}.isdisjoint({None})


def sheet(tmp_path, *lines):
    """A workbook with these rows: received, victim, born, perpetrator, born."""
    book = openpyxl.Workbook()
    book.active.append(["Received", "Victim", "Victim DOB", "Perpetrator", "Perp DOB"])
    for line in lines:
        book.active.append(line)
    book.save(tmp_path / "small.xlsx")
    return tmp_path / "small.xlsx"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["harbourne-marac-2025-26", "northgate-referrals-2025-26"])
def test_workbooks_of_coordinators_committed(run, people, name):
    path = shared_file("marac-spreadsheet", f"{name}.xlsx")
    with shared_file("marac-spreadsheet", f"{name}-truth.csv").open(encoding="utf-8") as stream:
        truth = {row["sheet_row"]: row for row in csv.DictReader(stream)}
    code, lines = run(path, "--commit")
    assert code == 0
    said = {line["sheet_row"] for line in lines if line["repeat"] == "1"}
    true = {at for at, row in truth.items() if row["repeat"] == "1"}
    assert len(said & true) / len(said) >= 0.99
    assert len(said & true) / len(true) >= 0.97
    assert len(seen(people, Referral)) == len(truth)
