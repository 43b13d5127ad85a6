"""The lead drafts a section with living facts, builds the document and downloads the PDF."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_lead_drafts_builds_and_downloads_the_report(signed_in_as: Callable[[str], Page], tmp_path: Path) -> None:
    page = signed_in_as("lead")
    page.get_by_role("link", name="Azerbaijan").click()
    expect(page.get_by_text("Reconstruction for demonstration", exact=False).first).to_be_visible()
    page.get_by_role("link", name="Report", exact=True).first.click()
    page.get_by_role("link", name="Research context", exact=True).click()
    text = page.get_by_role("textbox", name="Text")
    text.fill(text.input_value() + "\n\nTools were adequate for {{ survey.3.1.5.adequate }} of them.")
    page.get_by_role("button", name="Save").first.click()

    page.get_by_role("link", name="Read", exact=True).first.click()
    expect(page.get_by_text("Tools were adequate for 4 of them.")).to_be_visible()
    page.locator(".frame-place").get_by_role("link", name="Outline").click()
    page.get_by_role("link", name="Download").first.click()
    page.get_by_role("button", name="Create PDF").click()
    download = page.locator("#build").get_by_role("link", name="Download")
    expect(download).to_be_visible(timeout=120_000)
    with page.expect_download() as saved:
        download.click()
    file = tmp_path / "report.pdf"
    saved.value.save_as(file)
    with pikepdf.open(file) as document:
        assert 60 <= len(document.pages) <= 100
        assert document.Root.Lang == "en"
