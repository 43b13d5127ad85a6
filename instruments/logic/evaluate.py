"""A tree and the answers so far -> a value, by the rules of XPath 1.0. `static/js/logic.js` does the same.

- An answer is text: a blank one is "", several options are their codes joined by spaces. So `${m} = 'a'` holds where
  only a was chosen, and `selected(${m}, 'a')` where a is among what was chosen.
- `=` and `!=` compare numbers where one side is a number, truth where one side is true or false, else texts. `<` and
  the like always compare numbers. A blank is no number: nothing is equal to it, larger or smaller, and `!=` holds.
- A date is text such as "2026-03-31". As a number it is the days since 1 January 1970.
"""

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from instruments.logic.patterns import fits
from instruments.logic.tree import Tree
from instruments.logic.writing import number_text

Value = str | float | bool
SPACE = " \t\r\n"
NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)
DAY = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}", re.ASCII)
EPOCH = date(1970, 1, 1).toordinal()
FIRST_DAY, LAST_DAY = date(1000, 1, 1).toordinal() - EPOCH, date(9999, 12, 31).toordinal() - EPOCH
NAN = math.nan
OWN = "."  # the key under which `answers` has the answer that a constraint is about


def holds(tree: Tree | None, answers: Mapping[str, Any], today: date) -> bool:
    """Whether the condition holds; without one, it always does."""
    return tree is None or truth(evaluate(tree, answers, today))


def evaluate(tree: Tree, answers: Mapping[str, Any], today: date) -> Value:
    """The value of a tree. `answers` maps codes to clean answers, and OWN to the answer a constraint is about."""
    head, *parts = tree
    match head:
        case "num":
            return float(parts[0])
        case "str":
            return str(parts[0])
        case "item":
            return answer_text(answers.get(parts[0]))
        case "own":
            return answer_text(answers.get(OWN))
        case "and":
            return all(truth(evaluate(part, answers, today)) for part in parts)
        case "or":
            return any(truth(evaluate(part, answers, today)) for part in parts)
        case "if":
            wanted = parts[1] if truth(evaluate(parts[0], answers, today)) else parts[2]
            return evaluate(wanted, answers, today)
        case "today":
            return today.isoformat()
        case "true":
            return True
        case "false":
            return False
    given = [evaluate(part, answers, today) for part in parts]
    if head in ("=", "!="):
        return _equal(given[0], given[1]) is (head == "=")
    if head in ("<", "<=", ">", ">="):
        return _ordered(head, number(given[0]), number(given[1]))
    if head in ("+", "-", "*", "div", "mod"):
        return _counted(head, number(given[0]), number(given[1]))
    return _called(head, given)


def answer_text(answer: Any) -> str:
    """A stored answer as text."""
    if answer is None:
        return ""
    if isinstance(answer, list | tuple):
        return " ".join(str(part) for part in answer)
    return number_text(answer) if isinstance(answer, int | float) else str(answer)


def truth(value: Value) -> bool:
    return value != "" if isinstance(value, str) else bool(value) and value == value


def number(value: Value) -> float:
    if not isinstance(value, str):
        return float(value)
    stripped = value.strip(SPACE)
    if NUMBER.fullmatch(stripped):
        return float(stripped)
    day = _day(stripped)
    return NAN if day is None else float(day.toordinal() - EPOCH)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if DAY.fullmatch(written) else None
    except ValueError:
        return None


def string(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else number_text(value)


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) == truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return number(left) == number(right)
    return left == right


def _ordered(sign: str, left: float, right: float) -> bool:
    match sign:
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


def _counted(sign: str, left: float, right: float) -> float:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "div" if right:
            return left / right
        case "div":
            return NAN if not left or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)
        case _:
            return NAN if not right or math.isinf(left) or math.isnan(left + right) else math.fmod(left, right)


def _whole(value: float, how: Any) -> float:
    return float(how(value)) if math.isfinite(value) else value


def _called(name: str, given: list[Value]) -> Value:
    match name:
        case "selected":
            return string(given[1]).strip(SPACE) in _words(given[0])
        case "count-selected":
            return float(len(_words(given[0])))
        case "not":
            return not truth(given[0])
        case "boolean":
            return truth(given[0])
        case "number":
            return number(given[0])
        case "neg":
            return -number(given[0])
        case "string":
            return string(given[0])
        case "int":
            return _whole(number(given[0]), math.trunc)
        case "round":
            return _whole(number(given[0]), lambda value: math.floor(value + 0.5))
        case "floor":
            return _whole(number(given[0]), math.floor)
        case "ceiling":
            return _whole(number(given[0]), math.ceil)
        case "abs":
            return abs(number(given[0]))
        case "min" | "max":
            numbers = [number(value) for value in given]
            return NAN if any(map(math.isnan, numbers)) else min(numbers) if name == "min" else max(numbers)
        case "coalesce":
            return given[0] if string(given[0]) else given[1]
        case "date":
            return _date(given[0])
    return _on_texts(name, [string(value) for value in given])


def _words(value: Value) -> list[str]:
    return [word for word in re.split(r"[ \t\r\n]+", string(value)) if word]


def _date(value: Value) -> str:
    days = number(value)
    if math.isnan(days) or not FIRST_DAY <= days < LAST_DAY + 1:
        return ""
    return date.fromordinal(math.floor(days) + EPOCH).isoformat()


def _on_texts(name: str, given: list[str]) -> Value:
    match name:
        case "fits":  # of rules that types have by themselves; no tree that is stored has it
            return fits(given[0], given[1])
        case "concat":
            return "".join(given)
        case "contains":
            return given[1] in given[0]
        case "starts-with":
            return given[0].startswith(given[1])
        case "ends-with":
            return given[0].endswith(given[1])
        case "substring-before":
            return given[0].partition(given[1])[0] if given[1] and given[1] in given[0] else ""
        case "substring-after":
            return (given[0].partition(given[1])[2] if given[1] else given[0]) if given[1] in given[0] else ""
        case "string-length":
            return float(len(given[0]))
        case "normalize-space":
            return " ".join(_words(given[0]))
        case "translate":
            table: dict[int, str | None] = {}
            for place, letter in enumerate(given[1]):
                table.setdefault(ord(letter), given[2][place] if place < len(given[2]) else None)
            return given[0].translate(table)
    raise ValueError(f"{name} is no function")
