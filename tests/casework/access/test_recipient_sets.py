"""Recipients grouped by the powers that reach them."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from casework.access.gateways import can_rely_on, recipient_sets
from tests.casework.access.catalogue import CATALOGUE, TYPES, bodies, body, disclosure, everything, gateway


def _plain(found) -> tuple:
    sets = [(_who(each.recipients), [row.code for row in each.gateways]) for each in found.sets]
    return sets, [(*_who([recipient])[0], why) for recipient, why in found.without]


def _who(bodies) -> list[tuple]:
    return sorted((each.name, each.type) for each in bodies)


def _sets(**changes):
    """Of the recipients: who stands with whom, under which powers; and who stands apart, and why."""
    case = disclosure(**changes)
    found = recipient_sets(CATALOGUE, **case)
    sets = [([each.name for each in one.recipients], [row.code for row in one.gateways]) for one in found.sets]
    return sets, [(recipient.name, why) for recipient, why in found.without]


NO_AUTHORITY = "cannot receive under Crime and Disorder Act 1998 s.115 because it is not a relevant authority and does not act on behalf of one."


def test_an_agenda_of_a_council_for_seven_agencies():
    seven = ["police", "childrens_social_care", "probation", "housing_registered_provider", "health_primary"]
    recipients = [body(each) for each in seven] + [body("idva_service", behalf="council"), body("education")]
    sets, without = _sets(discloser=body("council"), recipients=recipients)
    assert sets == [
        (["childrens_social_care", "housing_registered_provider", "idva_service", "police", "probation"], ["CDA115"])
    ]
    assert without == [
        ("education", f"A school or college {NO_AUTHORITY}"),
        ("health_primary", f"A primary care service {NO_AUTHORITY}"),
    ]


def test_the_police_reach_everybody_in_two_sets():
    sets, without = _sets(recipients=[body("idva_service"), body("council"), body("health_primary"), body("probation")])
    assert (sets, without) == (
        [
            (["council", "probation"], ["CDA115", "POLICE_COMMON"]),
            (["health_primary", "idva_service"], ["POLICE_COMMON"]),
        ],
        [],
    )


def test_data_that_no_power_carries_leave_everybody_apart():
    recipients = [body("council"), body("police")]
    case = {"discloser": body("fire_rescue"), "recipients": recipients, "purpose": "sv_strategy"}
    assert _sets(**case)[0] == [(["council", "police"], ["SVD16"])]
    none = "No power in the catalogue serves this disclosure."
    assert _sets(**case, data_classes=["health-confidential"]) == ([], [("council", none), ("police", none)])


def test_more_than_three_sets_are_merged_and_keep_what_they_can():
    rows = [
        gateway(code="A", recipient_types=["police", "council", "probation"]),
        gateway(code="B", recipient_types=["council", "probation"]),
        gateway(code="C", recipient_types=["probation", "education"]),
        gateway(code="D", recipient_types=["other"]),
    ]
    agencies = [body(each) for each in ("police", "council", "probation", "education", "other")]
    found = recipient_sets(rows, **disclosure(recipients=agencies))
    assert [([each.name for each in one.recipients], [row.code for row in one.gateways]) for one in found.sets] == [
        (["council", "police", "probation"], ["A"]),
        (["education"], ["C"]),
        (["other"], ["D"]),
    ]


def test_of_the_merges_the_richest_is_taken():
    rows = [gateway(code=code, recipient_types=types.split()) for code, types in {
        "A": "police council", "B": "council probation", "C": "council probation", "D": "other", "E": "education",
    }.items()]  # fmt: skip
    agencies = [body(each) for each in ("police", "council", "probation", "other")]
    found = recipient_sets(rows, **disclosure(recipients=agencies))
    assert [([each.name for each in one.recipients], [row.code for row in one.gateways]) for one in found.sets] == [
        (["council", "probation"], ["B", "C"]),
        (["other"], ["D"]),
        (["police"], ["A"]),
    ]


def test_four_that_share_nothing_stay_four():
    four = ["council", "education", "other", "police"]
    rows = [gateway(code=each.upper(), recipient_types=[each]) for each in four]
    found = recipient_sets(rows, **disclosure(recipients=[body(each) for each in four]))
    assert [([each.name for each in one.recipients], [row.code for row in one.gateways]) for one in found.sets] == [
        ([each], [each.upper()]) for each in four
    ]


lists = st.lists(st.sampled_from(TYPES[:6]), max_size=4, unique=True)


@given(st.lists(lists, max_size=7), st.lists(bodies, max_size=8))
def test_sets_hold_everybody_once_under_a_power_that_reaches_all(drawn, recipients):
    rows = [gateway(code=f"ROW{number}", recipient_types=types) for number, types in enumerate(drawn)]
    case = disclosure(recipients=recipients)
    found = recipient_sets(rows, **case)
    told = [each for one in found.sets for each in one.recipients] + [each for each, _ in found.without]
    assert sorted(map(id, told)) == sorted(map(id, recipients))
    for one in found.sets:
        both = [row for row in rows if can_rely_on(row, **case | {"recipients": one.recipients})]
        assert one.gateways == both
        assert both
    assert not [each for each, _ in found.without if any(can_rely_on(r, **case | {"recipients": [each]}) for r in rows)]
    reached = [each for one in found.sets for each in one.recipients]
    three = any(_reach(rows, chosen, case, reached) for chosen in product(rows, repeat=3))
    assert not (three and len(found.sets) > 3)


def _reach(rows, chosen, case, recipients) -> bool:
    return all(
        any(can_rely_on(row, **case | {"recipients": [each]}) for row in chosen)
        for each in {each.type: each for each in recipients}.values()
    )


@given(everything, st.permutations(CATALOGUE), st.randoms(use_true_random=False))
def test_no_order_matters(case, rows, random):
    shuffled = case | {each: random.sample(case[each], len(case[each])) for each in ("recipients", "data_classes")}
    assert _plain(recipient_sets(rows, **shuffled)) == _plain(recipient_sets(CATALOGUE, **case))
