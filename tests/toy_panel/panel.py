"""The smallest plug-in that keeps every promise."""

from casework.panels.base import PanelKind
from casework.panels.registry import register


@register
class ToyPanel(PanelKind):
    """A panel about lost property."""

    kind = "toy"
    title = "Lost property panel"
    case_roles = ("victim", "witness")
    role_labels = {
        role: role.replace("_", " ").capitalize()
        for role in ("victim", "witness", "child", "other_adult", "complainant", "household_member")
    } | {"alleged_perpetrator": "Finder (alleged)"}
    first_status = "lost"
    heard_status = "sought"
    case_statuses = {"lost": ("sought",), "sought": ("found",), "found": ()}
    status_owner = dict.fromkeys(case_statuses, "the panel's office")
    chronology_label = "Lost property"
