"""What a circulation is made of: who has not been asked about which case, why each case is there, and what waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from casework.access.gateways import RecipientSet
from casework.access.policies import NotNow, check_reviews_its_access
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import (
    RELEASED_CLASSES,
    Agency,
    DataClass,
    DisclosureDecision,
    Hearing,
    InformationItem,
    ItemRelease,
    LegalCondition,
    LegalGateway,
    Meeting,
    Referral,
    ResearchReturn,
    Seal,
)
from casework.queries.decisions import Occasion, choices_for, classes_of, discloser_for, sets_for
from casework.queries.meetings import hearings_of
from casework.queries.seats import seated_agencies


@dataclass(frozen=True)
class Known:
    """Statements of these cases that the office reads: those that others may read with the case, and those that wait."""

    open: list[InformationItem] = field(default_factory=list)
    waiting: list[InformationItem] = field(default_factory=list)


@dataclass(frozen=True)
class Sets:
    """The sets of agencies with what can be relied on towards each, the lawful bases, and the agencies that no power reaches.

    `refused`: the powers that the discloser cannot rely on towards anybody, each with the sentence why.
    """

    sets: list[RecipientSet]
    without: list[tuple[Agency, str]]
    bases: list[LegalCondition]
    refused: list[tuple[LegalGateway, str]]


def to_share(viewer: Viewer, meeting: Meeting) -> QuerySet:
    """The hearings on the agenda that agencies can be asked about: a sealed case is shared with nobody."""
    in_force = Q(ends_at=None) | Q(ends_at__gt=Now())
    sealed = Seal.objects.filter(in_force, case_id=OuterRef("case_id"), starts_at__lte=Now())
    return hearings_of(viewer, meeting).filter(~Q(Exists(sealed)))


def not_asked(viewer: Viewer, meeting: Meeting) -> dict[int, list[Hearing]]:
    """For each seated agency, by key, the hearings on the agenda that it has not been asked about."""
    asked = set(visible(viewer, ResearchReturn).filter(hearing__meeting=meeting).values_list("agency_id", "hearing_id"))
    hearings = list(to_share(viewer, meeting))
    return {
        agency.pk: [hearing for hearing in hearings if (agency.pk, hearing.pk) not in asked]
        for agency in seated_agencies(meeting.panel)
    }


def not_circulated(viewer: Viewer, meeting: Meeting) -> list[Hearing]:
    """Hearings about which nobody has been asked yet: all of a planned meeting, late additions of another."""
    asked = visible(viewer, ResearchReturn).filter(hearing__meeting=meeting).values_list("hearing_id", flat=True)
    return [hearing for hearing in to_share(viewer, meeting) if hearing.pk not in set(asked)]


def reasons_at_referral(viewer: Viewer, hearings: Sequence[Hearing]) -> dict[int, str]:
    """Why each case is here, by case: what its referral says, else the last decision about it; empty where nobody said."""
    found = dict.fromkeys((hearing.case_id for hearing in hearings), "")
    decisions = visible(viewer, DisclosureDecision).filter(
        case_id__in=list(found), kind=DisclosureDecision.Kind.CASE, outcome=DisclosureDecision.Outcome.SHARED
    )
    for decision in decisions.order_by("decided_at", "pk"):
        found[decision.case_id] = f"{decision.necessity}\nThe victim's views: {decision.victim_views}"
    referrals = visible(viewer, Referral).filter(pk__in=[hearing.referral_id for hearing in hearings])
    for referral in referrals.select_related("panel"):
        said = [text for _, text in referral.panel.plugin.statements(viewer, referral)]
        found[referral.case_id] = "\n".join(filter(None, [referral.reason, *said]))
    return found


def waiting_in(viewer: Viewer, cases: Iterable[int]) -> QuerySet:
    """Statements of these cases, as far as the viewer reads them, that no second person has released."""
    released = visible(viewer, ItemRelease).filter(item_id=OuterRef("pk"))
    rows = visible(viewer, InformationItem).filter(case_id__in=list(cases), withdrawn_at=None)
    return rows.filter(~Exists(released), data_classes__overlap=list(RELEASED_CLASSES)).order_by("case_id", "pk")


def statements_known(viewer: Viewer, cases: Sequence[int]) -> Known:
    """The statements of these cases, parted into those that go with the case and those that wait for a second person."""
    waiting = list(waiting_in(viewer, cases))
    rows = visible(viewer, InformationItem).filter(case_id__in=list(cases), withdrawn_at=None)
    rows = rows.exclude(pk__in=[item.pk for item in waiting]).order_by("case_id", "pk")
    return Known([item for item in rows if item.audience in OPEN], waiting)


OPEN = ("all_present", "all_signatories", "verbal_only")


def sets_of_agencies(viewer: Viewer, meeting: Meeting) -> Sets:
    """The seated agencies that something is left for, by the powers that the viewer's agency can rely on towards each."""
    waiting = not_asked(viewer, meeting)
    cases = {hearing.case_id for hearings in waiting.values() for hearing in hearings}
    classes = classes_of(statements_known(viewer, sorted(cases)).open) | {DataClass.PERSONAL}
    occasion = Occasion.of(meeting.panel, discloser_for(viewer.agency_id), classes, timezone.localdate())
    agencies = Agency.objects.filter(pk__in=[pk for pk, left in waiting.items() if left])
    late = {agency: sentence for agency in agencies if (sentence := _late_with_its_review(agency))}
    ready = agencies.exclude(pk__in=[agency.pk for agency in late]).select_related("acts_on_behalf_of")
    found = sets_for(occasion, ready)
    usable = choices_for(occasion, [])
    return Sets(found.sets, [*found.without, *late.items()], usable.bases, usable.refused)


def _late_with_its_review(agency: Agency) -> str:
    """Why it is given nothing new; empty where it may be."""
    try:
        check_reviews_its_access(agency_id=agency.pk)
    except NotNow as late:
        return str(late)
    return ""
