"""interviews_field.js: what is typed without a connection is kept sealed, sent once when the line is back, dropped."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.js.conftest import VAULT, Pages, account

FIELD = ("js/interviews_field_store.js", "js/interviews_field_parts.js", "js/interviews_field.js")
SCRIPTS = (*VAULT, "js/offline.js", *FIELD)
TITLES = {"1": "Opening", "3": "Identification", "4": "Protection", "5": "Shelter"}


def section(name: str) -> dict[str, Any]:
    question = {"name": f"{name}.1", "text": f"Question {name}.1", "prompts": [], "suggests_contacts": name == "5"}
    return {"name": name, "title": TITLES[name], "language": "en", "questions": [question]}


SECTIONS = [section(name) for name in TITLES]
HEAD = {"held_at": "2016-01-18T10:00", "language": "en", "organisation": "", "women": "1", "place": ""}
PLANNED = {"id": 7, "uuid": None, "code": "AZEplan1", "address": "/x/", "guide": 3, "head": HEAD}
PLANNED |= {"plan": {"sections": ["1"], "reason": ""}, "completing": "/x/complete/"}
KIT = {
    "version": 2,
    "taken_at": "2016-01-17T10:00:00Z",
    "interviewer": "Ana",
    "guide": 3,
    "always": ["1"],
    "routings": {"3": {"always": ["1"], "choose_from": ["3", "4", "5"], "min": 2, "max": 3}},
    "report_language": "en",
    "themes": [{"area": "4", "label": "No shelter", "definition": "Nowhere to stay"}],
    "languages": {"en": "English", "az": "Azerbaijani"},
    "organisations": [[4, "The mill"]],
    "guides": {"3": {language: {"sections": SECTIONS, "note": [[True, "Note"]]} for language in ("en", "az")}},
    "interviews": [
        PLANNED
        | {"answers": {"1.1": {"text": "Before", "revision": 2}, "observations": {"text": "Seen", "revision": 1}}}
    ],
}
FIELDS = "".join(
    f'<label for="id_{name}">{name}</label><input id="id_{name}" name="{name}">'
    for name in HEAD
    if name != "organisation"
)
COLLEAGUE = "".join(
    f'<label for="colleague-{name}">{label}</label><input id="colleague-{name}" name="colleague-{name}">'
    for name, label in {"name": "Who", "email": "Address", "organisation": "At", "language": "Speaks"}.items()
)


def body(user: str = "1") -> str:
    parts = ("taken", "room", "words-given", "five-words")
    return f"""{account(user)}<main><div data-field="AZE-2016" data-user="{user}" data-kit="/kit/" data-sync="/sync/"
    data-worker="/worker.js" data-sign-in="/sign-in/" data-observations="observations">
    <p><span data-status role="status"></span></p>
    <p data-clock hidden><span data-clock-text></span><button data-clock-right>They are right</button></p>
    <div data-locked hidden><div data-unlock hidden><input id="five-words"><p data-wrong></p></div>
    <button data-open>Open</button></div>
    <section data-list>{"".join(f"<p data-{name}></p>" for name in parts)}<button data-take>Take</button>
    <button data-begin hidden>Begin</button><p data-words-offer hidden><button data-make-words>Words</button></p>
    <p data-undo hidden><button data-undo-button>Undo</button></p><ul data-entries></ul></section>
    <section data-interview hidden><button data-back>Back</button><h2 data-name tabindex="-1"></h2>
    <div data-messages></div>
    <div data-unsent hidden><textarea readonly data-unsent-text aria-label="Not sent"></textarea></div><div data-work>
    <div data-note></div><details data-head-fold open><summary>Details</summary><form data-head>{FIELDS}
    <label for="id_organisation">organisation</label><select id="id_organisation" name="organisation"></select>
    <p data-head-saving></p><button>Save</button></form></details>
    <details open data-plan-fold><summary>Sections</summary><form data-plan><div data-sections></div>
    <textarea data-reason aria-label="Reason"></textarea><p data-plan-fault></p><p data-plan-saving></p></form>
    </details>
    <details open data-themes-fold><summary>Themes</summary><div data-themes></div></details>
    <form data-answers></form>
    <details data-colleagues-fold><summary>Colleagues</summary><p data-colleagues-sent></p><ul data-colleagues></ul>
    <form data-colleague>{COLLEAGUE}<p data-colleague-saving></p><button>Add colleague</button></form></details>
    <p data-completing></p></div><button data-remove hidden>Remove it here</button></section>
    <template data-question-box><div class="question"><label><span class="code"></span><span data-text></span></label>
    <ul class="prompts"></ul><textarea></textarea>
    <p class="question-foot"><span data-saving></span></p></div></template>
    <template data-observations-label>Observations</template>
    <template data-trashed>In the trash.</template></div></main>"""


class Server:
    """Answers operations as the view does. `mode`: "well", "offline", or "lost": it is stored, but no reply arrives."""

    def __init__(self, pages: Pages) -> None:
        self.mode, self.user, self.ahead = "well", 1, timedelta()
        self.begun: dict[str, dict[str, str]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.colleagues: dict[str, dict[str, str]] = {}
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
            "completing": "/y/complete/",
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
        if one["op"] == "plan":
            return about | {"plan": one["plan"]}
        if one["op"] == "contact":
            self.colleagues.setdefault(one["uuid"], one["fields"])
            return about
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
    expect(page.get_by_text("This browser has room for")).to_be_visible()
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


@pytest.mark.parametrize(
    ("ahead", "said"), [(timedelta(minutes=25), "by 25 minutes"), (timedelta(days=-1), "by 24 hours")]
)
def test_wrong_clock_is_asked_about_before_anything_is_sent(
    pages: Pages, server: Server, ahead: timedelta, said: str
) -> None:
    server.ahead = ahead
    page = taken(pages, server)
    page.get_by_role("button", name="AZEplan1").click()
    page.get_by_label("1.1").fill("Late")
    expect(page.get_by_text(f"wrong {said}")).to_be_visible()
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


def test_sections_and_colleagues_of_a_device_arrive_once(pages: Pages, server: Server) -> None:
    page = taken(pages, server)
    server.mode = "offline"
    page.get_by_role("button", name="AZEplan1").click()
    expect(page.get_by_text("Nowhere to stay")).to_be_visible()
    expect(page.get_by_label("Observations")).to_have_value("Seen")
    page.get_by_text("Sections").click()
    page.get_by_label("3. Identification").check()
    expect(page.locator("[data-plan-fault]")).to_contain_text("2 to 3 of the sections 3 to 5, and 1 are chosen.")
    expect(page.get_by_label("3.1")).to_be_visible()
    page.locator("button", has_text="Add suggested colleague").dispatch_event("click")  # in a section that is folded
    page.get_by_label("At", exact=True).fill("The mill")
    page.get_by_role("button", name="Add colleague").click()
    expect(page.get_by_text("Enter a name or an e-mail address.")).to_be_visible()
    page.get_by_label("Who").fill("A colleague")
    expect(page.locator("[data-colleague-saving]")).to_have_text("Saved on this device")
    expect(status(page)).to_contain_text("Waiting to be sent: 1")  # what is still being typed is not sent
    page.reload()
    page.get_by_role("button", name="AZEplan1").click()
    page.get_by_text("Colleagues").click()
    expect(page.get_by_label("Who")).to_have_value("A colleague")
    page.get_by_role("button", name="Add colleague").click()
    expect(page.locator("[data-colleagues] li")).to_contain_text("A colleague · The mill")
    server.mode = "lost"
    come_back(page)
    expect(page.locator("[data-colleagues] button")).to_have_count(0)  # it may have arrived
    expect(status(page)).to_contain_text("Waiting to be sent: 2")
    server.mode = "well"
    come_back(page)
    expect(status(page)).to_contain_text("Waiting to be sent: 1")  # sections that cannot be stored stay
    page.locator("[data-section='4'] summary").click()
    page.get_by_label("4.1").fill("Notes show that it was asked")
    expect(page.get_by_role("checkbox", name="4. Protection")).to_be_checked()
    expect(page.get_by_role("checkbox", name="4. Protection")).to_be_disabled()
    expect(status(page)).to_have_text("All notes saved.")
    ((person),) = server.colleagues.values()
    assert (person["name"], person["organisation"], person["language"]) == ("A colleague", "The mill", "en")
    (plan,) = [one for one in server.sent if one["op"] == "plan"]
    assert (plan["base"]["sections"], plan["plan"]["sections"]) == (["1"], ["1", "3"])
    page.get_by_label("Observations").fill("Seen, and more")
    expect(page.locator(".question", has=page.get_by_label("Observations"))).to_contain_text("Saved 10:12")
    expect(page.get_by_role("link", name="Complete the interview")).to_have_attribute("href", "/y/complete/")
    assert [one["base"] for one in server.sent if one["op"] == "answer"] == [0, 1]  # upon what it had taken along
    assert page.evaluate("ctnatVault.count()") == 0


def test_interview_that_never_arrived_or_was_erased_can_be_removed(pages: Pages, server: Server) -> None:
    page = taken(pages, server)
    server.mode = "offline"
    entries = page.locator("[data-entries] li")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Remove it here").click()
    expect(entries).to_have_count(1)
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="On this device 1")).to_be_focused()
    begin(page, "By accident")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Remove it here").click()
    expect(page.get_by_label("1.1")).to_have_value("By accident")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove it here").click()
    expect(entries).to_have_count(2)
    assert "cannot be brought back" in asked[0]

    page.get_by_role("button", name="AZEplan1").click()
    page.get_by_label("1.1").fill("Typed when it was erased")
    expect(status(page)).to_contain_text("Waiting to be sent: 1")
    server.mode, server.replies = "well", {"answer": {"status": "gone", "message": "It was erased."}}
    come_back(page)
    expect(page.get_by_label("Not sent")).to_have_value("1.1\nTyped when it was erased")
    expect(page.get_by_role("heading", name="AZEplan1")).to_be_focused()  # not lost with the field
    page.reload()
    page.get_by_role("button", name="AZEplan1").click()
    expect(page.locator("[data-messages]")).to_contain_text("It was erased.")
    expect(page.get_by_label("1.1")).to_be_hidden()
    assert "Before" not in page.evaluate("JSON.stringify(ctnatField.all())")  # what the server had said is gone here
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove it here").click()
    expect(entries).to_have_count(1)
    page.get_by_role("button", name="On this device 1").click()
    page.get_by_role("button", name="Remove it here").click()
    expect(entries).to_have_count(0)
    assert page.evaluate("ctnatVault.count()") == 0
    assert server.begun == {}
