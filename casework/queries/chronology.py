"""One timeline of a case, made of what this viewer may read, entry by entry."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Action, Case, DisclosureDecision, Hearing, InformationItem, Intervention, Referral

UNRECORDED = "Said at the meeting. The content is not recorded."


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `at` is a day or a moment; `kind` says what it is in two or three words; `agency` whose it is."""

    at: date | datetime
    kind: str
    agency: str = ""
    text: str = ""
    url: str = ""

    @property
    def moment(self) -> datetime:
        """When it happened; a day without a time begins its day."""
        if isinstance(self.at, datetime):
            return self.at
        return timezone.make_aware(datetime.combine(self.at, time.min))


def chronology(viewer: Viewer, case: Case, *, reads_all: bool = True) -> list[Entry]:
    """Every entry that the viewer may read, newest first.

    `reads_all=False` is for a viewer whose reason reaches the agenda only: a hearing's outcome is left out for her.
    """
    hearings = list(visible(viewer, Hearing).filter(case=case).select_related("meeting"))
    entries = [
        Entry(case.opened_at, "Case opened"),
        *_hearings(hearings, reads_all),
        *_referrals(viewer, case),
        *_items(viewer, case),
        *_actions(viewer, case, {hearing.pk: hearing for hearing in hearings}),
        *_decisions(viewer, case),
        *_interventions(viewer, case),
        *case.panel.plugin.chronology(viewer, case),
    ]
    if case.closed_at:
        entries.append(Entry(case.closed_at, "Case closed"))
    return newest_first(entries)


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """Sorted by moment; of one moment, by kind."""
    return sorted(sorted(entries, key=lambda entry: entry.kind), key=lambda entry: entry.moment, reverse=True)


def _hearings(hearings: list[Hearing], reads_all: bool) -> Iterator[Entry]:
    for hearing in hearings:
        heard = hearing.status == Hearing.Status.HEARD
        outcome = " ".join(filter(None, [hearing.risk_level, hearing.summary])) if heard and reads_all else ""
        kind = "Heard at a meeting" if heard else f"Hearing: {hearing.get_status_display().lower()}"
        yield Entry(
            hearing.heard_at or hearing.meeting.starts_at, kind, "", outcome, address("hearing", hearing.reference)
        )


def _referrals(viewer: Viewer, case: Case) -> Iterator[Entry]:
    for referral in visible(viewer, Referral).filter(case=case).select_related("agency"):
        agency = referral.agency.name if referral.agency else referral.referrer_text
        text = (
            "" if referral.agency_id else referral.reason
        )  # an agency's reason stands in the case as its own statement
        yield Entry(referral.referred_on, "Referral", agency, text, address("referral", referral.reference))


def _items(viewer: Viewer, case: Case) -> Iterator[Entry]:
    for item in visible(viewer, InformationItem).filter(case=case, withdrawn_at=None).select_related("agency"):
        kind = f"{item.get_place_display()}: {item.get_assertion_type_display().lower()}"
        yield Entry(item.said_on or item.made_at, kind, item.agency.name, item.text or UNRECORDED)


def _actions(viewer: Viewer, case: Case, hearings: dict[int, Hearing]) -> Iterator[Entry]:
    for action in visible(viewer, Action).filter(case=case).select_related("agency"):
        hearing = hearings.get(action.hearing_id)
        url = address("action", action.reference)
        if hearing:
            yield Entry(
                hearing.heard_at or hearing.meeting.starts_at,
                "Action agreed",
                action.agency.name,
                action.description,
                url,
            )
        else:
            yield Entry(action.due_on, "Action due", action.agency.name, action.description, url)
        if action.closed_at:
            yield Entry(
                action.closed_at,
                f"Action: {action.get_status_display().lower()}",
                action.agency.name,
                action.outcome,
                url,
            )


def _decisions(viewer: Viewer, case: Case) -> Iterator[Entry]:
    url = address("decisions", case.reference)
    for decision in visible(viewer, DisclosureDecision).filter(case=case).select_related("gateway"):
        refused = decision.outcome == DisclosureDecision.Outcome.REFUSED
        kind = "Decision not to share" if refused else "Decision to share"
        yield Entry(decision.decided_at, kind, "", decision.gateway.title if decision.gateway else "", url)


def _interventions(viewer: Viewer, case: Case) -> Iterator[Entry]:
    rows = visible(viewer, Intervention).filter(case=case, starts_on__isnull=False).select_related("agency", "type")
    for row in rows:
        text = f"{row.type.title}, {row.get_status_display().lower()}"
        yield Entry(row.starts_on, "Intervention", row.agency.name, text, address("intervention", row.reference))


def address(name: str, *args: str) -> str:
    """The page of this name, or nothing where this installation has none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
