"""The analysis in a real browser: what its pages lead to. Axe reads them in tests/test_every_page.py."""

import pytest


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
