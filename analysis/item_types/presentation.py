"""Presentation of an item's result: its chart, and its columns in CSV files, the worksheet and SPSS files.

The unit of a chart is always respondents.

In an SPSS file item 3.1.5 is the variable `Q3_1_5`. The numbers of options come from the definition, never from what
was answered, so that they are the same in each file: an option has its place in the oldest version of the
questionnaire in use that offers it, a country its number in ISO 3166-1. 88 is "don't know" and 99 "no answer", both
user-missing; who was not asked is system-missing. Numbers and dates have no answer as system-missing, because 88 and
99 may be answers there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any, Literal, assert_never

import numpy as np

from analysis.charts.spec import Chart, Series, cycle, diverging, ordered
from analysis.item_types.answers import has_chart, words_key
from analysis.results import Results
from analysis.results.survey import ItemResult, SurveyResults
from analysis.statistics.coded import Coded
from analysis.statistics.counts import DONT_KNOW, is_blank
from analysis.statistics.days import DaySummary, Period, days
from analysis.statistics.likert import Balance
from analysis.statistics.numbers import NumberClass, NumberSummary, number_text, numbers
from analysis.words import translate
from ctnat.ui.countries import country_choices, country_number
from ctnat.ui.formats import format_date, format_month, with_decimal_sign
from instruments.schema import Item
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

MOST_NAMED = 3  # more answers than this at the top are counted and not named
FEW = 12  # a longer list of options shows only those that were chosen

NOT_CHOSEN, CHOSEN = 0, 1
NOT_RANKED, DONT_KNOW_CODE, NO_ANSWER = 77, 88, 99
RESERVED = frozenset([DONT_KNOW_CODE, NO_ANSWER])
NAME_BYTES, LABEL_BYTES, VALUE_BYTES, TEXT_BYTES = 64, 250, 120, 10_000  # what SPSS reads, in bytes of UTF-8
SPSS_EPOCH = date(1582, 10, 14)
ORDERED_PROFILES = ("tenure", "experience", "age")
Measure = Literal["nominal", "ordinal", "scale"]


def draw(results: Results, item: ItemResult, key: str = "", title: str = "") -> Chart:
    """The chart of one item. Raises `KeyError` for one answered in words, which has none (`has_chart`)."""
    key, title = key or f"survey-{item.code}", title or f"{item.code} {item.label}"
    if results.survey.is_hidden and has_chart(item.definition):
        return not_yet(results, key, title)
    match item.definition:
        case SelectOneItem():
            return rated(results, [item], key, title) if item.scale else _choice(results, item, key, title)
        case SelectMultipleItem():
            return _choice(results, item, key, title, several=True)
        case RankItem():
            return _ranked(results, item, key, title)
        case IntegerItem() | DecimalItem():
            return _numbers(results, item, key, title)
        case DateItem():
            return _days(results, item, key, title)
        case RatingItem():
            return _rating(results, item, key, title)
        case AcknowledgeItem():
            return _box(results, item, key, title)
        case TextItem():
            raise KeyError(item.code)
        case _:
            assert_never(item.definition)


def draw_all(results: Results, items: list[ItemResult]) -> list[Chart]:
    """The charts of those items that have one."""
    return [draw(results, item) for item in items if has_chart(item.definition)]


def not_yet(results: Results, key: str, title: str) -> Chart:
    """The reason why a chart cannot be shown yet."""
    return Chart(key, title, "bars", (), (), results.translate("respondents"), results.survey.state_words)


def base_words(results: Results, items: list[ItemResult]) -> str:
    """The two bases that the reference report prints under a chart."""
    translate, bases = results.translate, sorted({item.counts.answered for item in items})
    answered = bases[0] if len(bases) == 1 else translate("range", least=bases[0], most=bases[-1])
    unknown = sum(item.counts.dont_know for item in items)
    if any(item.is_pooled for item in items):  # how many stated it is not told
        return translate("responses_base", count=results.survey.responses)
    words = [
        translate("responses_base", count=results.survey.responses),
        translate("base_one" if len(items) == 1 else "base_several", answered=answered),
    ]
    return " ".join([*words, translate("base_unknown", count=unknown)] if unknown else words)


def _has_filters(results: Results, item: ItemResult) -> bool:
    """Whether earlier answers decide which of its options were offered: then many have a base of their own."""
    return bool(item.counts.bases and results.survey.document.filters(item.definition))


def notes(results: Results, items: list[ItemResult]) -> str:
    """Notes of the items, and which of them not every version of the questionnaire has."""
    several = results.survey.versions
    by_note: dict[str, list[str]] = {}
    for item in items:
        if item.note:
            by_note.setdefault(item.note, []).append(item.code)
    words = [f"{', '.join(codes)}: {note}" for note, codes in by_note.items()]
    words += [
        results.translate("version_only", item=item.code, versions=", ".join(item.versions))
        for item in items
        if 0 < len(item.versions) < len(several)
    ]
    words += [
        results.translate("option_base", option=item.labels.get(option, option), item=item.code, n=base)
        for item in items
        if not isinstance(item.definition, AcknowledgeItem) and not _has_filters(results, item)
        for option, base in item.counts.bases.items()
    ]
    words += [results.translate("options_by_answer", item=item.code) for item in items if _has_filters(results, item)]
    if worded := [item.code for item in items if item.wordings]:
        words.append(results.translate("version_wording", items=", ".join(worded)))
    if few := [item.code for item in items if item.left_out]:
        words.append(results.translate("version_few", items=", ".join(few), k=results.survey.released_k))
    if len(several) > 1:
        words.append(results.translate("versions_joined", count=len(several)))
    return " ".join(words)


def rated(results: Results, items: list[ItemResult], key: str, title: str) -> Chart:
    """Stacked bars of items that share a scale: favourable answers first, or in its order where that differs."""
    scale = items[0].scale
    assert scale is not None  # noqa: S101  (callers pass rated items)
    if results.survey.is_hidden:
        return not_yet(results, key, title)
    is_one = len({item.scale.favourable for item in items if item.scale}) == 1
    points = scale.from_favourable if is_one else tuple(point.name for point in scale.points)
    colours = diverging(points, scale.neutral) if is_one and scale.favourable else ordered(points)
    labels = items[0].labels
    return Chart(
        key=key,
        title=title,
        kind="stacked",
        categories=tuple(item.label for item in items),
        series=tuple(
            Series(labels[point], tuple(item.counts.counts.get(point, 0) for item in items), colours[point])
            for point in points
        ),
        unit=results.translate("respondents"),
        alt=_rated_words(results, items),
        base=base_words(results, items),
        bases=tuple(item.counts.answered for item in items),
        note=notes(results, items),
        percentages=results.percentages,
        codes=tuple(item.code for item in items),
        code_head=results.translate("code"),
    )


def chosen(results: Results, items: list[ItemResult], key: str, title: str) -> Chart:
    """A table of the rows of a matrix of several choices: of those who answered a row, how many chose each option."""
    if results.survey.is_hidden:
        return not_yet(results, key, title)
    labels = {code: label for item in items for code, label in item.options}
    return Chart(
        key=key,
        title=title,
        kind="heat",
        categories=tuple(item.label for item in items),
        series=tuple(
            Series(label, tuple(item.counts.counts.get(code, 0) for item in items)) for code, label in labels.items()
        ),
        unit=results.translate("respondents"),
        alt=_most_agreed(results, items),
        base=base_words(results, items),
        bases=tuple(item.counts.answered for item in items),
        note=" ".join(filter(None, [results.translate("several_possible"), notes(results, items)])),
        percentages=results.percentages,
        codes=tuple(item.code for item in items),
        code_head=results.translate("code"),
    )


def _rated_words(results: Results, items: list[ItemResult]) -> str:
    """The best and the worst rated item, by net balance as a share of those who answered."""
    answered = [(item, item.balance) for item in items if item.balance]
    if not answered:
        return _most_agreed(results, items)
    ranked = sorted(answered, key=lambda pair: pair[1].net / pair[1].base)
    (worst, low), (best, high) = ranked[0], ranked[-1]

    def values(found: Balance) -> dict[str, int]:
        return {"favourable": found.favourable, "unfavourable": found.unfavourable, "base": found.base}

    if worst.code == best.code:
        return results.translate("rated_one", item=f"{best.code} {best.label}", **values(high))
    return results.translate(
        "rated_best_and_worst",
        best=f"{best.code} {best.label}",
        worst=f"{worst.code} {worst.label}",
        **{f"best_{name}": count for name, count in values(high).items()},
        **{f"worst_{name}": count for name, count in values(low).items()},
    )


def _most_agreed(results: Results, items: list[ItemResult]) -> str:
    """Of items without a balance: the answer on which most of those who answered one of them agree."""
    given = [item for item in items if item.counts.answered]
    if not given or len(items) == 1:
        return results.translate("no_answers_several") if len(items) > 1 else most_common(results, items[0])
    top = max(given, key=lambda item: max(item.counts.counts.values()) / item.counts.answered)
    return f"{top.code} {top.label}: {most_common(results, top)}"


def most_common(results: Results, item: ItemResult) -> str:
    given = item.counts.given
    if item.is_pooled and not given:
        return results.translate("no_two_groups", k=results.survey.released_k)
    if not given:
        return results.translate("no_answers_one")
    top = max(given.values())
    most = [item.labels.get(option, option) for option, count in given.items() if count == top]
    if len(most) > MOST_NAMED:
        return results.translate("most_tied", number=len(most), count=top, base=item.counts.answered)
    return results.translate("most_common", answers="; ".join(most), count=top, base=item.counts.answered)


def _choice(results: Results, item: ItemResult, key: str, title: str, *, several: bool = False) -> Chart:
    """Bars of the options of one item."""
    codes = [code for code, _ in item.options if len(item.options) <= FEW or item.counts.counts.get(code)]
    return Chart(
        key=key,
        title=title,
        kind="bars",
        categories=tuple(item.labels[code] for code in codes),
        series=(
            Series(
                results.translate("respondents").capitalize(), tuple(item.counts.counts.get(code, 0) for code in codes)
            ),
        ),
        unit=results.translate("respondents"),
        alt=most_common(results, item),
        base=base_words(results, [item]),
        bases=tuple(item.counts.base(code) for code in codes),
        note=" ".join(
            words
            for words in (
                results.translate("several_possible") if several else "",
                notes(results, [item]),
            )
            if words
        ),
        percentages=results.percentages,
    )


def _rating(results: Results, item: ItemResult, key: str, title: str) -> Chart:
    """Bars of the numbers of a rating, also of those that nobody chose; median and mean in words."""
    chart = _choice(results, item, key, title)
    if item.numbers is None:
        return chart
    words = (number_words(results, item.numbers), mean_words(results, item))
    return replace(chart, alt=" ".join(filter(None, words)))


def mean_words(results: Results, item: ItemResult) -> str:
    """The mean of a rating as a sentence; blank where there is none."""
    mean = with_decimal_sign(item.mean_text, results.language)
    return results.translate("numbers_mean", mean=mean) if mean else ""


def option_colours(item: ItemResult, options: Sequence[str]) -> dict[str, str]:
    """The colours of options in a bar of a group: of a scale and of a rating by their order."""
    colours = dict(zip(options, cycle(len(options)), strict=True))
    if item.scale is not None:
        points = item.scale.from_favourable
        return colours | (diverging(points, item.scale.neutral) if item.scale.favourable else ordered(points))
    return ordered(options) if isinstance(item.definition, RatingItem) else colours


def _box(results: Results, item: ItemResult, key: str, title: str) -> Chart:
    """How many ticked the box, of those who were asked to."""
    [(option, label)] = item.options
    count, base = item.counts.counts.get(option, 0), item.counts.base(option)
    asked = results.translate("base_asked", asked=base)
    return Chart(
        key=key,
        title=title,
        kind="bars",
        categories=(label,),
        series=(Series(results.translate("respondents").capitalize(), (count,)),),
        unit=results.translate("respondents"),
        alt=results.translate("box_ticked", count=count, base=base),
        base=f"{results.translate('responses_base', count=results.survey.responses)} {asked}",
        bases=(base,),
        note=notes(results, [item]),
        percentages=results.percentages,
    )


def _ranked(results: Results, item: ItemResult, key: str, title: str) -> Chart:
    """Bars of how often each option was given each place."""
    rows = item.ranking.options if item.ranking else ()
    first = max(rows, key=lambda row: row.first, default=None)
    places = len(rows[0].by_place) if rows else 0
    colours = cycle(places)
    return Chart(
        key=key,
        title=title,
        kind="clustered",
        categories=tuple(item.labels[row.option] for row in rows),
        series=tuple(
            Series(
                results.translate("place", number=place + 1), tuple(row.by_place[place] for row in rows), colours[place]
            )
            for place in range(places)
        ),
        unit=results.translate("respondents"),
        alt=results.translate(
            "first_place", answer=item.labels[first.option], count=first.first, base=item.counts.answered
        )
        if first and first.first
        else results.translate("no_answers_one"),
        base=base_words(results, [item]),
        note=notes(results, [item]),
        most=item.counts.answered,
    )


def _numbers(results: Results, item: ItemResult, key: str, title: str) -> Chart:
    """A histogram, and median and quartiles in words, as far as many stand behind them; with few answers no bars."""
    found = item.numbers
    classes = found.classes if found and results.percentages.allows(found.count) else ()
    return Chart(
        key=key,
        title=title,
        kind="bars",
        categories=tuple(number_class(results.language, one, item.places) for one in classes),
        series=(Series(results.translate("respondents").capitalize(), tuple(one.count for one in classes)),),
        unit=results.translate("respondents"),
        alt=number_words(results, found) if found else _withheld_words(results, item),
        base=base_words(results, [item]),
        bases=(found.count,) * len(classes) if found else (),
        note=" ".join(filter(None, [protection_note(results, [item]), notes(results, [item])])),
        percentages=results.percentages,
    )


def write_number(value: Fraction, places: int, language: str) -> str:
    """A number as answers to an item are written, with the decimal sign of the language."""
    return with_decimal_sign(number_text(value, places), language)


def number_class(language: str, one: NumberClass, places: int) -> str:
    """`3`, `10 to 19`, `up to 9`: from the least to the largest answer that belongs to the class."""
    first, last = (None if value is None else write_number(value, places, language) for value in (one.first, one.last))
    if first is None:
        return translate("up_to", language, most=last)
    if last is None:
        return translate("or_more", language, least=first)
    return first if first == last else translate("range", language, least=first, most=last)


def number_words(results: Results, found: NumberSummary) -> str:
    """Median, quartiles and range as sentences, as far as they are shown; otherwise the most frequent bar."""
    sentences = range_sentences(results, found)
    if found.median is not None:
        median = write_number(found.median, found.places, results.language)
        sentences.insert(0, results.translate("numbers_median", median=median, count=found.count))
    top = max(found.classes, key=lambda one: one.count, default=None)
    if not sentences and top:
        label = number_class(results.language, top, found.places)
        sentences.append(_top_class(results, label, top.count, found.count))
    return " ".join(sentences)


def range_sentences(results: Results, found: NumberSummary) -> list[str]:
    """Between what the middle half of the answers lies, and all of them, as far as it is shown."""
    sentences = []
    if found.lower_quartile is not None and found.upper_quartile is not None:
        quartiles = (found.lower_quartile, found.upper_quartile)
        lower, upper = (write_number(value, found.places, results.language) for value in quartiles)
        sentences.append(results.translate("numbers_middle", lower=lower, upper=upper))
    if found.least is not None and found.most is not None:
        least, most = (write_number(value, found.places, results.language) for value in (found.least, found.most))
        sentences.append(results.translate("numbers_all", least=least, most=most))
    return sentences


def _top_class(results: Results, label: str, count: int, base: int) -> str:
    return results.translate("most_common", answers=label, count=count, base=base)


def protection_note(results: Results, items: Sequence[ItemResult]) -> str:
    """Why numbers and dates of the items have joined bars, open ends and values left out; blank where none have."""
    k = max((found.k for item in items for found in (item.numbers, item.days) if found), default=1)
    return results.translate("joined_classes", k=k) if k > 1 else ""


def _days(results: Results, item: ItemResult, key: str, title: str) -> Chart:
    """Bars by month or, over a long time, by year, as far as many stand behind them; with few answers no bars."""
    found = item.days
    periods = found.periods if found and results.percentages.allows(found.count) else ()
    return Chart(
        key=key,
        title=title,
        kind="bars",
        categories=tuple(period_text(results.language, one, by_year=found.by_year) for one in periods) if found else (),
        series=(Series(results.translate("respondents").capitalize(), tuple(one.count for one in periods)),),
        unit=results.translate("respondents"),
        alt=day_words(results, found) if found else _withheld_words(results, item),
        base=base_words(results, [item]),
        bases=(found.count,) * len(periods) if found else (),
        note=" ".join(filter(None, [protection_note(results, [item]), notes(results, [item])])),
        percentages=results.percentages,
    )


def period_text(language: str, one: Period, *, by_year: bool) -> str:
    """`March 2026`, `March 2026 to May 2026`, `March 2026 or later`; `2026` where answers are counted by year."""

    def words(start: date) -> str:
        return f"{start.year}" if by_year else format_month(start, language)

    if one.first is None:
        return translate("or_earlier", language, last=words(one.last)) if one.last else ""
    if one.last is None:
        return translate("or_later", language, first=words(one.first))
    if one.first == one.last:
        return words(one.first)
    return translate("range", language, least=words(one.first), most=words(one.last))


def day_words(results: Results, found: DaySummary) -> str:
    """From the first to the last day where they are shown, otherwise the most frequent bar."""
    if found.first and found.last:
        first, last = (format_date(day, results.language) for day in (found.first, found.last))
        return results.translate("days_words", count=found.count, first=first, last=last)
    top = max(found.periods, key=lambda one: one.count, default=None)
    if top is None:
        return results.translate("too_few")
    return _top_class(results, period_text(results.language, top, by_year=found.by_year), top.count, found.count)


def _withheld_words(results: Results, item: ItemResult) -> str:
    if not item.counts.answered:
        return results.translate("no_answers_one")
    return results.translate("too_few")


@dataclass(frozen=True)
class Variable:
    """A variable of an SPSS file: its values, one per response (None = system-missing), and what they mean."""

    name: str
    label: str
    values: Coded
    measure: Measure
    value_labels: Mapping[float, str] = field(default_factory=dict)
    missing: tuple[int, ...] = ()
    format: str | None = None


def plain(value: Any) -> Any:
    """A stored answer as one cell: options separated by a space, in rank order; nothing for no answer."""
    if is_blank(value):
        return None
    return " ".join(str(part) for part in value) if isinstance(value, (list, tuple)) else value


def worksheet_cell(item: Item | None, value: Any) -> Any:
    """A stored answer as a cell of the worksheet, a date as a date. `item` is None for words beside an option."""
    match item:
        case DateItem():
            return next(iter(days([value])), plain(value))
        case None | SelectOneItem() | SelectMultipleItem() | RankItem() | TextItem() | RatingItem() | AcknowledgeItem():
            return plain(value)
        case IntegerItem() | DecimalItem():
            return plain(value)
        case _:
            assert_never(item)


def variables(survey: SurveyResults, item: ItemResult) -> list[Variable]:
    """The variables of one item, the words beside an open option behind the others."""
    answers = survey.rows.coded(item.code)
    found = _answer_variables(survey, item, answers)
    key = words_key(item.definition)
    if key and key != item.code:
        known = key in survey.frames.answers
        words = survey.rows.coded(key) if known else Coded.of([None] * len(answers))
        label = f"{item.code} {item.label}: in the respondent's words"
        found.append(Variable(variable_name(f"{key}_text"), label, _texts(words), "nominal"))
    return found


def _answer_variables(survey: SurveyResults, item: ItemResult, answers: Coded) -> list[Variable]:
    asked = _with_asked(answers, survey.rows.who_was_asked(item.code))
    name, label, definition = variable_name(item.code), f"{item.code} {item.label}", item.definition
    match definition:
        case SelectOneItem():
            numbers_of = option_numbers(survey, item, answers.kinds)
            labels = {float(numbers_of[code]): text for code, text in _labels(survey, item).items()}
            values = asked.map(partial(_single, numbers_of))
            measure: Measure = "ordinal" if item.scale or definition.profile in ORDERED_PROFILES else "nominal"
            return [Variable(name, label, values, measure, labels | _missing_labels(), (DONT_KNOW_CODE, NO_ANSWER))]
        case SelectMultipleItem():
            chosen = {float(NOT_CHOSEN): "Not chosen", float(CHOSEN): "Chosen"} | _missing_labels()
            return [
                Variable(
                    variable_name(f"{item.code}_{code}"),
                    f"{label}: {text}",
                    asked.map(partial(_chosen, code)),
                    "nominal",
                    chosen,
                    (DONT_KNOW_CODE, NO_ANSWER),
                )
                for code, text in _labels(survey, item).items()
            ]
        case RankItem():
            missing = {float(NOT_RANKED): "Given no place"} | _missing_labels()
            return [
                Variable(
                    variable_name(f"{item.code}_{code}"),
                    f"{label}: {text}",
                    asked.map(partial(_place, code)),
                    "ordinal",
                    missing,
                    (NOT_RANKED, DONT_KNOW_CODE, NO_ANSWER),
                )
                for code, text in _labels(survey, item).items()
            ]
        case IntegerItem() | DecimalItem():
            return [Variable(name, label, answers.map(_number), "scale")]
        case RatingItem():
            labels = {float(code): text for code, text in _labels(survey, item).items() if text != code}
            return [Variable(name, label, answers.map(_number), "scale", labels)]
        case DateItem():
            return [Variable(name, label, answers.map(_spss_day), "scale", format="DATE11")]
        case AcknowledgeItem():
            ticked = asked.map(lambda pair: float(not is_blank(pair[0])) if pair[1] else None)
            return [Variable(name, label, ticked, "nominal", {0.0: "Not ticked", 1.0: "Ticked"})]
        case TextItem():
            return [Variable(name, label, _texts(answers), "nominal")]
        case _:
            assert_never(definition)


def _with_asked(answers: Coded, asked: np.ndarray) -> Coded:
    """(answer, whether the respondent was asked) of each."""
    kinds = [(kind, was) for was in (True, False) for kind in answers.kinds]
    return Coded(tuple(kinds), answers.codes + len(answers.kinds) * ~asked)


def option_numbers(survey: SurveyResults, item: ItemResult, answers: Sequence[Any]) -> dict[str, int]:
    """Option code -> its number in SPSS files. Codes that no version defines come last, in alphabetical order."""
    found = _country_numbers() if _from_countries(item) else {}
    for code in _offered(survey, item):
        found.setdefault(code, _next_free(found))
    for code in sorted({code for answer in answers for code in _codes(answer)}):
        found.setdefault(code, _next_free(found))
    return found


def _from_countries(item: ItemResult) -> bool:
    return isinstance(item.definition, SelectOneItem) and item.definition.source == "countries"


def _country_numbers() -> dict[str, int]:
    return {code: country_number(code) for code, _ in country_choices()}


def _next_free(found: Mapping[str, int]) -> int:
    number = max(found.values(), default=0) + 1
    while number in RESERVED:
        number += 1
    return number


def _offered(survey: SurveyResults, item: ItemResult) -> dict[str, str]:
    """Option code -> label of every version that has the item, the oldest version first."""
    found: dict[str, str] = {}
    for version in sorted(survey.frames.versions, key=lambda version: version.pk):
        if definition := version.document.by_name.get(item.code):
            for option in version.document.options(definition):
                if option.name != DONT_KNOW:
                    found[option.name] = survey.translate(option.label)
    return found


def _labels(survey: SurveyResults, item: ItemResult) -> dict[str, str]:
    """Option code -> label: of all versions, then of codes that only answers have."""
    countries = dict(country_choices(survey.language)) if _from_countries(item) else {}
    known = countries | _offered(survey, item) | survey.option_labels(item.code)
    return {code: text for code, text in known.items() if code != DONT_KNOW}


def _missing_labels() -> dict[float, str]:
    return {float(DONT_KNOW_CODE): "Don't know", float(NO_ANSWER): "No answer"}


def _without_options(answer: Any, was_asked: bool) -> float | None:
    """The value of an answer that chooses nothing."""
    if is_blank(answer):
        return float(NO_ANSWER) if was_asked else None
    return float(DONT_KNOW_CODE)


def _codes(answer: Any) -> list[str]:
    """The options chosen; empty for no answer and for "don't know" alone."""
    if is_blank(answer):
        return []
    codes = [str(code) for code in answer] if isinstance(answer, (list, tuple)) else [str(answer)]
    return [code for code in codes if code != DONT_KNOW]


def _single(numbers_of: Mapping[str, int], given: tuple[Any, bool]) -> float | None:
    answer, was_asked = given
    codes = _codes(answer)
    return float(numbers_of[codes[0]]) if codes else _without_options(answer, was_asked)


def _chosen(code: str, given: tuple[Any, bool]) -> float | None:
    answer, was_asked = given
    codes = _codes(answer)
    return float(CHOSEN if code in codes else NOT_CHOSEN) if codes else _without_options(answer, was_asked)


def _place(code: str, given: tuple[Any, bool]) -> float | None:
    answer, was_asked = given
    codes = list(dict.fromkeys(_codes(answer)))
    if not codes:
        return _without_options(answer, was_asked)
    return float(codes.index(code) + 1 if code in codes else NOT_RANKED)


def _number(answer: Any) -> float | None:
    return next((float(value) for value in numbers([answer])), None)


def _spss_day(answer: Any) -> float | None:
    """A date as SPSS counts it: seconds since the Gregorian calendar began."""
    return next((float((day - SPSS_EPOCH).days * 86_400) for day in days([answer])), None)


def _texts(answers: Coded) -> Coded:
    return answers.map(lambda answer: "" if is_blank(answer) else cut(str(answer), TEXT_BYTES))


def cut(text: str, most: int) -> str:
    """The beginning of a text that fits into `most` bytes of UTF-8."""
    return text.replace("\x00", "").encode()[:most].decode(errors="ignore")


def variable_name(code: str) -> str:
    """A name that SPSS accepts: letters, digits and underscores."""
    return "Q" + "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in code)
