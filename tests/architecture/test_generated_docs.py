"""Pages of docs/ made from the code are up to date, and nothing is left without a rule, a sensitivity or an owner."""

import pytest
from django.conf import settings

from casework.access import policies
from casework.access.scope import rules
from casework.management.documents import DOCUMENTS, our_models, sensitivity_of
from casework.models import CaseBound, ScopedQuerySet
from casework.models.base import SENSITIVITIES
from casework.panels.registry import panel_kinds
from casework.views.addresses import PUBLIC, addresses


@pytest.mark.parametrize("name", DOCUMENTS)
def test_page_is_up_to_date(name):
    assert (settings.BASE_DIR / "docs" / name).read_text() == DOCUMENTS[name](), "run manage.py write_docs"


def test_every_address_has_a_rule_or_is_public_by_name():
    assert [one.path for one in addresses() if one.rule is None and one.name not in PUBLIC] == []
    assert [one.path for one in addresses() if one.rule is not None and one.name in PUBLIC] == []


def test_no_address_carries_a_number_or_a_name():
    """A panel's slug is public: it names an office, nobody in it."""
    assert [
        one.path
        for one in addresses()
        if any(kind in one.path.replace("<slug:panel>", "") for kind in ("<int:", "<slug:", "(?P<pk", "<path:"))
    ] == []


def test_every_address_has_its_own_name():
    names = [one.name for one in addresses()]
    assert sorted(set(names)) == sorted(names)


def test_every_field_has_a_sensitivity():
    fields = [
        (model, field) for model in our_models() for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
    ]
    assert len(fields) > 300
    assert [
        f"{model.__name__}.{field.name}"
        for model, field in fields
        if sensitivity_of(model, field.name) not in SENSITIVITIES
    ] == []


def test_no_sensitivity_is_declared_for_a_field_that_is_not_there():
    stale = [
        f"{model.__name__}.{name}"
        for model in our_models()
        for name in model.sensitivity
        if name not in {field.name for field in model._meta.get_fields()} | {"id", "version"}
    ]
    assert stale == []


def test_every_case_bound_model_has_a_row_rule():
    bound = [
        m for m in our_models() if issubclass(m, CaseBound) or isinstance(m._default_manager.all(), ScopedQuerySet)
    ]
    by_their_grants = {"CaseGrant", "CaseUserGrant", "ConflictOfInterest", "ImportFile"}
    assert {m.__name__ for m in bound if m not in rules()} - by_their_grants == set()


def test_every_status_has_an_owner():
    tables = [
        (getattr(policies, name), getattr(policies, name.replace("_MOVES", "_OWNER")))
        for name in dir(policies)
        if name.endswith("_MOVES")
    ]
    tables += [(kind.case_statuses, kind.status_owner) for kind in panel_kinds()]
    assert len(tables) >= 5
    for moves, owner in tables:
        assert [status for status in moves if not owner.get(status)] == []
        assert {to for ends in moves.values() for to in ends} - set(moves) == set()
