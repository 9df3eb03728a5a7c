"""References: forgiving to read aloud, unforgiving to a slip."""

from hypothesis import given
from hypothesis import strategies as st

from casework.models.reference import ALPHABET, new_reference, normalise_reference


def test_a_new_reference_reads_back_however_it_is_typed():
    for _ in range(200):
        reference = new_reference()
        assert len(reference) == 9
        assert reference[4] == "-"
        for typed in (reference.lower(), reference.replace("-", " "), reference.replace("0", "O").replace("1", "l")):
            assert normalise_reference(typed) == reference


@given(st.integers(0, 7), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(place, other):
    body = new_reference().replace("-", "")
    wrong = body[:place] + other + body[place + 1 :]
    assert (normalise_reference(wrong) is None) == (wrong != body)


@given(st.text(max_size=20))
def test_any_text_is_answered(text):
    found = normalise_reference(text)
    assert found is None or len(found) == 9
