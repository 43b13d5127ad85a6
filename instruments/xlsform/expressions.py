"""The expressions of an XLSForm as trees about items: conditions, calculations, constraints.

Names of the form become codes of items, calculations are put in where they are used, and names of options become their
codes. What cannot be taken raises `NotTakenError`, which gives the reason.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from random import Random
from typing import Any

from django.utils.translation import gettext_noop

from instruments.item_types import BOUNDS
from instruments.logic.evaluate import OWN, holds
from instruments.logic.grammar import parse, parse_condition
from instruments.logic.rows import TURNED
from instruments.logic.tree import (
    ALWAYS,
    MOST_CHARACTERS,
    NEVER,
    LogicError,
    Tree,
    all_of,
    is_true_or_false,
    joined_by_and,
    options_named,
    rebuilt,
    references,
    replace,
    simplified,
)
from instruments.logic.writing import number_text, write
from instruments.schema import Item
from instruments.schema.base import TEXT_LIMIT
from instruments.schema.items import TextItem

Entry = dict[str, Any]
YES, NO = ("true", "true()", "yes", "1"), ("false", "false()", "no", "0")
TRIES = 200  # random answers on which an explanation of a constraint is checked
MOST_EXPLAINED = 60  # options; each pair of them is tried
SOME_DAY = date(2000, 1, 1)  # what is explained does not depend on the day


class NotTakenError(ValueError):
    """Why an expression cannot be taken: a template, marked for translation, and its values."""

    def __init__(self, reason: str, **values: Any):
        self.reason, self.values = reason, {name: str(value) for name, value in values.items()}
        super().__init__(reason)


def is_true(cell: str) -> bool:
    return cell.strip().lower() in YES


def is_false(cell: str) -> bool:
    return cell.strip().lower() in NO


@dataclass
class Names:
    """What the names of a form mean, as far as its rows have been read.

    `trees`: name -> the answer to an item, or the tree of a calculation; `refused`: name -> why it has none.
    `options_of` gives the codes of the options of an item by their names in the form, None if it has no options;
    `later` are the names of the rows that were not read yet.
    """

    trees: dict[str, Tree]
    refused: dict[str, NotTakenError]
    later: set[str]
    options_of: Callable[[str], Mapping[str, str] | None]
    alike: dict[str, str] = field(default_factory=dict)  # option as an expression writes it -> as the form calls it

    def condition(self, text: str) -> tuple[Tree | None, "NotTakenError | None", str]:
        """(the condition, why a part of it is missing, that part as text). None is always."""
        taken: list[Tree] = []
        missing: list[str] = []
        reason: NotTakenError | None = None
        for part, unread in parts_of(text):
            try:
                if isinstance(unread, NotTakenError):
                    raise unread
                taken.append(self.resolved(part))
            except NotTakenError as error:
                missing.append(unread if isinstance(unread, str) else str(unread.values["text"]))
                reason = reason or error
        taken = [tree for tree in taken if tree != ["true"]]
        return all_of(taken), reason, " and ".join(missing) if taken else text

    def resolved(self, tree: Tree) -> Tree:
        """A condition about items. Raises `NotTakenError`, also where it would never hold or is none."""
        found = self.value(tree)
        if not is_true_or_false(found):
            raise NotTakenError(
                gettext_noop("It is a value, and does not say when it holds; programs understand that differently.")
            )
        return self.with_options(found)

    def value(self, tree: Tree) -> Tree:
        """A tree about items. Raises `NotTakenError`."""
        try:
            return replace(tree, self._meaning)
        except LogicError as error:
            raise _unread(error) from None

    def _meaning(self, name: str) -> Tree:
        if name in self.trees:
            return self.trees[name]
        if name in self.refused:
            raise self.refused[name]
        if name in self.later:
            raise NotTakenError(gettext_noop("It depends on “{name}”, which comes after it."), name=name)
        raise NotTakenError(gettext_noop("It depends on “{name}”, which is not in the form."), name=name)

    def with_options(self, tree: Tree, *, strict: bool = True) -> Tree:
        """With the codes of options. What asks for an option that an item does not have never holds.

        Raises `NotTakenError`; where the whole never or always holds therefore, only if `strict`.
        """
        unknown: list[tuple[str, str]] = []

        def changed(part: Tree) -> Tree | None:
            if part[0] not in ("selected", "=", "!=") or sorted((part[1][0], part[2][0])) != ["item", "str"]:
                return None
            item, name = (side[1] for side in sorted(part[1:], key=lambda side: side[0]))
            options = self.options_of(item)
            if options is None:
                if part[0] == "selected":
                    reason = gettext_noop("It asks for an option of “{name}”, which has no options.")
                    raise NotTakenError(reason, name=item)
                return part
            codes = [self._option_called(word, options) for word in name.split()]
            if None in codes:
                unknown.append((item, name))
                return ALWAYS if part[0] == "!=" else NEVER
            text = ["str", " ".join(str(code) for code in codes)]
            return [part[0], *(text if side[0] == "str" else side for side in part[1:])]

        found = simplified(rebuilt(tree, changed)) if any(True for _ in options_named(tree)) else tree
        if strict and unknown and found in (ALWAYS, NEVER):
            item, name = unknown[0]
            raise NotTakenError(
                gettext_noop("It asks for the option “{option}”, which “{name}” does not have."), option=name, name=item
            )
        return found

    def _option_called(self, word: str, options: Mapping[str, str]) -> str | None:
        """The code of an option by its name in the form, or by one that differs from it in capitals only."""
        if (code := options.get(word)) is not None:
            return code
        names = [name for name in options if name.casefold() == word.casefold()]
        if len({options[name] for name in names}) != 1:
            return None
        self.alike[word] = names[0]
        return options[names[0]]

    def calculation(self, text: str, condition: Tree | None) -> tuple[Tree, Tree]:
        """What a calculation gives, and the same with its condition, without which it is blank.

        Raises `NotTakenError`.
        """
        try:
            given = self.value(parse(text))
            return given, given if condition is None else replace(["if", condition, given, ["str", ""]], {})
        except LogicError as error:
            raise _unread(error) from None


def parts_of(text: str, *, own: bool = False) -> list[tuple[Tree, "str | NotTakenError"]]:
    """The parts of a condition that must all hold, each with its text, or with the reason why it cannot be read.

    Where the whole cannot be read, each part that “and” joins is tried by itself.
    """
    try:
        whole = parse_condition(text) if is_true(text) or is_false(text) else parse(text, own=own)
        return [(part, write(part)) for part in joined_by_and(whole)]
    except LogicError as error:
        pieces = _pieces(text) if len(text) <= MOST_CHARACTERS else []
        if len(pieces) < 2:
            reason = gettext_noop("It cannot be understood: {why}.")
            return [(["true"], NotTakenError(reason, why=error, text=text))]
    return [part for piece in pieces for part in parts_of(piece, own=own)]


def _pieces(text: str) -> list[str]:
    """The parts that “and” joins outside parentheses and quotation marks."""
    found = [""]
    depth, quote = 0, ""
    for word in re.split(r"(['\"()]|(?<=[\s)])and(?=[\s(]))", text, flags=re.IGNORECASE):
        if word in ("'", '"') and quote in ("", word):
            quote = "" if quote else word
        elif word in ("(", ")") and not quote:
            depth += 1 if word == "(" else -1
        if word.lower() == "and" and not quote and depth == 0:
            found.append("")
        else:
            found[-1] += word
    return [piece.strip() for piece in found if piece.strip()]


def _unread(error: LogicError) -> NotTakenError:
    return NotTakenError(gettext_noop("It cannot be understood: {why}."), why=error)


def any_of(tree: Tree, code: str) -> Sequence[str]:
    """The options of an item that a condition asks for, if it asks for any of them and nothing else."""
    parts = tree[1:] if tree[0] == "or" else [tree]
    found = []
    for part in parts:
        match part:
            case [("selected" | "="), ["item", item], ["str", option]] if item == code:
                found.append(str(option))
            case _:
                return ()
    return found


# -- constraints -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Constraint:
    """`fields`: `min` and `max`; `alone`: options that exclude all others; `rest`: what of it these do not say."""

    fields: Entry
    alone: Sequence[str] = ()
    rest: Tree | None = None


def constraint(tree: Tree, cls: type[Item], options: Sequence[str]) -> Constraint:
    """What a constraint on an item of a type means. `options` are the codes that it offers."""
    if cls is TextItem:
        return _of_text(tree)
    how = BOUNDS.get(cls)
    if how is None:
        return Constraint({}, rest=tree)
    if how.counts:
        found = None if references(tree) else explain(tree, options)
        if found is None:
            return Constraint({}, rest=tree)
        alone, least, most = found
        offered = len(options) - len(alone)
        sizes = ({"min": least} if least > 1 else {}) | ({"max": most} if most < offered else {})
        return Constraint(sizes, alone)
    fields: Entry = {}
    rest: list[Tree] = []
    for part in joined_by_and(tree):
        bound = _bound(part, cls)
        if bound is None or any(name in fields and fields[name] != value for name, value in bound.items()):
            rest.append(part)
        else:
            fields |= bound
    if "min" in fields and "max" in fields and fields["min"] > fields["max"]:
        return Constraint({}, rest=tree)
    return Constraint(fields, rest=all_of(rest))


def _of_text(tree: Tree) -> Constraint:
    """How long a text is, at least and at most."""
    fields: Entry = {}
    rest: list[Tree] = []
    for part in joined_by_and(tree):
        match part:
            case [sign, ["num", number], ["string-length", ["own"]]] if sign in TURNED:
                part = [TURNED[sign], ["string-length", ["own"]], ["num", number]]
        match part:
            case [(">=" | ">" | "<=" | "<" | "=") as sign, ["string-length", ["own"]], ["num", int(number)]]:
                number += {">": 1, "<": -1}.get(sign, 0)
                names = {">=": ("min_length",), ">": ("min_length",), "<=": ("max_length",), "<": ("max_length",)}
                found = dict.fromkeys(names.get(sign, ("min_length", "max_length")), number)
                if 1 <= number <= TEXT_LIMIT and not fields.keys() & found.keys():
                    fields |= found
                    continue
        rest.append(part)
    if fields.get("min_length", 1) > fields.get("max_length", TEXT_LIMIT):
        return Constraint({}, rest=tree)
    return Constraint(fields, rest=all_of(rest))


def _bound(tree: Tree, cls: type[Item]) -> Entry | None:
    """`{"min": 1}` of `. >= 1`; None where it is no bound that an item of the type takes."""
    if tree[0] not in TURNED or tree[0] == "!=":
        return None
    sign, left, right = tree
    if right == ["own"]:
        sign, left, right = TURNED[sign], right, left
    how = BOUNDS[cls]
    written = _literal(right)
    value = how.read(written) if left == ["own"] and written is not None else None
    if value is None:
        return None
    if sign in ("<", ">"):
        if not how.whole:
            return None
        value += 1 if sign == ">" else -1
    names = {">=": ("min",), ">": ("min",), "<=": ("max",), "<": ("max",)}.get(sign, ("min", "max"))
    return dict.fromkeys(names, value) if all(how.allows(name, value) for name in names) else None


def _literal(tree: Tree) -> str | None:
    """A value as `Bounds.read` takes it."""
    match tree:
        case ["num", number]:
            return number_text(number)
        case ["str", str(text)]:
            return text if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else f"'{text}'"
        case ["date", ["str", day]]:
            return f"'{day}'"
    return None


def explain(tree: Tree, options: Sequence[str]) -> tuple[list[str], int, int] | None:
    """What a constraint on a multiple choice means: (options that exclude the others, fewest, most choices).

    It is found by trying, and checked on each single option, each pair and random choices. None: it says more.
    """
    if not 1 <= len(options) <= MOST_EXPLAINED:
        return None

    def ok(*chosen: str) -> bool:
        return holds(tree, {OWN: list(chosen)}, SOME_DAY)

    alone = []
    if len(options) > 2:
        alone = [
            one for one in options if ok(one) and not any(ok(*_pair(one, x, options)) for x in options if x != one)
        ]
    rest = [option for option in options if option not in alone]
    sizes = [size for size in range(1, len(rest) + 1) if ok(*rest[:size])]
    least, most = (min(sizes), max(sizes)) if sizes else (1, 0)

    def says(chosen: Iterable[str]) -> bool:
        found = set(chosen)
        return len(found) == 1 if found & set(alone) else least <= len(found) <= most

    chance = Random(1)  # noqa: S311 - the same tries each time
    tries = [[one] for one in options] + [list(pair) for pair in combinations(options, 2)]
    tries += [chance.sample(list(options), chance.randint(1, len(options))) for _ in range(TRIES)]
    return (alone, least, most) if all(says(each) == ok(*each) for each in tries) else None


def _pair(one: str, other: str, options: Sequence[str]) -> tuple[str, ...]:
    """Both, in the order of the form."""
    return tuple(option for option in options if option in (one, other))
