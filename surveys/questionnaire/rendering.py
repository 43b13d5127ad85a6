"""The questionnaire as pages for respondents: built from its document, without a Django form, cached per version.

`questions` is the heavy part (some 500 inputs). Blank, it is kept in this process for each version, language and set of
contacts; where a form is shown again (an error, another language, a saved form) only answered questions are rendered
anew.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ctnat.ui.countries import country_choices
from ctnat.ui.foreign import in_page
from ctnat.ui.formats import format_moment, month_names
from ctnat.ui.overlays import current_overlay
from ctnat.ui.words import has_gaps
from instruments import schema
from instruments.logic.routing import offer_lines, routing_line
from instruments.logic.tree import Tree
from instruments.rules import alone_options, rules_of, told, told_of_options
from instruments.schema import DONT_KNOW
from surveys.item_types import choices_of, ends, has_countries, widget, widget_context
from surveys.models import Survey
from surveys.questionnaire.documents import document_of, version_key
from surveys.questionnaire.quotes import Quotes, values_in
from surveys.questionnaire.validation import OTHER_LIMIT, AnswerError, check, error_at
from surveys.questionnaire.values import parts
from surveys.words import error_text, translate, translate_all

MOST_IN_LINE = 8  # options of the rows of a matrix that fit side by side on a wide screen
CACHE_LIMIT = 1000  # fragments in memory, most of them about 4 kB
T = TypeVar("T")
_cache: dict[Any, Any] = {}
HOW_ANSWERED = "mode"  # the heading of the 2016 tool, "Web-based survey": the page shows that it is one


def cached(key: Any, make: Callable[[], T]) -> T:
    """The cached value of `key`, made once per process."""
    if key not in _cache:
        if len(_cache) >= CACHE_LIMIT:
            _cache.clear()
        _cache[key] = make()
    value: T = _cache[key]
    return value


def local_time(moment: datetime | None, zone: str, language: str) -> str:
    """`30 June 2016, 18:00 (Asia/Baku)` in the words of `language`, on the 24-hour clock."""
    if moment is None:
        return ""
    return f"{format_moment(timezone.localtime(moment, ZoneInfo(zone)), language)} ({zone})"


def page_key(survey: Survey, language: str) -> tuple[Any, ...]:
    """What the texts of a page depend on, but for its contacts and its deadline: version, words and language."""
    return (*version_key(survey.questionnaire), current_overlay().mark, language)


def placeholders(survey: Survey, language: str) -> dict[str, str]:
    """Values for `{...}` in the questionnaire and in mails, in `language`."""
    return Values(survey, language)


class Values(dict[str, str]):
    """Values for placeholders in one language; a text that is shown in another one is filled with those of its own."""

    def __init__(self, survey: Survey, language: str):
        assessment = survey.assessment
        deadline = local_time(survey.deadline, assessment.time_zone, language)
        super().__init__(assessment.placeholders_in(language) | {"deadline": deadline})
        self.survey, self.language = survey, language

    def of(self, language: str) -> "Values":
        return self if language == self.language else Values(self.survey, language)


def translated(text: schema.Text, language: str, values: Mapping[str, str]) -> str:
    """The text in `language`; where its translation is missing, English, which a page marks as such."""
    shown_in = text.language_for(language)
    return in_page(text.translate(language, **values_in(values, shown_in)), shown_in, language)


def introduction(survey: Survey, language: str) -> SafeString:
    values = placeholders(survey, language)
    key = ("introduction", *page_key(survey, language), *values.values())

    def render() -> SafeString:
        parts = document_of(survey.questionnaire).introduction
        return _paragraphs([part for part in parts if part.name != HOW_ANSWERED], language, values)

    return cached(key, render)


def closing(survey: Survey, language: str) -> SafeString:
    return _paragraphs(document_of(survey.questionnaire).closing, language, placeholders(survey, language))


def _paragraphs(paragraphs: Sequence[schema.Paragraph], language: str, values: Mapping[str, str]) -> SafeString:
    """The paragraphs as HTML, without those whose contact or date is unknown."""
    lines = [
        format_html("<h2>{}</h2>" if paragraph.heading else "<p>{}</p>", translated(paragraph.text, language, values))
        for paragraph in paragraphs
        if not has_gaps(paragraph.text.translate(language, **values))
    ]
    return mark_safe("\n".join(lines))  # each line is escaped


def title(survey: Survey, language: str) -> str:
    key = ("title", *page_key(survey, language))
    found: str = cached(key, lambda: translated(document_of(survey.questionnaire).title, language, {}))
    return found


def questions(
    survey: Survey,
    quotes: Quotes,
    raw: Mapping[str, Any] | None = None,
    errors: Sequence[AnswerError] = (),
    focus: str = "",
) -> SafeString:
    """All sections as HTML; `raw` answers filled in as they were typed, `errors` beside their questions; the question
    `focus` is where the page opens. `quotes`: those of `raw` (`quotes_of`)."""
    key = (*page_key(survey, quotes.language), *quotes.values.values())
    if raw or errors or focus:
        return _render(quotes, raw or {}, errors, key, focus)
    return cached(("questions", *key), lambda: _render(quotes, {}, (), key))


def _render(
    quotes: Quotes,
    raw: Mapping[str, Any],
    errors: Sequence[AnswerError],
    key: Any,
    focus: str = "",
) -> SafeString:
    document, language = quotes.document, quotes.language
    wrong: dict[str, list[str]] = {}
    for error in errors:
        wrong.setdefault(error.key.removesuffix("_other"), []).append(error_text(error, language, quotes.plain))
    touched = {key.removesuffix("_other") for key in raw} | set(wrong) | {focus}
    touched |= {item.name for item in document.items if (earlier := choices_of(item)) and earlier in touched}
    touched |= {code for code, quoted in document.quotes.items() if not quoted.isdisjoint(quotes.answers)}
    blank = Quotes(document, language, quotes.values)  # for what is kept, and shown to others

    def group(entry: schema.Matrix | schema.Item) -> SafeString:
        rows = {row.name for row in entry.rows} if isinstance(entry, schema.Matrix) else set()
        if {entry.name, *rows} & touched:
            return _group(quotes, entry, raw, wrong, focus)
        return cached(("group", *key, entry.name), lambda: _group(blank, entry, {}, {}))

    sections = [
        {
            "code": section.name,
            "place": translate("section", language, n=number, total=len(document.sections)),
            "title": quotes.text(section.title),
            "instruction": section.instruction and quotes.text(section.instruction),
            "groups": [group(entry) for entry in section.items],
            **_routing(document, section.relevant, language),
        }
        for number, section in enumerate(document.sections, start=1)
    ]
    return mark_safe(render_to_string("surveys/_questions.html", {"sections": sections}))  # a template's own output


def quotes_of(survey: Survey, language: str, raw: Mapping[str, Any]) -> Quotes:
    """What the texts of the page quote of these raw answers: of those that are valid, to what was asked."""
    document = document_of(survey.questionnaire)
    answers = check(document, raw, survey.today).answers if raw and document.quotes else {}
    return Quotes(document, language, placeholders(survey, language), answers)


def _group(
    quotes: Quotes,
    entry: schema.Matrix | schema.Item,
    raw: Mapping[str, Any],
    errors: Mapping[str, list[str]],
    focus: str = "",
) -> SafeString:
    """A matrix with its rows, or one item as a group of its own."""
    document, language = quotes.document, quotes.language
    if isinstance(entry, schema.Matrix):
        heading = quotes.text(entry.text)
        items = [document.by_name[row.name] for row in entry.rows]
    else:
        heading, items = "", [entry]
    group = {
        "code": entry.name,
        "matrix": heading,
        **(_routing(document, entry.relevant, language) if isinstance(entry, schema.Matrix) else {}),
        "items": [
            _item(quotes, item, raw, errors.get(item.name, []))
            | {"focus": item.name == focus}
            | ({"scale": True} if heading and len(document.options(item)) <= MOST_IN_LINE else {})
            for item in items
        ],
    }
    frame = {"words": translate_all(language), "other_limit": OTHER_LIMIT, "months": _months(language)}
    return mark_safe(render_to_string("surveys/_group.html", {"group": group} | frame))  # a template's own output


def _item(quotes: Quotes, item: schema.Item, raw: Mapping[str, Any], errors: Sequence[str]) -> dict[str, Any]:
    document, language = quotes.document, quotes.language
    options: list[tuple[str, Any, Any]] = [
        (option.name, quotes.text(option.text), option.open) for option in document.options(item)
    ]
    if has_countries(item):
        options = list(_countries(language))
    earlier = choices_of(item)
    message = item.constraint_message
    return {
        "template": f"surveys/_field_{widget(item)}.html",
        "code": item.name,
        "text": quotes.text(item.text),
        "told": told(document, item, language),
        "alone": alone_options(document, item),
        "alone_words": told_of_options(language),
        "message": message and quotes.text(message),
        "rules": _rules(quotes, item),
        "needed": translate("error_required", language) if item.required else "",
        "hint": item.hint and quotes.text(item.hint),
        "dont_know": _dont_know(quotes, item) if document.dont_know(item) else "",
        "choices_of": earlier,
        "offered": offered(document, item, raw),
        "show_chosen": translate("show_chosen", language, code=earlier) if earlier else "",
        "choose_first": translate("choose_first", language, code=earlier) if earlier else "",
        "kind": widget(item),
        **_routing(document, item.relevant, language, document.own_condition(item)),
        **_offers(document, item, language),
        "has_other": bool(item.open_options),
        "other": raw.get(item.other_key, ""),
        "errors": errors,
        "described": " ".join(
            f"{part}-{item.name}" for part, shown in (("e", errors), ("t", item.hint), ("r", message)) if shown
        ),
        **widget_context(item, raw.get(item.name), options),
        **{name: quotes.text(text) for name, text in ends(item).items()},
    }


def _rules(quotes: Quotes, item: schema.Item) -> str:
    """The rules for an answer for the script, as JSON: [[tree, message where it does not hold], ...]."""
    found = [
        [rule.tree, error_text(error_at(item, rule.code, rule.values), quotes.language, quotes.marked)]
        for rule in rules_of(quotes.document, item)
    ]
    return json.dumps(found, ensure_ascii=False) if found else ""


def _routing(
    document: schema.Survey, condition: Tree | None, language: str, whole: Tree | None = None
) -> dict[str, str]:
    """A condition for the script, as JSON, and in words for a page without one.

    `whole` is the condition for the script where it says more, such as that an option is left.
    """
    whole = whole or condition
    if whole is None:
        return {}
    return {"condition": json.dumps(whole), "only_if": routing_line(condition, document, language)}


def _offers(document: schema.Survey, item: schema.Item, language: str) -> dict[str, Any]:
    """On which answers options are offered: for the script, as JSON, and in words for a page without one."""
    filters = document.filters(item)
    return {"filters": json.dumps(filters), "offers": offer_lines(item, document, language)} if filters else {}


def offered(document: schema.Survey, item: schema.Item, raw: Mapping[str, Any]) -> Sequence[str]:
    """The options left by an earlier answer, and the given answers, so that they can be corrected; empty: all options.

    The others stay on the page for the script, which follows the earlier answer; without script, a style hides them.
    """
    earlier = raw.get(choices_of(item)) if choices_of(item) else None
    given = [*parts(earlier), *parts(raw.get(item.name))] if earlier and not isinstance(earlier, Mapping) else []
    return [option.name for option in document.options(item) if option.name in given] if given else []


def _dont_know(quotes: Quotes, item: schema.Item) -> str:
    words, language = quotes.document.dont_know(item), quotes.language
    return (
        translated(words, language, quotes.values) if isinstance(words, schema.Text) else translate(DONT_KNOW, language)
    )


@lru_cache(maxsize=64)
def _months(language: str) -> list[tuple[int, str]]:
    return list(month_names(language).items())


@lru_cache(maxsize=64)
def _countries(language: str) -> tuple[tuple[str, str, bool], ...]:
    return tuple((code, name, False) for code, name in country_choices(language))


def error_summary(
    errors: Sequence[AnswerError], language: str, known: Mapping[str, Any], say: Callable[[schema.Text], str]
) -> list[dict[str, str]]:
    """The list on top of the page: link, label and message of each error. `say`: as in `error_text`."""
    return [
        {
            "anchor": f"q-{error.key.removesuffix('_other')}" if error.key.removesuffix("_other") in known else "",
            "label": translate("question", language, code=error.key.removesuffix("_other")),
            "text": error_text(error, language, say),
        }
        for error in errors
    ]
