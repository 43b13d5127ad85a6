"""Sealed forms, receipts, break-downs, releases and names with the keyboard alone: one test for each."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from analysis.models import BreakdownPlan, DataRelease
from assessments.models import Assessment
from interviews.models import Interview
from reports.models import NameDecision
from reports.services.reports import create_report
from reports.services.sections import edit_section
from surveys.models import Response, SealedAnswer, Survey
from surveys.services.sealed_answers import seal_response
from tests.analysis.builders import respond
from tests.assessments.test_keyboard import NAME_OF, enter, go_to, tab
from tests.surveys.factories import VALID, SurveyFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def survey(assessment: Assessment) -> Survey:
    return SurveyFactory(assessment=assessment, smallest_group=5, open_slug="openopenop")


@pytest.fixture
def lead(open_as: Any, watched_page: Page) -> Any:
    """lead("survey/") -> a page of the assessment, on which every focused control must be visible and marked."""
    watched_page.add_init_script(NAME_OF)
    watched_page.emulate_media(reduced_motion="reduce")
    watched_page.set_default_timeout(60_000)  # a machine that runs all tests at once is slow
    return lambda path: open_as("lead", f"/a/AZE-2016/{path}")


def send(survey: Survey) -> str:
    return seal_response(survey=Survey.objects.get(pk=survey.pk), answers=VALID, language="en", uuid=uuid4())


def press(page: Page, name: str) -> None:
    go_to(page, name)
    page.keyboard.press("Enter")


def test_sealed_forms_are_opened_from_the_keyboard(lead: Any, survey: Survey) -> None:
    for _ in range(5):
        send(survey)
    page = lead("survey/disclosure/")
    enter(page, "sealed", "Sealed forms")
    page.once("dialog", lambda dialog: dialog.accept())
    press(page, "Open 5 forms now")
    expect(page.locator("main")).to_contain_text("5 forms opened.")
    assert (Response.objects.count(), SealedAnswer.objects.count()) == (5, 0)


def test_a_form_is_removed_by_its_receipt_from_the_keyboard(
    watched_page: Page, live_server: Any, survey: Survey
) -> None:
    receipt = send(survey)
    page = watched_page
    page.add_init_script(NAME_OF)
    page.goto(f"{live_server.url}/s/remove/?lang=en")
    expect(page.get_by_label("Receipt")).to_be_focused()
    page.keyboard.type(receipt.lower())
    assert tab(page) == "Remove my form"
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Your form has been removed")
    assert SealedAnswer.objects.count() == 0


def test_break_downs_are_chosen_and_results_released_from_the_keyboard(lead: Any, survey: Survey) -> None:
    Survey.objects.update(status="draft", smallest_group=None)  # the plan is made before it opens
    page = lead("analysis/release/")
    go_to(page, "Most important (optional)")
    page.keyboard.press("ArrowDown")
    go_to(page, "In reserve (optional)")
    page.keyboard.press("Home")  # none: the one in reserve is now the most important
    press(page, "Save")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert BreakdownPlan.objects.get().characteristics[0]["profile"] == "tenure"
    for number in range(1, 7):
        respond(survey, number, {"1.6": "female"})
    Survey.objects.update(status="closed")
    page.reload()
    press(page, "Release the results")
    expect(page.locator("main")).to_contain_text("Release 1")
    assert DataRelease.objects.count() == 1


def test_a_name_is_decided_on_from_the_keyboard(lead: Any, assessment: Assessment) -> None:
    Interview.objects.create(
        assessment=assessment, number=1, code="AZEint1", held_at=datetime(2016, 1, 13, tzinfo=UTC), women=1,
        respondent_name="Rashad Examplov",  # invented for the test
    )  # fmt: skip
    report = create_report(assessment=assessment, by=None)
    edit_section(section=report.sections.get(key="context"), body="The shelter on Examplov Street is full.", by=None)
    page = lead("report/names/")
    expect(page.locator("main")).to_contain_text("To decide: 1")
    go_to(page, "This is not the respondent: print it")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Withhold it")).to_be_checked()
    assert tab(page).startswith("Reason")
    page.keyboard.type("A street, but of his family")
    press(page, "Save decision on Examplov")
    expect(page.locator("main")).to_contain_text("To decide: 0")
    assert NameDecision.objects.get().keep is False
