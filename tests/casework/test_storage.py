"""Encrypted fields: readable in their own row alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import storage
from casework.models import SafeContact


@given(st.text())
def test_what_goes_in_comes_out(text):
    data = storage.encrypt(text.encode("utf-8", "surrogatepass"), bound_to="a:1")
    assert storage.decrypt(data, bound_to="a:1").decode("utf-8", "surrogatepass") == text


def test_bytes_of_another_row_or_changed_bytes_are_refused():
    data = storage.encrypt(b"1 Quay Walk", bound_to="table.column:row")
    with pytest.raises(storage.CannotDecrypt):
        storage.decrypt(data, bound_to="table.column:other")
    for place in range(len(data)):
        with pytest.raises(storage.CannotDecrypt):
            storage.decrypt(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], bound_to="table.column:row")
    for short in (b"", b"\x01", data[:10]):
        with pytest.raises(storage.CannotDecrypt):
            storage.decrypt(short, bound_to="table.column:row")


def test_two_rows_with_the_same_text_look_different():
    first, second = SafeContact(channel="mobile"), SafeContact(channel="mobile")
    first.hide("07700 900123")
    second.hide("07700 900123")
    assert first.secret != second.secret
    assert b"900123" not in bytes(first.secret)
    assert first.reveal() == second.reveal() == "07700 900123"
    first.secret, second.secret = second.secret, first.secret
    with pytest.raises(storage.CannotDecrypt):
        first.reveal()


def test_a_key_file_is_made_once_and_kept_private(tmp_path):
    path = tmp_path / "keys" / "field.keys"
    storage.make_keys(path)
    first = path.read_text()
    storage.make_keys(path)
    assert path.read_text() == first
    assert path.stat().st_mode & 0o077 == 0
