"""Pages: who can see a case and why, and what somebody else would see of it."""

from django.http import Http404
from django.urls import URLPattern, path

from audit import event_types
from casework.models import Case
from casework.queries.cases import reads_whole_case
from casework.queries.explain import sentence, verdict_on, what_they_see, who_can_see
from casework.views.base import Page
from casework.views.cases import parts_of
from casework.views.rules import PANEL_MEMBER

event_types.register(
    access_explained="looked at who can see the case",
    access_seen_as="looked at what somebody else would see of the case",
)


class WhoCanSee(Page):
    """Per agency and person the one rule that decides, for those who read the whole case."""

    rule = PANEL_MEMBER
    template = "casework/explain/who.html"

    def load(self, reference: str) -> None:
        self.case = self.find(Case, reference, "panel")
        self.title = f"Who can see case {self.case.reference}"
        self.reads_all = reads_whole_case(self.viewer, self.case)

    def context(self) -> dict:
        if self.reads_all:
            self.record("access.explained", cases=[self.case.reference])
        return {
            "case": self.case,
            "status": self.case.panel.plugin.status_label(self.case.status),
            "parts": parts_of(self.case, "who_can_see"),
            "reads_all": self.reads_all,
            "agencies": who_can_see(self.viewer, self.case) if self.reads_all else [],
        }


class WhatWouldTheySee(Page):
    """The rows of the case page that both the asker and one member may read; the rest of hers as grey lines."""

    rule = PANEL_MEMBER
    template = "casework/explain/as_member.html"

    def load(self, reference: str, code: str) -> None:
        self.case = self.find(Case, reference, "panel")
        if not reads_whole_case(self.viewer, self.case):
            raise Http404
        self.verdict = verdict_on(self.viewer, self.case, code)
        if self.verdict is None:
            raise Http404
        self.title = f"Case {self.case.reference} as somebody else sees it"

    def context(self) -> dict:
        member = self.verdict.membership
        details = {"membership": member.pk, "agency": member.agency_id}
        self.record("access.seen_as", cases=[self.case.reference], subject=f"user {member.user_id}", details=details)
        return {
            "case": self.case,
            "status": self.case.panel.plugin.status_label(self.case.status),
            "parts": parts_of(self.case, "who_can_see"),
            "member": member,
            "reads": self.verdict.reads,
            "why": sentence(self.viewer, self.case, self.verdict),
            "groups": what_they_see(self.viewer, self.case, self.verdict),
        }


urls: list[URLPattern] = [
    path("cases/<str:reference>/who/", WhoCanSee.as_view(), name="who_can_see"),
    path("cases/<str:reference>/who/<str:code>/", WhatWouldTheySee.as_view(), name="what_would_they_see"),
]
