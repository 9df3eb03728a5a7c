"""Workbooks of referrals such as coordinators keep, with nobody real in them, and the truth about every row.

For trying the import: the demo offers one to download, and the tests read many seeds in several layouts.
"""

import datetime
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import openpyxl

from casework.demo.histories import InventedReferral, history
from casework.demo.typing_habits import Hand

START = datetime.date(2025, 4, 1)
CRITERIA = ("visible high risk", "PJ", "escalation", "14+ ticks", "Professional Judgement", "VHR", "3 call outs 12m")
AGENCIES = ("Police", "IDVA", "Housing", "Children's Services", "GP", "Mental Health", "Adult Social Care", "School")
RELATIONS = ("husband", "wife", "partner", "ex partner", "son", "brother", "boyfriend")


class TruthRow(NamedTuple):
    """What is so about one row of a generated sheet; people by number, `repeats_sheet_row` None if it is no repeat."""

    sheet_row: int
    referral_date: datetime.date
    victim: str
    perpetrators: tuple[str, ...]
    repeat: bool
    repeats_sheet_row: int | None


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sheet looks: its columns as (content, heading), the row of headings, what stands above, between and beside."""

    sheet: str
    columns: tuple[tuple[str, str], ...]
    header_row: int = 1
    banner: str = ""
    groups: dict[str, str] = field(default_factory=dict)
    separators: bool = False
    total: bool = False
    first_sheets: tuple[str, ...] = ()
    last_sheets: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    repeated_headings: int = 0
    by_day: bool = True


LAYOUTS = {
    "register": Layout(
        "Case list",
        (("reference", "Case No"), ("day", "Date ref rec'd"), ("agency", "Referring agency"), ("victim", "Victim"),
         ("birth", "Vic DOB"), ("address", "Address"), ("postcode", "P/code"), ("gender", "M/F"), ("perpetrator", "Perpetrator"),
         ("perpetrator_birth", "Perp DOB"), ("perpetrator_address", "Perp address"), ("relation", "Relationship"),
         ("children", "Children"), ("score", "DASH score"), ("criteria", "Reason for referral"), ("repeat", "Repeat Y/N"),
         ("meeting", "Meeting date"), ("consent", "Consent?"), ("contact", "Safe contact"), ("actions", "Actions / outcome")),
        header_row=3, banner="Safer Harbourne – OFFICIAL SENSITIVE", separators=True, total=True, last_sheets=("dropdowns",),
    ),
    "log": Layout(
        "Referrals",
        (("reference", "Ref"), ("day", "Received"), ("agency", "Agency"), ("surname", "Surname"), ("forename", "Forename"),
         ("birth", "D.O.B."), ("full_address", "Home address inc postcode"), ("gender", "Gender"),
         ("perpetrator_surname", "Perp surname"), ("perpetrator_forename", "Perp forename"),
         ("perpetrator_birth", "Perp d.o.b."), ("relation", "Perp to victim"), ("children", "No. of children"),
         ("score", "RIC ticks"), ("criteria", "Criteria"), ("meeting", "Meeting"), ("repeat", "Repeat"), ("notes", "Notes")),
    ),
    "tracker": Layout(
        "2025-26 tracker",
        (("perpetrator", "Person causing harm"), ("perpetrator_birth", "PCH date of birth"), ("criteria", "Grounds"),
         ("repeat", "Been before?"), ("victim", "Client"), ("postcode", "Post code"), ("address", "Lives at"),
         ("birth", "Client date of birth"), ("agency", "Referred from"), ("contact", "Safe number"), ("notes", "Comments"),
         ("score", "Risk score"), ("relation", "Relationship to client"), ("day", "Date of referral"), ("meeting", "Heard on"),
         ("reference", "No.")),
        header_row=6, banner="High risk tracker (do not email)", separators=True, first_sheets=("READ ME", "Lists"),
        hidden=("notes",), repeated_headings=60, by_day=False,
    ),
    "grouped": Layout(
        "Cases",
        (("reference", "ID"), ("day", "Referral date"), ("agency", "Source"), ("forename", "First name"), ("surname", "Last name"),
         ("birth", "DOB"), ("full_address", "Address"), ("perpetrator_forename", "First name"),
         ("perpetrator_surname", "Last name"), ("perpetrator_birth", "DOB"), ("relation", "Relationship"), ("score", "Score"),
         ("criteria", "Reason"), ("consent", "Consent"), ("repeat", "Rpt"), ("actions", "Outcome")),
        header_row=4, banner="Panel cases", total=True, first_sheets=("Front page",),
        groups={"reference": "Referral", "forename": "Survivor", "perpetrator_forename": "Alleged abuser", "score": "Risk"},
    ),
}  # fmt: skip

_OTHER_HEADINGS = {
    "day": ("Date of referral", "Referral received", "Ref date", "Date received", "Date referred", "Referral Date"),
    "victim": (
        "Victim",
        "Client",
        "Survivor",
        "Victim name",
        "Name of victim",
        "Service user",
        "Victim/Survivor",
        "Client name",
    ),
    "birth": ("Victim DOB", "Client D.O.B", "Vic date of birth", "Survivor dob", "Victim's date of birth"),
    "perpetrator": (
        "Abuser",
        "Alleged perp",
        "Perp name",
        "Person causing harm",
        "Alleged perpetrator",
        "Name of perpetrator",
        "Offender",
    ),
    "perpetrator_birth": ("Perp DOB", "Abuser dob", "Alleged perp D.O.B.", "Perpetrator date of birth", "DOB of perp"),
    "surname": ("Victim surname", "Vic last name", "Client surname", "Survivor family name"),
    "forename": ("Victim forename", "Vic first name", "Client forename", "Survivor first name"),
    "perpetrator_surname": ("Perp surname", "Abuser last name", "Alleged perp surname"),
    "perpetrator_forename": ("Perp forename", "Abuser first name", "Alleged perp forename"),
    "address": ("Victim address", "Home address", "Client address", "Address of victim"),
    "full_address": ("Victim address & postcode", "Client address", "Home address", "Victim's address incl postcode"),
    "postcode": ("Postcode", "Post code", "P/code", "Victim postcode"),
    "agency": ("Agency", "Referring agency", "Referral source", "Referring Org"),
    "relation": ("Relationship", "Relationship to victim", "Perp to victim", "Rel'ship"),
    "score": ("DASH", "RIC score", "DASH score", "Risk score", "No. of ticks"),
    "criteria": ("Criteria", "Reason for referral", "Referral reason", "Criteria met"),
    "repeat": ("Repeat?", "Repeat Y/N", "Repeat case", "Previous referral"),
    "meeting": ("Meeting date", "Date heard", "Meeting", "Panel date"),
}


def shuffled(draw: random.Random) -> Layout:
    """A layout nobody has seen: columns in any order with any of several headings, the heading row anywhere in the first nine."""
    whole = draw.random() < 0.5
    people = (
        ["victim", "perpetrator"] if whole else ["surname", "forename", "perpetrator_surname", "perpetrator_forename"]
    )
    home = ["address", "postcode"] if draw.random() < 0.5 else ["full_address"]
    contents = (
        people
        + home
        + ["day", "birth", "perpetrator_birth", "agency", "relation", "score", "criteria", "repeat", "meeting"]
    )
    draw.shuffle(contents)
    columns = tuple((content, draw.choice(_OTHER_HEADINGS[content])) for content in contents)
    row = draw.randint(1, 9)
    return Layout(
        sheet=draw.choice(("Sheet1", "Data", "2025-26", "Log")),
        columns=columns,
        header_row=row,
        banner="Confidential" if row > 1 else "",
        separators=draw.random() < 0.5,
        total=draw.random() < 0.5,
        first_sheets=("Lookups",) if draw.random() < 0.5 else (),
        last_sheets=("Notes",) if draw.random() < 0.5 else (),
        by_day=draw.random() < 0.7,
    )


def write_workbook(
    path: Path | str, *, rows: int, seed: int, layout: str = "register", carelessness: float = 1.0
) -> list[TruthRow]:
    """Write a workbook of `rows` referrals and hand back the truth of each.

    The same seed and layout give the same sheet. `layout` is a key of `LAYOUTS` or "shuffled".
    """
    draw = random.Random(f"{seed}-{layout}")  # noqa: S311
    chosen = shuffled(draw) if layout == "shuffled" else LAYOUTS[layout]
    referrals = history(draw, rows, START)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in chosen.first_sheets:
        _side_sheet(book, name)
    _main_sheet(book, chosen, referrals, Hand(draw, carelessness))
    for name in chosen.last_sheets:
        _side_sheet(book, name)
    book.save(path)
    return [_truth(one) for one in sorted(referrals, key=lambda one: one.sheet_row)]


def _truth(one: InventedReferral) -> TruthRow:
    people = tuple(perpetrator.number for perpetrator in one.perpetrators)
    previous = one.repeats.sheet_row if one.repeats else None
    return TruthRow(one.sheet_row, one.day, one.victim.number, people, one.repeats is not None, previous)


def _side_sheet(book: openpyxl.Workbook, name: str) -> None:
    sheet = book.create_sheet(name)
    for row in (
        ("Agency", "Outcome", "Criteria"),
        ("Police", "Closed", "PJ"),
        ("Housing", "Open", "VHR"),
        ("GP", None, "Repeat"),
    ):
        sheet.append(row)


def _main_sheet(book: openpyxl.Workbook, layout: Layout, referrals: list[InventedReferral], hand: Hand) -> None:
    sheet = book.create_sheet(layout.sheet)
    if layout.banner:
        sheet.cell(1, 1, layout.banner)
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=min(8, len(layout.columns)))
    headings = [heading for _, heading in layout.columns]
    _write(
        sheet,
        layout.header_row - 1,
        [layout.groups.get(content) for content, _ in layout.columns] if layout.groups else [],
    )
    _write(sheet, layout.header_row, headings)
    for at, (content, _) in enumerate(layout.columns, start=1):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(at)].hidden = content in layout.hidden
    last = _rows(sheet, layout, referrals, hand, headings)
    if layout.total:
        _write(sheet, last + 2, ["TOTAL", len(referrals), sum(one.repeats is not None for one in referrals)])


def _rows(sheet, layout: Layout, referrals: list[InventedReferral], hand: Hand, headings: list[str]) -> int:
    number, month = layout.header_row, None
    for at, one in enumerate(_sheet_order(layout, referrals, hand), start=1):
        number += 1
        if layout.separators and layout.by_day and one.day.month != month and hand.chance(0.6):
            _write(sheet, number, [f"--- {one.day:%B %Y} ---"])
            number += 1
        elif hand.chance(0.01):
            number += 1
        if layout.repeated_headings and at % layout.repeated_headings == 0:
            _write(sheet, number, headings)
            number += 1
        month, one.sheet_row = one.day.month, number
        _write(sheet, number, _cells(layout, one, at, hand))
    return number


def _sheet_order(layout: Layout, referrals: list[InventedReferral], hand: Hand) -> list[InventedReferral]:
    """By day, or by day and then the newest first within the whole; what comes on one day keeps its order."""
    if layout.by_day:
        return referrals
    months = sorted({(one.day.year, one.day.month) for one in referrals})
    hand.draw.shuffle(months)
    return [one for month in months for one in referrals if (one.day.year, one.day.month) == month]


def _write(sheet, number: int, cells: list) -> None:
    for at, value in enumerate(cells, start=1):
        if value is not None:
            sheet.cell(number, at, value)


def _cells(layout: Layout, one: InventedReferral, at: int, hand: Hand) -> list:
    values = _values(one, at, hand)
    return [values[content]() for content, _ in layout.columns]


def _values(one: InventedReferral, at: int, hand: Hand) -> dict[str, Callable[[], object]]:
    surname, forename = hand.name_parts(one.victim)
    parts = [hand.name_parts(person) for person in one.perpetrators]
    home = one.perpetrators[0].home
    claimed = (one.repeats is not None) if hand.chance(0.7) else hand.chance(0.4)
    return {
        "reference": lambda: f"C{at:03}",
        "day": lambda: hand.day(one.day),
        "agency": lambda: hand.draw.choice(AGENCIES),
        "victim": lambda: hand.name(one.victim),
        "surname": lambda: surname.upper() if hand.chance(0.5) else surname,
        "forename": lambda: forename,
        "birth": lambda: hand.birth(one.victim, one.day),
        "address": lambda: one.home[0],
        "postcode": lambda: hand.postcode(one.home[1]),
        "full_address": lambda: f"{one.home[0]}, Harbourne, {one.home[1]}",
        "gender": lambda: "F" if one.victim.female else "M",
        "perpetrator": lambda: hand.names(one.perpetrators),
        "perpetrator_surname": lambda: " & ".join(part[0] for part in parts),
        "perpetrator_forename": lambda: " & ".join(part[1] for part in parts),
        "perpetrator_birth": lambda: _births(one, hand),
        "perpetrator_address": lambda: hand.perpetrator_address(home, one.home),
        "relation": lambda: hand.draw.choice(RELATIONS),
        "children": lambda: hand.draw.choice((0, 1, 2, 3, "none")),
        "score": lambda: hand.draw.choice((8, 11, 14, 15, 17, 19, "15 + PJ", "9/24")),
        "criteria": lambda: hand.draw.choice(CRITERIA),
        "repeat": lambda: hand.yes_no(claimed),
        "meeting": lambda: hand.day(one.day + datetime.timedelta(days=21)),
        "consent": lambda: hand.draw.choice(("Y", "No", "Not sought", "N - unsafe")),
        "contact": lambda: hand.draw.choice(("text only", "07700 900123 after 10am", "via sister", None)),
        "actions": lambda: hand.draw.choice(("see minutes", "Flag & tag", None)),
        "notes": lambda: hand.draw.choice(('=HYPERLINK("http://example.invalid","see")', "interpreter", None)),
    }


def _births(one: InventedReferral, hand: Hand) -> object:
    if len(one.perpetrators) == 1:
        return hand.birth(one.perpetrators[0], one.day)
    return " & ".join(f"{person.birth:%d/%m/%Y}" for person in one.perpetrators)
