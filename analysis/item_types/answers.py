"""Answers of an item: counted, and in words. One entry per respondent who was asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal, assert_never

from analysis.statistics.certainty import Several
from analysis.statistics.counts import DONT_KNOW, INVALID, Counts, alike, count_answers, is_blank
from analysis.statistics.days import DaySummary, days
from analysis.statistics.days import summarise as summarise_days
from analysis.statistics.numbers import NumberSummary, numbers
from analysis.statistics.numbers import summarise as summarise_numbers
from analysis.statistics.profiles import SKIPPED
from analysis.statistics.ranking import Ranking, rank
from analysis.words import translate
from ctnat.ui.countries import country_name, is_country
from instruments.schema import Item, Survey
from instruments.schema.items import (
    AcknowledgeItem,
    DateItem,
    DecimalItem,
    IntegerItem,
    RankItem,
    RatingItem,
    SelectItem,
    SelectMultipleItem,
    SelectOneItem,
    TextItem,
)

ANSWERED = "answered"  # the one "option" of an item without options


@dataclass(frozen=True)
class Counted:
    """`counts` of options; of an item without options only its bases. The others where the type has them.

    `numbers` and `days` are None where nothing of them can be shown.
    """

    counts: Counts
    ranking: Ranking | None = None
    numbers: NumberSummary | None = None
    days: DaySummary | None = None


def earlier_item(item: Item) -> str | None:
    """The code of the item whose answer gives the options of this one; None where they are fixed."""
    return item.choices_of if isinstance(item, SelectItem) else None


def count(item: Item, answers: Sequence[Any], options: Sequence[str], *, k: int) -> Counted:
    """The result of an item. `options`: the codes it offers, the favourable end of a scale first.

    Of numbers and dates, nothing is told that fewer than `k` respondents answered.
    """
    match item:
        case SelectOneItem() | SelectMultipleItem():
            return Counted(count_answers(answers, options))
        case RatingItem():  # its distribution is shown as that of options is
            return Counted(count_answers(answers, options), numbers=summarise_numbers(numbers(answers)))
        case AcknowledgeItem():  # whoever was asked either ticked the box or did not
            counts = count_answers(answers, options)
            bases = dict.fromkeys(counts.counts, counts.asked - counts.invalid)
            return Counted(replace(counts, bases=MappingProxyType(bases)))
        case RankItem():
            ranking = rank(answers, options, item.places)
            return Counted(ranking.base, ranking)
        case TextItem():
            return Counted(_bases(answers))
        case IntegerItem():
            return Counted(_bases(answers), numbers=summarise_numbers(numbers(answers), k=k))
        case DecimalItem():
            return Counted(_bases(answers), numbers=summarise_numbers(numbers(answers), item.places, k))
        case DateItem():
            return Counted(_bases(answers), days=summarise_days(days(answers), k))
        case _:
            assert_never(item)


def _bases(answers: Sequence[Any]) -> Counts:
    """How many answered at all: free text is not counted by value."""
    given: Counter[Any] = Counter()
    for answer, times in alike(answers).items():
        given[answer if answer is INVALID else None if is_blank(answer) else ANSWERED] += times
    found = count_answers(given, [ANSWERED])
    return Counts(found.asked, found.answered, found.dont_know, found.skipped, {}, found.invalid)


def rows_per_respondent(item: Item) -> Literal["one", "several"] | None:
    """In how many rows of a break-down a respondent may be counted; None for an item that is not broken down."""
    match item:
        case SelectOneItem() | RatingItem():
            return "one"
        case SelectMultipleItem() | RankItem():
            return "several"
        case TextItem() | IntegerItem() | DecimalItem() | DateItem() | AcknowledgeItem():
            return None
        case _:
            assert_never(item)


def answers_in_groups(item: Item, answers: Sequence[Any]) -> list[Any] | None:
    """The protected part of each answer: one option (or "don't know", or skipped), or the options of a `Several`.

    Of a ranking of all options the first place, because everybody names every option; None for what is not broken down.
    """
    match item:
        case SelectOneItem() | RatingItem():
            if any(
                isinstance(answer, (list, tuple)) and len(answer) > 1 for answer in answers
            ):  # of an earlier version
                return None
            return [_one(answer) for answer in answers]
        case SelectMultipleItem():
            return [_several(answer) for answer in answers]
        case RankItem():
            return [_ranked(answer, only_first=item.places >= len(item.options)) for answer in answers]
        case TextItem() | IntegerItem() | DecimalItem() | DateItem() | AcknowledgeItem():
            return None
        case _:
            assert_never(item)


def chooses_several(item: Item) -> bool:
    """Whether a respondent may be counted under several options of a break-down; a ranking of all gives its first."""
    if isinstance(item, RankItem) and item.places >= len(item.options):
        return False
    return rows_per_respondent(item) == "several"


def _one(answer: Any) -> str:
    if is_blank(answer):
        return SKIPPED
    return str(answer[0]) if isinstance(answer, (list, tuple)) else str(answer)


def _several(answer: Any) -> Several:
    if is_blank(answer):
        return Several(state=SKIPPED)
    codes = [str(code) for code in answer] if isinstance(answer, (list, tuple)) else [str(answer)]
    chosen = frozenset(codes) - {DONT_KNOW}
    return Several(chosen) if chosen else Several(state=DONT_KNOW)


def _ranked(answer: Any, *, only_first: bool) -> Several:
    found = _several(answer)
    if not found.options:
        return found
    order = tuple(str(code) for code in answer) if isinstance(answer, (list, tuple)) else tuple(found.options)
    order = tuple(dict.fromkeys(code for code in order if code in found.options))
    return Several(frozenset(order[:1]) if only_first else found.options, order=order)


def how_many(item: Item) -> tuple[int, int | None]:
    """How many options one answer has: at least, at most (None: all that are offered)."""
    match item:
        case SelectMultipleItem():
            return max(1, item.min or 1), item.max
        case RankItem():
            return item.places, item.places
        case SelectOneItem() | RatingItem() | AcknowledgeItem():
            return 1, 1
        case TextItem() | IntegerItem() | DecimalItem() | DateItem():
            return 1, 1
        case _:
            assert_never(item)


def words_key(item: Item) -> str | None:
    """The key of the answers under which a respondent's own words are kept; None where an item asks for none."""
    match item:
        case TextItem():
            return item.name
        case SelectOneItem() | SelectMultipleItem() | RankItem():
            return item.other_key if item.open_options else None
        case IntegerItem() | DecimalItem() | DateItem() | RatingItem() | AcknowledgeItem():
            return None
        case _:
            assert_never(item)


def priorities_item(document: Survey) -> tuple[Item, int] | None:
    """The ranked item with most options (the priorities A to Q), and how many places are given in it."""
    ranked = [item for item in document.items if isinstance(item, RankItem)]
    found = max(ranked, key=lambda item: len(item.options), default=None)
    return (found, found.places) if found else None


def has_chart(item: Item) -> bool:
    """Whether an item has a chart of its own; an item answered in words has none."""
    match item:
        case TextItem():
            return False
        case SelectOneItem() | SelectMultipleItem() | RankItem() | RatingItem() | AcknowledgeItem():
            return True
        case IntegerItem() | DecimalItem() | DateItem():
            return True
        case _:
            assert_never(item)


def answer_in_words(item: Item, answer: Any, labels: Mapping[str, str], language: str) -> str:
    """One respondent's answer; `labels`: option code -> label."""
    if is_blank(answer):
        return translate("no_answer", language)
    match item:
        case SelectOneItem() | SelectMultipleItem() | RankItem() | AcknowledgeItem():
            known = {DONT_KNOW: translate("dont_know", language), **labels}
            chosen = answer if isinstance(answer, (list, tuple)) else [answer]
            return ", ".join(known.get(str(code), str(code)) for code in chosen)
        case TextItem() | IntegerItem() | DecimalItem() | DateItem() | RatingItem():
            return str(answer)
        case _:
            assert_never(item)


def listed_elsewhere(item: Item, code: str, language: str) -> str | None:
    """The label of an option from a list outside the questionnaire; None where the item takes none from there."""
    match item:
        case SelectOneItem() | SelectMultipleItem():
            return country_name(code, language) if item.source == "countries" and is_country(code) else None
        case RankItem() | RatingItem() | AcknowledgeItem():
            return None
        case TextItem() | IntegerItem() | DecimalItem() | DateItem():
            return None
        case _:
            assert_never(item)
