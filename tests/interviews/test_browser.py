"""Each page of the interviews in a real browser, and coding with the keyboard alone."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from interviews.models import Answer, Coding, SetAside
from interviews.services.answers import save_answer
from interviews.services.themes import seed_codebook
from tests.browser import assert_accessible
from tests.interviews.factories import AnswerFactory, CodingFactory, InterviewFactory, ThemeFactory
from tests.interviews.pictures import file_of, metadata
from tests.interviews.pictures import page as page_of_notes

pytestmark = pytest.mark.browser


@pytest.fixture
def interview(assessment: Any) -> Any:
    """With notes, a passage, a lost passage and a text that needs a decision."""
    interview = InterviewFactory(assessment=assessment, code="AZEint1", language="ar")
    answer = save_answer(interview=interview, question="3.1", text="The police find them.", by=None, client="a").answer
    save_answer(interview=interview, question="3.1", text="Crossing text", by=None, client="b", base=0)
    theme = ThemeFactory(assessment=assessment, code="hotlines", label="Hotlines")
    CodingFactory(answer=answer, theme=theme)
    CodingFactory(answer=answer, theme=theme, lost=True)
    return interview


def test_empty_pages_are_accessible(assessment: Any, open_as: Any) -> None:
    for path in ("", "coverage/", "themes/", "search/?q=nothing"):
        assert_accessible(open_as("lead", f"/a/AZE-2016/interviews/{path}"))


def test_coding_with_the_keyboard(assessment: Any, open_as: Any) -> None:
    interview = InterviewFactory(assessment=assessment, code="AZEint1")
    AnswerFactory(interview=interview, text="🙂 ცხელი ხაზი works.")
    seed_codebook(assessment=assessment, by=None)
    page = open_as("consultant", "/a/AZE-2016/interviews/AZEint1/coding/")
    notes = page.get_by_role("textbox", name="Notes on 3.1")
    notes.focus()
    page.keyboard.press("Control+Home")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    for _ in range(len("ცხელი ხაზი")):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("x")  # the notes cannot be edited
    expect(page.locator("#coding-quote")).to_have_value("ცხელი ხაზი")
    page.keyboard.press("Enter")
    page.keyboard.type("self-ident")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Coded as “Self-identification”.")).to_be_visible()
    page.keyboard.type("referral")  # a second theme for the same words
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".coded-list li")).to_have_count(2)
    assert Answer.objects.get().text == "🙂 ცხელი ხაზი works."
    codings = list(Coding.objects.values_list("start", "end", "quote"))
    assert codings == [(2, 12, "ცხელი ხაზი")] * 2
    page.locator(".coded-remove").first.click()
    expect(page.locator(".coded-list li")).to_have_count(1)
    page.keyboard.press("Tab")
    assert_accessible(page)


def tab_to(page: Page, selector: str, *, most: int = 60) -> None:
    """Press Tab until the control has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}.")


def test_coding_with_tab_and_keys_alone(assessment: Any, open_as: Any) -> None:
    interview = InterviewFactory(assessment=assessment, code="AZEint1")
    AnswerFactory(interview=interview, text="Hotlines help.")
    seed_codebook(assessment=assessment, by=None)
    page = open_as("consultant", "/a/AZE-2016/interviews/AZEint1/coding/")
    tab_to(page, "[data-text]")
    page.keyboard.press("Control+a")
    page.keyboard.press("Enter")
    page.keyboard.type("self-ident")
    page.keyboard.press("Enter")
    expect(page.locator(".coded-list li")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("[data-text]")).to_be_focused()
    tab_to(page, ".coded-remove", most=3)
    page.keyboard.press("Enter")
    expect(page.locator(".coded-list li")).to_have_count(0)
    expect(page.locator("[data-text]")).to_be_focused()


def test_a_button_works_in_place_from_the_moment_it_is_drawn(assessment: Any, open_as: Any) -> None:
    """A swapped part whose scripts were attached a moment later sent whole pages, and the focus was lost."""
    interview = InterviewFactory(assessment=assessment, code="AZEint1")
    answer = AnswerFactory(interview=interview, text="Hotlines help.")
    theme = ThemeFactory(assessment=assessment)
    page = open_as("consultant", "/a/AZE-2016/interviews/AZEint1/coding/")
    CodingFactory(answer=answer, theme=theme, start=0, end=8, quote="Hotlines")
    page.evaluate("""() => {
        window.same = true;
        new MutationObserver(() => document.querySelector(".coded-remove")?.click())
            .observe(document.querySelector("[data-coding]"), { childList: true, subtree: true });
    }""")
    page.locator("[data-text]").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_text("was removed")).to_be_visible()
    assert page.evaluate("window.same")


def test_typing_with_tab_and_keys_alone(interview: Any, open_as: Any, member: Any) -> None:
    """From the top of the page: type, choose beside a colleague's text, resolve what was set aside, save."""
    page = open_as("consultant", "/a/AZE-2016/interviews/AZEint1/notes/")
    save_answer(interview=interview, question="1.2", text="By the lead", by=member("lead"))
    tab_to(page, "[id='text-1.1']")
    page.keyboard.type("A title")
    page.keyboard.press("Tab")
    page.keyboard.type("Mine")
    expect(page.get_by_role("group", name="The other text of 1.2")).to_contain_text("By the lead")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Keep both, theirs first")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[id='text-1.2']")).to_be_focused()
    expect(page.locator("[data-status]")).to_have_text("All notes saved.")
    tab_to(page, "[data-question='3.1'] button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Resolved. The version history of 3.1 keeps both texts.")).to_be_visible()
    texts = dict(Answer.objects.values_list("question", "text"))
    assert texts["1.1"] == "A title"
    assert texts["1.2"] == "By the lead\n\nMine"
    assert texts["3.1"] == "The police find them.\n\nCrossing text"


def test_the_conflict_on_the_page_is_accessible(interview: Any, open_as: Any, member: Any) -> None:
    page = open_as("consultant", "/a/AZE-2016/interviews/AZEint1/notes/")
    save_answer(interview=interview, question="3.2", text="By the lead", by=member("lead"))
    page.locator("[id='text-3.2']").fill("By the consultant")
    expect(page.get_by_role("group", name="The other text of 3.2")).to_contain_text("By the lead")
    assert_accessible(page)
    assert SetAside.objects.for_settling().count() == 2
    page.get_by_role("button", name="Keep theirs").click()
    expect(page.locator("[data-status]")).to_have_text("All notes saved.")
    expect(page.locator("[id='text-3.2']")).to_have_value("By the lead")
    assert SetAside.objects.for_settling().count() == 1


def test_typing_shortcuts_and_word_counts(interview: Any, open_as: Any) -> None:
    page = open_as("consultant", "/a/AZE-2016/interviews/AZEint1/notes/")
    page.locator("[id='text-1.1']").focus()
    page.keyboard.press("Control+Enter")
    page.keyboard.type("two words")
    expect(page.locator("[id='text-1.2']")).to_have_value("two words")
    expect(page.locator("[data-question='1.2'] [data-words]")).to_have_text("2 words")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-status]")).to_have_text("All notes saved.")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("[id='text-1.1']")).to_be_focused()
    page.keyboard.press("Alt+p")
    expect(page.locator(".prompts").first).to_be_hidden()


def test_photographs_of_notes_are_added_and_looked_at(
    assessment: Any, open_as: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    interview = InterviewFactory(assessment=assessment, code="AZEint1")
    turned = page_of_notes(800, 600).transpose(Image.Transpose.ROTATE_90)  # as a telephone held upright stores it
    sent = [
        {"name": "first.jpg", "mimeType": "image/jpeg", "buffer": file_of(turned, exif=metadata(6))},
        {"name": "second.png", "mimeType": "image/png", "buffer": file_of(page_of_notes(600, 800), "PNG")},
    ]
    page = open_as("lead", interview.get_absolute_url())
    page.get_by_role("link", name="Add photographs").click()
    page.get_by_label("Photographs").set_input_files(sent)
    page.set_viewport_size({"width": 360, "height": 740})
    assert_accessible(page)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("2 photographs were added.")).to_be_visible()
    previews = page.locator(".photographs img")
    expect(previews).to_have_count(2)
    previews.first.scroll_into_view_if_needed()
    page.wait_for_function("[...document.querySelectorAll('.photographs img')].every((img) => img.naturalWidth)")
    assert_accessible(page)
    previews.first.click()
    expect(page.get_by_role("heading", name="Photograph 1 of 2")).to_be_visible()
    page.wait_for_function("document.querySelector('.photograph').naturalWidth === 800")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        assert_accessible(page)
    page.get_by_role("link", name="Next").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete for good").click()
    expect(previews).to_have_count(1)
