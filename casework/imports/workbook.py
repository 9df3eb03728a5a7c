"""Opening a workbook that somebody sends, safely: what it may be, how big it may get, and its rows one after another."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import SEEK_END, BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

LARGEST_FILE = 25 * 1024 * 1024
MOST_ENTRIES = 2_000
MOST_UNPACKED = 300 * 1024 * 1024
SUSPECT_SIZE = 40 * 1024 * 1024
HIGHEST_RATIO = 120
MOST_COLUMNS = 256
MOST_ROWS_WITH_CONTENT = 50_000
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class WorkbookRefused(Exception):
    """The file is not taken; the message says why, in words for the person who sent it."""


class NotAWorkbook(WorkbookRefused):
    """No Excel workbook (xlsx)."""


class EncryptedWorkbook(WorkbookRefused):
    """Protected by a password."""


class WorkbookHasMacros(WorkbookRefused):
    """Contains program code."""


class WorkbookTooLarge(WorkbookRefused):
    """More than can be read safely: bytes, parts, rows or columns."""


class SheetRow(NamedTuple):
    """One row with content: its number as the sheet shows it, and the values of its cells from column A on."""

    number: int
    cells: tuple

    def cell(self, column: int) -> object:
        """Value at a column counted from 0; None beyond the last."""
        return self.cells[column] if column < len(self.cells) else None


class Sheet(NamedTuple):
    """The rows of one sheet that hold anything, with its name and whether it is shown."""

    name: str
    visible: bool
    rows: tuple[SheetRow, ...]
    last_row: int


def check_file(stream: BinaryIO) -> None:
    """Refuse what is no plain xlsx workbook of bearable size. Raises a `WorkbookRefused`; reads no sheet."""
    if stream.seek(0, SEEK_END) > LARGEST_FILE:
        raise WorkbookTooLarge(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.")
    stream.seek(0)
    if stream.read(8) == _OLE:
        _refuse_ole(stream)
    if not zipfile.is_zipfile(stream):
        raise NotAWorkbook("The file is no Excel workbook (.xlsx). Save it in Excel as “Excel Workbook” and try again.")
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_archive(archive)
    except zipfile.BadZipFile as broken:
        raise NotAWorkbook("The file is damaged and cannot be opened.") from broken


def _refuse_ole(stream: BinaryIO) -> None:
    if _ENCRYPTED in stream.read():
        raise EncryptedWorkbook("The workbook is protected by a password. Save a copy without one and try again.")
    raise NotAWorkbook(
        "The file is in the old .xls format. Save it in Excel as “Excel Workbook” (.xlsx) and try again."
    )


def _check_archive(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise WorkbookTooLarge("The workbook is too large when unpacked.")
    for entry in entries:
        if entry.file_size > SUSPECT_SIZE and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1):
            raise WorkbookTooLarge("The workbook is packed far more tightly than any real one and is not opened.")
        if entry.flag_bits & 1:
            raise EncryptedWorkbook("The workbook is protected by a password. Save a copy without one and try again.")
    _check_kind(archive, {entry.filename for entry in entries})


def _check_kind(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise NotAWorkbook("The file is no Excel workbook (.xlsx).")
    kinds = archive.read("[Content_Types].xml")
    if any(Path(name).name.casefold() == "vbaproject.bin" for name in names) or b"macroEnabled" in kinds:
        raise WorkbookHasMacros(
            "The workbook contains macros. Save it as “Excel Workbook” (.xlsx) without them and try again."
        )
    if any(name.casefold().startswith("xl/macrosheets/") for name in names):
        raise WorkbookHasMacros("The workbook contains macro sheets. Save a copy without them and try again.")


@contextmanager
def _opened(stream: BinaryIO) -> Iterator[openpyxl.Workbook]:
    check_file(stream)
    stream.seek(0)
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
    except (
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        SyntaxError,
        OSError,
        zipfile.BadZipFile,
    ) as broken:
        raise NotAWorkbook("The file is damaged or no Excel workbook and cannot be opened.") from broken
    try:
        yield book
    finally:
        book.close()


def read_sheets(source: Path | str | bytes) -> list[Sheet]:
    """All sheets of a file (its path, or its bytes) with their rows that hold anything.

    Formula cells give their text, nothing is calculated, empty rows cost no memory. Raises a `WorkbookRefused`.
    """
    with BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb") as stream, _opened(stream) as book:
        return [_read_sheet(book[name]) for name in book.sheetnames if hasattr(book[name], "iter_rows")]


def _read_sheet(sheet) -> Sheet:
    sheet.reset_dimensions()
    rows, last = [], 0
    try:
        for last, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            row = _with_content(last, cells)
            if row is not None:
                rows.append(row)
                if len(rows) > MOST_ROWS_WITH_CONTENT:
                    raise WorkbookTooLarge(f"The sheet has more than {MOST_ROWS_WITH_CONTENT:,} rows with content.")
    except (KeyError, ValueError, TypeError, AttributeError, SyntaxError, EOFError, zipfile.BadZipFile) as broken:
        raise NotAWorkbook("A sheet of the workbook is damaged and cannot be read.") from broken
    return Sheet(sheet.title, sheet.sheet_state == "visible", tuple(rows), last)


def _with_content(number: int, cells: tuple) -> SheetRow | None:
    last = len(cells)
    while last and (cells[last - 1] is None or cells[last - 1] == ""):
        last -= 1
    if last > MOST_COLUMNS:
        raise WorkbookTooLarge(f"The sheet has more than {MOST_COLUMNS} columns.")
    return SheetRow(number, tuple(cells[:last])) if last else None
