"""A questionnaire lives: adapted, tried, opened, corrected, replaced by a version, answered in both, and analysed.

The forms come from links, from paper and from a table of KoboToolbox, and each is counted under its question.
"""

import csv
import io
import re
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from instruments.schema import parse
from tests.browser import assert_accessible, open_section
from tests.surveys.exports import kobo_table

pytestmark = pytest.mark.browser

REFERENCE = "GEO-2026"
HOME = f"/a/{REFERENCE}/"
TITLE = "Survey on human trafficking"
ITEM = "2.5"
ASKED = "Does trafficking grow or decline in the country where you work?"
CORRECTED = "Is trafficking growing or declining in the country where you work?"
ADDED = "It goes up and down"
KOBO = [{"2.5": code} for code in ("growing", "growing", "growing", "declining", "declining", "fluctuating")]


def test_lead_adapts_a_questionnaire_and_changes_it_while_it_is_answered(
    signed_in_as: Callable[[str], Page], device: Callable[..., Page]
) -> None:
    lead = signed_in_as("lead")
    lead.on("dialog", lambda dialog: dialog.accept())
    begin_assessment(lead)
    adapt(lead)
    write_text(lead, ITEM, ASKED)
    try_out(lead)
    first = publish(lead)
    link = open_survey(lead)

    late = device(width=390)  # opened now, and sent after the switch
    late.goto(link)
    looks_right(late, TITLE)
    phone = device(width=390)
    for _ in range(3):
        phone.goto(link)
        open_section(phone.get_by_text(ASKED))
        answer(phone, "Growing")
    correct(lead, first)

    lead.goto(first)
    adapt(lead)
    expect(lead.get_by_text(CORRECTED)).to_be_visible()  # the draft has what was corrected
    add_option(lead, ITEM, "fluctuating", ADDED)
    second = publish(lead)
    switch(lead)
    open_section(late.get_by_text(ASKED))
    answer(late, "Growing")
    phone.goto(link)
    open_section(phone.get_by_text(CORRECTED))
    answer(phone, ADDED)

    type_from_paper(lead)
    import_from_kobo(lead, second)
    analyse(lead)


def looks_right(page: Page, heading: str) -> None:
    """The page has arrived, and axe finds nothing in it at the width of its device."""
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    assert_accessible(page)


def begin_assessment(page: Page) -> None:
    page.get_by_role("link", name="New assessment").first.click()
    page.get_by_label("Country").select_option("GEO")
    page.get_by_role("textbox", name="Reference").fill(REFERENCE)
    page.get_by_label("Title of the new study").fill("Needs assessment of Georgia")
    page.get_by_role("combobox", name="Survey").select_option(index=1)
    page.get_by_role("button", name="Create assessment").click()
    expect(page.get_by_text("you are its lead")).to_be_visible()
    page.get_by_role("link", name="Tool").first.click()
    page.get_by_role("link", name="Survey on human trafficking").click()


def adapt(page: Page) -> None:
    """From the page of a version to the editor of a new draft."""
    page.get_by_label("Adapt for").select_option(label=REFERENCE)
    page.get_by_role("button", name="Adapt").click()
    expect(page.get_by_text("was created as a draft")).to_be_visible()


def write_text(page: Page, code: str, words: str) -> None:
    page.get_by_role("link", name=f"Edit {code}", exact=True).click()
    page.get_by_label("Text", exact=True).fill(words)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def add_option(page: Page, code: str, name: str, words: str) -> None:
    page.get_by_role("link", name=f"Edit {code}", exact=True).click()
    page.get_by_label("Code of a new row").first.fill(name)
    page.get_by_label("Text, new row").first.fill(words)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def try_out(page: Page) -> None:
    page.get_by_role("link", name="Try it out").click()
    expect(page.get_by_text(ASKED)).to_be_visible()
    answer(page, "Growing")
    expect(page.get_by_text("This was a trial: nothing was stored")).to_be_visible()
    page.get_by_role("link", name="Back").click()


def publish(page: Page) -> str:
    """Publish the draft and use it at once. Returns the address of the version."""
    page.get_by_role("link", name="Publish", exact=True).click()
    looks_right(page, "Publish version")
    page.get_by_label(f"Use it in {REFERENCE} from now on").check()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("now uses it")).to_be_visible()
    return page.url


def open_survey(page: Page) -> str:
    """Set up and open the survey. Returns its open link."""
    page.goto(HOME)
    page.get_by_role("link", name="Survey").first.click()
    page.get_by_role("link", name="Set up the survey").click()
    page.get_by_role("button", name="Save").click()
    open_it = page.get_by_role("link", name="Open the survey").or_(page.get_by_role("button", name="Open the survey"))
    open_it.click()
    anyway = page.get_by_role("button", name="Open it anyway")
    anyway.click()
    expect(page.get_by_text("Survey opened.")).to_be_visible()
    return page.locator("#open-link").inner_text()


def answer(page: Page, trend: str) -> None:
    page.get_by_role("radio", name=trend, exact=True).check()
    page.get_by_role("button", name="Send answers").click()
    expect(page.get_by_role("radio")).to_have_count(0)


def correct(page: Page, version: str) -> None:
    page.goto(version)
    page.get_by_role("link", name="Corrections").click()
    page.get_by_role("link", name="Correct a text").click()
    page.get_by_role("searchbox", name="Words or code").fill(ASKED)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=re.compile("^Correct .*2.5")).click()
    page.get_by_role("textbox", name="Corrected text").fill(CORRECTED)
    page.get_by_label("Reason").fill("The words are plainer.")
    page.get_by_role("checkbox").check()
    looks_right(page, "Correct")
    page.get_by_role("button", name="Save correction").click()
    expect(page.locator("ins")).to_have_text(CORRECTED)


def switch(page: Page) -> None:
    page.goto(f"{HOME}survey/")
    page.get_by_role("link", name="Compare, and go over to it").click()
    looks_right(page, "From version")
    page.get_by_role("button", name="Go over to this version").click()
    expect(page.get_by_text("The survey now uses")).to_be_visible()


def type_from_paper(page: Page) -> None:
    """A form that was printed after the correction, and before the switch."""
    page.get_by_role("link", name="Responses", exact=True).first.click()
    page.get_by_role("link", name="Enter a paper form").first.click()
    looks_right(page, "Which version is the form?")
    page.get_by_role("link", name=re.compile(r"· \d+\.1$")).click()
    page.get_by_role("textbox", name=re.compile(f"^{re.escape(ITEM)} ")).fill("2")
    page.get_by_role("button", name="Save form").click()
    expect(page.get_by_text("saved. Enter the next form.")).to_be_visible()


def import_from_kobo(page: Page, version: str) -> None:
    """Data that were collected with the newest version, exported by the form's own names."""
    document: Any = parse("survey", page.request.get(f"{version}definition.json").json())
    file = io.StringIO()
    csv.writer(file).writerows(kobo_table(document, KOBO))
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("Table (CSV, XLSX or XLS)").set_input_files(
        {"name": "kobo.csv", "mimeType": "text/csv", "buffer": file.getvalue().encode()}
    )
    page.get_by_label("Version of the questionnaire").select_option(index=1)  # the newest comes first
    page.get_by_role("button", name="Continue").click()
    looks_right(page, "Check the file")
    expect(page.get_by_text("looks like an export of KoboToolbox")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Every column is recognised")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Language of the forms that do not state theirs").select_option("en")
    page.get_by_label("How the forms were filled in").select_option("web")
    looks_right(page, "Check and import")
    page.get_by_role("button", name="Import 6 forms").click()
    expect(page.get_by_text("6 forms imported.")).to_be_visible()


def analyse(page: Page) -> None:
    """Close the survey, and read the question as soon as the worker has calculated the release."""
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("Survey closed.")).to_be_visible()
    address = f"{HOME}analysis/release/"
    deadline = monotonic() + 60
    while "being calculated" in page.request.get(address).text() and monotonic() < deadline:
        page.wait_for_timeout(200)
    page.goto(f"{HOME}analysis/survey/?section=2")
    expect(page.get_by_text("Responses to 2 versions of the questionnaire are counted together")).to_be_visible()
    page.locator("#section-2 summary").click()
    page.get_by_role("link", name=re.compile(f"^{re.escape(ITEM)} ")).click()
    looks_right(page, ITEM)
    rows = [" ".join(row.split()) for row in page.locator("figure, .chart").get_by_role("row").all_inner_texts()]
    assert rows == [
        "Respondents n",
        "Growing 7 12",
        "Declining 3 12",
        "Neither growing nor declining 0 12",
        f"{ADDED} 2 7",
    ]
    expect(page.get_by_text(f"“{ADDED}” (2.5) was offered to 7 of those who answered")).to_be_visible()
    page.get_by_role("link", name="Evidence", exact=True).click()
    page.get_by_role("link", name="Coverage and limits").click()
    expect(page.get_by_text("The words are plainer.")).to_be_visible()
