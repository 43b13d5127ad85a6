"""The report edited and a version published with the keyboard alone. The other main tasks of the accessibility
statement are done so in the browser tests of their apps."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Assessment
from instruments.models import Instrument
from instruments.services.versions import adapt
from reports.services.reports import create_report
from tests.assessments.test_keyboard import NAME_OF, enter, go_to
from tests.factories import InstrumentFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def begin(page: Page, open_as: Any, address: str) -> None:
    page.add_init_script(NAME_OF)
    page.emulate_media(reduced_motion="reduce")
    open_as("lead", address)


def test_a_section_of_the_report_is_edited_with_the_keyboard_alone(
    watched_page: Page, open_as: Any, assessment: Assessment
) -> None:
    report = create_report(assessment=assessment, by=UserFactory())
    page = watched_page
    begin(page, open_as, "/a/AZE-2016/report/sections/context/")
    go_to(page, "Text")
    page.keyboard.press("Control+Home")
    page.keyboard.type("Typed with keys alone. ")
    page.keyboard.press("Tab")
    go_to(page, "Save and continue")
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_be_visible()
    assert report.sections.get(key="context").body.startswith("Typed with keys alone. ")


def test_a_version_is_published_with_the_keyboard_alone(
    watched_page: Page, open_as: Any, assessment: Assessment
) -> None:
    draft = adapt(instrument=InstrumentFactory(kind="survey"), owner=assessment, by=UserFactory())
    page = watched_page
    begin(page, open_as, f"/instruments/{draft.pk}/")
    enter(page, "Publish", "Publish version 2")
    go_to(page, "Publish")
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_contain_text("was published")
    assert Instrument.objects.get(pk=draft.pk).is_published
