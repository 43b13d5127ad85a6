"""A chart as a matplotlib `Figure` (never pyplot, which keeps every figure alive), for downloads as PNG and SVG.

DejaVu Sans, which matplotlib carries, has Latin, Cyrillic, Georgian, Armenian and Arabic letters; matplotlib joins
Arabic letters and orders them itself (from 3.11 on). The same chart gives the same bytes each time.
"""

import textwrap
from io import BytesIO
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.charts.spec import LIGHT, Chart, cycle

WIDTH_IN, DPI = 8.0, 150
LABEL_WIDTH = 38  # characters of a category's label before it wraps
LONGEST = 600  # characters of any text that are drawn
STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "svg.fonttype": "path",  # shaped text stays as it was shaped
    "svg.hashsalt": "chart",  # stable identifiers
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#857f70",
    "text.color": "#1e2427",
    "axes.labelcolor": "#555d61",
    "xtick.color": "#555d61",
    "ytick.color": "#1e2427",
}


def draw(chart: Chart) -> Figure:
    """The figure, with title, base and note."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_IN, _height(chart)), layout="constrained")
        axes = figure.add_subplot()
        if chart.is_empty:
            axes.axis("off")
            axes.text(0.5, 0.5, chart.alt, ha="center", va="center", wrap=True)
        else:
            DRAWERS[chart.kind](chart, axes)
        figure.suptitle(_wrap(chart.title, 80), x=0.01, ha="left", fontsize=11, fontweight="bold")
        if foot := "\n".join(_wrap(text, 110) for text in (chart.base, chart.note) if text):
            figure.supxlabel(foot, x=0.01, ha="left", fontsize=8, color="#555d61")
        return figure


def export(chart: Chart, format: Literal["png", "svg"]) -> bytes:
    """The picture file; its metadata hold title and alt text."""
    target = BytesIO()
    metadata: dict[str, Any] = {"Title": chart.title, "Description": chart.alt}
    if format == "svg":
        metadata |= {"Date": None}
    with mpl.rc_context(STYLE):
        draw(chart).savefig(target, format=format, dpi=DPI, metadata=metadata)
    return target.getvalue()


def _wrap(text: str, width: int = LABEL_WIDTH) -> str:
    """Wrapped and cut to what fits, with `$` meaning a dollar: matplotlib would read a formula between two of them."""
    lines = textwrap.wrap(text[:LONGEST], width, max_lines=LONGEST // 100, placeholder=" …")
    return "\n".join(lines).replace("$", r"\$")


def _labels(chart: Chart) -> list[str]:
    return [_wrap(f"{code} {label}" if code else label) for code, label, _ in chart.rows()]


def _height(chart: Chart) -> float:
    if chart.kind in ("pie", "line"):
        return 4.5
    lines = sum(max(1.6, _labels(chart)[index].count("\n") + 1.6) for index in range(len(chart.categories)))
    thickness = 0.19 * (1 if chart.kind != "clustered" else max(1, len(chart.series) * 0.7))
    return min(60.0, 1.6 + lines * thickness + (0.4 if len(chart.series) > 1 else 0))


def _bars(chart: Chart, axes: Axes) -> None:
    count = len(chart.series)
    thick = 0.78 / count
    for number, series in enumerate(chart.series):
        places = [index + (number - (count - 1) / 2) * thick for index in range(len(chart.categories))]
        drawn = axes.barh(places, [value or 0 for value in series.values], thick * 0.92, color=series.colour)
        drawn.set_label(_wrap(series.label))
        for index, (place, value) in enumerate(zip(places, series.values, strict=True)):
            axes.annotate(
                chart.value_text(index, value),
                (value or 0, place),
                (3, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
            )
    _frame(chart, axes)
    axes.set_xlim(0, chart.largest * 1.18)


def _stacked(chart: Chart, axes: Axes) -> None:
    totals = [sum(series.values[index] or 0 for series in chart.series) for index in range(len(chart.categories))]
    left = [0.0] * len(totals)
    for series in chart.series:
        widths = [(value or 0) / total if total else 0 for value, total in zip(series.values, totals, strict=True)]
        axes.barh(range(len(totals)), widths, 0.72, left, color=series.colour, label=_wrap(series.label))
        for index, (value, width) in enumerate(zip(series.values, widths, strict=True)):
            if value:
                ink = "#1e2427" if series.colour in LIGHT else "#ffffff"
                share = chart.percent(index, value)
                text = str(value) if share is None else f"{share}%"
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
    if len(chart.series) > 1:
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=8)


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
    axes.set_xticks(range(len(chart.series)), [_wrap(series.label, 14) for series in chart.series])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for index, (_, _, values) in enumerate(chart.rows()):
        for column, value in enumerate(values):
            ink = "#ffffff" if value and value > chart.largest * 0.75 else "#1e2427"
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
    if len(chart.series) > 1:
        axes.legend(frameon=False)


DRAWERS = {"bars": _bars, "clustered": _bars, "stacked": _stacked, "pie": _pie, "heat": _heat, "line": _line}
