"""The shipped catalogue as plain rows, and disclosures to try on it."""

import json
from datetime import date
from types import SimpleNamespace

from hypothesis import strategies as st

from casework.commands.reference_data import DATA as FOLDER
from casework.models import AgencyType, DataClass, Purpose

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


bodies = st.builds(
    body,
    st.sampled_from(TYPES),
    st.sampled_from([f"Agency {letter}" for letter in "ABCDEFGHIJKL"]),
    st.none() | st.sampled_from(TYPES),
)
everything = st.fixed_dictionaries(
    {
        "discloser": bodies,
        "recipients": st.lists(bodies, max_size=5, unique_by=lambda each: each.name),
        "purpose": st.sampled_from(Purpose.values),
        "data_classes": st.lists(st.sampled_from(CLASSES), unique=True),
        "on": st.dates(date(2022, 1, 1), date(2027, 12, 31)),
        "panel_kind": st.sampled_from(KINDS),
        "requested": st.booleans(),
        "switched": st.dictionaries(st.sampled_from(sorted(BY_CODE)), st.booleans(), max_size=6),
    }
)
