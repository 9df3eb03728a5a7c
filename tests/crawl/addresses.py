"""Every address of the product, filled in with everything that exists."""

import re
from collections.abc import Iterator
from itertools import product

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

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


def known_values() -> dict[str, list[str]]:
    """What stands in the database for each kind of argument: references of all models, user names, tokens, event keys."""
    connection = owner_connection()
    values: dict[str, list[str]] = {"reference": [ABSENT], "username": [], "token": ["0" * 32], "uuid": []}
    with connection, connection.cursor() as cursor:
        for model in apps.get_models():
            names = {f.name for f in model._meta.concrete_fields}
            if (
                "reference" in names
                and not model.__name__.startswith("Historical")
                and model._meta.app_label != "audit"
            ):
                cursor.execute(f"SELECT DISTINCT reference FROM {model._meta.db_table} ORDER BY 1")
                values["reference"] += [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT username FROM casework_user ORDER BY 1")
        values["username"] = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT id::text FROM audit_auditevent ORDER BY at DESC LIMIT 3")
        values["uuid"] = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT token FROM casework_search LIMIT 3")
        values["token"] += [row[0] for row in cursor.fetchall()]
    connection.close()
    return values


def addresses(values: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """(name, address) of everything that can be asked for."""
    for name, route in patterns():
        if "(?P" in route or route.startswith("static"):
            continue
        arguments = _ARGUMENT.findall(route)
        choices = [
            values.get("uuid" if kind == "uuid" else word, values["reference"] if kind in ("", "str") else ["1"])
            for kind, word in arguments
        ]
        for chosen in product(*choices):
            address = route
            for (kind, word), value in zip(arguments, chosen, strict=True):
                address = address.replace(f"<{kind}:{word}>" if kind else f"<{word}>", value, 1)
            yield name, "/" + address
