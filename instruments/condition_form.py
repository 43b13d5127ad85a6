"""A condition as a form of pick lists: all, any or none of some rows "item - operator - value", three levels deep.

The page sends the whole form for each step ("add a row", "remove", another question chosen) and gets it back, so that
it needs no script. Parts that rows cannot say are shown as a sentence, kept as they are, and can be removed.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ctnat.ui.digits import decimal_number, plain_number
from ctnat.ui.lazy import StrOrPromise
from instruments.earlier import by_section
from instruments.logic.rows import ALL, ANSWERED, DEEPEST_VIEW, NONE, OPERATORS, OPTIONS, Expression, Kind, Row, View
from instruments.logic.sentence import describe, item_label, kinds, option_choices
from instruments.logic.tree import LogicError, Tree, check
from instruments.logic.writing import number_text
from instruments.schema import Survey

ROOT = "c"
MOST_PARTS = 40  # of one group
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
JOINS = (
    (ALL, gettext_lazy("all of these")),
    ("any", gettext_lazy("any of these")),
    (NONE, gettext_lazy("none of these")),
)
WORDS: Mapping[Kind, Mapping[str, StrOrPromise]] = {
    "one": {"any_of": gettext_lazy("is"), "none_of": gettext_lazy("is not")},
    "several": {
        "any_of": gettext_lazy("includes any of"),
        "all_of": gettext_lazy("includes all of"),
        "none_of": gettext_lazy("includes none of"),
        "only": gettext_lazy("is only"),
        "count =": gettext_lazy("number chosen is"),
        "count !=": gettext_lazy("number chosen is not"),
        "count <": gettext_lazy("number chosen is less than"),
        "count <=": gettext_lazy("number chosen is at most"),
        "count >": gettext_lazy("number chosen is more than"),
        "count >=": gettext_lazy("number chosen is at least"),
    },
    "number": {
        "=": gettext_lazy("is"),
        "!=": gettext_lazy("is not"),
        "<": gettext_lazy("is less than"),
        "<=": gettext_lazy("is at most"),
        ">": gettext_lazy("is more than"),
        ">=": gettext_lazy("is at least"),
    },
    "day": {
        "=": gettext_lazy("is"),
        "!=": gettext_lazy("is not"),
        "<": gettext_lazy("is before"),
        "<=": gettext_lazy("is on or before"),
        ">": gettext_lazy("is after"),
        ">=": gettext_lazy("is on or after"),
    },
    "words": {"=": gettext_lazy("is"), "!=": gettext_lazy("is not")},
}
STATES: Mapping[str, StrOrPromise] = {
    "answered": gettext_lazy("is answered"),
    "not_answered": gettext_lazy("is not answered"),
}


KEYBOARDS = {"number": "decimal"}  # of phones


@dataclass
class Part:
    """One part as the form shows it. `kind`: row, group or kept; `name` is the prefix of its fields."""

    name: str
    kind: str
    join: str = ALL
    parts: list["Part"] = field(default_factory=list)
    item: str = ""
    operator: str = ""
    options: Sequence[str] = ()
    against: str = ""  # blank: a value; "today"; "item CODE"
    value: str = ""
    kept: Tree | None = None
    fault: str = ""

    @property
    def depth(self) -> int:
        return self.name.count("-") + 1

    @property
    def may_hold_groups(self) -> bool:
        return self.depth < DEEPEST_VIEW

    @property
    def kept_text(self) -> str:
        return json.dumps(self.kept)


class ConditionForm:
    """The form of one condition of `document`; `earlier` are the items on which it may depend.

    `own` is the item of a constraint, which is then the last of `earlier` and the one that a new row is about.
    """

    def __init__(self, document: Survey, earlier: Sequence[str], root: Part, own: str = ""):
        self.document, self.earlier, self.root, self.own = document, earlier, root, own
        self.language = document.source_language
        self.kind_of = kinds(document)

    # -- from what is stored, and from what was sent ---------------------------------------------------------------
    @classmethod
    def of(cls, document: Survey, earlier: Sequence[str], view: View, own: str = "") -> "ConditionForm":
        root = _from_view(view, ROOT)
        if not root.parts:
            root.parts.append(Part(f"{ROOT}-0", "row", item=own))
        return cls(document, earlier, root, own)

    @classmethod
    def posted(cls, document: Survey, earlier: Sequence[str], data: QueryDict, own: str = "") -> "ConditionForm":
        """The form as it was sent, after the step that its button asks for."""
        root = _from_post(data, ROOT, 1)
        step, _space, name = data.get("_do", "").partition(" ")
        for group in _groups(root):
            if step == "drop":
                group.parts = [part for part in group.parts if part.name != name]
            elif group.name == name and len(group.parts) < MOST_PARTS:
                if step == "row":
                    group.parts.append(Part("", "row", item=own))
                elif step == "group" and group.may_hold_groups:
                    group.parts.append(Part("", "group", join="any", parts=[Part("", "row", item=own)]))
        _number(root, ROOT)
        return cls(document, earlier, root, own)

    # -- what the page shows ---------------------------------------------------------------------------------------
    @property
    def joins(self) -> Sequence[tuple[str, StrOrPromise]]:
        return JOINS

    def items(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """(section, its items on which the condition may depend), each item as (code, label)."""
        return by_section(self.document, self.earlier)

    def fields(self, part: Part) -> dict[str, Any]:
        """The pick lists of a row, by the kind of its item."""
        kind = self.kind_of(part.item) if part.item in self.earlier else None
        if kind is None:
            return {}
        # A constraint is about an answer that is given.
        names = [name for name in OPERATORS[kind] if not (name in ANSWERED and part.item == self.own)]
        operators = [(name, WORDS[kind].get(name) or STATES[name]) for name in names]
        operator = part.operator if part.operator in names else names[0]
        found: dict[str, Any] = {"operators": operators, "operator": operator, "kind": kind}
        if operator in OPTIONS:
            found["options"] = option_choices(part.item, self.document, self.language)
        elif operator.startswith("count "):
            found |= {"typed": "number", "keyboard": KEYBOARDS["number"]}
        elif operator not in ANSWERED:
            found |= {"typed": kind, "keyboard": KEYBOARDS.get(kind), "against": self._against(part.item, kind)}
        return found

    def _against(self, code: str, kind: Kind) -> list[tuple[str, str]]:
        """What else than a value an item can be compared with."""
        today = [("today", _("the day of answering"))] if kind == "day" else []
        others = [other for other in self.earlier if other != code and self.kind_of(other) == kind]
        if kind == "words":
            return []
        return [
            *today,
            *((f"item {other}", item_label(other, self.document, self.language)) for other in others),
        ]

    def sentence(self, part: Part) -> str:
        return describe(part.kept, self.document, self.language)

    # -- what is stored --------------------------------------------------------------------------------------------
    def tree(self) -> Tree | None:
        """The condition; None where no row is left. Where `faults` has any, it is not to be stored."""
        view = self._view(self.root)
        return view.tree(self.kind_of)

    def faults(self) -> list[tuple[str, str]]:
        """(field, what to do) of each row that is not complete, once `tree` was asked for."""
        return [(part.name, part.fault) for part in _walk(self.root) if part.fault]

    def _view(self, group: Part) -> View:
        parts: list[Row | Expression | View] = []
        for part in group.parts:
            if part.kind == "group":
                parts.append(self._view(part))
            elif part.kind == "kept" and part.kept is not None:
                parts.append(Expression(part.kept))
            elif row := self._row(part):
                parts.append(row)
        return View(group.join, tuple(parts))

    def _row(self, part: Part) -> Row | None:
        if not part.item:
            return None
        shown = self.fields(part)
        if not shown:
            part.fault = _("Choose a question that comes before this one.")
            return None
        operator = shown["operator"]
        if operator in OPTIONS:
            offered = {name for name, _label in shown["options"]}
            options = tuple(name for name in part.options if name in offered)
            if not options or (operator == "only" and len(options) > 1):
                part.fault = _("Choose one option.") if operator == "only" else _("Choose at least one option.")
            return Row(part.item, operator, options or ("",))
        value = None
        if operator not in ANSWERED:
            value = self._value(part, shown)
        return Row(part.item, operator, value=value)

    def _value(self, part: Part, shown: Mapping[str, Any]) -> Tree:
        if part.against and part.against in dict(shown.get("against", ())):
            return ["today"] if part.against == "today" else ["item", part.against.removeprefix("item ")]
        match shown["typed"]:
            case "number":
                number = decimal_number(part.value)
                if number is None or abs(number) > 1_000_000_000:
                    part.fault = _("Write a number, such as 3.")
                    return ["num", 0]
                return ["num", int(number) if number == int(number) else float(number)]
            case "day":
                day = plain_number(part.value)
                if not DAY.fullmatch(day):
                    part.fault = _("Write a day as year-month-day, such as 2026-03-31.")
                return ["date", ["str", day]]
        if not part.value.strip():
            part.fault = _("Write what the answer is compared with.")
        return ["str", part.value.strip()]


def _from_view(view: View, name: str) -> Part:
    group = Part(name, "group", join=view.join)
    for at, part in enumerate(view.parts):
        own = f"{name}-{at}"
        if isinstance(part, View):
            group.parts.append(_from_view(part, own))
        elif isinstance(part, Expression):
            group.parts.append(Part(own, "kept", kept=part.whole))
        else:
            against, value = _value_text(part.value)
            group.parts.append(
                Part(
                    own,
                    "row",
                    item=part.item,
                    operator=part.operator,
                    options=part.options,
                    against=against,
                    value=value,
                )
            )
    return group


def _value_text(value: Tree | None) -> tuple[str, str]:
    """(what it is compared with, the value) of a row, as the form has them."""
    match value:
        case ["item", code]:
            return f"item {code}", ""
        case ["today"]:
            return "today", ""
        case ["date", ["str", text]] | ["str", text]:
            return "", str(text)
        case ["num", number]:
            return "", number_text(number)
    return "", ""


def _from_post(data: QueryDict, name: str, depth: int) -> Part:
    join = data.get(f"{name}-join", ALL)
    group = Part(name, "group", join=join if join in dict(JOINS) else ALL)
    count = data.get(f"{name}-count", "")
    for at in range(min(int(count), MOST_PARTS) if re.fullmatch(r"[0-9]{1,3}", count) else 0):
        own = f"{name}-{at}"
        kind = data.get(f"{own}-kind", "")
        if kind == "group" and depth < DEEPEST_VIEW:
            group.parts.append(_from_post(data, own, depth + 1))
        elif kind == "kept":
            group.parts.append(Part(own, "kept", kept=_kept(data.get(f"{own}-kept", ""))))
        elif kind == "row":
            row = Part(own, "row", options=data.getlist(f"{own}-options")[:500])
            for key in ("item", "operator", "against", "value"):
                setattr(row, key, data.get(f"{own}-{key}", "")[:5_000])
            group.parts.append(row)
    return group


def _kept(text: str) -> Tree | None:
    try:
        return check(json.loads(text))
    except (ValueError, RecursionError, LogicError):
        return None


def _walk(part: Part) -> list[Part]:
    return [part, *(each for inner in part.parts for each in _walk(inner))]


def _groups(root: Part) -> list[Part]:
    return [part for part in _walk(root) if part.kind == "group"]


def _number(group: Part, name: str) -> None:
    """Name the parts by their places, after one was added or removed."""
    group.name = name
    group.parts = [part for part in group.parts if part.kind != "kept" or part.kept is not None]
    for at, part in enumerate(group.parts):
        part.name = f"{name}-{at}"
        if part.kind == "group":
            _number(part, part.name)
