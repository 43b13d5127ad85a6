"""A mission without a line, in real browsers: six interviews taken along, a seventh begun, everything there once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests.interviews.server import Server, server
from tests.interviews.test_bad_lines import found_in, kill_browser, read_profile

__all__ = ["server"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]  # three browsers and a restart, on a busy machine
FIELD = "/a/AZE-2016/interviews/field/"
SAVED = "All notes saved."
WORDS = "Zwölfapostelwort of the tenth house"


@pytest.fixture
def mission(server: Server) -> Iterator[None]:
    """Six interviews that the consultant has planned."""
    for hour in range(10, 16):
        fields = {"held_at": f"2016-01-18T{hour}:00", "women": "0", "men": "0", "other": "0", "language": "en"}
        server.post("consultant", "/a/AZE-2016/interviews/new/", fields | {"plan": "1", "interviewer": "Consultant"})
    yield
    if server.pid is None:
        server.start()


def watched(page: Page, faults: list[str]) -> Page:
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return page


def take(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/a/AZE-2016/interviews/mission/")
    page.get_by_role("link", name="Take these with me").click()
    page.wait_for_selector("[data-field][data-ready]")
    expect(page.locator("[data-entries] li")).to_have_count(6)


def answer(page: Page, code: str, text: str, question: str = "1.1") -> None:
    page.locator("[data-entries]").get_by_role("button", name=code, exact=True).click()
    box = page.locator(f"[id='text-{question}']")
    box.fill(text)
    expect(page.locator(".question", has=box).locator("[data-saving]")).to_have_text("Saved on this device")
    page.get_by_role("button", name="Back to the list").click()


def begin(page: Page, organisation: str, text: str) -> None:
    page.get_by_role("button", name="Begin an interview").click()
    page.get_by_label("Interview date and time").fill("2016-01-19T09:00")
    page.get_by_label("New organisation (if not in the list)").fill(organisation)
    page.get_by_label("Sector of the new organisation").select_option("ngo")
    page.get_by_label("Language of the interview").fill("English")
    page.locator("[id='text-1.1']").fill(text)
    box = page.locator(".question", has=page.locator("[id='text-1.1']"))
    expect(box.locator("[data-saving]")).to_have_text("Saved on this device")
    page.get_by_role("button", name="Back to the list").click()
    expect(page.get_by_role("button", name="On this device 1")).to_be_visible()


def tell_more(page: Page, code: str) -> None:
    """What belongs to an interview beside its answers: sections, a colleague, observations."""
    page.locator("[data-entries]").get_by_role("button", name=code).click()
    page.get_by_text("Choose sections").click()
    page.get_by_label("3. Identification and referral").check()
    page.get_by_label("Reason for a different number").fill("Little time in Quagmirean")
    page.get_by_text("Suggested colleagues").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Somebody Vexillologue")
    expect(page.locator("[data-colleague-saving]")).to_have_text("Saved on this device")
    page.get_by_role("button", name="Add colleague").click()
    page.get_by_label("Your observations").fill("Seen at Jotunheimen")
    box = page.locator(".question", has=page.get_by_label("Your observations"))
    expect(box.locator("[data-saving]")).to_have_text("Saved on this device")
    expect(page.locator("[data-colleagues] li")).to_have_count(1)
    page.get_by_role("button", name="Back to the list").click()


def texts(server: Server) -> list[str]:
    """Every text in an answer, or set aside beside one."""
    codes = server.codes()
    return sorted(text for code in codes for text in [*server.answers(code).values(), *server.waiting(code)])


def test_mission_without_a_line_arrives_exactly_once(
    browser: Browser,
    browser_type: BrowserType,
    whole_browser_launch_args: dict[str, Any],
    server: Server,
    mission: None,
    tmp_path: Path,
) -> None:
    faults: list[str] = []
    first = browser_type.launch_persistent_context(tmp_path, **whole_browser_launch_args)
    first.add_cookies([server.cookie("consultant")])
    page = watched(first.new_page(), faults)
    take(page, server)
    page.get_by_role("button", name="Show me five words").click()
    words = page.locator("[data-five-words]")
    expect(words).not_to_be_empty()
    phrase = words.text_content() or ""
    second = browser.new_context()
    second.add_cookies([server.cookie("consultant again")])
    other = watched(second.new_page(), faults)
    take(other, server)

    server.kill()
    page.reload()
    expect(page.locator("[data-entries] li")).to_have_count(6)
    for number in range(1, 7):
        answer(page, f"AZEplan{number}", f"{WORDS}, {number}")
    begin(page, "The mill of Xyzzyquux", f"{WORDS}, 7")
    tell_more(page, "AZEplan6")
    expect(page.locator("[data-status]")).to_contain_text("Waiting to be sent: 11")
    answer(other, "AZEplan1", "From the second device")
    begin(other, "the mill of XYZZYQUUX", "Seventh, again")

    kill_browser(tmp_path)
    disk = read_profile(tmp_path)
    for text in ("Zwölfapostelwort", "Xyzzyquux", "Quagmirean", "Vexillologue", "Jotunheimen", phrase):
        assert found_in(disk, text) == []
    first = browser_type.launch_persistent_context(tmp_path, **whole_browser_launch_args)
    page = watched(first.new_page(), faults)
    page.goto(server.url + FIELD)
    expect(page.get_by_text("Earlier texts of this device are locked.")).to_be_visible()
    expect(page.locator("[data-entries] li")).to_have_count(0)
    page.get_by_label("Your five words").fill(phrase)
    page.get_by_role("button", name="Open the texts").click()
    expect(page.locator("[data-entries] li")).to_have_count(7)

    server.start()
    first.add_cookies([server.cookie("lead")])  # another account signs in at this browser
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-status]")).to_contain_text("Another account is signed in")
    foreign = watched(first.new_page(), faults)
    page.close()
    foreign.goto(server.url + FIELD)
    expect(foreign.locator("[data-status]")).to_have_text(SAVED)
    expect(foreign.locator("[data-entries] li")).to_have_count(0)
    assert "AZEplan" not in foreign.content()
    assert not any(WORDS in text for text in texts(server))
    foreign.close()
    first.add_cookies([server.cookie("consultant")])
    page = watched(first.new_page(), faults)
    page.goto(server.url + FIELD)
    expect(page.locator("[data-status]")).to_have_text(SAVED)
    other.evaluate("window.dispatchEvent(new Event('online'))")
    expect(other.locator("[data-status]")).to_have_text(SAVED)
    told = [one.get_by_text("Is it the same talk?").count() for one in (page, other)]
    assert sorted(told) == [0, 1]  # the one that arrived second

    own = [f"{WORDS}, {number}" for number in range(1, 8)]
    assert texts(server) == sorted([*own, "From the second device", "Seventh, again"])
    [(plan, revision, suggested)] = server.execute(
        "SELECT i.sections, i.observations_revision, c.suggested_in = i.code FROM interviews_interview i "
        "JOIN assessments_contact c ON c.assessment_id = i.assessment_id WHERE i.planned_as = 'AZEplan6'"
    )
    assert (json.loads(plan), revision, suggested) == (["1", "3", "7", "8"], 1, 1)
    assert sorted(server.codes()) == sorted(f"AZEint{number}" for number in range(1, 17))
    assert page.evaluate("ctnatVault.count()") == other.evaluate("ctnatVault.count()") == 0
    first.close()
    second.close()
    assert faults == []
