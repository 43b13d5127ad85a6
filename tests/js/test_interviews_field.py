"""interviews_field.js: what is typed without a connection is kept sealed, sent once when the line is back, dropped."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.js.conftest import VAULT, Pages, account

SCRIPTS = (*VAULT, "js/offline.js", "js/interviews_field_store.js", "js/interviews_field.js")
QUESTIONS = [{"name": name, "text": f"Question {name}", "prompts": []} for name in ("1.1", "3.1")]
SECTIONS = [{"name": "1", "title": "Opening", "language": "en", "questions": QUESTIONS}]
HEAD = {"held_at": "2016-01-18T10:00", "language": "en", "organisation": "", "women": "1", "place": ""}
PLANNED = {"id": 7, "uuid": None, "code": "AZEplan1", "address": "/x/", "guide": 3, "sections": ["1"], "head": HEAD}
KIT = {
    "version": 1,
    "taken_at": "2016-01-17T10:00:00Z",
    "interviewer": "Ana",
    "guide": 3,
    "always": ["1"],
    "languages": {"en": "English", "az": "Azerbaijani"},
    "organisations": [[4, "The mill"]],
    "guides": {"3": {language: {"sections": SECTIONS, "note": [[True, "Note"]]} for language in ("en", "az")}},
    "interviews": [PLANNED | {"answers": {"1.1": {"text": "Before", "revision": 2}}}],
}
FIELDS = "".join(
    f'<label for="id_{name}">{name}</label><input id="id_{name}" name="{name}">'
    for name in HEAD
    if name != "organisation"
)


def body(user: str = "1") -> str:
    parts = ("taken", "words-given", "five-words")
    return f"""{account(user)}<main><div data-field="AZE-2016" data-user="{user}" data-kit="/kit/" data-sync="/sync/"
    data-worker="/worker.js" data-sign-in="/sign-in/" data-observations="observations">
    <p><span data-status role="status"></span></p>
    <p data-clock hidden><span data-clock-text></span><button data-clock-right>They are right</button></p>
    <div data-locked hidden><div data-unlock hidden><input id="five-words"><p data-wrong></p></div>
    <button data-open>Open</button></div>
    <section data-list>{"".join(f"<p data-{name}></p>" for name in parts)}<button data-take>Take</button>
    <button data-begin hidden>Begin</button><p data-words-offer hidden><button data-make-words>Words</button></p>
    <ul data-entries></ul></section>
    <section data-interview hidden><button data-back>Back</button><h2 data-name tabindex="-1"></h2>
    <div data-messages></div>
    <div data-note></div><details data-head-fold open><summary>Details</summary><form data-head>{FIELDS}
    <label for="id_organisation">organisation</label><select id="id_organisation" name="organisation"></select>
    <p data-head-saving></p><button>Save</button></form></details><form data-answers></form></section>
    <template data-question-box><div class="question"><label><span class="code"></span><span data-text></span></label>
    <ul class="prompts"></ul><textarea></textarea><span data-saving></span></div></template>
    <template data-observations-label>Observations</template>
    <template data-trashed>In the trash.</template></div></main>"""


class Server:
    """Answers operations as the view does. `mode`: "well", "offline", or "lost": it is stored, but no reply arrives."""

    def __init__(self, pages: Pages) -> None:
        self.mode, self.user, self.ahead = "well", 1, timedelta()
        self.begun: dict[str, dict[str, str]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.sent: list[dict[str, Any]] = []
        self.replies: dict[str, dict[str, Any]] = {}  # op -> what is answered instead
        pages.answer("GET", "/kit/", lambda request: {"json": KIT})
        pages.answer("GET", "/sync/", lambda request: self.reply())
        pages.answer("POST", "/sync/", self.sync)

    def reply(self, **more: Any) -> dict[str, Any] | None:
        now = (datetime.now(UTC) - self.ahead).isoformat()
        state = {"user": self.user, "token": "t", "now": now}
        return None if self.mode == "offline" else {"json": state | more}

    def sync(self, request: Request) -> dict[str, Any] | None:
        if self.mode == "offline":
            return None
        results = [self.apply(one) for one in json.loads(request.post_data or "")["operations"]]
        return None if self.mode == "lost" else self.reply(results=results)

    def apply(self, one: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(one)
        about = {
            "id": one["id"],
            "status": "saved",
            "interview": 9,
            "code": "AZEint1",
            "address": "/y/",
            "trashed": False,
        }
        if one["op"] in self.replies:
            return about | self.replies[one["op"]]
        if one["op"] == "begin":
            self.begun.setdefault(one["uuid"], one["fields"])
            return about | {"near": []}
        key = str(one["interview"].get("id", one["interview"].get("uuid")))
        if one["op"] == "head":
            return about | {"head": one["fields"], "theirs": {}}
        self.texts[key, one["question"]] = one["text"]
        return about | {"revision": 5, "text": one["text"], "at": "10:12"}


@pytest.fixture
def server(pages: Pages) -> Server:
    pages.context.add_init_script("delete Navigator.prototype.serviceWorker")  # the service worker has its own tests
    pages.expect_failed_requests()
    return Server(pages)


def status(page: Page) -> Any:
    return page.locator("[data-status]")


def taken(pages: Pages, server: Server) -> Page:
    page = pages.open(body(), *SCRIPTS)
    page.get_by_role("button", name="Take").click()
    expect(page.get_by_role("button", name="AZEplan1")).to_be_visible()
    return page


def come_back(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('online'))")


def begin(page: Page, text: str) -> None:
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("language").fill("azerbaijani")
    page.get_by_label("1.1").fill(text)
    expect(page.locator(".question", has=page.get_by_label("1.1")).locator("[data-saving]")).to_have_text(
        "Saved on this device"
    )


def test_begun_interview_whose_replies_are_lost_arrives_once(pages: Pages, server: Server) -> None:
    page = taken(pages, server)
    server.mode = "offline"
    begin(page, "Typed off line")
    server.mode = "lost"
    come_back(page)
    expect(status(page)).to_contain_text("Waiting to be sent: 2")
    page.reload()
    page.get_by_role("button", name="On this device 1").click()
    expect(page.get_by_label("1.1")).to_have_value("Typed off line")
    page.get_by_label("place").fill("region")  # after the beginning has arrived: it is sent as a change
    expect(page.locator("[data-head-saving]")).to_have_text("Saved on this device")
    server.mode = "well"
    come_back(page)
    expect(status(page)).to_have_text("All notes saved.")
    ((uuid, fields),) = server.begun.items()
    assert (fields["language"], fields["place"]) == ("az", "")
    assert server.texts == {(uuid, "1.1"): "Typed off line"}
    (head,) = {one["fields"]["place"] for one in server.sent if one["op"] == "head"}
    assert head == "region"
    assert page.evaluate("ctnatVault.count()") == 0
    expect(page.get_by_role("heading", name="AZEint1 · On this device 1")).to_be_visible()


def test_refused_beginning_keeps_everything_and_is_sent_when_corrected(pages: Pages, server: Server) -> None:
    page = taken(pages, server)
    server.replies = {
        "begin": {"status": "refused", "message": "This date is in the future."},
        "answer": {"status": "later"},
    }
    begin(page, "Kept")
    expect(page.get_by_text("This date is in the future.")).to_be_visible()
    assert page.evaluate("ctnatVault.count()") == 2
    server.replies = {}
    page.get_by_label("held_at").fill("2016-01-18T09:00")
    expect(status(page)).to_have_text("All notes saved.")
    assert [fields["held_at"] for fields in server.begun.values()] == ["2016-01-18T09:00"]


def test_conflicts_are_shown_and_no_text_is_dropped_unsaid(pages: Pages, server: Server) -> None:
    page = taken(pages, server)
    page.get_by_role("button", name="AZEplan1").click()
    now = HEAD | {"place": "capital"}
    server.replies = {
        "answer": {"status": "conflict", "text": "Theirs", "revision": 6, "by": "Lead", "at": "10:12"},
        "head": {"status": "conflict", "head": now, "theirs": {"place": "capital"}},
    }
    page.get_by_label("1.1").fill("Mine")
    expect(page.get_by_text("A colleague changed this answer too.")).to_be_visible()
    (sent,) = [one for one in server.sent if one["op"] == "answer"]
    assert (sent["interview"], sent["base"], sent["guide"], sent["text"]) == ({"id": 7}, 2, 3, "Mine")
    page.get_by_text("Details").click()
    page.get_by_label("place").fill("region")
    expect(page.get_by_text("was changed elsewhere to capital. Here it is region.")).to_be_visible()
    server.replies = {}
    page.get_by_role("button", name="Keep mine").click()
    expect(status(page)).to_have_text("All notes saved.")
    last = [one for one in server.sent if one["op"] == "head"][-1]
    assert (last["base"]["place"], last["fields"]["place"]) == ("capital", "region")


def test_wrong_clock_is_asked_about_before_anything_is_sent(pages: Pages, server: Server) -> None:
    server.ahead = timedelta(minutes=25)
    page = taken(pages, server)
    page.get_by_role("button", name="AZEplan1").click()
    page.get_by_label("1.1").fill("Late")
    expect(page.get_by_text("wrong by 25 minutes")).to_be_visible()
    expect(status(page)).to_have_text("Waiting to be sent: 1")
    assert server.sent == []
    page.get_by_role("button", name="They are right").click()
    expect(status(page)).to_have_text("All notes saved.")
    assert server.texts == {("7", "1.1"): "Late"}


def test_another_account_sees_nothing_and_sends_nothing(pages: Pages, server: Server) -> None:
    page = taken(pages, server)
    server.mode = "offline"
    page.get_by_role("button", name="AZEplan1").click()
    page.get_by_label("1.1").fill("Only of the first")
    expect(status(page)).to_contain_text("Waiting to be sent: 1")
    page.close()
    server.mode, server.user, pages.keys.user = "well", 2, "2"
    page = pages.open(body("2"), *SCRIPTS)
    expect(status(page)).to_have_text("All notes saved.")
    expect(page.locator("[data-entries] li")).to_have_count(0)
    assert server.texts == {}


def test_second_tab_leaves_the_typing_to_the_first(pages: Pages, server: Server) -> None:
    first = taken(pages, server)
    second = pages.open(body(), *SCRIPTS)
    expect(status(second)).to_contain_text("open in another tab")
    first.close()
    expect(second.get_by_role("button", name="AZEplan1")).to_be_visible()
