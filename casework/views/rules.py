"""Who may open a page at all. Every view names one rule; the list of addresses in docs/permissions.md is made from them.

A rule looks at the viewer alone. Which case, referral or pack she may open is decided by loading it through
`casework.access.scope`; what she may do with it, by a guard.
"""

from collections.abc import Callable
from dataclasses import dataclass

from casework.access.agreements import can_read_agreements
from casework.access.viewer import Viewer


@dataclass(frozen=True)
class PageRule:
    """A name, the sentence for the documentation, and the test."""

    code: str
    sentence: str
    allows: Callable[[Viewer], bool]


PUBLIC = PageRule("public", "Anybody, without signing in; it shows nothing of anybody's.", lambda v: True)
SIGNED_IN = PageRule("signed-in", "Anybody signed in, before an acting agency is chosen.", lambda v: True)
ANY_MEMBER = PageRule("any-member", "Anybody signed in with an acting agency; what it shows is hers.", lambda v: True)
PANEL_MEMBER = PageRule(
    "panel-member", "Members whose role carries a panel, and the panels' offices.", lambda v: bool(v.panels)
)
SPEAKS = PageRule("speaks", "Members who speak for their agency on a panel.", lambda v: v.speaks_for is not None)
OFFICE = PageRule("office", "Holders of an office on a panel.", lambda v: bool(v.offices))
AUDITOR = PageRule("auditor", "Auditors of the partnership.", lambda v: v.carries.audits)
ADMINISTRATOR = PageRule("administrator", "System administrators.", lambda v: v.carries.administers)
AGENCY_LEAD = PageRule(
    "agency-lead",
    "Who answers for an agency: its governance lead or, without one, its representatives.",
    lambda v: v.governs_agency is not None,
)
REVIEWS = PageRule(
    "reviews",
    "Who answers for an agency, and holders of an office on a panel.",
    lambda v: v.governs_agency is not None or bool(v.offices),
)
KEEPS_AGREEMENTS = PageRule(
    "keeps-agreements", "Governance leads of the partnership, and coordinators of its panels.", can_read_agreements
)
GOVERNS_PARTNERSHIP = PageRule(
    "governs-partnership", "Governance leads of the partnership.", lambda v: v.governs is not None
)
EMERGENCY = PageRule(
    "emergency",
    "Representatives, IDVAs and ASB officers whose role carries a panel.",
    lambda v: v.carries.emergency and bool(v.carried),
)
EMERGENCY_REVIEW = PageRule(
    "emergency-review",
    "Governance leads of the partnership and holders of an office on a panel.",
    lambda v: v.governs is not None or bool(v.offices),
)
