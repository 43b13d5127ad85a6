"""Each type of question in the report. No other module of reports names a type.

Each function matches on the classes of `instruments.schema` and ends with `assert_never`: mypy names what a new type
still lacks.
"""

from dataclasses import dataclass
from typing import assert_never

from analysis.item_types.presentation import (
    day_words,
    mean_words,
    number_words,
    period_text,
    range_sentences,
    write_number,
)
from analysis.results import Results
from analysis.results.survey import ItemResult
from analysis.statistics.rounding import percent
from ctnat.ui.formats import format_date, format_list, with_decimal_sign
from instruments.schema import Item, Matrix, Option
from instruments.schema.items import (
    AcknowledgeItem,
    DateItem,
    DecimalItem,
    IntegerItem,
    RankItem,
    RatingItem,
    SelectMultipleItem,
    SelectOneItem,
    TextItem,
)
from reports.words import translate


@dataclass(frozen=True)
class Row:
    """One item in a table: `columns` are the heads of `values`. Items share a table where their columns are equal."""

    columns: tuple[str, ...]
    values: tuple[int | str, ...]


def table_row(item: ItemResult, language: str) -> Row:
    """The counts of an item's options, or the summary of its numbers or dates, and how many answered."""
    answered = item.counts.answered

    def named(*pairs: tuple[str, str]) -> Row:
        heads = tuple(translate(key, language) for key, _ in pairs)
        return Row((*heads, "n"), (*(value for _, value in pairs), answered))

    match item.definition:
        case SelectOneItem() | SelectMultipleItem() | RankItem():
            counts = tuple(item.counts.counts.get(code, 0) for code, _ in item.options)
            return Row((*(label for _, label in item.options), "n"), (*counts, answered))
        case RatingItem():
            found = item.numbers
            median = write_number(found.median, item.places, language) if found and found.median is not None else "–"
            mean = with_decimal_sign(item.mean_text, language)
            numbers = [(code, item.counts.counts.get(code, 0)) for code, _ in item.options]
            more = (translate("median", language), translate("mean", language), "n")
            return Row(
                (*(code for code, _ in numbers), *more),
                (*(count for _, count in numbers), median, mean or "–", answered),
            )
        case IntegerItem() | DecimalItem():
            found = item.numbers
            values = (found.lower_quartile, found.median, found.upper_quartile) if found else (None, None, None)
            lower, median, upper = (
                "–" if value is None else write_number(value, item.places, language) for value in values
            )
            return named(("lower_quartile", lower), ("median", median), ("upper_quartile", upper))
        case DateItem():
            periods = item.days.periods if item.days else ()
            heads = (period_text(language, one, by_year=item.days.by_year) for one in periods) if item.days else ()
            return Row((*heads, "n"), (*(one.count for one in periods), answered))
        case AcknowledgeItem():
            [(option, label)] = item.options
            return Row((label, translate("asked", language)), (item.counts.counts.get(option, 0), item.counts.asked))
        case TextItem():
            return named()
        case _:
            assert_never(item.definition)


def describe_item(item: ItemResult, results: Results) -> str:
    """An item's result in plain sentences with their base, and how many did not know."""
    language, counts, name = results.language, item.counts, f"{item.code} ({item.label})"
    if results.survey.is_hidden:
        return f"{name}: {results.survey.state_words}"
    if item.is_pooled and not item.options:
        return f"{name}: {results.translate('no_two_groups', k=results.survey.released_k)}"
    if item.is_pooled:
        return f"{name}: {'; '.join(f'{label} {counts.counts[option]}' for option, label in item.options)}."
    if isinstance(item.definition, AcknowledgeItem) and counts.asked:
        return translate("item_ticked", language, item=name, asked=counts.asked, ticked=counts.answered)
    if not counts.answered and counts.dont_know:
        return translate("item_all_unknown", language, item=name, n=counts.dont_know)
    if not counts.answered:
        return translate("item_no_answers", language, item=name)
    sentence = _describe_answers(item, results, name)
    if counts.dont_know:
        sentence += " " + translate("item_unknown", language, n=counts.dont_know)
    return sentence


def _describe_answers(item: ItemResult, results: Results, name: str) -> str:
    language, counts = results.language, item.counts
    match item.definition:
        case SelectOneItem():
            return _describe_options(item, results, name, "chosen", in_percent=True)
        case SelectMultipleItem() | RankItem():
            return _describe_options(item, results, name, "named", in_percent=False)
        case IntegerItem() | DecimalItem() | RatingItem() if item.numbers and item.numbers.median is not None:
            median = write_number(item.numbers.median, item.places, language)
            first = translate(
                "item_numbers", language, item=name, answered=counts.answered, asked=counts.asked, median=median
            )
            words = (first, mean_words(results, item), *range_sentences(results, item.numbers))
            return " ".join(filter(None, words))
        case DateItem() if item.days and item.days.first and item.days.last:
            return translate(
                "item_days",
                language,
                item=name,
                answered=counts.answered,
                asked=counts.asked,
                first=format_date(item.days.first, language),
                last=format_date(item.days.last, language),
            )
        case IntegerItem() | DecimalItem() | DateItem() if item.numbers or item.days:
            first = translate("item_open", language, answered=counts.answered, asked=counts.asked, item=name)
            return " ".join(filter(None, [first, _summary_words(item, results)]))
        case TextItem() | IntegerItem() | DecimalItem() | DateItem() | RatingItem() | AcknowledgeItem():
            return translate("item_open", language, answered=counts.answered, asked=counts.asked, item=name)
        case _:
            assert_never(item.definition)


def _summary_words(item: ItemResult, results: Results) -> str:
    """The summary of an item's numbers or dates; blank where there is none."""
    if item.numbers:
        return number_words(results, item.numbers)
    return day_words(results, item.days) if item.days else ""


def _describe_options(item: ItemResult, results: Results, name: str, verb: str, *, in_percent: bool) -> str:
    counts, language = item.counts, results.language
    in_percent = in_percent and results.percentages.allows(counts.answered)
    key = f"item_{verb}" if counts.answered > 1 else f"item_one_{verb}"
    answers = [
        _describe_option(item, option, verb, language, in_percent=in_percent)
        for option, _ in sorted(counts.given.items(), key=lambda pair: -pair[1])
    ]
    return translate(key, language, answered=counts.answered, item=name, answers=format_list(answers, language))


def _describe_option(item: ItemResult, option: str, verb: str, language: str, *, in_percent: bool) -> str:
    """One answer with how many gave it; where only one person answered at all, the answer alone."""
    counts, label = item.counts, item.labels.get(option, option)
    count = counts.counts[option]
    if counts.answered == 1:
        return translate("item_answer_quoted", language, option=label)
    if in_percent:
        share = percent(count, counts.base(option))
        return translate("item_answer_percent", language, option=label, count=count, percent=share)
    return translate(f"item_answer_{verb}", language, option=label, count=count)


def palette_rows(entry: Item | Matrix) -> tuple[Item, ...]:
    """The items of one entry of the form."""
    return entry.rows if isinstance(entry, Matrix) else (entry,)


def has_options_on_paper(item: Item) -> bool:
    """Whether the annex lists the item's options: not where they come from another list, or there are none."""
    match item:
        case SelectOneItem() | SelectMultipleItem():
            return not (item.source or item.choices_of)
        case RankItem() | RatingItem() | AcknowledgeItem():
            return True
        case TextItem() | IntegerItem() | DecimalItem() | DateItem():
            return False
        case _:
            assert_never(item)


def is_in_line(item: Item) -> bool:
    """Whether the annex prints the options side by side, as the numbers of a rating."""
    return isinstance(item, RatingItem)


def paper_mark(item: Item, option: Option) -> str:
    """What is before an option on paper: its letter, a place for the rank, a box or a circle to tick."""
    match item:
        case SelectOneItem() | RatingItem():
            return "○"
        case SelectMultipleItem() | AcknowledgeItem():
            return "□"
        case RankItem():
            return option.name if len(option.name) == 1 else "___"
        case TextItem() | IntegerItem() | DecimalItem() | DateItem():
            return ""
        case _:
            assert_never(item)
