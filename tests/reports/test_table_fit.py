"""Tables with many columns fit on the printed page: nothing is cut off, no heading is broken."""

from typing import Any

import pytest
from weasyprint import HTML
from weasyprint.formatting_structure import boxes
from weasyprint.text.fonts import FontConfiguration

from assessments.models import Assessment
from ctnat.ui.fonts import use_own_fonts
from reports.document.builder import build
from reports.document.table_fit import fit_table
from reports.models import Report, Section
from reports.output.html import render
from reports.output.pdf import _fetcher
from reports.services.reports import create_report
from reports.services.sections import edit_section

RUSSIAN = ["Год", "Расследования", "Обвинительные", "Преследования", "Приговоры", "Потерпевшие", "Компенсации"]
GEORGIAN = ["წელი", "გამოძიებები", "ბრალდებულები", "დევნა", "განაჩენები", "დაზარალებულები", "კომპენსაციები"]
ARMENIAN = ["Տարի", "Քննություններ", "Մեղադրյալներ", "Դատավճիռներ", "Տուժածներ", "Փոխհատուցումներ"]
PAGE_MARGIN = 20 / 25.4 * 96  # CSS px


def table(words: list[str], columns: int) -> str:
    head = (words * 2)[:columns]
    rows = [head, ["---"] * columns, [str(number) for number in range(1, columns + 1)]]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def printed(report: Report, language: str, body: str) -> tuple[list[Any], list[str]]:
    """(pages, messages of the check)."""
    Section.objects.exclude(key__in=["introduction", "context"]).update(hidden=True)
    Report.objects.update(language=language)
    report.refresh_from_db()
    edit_section(section=report.sections.get(key="context"), body=body, by=None)
    data = build(report)
    use_own_fonts()
    document = HTML(string=render(data, "pdf"), url_fetcher=_fetcher())
    pages = document.render(font_config=FontConfiguration()).pages
    return pages, [problem.message for problem in data.problems if problem.section == "context"]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words", "columns"),
    [("ru", RUSSIAN, 9), ("ka", GEORGIAN, 10), ("hy", ARMENIAN, 9), ("ru", RUSSIAN, 4), ("ka", GEORGIAN, 14)],
)
def test_all_columns_of_a_wide_table_are_on_the_page(
    assessment: Assessment, language: str, words: list[str], columns: int
) -> None:
    report = create_report(assessment=assessment, by=None)
    pages, problems = printed(report, language, table(words, columns))
    texts = []
    for page in pages:
        right = page.width - PAGE_MARGIN + 1
        for box in page._page_box.descendants():
            if isinstance(box, boxes.TableCellBox):
                lines = [part for part in box.descendants() if isinstance(part, boxes.TextBox)]
                texts += [part.text for part in lines]
                assert all(part.position_x + part.width <= right for part in lines), texts[-1]
    if problems:
        assert (columns, problems[0].startswith("The table “")) == (14, True)
    else:  # every heading is one line, unbroken
        assert set(words[: columns % len(words) or None]) <= set(texts)
        assert set((words * 2)[:columns]) <= set(texts)
    assert str(columns) in texts


@pytest.mark.slow
@pytest.mark.django_db
def test_what_follows_a_turned_page_is_upright_again(assessment: Assessment) -> None:
    report = create_report(assessment=assessment, by=None)
    pages, _ = printed(report, "ru", table(RUSSIAN, 12) + "\n\nAfterwards.\n\n" + "[[chart survey 3.1.5]]")
    turned = {
        part.text: page.width > page.height
        for page in pages
        for part in page._page_box.descendants()
        if isinstance(part, boxes.TextBox)
    }
    assert (turned["Расследования"], turned["Afterwards."]) == (True, False)


@pytest.mark.parametrize(
    ("columns", "css", "fits"),
    [
        (3, "", True),
        (8, "", True),  # an x is 0.514 em, so that a column takes 52.6 pt, or 45.2 in small letters
        (9, "fit-small", True),
        (10, "fit-small", True),
        (11, "fit-turned", True),
        (13, "fit-turned", True),
        (14, "fit-turned fit-small", True),
        (15, "fit-turned fit-small", True),
        (16, "fit-turned fit-broken", False),
        (30, "fit-turned fit-broken", False),
    ],
)
def test_fit_table(columns: int, css: str, fits: bool) -> None:
    fit = fit_table([["Head"] * columns, ["x" * 12] * columns])
    assert (fit.css, fit.fits) == (css, fits)
