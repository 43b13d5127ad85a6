"""Who is asked, for people who read the questionnaire: on paper, and on the page where no script shows and hides."""

from ctnat.ui.formats import format_list
from instruments import words
from instruments.logic.rows import Row, view
from instruments.logic.sentence import kinds, option_labels, options_by_condition
from instruments.logic.tree import Tree, references
from instruments.schema import Item, Survey


def routing_line(tree: Tree | None, document: Survey, language: str) -> str:
    """Which answers lead to what the condition is about, in a language of the questionnaire; blank: it is for all."""
    if tree is None or not references(tree):
        return ""
    shown = view(tree, kinds(document)).parts
    row = shown[0] if len(shown) == 1 else None
    if isinstance(row, Row) and row.operator == "any_of":
        options = " / ".join(option_labels(row.item, row.options, document, language))
        return words.shown("only_if", language, item=row.item, options=options)
    return words.shown("only_if_certain", language, items=", ".join(references(tree)))


def offer_lines(item: Item, document: Survey, language: str) -> list[str]:
    """Which options of an item are offered on which answers, one line per condition; of the others nothing is said."""
    offered = options_by_condition(item, document, language, lambda tree: routing_line(tree, document, language))
    return [f"{format_list(options, language)} – {line}" for line, options in offered.items()]
