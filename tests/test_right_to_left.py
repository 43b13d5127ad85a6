"""The look of members' pages in the languages that are hardest for it: from right to left, and with long words."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
SHEETS = (
    "bootstrap/css/bootstrap.min.css",
    "css/tokens.css",
    "css/app.css",
    "css/frame.css",
)  # as templates/base.html has them
STYLES = "".join(Path(finders.find(name) or "").read_text("utf-8") for name in SHEETS)


def page_with(browser: Browser, body: str, *, direction: str, width: int = 1280) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 600})
    page.set_content(f'<html dir="{direction}"><style>{STYLES}</style><body>{body}</body></html>')
    return page


def left(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box
    return box["x"]


def boxes(page: Page, selector: str, *, of_text: bool = False) -> list[dict[str, float]]:
    """Where each of the elements is, or with `of_text` the text in it, which may be larger."""
    return page.evaluate(
        """([selector, ofText]) => [...document.querySelectorAll(selector)].map((one) => {
            const all = new Range();
            all.selectNodeContents(one);
            return (ofText ? all : one).getBoundingClientRect().toJSON();
        })""",
        [selector, of_text],
    )


@pytest.mark.parametrize("element", ["h1", "p", "li", "dd"])
def test_an_english_text_on_an_arabic_page_runs_from_left_to_right_at_the_right(browser: Browser, element: str) -> None:
    page = page_with(
        browser,
        f"""<{element}><span id="code" class="code">AZEint1</span> <span id="name">Main Department</span></{element}>
        <{element}><span id="first">المقابلة</span> <span id="second">الأولى</span></{element}>
        <div dir="ltr"><{element}><span id="own">English</span></{element}></div>""",
        direction="rtl",
    )
    assert left(page, "#code") < left(page, "#name")
    assert left(page, "#name") > 640  # at the right
    assert left(page, "#first") > left(page, "#second")
    assert left(page, "#own") < 640  # a block with a direction of its own stays as it is
    page.close()


@pytest.mark.parametrize("label", ["Հարցազրույցներ", "Վերլուծություն և զեկույց"])
def test_the_steps_fit_the_width_of_a_phone_in_armenian(browser: Browser, label: str) -> None:
    steps = "".join(
        f'<li{" class=is-current" if number == 3 else ""}><a href="#"><span class="step-number">{number}</span> '
        f'<span class="step-label">{label}</span></a></li>'
        for number in range(1, 7)
    )
    page = page_with(browser, f'<nav class="steps"><ol>{steps}</ol></nav>', direction="ltr", width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    cells, names = boxes(page, ".steps li"), boxes(page, ".step-label", of_text=True)
    assert len(cells) == len(names) == 6
    for cell, name in zip(cells, names, strict=True):  # each whole word in its own cell
        assert cell["left"] <= name["left"] < name["right"] <= cell["right"]
        assert cell["top"] <= name["top"] < name["bottom"] <= cell["bottom"]
    for first, second in zip(cells[::2], cells[1::2], strict=True):  # two in a row: no third has room for such words
        assert first["right"] <= second["left"]
        assert first["top"] == second["top"]
    assert cells[1]["bottom"] <= cells[2]["top"]
    assert cells[3]["bottom"] <= cells[4]["top"]
    page.close()
