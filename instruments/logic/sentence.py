"""A tree as a sentence, in the language of the page; the labels of options in a language of the questionnaire."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ctnat.ui.countries import country_choices
from instruments.item_types import condition_kind, has_countries
from instruments.logic.rows import ALL, NONE, Expression, Kind, Row, View, view
from instruments.logic.tree import Tree, own_as_item
from instruments.logic.writing import number_text, write
from instruments.schema import DONT_KNOW, Item, Survey

LONGEST_LABEL = 60  # characters


def describe(tree: Tree | None, document: Survey, language: str) -> str:
    """What must hold, without a full stop: `2.1 “Type of country” includes “Origin” or “Transit”`. Blank: always.

    Parts that have no words of their own are shown as an expression.
    """
    return "" if tree is None else _view(view(tree, kinds(document)), document, language, outer=True)


def asked_only_if(tree: Tree | None, document: Survey, language: str) -> str:
    """`describe` as a whole sentence; blank: asked of everybody."""
    condition = describe(tree, document, language)
    return _("Asked only if {condition}.").format(condition=condition) if condition else ""


def offered_only_if(item: Item, document: Survey, language: str) -> list[str]:
    """Which options of an item are offered on which answers, one sentence per condition; of the others nothing."""
    offered = options_by_condition(item, document, language, lambda tree: describe(tree, document, language))
    return [
        _("{options}: offered only if {condition}.").format(
            options=_and([f"“{option}”" for option in options]), condition=condition
        )
        for condition, options in offered.items()
    ]


def options_by_condition(
    item: Item, document: Survey, language: str, in_words: Callable[[Tree], str]
) -> dict[str, list[str]]:
    """Condition in words -> the options of an item that are offered on it; without those that are always offered."""
    filters = document.filters(item)
    found: dict[str, list[str]] = {}
    for option in document.options(item):
        if option.name in filters and (condition := in_words(filters[option.name])):
            found.setdefault(condition, []).append(option.text.translate(language))
    return found


def allowed_only_if(item: Item, document: Survey, language: str) -> str:
    """The constraint of an item as a whole sentence; blank: it has none."""
    if item.constraint is None:
        return ""
    return _("Allowed only if {condition}.").format(
        condition=describe(own_as_item(item.constraint, item.name), document, language)
    )


def kinds(document: Survey) -> Callable[[str], Kind | None]:
    """The kind of each item of `document`, as far as conditions are concerned."""

    def kind_of(code: str) -> Kind | None:
        item = document.by_name.get(code)
        return condition_kind(item) if item else None

    return kind_of


def _view(shown: View, document: Survey, language: str, *, outer: bool = False) -> str:
    parts = [_part(part, document, language) for part in shown.parts]
    if shown.join == NONE:
        text = _("not true: {conditions}").format(conditions=_or(parts))
        return text if outer else f"({text})"
    text = _and(parts) if shown.join == ALL else _or(parts)
    return text if outer or len(parts) == 1 else f"({text})"


def _and(parts: list[str]) -> str:
    return _(" and ").join(parts)


def _or(parts: list[str]) -> str:
    return _(" or ").join(parts)


def _part(part: Row | Expression | View, document: Survey, language: str) -> str:
    if isinstance(part, View):
        return _view(part, document, language)
    if isinstance(part, Expression):
        fixed = {"true": _("always"), "false": _("never")}
        return fixed.get(part.whole[0]) or write(part.whole)
    return _row(part, document, language)


def _row(row: Row, document: Survey, language: str) -> str:
    item = item_label(row.item, document, language)
    match row.operator:
        case "answered":
            return _("{item} is answered").format(item=item)
        case "not_answered":
            return _("{item} is not answered").format(item=item)
    if row.options:
        return _of_options(row, item, document, language)
    value = value_text(row.value or ["str", ""], document, language)
    if row.operator.startswith("count "):
        return _counted(row.operator.removeprefix("count "), item, int(row.value[1]) if row.value else 0)
    words = {
        "=": _("{item} is {value}"),
        "!=": _("{item} is not {value}"),
        "<": _("{item} is less than {value}"),
        "<=": _("{item} is {value} or less"),
        ">": _("{item} is more than {value}"),
        ">=": _("{item} is {value} or more"),
    }
    days = {
        "=": _("{item} is {value}"),
        "!=": _("{item} is not {value}"),
        "<": _("{item} is before {value}"),
        "<=": _("{item} is {value} or earlier"),
        ">": _("{item} is after {value}"),
        ">=": _("{item} is {value} or later"),
    }
    chosen = days if kinds(document)(row.item) == "day" else words
    return chosen[row.operator].format(item=item, value=value)


def _of_options(row: Row, item: str, document: Survey, language: str) -> str:
    several = kinds(document)(row.item) == "several"
    found = [f"“{label}”" for label in option_labels(row.item, row.options, document, language)]
    match row.operator:
        case "any_of":
            words = _("{item} includes {options}") if several else _("{item} is {options}")
        case "none_of":
            words = _("{item} does not include {options}") if several else _("{item} is not {options}")
        case "all_of":
            return _("{item} includes {options}").format(item=item, options=_and(found))
        case _:
            words = _("{item} is only {options}")
    return words.format(item=item, options=_or(found))


def _counted(sign: str, item: str, number: int) -> str:
    match sign:
        case "=":
            words = ngettext(
                "exactly {n} option is chosen in {item}", "exactly {n} options are chosen in {item}", number
            )
        case "!=":
            words = ngettext(
                "another number than {n} option is chosen in {item}",
                "another number than {n} options are chosen in {item}",
                number,
            )
        case "<" | "<=":
            number -= sign == "<"
            words = ngettext(
                "at most {n} option is chosen in {item}", "at most {n} options are chosen in {item}", number
            )
        case _:
            number += sign == ">"
            words = ngettext(
                "at least {n} option is chosen in {item}", "at least {n} options are chosen in {item}", number
            )
    return words.format(n=number, item=item)


def item_label(code: str, document: Survey, language: str) -> str:
    """An item by its code and the beginning of its text."""
    item = document.by_name.get(code)
    return f"{code} “{_short(item, language)}”" if item else code


def _short(item: Item, language: str) -> str:
    text = item.label.translate(language)
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1].rstrip() + "…"


def option_labels(code: str, names: tuple[str, ...], document: Survey, language: str) -> list[str]:
    labels = dict(option_choices(code, document, language))
    return [labels.get(name, name) for name in names]


def option_choices(code: str, document: Survey, language: str) -> list[tuple[str, str]]:
    """(code, label) of what can be chosen in an item, "don't know" last."""
    item = document.by_name.get(code)
    if item is None:
        return []
    if has_countries(item):
        return list(country_choices(language))
    found = [(option.name, option.text.translate(language)) for option in document.options(item)]
    words = document.dont_know(item)
    if words:
        found.append((DONT_KNOW, _("Don’t know") if words is True else words.translate(language)))
    return found


def value_text(value: Tree, document: Survey, language: str) -> str:
    """The value that an item is compared with."""
    match value:
        case ["item", code]:
            return item_label(code, document, language)
        case ["num", number]:
            return number_text(number)
        case ["str", text]:
            return f"“{text}”"
        case ["date", ["str", day]]:
            return str(day)
        case ["today"]:
            return _("the day of answering")
    return write(value)
