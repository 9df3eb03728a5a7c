"""The base of filters: it looks into no hidden field, and what it cannot read shows nothing."""

import django_filters
import pytest
from django.http import QueryDict

from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.cases import open_case
from casework.filters import UKDateFilter, UnsafeFilter, ViewerFilterSet
from casework.models import Case, Party, PartyAddress, Referral
from tests.world import arranging


def filter_of(model, **filters):
    meta = type("Meta", (), {"model": model, "fields": []})
    return type("SomeFilter", (ViewerFilterSet,), {"Meta": meta, **filters})


@pytest.mark.parametrize(
    ("model", "column", "lookup"),
    [
        (Party, "family_name", "exact"),
        (Party, "born_on", "exact"),
        (PartyAddress, "postcode", "exact"),
        (Referral, "reason", "exact"),
        (Referral, "case__reference", "icontains"),
        (Referral, "referrer__display_name", "exact"),
    ],
)
def test_a_filter_into_a_hidden_field_is_refused_when_it_is_written(model, column, lookup):
    with pytest.raises(UnsafeFilter):
        filter_of(model, q=django_filters.CharFilter(field_name=column, lookup_expr=lookup))


def test_a_filter_by_code_or_date_is_made():
    made = filter_of(
        Referral,
        panel=django_filters.CharFilter(field_name="case__panel__slug"),
        since=UKDateFilter(field_name="referred_on", lookup_expr="gte"),
    )
    assert set(made.base_filters) == {"panel", "since"}


CaseStatus = filter_of(
    Case,
    status=django_filters.ChoiceFilter(choices=[("open", "Open"), ("closed", "Closed")]),
    since=UKDateFilter(field_name="opened_at", lookup_expr="date__gte"),
)


@pytest.mark.parametrize(
    ("query", "valid", "rows"),
    [
        ("", True, 1),
        ("status=open", True, 1),
        ("status=open&page=7", True, 1),
        ("status=closed", True, 0),
        ("since_day=1&since_month=1&since_year=2020", True, 1),
        ("since=2020-01-01", True, 1),
        ("status=unheard_of", False, 0),
        ("statuss=open", False, 0),
        ("since_day=31&since_month=2&since_year=2020", False, 0),
        ("since_hour=1", False, 0),
    ],
)
def test_what_cannot_be_read_shows_nothing(people, query, valid, rows):
    with acting(people.users["grace"]) as by, arranging(by):
        open_case(by=by, panel=people.panels["harbourne-marac"], status="open")
        found = CaseStatus(QueryDict(query), queryset=visible(by, Case), viewer=by)
        assert (found.form.is_valid(), found.qs.count()) == (valid, rows)


def test_a_filter_wants_its_viewer():
    with pytest.raises(TypeError):
        CaseStatus(QueryDict(""), queryset=Case._base_manager.none())
