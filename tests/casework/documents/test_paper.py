"""A whole pack on paper: its structure, what must not stand in it, hostile text, the passphrase."""

import hashlib
import io
import subprocess
import sys
import time
from dataclasses import replace

import pikepdf
import pytest
from django.conf import settings
from pypdf import PdfReader

from casework.documents.content import ItemLine, PartyLine, Section, to_json
from casework.documents.pack import draw_pack
from casework.documents.protect import encrypt_pdf
from tests.casework.documents.sample import case, pack

CANARY = "CANARY-7731"


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def titles(outline) -> list:
    """Titles of an outline, nested as the outline is."""
    return [titles(entry) if isinstance(entry, list) else entry.title for entry in outline]


def everything(pdf: bytes) -> bytes:
    """All of a file that could say something: streams unpacked, strings and names of every object."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        parts = [str(document.docinfo.items()).encode(), bytes(document.trailer.unparse())]
        for thing in document.objects:
            parts.append(thing.unparse())
            if isinstance(thing, pikepdf.Stream):
                parts.append(thing.read_bytes())
    return b"\n".join(parts)


def test_the_golden_pack():
    reader = read(draw_pack(pack()).pdf)
    text = [page.extract_text() for page in reader.pages]
    assert len(text) == 6
    parts = ["The victim's wishes", "What agencies know", "Risk assessment", "Children", "Notes"]
    assert titles(reader.outline) == [
        "Cover",
        "Agenda and contents",
        "1. H7K4-92QX",
        ["Actions of earlier meetings", *parts],
        "2. K2M9-3RTV",
        parts,
    ]
    for said in ("MARAC meeting pack", "18 June 2026 at 09:30", "11 June 2026 at 10:05", "DD4Q-71MZ", "confidential"):
        assert said in text[0]
    for said in ("Cases with children", "H7K4-92QX", "Planned end: 12:00", "Place a marker on the address", "Overdue"):
        assert said in text[1]
    for said in (
        "Marisol Quennell",
        "14 March 1991",
        "Fit a second lock",
        "She wants to stay",
        "tracker",
        "Not to be repeated",
    ):
        assert said in text[2]
    for said in ("11, 7 not known", "8 on 11 January 2026", "Very frightened", "Child in need", "Notes"):
        assert said in text[3]


def test_the_agenda_says_on_which_page_a_case_begins_and_links_to_it():
    reader = read(draw_pack(pack()).pdf)
    agenda = reader.pages[1]
    begins = [number for number, page in enumerate(reader.pages, 1) if "Marisol Quennell" in page.extract_text()]
    assert begins == [3, 5]
    for number in begins:
        assert f"\n{number}\n" in agenda.extract_text()
    pages = [page.indirect_reference for page in reader.pages]
    assert [
        pages.index(link.get_object()["/Dest"].get_object()[0].indirect_reference) + 1 for link in agenda["/Annots"]
    ] == begins


def test_an_agenda_longer_than_a_page_keeps_its_page_numbers():
    cases = [case(str(number), f"AAAA-{number:04}", items=(), risk=None, notes_lines=1) for number in range(1, 61)]
    reader = read(draw_pack(pack(*cases)).pdf)
    text = [page.extract_text() for page in reader.pages]
    listed = [number for number, said in enumerate(text) if "AAAA-0060" in said]
    assert len(listed) == 2
    assert 2 <= listed[0] < listed[1]
    assert f"\n{listed[1] + 1}\n" in text[listed[0]]


def test_a_table_longer_than_a_page_repeats_its_head():
    answers = case().risk.answers * 12
    reader = read(draw_pack(pack(case(risk=replace(case().risk, answers=answers)))).pdf)
    pages = [page.extract_text() for page in reader.pages if "Very frightened" in page.extract_text()]
    assert len(pages) >= 4
    assert [page.count("Question") for page in pages] == [1] * len(pages)


def test_what_is_not_passed_is_nowhere_in_the_file():
    item = ItemLine("Harbourne Police", "fact", CANARY)
    whole = draw_pack(pack(case(items=(item,)))).pdf
    without = draw_pack(pack(case(items=()))).pdf
    assert CANARY.encode() in everything(whole)
    assert CANARY.encode() not in everything(without)


def test_bookmarks_and_metadata_hold_no_names():
    reader = read(draw_pack(pack()).pdf)
    outside = f"{titles(reader.outline)} {reader.metadata} {sorted(reader.named_destinations)}"
    assert "Quennell" not in outside
    assert reader.metadata.title == "Case pack"
    assert {reader.metadata.author, reader.metadata.creator, reader.metadata.producer} == {"Roundtable"}


ELSEWHERE = """
import hashlib, sys
from django.conf import settings
settings.configure(FONT_DIR=sys.argv[1])
from casework.documents.content import from_json
from casework.documents.pack import draw_pack
print(hashlib.sha256(draw_pack(from_json(sys.stdin.read())).pdf).hexdigest())
"""


def test_another_process_draws_the_same_bytes_whatever_was_drawn_before():
    content = pack(case(parties=(PartyLine("Victim", "क्षत्रिय ज्ञानेश्वर"), PartyLine("Child", "محمد"))))
    draw_pack(pack(case(parties=(PartyLine("Victim", "ज्ञान श्री"), PartyLine("Child", "ښځه عبد")))))
    here = hashlib.sha256(draw_pack(content).pdf).hexdigest()
    command = [sys.executable, "-c", ELSEWHERE, str(settings.FONT_DIR)]
    there = subprocess.run(command, input=to_json(content), capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here


def test_another_copy_is_another_file():
    assert draw_pack(pack()).pdf != draw_pack(pack(copy_number="4")).pdf


def everywhere(text: str):
    """A pack with this text in every field that takes text."""
    one = case(
        parties=(PartyLine(text, text, None, None, text, text),),
        items=(ItemLine(text, text, text, (text,), text),),
        extra=(Section(text, (text,), (text, text), ((text, text, text), (text,))),),
        wishes=text,
        summary=text,
        referred_by=text,
        listing_reason=text,
        criteria=(text,),
        repeat_history=(text,),
        nothing_known=(text,),
        notes_lines=200,
    )
    return pack(
        one,
        recipient_agency=text,
        recipient_person=text,
        handling_line=text,
        panel_name=text,
        title=text,
        marking=text,
        copy_number=text,
    )


@pytest.mark.parametrize(
    "text",
    [
        "<b>RISK: LOW</b> <img src='/etc/passwd'/> & </para> risk <high {{7*7}} %s",
        "\x00\ud800\u202e\u2066\ue000\U000fffff\u0301",
        "\u200d\ufe0f\u0301",
        "محمد (عبد) 12/3 [abc] ١٢٣ " * 20,
        "👩\u200d👧🔪 " * 40,
        "\u2028\u2029\x85\x1c",
        "",
    ],
)
def test_any_text_in_any_field_is_drawn(text):
    assert len(read(draw_pack(everywhere(text)).pdf).pages) >= 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["x" * 200_000, "ب" * 200_000, "王" * 200_000, "a\n" * 100_000, "\U0001fae8" * 200_000]
)
def test_a_very_long_text_is_cut_and_drawn_in_bounded_time(text):
    begun = time.process_time()
    drawn = draw_pack(pack(case(wishes=text)))
    assert time.process_time() - begun < 10
    said = " ".join(page.extract_text() for page in read(drawn.pdf).pages)
    assert "more characters]" in " ".join(said.split())


def test_a_passphrase_locks_the_file_with_aes_256():
    pdf = draw_pack(pack()).pdf
    locked = encrypt_pdf(pdf, "brisk-otter-lantern")
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(locked))
    with pikepdf.open(io.BytesIO(locked), password="brisk-otter-lantern") as opened:
        assert (opened.encryption.R, opened.encryption.bits) == (6, 256)
        assert len(opened.pages) == 6
        assert str(opened.docinfo["/Title"]) == "Case pack"
    assert b"Quennell" not in locked


def test_an_empty_passphrase_is_refused():
    with pytest.raises(ValueError, match="passphrase"):
        encrypt_pdf(draw_pack(pack()).pdf, "")
