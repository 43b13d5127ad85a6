"""What goes wrong on a mission, in a real browser: nothing that was typed is lost, and each text arrives once.

A clock that is wrong, lost replies and a second tab: `tests/js/test_interviews_field.py`. A killed browser, two devices
with the same local name, another account: `test_field_browser.py`.
"""

import json
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from interviews.text import hash_words
from tests.interviews.server import Server, server

__all__ = ["server"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
FIELD = "/a/AZE-2016/interviews/field/"
SAVED = "All notes saved."
PLANS = 5


@pytest.fixture(scope="module")
def mission(server: Server) -> None:
    for hour in range(10, 10 + PLANS):
        fields = {"held_at": f"2016-01-18T{hour}:00", "women": "0", "men": "0", "other": "0", "language": "en"}
        server.post("consultant", "/a/AZE-2016/interviews/new/", fields | {"plan": "1", "interviewer": "Consultant"})


@pytest.fixture
def page(browser: Browser, server: Server, mission: None) -> Iterator[Page]:
    """The field page of the consultant, who has taken the mission along. Script errors fail the test."""
    faults: list[str] = []
    context = browser.new_context()
    sign_in(context, server)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{server.url}{FIELD}#take")
    page.wait_for_selector("[data-field][data-ready]")
    yield page
    context.close()
    assert faults == []


def sign_in(context: BrowserContext, server: Server) -> None:
    context.add_cookies([server.cookie("consultant")])


def status(page: Page) -> Locator:
    return page.locator("[data-status]")


def open_interview(page: Page, name: str) -> None:
    page.locator("[data-entries]").get_by_role("button", name=name).click()


def box(page: Page, question: str = "1.1") -> Locator:
    return page.locator(f"[id='text-{question}']")


def said(page: Page, question: str = "1.1") -> Locator:
    return page.locator(".question", has=box(page, question)).locator("[data-saving]")


def come_back(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('online'))")


def notes(server: Server, plan: str) -> dict[str, str]:
    [(code,)] = server.execute("SELECT code FROM interviews_interview WHERE planned_as = ?", plan)
    return {question: text for question, text in server.answers(code).items() if text}


def test_session_lost_in_the_middle_of_a_word(page: Page, server: Server) -> None:
    open_interview(page, "AZEplan1")
    box(page).press_sequentially("The hot")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    box(page).press_sequentially("line")
    expect(status(page)).to_contain_text("You are signed out. Your notes are saved on this device.")
    expect(status(page).get_by_role("link")).to_have_attribute("target", "_blank")
    expect(said(page)).to_have_text("Saved on this device")
    sign_in(page.context, server)
    box(page).press_sequentially(" helps")
    come_back(page)
    expect(status(page)).to_have_text(SAVED)
    assert notes(server, "AZEplan1") == {"1.1": "The hotline helps"}


def test_answer_of_half_a_million_characters_and_a_guide_changed_meanwhile(page: Page, server: Server) -> None:
    """The new version has no question 7.1; notes under it stay with the version under which they were typed."""
    long = f"{'All is well. ' * 40_000}"[:499_999] + "!"
    page.context.set_offline(True)
    open_interview(page, "AZEplan2")
    put(page, long)
    box(page, "7.1").fill("Under a question that goes")
    expect(said(page)).to_have_text("Saved on this device")
    expect(said(page, "7.1")).to_have_text("Saved on this device")
    old = publish_without(server, "7.1")
    page.context.set_offline(False)
    come_back(page)
    expect(status(page)).to_have_text(SAVED)
    stored = notes(server, "AZEplan2")
    assert hash_words(stored.pop("1.1")) == hash_words(long)  # a difference of long texts would be printed
    assert stored == {"7.1": "Under a question that goes"}
    typed_under = server.execute("SELECT guide_version_id FROM interviews_interview WHERE planned_as = 'AZEplan2'")
    assert typed_under == [(old,)]
    put(page, f"{long}?")
    expect(said(page)).to_contain_text("500,000")  # refused: it says the limit, and the text stays
    assert box(page).evaluate("area => area.value.length") == 500_001
    assert len(notes(server, "AZEplan2")["1.1"]) == 500_000
    box(page).fill("Shortened")
    expect(status(page)).to_have_text(SAVED)
    assert notes(server, "AZEplan2")["1.1"] == "Shortened"


def put(page: Page, text: str) -> None:
    """As pasting does it; typing is too slow for so much."""
    box(page).evaluate("(area, text) => { area.value = text; area.dispatchEvent(new Event('input')); }", text)


def publish_without(server: Server, question: str) -> int:
    """The assessment's guide goes over to a next version without this question. The primary key of the earlier one."""
    [(old,)] = server.execute("SELECT guide_id FROM assessments_assessment")
    names = [row[1] for row in server.execute("PRAGMA table_info(instruments_instrument)")]
    [values] = server.execute("SELECT * FROM instruments_instrument WHERE id = ?", old)
    row = dict(zip(names, values, strict=True))
    definition = json.loads(row["definition"])
    for section in definition["sections"]:
        section["questions"] = [one for one in section["questions"] if one["name"] != question]
    row |= {"id": old + 100, "version": row["version"] + 1, "definition": json.dumps(definition)}
    marks = ", ".join("?" * len(row))
    add = f"INSERT INTO instruments_instrument ({', '.join(row)}) VALUES ({marks})"  # noqa: S608 -- our own columns
    server.execute(add, *row.values())
    server.execute("UPDATE assessments_assessment SET guide_id = ?", old + 100)
    return int(old)


def test_removed_member_whose_device_returns_sends_nothing_and_keeps_everything(page: Page, server: Server) -> None:
    page.context.set_offline(True)
    open_interview(page, "AZEplan3")
    box(page).fill("Typed after the removal")
    expect(said(page)).to_have_text("Saved on this device")
    [row] = server.execute("SELECT * FROM assessments_membership WHERE role = 'consultant'")
    server.post("lead", f"/a/AZE-2016/members/{row[0]}/remove/", {})
    page.context.set_offline(False)
    come_back(page)
    expect(status(page)).to_contain_text("You can no longer edit")
    expect(box(page)).to_have_value("Typed after the removal")
    assert notes(server, "AZEplan3") == {}
    back = f"INSERT INTO assessments_membership VALUES ({', '.join('?' * len(row))})"  # noqa: S608 -- only marks
    server.execute(back, *row)
    come_back(page)
    expect(status(page)).to_have_text(SAVED)
    assert notes(server, "AZEplan3") == {"1.1": "Typed after the removal"}


def test_device_without_room_says_so_and_sends_what_is_on_the_screen(page: Page, server: Server) -> None:
    open_interview(page, "AZEplan4")
    page.context.set_offline(True)
    page.evaluate(
        "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); }; }"
    )
    box(page).fill("Where there is no room")
    expect(said(page)).to_have_text("Not saved yet: keep this page open")
    expect(status(page)).to_have_text("Not saved yet: keep this page open")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    expect(box(page)).to_have_value("Where there is no room")  # the question was asked, and the page stayed
    assert asked == ["beforeunload"]
    page.context.set_offline(False)
    come_back(page)
    expect(said(page)).to_contain_text("Saved ")
    assert notes(server, "AZEplan4") == {"1.1": "Where there is no room"}


def test_browser_that_has_evicted_everything_begins_anew(page: Page, server: Server) -> None:
    open_interview(page, "AZEplan5")
    box(page).fill("Sent before")
    expect(status(page)).to_have_text(SAVED)
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": "indexeddb,cache_storage"})
    page.goto(server.url + FIELD)
    expect(status(page)).to_have_text(SAVED)
    expect(page.locator("[data-entries] li")).to_have_count(0)
    page.get_by_role("button", name="Take these with me").click()
    page.locator("[data-entries]").get_by_role("button", name="AZEint", exact=False).first.wait_for()
    [(code,)] = server.execute("SELECT code FROM interviews_interview WHERE planned_as = 'AZEplan5'")
    open_interview(page, code)
    expect(box(page)).to_have_value("Sent before")
    box(page).fill("Sent before and after")
    expect(said(page)).to_contain_text("Saved ")
    expect(status(page)).to_have_text(SAVED)
    assert notes(server, "AZEplan5") == {"1.1": "Sent before and after"}
