"""The analysis pages in a real browser: no console messages, no accessibility violations, at 1280 and 360 pixels."""

import pytest

from tests.browser import assert_accessible

PAGES = [
    "",
    "participants/",
    "survey/",
    "survey/3.1.5/",
    "release/",
    "survey/8.1/",
    "survey/8.3/",
    "priorities/",
    "themes/",
    "coverage/",
    "evidence/?q=weak",
    "evidence/source/?key=interview:AZEint1/2.1",
    "evidence/source/?key=survey:3.1.5",
    "criteria/1.1/",
    "disagreements/",
    "comparisons/",
    "exports/",
]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_pages_of_the_analysis_are_accessible(open_as, filled, watched_page, width: int) -> None:
    theme = filled.themes.get(code="weak-law")
    watched_page.set_viewport_size({"width": width, "height": 800})
    for path in [*PAGES, f"themes/{theme.pk}/"]:
        assert_accessible(open_as("lead", f"/a/AZE-2016/analysis/{path}"))


@pytest.mark.browser
def test_a_number_leads_to_the_words_behind_it(open_as, filled) -> None:
    page = open_as("consultant", "/a/AZE-2016/analysis/")
    page.get_by_role("link", name="The law is weak").click()
    page.get_by_role("link", name="AZEint1, 2.1").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "AZEint1, 2.1"
    assert page.locator("blockquote").inner_text() == "Weak law"


@pytest.mark.browser
def test_a_chart_and_the_worksheet_are_downloaded(open_as, filled) -> None:
    page = open_as("lead", "/a/AZE-2016/analysis/priorities/")
    with page.expect_download() as picture:
        page.get_by_role("link", name="SVG").first.click()
    assert picture.value.suggested_filename == "AZE-2016-priorities-survey.svg"
    page.get_by_role("link", name="Export").click()
    with page.expect_download() as worksheet:
        page.get_by_role("button", name="XLSX").click()
    assert worksheet.value.suggested_filename == "AZE-2016-worksheet.xlsx"
