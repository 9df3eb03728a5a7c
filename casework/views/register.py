"""Pages: the register of decisions, one decision, its correction, and the register as a file."""

import csv
import hashlib
from collections.abc import Iterable
from io import StringIO

import django_filters
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from audit import event_types
from casework.access.guards import can_correct_decision, check_can_correct_decision
from casework.access.scope import one_or_404, visible
from casework.commands.register import correct
from casework.filters import UKDateFilter, ViewerFilterSet
from casework.forms.decisions import CorrectForm
from casework.imports.columns import harmless
from casework.models import Agency, Consent, DecisionItem, DisclosureDecision, LegalCondition, LegalGateway
from casework.queries import register as read
from casework.queries.decisions import WHOLE_CASE, Occasion, choices_for, discloser_for
from casework.views.base import FormPage, ListPage, Page
from casework.views.rules import PANEL_MEMBER

event_types.register(register_exported="took the register of decisions out as a file")
MOST_EXPORTED = 5000
COLUMNS = (
    "Decision", "Kind", "Outcome", "State", "Decided", "Recorded", "Panel", "Who discloses", "Recipients", "Purpose", "Power",
    "Version of the power", "Lawful basis", "Consent (not the lawful basis)", "Cases", "Supersedes", "Superseded by",
)  # fmt: skip
OUTCOMES = {"shared": "green", "partly": "amber", "refused": "red"}


class RegisterFilter(ViewerFilterSet):
    """By day, kind, outcome, power, who discloses, state, and the same words given again and again."""

    decided_from = UKDateFilter(field_name="decided_at", lookup_expr="date__gte", label="Decided from")
    decided_to = UKDateFilter(field_name="decided_at", lookup_expr="date__lte", label="Decided to")
    kind = django_filters.ChoiceFilter(label="Kind", choices=DisclosureDecision.Kind.choices, empty_label="Any")
    outcome = django_filters.ChoiceFilter(
        label="Outcome", choices=DisclosureDecision.Outcome.choices, empty_label="Any"
    )
    state = django_filters.ChoiceFilter(label="State", choices=DisclosureDecision.State.choices, empty_label="Any")
    power = django_filters.ModelChoiceFilter(
        field_name="gateway",
        label="Power",
        queryset=LegalGateway.objects.order_by("title"),
        to_field_name="code",
        empty_label="Any",
    )
    agency = django_filters.ModelChoiceFilter(
        label="Agency that discloses", queryset=Agency.objects.none(), to_field_name="slug", empty_label="Any"
    )
    identical = django_filters.ChoiceFilter(
        label="Reasons",
        choices=[("yes", "The same words in more than five")],
        empty_label="Any",
        method="with_same_words",
    )

    class Meta:
        model = DisclosureDecision
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["power"].field.label_from_instance = lambda row: row.title
        agencies = Agency.objects.filter(partnership_id=self.viewer.partnership_id)
        self.filters["agency"].queryset = agencies.order_by("name")
        self.filters["agency"].field.label_from_instance = lambda row: row.name

    def with_same_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(kind__in=read.WORDED, necessity__in=list(read.often_given(self.viewer)))


class Register(ListPage):
    """The decisions of the viewer's panels, or of her agency; sent as a form, the list leaves as a file."""

    rule = PANEL_MEMBER
    template = "casework/decisions/register.html"
    title = "Decisions to share"
    filter_class = RegisterFilter

    def rows(self) -> QuerySet:
        return read.register_of(self.viewer)

    def context(self) -> dict:
        context = super().context()
        lines = [(row, OUTCOMES[row.decision.outcome]) for row in read.entries(self.viewer, list(context["rows"]))]
        return context | {"lines": lines}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        filters = self.filter_class(request.GET or None, queryset=self.rows(), viewer=self.viewer)
        rows = list(filters.qs.select_related("condition", "supersedes")[: MOST_EXPORTED + 1])
        if len(rows) > MOST_EXPORTED:
            return self.show(status=422, too_many=MOST_EXPORTED)
        found = read.entries(self.viewer, rows)
        content = _as_csv(found)
        self.record(
            "register.exported", cases=sorted({reference for row in found for reference in row.cases}),
            details={"rows": len(rows), "filters": sorted(name for name in request.GET if name != "page"), "sha256": hashlib.sha256(content).hexdigest()},
        )  # fmt: skip
        name = f"decisions-{timezone.localdate():%Y-%m-%d}.csv"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=disposition)


class DecisionPage(Page):
    """One decision, whole: what was relied on, why, for whom, about what, and what superseded it."""

    rule = PANEL_MEMBER
    template = "casework/decisions/decision.html"

    def load(self, reference: str) -> None:
        self.decision = find_decision(self, reference)
        self.title = f"Decision {self.decision.reference}"

    def context(self) -> dict:
        (entry,) = read.entries(self.viewer, [self.decision])
        open_ = not entry.superseded_by and self.decision.state == DisclosureDecision.State.FINAL
        return {
            "decision": self.decision,
            "entry": entry,
            "facts": facts_of(entry),
            "reasons": read.reasons_of(self.viewer, self.decision),
            "items": read.items_of(self.viewer, self.decision),
            "may_correct": open_ and can_correct_decision(self.viewer, self.decision),
        }


class CorrectDecision(FormPage):
    """A new decision in place of one that was wrong. The old one stands beside; nothing of it is filled in."""

    rule = PANEL_MEMBER
    template = "casework/decisions/correct.html"
    title = "Correct a decision"
    form_class = CorrectForm

    def load(self, reference: str) -> None:
        self.decision = find_decision(self, reference)
        check_can_correct_decision(self.viewer, self.decision)

    def form_options(self) -> dict:
        made = self.decision
        classes = {
            each
            for row in visible(self.viewer, DecisionItem).filter(decision=made, shared=True)
            for each in row.data_classes
        }
        discloser = discloser_for(made.agency_id or self.viewer.agency_id)
        recipients = Agency.objects.filter(pk__in=made.recipients.values("agency")).select_related("acts_on_behalf_of")
        occasion = Occasion.of(made.panel, discloser, classes or WHOLE_CASE, timezone.localdate())
        as_referred = made.consent == Consent.AS_REFERRED
        return {"choices": choices_for(occasion, recipients), "outcome": made.outcome, "as_referred": as_referred}

    def context(self) -> dict:
        (entry,) = read.entries(self.viewer, [self.decision])
        return {"decision": self.decision, "facts": facts_of(entry)}

    def act(self, form) -> str:
        made = correct(by=self.viewer, decision=self.decision, answers=form.corrected())
        messages.success(self.request, "The correction is recorded. The decision before it stays as it was.")
        return reverse("decision", args=[made.reference])


def find_decision(page: Page, reference: str) -> DisclosureDecision:
    """The decision with this reference that the viewer may see, or 404."""
    related = ("panel", "agency", "gateway", "condition", "meeting", "case", "decided_by", "approved_by", "supersedes")
    return one_or_404(visible(page.viewer, DisclosureDecision).select_related(*related), reference=reference)


def facts_of(entry: read.Entry) -> list[dict]:
    """What a decision says, row by row, for `components/summary_list.html`; what was not asked is left out."""
    made = entry.decision
    power = f"{_titled(made.gateway)} ({made.gateway.provision or made.gateway.source})" if made.gateway else ""
    rows = (
        ("Kind", made.get_kind_display()),
        ("Outcome", made.get_outcome_display()),
        ("Who discloses", entry.discloser),
        ("To whom", ", ".join(entry.recipients)),
        ("What for", made.get_purpose_display()),
        ("Power", f"{power}, version {made.gateway_version} of the row" if power else ""),
        ("Lawful basis", _basis(made)),
        ("Why it is necessary", made.necessity),
        ("The victim's views", made.victim_views),
        ("Consent (recorded; not the lawful basis)", made.get_consent_display()),
        ("Why without agreement", made.override_reason),
        ("Duty of confidence", made.get_confidence_display()),
        ("Advice", made.advice),
        ("Why it is not shared", made.refusal_reason),
        ("Decided", f"by {made.decided_by.display_name}"),
        ("Recorded late because", made.late_reason),
    )
    return [{"key": key, "value": value} for key, value in rows if value]


def _basis(made: DisclosureDecision) -> str:
    if made.condition is None:
        return ""
    conditions = (made.condition.article6, made.condition.special_condition, made.condition.offence_condition)
    return "\n".join(filter(None, (_titled(made.condition), *conditions)))


def _titled(row: LegalGateway | LegalCondition) -> str:
    return row.title if row.verified_on else f"{row.title} (check before use)"


def _as_csv(rows: Iterable[read.Entry]) -> bytes:
    """UTF-8 with a byte order mark. No names of people and no reasons in words."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([harmless(cell) for cell in _cells(row)])
    return out.getvalue().encode("utf-8-sig")


def _cells(row: read.Entry) -> tuple[str, ...]:
    made = row.decision
    return (
        made.reference, made.get_kind_display(), made.get_outcome_display(), made.get_state_display(), made.decided_at.isoformat(),
        made.recorded_at.isoformat(), made.panel.name, row.discloser, "; ".join(row.recipients), made.get_purpose_display(),
        made.gateway.title if made.gateway else "", str(made.gateway_version or ""), made.condition.title if made.condition else "",
        made.get_consent_display(), "; ".join(row.cases), made.supersedes.reference if made.supersedes else "", row.superseded_by,
    )  # fmt: skip


urls: list[URLPattern] = [
    path("decisions/", Register.as_view(), name="decision_register"),
    path("decisions/<str:reference>/", DecisionPage.as_view(), name="decision"),
    path("decisions/<str:reference>/correct/", CorrectDecision.as_view(), name="decision_correct"),
]
