"""Narrowing the list of reports."""

import django_filters

from asbpanel.words import CATEGORIES
from casework.filters import UKDateFilter, ViewerFilterSet
from casework.models import Report


class ReportFilter(ViewerFilterSet):
    """By status, kind of behaviour, and day received."""

    status = django_filters.ChoiceFilter(label="Status", choices=Report.Status.choices, empty_label="Any status")
    category = django_filters.ChoiceFilter(label="Behaviour", choices=CATEGORIES, empty_label="Any behaviour")
    received_from = UKDateFilter(field_name="received_at", lookup_expr="date__gte", label="Received from")
    received_to = UKDateFilter(field_name="received_at", lookup_expr="date__lte", label="Received to")

    class Meta:
        model = Report
        fields: list[str] = []
