"""A tree as the editor shows it: all, any or none of some rows, each "item - operator - value", three levels deep.

`view` reads a tree, `View.tree` writes it. What rows cannot say is kept as it is, as an `Expression`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from instruments.logic.tree import COMPARING, Tree

Kind = Literal["one", "several", "number", "day", "words"]  # of an item, as far as conditions are concerned
DEEPEST_VIEW = 3
ALL, ANY, NONE = "all", "any", "none"
OPTIONS = ("any_of", "none_of", "all_of", "only")  # operators whose values are codes of options
ANSWERED = ("answered", "not_answered")  # those without a value
COUNTS = tuple(f"count {sign}" for sign in COMPARING)
OPERATORS: dict[Kind, tuple[str, ...]] = {
    "one": ("any_of", "none_of", *ANSWERED),
    "several": ("any_of", "all_of", "none_of", "only", *COUNTS, *ANSWERED),
    "number": (*COMPARING, *ANSWERED),
    "day": (*COMPARING, *ANSWERED),
    "words": ("=", "!=", *ANSWERED),
}
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}  # 3 < x says x > 3


@dataclass(frozen=True)
class Row:
    """`item` operator values. A compared value is a leaf of a tree, or `["date", ["str", day]]`, or `["today"]`."""

    item: str
    operator: str
    options: tuple[str, ...] = ()
    value: Tree | None = None

    def tree(self, kind: Kind) -> Tree:
        item: Tree = ["item", self.item]
        match self.operator:
            case "answered" | "not_answered":
                return ["!=" if self.operator == "answered" else "=", item, ["str", ""]]
            case "any_of" | "none_of":
                found = _joined("or", [_chosen(item, option, kind) for option in self.options])
                return found if self.operator == "any_of" else ["not", found]
            case "all_of":
                return _joined("and", [_chosen(item, option, kind) for option in self.options])
            case "only":
                return ["=", item, ["str", self.options[0]]]
        sign = self.operator.removeprefix("count ")
        left: Tree = ["count-selected", item] if sign != self.operator else item
        return [sign, left, self.value or ["str", ""]]


@dataclass(frozen=True)
class Expression:
    """A part that rows cannot say."""

    whole: Tree

    def tree(self, kind: Kind) -> Tree:
        return self.whole


@dataclass(frozen=True)
class View:
    """All, any or none of the parts hold."""

    join: str
    parts: tuple["Row | Expression | View", ...]

    def tree(self, kind_of: Callable[[str], Kind | None]) -> Tree | None:
        """None where no part is left."""
        trees = [
            part.tree(kind_of) if isinstance(part, View) else part.tree(_kind(part, kind_of)) for part in self.parts
        ]
        found = [tree for tree in trees if tree is not None]
        if not found:
            return None
        joined = _joined("and" if self.join == ALL else "or", found)
        return ["not", joined] if self.join == NONE else joined

    @property
    def is_complete(self) -> bool:
        """Whether rows say all of it."""
        return all(part.is_complete if isinstance(part, View) else isinstance(part, Row) for part in self.parts)


def _kind(part: Row | Expression, kind_of: Callable[[str], Kind | None]) -> Kind:
    return (kind_of(part.item) if isinstance(part, Row) else None) or "words"


def _joined(head: str, trees: list[Tree]) -> Tree:
    return trees[0] if len(trees) == 1 else [head, *trees]


def _chosen(item: Tree, option: str, kind: Kind) -> Tree:
    return ["=" if kind == "one" else "selected", item, ["str", option]]


def view(tree: Tree | None, kind_of: Callable[[str], Kind | None]) -> View:
    """How the editor shows a tree. `kind_of` gives the kind of an item, None where it is unknown."""
    return View(ALL, ()) if tree is None else _view(tree, kind_of, DEEPEST_VIEW)


def _view(tree: Tree, kind_of: Callable[[str], Kind | None], levels: int) -> View:
    part = _part(tree, kind_of, levels + 1)
    return part if isinstance(part, View) else View(ALL, (part,))


def _part(tree: Tree, kind_of: Callable[[str], Kind | None], levels: int) -> Row | Expression | View:
    if row := _row(tree, kind_of):
        return row
    if levels > 1:
        join = {"and": ALL, "or": ANY}.get(tree[0])
        if join:
            return View(join, tuple(_part(part, kind_of, levels - 1) for part in tree[1:]))
        if tree[0] == "not":
            inside = tree[1][1:] if tree[1][0] == "or" else tree[1:]
            return View(NONE, tuple(_part(part, kind_of, levels - 1) for part in inside))
    return Expression(tree)


def _row(tree: Tree, kind_of: Callable[[str], Kind | None]) -> Row | None:
    head = tree[0]
    if head in ("or", "and"):
        rows = [_row(part, kind_of) for part in tree[1:]]
        return _several(head, [row for row in rows if row], len(rows), kind_of)
    if head == "not":
        row = _row(tree[1], kind_of)
        return Row(row.item, "none_of", row.options) if row and row.operator == "any_of" else None
    if head == "selected" and tree[1][0] == "item" and tree[2][0] == "str":
        return _of_options(tree[1][1], "any_of", tree[2][1], kind_of)
    return _comparison(tree, kind_of) if head in COMPARING else None


def _several(head: str, rows: list[Row], wanted: int, kind_of: Callable[[str], Kind | None]) -> Row | None:
    """Rows about options of one item as one row: any of them, or all of them."""
    joined = "any_of" if head == "or" else "all_of"
    if len(rows) != wanted or len({row.item for row in rows}) > 1:
        return None
    if head == "and" and kind_of(rows[0].item) != "several":
        return None
    single = all(row.operator == "any_of" and (head == "or" or len(row.options) == 1) for row in rows)
    options = tuple(option for row in rows for option in row.options)
    return Row(rows[0].item, joined, options) if single and len(set(options)) == len(options) else None


def _of_options(item: str, operator: str, option: str, kind_of: Callable[[str], Kind | None]) -> Row | None:
    return Row(item, operator, (option,)) if option and kind_of(item) in ("one", "several") else None


def _comparison(tree: Tree, kind_of: Callable[[str], Kind | None]) -> Row | None:
    sign, left, right = tree
    if left[0] not in ("item", "count-selected"):
        sign, left, right = TURNED[sign], right, left
    if left[0] == "count-selected" and left[1][0] == "item" and kind_of(left[1][1]) == "several":
        return Row(left[1][1], f"count {sign}", value=right) if right[0] == "num" else None
    if left[0] != "item" or (kind := kind_of(left[1])) is None:
        return None
    if right == ["str", ""] and sign in ("=", "!="):
        return Row(left[1], "not_answered" if sign == "=" else "answered")
    if kind in ("one", "several"):
        return _equal_option(sign, left[1], right, kind, kind_of)
    return Row(left[1], sign, value=right) if sign in OPERATORS[kind] and _is_value(right, kind) else None


def _equal_option(sign: str, item: str, right: Tree, kind: Kind, kind_of: Callable[[str], Kind | None]) -> Row | None:
    if right[0] != "str" or sign not in ("=", "!="):
        return None
    if kind == "several":
        return _of_options(item, "only", right[1], kind_of) if sign == "=" else None
    return _of_options(item, "any_of" if sign == "=" else "none_of", right[1], kind_of)


def _is_value(tree: Tree, kind: Kind) -> bool:
    match tree:
        case ["item", _]:
            return kind != "words"
        case ["num", _]:
            return kind == "number"
        case ["str", _]:
            return kind == "words"
        case ["date", ["str", day]]:
            return kind == "day" and DAY.fullmatch(day) is not None
        case ["today"]:
            return kind == "day"
    return False
