"""A review round in two browsers: a lead opens it, a reviewer without an account returns a file, both are answered."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from assessments.models import Assessment
from reports.models import ReturnedFile, ReviewRound, Section
from reports.output.returned_files import read_returned
from reports.output.review_files import make_review_file
from tests.browser import assert_accessible, watch
from tests.reports.reviews import SAFE, made_edition

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def visitor(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A browser in which nobody is signed in."""
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        faults = watch(context, live_server.url)
        yield context.new_page()
        assert faults == []


def reviewed(path: Path) -> None:
    """A comment on the hotline, and "all year" tracked as "in winter"."""
    document = Document(str(path))
    paragraphs = {paragraph.text: paragraph for paragraph in document.paragraphs}
    commented = next(one for text, one in paragraphs.items() if text.startswith("The hotline"))
    document.add_comment(commented.runs, "Which hotline?", author="Ms Two")
    changed = paragraphs["The shelter is open all year."]
    runs = {}
    for tag, text in (("", "The shelter is open "), ("del", "all year"), ("ins", "in winter"), ("", ".")):
        run = changed.add_run(text)._r
        runs[text] = run
        if tag:
            mark = OxmlElement(f"w:{tag}")
            for name, value in (("id", "9001"), ("author", "Ms Two"), ("date", "2016-06-30T18:00:00Z")):
                mark.set(qn(f"w:{name}"), value)
            run.addprevious(mark)
            mark.append(run)
    runs["all year"].find(qn("w:t")).tag = qn("w:delText")
    changed._p.remove(changed.runs[0]._r)
    document.save(str(path))


def on_desk_and_phone(page: Page) -> None:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert_accessible(page)


def test_a_round_in_two_browsers(
    assessment: Assessment, open_as: Any, visitor: Page, live_server: Any, tmp_path: Path
) -> None:
    made_edition(assessment)
    lead = open_as("lead", "/a/AZE-2016/report/review/")
    lead.get_by_label("Words to the reviewers").fill("Please read the context.")
    lead.get_by_role("button", name="Open the round").click()
    lead.get_by_label("Who reviews").fill("A ministry")
    lead.get_by_role("button", name="Add", exact=True).click()
    expect(lead.get_by_text("“A ministry” was added.")).to_be_visible()
    make_review_file(ReviewRound.objects.get().pk)  # what the worker does
    lead.reload()
    lead.get_by_text("Link", exact=True).click()
    link = lead.get_by_label("Link of A ministry").input_value()

    visitor.goto(live_server.url + link[link.index("/v/") :])
    expect(visitor.get_by_text("Please read the context.")).to_be_visible()
    with visitor.expect_download() as saved:
        visitor.get_by_role("link", name=re.compile("Word")).click()
    file = tmp_path / "back.docx"
    saved.value.save_as(file)
    reviewed(file)
    visitor.locator("input[type=file]").set_input_files(file)
    visitor.locator("form button").click()
    expect(visitor.get_by_role("status")).to_contain_text("received")
    on_desk_and_phone(visitor)
    read_returned(ReturnedFile.objects.get().pk)  # what the worker does

    lead.reload()
    lead.get_by_role("link", name="Answer: 2 open").click()
    lead.locator("#entry-1").get_by_role("link", name="1").click()
    lead.get_by_label("Decision").select_option("noted")
    lead.get_by_label("Answer to the reviewer").last.fill("The one for children.")
    lead.get_by_role("button", name="Save the answer").click()
    lead.goto(f"{live_server.url}/a/AZE-2016/report/review/1/entries/2/")
    on_desk_and_phone(lead)
    lead.get_by_role("button", name="Take over").click()
    expect(lead.get_by_text("in the text")).to_be_visible()
    assert SAFE in Section.objects.get(key="context").body

    lead.goto(f"{live_server.url}/a/AZE-2016/report/matrix/?from=1")
    with lead.expect_download() as matrix:
        lead.get_by_role("link", name="XLSX").click()
    matrix.value.save_as(tmp_path / "matrix.xlsx")
    cells = [[cell for cell in row if cell] for row in load_workbook(tmp_path / "matrix.xlsx").active.values]
    assert "The one for children." in cells[-2]
    assert "all year" in str(cells[-1])
