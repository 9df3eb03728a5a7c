"""Pages: importing a workbook of a panel's past, from the upload to the matches, and undoing it."""

import csv
import json
import random
from io import BytesIO, StringIO

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from casework.access.guards import check_can_run_office
from casework.access.policies import NotNow
from casework.access.scope import visible
from casework.commands import imports
from casework.demo.workbooks import write_workbook
from casework.forms.imports import (
    AboveForm,
    ColumnsForm,
    ImportMatchesForm,
    SampleForm,
    SheetForm,
    UndoForm,
    UploadForm,
    sign_sample,
)
from casework.forms.referrals import EmptyForm
from casework.imports.columns import columns_of, harmless, to_mapping
from casework.imports.headers import row_headers
from casework.imports.mapping import Mapping, MappingInvalid, resolve
from casework.imports.propose import propose
from casework.imports.workbook import read_sheets
from casework.models import ImportBatch, ImportRow, MatchProposal
from casework.queries import imports as read
from casework.queries.referrals import match_views
from casework.views.base import FormPage, ListPage, Page
from casework.views.rules import OFFICE

Status = ImportBatch.Status
COLOURS = {
    Status.UPLOADED: "grey", Status.CHECKING: "blue", Status.CHECKED: "amber", Status.RUNNING: "blue", Status.COMMITTED: "green",
    Status.UNDONE: "grey", Status.FAILED: "red",
}  # fmt: skip
ROW_COLOURS = {"ok": "green", "changed": "blue", "doubtful": "amber", "refused": "red", "skipped": "grey"}
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAMPLE = 10
MATCHES_ON_PAGE = 10
PRACTICE_ROWS, PRACTICE_SEED = 60, 7


class ImportList(ListPage):
    """The imports of the panels whose office the viewer holds."""

    rule = OFFICE
    template = "casework/imports/list.html"
    title = "Imports"

    def rows(self) -> QuerySet:
        return read.batches_of(self.viewer)

    def context(self) -> dict:
        found = super().context()
        lines = [(batch, COLOURS[batch.status]) for batch in found["rows"]]
        return found | {
            "lines": lines,
            "panels": read.panels_to_import_into(self.viewer),
            "practice": settings.DEMO,
        }


class Practice(Page):
    """A workbook of invented people to try the import with; in the demo alone."""

    rule = OFFICE

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        book = BytesIO()
        write_workbook(book, rows=PRACTICE_ROWS, seed=PRACTICE_SEED)
        return _file(book.getvalue(), SHEET, "practice-workbook.xlsx")


def _file(content: bytes | str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


class Upload(FormPage):
    """Takes in the file; nothing is read into the panel yet."""

    rule = OFFICE
    template = "casework/imports/upload.html"
    title = "Import a workbook"
    form_class = UploadForm

    def load(self) -> None:
        self.panels = read.panels_to_import_into(self.viewer)

    def form_options(self) -> dict:
        return {"panels": self.panels}

    def context(self) -> dict:
        return {"panels": self.panels, "practice": settings.DEMO, "cancel_url": reverse("imports")}

    def act(self, form) -> str:
        data = form.cleaned_data
        batch = imports.take_in(by=self.viewer, panel=data["panel"], workbook=data["workbook"])
        return reverse("import_mapping", args=[batch.reference])


class OfImport(Page):
    """A page about one import, for those who run the panel's office."""

    abstract = True
    rule = OFFICE
    heading = "Import"

    def load(self, reference: str) -> None:
        self.batch = self.find(ImportBatch, reference, "panel", "by")
        check_can_run_office(self.viewer, self.batch.panel_id)
        self.title = f"{self.heading} {self.batch.reference}"
        self.prepare()

    def prepare(self) -> None:
        """What the page needs besides; raises `NotNow`."""

    @property
    def report_url(self) -> str:
        return reverse("import_report", args=[self.batch.reference])

    def version(self) -> int:
        return self.batch.version

    def context(self) -> dict:
        return {"batch": self.batch, "colour": COLOURS[self.batch.status], "report_url": self.report_url}


class Columns(OfImport, FormPage):
    """Which sheet, which row has the headings, and which column holds what: proposed, and hers to change."""

    heading = "Columns of import"
    template = "casework/imports/mapping.html"
    form_class = ColumnsForm

    def prepare(self) -> None:
        if self.batch.status not in (Status.UPLOADED, Status.CHECKING, Status.CHECKED):
            raise NotNow("The columns can be chosen only before the import.")
        self.importer = imports.importer_of(self.batch.panel)
        self.sheets = read_sheets(imports.workbook_of(self.viewer, self.batch))
        self.problem = ""
        try:
            self.mapping: Mapping | None = self._mapping()
        except MappingInvalid as invalid:
            self.mapping, self.problem = None, str(invalid)

    def _mapping(self) -> Mapping:
        """Of the sheet and row asked for; else the one kept; else the likeliest."""
        sheet, row = self._asked("sheet"), self._asked("row")
        kept = self.batch.mapping
        if not sheet and kept:
            return resolve(kept, self.sheets, self.importer.fields, row_headers)
        name = self.sheets[sheet - 1].name if 0 < sheet <= len(self.sheets) else ""
        return propose(self.sheets, self.importer.fields, self.importer.vocabulary, sheet=name, header_row=row)

    def _asked(self, name: str) -> int:
        sent = self.request.POST.get(f"at_{name}") if self.request.method == "POST" else self.request.GET.get(name)
        text = sent or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0

    @property
    def sheet(self):
        return next(sheet for sheet in self.sheets if sheet.name == self.mapping.sheet)

    def form_options(self) -> dict:
        columns = columns_of(self.sheet, self.mapping.header_row) if self.mapping else []
        initial = {f"field_{name}": str(at) for name, at in self.mapping.columns.items()} if self.mapping else {}
        initial |= self._place()
        return {
            "specs": self.importer.fields,
            "required": self.importer.required,
            "columns": columns,
            "initial": initial,
        }

    def _place(self) -> dict:
        """Number of the sheet, and the row of the headings."""
        if self.mapping is None:
            return {}
        return {"at_sheet": self.sheets.index(self.sheet) + 1, "at_row": self.mapping.header_row}

    def context(self) -> dict:
        place = self._place()
        asked = {
            "sheet": place.get("at_sheet", self._asked("sheet")),
            "row": place.get("at_row", self._asked("row") or None),
        }
        return super().context() | {
            "sheet_form": SheetForm(sheets=self.sheets, initial=asked),
            "problem": self.problem,
            "cancel_url": self.report_url if self.batch.mapping else reverse("imports"),
        }

    def act(self, form) -> str:
        if self.mapping is None:
            raise NotNow(self.problem)
        mapping = to_mapping(self.sheet, self.mapping.header_row, form.chosen())
        rows = sum(row.number > self.mapping.header_row for row in self.sheet.rows)
        imports.choose_columns(by=self.viewer, batch=self.batch, mapping=mapping, rows=rows, version=self.sent_version)
        return self.report_url


class Report(OfImport, ListPage):
    """How far the work is, what became of each row, and what can be done next."""

    template = "casework/imports/report.html"

    @property
    def status(self) -> str:
        asked = self.request.GET.get("status", "")
        return asked if asked in ImportRow.Status.values else ""

    def rows(self) -> QuerySet:
        return read.rows_of(self.viewer, self.batch, self.status)

    def context(self) -> dict:
        listed, batch = ListPage.context(self), self.batch
        lines = read.row_lines(self.viewer, list(listed["rows"]))
        undone = batch.status == Status.UNDONE
        return super().context() | listed | {
            "tiles": [self._tile(status) for status in ImportRow.Status],
            "lines": [(line, ROW_COLOURS[line.row.status]) for line in lines],
            "status": self.status,
            "in_work": batch.status in imports.IN_WORK,
            "polled": bool(self.request.headers.get("HX-Request")),
            "open_matches": imports.open_matches(self.viewer, batch).count(),
            "stayed": list(imports.imported_referrals(self.viewer, batch)) if undone else [],
        }  # fmt: skip

    def _tile(self, status: str) -> dict:
        return {
            "number": self.batch.counts.get(status, 0),
            "label": ImportRow.Status(status).label,
            "url": f"{self.report_url}?status={status}",
        }


class ReportFile(OfImport):
    """The report as a CSV file, its cells safe to open in a spreadsheet; recorded."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        stream = StringIO()
        writer = csv.writer(stream)
        writer.writerow(read.REPORT_COLUMNS)
        lines = list(read.report_lines(self.viewer, self.batch))
        writer.writerows([harmless(cell) for cell in line] for line in lines)
        self.record("import.exported", subject=f"import {self.batch.reference}", details={"rows": len(lines)})
        return _file("\ufeff" + stream.getvalue(), "text/csv; charset=utf-8", f"import-{self.batch.reference}.csv")


class ColumnsFile(OfImport):
    """The columns chosen, as the JSON that `import_marac --mapping` reads; recorded."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not self.batch.mapping:
            raise Http404
        self.record("import.columns", subject=f"import {self.batch.reference}")
        text = json.dumps(self.batch.mapping, ensure_ascii=False, indent=2) + "\n"
        return _file(text, "application/json", f"import-{self.batch.reference}.mapping.json")


class ImportStep(OfImport, FormPage):
    """One step of an import with one form."""

    abstract = True
    template = "casework/imports/step.html"
    form_class = EmptyForm
    submit = "Go on"
    explains: tuple[str, ...] = ()
    warns = ""

    def context(self) -> dict:
        return super().context() | {
            "submit": self.submit, "explains": self.explains, "warns": self.warns, "cancel_url": self.report_url,
        }  # fmt: skip


class Finish(ImportStep):
    """Does the rest of the work at once, where nobody waits for a worker."""

    heading = "Finish import"
    submit = "Do it now"
    explains = (
        "The work waits for the background worker. You can do it now instead: the page answers when it is finished. A thousand rows take about a minute.",
    )

    def act(self, form) -> str:
        imports.finish_now(by=self.viewer, batch=self.batch)
        return self.report_url


class Commit(ImportStep):
    """Confirms the import."""

    heading = "Confirm import"
    template = "casework/imports/commit.html"
    submit = "Import the rows"

    def prepare(self) -> None:
        if self.batch.status != Status.CHECKED:
            raise NotNow("Only an import that has been checked, and not imported yet, can be imported.")

    def context(self) -> dict:
        counts = self.batch.counts
        usable = sum(counts.get(status, 0) for status in ("ok", "changed", "doubtful"))
        return super().context() | {
            "usable": usable,
            "doubtful": counts.get("doubtful", 0),
            "refused": counts.get("refused", 0),
            "skipped": counts.get("skipped", 0),
        }

    def act(self, form) -> str:
        imports.start(by=self.viewer, batch=self.batch, version=self.sent_version)
        return self.report_url


class Undo(ImportStep):
    """Takes a whole import back, but for what somebody has worked on since."""

    heading = "Undo import"
    template = "casework/imports/undo.html"
    form_class = UndoForm
    submit = "Undo the import"

    def prepare(self) -> None:
        if self.batch.status == Status.UNDONE:
            raise NotNow("This import has been undone already.")

    def context(self) -> dict:
        ours, kept = (
            imports.imported_referrals(self.viewer, self.batch),
            list(imports.worked_on(self.viewer, self.batch)),
        )
        return super().context() | {"kept": kept, "ending": ours.count() - len(kept)}

    def act(self, form) -> str:
        reason = form.cleaned_data["reason"]
        kept = imports.undo_import(by=self.viewer, batch=self.batch, reason=reason, version=self.sent_version)
        stayed = f" {len(kept)} stay, because somebody has worked on them since." if kept else ""
        messages.success(self.request, f"The import is undone.{stayed}")
        return self.report_url


def _with_records(rows: QuerySet) -> QuerySet:
    return rows.select_related("earlier_referral__case", "earlier_case", "referral__import_row")


class Matches(OfImport, FormPage):
    """The queue of proposed matches, the surest first: each with its evidence, each a person's decision."""

    heading = "Matches of import"
    template = "casework/imports/matches.html"
    form_class = ImportMatchesForm

    def prepare(self) -> None:
        rows = _with_records(imports.open_matches(self.viewer, self.batch))
        self.page = Paginator(rows, MATCHES_ON_PAGE).get_page(self.request.GET.get("page"))
        shown = [name.removeprefix("match_") for name in self.request.POST if name.startswith("match_")]
        keys = [int(key) for key in shown if key.isascii() and key.isdigit() and len(key) < 18]
        self.proposals = (
            list(rows.filter(pk__in=keys)) if self.request.method == "POST" else list(self.page.object_list)
        )

    def form_options(self) -> dict:
        return {"proposals": self.proposals}

    def show(self, status: int = 200, **extra):
        form = extra["form"]
        views = match_views(self.viewer, self.proposals)
        return super().show(status, matches=[(view, form[f"match_{view.proposal.pk}"]) for view in views], **extra)

    def context(self) -> dict:
        return super().context() | {"page": self.page, "above_form": AboveForm(initial={"above": 95})}

    def act(self, form) -> str:
        decided = imports.decide_matches(by=self.viewer, batch=self.batch, decisions=form.decisions())
        messages.success(self.request, f"Decided: {decided}.")
        return reverse("import_matches", args=[self.batch.reference])


class AcceptAbove(OfImport, FormPage):
    """Accepting all matches from a score on, after a random sample of ten."""

    heading = "Accept matches of import"
    template = "casework/imports/accept.html"
    form_class = SampleForm

    def prepare(self) -> None:
        self.above_form = AboveForm(self.request.GET if "above" in self.request.GET else None)
        self.above = self.above_form.cleaned_data["above"] if self.above_form.is_valid() else None
        self.sample: list[MatchProposal] = []
        self.count = 0
        if self.above is not None and self.request.method == "GET":
            self._draw()

    def _draw(self) -> None:
        """Ten of them at random, from the system's own source of chance."""
        keys = list(
            imports.open_matches(self.viewer, self.batch)
            .filter(score__gte=self.above / 100)
            .values_list("pk", flat=True)
        )
        drawn = random.SystemRandom().sample(keys, min(SAMPLE, len(keys)))
        self.count = len(keys)
        self.sample = list(
            _with_records(visible(self.viewer, MatchProposal).filter(pk__in=drawn).order_by("-score", "pk"))
        )

    def form_options(self) -> dict:
        about = [self.batch.reference, self.viewer.user_id]
        seen = sign_sample(*about, self.above, [one.pk for one in self.sample]) if self.sample else ""
        return {"import_reference": about[0], "user_id": about[1], "initial": {"seen": seen}}

    def context(self) -> dict:
        return super().context() | {
            "above_form": self.above_form,
            "above": self.above,
            "count": self.count,
            "matches": match_views(self.viewer, self.sample),
            "cancel_url": reverse("import_matches", args=[self.batch.reference]),
        }

    def act(self, form) -> str:
        seen = form.cleaned_data["seen"]
        accepted = imports.accept_matches(
            by=self.viewer, batch=self.batch, above=seen["above"] / 100, sample=seen["sample"]
        )
        messages.success(self.request, f"Accepted: {accepted}. The people are linked to what is known of them.")
        return reverse("import_matches", args=[self.batch.reference])


urls: list[URLPattern] = [
    path("imports/", ImportList.as_view(), name="imports"),
    path("imports/new/", Upload.as_view(), name="import_new"),
    path("imports/practice/", Practice.as_view(), name="import_practice"),
    path("imports/<str:reference>/", Report.as_view(), name="import_report"),
    path("imports/<str:reference>/report.csv", ReportFile.as_view(), name="import_csv"),
    path("imports/<str:reference>/mapping.json", ColumnsFile.as_view(), name="import_columns"),
    path("imports/<str:reference>/mapping/", Columns.as_view(), name="import_mapping"),
    path("imports/<str:reference>/finish/", Finish.as_view(), name="import_finish"),
    path("imports/<str:reference>/commit/", Commit.as_view(), name="import_commit"),
    path("imports/<str:reference>/undo/", Undo.as_view(), name="import_undo"),
    path("imports/<str:reference>/matches/", Matches.as_view(), name="import_matches"),
    path("imports/<str:reference>/matches/accept/", AcceptAbove.as_view(), name="import_accept"),
]
