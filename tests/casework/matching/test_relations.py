import datetime

from casework.matching.link import ReferralRecord, link
from casework.matching.names import Name
from casework.matching.persons import DAY, Birth, person_record
from casework.matching.relations import relations


def person(forename, surname, born):
    return person_record(Name(forename, surname), birth=Birth(datetime.date.fromisoformat(born), DAY))


ANN = person("Ann", "Archer", "1984-03-07")
BEN = person("Ben", "Brookes", "1980-05-09")
CARL = person("Carl", "Coulson", "1979-10-30")
DORA = person("Dora", "Denton", "1990-01-02")


def found(*rows):
    records = [
        ReferralRecord(at, datetime.date(2025, at, 1), victim, people)
        for at, (victim, *people) in enumerate(rows, start=1)
    ]
    return {key: {(one.kind, one.earlier) for one in value} for key, value in relations(records, link(records)).items()}


def test_relations_to_earlier_referrals():
    assert found((ANN, BEN), (ANN, CARL), (DORA, BEN), (BEN, ANN), (ANN, BEN)) == {
        1: set(),
        2: {("new_perpetrator", 1)},
        3: {("same_perpetrator", 1)},
        4: {("crossed_roles", 3)},
        5: {("new_perpetrator", 2), ("same_perpetrator", 3), ("crossed_roles", 4)},
    }


def test_strangers_have_none():
    assert found((ANN, BEN), (DORA, CARL)) == {1: set(), 2: set()}
