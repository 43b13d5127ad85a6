"""A tree -> the text of an XLSForm expression. Parsing the text gives the same tree."""

from collections.abc import Callable
from decimal import Decimal

from instruments.logic.tree import Tree

RANKS = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("=", "!="), 3),
    **dict.fromkeys(("<", "<=", ">", ">="), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "div", "mod"), 6),
    "neg": 7,
}
ATOM = 8


def number_text(number: float) -> str:
    """`number` as XPath writes it: without an exponent, whole numbers without a point."""
    if number != number:
        return "NaN"
    if number in (float("inf"), float("-inf")):
        return "Infinity" if number > 0 else "-Infinity"
    text = format(Decimal(repr(float(number))), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def write(tree: Tree, name_of: Callable[[str], str] = str) -> str:
    """The expression. `name_of` gives the name in the form of an item."""
    head, *parts = tree
    match head:
        case "num":
            return number_text(parts[0])
        case "str":
            quote = '"' if "'" in parts[0] else "'"
            return f"{quote}{parts[0]}{quote}"
        case "item":
            return f"${{{name_of(parts[0])}}}"
        case "own":
            return "."
        case "column":
            return str(parts[0])
        case "or" | "and":
            return f" {head} ".join(_within(part, RANKS[head] + 1, name_of) for part in parts)
        case "neg":
            return f"-{_within(parts[0], RANKS[head], name_of)}"
    if head in RANKS:
        left, right = parts
        return f"{_within(left, RANKS[head], name_of)} {head} {_within(right, RANKS[head] + 1, name_of)}"
    return f"{head}({', '.join(write(part, name_of) for part in parts)})"


def _within(tree: Tree, rank: int, name_of: Callable[[str], str]) -> str:
    """In parentheses where it would be read otherwise."""
    own = RANKS["neg"] if tree[0] == "num" and tree[1] < 0 else RANKS.get(tree[0], ATOM)
    text = write(tree, name_of)
    return text if own >= rank else f"({text})"
