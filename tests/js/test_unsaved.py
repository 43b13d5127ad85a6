"""unsaved.js: a page asks before it is left while a form has typed text that was not sent."""

import pytest
from playwright.sync_api import Page

from tests.js.conftest import Pages

SCRIPTS = ("js/app.js", "js/forms.js", "js/unsaved.js")
FIELDS = '<label>Title <input name="title" value="{title}"></label><label>Find <input type="search" name="q"></label>'
ASKS = "() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"


def opened(pages: Pages, attributes: str = "", inside: str = "", title: str = "") -> Page:
    fields = FIELDS.format(title=title)
    return pages.open(f'<form method="post" {attributes}>{inside}{fields}<button>Save</button></form>', *SCRIPTS)


def test_a_page_asks_while_typed_text_is_not_sent(pages: Pages) -> None:
    page = opened(pages, title="As served")
    assert page.evaluate(ASKS) is False
    page.get_by_label("Title").fill("New")
    assert page.evaluate(ASKS) is True
    page.get_by_label("Title").fill("As served")
    assert page.evaluate(ASKS) is False
    page.get_by_label("Find").fill("words")
    assert page.evaluate(ASKS) is False
    page.get_by_label("Title").fill("New")
    page.evaluate("document.addEventListener('submit', (event) => event.preventDefault())")
    page.get_by_role("button").click()
    assert page.evaluate(ASKS) is False  # sent


def test_a_form_that_was_not_sent_after_all_is_still_unsaved(pages: Pages) -> None:
    page = opened(pages, 'data-confirm="Sure?"')
    page.get_by_label("Title").fill("New")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button").click()
    assert page.evaluate(ASKS) is True


@pytest.mark.parametrize("attributes", ["data-unguarded", 'method="get"'])
def test_a_form_with_nothing_to_lose_asks_nothing(pages: Pages, attributes: str) -> None:
    page = pages.open(f"<form {attributes}>{FIELDS}</form>", *SCRIPTS)
    page.get_by_label("Title").fill("New")
    assert page.evaluate(ASKS) is False


@pytest.mark.parametrize("mark", ['<p class="error-summary"></p>', '<p role="alert"></p>', "<i data-unsaved></i>"])
def test_text_that_came_back_with_its_fault_is_unsaved(pages: Pages, mark: str) -> None:
    assert opened(pages, inside=mark, title="Typed").evaluate(ASKS) is True
    assert opened(pages, inside=mark).evaluate(ASKS) is False  # nothing was typed


def test_a_part_that_the_server_has_drawn_again_is_not_saved(pages: Pages) -> None:
    page = opened(pages, inside='<div id="part"></div>')
    page.get_by_label("Title").fill("New")
    page.evaluate(
        """() => {
            const field = document.querySelector('[name=title]');
            field.defaultValue = field.value;
            const target = document.getElementById('part');
            target.dispatchEvent(new CustomEvent('htmx:afterSwap', { bubbles: true, detail: { target } }));
            field.dispatchEvent(new Event('input', { bubbles: true }));
        }"""
    )
    assert page.evaluate(ASKS) is True


@pytest.mark.parametrize("event", ["htmx:afterRequest", "ctnat:saved"])
def test_a_form_that_a_script_has_saved_asks_nothing(pages: Pages, event: str) -> None:
    page = opened(pages)
    page.get_by_label("Title").fill("New")
    page.locator("form").evaluate(
        """(elt, name) => elt.dispatchEvent(
            new CustomEvent(name, { bubbles: true, detail: { elt, successful: true } }))""",
        event,
    )
    assert page.evaluate(ASKS) is False
