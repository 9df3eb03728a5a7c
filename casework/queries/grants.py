"""Access that runs out soon or ran out lately, for the panel's office, with how often each grant was used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from casework.access.guards import can_run_office
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Agency, Basis, Case, CaseGrant, CaseUserGrant, DisclosureDecision
from casework.queries.auditing import code_of
from casework.queries.home import Task, task_source

AHEAD, BACK, USED_WITHIN = timedelta(days=30), timedelta(days=14), timedelta(days=90)
# A window ends with its meeting and is not renewed; an emergency is reviewed by itself; readers of a sealed case are named anew
RENEWED = (Basis.OPENED, Basis.STANDING, Basis.ASSIGNMENT)
Uses = dict[tuple[int, int, int | None], tuple[int, date]]


@dataclass(frozen=True)
class Renewal:
    """A grant that runs out or ran out. `days`: on how many days within the last 90 its holder read the case."""

    code: str
    grant: CaseGrant | CaseUserGrant
    reference: str
    panel: str
    status: str
    holder: str
    decision: str
    days: int
    last_used_on: date | None

    @property
    def ran_out(self) -> bool:
        return self.grant.expires_at <= timezone.now()


def _due(rows: QuerySet, viewer: Viewer) -> QuerySet:
    now = timezone.now()
    panels = [panel for panel in viewer.office_panels if can_run_office(viewer, panel)]
    return rows.filter(
        Q(expires_at__gt=now - BACK, expires_at__lte=now + AHEAD),
        panel_id__in=panels,
        basis__in=RENEWED,
        version=1,  # nobody has decided about its end
    ).order_by("expires_at", "pk")


def _rows(viewer: Viewer) -> list[CaseGrant | CaseUserGrant]:
    agencies = _due(visible(viewer, CaseGrant), viewer)
    people = _due(visible(viewer, CaseUserGrant), viewer).select_related("user", "agency")
    return sorted([*agencies, *people], key=lambda grant: grant.expires_at)


def renewals(viewer: Viewer) -> list[Renewal]:
    """What the viewer's office has to decide about, soonest first."""
    grants = _rows(viewer) if viewer.offices else []
    ids = {grant.case_id for grant in grants}
    cases = {case.pk: case for case in visible(viewer, Case).filter(pk__in=ids).select_related("panel")}
    groups = {grant.group_id for grant in grants if isinstance(grant, CaseGrant)}
    agencies = {agency.group_id: agency for agency in Agency.objects.filter(group_id__in=groups)}
    seen = visible(viewer, DisclosureDecision).filter(pk__in={grant.decision_id for grant in grants})
    decisions, uses = dict(seen.values_list("pk", "reference")), uses_of(ids)
    return [
        _line(grant, cases[grant.case_id], agencies, decisions.get(grant.decision_id, ""), uses)
        for grant in grants
        if grant.case_id in cases
    ]


def _line(grant, case: Case, agencies: dict[int, Agency], decision: str, uses: Uses) -> Renewal:
    personal = isinstance(grant, CaseUserGrant)
    agency = grant.agency if personal else agencies[grant.group_id]
    days, last = uses.get((case.pk, agency.pk, grant.user_id if personal else None), (0, None))
    return Renewal(
        code=code_of("user_grant" if personal else "grant", grant.pk), grant=grant, reference=case.reference,
        panel=case.panel.name, status=case.panel.plugin.status_label(case.status),
        holder=f"{grant.user.display_name}, {agency.name}" if personal else agency.name,
        decision=decision, days=days, last_used_on=last,
    )  # fmt: skip


def renewal_by_code(viewer: Viewer, code: str) -> Renewal | None:
    """The one that an address names, or None."""
    return next((one for one in renewals(viewer) if one.code == code), None)


def uses_of(cases: Iterable[int], since: datetime | None = None) -> Uses:
    """On how many days, and when last, an agency (with None) or one of its people read each case alone on a page.

    The database counts them from the audit, which the app cannot read, and for the cases of the viewer's own offices only.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_id, agency_id, user_id, days, last_on FROM rt_case_uses(%s::bigint[], %s)",
            [sorted(cases), since or timezone.now() - USED_WITHIN],
        )
        return {(case, agency, user): (days, last) for case, agency, user, days, last in cursor.fetchall()}


@task_source
def access_that_runs_out(viewer: Viewer) -> list[Task]:
    """One line for the office, due on the day of the first."""
    ends: list[datetime] = [grant.expires_at for grant in _rows(viewer)] if viewer.offices else []
    if not ends:
        return []
    what = "1 grant of access" if len(ends) == 1 else f"{len(ends)} grants of access"
    text = f"Renew or end {what} that {'runs' if len(ends) == 1 else 'run'} out"
    return [Task(text, "renewals", (), timezone.localdate(min(ends)), "Access")]
