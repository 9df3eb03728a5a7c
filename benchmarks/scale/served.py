"""The product's WSGI application, for one of three arms named by the environment variable ROUNDTABLE_BENCH_ARM.

`product`: as it is. `unrecorded`: without the event for what was read. `unscoped`: the same page by the owner of the tables,
whom no policy binds, without the scope, the viewer's settings or the event; who she is, is found out once.
"""

import os
from functools import lru_cache

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()


def without_event() -> None:
    from casework import middleware  # noqa: PLC0415 -- after the applications are ready

    middleware._record = lambda *_: None


def without_scope() -> None:
    from casework import middleware  # noqa: PLC0415
    from casework.access import viewer  # noqa: PLC0415
    from casework.models import Case, Party, User  # noqa: PLC0415
    from casework.queries import cases as queries  # noqa: PLC0415
    from casework.views import cases  # noqa: PLC0415

    known = lru_cache(lambda key: viewer.viewer_for(User.objects.get(pk=key)))
    middleware.tell = lambda *_: None
    middleware.ViewerMiddleware._viewer = lambda _, request: known(request.user.pk) if request.user.pk else None
    queries.visible_in_cases = lambda _, __, found: Party.objects.scoped().filter(case__in=found)
    cases.CaseList.paged = lambda self, filters: filters.qs.select_related("panel", "lead_agency")
    cases.CaseList.rows = lambda self: Case.objects.scoped().order_by("-opened_at", "-pk")


ARM = os.environ["ROUNDTABLE_BENCH_ARM"]
if ARM != "product":
    without_event()
if ARM == "unscoped":
    without_scope()
