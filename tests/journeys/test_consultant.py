"""The consultant plans an interview, types the notes, completes it and marks a passage with a theme."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

NOTES = "Inspectors told us that unregistered firms are out of their reach."


def test_consultant_plans_types_and_codes_an_interview(signed_in_as: Callable[[str], Page]) -> None:
    page = signed_in_as("consultant")
    page.get_by_role("link", name="Azerbaijan").click()
    page.get_by_role("link", name="Interviews").first.click()
    page.get_by_role("link", name="New interview").click()
    page.get_by_role("textbox", name="Women taking part").fill("1")
    page.get_by_role("textbox", name="Men taking part", exact=True).fill("2")
    organisation = page.get_by_role("combobox", name="Respondent organisation")
    organisation.select_option(label="State Labour Inspection Service")
    page.get_by_role("button", name="Start interview").click()
    code = "AZEint15"
    expect(page.get_by_role("link", name=code)).to_be_visible()

    page.get_by_label("Agrees to be interviewed").select_option("Yes")
    page.get_by_label("Agrees to be quoted").select_option("Only without attribution")
    page.get_by_role("button", name="Record as given now").click()
    expect(page.get_by_text("It was recorded that the information note was given.")).to_be_visible()
    page.get_by_role("textbox", name="1.1").fill("Inspectors of workplaces.")
    page.get_by_role("textbox", name="1.2").fill("They see conditions at work.")
    expect(page.get_by_text("All notes saved.")).to_be_visible()
    page.get_by_role("link", name="choose two or three sections").click()
    page.get_by_role("checkbox", name="3. Identification and referral").check()
    page.get_by_role("checkbox", name="6. Prevention").check()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("textbox", name="1.1")).to_have_value("Inspectors of workplaces.")
    page.get_by_role("textbox", name="3.1").fill(NOTES)
    page.get_by_role("button", name="Save notes").click()
    expect(page.get_by_text("All notes saved.")).to_be_visible()
    page.get_by_role("link", name="Review and complete interview").click()
    page.get_by_role("button", name="Mark as complete").click()
    page.get_by_role("group", name="6. Prevention").get_by_label("Not reached").check()
    for section in ("7.", "8."):
        page.get_by_role("group", name=section).get_by_label("Asked, no answer").check()
    page.get_by_role("group", name="Where was the interview held?").get_by_label("In the capital").check()
    page.get_by_role("button", name="Mark as complete").click()
    expect(page.get_by_text("Complete", exact=True)).to_be_visible()
    expect(page.get_by_text("Planned, but not reached.")).to_be_visible()
    expect(page.get_by_text(NOTES)).to_be_visible()

    page.get_by_role("link", name="Code notes").click()
    page.get_by_label("Answer").select_option("3.1")
    page.get_by_label("Passage").fill("unregistered firms are out of their reach")
    page.get_by_role("button", name="Labour inspections are limited by law").click()
    theme = page.get_by_role("main").get_by_role("link", name="Labour inspections are limited by law")
    theme.click()
    expect(page.get_by_text("unregistered firms are out of their reach")).to_be_visible()
    expect(page.get_by_text("3 passages.")).to_be_visible()
