"""In print, the column headings of a chart are not broken inside a word."""

from pathlib import Path

import pytest
from weasyprint import CSS, HTML

from analysis.charts import Chart, Series, diverging, html
from reports.output.html import for_print

ROOT = Path(__file__).parents[3]
STYLES = [ROOT / "static/css/report_document.css", ROOT / "reports/output/styles/report_pdf.css"]
SCALES = {
    "ru": [
        "Достаточно",
        "Скорее достаточно",
        "Ни достаточно, ни недостаточно",
        "Скорее недостаточно",
        "Недостаточно",
        "Отсутствует",
    ],
    "ka": [
        "საკმარისია",
        "გარკვეულწილად საკმარისია",
        "არც საკმარისია და არც არასაკმარისი",
        "გარკვეულწილად არასაკმარისია",
        "არასაკმარისია",
        "არ არსებობს",
    ],
    "hy": [
        "Բավարար է",
        "Որոշ չափով բավարար է",
        "Ո՛չ բավարար է, ո՛չ անբավարար",
        "Որոշ չափով անբավարար է",
        "Անբավարար է",
        "Բացակայում է",
    ],
}


def printed_heads(markup: str) -> list[str]:
    """The pieces of text in the column headings, one per line."""
    document = HTML(string=f"<html><head><style></style></head><body>{markup}</body></html>")
    styles = [CSS(filename=str(path)) for path in STYLES]
    [page] = document.render(stylesheets=styles).pages
    heads = [box for box in page._page_box.descendants() if getattr(box, "element_tag", "") == "th"]
    return [text.text for box in heads for text in box.descendants() if hasattr(text, "text")]


@pytest.mark.parametrize("language", SCALES)
def test_heads_of_a_rated_table_do_not_break_words(language: str) -> None:
    points = SCALES[language]
    colours = diverging(points, points[2])
    chart = Chart(
        key="survey-3.1",
        title="3.1",
        kind="stacked",
        categories=("Identification", "Referral"),
        series=tuple(Series(point, (1, 2), colours[point]) for point in points),
        unit="respondents",
        alt="x",
        bases=(6, 12),
        codes=("3.1.1", "3.1.2"),
        code_head="Code",
    )
    lines = " ".join(printed_heads(for_print(html.render(chart)))).split()
    assert [word for point in points for word in point.split() if word not in lines] == []


def test_a_word_too_long_for_any_column_is_divided_with_a_hyphen() -> None:
    chart = Chart("k", "t", "stacked", ("a",), (Series("Donaudampfschifffahrtsgesellschaft", (1,)),), "x", "y")
    assert "Donaudampfsc\u00adhifffahrtsge\u00adsellschaft" in html.render(chart)


def test_a_table_of_themes_by_themes_numbers_its_columns() -> None:
    labels = ("The law is weak", "No shelters")
    series = tuple(Series(label, (1, 0)) for label in labels)
    found = html.render(Chart("co-occurrence", "t", "heat", labels, series, "interviews", "x"))
    assert '<span class="visually-hidden">No shelters</span><span aria-hidden="true">2</span>' in found
    assert '<th scope="row">2 No shelters</th>' in found
    assert "No shelters</span>" not in for_print(found)  # in print only the number
