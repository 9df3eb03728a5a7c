"""Any text can be cleaned, and what is cut is said."""

import time

import pytest

from casework.documents.text import LIMIT, clean, one_line, paragraphs, safe_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("O'Neill & Sons", "O'Neill & Sons"),
        ("Zoe\u0308 Łukasz", "Zoë Łukasz"),
        ("a\x00b\x07c", "abc"),
        ("a\u202eb\u2066c\ufeffd", "abcd"),
        ("a\ud800b", "ab"),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree four"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("", ""),
    ],
)
def test_clean_keeps_names_and_drops_what_deceives(typed, kept):
    assert clean(typed) == kept


def test_markup_is_escaped_and_nothing_else_changed():
    assert safe_text("<img src='/etc/passwd'> & risk <high") == "&lt;img src='/etc/passwd'&gt; &amp; risk &lt;high"


def test_what_is_cut_is_said():
    assert clean("a " * 15, limit=10) == "a a a a a [cut: 20 more characters]"
    assert clean("ab " * LIMIT).endswith("[cut: 40,000 more characters]")
    assert clean("a" * 10, limit=10) == "a" * 10


def test_a_long_word_is_broken_without_losing_a_letter():
    broken = clean("x" * 450)
    assert [len(part) for part in broken.split(" ")] == [100, 100, 100, 100, 50]


def test_marks_over_one_letter_stop_after_eight():
    assert clean("q" + "\u0301" * 500 + "z") == "q" + "\u0301" * 8 + "z"


def test_paragraphs_are_the_lines_typed_and_never_very_long():
    assert paragraphs("one\n\n  \ntwo ") == ["one", "two"]
    long = paragraphs("word " * 3_000)
    assert " ".join(long) == ("word " * 3_000).strip()
    assert max(map(len, long)) <= 2_500


def test_after_four_hundred_paragraphs_the_rest_run_on():
    found = paragraphs("a\n" * 1_000)
    assert len(found) == 401
    assert " ".join(found) == " ".join("a" * 1_000)


def test_one_line_has_no_line_breaks():
    assert one_line(" a\nb  c ") == "a b c"


@pytest.mark.parametrize("text", ["x" * 200_000, "a" + "\u0301" * 200_000, "\n" * 200_000, "م" * 200_000])
def test_cleaning_takes_bounded_time(text):
    begun = time.process_time()
    clean(text)
    assert time.process_time() - begun < 1
