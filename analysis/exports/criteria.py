"""The worksheet's table of criteria: one row each, with the four cells, their reasons, and the evidence of each
source."""

from collections.abc import Iterator
from typing import Any

from analysis.results import Results
from analysis.results.disagreements import items_of
from indicators.models import Mark
from instruments import schema

CELL_NAMES = {"F1": "Framework 1", "F2": "Framework 2", "O1": "Operational 1", "O2": "Operational 2"}
HEAD = (
    "Category",
    "Criterion",
    "Text",
    *(f"{name}{part}" for name in CELL_NAMES.values() for part in ("", ": reason")),
    "Evidence attached",
    "Interviews (answered of asked)",
    "Themes (interviews of asked)",
    "Survey items",
    "Working notes",
)


def criteria(results: Results) -> tuple[tuple[str, ...], Iterator[list[Any]]]:
    """(head, rows) of the table of all criteria."""
    return HEAD, (
        _row(results, category, criterion)
        for category in results.indicators.categories
        for criterion in category.criteria
    )


def _row(results: Results, category: schema.Category, criterion: schema.Criterion) -> list[Any]:
    cells: list[Any] = []
    evidence = dict[str, None]()
    for cell in schema.CELLS:
        mark = results.marks.get((criterion.name, cell), {})
        cells += [str(Mark.State(results.matrix[criterion.name][cell]).label), mark.get("rationale", "")]
        evidence |= dict.fromkeys(mark.get("evidence") or [])
    linked = results.themes.frames.themes.query("criterion == @criterion.name")["theme"]
    themes = [
        f"{theme.label}: {theme.interviews} of {theme.asked}"
        + f", unprompted in {theme.unprompted}" * bool(theme.unprompted)
        for theme in results.themes.counts
        if theme.theme in set(linked)
    ]
    return [
        f"{category.name} {category.title}",
        criterion.name,
        str(criterion.text),
        *cells,
        "\n".join(evidence),
        "\n".join(_questions(results, criterion)),
        "\n".join(themes),
        "\n".join(_items(results, criterion)),
        "",
    ]


def _questions(results: Results, criterion: schema.Criterion) -> Iterator[str]:
    for question in criterion.interview:
        if results.interviews.question(question):
            asked, answered = results.interviews.asked(question), results.interviews.answered(question)
            yield f"{question}: {len(asked & answered)} of {len(asked)}"


def _items(results: Results, criterion: schema.Criterion) -> Iterator[str]:
    if results.survey.is_hidden:
        return
    for item in items_of(results, criterion):
        given = ", ".join(f"{item.labels.get(option, option)} {count}" for option, count in item.counts.given.items())
        yield f"{item.code} (n={item.counts.answered}): {given or 'no answers'}"
