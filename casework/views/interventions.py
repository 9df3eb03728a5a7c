"""Pages of the register of interventions."""

import django_filters
from django.contrib import messages
from django.urls import path, reverse
from django.utils import timezone

from casework.access.guards import Refused, check_can_record_intervention
from casework.access.policies import INTERVENTION_MOVES, NotNow
from casework.access.scope import one_or_404
from casework.commands import interventions as commands
from casework.filters import ViewerFilterSet
from casework.forms.interventions import BreachForm, ConditionsForm, InterventionForm, MoveForm
from casework.models import Case, Intervention, InterventionType, Panel
from casework.queries import interventions as queries
from casework.views.base import FormPage, ListPage, Page
from casework.views.cases import parts_of
from casework.views.rules import PANEL_MEMBER


class InterventionFilter(ViewerFilterSet):
    """By type, status, panel, and whether the end is near or past."""

    type = django_filters.ModelChoiceFilter(
        label="Type", queryset=InterventionType.objects.order_by("title"), to_field_name="code", empty_label="Any type"
    )
    status = django_filters.ChoiceFilter(label="Status", choices=Intervention.Status.choices, empty_label="Any status")
    panel = django_filters.ChoiceFilter(label="Panel", field_name="case__panel__slug", empty_label="Any panel")
    ending = django_filters.ChoiceFilter(
        label="End", method="by_end", choices=[("soon", "Within 28 days, or past")], empty_label="Any"
    )

    class Meta:
        model = Intervention
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        panels = Panel.objects.filter(pk__in=self.viewer.panels).order_by("name")
        self.filters["panel"].extra["choices"] = [(panel.slug, panel.name) for panel in panels]

    def by_end(self, rows, name, value):
        return queries.ending_soon(rows) if value == "soon" else rows


def _late(row: Intervention) -> bool:
    return row.status in queries.RUNNING and row.ends_on is not None and row.ends_on < timezone.localdate()


class Register(ListPage):
    rule = PANEL_MEMBER
    template = "casework/interventions/register.html"
    title = "Interventions"
    filter_class = InterventionFilter

    def rows(self):
        return queries.interventions(self.viewer)

    def context(self) -> dict:
        found = super().context()
        found["lines"] = [(row, queries.COLOURS[row.status], _late(row)) for row in found["rows"]]
        return found


class OfCase(Page):
    """The interventions of one case."""

    rule = PANEL_MEMBER
    template = "casework/interventions/of_case.html"
    title = "Interventions"

    def load(self, reference: str) -> None:
        self.case = self.find(Case, reference, "panel", "lead_agency")

    def context(self) -> dict:
        rows = queries.of_case(self.viewer, self.case)
        return {
            "case": self.case,
            "status": self.case.panel.plugin.status_label(self.case.status),
            "parts": parts_of(self.case, "case_interventions"),
            "lines": [(row, queries.COLOURS[row.status], _late(row)) for row in rows],
            "may_record": queries.can_add(self.viewer, self.case),
        }


class Record(FormPage):
    rule = PANEL_MEMBER
    template = "casework/interventions/record.html"
    title = "Record an intervention"
    form_class = InterventionForm

    def load(self, reference: str) -> None:
        self.case = self.find(Case, reference, "panel")
        if not queries.can_add(self.viewer, self.case):
            raise Refused("Only the panel's office, and agencies that read the whole case, record interventions.")

    def form_options(self) -> dict:
        return {"viewer": self.viewer, "case": self.case}

    def context(self) -> dict:
        return {"case": self.case}

    def act(self, form) -> str:
        given = form.cleaned_data
        details = commands.InterventionDetails(
            type=form.types[given["type"]], subject=form.people[given["subject"]], agency=form.agencies[given["agency"]],
            status=given["status"], reason=given["reason"], starts_on=given["starts_on"], ends_on=given["ends_on"],
            age_check=given["age_check"], conditions=form.conditions,
        )  # fmt: skip
        made = commands.record_intervention(by=self.viewer, case=self.case, details=details)
        messages.success(self.request, f"Intervention {made.reference} was recorded.")
        return reverse("intervention", args=[made.reference])


class OfIntervention:
    """A page about one intervention."""

    intervention: Intervention

    def load(self, reference: str) -> None:
        self.intervention = one_or_404(queries.interventions(self.viewer), reference=reference)

    def version(self) -> int:
        return self.intervention.version

    def context(self) -> dict:
        row = self.intervention
        return {"intervention": row, "colour": queries.COLOURS[row.status], "case": row.case}

    def done(self, text: str) -> str:
        messages.success(self.request, text)
        return reverse("intervention", args=[self.intervention.reference])


class InterventionPage(OfIntervention, Page):
    rule = PANEL_MEMBER
    template = "casework/interventions/intervention.html"
    title = "Intervention"

    def context(self) -> dict:
        row, party = self.intervention, self.intervention.subject
        age = queries.age_on(party.born_on, timezone.localdate())
        return {
            **super().context(),
            "conditions": queries.conditions_of(self.viewer, row),
            "breaches": queries.breaches_of(self.viewer, row),
            "subject_role": row.case.panel.plugin.role_label(party.role, party.finding),
            "under_18": age is not None and age < queries.ADULT,
            "late": _late(row),
            "may_change": queries.can_change(self.viewer, row),
            "may_move": bool(INTERVENTION_MOVES[row.status]),
            "may_breach": row.status in commands.BREACHABLE,
        }


class ChangePage(OfIntervention, FormPage):
    """Base of the pages that change an intervention."""

    abstract = True
    over = "This intervention is over. What is recorded stays as it is."

    def load(self, reference: str) -> None:
        super().load(reference)
        check_can_record_intervention(self.viewer, self.intervention.case, self.intervention.agency_id)
        if self.request.method == "GET" and not self.possible():
            raise NotNow(self.over)

    def possible(self) -> bool:
        return bool(INTERVENTION_MOVES[self.intervention.status])


class Conditions(ChangePage):
    rule = PANEL_MEMBER
    template = "casework/interventions/conditions.html"
    title = "Add conditions"
    form_class = ConditionsForm

    def act(self, form) -> str:
        commands.add_conditions(
            by=self.viewer, intervention=self.intervention, conditions=form.conditions, version=self.sent_version
        )
        return self.done("The conditions were added.")


class RecordBreach(ChangePage):
    rule = PANEL_MEMBER
    template = "casework/interventions/breach.html"
    title = "Record a breach"
    form_class = BreachForm
    over = "What is not in force cannot be breached."

    def possible(self) -> bool:
        return self.intervention.status in commands.BREACHABLE

    def form_options(self) -> dict:
        return {"viewer": self.viewer, "intervention": self.intervention}

    def act(self, form) -> str:
        given = form.cleaned_data
        commands.record_breach(
            by=self.viewer, intervention=self.intervention, happened_on=given["happened_on"], text=given["text"],
            condition_id=form.condition_id, version=self.sent_version,
        )  # fmt: skip
        return self.done("The breach was recorded.")


class Move(ChangePage):
    rule = PANEL_MEMBER
    template = "casework/interventions/status.html"
    title = "Change the status of an intervention"
    form_class = MoveForm

    def form_options(self) -> dict:
        return {"intervention": self.intervention}

    def act(self, form) -> str:
        commands.move_intervention(
            by=self.viewer, intervention=self.intervention, version=self.sent_version, **form.cleaned_data
        )
        return self.done("The status was changed.")


urls = [
    path("interventions/", Register.as_view(), name="interventions"),
    path("interventions/<str:reference>/", InterventionPage.as_view(), name="intervention"),
    path("interventions/<str:reference>/conditions/", Conditions.as_view(), name="intervention_conditions"),
    path("interventions/<str:reference>/breach/", RecordBreach.as_view(), name="intervention_breach"),
    path("interventions/<str:reference>/status/", Move.as_view(), name="intervention_status"),
    path("cases/<str:reference>/interventions/", OfCase.as_view(), name="case_interventions"),
    path("cases/<str:reference>/interventions/new/", Record.as_view(), name="new_intervention"),
]
