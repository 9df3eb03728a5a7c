"""The frozen content of a pack, and its JSON."""

import dataclasses
import json

import pytest

from casework.documents.content import from_json, to_json
from tests.casework.documents.sample import pack


def test_a_rich_pack_survives_its_json():
    content = pack(recipient_person="Zoë Łukasz")
    assert from_json(to_json(content)) == content
    assert to_json(from_json(to_json(content))) == to_json(content)


def test_content_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        pack().title = "Another"


def test_the_recipient_is_the_agency_with_the_person_where_there_is_one():
    assert pack().recipient == "Harbourne Police"
    assert pack(recipient_person="Dana Reyes").recipient == "Dana Reyes, Harbourne Police"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        json.dumps({"format": 2, "pack": {}}),
        json.dumps({"format": 1, "pack": {}}),
        json.dumps({"format": 1, "pack": {"title": "SECRET"}}),
        to_json(pack()).replace('"title":"MARAC meeting pack"', '"title":7'),
        to_json(pack()).replace("2026-06-18T", "SECRET"),
    ],
)
def test_other_text_is_refused_without_quoting_it(text):
    with pytest.raises(ValueError, match="pack") as refused:
        from_json(text)
    assert "SECRET" not in str(refused.value)
