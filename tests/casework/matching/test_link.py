import datetime

from casework.matching.blocking import LARGEST_BLOCK, candidate_pairs, joint_keys, tight_keys
from casework.matching.link import Mention, ReferralRecord, joint_probability, link
from casework.matching.names import Name
from casework.matching.persons import DAY, Birth, person_record
from casework.matching.proposals import propose


def person(forename, surname, born="", postcode="", address=""):
    birth = Birth(datetime.date.fromisoformat(born), DAY) if born else Birth()
    return person_record(Name(forename, surname), birth=birth, postcode=postcode, address=address)


def crowd(count=80):
    """Referrals of people who have nothing to do with the rest."""
    syllables = ["bar", "den", "fol", "gan", "hol", "kim", "lor", "mun", "ned", "pol"]
    for number in range(count):
        word = "".join(syllables[int(digit)] for digit in f"{number:03}")
        day = datetime.date(2025, 1, 1) + datetime.timedelta(days=number)
        born, other = f"{1950 + number % 40}-{1 + number % 12:02}-11", f"{1955 + number % 45}-{1 + number % 12:02}-23"
        victim = person(f"v{word}", f"{word}son", born, f"HB1 {number % 10}AA", f"{number} Quay Road")
        yield ReferralRecord(1000 + number, day, victim, (person(f"p{word}", f"{word}ley", other),))


ANN = person("Ann", "Archer", "1984-03-07", "HB4 2NZ", "12 Mill Lane")
BEN = person("Ben", "Brookes", "1980-05-09")
CARL = person("Carl", "Coulson", "1979-10-30")


def row(key, day, victim, *perpetrators, existing=False):
    return ReferralRecord(key, datetime.date.fromisoformat(day), victim, perpetrators, existing=existing)


def found(*rows):
    return propose([*crowd(), *rows]).by_key


def test_same_pair_in_other_spellings_is_a_repeat():
    typed = person("Anne", "Acrher", "1984-07-03", "HB9 9ZZ", "4 Dock Street")
    proposal = found(
        row(1, "2025-02-01", ANN, BEN), row(2, "2025-06-01", typed, person("Benjamin", "Brookes", "1980-05-09"))
    )[2]
    assert (proposal.repeat, proposal.previous) == (True, 1)
    assert 0.9 < proposal.score <= 1.0
    assert {feature.feature: feature.level for feature in proposal.evidence.victim}["birth"] == "swapped"


def test_crossed_roles_are_no_repeat_but_the_same_people():
    outcome = propose([*crowd(), row(1, "2025-02-01", ANN, BEN), row(2, "2025-06-01", BEN, ANN)])
    assert not outcome.by_key[2].repeat
    entity = outcome.linking.entity
    assert entity[Mention(1, "victim", 0)] == entity[Mention(2, "perpetrator", 0)]
    assert entity[Mention(1, "perpetrator", 0)] == entity[Mention(2, "victim", 0)]


def test_new_perpetrator_is_no_repeat_and_the_victim_is_known():
    outcome = propose([*crowd(), row(1, "2025-02-01", ANN, BEN), row(2, "2025-06-01", ANN, CARL)])
    assert not outcome.by_key[2].repeat
    assert outcome.linking.entity[Mention(1, "victim", 0)] == outcome.linking.entity[Mention(2, "victim", 0)]


def test_serial_perpetrator_is_one_person_without_repeat():
    dora = person("Dora", "Denton", "1990-01-02", "HB7 1AA", "3 Elm Close")
    outcome = propose([*crowd(), row(1, "2025-02-01", ANN, BEN), row(2, "2025-06-01", dora, BEN)])
    assert not outcome.by_key[2].repeat
    entity = outcome.linking.entity
    assert entity[Mention(1, "perpetrator", 0)] == entity[Mention(2, "perpetrator", 0)]
    assert entity[Mention(1, "victim", 0)] != entity[Mention(2, "victim", 0)]


def test_namesakes_with_another_birth_date_are_apart():
    namesake = person("Ann", "Archer", "1961-11-25", "HB8 8AA", "90 Wharf Road")
    outcome = propose([*crowd(), row(1, "2025-02-01", ANN, BEN), row(2, "2025-06-01", namesake, CARL)])
    assert not outcome.by_key[2].repeat
    assert outcome.linking.entity[Mention(1, "victim", 0)] != outcome.linking.entity[Mention(2, "victim", 0)]


def test_the_other_party_makes_a_doubtful_person_sure():
    vague = person("Ann", "", "", "", "")
    assert found(row(1, "2025-02-01", ANN, BEN), row(2, "2025-06-01", vague, BEN))[2].repeat
    assert not found(row(1, "2025-02-01", ANN, BEN), row(2, "2025-06-01", vague, CARL))[2].repeat


def test_an_unnamed_perpetrator_proves_no_repeat():
    assert not found(row(1, "2025-02-01", ANN, BEN), row(2, "2025-06-01", ANN, person("", "")))[2].repeat


def test_one_of_several_perpetrators_is_enough_and_does_not_join_the_others():
    rows = [row(1, "2025-02-01", ANN, BEN), row(2, "2025-03-01", ANN, CARL), row(3, "2025-05-01", ANN, BEN, CARL)]
    proposals = found(*rows)
    assert [proposals[key].repeat for key in (1, 2, 3)] == [False, False, True]
    assert proposals[3].previous == 2


def test_existing_referrals_take_part():
    proposal = found(row("HB-0012", "2025-01-05", ANN, BEN, existing=True), row(9, "2025-06-01", ANN, BEN))[9]
    assert (proposal.repeat, proposal.previous) == (True, "HB-0012")


def test_nobody_alike_gives_no_score():
    proposal = found(row(1, "2025-02-01", ANN, BEN))[1]
    assert (proposal.repeat, proposal.previous, proposal.score) == (False, None, None)


def test_order_of_rows_changes_nothing():
    rows = [*crowd(30), row(1, "2025-02-01", ANN, BEN), row(2, "2025-06-01", ANN, BEN), row(3, "2025-08-01", ANN, CARL)]
    there, back = propose(rows).by_key, propose(rows[::-1]).by_key
    assert {key: (one.kind, one.previous) for key, one in there.items()} == {
        key: (one.kind, one.previous) for key, one in back.items()
    }


def test_nothing_to_link_is_fine():
    assert link([]).entity == {}


def test_joint_probability_needs_both():
    assert joint_probability(25.0, 25.0, -9.0) > 0.99
    assert joint_probability(25.0, -10.0, -9.0) == 0.0
    assert joint_probability(-10.0, 25.0, -9.0) == 0.0


def test_candidates_share_a_key_and_come_once():
    keyed = [(0, {"a", "b"}), (1, {"a", "b"}), (2, {"c"}), (3, {"c", "a"})]
    assert sorted(candidate_pairs(keyed)) == [(0, 1), (0, 3), (1, 3), (2, 3)]


def test_a_very_common_key_is_parted_again():
    keyed = [(number, {"x"}) for number in range(LARGEST_BLOCK + 40)]
    refine = {number: (number % 50,) for number, _ in keyed}
    pairs = list(candidate_pairs(keyed, refine=refine))
    assert len(pairs) == 50
    assert all(one % 50 == other % 50 for one, other in pairs)


def test_slips_still_share_a_key():
    assert joint_keys(ANN, BEN) & joint_keys(person("Ann", "Acrher"), person("Benjamin", "Broookes"))
    assert tight_keys(ANN) & tight_keys(person("Anne", "Archer", "1984-07-03"))
