"""Mutants of a module of `casework/access`: each is its syntax tree with one thing changed.

What matters here are conditions on rows, so beside comparisons, constants and boolean operators this drops one keyword of a
`filter` or `Q`, one side of `&` and `|`, and `~`. Sentences, docstrings and annotations are left alone; SQL is not.
"""

import ast
import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

FOLDER = "casework/access"
ASKS = {"filter", "exclude", "get", "Q"}
DROP = object()
HELD_AS_DATA = {"Carries"}  # of other records the fields are given; a fork could not exchange a class that is in use
OTHER = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
}  # fmt: skip
EDGE = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
SQL_FILES = {"probes", "walk"}
SQL = {
    " AND ": " OR ",
    " OR ": " AND ",
    " <> ": " = ",
    "NOT EXISTS": "EXISTS",
    " = ": " <> ",
    ">=": "<",
    "<=": ">",
    " > ": " <= ",
    " DESC": "",
}
Key = tuple[int, int]


@dataclass(frozen=True)
class Mutant:
    """One change. `inside`: line and column of the function or lambda that holds it, None at the level of the module."""

    file: str
    name: str
    line: int
    inside: Key | None
    parent: ast.AST
    field: str
    index: int | None
    new: object

    @contextmanager
    def made(self) -> Iterator[None]:
        """The change in the tree that the mutant was made of, and the tree as it was afterwards."""
        held = getattr(self.parent, self.field)
        if self.index is None:
            setattr(self.parent, self.field, self.new)
        else:
            put = [] if self.new is DROP else [self.new]
            setattr(self.parent, self.field, held[: self.index] + put + held[self.index + 1 :])
        try:
            yield
        finally:
            setattr(self.parent, self.field, held)


def files(root: Path) -> list[str]:
    """The modules that decide, by name."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.py") if path.stem != "__init__")


def parsed(root: Path, file: str) -> ast.Module:
    return ast.parse((root / FOLDER / f"{file}.py").read_text(encoding="utf-8"))


def mutants(file: str, tree: ast.Module) -> list[Mutant]:
    """Every mutant of a module, in order of its text; names are the same as long as the function's text is."""
    found: list[Mutant] = []
    seen: dict[str, int] = {}
    for site, inside, function in _sites(tree, None, ""):
        for parent, field, index, new, what in _changes(file, site):
            name = f"{file}.{function or 'module'}: {what}"
            seen[name] = seen.get(name, 0) + 1
            name += f" #{seen[name]}" if seen[name] > 1 else ""
            found.append(Mutant(file, name, getattr(site, "lineno", 0), inside, parent, field, index, new))
    return found


def _sites(node: ast.AST, inside: Key | None, function: str) -> Iterator[tuple[ast.AST, Key | None, str]]:
    """Every node that may be changed, with the function that holds it."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_params", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_text(child) or isinstance(child, ast.Import | ast.ImportFrom):
                continue
            if isinstance(child, ast.AnnAssign) and isinstance(node, ast.ClassDef) and node.name not in HELD_AS_DATA:
                continue
            held, named = inside, function
            if isinstance(child, ast.FunctionDef | ast.Lambda):
                held = (child.lineno, child.col_offset)
                named = f"{function}.{getattr(child, 'name', 'lambda')}".lstrip(".")
            elif isinstance(child, ast.ClassDef):
                named = child.name
            child.held_by = (node, field, value.index(child) if isinstance(value, list) else None)
            child.answers = getattr(node, "answers", False)
            if isinstance(child, ast.FunctionDef):
                child.answers = isinstance(child.returns, ast.Name) and child.returns.id == "bool"
            yield child, held, named
            yield from _sites(child, held, named)


def _is_text(node: ast.AST) -> bool:
    """A docstring, or an alias of a type, of which nothing is read at run time."""
    return (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) or (
        isinstance(node, ast.Subscript) and ast.unparse(node).startswith(("dict[", "tuple[", "Callable[", "frozenset["))
    )


def _changes(file: str, node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, object, str]]:  # noqa: C901 -- a table
    for new, what in _instead(file, node):
        if isinstance(new, ast.AST):
            ast.copy_location(new, node)
            ast.fix_missing_locations(new)
        yield *node.held_by, new, f"{_short(node)} → {what or _short(new)}"
    match node:
        case ast.Call() if _called(node) in ASKS and not _is_a_side(node):
            for place, one in enumerate(node.keywords):
                yield node, "keywords", place, DROP, f"{_short(node)} without {_short(one)}"
            for place, one in enumerate(node.args if _called(node) != "get" or node.keywords else []):
                yield node, "args", place, DROP, f"{_short(node)} without {_short(one)}"
        case ast.List() | ast.Tuple() | ast.Set() if _is_collection(node):
            for place, one in enumerate(node.elts):
                yield node, "elts", place, DROP, f"{_short(node)} without {_short(one)}"
        case ast.BoolOp():
            for place, one in enumerate(node.values):
                if len(node.values) > 2:
                    yield node, "values", place, DROP, f"{_short(node)} without {_short(one)}"


def _instead(file: str, node: ast.AST) -> Iterator[tuple[object, str]]:  # noqa: C901 -- a table
    """What may stand in the place of a node, and what it is called where its own text says too little."""
    match node:
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
            yield from ((node.left, "only its left side"), (node.right, "only its right side"))
            swapped = ast.BitOr() if isinstance(node.op, ast.BitAnd) else ast.BitAnd()
            yield ast.BinOp(node.left, swapped, node.right), "& and | swapped"
        case ast.UnaryOp(op=ast.Invert() | ast.Not()):
            yield node.operand, ""
        case ast.BoolOp():
            if len(node.values) == 2:
                yield from ((one, "") for one in node.values)
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values), "and and or swapped"
        case ast.Compare(ops=[op]):
            for table in (OTHER, EDGE):
                if type(op) in table:
                    yield ast.Compare(node.left, [table[type(op)]()], node.comparators), ""
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value), ""
        case ast.Constant(value=int()):
            yield from ((ast.Constant(node.value + more), "") for more in (1, -1))
        case ast.Constant(value=str()) if file in SQL_FILES and not isinstance(node.held_by[0], ast.arg):
            yield from _sql(node)
        case ast.IfExp():
            yield from ((node.body, "always the first"), (node.orelse, "always the second"))
        case ast.Raise():
            yield ast.Pass(), "nothing is raised"
        case ast.If(test=ast.Name() | ast.Attribute() | ast.Call()):
            other = copy.copy(node)
            other.test = ast.UnaryOp(ast.Not(), node.test)
            yield other, "the contrary asked"
        case ast.Return() if node.answers and not isinstance(node.value, ast.Constant):
            yield from ((ast.Return(ast.Constant(answer)), "") for answer in (True, False))


def _sql(node: ast.Constant) -> Iterator[tuple[object, str]]:
    for words, others in SQL.items():
        for place in re.finditer(re.escape(words), node.value):
            text = node.value[: place.start()] + others + node.value[place.end() :]
            around = node.value[max(0, place.start() - 24) : place.end() + 24]
            yield ast.Constant(text), f"“{words.strip()}” as “{others.strip()}” in “…{' '.join(around.split())}…”"


def _is_a_side(call: ast.Call) -> bool:
    """A condition of one part beside another: dropping the part is dropping the side."""
    return isinstance(call.held_by[0], ast.BinOp) and len(call.args) + len(call.keywords) == 1


def _is_collection(node: ast.List | ast.Tuple | ast.Set) -> bool:
    """Members of one kind that are gone through or looked up in; not a pair whose places are known, where any drop just breaks."""
    if not isinstance(node, ast.Tuple):
        return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
    return isinstance(node.ctx, ast.Load) and not isinstance(
        node.held_by[0],
        ast.Return
        | ast.GeneratorExp
        | ast.ListComp
        | ast.DictComp
        | ast.Yield
        | ast.Lambda
        | ast.Subscript
        | ast.keyword,
    )


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", None) or getattr(node.func, "id", "")


def _short(node: object) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:60]} … {text[-26:]}"


def telling(file: str, tree: ast.Module) -> CodeType:
    """The module with each function saying when it is called, by `rt_called(file, line, column)`."""
    other = copy.deepcopy(tree)
    for node in ast.walk(other):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            place = [ast.Constant(part) for part in (file, node.lineno, node.col_offset)]
            tells = ast.Call(ast.Name("rt_called", ast.Load()), place, [])
            if isinstance(node, ast.Lambda):
                node.body = ast.BoolOp(ast.Or(), [tells, node.body])
            else:
                node.body.insert(0, ast.Expr(tells))
    ast.fix_missing_locations(other)
    return compile(other, file, "exec")
