"""interviews_notes.js: the typing page saves itself, and loses nothing by a lost connection, sign-out or other edit."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from tests.js.conftest import VAULT, Pages, account, fields

SCRIPTS = (*VAULT, "js/offline.js", "js/interviews_notes.js")
STATE, SAVE = "/state/", "/save/3.1/"


def question(name: str, text: str = "", revision: int = 0) -> str:
    return f"""<div data-question="{name}" data-revision="{revision}"><label for="text-{name}">{name}</label>
    <textarea id="text-{name}" name="text-{name}">\n{text}</textarea>
    <p><span data-saving></span><span data-words></span></p></div>"""


def body(*questions: str, user: str = "1") -> str:
    return f"""{account(user)}<form method="post" data-notes data-user="{user}" data-interview="7"
    data-state-url="{STATE}" data-save-url="/save/Q/" data-worker="/worker.js" data-sign-in="/sign-in/">
    <input type="hidden" name="csrfmiddlewaretoken" value="token-0">
    <p class="notes-status"><span data-status role="status"></span></p>
    {"".join(questions) or question("3.1") + question("3.2")}<button>Save notes</button></form>"""


class Server:
    """Keeps what the page saves, as the views do: `texts`, `revisions`; `mode` sets how it responds."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.mode = pages, "well"
        self.texts: dict[str, str] = {}
        self.revisions: dict[str, int] = {}
        self.user, self.trashed, self.conflict = 1, None, None
        self.around: dict[str, Any] = {}
        self.newer: dict[str, dict[str, Any]] = {}
        self.saves: list[dict[str, str]] = []
        self.known: dict[str, list[str]] = {}
        pages.answer("GET", STATE, self.state)
        for name in ("3.1", "3.2"):
            pages.answer("POST", f"/save/{name}/", self.save)

    def state(self, request: Request) -> dict[str, Any] | None:
        self.known = parse_qs(urlsplit(request.url).query)
        if self.mode == "offline":
            return None
        if self.mode == "gone":
            return {"status": 404, "body": ""}
        answers = {name: {"revision": revision} for name, revision in self.revisions.items()} | self.newer
        state = {"token": "token-1", "user": self.user, "trashed": self.trashed, "answers": answers}
        return {"json": state | self.around}

    def save(self, request: Request) -> dict[str, Any] | None:
        if self.mode == "offline":
            return None
        name, sent = request.url.split("/")[-2], fields(request)
        if self.mode == "old token" and request.headers["x-csrftoken"] == "token-0":
            return {"status": 403, "body": ""}
        if self.mode == "gone":
            return {"status": 404, "body": ""}
        self.saves.append(sent | {"question": name})
        if self.mode == "too long":
            return {"status": 400, "json": {"status": "refused", "message": "This answer is too long."}}
        if self.conflict:
            return {"json": self.conflict}
        self.texts[name] = sent["text"]
        self.revisions[name] = self.revisions.get(name, 0) + 1
        reply = {"status": "saved", "revision": self.revisions[name], "at": "10:12", "trashed": self.trashed}
        return {"json": reply | self.around}


@pytest.fixture
def server(pages: Pages) -> Server:
    pages.context.add_init_script("delete Navigator.prototype.serviceWorker")  # the service worker has its own tests
    return Server(pages)


def status(page: Page) -> Any:
    return page.locator("[data-status]")


def drafts(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("ctnatKeep.list('note')")
    return [row["value"] for row in found]


def test_what_is_typed_is_saved_and_then_dropped_from_the_device(pages: Pages, server: Server) -> None:
    page = pages.open(body(), *SCRIPTS)
    page.get_by_label("3.1").press_sequentially("ცხელი ხაზი works", delay=5)
    expect(page.locator('[data-question="3.1"] [data-words]')).to_have_text("3 words")
    expect(status(page)).to_have_text("All notes saved.")
    expect(page.locator('[data-question="3.1"] [data-saving]')).to_have_text("Saved 10:12")
    assert server.texts == {"3.1": "ცხელი ხაზი works"}
    assert drafts(page) == []


def test_it_is_on_the_device_before_it_is_sent(pages: Pages, server: Server) -> None:
    page = pages.open(body(question("3.1", "Before", 4)), *SCRIPTS)
    page.get_by_label("3.1").fill("After")
    expect(page.locator('[data-question="3.1"] [data-saving]')).to_have_text("Saved on this device")
    (draft,) = drafts(page)
    kept = {name: draft[name] for name in ("user", "interview", "question", "text", "base", "sequence")}
    assert kept == {"user": "1", "interview": "7", "question": "3.1", "text": "After", "base": 4, "sequence": 1}
    expect(status(page)).to_have_text("All notes saved.")
    (sent,) = server.saves
    assert (sent["base"], sent["sequence"], sent["client"]) == ("4", "1", draft["client"])


def test_one_rest_sends_once_and_each_save_is_numbered(pages: Pages, server: Server) -> None:
    page = pages.open(body(), *SCRIPTS)
    for text in ("a", "ab", "abc"):
        page.get_by_label("3.1").fill(text)
    expect(status(page)).to_have_text("All notes saved.")
    page.get_by_label("3.1").fill("abcd")
    expect(status(page)).to_have_text("Sending…")
    expect(status(page)).to_have_text("All notes saved.")
    assert [(save["text"], save["sequence"], save["base"]) for save in server.saves] == [
        ("abc", "3", "0"),
        ("abcd", "4", "1"),
    ]


def test_words_typed_while_offline_are_sent_when_the_connection_is_back(pages: Pages, server: Server) -> None:
    pages.expect_failed_requests()
    page = pages.open(body(), *SCRIPTS)
    expect(status(page)).to_have_text("All notes saved.")
    server.mode = "offline"
    page.get_by_label("3.1").fill("one")
    page.get_by_label("3.2").fill("two")
    expect(status(page)).to_have_text(
        "No connection. 2 answers saved on this device; will be sent when you are online."
    )
    assert {draft["text"] for draft in drafts(page)} == {"one", "two"}
    server.mode = "well"
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(status(page)).to_have_text("All notes saved.")
    assert server.texts == {"3.1": "one", "3.2": "two"}
    assert drafts(page) == []


def test_words_of_a_page_that_was_closed_are_sent_by_the_next(pages: Pages, server: Server) -> None:
    pages.expect_failed_requests()
    server.mode = "offline"
    page = pages.open(body(), *SCRIPTS)
    page.get_by_label("3.1").fill("written in the car")
    expect(status(page)).to_contain_text("1 answer saved on this device")
    (left,) = drafts(page)
    page.close()
    server.mode = "well"
    page = pages.open(body(), *SCRIPTS)
    expect(page.get_by_label("3.1")).to_have_value("written in the car")
    expect(status(page)).to_have_text("All notes saved.")
    (sent,) = server.saves
    assert (sent["client"], sent["sequence"]) == (left["client"], str(left["sequence"]))
    assert drafts(page) == []


def test_words_of_another_account_are_neither_shown_nor_sent(pages: Pages, server: Server) -> None:
    pages.expect_failed_requests()
    server.mode = "offline"
    page = pages.open(body(), *SCRIPTS)
    page.get_by_label("3.1").fill("hers")
    expect(status(page)).to_contain_text("1 answer saved on this device")
    page.close()
    server.mode, server.user, pages.keys.user = "well", 2, "2"
    page = pages.open(body(user="2"), *SCRIPTS)
    expect(status(page)).to_have_text("All notes saved.")
    expect(page.get_by_label("3.1")).to_have_value("")
    assert (server.saves, drafts(page)) == ([], [])
    server.user, pages.keys.user = 1, "1"
    page = pages.open(body(), *SCRIPTS, tab=page)
    expect(status(page)).to_have_text("All notes saved.")
    assert server.texts == {"3.1": "hers"}


def test_nothing_is_sent_under_another_account(pages: Pages, server: Server) -> None:
    server.user = 2
    page = pages.open(body(), *SCRIPTS)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(status(page)).to_contain_text("Another account is signed in on this device.")
    page.get_by_label("3.1").fill("mine")
    page.wait_for_timeout(1000)  # longer than the pause after which it would be sent
    assert server.saves == []
    assert [draft["text"] for draft in drafts(page)] == ["mine"]


def test_a_form_token_that_is_out_of_date_is_renewed(pages: Pages, server: Server) -> None:
    pages.expect_failed_requests()
    server.mode = "old token"
    page = pages.open(body(), *SCRIPTS)
    page.get_by_label("3.1").fill("words")
    expect(status(page)).to_have_text("All notes saved.")
    assert server.texts == {"3.1": "words"}


def test_words_typed_after_the_session_ended_stay_and_a_link_to_sign_in_is_shown(pages: Pages, server: Server) -> None:
    page = pages.open(body(), *SCRIPTS)
    moved = {"status": 302, "headers": {"Location": "/sign-in/"}}
    pages.answer("POST", SAVE, lambda _: moved)
    pages.answer("GET", STATE, lambda _: moved)
    page.get_by_label("3.1").fill("words")
    expect(status(page)).to_contain_text("You are signed out. Your notes are saved on this device.")
    expect(page.get_by_role("link", name="Sign in again")).to_have_attribute("href", "/sign-in/?next=%2Fpage%2F")
    assert [draft["text"] for draft in drafts(page)] == ["words"]


def test_a_refused_text_stays_on_the_screen_with_the_reason(pages: Pages, server: Server) -> None:
    pages.expect_failed_requests()
    server.mode = "too long"
    page = pages.open(body(), *SCRIPTS)
    page.get_by_label("3.1").fill("x" * 50)
    expect(page.get_by_text("This answer is too long.")).to_be_visible()
    expect(page.get_by_label("3.1")).to_have_value("x" * 50)
    assert [draft["text"] for draft in drafts(page)] == ["x" * 50]


def test_a_deleted_interview_shows_a_message_and_the_words_stay(pages: Pages, server: Server) -> None:
    pages.expect_failed_requests()
    page = pages.open(body(), *SCRIPTS)
    expect(status(page)).to_have_text("All notes saved.")
    server.mode = "gone"
    page.get_by_label("3.1").fill("words")
    expect(status(page)).to_contain_text("You can no longer edit this interview.")
    assert [draft["text"] for draft in drafts(page)] == ["words"]


@pytest.mark.parametrize("when", ["while looking", "while saving"])
def test_an_interview_moved_to_the_trash_warns_the_person_who_types(when: str, pages: Pages, server: Server) -> None:
    page = pages.open(body(), *SCRIPTS)
    expect(status(page)).to_have_text("All notes saved.")
    server.trashed = {"by": "A. Lead", "at": "10:10"}  # type: ignore[assignment]
    if when == "while looking":
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    else:
        page.get_by_label("3.1").fill("words")
    expect(status(page)).to_contain_text("A. Lead moved this interview to the trash at 10:10.")
    server.trashed = None
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(status(page)).to_have_text("All notes saved.")


def test_a_colleagues_words_come_in_where_nothing_is_typed(pages: Pages, server: Server) -> None:
    page = pages.open(body(question("3.1", "Old", 2), question("3.2", "Mine", 1)), *SCRIPTS)
    page.get_by_label("3.2").focus()
    newer = {"revision": 3, "by": "B. Colleague", "at": "10:11"}
    server.newer = {"3.1": newer | {"text": "New"}, "3.2": newer | {"text": "Theirs"}}
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_label("3.1")).to_have_value("New")
    expect(page.get_by_text("Changed by B. Colleague 10:11")).to_be_visible()
    expect(page.get_by_label("3.2")).to_have_value("Mine")  # the caret is there
    assert {name: server.known[name] for name in ("3.1", "3.2")} == {"3.1": ["2"], "3.2": ["1"]}
    assert server.saves == []


CONFLICT = {"status": "conflict", "revision": 5, "text": "Theirs ", "by": "B. Colleague", "at": "10:11", "set_aside": 1}


@pytest.mark.parametrize(
    ("button", "text"),
    [("Keep both, theirs first", "Theirs\n\nMine"), ("Keep mine", "Mine"), ("Keep theirs", "Theirs ")],
)
def test_two_texts_are_shown_side_by_side_until_one_is_chosen(
    button: str, text: str, pages: Pages, server: Server
) -> None:
    server.conflict = CONFLICT  # type: ignore[assignment]
    page = pages.open(body(question("3.1", "Old", 2)), *SCRIPTS)
    page.get_by_label("3.1").fill("Mine")
    panel = page.get_by_role("group", name="The other text of 3.1")
    expect(panel).to_contain_text("B. Colleague changed this answer at 10:11.")
    expect(status(page)).to_have_text("1 answer was changed elsewhere. Choose below.")
    expect(page.get_by_label("3.1", exact=True)).to_have_value("Mine")
    server.conflict = None
    server.revisions["3.1"] = 5
    page.get_by_role("button", name=button).click()
    expect(page.get_by_label("3.1", exact=True)).to_have_value(text)
    expect(status(page)).to_have_text("All notes saved.")
    expect(panel).to_have_count(0)
    assert (server.texts["3.1"], server.saves[-1]["base"]) == (text, "5")


def test_a_colleagues_text_is_never_read_as_html(pages: Pages, server: Server) -> None:
    server.conflict = CONFLICT | {"text": "<img src=x>", "by": "<b>B</b>"}  # type: ignore[assignment]
    page = pages.open(body(), *SCRIPTS)
    page.get_by_label("3.1").fill("Mine")
    panel = page.get_by_role("group", name="The other text of 3.1")
    expect(panel).to_contain_text("<img src=x>")
    assert panel.locator("img, b").count() == 0


def test_the_keyboard_moves_between_the_questions_and_saves(pages: Pages, server: Server) -> None:
    page = pages.open(body(), *SCRIPTS)
    page.get_by_label("3.1").fill("one")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("3.2")).to_be_focused()
    page.keyboard.press("Control+Shift+Enter")
    expect(page.get_by_label("3.1")).to_be_focused()
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text("All notes saved.")
    page.keyboard.press("Alt+p")
    expect(page.locator("form.prompts-hidden")).to_have_count(1)


def test_leaving_is_confirmed_only_where_the_device_keeps_nothing(pages: Pages, server: Server) -> None:
    pages.expect_failed_requests()
    page = pages.open(body(), *SCRIPTS)
    expect(status(page)).to_have_text("All notes saved.")
    server.mode = "offline"
    prevented = "() => { const e = new Event('beforeunload', {cancelable: true}); return !window.dispatchEvent(e); }"
    page.get_by_label("3.1").fill("kept")
    expect(status(page)).to_contain_text("1 answer saved on this device")
    assert page.evaluate(prevented) is False
    page.evaluate(
        """() => {
            window.put = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
        }"""
    )
    page.get_by_label("3.2").fill("no room")
    expect(page.locator('[data-question="3.2"]')).to_contain_text("Not saved yet: keep this page open")
    expect(status(page)).to_have_text("Not saved yet: keep this page open")
    assert page.evaluate(prevented) is True
    page.evaluate("IDBObjectStore.prototype.put = window.put, 0")
    page.get_by_label("3.2").fill("room again")
    expect(status(page)).to_contain_text("2 answers saved on this device")
    assert page.evaluate(prevented) is False


def test_a_text_is_called_saved_on_this_device_once_it_is_on_the_disk(pages: Pages, server: Server) -> None:
    pages.expect_failed_requests()
    page = pages.open(body(), *SCRIPTS)
    expect(status(page)).to_have_text("All notes saved.")
    server.mode = "offline"
    page.evaluate(
        """() => {
            const { write } = ctnatVault;
            ctnatVault.write = (...given) => new Promise((resolve) => {
                window.letGo = () => resolve(write(...given));
            });
        }"""
    )
    with page.expect_event("requestfailed"):
        page.get_by_label("3.1").fill("on its way to the disk")
    expect(page.locator(".notes-status")).to_have_attribute("data-state", "sending")
    expect(status(page)).to_have_text("Sending…")
    page.evaluate("letGo()")
    expect(status(page)).to_contain_text("1 answer saved on this device")


def test_locked_texts_open_with_the_five_words(pages: Pages, server: Server) -> None:
    pages.expect_failed_requests()
    locked = """<div data-locked hidden>Locked.<div data-unlock hidden><label>Five words <input id="five-words"></label>
    <p data-wrong hidden>Wrong words</p><button type="button" data-open>Open</button></div></div>"""
    page = pages.open(body() + locked, *SCRIPTS)
    expect(status(page)).to_have_text("All notes saved.")
    words = page.evaluate("ctnatVault.makeWords()")
    server.mode = pages.keys.status = "offline"
    page.get_by_label("3.1").fill("typed before the restart")
    expect(status(page)).to_contain_text("1 answer saved on this device")
    page = pages.open(body() + locked, *SCRIPTS, tab=page)  # its memory is gone, as after a restart
    expect(page.get_by_text("Locked.")).to_be_visible()
    expect(page.get_by_label("3.1")).to_have_value("")
    page.get_by_label("3.2").fill("typed while locked")
    expect(status(page)).to_contain_text("1 answer saved on this device")
    page.get_by_label("Five words").fill("not these")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("Wrong words")).to_be_visible()
    page.get_by_label("Five words").fill(words)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_label("3.1")).to_have_value("typed before the restart")
    expect(page.get_by_text("Locked.")).to_be_hidden()
    server.mode = pages.keys.status = ""
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(status(page)).to_have_text("All notes saved.")
    assert server.texts == {"3.1": "typed before the restart", "3.2": "typed while locked"}


def test_numbers_take_the_plural_of_the_language(pages: Pages, server: Server) -> None:
    pages.language = "ru"
    page = pages.open(body(question("3.1", "один два")), *SCRIPTS)
    page.get_by_label("3.1").fill("один два три четыре пять")
    expect(page.locator("[data-words]").first).to_have_text("5 слов")
    page.get_by_label("3.1").fill("один два три")
    expect(page.locator("[data-words]").first).to_have_text("3 слова")


def test_the_page_says_that_a_colleague_is_in_the_answer_and_that_the_interview_was_handed_on(
    pages: Pages, server: Server
) -> None:
    here = question("3.1").replace("<textarea", '<p data-here role="status"></p><textarea')
    head = "<a data-interview-code>AZEplan1</a>"
    form = body(here, question("3.2")).replace("data-notes ", 'data-notes data-interviewer="Ana" ')
    page = pages.open(head + form, *SCRIPTS)
    server.around = {"here": {"3.1": "Also in this answer: Ben"}, "interviewer": "Ana", "code": "AZEint7"}
    page.locator("#text-3\\.2").fill("Said.")
    expect(page.locator("[data-here]")).to_have_text("Also in this answer: Ben")
    expect(page.locator("[data-interview-code]")).to_have_text("AZEint7")
    expect(status(page)).to_have_text("All notes saved.")
    server.around = {"here": {}, "interviewer": "Ben"}
    page.locator("#text-3\\.1").fill("Said too.")
    expect(status(page)).to_have_text("This interview was handed to Ben. What you type is saved.")
    expect(page.locator("[data-here]")).to_have_text("")
    assert server.texts == {"3.1": "Said too.", "3.2": "Said."}


IDLE = (
    """<main>{}</main><template data-idle><h1>Nobody here</h1><button data-go-on>Show the notes</button></template>"""
)


def test_notes_leave_the_screen_when_nobody_is_there_and_are_sent_all_the_same(pages: Pages, server: Server) -> None:
    pages.expect_failed_requests()
    page = pages.context.new_page()
    page.clock.install()
    whole = IDLE.format(body(question("3.1", "Told in confidence", 1) + question("3.2")))
    pages.open(whole, *SCRIPTS, tab=page)
    expect(status(page)).to_have_text("All notes saved.")
    page.clock.fast_forward("14:30")
    page.mouse.move(5, 5)  # reading counts
    page.clock.fast_forward("14:30")
    expect(page.get_by_label("3.1")).to_have_value("Told in confidence")
    pages.keys.status = server.mode = "offline"
    page.get_by_label("3.2").fill("typed last")
    page.locator("form").evaluate("(form) => { form.dataset.kept = '1'; }")  # it can be opened off line
    expect(status(page)).to_contain_text("1 answer saved on this device")
    page.clock.fast_forward("15:30")
    expect(page.get_by_role("heading", name="Nobody here")).to_be_visible()
    assert page.locator("textarea").count() == 0
    pages.keys.status = server.mode = ""
    with page.expect_response("**/save/3.2/"):
        page.clock.run_for(30_000)
    assert server.texts == {"3.2": "typed last"}
    page.get_by_role("button", name="Show the notes").click()
    expect(page.get_by_label("3.1")).to_have_value("Told in confidence")


def test_notes_that_are_nowhere_else_stay_on_the_screen(pages: Pages, server: Server) -> None:
    pages.expect_failed_requests()
    page = pages.open(IDLE.format(body()), *SCRIPTS)
    expect(status(page)).to_have_text("All notes saved.")
    server.mode = "offline"
    page.get_by_label("3.1").fill("kept, but the page is not")
    expect(status(page)).to_contain_text("1 answer saved on this device")
    page.evaluate("document.dispatchEvent(new Event('ctnat:idle'))")
    expect(page.get_by_label("3.1")).to_be_visible()
    page.locator("form").evaluate("(form) => { form.dataset.kept = '1'; }")
    page.evaluate("IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }, 0")
    page.get_by_label("3.1").fill("nowhere")
    expect(status(page)).to_have_text("Not saved yet: keep this page open")
    page.evaluate("document.dispatchEvent(new Event('ctnat:idle'))")
    expect(page.get_by_label("3.1")).to_be_visible()
