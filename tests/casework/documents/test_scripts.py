"""Names in the world's scripts: every sign has a glyph, stands where the eye expects it, and is found by a search."""

import shutil
import subprocess
import unicodedata

import pytest
from django.conf import settings

from casework.documents.direction import MARKS, base_direction, visual_order
from casework.documents.fonts import FontKit, FontsMissing
from casework.documents.layout import BODY
from casework.documents.pack import draw_pack
from casework.documents.scripts import break_lines, runs, text_width, visible
from tests.casework.documents.sample import case, pack

SAMPLES = {
    "Latin (Welsh, Polish, Vietnamese, Romanian)": "Siân Llŷr, Łukasz Żółć, Nguyễn Thị Hồng, Ștefan",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Світлана Ковальчук",
    "Arabic": "محمد عبد الرحمن",
    "Urdu": "عائشہ ڈاکٹر ٹیپو",
    "Persian": "می‌خواهم پرویز",
    "Pashto": "ګل مکۍ ښځه",
    "Sorani Kurdish": "ڕێبوار ئازاد",
    "Hebrew": "שרה לוי",
    "Devanagari": "प्रिया क्षत्रिय ज्ञानेश्वर",
    "Bengali": "শ্রীমতী চক্রবর্তী",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "Gujarati": "પ્રિયંકા ક્ષત્રિય",
    "Tamil": "தமிழ்ச்செல்வி கிருஷ்ணமூர்த்தி",
    "Telugu": "శ్రీనివాస్ తెలుగు",
    "Kannada": "ಶ್ರೀನಿವಾಸ್ ಕನ್ನಡ",
    "Malayalam": "ശ്രീനിവാസൻ",
    "Sinhala": "ශ්‍රී ලංකා",
    "Thai": "สมชาย ที่อยู่",
    "Khmer": "ខ្មែរ ស្រី",
    "Myanmar": "မြန်မာ ကျော်",
    "Ethiopic": "አበበ ትግርኛ",
    "Armenian": "Հայկ Սարգսյան",
    "Georgian": "ნინო ქართული",
    "Chinese and Japanese": "王小明 ひらがな",
    "Korean": "김민수",
    "Emoji": "🔪 😂",
}


@pytest.fixture
def kit():
    return FontKit(settings.FONT_DIR)


def installed(kit: FontKit, text: str) -> None:
    if kit.missing(text):
        pytest.skip("This font is not installed: run make assets.")


@pytest.mark.parametrize("name", SAMPLES.values(), ids=SAMPLES)
def test_every_letter_has_a_glyph_when_shaped(kit, name):
    installed(kit, name)
    assert visible(name, kit) == name
    for run in runs(name, BODY.style, kit):
        text_width(run.text, BODY.style, kit)
    glyphs = [(font, sign) for (_, font, _), (_, shaped) in kit.shapes.items() for sign in shaped]
    assert [sign for font, sign in glyphs if kit._loaded(font).face.charToGlyph.get(ord(sign), 0) == 0] == []


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed")
@pytest.mark.parametrize("name", SAMPLES.values(), ids=SAMPLES)
def test_a_search_in_the_file_finds_the_name(kit, name, tmp_path):
    installed(kit, name)
    party = case().parties[0]
    drawn = draw_pack(pack(case(parties=(party.__class__("Victim", name, note=name),))))
    assert drawn.warnings == ()
    (tmp_path / "pack.pdf").write_bytes(drawn.pdf)
    said = subprocess.run(
        ["pdftotext", "-f", "3", "-l", "3", tmp_path / "pack.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    said = "".join(char for char in said if unicodedata.category(char) != "Cf")
    for word in unicodedata.normalize("NFC", name).replace(",", "").split():
        assert "".join(char for char in word if unicodedata.category(char) != "Cf") in said


def order(kit: FontKit, text: str) -> list[str]:
    return [run.text for run in visual_order(runs(text, BODY.style, kit), base_direction(text))]


def test_letters_that_run_to_the_left_stand_at_the_right_and_brackets_are_turned(kit):
    installed(kit, "קשת")
    assert order(kit, "(Ali קשת, 34)") == ["(", "Ali", " ", "3", "4", " ", ",", "קשת", ")"]
    assert order(kit, "קשת (שם 34) עם") == ["עם", " ", "(", "3", "4", " ", "שם", ")", " ", "קשת"]


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("then קשת (שם) at", "then (שם) קשת at"),
        ("then (קשת) שם at", "then (קשת) שם at"),
        ("קשת (Ali) שם", "שם (Ali) קשת"),
        ("קשת [שם (עם)] 12", "12 [(עם) שם] קשת"),
        ("קשת ) שם ( at", "at ) שם ( קשת"),
    ],
)
def test_a_pair_of_brackets_stays_a_pair(kit, typed, seen):
    installed(kit, "קשתםעב")
    assert "".join(order(kit, typed)) == seen


def test_the_first_letter_with_a_direction_decides_the_direction():
    assert [base_direction(text) for text in ("12 (محمد) said", "34 Ali محمد", "12/3", "")] == ["R", "L", "L", "L"]


def test_lines_keep_every_letter_in_the_order_typed_and_fit(kit):
    text = "قالت عائشة إنها اتصلت بالشرطة " * 10 + "ب" * 95
    lines = break_lines(text, BODY.style, kit, 120)
    assert "".join(lines).replace(" ", "").replace(MARKS["R"], "") == text.replace(" ", "")
    assert max(text_width(line, BODY.style, kit) for line in lines) <= 120


def test_every_line_of_a_text_that_runs_to_the_left_does_so(kit):
    lines = break_lines("قالت عائشة Mr Smith replied stop " * 3, BODY.style, kit, 120)
    assert any(line.lstrip(MARKS["R"])[0].isascii() for line in lines)
    assert {base_direction(line) for line in lines} == {"R"}
    assert {base_direction(line) for line in break_lines("Mr Smith قالت عائشة " * 3, BODY.style, kit, 120)} == {"L"}


def test_a_sign_without_a_font_prints_as_its_code_and_many_as_a_question(kit):
    assert visible("a\ue001b", kit) == "a[U+E001]b"
    assert visible("\ue001" * 102, kit) == "[U+E001]" * 100 + "[?]" * 2


def test_missing_fonts_say_what_to_do(tmp_path):
    with pytest.raises(FontsMissing, match="make assets"):
        FontKit(tmp_path)
