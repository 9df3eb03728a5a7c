"""Known elsewhere: another panel of the partnership knows somebody in a case. Told in the direction that protects, and no more.

What is compared are keyed digests of name and birth date, by the system over all cases; what is handed back is that a panel's
office is worth asking: never which case, which person, or in which part.
"""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from audit import event_types
from audit.actors import SystemActor
from audit.recorder import recording
from casework.access.guards import check_can_record_meeting
from casework.access.viewer import Viewer
from casework.commands.locking import claim
from casework.models import (
    Case,
    ConflictOfInterest,
    Connection,
    ConnectionToken,
    KnownElsewhere,
    Panel,
    PanelOffice,
    PartyToken,
    Seal,
)

event_types.register(
    elsewhere_found="found that another panel knows somebody in the case",
    elsewhere_settled="asked the other panel's office",
)
SYSTEM = "system"


def _rows(model):
    return model._default_manager.using(SYSTEM).scoped()


def compare_case(*, case_id: int, asked_by_id: int | None) -> int:
    """Compare the people of one case with those of the partnership's other panels; how many notes were written.

    Both directions: a panel that is told learns of this case's panel, and this case's panel, if it is told, of theirs.
    Unattended, and safe to run again. 0 for a case that is not there.
    """
    case = _rows(Case).filter(pk=case_id).select_related("panel").first()
    if case is None:
        return 0
    others = [other for other in _sharing_somebody(case) if not _kept_apart(case, other)]
    pairs = {(case, other.panel) for other in others if case.panel.plugin.told_of_other_panels}
    pairs |= {(other, case.panel) for other in others if other.panel.plugin.told_of_other_panels}
    by = SystemActor("known elsewhere", asked_by_id=asked_by_id, partnership_id=case.panel.partnership_id)
    return sum(_note(by, told, panel) for told, panel in sorted(pairs, key=lambda pair: (pair[0].pk, pair[1].pk)))


def _sharing_somebody(case: Case) -> list[Case]:
    """Cases of the partnership's other panels with a person of the same name and birth date."""
    written = _rows(PartyToken).filter(case_id=case.pk).values_list("token", flat=True)
    full = [token for token in written if token.startswith("f:")]  # a name alone is too little to send anybody asking
    found = _rows(PartyToken).filter(token__in=full, case__panel__partnership_id=case.panel.partnership_id)
    ids = set(found.exclude(case__panel_id=case.panel_id).values_list("case_id", flat=True))
    return list(_rows(Case).filter(pk__in=ids).select_related("panel").order_by("pk"))


def _kept_apart(case: Case, other: Case) -> bool:
    """Nothing is said where a case is sealed, where staff stand in it, or where a holder of either office has a conflict."""
    cases = [case.pk, other.pk]
    return bool(_sealed(cases) or _of_staff(cases) or _conflicted(cases, {case.panel, other.panel}))


def _in_force(ends: str) -> Q:
    now = timezone.now()
    return Q(starts_at__lte=now) & (Q(**{ends: None}) | Q(**{f"{ends}__gt": now}))


def _sealed(cases: list[int]) -> bool:
    return Seal.objects.using(SYSTEM).filter(_in_force("ends_at"), case_id__in=cases).exists()


def _of_staff(cases: list[int]) -> bool:
    """Somebody in one of the cases declared that she herself is that person."""
    tokens = _rows(PartyToken).filter(case_id__in=cases).values_list("token", flat=True)
    declared = _rows(Connection).filter(nature=Connection.Nature.MYSELF, ended_at=None).values("pk")
    return _rows(ConnectionToken).filter(token__in=set(tokens), connection_id__in=declared).exists()


def _conflicted(cases: list[int], panels: Iterable[Panel]) -> bool:
    offices = PanelOffice.objects.using(SYSTEM).filter(_in_force("ends_at"), panel__in=[panel.pk for panel in panels])
    holders = set(offices.values_list("membership__user_id", flat=True))
    conflicts = _rows(ConflictOfInterest).filter(_in_force("ends_at"), case_id__in=cases, user_id__in=holders)
    return conflicts.exists()


def _note(by: SystemActor, case: Case, panel: Panel) -> bool:
    if _rows(KnownElsewhere).filter(case_id=case.pk, panel_id=panel.pk).exists():
        return False
    with recording(by=by, event="elsewhere.found", cases=[case.reference], details={"panel": panel.slug}, using=SYSTEM):
        KnownElsewhere(case_id=case.pk, panel_id=panel.pk).save()
    return True


def settle_elsewhere(*, by: Viewer, known: KnownElsewhere) -> KnownElsewhere:
    """The office has asked. Settling twice changes nothing. 404 for who is not told, `Refused` for who does not hold the office."""
    known = claim(by, known)
    check_can_record_meeting(by, known.case.panel_id)
    if known.settled_at is None:
        details = {"panel": known.panel.slug}
        with recording(by=by, event="elsewhere.settled", cases=[known.case.reference], details=details):
            known.settled_by_id, known.settled_at = by.user_id, timezone.now()
            known.save()
    return known
