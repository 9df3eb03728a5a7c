"""What every page's frame shows."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from casework.access.guards import can_use_emergency
from casework.access.viewer import Viewer
from casework.panels.registry import panel_kinds


def page(request: HttpRequest) -> dict:
    """Context of base.html: the viewer, where she may go, and whether this is the demo."""
    viewer = getattr(request, "viewer", None)
    several = bool(viewer) and bool(request.session.get("several_agencies"))
    return {
        "viewer": viewer,
        "is_demo": settings.DEMO,
        "acting_agency": viewer.agency_name if viewer else "",
        "change_agency_url": reverse("choose_agency") if several else "",
        "navigation": _navigation(request, viewer) if viewer else [],
        "emergency_url": reverse("emergency") if viewer and can_use_emergency(viewer) else "",
    }


def _navigation(request: HttpRequest, viewer: Viewer) -> list[dict]:
    entries = [("Home", "home")]
    if viewer.panels:
        entries += [("Referrals", "referrals"), ("Cases", "cases"), ("Meetings", "meetings"), ("Actions", "actions")]
    if viewer.offices or viewer.speaks_for:
        entries += [("Decisions", "decision_register")]
    if viewer.carries.assigned:
        entries += [("Calls to make", "calls")]
    if viewer.speaks_for:
        entries += [("Use elsewhere", "onward")]
    for kind in panel_kinds():
        entries += kind.navigation(viewer)
    if viewer.offices:
        entries += [("Imports", "imports"), ("Access", "renewals")]
    if viewer.governs_agency is not None and not viewer.panels:
        entries += [("Our people", "people")]
    if viewer.carries.audits:
        entries += [("Audit", "audit")]
    here = request.resolver_match.url_name if request.resolver_match else ""
    return [{"label": label, "url": url, "current": name == here} for label, name in entries if (url := _reverse(name))]


def _reverse(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
