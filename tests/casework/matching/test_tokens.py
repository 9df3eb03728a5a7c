"""Keyed digests of persons: the same for the same person however typed, and nothing for an unknown one."""

import base64
from datetime import date

import pytest

from casework import storage
from casework.matching.tokens import full_token, name_token, tokens_of

BORN = date(1984, 3, 9)


@pytest.mark.parametrize(
    ("family", "given"),
    [("OKAFOR", "Sîan"), ("okafor", "SIAN"), ("Sian", "Okafor"), ("Okafor (née Hale)", "Mrs Sian")],
)
def test_spelling_order_and_title_make_no_difference(family, given):
    assert full_token(family, given, BORN) == full_token("Okafor", "Sian", BORN)
    assert name_token(family, given) == name_token("Okafor", "Sian")


def test_another_name_another_day_or_the_name_alone_differ():
    same = full_token("Okafor", "Sian", BORN)
    assert len({same, full_token("Okafor", "Sean", BORN), full_token("Okafor", "Sian", date(1984, 3, 10))}) == 3
    assert same[2:] != name_token("Okafor", "Sian")[2:]
    assert (same[:2], name_token("Okafor", "Sian")[:2], len(same)) == ("f:", "n:", 64)


@pytest.mark.parametrize(("family", "given"), [("", ""), ("Unknown", "N/K"), ("Okafor", ""), ("?", "Sian")])
def test_what_is_not_known_has_no_digest(family, given):
    assert (full_token(family, given, BORN), name_token(family, given)) == (None, None)


def test_without_a_birth_date_the_name_alone_is_left():
    assert full_token("Okafor", "Sian", None) is None
    assert tokens_of("Okafor", "Sian", None) == [name_token("Okafor", "Sian")]


def test_a_second_given_name_does_not_hide_anybody():
    assert set(tokens_of("Okafor", "Sian", BORN)) < set(tokens_of("Okafor", "Sian Mary", BORN))
    assert len(tokens_of("Okafor", "Sian Mary", BORN)) == 4


def test_a_new_encryption_key_keeps_the_digests(tmp_path, settings):
    first, second = base64.b64encode(b"1" * 32).decode(), base64.b64encode(b"2" * 32).decode()
    found = []
    for name, lines in (("one", f"1:{first}\n"), ("two", f"1:{first}\n2:{second}\n"), ("three", f"2:{second}\n")):
        (tmp_path / name).write_text(lines)
        settings.FIELD_KEYS_FILE = tmp_path / name
        found.append(name_token("Okafor", "Sian"))
    assert found[0] == found[1] != found[2]
    assert storage.digest_key("one purpose") != storage.digest_key("another purpose")
