"""Powers and conditions: the shipped catalogue, what it offers to whom, and what holds for every row and every disclosure."""

import json
from datetime import date, timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.access.gateways import (
    BODIES,
    DATA,
    POWERS,
    PRIVATE_BASES,
    PUBLIC_BODIES,
    can_rely_on,
    conditions_for,
    offer,
    reasons_against,
    reasons_against_condition,
    recipient_sets,
)
from casework.commands.reference_data import DATA as FOLDER
from casework.models import AgencyType, DataClass, LegalCondition, LegalGateway, Purpose
from casework.panels.registry import panel_kinds

DAY = date(2026, 5, 3)
ENDS = ("in_force_from", "in_force_to", "verified_on")


def _load(name: str) -> list[SimpleNamespace]:
    entries = json.loads((FOLDER / name).read_text())
    return [
        SimpleNamespace(**entry | {end: entry[end] and date.fromisoformat(entry[end]) for end in ENDS})
        for entry in entries
    ]


CATALOGUE, CONDITIONS = _load("gateways.json"), _load("conditions.json")
BY_CODE = {row.code: row for row in CATALOGUE}
CONDITION = {row.code: row for row in CONDITIONS}
TYPES, CLASSES, KINDS = AgencyType.values, DataClass.values, ("marac", "asbpanel")


def body(kind: str, name: str = "", behalf: str | None = None) -> SimpleNamespace:
    authority = None if behalf is None else body(behalf)
    return SimpleNamespace(type=kind, name=name or kind, acts_on_behalf_of=authority)


def gateway(**changes) -> SimpleNamespace:
    row = {
        "code": "TEST", "title": "A test power", "provision": "Test Act s.1", "kind": "power", "panel_kinds": ["marac"], "discloser_types": [],
        "recipient_types": [], "why_recipients": "", "on_behalf_counts": False, "by_request": False, "purposes": [], "excluded_data_classes": [],
        "is_offered": True, "in_force_from": None, "in_force_to": None,
    }  # fmt: skip
    return SimpleNamespace(**row | changes)


def disclosure(**changes) -> dict:
    usual = {
        "discloser": body("police"), "recipients": [body("council")], "purpose": "da_safety", "data_classes": ["personal"], "on": DAY, "panel_kind": "marac",
    }  # fmt: skip
    return usual | changes


def against(code: str, **changes) -> list[str]:
    return reasons_against(BY_CODE[code], **disclosure(**changes))


def offered(**changes) -> list[str]:
    return [row.code for row in offer(CATALOGUE, **disclosure(**changes)).offered]


bodies = st.builds(
    body,
    st.sampled_from(TYPES),
    st.sampled_from([f"Agency {letter}" for letter in "ABCDEFGHIJKL"]),
    st.none() | st.sampled_from(TYPES),
)
everything = st.fixed_dictionaries(
    {
        "discloser": bodies,
        "recipients": st.lists(bodies, max_size=5),
        "purpose": st.sampled_from(Purpose.values),
        "data_classes": st.lists(st.sampled_from(CLASSES), unique=True),
        "on": st.dates(date(2022, 1, 1), date(2027, 12, 31)),
        "panel_kind": st.sampled_from(KINDS),
        "requested": st.booleans(),
        "switched": st.dictionaries(st.sampled_from(sorted(BY_CODE)), st.booleans(), max_size=6),
    }
)


# The files


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.code)
def test_a_shipped_power_is_a_row_of_the_model(row):
    LegalGateway(**vars(row)).clean_fields()
    assert set(row.panel_kinds) <= set(KINDS)
    assert row.panel_kinds
    assert set(row.excluded_data_classes) <= set(CLASSES)
    assert row.jurisdiction in ("e", "w", "ew")
    assert (row.verified_on, row.provision != "", row.note != "", row.source != "") == (None, True, True, True)
    assert bool(row.why_recipients) == (row.kind in POWERS and row.recipient_types != [])
    assert not row.why_recipients.endswith(".")
    assert row.note.endswith(".")


@pytest.mark.parametrize("row", CONDITIONS, ids=lambda row: row.code)
def test_a_shipped_condition_is_a_row_of_the_model(row):
    LegalCondition(**vars(row)).clean_fields()
    assert set(row.panel_kinds) <= set(KINDS)
    assert row.panel_kinds
    assert set(row.covers) <= set(CLASSES) - {"personal"}
    assert bool(row.special_condition) == ("special" in row.covers)
    assert bool(row.offence_condition) == ("offence" in row.covers)
    assert (row.verified_on, row.article6 != "", row.holder_types != [], row.note != "") == (None, True, True, True)
    assert not (set(row.holder_types) & PUBLIC_BODIES and any(basis in row.article6 for basis in PRIVATE_BASES))


def test_the_catalogue_is_whole():
    assert sorted(BY_CODE) == [
        "ASB104", "ASB_SCH4_7", "CA04_10_11", "CA04_16LA", "CA04_16LC", "CA89_17", "CA89_17_OUT", "CA89_47", "CALDICOTT", "CARE42_45", "CDA115",
        "CDA17", "CDA17A", "CDA5_6", "CONSENT", "COURT_ORDER", "CPA26_ASB", "DAA_CHILD_SCHOOL", "DAA_DEF", "DEA17", "DVDS", "HA_213B", "HA_RP",
        "HA_RP_IN", "MAPPA325", "MAPPA325_IN", "NHS_CONF", "OMA14", "POLICE_COMMON", "SSWW", "SVD16", "VIR44A", "VITAL", "VPA13", "VPA19_DARDR",
    ]  # fmt: skip
    assert (len(CATALOGUE), len(CONDITIONS)) == (len(BY_CODE), len(CONDITION))
    assert not [row for row in CATALOGUE if "marac" in f"{row.code} {row.title}".lower()]
    assert set(KINDS) <= {each.kind for each in panel_kinds()}


def test_what_is_not_known_to_be_in_force_ships_switched_off():
    off = [row.code for row in CATALOGUE if not row.is_offered]
    assert sorted(off) == [
        "CA04_16LA",
        "CA04_16LC",
        "CPA26_ASB",
        "DAA_CHILD_SCHOOL",
        "DEA17",
        "SSWW",
        "VPA19_DARDR",
    ]


def test_every_type_and_class_has_its_words():
    assert set(BODIES) == set(TYPES) - {"other"}
    assert list(DATA) == CLASSES


# What the shipped catalogue says


@pytest.mark.parametrize(
    ("discloser", "recipient", "purpose", "kind", "expected"),
    [
        (body("police"), body("council"), "da_safety", "marac", ["CDA115", "POLICE_COMMON"]),
        (body("police"), body("idva_service"), "da_safety", "marac", ["POLICE_COMMON"]),
        (body("council"), body("idva_service"), "da_safety", "marac", []),
        (body("council"), body("idva_service", behalf="council"), "da_safety", "marac", ["CDA115"]),
        (body("idva_service"), body("police"), "da_safety", "marac", ["CDA115", "CONSENT"]),
        (body("health_primary"), body("police"), "da_safety", "marac", ["CDA115", "NHS_CONF"]),
        (body("health_primary"), body("idva_service"), "da_safety", "marac", ["NHS_CONF"]),
        (body("council"), body("health_primary"), "da_safety", "marac", []),
        (body("council"), body("health_primary"), "child_safeguard", "marac", ["CA04_10_11"]),
        (body("police"), body("childrens_social_care"), "child_safeguard", "marac", ["CA89_17", "CA89_47", "CA04_10_11"]),
        (body("childrens_social_care"), body("idva_service"), "child_safeguard", "marac", ["CA89_17_OUT"]),
        (body("probation"), body("housing_local_authority"), "homelessness", "marac", ["HA_213B"]),
        (body("housing_registered_provider"), body("police"), "asb_manage", "asbpanel", ["CDA115", "HA_RP", "CONSENT"]),
        (body("police"), body("housing_registered_provider"), "asb_manage", "asbpanel", ["CDA115", "HA_RP_IN"]),
        (body("police"), body("council"), "asb_case_review", "asbpanel", ["ASB104"]),
        (body("police"), body("housing_registered_provider"), "mappa", "marac", ["MAPPA325"]),
        (body("mental_health"), body("probation"), "offender_mgmt", "marac", ["MAPPA325_IN"]),
        (body("police"), body("probation"), "offender_mgmt", "asbpanel", ["OMA14"]),
        (body("police"), body("council"), "sv_strategy", "marac", ["SVD16"]),
    ],
)  # fmt: skip
def test_the_powers_offered(discloser, recipient, purpose, kind, expected):
    assert offered(discloser=discloser, recipients=[recipient], purpose=purpose, panel_kind=kind) == expected


@pytest.mark.parametrize(
    ("code", "changes", "sentences"),
    [
        ("CDA115", {"recipients": [body("voluntary_da_specialist")]}, ["A voluntary domestic abuse service cannot receive under Crime and Disorder Act 1998 s.115 because it is not a relevant authority and does not act on behalf of one."]),
        ("CDA115", {"recipients": [body("idva_service", behalf="substance_use")]}, ["An IDVA service cannot receive under Crime and Disorder Act 1998 s.115 because it is not a relevant authority and does not act on behalf of one."]),
        ("CDA115", {"recipients": [body("idva_service", behalf="council")]}, []),
        ("SVD16", {"purpose": "sv_strategy", "data_classes": ["personal", "health-confidential"]}, ["This power does not carry confidential health information."]),
        ("SVD16", {"purpose": "sv_strategy", "discloser": body("health_acute")}, ["An acute hospital cannot disclose under Police, Crime, Sentencing and Courts Act 2022 s.16: it is not one of the bodies that may."]),
        ("SVD16", {"purpose": "sv_strategy", "discloser": body("adult_social_care")}, ["Adult social care cannot disclose under Police, Crime, Sentencing and Courts Act 2022 s.16: it is not one of the bodies that may."]),
        ("SVD16", {"purpose": "sv_strategy", "on": date(2023, 1, 30)}, ["Not in force on 30 January 2023."]),
        ("SVD16", {"purpose": "sv_strategy", "on": date(2023, 1, 31)}, []),
        ("CDA17A", {"purpose": "statistics", "data_classes": []}, []),
        ("CDA17A", {"purpose": "statistics", "data_classes": ["offence", "personal"]}, ["This power does not carry personal data or data about offences."]),
        ("CALDICOTT", {"discloser": body("health_primary")}, ["This is context, not a power: rely on another and name this one beside it."]),
        ("DEA17", {"purpose": "commissioning", "switched": {}, "panel_kind": "marac"}, ["Not in use until your partnership has checked it and switched it on."]),
        ("DEA17", {"purpose": "commissioning", "switched": {"DEA17": True}}, []),
        ("CDA115", {"switched": {"CDA115": False}}, ["Switched off by your partnership."]),
        ("CDA115", {"switched": {"SVD16": False}}, []),
        ("CDA115", {"purpose": "asb_case_review"}, ["This power does not serve this purpose: an anti-social behaviour case review."]),
        ("ASB104", {"purpose": "asb_case_review"}, ["Not used on this kind of panel."]),
        ("CARE42_45", {"purpose": "adult_safeguard", "recipients": [body("adult_social_care")]}, ["This answers a request: record first who asked, when and what for."]),
        ("CARE42_45", {"purpose": "adult_safeguard", "recipients": [body("adult_social_care")], "requested": True}, []),
        ("COURT_ORDER", {"purpose": "civil_proceedings", "requested": True, "recipients": []}, []),
        ("CONSENT", {}, ["A police force cannot disclose under UK GDPR Art. 6(1)(a), 9(2)(a): it is not one of the bodies that may."]),
        ("CA04_16LA", {"switched": {"CA04_16LA": True}, "purpose": "child_safeguard", "discloser": body("idva_service", behalf="council")}, []),
    ],
)  # fmt: skip
def test_the_sentences(code, changes, sentences):
    assert against(code, **changes) == sentences


def test_all_reasons_come_in_their_order():
    row = gateway(
        kind="standard", panel_kinds=["asbpanel"], discloser_types=["council"], recipient_types=["police"], purposes=["mappa"], by_request=True,
        excluded_data_classes=["special", "child", "offence"], is_offered=False, in_force_to=date(2026, 5, 2), why_recipients="it is no police force", provision="",
    )  # fmt: skip
    others = [body("other"), body("fire_rescue"), body("fire_rescue", "another"), body("police")]
    found = reasons_against(
        row, **disclosure(recipients=others, data_classes=["child", "offence", "special", "personal"])
    )
    assert found == [
        "This is context, not a power: rely on another and name this one beside it.",
        "Not in use until your partnership has checked it and switched it on.",
        "Not in force on 3 May 2026.",
        "Not used on this kind of panel.",
        "This power does not serve this purpose: safety from domestic abuse.",
        "A police force cannot disclose under A test power: it is not one of the bodies that may.",
        "A fire and rescue service cannot receive under A test power because it is no police force.",
        "This kind of body cannot receive under A test power because it is no police force.",
        "This power does not carry special category data, data about offences or data about a child.",
        "This answers a request: record first who asked, when and what for.",
    ]
    assert offer([row], **disclosure()).refused == [(row, found[0])]


def test_a_row_that_does_not_say_why_still_answers():
    row = gateway(recipient_types=["police"], on_behalf_counts=True)
    assert reasons_against(row, **disclosure()) == [
        "A council's community safety team cannot receive under Test Act s.1 because it is not one of the bodies that may and does not act on behalf of one."
    ]


def test_acting_on_behalf_counts_only_where_the_row_says_so():
    there = disclosure(recipients=[body("idva_service", behalf="police")])
    assert can_rely_on(gateway(recipient_types=["police"], on_behalf_counts=True), **there)
    assert not can_rely_on(gateway(recipient_types=["police"]), **there)


def test_the_first_and_the_last_day_count():
    row = gateway(in_force_from=DAY, in_force_to=DAY + timedelta(days=1))
    days = [can_rely_on(row, **disclosure(on=DAY + timedelta(days=shift))) for shift in (-1, 0, 1, 2)]
    assert days == [False, True, True, False]


def test_a_row_for_no_kind_of_panel_serves_each():
    assert can_rely_on(gateway(panel_kinds=[]), **disclosure())


def test_a_purpose_that_nobody_knows_is_an_error():
    with pytest.raises(ValueError, match="holiday"):
        reasons_against(BY_CODE["CDA115"], **disclosure(purpose="holiday"))


# What holds always


@given(everything)
def test_an_offered_power_has_nothing_against_it_and_a_refused_one_has(case):
    result = offer(CATALOGUE, **case)
    assert [reasons_against(row, **case) for row in result.offered] == [[]] * len(result.offered)
    assert [(row, reasons_against(row, **case)[0]) for row, _ in result.refused] == result.refused
    assert len(result.offered) + len(result.refused) == len(CATALOGUE)


@given(everything, st.sampled_from(sorted(BY_CODE)))
def test_switching_a_row_off_takes_that_choice_away_and_no_other(case, code):
    before = [row.code for row in offer(CATALOGUE, **case).offered]
    after = [row.code for row in offer(CATALOGUE, **case | {"switched": case["switched"] | {code: False}}).offered]
    assert after == [each for each in before if each != code]


@given(everything, st.permutations(CATALOGUE), st.randoms(use_true_random=False))
def test_no_order_matters(case, rows, random):
    shuffled = case | {each: random.sample(case[each], len(case[each])) for each in ("recipients", "data_classes")}
    there, here = offer(rows, **shuffled), offer(CATALOGUE, **case)
    assert {row.code for row in there.offered} == {row.code for row in here.offered}
    assert {row.code: why for row, why in there.refused} == {row.code: why for row, why in here.refused}
    assert _plain(recipient_sets(rows, **shuffled)) == _plain(recipient_sets(CATALOGUE, **case))


@given(everything)
def test_what_the_law_never_lets_through(case):
    codes = {row.code for row in offer(CATALOGUE, **case).offered}
    authorities = BY_CODE["CDA115"].recipient_types
    strangers = [
        each
        for each in case["recipients"]
        if each.type not in authorities
        and (each.acts_on_behalf_of is None or each.acts_on_behalf_of.type not in authorities)
    ]
    assert not (strangers and "CDA115" in codes)
    assert not ("health-confidential" in case["data_classes"] and "SVD16" in codes)
    assert not (case["data_classes"] and "CDA17A" in codes)
    assert not codes & {row.code for row in CATALOGUE if row.kind in ("framework", "standard")}
    assert case["requested"] or not codes & {row.code for row in CATALOGUE if row.by_request}


@given(everything, bodies)
def test_another_recipient_never_adds_a_power(case, another):
    before = {row.code for row in offer(CATALOGUE, **case).offered}
    after = {row.code for row in offer(CATALOGUE, **case | {"recipients": [*case["recipients"], another]}).offered}
    assert after <= before


# Sets of recipients


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


# Conditions


@pytest.mark.parametrize(
    ("kind", "classes", "expected"),
    [
        ("police", ["personal", "offence"], ["TASK_SAFEGUARD", "TASK_UNLAWFUL", "TASK_STATUTORY", "DUTY_PUBLIC", "VITAL_PUBLIC", "CLAIMS_PUBLIC", "P3_SAFEGUARD", "P3_STATUTORY"]),
        ("health_primary", ["personal", "health-confidential"], ["TASK_SAFEGUARD", "TASK_UNLAWFUL", "TASK_STATUTORY", "TASK_CARE", "DUTY_PUBLIC", "VITAL_PUBLIC", "CLAIMS_PUBLIC"]),
        ("health_primary", ["personal"], ["TASK_SAFEGUARD", "TASK_UNLAWFUL", "TASK_STATUTORY", "TASK_CARE", "TASK_PLAIN", "DUTY_PUBLIC", "VITAL_PUBLIC", "CLAIMS_PUBLIC"]),
        ("idva_service", ["special", "safe-address"], ["RLI_SAFEGUARD", "RLI_CRIME", "RLI_EMERGENCY", "LI_SAFEGUARD", "DUTY_PRIVATE", "VITAL_PRIVATE"]),
        ("housing_registered_provider", ["personal", "child"], ["RLI_SAFEGUARD", "RLI_CRIME", "RLI_EMERGENCY", "LI_SAFEGUARD", "LI_PLAIN", "DUTY_PRIVATE", "VITAL_PRIVATE"]),
    ],
)  # fmt: skip
def test_the_conditions_offered(kind, classes, expected):
    result = conditions_for(CONDITIONS, agency_type=kind, data_classes=classes, on=DAY, panel_kind="marac")
    assert [row.code for row in result.offered] == expected
    assert len(result.refused) == len(CONDITIONS) - len(expected)


@pytest.mark.parametrize(
    ("code", "kind", "classes", "on", "sentences"),
    [
        ("RLI_SAFEGUARD", "council", ["personal"], DAY, ["A public body cannot rely on a legitimate interest for its own tasks.", "This condition is not for a council's community safety team."]),
        ("RLI_SAFEGUARD", "idva_service", ["personal"], date(2026, 2, 4), ["Not in force on 4 February 2026."]),
        ("RLI_SAFEGUARD", "idva_service", ["personal"], date(2026, 2, 5), []),
        ("TASK_SAFEGUARD", "idva_service", ["personal"], DAY, ["This condition is not for an IDVA service."]),
        ("TASK_SAFEGUARD", "other", [], DAY, ["This condition is not for this kind of body."]),
        ("TASK_PLAIN", "police", ["special", "personal", "child", "offence"], DAY, ["This condition does not carry special category data or data about offences."]),
        ("TASK_CARE", "mental_health", ["health-confidential", "offence"], DAY, ["This condition does not carry data about offences."]),
    ],
)  # fmt: skip
def test_the_sentences_about_conditions(code, kind, classes, on, sentences):
    assert reasons_against_condition(CONDITION[code], agency_type=kind, data_classes=classes, on=on) == sentences


def test_a_condition_is_tested_against_the_panel_only_where_one_is_named():
    found = [
        reasons_against_condition(
            CONDITION["CONSENT_ADVICE"], agency_type="idva_service", data_classes=[], on=DAY, **panel
        )
        for panel in ({}, {"panel_kind": "asbpanel"}, {"panel_kind": "marac"})
    ]
    assert found == [[], [], ["Not used on this kind of panel."]]


@given(
    st.sampled_from(CONDITIONS),
    st.sampled_from(TYPES),
    st.lists(st.sampled_from(CLASSES), unique=True),
    st.lists(st.sampled_from(CLASSES)),
    st.booleans(),
)
def test_an_edited_condition_still_keeps_the_two_rules(row, kind, classes, covers, blank):
    wording = {"special_condition": "", "offence_condition": ""} if blank else {}
    edited = SimpleNamespace(**vars(row) | {"holder_types": [], "covers": covers} | wording)
    fits = not reasons_against_condition(edited, agency_type=kind, data_classes=classes, on=DAY)
    assert not (fits and kind in PUBLIC_BODIES and ("6(1)(ea)" in row.article6 or "6(1)(f)" in row.article6))
    sensitive = {"special", "health-confidential", "counselling"} & set(classes)
    assert not (fits and sensitive and not edited.special_condition)
    assert not (fits and "offence" in classes and not edited.offence_condition)
    assert not fits or set(classes) - {"personal"} <= set(covers)
