"""What the kit's fields take, what they refuse and in which words, and how forms speak."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from casework.forms.fields import (
    CleanCharField,
    PartialDate,
    PartialDateField,
    PersonNameField,
    PhoneField,
    PostcodeField,
    UKDateField,
    with_not_known,
)
from casework.templatetags import kit as tags
from tests.casework import kit_gallery


def refusal(field, value) -> str:
    """The sentence with which a field refuses a value."""
    with pytest.raises(ValidationError) as refused:
        field.clean(value)
    return refused.value.messages[0]


# Text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ab\x00c", "Reason contains a NUL character (character 3). Delete it and type that part again"),
        ("a\x07", "Reason contains a control character that cannot be printed (U+0007, character 2). Delete it and type that part again"),
        ("a\x0b", "Reason contains a control character that cannot be printed (U+000B, character 2). Delete it and type that part again"),
        ("\x9d", "Reason contains a control character that cannot be printed (U+009D, character 1). Delete it and type that part again"),
        ("\u202eabc", "Reason contains a hidden character that changes the reading direction (U+202E, character 1). Delete it and type that part again"),
        ("a\u2066", "Reason contains a hidden character that changes the reading direction (U+2066, character 2). Delete it and type that part again"),
        ("a\udc00", "Reason contains a character that arrived damaged (character 2). Delete it and type that part again"),
        ("\ufffdb", "Reason contains a character that arrived damaged (character 1). Delete it and type that part again"),
    ],
)  # fmt: skip
def test_a_character_that_cannot_be_kept_is_named_with_its_place(text, said):
    assert refusal(CleanCharField(label="Reason"), text) == said


def test_text_is_composed_and_its_line_breaks_are_line_feeds():
    assert CleanCharField(lines=3).clean("Zoe\u0308\r\nb\rc\td\u2028e") == "Zo\u00eb\nb\nc\td\ne"


def test_a_box_of_one_line_joins_white_space_and_refuses_a_second_line():
    assert CleanCharField(label="Place").clean(" a \t\u00a0 b ") == "a b"
    assert refusal(CleanCharField(label="Place"), "a\nb") == "Place must be on one line"


def test_the_limit_is_named_with_what_was_typed():
    field = CleanCharField(label="Reason", max_length=1200, lines=5)
    assert field.clean("x" * 1200) == "x" * 1200
    assert refusal(field, "x" * 1234) == "Reason must be 1,200 characters or fewer. You have typed 1,234"
    assert "maxlength" not in field.widget.attrs


def test_text_in_which_nothing_is_visible_counts_as_empty():
    assert CleanCharField(required=False).clean("\u200b\u200e \ufeff") == ""


@pytest.mark.parametrize(
    "name", ["Żaneta O’Brien-Łącka", "فاطمة", "प्रिया", "ਹਰਪ੍ਰੀਤ", "ፍቅርተ", "王小明", "Ng\u0169", "می\u200cخواهم"]
)
def test_names_in_any_script_pass_as_they_are(name):
    assert PersonNameField().clean(name) == name


def test_a_name_needs_a_letter():
    assert refusal(PersonNameField(label="Family name"), "123") == "Family name must contain at least one letter"


@given(st.text(max_size=60))
def test_whatever_is_typed_is_refused_in_words_or_kept_clean(text):
    field = CleanCharField(label="Reason", required=False, lines=2)
    try:
        kept = field.clean(text)
    except ValidationError:
        kept = ""
        said = refusal(field, text)
        assert said.startswith("Reason contains a ")
    assert field.clean(kept) == kept
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", kept)
    kept.encode()


@given(st.text(alphabet=st.characters(), max_size=40))
def test_what_was_refused_can_be_shown_again(text):
    form = kit_gallery.GalleryForm({"reason": text, "family_name": text, "born_day": text, "phone": text}, {})
    assert not form.is_valid()
    for name in ("reason", "family_name", "born", "phone"):
        str(form[name]).encode()


# Postcodes and telephone numbers


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("hb1 2ab", "HB1 2AB"), ("HB12AB", "HB1 2AB"), (" ec1a1bb ", "EC1A 1BB"), ("m1-1aa", "M1 1AA"), ("gir 0aa", "GIR 0AA"), ("HB10 9ZZ", "HB10 9ZZ")],
)  # fmt: skip
def test_postcodes_of_any_area_are_written_alike(typed, kept):
    assert PostcodeField().clean(typed) == kept


@pytest.mark.parametrize("typed", ["nowhere", "HB1", "HB1 2A", "1HB 2AB", "HB1 2ABC", "HB１ 2AB "])
def test_what_has_not_the_shape_of_a_postcode_is_refused(typed):
    assert refusal(PostcodeField(), typed) == "Enter a full postcode, like HB1 2AB"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("07700 900123", "07700 900123"),
        ("+44 7700 900123", "07700 900123"),
        ("+44 (0)7700 900-123", "07700 900123"),
        ("0044 1632 960001", "01632 960001"),
        ("+353 1 496 0000", "+35314960000"),
    ],
)
def test_telephone_numbers_are_written_alike(typed, kept):
    assert PhoneField().clean(typed) == kept


@pytest.mark.parametrize("typed", ["12", "call me", "07700 9001234567", "0", "+", "٠٧٧٠٠٩٠٠١٢٣"])
def test_what_is_no_telephone_number_is_refused(typed):
    assert refusal(PhoneField(), typed).startswith("Enter a telephone number, like ")


# Dates


@pytest.mark.parametrize(
    ("boxes", "day"),
    [
        (["1", "3", "2026"], date(2026, 3, 1)),
        (["29", "02", "2024"], date(2024, 2, 29)),
        (["1", "Sept", "2025"], date(2025, 9, 1)),
        ([" 7 ", "march", "1999"], date(1999, 3, 7)),
        (["１", "３", "２０２６"], date(2026, 3, 1)),
    ],
)
def test_a_date_is_read_from_its_boxes(boxes, day):
    assert UKDateField().clean(boxes) == day


@pytest.mark.parametrize(
    ("boxes", "said", "wrong"),
    [
        (["31", "2", "2026"], "Date of birth: 31 February 2026 does not exist, because February 2026 has 28 days", ("day",)),
        (["31", "April", "2026"], "Date of birth: 31 April 2026 does not exist, because April 2026 has 30 days", ("day",)),
        (["32", "1", "2026"], "Date of birth: the day must be between 1 and 31", ("day",)),
        (["0", "1", "2026"], "Date of birth: the day must be between 1 and 31", ("day",)),
        (["1", "13", "2026"], "Date of birth: the month must be between 1 and 12", ("month",)),
        (["1", "Marzo", "2026"], "Date of birth: the month must be a number or a name, like 3 or March", ("month",)),
        (["1", "3", "26"], "Date of birth: the year must have 4 digits, like 1987", ("year",)),
        (["1", "3", "1776"], "Date of birth: the year must be between 1900 and 2199", ("year",)),
        (["1", "", "2026"], "Date of birth must include a month", ("month",)),
        (["", "3", ""], "Date of birth must include a day and a year", ("day", "year")),
        (["9" * 5000, "3", "2026"], "Date of birth: the day must be a number", ("day",)),
        (["²", "-1", "2026"], "Date of birth: the month must be a number or a name, like 3 or March", ("month",)),
    ],
)  # fmt: skip
def test_an_impossible_date_is_refused_in_words_that_name_the_box(boxes, said, wrong):
    with pytest.raises(ValidationError) as refused:
        UKDateField(label="Date of birth").clean(boxes)
    assert (refused.value.messages, refused.value.params["boxes"]) == ([said], wrong)


@pytest.fixture
def first_of_march(monkeypatch):
    monkeypatch.setattr("casework.forms.dates.timezone.localdate", lambda: date(2026, 3, 1))


@pytest.mark.usefixtures("first_of_march")
def test_past_and_future_include_today():
    assert UKDateField(past=True).clean(["1", "3", "2026"]) == date(2026, 3, 1)
    assert UKDateField(future=True).clean(["1", "3", "2026"]) == date(2026, 3, 1)
    assert (
        refusal(UKDateField(past=True, label="Seen"), ["2", "3", "2026"])
        == "Seen must be today or in the past. You have typed 2 March 2026"
    )
    assert (
        refusal(UKDateField(future=True, label="Due"), ["28", "2", "2026"])
        == "Due must be today or in the future. You have typed 28 February 2026"
    )


@pytest.mark.usefixtures("first_of_march")
def test_a_partial_date_may_lack_its_day_or_month():
    field = PartialDateField(label="Moved in", past=True)
    assert [str(field.clean(boxes)) for boxes in (["", "", "2025"], ["", "3", "2025"], ["9", "3", "2025"])] == [
        "2025",
        "March 2025",
        "9 March 2025",
    ]
    assert field.clean(["", "3", "2025"]).iso == "2025-03"
    assert PartialDate.from_iso("2025-03") == PartialDate(2025, 3)
    assert refusal(field, ["9", "", "2025"]) == "Moved in must include a month where it has a day"
    assert refusal(field, ["", "4", "2026"]) == "Moved in must be today or in the past. You have typed April 2026"


def test_a_date_shows_again_what_was_typed_and_what_was_stored():
    typed = kit_gallery.GalleryForm({"born_day": "31", "born_month": "Feb", "born_year": "x"}, {})
    stored = kit_gallery.GalleryForm(initial={"born": date(1987, 3, 27), "moved": PartialDate(2020, 5)})
    assert [box["value"] for box in tags.date_boxes(typed["born"])] == ["31", "Feb", "x"]
    assert [box["value"] for box in tags.date_boxes(stored["born"])] == ["27", "3", "1987"]
    assert [box["value"] for box in tags.date_boxes(stored["moved"])] == ["", "5", "2020"]


# Forms


def test_an_empty_form_says_what_to_enter():
    form = kit_gallery.GalleryForm({}, {})
    assert {name: errors[0] for name, errors in form.errors.items()} == {
        "family_name": "Enter family name",
        "born": "Enter date of birth",
        "aware": "Answer the question: Does the victim know of this referral?",
        "criteria": "Answer the question: Which criteria are met?",
        "relation": "Select relationship",
        "reason": "Enter why you are referring",
        "checked": "Tick to go on: I have checked that this number is safe to ring",
    }


@pytest.mark.parametrize(
    ("typed", "errors", "kept"),
    [
        ({"aware": "no"}, ["Enter why the victim does not know"], None),
        ({"aware": "no", "why_unaware": "Not safe to tell"}, [], "Not safe to tell"),
        ({"aware": "yes", "why_unaware": "left over"}, [], ""),
        ({"aware": "yes", "why_unaware": "\x00"}, [], ""),
    ],
)
def test_a_revealed_field_counts_only_while_its_choice_is_made(typed, errors, kept):
    form = kit_gallery.GalleryForm(typed, {})
    assert form.errors.get("why_unaware", []) == errors
    assert form.cleaned_data.get("why_unaware") == kept


def test_not_known_is_the_last_choice():
    assert with_not_known([("yes", "Yes")]) == [("yes", "Yes"), ("not_known", "Not known")]


def test_the_browser_is_told_to_keep_nothing():
    form = kit_gallery.GalleryForm()
    drawn = str(form)
    boxes = re.findall(r"<(?:input|textarea|select)[^>]*>", drawn)
    typed = [box for box in boxes if not re.search(r'type="(radio|checkbox|file|hidden)"', box)]
    assert len(typed) == 13
    assert [box for box in typed if 'autocomplete="off"' not in box] == []
