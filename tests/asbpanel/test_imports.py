import csv
import random
from collections import Counter

import pytest

from asbpanel.imports import HEADINGS, LIMIT, read_incidents
from tests.shared_data import shared_file


def line(**changes):
    values = {
        "Crime ID": "",
        "Month": "2023-04",
        "Reported by": "Harbourne Constabulary",
        "Falls within": "Harbourne Constabulary",
        "Longitude": "-2.491616",
        "Latitude": "51.424619",
        "Location": "On or near Quay Road",
        "LSOA code": "E01000001",
        "LSOA name": "Harbourne 001A",
        "Crime type": "Anti-social behaviour",
        "Last outcome category": "",
        "Context": "",
    }
    return {**values, **{key.replace("_", " "): value for key, value in changes.items()}}


def file_of(tmp_path, *lines, name="april.csv", headings=HEADINGS):
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, headings, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(lines)
    return path


def outcome(*paths):
    return [(one.row, one.status, one.message) for one in read_incidents(paths)]


def test_anti_social_behaviour_becomes_incidents(tmp_path):
    (found,) = read_incidents([file_of(tmp_path, line())])
    assert (found.file, found.row, found.status) == ("april.csv", 2, "created")
    assert (found.fields.month, found.fields.location, found.fields.latitude) == (
        "2023-04",
        "On or near Quay Road",
        51.424619,
    )


def test_other_rows_are_skipped_with_the_reason(tmp_path):
    path = file_of(tmp_path, line(Crime_type="Drugs"), line(Crime_type=""))
    assert outcome(path) == [
        (2, "skipped", "not anti-social behaviour: Drugs"),
        (3, "skipped", "not anti-social behaviour: no crime type"),
    ]


def test_incidents_without_a_place_or_a_point_are_kept(tmp_path):
    path = file_of(tmp_path, line(Location="On or near "), line(Longitude="", Latitude="", LSOA_code="", LSOA_name=""))
    rows = list(read_incidents([path]))
    assert [(row.status, row.message) for row in rows] == [("created", "no place named"), ("created", "")]
    assert (rows[0].fields.location, rows[1].fields.longitude) == ("", None)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Month": "2023-13"}, "Month: not a year and month such as 2023-04"),
        ({"Month": "April"}, "Month: not a year and month such as 2023-04"),
        ({"Reported_by": ""}, "Reported by: no force named"),
        ({"Longitude": "nan"}, "Longitude: not a number of degrees"),
        ({"Latitude": "151.4"}, "Latitude: not a number of degrees"),
        ({"Latitude": ""}, "Longitude, Latitude: one without the other"),
        ({"Location": "x" * 201}, "Location: longer than 200 characters"),
        ({"Context": "x" * (LIMIT + 1)}, "Context: longer than 1,000 characters"),
        ({"Context": "a\x00b"}, "Context: contains characters that cannot be stored"),
    ],
)
def test_bad_rows_are_refused_in_words_and_the_next_is_read(tmp_path, changes, message):
    assert outcome(file_of(tmp_path, line(**changes), line())) == [(2, "refused", message), (3, "created", "")]


def test_exact_twins_stay_apart_and_keep_their_keys(tmp_path):
    first = list(read_incidents([file_of(tmp_path, line(), line(), line(Location="On or near Mill Lane"))]))
    again = list(
        read_incidents([file_of(tmp_path, line(Location="On or near Mill Lane"), line(), line(), name="copy.csv")])
    )
    assert len({row.key for row in first}) == 3
    assert {row.key for row in first} == {row.key for row in again}


def test_order_of_columns_and_a_mark_at_the_start_do_not_matter(tmp_path):
    plain = list(read_incidents([file_of(tmp_path, line())]))
    turned = file_of(tmp_path, line(), name="turned.csv", headings=HEADINGS[::-1])
    turned.write_bytes(b"\xef\xbb\xbf" + turned.read_bytes())
    assert [row.key for row in read_incidents([turned])] == [row.key for row in plain]


def test_an_exact_copy_of_a_file_in_the_same_run_adds_no_twins(tmp_path):
    one, copy = file_of(tmp_path, line()), file_of(tmp_path, line(), name="copy.csv")
    assert outcome(one, copy) == [
        (2, "created", ""),
        (1, "skipped", "the whole file: an exact copy of another one given"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not the layout of a police street-level file"),
        (b"a,b,c\n1,2,3\n", "not the layout of a police street-level file"),
        (b"PK\x03\x04\xff\xfe", "the file is not UTF-8 text from here on"),
        (
            ",".join(HEADINGS).encode() + b"\n" + b"x" * 30_000,
            "a line is longer than 20,000 characters; the rest of the file is not read",
        ),
        (",".join(HEADINGS).encode() + b'\n,2023-04,"open', "the file is not well-formed CSV from here on"),
        (",".join(HEADINGS).encode() + b"\nonly,two\n", "the row has too few columns"),
    ],
)
def test_files_of_another_kind_are_refused_in_words(tmp_path, content, message):
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    (found,) = read_incidents([path])
    assert (found.status, found.message.startswith(message)) == ("refused", True)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    (found,) = read_incidents([tmp_path / "missing.csv"])
    assert (found.status, found.message) == ("refused", "the file cannot be opened")


def test_twelve_months_of_one_district(tmp_path):
    first = shared_file("police-open-data", "2023-01-bath-and-north-east-somerset-street.csv")
    paths = sorted(first.parent.glob("2023-*-street.csv"))
    rows = list(read_incidents(paths))
    counts = Counter(row.status for row in rows)
    created = {row.key for row in rows if row.status == "created"}
    assert (counts["created"], len(created), counts["refused"]) == (2353, 2353, 0)
    assert all(row.message for row in rows if row.status == "skipped")
    assert {row.key for row in read_incidents(shuffled_copy(tmp_path, paths)) if row.key} == created


def shuffled_copy(tmp_path, paths):
    """The rows of all files in any order, in three files of other names."""
    lines = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as stream:
            lines += list(csv.DictReader(stream))
    random.Random(4).shuffle(lines)
    return [file_of(tmp_path, *lines[at::3], name=f"part-{at}.csv") for at in range(3)]
