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
SOME = 3

# The part of an address before a reference says whose reference it is; elsewhere every reference is tried.
OF = {
    "cases": "case", "referrals": "referral", "meetings": "meeting", "hearings": "hearing", "packs": "pack", "actions": "action",
    "interventions": "intervention", "imports": "importbatch", "reports": "report", "decisions": "disclosuredecision",
    "onward": "onwardrequest", "accesses": "emergencyaccess", "emergency": "emergencyaccess",
}  # fmt: skip
# The same for codes, which stand for a row that has no reference: (kinds of code, their tables)
CODES = {
    "people": (("person", "user"), ("member", "membership")),
    "who": (("member", "membership"),),
    "engagements": (("engagement", "auditengagement"),),
    "conflicts": (("conflict", "conflictofinterest"),),
    "agreements": (("agreement", "sharingagreement"),),
    "agreement-agencies": (("agreement agency", "agreementparty"),),
    "renewals": (("grant", "casegrant"), ("user_grant", "caseusergrant")),
}


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(name, route) of every address."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern).lstrip("^").rstrip("$")
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield entry.name or route, route


def known_values() -> dict[str, list[str]]:
    """What stands in the database for each kind of argument: references by model, codes by the part before them, tokens, event keys."""
    connection = owner_connection()
    values: dict[str, list[str]] = {"reference": [ABSENT], "token": ["0" * 32], "code": ["0" * 16]}
    with connection, connection.cursor() as cursor:
        for model in _with_reference():
            values[model._meta.model_name] = _column(
                cursor, f"SELECT DISTINCT reference FROM {model._meta.db_table} ORDER BY 1"
            )
            values["reference"] += values[model._meta.model_name]
        for before, kinds in CODES.items():
            values[f"{before}/code"] = [
                code_of(kind, number)
                for kind, table in kinds
                for number in _column(cursor, f"SELECT id FROM casework_{table} ORDER BY 1")
            ]
        values["powers/code"] = _column(cursor, "SELECT code FROM casework_legalgateway ORDER BY 1")
        values["panel"] = _column(cursor, "SELECT slug FROM casework_panel ORDER BY 1")
        values["event"] = _column(cursor, "SELECT id::text FROM audit_auditevent ORDER BY at DESC LIMIT 2")
        values["opened"] = _column(cursor, "SELECT DISTINCT opened_on::text FROM casework_accessreview")
    connection.close()
    return values


def _with_reference() -> list:
    return [
        model
        for model in apps.get_models()
        if "reference" in {f.name for f in model._meta.concrete_fields}
        and not model.__name__.startswith("Historical")
        and model._meta.app_label != "audit"
    ]


def _column(cursor, sql: str) -> list:
    cursor.execute(sql)
    return [row[0] for row in cursor.fetchall()]


def addresses(values: dict[str, list[str]], *, everything: bool = False) -> Iterator[tuple[str, str]]:
    """(name, address) of what can be asked for. With `everything`, also references of other kinds of record than an address takes,
    and every code, member and panel instead of a few."""
    for name, route in patterns():
        if "(?P" in route or route.startswith(("static", "accounts/")):
            continue
        arguments = _ARGUMENT.findall(route)
        for chosen in product(*(choices(route, word, values, everything) for _, word in arguments)):
            address = route
            for (kind, word), value in zip(arguments, chosen, strict=True):
                address = address.replace(f"<{kind}:{word}>" if kind else f"<{word}>", value, 1)
            yield name, "/" + address


def part_before(route: str, word: str) -> str:
    """The part of the route before an argument: 'cases' in 'cases/<str:reference>/print/'."""
    before = re.split(rf"<(?:\w+:)?{word}>", route, maxsplit=1)[0]
    return before.rstrip("/").rsplit("/", 1)[-1]


def choices(route: str, word: str, values: dict[str, list[str]], everything: bool) -> list[str]:
    """What is put in the place of one argument."""
    before = part_before(route, word)
    if word == "reference":
        known = values[OF[before]] if before in OF else values["reference"]
        return list(dict.fromkeys([*known, ABSENT, *(_strangers(values) if everything else ())]))
    if word == "code":
        found = values[f"{before}/code"]
        return [*(found if everything else found[:SOME]), *values["code"]]
    return values[word] if everything else values[word][:SOME]


def _strangers(values: dict[str, list[str]]) -> list[str]:
    """One reference of each kind of record."""
    return [values[kind][0] for kind in dict.fromkeys(OF.values()) if values[kind]]
