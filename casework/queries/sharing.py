"""Sharing outside a meeting: whom a case or a statement can be given to, and which statements."""

from django.db.models import QuerySet

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Agency, Audience, Basis, Case, CaseGrant, CaseUserGrant, Depth, InformationItem
from casework.queries.seats import seated_agencies


def may_be_given(viewer: Viewer, case: Case) -> list[Agency]:
    """Agencies with a seat and a live signature that do not read the whole case yet, by name."""
    readers = {agency.pk for agency in readers_of(viewer, case)}
    return [agency for agency in seated_agencies(case.panel) if agency.pk not in readers]


def readers_of(viewer: Viewer, case: Case) -> list[Agency]:
    """Agencies that read the whole case now, besides the viewer's own, by name. Nobody's emergency access counts."""
    groups = visible(viewer, CaseGrant).live().filter(content_object=case, reach=Depth.FULL)
    persons = visible(viewer, CaseUserGrant).live().filter(content_object=case, reach=Depth.FULL)
    persons = persons.exclude(basis=Basis.EMERGENCY)
    rows = Agency.objects.select_related("acts_on_behalf_of").exclude(pk=viewer.agency_id)
    found = {agency.pk: agency for agency in rows.filter(group__in=list(groups.values_list("group_id", flat=True)))}
    found |= {agency.pk: agency for agency in rows.filter(pk__in=list(persons.values_list("agency_id", flat=True)))}
    return sorted(found.values(), key=lambda agency: agency.name)


def own_statements(viewer: Viewer, case: Case) -> QuerySet:
    """The viewer's agency's own statements that not everybody reads: those that she can share with named agencies."""
    rows = visible(viewer, InformationItem).filter(case=case, agency_id=viewer.speaks_for, withdrawn_at=None)
    return rows.filter(audience__in=[Audience.OWNER_ONLY, Audience.NAMED_AGENCIES]).order_by("made_at", "pk")
