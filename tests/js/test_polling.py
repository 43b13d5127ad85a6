"""Pages that ask by themselves: less and less often while nothing changes, quickly again when something does."""

from typing import Any

from playwright.sync_api import Page

from tests.js.conftest import Pages

STATE = "/state/"
LIVE = f'<div data-live="{STATE}" data-every="20" data-revision="1">before</div><p data-live-state></p>'
# The pauses between two polls; the script's limit for a slow server is far above.
PAUSES = """(() => {
    window.pauses = [];
    const wait = window.setTimeout;
    window.setTimeout = (work, pause, ...more) => {
        if (pause > 0 && pause < 1000) window.pauses.push(pause);
        return wait(work, pause, ...more);
    };
})()"""


def wait_for_pauses(page: Page, count: int) -> list[float]:
    for _ in range(1000):  # the page's policy forbids `wait_for_function`
        found: list[float] = page.evaluate("window.pauses")
        if len(found) >= count:
            return found
        page.wait_for_timeout(10)
    raise AssertionError(found)


def test_a_live_part_asks_less_often_while_nothing_changes(pages: Pages) -> None:
    replies: list[dict[str, Any]] = [{"status": 204}]
    pages.answer("GET", STATE, lambda _: replies[-1])
    pages.context.add_init_script(PAUSES)
    page = pages.open(LIVE, "js/workshops.js")
    found = wait_for_pauses(page, 8)
    slower = found[found.index(20 * 1.5) :]
    assert slower[:3] == [30, 45, 67.5]
    assert max(found) == 80  # a quarter of the pace, and no slower
    replies.append({"body": "after", "headers": {"X-Revision": "2"}})
    page.get_by_text("after").wait_for()
    replies.append({"status": 204})
    count = len(page.evaluate("window.pauses"))
    later = wait_for_pauses(page, count + 3)
    assert 20 in later[found.index(80) :]
    page.evaluate("document.dispatchEvent(new Event('ctnat:saved')); window.saved = window.pauses.at(-1)")
    assert page.evaluate("window.saved") == 20


def test_a_part_that_htmx_asks_for_leaves_out_turns(pages: Pages) -> None:
    page = pages.open('<div id="part" data-seen></div><div id="other"></div>', "js/app.js")
    script = """([id, status]) => {
        const elt = document.getElementById(id);
        let left = 0;
        for (;;) {
            const asks = document.dispatchEvent(
                new CustomEvent('htmx:beforeRequest', { cancelable: true, detail: { elt } })
            );
            if (asks) break;
            left += 1;
        }
        document.dispatchEvent(new CustomEvent('htmx:afterRequest', { detail: { elt, xhr: { status } } }));
        return left;
    }"""
    assert [page.evaluate(script, ["part", 204]) for _ in range(7)] == [0, 1, 2, 3, 4, 4, 4]
    assert [page.evaluate(script, ["other", 204]) for _ in range(3)] == [0, 0, 0]
    page.evaluate("document.getElementById('part').outerHTML = '<div id=\"part\" data-seen></div>'")  # drawn anew
    assert page.evaluate(script, ["part", 204]) == 0
