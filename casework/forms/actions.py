"""Forms about actions: the list's filter, and closing one with its outcome."""

import django_filters
from django import forms
from django.db.models import QuerySet

from casework.filters import ViewerFilterSet
from casework.forms.fields import CleanCharField, KitForm, Radios
from casework.models import Action
from casework.queries.actions import overdue

WHOSE = [("ours", "My agency's")]
WHEN = [("overdue", "Overdue")]


class ActionFilter(ViewerFilterSet):
    """Whose, overdue, in which state."""

    whose = django_filters.ChoiceFilter(
        label="Whose", choices=WHOSE, empty_label="All that I may see", method="of_agency"
    )
    due = django_filters.ChoiceFilter(label="Due", choices=WHEN, empty_label="Any time", method="by_due")
    status = django_filters.ChoiceFilter(label="Status", choices=Action.Status.choices, empty_label="Any status")

    class Meta(ViewerFilterSet.Meta):
        model = Action

    def of_agency(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(agency_id=self.viewer.agency_id)

    def by_due(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(overdue())


class CloseActionForm(KitForm):
    """How an action ended, and what came of it."""

    CLOSING = [
        (value, label) for value, label in Action.Status.choices if value in ("done", "not_possible", "not_done")
    ]

    status = forms.ChoiceField(label="How it ended", choices=CLOSING, widget=Radios)
    outcome = CleanCharField(
        label="Outcome", max_length=2000, lines=4,
        help_text="What was done and what changed, or why it could not be done. The next meeting reads this first.",
    )  # fmt: skip


class StartActionForm(KitForm):
    """The agency has begun."""
