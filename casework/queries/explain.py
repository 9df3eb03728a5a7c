"""Who can see a case and why, in sentences; and what somebody else would see of it, as far as the asker reads it herself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Model, QuerySet
from django.utils import timezone

from casework.access.explain import Held, Verdict, Why, explain
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import (
    CLOSED_IN_EMERGENCY,
    Action,
    AgreementParty,
    Audience,
    Basis,
    Case,
    Depth,
    Hearing,
    InformationItem,
    Pack,
    Party,
)
from casework.queries.auditing import code_of
from casework.queries.calendar import say_day

NO_REASON = "No reason to be in this case"
PARTLY = {Depth.IDENTITY: "who is in it alone", Depth.AGENDA: "what the agenda says alone"}


@dataclass(frozen=True)
class PersonLine:
    """One person of a panel: whether she reads the case, and the one rule that decides."""

    code: str
    name: str
    role: str
    reads: bool
    why: str


@dataclass(frozen=True)
class AgencyPart:
    """The people of one agency."""

    name: str
    people: list[PersonLine]


@dataclass(frozen=True)
class Row:
    """One row of the case page. `text` stands where both may read it, `why_not` where the other person may not."""

    label: str
    text: str
    why_not: str = ""


@dataclass
class Part:
    """Rows of one kind."""

    title: str
    rows: list[Row] = field(default_factory=list)


def who_can_see(asker: Viewer, case: Case) -> list[AgencyPart]:
    """By agency: each member whose role carries the panel, who holds an office there, or who is in the case by name."""
    found = [verdict for verdict in explain(asker, case, case.panel) if _belongs(verdict)]
    return [
        AgencyPart(name, [_person(asker, case, verdict) for verdict in verdicts])
        for name, verdicts in groupby(found, key=lambda verdict: verdict.membership.agency.name)
    ]


def _belongs(verdict: Verdict) -> bool:
    return verdict.carries or verdict.reads


def _person(asker: Viewer, case: Case, verdict: Verdict) -> PersonLine:
    member = verdict.membership
    role = ", ".join(verdict.offices) or member.get_role_display()
    return PersonLine(
        code_of("member", member.pk), member.user.display_name, role, verdict.reads, sentence(asker, case, verdict)
    )


def sentence(asker: Viewer, case: Case, verdict: Verdict) -> str:
    """The rule in words. Conflicts of interest are told to the office that decides them; to others they look like no reason."""
    if verdict.reads:
        return _way_in(verdict)
    if verdict.why == Why.CONFLICT:
        return "Conflict of interest" if asker.holds(case.panel_id) else NO_REASON
    return _DENIALS[verdict.why](verdict)


def _not_signed(verdict: Verdict) -> str:
    agency, signing = verdict.membership.agency.name, verdict.signing
    if signing.version is None:
        return "No sharing agreement is in force for this panel"
    said = {
        AgreementParty.State.ACTIVE: f"{agency} has not signed version {signing.version}",
        AgreementParty.State.SUSPENDED: f"{agency} is suspended under the sharing agreement",
        AgreementParty.State.LEFT: f"{agency} has left the sharing agreement",
    }
    return said.get(signing.state, f"{agency} is not active under the sharing agreement")


def _no_reason(verdict: Verdict) -> str:
    carries = verdict.viewer.carries
    if verdict.agency_reads and not carries.grants:
        return "Not assigned to this case" if carries.assigned else "The role does not carry what the agency may read"
    return _over(verdict.grant) if verdict.grant else NO_REASON


def _over(grant: Held) -> str:
    ended = _day(grant.expires_at)
    said = {
        Basis.WINDOW: f"The agenda window{_of_meeting(grant)} ended on {ended}",
        Basis.ASSIGNMENT: f"The assignment ended on {ended}",
        Basis.EMERGENCY: f"An emergency access ended on {ended}",
    }
    return said.get(grant.basis, f"Access to this case ended on {ended}")


_DENIALS: dict[Why, Callable[[Verdict], str]] = {
    Why.INACTIVE: lambda verdict: "The account is closed",
    Why.SILENT: lambda verdict: "Not signed in for 45 days",
    Why.NOT_SIGNED: _not_signed,
    Why.SEALED: lambda verdict: "This case is sealed; not a named reader",
    Why.NO_REASON: _no_reason,
}


def _way_in(verdict: Verdict) -> str:
    grant = verdict.grant
    if verdict.why == Why.OFFICE:
        said = f"Office of the panel: {', '.join(verdict.offices).lower()}"
    elif verdict.why == Why.COVER:
        said = f"Covers a colleague to whom the case is assigned, until {_day(grant.expires_at)}"
    else:
        said = _held(grant)
    part = PARTLY.get(Depth(verdict.reach))
    return f"{said}; {part}" if part else said


def _held(grant: Held) -> str:
    until = f"until {_day(grant.expires_at)}" if grant.expires_at else "no end set"
    said = {
        Basis.OPENED: "The agency opened the case",
        Basis.WINDOW: f"Agenda window{_of_meeting(grant)}",
        Basis.STANDING: "Standing access of the agency",
        Basis.ASSIGNMENT: "Assigned to the case",
        Basis.SEALED_READER: "Named reader of this sealed case",
    }
    if grant.basis == Basis.EMERGENCY:
        return f"Emergency access until {timezone.localtime(grant.expires_at):%H:%M}"
    return f"{said[Basis(grant.basis)]}, {until}"


def _of_meeting(grant: Held) -> str:
    return f" of the meeting on {_day(grant.meeting_at)}" if grant.meeting_at else ""


def _day(moment) -> str:
    return say_day(timezone.localdate(moment))


def verdict_on(asker: Viewer, case: Case, code: str) -> Verdict | None:
    """What decides about one member whom `who_can_see` names, or None."""
    found = explain(asker, case, case.panel)
    return next((one for one in found if code_of("member", one.membership.pk) == code and _belongs(one)), None)


def what_they_see(asker: Viewer, case: Case, verdict: Verdict) -> list[Part]:
    """The rows of the case page that the asker reads, each with whether the other person reads it too.

    The other's rights are put on top of the asker's: the database still knows the asker alone, so both walls intersect. What the
    other may read and the asker not is in no row.
    """
    why = "" if verdict.reads else sentence(asker, case, verdict)

    def part(title: str, rows: QuerySet, label: Callable, text: Callable, why_not: Callable) -> Part:
        both = _also(verdict, rows)
        lines = [
            Row(label(row), text(row)) if row.pk in both else Row(label(row), "", why or why_not(row, verdict))
            for row in rows
        ]
        return Part(title, lines)

    plugin = case.panel.plugin
    return [
        part("People", _of(asker, Party, case).order_by("pk"), lambda row: plugin.role_label(row.role, row.finding), lambda row: row.name, _reach),
        part("Information", _items(asker, case), _item_label, lambda row: row.text, _why_not_item),
        part("Actions", _of(asker, Action, case).select_related("agency").order_by("due_on", "pk"), lambda row: row.agency.name, lambda row: row.description, _reach),
        part("Hearings", _of(asker, Hearing, case).select_related("meeting").order_by("-meeting__starts_at"), lambda row: _day(row.meeting.starts_at), lambda row: row.summary or "Listed", _reach),
        part("Packs", _packs(asker, case), lambda row: f"Meeting on {_day(row.meeting.starts_at)}", lambda row: f"Pack for {row.agency.name}", _why_not_pack),
    ]  # fmt: skip


def _also(verdict: Verdict, rows: QuerySet) -> set[int]:
    """Of these rows, those that the other person may read as well."""
    if not verdict.reads:
        return set()
    theirs = visible(verdict.viewer, rows.model).filter(pk__in=[row.pk for row in rows])
    return set(theirs.values_list("pk", flat=True))


def _of(asker: Viewer, model: type[Model], case: Case) -> QuerySet:
    return visible(asker, model).filter(case=case)


def _items(asker: Viewer, case: Case) -> QuerySet:
    rows = _of(asker, InformationItem, case).filter(withdrawn_at=None)
    return rows.select_related("agency").order_by("-made_at", "-pk")


def _packs(asker: Viewer, case: Case) -> QuerySet:
    meetings = _of(asker, Hearing, case).values("meeting")
    return visible(asker, Pack).filter(meeting__in=meetings).select_related("agency", "meeting").order_by("pk")


def _item_label(row: InformationItem) -> str:
    return f"{row.agency.name}, {say_day(row.said_on) if row.said_on else _day(row.made_at)}"


def _reach(row: Model, verdict: Verdict) -> str:
    part = PARTLY.get(Depth(verdict.reach)) if verdict.reach else None
    return f"Reads {part}" if part else "Not for this person"


def _why_not_item(row: InformationItem, verdict: Verdict) -> str:
    narrow = {
        Audience.OWNER_ONLY: f"Only {row.agency.name}",
        Audience.CHAIR_ONLY: "Chair only",
        Audience.NAMED_AGENCIES: f"Only agencies that {row.agency.name} named; it alone knows which",
    }
    if verdict.reach < Depth.FULL:
        return _reach(row, verdict)
    if row.audience in narrow:
        return narrow[Audience(row.audience)]
    if verdict.grant and verdict.grant.basis == Basis.EMERGENCY and _any(row.data_classes, CLOSED_IN_EMERGENCY):
        return "Never opened in an emergency"
    return "Waits for a second person"


def _any(classes: Iterable[str], of: Iterable[str]) -> bool:
    return bool(set(classes) & set(of))


def _why_not_pack(row: Pack, verdict: Verdict) -> str:
    return "The panel’s office only" if row.office_copy else f"Only {row.agency.name}"
