"""Each request: one transaction, one viewer named to the database, one event for what was read."""

from django.contrib.auth import logout
from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse

from audit.recorder import record_event
from casework.access.viewer import NoMembership, Viewer, memberships_of, tell, viewer_for
from casework.models import Case, Referral
from casework.models.base import collecting_reads
from casework.queries.emergency import in_force
from casework.signals import WORKS


def headers(get_response):
    """Nothing of ours is kept by a cache, and no other site opens it in a window."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return middleware


class ViewerMiddleware:
    """Opens the transaction itself (ATOMIC_REQUESTS would lose the viewer's settings), and renders inside it.

    What was read is written to the audit before the answer leaves: if that fails, there is no answer.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = viewer = self._viewer(request)
        with transaction.atomic():
            tell(viewer)
            with collecting_reads() as rows:
                response = self.get_response(request)
                if hasattr(response, "render") and not response.is_rendered:
                    response = response.render()
            if response.streaming:
                raise RuntimeError("A streamed answer would be read after the viewer is forgotten.")
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif not connection.needs_rollback:
                if viewer:
                    _record(request, response, viewer, rows)
                tell(None)
        return response

    def _viewer(self, request: HttpRequest) -> Viewer | None:
        if not request.user.is_authenticated:
            return None
        if not request.user.is_active:
            logout(request)
            return None
        try:
            return viewer_for(request.user, request.session.get("membership"))
        except NoMembership:
            request.session.pop("membership", None)
            if request.session.get(WORKS) and not memberships_of(request.user):
                logout(request)  # her last membership has ended since she signed in, and her session ends with it
            return None


def _record(request: HttpRequest, response: HttpResponse, viewer: Viewer, rows: set) -> None:
    """One event a page: which page, which cases and referrals, how many rows of what. A refusal is an event too."""
    page = request.resolver_match.view_name if request.resolver_match else ""
    if response.status_code in (403, 404):
        details = {"page": page, "status": response.status_code}
        record_event(by=viewer, event="page.refused", details=details, refused=True)
    elif rows:
        counts: dict[str, int] = {}
        for label, _, _ in rows:
            counts[label] = counts.get(label, 0) + 1
        cases = Case._base_manager.filter(pk__in={case for _, case, _ in rows if case})
        referrals = Referral._base_manager.filter(pk__in={r for _, _, r in rows if r}).values_list(
            "reference", flat=True
        )
        details = {"page": page, "kinds": sorted(counts), "referrals": sorted(referrals)}
        found = _with_emergency(viewer, cases)
        if opened := next((path for _, path in found if path), None):
            details["emergency"] = opened
        record_event(by=viewer, event="page.read", cases=[reference for reference, _ in found], details=details)


def _with_emergency(viewer: Viewer, cases: QuerySet) -> list[tuple[str, str | None]]:
    """The references, each with that of the emergency access by which it is open."""
    if not viewer.carries.emergency:
        return [(reference, None) for reference in cases.values_list("reference", flat=True)]
    path = in_force(viewer).filter(case_id=OuterRef("pk")).values("reference")[:1]
    return list(cases.annotate(emergency=Subquery(path)).values_list("reference", "emergency"))
