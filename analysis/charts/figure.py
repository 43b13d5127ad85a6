"""A chart as a matplotlib `Figure` (never pyplot, which keeps every figure alive), for downloads as PNG and SVG.

DejaVu Sans, which matplotlib carries, has Latin, Cyrillic, Georgian, Armenian and Arabic letters; the fonts of
`ctnat.ui.fonts` have those of other scripts. matplotlib joins and orders letters itself (from 3.11 on). A chart in a
language written from right to left has its labels at the right, and its bars grow to the left. The same chart gives the
same bytes each time.
"""

import logging
import textwrap
from functools import cache
from io import BytesIO
from typing import Any, Literal

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import blended_transform_factory

from analysis.charts.spec import Chart, cycle, is_light
from ctnat.ui import fonts
from ctnat.ui.languages import Direction

WIDTH_IN, DPI = 8.0, 150
LABEL_WIDTH = 38  # characters of a category's label before it wraps
LONGEST = 600  # characters of any text that are drawn
INK, PAPER = "#1e2427", "#ffffff"
UPRIGHT = 4  # from more columns on, the heads of a table of shades are turned
HEAD_LONGEST = 64  # characters of such a head
STYLE: Any = {
    "font.size": 9,
    "svg.fonttype": "path",  # shaped text stays as it was shaped
    "svg.hashsalt": "chart",  # stable identifiers
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#857f70",
    "text.color": INK,
    "axes.labelcolor": "#555d61",
    "xtick.color": "#555d61",
    "ytick.color": INK,
}


@cache
def _families() -> list[str]:
    """DejaVu Sans, and for what it lacks the other fonts of printed documents that exist here."""
    logging.getLogger("matplotlib.font_manager").setLevel(
        logging.ERROR
    )  # some scripts have no bold face, which is fine
    found = ["DejaVu Sans"]
    for family in fonts.FAMILIES["Print Sans"]:
        faces = [f"{family.replace(' ', '')}-{weight}.ttf" for weight in ("Regular", "Bold")]
        for path in [path for folder in fonts.folders() for face in faces for path in folder.glob(face)]:
            font_manager.fontManager.addfont(path)
            found.append(family)
    return list(dict.fromkeys(found))


def _style() -> Any:
    return STYLE | {"font.family": _families()}


def draw(chart: Chart, direction: Direction = "ltr") -> Figure:
    """The figure, with title, base and note."""
    with mpl.rc_context(_style()):
        figure = Figure(figsize=(WIDTH_IN, _height(chart)), layout="constrained")
        axes = figure.add_subplot()
        begin: Any = {"x": 0.01, "ha": "left"} if direction == "ltr" else {"x": 0.99, "ha": "right"}
        if chart.is_empty:
            axes.axis("off")
            axes.text(0.5, 0.5, chart.alt, ha="center", va="center", wrap=True)
        else:
            DRAWERS[chart.kind](chart, axes)
            if direction == "rtl" and chart.kind != "pie":
                _mirror(axes)
            _legend(chart, figure, axes, direction)
        figure.suptitle(_title(chart), **begin, fontsize=11, fontweight="bold")
        if foot := _foot(chart):
            figure.supxlabel(foot, **begin, fontsize=8, color="#555d61")
        return figure


def _mirror(axes: Axes) -> None:
    """Begin at the right: the axis of numbers, the labels of rows, and the numbers beside the bars."""
    axes.invert_xaxis()
    axes.yaxis.tick_right()
    axes.yaxis.set_label_position("right")
    for spine, side in (("left", "right"), ("right", "left")):
        axes.spines[spine].set_visible(side == "left")
    axes.tick_params(axis="y", length=0)
    for number in axes.texts:
        if isinstance(number, Annotation):  # beside a bar, some points off its end
            right, up = number.get_position()
            number.set_position((-right, up))
            number.set_horizontalalignment("right")


def export(chart: Chart, format: Literal["png", "svg"], direction: Direction = "ltr") -> bytes:
    """The picture file; its metadata hold title and alt text. `direction` is that of the chart's language."""
    target = BytesIO()
    metadata: dict[str, Any] = {"Title": chart.title, "Description": chart.alt}
    if format == "svg":
        metadata |= {"Date": None}
    with mpl.rc_context(_style()):
        draw(chart, direction).savefig(target, format=format, dpi=DPI, metadata=metadata)
    return target.getvalue()


def _wrap(text: str, width: int = LABEL_WIDTH) -> str:
    """Wrapped and cut to what fits, with `$` meaning a dollar: matplotlib would read a formula between two of them."""
    lines = textwrap.wrap(text[:LONGEST], width, max_lines=LONGEST // 100, placeholder=" …")
    return "\n".join(lines).replace("$", r"\$")


def _labels(chart: Chart) -> list[str]:
    return [_wrap(f"{code} {label}" if code else label) for code, label, _ in chart.rows()]


def _title(chart: Chart) -> str:
    return _wrap(chart.title, 80)


def _foot(chart: Chart) -> str:
    return "\n".join(_wrap(text, 110) for text in (chart.base, chart.note) if text)


def _height(chart: Chart) -> float:
    if chart.kind in ("pie", "line"):
        return 4.5
    lines = sum(max(1.6, _labels(chart)[index].count("\n") + 1.6) for index in range(len(chart.categories)))
    thickness = 0.19 * (1 if chart.kind != "clustered" else max(1, len(chart.series) * 0.7))
    heads = 0.07 * max(len(line) for head in _heads(chart) for line in head.split("\n")) if chart.kind == "heat" else 0
    axis = 0.2 if chart.kind == "stacked" else 0.6
    texts = 0.2 * _title(chart).count("\n") + 0.35 * bool(chart.title) + 0.2 * len(_foot(chart).splitlines())
    return min(60.0, axis + texts + lines * thickness + (0.4 if len(chart.series) > 1 else 0) + heads)


def _heads(chart: Chart) -> list[str]:
    """Heads of the columns: wrapped, and where there are many to be read upright, in at most two lines each."""
    if len(chart.series) <= UPRIGHT:
        return [_wrap(series.label, 14) for series in chart.series]
    labels = [textwrap.shorten(series.label, HEAD_LONGEST, placeholder=" …") for series in chart.series]
    return [_wrap(label, max(14, len(label) // 2 + 5)) for label in labels]


def _legend(chart: Chart, figure: Figure, axes: Axes, direction: Direction) -> None:
    """Above the picture, in as many columns as fit; the last resort is one column."""
    if len(chart.series) < 2 or chart.kind in ("heat", "pie"):
        return
    handles, labels = axes.get_legend_handles_labels()
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    for columns in range(min(len(labels), 6), 0, -1):
        backwards = slice(None, None, -1 if direction == "rtl" and columns == len(labels) else 1)  # in a single row
        legend = axes.legend(
            handles[backwards],
            labels[backwards],
            loc="lower left" if direction == "ltr" else "lower right",
            bbox_to_anchor=(0.005 if direction == "ltr" else 0.995, 1),
            markerfirst=direction == "ltr",
            bbox_transform=blended_transform_factory(
                figure.transFigure, axes.transAxes
            ),  # the whole width, not the bars'
            ncols=columns,
            frameon=False,
            fontsize=8,
        )
        if legend.get_window_extent(renderer).width <= figure.bbox.width:
            break


def _bars(chart: Chart, axes: Axes) -> None:
    count = len(chart.series)
    thick = 0.78 / count
    in_percent = chart.in_percent and (
        chart.has_own_bases or bool(chart.own_bases)
    )  # bars as long as the percentages beside them
    full = 100 if in_percent else max(chart.whole(index) for index in range(len(chart.categories)))
    for number, series in enumerate(chart.series):
        places = [index + (number - (count - 1) / 2) * thick for index in range(len(chart.categories))]
        lengths = [full * chart.length(index, value, number) for index, value in enumerate(series.values)]
        drawn = axes.barh(places, lengths, thick * 0.92, color=series.colour)
        drawn.set_label(_wrap(series.label))
        for index, (place, value) in enumerate(zip(places, series.values, strict=True)):
            axes.annotate(
                chart.value_text(index, value, number),
                (lengths[index], place),
                (3, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
            )
    _frame(chart, axes)
    axes.set_xlim(0, full * 1.18)  # the numbers are beside the bars
    if in_percent:
        axes.set_xticks(range(0, 101, 20))
        axes.set_xlabel("%")
    else:
        axes.set_xticks([tick for tick in axes.get_xticks() if tick <= full])


def _stacked(chart: Chart, axes: Axes) -> None:
    totals = [sum(series.values[index] or 0 for series in chart.series) for index in range(len(chart.categories))]
    left = [0.0] * len(totals)
    for series in chart.series:
        widths = [(value or 0) / total if total else 0 for value, total in zip(series.values, totals, strict=True)]
        axes.barh(range(len(totals)), widths, 0.72, left, color=series.colour, label=_wrap(series.label))
        for index, (value, width) in enumerate(zip(series.values, widths, strict=True)):
            share = chart.percent(index, value or 0)
            text = str(value) if share is None else f"{share}%"
            if value and width >= 0.02 + 0.013 * len(text):  # the others would overlap their neighbours
                ink = INK if is_light(series.colour) else PAPER
                axes.text(left[index] + width / 2, index, text, ha="center", va="center", color=ink, fontsize=8)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    for index, total in enumerate(totals):
        base = chart.bases[index] if chart.bases else total
        axes.annotate(f"n={base}", (1, index), (4, 0), textcoords="offset points", va="center", fontsize=8)
    _frame(chart, axes)
    axes.set_xlim(0, 1)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)


def _frame(chart: Chart, axes: Axes) -> None:
    axes.set_yticks(range(len(chart.categories)), _labels(chart))
    axes.set_ylim(len(chart.categories) - 0.5, -0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(chart.unit)


def _pie(chart: Chart, axes: Axes) -> None:
    parts = [(index, value) for index, value in enumerate(chart.series[0].values) if value]
    colours = cycle(len(chart.categories))
    labels = _labels(chart)
    axes.pie(
        [value for _, value in parts],
        labels=[f"{labels[index]}\n{chart.value_text(index, value)}" for index, value in parts],
        colors=[colours[index] for index, _ in parts],
        startangle=90,
        counterclock=False,
        wedgeprops={"edgecolor": "white"},
    )


def _heat(chart: Chart, axes: Axes) -> None:
    cells = [[series.values[index] or 0 for series in chart.series] for index in range(len(chart.categories))]
    axes.imshow(cells, cmap="Blues", aspect="auto", vmin=0, vmax=max(1, chart.largest) * 1.3)
    axes.set_yticks(range(len(chart.categories)), _labels(chart))
    turned: Any = {"rotation": 90, "ha": "center", "fontsize": 8} if len(chart.series) > UPRIGHT else {}
    axes.set_xticks(range(len(chart.series)), _heads(chart), **turned)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for index, (_, _, values) in enumerate(chart.rows()):
        for column, value in enumerate(values):
            ink = PAPER if value and value > chart.largest * 0.75 else INK
            axes.text(column, index, chart.value_text(index, value), ha="center", va="center", color=ink)


def _line(chart: Chart, axes: Axes) -> None:
    for series in chart.series:
        axes.plot(
            range(len(chart.categories)),
            [value or 0 for value in series.values],
            marker="o",
            color=series.colour,
            label=series.label,
        )
    axes.set_xticks(range(len(chart.categories)), list(chart.categories), rotation=90)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(bottom=0)
    axes.set_ylabel(chart.unit)


DRAWERS = {"bars": _bars, "clustered": _bars, "stacked": _stacked, "pie": _pie, "heat": _heat, "line": _line}
