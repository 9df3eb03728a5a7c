import csv
from collections import Counter

import pytest
from django.core.management import call_command

from casework.models import Incident
from tests.shared_data import shared_file

PANEL = "harbourne-asb"
COORDINATOR = "omar"
HEADING = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context\n"
NUISANCE = ",2023-04,Harbourne Constabulary,Harbourne Constabulary,-2.49,51.42,On or near Quay Road,E01000001,Harbourne 001A,Anti-social behaviour,,\n"
THEFT = "abc,2023-04,Harbourne Constabulary,Harbourne Constabulary,-2.49,51.42,On or near Quay Road,E01000001,Harbourne 001A,Bicycle theft,,\n"


@pytest.fixture
def run(people, tmp_path, capsys):
    """Runs the command; hands back its exit code and the report's lines, or what it said where there is no report."""

    def running(*paths, more=("--commit",), by=None, panel=PANEL):
        report = tmp_path / "report.csv"
        report.unlink(missing_ok=True)
        with pytest.raises(SystemExit) as ended:
            call_command(
                "import_police_open_data",
                *map(str, paths),
                "--panel",
                panel,
                "--by",
                by or COORDINATOR,
                "--report",
                str(report),
                *more,
            )
        if not report.exists():
            return ended.value.code, capsys.readouterr().err
        with report.open(encoding="utf-8") as stream:
            return ended.value.code, list(csv.DictReader(stream))

    return running


def written(tmp_path, *lines, name="april.csv"):
    path = tmp_path / name
    path.write_text(HEADING + "".join(lines), encoding="utf-8")
    return path


def test_dry_run_says_created_and_writes_nothing(run, tmp_path):
    code, lines = run(written(tmp_path, NUISANCE, NUISANCE, THEFT), more=())
    assert (code, [line["status"] for line in lines]) == (0, ["created", "created", "skipped"])
    assert Incident.objects.count() == 0


def test_twins_are_created_once_each_and_never_again(run, tmp_path):
    path = written(tmp_path, NUISANCE, NUISANCE, THEFT)
    code, lines = run(path)
    assert (code, Incident.objects.count(), len({line["incident"] for line in lines})) == (0, 2, 3)
    copy = written(tmp_path, THEFT, NUISANCE, NUISANCE, name="copy.csv")
    _, again = run(copy)
    assert [line["status"] for line in again] == ["skipped"] * 3
    assert again[1]["message"] == "the panel has this incident already"
    assert Incident.objects.count() == 2


def test_a_further_twin_is_new(run, tmp_path):
    run(written(tmp_path, NUISANCE))
    _, lines = run(written(tmp_path, NUISANCE, NUISANCE, name="more.csv"))
    assert Counter(line["status"] for line in lines) == {"created": 1, "skipped": 1}


def test_refused_rows_give_exit_1(run, tmp_path):
    code, lines = run(written(tmp_path, NUISANCE.replace("2023-04", "April"), NUISANCE))
    assert (code, [line["status"] for line in lines]) == (1, ["refused", "created"])


@pytest.mark.parametrize(("by", "panel"), [("dan", PANEL), ("nobody", PANEL), (None, "elsewhere")])
def test_only_the_office_imports(run, tmp_path, by, panel):
    code, said = run(written(tmp_path, NUISANCE), by=by, panel=panel)
    assert code == 2
    assert said
    assert Incident.objects.count() == 0


@pytest.mark.slow
def test_twelve_months_of_one_district(run):
    first = shared_file("police-open-data", "2023-01-bath-and-north-east-somerset-street.csv")
    paths = sorted(first.parent.glob("2023-*-street.csv"))
    _, lines = run(*paths)
    assert Counter(line["status"] for line in lines)["created"] == 2353
    assert Incident.objects.count() == 2353
    _, again = run(*paths[::-1])
    assert Counter(line["status"] for line in again)["created"] == 0
