"""Case data is read through `casework.access.scope.visible` alone. What goes another way stands below, with its reason."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from casework.models import CaseBound, ScopedQuerySet

APPS = ("audit", "casework", "marac", "asbpanel")
ALLOWED = {
    ("casework/access/scope.py", "scoped"): "the scope itself, and the exclusions that it is made of",
    ("casework/access/scope.py", "ItemAudience.objects"): "the audiences that the scope is made of",
    ("casework/access/scope.py", "ItemRelease.objects"): "the releases that the scope is made of",
    ("casework/access/walk.py", "cursor"): "numbers of a holder's newest cases, in their own order; the rows are read through the scope",
    ("casework/access/walk.py", "scoped"): "the list's filter, as a condition; no row is read of it",
    ("casework/access/walk.py", "HeldCase.objects"): "the list's filter, as a condition; no row is read of it",
    ("casework/access/viewer.py", "cursor"): "names the viewer to the database",
    ("audit/recorder.py", "cursor"): "names the event to the database",
    ("audit/verification.py", "cursor"): "recomputes digests as the backup role; shows numbers of rows only",
    ("casework/access/explain.py", "cursor"): "whom a conflict keeps out, by a definer function that answers readers of the whole case alone",
    ("casework/commands/emergency.py", "cursor"): "the lock, the search and the end of emergency access, by definer functions",
    ("casework/queries/emergency.py", "cursor"): "what an access opened and how many pages were read, by a definer function",
    ("casework/jobs/emergency.py", "scoped"): "overdue reviews are counted by the system; nothing of a case is read",
    ("casework/checks.py", "cursor"): "asks for the rights of the serving role",
    ("casework/signals.py", "cursor"): "gives the app role its rights on new tables, as the owner",
    ("casework/commands/access.py", "cursor"): "asks the database for the time",
    ("casework/commands/locking.py", "cursor"): "draws the next number of a table",
    ("casework/commands/access.py", "CaseGrant.objects"): "the writer of grants; row-level security holds",
    ("casework/commands/access.py", "CaseUserGrant.objects"): "the writer of grants; row-level security holds",
    ("casework/commands/agreements.py", "cursor"): "ends the grants of an agency that left, by a definer function that asks who calls",
    ("casework/commands/actions.py", "cursor"): "the reference of a case in which an agency still owes an action, by a definer function",
    ("casework/commands/matching.py", "cursor"): "similar words of the dictionary, by a definer function; a word alone names nobody",
    ("casework/commands/matching.py", "scoped"): "matching runs as the system over all cases and hands back scores and numbers",
    ("casework/queries/packs.py", "ConflictOfInterest.objects"): "whose conflicts keep a recipient's member out of a pack",
    ("casework/jobs/conflicts.py", "scoped"): "the system compares digests over all cases and hands back numbers; it tells the office, never the person",
    ("casework/jobs/conflicts.py", "CaseUserGrant.objects"): "the readers of a sealed case, who alone are told of a conflict in it",
    ("casework/queries/conflicts.py", "cursor"): "how often somebody opened a case before she was kept out, by a definer function",
    ("casework/queries/grants.py", "cursor"): "on how many days a grant was used, by a definer function for the office's own cases",
    ("casework/commands/members.py", "cursor"): "hands a leaver's assigned cases to a colleague, by a definer function that asks who calls",
    ("casework/commands/reviews.py", "cursor"): "on how many days access was used, counted for the worker by a definer function",
    ("casework/commands/reviews.py", "scoped"): "reviews are opened by the system over all grants; lines hold references and counts",
    ("casework/commands/reviews.py", "CaseGrant.objects"): "reviews are opened by the system over all grants; lines hold references and counts",
    ("casework/commands/reviews.py", "CaseUserGrant.objects"): "reviews are opened by the system over all grants; lines hold references and counts",
    ("casework/commands/elsewhere.py", "scoped"): "the system compares digests over all cases and writes which panel's office to ask",
    ("casework/queries/packs.py", "scoped"): "whose conflicts keep a recipient's member out of a pack",
    ("casework/queries/search.py", "cursor"): "similar words of the dictionary, by a definer function; a word alone names nobody",
    ("casework/jobs/timetable.py", "cursor"): "takes and frees the lock of the one worker",
    ("casework/jobs/agreements.py", "scoped"): "who has been reminded of a review, by the system; codes only",
    ("casework/jobs/agreements.py", "Notice.objects"): "whether somebody was told already, by the system; codes only",
    ("casework/jobs/reminders.py", "scoped"): "reminders are computed by the system over all cases and hold codes only",
    ("casework/management/commands/demo.py", "_base_manager"): "whether there is any partnership yet, as the owner",
    ("casework/views/home.py", "cursor"): "asks whether the database answers",
    ("marac/demo.py", "CaseGrant.objects"): "the demo dates its invented grants back",
    ("casework/middleware.py", "_base_manager"): "references of rows that the page has read, for its event; row-level security holds",
}  # fmt: skip


def sources() -> list[Path]:
    root = Path(settings.BASE_DIR)
    return [path for app in APPS for path in sorted((root / app).rglob("*.py")) if "migrations" not in path.parts]


def guarded_names() -> set[str]:
    return {
        m.__name__
        for m in apps.get_models()
        if issubclass(m, CaseBound) or isinstance(m._default_manager.all(), ScopedQuerySet)
    }


def unscoped(tree: ast.AST, guarded: set[str]) -> Iterator[str]:
    """Each way past the scope in one file: the kinds that ALLOWED names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if node.attr in ("objects", "_default_manager") and owner in guarded:
                yield f"{owner}.{node.attr}"
            if node.attr in ("_base_manager", "scoped", "raw", "cursor", "RawSQL"):
                yield node.attr
        if isinstance(node, ast.Name) and node.id == "RawSQL":
            yield node.id


def found_in(paths: list[Path]) -> set[tuple[str, str]]:
    guarded = guarded_names()
    root = Path(settings.BASE_DIR)
    return {
        (str(path.relative_to(root)), kind) for path in paths for kind in unscoped(ast.parse(path.read_text()), guarded)
    }


def test_every_way_past_the_scope_is_listed_with_its_reason():
    assert found_in(sources()) - set(ALLOWED) == set()


def test_the_list_holds_nothing_that_is_gone():
    assert set(ALLOWED) - found_in(sources()) == set()


@pytest.mark.parametrize(
    "leak",
    [
        "Case.objects.filter(pk=1)",
        "Party._base_manager.all()",
        "rows.scoped()",
        "Case.objects.raw('x')",
        "connection.cursor()",
        "Case._default_manager",
    ],
)
def test_each_way_past_the_scope_would_be_seen(leak):
    assert list(unscoped(ast.parse(leak), guarded_names())) != []


def test_nothing_prints_and_no_module_is_a_drawer():
    printed = [
        str(p)
        for p in sources()
        for n in ast.walk(ast.parse(p.read_text()))
        if isinstance(n, ast.Name) and n.id == "print"
    ]
    assert printed == []
    assert [str(path) for path in sources() if path.stem in ("utils", "util", "common", "helpers", "misc")] == []


def test_guardian_shortcuts_are_not_used():
    shortcuts = {
        "assign_perm",
        "remove_perm",
        "get_objects_for_user",
        "get_objects_for_group",
        "get_perms",
        "has_perm",
        "ObjectPermissionChecker",
    }
    used = [
        (str(path), name)
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if (name := getattr(node, "attr", None) or getattr(node, "id", None)) in shortcuts
    ]
    assert used == []


def test_the_driver_is_psycopg2():
    from django.db.backends.postgresql import psycopg_any

    assert psycopg_any.is_psycopg3 is False
    assert {alias["ENGINE"] for alias in settings.DATABASES.values()} == {"django.db.backends.postgresql"}


def test_no_source_file_is_too_long():
    lengths = {str(path.relative_to(settings.BASE_DIR)): len(path.read_text().splitlines()) for path in sources()}
    assert {path: lines for path, lines in lengths.items() if lines > 500} == {}
