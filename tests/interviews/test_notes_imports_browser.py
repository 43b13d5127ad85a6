"""An import of a table and of two Word files in a real browser, from the choice of the files to the interviews."""

from io import BytesIO
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import expect

from interviews.models import Interview
from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
TABLE = (
    "When,Agency,Sector,Women,Men,What they said,Our own remarks\n"
    "02/01/2016,Border Service,state,1,2,They come by themselves.,x\n"
    "03/01/2016,A shelter,ngo,,,Said.,\n"
    "04/01/2016,A court,state,,,,\n"
)


def word(date: str, above: str) -> bytes:
    document = Document()
    document.add_paragraph(above)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Date and time (date)", date
    document.add_heading("3.1", level=2)
    document.add_paragraph("A hotline helps.")
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def file(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_a_table_is_mapped_previewed_and_imported_and_word_files_name_their_faults(
    assessment: Any, open_as: Any
) -> None:
    page = open_as("lead", "/a/AZE-2016/interviews/import/")
    page.get_by_label("A table, or one or more Word files").set_input_files(file("notes.csv", TABLE.encode()))
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("When").select_option("date")
    page.get_by_label("Agency").select_option("organisation")
    page.get_by_label("What they said").select_option("3.1")
    page.get_by_label("Our own remarks").select_option("out")
    assert_accessible(page)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Day before month").check()
    assert_accessible(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Columns with text that are left out")).to_be_visible()
    assert_accessible(page)
    assert not Interview.objects.exists()
    page.get_by_role("button", name="Import 3 interviews").click()
    expect(page.get_by_text("3 interviews were imported.")).to_be_visible()

    page.goto(page.url.split("/a/")[0] + "/a/AZE-2016/interviews/import/")
    files = [file("a.docx", word("2016-01-18", "Above.")), file("b.docx", word("soon", "Above."))]
    page.get_by_label("A table, or one or more Word files").set_input_files(files)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("row", name="b.docx Date and time")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Import", exact=True).first.click()
    assert_accessible(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("The import is discarded. Nothing was imported.")).to_be_visible()
    assert Interview.objects.count() == 3
