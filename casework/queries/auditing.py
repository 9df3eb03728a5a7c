"""What the audit says, read as the auditor over her own connection: events as sentences, and what each one changed.

The audit knows ids; the names of people and agencies are looked up over the app's connection, where those tables are open.
"""

from base64 import b32encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.crypto import salted_hmac

from audit.event_types import sentence
from audit.models import AuditEvent, EventReason, RecordChange
from casework.access.viewer import Viewer, tell
from casework.models import Agency, User

AUDITOR = "auditor"
LONDON = ZoneInfo("Europe/London")
MOST_EXPORTED = 20_000
KINDS = {"read": "Read, revealed or exported", "changed": "Changed", "refused": "Refused"}
MADE = {"+": "made", "~": "changed", "-": "removed"}
RECIPIENTS = ("agency", "recipient", "agencies", "recipients")
UNSAID = {"id", "version", "seal"}


@dataclass(frozen=True)
class Asked:
    """What a list of events is narrowed to. Dates are days in London, both included."""

    since: date | None = None
    until: date | None = None
    kind: str = ""
    person: int | None = None
    agency: int | None = None

    @property
    def used(self) -> list[str]:
        """Names of the filters in use, for the event that records the reading."""
        return [name for name in ("since", "until", "kind", "person", "agency") if getattr(self, name)]


@dataclass(frozen=True)
class Line:
    """One event, in words."""

    id: UUID
    at: datetime
    who: str
    agency: str
    did: str
    refused: bool
    cases: tuple[str, ...]
    subject: str = ""

    @property
    def sentence(self) -> str:
        """'Grace Adeyemi (Harbourne Council) issued the pack …'."""
        return f"{self.who} ({self.agency}) {self.did}" if self.agency else f"{self.who} {self.did}"


@dataclass(frozen=True)
class Change:
    """One record that an event wrote: what it is, what was done to it, which fields, and its digest."""

    what: str
    done: str
    fields: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class Told:
    """One event with everything that the audit holds of it, except what only an engagement opens."""

    line: Line
    details: list[tuple[str, str]]
    changes: list[Change]
    reason: str
    record_ids: dict[str, list[int]] = field(default_factory=dict)


@contextmanager
def auditor_reads(viewer: Viewer) -> Iterator[None]:
    """A transaction on the auditor's connection that knows whose partnership it reads."""
    with transaction.atomic(using=AUDITOR):
        tell(viewer, using=AUDITOR)
        yield
        tell(None, using=AUDITOR)


def code_of(kind: str, number: int) -> str:
    """What stands for a person or an engagement in an address: it says nothing and cannot be counted up."""
    return b32encode(salted_hmac(f"audit {kind}", str(number), algorithm="sha256").digest()).decode()[:16].lower()


def people_of(viewer: Viewer) -> list[User]:
    """Everybody who is or was a member of an agency of the viewer's partnership."""
    here = Agency.objects.filter(partnership_id=viewer.partnership_id).values("pk")
    return list(User.objects.filter(memberships__agency__in=here).distinct().order_by("display_name", "pk"))


def agencies_of(viewer: Viewer) -> list[Agency]:
    """The agencies of the viewer's partnership."""
    return list(Agency.objects.filter(partnership_id=viewer.partnership_id))


def events(viewer: Viewer) -> QuerySet:
    """All events of the viewer's partnership, newest first. Run inside `auditor_reads`."""
    return AuditEvent.objects.using(AUDITOR).filter(partnership_id=viewer.partnership_id).order_by("-at", "pk")


def about(viewer: Viewer, reference: str) -> Q:
    """Events that name a case or referral; for a case also those about the referrals that led to it."""
    led_to_it = events(viewer).filter(cases__contains=[reference], subject__startswith="referral ")
    referrals = {reference} | {text.split(" ", 1)[1] for text in led_to_it.values_list("subject", flat=True)}
    found = Q(cases__contains=[reference]) | Q(subject__in=[f"referral {one}" for one in referrals])
    for one in referrals:
        found |= Q(details__referrals__contains=[one])
    return found


def is_known(viewer: Viewer, reference: str) -> bool:
    """Whether any event of the partnership names this case or referral."""
    with auditor_reads(viewer):
        return events(viewer).filter(about(viewer, reference)).exists()


def known_cases(viewer: Viewer, references: Iterable[str]) -> set[str]:
    """Those of the references that events of the partnership name as cases."""
    with auditor_reads(viewer):
        return {one for one in references if events(viewer).filter(cases__contains=[one]).exists()}


def narrowed(rows: QuerySet, asked: Asked) -> QuerySet:
    """Only what was asked for."""
    if asked.since:
        rows = rows.filter(at__gte=datetime.combine(asked.since, time.min, LONDON))
    if asked.until:
        rows = rows.filter(at__lt=datetime.combine(asked.until + timedelta(days=1), time.min, LONDON))
    if asked.person:
        rows = rows.filter(Q(actor_id=asked.person) | Q(asked_by_id=asked.person))
    if asked.agency:
        rows = rows.filter(agency_id=asked.agency)
    return _of_kind(rows, asked.kind)


def _of_kind(rows: QuerySet, kind: str) -> QuerySet:
    changed = Exists(RecordChange.objects.using(AUDITOR).filter(event_id=OuterRef("pk")))
    if kind == "refused":
        return rows.filter(outcome=AuditEvent.Outcome.REFUSED)
    if kind == "changed":
        return rows.filter(changed, outcome=AuditEvent.Outcome.DONE)
    if kind == "read":
        return rows.filter(~changed, outcome=AuditEvent.Outcome.DONE).exclude(name__startswith="person.")
    return rows


class Words:
    """Turns ids of the audit into words: people, agencies, pages, kinds of record."""

    def __init__(self, rows: list[AuditEvent], pages: Mapping[str, str]):
        self.rows, self.pages = rows, pages

    @cached_property
    def people(self) -> dict[int, str]:
        wanted = {
            number for row in self.rows for number in (row.actor_id, row.asked_by_id, _user(row.subject)) if number
        }
        return dict(User.objects.filter(pk__in=wanted).values_list("pk", "display_name"))

    @cached_property
    def agencies(self) -> dict[int | str, str]:
        """By number and by slug: events name agencies either way."""
        rows = Agency.objects.values_list("pk", "slug", "name")
        return {key: name for number, slug, name in rows for key in (number, slug)} | {"office": "the panel's office"}

    def line(self, row: AuditEvent) -> Line:
        return Line(
            id=row.pk, at=row.at, who=self.who(row), agency=self.agencies.get(row.agency_id, ""), did=self.did(row),
            refused=row.outcome == AuditEvent.Outcome.REFUSED, cases=tuple(row.cases), subject=row.subject,
        )  # fmt: skip

    def who(self, row: AuditEvent) -> str:
        if row.actor_id:
            return self.people.get(row.actor_id, row.actor_name)
        asked = f", for {self.people[row.asked_by_id]}" if row.asked_by_id in self.people else ""
        return f"Roundtable itself ({row.actor_name}{asked})"

    def did(self, row: AuditEvent) -> str:
        if row.name in ("page.read", "page.refused"):
            return self.page(row)
        parts = [
            sentence(row.name),
            self._on_page(row),
            self._for(row.details),
            self._subject(row.subject),
            self._moved(row.details),
        ]
        return " ".join(part for part in parts if part)

    def _on_page(self, row: AuditEvent) -> str:
        """For the audit's own reading: which of its pages."""
        title = self.pages.get(row.details.get("page", ""))
        return f"on the page “{title}”" if title else ""

    def _subject(self, subject: str) -> str:
        if not subject or subject.startswith("event "):
            return ""
        named = self.people.get(_user(subject))
        return f"about {named}" if named else f"({subject})"

    def page(self, row: AuditEvent) -> str:
        name = self.pages.get(row.details.get("page", ""), "") or "a page that does not exist"
        title = f"the page “{name}”" if row.details.get("page") in self.pages else name
        if row.outcome == AuditEvent.Outcome.REFUSED:
            return f"was refused {title}"
        kinds = _listed(plural(kind) for kind in row.details.get("kinds", ()))
        path = " by emergency access" if row.details.get("emergency") else ""
        return f"read {title}{path}" + (f": {kinds}" if kinds else "")

    def _for(self, details: Mapping) -> str:
        named = [
            self.agencies[one] for key in RECIPIENTS for one in _listed_ids(details.get(key)) if one in self.agencies
        ]
        return f"for {_listed(named)}" if named else ""

    @staticmethod
    def _moved(details: Mapping) -> str:
        before, after = details.get("from"), details.get("to")
        return (
            f"from “{_plain(before)}” to “{_plain(after)}”"
            if isinstance(before, str) and isinstance(after, str)
            else ""
        )

    def details(self, row: AuditEvent) -> list[tuple[str, str]]:
        """What else the event says, as pairs of label and text."""
        return [
            (_plain(key).capitalize(), self._say(key, value))
            for key, value in row.details.items()
            if value not in (None, "", [], {})
        ]

    def _say(self, key: str, value) -> str:
        if key == "page":
            return self.pages.get(value, value)
        if key == "kinds":
            return _listed(plural(kind) for kind in value)
        if key in RECIPIENTS:
            return _listed(self.agencies.get(number, str(number)) for number in _listed_ids(value))
        return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def page_of(viewer: Viewer, rows: Q, asked: Asked, number, size: int, pages: Mapping[str, str]) -> Page:
    """One page of events as `Line`s; everything is fetched before the auditor's transaction ends."""
    with auditor_reads(viewer):
        page = Paginator(narrowed(events(viewer).filter(rows), asked), size).get_page(number)
        found = list(page.object_list)
    words = Words(found, pages)
    page.object_list = [words.line(row) for row in found]
    return page


def lines_of(viewer: Viewer, rows: Q, asked: Asked, pages: Mapping[str, str]) -> list[Line]:
    """All events at once, for an export; one more than MOST_EXPORTED where there are more."""
    with auditor_reads(viewer):
        found = list(narrowed(events(viewer).filter(rows), asked)[: MOST_EXPORTED + 1])
    words = Words(found, pages)
    return [words.line(row) for row in found]


def event_of(viewer: Viewer, event: UUID, pages: Mapping[str, str]) -> Told | None:
    """One event of the partnership with its reason and what it changed, or None."""
    with auditor_reads(viewer):
        row = events(viewer).filter(pk=event).first()
        if row is None:
            return None
        changes = list(RecordChange.objects.using(AUDITOR).filter(event_id=event).order_by("at", "pk"))
        reason = EventReason.objects.using(AUDITOR).filter(pk=event).values_list("text", flat=True).first() or ""
    words = Words([row], pages)
    written: dict[str, list[int]] = {}
    for change in changes:
        written.setdefault(change.table_name, []).append(change.record_id)
    return Told(words.line(row), words.details(row), [_change(change) for change in changes], reason, written)


def _change(change: RecordChange) -> Change:
    model = models_by_table().get(change.table_name)
    what = str(model._meta.verbose_name) if model else _plain(change.table_name)
    names = [field_label(model, name) for name in change.fields if name not in UNSAID]
    return Change(what.capitalize(), MADE[change.kind], tuple(names), bytes(change.digest).hex())


def models_by_table() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


def field_label(model: type[Model] | None, column: str) -> str:
    """A column in people's words: `lead_agency_id` as 'lead agency'."""
    found = (
        next((one for one in model._meta.concrete_fields if column in (one.name, one.column)), None) if model else None
    )
    return str(found.verbose_name) if found else _plain(column)


def plural(kind: str) -> str:
    """A kind of record in words, for example 'parties'."""
    model = next((one for one in apps.get_models() if one._meta.model_name == kind), None)
    words = str(model._meta.verbose_name_plural) if model else _plain(kind)
    return words.removesuffix("s") + "es" if words.endswith("sss") else words


def _user(subject: str) -> int | None:
    """The number in 'user 7', or None."""
    kind, _, number = subject.partition(" ")
    return int(number) if kind == "user" and number.isdecimal() else None


def _listed_ids(value) -> list[int | str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, int | str)]


def _plain(text: str) -> str:
    return str(text).replace("_", " ").replace("-", " ")


def _listed(words: Iterable[str]) -> str:
    found = list(words)
    return " and ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)
