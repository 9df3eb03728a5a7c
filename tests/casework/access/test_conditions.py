"""The shipped conditions, which bodies are offered which, and the two rules that an edited row keeps."""

from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.access.gateways import PRIVATE_BASES, PUBLIC_BODIES, conditions_for, reasons_against_condition
from casework.models import LegalCondition
from tests.casework.access.catalogue import CLASSES, CONDITION, CONDITIONS, DAY, KINDS, TYPES


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
    assert len(CONDITIONS) == len(CONDITION)


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


@pytest.mark.parametrize("code", ["RLI_SAFEGUARD", "RLI_CRIME", "RLI_EMERGENCY", "LI_SAFEGUARD", "LI_PLAIN"])
def test_no_public_body_relies_on_a_legitimate_interest_whatever_the_row_says(code):
    row = SimpleNamespace(**vars(CONDITION[code]) | {"holder_types": []})
    found = {kind: reasons_against_condition(row, agency_type=kind, data_classes=[], on=DAY) for kind in TYPES}
    assert {kind for kind in TYPES if found[kind]} == PUBLIC_BODIES
    assert found["police"] == ["A public body cannot rely on a legitimate interest for its own tasks."]


@pytest.mark.parametrize(
    ("wording", "expected"),
    [
        ({"special_condition": ""}, "special category data, confidential health information or what was said in counselling"),
        ({"offence_condition": ""}, "data about offences"),
        ({"covers": ["special", "offence"]}, "confidential health information, what was said in counselling or data about a child"),
        ({"covers": CLASSES}, None),
    ],
)  # fmt: skip
def test_sensitive_data_need_a_condition_that_names_one(wording, expected):
    row = SimpleNamespace(**vars(CONDITION["TASK_SAFEGUARD"]) | wording)
    classes = ["child", "counselling", "health-confidential", "offence", "personal", "special"]
    found = reasons_against_condition(row, agency_type="police", data_classes=classes, on=DAY)
    assert found == ([f"This condition does not carry {expected}."] if expected else [])


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
