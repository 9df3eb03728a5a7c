import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.commands.reference_data import DATA, load_reference_data
from casework.models import InstrumentVersion, LegalGateway, RepeatRule
from casework.risk.scoring import BadInstrument, check_content, items, score, score_text

CHECKLIST = json.loads((DATA / "instruments" / "checklist-24-v1.json").read_text())
IDS = [item["id"] for item in items(CHECKLIST)]
TODAY = date(2026, 11, 22)
ANSWERS = st.dictionaries(st.sampled_from(IDS), st.sampled_from(["yes", "no", "not_known", ""]))

MATRIX = {
    "key": "matrix", "title": "Harm matrix", "number": 1, "source": "a test", "in_force_from": "2026-01-01",
    "answers": {"often": [{"value": "never", "label": "Never"}, {"value": "weekly", "label": "Weekly", "points": 2}, {"value": "daily", "label": "Daily", "points": 3}]},
    "sections": [
        {"id": "harm", "title": "Harm", "items": [{"id": "H1", "label": "Noise", "answers": "often", "weight": 1.5}, {"id": "H2", "label": "Threats", "answers": "often", "weight": 2}]},
        {"id": "context", "title": "Context", "counts": False, "items": [{"id": "C1", "label": "Seen", "answers": "often"}]},
    ],
    "scales": [
        {"in_force_from": None, "in_force_to": "2026-06-30", "threshold": 6, "bands": [{"from": 0, "label": "Low"}, {"from": 6, "label": "High"}], "source": "a test"},
        {"in_force_from": "2026-07-01", "in_force_to": None, "threshold": 9, "bands": [{"from": 0, "label": "Low"}, {"from": 9, "label": "High"}], "source": "a test"},
    ],
}  # fmt: skip


def test_checklist_has_24_items_and_says_what_is_open():
    assert len(IDS) == 24
    answers = dict.fromkeys(IDS[:11], "yes") | dict.fromkeys(IDS[11:15], "not_known") | dict.fromkeys(IDS[15:21], "no")
    found = score(CHECKLIST, answers, TODAY)
    assert (found.text, found.possible_max, found.band, found.visible_high) == ("11, 7 not known", 18, "Medium", False)
    assert found.critical == ("D05", "D08")


@pytest.mark.parametrize(
    ("yes", "band", "high"),
    [
        (0, "Standard", False),
        (9, "Standard", False),
        (10, "Medium", False),
        (13, "Medium", False),
        (14, "High", True),
        (24, "High", True),
    ],
)
def test_bands(yes, band, high):
    found = score(CHECKLIST, dict.fromkeys(IDS[:yes], "yes") | dict.fromkeys(IDS[yes:], "no"), TODAY)
    assert (found.score, found.text, found.band, found.visible_high) == (yes, str(yes), band, high)


@given(ANSWERS)
def test_bounds(answers):
    found = score(CHECKLIST, answers, TODAY)
    assert found.score == sum(value == "yes" for value in answers.values())
    assert found.score + found.open_items == found.possible_max <= 24
    assert found.not_known == sum(value == "not_known" for value in answers.values())
    assert found.visible_high == (found.score >= 14)


@given(ANSWERS, st.sampled_from(IDS))
def test_a_yes_never_lowers_the_score(answers, item):
    before = score(CHECKLIST, answers, TODAY)
    after = score(CHECKLIST, answers | {item: "yes"}, TODAY)
    assert before.score <= after.score <= before.possible_max or answers.get(item) == "no"


@given(st.permutations(IDS))
def test_order_of_answers_is_nothing(order):
    answers = {item: "yes" if int(item[1:]) % 3 else "not_known" for item in order}
    assert score(CHECKLIST, answers, TODAY) == score(CHECKLIST, dict(sorted(answers.items())), TODAY)


def test_weights_sections_and_dated_scales_need_a_file_only():
    answers = {"H1": "weekly", "H2": "weekly", "C1": "daily"}
    early, late = (score(MATRIX, answers, day) for day in (date(2026, 6, 30), date(2026, 7, 1)))
    assert (early.score, early.band, early.visible_high) == (Decimal(7), "High", True)
    assert (late.score, late.band, late.visible_high) == (Decimal(7), "Low", False)
    assert [(s.id, s.score, s.counts) for s in late.sections] == [("harm", 7, True), ("context", 3, False)]
    assert score(MATRIX, {"H1": "daily"}, TODAY).text == "4.5, 1 not known"


def test_no_scale_no_band():
    found = score(MATRIX | {"scales": []}, {}, TODAY)
    assert (found.band, found.visible_high, found.threshold, found.possible_max) == ("", None, None, Decimal("10.5"))


def test_what_is_wrong_with_a_file_is_said():
    with pytest.raises(BadInstrument, match="H1 has no such answer"):
        score(MATRIX, {"H1": "yearly"}, TODAY)
    doubled = MATRIX | {"sections": [MATRIX["sections"][0], MATRIX["sections"][0]]}
    with pytest.raises(BadInstrument, match="H1 stands twice"):
        check_content(doubled)
    with pytest.raises(BadInstrument, match="does not define"):
        check_content(MATRIX | {"answers": {"other": []}})


def test_score_text():
    assert [score_text(*pair) for pair in ((None, 24), (Decimal("14.00"), 0), (Decimal(20), 4))] == [
        "Not completed",
        "14",
        "20, 4 not known",
    ]


@pytest.mark.django_db
def test_reference_data_is_there_after_migrating():
    version = InstrumentVersion.objects.select_related("instrument").get(instrument__key="checklist-24")
    assert [item["id"] for item in items(version.content)] == IDS
    assert version.verified_on is None
    assert RepeatRule.objects.get(panel_kind="marac").months == 12
    assert LegalGateway.objects.get(code="CDA115").verified_on is None


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_loading_again_writes_nothing_and_a_second_instrument_needs_no_code(tmp_path):
    assert load_reference_data() == 0
    (tmp_path / "instruments").mkdir()
    for path in DATA.glob("*.json"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "instruments" / "matrix-v1.json").write_text(json.dumps(MATRIX))
    try:
        assert load_reference_data(folder=tmp_path) == 2
        assert load_reference_data(folder=tmp_path) == 0
        stored = InstrumentVersion.objects.get(instrument__key="matrix")
        assert score(stored.content, {"H2": "daily"}, TODAY).score == 6
    finally:
        _forget("matrix")


def _forget(key):
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM casework_instrumentversion WHERE instrument_id IN (SELECT id FROM casework_riskinstrument WHERE key = %s)",
            [key],
        )
        cursor.execute("DELETE FROM casework_riskinstrument WHERE key = %s", [key])
