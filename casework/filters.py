"""Bases of the lists' filters. A filter always knows who looks; what it cannot read shows nothing, and says so.

No filter looks into names, addresses or free text: those are found by the search, which keeps them out of addresses.
"""

from typing import ClassVar

import django_filters
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Field, Model, QuerySet, TextField
from django_filters.filterset import BaseFilterSet, FilterSetMetaclass

from casework.access.viewer import Viewer
from casework.forms.fields import KitForm, UKDateField

NOT_FILTERS = {"page"}
READABLE = {"public", "internal"}
TEXT_LOOKUPS = {
    "contains",
    "icontains",
    "startswith",
    "istartswith",
    "endswith",
    "iendswith",
    "regex",
    "iregex",
    "search",
}


class UnsafeFilter(ImproperlyConfigured):
    """A filter would look into a field that its viewer might not be shown."""


class FilterForm(KitForm):
    """The form of a filter: a parameter that it does not know is an error, so that no typing slip lists everything."""

    def clean(self):
        unknown = set(self.data or {}) - NOT_FILTERS - self._known()
        if unknown:
            raise forms.ValidationError(
                "The address of this page asks for something that this list cannot be filtered by."
            )
        return super().clean()

    def _known(self) -> set[str]:
        found = set()
        for name, field in self.fields.items():
            found.add(self.add_prefix(name))
            found |= {self.add_prefix(name) + suffix for suffix in getattr(field.widget, "widgets_names", [])}
        return found


class UKDateFilter(django_filters.Filter):
    """A day in three boxes, compared with a date or with the London day of a moment: `lookup_expr="date__gte"`."""

    field_class = UKDateField


class CheckedFilterSet(FilterSetMetaclass):
    """Looks over each filter when its class is made."""

    def __new__(cls, name, bases, attrs):
        made = super().__new__(cls, name, bases, attrs)
        if made._meta.model is not None:
            for title, one in made.base_filters.items():
                if not one.method:
                    _refuse_hidden(f"{name}.{title}", made._meta.model, one)
        return made


class ViewerFilterSet(BaseFilterSet, metaclass=CheckedFilterSet):
    """The base of every filter. `viewer` is needed; a filter that cannot be read gives no rows.

    Subclasses list their filters and give `Meta.model` and `Meta.fields = []`; each filter compares a column whose
    sensitivity is public or internal, or names a `method`.
    Raises `UnsafeFilter` when a class is made whose filter would look into anything else.
    """

    class Meta:
        form = FilterForm
        fields: ClassVar[list[str]] = []

    def __init__(self, data=None, queryset: QuerySet | None = None, *, viewer: Viewer, **kwargs):
        self.viewer = viewer
        super().__init__(data, queryset, **kwargs)

    def get_form_class(self) -> type[FilterForm]:
        return type(
            f"{type(self).__name__}Form", (FilterForm,), {name: one.field for name, one in self.filters.items()}
        )

    @property
    def qs(self) -> QuerySet:
        return self.queryset.none() if self.is_bound and not self.is_valid() else super().qs


def _refuse_hidden(where: str, model: type[Model], one: django_filters.Filter) -> None:
    column = _column(model, one.field_name)
    level = getattr(column.model, "sensitivity", {}).get(column.name, "internal")
    if level not in READABLE or isinstance(column, TextField) or one.lookup_expr in TEXT_LOOKUPS:
        raise UnsafeFilter(f"{where} would look into a field that is {level}.")


def _column(model: type[Model], path: str) -> Field:
    parts = path.split("__")
    for part in parts[:-1]:
        model = model._meta.get_field(part).related_model
    return model._meta.get_field(parts[-1])
