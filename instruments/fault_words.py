"""The faults of a definition in the language of who reads them.

`instruments.schema` knows no language: it writes its faults in English, each after the path of its place. The texts are
listed here again, marked for translation. A fault that is not listed is shown as it is.
"""

from collections.abc import Iterable

from django.utils.translation import gettext_noop as N_

from ctnat.ui.stored import shown_text, stored_text
from instruments.schema import DefinitionError

TEXTS = (
    N_("is missing"),
    N_("is empty"),
    N_("is not a field of this definition; remove it or correct its name"),
    N_("must be a code of up to 40 letters, digits, dots, dashes and underscores"),
    N_("must be text; put it in quotes"),
    N_("must be a map of fields"),
    N_("must be a list"),
    N_("must be true or false"),
    N_("must be a whole number"),
    N_("is too large a number"),
    N_("does not belong to an item of this type; remove it, or choose another type"),
    N_("needs {n} entries or more"),
    N_("must be {n} or more"),
    N_("must be {n} or less"),
    N_("must be one of {known}"),
    N_("the type of a row of a matrix must be select_one or select_multiple"),
    N_("needs a text in {language}"),
    N_("is longer than {n} characters in {language}"),
    N_("holds a control character in {language}"),
    N_("{language} is no language code"),
    N_("takes its options from more than one place; keep one of options, source, choices_of, scale"),
    N_("asks for more choices than it has options"),
    N_("is a ranking, which offers all of its options; remove offered_if"),
    N_("ranks nothing: it needs options"),
    N_("needs `ranks`, at most as many as it has options"),
    N_("needs two to {n} numbers from min to max"),
    N_("min_length is larger than max_length"),
    N_("must be a number, such as 2.5"),
    N_("must be a date such as 2026-03-31"),
    N_("{field} has more than {n} digits after the decimal sign"),
    N_("min is later than max"),
    N_("min is larger than max"),
    N_("is a scale, which offers all of its points; remove offered_if"),
    N_("neutral point {name} is not one of its points"),
    N_("needs a scale, or options of which several may be chosen"),
    N_("item {code} has the code of the free text beside {other}; give it another"),
    N_("item {code} uses scale {scale}, which is not defined"),
    N_("item {code} is a row of a matrix, which gives it its options"),
    N_("item {code} needs options"),
    N_("{place} depends on option {option} of {code}, which does not exist"),
    N_("{place} depends on {code}, which does not come before it"),
    N_("{place} depends on {code}, which offers no options"),
    N_("{place} quotes the answer to {code}, which does not come before it"),
    N_("item {name} is used twice"),
    N_("section {name} is used twice"),
    N_("option {name} is used twice"),
    N_("question {name} is used twice"),
    N_("criterion {name} is used twice"),
    N_("category {name} is used twice"),
    N_("scale {name} is used twice"),
    N_("point {name} is used twice"),
    N_("profile {name} is used twice"),
    N_("unknown placeholder {{{name}}} in {language}"),
    N_("quotes an answer wrongly in {language}: write {{answer:CODE}}, with the code of the item"),
    N_("only a survey quotes earlier answers; take {{answer:{code}}} out"),
    N_("only sections and items quote earlier answers; take {{answer:...}} out of its other texts"),
    N_("{place} quotes the answer to {code} in {field}, where no answer can be shown"),
    N_("has rows of another type: with a scale one answer is chosen, with options several"),
    N_("has an option that asks for free text or is not always offered; ask a question of its own"),
    N_("row {code} asks for more choices than there are options"),
    N_("this field is required."),
    N_("write a whole number, such as 3."),
    N_("write a number, such as 2.5."),
    N_("write a day as year-month-day, such as 2026-03-31."),
)
for text in TEXTS:
    stored_text(text)


def shown_faults(error: DefinitionError) -> list[str]:
    return [shown_fault(fault) for fault in error.faults]


def shown_field_faults(faults: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """As `shown_faults`, of (field, fault)."""
    return [(field, shown_fault(fault)) for field, fault in faults]


def shown_fault(fault: str) -> str:
    """A fault in the member's language; the path before it is the same in all."""
    path, text = "", fault
    while (shown := shown_text(text)) == text and ": " in text:
        before, _, text = text.partition(": ")
        path += f"{before}: "
    return fault if shown == text else path + shown
