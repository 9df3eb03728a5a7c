"""The paper twin of a pack: what stands in the file, and that any text can be drawn."""

import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from casework.documents.content import (
    AgendaLine,
    CaseSection,
    ItemLine,
    MeetingLine,
    PackContent,
    PartyLine,
    from_json,
    to_json,
)
from casework.documents.pack import draw_pack

AT = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
SENTENCE = "He followed her from work on three evenings and waited outside the school. "


def pack(number: int = 2, text: str = "A statement.", name: str = "Zoë Łukasz", times: int = 1) -> PackContent:
    cases = tuple(
        CaseSection(
            number=str(place), reference=f"AAAA-{place:04}", listing_reason="New", parties=(PartyLine("Victim", name, date(1990, 1, 1), 36),),
            items=(ItemLine("Harbourne Police", "Fact", text),) * times,
        )
        for place in range(1, number + 1)
    )  # fmt: skip
    agenda = tuple(AgendaLine(case.number, case.reference, "New", 12, AT) for case in cases)
    return PackContent(
        "MARAC meeting pack",
        "Harbourne MARAC",
        "Safer Harbourne",
        MeetingLine(AT),
        "Harbourne Police",
        "7",
        AT,
        "Share with care.",
        "BBBB-CCCC",
        agenda=agenda,
        cases=cases,
    )


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def flat(outline) -> list:
    """The marks of an outline at every level."""
    return [mark for entry in outline for mark in (flat(entry) if isinstance(entry, list) else [entry])]


def test_equal_content_gives_equal_bytes_and_survives_its_json():
    content = pack()
    assert from_json(to_json(content)) == content
    assert draw_pack(content).pdf == draw_pack(from_json(to_json(content))).pdf


def test_every_page_says_whose_it_is_and_bookmarks_lead_to_their_page():
    reader = read(draw_pack(pack(number=3)).pdf)
    total = len(reader.pages)
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert "OFFICIAL-SENSITIVE" in text
        assert "Copy 7 for Harbourne Police" in text
        assert f"Page {number} of" in text
        assert text.rstrip().endswith(str(total)) or str(total) in text
    marks = {mark.title: reader.get_destination_page_number(mark) for mark in flat(reader.outline)}
    assert {"1. AAAA-0001", "2. AAAA-0002", "3. AAAA-0003"} <= set(marks)
    for place in (1, 2, 3):
        assert f"AAAA-{place:04}" in reader.pages[marks[f"{place}. AAAA-{place:04}"]].extract_text()


@pytest.mark.parametrize(
    "text",
    ["<b>bold</b> & <img src='file:///etc/passwd'/>", "x" * 5000, "a\x00b\u202ec", "line\n" * 300, "👩‍👧 \ud800"],
)
def test_any_text_is_drawn(text):
    found = read(draw_pack(pack(number=1, text=text)).pdf)
    assert len(found.pages) >= 3


def test_markup_is_printed_as_typed():
    found = read(draw_pack(pack(number=1, text="<b>bold</b> & more")).pdf)
    assert "<b>bold</b> & more" in "".join(page.extract_text() for page in found.pages)


@pytest.mark.parametrize(
    "name",
    [
        "Siân Llŷr",
        "Nguyễn Thị Hồng",
        "Ελένη Παπαδοπούλου",
        "Світлана Ковальчук",
        "محمد عبد الله",
        "שרה לוי",
        "प्रिया शर्मा",
        "அருண்",
    ],
)
def test_names_in_these_scripts_have_their_glyphs(name):
    assert draw_pack(pack(number=1, name=name)).warnings == ()


def test_a_glyph_that_no_font_has_is_warned_of_and_printed_as_its_code():
    drawn = draw_pack(pack(number=1, name="Zoë \ue123"))
    assert len(drawn.warnings) == 1
    assert "U+E123" in drawn.warnings[0]
    assert "[U+E123]" in "".join(page.extract_text() for page in read(drawn.pdf).pages)
