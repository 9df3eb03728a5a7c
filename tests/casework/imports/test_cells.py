import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.imports.cells import clean_text


@pytest.mark.parametrize(
    ("value", "text", "stripped"),
    [
        (None, "", False),
        ("  Joan ", "Joan", False),
        ("Jo\x00an", "Joan", True),
        ("Jo\ud800an", "Joan", True),
        ("Jo\x07an", "Joan", True),
        ("one\r\ntwo", "one\ntwo", False),
        ("one_x000D_\ntwo", "one\ntwo", False),
        ("Sia\u0302n", "Siân", False),
        ("a\u00a0b", "a b", False),
        (14, "14", False),
        (14.0, "14", False),
        (1.5, "1.5", False),
        (True, "yes", False),
        (datetime.datetime(2025, 4, 1), "01/04/2025", False),  # noqa: DTZ001
        (datetime.date(2025, 4, 1), "01/04/2025", False),
        ('=HYPERLINK("http://example.invalid","see")', '=HYPERLINK("http://example.invalid","see")', False),
        ("محمد", "محمد", False),
    ],
)
def test_value_as_text(value, text, stripped):
    assert clean_text(value) == (text, stripped)


@given(st.text(st.characters(codec=None)))
def test_result_can_always_be_stored(value):
    text = clean_text(value).value
    assert "\x00" not in text
    assert text.encode("utf-8").decode("utf-8") == text
