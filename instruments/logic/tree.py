"""What the tree of an expression may contain.

A tree is nested lists, as JSON keeps them: the first element says what it is.

    ["num", 2.5]              a number
    ["str", "origin"]         a text, such as the code of an option
    ["item", "2.1"]           the answer to an item
    ["own"]                   the answer that a constraint is about
    ["column", "region"]      a column of the choices; only in the filter of a list of choices
    ["or", tree, tree, ...]   an operator or a function, and what it works on

For example `["or", ["selected", ["item", "2.1"], ["str", "origin"]], [">=", ["count-selected", ["item", "2.1"]],
["num", 2]]]`. The operators and functions are those of XPath 1.0 and of XLSForm; `OPERATORS` and `FUNCTIONS` list them.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

MOST_CHARACTERS = 5_000  # of an expression as text
MOST_NODES = 400
DEEPEST = 60
LARGEST_NUMBER = 1e15  # above it, not every whole number is exact

Tree = list[Any]

JOINING = ("or", "and")
COMPARING = ("=", "!=", "<", "<=", ">", ">=")
COUNTING = ("+", "-", "*", "div", "mod")
OPERATORS: Mapping[str, tuple[int, int | None]] = {  # how many parts each has, at least and at most
    **dict.fromkeys(JOINING, (2, None)),
    **dict.fromkeys((*COMPARING, *COUNTING), (2, 2)),
    "neg": (1, 1),
}
FUNCTIONS: Mapping[str, tuple[int, int | None]] = {
    "selected": (2, 2),
    "count-selected": (1, 1),
    "not": (1, 1),
    "true": (0, 0),
    "false": (0, 0),
    "boolean": (1, 1),
    "number": (1, 1),
    "string": (1, 1),
    "int": (1, 1),
    "round": (1, 1),
    "floor": (1, 1),
    "ceiling": (1, 1),
    "abs": (1, 1),
    "min": (1, None),
    "max": (1, None),
    "if": (3, 3),
    "coalesce": (2, 2),
    "concat": (1, None),
    "contains": (2, 2),
    "starts-with": (2, 2),
    "ends-with": (2, 2),
    "substring-before": (2, 2),
    "substring-after": (2, 2),
    "string-length": (1, 1),
    "normalize-space": (1, 1),
    "translate": (3, 3),
    "today": (0, 0),
    "date": (1, 1),
}
HEADS: Mapping[str, tuple[int, int | None]] = {**OPERATORS, **FUNCTIONS}
ALWAYS: Tree = ["true"]
NEVER: Tree = ["false"]
TRUE_OR_FALSE = frozenset(
    [*JOINING, *COMPARING, "selected", "not", "true", "false", "boolean", "contains", "starts-with", "ends-with"]
)


class LogicError(ValueError):
    """Why an expression or a tree cannot be used, in words."""


def check(tree: Any, *, own: bool = False, columns: bool = False) -> Tree:
    """`tree` itself if it is one. Raises `LogicError`.

    `own`: it may speak of "the answer", as a constraint does; `columns`: of columns of the choices.
    """
    waiting: list[tuple[Any, int]] = [(tree, 1)]
    nodes = 0
    while waiting:  # without recursion: whoever sends a tree decides how deep it is
        node, depth = waiting.pop()
        nodes += 1
        if depth > DEEPEST:
            raise LogicError("its parts are nested too deeply")
        if nodes > MOST_NODES:
            raise LogicError(f"it has more than {MOST_NODES} parts")
        if not (isinstance(node, list | tuple) and node and isinstance(node[0], str)):
            raise LogicError("a part of the condition is no list that begins with an operator")
        head, *parts = node
        if fault := _leaf_fault(head, parts, own=own, columns=columns):
            raise LogicError(fault)
        if head in HEADS:
            check_count(head, len(parts))
            if head == "neg" and isinstance(parts[0], list | tuple) and list(parts[0])[:1] == ["num"]:
                raise LogicError("a negative number is written as a number")
            waiting += [(part, depth + 1) for part in parts]
    return _lists(tree)


def _leaf_fault(head: str, parts: list[Any], *, own: bool, columns: bool) -> str:
    match head, parts:
        case "num", [int() | float() as number] if not isinstance(number, bool):
            good = math.isfinite(number) and abs(number) < LARGEST_NUMBER
            return "" if good else "a number in it is too large"
        case "str", [str() as text]:
            if "'" in text and '"' in text:
                return "a text in it has both kinds of quotation marks, which XLSForm cannot write"
            return "" if len(text) <= MOST_CHARACTERS else "a text in it is too long"
        case ("item" | "column") as kind, [str() as name] if name.strip():
            return "" if kind == "item" or columns else f"“{name}” is no question: write ${{{name}}} if it is one"
        case "own", []:
            return "" if own else "“.”, the answer itself, has a meaning in constraints only"
        case (("num" | "str" | "item" | "column" | "own"), _):
            return f"“{head}” is not followed by what belongs to it"
    return "" if head in HEADS else f"“{head[:40]}” is not known here"


def check_count(head: str, given: int) -> None:
    """Raise `LogicError` where a function is given too little or too much."""
    least, most = HEADS[head]
    if given < least or (most is not None and given > most):
        wanted = str(least) if least == most else f"{least} or more"
        raise LogicError(f"“{head}” needs {wanted} in its parentheses, and has {given}")


def _lists(tree: Any) -> Tree:
    """With lists in place of tuples, and whole numbers without a decimal point, as JSON would give it back."""
    if tree[0] == "num":
        number = tree[1]
        return ["num", int(number) if number == int(number) else number]
    return [tree[0], *(_lists(part) if isinstance(part, list | tuple) else part for part in tree[1:])]


def of_options(item: str, options: Iterable[str]) -> Tree:
    """One of `options` was chosen in `item`."""
    chosen: list[Tree] = [["selected", ["item", item], ["str", option]] for option in options]
    return chosen[0] if len(chosen) == 1 else ["or", *chosen]


def from_stored(value: Any, *, own: bool = False, columns: bool = False) -> Tree:
    """The tree of a condition as a definition holds it. Raises `LogicError`.

    Versions published before there were trees hold `{item, options}`: one of the options was chosen in the item.
    They are read as trees, and stay as they were stored.
    """
    if isinstance(value, Mapping):
        item, options = value.get("item"), value.get("options")
        if set(value) != {"item", "options"} or not isinstance(item, str) or not isinstance(options, list | tuple):
            raise LogicError("needs an item and options, and nothing else")
        if not options or not all(isinstance(option, str) for option in options):
            raise LogicError("needs at least one option")
        value = of_options(item, options)
    tree = check(value, own=own, columns=columns)
    if not is_true_or_false(tree):
        raise LogicError("is a value, and does not say when it holds; compare it with something")
    return tree


def options_named(tree: Tree) -> Iterator[tuple[str, str, str]]:
    """(operator, item, option) of each text with which an item is compared."""
    for part in walk(tree):
        if part[0] in ("selected", "=", "!=") and sorted((part[1][0], part[2][0])) == ["item", "str"]:
            item, text = sorted(part[1:], key=lambda side: side[0])
            yield part[0], item[1], text[1]


def is_true_or_false(tree: Tree) -> bool:
    """Whether it says yes or no by itself. Programs differ on whether a bare number 0 or an answer "0" does."""
    if tree[0] in ("or", "and", "not", "boolean"):
        return all(is_true_or_false(part) for part in tree[1:])
    if tree[0] == "if":
        return all(is_true_or_false(part) for part in tree[1:])
    return tree[0] in TRUE_OR_FALSE


def walk(tree: Tree) -> Iterator[Tree]:
    """Every part of a tree, itself first, in the order of writing."""
    yield tree
    for part in tree[1:]:
        if isinstance(part, list):
            yield from walk(part)


def references(tree: Tree) -> tuple[str, ...]:
    """Codes of the items on which it depends, each once, in the order of writing."""
    return tuple(dict.fromkeys(part[1] for part in walk(tree) if part[0] == "item"))


def rebuilt(tree: Tree, change: Callable[[Tree], Tree | None]) -> Tree:
    """`tree` with what `change` gives in place of each part. None: it stays, and the parts inside it are asked."""
    if (found := change(tree)) is not None:
        return found
    return [tree[0], *(rebuilt(part, change) if isinstance(part, list) else part for part in tree[1:])]


def replace(tree: Tree, items: Mapping[str, Tree | str] | Callable[[str], Tree | str | None]) -> Tree:
    """`tree` with items replaced by other items (a code) or by whole trees, such as a calculation.

    Items that `items` does not know stay. Raises `LogicError` where it grows over the limits.
    """
    find = items.get if isinstance(items, Mapping) else items

    def changed(part: Tree) -> Tree | None:
        found = find(part[1]) if part[0] == "item" else None
        return ["item", found] if isinstance(found, str) else found

    return check(_minus_of_numbers(rebuilt(tree, changed)), own=True, columns=True)


def own_as_item(tree: Tree, code: str) -> Tree:
    """A constraint with the answer that it is about as the item `code`, as a condition is written."""
    return rebuilt(tree, lambda part: ["item", code] if part == ["own"] else None)


def item_as_own(tree: Tree, code: str) -> Tree:
    """A constraint on the item `code` from a condition that names it."""
    return rebuilt(tree, lambda part: ["own"] if part == ["item", code] else None)


def _minus_of_numbers(tree: Tree) -> Tree:
    parts = [_minus_of_numbers(part) if isinstance(part, list) else part for part in tree[1:]]
    return minus(parts[0]) if tree[0] == "neg" else [tree[0], *parts]


def minus(tree: Tree) -> Tree:
    """The negative of a tree."""
    return ["num", -tree[1] if tree[1] else 0] if tree[0] == "num" else ["neg", tree]


def simplified(tree: Tree, part: Callable[[Tree], Tree] = lambda part: part) -> Tree:
    """`tree` without parts that always or never hold. `part` simplifies those that “and”, “or” and “not” join."""
    if tree[0] == "not":
        inside = simplified(tree[1], part)
        return {"true": NEVER, "false": ALWAYS}.get(inside[0], ["not", inside])
    if tree[0] not in ("and", "or"):
        return part(tree)
    settles, drops = (NEVER, ALWAYS) if tree[0] == "and" else (ALWAYS, NEVER)
    left = [found for each in tree[1:] if (found := simplified(each, part)) != drops]
    if settles in left:
        return settles
    return [tree[0], *left] if len(left) > 1 else left[0] if left else drops


def joined_by_and(tree: Tree) -> list[Tree]:
    """The parts that must all hold."""
    return [part for each in tree[1:] for part in joined_by_and(each)] if tree[0] == "and" else [tree]


def each_once(trees: Iterable[Tree]) -> list[Tree]:
    """`trees` in their order, without repetitions."""
    return list({repr(tree): tree for tree in trees}.values())


def all_of(conditions: Iterable[Tree | None]) -> Tree | None:
    """One tree that says that all of `conditions` hold; None where there is none."""
    trees = [tree for tree in conditions if tree is not None]
    return trees[0] if len(trees) == 1 else ["and", *trees] if trees else None
