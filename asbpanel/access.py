"""Who reads an ASB panel's own records, and who may do what with reports. Repeats the walls of migrations 0002 and 0004."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from asbpanel.models import AsbCase, Triage
from casework.access.guards import Refused, can_run_office
from casework.access.scope import IN_CASE, in_case, register, visible
from casework.access.viewer import Viewer
from casework.models import Panel, Report, Role
from casework.views.rules import PageRule

KIND = "asbpanel"

register(AsbCase, in_case(3), IN_CASE)
register(
    Triage,
    lambda v: Q(Exists(visible(v, Report).filter(pk=OuterRef("report_id")))),
    "Who may read the report.",
)


def panels_of(viewer: Viewer) -> QuerySet[Panel]:
    """The ASB panels that the viewer's role carries or on which she holds an office."""
    return Panel.objects.filter(kind=KIND, pk__in=viewer.panels).order_by("name")


ASB_MEMBER = PageRule(
    "asb-member",
    "Members whose role carries an ASB panel, and the offices of ASB panels.",
    lambda v: bool(v.panels) and panels_of(v).exists(),
)


def can_take_report(by: Viewer, panel_id: int) -> bool:
    return by.holds(panel_id) or (by.speaks_for is not None and panel_id in by.carried)


def check_can_take_report(by: Viewer, panel_id: int) -> None:
    if not can_take_report(by, panel_id):
        raise Refused("Your role does not take reports for this panel.")


def can_triage(by: Viewer, panel_id: int) -> bool:
    return can_run_office(by, panel_id) or (by.role == Role.ASB_OFFICER and panel_id in by.carried)


def check_can_triage(by: Viewer, panel_id: int) -> None:
    if not can_triage(by, panel_id):
        raise Refused("Only an ASB officer or the panel's office decides what becomes of a report.")
