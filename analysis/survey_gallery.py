"""The charts of survey items; `gallery` offers them by key. The unit is always respondents."""

import pandas as pd

from analysis.charts.spec import CATEGORICAL, Chart, Series, cycle, diverging, ordered
from analysis.disclosure import SafeTable
from analysis.results import Results
from analysis.statistics.likert import Balance
from analysis.survey_results import ItemResult, SurveyResults
from analysis.words import table_note
from instruments import schema

BETWEEN = "~"  # parts of a key: codes may hold dots and hyphens
MOST_NAMED = 3  # more answers than this at the top are counted and not named
FEW = 12  # a longer list of options shows only those that somebody chose
BREAK = ("select_one", "select_multiple", "rank")


def names(survey: SurveyResults) -> list[str]:
    """Tables of rated items and single items that can be drawn, in the order of the form; profiles are left out."""
    found = []
    for section in survey.document.sections:
        for entry in section.items:
            if isinstance(entry, schema.Matrix) or (isinstance(entry, schema.OptionsItem) and not entry.profile):
                found.append(entry.name)
    return found


def survey(results: Results, name: str) -> Chart:
    """A table of rated items, or one item. Raises `KeyError` for a code that the questionnaire lacks or a text item."""
    for matrix, rows in results.survey.matrices():
        if matrix.name == name:
            return rated(results, rows, f"survey-{name}", f"{name} {results.survey.translate(matrix.label)}")
    item = results.survey.items[name]
    if item.type not in BREAK:
        raise KeyError(name)
    return one(results, item)


def one(results: Results, item: ItemResult) -> Chart:
    """The chart of one item that is no text."""
    key, title = f"survey-{item.code}", f"{item.code} {item.label}"
    return rated(results, [item], key, title) if item.scale else choice(results, item, key, title)


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
        return results.translate("nobody_several") if len(items) > 1 else _most_common(results, items[0])
    top = max(given, key=lambda item: max(item.counts.counts.values()) / item.counts.answered)
    return f"{top.code} {top.label}: {_most_common(results, top)}"


def _most_common(results: Results, item: ItemResult) -> str:
    given = item.counts.given
    if not given:
        return results.translate("nobody_one")
    top = max(given.values())
    most = [item.labels.get(option, option) for option, count in given.items() if count == top]
    if len(most) > MOST_NAMED:
        return results.translate("most_tied", number=len(most), count=top, base=item.counts.answered)
    return results.translate("most_common", answers="; ".join(most), count=top, base=item.counts.answered)


def choice(results: Results, item: ItemResult, key: str, title: str) -> Chart:
    """Bars of one item: its options, or for a ranking how often each was put first and named at all."""
    if item.ranking:
        return _ranked(results, item, key, title)
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
        alt=_most_common(results, item),
        base=base_words(results, [item]),
        bases=(item.counts.answered,) * len(codes),
        note=" ".join(
            words
            for words in (
                results.translate("several_possible") if item.type == "select_multiple" else "",
                notes(results, [item]),
            )
            if words
        ),
        percentages=results.percentages,
    )


def _ranked(results: Results, item: ItemResult, key: str, title: str) -> Chart:
    assert item.ranking is not None  # noqa: S101  (asked before the call)
    rows = item.ranking.options
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


def pair(results: Results, rest: str) -> Chart:
    """Rated items side by side, one colour an item: `3.2.3~3.2.4`. Raises where they share no scale."""
    items = [results.survey.items[code] for code in rest.split(BETWEEN)]
    scale = items[0].scale
    if not 2 <= len(items) <= 4 or scale is None or any(item.scale != scale for item in items):
        raise ValueError(rest)
    points = scale.from_favourable
    return Chart(
        key=f"pair-{rest}",
        title=" / ".join(f"{item.code} {item.label}" for item in items),
        kind="clustered",
        categories=tuple(items[0].labels[point] for point in points),
        series=tuple(
            Series(item.label, tuple(item.counts.counts.get(point, 0) for point in points), colour)
            for item, colour in zip(items, CATEGORICAL, strict=False)
        ),
        unit=results.translate("respondents"),
        alt=" ".join(f"{item.code} {item.label}: {_most_common(results, item)}" for item in items),
        base=base_words(results, items),
        note=notes(results, items),
        most=max(item.counts.answered for item in items),
    )


def breakdown(results: Results, rest: str) -> Chart:
    """An item by one or two characteristics: `3.1.5~sex` or `3.1.5~sex~age`. Hidden cells are None, never zero."""
    code, *by = rest.split(BETWEEN)
    if not 1 <= len(by) <= 2:
        raise ValueError(rest)
    profiles = [results.survey.profile_named(name) for name in by]
    item, table = results.survey.items[code], results.survey.breakdown(code, *profiles)
    translate = results.translate
    labels = item.labels | {"dont_know": translate("dont_know"), "skipped": translate("no_answer")}
    rows = [row for row in table.cells.index if table.row_totals[row]]
    groups, colours = list(table.cells.columns), cycle(len(table.cells.columns))
    return Chart(
        key=f"breakdown-{rest}",
        title=_by(results, f"{code} {item.label}", profiles),
        kind="clustered",
        categories=tuple(str(labels.get(row, row)) for row in rows) if groups else (),
        series=tuple(
            Series(
                f"{translate('not_stated') if group == 'not_stated' else group} (n={table.column_totals[group]})",
                tuple(
                    None if pd.isna(table.cells.loc[row, group]) else int(table.cells.loc[row, group]) for row in rows
                ),
                colour,
            )
            for group, colour in zip(groups, colours, strict=True)
        ),
        unit=results.translate("respondents"),
        alt=_breakdown_words(results, table, _by(results, item.code, profiles)),
        base=" ".join(
            [
                translate("responses_base", count=results.survey.responses),
                translate("asked_base", count=item.counts.asked),
            ]
        ),
        note=" ".join(words for words in (table_note(table, results.language), notes(results, [item])) if words),
        most=max(table.column_totals, default=0),
    )


def _by(results: Results, item: str, profiles: list[str]) -> str:
    first, *rest = (results.translate(f"profile_{profile}") for profile in profiles)
    return (
        results.translate("by_two", item=item, first=first, second=rest[0])
        if rest
        else results.translate("by_one", item=item, first=first)
    )


def _breakdown_words(results: Results, table: SafeTable, name: str) -> str:
    if table.withheld:
        return results.translate("withheld", table=name)
    return results.translate("cells_hidden", table=name, count=table.hidden) if table.hidden else f"{name}."
