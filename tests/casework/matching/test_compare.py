import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.matching.compare import (
    Frequencies,
    birth_agreement,
    compare,
    forename_agreement,
    home_agreement,
    probability,
    surname_agreement,
)
from casework.matching.names import Name
from casework.matching.persons import APPROXIMATE, DAY, Birth, fold_address, fold_postcode, person_record

BORN = datetime.date(1984, 3, 7)


def born(year, month, day, precision=DAY):
    return Birth(datetime.date(year, month, day), precision)


def person(forename="Joan", surname="Archer", birth=born(1984, 3, 7), address="12 Quay Road", postcode="HB1 2AB"):  # noqa: B008
    return person_record(Name(forename, surname), birth=birth, address=address, postcode=postcode)


CROWD = Frequencies(
    [person(f"Name{number}", f"Family{number}", born(1950 + number % 50, 1, 1)) for number in range(400)]
)


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("archer", "archer", "exact"),
        ("al hassan", "alhassan", "exact"),
        ("da silva", "silva", "variant"),
        ("archer", "acrher", "slip"),
        ("archer", "archr", "similar"),
        ("smith", "smyth", "similar"),
        ("smith", "smith jones", "part"),
        ("archer", "baker", "different"),
        ("archer", "", "unknown"),
    ],
)
def test_surname_levels(one, other, level):
    assert surname_agreement(one, other) == surname_agreement(other, one) == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("elizabeth", "liz", "nickname"),
        ("mohammed", "mo", "nickname"),
        ("kathryn", "kath", "nickname"),
        ("mhammed", "mo", "similar"),
        ("joan mary", "joan", "exact"),
        ("j", "joan", "initial"),
        ("paul", "paula", "different"),
        ("joan", "peter", "different"),
        ("", "joan", "unknown"),
    ],
)
def test_forename_levels(one, other, level):
    assert forename_agreement(one, other) == forename_agreement(other, one) == level


@pytest.mark.parametrize(
    ("other", "level"),
    [
        (born(1984, 3, 7), "exact"),
        (born(1984, 7, 3), "swapped"),
        (born(1984, 3, 8), "slip"),
        (born(1984, 3, 17), "slip"),
        (born(1994, 3, 7), "slip"),
        (born(1979, 3, 7), "part"),
        (born(1984, 11, 25), "year"),
        (born(1961, 11, 25), "different"),
        (born(1984, 9, 1, APPROXIMATE), "approx"),
        (born(1970, 9, 1, APPROXIMATE), "approx_far"),
        (Birth(), "unknown"),
    ],
)
def test_birth_levels(other, level):
    assert birth_agreement(Birth(BORN, DAY), other) == birth_agreement(other, Birth(BORN, DAY)) == level


def test_home_levels():
    here = person()
    assert home_agreement(here, person(address="12 Quay Rd", postcode="hb12ab")) == "same"
    assert home_agreement(here, person(address="", postcode="HB1 2AB")) == "same_postcode"
    assert home_agreement(here, person(address="4 Mill Lane", postcode="HB9 1AA")) == "different"
    assert home_agreement(here, person(address="", postcode="")) == "unknown"


def test_same_name_and_day_is_one_person_and_a_namesake_is_not():
    assert compare(person(), person(address="4 Mill Lane", postcode="HB9 1AA"), CROWD).weight > 20
    namesake = person(birth=born(1951, 11, 20), address="4 Mill Lane", postcode="HB9 1AA")
    assert compare(person(), namesake, CROWD).weight < 0


def test_twins_at_one_address_are_two():
    assert compare(person("Joan"), person("Peter"), CROWD).weight < 0


def test_married_name_is_still_one_person():
    assert compare(person(surname="Archer"), person(surname="Brookes"), CROWD).weight > 10


def test_a_rare_name_weighs_more_than_a_frequent_one():
    many = Frequencies(
        [person("Sarah", "Smith", born(1950 + at, 1, 1)) for at in range(40)] + [person("Zora", "Quill")]
    )
    nothing = {"birth": Birth(), "address": "", "postcode": ""}
    frequent = compare(person("Sarah", "Smith", **nothing), person("Sarah", "Smith", **nothing), many)
    rare = compare(person("Zora", "Quill", **nothing), person("Zora", "Quill", **nothing), many)
    assert rare.weight > frequent.weight + 5


def test_features_say_levels_and_hold_no_text():
    found = compare(person(), person(), CROWD)
    assert [feature.feature for feature in found.features] == ["surname", "forename", "birth", "home", "gender"]
    assert found.weight == sum(feature.weight for feature in found.features)
    assert "archer" not in repr(found).casefold()


def test_known_identity_settles_it():
    one = person_record(Name("Joan", "Archer"), identity="7")
    other = person_record(Name("Peter", "Baker"), identity="7")
    assert compare(one, other, CROWD).weight == 60.0


NAMES = st.text(st.characters(categories=("L", "Zs", "Pd")), max_size=12)


@given(NAMES, NAMES, NAMES, NAMES)
def test_comparison_is_the_same_both_ways(a, b, c, d):
    one, other = person(a, b), person(c, d)
    assert compare(one, other, CROWD).weight == pytest.approx(compare(other, one, CROWD).weight, abs=20)
    assert surname_agreement(one.surname, other.surname) == surname_agreement(other.surname, one.surname)


@given(st.floats(allow_nan=False))
def test_probability_stays_between_nothing_and_one(bits):
    assert 0.0 <= probability(bits) <= 1.0


def test_postcode_and_address_forms():
    assert [fold_postcode(text) for text in ("hb4 2nz", "HB42NZ", "nonsense")] == ["HB4 2NZ", "HB4 2NZ", ""]
    assert fold_address("12 Quay Rd, Harbourne") == "12 quay road"
