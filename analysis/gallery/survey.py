"""The charts of survey items; `gallery` offers them by key. The unit is always respondents."""

from analysis.charts.spec import CATEGORICAL, Chart, Series, cycle, diverging
from analysis.item_types.answers import has_chart
from analysis.item_types.presentation import (
    base_words,
    chosen,
    draw,
    most_common,
    not_yet,
    notes,
    option_colours,
    rated,
)
from analysis.releases.stored import MIDDLE, SIDES
from analysis.results import Results
from analysis.results.survey import Breakdown, ItemResult, SurveyResults
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
            draw_rows = chosen if matrix.options else rated
            return draw_rows(results, rows, f"survey-{name}", f"{name} {results.survey.translate(matrix.label)}")
    return draw(results, results.survey.items[name])


def pair(results: Results, rest: str) -> Chart:
    """Rated items side by side, one colour an item: `3.2.3~3.2.4`. Raises where they share no scale."""
    items = [results.survey.items[code] for code in rest.split(BETWEEN)]
    scale = items[0].scale
    if not 2 <= len(items) <= 4 or scale is None or any(item.scale != scale for item in items):
        raise ValueError(rest)
    title = " / ".join(f"{item.code} {item.label}" for item in items)
    if results.survey.is_hidden:
        return not_yet(results, f"pair-{rest}", title)
    points = scale.from_favourable
    return Chart(
        key=f"pair-{rest}",
        title=title,
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
    """An item by one characteristic, as released: `3.1.5~sex`. A withheld one has no numbers, and a note."""
    code, *by = rest.split(BETWEEN)
    if len(by) != 1:
        raise ValueError(rest)
    profile, item, found = results.survey.profile_named(by[0]), results.survey.items[code], results.survey
    key, title = f"breakdown-{code}~{profile}", _by(results, f"{code} {item.label}", profile)
    if not found.can_be_broken_down(code):
        raise ValueError(rest)
    if found.is_hidden:
        return not_yet(results, key, title)
    if not found.groups:
        return Chart(key, title, "bars", (), (), results.translate("respondents"), no_groups(results))
    table = found.breakdown(code, profile)
    if table.counts is None:
        return Chart(key, title, "bars", (), (), results.translate("respondents"), results.survey.withheld_words)
    if table.sides:
        return _sides(results, item, table, key, title)
    return _several(results, item, table, key, title) if item.is_multiple else _one(results, item, table, key, title)


def no_groups(results: Results) -> str:
    """Why there are no break-downs."""
    return results.translate("no_groups", count=results.survey.responses)


def _one(results: Results, item: ItemResult, table: Breakdown, key: str, title: str) -> Chart:
    """A bar for each group, its parts the answers: groups of different size can be compared."""
    given = table.counts or {}
    options = [name for name, _ in item.options if any(given.get(name, ()))]
    colours = option_colours(item, options)
    if item.scale is not None:
        points = item.scale.from_favourable
        options = [*points, *(option for option in options if option not in points)]
    zeros = (0,) * len(table.groups)
    return Chart(
        key=key,
        title=title,
        kind="stacked",
        categories=tuple(label for label, _ in table.groups),
        series=tuple(Series(item.labels[option], given.get(option, zeros), colours[option]) for option in options),
        unit=results.translate("respondents"),
        alt=_groups_words(results, table),
        base=base_words(results, [item]),
        bases=table.answered,
        note=_groups_note(results, item, table),
        percentages=results.percentages,
    )


def _sides(results: Results, item: ItemResult, table: Breakdown, key: str, title: str) -> Chart:
    """A bar for each group, its parts the sides of the scale."""
    labels, given = results.survey.side_labels(item), table.counts or {}
    shown = [side for side in SIDES if side != MIDDLE or (item.scale and item.scale.neutral) or any(given[side])]
    colours = diverging(shown, MIDDLE if MIDDLE in shown else None)
    return Chart(
        key=key,
        title=title,
        kind="stacked",
        categories=tuple(label for label, _ in table.groups),
        series=tuple(Series(labels[side], given[side], colours[side]) for side in shown),
        unit=results.translate("respondents"),
        alt=_groups_words(results, table),
        base=base_words(results, [item]),
        bases=table.answered,
        note=_groups_note(results, item, table),
        percentages=results.percentages,
    )


def _several(results: Results, item: ItemResult, table: Breakdown, key: str, title: str) -> Chart:
    """The groups side by side for each option, of which one respondent may have chosen several."""
    given = table.counts or {}
    options = [name for name, _ in item.options if any(given.get(name, ()))]
    return Chart(
        key=key,
        title=title,
        kind="clustered",
        categories=tuple(item.labels[option] for option in options),
        series=tuple(
            Series(f"{label} (n={table.answered[place]})", tuple(given[option][place] for option in options), colour)
            for place, ((label, _), colour) in enumerate(zip(table.groups, cycle(len(table.groups)), strict=True))
        ),
        unit=results.translate("respondents"),
        alt=_groups_words(results, table),
        base=base_words(results, [item]),
        note=_groups_note(results, item, table),
        percentages=results.percentages,
        own_bases=table.answered,
    )


def _by(results: Results, item: str, profile: str) -> str:
    return results.translate("by_one", item=item, first=results.translate(f"profile_{profile}"))


def _groups_words(results: Results, table: Breakdown) -> str:
    """The sizes of the groups, in words."""
    return results.translate("groups_words", groups="; ".join(f"{label}: {size}" for label, size in table.groups))


def _groups_note(results: Results, item: ItemResult, table: Breakdown) -> str:
    """How the groups were formed, and how many of each gave no answer."""
    translate, words = results.translate, [results.translate("groups_note", k=results.survey.released["k"])]
    if table.sides:
        words.append(translate("by_sides"))
    missing = {
        "groups_dont_know": table.dont_know,
        "groups_skipped": table.skipped,
        "groups_no_rating": table.no_rating,
    }
    for key, counts in missing.items():
        if any(counts):
            named = [f"{label}: {count}" for (label, _), count in zip(table.groups, counts, strict=True) if count]
            words.append(translate(key, groups="; ".join(named)))
    return " ".join([*words, *filter(None, [notes(results, [item])])])
