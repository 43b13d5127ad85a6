"""The expressions of XLSForm that a definition can hold: options of one earlier answer, bounds of an answer.

Where an expression cannot be taken, each function gives the reason in words instead.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from instruments.item_types import BOUNDS
from instruments.schema import ITEM_TYPES, Item
from instruments.schema.items import SelectMultipleItem

Entry = dict[str, Any]
SELECTED = re.compile(r"selected\(\s*\$\{\s*([^}]+?)\s*\}\s*,\s*['\"]([^'\"]+)['\"]\s*\)", re.IGNORECASE)
EQUALS = re.compile(r"\$\{\s*([^}]+?)\s*\}\s*==?\s*(?:['\"]([^'\"]+)['\"]|([0-9]+))")
FILTER = re.compile(r"\s*selected\(\s*\$\{\s*([^}]+?)\s*\}\s*,\s*name\s*\)\s*")
BOUND = re.compile(r"(count-selected\(\s*\.\s*\)|\.)\s*(>=|<=|==?|>|<)\s*(.+)")
ALWAYS, NEVER = ("true", "true()", "yes", "1"), ("false", "false()", "no", "0")
QUOTES = str.maketrans("‘’“”", "''\"\"")  # typed by word processors


class NotTakenError(ValueError):
    """The reason why an expression cannot be taken, as the end of a sentence."""


def is_true(cell: str) -> bool:
    return cell.strip().lower() in ALWAYS


def is_false(cell: str) -> bool:
    return cell.strip().lower() in NEVER


def _plain(expression: str) -> str:
    expression = " ".join(expression.replace("≥", ">=").replace("≤", "<=").translate(QUOTES).split())
    while expression.startswith("(") and expression.endswith(")") and _closes_at_end(expression):
        expression = expression[1:-1].strip()
    return expression


def _closes_at_end(expression: str) -> bool:
    depth = 0
    for place, letter in enumerate(expression):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return place == len(expression) - 1
    return False


def _split(expression: str, word: str) -> list[str]:
    """The parts that `word` joins outside parentheses and quotes."""
    parts, depth, start, quote = [], 0, 0, ""
    for place, letter in enumerate(expression):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif depth == 0 and expression[place : place + len(word) + 2].lower() == f" {word} ":
            parts.append(expression[start:place])
            start = place + len(word) + 2
    return [_plain(part) for part in (*parts, expression[start:])]


def relevant(
    expression: str, seen: Mapping[str, Entry], code_of: Callable[[Entry, str], str | None]
) -> tuple[list[Entry], list[str]]:
    """The conditions that must all hold, each `{item, options}`, and the reasons for what of them cannot be taken.

    `seen` are the questions taken so far by their name in the form, `code_of` gives the code of an option.
    """
    found: list[Entry] = []
    reasons: list[str] = []
    for part in [] if not expression or is_true(expression) else _split(_plain(expression), "and"):
        try:
            found.append(_alternatives(part, seen, code_of))
        except NotTakenError as error:
            reasons.append(str(error))
    return found, reasons


def _alternatives(expression: str, seen: Mapping[str, Entry], code_of: Callable[[Entry, str], str | None]) -> Entry:
    """Options of one question, any of which will do."""
    found = [_atom(part, seen, code_of) for part in _split(expression, "or")]
    if len({name for name, _ in found}) > 1:
        raise NotTakenError("it depends on this question or that one; only one earlier question can decide")
    return {"item": found[0][0], "options": list(dict.fromkeys(option for _, option in found))}


def _atom(expression: str, seen: Mapping[str, Entry], code_of: Callable[[Entry, str], str | None]) -> tuple[str, str]:
    chosen, equal = SELECTED.fullmatch(expression), EQUALS.fullmatch(expression)
    if not chosen and not equal:
        raise NotTakenError("only “selected(${question}, 'option')” and “${question} = 'option'” can be taken")
    name, option = (chosen[1], chosen[2]) if chosen else (equal[1], equal[2] or equal[3]) if equal else ("", "")
    item = seen.get(name)
    if item is None:
        raise NotTakenError(f"it depends on “{name}”, which was not taken, or comes later")
    if equal and ITEM_TYPES[item["type"]] is SelectMultipleItem:
        raise NotTakenError(f"“${{{name}}} = '{option}'” asks whether only this option was chosen")
    code = code_of(item, option)
    if code is None:
        raise NotTakenError(f"“{name}” has no option “{option}”")
    return item["name"], code


def joined(conditions: Iterable[Entry], items: Mapping[str, Entry]) -> tuple[Entry | None, list[Entry]]:
    """One condition equivalent to all of `conditions`, and those that had to be left out.

    A condition is implied by a later one if that depends on an item that is itself asked only under it. `items` are
    those taken so far, by code.
    """
    merged: dict[str, Entry] = {}
    left: list[Entry] = []
    for condition in conditions:
        old = merged.get(condition["item"])
        if old is None:
            merged[condition["item"]] = condition
            continue
        both = [option for option in old["options"] if option in condition["options"]]
        if ITEM_TYPES[items[condition["item"]]["type"]] is SelectMultipleItem and set(both) not in (
            set(old["options"]),
            set(condition["options"]),
        ):
            left.append(condition)
        elif not both:
            raise NotTakenError("its conditions exclude each other, so it is never asked")
        else:
            merged[condition["item"]] = {"item": condition["item"], "options": both}
    kept = [
        each for each in merged.values() if not any(_implies(o, each, items) for o in merged.values() if o is not each)
    ]
    return (kept[-1] if kept else None), [*kept[:-1], *left]


def _implies(condition: Entry, other: Entry, items: Mapping[str, Entry]) -> bool:
    above = items.get(condition["item"], {}).get("relevant")
    if not above:
        return False
    if above["item"] == other["item"]:
        return set(above["options"]) <= set(other["options"])
    return _implies(above, other, items)


def bounds(expression: str, cls: type[Item]) -> tuple[Entry, list[str]]:
    """({"min": ..., "max": ...}, reasons for the parts that cannot be taken) of a constraint on an item of a type."""
    found: Entry = {}
    reasons: list[str] = []
    for part in _split(_plain(expression), "and"):
        try:
            found |= _bound(part, cls)
        except NotTakenError as error:
            reasons.append(str(error))
    if "min" in found and "max" in found and found["min"] > found["max"]:
        return {}, [*reasons, "its least value is larger than its greatest"]
    return found, reasons


def _bound(expression: str, cls: type[Item]) -> Entry:
    match, how = BOUND.fullmatch(expression), BOUNDS.get(cls)
    if not match or how is None or (match[1] != ".") != how.counts:
        raise NotTakenError(f"the constraint “{expression[:80]}” is no bound of the answer")
    bound = match[3].strip()
    quoted = re.fullmatch(r"(['\"])(-?[0-9.]+)\1", bound)  # a number all the same
    value, sign = how.read(quoted[2] if quoted else bound), match[2]
    if value is None:
        raise NotTakenError(f"the bound “{match[3][:40]}” is no fixed value of this type")
    if sign in (">", "<"):
        if not isinstance(value, int):
            raise NotTakenError(
                f"the constraint “{expression[:80]}” leaves the bound itself out, which is not possible"
            )
        value += 1 if sign == ">" else -1
    names = {">=": ("min",), ">": ("min",), "<=": ("max",), "<": ("max",)}.get(sign, ("min", "max"))
    if any(not how.allows(name, value) for name in names):
        raise NotTakenError(f"the constraint “{expression[:80]}” is outside what can be answered")
    return dict.fromkeys(names, value)
