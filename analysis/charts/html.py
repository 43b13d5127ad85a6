"""A chart as an accessible table: every number is text, every bar an SVG rect without text, no style attribute.

Used by pages and by the HTML and PDF reports; `static/css/charts.css` lays it out. The markup is ours alone and all
labels are escaped, so the result may be marked safe.
"""

from collections.abc import Iterator
from html import escape

from analysis.charts.spec import Chart
from analysis.disclosure import HIDDEN

NO_BREAK, WIDE = "\u00a0", "\u2003"
SOFT_HYPHEN, LONGEST_WORD = "\u00ad", 16
WIDTH, THICK = 1000, 12  # the bars' own units; the page stretches them


def render(chart: Chart, *, heading: str = "figcaption", controls: str = "") -> str:
    """`<figure>` with title, result, key, table, base and note. `controls` is ready markup put below (downloads)."""
    parts = [
        f'<figure class="chart chart-{chart.kind}" id="chart-{escape(chart.key)}">',
        f'<{heading} class="chart-title">{escape(chart.title)}</{heading}>',
        f'<p class="chart-result">{escape(chart.alt)}</p>',
    ]
    if not chart.is_empty:
        parts += [
            _key(chart),
            f'<div class="chart-scroll" tabindex="0" role="group" aria-label="{escape(chart.title)}">',
        ]
        parts += [f'<table class="chart-table"><caption class="visually-hidden">{escape(chart.title)}</caption>']
        parts += [*_head(chart), "<tbody>", *_body(chart), "</tbody></table></div>"]
    parts += [f'<p class="chart-base">{escape(chart.base)}</p>'] if chart.base else []
    parts += [f'<p class="chart-note">{escape(chart.note)}</p>'] if chart.note else []
    return "".join([*parts, controls, "</figure>"])


def table(chart: Chart) -> list[list[str | int | None]]:
    """The numbers as rows for CSV or a worksheet: a head, then one row per category; a hidden number is its sign."""
    head: list[str | int | None] = [*(["code"] if chart.codes else []), "label", *(s.label for s in chart.series)]
    if chart.bases:
        head.append("base")
    rows: list[list[str | int | None]] = [head]
    for index, (code, label, values) in enumerate(chart.rows()):
        numbers = [HIDDEN if value is None else value for value in values]
        rows.append([*([code] if chart.codes else []), label, *numbers, *([chart.bases[index]] if chart.bases else [])])
    if chart.own_bases:
        rows.append([*([""] if chart.codes else []), "base", *chart.own_bases])
    return rows


def _swatch(colour: str) -> str:
    return (
        f'<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true" focusable="false">{_rect(0, 10, colour, 10)}</svg>'
    )


def _rect(x: float, width: float, colour: str, height: int = THICK, opacity: float = 1.0) -> str:
    shade = "" if opacity == 1 else f' fill-opacity="{opacity:.2f}"'
    return f'<rect x="{x:g}" y="0" width="{width:g}" height="{height}" fill="{colour}"{shade}/>'


def _bar(rects: str) -> str:
    return (
        f'<svg class="bar" viewBox="0 0 {WIDTH} {THICK}" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{rects}</svg>'
    )


def _key(chart: Chart) -> str:
    if chart.kind not in ("clustered", "stacked"):
        return ""
    items = f"{WIDE} ".join(
        f'<span class="chart-entry">{_swatch(series.colour)}{NO_BREAK}{escape(series.label)}</span>'
        for series in chart.series
    )
    unit = f"{escape(chart.unit.capitalize())}:{WIDE} " if chart.unit else ""
    return f'<p class="chart-key" aria-hidden="true">{unit}{items}</p>'  # the table's heads say the same


def _head(chart: Chart) -> Iterator[str]:
    yield "<thead><tr>"
    if chart.codes:
        yield f'<th scope="col"><span class="visually-hidden">{escape(chart.code_head)}</span></th>'
    yield f'<td class="chart-unit">{escape(chart.unit) if chart.kind == "heat" else ""}</td>'  # others have a key
    if chart.kind not in ("heat", "clustered"):
        yield '<td aria-hidden="true"></td>'
    for number, series in enumerate(chart.series, start=1):
        yield f'<th scope="col" class="num">{_column_head(chart, number, series.label)}</th>'
        if chart.kind == "clustered":
            yield '<td aria-hidden="true"></td>'
    if chart.bases and chart.has_own_bases:
        yield '<th scope="col" class="num">n</th>'
    yield "</tr></thead>"


def _column_head(chart: Chart, number: int, label: str) -> str:
    """The label; in a table of things by the same things its number, under which the row has the label as well."""
    if chart.is_square:
        return f'<span class="visually-hidden">{escape(label)}</span><span aria-hidden="true">{number}</span>'
    *words, last = label.split() or [""]
    joint = NO_BREAK if last.isdecimal() else " "  # "Place 1" on one line
    return escape(joint.join(filter(None, [" ".join(map(_hyphenated, words)), _hyphenated(last)])))


def _hyphenated(word: str) -> str:
    """A word too long for a narrow column may be divided, with a hyphen; the others must not be."""
    parts = -(-len(word) // LONGEST_WORD)
    size = -(-len(word) // parts)
    return SOFT_HYPHEN.join(word[at : at + size] for at in range(0, len(word), size))


def _body(chart: Chart) -> Iterator[str]:
    for index, (code, label, values) in enumerate(chart.rows()):
        yield "<tr>"
        if chart.codes:
            yield f'<td class="chart-code">{escape(code)}</td>'
        place = f"{index + 1} " if chart.is_square else ""
        yield f'<th scope="row">{place}{escape(label)}</th>'
        if chart.shown_as == "stacked":
            yield f'<td class="chart-bar">{_bar(_stack(chart, index))}</td>'
        elif chart.shown_as == "bars":
            yield f'<td class="chart-bar">{_bar(_length(chart, index, values[0], chart.series[0].colour))}</td>'
        for number, (series, value) in enumerate(zip(chart.series, values, strict=True)):
            yield _number(chart, index, value, series.colour, number)
            if chart.kind == "clustered":
                yield f'<td class="chart-bar">{_bar(_length(chart, index, value, series.colour, number))}</td>'
        if chart.bases and chart.has_own_bases:
            yield f'<td class="num">{chart.bases[index]}</td>'
        yield "</tr>"


def _number(chart: Chart, index: int, value: int | None, colour: str, series: int) -> str:
    text = chart.value_text(index, value, series)
    if chart.kind != "heat":
        zero = " is-zero" if value == 0 else ""
        return f'<td class="num{zero}">{text}</td>'
    shade = _rect(0, 10, colour, 10, 0.12 + 0.68 * value / chart.largest) if value else ""
    return (
        f'<td class="num chart-cell"><svg class="shade" viewBox="0 0 10 10" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false">{shade}</svg><span>{text}</span></td>'
    )


def _length(chart: Chart, index: int, value: int | None, colour: str, series: int = 0) -> str:
    return _rect(0, round(WIDTH * chart.length(index, value, series), 1), colour)


def _scale(value: int | None, whole: int) -> float:
    return round(WIDTH * value / whole, 1) if value and whole else 0


def _stack(chart: Chart, index: int) -> str:
    """The parts of one category side by side, as shares of what was counted there."""
    values = [series.values[index] or 0 for series in chart.series]
    whole, x, rects = sum(values), 0.0, []
    for series, value in zip(chart.series, values, strict=True):
        width = _scale(value, whole)
        if width:
            rects.append(_rect(round(x, 1), width, series.colour))
        x += width
    return "".join(rects)
