"""parts.js: on a phone one part of a long page is shown at a time; links, errors and scripts open the one they need."""

from django.contrib.staticfiles import finders
from playwright.sync_api import Page, expect

from tests.js.conftest import Pages

RULE = """@media (max-width: 40rem) { .is-elsewhere { display: none } }
@media (min-width: 40.01rem) { .part-bar { display: none } }"""
BODY = """<a href="#second">To the second</a><form data-parts>
<section><h2 id="first">First</h2><input aria-label="a"></section>
<section><h2>Second</h2><p id="second">text</p><input aria-label="b"></section>
<section {third}><h2>Third</h2><input aria-label="c"></section><button>Send</button></form>"""


def opened(pages: Pages, width: int = 360, third: str = "") -> Page:
    page = pages.open(BODY.format(third=third), "js/parts.js")
    page.set_viewport_size({"width": width, "height": 700})
    page.evaluate(
        "(rule) => { const s = new CSSStyleSheet(); s.replaceSync(rule); document.adoptedStyleSheets = [s] }", RULE
    )
    return page


def shown(page: Page) -> list[str]:
    return [title.inner_text() for title in page.locator("h2").all() if title.is_visible()]


def test_a_phone_shows_one_part_and_the_names_of_its_neighbours(pages: Pages) -> None:
    page = opened(pages)
    assert shown(page) == ["First"]
    page.get_by_role("button", name="Second →").click()
    assert shown(page) == ["Second"]
    expect(page.get_by_role("heading", name="Second")).to_be_focused()
    expect(page.locator(".part-bar")).to_have_text("← First2/3Third →")
    page.get_by_role("button", name="Third →").click()
    page.get_by_role("button", name="← Second").click()
    assert shown(page) == ["Second"]
    page.set_viewport_size({"width": 1280, "height": 700})
    assert shown(page) == ["First", "Second", "Third"]


def test_a_link_and_a_script_open_the_part_they_lead_to(pages: Pages) -> None:
    page = opened(pages)
    page.get_by_role("link").click()
    assert shown(page) == ["Second"]
    page.get_by_label("c").evaluate("(field) => field.dispatchEvent(new Event('ctnat:reveal', { bubbles: true }))")
    assert shown(page) == ["Third"]


def test_an_address_that_names_the_first_part_shows_it_alone(pages: Pages) -> None:
    page = opened(pages)
    page.evaluate("location.hash = '#first'")
    page.reload()
    assert page.locator("section:not(.is-elsewhere) h2").all_inner_texts() == ["First"]
    expect(page.locator(".part-bar")).to_have_text("1/3Second →")


def test_the_part_with_an_error_comes_first(pages: Pages) -> None:
    page = opened(pages, third='aria-label="x"')
    assert shown(page) == ["First"]
    page = pages.open(BODY.format(third="").replace('aria-label="c"', 'class="is-invalid"'), "js/parts.js")
    assert page.locator("section:not(.is-elsewhere) h2").inner_text() == "Third"


def test_a_part_that_a_condition_leaves_out_is_passed_over(pages: Pages) -> None:
    page = opened(pages, third="hidden")
    page.get_by_role("button", name="Second →").click()
    expect(page.locator(".part-bar")).to_have_text("← First2/2")
    page.locator("section").last.evaluate("(part) => { part.hidden = false }")
    page.get_by_label("b").fill("1")
    page.get_by_label("b").blur()
    expect(page.get_by_role("button", name="Third →")).to_be_visible()


def test_the_style_sheet_hides_the_other_parts() -> None:
    with open(str(finders.find("css/parts.css"))) as sheet:
        assert ".is-elsewhere { display: none; }" in sheet.read()
