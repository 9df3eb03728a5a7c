"""Searches by name: spelt rightly, misspelt, common and rare, as the product answers them."""

from benchmarks.scale.asked import Look
from benchmarks.scale.reading import as_viewer
from benchmarks.scale.timing import taking_turns
from casework.models import Case
from casework.queries.search import search

NAMES = ("mohamed smyth", "sarah jonse", "kirsty hawkins", "davd williams", "ema taylr", "rebeca pattel")


def search_cells(look: Look, read: set[int], rounds: int) -> list[dict]:
    """Milliseconds of each search; nothing is found that the viewer may not read."""
    cells = []
    for text in NAMES:
        ask = as_viewer(look.viewer, lambda text=text: search(look.viewer, text))
        found = ask()
        cases = Case.objects.using("owner").scoped().filter(reference__in=[one.reference for one in found])
        assert {case.pk for case in cases} <= read
        cells.append(
            {"user": look.user.username, "asked": text, "found": len(found), **taking_turns({"scoped": ask}, rounds)}
        )
    return cells
