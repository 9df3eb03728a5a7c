import time
import zipfile

import openpyxl
import pytest

from casework.imports import workbook
from casework.imports.workbook import (
    EncryptedWorkbook,
    NotAWorkbook,
    WorkbookHasMacros,
    WorkbookRefused,
    WorkbookTooLarge,
    read_sheets,
)

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def plain(tmp_path):
    path = tmp_path / "plain.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["Victim", "Score"])
    book.active.append(["Joan Archer", 14])
    book.save(path)
    return path


def rewritten(path, changes=None, extra=None):
    """A copy of the workbook with parts changed or added."""
    copy = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, (changes or {}).get(name, lambda same: same)(data))
        for name, data in (extra or {}).items():
            target.writestr(name, data)
    return copy


def with_rows(path, xml):
    return rewritten(path, {SHEET: lambda data: data.replace(b"</sheetData>", xml + b"</sheetData>")})


def test_rows_are_counted_as_the_sheet_shows_them(tmp_path):
    path = tmp_path / "gaps.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "Victim"
    book.active["B7"] = "Joan"
    book.save(path)
    (sheet,) = read_sheets(path)
    assert [(row.number, row.cells) for row in sheet.rows] == [(1, ("Victim",)), (7, (None, "Joan"))]
    assert sheet.rows[1].cell(9) is None


def test_formulas_give_their_text(tmp_path):
    path = tmp_path / "formula.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["=1+1", '=HYPERLINK("http://example.invalid","see")'])
    book.save(path)
    assert read_sheets(path)[0].rows[0].cells == ("=1+1", '=HYPERLINK("http://example.invalid","see")')


def test_hidden_sheets_are_read_and_told_apart(tmp_path):
    path = tmp_path / "hidden.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.create_sheet("Lists").sheet_state = "hidden"
    book.save(path)
    assert [(sheet.name, sheet.visible) for sheet in read_sheets(path)] == [("Sheet", True), ("Lists", False)]


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 not really", b"Victim,DOB\nJoan,1984\n"])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "other.xlsx"
    path.write_bytes(content)
    with pytest.raises(NotAWorkbook):
        read_sheets(path)


def test_a_zip_of_something_else_is_refused(tmp_path):
    path = tmp_path / "letter.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(NotAWorkbook):
        read_sheets(path)


def test_a_password_is_named_as_the_reason(tmp_path):
    path = tmp_path / "locked.xlsx"
    path.write_bytes(OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(EncryptedWorkbook, match="password"):
        read_sheets(path)


def test_the_old_format_is_named_as_the_reason(tmp_path):
    path = tmp_path / "old.xls"
    path.write_bytes(OLE + b"\0" * 600)
    with pytest.raises(NotAWorkbook, match="old .xls"):
        read_sheets(path)


@pytest.mark.parametrize(
    "extra", [{"xl/vbaProject.bin": b"code"}, {"xl/VBAPROJECT.BIN": b"code"}, {"xl/macrosheets/sheet1.xml": b"<x/>"}]
)
def test_macros_are_refused(plain, extra):
    with pytest.raises(WorkbookHasMacros):
        read_sheets(rewritten(plain, extra=extra))


def test_a_macro_workbook_by_content_type_is_refused(plain):
    kinds = {"[Content_Types].xml": lambda data: data.replace(b"spreadsheetml.sheet.main", b"macroEnabled.main")}
    with pytest.raises(WorkbookHasMacros):
        read_sheets(rewritten(plain, kinds))


def test_a_bomb_is_refused_unopened(plain):
    bomb = rewritten(plain, extra={"xl/media/image1.bin": b"\0" * (workbook.SUSPECT_SIZE + 1)})
    started = time.monotonic()
    with pytest.raises(WorkbookTooLarge, match="packed"):
        read_sheets(bomb)
    assert time.monotonic() - started < 60  # bounded, not quick: speed is benchmarked


def test_too_many_parts_are_refused(plain):
    many = {f"xl/media/{number}": b"" for number in range(workbook.MOST_ENTRIES)}
    with pytest.raises(WorkbookTooLarge):
        read_sheets(rewritten(plain, extra=many))


def test_too_many_columns_are_refused(tmp_path):
    path = tmp_path / "wide.xlsx"
    book = openpyxl.Workbook()
    book.active.cell(2, workbook.MOST_COLUMNS + 1, "x")
    book.save(path)
    with pytest.raises(WorkbookTooLarge, match="columns"):
        read_sheets(path)


def test_too_many_rows_are_refused(plain, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS_WITH_CONTENT", 1)
    with pytest.raises(WorkbookTooLarge, match="rows"):
        read_sheets(plain)


def test_damage_inside_a_sheet_is_said_in_words(plain):
    broken = rewritten(plain, {SHEET: lambda data: data[: len(data) // 2]})
    with pytest.raises(NotAWorkbook, match="damaged"):
        read_sheets(broken)


def test_entities_are_not_opened(plain):
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    bad = rewritten(plain, {SHEET: lambda data: data.replace(b"<worksheet", laughs + b"<worksheet", 1)})
    with pytest.raises(WorkbookRefused):
        read_sheets(bad)


@pytest.mark.slow
def test_a_million_empty_rows_take_bounded_time_and_memory(plain):
    path = with_rows(plain, b"".join(b'<row r="%d"/>' % number for number in range(3, 1_048_577)))
    started = time.process_time()
    (sheet,) = read_sheets(path)
    assert time.process_time() - started < 60
    assert (len(sheet.rows), sheet.last_row) == (2, 1_048_576)


def test_one_row_at_the_very_end_leaves_the_empty_ones_unkept(plain):
    path = with_rows(plain, b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>end</t></is></c></row>')
    (sheet,) = read_sheets(path)
    assert [row.number for row in sheet.rows] == [1, 2, 1_048_576]
