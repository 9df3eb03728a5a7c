"""What the MARAC plugs in."""

from typing import Any

from casework.panels.base import PanelKind
from casework.panels.registry import register
from marac import access  # noqa: F401 -- access registers who may see what
from marac import queries as read
from marac.demo import tell_story
from marac.importer import MaracImporter


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
    instruments = ("checklist-24",)
    told_of_other_panels = (
        True  # that somebody is known to the ASB panel protects a victim; the other way it could harm her
    )
    purposes = (
        "da_safety", "child_safeguard", "adult_safeguard", "crime_prevent", "offender_mgmt", "mappa", "housing_mgmt", "homelessness",
    )  # fmt: skip
    importer = MaracImporter()

    def tell_story(self, story) -> None:
        """This panel's part of the demo."""
        tell_story(story)

    case_template = "marac/case_part.html"
    referral_template = "marac/referral_part.html"

    def navigation(self, viewer: Any) -> list[tuple[str, str]]:
        return [("New MARAC referral", "marac_refer")] if read.panels_to_refer_to(viewer) else []

    def referral_context(self, viewer: Any, referral: Any) -> dict:
        part = read.marac_part(viewer, referral)
        return {
            "marac": part,
            "criteria": read.criteria_in_words(part) if part else [],
            "assessments": read.assessments_of(viewer, referral=referral),
            "contacts": read.contacts_of(viewer, referral=referral),
            "advises": viewer.role == "idva" and viewer.speaks_for == referral.idva_service_id,
            "may_assess": viewer.speaks_for is not None and referral.status in ("submitted", "returned"),
        }

    def case_context(self, viewer: Any, case: Any) -> dict:
        return {
            "assessments": read.assessments_of(viewer, case=case),
            "referral_parts": [
                (row, part, read.criteria_in_words(part) if part else [])
                for row, part in read.case_referrals(viewer, case)
            ],
            "repeats": read.repeats_of(viewer, case),
            "contacts": read.contacts_of(viewer, case=case),
            "advises": viewer.role == "idva",
            "may_assess": viewer.speaks_for is not None,
        }

    def statements(self, viewer: Any, referral: Any) -> list[tuple[str, str]]:
        return read.statements_of(viewer, referral)

    def chronology(self, viewer: Any, case: Any) -> list:
        return read.chronology_of(viewer, case)
