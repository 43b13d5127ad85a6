"""The matrix in a real browser: a whole category by keyboard, typed text that is kept, evidence found by search."""

from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from indicators.models import Mark, Recommendation, Translation
from indicators.services.translations import save_translation
from tests.browser import assert_accessible
from tests.factories import DocumentFactory
from tests.indicators.factories import make_mark, make_recommendation

pytestmark = pytest.mark.browser
MATRIX = "/a/AZE-2016/indicators/"


def focused(page: Any) -> str:
    return page.evaluate(
        "document.activeElement.id.startsWith('cell-') ? document.activeElement.id : document.activeElement.name ?? ''"
    )


def test_a_whole_category_is_marked_by_keyboard_alone(assessment: Any, open_as: Any) -> None:
    page = open_as("consultant", MATRIX)
    assert_accessible(page)
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page) == "cell-1.1-F1":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "cell-1.2-F2"
    page.keyboard.press("End")
    assert focused(page) == "cell-1.2-O2"
    page.keyboard.press("Control+Home")
    page.keyboard.press("Enter")
    cells = [f"1.{criterion} {cell}" for criterion in range(1, 6) for cell in ("F1", "F2", "O1", "O2")]
    for number, cell in enumerate(cells):
        page.locator("h1", has_text=cell).wait_for()
        page.locator('[name="state"]:focus').wait_for()
        for _ in range(1 + number % 2):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.insert_text(f"Reason {number}.")
        page.keyboard.press("Control+Enter")
    page.locator("h1", has_text="2.1 F1").wait_for()
    marks = {f"{mark.criterion} {mark.cell}": (mark.state, mark.rationale) for mark in Mark.objects.all()}
    states = ["in_place", "potential_improvement"]
    assert marks == {cell: (states[number % 2], f"Reason {number}.") for number, cell in enumerate(cells)}
    assert_accessible(page)


def test_words_not_yet_saved_are_there_again(assessment: Any, open_as: Any) -> None:
    page = open_as("consultant", f"{MATRIX}1.1/F1/")
    page.get_by_label("In place").check()
    page.get_by_label("Reason", exact=True).fill("Half a sentence")
    page.evaluate("ctnatKeep.settled('form', document.querySelector('form[data-keep]').dataset.keep)")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(page.url.replace("1.1/F1", "1.1/F2"))
    page.goto(page.url.replace("1.1/F2", "1.1/F1"))
    page.get_by_text("was not saved").wait_for()
    assert page.get_by_label("Reason", exact=True).input_value() == "Half a sentence"
    assert page.get_by_label("In place").is_checked()
    page.get_by_role("button", name="Save and next").click()
    page.locator("h1", has_text="1.1 F2").wait_for()
    page.goto(page.url.replace("1.1/F2", "1.1/F1"))
    assert page.get_by_text("was not saved").count() == 0


def test_evidence_is_found_and_attached(assessment: Any, open_as: Any) -> None:
    DocumentFactory(assessment=assessment, code="Aze 16", title="National Action Plan")
    page = open_as("consultant", f"{MATRIX}1.1/F1/")
    page.get_by_label("Search evidence").press_sequentially("Action")
    page.get_by_role("button", name="Attach document:Aze 16").click()
    page.get_by_label("In place").check()
    page.get_by_label("Reason", exact=True).fill("The plan says so.")
    assert_accessible(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("#cell-1\\.1-F1:focus").wait_for()
    assert Mark.objects.get().evidence == ["document:Aze 16"]


def test_recommendations_are_ordered_by_keyboard_and_by_drag(assessment: Any, open_as: Any) -> None:
    make_mark(assessment, "1.2/F1", "potential_improvement")
    for text in ("one", "two", "three"):
        make_recommendation(assessment, text)
    page = open_as("lead", f"{MATRIX}recommendations/")
    assert_accessible(page)
    page.get_by_role("button", name="Move up: three").focus()
    page.keyboard.press("Enter")
    page.locator("main").wait_for()
    assert list(Recommendation.objects.values_list("text", flat=True)) == ["one", "three", "two"]
    rows = page.locator(".recommendation")
    with page.expect_response(lambda response: response.url.endswith("/move/")):
        rows.nth(2).drag_to(rows.nth(0), target_position={"x": 30, "y": 3})
    assert list(Recommendation.objects.values_list("text", flat=True)) == ["two", "one", "three"]
    page.locator(".recommendation p", has_text="two").first.wait_for()


def test_matrix_prints_a_category_a_sheet(assessment: Any, open_as: Any) -> None:
    for criterion in range(1, 6):
        for cell in ("F1", "F2", "O1", "O2"):
            make_mark(assessment, f"2.{criterion}/{cell}", "potential_improvement", rationale="A long reason. " * 30)
    page = open_as("observer", f"{MATRIX}?category=all")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(pikepdf.open(BytesIO(printed)).pages) == 5


def test_matrix_on_a_phone(assessment: Any, open_as: Any) -> None:
    make_mark(assessment, "1.1/F1", "potential_improvement")
    page = open_as("observer", MATRIX)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.get_by_text("Framework, level 1").first.is_visible()
    assert_accessible(page)


def test_translations_are_typed_one_after_the_other_and_a_refused_one_stays(
    assessment: Any, page: Page, live_server: Any, client_as: Any
) -> None:
    """Not a watched page: the browser writes each response with status 409 to its console."""
    assessment.languages = ["en", "ar"]
    assessment.save()
    rows = [make_recommendation(assessment, text, lead_in="", addressee="") for text in ("train", "build shelters")]
    session = client_as("focal_point").cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}{MATRIX}translations/ar/")
    boxes, saved = page.locator(".translation textarea"), page.get_by_text("Saved", exact=True)
    assert_accessible(page)
    boxes.nth(0).fill("تدريب")
    boxes.nth(0).press("Control+Enter")
    expect(saved).to_be_visible()
    expect(boxes.nth(1)).to_be_focused()
    key = f"recommendation:{rows[1].pk}/text"
    save_translation(assessment=assessment, language="ar", key=key, text="بناء", by=None)
    page.keyboard.type("إنشاء")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Changed by another member to: بناء")).to_be_visible()
    expect(boxes.nth(1)).to_have_value("إنشاء")
    expect(boxes.nth(1)).to_be_focused()
    page.keyboard.press("Control+Enter")  # knowingly
    expect(saved).to_have_count(2)
    assert_accessible(page)
    assert Translation.objects.get(target=f"recommendation:{rows[1].pk}").text == "إنشاء"
