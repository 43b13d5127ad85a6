"""What columns, values and faults are called on the pages of an import."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from ctnat.ui.countries import country_choices
from instruments.schema import DONT_KNOW, Item, Survey
from surveys.importing.answers import CHOSEN, KEEP_WORDS, LEAVE_OUT, NOT_CHOSEN, Fault, ValueQuestion
from surveys.importing.headings import Headings
from surveys.importing.targets import LANGUAGE, OUT, SOURCE, Target, target_of
from surveys.item_types import answer_kind, has_countries, places_of
from surveys.questionnaire.paper_entry import dont_know_label

LONGEST = 90  # characters of a label in a list


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def option_labels(document: Survey, item: Item) -> list[tuple[str, str]]:
    """(option, label) in the order of the form, don't know last."""
    if has_countries(item):
        found = country_choices()
    else:
        found = [(option.name, str(option.label)) for option in document.options(item)]
    if document.dont_know(item) and DONT_KNOW not in {name for name, _ in found}:
        found = [*found, (DONT_KNOW, dont_know_label(document, item))]
    return found


def target_in_words(document: Survey, target: Target) -> str:
    """What a person reads and chooses, different for each target."""
    if not target.item:
        return {OUT: _("Leave out"), LANGUAGE: _("Language of the form"), SOURCE: _("How the form came")}[target]
    item = document.by_name[target.item]
    match target.kind:
        case "option":
            label = dict(option_labels(document, item)).get(target.part, target.part)
            return f"{item.name} › {_short(label)} ({target.part})"
        case "place":
            return _("{item} › place {place}").format(item=item.name, place=target.part)
        case "other":
            return _("{item} › words beside “other”").format(item=item.name)
        case _:
            return f"{item.name} {_short(str(item.text))}"


def offered_targets(document: Survey) -> Iterator[Target]:
    """Everything that a column may be, in the order of the form."""
    yield OUT
    for item in document.items:
        yield Target("item", item.name)
        for place in range(1, places_of(item) + 1):
            yield Target("place", item.name, str(place))
        if answer_kind(item) in ("several", "ranked") and not has_countries(item):
            for name, _label in option_labels(document, item):
                yield Target("option", item.name, name)
        if item.open_options:
            yield Target("other", item.name)
    yield LANGUAGE
    yield SOURCE


def targets_by_words(document: Survey) -> dict[str, Target]:
    """What a person reads and chooses -> the target, in the order of the form."""
    return {" ".join(target_in_words(document, target).split()): target for target in offered_targets(document)}


def target_from_words(headings: Headings, known: Mapping[str, Target], text: str) -> Target | None:
    """The target that a person chose or typed: its words, or the name of a question; None where it is neither.

    `known`: `targets_by_words` of the document.
    """
    plain = " ".join(text.split())
    if found := known.get(plain) or target_of(headings.document, plain):
        return found
    named = headings.by_name(plain)
    return next(iter(named)) if len(named) == 1 else None


def meanings(document: Survey, question: ValueQuestion) -> list[tuple[str, str]]:
    """(value of the field, words) of what a value may mean."""
    item = document.by_name[question.item]
    if question.is_tick:
        return [(CHOSEN, _("Chosen")), (NOT_CHOSEN, _("Not chosen"))]
    opened = sorted(item.open_options)
    labels = dict(option_labels(document, item))
    words = [(KEEP_WORDS, _("Keep as words beside “{option}”").format(option=labels[opened[0]]))] if opened else []
    return [*words, (LEAVE_OUT, _("Leave blank (skipped)")), *labels.items()]


def fault_in_words(fault: Fault) -> str:
    match fault.code:
        case "columns_differ":
            return _("Two columns of the same question say different things: “{value}”. Leave one of them out.").format(
                value=fault.value[:60]
            )
        case "not_this_calendar":
            return _(
                "“{value}” cannot be read as a day of this calendar. Correct it in the file, such as 2026-03-31."
            ).format(value=fault.value[:60])
        case _:
            return _("It is not decided what “{value}” means. Go back to the values.").format(value=fault.value[:60])
