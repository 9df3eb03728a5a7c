"""The shipped powers, what they offer to whom, and what holds for every row and every disclosure."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.access.gateways import BODIES, DATA, POWERS, PUBLIC_BODIES, can_rely_on, offer, reasons_against
from casework.models import LegalGateway
from casework.panels.registry import panel_kinds
from tests.casework.access.catalogue import (
    BY_CODE,
    CATALOGUE,
    CLASSES,
    DAY,
    KINDS,
    TYPES,
    bodies,
    body,
    disclosure,
    everything,
    gateway,
)  # fmt: skip


def against(code: str, **changes) -> list[str]:
    return reasons_against(BY_CODE[code], **disclosure(**changes))


def offered(**changes) -> list[str]:
    return [row.code for row in offer(CATALOGUE, **disclosure(**changes)).offered]


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


def test_the_catalogue_is_whole():
    assert sorted(BY_CODE) == [
        "ASB104", "ASB_SCH4_7", "CA04_10_11", "CA04_16LA", "CA04_16LC", "CA89_17", "CA89_17_OUT", "CA89_47", "CALDICOTT", "CARE42_45", "CDA115",
        "CDA17", "CDA17A", "CDA5_6", "CONSENT", "COURT_ORDER", "CPA26_ASB", "DAA_CHILD_SCHOOL", "DAA_DEF", "DEA17", "DVDS", "HA_213B", "HA_RP",
        "HA_RP_IN", "MAPPA325", "MAPPA325_IN", "NHS_CONF", "OMA14", "POLICE_COMMON", "SSWW", "SVD16", "VIR44A", "VITAL", "VPA13", "VPA19_DARDR",
    ]  # fmt: skip
    assert len(CATALOGUE) == len(BY_CODE)
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
    assert [BODIES.get(kind) for kind in TYPES] == [
        "a police force", "an IDVA service", "children's social care", "adult social care", "a primary care service", "an acute hospital",
        "a community health service", "a mental health service", "the probation service", "a council's community safety team",
        "a council's housing service", "a housing association", "a substance use service", "a school or college", "a youth justice service",
        "a voluntary domestic abuse service", "a fire and rescue service", None,
    ]  # fmt: skip
    assert [DATA[each] for each in CLASSES] == [
        "personal data", "special category data", "confidential health information", "data about offences", "what was said in counselling",
        "data about a child", "a safe address", "the identity of a source",
    ]  # fmt: skip
    assert list(DATA) == CLASSES
    assert sorted(set(TYPES) - PUBLIC_BODIES) == [
        "education", "housing_registered_provider", "idva_service", "other", "substance_use", "voluntary_da_specialist",
    ]  # fmt: skip


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


def test_a_class_without_words_is_named_by_its_code():
    row = gateway(excluded_data_classes=["zeta", "alpha", "child"])
    assert reasons_against(row, **disclosure(data_classes=["zeta", "child", "alpha"])) == [
        "This power does not carry data about a child, alpha or zeta."
    ]


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
