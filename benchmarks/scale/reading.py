"""Lists, counts, cases and searches: as the product asks for a viewer behind both walls, and the same without her."""

import time
from collections.abc import Callable

from django.db import connections, transaction

from benchmarks.scale.asked import OWNER, PAGE, Look, Reference, guardians, unscoped, unscoped_names
from benchmarks.scale.timing import taking_turns
from casework.access.scope import visible, visible_in_cases
from casework.access.viewer import Viewer, tell
from casework.access.walk import MOST, NewestCases
from casework.models import Case, Party


def as_viewer(viewer: Viewer, ask: Callable[[], object]) -> Callable[[], object]:
    """`ask` in a transaction of the app role in which the database knows the viewer; the transaction is part of the time."""

    def asked() -> object:
        with transaction.atomic():
            tell(viewer)
            return ask()

    return asked


def newest(look: Look) -> NewestCases:
    """What the list of cases pages through."""
    return NewestCases(look.viewer, "panel", "lead_agency", narrow=lambda rows: rows.filter(**look.by))


def names(viewer: Viewer, cases: list[Case]) -> list[Party]:
    """The people of the cases, as the list asks for them."""
    return list(visible_in_cases(viewer, Party, cases).order_by("pk"))


def list_cell(look: Look, reference: Reference, read: set[int], rounds: int, guardian_rounds: int) -> dict:
    """Milliseconds of the newest page: the cases, and the cases with their people; and of guardian's way to the cases."""
    expected = reference.all_of(read, look.by)
    rows = as_viewer(look.viewer, lambda: newest(look)[0:PAGE])
    found = rows()
    assert [case.pk for case in found] == expected[:PAGE], f"{look.user} {look.name}"
    people = as_viewer(look.viewer, lambda: names(look.viewer, found))
    assert [party.pk for party in people()] == [party.pk for party in unscoped_names(found)]
    plain = list(unscoped().filter(**look.by)[:PAGE])

    def page() -> None:
        cases = newest(look)[0:PAGE]
        names(look.viewer, cases)

    def unscoped_page() -> None:
        unscoped_names(list(unscoped().filter(**look.by)[:PAGE]))

    spent = taking_turns(
        {
            "scoped": rows,
            "unscoped": lambda: list(unscoped().filter(**look.by)[:PAGE]),
            "scoped page": as_viewer(look.viewer, page),
            "unscoped page": unscoped_page,
        },
        rounds,
    )
    spent["guardian"] = timed_guardian(look, guardian_rounds)
    return {
        "user": look.user.username, "filter": look.name, "rows": len(found), "unscoped rows": len(plain), **spent,
        "ratio": ratio(spent["scoped"], spent["unscoped"]), "page ratio": ratio(spent["scoped page"], spent["unscoped page"]),
        "guardian ratio": ratio(spent["guardian"], spent["unscoped"]),
    }  # fmt: skip


def timed_guardian(look: Look, rounds: int) -> float:
    return taking_turns({"guardian": lambda: list(guardians(look.user).filter(**look.by)[:PAGE])}, rounds)["guardian"]


def count_cell(look: Look, reference: Reference, read: set[int], rounds: int) -> dict:
    """Milliseconds of a count that stops at the list's cap."""
    scoped = as_viewer(look.viewer, lambda: newest(look).count())
    assert scoped() == min(MOST + 1, len(reference.all_of(read, look.by))), f"{look.user} {look.name}"
    spent = taking_turns(
        {"scoped": scoped, "unscoped": lambda: unscoped().filter(**look.by).order_by()[: MOST + 1].count()}, rounds
    )
    return {
        "user": look.user.username, "filter": look.name, **spent, "more": round(spent["scoped"] - spent["unscoped"], 2),
    }  # fmt: skip


def detail_cell(look: Look, read: set[int], rounds: int) -> dict:
    """Milliseconds of one case by its reference; one that the viewer may not read is not there."""
    pages = as_viewer(look.viewer, lambda: newest(look)[0:PAGE])()
    asked = [case.reference for case in pages]
    hidden = unscoped().exclude(pk__in=[case.pk for case in pages])[:2000]
    closed = next(case for case in hidden if case.pk not in read)
    turn = {"scoped": 0, "unscoped": 0}

    def one(arm: str, rows: Callable) -> Case:
        turn[arm] += 1
        return rows().get(reference=asked[turn[arm] % len(asked)])

    def mine():
        return visible(look.viewer, Case).select_related("panel", "lead_agency")

    def alls():
        return Case.objects.using(OWNER).scoped().select_related("panel", "lead_agency")

    assert as_viewer(look.viewer, lambda: mine().filter(pk=closed.pk).first())() is None
    spent = taking_turns(
        {"scoped": as_viewer(look.viewer, lambda: one("scoped", mine)), "unscoped": lambda: one("unscoped", alls)},
        rounds,
    )
    return {"user": look.user.username, **spent, "ratio": ratio(spent["scoped"], spent["unscoped"])}


def ratio(one: float, other: float) -> float:
    return round(one / other, 2)


def indexes() -> dict[str, str]:
    """Sizes of the tables that lists and searches are read off, and of their indexes."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_size_pretty(pg_relation_size(oid)) FROM pg_class WHERE relkind IN ('r', 'i')"
            " AND (relname ~ '^casework_(case|casegrant|heldcase|party|partyword|nameword)($|_)'"
            "      OR relname ~ '^(case|held|party)_') AND pg_relation_size(oid) > 0 ORDER BY pg_relation_size(oid) DESC"
        )
        return dict(cursor.fetchall())


def explained(look: Look) -> str:
    """How the database reads a page of the list: for a cell that misses its gate."""

    def explain() -> str:
        begun = time.perf_counter()
        rows = newest(look)
        with connections["default"].cursor() as cursor:
            sql, values = rows.statement(0, PAGE)
            cursor.execute(f"EXPLAIN (ANALYZE) {sql}", values)
            lines = [row[0] for row in cursor.fetchall() if "InitPlan" not in row[0] and "->  Result" not in row[0]]
            lines = [line[:200] for line in lines]
        return "\n".join([*lines, f"{(time.perf_counter() - begun) * 1000:.1f} ms"])

    return as_viewer(look.viewer, explain)()
