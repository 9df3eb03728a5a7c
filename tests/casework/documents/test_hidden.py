"""What gives a hidden detail away, and what does not."""

import pytest

from casework.documents.hidden import holds_any

HIDDEN = ["12 Lantern Court, Harbourne, HB9 4ZZ", "07700 900123", "Refuge somewhere", "a.b@example.org"]


@pytest.mark.parametrize(
    "text",
    [
        "Come to 12 lantern court.", "12 Lantern\nCourt", "HB94ZZ", "hb9  4zz", "07700 900 123", "+44 7700 900123", "0044 7700 900123",
        "the refuge, somewhere", "A.B@EXAMPLE.ORG", "１２ Lantern Court",
    ],
)  # fmt: skip
def test_found(text):
    assert holds_any(text, HIDDEN)


@pytest.mark.parametrize(
    "text", ["", "Harbourne", "112 Lantern Court", "a refuge", "on 07 May 2026 at 10:00", "07700 900124", "HB9 4ZY"]
)
def test_not_found(text):
    assert not holds_any(text, HIDDEN)


def test_nothing_hidden_nothing_found():
    assert not holds_any("12 Lantern Court, HB9 4ZZ", [])
    assert not holds_any("anything at all", ["", " ", "\n"])
