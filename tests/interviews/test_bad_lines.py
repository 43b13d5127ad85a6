"""Typing despite lost connections, a killed server, a lost session and a second typist, in a real browser."""

import os
import re
import signal
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect

from tests.interviews.server import Server, server

__all__ = ["server"]
pytestmark = pytest.mark.browser
NOTES = "/a/AZE-2016/interviews/{}/notes/"
DRAFTS = "ctnatVault.count()"
SAVED = "All notes saved."
# In the page itself: a save on the way while the page is left would pass by a route.
WITHOUT_SAVES = """() => {
    const send = window.fetch;
    const isSave = (at, how) => how?.method === "POST" && /\\/notes\\/[^/]+\\/$/.test(at);
    window.fetch = (at, how) => (isSave(at, how) ? Promise.reject(new TypeError()) : send(at, how));
}"""


@pytest.fixture
def typist(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """typist("lead", "AZEint1") -> the typing page in a separate browser. Script errors fail the test."""
    faults: list[str] = []
    contexts: list[BrowserContext] = []

    def open_page(role: str, code: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        context.add_cookies([server.cookie(role)])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(server.url + NOTES.format(code))
        return page

    yield open_page
    for context in contexts:
        context.close()
    if server.pid is None:
        server.start()
    assert faults == []


def answer(page: Page, question: str) -> Any:
    return page.locator(f"[id='text-{question}']")


def status(page: Page) -> Any:
    return page.locator("[data-status]")


def test_what_is_typed_offline_survives_a_reload_and_is_sent_when_the_line_returns(typist: Any, server: Server) -> None:
    page = typist("consultant", "AZEint1")
    page.wait_for_selector("form[data-kept]", state="attached")
    answer(page, "3.1").fill("Typed on line.")
    expect(status(page)).to_have_text(SAVED)

    server.kill()
    answer(page, "3.1").press_sequentially(" Typed off line.")
    answer(page, "3.2").fill("გარეშე ხაზი")
    expect(status(page)).to_have_text(
        "No connection. 2 answers saved on this device; will be sent when you are online."
    )
    page.reload()
    expect(answer(page, "3.1")).to_have_value("Typed on line. Typed off line.")
    expect(answer(page, "3.2")).to_have_value("გარეშე ხაზი")
    answer(page, "3.2").press_sequentially(" და კიდევ")
    expect(page.locator("[data-question='3.2'] [data-saving]")).to_have_text("Saved on this device")
    page.reload()
    answer(page, "4.1").fill("Third.")

    server.start()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(status(page)).to_have_text(SAVED)
    assert server.answers("AZEint1") == {
        "3.1": "Typed on line. Typed off line.",
        "3.2": "გარეშე ხაზი და კიდევ",
        "4.1": "Third.",
    }
    assert server.waiting("AZEint1") == []
    assert page.evaluate(DRAFTS) == 0


def test_a_kept_page_opened_off_line_shows_what_was_saved_since(typist: Any, server: Server) -> None:
    page = typist("consultant", "AZEint2")
    page.wait_for_selector("form[data-kept]", state="attached")
    answer(page, "3.1").fill("Saved after the page was kept.")
    expect(status(page)).to_have_text(SAVED)
    server.kill()
    page.reload()
    expect(answer(page, "3.1")).to_have_value("Saved after the page was kept.")
    assert page.evaluate(DRAFTS) == 0


def test_the_server_killed_while_typing_loses_nothing(typist: Any, server: Server) -> None:
    page = typist("consultant", "AZEint3")
    words = [f"word{n} " for n in range(60)]
    box = answer(page, "3.1")
    box.focus()
    for number, word in enumerate(words):
        page.keyboard.type(word)
        if number in (20, 40):
            page.locator("button[name=save]").first.click()  # a save is on its way while the server dies
            server.kill()
            box.focus()
            page.keyboard.press("Control+End")
        if number in (30, 50):
            server.start()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(status(page)).to_have_text(SAVED)
    expect(box).to_have_value("".join(words))
    assert server.answers("AZEint3") == {"3.1": "".join(words)}
    assert server.waiting("AZEint3") == []


def test_two_browsers_on_one_answer_show_both_texts(typist: Any, server: Server) -> None:
    first, second = typist("lead", "AZEint4"), typist("consultant", "AZEint4")
    answer(first, "3.1").fill("From the first.")
    expect(status(first)).to_have_text(SAVED)
    answer(second, "3.1").fill("From the second.")
    other = second.get_by_role("group", name="The other text of 3.1")
    expect(other).to_contain_text("From the first.")
    expect(other).to_contain_text("Lead changed this answer")
    expect(answer(second, "3.1")).to_have_value("From the second.")
    assert server.answers("AZEint4") == {"3.1": "From the first."}
    assert server.waiting("AZEint4") == ["From the second."]

    other.get_by_role("button", name="Keep both").click()
    expect(status(second)).to_have_text(SAVED)
    assert server.answers("AZEint4") == {"3.1": "From the first.\n\nFrom the second."}
    assert server.waiting("AZEint4") == []
    first.evaluate("document.activeElement.blur(), document.dispatchEvent(new Event('visibilitychange'))")
    expect(answer(first, "3.1")).to_have_value("From the first.\n\nFrom the second.")


def test_two_tabs_of_one_browser_off_line_lose_neither_text(typist: Any, server: Server) -> None:
    first = typist("lead", "AZEint5")
    second = first.context.new_page()
    second.goto(first.url)
    server.kill()
    answer(first, "3.1").fill("First tab.")
    answer(second, "3.1").fill("Second tab.")
    expect(status(second)).to_contain_text("1 answer saved on this device")
    second.close()
    server.start()
    first.evaluate("window.dispatchEvent(new Event('online'))")
    expect(status(first)).to_have_text(SAVED)
    first.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when returning to the page
    expect(first.get_by_role("group", name="The other text of 3.1")).to_contain_text("First tab.")
    expect(answer(first, "3.1")).to_have_value("Second tab.")
    assert (server.answers("AZEint5"), server.waiting("AZEint5")) == ({"3.1": "First tab."}, ["Second tab."])
    first.get_by_role("button", name="Keep both").click()
    expect(status(first)).to_have_text(SAVED)
    assert first.evaluate(DRAFTS) == 0


def test_a_lost_session_loses_no_text(typist: Any, server: Server) -> None:
    page = typist("consultant", "AZEint6")
    page.wait_for_selector("form[data-kept]", state="attached")
    page.context.clear_cookies()
    answer(page, "3.1").fill("Typed while signed out.")
    expect(status(page)).to_contain_text("You are signed out. Your notes are saved on this device. Sign in again")
    assert page.evaluate(DRAFTS) == 1
    page.context.add_cookies([server.cookie("consultant")])
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(status(page)).to_have_text(SAVED)
    assert server.answers("AZEint6") == {"3.1": "Typed while signed out."}


def test_another_account_on_the_device_sends_none_of_the_drafts(typist: Any, server: Server) -> None:
    page = typist("consultant", "AZEint7")
    page.wait_for_selector("form[data-kept]", state="attached")
    page.context.clear_cookies()
    answer(page, "3.1").fill("Of the consultant.")
    expect(status(page)).to_contain_text("You are signed out.")
    page.context.add_cookies([server.cookie("lead")])
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(status(page)).to_contain_text("Another account is signed in")
    assert server.answers("AZEint7") == {}


def test_signing_out_keeps_unsent_notes_sealed_for_their_account(typist: Any, server: Server) -> None:
    page = typist("consultant again", "AZEint8")
    page.wait_for_selector("form[data-kept]", state="attached")
    page.evaluate(WITHOUT_SAVES)
    answer(page, "3.1").fill("Not sent.")
    expect(status(page)).to_contain_text("No connection. 1 answer saved on this device")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{server.url}/**/login/**")
    expect(page.get_by_text("1 text on this device is not saved yet. It is locked")).to_be_visible()
    assert page.evaluate("caches.keys()") == []
    page.context.clear_cookies()
    page.context.add_cookies([server.cookie("lead")])
    page.goto(server.url + NOTES.format("AZEint8"))
    expect(status(page)).to_have_text(SAVED)
    expect(answer(page, "3.1")).to_have_value("")
    assert server.answers("AZEint8") == {}


def test_a_killed_browser_has_kept_the_words_and_its_disk_shows_none(
    browser_type: BrowserType, whole_browser_launch_args: dict[str, Any], server: Server, tmp_path: Path
) -> None:
    """The controls show that the search finds what is not sealed."""
    words, saved = "Zwölfapostelwort and the tenth house", "Already on the server, Xyzzyquux"
    page = open_profile(browser_type, whole_browser_launch_args, server, tmp_path)
    page.wait_for_selector("form[data-kept]", state="attached")
    answer(page, "3.1").fill(saved)
    expect(status(page)).to_have_text(SAVED)
    page.evaluate(CONTROL)
    page.evaluate(WITHOUT_SAVES)
    answer(page, "3.3").fill(words)
    expect(page.locator("[data-question='3.3'] [data-saving]")).to_have_text("Saved on this device")
    kill_browser(tmp_path)

    disk = read_profile(tmp_path)
    assert found_in(disk, "control in clear"), "the search finds a value that is not sealed"
    for text in (words, saved, "Zwölfapostelwort", "Xyzzyquux"):
        assert found_in(disk, text) == []

    page = open_profile(browser_type, whole_browser_launch_args, server, tmp_path)
    expect(answer(page, "3.3")).to_have_value(words)
    expect(status(page)).to_have_text(SAVED)
    assert server.answers("AZEint3")["3.3"] == words
    page.evaluate(FIELD_CONTROL)
    page.get_by_label("Control").fill("control in a field")
    page.evaluate(WITHOUT_SAVES)
    answer(page, "3.3").fill(f"{words}, typed on")
    expect(page.locator("[data-question='3.3'] [data-saving]")).to_have_text("Saved on this device")
    page.goto(f"{server.url}/account/devices/")
    page.context.close()
    disk = read_profile(tmp_path)
    assert found_in(disk, "control in a field"), "the search finds a field that the browser may store"
    assert found_in(disk, "Zwölfapostelwort") == []


FIELD_CONTROL = """() => document.body.insertAdjacentHTML("beforeend",
    "<form method='post'><label>Control <input name='control'></label></form>")"""
CONTROL = """() => new Promise((resolve) => {
    const request = indexedDB.open("control", 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore("rows"));
    request.addEventListener("success", () => {
        const transaction = request.result.transaction("rows", "readwrite", { durability: "strict" });
        transaction.objectStore("rows").put("control in clear", 1);
        transaction.addEventListener("complete", resolve);
    });
})"""


def open_profile(browser_type: BrowserType, args: dict[str, Any], server: Server, folder: Path) -> Page:
    """The typing page of AZEint3 in a browser with its profile in `folder`."""
    context = browser_type.launch_persistent_context(folder, **args)
    context.add_cookies([server.cookie("consultant")])
    page = context.new_page()
    page.set_default_timeout(60_000)  # a profile of its own starts slowly
    page.goto(server.url + NOTES.format("AZEint3"))
    return page


def read_profile(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def kill_browser(folder: Path) -> None:
    """End the browser with its profile in `folder` as a power cut would."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes()
        except OSError:
            continue  # it has ended meanwhile
        if f"--user-data-dir={folder}".encode() in line and b"--type=" not in line:
            os.kill(int(process.name), signal.SIGKILL)


def found_in(disk: dict[Path, bytes], text: str) -> list[Path]:
    """The files that contain the text, in one of the ways in which a browser stores text."""
    plain = text.encode()
    forms = (plain, text.encode("utf-16-le"), text.encode("latin-1"), b64encode(plain)[:-4])
    return [path for path, content in disk.items() if any(form in content for form in forms)]


def test_the_next_account_of_a_browser_opens_nothing_of_the_first_off_line(typist: Any, server: Server) -> None:
    page = typist("consultant", "AZEint2")
    page.wait_for_selector("form[data-kept]", state="attached")
    answer(page, "3.2").fill("Only for the consultant.")
    expect(status(page)).to_have_text(SAVED)
    page.context.clear_cookies()
    page.context.add_cookies([server.cookie("lead")])
    page.goto(f"{server.url}/a/AZE-2016/interviews/")
    page.evaluate("ctnatDevice.ready")  # the worker knows now who is signed in
    server.kill()
    page.goto(server.url + NOTES.format("AZEint2"))
    expect(page.get_by_text("Earlier texts of this device are locked.")).to_be_visible()
    expect(answer(page, "3.2")).to_have_value("")
    assert "Only for the consultant." not in page.content()
    server.start()


def test_a_revoked_device_keeps_its_texts_locked_until_it_is_allowed_again(typist: Any, server: Server) -> None:
    page = typist("lead", "AZEint6")
    page.wait_for_selector("form[data-kept]", state="attached")
    page.evaluate(WITHOUT_SAVES)
    answer(page, "4.1").fill("Typed before it was lost.")
    expect(status(page)).to_contain_text("1 answer saved on this device")
    page.goto(f"{server.url}/account/devices/")
    expect(page.get_by_text("1 text is not saved yet.")).to_be_visible()
    here = page.get_by_role("listitem").filter(has=page.get_by_text("(this device)").and_(page.locator(":visible")))
    page.get_by_role("button", name="Show me five words").click()
    expect(page.locator("[data-five-words]")).to_have_text(re.compile(r"^([a-z]{4}-){4}[a-z]{4}$"))
    page.once("dialog", lambda dialog: dialog.accept())
    here.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("gets no key any more")).to_be_visible()
    page.goto(server.url + NOTES.format("AZEint6"))
    expect(page.get_by_text("Earlier texts of this device are locked.")).to_be_visible()
    expect(page.get_by_label("Your five words")).to_be_hidden()  # the revocation has taken them
    expect(answer(page, "4.1")).to_have_value("")
    page.goto(f"{server.url}/account/devices/")
    page.get_by_role("button", name="Allow again").click()
    page.goto(server.url + NOTES.format("AZEint6"))
    expect(status(page)).to_have_text(SAVED)
    assert server.answers("AZEint6")["4.1"] == "Typed before it was lost."


def test_without_a_script_the_page_is_one_form_that_saves(typist: Any, server: Server) -> None:
    page = typist("lead", "AZEint7", java_script_enabled=False)
    answer(page, "4.1").fill("No script.")
    page.locator(".form-actions button").click()
    expect(page.get_by_text("All notes saved.")).to_be_visible()
    assert server.answers("AZEint7")["4.1"] == "No script."


def test_interviews_begun_at_the_same_moment_get_codes_without_gaps_or_doubles(server: Server) -> None:
    form = {
        "held_at": "2016-01-18T10:00",
        "format": "in_person",
        "women": "1",
        "men": "0",
        "other": "0",
        "language": "en",
    }

    def begin(_: int) -> str:
        return server.post("lead", "/a/AZE-2016/interviews/new/", form)

    with ThreadPoolExecutor(12) as pool:
        led_to = list(pool.map(begin, range(24)))
    assert server.codes() == [f"AZEint{number}" for number in range(1, 33)]
    assert sorted(led_to) == sorted(NOTES.format(f"AZEint{number}") for number in range(9, 33))
