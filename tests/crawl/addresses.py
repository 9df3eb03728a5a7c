"""Every address of the product, filled in with everything that exists."""

import re
from collections.abc import Iterator
from itertools import product

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from casework.queries.auditing import code_of
from tests.emptied import owner_connection

_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
ABSENT = "0000-0000"


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(name, route) of every address."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern).lstrip("^").rstrip("$")
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield entry.name or route, route


# The part of an address before a reference says whose reference it is; elsewhere every reference is tried.
OF = {
    "cases": "case", "referrals": "referral", "meetings": "meeting", "hearings": "hearing", "packs": "pack", "actions": "action",
    "interventions": "intervention", "imports": "importbatch", "reports": "report", "decisions": "disclosuredecision",
}  # fmt: skip


def known_values() -> dict[str, list[str]]:
    """What stands in the database for each kind of argument: references by model, user names, tokens, event keys."""
    connection = owner_connection()
    values: dict[str, list[str]] = {"reference": [ABSENT], "token": ["0" * 32], "uuid": [], "panel": []}
    with connection, connection.cursor() as cursor:
        for model in apps.get_models():
            names = {f.name for f in model._meta.concrete_fields}
            if (
                "reference" in names
                and not model.__name__.startswith("Historical")
                and model._meta.app_label != "audit"
            ):
                cursor.execute(f"SELECT DISTINCT reference FROM {model._meta.db_table} ORDER BY 1")
                values[model._meta.model_name] = [row[0] for row in cursor.fetchall()]
                values["reference"] += values[model._meta.model_name]
        cursor.execute("SELECT id FROM casework_user ORDER BY 1 LIMIT 4")
        values["code"] = [code_of("person", row[0]) for row in cursor.fetchall()]
        for kind, table in (("agreement", "sharingagreement"), ("agreement agency", "agreementparty")):
            cursor.execute(f"SELECT id FROM casework_{table} ORDER BY 1 LIMIT 1")
            values["code"] += [code_of(kind, row[0]) for row in cursor.fetchall()]
        values["code"].append("CDA115")
        cursor.execute("SELECT slug FROM casework_panel ORDER BY 1")
        values["panel"] = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT id::text FROM audit_auditevent ORDER BY at DESC LIMIT 2")
        values["uuid"] = [row[0] for row in cursor.fetchall()]
    connection.close()
    return values


def addresses(values: dict[str, list[str]], *, everything: bool = False) -> Iterator[tuple[str, str]]:
    """(name, address) of what can be asked for. With `everything`, each reference is tried in each address."""
    for name, route in patterns():
        if "(?P" in route or route.startswith(("static", "accounts/")):
            continue
        arguments = _ARGUMENT.findall(route)
        for chosen in product(*(_choices(route, kind, word, values, everything) for kind, word in arguments)):
            address = route
            for (kind, word), value in zip(arguments, chosen, strict=True):
                address = address.replace(f"<{kind}:{word}>" if kind else f"<{word}>", value, 1)
            yield name, "/" + address


def _choices(route: str, kind: str, word: str, values: dict[str, list[str]], everything: bool) -> list[str]:
    if kind == "uuid":
        return values["uuid"]
    if word != "reference":
        return values[word]
    before = route.split("<", 1)[0].rstrip("/").rsplit("/", 1)[-1]
    return values["reference"] if everything or before not in OF else [*values[OF[before]], ABSENT]
