"""Narrowing the list of reports."""

import django_filters
from django import forms
from django.db.models import QuerySet

from asbpanel.words import CATEGORIES
from casework.access.viewer import Viewer
from casework.forms.fields import KitMixin, UKDateField
from casework.models import Report


class FilterForm(KitMixin, forms.Form):
    """A filter's form in the manners of the kit."""

    def clean(self):
        given = super().clean()
        first, last = given.get("received_from"), given.get("received_to")
        if first and last and first > last:
            self.add_error("received_to", "The last day must not be before the first")
        return given


class DayFilter(django_filters.Filter):
    """A day typed in three boxes, compared with a moment by the calendar of London."""

    field_class = UKDateField

    def filter(self, qs: QuerySet, value) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__date__{self.lookup_expr}": value}) if value else qs


class ReportFilter(django_filters.FilterSet):
    """By status, kind of behaviour, and day received."""

    status = django_filters.ChoiceFilter(label="Status", choices=Report.Status.choices, empty_label="Any status")
    category = django_filters.ChoiceFilter(label="Behaviour", choices=CATEGORIES, empty_label="Any behaviour")
    received_from = DayFilter(field_name="received_at", lookup_expr="gte", label="Received from")
    received_to = DayFilter(field_name="received_at", lookup_expr="lte", label="Received to")

    class Meta:
        model = Report
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data=None, queryset=None, *, viewer: Viewer | None = None, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.viewer = viewer


