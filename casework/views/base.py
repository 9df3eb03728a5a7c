"""Bases of all pages. A page without a rule will not import; a page reads through the scope and writes through one command."""

from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views import View

from audit.recorder import record_event
from casework.access.guards import Refused
from casework.access.policies import NotNow
from casework.access.scope import one_or_404, visible
from casework.access.viewer import Viewer
from casework.commands.locking import Stale
from casework.models import IdempotencyKey
from casework.models.base import cases_read
from casework.queries.emergency import OpenNow, open_now
from casework.views.paging import CappedPaginator
from casework.views.rules import PageRule

PAGE_SIZE = 25
READ_ONLY = (
    "This case is open to you by emergency access, which is for reading only. Nothing was changed. "
    "What has to be recorded, tell the panel's office."
)


class Page(View):
    """One page for one signed-in person. Subclasses give `rule`, `template` and `title`; titles never name anybody."""

    rule: ClassVar[PageRule]
    template: ClassVar[str] = ""
    title: ClassVar[str] = ""
    abstract = True
    also_in_emergency: ClassVar[bool] = (
        False  # a POST that changes nothing in the case, so that emergency access may make it
    )
    emergency: OpenNow | None = None

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if not isinstance(getattr(cls, "rule", None), PageRule) and not cls.__dict__.get("abstract"):
            raise TypeError(f"{cls.__name__} names no rule: who may open it?")

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.viewer is None:
            return redirect("choose_agency")
        if not self.rule.allows(self.viewer):
            return self.refuse(f"This page is for others: {self.rule.sentence}")
        try:
            with transaction.atomic():
                self.load(**kwargs)
                self._see_emergency()
                self._refuse_writing()
                return super().dispatch(request, *args, **kwargs)
        except Refused as refusal:
            return self.refuse(str(refusal))
        except NotNow as refusal:
            return render(request, "409.html", {"not_now": str(refusal)}, status=409)
        except Stale as stale:
            return self.stale(stale)
        except DatabaseError:
            self._see_emergency()
            if self.emergency and self.emergency.alone:
                return self.refuse(READ_ONLY)  # what the first wall let through, the second did not
            raise

    @property
    def viewer(self) -> Viewer:
        return self.request.viewer

    def load(self, **kwargs) -> None:
        """Find what the address names, through the scope; a 404 for what she may not see."""

    def _see_emergency(self) -> None:
        """Whether a case that was read is open by emergency access: then the page says so."""
        cases = cases_read()
        self.emergency = open_now(self.viewer, cases) if cases else None

    def _refuse_writing(self) -> None:
        """Nothing is written on the page of a case that is open by emergency alone."""
        alone = self.emergency is not None and self.emergency.alone
        if self.request.method == "POST" and alone and len(cases_read()) == 1 and not self.also_in_emergency:
            raise Refused(READ_ONLY)

    def find(self, model: type[Model], reference: str, *related: str) -> Any:
        """The record with this reference that the viewer may see, or 404."""
        return one_or_404(visible(self.viewer, model).select_related(*related), reference=reference)

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.show()

    def context(self) -> dict:
        """What the template shows."""
        return {}

    def show(self, status: int = 200, **extra) -> HttpResponse:
        return render(
            self.request,
            self.template,
            {"title": self.title, "emergency": self.emergency, **self.context(), **extra},
            status=status,
        )

    def refuse(self, sentence: str) -> HttpResponse:
        return render(self.request, "403.html", {"reason": sentence}, status=403)

    def stale(self, stale: Stale) -> HttpResponse:
        return render(self.request, "409.html", {"compared": [], "back_url": self.request.path}, status=409)

    def record(self, event: str, **details) -> None:
        """Record something that this page showed or did besides what was read."""
        record_event(by=self.viewer, event=event, **details)


class ListPage(Page):
    """A filtered, paged list. Subclasses give `rows()`, and may give a `filter_class` (casework.filters)."""

    abstract = True
    filter_class: ClassVar[Any] = None

    def rows(self) -> QuerySet:
        raise NotImplementedError

    def paged(self, filters: Any) -> Any:
        """What is counted and cut into pages, filtered."""
        return filters.qs

    def context(self) -> dict:
        rows, filters = self.rows(), None
        if self.filter_class:
            filters = self.filter_class(self.request.GET or None, queryset=rows, viewer=self.viewer)
            rows = self.paged(filters)
        page = CappedPaginator(rows, PAGE_SIZE).get_page(self.request.GET.get("page"))
        return {"page": page, "rows": page.object_list, "filter": filters, "query": _without_page(self.request)}


class FormPage(Page):
    """A page with one form that makes exactly one command call.

    Subclasses give `form_class` and `act(form)`, which calls the command and returns the address that it leads to.
    Sent twice with the same key, a form counts once and leads to the first answer. Nothing typed is lost: a refused
    form comes back with what was typed, and so does one that lost a race, beside what the other person wrote.
    """

    abstract = True
    form_class: ClassVar[Any] = None

    def form(self, data=None, files=None):
        return self.form_class(data, files, **self.form_options())

    def form_options(self) -> dict:
        """Keyword arguments of the form: choices limited to what the viewer may see, initial values."""
        return {}

    def act(self, form) -> str:
        raise NotImplementedError

    def version(self) -> int | None:
        """The version of the record that the form edits; it travels with the form."""
        return None

    @property
    def sent_version(self) -> int | None:
        text = self.request.POST.get("_version", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.show(form=self.form())

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(status=422, form=form)
        try:
            return HttpResponseRedirect(self._once(form))
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(status=422, form=form)
        except Stale as stale:
            self.stale_form = form
            return self.stale(stale)

    def stale(self, stale: Stale) -> HttpResponse:
        """Both texts side by side; the form stays filled in, with the new version, so that she can decide and send again."""
        form = getattr(self, "stale_form", None)
        if form is None:
            return super().stale(stale)
        fields = [
            {"label": field.label, "theirs": _say(getattr(stale.current, field.name, "")), "yours": _say(field.value())}
            for field in form
            if hasattr(stale.current, field.name)
        ]
        return self.show(status=409, form=form, compare=fields, form_version=stale.current.version)

    def show(self, status: int = 200, **extra) -> HttpResponse:
        extra.setdefault("form_key", _key(self.request.POST.get("_key")) or uuid4())
        extra.setdefault("form_version", self.version())
        return super().show(status, **extra)

    def _once(self, form) -> str:
        """Act, unless this key has acted before: then its answer."""
        key = _key(self.request.POST.get("_key"))
        if key is None:
            with transaction.atomic():
                return self.act(form)
        earlier = visible_key(self.viewer, key)
        if earlier:
            return earlier
        with transaction.atomic():
            IdempotencyKey.objects.bulk_create(
                [IdempotencyKey(user_id=self.viewer.user_id, key=key)], ignore_conflicts=True
            )
            row = IdempotencyKey.objects.select_for_update().get(user_id=self.viewer.user_id, key=key)
            if not row.answer:
                row.answer = self.act(form)
                row.save(update_fields=["answer"])
            return row.answer


def visible_key(viewer: Viewer, key: UUID) -> str:
    """Where a form with this key led before, or nothing."""
    return IdempotencyKey.objects.filter(user_id=viewer.user_id, key=key).values_list("answer", flat=True).first() or ""


def _key(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _say(value) -> str:
    return "" if value is None else str(value)


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
