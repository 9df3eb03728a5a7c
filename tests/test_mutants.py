"""The mutants that the proof of the access rules is made of: each kind is made, each changes one thing, none stays."""

import ast
from pathlib import Path

import pytest

from benchmarks.mutants import making

ROOT = Path(__file__).resolve().parent.parent
RULE = '''
"""A sentence and a number: 7."""
def can(by: int, rows) -> bool:
    """Never changed: 8 == 9."""
    if not rows:
        raise Refused("not a word and 3")
    return rows.filter(panel=by, ends=None) & ~Q(mine=by, live=True)
'''


def made(file: str, text: str) -> dict[str, str]:
    """Name of each mutant -> the module's text with it."""
    tree, found = ast.parse(text), {}
    for one in making.mutants(file, tree):
        with one.made():
            found[one.name] = ast.unparse(tree)
    assert ast.unparse(tree) == ast.unparse(ast.parse(text))
    return found


def test_conditions_lose_one_part_each():
    texts = set(made("guards", RULE).values())
    whole = ast.unparse(ast.parse(RULE))
    expected = (
        ("rows.filter(panel=by, ends=None) & ~Q", "rows.filter(ends=None) & ~Q"),
        ("rows.filter(panel=by, ends=None) & ~Q", "rows.filter(panel=by) & ~Q"),
        ("mine=by, live=True", "mine=by"),
        ("mine=by, live=True", "mine=by, live=False"),
        ("& ~Q(mine=by, live=True)", "& Q(mine=by, live=True)"),
        (" & ~Q", " | ~Q"),
        (" & ~Q(mine=by, live=True)", ""),
        ("if not rows", "if rows"),
        ("raise Refused('not a word and 3')", "pass"),
        ("return rows.filter(panel=by, ends=None) & ~Q(mine=by, live=True)", "return True"),
        ("return rows.filter(panel=by, ends=None) & ~Q(mine=by, live=True)", "return False"),
    )
    for old, new in expected:
        assert whole.replace(old, new) in texts, new
    assert whole not in texts


def test_sentences_are_left_alone():
    assert all("A sentence and a number: 7." in text and "8 == 9" in text for text in made("guards", RULE).values())


@pytest.mark.parametrize(("file", "number"), [("probes", 2), ("guards", 0)])
def test_sql_is_changed_where_it_decides(file, number):
    texts = made(file, 'WHERE = "a = 1 AND b"')
    assert len(texts) == number
    assert set(texts.values()) <= {"WHERE = 'a <> 1 AND b'", "WHERE = 'a = 1 OR b'"}


def test_every_function_of_the_access_rules_can_be_told_of():
    """What is learnt of a test is by the place of each function, which is the place that its mutants name."""
    for file in making.files(ROOT):
        tree = making.parsed(ROOT, file)
        places = {
            (node.lineno, node.col_offset) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)
        }
        assert {one.inside for one in making.mutants(file, tree)} - {None} <= places
        assert making.telling(file, tree).co_name == "<module>"
