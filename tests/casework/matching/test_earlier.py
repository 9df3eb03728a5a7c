import datetime

from casework.matching.earlier import look_back
from casework.matching.link import ReferralRecord
from casework.matching.names import Name
from casework.matching.persons import DAY, Birth, person_record
from casework.matching.repeats import RepeatRule


def person(forename, surname, born="", postcode=""):
    birth = Birth(datetime.date.fromisoformat(born), DAY) if born else Birth()
    return person_record(Name(forename, surname), birth=birth, postcode=postcode)


ANN = person("Ann", "Archer", "1984-03-07", "HB4 2NZ")
ANNE = person("Anne", "Acrher", "1984-07-03")
BEN = person("Ben", "Brookes", "1980-05-09")
CARL = person("Carl", "Coulson", "1979-10-30")
DORA = person("Dora", "Dunmore", "1991-01-21")


def row(key, day, victim, *perpetrators):
    return ReferralRecord(key, datetime.date.fromisoformat(day), victim, perpetrators)


TWELVE_MONTHS = RepeatRule()


def kinds(new, *earlier, rule=TWELVE_MONTHS, **options):
    return [(found.kind, found.earlier) for found in look_back(new, earlier, rule, **options)]


def test_twelve_months_to_the_day():
    new = row("new", "2026-03-10", ANNE, BEN)
    assert kinds(new, row("old", "2025-03-10", ANN, BEN)) == [("repeat", "old")]
    assert kinds(new, row("old", "2025-03-09", ANN, BEN)) == [("returning", "old")]
    assert kinds(new, row("old", "2025-03-09", ANN, BEN), rule=RepeatRule(months=13)) == [("repeat", "old")]


def test_half_the_pair_is_named_as_what_it_is():
    new = row("new", "2026-03-10", ANN, BEN)
    assert kinds(new, row("old", "2026-01-10", ANN, CARL)) == [("new_perpetrator", "old")]
    assert kinds(new, row("old", "2026-01-10", DORA, BEN)) == [("same_perpetrator", "old")]
    assert kinds(new, row("old", "2026-01-10", DORA, CARL)) == []


def test_a_local_rule_may_count_the_victim_alone():
    new = row("new", "2026-03-10", ANN, BEN)
    assert kinds(new, row("old", "2026-01-10", ANN, CARL), same_perpetrator=False) == [("repeat", "old")]


def test_any_of_several_perpetrators_and_later_records_are_no_history():
    new = row("new", "2026-03-10", ANN, CARL, BEN)
    assert kinds(new, row("old", "2026-01-10", ANN, BEN, DORA), row("later", "2026-05-01", ANN, BEN)) == [
        ("repeat", "old")
    ]


def test_evidence_names_features_and_mentions_and_no_text():
    (found,) = look_back(row("new", "2026-03-10", ANN, CARL, BEN), [row("old", "2026-01-10", ANN, BEN)], RepeatRule())
    assert found.score > 0.99
    assert {(piece.who, piece.number, piece.earlier_number) for piece in found.evidence} == {
        ("victim", 0, 0),
        ("perpetrator", 1, 0),
    }
    assert ("victim", "birth", "exact") in {piece[:3] for piece in found.evidence}
    assert "archer" not in str(found).lower()


def test_most_interesting_first_and_not_too_many():
    new = row("new", "2026-03-10", ANN, BEN)
    earlier = [
        row(f"other{n}", f"2026-01-{n + 1:02}", person(f"V{n}x", f"Surname{n}", f"19{60 + n}-02-03"), BEN)
        for n in range(12)
    ]
    found = kinds(new, *earlier, row("old", "2025-12-10", ANN, BEN))
    assert found[0] == ("repeat", "old")
    assert len(found) == 8
