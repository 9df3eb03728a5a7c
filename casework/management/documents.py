"""Writes the pages of docs/ that are made from the code: who may open what, how sensitive each field is, which status leads where."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields

from django.apps import apps
from django.db.models import Model

from casework.access import policies
from casework.access.engagements import case_column
from casework.access.roles import ROLES, Carries
from casework.access.scope import rules
from casework.models import Role
from casework.panels.base import PanelKind
from casework.panels.registry import panel_kinds
from casework.views.addresses import PUBLIC, addresses

OURS = ("audit", "casework", "marac", "asbpanel")
MADE = "Made from the code by `manage.py write_docs`; a test fails when it is out of date.\n"
SEALED_AND_EMERGENCY = (
    "A sealed case has no grants but those of its named readers: nobody else reads it, an office of the panel included. "
    "Emergency access is a grant of one hour to one person, made by the database after her reason is written. Nothing can be "
    "written with it. It opens no case that a conflict of interest or a seal keeps from her, no counselling, no source's identity and no audit; "
    "a governance lead outside her line reviews it within two working days.\n"
)
NO_RULE = "Holds no case data: read by any page that needs it."
CARRIED = {
    "grants": "the agency's grants",
    "assigned": "only what is assigned to her or to a colleague she covers",
    "speaks": "speaks for the agency",
    "answers": "answers for what the agency owes",
    "refers": "refers",
    "emergency": "may open a case in an emergency",
    "audits": "audits",
    "administers": "administers",
}


def our_models() -> list[type[Model]]:
    """Every model of the product, by app and name; history's tables aside."""
    return sorted(
        (model for app in OURS for model in apps.get_app_config(app).get_models() if not _is_history(model)),
        key=lambda m: m._meta.label,
    )


def _is_history(model: type[Model]) -> bool:
    return hasattr(model, "history_id")


def sensitivity_of(model: type[Model], name: str) -> str | None:
    """What a field is declared to be, or None."""
    return getattr(model, "sensitivity", {}).get(name)


def permissions() -> str:
    """docs/permissions.md"""
    opened = [
        (
            f"`{one.path}`",
            one.name,
            one.rule.code if one.rule else "public",
            one.rule.sentence if one.rule else PUBLIC[one.name].capitalize() + ".",
        )
        for one in addresses()
        if one.rule or one.name in PUBLIC
    ]
    said = rules()
    rows = [(model._meta.label, said.get(model, NO_RULE), _history(model)) for model in our_models()]
    roles = [(Role(role).label, _carried(carries)) for role, carries in ROLES.items()]
    return "\n".join(
        [
            "# Who may do what\n",
            MADE,
            "## Addresses\n",
            "A rule looks at who opens the page. Which record it then shows is decided by the rules of the next table; what is not visible is 404.\n",
            _table(("Address", "Name", "Rule", "Who"), opened),
            "## Records\n",
            "Each sentence is one condition, written twice: in `casework.access.scope` and as a policy in the database.\n",
            _table(("Record", "Who reads it", "Its history"), rows),
            "## Sealed cases and emergencies\n",
            SEALED_AND_EMERGENCY,
            "## Roles\n",
            "An office on a panel is not a role: coordinator, chair, deputy and minute-taker hold it through a membership, and with it the office's grant.\n",
            _table(("Role", "What it carries"), roles),
        ]
    )


def _history(model: type[Model]) -> str:
    if not hasattr(model, "history"):
        return "None is kept."
    return "Whoever reads the record; an open audit engagement." if case_column(model) else "Whoever reads the record."


def _carried(carries: Carries) -> str:
    held = [CARRIED[one.name] for one in fields(carries) if getattr(carries, one.name)]
    return "; ".join(held).capitalize() + "." if held else "Nothing by itself; only an office."


def sensitivity() -> str:
    """docs/sensitivity.md"""
    parts = ["# How sensitive each field is\n", MADE]
    for model in our_models():
        found = [
            (field.name, str(field.verbose_name), str(sensitivity_of(model, field.name)))
            for field in model._meta.get_fields()
            if _is_own(field)
        ]
        parts += [f"## {model._meta.label}\n", _table(("Field", "In words", "Sensitivity"), found)]
    return "\n".join(parts)


def _is_own(field) -> bool:
    return not field.auto_created or field.concrete


def states() -> str:
    """docs/states.md"""
    parts = ["# Which status leads where, and who has to act\n", MADE]
    for name in sorted(dir(policies)):
        if name.endswith("_MOVES"):
            owner = getattr(policies, name.replace("_MOVES", "_OWNER"))
            parts += _states(name.removesuffix("_MOVES").replace("_", " ").capitalize(), getattr(policies, name), owner)
    for kind in our_kinds():
        parts += _states(f"Case of a panel of the kind “{kind.title}”", kind.case_statuses, kind.status_owner)
    return "\n".join(parts)


def our_kinds() -> list[PanelKind]:
    """The product's kinds of panel; the tests bring one of their own."""
    return [kind for kind in panel_kinds() if type(kind).__module__.split(".")[0] in OURS]


def _states(title: str, moves: Mapping[str, Sequence[str]], owner: Mapping[str, str]) -> list[str]:
    drawn = [f"    {_code(start)} --> {_code(to)}" for start, ends in moves.items() for to in ends]
    drawn += [f"    {_code(start)} --> [*]" for start, ends in moves.items() if not ends]
    rows = [
        (_said(status), ", ".join(_said(to) for to in ends) or "nothing: it is the end", str(owner.get(status, "")))
        for status, ends in moves.items()
    ]
    return [
        f"## {title}\n",
        "```mermaid\nstateDiagram-v2\n" + "\n".join(drawn) + "\n```\n",
        _table(("Status", "May become", "Who has to act"), rows),
    ]


def _code(status: str) -> str:
    return str(getattr(status, "value", status))


def _said(status: str) -> str:
    return _code(status).replace("_", " ")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [
        " | ".join(head),
        " | ".join("---" for _ in head),
        *(" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows),
    ]
    return "\n".join(f"| {line} |" for line in lines) + "\n"


DOCUMENTS: dict[str, Callable[[], str]] = {
    "permissions.md": permissions,
    "sensitivity.md": sensitivity,
    "states.md": states,
}
