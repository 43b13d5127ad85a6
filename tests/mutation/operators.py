"""The mutants of a module: its syntax tree with one place changed.

Left alone: docstrings, annotations, decorators, sentences (strings with a space in them), what is logged,
`assert_never`, and the list `__all__`, which has no effect at run time.
"""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from types import CodeType
from typing import Any

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
METHODS = {"filter": "exclude", "exclude": "filter", "first": "last", "last": "first"}
UNTESTED_CALLS = {"assert_never", "debug", "info", "warning", "exception", "cast"}
COMPOUND = (
    *(ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.match_case, ast.ExceptHandler),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
)
SKIPPED_FIELDS = {"annotation", "returns", "decorator_list"}

Edit = tuple[Any, str, Any]  # the object, its attribute, the new value


@dataclass(frozen=True)
class Mutant:
    """`before` and `after`: the changed statement, or the first line of a compound one. `where`: the function.

    `lines` are those that a test must have run to notice; `at_import`: the change takes effect when the module is
    imported (tables, defaults) and not when a function is called.
    """

    where: str
    lines: range
    before: str
    after: str
    at_import: bool
    code: CodeType

    @property
    def key(self) -> tuple[str, str, str]:
        return self.where, self.before, self.after

    def __str__(self) -> str:
        return f"{self.where or 'module'}, line {self.lines.stop - 1}\n    - {self.before}\n    + {self.after}"


def mutants(source: str, filename: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its tree, compiled."""
    tree = ast.parse(source)
    for path in list(_places(tree)):
        statement = _statement(path)
        for before, after in _changes(path, statement):
            code = compile(ast.fix_missing_locations(tree), filename, "exec", dont_inherit=True)
            yield Mutant(_where(path), _lines(path, statement), before, after, _acts_at_import(path), code)


def keys(source: str, wheres: Collection[str]) -> set[tuple[str, str, str]]:
    """The keys of the mutants of some functions, without compiling them."""
    places = [path for path in _places(ast.parse(source)) if _where(path) in wheres]
    return {(_where(path), *change) for path in places for change in _changes(path, _statement(path))}


def _statement(path: tuple[ast.AST, ...]) -> ast.AST:
    return next(step for step in reversed(path) if isinstance(step, ast.stmt | ast.match_case | ast.excepthandler))


def _changes(path: tuple[ast.AST, ...], statement: ast.AST) -> Iterator[tuple[str, str]]:
    """The statement before and after each change of a place. While it is given, the tree is changed."""
    before = _first_line(statement)
    for owner, name, new in list(_edits(path)):
        old = getattr(owner, name)
        setattr(owner, name, new)
        now = statement
        if isinstance(old, list) and isinstance(new, list) and statement in old and statement not in new:
            now = new[old.index(statement)]  # what took the place of the statement in its block
        yield before, _first_line(now)
        setattr(owner, name, old)


def _places(tree: ast.AST, above: tuple[ast.AST, ...] = ()) -> Iterator[tuple[ast.AST, ...]]:
    """Each node with its ancestors, the outermost first."""
    path = (*above, tree)
    if above:
        yield path
    for name, value in ast.iter_fields(tree):
        if name in SKIPPED_FIELDS:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_left_alone(child, tree):
                yield from _places(child, path)


def _is_left_alone(node: ast.AST, parent: ast.AST) -> bool:
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__":
        return True
    if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") in {"Literal", "Callable"}:
        return True  # the name of a type: mypy reads it, nothing at run time does
    if isinstance(node, ast.Call) and _called(node) == "TypeVar":
        return True
    if isinstance(node, ast.Expr):
        if isinstance(node.value, ast.Constant):
            return True  # a docstring, or the dots of a protocol
        if isinstance(node.value, ast.Call) and _called(node.value) in UNTESTED_CALLS:
            return True
    return isinstance(parent, ast.JoinedStr) and isinstance(node, ast.Constant)


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _where(path: tuple[ast.AST, ...]) -> str:
    named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return ".".join(step.name for step in path if isinstance(step, named))


def _lines(path: tuple[ast.AST, ...], statement: ast.AST) -> range:
    """From the first line of the statement to that of the changed place; `match_case` and others have none.

    Python may jump past a `continue` or `break` without running its line: the statement around it is counted too.
    """
    places = [step.lineno for step in path if hasattr(step, "lineno")]
    first = getattr(statement, "lineno", places[-1])
    if isinstance(statement, ast.Continue | ast.Break):
        first = next(step.lineno for step in reversed(path[:-1]) if isinstance(step, ast.stmt))
    return range(min(first, places[-1]), places[-1] + 1)


def _acts_at_import(path: tuple[ast.AST, ...]) -> bool:
    for step, inner in pairwise(path):
        if isinstance(step, ast.FunctionDef | ast.AsyncFunctionDef) and inner in step.body:
            return False
        if isinstance(step, ast.Lambda) and inner is step.body:
            return False
    return True


def _first_line(node: ast.AST) -> str:
    lines = ast.unparse(node).strip().splitlines()
    if not isinstance(node, COMPOUND):
        return "\n".join(lines)
    return next(line for line in lines if not line.startswith("@"))


def _without(values: list[Any], index: int) -> list[Any]:
    return values[:index] + values[index + 1 :]


def _with(values: list[Any], index: int, new: Any) -> list[Any]:
    return [*values[:index], new, *values[index + 1 :]]


def _put(path: tuple[ast.AST, ...], new: ast.AST) -> Edit:
    """Replace the last node of the path by `new`."""
    node, parent = path[-1], path[-2]
    for name, value in ast.iter_fields(parent):
        if value is node:
            return parent, name, new
        if isinstance(value, list) and any(entry is node for entry in value):
            return parent, name, [new if entry is node else entry for entry in value]
    raise LookupError(node)


def _edits(path: tuple[ast.AST, ...]) -> Iterator[Edit]:
    node = path[-1]
    match node:
        case ast.Compare():
            for index, operator in enumerate(node.ops):
                yield node, "ops", _with(node.ops, index, COMPARISONS[type(operator)]())
        case ast.BoolOp():
            yield node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And()
            for index in range(len(node.values)):
                rest = _without(node.values, index)
                yield _put(path, rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest))
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield _put(path, node.operand)
        case ast.BinOp() | ast.AugAssign() if type(node.op) in ARITHMETIC:
            yield node, "op", ARITHMETIC[type(node.op)]()
        case ast.Constant(value=bool(value)) if not (isinstance(path[-2], ast.keyword) and path[-2].arg == "strict"):
            yield node, "value", not value
        case ast.Constant(value=int(value) | float(value)) if not isinstance(value, bool):
            yield node, "value", value + 1
        case ast.Constant(value=str(value)) if " " not in value:
            yield node, "value", f"{value}X"
        case ast.Name(id=name, ctx=ast.Load()):
            if other := NAMES.get(name) or _sibling(name, _names_alike(path)):
                yield node, "id", other
        case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Load()):
            if other := _sibling(name, _fields_alike(path)):
                yield node, "attr", other
        case ast.Call():
            if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
                yield node.func, "attr", METHODS[node.func.attr]
            for index, keyword in enumerate(node.keywords):
                if keyword.arg and keyword.arg != "strict":  # of zip: a guard, not a result
                    yield node, "keywords", _without(node.keywords, index)
            for (index, one), (_, two) in pairwise(enumerate(node.args)):
                if _called(node) in NAMES:
                    break  # for min, max and the like the order does not matter
                if isinstance(one, ast.Constant) or isinstance(two, ast.Constant) or ast.dump(one) == ast.dump(two):
                    continue
                yield node, "args", [*node.args[:index], two, one, *node.args[index + 2 :]]
        case ast.If() | ast.While() | ast.IfExp():
            if not isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
                yield node, "test", ast.UnaryOp(ast.Not(), node.test)
        case ast.comprehension():
            for index in range(len(node.ifs)):
                yield node, "ifs", _without(node.ifs, index)
        case ast.Slice():
            for name in ("lower", "upper"):
                if getattr(node, name) is not None:
                    yield node, name, None
        case ast.Set() | ast.List() if len(node.elts) > 1:
            for index in range(len(node.elts)):
                yield node, "elts", _without(node.elts, index)
        case ast.Return(value=ast.expr()) if not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield node, "value", None
        case ast.Expr(value=ast.Call()) | ast.Raise():
            yield _put(path, ast.Pass())
        case ast.Break():
            yield _put(path, ast.Continue())
        case ast.Continue():
            yield _put(path, ast.Break())


def _sibling(name: str, groups: list[list[str]]) -> str | None:
    """The name that follows in a group of names of one kind, so that each is replaced once by another."""
    for group in groups:
        if name in group and len(group) > 1:
            return group[(group.index(name) + 1) % len(group)]
    return None


def _names_alike(path: tuple[ast.AST, ...]) -> list[list[str]]:
    """The innermost function's parameters of one type, and names that are unpacked together."""
    function = next((step for step in reversed(path) if isinstance(step, ast.FunctionDef | ast.AsyncFunctionDef)), None)
    if function is None:
        return []
    typed: dict[str, list[str]] = {}
    for argument in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]:
        if argument.annotation is not None:
            typed.setdefault(ast.unparse(argument.annotation), []).append(argument.arg)
    unpacked = [
        [name.id for name in step.elts if isinstance(name, ast.Name) and name.id != "_"]
        for step in ast.walk(function)
        if isinstance(step, ast.Tuple) and isinstance(step.ctx, ast.Store)
    ]
    return [*typed.values(), *unpacked]


def _fields_alike(path: tuple[ast.AST, ...]) -> list[list[str]]:
    """The fields of one type of the class."""
    owner = next((step for step in reversed(path) if isinstance(step, ast.ClassDef)), None)
    typed: dict[str, list[str]] = {}
    for line in owner.body if owner else []:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            typed.setdefault(ast.unparse(line.annotation), []).append(line.target.id)
    return list(typed.values())
