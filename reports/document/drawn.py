"""What is drawn in the figures of a document, where names were withheld from its HTML."""

from collections.abc import Iterable
from dataclasses import replace

from lxml import html as parser

from analysis.charts import Chart
from analysis.charts.html import NO_BREAK, SOFT_HYPHEN


def clear_charts(charts: dict[str, Chart], anchors: Iterable[str], html: str) -> None:
    """Give the charts of a section the texts that its HTML shows, from which names were taken out.

    A chart whose texts cannot be told apart there is dropped: its numbers are still in the HTML.
    """
    page = parser.fragment_fromstring(html, create_parent="div")
    for anchor in anchors:
        if anchor in charts:
            found = page.xpath(".//figure[@id=$name]", name=f"chart-{anchor}")
            shown = _as_shown(charts[anchor], found[0]) if found else None
            if shown is None:
                del charts[anchor]
            else:
                charts[anchor] = shown


def _as_shown(chart: Chart, figure: parser.HtmlElement) -> Chart | None:
    def texts(path: str) -> list[str]:
        return [
            " ".join(element.text_content().replace(SOFT_HYPHEN, "").replace(NO_BREAK, " ").split())
            for element in figure.xpath(path)
        ]

    def one(path: str) -> str:
        return next(iter(texts(path)), "")

    shown = replace(chart, alt=one("p[@class='chart-result']"), base=one("p[@class='chart-base']"))
    shown = replace(shown, note=one("p[@class='chart-note']"))
    if chart.is_empty:
        return replace(shown, categories=("",) * len(chart.categories), codes=())
    rows = texts(".//tbody/tr/th")
    heads = texts(".//thead//th[@class='num']")[: len(chart.series)]
    codes = texts(".//td[@class='chart-code']") if chart.codes else []
    if len(rows) != len(chart.categories) or len(heads) != len(chart.series) or len(codes) != len(chart.codes):
        return None
    if chart.is_square:
        rows = [row.partition(" ")[2] for row in rows]
        heads = rows
    series = tuple(replace(part, label=label) for part, label in zip(chart.series, heads, strict=True))
    return replace(shown, categories=tuple(rows), series=series, codes=tuple(codes))
