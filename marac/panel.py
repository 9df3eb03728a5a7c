"""What the MARAC plugs in."""

from casework.panels.base import PanelKind
from casework.panels.registry import register


@register
class MaracPanel(PanelKind):
    """A multi-agency risk assessment conference about victims of domestic abuse at high risk."""

    kind = "marac"
    title = "MARAC"
    case_roles = ("victim", "alleged_perpetrator", "child", "other_adult")
    role_labels = {
        "victim": "Victim", "alleged_perpetrator": "Perpetrator (alleged)", "child": "Child", "other_adult": "Other adult at risk",
    }  # fmt: skip
    first_status = "open"
    heard_status = "heard"
    case_statuses = {
        "open": ("heard", "closed"),
        "heard": ("actions_open", "monitored", "open", "closed"),
        "actions_open": ("monitored", "open", "closed"),
        "monitored": ("open", "flag_expired", "closed"),
        "flag_expired": ("open", "closed"),
        "closed": (),
    }
    status_owner = dict.fromkeys(case_statuses, "the panel's office")
    chronology_label = "MARAC"
    idva_is_told = True
    instruments = ("checklist-24",)
