"""comments.js: selected words go into the form as the server reads them, and @ offers the names of members."""

import re

import pytest
from playwright.sync_api import Page, expect

from reports.document.passages import ReadText
from tests.js.conftest import Pages

TEXT = """<p>There are <b>three</b> shelters&nbsp;here.</p><p>Two take women.<br>One is full.</p>
<figure><svg><text>99</text></svg><table><tr><th>Shelters</th><td>3</td></tr></table></figure><p>Two take women.</p>"""
PAGE = f"""<div data-passages>{TEXT}</div><button type="button" data-comment-here hidden>Comment on these words</button>
<form data-new-comment method="post"><label>Words <textarea name="words"></textarea></label>
<input name="occurrence" type="hidden">
<select name="paragraph"><option value="">None</option><option>1</option></select>
<label>Comment <textarea name="text"></textarea></label>
<div class="form-check"><input type="checkbox" name="members" id="a"><label for="a">Anna Lee</label></div>
<div class="form-check"><input type="checkbox" name="members" id="b"><label for="b">Bob</label></div></form>"""
SELECT = """([first, start, last, end]) => {
  const texts = [];
  const walker = document.createTreeWalker(document.querySelector("[data-passages]"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (walker.currentNode.data.trim()) texts.push(walker.currentNode);
  const range = document.createRange();
  range.setStart(texts[first], start);
  range.setEnd(texts[last], end);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@pytest.fixture
def page(pages: Pages) -> Page:
    return pages.open(PAGE, "js/comments.js")


def select(page: Page, first: int, start: int, last: int, end: int) -> tuple[str, int]:
    """Selects between two places of the texts with words, and returns what the form has then."""
    page.evaluate(SELECT, [first, start, last, end])
    page.get_by_role("button", name="Comment on these words").click()
    occurrence = page.locator("[name=occurrence]").input_value()
    return page.get_by_label("Words").input_value(), int(occurrence)


@pytest.mark.parametrize(
    ("places", "words", "occurrence"),
    [
        ((0, 6, 2, 9), "are three shelters", 0),
        ((2, 1, 3, 3), "shelters here. Two", 0),
        ((3, 0, 4, 12), "Two take women. One is full.", 0),
        ((4, 7, 6, 8), "full. Shelters", 0),
        ((6, 0, 7, 1), "Shelters 3", 0),
        ((8, 0, 8, 15), "Two take women.", 1),
    ],
)
def test_selected_words_are_those_that_the_server_finds(
    page: Page, places: tuple[int, int, int, int], words: str, occurrence: int
) -> None:
    assert select(page, *places) == (words, occurrence)
    text = ReadText(TEXT)
    passage = text.choose(words, occurrence)
    assert passage is not None
    starts = [found.start() for found in re.finditer(re.escape(words), text.text.replace("\n", " "))]
    assert text.find(passage).start == starts[occurrence]
    expect(page.locator("textarea[name=text]")).to_be_focused()
    expect(page.get_by_role("button", name="Comment on these words")).to_be_hidden()


def test_words_that_are_typed_are_the_first_of_their_kind(page: Page) -> None:
    assert select(page, 8, 0, 8, 15)[1] == 1
    page.get_by_label("Words").press_sequentially("x")
    assert page.locator("[name=occurrence]").input_value() == ""


def test_nothing_is_offered_outside_of_the_text(page: Page) -> None:
    page.evaluate("getSelection().selectAllChildren(document.querySelector('form'))")
    page.wait_for_timeout(100)
    expect(page.locator("[data-comment-here]")).to_be_hidden()


def test_an_at_sign_offers_names(page: Page) -> None:
    field = page.locator("textarea[name=text]")
    field.press_sequentially("See @an")
    expect(page.locator(".mention-list button")).to_have_count(1)
    page.get_by_role("button", name="Anna Lee").click()
    expect(field).to_have_value("See @Anna Lee ")
    field.press_sequentially("@")
    expect(page.locator(".mention-list button")).to_have_count(2)
    field.press("Escape")
    expect(page.locator(".mention-list")).to_be_hidden()
    field.press_sequentially("zzz me@b")
    expect(page.locator(".mention-list")).to_be_hidden()
