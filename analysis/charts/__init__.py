"""Charts: one small specification (`spec.Chart`), two renderers.

`html.render(chart)` gives an accessible table whose bars are inline SVG rects: pages, HTML and PDF reports; text stays
text, so every script is shaped by the browser or by WeasyPrint. `figure.draw(chart)` gives a matplotlib `Figure` for
downloads. `html.table(chart)` gives the numbers as rows for CSV and worksheets. No Django here.
"""

from analysis.charts.spec import Chart, Series, diverging

__all__ = ["Chart", "Series", "diverging"]
