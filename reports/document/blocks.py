"""The blocks that text may put in: figures, tables and lists, each made from the assessment's results.

A block is named by words: `chart survey 3.1.5`, `indicators 1`, `priorities`. `table` before a table's name changes
nothing. Which words exist, and how the palette offers them, is the table `BLOCKS` at the end; nothing else can be
called.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.template.loader import render_to_string
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analysis.charts import Chart
from analysis.charts.html import render as render_chart
from analysis.results import Results
from ctnat.ui.lazy import StrOrPromise
from reports.document import tables
from reports.document.charts import Offers, make_chart, offered_charts, theme_offers
from reports.document.registry import Block, UnknownBlock
from reports.document.table_fit import fit_table
from reports.document.tables import Context
from reports.words import as_shown

LOGGER = logging.getLogger(__name__)
Maker = Callable[[Context, Sequence[str], str], Block]
Rows = Callable[[Context, Sequence[str]], dict[str, Any]]


GROUPS = {"Chart": _("Chart"), "Table": _("Table"), "List": _("List")}


@dataclass(frozen=True)
class BlockKind:
    """One word of `BLOCKS`. `offers(results)`: its lines in the palette, none where it has no line.

    They are under `group`, a key of `GROUPS`.
    """

    make: Maker
    group: str = "Table"
    offers: Callable[[Results], Offers] = lambda results: ()


def make_block(context: Context, words: Sequence[str], title: str) -> Block:
    """The block named by `words`. Raises `UnknownBlock` with what to write instead."""
    words = list(words)
    if len(words) > 1 and words[0] == "table" and words[1] in BLOCKS:
        words = words[1:]
    if not words or words[0] not in BLOCKS:
        raise UnknownBlock(
            _("there is no such block. Choose one from the palette: {blocks}."), blocks=", ".join(BLOCKS)
        )
    try:
        return BLOCKS[words[0]].make(context, words[1:], title)
    except UnknownBlock:
        raise
    except Exception:  # one figure that fails must not stop the whole report
        LOGGER.exception("Block %s failed", words)
        raise UnknownBlock(_("this block could not be created. Tell the administrator of this site.")) from None


def chart_block(chart: Chart, title: str = "", source: str = "") -> Block:
    """A chart as a figure, with the values allowed for hand-typed numbers beside it."""

    def draw(caption: str, anchor: str) -> str:
        return render_chart(replace(chart, key=anchor, title=caption))

    counts = [value for series in chart.series for value in series.values if value is not None]
    words = {
        series.label.lower(): frozenset(value for value in series.values if value is not None)
        for series in chart.series
        if len(chart.series) > 1
    } or {
        label.lower(): frozenset(series.values[index] or 0 for series in chart.series)
        for index, label in enumerate(chart.categories)
    }
    rows = [[series.values[index] or 0 for series in chart.series] for index in range(len(chart.categories))]
    runs = rows + [[row[index] for row in rows] for index in range(len(chart.series))]
    sums = {sum(run[start:end]) for run in runs for start in range(len(run)) for end in range(start + 1, len(run) + 1)}
    bases = {*chart.bases, *chart.own_bases, *(int(number) for number in re.findall(r"n=(\d+)", chart.base))}
    shares = {
        percent
        for index, base in enumerate(chart.bases)
        for count in {*counts, *sums}
        if count <= base and (percent := chart.percent(index, count)) is not None
    } | {
        percent
        for place, series in enumerate(chart.series if chart.own_bases else ())
        for count in series.values
        if count is not None and (percent := chart.percent(0, count, place)) is not None
    }
    return Block(
        "figure", title or chart.title, draw, source, frozenset({*counts, *sums, *bases, *shares}), words, chart
    )


def _chart(context: Context, words: Sequence[str], title: str) -> Block:
    chart, source = make_chart(context, words)
    return chart_block(chart, title, source)


def _table(template: str, caption_key: str, source: str = "") -> Callable[[Rows], Maker]:
    """A maker of blocks whose rows come from a function of `tables` and whose HTML is a template.

    `caption_key` names the words over a table whose rows bring no title; blank for what is no table.
    """

    def wrap(rows: Rows) -> Maker:
        def make(context: Context, words: Sequence[str], title: str) -> Block:
            values = rows(context, words)

            def draw(caption: str, anchor: str) -> str:
                fit = fit_table([values["head"], *values["rows"]]).css if "head" in values else ""
                shown = {
                    "caption": caption,
                    "anchor": anchor,
                    "t": as_shown(context.words, context.results.language),
                    "fit": fit,
                    **values,
                }
                return render_to_string(f"reports/blocks/_{template}.html", shown)

            if not caption_key:
                return Block("text", title, draw, values.get("source", source))
            words_over = title or values.get("title") or context.words[caption_key]
            return Block("table", words_over, draw, values.get("source", source))

        return make

    return wrap


def offered_blocks(results: Results) -> Iterator[tuple[StrOrPromise, StrOrPromise, str]]:
    """The palette's lines: (group, label, call)."""
    for name, kind in BLOCKS.items():
        call = f"table {name}" if kind.group == "Table" else name
        for label, words in kind.offers(results):
            yield GROUPS[kind.group], label, f"{call} {words}".strip()


def _once(label: StrOrPromise) -> Callable[[Results], Offers]:
    """One line, for a block that is named by its word alone."""
    return lambda results: [(label, "")]


def _by_category(label: StrOrPromise = "{category}") -> Callable[[Results], Offers]:
    return lambda results: [
        (format_lazy(label, category=category.title.translate(results.language)), category.name)
        for category in results.indicators.categories
    ]


BLOCKS: dict[str, BlockKind] = {
    "chart": BlockKind(_chart, "Chart", offered_charts),
    "indicators": BlockKind(_table("indicators", "criterion")(tables.indicators), "Table", _by_category()),
    "priorities": BlockKind(
        _table("priorities", "priorities_title", "page:priorities")(tables.priorities),
        "Table",
        _once(_("Priorities of respondents and of groups")),
    ),
    "participants": BlockKind(
        _table("grid", "participants_title", "page:participants")(tables.participants),
        "Table",
        _once(_("Interviews and people by sector")),
    ),
    "coverage": BlockKind(
        _table("grid", "coverage_title", "page:coverage")(tables.coverage),
        "Table",
        _once(_("Interviews in which each section was asked")),
    ),
    "themes": BlockKind(_table("grid", "themes_title", "page:themes")(tables.themes), "Table", theme_offers),
    "survey": BlockKind(_table("grid", "survey_title")(tables.survey)),
    "treaties": BlockKind(
        _table("treaties", "instrument")(tables.treaties), "Table", _once(_("International instruments"))
    ),
    "recommendations": BlockKind(
        _table("recommendations", "")(tables.recommendations), "List", _by_category(_("Recommendations: {category}"))
    ),
    "bibliography": BlockKind(_table("bibliography", "")(tables.bibliography), "List", _once(_("Bibliography"))),
    "organisations": BlockKind(
        _table("organisations", "")(tables.organisations), "List", _once(_("Organisations that took part"))
    ),
    "instrument": BlockKind(_table("instrument", "")(tables.instrument)),
    "validation": BlockKind(
        _table("validation", "")(tables.validation), "List", _once(_("What changed at validation"))
    ),
    "review": BlockKind(
        _table("review", "review_title")(tables.review), "Table", _once(_("Comments of reviewers, with the responses"))
    ),
    "quote": BlockKind(_table("quote", "")(tables.quote)),  # the palette lists passages by their words
}
