"""The pages before the sign-in in a real browser; all others are walked in tests/test_every_page.py."""

import pytest

from tests.browser import assert_accessible


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/"])
def test_pages_before_sign_in_are_accessible(open_as, assessment, path: str) -> None:
    assert_accessible(open_as("anonymous", path))


@pytest.mark.browser
@pytest.mark.parametrize("language", ["hy", "ka", "ru"])
def test_no_word_of_the_steps_is_broken_on_a_phone(open_as, language: str) -> None:  # type: ignore[no-untyped-def]
    page = open_as("anonymous", "/accounts/login/")
    page.set_extra_http_headers({"Accept-Language": language})
    page.set_viewport_size({"width": 320, "height": 700})
    page = open_as("lead", "/a/AZE-2016/")
    assert page.locator("html").get_attribute("lang") == language
    broken = page.evaluate("""() => {
        const pen = document.createElement("canvas").getContext("2d");
        return [...document.querySelectorAll(".step-label")].flatMap((label) => {
            const style = getComputedStyle(label);
            pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
            const width = label.getBoundingClientRect().width + 1;
            return label.textContent.trim().split(/\\s+/).filter((word) => pen.measureText(word).width > width);
        });
    }""")
    assert broken == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
