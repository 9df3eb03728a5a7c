import pytest

from casework.matching.names import Name, clean_part, fold, is_unknown, parse_name, splits


@pytest.mark.parametrize(
    ("written", "forenames", "surname"),
    [
        ("Joan Archer", "Joan", "Archer"),
        ("ARCHER, Joan", "Joan", "Archer"),
        ("ARCHER Joan", "Joan", "Archer"),
        ("Joan ARCHER", "Joan", "Archer"),
        (" Joan   Archer ", "Joan", "Archer"),
        ("Ms Joan Mary Archer", "Joan Mary", "Archer"),
        ("José da Silva", "José", "da Silva"),
        ("DA SILVA, José", "José", "da Silva"),
        ("Mary O'BRIEN", "Mary", "O'Brien"),
        ("Siân Llewellyn-Jones", "Siân", "Llewellyn-Jones"),
        ("Joan Archer (nee Field)", "Joan", "Archer"),
        ("unknown", "", ""),
        ("n/k", "", ""),
        ("Unknown Archer", "", "Archer"),
        ("Archer, unknown", "", "Archer"),
        ("Archer", "", "Archer"),
    ],
)
def test_whole_name(written, forenames, surname):
    found = parse_name(written)
    assert (found.forenames, found.surname) == (forenames, surname)


@pytest.mark.parametrize(
    ("one", "other"),
    [("José", "jose"), ("O'Brien", "OBRIEN"), ("Łukasz", "lukasz"), ("al-Hassan", "Al Hassan"), ("Straße", "STRASSE")],
)
def test_fold_joins_spellings(one, other):
    assert fold(one) == fold(other)


def test_fold_keeps_other_scripts():
    assert fold("ਗੁਰਪ੍ਰੀਤ") != ""
    assert fold("محمد") != fold("فاطمة")


def test_unknown_is_not_a_name():
    assert [is_unknown(text) for text in ("?", "n/k", "Not known", "tbc", "-", "Unwin")] == [True] * 5 + [False]


def test_open_order_gives_both_readings():
    assert splits(Name("Thi", "Hoa Nguyen", certain=False))[0] == ("hoa nguyen", "thi")
    assert ("duc tran", "van") in splits(parse_name("Van Duc Tran"))


def test_part_in_capitals_becomes_a_name_again():
    assert [clean_part(text) for text in ("MCDONALD", "O'NEILL-SMITH", "AP RHYS", "van Dijk")] == [
        "McDonald",
        "O'Neill-Smith",
        "ap Rhys",
        "van Dijk",
    ]
