"""What an answer to a question must be: told beside the question before it is answered, and checked on the page.

The rules of each type are in `instruments/item_types.py`. They are trees about the answer (`["own"]`), so that
`static/js/logic.js` decides as the server does; the server's own check is `surveys.item_types.clean`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ctnat.ui.formats import format_date, format_number
from instruments import words
from instruments.item_types import Rule, rules_of_type
from instruments.logic.evaluate import DAY
from instruments.logic.rows import TURNED
from instruments.logic.tree import Tree
from instruments.schema import DONT_KNOW, Item, Survey

SIGNS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
PAIRS = {  # (at least, at most) -> the key of the text that tells both, and of the one where they are the same
    ("too_small", "too_large"): ("from_to", "exactly"),
    ("too_early", "too_late"): ("days", "day"),
    ("too_few_characters", "too_many_characters"): ("length", "length_exactly"),
    ("choose_at_least", "choose_at_most"): ("choose", "choose_exactly"),
}
TOLD_ELSEWHERE = ("exclusive", "dont_know_alone", "constraint")  # beside the options; in a sentence below the question


def rules_of(document: Survey, item: Item) -> list[Rule]:
    """The rules for an answer that is given, in the order in which they are checked."""
    found = list(rules_of_type(document, item))
    if item.constraint is not None:
        tree = ["or", ["=", ["own"], ["str", DONT_KNOW]], item.constraint]
        found.append(Rule("constraint", tree))
    return found


def told(document: Survey, item: Item, language: str) -> list[str]:
    """The rules in a few words each, for the brackets behind a question; empty where there are none.

    That an option excludes the others is told beside it (`told_of_options`), a constraint below the question by its
    own message.
    """
    rules = {rule.code: rule.values for rule in rules_of(document, item) if rule.code not in TOLD_ELSEWHERE}
    for pair, (both, same) in PAIRS.items():
        if all(code in rules for code in pair):
            least, most = (rules.pop(code)["n"] for code in pair)
            rules |= {same: {"n": least}} if least == most else {both: {"least": least, "most": most}}
    if item.required:
        rules = {"required": {}, **rules}
    found = [_told(code, values, language) for code, values in rules.items()]
    if item.constraint is not None and item.constraint_message is None:
        found += _constraint_in_signs(item.constraint, language)
    return found


def _constraint_in_signs(tree: Tree, language: str) -> list[str]:
    """A constraint without words of its own, as imported forms have some: `≤ [answer to 2.1]`, or that there is one."""
    parts = tree[1:] if tree[0] == "and" else [tree]
    return list(dict.fromkeys(_in_signs(part, language) for part in parts))


def _in_signs(tree: Tree, language: str) -> str:
    sign, left, right = tree if tree[0] in SIGNS else ("", [""], [""])
    if right == ["own"]:
        sign, left, right = TURNED[sign], right, left
    if left == ["own"]:
        match right:
            case ["num", number]:
                return f"{SIGNS[sign]} {format_number(float(number), language)}"
            case ["date", ["str", day]] | ["str", day] if DAY.fullmatch(day):
                return f"{SIGNS[sign]} {format_date(date.fromisoformat(day), language)}"
            case ["item", code]:
                return f"{SIGNS[sign]} {words.translate('answer_to', language, code=code)}"
            case ["today"]:
                return f"{SIGNS[sign]} {words.translate('rule_today', language)}"
    return words.shown("rule_further", language)


def _told(code: str, values: Mapping[str, Any], language: str) -> str:
    written = {name: _written(value, language) for name, value in values.items()}
    return words.shown(f"rule_{code}", language, **written)


def _written(value: Any, language: str) -> Any:
    if isinstance(value, date):
        return format_date(value, language)
    return format_number(value, language) if isinstance(value, float) else value


def alone_options(document: Survey, item: Item) -> list[str]:
    """The codes of the options that cannot be chosen together with others, "don't know" among them."""
    return [rule.values["name"] for rule in rules_of(document, item) if rule.code in ("exclusive", "dont_know_alone")]


def told_of_options(language: str) -> str:
    """What is said beside such an option."""
    return words.shown("rule_alone", language)


def skipping_note(document: Survey, language: str) -> list[str]:
    """Sentences that say which questions may be left out, and that "don't know" is an answer where it is one."""
    required = any(item.required and document.conditions.get(item.name) != ["false"] for item in document.items)
    keys = ["skip_some" if required else "skip_any"]
    if any(document.dont_know(item) for item in document.items):
        keys.append("dont_know_counts")
    return [words.shown(key, language) for key in keys]
