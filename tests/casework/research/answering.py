"""What the tests of research send: a statement's row, and a decision that can be relied on."""

from casework.commands.decisions import Answers
from casework.models import LegalCondition, LegalGateway

POWERS = {
    "dan": ("POLICE_COMMON", "P3_SAFEGUARD", "da_safety"),
    "priya": ("NHS_CONF", "TASK_SAFEGUARD", "da_safety"),
    "tess": ("CA89_17_OUT", "TASK_SAFEGUARD", "child_safeguard"),
    "sam": ("CDA115", "TASK_SAFEGUARD", "da_safety"),
    "lena": ("CDA115", "RLI_SAFEGUARD", "da_safety"),
    "amira": ("CDA115", "RLI_SAFEGUARD", "da_safety"),
}
"""What each persona's agency can rely on: the power, the lawful basis, the purpose."""


def answers(who: str, **changes) -> Answers:
    """A decision of this persona's agency, in words."""
    power, basis, purpose = POWERS[who]
    usual = {
        "gateway": LegalGateway.objects.get(code=power), "condition": LegalCondition.objects.get(code=basis), "purpose": purpose,
        "necessity": "They cannot plan without it.", "victim_views": "She wants it shared.", "consent": "given",
    }  # fmt: skip
    return Answers(**usual | changes)


def row(number: int = 0, share: str | None = "all_present", **changes) -> dict:
    """The fields of one statement, as the page sends them."""
    usual = {
        "text": "Canarytext", "assertion_type": "fact", "data_classes": ["personal"], "about_others": "no", "never_to_perpetrator": "on",
    }  # fmt: skip
    usual |= {"shared": "yes", "audience": share} if share else {}
    return {f"item-{number}-{name}": value for name, value in (usual | changes).items()}


def decision(who: str, **changes) -> dict:
    """The fields of the decision, as the page sends them."""
    power, basis, purpose = POWERS[who]
    usual = {
        "power": f"{power}:{purpose}", "condition": basis, "necessity": "Canarynecessity", "consent": "given", "views": "not_known",
    }  # fmt: skip
    return usual | changes


def sent(*rows: dict, **fields) -> dict:
    """A whole page: rows, and the fields of the decision."""
    found = {"item-TOTAL_FORMS": len(rows), "item-INITIAL_FORMS": 0} | fields
    for one in rows:
        found |= one
    return found
