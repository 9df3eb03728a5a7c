"""Pages: the audit of a partnership, read by its auditor; and engagements, which a governance lead approves."""

import csv
import hashlib
from io import StringIO
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone

from casework.access.engagements import can_decide_engagement, can_end_engagement, cases_in_scope
from casework.commands.auditing import ask_engagement, decide_engagement, end_engagement
from casework.forms.auditing import AskForm, DecideForm, EndForm, NarrowForm, PersonForm, ReferenceForm
from casework.imports.columns import harmless
from casework.models import User, normalise_reference
from casework.queries.auditing import (
    MOST_EXPORTED,
    Asked,
    Told,
    about,
    agencies_of,
    auditor_reads,
    code_of,
    event_of,
    is_known,
    known_cases,
    lines_of,
    page_of,
    people_of,
)
from casework.queries.engagements import Shown, covers, engagement_by_code, engagements_for, values_of
from casework.templatetags.kit import uk_time
from casework.views.addresses import page_titles
from casework.views.base import PAGE_SIZE, FormPage, Page
from casework.views.rules import AUDITOR, PageRule

ENGAGEMENT = PageRule(
    "engagement",
    "Auditors of the partnership and governance leads.",
    lambda v: v.carries.audits or v.role == "governance_lead",
)
COLUMNS = ("When (London)", "Who", "Agency", "What", "Refused", "Cases", "Event")
TOO_MANY = f"More than {MOST_EXPORTED:,} events: narrow the list first, for example by date."


class AuditHome(Page):
    """Where an auditor begins: a case, a person, everything, or an engagement."""

    rule = AUDITOR
    title = "Audit"
    template = "casework/auditing/audit.html"

    def context(self) -> dict:
        self.record("audit.read", details={"page": "audit"})
        return {
            "reference_form": ReferenceForm(),
            "person_form": PersonForm(people=people_of(self.viewer)),
            "engagements": [one for one in engagements_for(self.viewer) if one.status in ("Open", "To be decided")],
        }

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        by_person = "person-person" in request.POST
        form = PersonForm(request.POST, people=people_of(self.viewer)) if by_person else ReferenceForm(request.POST)
        if form.is_valid():
            if by_person:
                return HttpResponseRedirect(reverse("audit_person", args=[form.cleaned_data["person"]]))
            if is_known(self.viewer, form.cleaned_data["reference"]):
                return HttpResponseRedirect(reverse("audit_case", args=[form.cleaned_data["reference"]]))
            form.add_error("reference", "No event of this partnership names this reference")
        return self.show(status=422, form=form, **{"person_form" if by_person else "reference_form": form})


class Trail(Page):
    """A list of events, narrowed and paged. A POST sends the same list as a file, which is an event of its own."""

    abstract = True
    template = "casework/auditing/trail.html"
    heading: ClassVar[str] = ""
    cases: list[str] = []
    subject = ""

    def rows(self) -> Q:
        """The condition of the list; built inside the auditor's transaction."""
        raise NotImplementedError

    def _form(self) -> NarrowForm:
        people, agencies = people_of(self.viewer), agencies_of(self.viewer)
        return NarrowForm(self.request.GET, people=people, agencies=agencies)

    def context(self) -> dict:
        form = self._form()
        page = None
        if form.is_valid():
            page = page_of(
                self.viewer, self.rows(), form.asked(), self.request.GET.get("page"), PAGE_SIZE, page_titles()
            )
        self._record_reading("audit.read", form.asked() if page is not None else Asked(), len(page or ()))
        return {"page": page, "filter": form, "heading": self.heading, "here": self.request.path}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        form = self._form()
        if not form.is_valid():
            return self.show(status=422)
        lines = lines_of(self.viewer, self.rows(), form.asked(), page_titles())
        if len(lines) > MOST_EXPORTED:
            return self.show(status=422, refused=TOO_MANY)
        content = _as_csv(lines)
        self._record_reading("audit.exported", form.asked(), len(lines), sha256=hashlib.sha256(content).hexdigest())
        name = f"audit-{timezone.localdate():%Y-%m-%d}.csv"
        return HttpResponse(
            content,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _record_reading(self, event: str, asked: Asked, rows: int, **more) -> None:
        details = {"page": self.request.resolver_match.url_name, "filters": asked.used, "rows": rows, **more}
        self.record(event, cases=self.cases, subject=self.subject, details=details)


class WholeTrail(Trail):
    """Everything in the partnership."""

    rule = AUDITOR
    title = "Everything that happened"
    heading = "Everything that happened"

    def rows(self) -> Q:
        return Q()


class CaseTrail(Trail):
    """Who did and read what about one case."""

    rule = AUDITOR
    title = "Audit of a case"
    heading = "Who did and read what"

    def load(self, reference: str, **kwargs) -> None:
        if normalise_reference(reference) != reference or not is_known(self.viewer, reference):
            raise Http404
        self.reference = reference
        self.cases = [reference]

    def rows(self) -> Q:
        with auditor_reads(self.viewer):
            return about(self.viewer, self.reference)

    def context(self) -> dict:
        return {
            **super().context(),
            "reference": self.reference,
            "is_open": self.reference in cases_in_scope(self.viewer),
        }


class PersonTrail(Trail):
    """Everything that one person did and opened."""

    rule = AUDITOR
    title = "Audit of a person"
    heading = "Everything done and opened"

    def load(self, code: str, **kwargs) -> None:
        self.person: User | None = next(
            (one for one in people_of(self.viewer) if code_of("person", one.pk) == code), None
        )
        if self.person is None:
            raise Http404
        self.subject = f"user {self.person.pk}"

    def rows(self) -> Q:
        return Q(actor_id=self.person.pk) | Q(asked_by_id=self.person.pk)

    def context(self) -> dict:
        return {**super().context(), "person": self.person}


class EventPage(Page):
    """One event: what it says, which records and fields it changed."""

    rule = AUDITOR
    title = "Event"
    template = "casework/auditing/event.html"

    def load(self, event: UUID, **kwargs) -> None:
        told = event_of(self.viewer, event, page_titles())
        if told is None:
            raise Http404
        self.told: Told = told
        self.covered = covers(self.viewer, told)

    def context(self) -> dict:
        self.record(
            "audit.read",
            cases=self.told.line.cases,
            subject=f"event {self.told.line.id}",
            details={"page": "audit_event"},
        )
        why = self.told.reason if self.covered or not (self.told.line.cases or self.told.line.subject) else ""
        return {"told": self.told, "covered": self.covered, "reason": why}


class ValuesPage(EventPage):
    """Values before and after, while an engagement on the case is open. Reading them is an event."""

    rule = AUDITOR
    title = "Values before and after"
    template = "casework/auditing/values.html"

    def context(self) -> dict:
        values = values_of(self.viewer, self.told) if self.covered else []
        if values:
            self.record(
                "audit.values_read",
                cases=self.told.line.cases,
                subject=f"event {self.told.line.id}",
                details={"records": len(values)},
            )
        return {**super().context(), "values": values}


class EngagementList(Page):
    """Engagements: what an auditor asked for and what became of it."""

    rule = ENGAGEMENT
    title = "Audit engagements"
    template = "casework/auditing/engagements.html"

    def context(self) -> dict:
        return {"engagements": engagements_for(self.viewer), "may_ask": self.viewer.carries.audits}


class EngagementAsk(FormPage):
    """Ask for an engagement."""

    rule = AUDITOR
    title = "Ask to see values"
    template = "casework/auditing/ask.html"
    form_class = AskForm

    def form(self, data=None, files=None):
        form = super().form(data, files)
        if data is not None and form.is_valid():
            unknown = [one for one in form.cleaned_data["references"] if one not in known_cases(self.viewer, [one])]
            if unknown:
                form.add_error("references", f"No event of this partnership names {', '.join(unknown)} as a case")
        return form

    def act(self, form) -> str:
        made = ask_engagement(by=self.viewer, **form.cleaned_data)
        return reverse("audit_engagement", args=[code_of("engagement", made.pk)])


class EngagementForm(FormPage):
    """What the two forms about one engagement share."""

    abstract = True

    def load(self, code: str, **kwargs) -> None:
        shown = engagement_by_code(self.viewer, code)
        if shown is None:
            raise Http404
        self.shown: Shown = shown

    def version(self) -> int:
        return self.shown.record.version

    def context(self) -> dict[str, Any]:
        record = self.shown.record
        return {
            "shown": self.shown,
            "may_decide": self.shown.status == "To be decided" and can_decide_engagement(self.viewer, record),
            "may_end": self.shown.status in ("Open", "To be decided") and can_end_engagement(self.viewer, record),
            "is_mine": record.auditor_id == self.viewer.user_id,
        }


class EngagementPage(EngagementForm):
    """One engagement, with a governance lead's decision on it."""

    rule = ENGAGEMENT
    title = "Audit engagement"
    template = "casework/auditing/engagement.html"
    form_class = DecideForm

    def act(self, form) -> str:
        decide_engagement(
            by=self.viewer,
            engagement=self.shown.record,
            approve=form.cleaned_data["decision"] == "approve",
            version=self.sent_version,
        )
        return reverse("audit_engagement", args=[self.shown.code])


class EngagementEnd(EngagementForm):
    """Confirms that an engagement ends before its date."""

    rule = ENGAGEMENT
    title = "End the engagement"
    template = "casework/auditing/end.html"
    form_class = EndForm

    def act(self, form) -> str:
        end_engagement(by=self.viewer, engagement=self.shown.record, version=self.sent_version)
        return reverse("audit_engagement", args=[self.shown.code])


def _as_csv(lines) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheets need to read names in any script."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in lines:
        cells = (
            uk_time(line.at),
            line.who,
            line.agency,
            line.did,
            "yes" if line.refused else "",
            ", ".join(line.cases),
            str(line.id),
        )
        writer.writerow([harmless(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


urls = [
    path("audit/", AuditHome.as_view(), name="audit"),
    path("audit/events/", WholeTrail.as_view(), name="audit_events"),
    path("audit/events/<uuid:event>/", EventPage.as_view(), name="audit_event"),
    path("audit/events/<uuid:event>/values/", ValuesPage.as_view(), name="audit_values"),
    path("audit/cases/<str:reference>/", CaseTrail.as_view(), name="audit_case"),
    path("audit/people/<str:code>/", PersonTrail.as_view(), name="audit_person"),
    path("audit/engagements/", EngagementList.as_view(), name="audit_engagements"),
    path("audit/engagements/ask/", EngagementAsk.as_view(), name="audit_engagement_ask"),
    path("audit/engagements/<str:code>/", EngagementPage.as_view(), name="audit_engagement"),
    path("audit/engagements/<str:code>/end/", EngagementEnd.as_view(), name="audit_engagement_end"),
]
