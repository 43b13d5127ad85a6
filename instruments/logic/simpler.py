"""Functions of XLSForm that say the same in simpler words here.

Days are the smallest unit of time, and no question is repeated: `now()` is `today()`, and the sum over the answers to
one question is its answer. None of these is kept in a tree.
"""

import re
from collections.abc import Callable, Mapping

from instruments.logic.tree import LogicError, Tree

MOST_PLACES = 6  # decimal places to which something is rounded
LAST_CHOICE = 9  # of several chosen options, the last that can be asked for by its place, from 0
BLANK: Tree = ["str", ""]


def _day_in_words(day: Tree, form: Tree) -> Tree:
    """`format-date(day, '%Y-%m')`. A day is a text such as 2026-03-31, of which the parts are taken."""
    if form[0] != "str":
        raise LogicError("the function “format-date” needs its form in quotation marks")
    day = ["date", day]
    after: Tree = ["substring-after", day, ["str", "-"]]
    parts: Mapping[str, Tree] = {
        "%Y": ["substring-before", day, ["str", "-"]],
        "%m": ["substring-before", after, ["str", "-"]],
        "%d": ["substring-after", after, ["str", "-"]],
        "%n": ["string", ["number", ["substring-before", after, ["str", "-"]]]],
        "%e": ["string", ["number", ["substring-after", after, ["str", "-"]]]],
    }
    if form[1] == "%Y-%m-%d":
        return day
    if form[1] == "%Y%m%d":
        return ["translate", day, ["str", "-"], BLANK]
    found = [piece for piece in re.split(r"(%.)", form[1]) if piece]
    if any(piece.startswith("%") and piece not in parts for piece in found):
        raise LogicError(f"the function “format-date” cannot give “{form[1][:40]}”")
    trees = [parts.get(piece, ["str", piece]) for piece in found]
    return trees[0] if len(trees) == 1 else ["concat", *trees]


def _whole(tree: Tree, most: int, what: str) -> int:
    if tree[0] != "num" or tree[1] != int(tree[1]) or not 0 <= tree[1] <= most:
        raise LogicError(f"{what} must be a number from 0 to {most}")
    return int(tree[1])


def _chosen_at(chosen: Tree, place: Tree) -> Tree:
    """The option at a place among those that were chosen; blank where fewer were."""
    rest: Tree = ["concat", ["normalize-space", chosen], ["str", " "]]
    for _ in range(_whole(place, LAST_CHOICE, "the place in “selected-at”")):
        rest = ["substring-after", rest, ["str", " "]]
    return ["substring-before", rest, ["str", " "]]


def _rounded(number: Tree, places: Tree) -> Tree:
    wanted = _whole(places, MOST_PLACES, "the decimal places in “round”")
    if not wanted:
        return ["round", number]
    power: Tree = ["num", 10**wanted]
    return ["div", ["round", ["*", number, power]], power]


# (name, how many parts it has) -> the tree that says the same
SIMPLER: Mapping[tuple[str, int], Callable[..., Tree]] = {
    ("now", 0): lambda: ["today"],
    ("date-time", 1): lambda day: ["date", day],
    ("decimal-date-time", 1): lambda day: ["number", ["date", day]],
    ("decimal-date", 1): lambda day: ["number", ["date", day]],
    ("format-date", 2): _day_in_words,
    ("format-date-time", 2): _day_in_words,
    ("selected-at", 2): _chosen_at,
    ("round", 2): _rounded,
    ("once", 1): lambda value: value,
    ("sum", 1): lambda answer: ["coalesce", answer, ["num", 0]],
    ("join", 2): lambda _between, answer: answer,
    ("indexed-repeat", 3): lambda answer, _repeat, _place: answer,
    ("position", 1): lambda _group: ["num", 1],
    ("boolean-from-string", 1): lambda text: ["or", ["=", text, ["str", "true"]], ["=", text, ["str", "1"]]],
}
