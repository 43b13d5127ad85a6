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
from instruments.schema import DONT_KNOW, Item, Survey, Text

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
        found.append(Rule("constraint", tree, {"own": item.constraint_message} if item.constraint_message else {}))
    return found


def told(document: Survey, item: Item, language: str) -> list[str]:
    """The rules in a few words each, for the brackets behind a question; empty where there are none.

    That an option excludes the others is told beside it (`told_of_options`), a constraint below the question
    (`told_of_constraint`).
    """
    rules = {rule.code: rule.values for rule in rules_of(document, item) if rule.code not in TOLD_ELSEWHERE}
    for pair, (both, same) in PAIRS.items():
        if all(code in rules for code in pair):
            least, most = (rules.pop(code)["n"] for code in pair)
            rules |= {same: {"n": least}} if least == most else {both: {"least": least, "most": most}}
    if item.required:
        rules = {"required": {}, **rules}
    return [_told(code, values, language) for code, values in rules.items()]


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


def told_of_constraint(item: Item) -> Text | None:
    """The message of a constraint, which says what is allowed; None where there is none."""
    return item.constraint_message


def skipping_note(document: Survey, language: str) -> list[str]:
    """Sentences that say which questions may be left out, and that "don't know" is an answer where it is one."""
    required = any(item.required and document.conditions.get(item.name) != ["false"] for item in document.items)
    keys = ["skip_some" if required else "skip_any"]
    if any(document.dont_know(item) for item in document.items):
        keys.append("dont_know_counts")
    return [words.shown(key, language) for key in keys]
