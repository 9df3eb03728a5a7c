"""What the ASB panel plugs in."""

from casework.panels.base import PanelKind
from casework.panels.registry import register


@register
class AsbPanel(PanelKind):
    """A panel about anti-social behaviour: people and places that are reported again and again."""

    kind = "asbpanel"
    title = "ASB panel"
    case_roles = ("complainant", "victim", "alleged_perpetrator", "witness", "household_member")
    role_labels = {
        "complainant": "Complainant", "victim": "Victim", "alleged_perpetrator": "Perpetrator (alleged)",
        "witness": "Witness", "household_member": "Household member", "child": "Child", "other_adult": "Other adult",
    }  # fmt: skip
    first_status = "new"
    heard_status = "in_progress"
    case_statuses = {
        "new": ("risk_assessed", "in_progress", "closed"),
        "risk_assessed": ("action_planned", "in_progress", "closed"),
        "action_planned": ("in_progress", "closed"),
        "in_progress": ("monitoring", "pending_closure", "closed"),
        "monitoring": ("in_progress", "pending_closure"),
        "pending_closure": ("in_progress", "closed"),
        "closed": (),
    }
    status_owner = dict.fromkeys(case_statuses, "the lead agency")
    chronology_label = "ASB"
