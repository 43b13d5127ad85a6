"""instruments.js: an earlier answer is inserted into the text that has, or had, the cursor."""

from playwright.sync_api import expect

from tests.js.conftest import Pages

BODY = """<form method="post" action="/page/"><textarea name="text" aria-label="Text">Town in ?</textarea>
<input name="hint" aria-label="Hint"><input name="short" aria-label="Short"><div data-quote>
<select name="quote" aria-label="Answer"><option value="">-</option><option value="2.1">2.1</option></select>
<select name="quote_into" aria-label="Into"><option value="text">Text</option>
<option value="hint">Hint</option></select>
<button name="_do" value="quote">Insert</button></div></form>"""


def test_an_answer_is_inserted_at_the_cursor_of_the_text_that_had_it(pages: Pages) -> None:
    page = pages.open(BODY, "js/instruments.js", module=True)
    text = page.get_by_label("Text", exact=True)
    text.evaluate("field => { field.focus(); field.setSelectionRange(8, 8); }")
    page.get_by_label("Answer").select_option("2.1")
    page.get_by_role("button", name="Insert").click()
    expect(text).to_have_value("Town in {answer:2.1}?")
    expect(text).to_be_focused()
    page.get_by_label("Hint", exact=True).focus()
    page.get_by_label("Short", exact=True).focus()  # which cannot quote an answer
    page.get_by_role("button", name="Insert").click()
    expect(page.get_by_label("Hint", exact=True)).to_have_value("{answer:2.1}")
    assert pages.sent == []


def test_without_a_choice_the_server_is_asked_what_to_choose(pages: Pages) -> None:
    page = pages.open(BODY, "js/instruments.js", module=True)
    with page.expect_navigation():
        page.get_by_role("button", name="Insert").click()
    assert [request.method for request in pages.sent] == ["POST"]
