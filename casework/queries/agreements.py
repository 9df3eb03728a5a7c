"""Sharing agreements as who keeps them reads them: versions, who has signed which, what each agency lacks, what is due."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from casework.access.agreements import can_keep_agreement, can_read_agreements
from casework.access.policies import unchecked
from casework.access.scope import visible
from casework.access.viewer import Viewer, is_signed, versions_in_force
from casework.models import (
    Agency,
    AgreementPanel,
    AgreementParty,
    AgreementSignature,
    AgreementVersion,
    Membership,
    Purpose,
    SharingAgreement,
)
from casework.queries.auditing import code_of
from casework.queries.calendar import say_day
from casework.queries.home import Task, task_source

REVIEW_SOON = timedelta(days=60)
COPIES_WITHIN = timedelta(days=28)  # our default: by then an agency that left says what became of its copies
GROUP = "Sharing agreements"
NOTHING = "Without a live signature this agency is given nothing."
State = AgreementParty.State
COLOURS = {
    State.PROPOSED: "grey", State.DUE_DILIGENCE: "blue", State.SIGNED: "blue", State.ACTIVE: "green", State.SUSPENDED: "red", State.LEFT: "grey",
}  # fmt: skip


@dataclass(frozen=True)
class Review:
    """When a version is to be reviewed: `until` is the review date, or the later day it was put off to."""

    until: date | None
    days_left: int = 0
    is_over: bool = False
    is_soon: bool = False

    @property
    def words(self) -> str:
        if self.until is None:
            return "No review date is set."
        if self.is_over:
            return f"Past its review since {say_day(self.until)}: nothing new is disclosed under it until it has been reviewed."
        return f"By {say_day(self.until)} ({days_left(self.days_left)})."


@dataclass(frozen=True)
class AgencyLine:
    """Where one agency stands: its state, the versions it signed, the sentence that says what follows, what it lacks."""

    party: AgreementParty
    code: str
    colour: str
    standing: str
    given_nothing: bool
    grace_ends: date | None
    signatures: list[AgreementSignature]
    lacks: list[str]


@dataclass
class Shown:
    """One agreement with everything that its page shows. `version` is the one in force; `coming` those that are not yet."""

    agreement: SharingAgreement
    code: str
    version: AgreementVersion | None
    coming: list[AgreementVersion]
    earlier: list[AgreementVersion]
    review: Review
    purposes: list[str]
    panels: list[str] = field(default_factory=list)
    agencies: list[AgencyLine] = field(default_factory=list)

    @property
    def given_nothing(self) -> int:
        """How many agencies that have not left are given nothing."""
        return sum(line.given_nothing and line.party.state != State.LEFT for line in self.agencies)


def days_left(number: int) -> str:
    """`today`, `1 day left` or `12 days left`."""
    return "today is the last day" if number == 0 else f"{number} day{'' if number == 1 else 's'} left"


def grace_until(version: AgreementVersion) -> date:
    """The last day on which a signature under the version before still counts."""
    return version.in_force_from + timedelta(days=version.grace_days - 1)


def review_of(version: AgreementVersion | None, today: date) -> Review:
    """When the version is to be reviewed, and whether that day is near or past."""
    until = version and (version.extended_to or version.review_on)
    if not version or until is None:
        return Review(None)
    over = version.review_is_over(today)
    return Review(until, (until - today).days, over, not over and until - today <= REVIEW_SOON)


def agreements(viewer: Viewer) -> list[Shown]:
    """The partnership's agreements, by title, in as many queries for one as for many."""
    rows = list(visible(viewer, SharingAgreement).order_by("title", "pk"))
    keys = [row.pk for row in rows]
    today = timezone.localdate()
    current = versions_in_force(keys, today)
    versions = _by_agreement(visible(viewer, AgreementVersion).filter(agreement__in=keys).order_by("-number"))
    parties = _by_agreement(
        visible(viewer, AgreementParty)
        .filter(agreement__in=keys)
        .select_related("agency")
        .order_by("agency__name", "pk")
    )
    panels = _by_agreement(
        AgreementPanel.objects.live().filter(agreement__in=keys).select_related("panel").order_by("panel__name")
    )
    signatures = _signatures(keys)
    shown = []
    for row in rows:
        version = current.get(row.pk)
        lines = [
            _agency_line(party, version, signatures.get((row.pk, party.agency_id), []), today)
            for party in parties.get(row.pk, [])
        ]
        shown.append(_shown(row, version, versions.get(row.pk, []), today, panels.get(row.pk, []), lines))
    return shown


def _shown(row, version, versions, today, panels, lines) -> Shown:
    others = [each for each in versions if version is None or each.pk != version.pk]
    return Shown(
        agreement=row,
        code=code_of("agreement", row.pk),
        version=version,
        coming=[each for each in others if each.in_force_from > today],
        earlier=[each for each in others if each.in_force_from <= today],
        review=review_of(version, today),
        purposes=[Purpose(each).label for each in version.purposes] if version else [],
        panels=[each.panel.name for each in panels],
        agencies=lines,
    )


def agreement_by_code(viewer: Viewer, code: str) -> Shown | None:
    """The agreement that the address names, if the viewer reads it."""
    return next((shown for shown in agreements(viewer) if shown.code == code), None)


def agency_by_code(viewer: Viewer, code: str) -> tuple[Shown, AgencyLine] | None:
    """The agency under an agreement that the address names, with that agreement, if the viewer reads it."""
    found = ((shown, line) for shown in agreements(viewer) for line in shown.agencies)
    return next((pair for pair in found if pair[1].code == code), None)


def _by_agreement(rows: Iterable) -> dict[int, list]:
    found: dict[int, list] = {}
    for row in rows:
        found.setdefault(row.agreement_id, []).append(row)
    return found


def _signatures(keys: list[int]) -> dict[tuple[int, int], list[AgreementSignature]]:
    """Live signatures by agreement and agency, the latest version first."""
    found: dict[tuple[int, int], list[AgreementSignature]] = {}
    rows = AgreementSignature.objects.live().filter(agreement_version__agreement__in=keys)
    for row in rows.select_related("agreement_version", "signed_by").order_by("-agreement_version__number", "pk"):
        found.setdefault((row.agreement_version.agreement_id, row.agency_id), []).append(row)
    return found


def has_signed_version(viewer: Viewer, party: AgreementParty) -> bool:
    """Whether the agency's signature counts today, whatever its state."""
    today = timezone.localdate()
    version = versions_in_force([party.agreement_id], today).get(party.agreement_id)
    rows = AgreementSignature.objects.live().filter(
        agency_id=party.agency_id, agreement_version__agreement_id=party.agreement_id
    )
    return version is not None and is_signed(
        version, set(rows.values_list("agreement_version__number", flat=True)), today
    )


def _agency_line(
    party: AgreementParty, version: AgreementVersion | None, signatures: list[AgreementSignature], today: date
) -> AgencyLine:
    numbers = {row.agreement_version.number for row in signatures}
    counts = version is not None and is_signed(version, numbers, today)
    in_grace = counts and version is not None and version.number not in numbers
    ends = grace_until(version) if version is not None and in_grace else None
    return AgencyLine(
        party=party,
        code=code_of("agreement agency", party.pk),
        colour=COLOURS[State(party.state)],
        standing=_standing(party, version, counts, ends, today),
        given_nothing=party.state != State.ACTIVE or not counts,
        grace_ends=ends,
        signatures=signatures,
        lacks=_lacks(party, version, counts, ends),
    )


def _standing(
    party: AgreementParty, version: AgreementVersion | None, counts: bool, grace_ends: date | None, today: date
) -> str:
    if party.state == State.LEFT:
        return "It has left and is given nothing."
    if party.state == State.SUSPENDED:
        return "It is suspended and given nothing until it is active again."
    if version is None or not counts:
        return NOTHING
    if party.state != State.ACTIVE:
        return "It is given nothing until it is active."
    if grace_ends is not None:
        left = days_left((grace_ends - today).days)
        return f"Its earlier signature counts until {say_day(grace_ends)} ({left}). Then it is given nothing until it signs version {version.number}."
    return "It may be given what the panels decide to share."


def _lacks(party: AgreementParty, version: AgreementVersion | None, counts: bool, grace_ends: date | None) -> list[str]:
    if party.state == State.LEFT:
        return [] if party.copies_returned_at else ["Word that its copies were returned or destroyed"]
    unsigned = version is not None and (not counts or grace_ends is not None)
    lacks = [f"Signature of version {version.number}"] if version is not None and unsigned else []
    left = unchecked(party.checks)
    return lacks + ([f"{len(left)} of the checks"] if left else [])


def not_yet_under(viewer: Viewer, agreement: SharingAgreement) -> list[Agency]:
    """Agencies of the partnership that have no place under the agreement."""
    there = AgreementParty.objects.filter(agreement=agreement).values("agency")
    return list(Agency.objects.filter(partnership_id=viewer.partnership_id).exclude(pk__in=there))


def signable(shown: Shown, line: AgencyLine) -> list[AgreementVersion]:
    """Versions that the agency can still sign: the one in force and those to come, without those it signed."""
    done = {row.agreement_version_id for row in line.signatures}
    current = [shown.version] if shown.version else []
    return [version for version in [*current, *reversed(shown.coming)] if version.pk not in done]


def people_at(agency_id: int) -> int:
    """How many people have a membership in force at the agency."""
    return Membership.objects.live().filter(agency_id=agency_id).values("user").distinct().count()


@task_source
def agreement_tasks(viewer: Viewer) -> list[Task]:
    """Reviews that are near or past, agencies that have not signed, and copies of agencies that left: for who keeps the agreement."""
    if not can_read_agreements(viewer):
        return []
    kept = [shown for shown in agreements(viewer) if can_keep_agreement(viewer, shown.agreement)]
    return [task for shown in kept for task in _tasks_of(shown)]


def _tasks_of(shown: Shown) -> list[Task]:
    tasks = []
    if shown.review.is_over:
        text = "A sharing agreement is past its review: nothing new is disclosed under it"
        tasks.append(Task(text, "agreement", (shown.code,), shown.review.until, GROUP))
    elif shown.review.is_soon:
        text = f"Review a sharing agreement: {days_left(shown.review.days_left)}"
        tasks.append(Task(text, "agreement", (shown.code,), shown.review.until, GROUP))
    return tasks + [task for line in shown.agencies if (task := _task_of_agency(shown, line))]


def _task_of_agency(shown: Shown, line: AgencyLine) -> Task | None:
    name, args = line.party.agency.name, (line.code,)
    if line.party.state == State.LEFT and line.party.copies_returned_at is None:
        due = timezone.localdate(line.party.since) + COPIES_WITHIN
        return Task(f"{name} has left: copies returned or destroyed?", "agreement_agency", args, due, GROUP)
    if line.party.state != State.ACTIVE or shown.version is None:
        return None
    if line.grace_ends is not None:
        left = days_left((line.grace_ends - timezone.localdate()).days)
        text = f"{name} has not signed version {shown.version.number}: {left}"
        return Task(text, "agreement_agency", args, line.grace_ends, GROUP)
    if line.given_nothing:
        return Task(f"{name} has no live signature and is given nothing", "agreement_agency", args, None, GROUP)
    return None
