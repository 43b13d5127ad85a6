"""Choice filters: which options a question offers, by earlier answers and the columns of the choices."""

from collections.abc import Mapping
from datetime import date

from instruments.logic.evaluate import evaluate, truth
from instruments.logic.rows import TURNED
from instruments.logic.tree import ALWAYS, NEVER, Tree, is_true_or_false, rebuilt, simplified, walk

SOME_DAY = date(2000, 1, 1)  # what is folded does not depend on the day


def with_columns(tree: Tree, cells: Mapping[str, str]) -> Tree:
    """`tree` with the cells of one option in place of columns."""
    return rebuilt(tree, lambda part: ["str", cells.get(part[1].lower(), "")] if part[0] == "column" else None)


def folded(tree: Tree) -> Tree:
    """`tree` without the parts that hold, or do not hold, whatever is answered."""
    return simplified(tree, _folded_part)


def _folded_part(part: Tree) -> Tree:
    """Of a part without “and”, “or” and “not” around it."""
    if is_true_or_false(part) and not any(each[0] in ("item", "today", "column", "own") for each in walk(part)):
        return ALWAYS if truth(evaluate(part, {}, SOME_DAY)) else NEVER
    match part:
        case ["=", ["str", ""], ["item", _]] | ["=", ["item", _], ["str", ""]]:
            return NEVER  # a blank cell; programs differ on whether a blank answer is the same
        case [sign, ["str" | "num", _] as value, ["item", _] as answer] if sign in TURNED:
            return [TURNED[sign], answer, value]
        case ["selected", ["str", words], ["item", code]]:  # the answer is one of the words in a cell
            answers: list[Tree] = [["=", ["item", code], ["str", word]] for word in dict.fromkeys(words.split())]
            return ["or", *answers] if len(answers) > 1 else answers[0] if answers else NEVER
    return part
