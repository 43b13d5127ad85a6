"""Where the device forces its colours (high contrast), what is chosen, focused, marked or drawn is told apart."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Locator, Page

from assessments.models import User
from tests.every_page import Shown, page_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.timeout(300)]
HOME = "/a/AZE-2016"


@pytest.fixture(scope="module")
def shown() -> Iterator[Shown]:
    server = Shown()
    yield server
    server.close()


@pytest.fixture(params=["light", "dark"])
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 800}, forced_colors="active", color_scheme=request.param)
    yield page
    page.close()


def open_at(screen: Page, shown: Shown, address: str) -> None:
    client = Client()
    client.force_login(User.objects.get(email="lead@demo.example"))
    found = page_at("lead", client, address)
    shown.address, shown.body = address, found.html.encode()
    shown.policy = found.headers.get("Content-Security-Policy", "")
    screen.goto(shown.origin + address)


def style(element: Locator, name: str) -> str:
    return str(element.evaluate("(element, name) => getComputedStyle(element).getPropertyValue(name)", name))


def of_page(screen: Page) -> str:
    return style(screen.locator("body"), "background-color")


@pytest.mark.parametrize("address", [f"{HOME}/analysis/survey/?section=3", f"{HOME}/report/read/"])
def test_only_the_step_and_the_tab_where_one_is_are_underlined(
    demo: None, screen: Page, shown: Shown, address: str
) -> None:
    open_at(screen, shown, address)
    for current, others in (
        (".steps .is-current a", ".steps li:not(.is-current) a"),
        (".parts a[aria-current]", ".parts a:not([aria-current])"),
        (".tabs a[aria-current]", ".tabs a:not([aria-current])"),
    ):
        assert style(screen.locator(current), "border-block-end-color") != of_page(screen), current
        assert {style(one, "border-block-end-color") for one in screen.locator(others).all()} == {of_page(screen)}


def test_what_has_the_focus_is_outlined(demo: None, screen: Page, shown: Shown) -> None:
    open_at(screen, shown, f"{HOME}/indicators/1.5/F1/")
    for _ in range(40):  # links, fields, buttons and choices
        screen.keyboard.press("Tab")
        here = screen.locator(":focus")
        if not here.count():
            break
        seen = (style(here, "outline-style"), style(here, "outline-width"), style(here, "outline-color"))
        assert seen[0] != "none", here.evaluate("(element) => element.outerHTML")
        assert float(seen[1].removesuffix("px")) >= 1
        assert seen[2] != of_page(screen)


def test_parts_of_a_chart_are_apart_and_on_the_sheet_that_they_are_made_for(
    demo: None, screen: Page, shown: Shown
) -> None:
    open_at(screen, shown, f"{HOME}/analysis/survey/?section=3")
    bar = next(one for one in screen.locator(".chart .bar").all() if one.locator("rect").count() > 2)
    sheet = style(bar, "background-color")
    assert sheet == {"light": "rgb(255, 255, 255)", "dark": "rgb(29, 34, 37)"}[scheme_of(screen)]
    for part in bar.locator("rect").all():
        assert style(part, "stroke") == sheet
        assert style(part, "fill") != sheet


def test_the_states_of_cells_have_signs_words_and_a_border(demo: None, screen: Page, shown: Shown) -> None:
    open_at(screen, shown, f"{HOME}/indicators/")
    marked = screen.locator("td.is-potential_improvement").first
    assert style(marked, "border-inline-start-width") == "6px"
    assert style(screen.locator("td.is-in_place").first, "border-inline-start-width") == "1px"
    for state, word in (("in_place", "In place"), ("potential_improvement", "Potential improvement")):
        said = screen.locator(f".matrix .cell-state.is-{state}").first
        assert word in said.inner_text()
        assert style(said.locator("svg"), "stroke") != of_page(screen)


def scheme_of(screen: Page) -> str:
    return "dark" if screen.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
