"""The charts of survey items; `gallery` offers them by key. The unit is always respondents."""

import pandas as pd

from analysis.charts.spec import CATEGORICAL, Chart, Series, cycle
from analysis.disclosure import SafeTable
from analysis.item_types.answers import has_chart
from analysis.item_types.presentation import base_words, draw, most_common, notes, rated
from analysis.results import Results
from analysis.results.survey import SurveyResults
from analysis.words import table_note
from instruments import schema

BETWEEN = "~"  # parts of a key: codes may hold dots and hyphens


def names(survey: SurveyResults) -> list[str]:
    """Tables of rated items and single items that can be drawn, in the order of the form; profiles are left out."""
    found = []
    for section in survey.document.sections:
        for entry in section.items:
            if isinstance(entry, schema.Matrix) or (has_chart(entry) and not entry.profile):
                found.append(entry.name)
    return found


def survey(results: Results, name: str) -> Chart:
    """A table of rated items, or one item. Raises `KeyError` for a code that the questionnaire lacks or a text item."""
    for matrix, rows in results.survey.matrices():
        if matrix.name == name:
            return rated(results, rows, f"survey-{name}", f"{name} {results.survey.translate(matrix.label)}")
    return draw(results, results.survey.items[name])


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
        alt=" ".join(f"{item.code} {item.label}: {most_common(results, item)}" for item in items),
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
