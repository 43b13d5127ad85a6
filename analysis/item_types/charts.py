"""The chart of a survey item. The unit is always respondents."""

from datetime import date
from fractions import Fraction
from typing import assert_never

from django.utils import formats, translation

from analysis.charts.spec import Chart, Series, cycle, diverging, ordered
from analysis.item_types.counting import has_chart
from analysis.results import Results
from analysis.results.survey import ItemResult
from analysis.statistics.days import DaySummary
from analysis.statistics.likert import Balance
from analysis.statistics.numbers import NumberSummary, number_text
from instruments.schema import (
    DateItem,
    DecimalItem,
    IntegerItem,
    RankItem,
    SelectMultipleItem,
    SelectOneItem,
    TextItem,
)

MOST_NAMED = 3  # more answers than this at the top are counted and not named
FEW = 12  # a longer list of options shows only those that somebody chose


def draw(results: Results, item: ItemResult, key: str = "", title: str = "") -> Chart:
    """The chart of one item. Raises `KeyError` for one answered in words, which has none (`has_chart`)."""
    key, title = key or f"survey-{item.code}", title or f"{item.code} {item.label}"
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
        case TextItem():
            raise KeyError(item.code)
        case _:
            assert_never(item.definition)


def draw_all(results: Results, items: list[ItemResult]) -> list[Chart]:
    """The charts of those items that have one."""
    return [draw(results, item) for item in items if has_chart(item.definition)]


def base_words(results: Results, items: list[ItemResult]) -> str:
    """The two bases that the reference report prints under a chart."""
    translate, bases = results.translate, sorted({item.counts.answered for item in items})
    answered = bases[0] if len(bases) == 1 else translate("range", least=bases[0], most=bases[-1])
    unknown = sum(item.counts.dont_know for item in items)
    words = [
        translate("responses_base", count=results.survey.responses),
        translate("base_one" if len(items) == 1 else "base_several", answered=answered),
    ]
    return " ".join([*words, translate("base_unknown", count=unknown)] if unknown else words)


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
    if len(several) > 1:
        words.append(results.translate("versions_joined", count=len(several)))
    return " ".join(words)


def rated(results: Results, items: list[ItemResult], key: str, title: str) -> Chart:
    """Stacked bars of items that share a scale, favourable answers first."""
    scale = items[0].scale
    assert scale is not None  # noqa: S101  (callers pass rated items)
    points = scale.from_favourable
    colours = ordered(points) if scale.favourable is None else diverging(points, scale.neutral)
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
    )


def _rated_words(results: Results, items: list[ItemResult]) -> str:
    """The best and the worst rated item, by net balance as a share of those who answered."""
    answered = [(item, item.balance) for item in items if item.balance]
    if not answered:
        return _most_agreed(results, items)
    ranked = sorted(answered, key=lambda pair: pair[1].net / pair[1].base)
    (worst, low), (best, high) = ranked[0], ranked[-1]

    def words(key: str, item: ItemResult, found: Balance) -> str:
        return results.translate(
            key,
            item=f"{item.code} {item.label}",
            favourable=found.favourable,
            unfavourable=found.unfavourable,
            base=found.base,
        )

    if worst.code == best.code:
        return words("rated_one", best, high)
    return f"{words('rated_best', best, high)}; {words('rated_worst', worst, low)}"


def _most_agreed(results: Results, items: list[ItemResult]) -> str:
    """Of items without a balance: the answer on which most of those who answered one of them agree."""
    given = [item for item in items if item.counts.answered]
    if not given or len(items) == 1:
        return results.translate("nobody_several") if len(items) > 1 else most_common(results, items[0])
    top = max(given, key=lambda item: max(item.counts.counts.values()) / item.counts.answered)
    return f"{top.code} {top.label}: {most_common(results, top)}"


def most_common(results: Results, item: ItemResult) -> str:
    given = item.counts.given
    if not given:
        return results.translate("nobody_one")
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
        bases=(item.counts.answered,) * len(codes),
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
        else results.translate("nobody_one"),
        base=base_words(results, [item]),
        note=notes(results, [item]),
        most=item.counts.answered,
    )


def _numbers(results: Results, item: ItemResult, key: str, title: str) -> Chart:
    """A histogram; where few have answered, median and range in words; below the disclosure threshold, neither."""
    found, drawn = item.numbers, bool(item.numbers and results.percentages.allows(item.numbers.count))
    classes = found.classes if found and drawn else ()
    return Chart(
        key=key,
        title=title,
        kind="bars",
        categories=tuple(number_class(results, one.least, one.most, item) for one in classes),
        series=(Series(results.translate("respondents").capitalize(), tuple(one.count for one in classes)),),
        unit=results.translate("respondents"),
        alt=_number_words(results, found, quartiles=drawn) if found else _withheld_words(results, item),
        base=base_words(results, [item]),
        bases=(found.count,) * len(classes) if found else (),
        note=notes(results, [item]),
        percentages=results.percentages,
    )


def number_class(results: Results, least: Fraction, most: Fraction, item: ItemResult) -> str:
    """`3`, or `10 to 19`: from the least to the largest answer that belongs to the class."""
    first, last = (number_text(value, item.places) for value in (least, most))
    return first if first == last else results.translate("range", least=first, most=last)


def _number_words(results: Results, found: NumberSummary, *, quartiles: bool) -> str:
    def words(value: Fraction) -> str:
        return number_text(value, found.places)

    return results.translate(
        "numbers_words" if quartiles else "numbers_few",
        count=found.count,
        median=words(found.median),
        lower=words(found.lower_quartile),
        upper=words(found.upper_quartile),
        least=words(found.least),
        most=words(found.most),
    )


def _days(results: Results, item: ItemResult, key: str, title: str) -> Chart:
    """Bars by month or, over a long time, by year; where few have answered, the range in words."""
    found = item.days
    periods = found.periods if found and results.percentages.allows(found.count) else ()
    return Chart(
        key=key,
        title=title,
        kind="bars",
        categories=tuple(period_text(results, start, found) for start, _ in periods) if found else (),
        series=(Series(results.translate("respondents").capitalize(), tuple(count for _, count in periods)),),
        unit=results.translate("respondents"),
        alt=results.translate(
            "days_words", count=found.count, first=_day(results, found.first), last=_day(results, found.last)
        )
        if found
        else _withheld_words(results, item),
        base=base_words(results, [item]),
        bases=(found.count,) * len(periods) if found else (),
        note=notes(results, [item]),
        percentages=results.percentages,
    )


def period_text(results: Results, start: date, found: DaySummary) -> str:
    """`March 2026`, or `2026` where answers are counted by year."""
    with translation.override(results.language):
        return f"{start.year}" if found.by_year else str(formats.date_format(start, "F Y"))


def _day(results: Results, day: date) -> str:
    with translation.override(results.language):
        return str(formats.date_format(day, "j E Y"))


def _withheld_words(results: Results, item: ItemResult) -> str:
    if not item.counts.answered:
        return results.translate("nobody_one")
    return results.translate("too_few", k=results.k)
