"""workshops.js: what a group sends while offline is stored on its device and sent again; nothing typed is lost."""

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.js.conftest import BLOCKED, FILL, VAULT, Pages, account, fields

SCRIPTS = ("js/forms.js", "js/keep.js", "js/workshops.js")
BALLOT, VERDICT, WITHDRAW, STATE, AGREE = "/ballot/", "/verdict/", "/withdraw/", "/state/", "/agree/"
WORDS = """data-words data-gone="Device gone." data-waiting="Kept, sent later." data-not-sent="Not sent."
data-refused="Refused." data-not-asked="No longer asked. Your words: {words}" """
BALLOT_FORM = f"""<form method="post" action="{BALLOT}" data-send="/sent/" data-keep="ballot 1 2">
<input type="hidden" name="csrfmiddlewaretoken" value="TOKEN"><input type="hidden" name="revision" value="0">
<label>First <select name="first"><option value="">–<option value="J">Justice<option value="A">Aid</select></label>
<label>Other <input name="other_text"></label>
<button>Send ballot</button> <span role="status"></span></form>"""
VERDICT_FORM = f"""<form method="post" action="{VERDICT}" id="TARGET" aria-label="TARGET" data-inline
data-wording="WORDING" data-keep="verdict 1 2 TARGET">
<input type="hidden" name="csrfmiddlewaretoken" value="TOKEN"><input type="hidden" name="target" value="TARGET">
<input type="hidden" name="given" value="GIVEN"><p>WORDING</p>NOTE
<label><input type="radio" name="choice" value="agree"> Agree</label>
<label><input type="radio" name="choice" value="amend"> Amend</label>
<label><input type="radio" name="choice" value="disagree"> Disagree</label>
<label>Words <textarea name="words" id="words-TARGET" data-wording-text="train inspectors">TYPED</textarea></label>
<button>Send</button> <button formaction="{WITHDRAW}">Take back</button> <span role="status">STATUS</span></form>"""


REST_FORM = f"""<details class="rest" open><summary>The rest</summary><form method="post" action="{AGREE}" id="rest-1"
data-send="/sent/?area=1#category-1" data-waits="agree 1 2 1">
<input type="hidden" name="csrfmiddlewaretoken" value="csrf-0"><input type="hidden" name="cell" value="cell:1.1/F1">
<input type="hidden" name="seen" value="SEEN"><button>Yes, we agree</button>
<span role="status"></span></form></details>"""


def rest(seen: str = "1") -> str:
    """The form for agreeing with the remaining cells, as on the pages for paper and phone."""
    return REST_FORM.replace("SEEN", seen)


def verdict(target: str = "r1", *, typed: str = "", status: str = "", csrf: str = "", **of: str) -> str:
    text = VERDICT_FORM.replace("TARGET", target).replace("TYPED", typed).replace("STATUS", status)
    text = text.replace("TOKEN", csrf or "csrf-0").replace("NOTE", of.get("note", ""))
    return text.replace("WORDING", of.get("wording", "first wording")).replace("GIVEN", of.get("given", "0"))


def body(*forms: str, group: str = "group-a", csrf: str = "csrf-0", live: bool = False) -> str:
    state = f'data-live="{STATE}" data-every="200" data-revision="1"' if live else ""
    device = f'data-device="{group}"' if group else ""
    content = "".join(forms) or BALLOT_FORM + verdict()
    return f'<div id="state" {device} {WORDS} data-lost="Lost." {state}></div><p data-live-state></p>{content}'.replace(
        "TOKEN", csrf
    )


class Server:
    """Counts what arrives, as the views do; `mode` sets how it responds."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.mode = pages, "well"
        self.taken: list[dict[str, str]] = []
        self.asked = 0
        for path in (BALLOT, VERDICT, WITHDRAW, AGREE):
            pages.answer("POST", path, self.take)
        pages.answer("GET", "/sent/", lambda _: {"body": "<p>The ballot is counted.</p>", "content_type": "text/html"})

    def take(self, request: Request) -> dict[str, Any] | None:
        self.asked += 1
        if self.mode == "offline":
            return None
        if self.mode.isdecimal():
            return {"status": int(self.mode), "body": ""}
        sent = fields(request) | {"path": request.url.removeprefix("http://localhost")}
        if self.mode == "stored":
            self.taken.append(sent)
            return None
        if self.mode == "refused" and sent["path"] == AGREE:
            part = f'<div class="error-summary" role="alert" data-refusal>A cell has changed.</div>{rest("2")}'
            return {"status": 409, "body": part, "content_type": "text/html"}
        if self.mode == "refused":
            note = '<p class="field-error">Say it in words.</p>'
            part = BALLOT_FORM.replace("<label>First", f"{note}<label>First")
            if sent["path"] != BALLOT:
                part = verdict(sent["target"], typed=sent["words"], note=note)
            return {"status": 422, "body": part, "content_type": "text/html"}
        self.taken.append(sent)
        if sent["path"] in (BALLOT, AGREE):
            return {"status": 302, "headers": {"Location": "/sent/"}, "body": ""}
        part = verdict(sent["target"], typed=sent["words"], status="Sent", given="1")
        return {"body": part, "content_type": "text/html"}


@pytest.fixture
def server(pages: Pages) -> Server:
    pages.expect_failed_requests()
    return Server(pages)


def opened(pages: Pages, *forms: str, tab: Page | None = None, **of: Any) -> Page:
    return pages.open(body(*forms, **of), *SCRIPTS, tab=tab)


def form(page: Page, target: str = "r1") -> Locator:
    return page.locator(f"form#{target}")


def give(page: Page, words: str, target: str = "r1", choice: str = "Disagree") -> None:
    form(page, target).get_by_label(choice, exact=True).check()
    form(page, target).get_by_label("Words").fill(words)
    form(page, target).get_by_role("button", name="Send").click()


def waiting(page: Page) -> dict[str, dict[str, Any]]:
    """What is waiting on the device: the names of the forms, and their fields."""
    kept = page.evaluate("localStorage.getItem('ctnat-waiting:group-a')")
    return {name: dict(entry["fields"]) for name, entry in json.loads(kept or "{}").items()}


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.keys(localStorage)")
    return found


def back(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('online'))")


def test_a_verdict_is_drawn_in_its_place_and_leaves_nothing_on_the_device(pages: Pages, server: Server) -> None:
    page = opened(pages, verdict("r1"), verdict("r2"))
    give(page, "Not in the regions.")
    expect(form(page).get_by_text("Sent", exact=True)).to_be_visible()
    (sent,) = server.taken
    assert (sent["choice"], sent["words"], sent["csrfmiddlewaretoken"]) == (
        "disagree",
        "Not in the regions.",
        "csrf-0",
    )
    assert kept(page) == []
    expect(form(page, "r2").get_by_label("Words")).to_have_value("")


def test_a_ballot_ends_on_the_groups_page(pages: Pages, server: Server) -> None:
    page = opened(pages)
    page.get_by_label("First").select_option("Justice")
    page.get_by_role("button", name="Send ballot").click()
    expect(page.get_by_text("The ballot is counted.")).to_be_visible()
    assert [(sent["first"], sent["revision"]) for sent in server.taken] == [("J", "0")]
    assert kept(page) == []


def test_what_waits_is_kept_without_its_token(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages)
    give(page, "Not in the regions.")
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    fields_ = {"target": "r1", "given": "0", "choice": "disagree", "words": "Not in the regions."}
    assert waiting(page) == {"verdict 1 2 r1": fields_}
    assert form(page).get_by_label("Words").input_value() == "Not in the regions."


def test_what_waits_is_sent_once_when_the_connection_is_back(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages)
    give(page, "Not in the regions.")
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    server.mode = "well"
    back(page)
    back(page)
    expect(form(page).get_by_text("Sent", exact=True)).to_be_visible()
    assert [sent["words"] for sent in server.taken] == ["Not in the regions."]
    assert kept(page) == []


def test_what_waits_is_sent_after_the_tab_was_closed_with_the_new_pages_token(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages)
    page.get_by_label("First").select_option("Justice")
    page.get_by_role("button", name="Send ballot").click()
    expect(page.get_by_text("Kept, sent later.")).to_be_visible()
    give(page, "Not in the regions.")
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    page.close()
    server.mode = "well"
    page = opened(pages, BALLOT_FORM, verdict(csrf="csrf-1"), csrf="csrf-1")
    expect(page.get_by_text("The ballot is counted.")).to_be_visible()
    assert [(sent["path"], sent["csrfmiddlewaretoken"]) for sent in server.taken] == [
        (BALLOT, "csrf-1"),
        (VERDICT, "csrf-1"),
    ]
    assert kept(page) == []


def test_a_second_answer_replaces_the_one_that_waits(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages)
    give(page, "first")
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    give(page, "second")
    page.wait_for_function("() => localStorage.getItem('ctnat-waiting:group-a').includes('second')")
    server.mode = "well"
    back(page)
    expect(form(page).get_by_text("Sent", exact=True)).to_be_visible()
    assert [sent["words"] for sent in server.taken] == ["second"]


def test_an_answer_that_is_taken_back_offline_is_taken_back_later(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages)
    form(page).get_by_role("button", name="Take back").click()
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    server.mode = "well"
    back(page)
    expect(form(page).get_by_text("Sent", exact=True)).to_be_visible()
    assert [sent["path"] for sent in server.taken] == [WITHDRAW]


def test_a_server_in_trouble_is_like_a_lost_line(pages: Pages, server: Server) -> None:
    server.mode = "500"
    page = opened(pages)
    give(page, "Not in the regions.")
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    assert list(waiting(page)) == ["verdict 1 2 r1"]
    expect(form(page).get_by_role("button", name="Send")).to_be_enabled()


def test_a_server_that_was_restarted_is_asked_again_without_any_sign_of_a_lost_line(
    pages: Pages, server: Server
) -> None:
    server.mode = "500"
    page = opened(pages)
    page.get_by_label("First").select_option("Justice")
    page.get_by_role("button", name="Send ballot").click()
    expect(page.get_by_text("Kept, sent later.")).to_be_visible()
    server.mode = "well"
    expect(page.get_by_text("The ballot is counted.")).to_be_visible()
    assert [sent["first"] for sent in server.taken] == ["J"]


def test_an_answer_that_was_stored_while_the_page_went_is_sent_again(pages: Pages, server: Server) -> None:
    page = opened(pages)
    server.mode = "stored"  # and the connection is lost before the response arrives
    give(page, "Not in the regions.")
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    page.close()
    server.mode = "well"
    page = opened(pages)
    expect(form(page).get_by_text("Sent", exact=True)).to_be_visible()
    assert [sent["words"] for sent in server.taken] == ["Not in the regions."] * 2
    assert kept(page) == []


def test_an_answer_on_its_way_is_kept_before_it_is_answered(pages: Pages, server: Server) -> None:
    page = opened(pages)
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")  # no response ever arrives
    give(page, "Not in the regions.")
    page.wait_for_function("() => localStorage.getItem('ctnat-waiting:group-a')")
    page.reload()
    expect(form(page).get_by_text("Sent", exact=True)).to_be_visible()
    assert [sent["words"] for sent in server.taken] == ["Not in the regions."]


def test_a_line_without_an_answer_counts_as_lost(pages: Pages, server: Server) -> None:
    page = opened(pages)
    page.clock.install()
    page.evaluate(
        """() => { window.fetch = (_, options) => new Promise((_, refuse) => {
            options.signal.addEventListener("abort", () => refuse(new Error("aborted")));
        }); }"""
    )
    give(page, "Not in the regions.")
    expect(form(page).get_by_role("button", name="Send")).to_be_disabled()
    page.clock.run_for(21_000)
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    expect(form(page).get_by_role("button", name="Send")).to_be_enabled()


def test_a_released_device_stops_sending_what_waits(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages)
    give(page, "Not in the regions.")
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    server.mode = "403"
    back(page)
    expect(form(page).get_by_text("Device gone.")).to_be_visible()
    assert waiting(page) == {}
    asked = server.asked
    back(page)
    page.clock.install()
    page.clock.run_for(20_000)
    assert server.asked == asked
    assert form(page).get_by_label("Words").input_value() == "Not in the regions."


@pytest.mark.parametrize("status", ["400", "404"])
def test_an_answer_that_the_server_does_not_accept_is_not_sent_for_ever(
    pages: Pages, server: Server, status: str
) -> None:
    server.mode = status
    page = opened(pages)
    give(page, "Not in the regions.")
    expect(form(page).get_by_text("Refused.")).to_be_visible()
    assert waiting(page) == {}
    assert form(page).get_by_label("Words").input_value() == "Not in the regions."


def test_an_answer_to_what_is_no_longer_asked_is_given_back(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages)
    give(page, "Not in the regions.")
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    asked, server.mode = server.asked, "well"
    opened(pages, BALLOT_FORM, tab=page)
    expect(page.get_by_role("alert")).to_have_text("No longer asked. Your words: Not in the regions.")
    assert waiting(page) == {}
    assert server.asked == asked


def test_a_full_device_does_not_send_an_earlier_answer_instead(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages)
    give(page, "first")
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    page.evaluate(FILL, "localStorage")
    give(page, "second, which is far longer than the first and has no room")
    expect(form(page).get_by_text("Not sent.")).to_be_visible()
    assert waiting(page) == {}


def test_what_the_server_refuses_is_drawn_with_its_reason_and_waits_no_longer(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages)
    give(page, "?")
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    server.mode = "refused"
    back(page)
    expect(form(page).get_by_text("Say it in words.")).to_be_visible()
    expect(form(page).get_by_label("Words")).to_have_value("?")
    assert waiting(page) == {}


def test_a_released_device_shows_a_message_and_has_nothing_to_send(pages: Pages, server: Server) -> None:
    server.mode = "403"
    page = opened(pages)
    give(page, "Not in the regions.")
    expect(form(page).get_by_text("Device gone.")).to_be_visible()
    assert waiting(page) == {}
    assert form(page).get_by_label("Words").input_value() == "Not in the regions."


def test_another_group_on_the_device_finds_and_sends_nothing(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages)
    give(page, "of group a")
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    page.evaluate("localStorage.setItem('of another program', 'stays')")
    server.mode = "well"
    asked = server.asked
    opened(pages, group="group-b", tab=page)
    back(page)
    assert kept(page) == ["of another program"]
    expect(form(page).get_by_label("Words")).to_have_value("")
    assert server.asked == asked


def test_a_members_page_stores_nothing_to_send(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = pages.open(account() + body(group=""), *VAULT, "js/workshops.js")
    give(page, "from paper")
    expect(form(page).get_by_text("Not sent.")).to_be_visible()
    assert kept(page) == []
    expect(form(page).get_by_label("Words")).to_have_value("from paper")


def test_a_full_device_admits_that_nothing_is_kept(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages)
    page.evaluate(FILL, "localStorage")
    give(page, "Not in the regions.")
    expect(form(page).get_by_text("Not sent.")).to_be_visible()
    expect(form(page).get_by_label("Words")).to_have_value("Not in the regions.")
    server.mode = "well"
    form(page).get_by_role("button", name="Send").click()
    expect(form(page).get_by_text("Sent", exact=True)).to_be_visible()


def test_a_group_sends_where_storage_is_blocked(pages: Pages, server: Server) -> None:
    pages.context.add_init_script(BLOCKED)
    page = opened(pages)
    server.mode = "offline"
    give(page, "Not in the regions.")
    expect(form(page).get_by_text("Not sent.")).to_be_visible()
    server.mode = "well"
    form(page).get_by_role("button", name="Send").click()
    expect(form(page).get_by_text("Sent", exact=True)).to_be_visible()
    assert [sent["words"] for sent in server.taken] == ["Not in the regions."]


def test_what_is_typed_since_stays_when_the_answer_that_waited_arrives(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages)
    give(page, "first")
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    form(page).get_by_label("Amend", exact=True).check()
    form(page).get_by_label("Words").fill("second, not sent yet")
    server.mode = "well"
    back(page)
    expect(form(page).locator("[name=given]")).to_have_value("1")
    expect(form(page).get_by_label("Words")).to_have_value("second, not sent yet")
    expect(form(page).get_by_label("Amend", exact=True)).to_be_checked()
    expect(form(page).get_by_label("Words")).to_be_focused()
    assert [sent["words"] for sent in server.taken] == ["first"]
    page.reload()
    expect(form(page).get_by_label("Words")).to_have_value("second, not sent yet")


def test_a_ballot_changed_since_is_offered_again_when_the_one_that_waited_arrives(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages)
    page.get_by_label("First").select_option("Justice")
    page.get_by_role("button", name="Send ballot").click()
    expect(page.get_by_text("Kept, sent later.")).to_be_visible()
    page.get_by_label("First").select_option("Aid")
    server.mode = "well"
    back(page)
    expect(page.get_by_text("The ballot is counted.")).to_be_visible()
    assert [sent["first"] for sent in server.taken] == ["J"]
    opened(pages, tab=page)
    expect(page.get_by_label("First")).to_have_value("A")


def test_an_answer_that_arrives_later_leaves_the_focus_where_one_types(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages, verdict("r1"), verdict("r2"))
    give(page, "first")
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    form(page, "r2").get_by_label("Words").fill("half a")
    server.mode = "well"
    back(page)
    expect(form(page).get_by_text("Sent", exact=True)).to_be_visible()
    page.keyboard.type(" sentence")
    expect(form(page, "r2").get_by_label("Words")).to_have_value("half a sentence")


def test_a_changed_wording_is_drawn_and_what_was_typed_stays(pages: Pages, server: Server) -> None:
    revisions = [{"status": 204}]
    pages.answer("GET", STATE, lambda _: revisions[-1])
    page = opened(pages, verdict("r1"), verdict("r2"), live=True)
    form(page).get_by_label("Words").fill("half a sentence")
    form(page, "r2").get_by_label("Words").fill("untouched")
    pages.open(body(verdict("r1", wording="second wording"), verdict("r2"), live=True), *SCRIPTS).close()
    revisions.append({"body": "", "headers": {"X-Revision": "2"}})
    expect(form(page).get_by_text("second wording")).to_be_visible()
    expect(form(page).get_by_label("Words")).to_have_value("half a sentence")
    expect(form(page, "r2").get_by_label("Words")).to_have_value("untouched")


def test_what_is_asked_since_is_announced_and_leaves_the_page_as_it_is(pages: Pages, server: Server) -> None:
    revisions = [{"status": 204}]
    pages.answer("GET", STATE, lambda _: revisions[-1])
    notice = "<p data-new-points hidden>More is asked.</p>"
    page = opened(pages, notice, verdict("r1"), live=True)
    form(page).get_by_label("Words").fill("half a sentence")
    pages.open(body(notice, verdict("r1"), verdict("r2"), live=True), *SCRIPTS).close()
    revisions.append({"body": "", "headers": {"X-Revision": "2"}})
    expect(page.get_by_text("More is asked.")).to_be_visible()
    expect(form(page).get_by_label("Words")).to_have_value("half a sentence")


def test_a_changed_wording_leaves_the_cursor_where_one_types(pages: Pages, server: Server) -> None:
    revisions = [{"status": 204}]
    pages.answer("GET", STATE, lambda _: revisions[-1])
    page = opened(pages, verdict("r1"), live=True)
    form(page).get_by_label("Words").fill("half a sentence")
    pages.open(body(verdict("r1", wording="second wording"), live=True), *SCRIPTS).close()
    revisions.append({"body": "", "headers": {"X-Revision": "2"}})
    expect(form(page).get_by_text("second wording")).to_be_visible()
    page.keyboard.type(" and more")
    expect(form(page).get_by_label("Words")).to_have_value("half a sentence and more")


def test_a_lost_line_is_shown_and_what_waits_is_sent_when_the_server_answers_again(
    pages: Pages, server: Server
) -> None:
    replies: list[dict[str, Any] | None] = [None]
    pages.answer("GET", STATE, lambda _: replies[-1])
    server.mode = "offline"
    page = opened(pages, live=True)
    expect(page.locator("[data-live-state]")).to_have_text("Lost.")
    give(page, "Not in the regions.")
    expect(form(page).get_by_text("Kept, sent later.")).to_be_visible()
    server.mode = "well"
    replies.append({"status": 204})
    expect(form(page).get_by_text("Sent", exact=True)).to_be_visible()
    expect(page.locator("[data-live-state]")).to_have_text("")


def test_to_amend_one_starts_from_the_words_of_the_recommendation(pages: Pages, server: Server) -> None:
    page = opened(pages)
    form(page).get_by_label("Amend", exact=True).check()
    expect(form(page).get_by_label("Words")).to_have_value("train inspectors")
    form(page).get_by_label("Words").fill("train all inspectors")
    form(page).get_by_label("Disagree", exact=True).check()
    form(page).get_by_label("Amend", exact=True).check()
    expect(form(page).get_by_label("Words")).to_have_value("train all inspectors")


def test_a_discarded_choice_is_gone_and_writes_no_words(pages: Pages, server: Server) -> None:
    page = opened(pages)
    form(page).get_by_label("Disagree", exact=True).check()
    page.reload()
    expect(form(page).get_by_label("Disagree", exact=True)).to_be_checked()
    form(page).get_by_role("button", name="Discard").click()
    expect(form(page).get_by_label("Words")).to_have_value("")
    assert kept(page) == []


def test_a_cell_that_was_judged_by_itself_is_no_longer_among_the_rest(pages: Pages, server: Server) -> None:
    rest = '<details open><summary>Agree with the rest</summary><ul><li data-rest="r1">Cell</li></ul></details>'
    page = opened(pages, verdict() + rest)
    give(page, "Not in the regions.")
    expect(page.get_by_text("Agree with the rest")).to_have_count(0)


def test_an_agreement_on_a_lost_line_is_sent_once_when_it_is_back(pages: Pages, server: Server) -> None:
    server.mode = "offline"
    page = opened(pages, rest())
    page.get_by_role("button", name="Yes, we agree").click()
    expect(page.get_by_text("Kept, sent later.")).to_be_visible()
    assert waiting(page)["agree 1 2 1"] == {"cell": "cell:1.1/F1", "seen": "1"}

    server.mode = "well"
    back(page)
    expect(page.get_by_text("The ballot is counted.")).to_be_visible()
    assert [(sent["cell"], sent["seen"], sent["csrfmiddlewaretoken"]) for sent in server.taken] == [
        ("cell:1.1/F1", "1", "csrf-0")
    ]
    assert page.url.endswith("/sent/?area=1#category-1")
    assert kept(page) == []


def test_an_agreement_that_was_stored_by_a_server_that_died_is_asked_about_again(pages: Pages, server: Server) -> None:
    """The next page no longer has the form: the server reports what is stored, and nothing is reported as lost."""
    server.mode = "stored"
    page = opened(pages, rest())
    page.get_by_role("button", name="Yes, we agree").click()
    expect(page.get_by_text("Kept, sent later.")).to_be_visible()

    server.mode = "well"
    page = opened(pages, verdict(), tab=page)
    expect(page.get_by_text("The ballot is counted.")).to_be_visible()
    assert [sent["seen"] for sent in server.taken] == ["1", "1"]  # the server recognises the second
    assert kept(page) == []


def test_an_agreement_with_a_cell_that_changed_is_refused_with_the_new_state(pages: Pages, server: Server) -> None:
    server.mode = "refused"
    page = opened(pages, rest())
    page.get_by_role("button", name="Yes, we agree").click()
    expect(page.get_by_role("alert")).to_have_text("A cell has changed.")
    expect(page.locator("#rest-1 [name=seen]")).to_have_value("2")
    assert (server.taken, kept(page)) == ([], [])

    server.mode = "well"
    page.get_by_role("button", name="Yes, we agree").click()  # having read it
    expect(page.get_by_text("The ballot is counted.")).to_be_visible()
    assert [sent["seen"] for sent in server.taken] == ["2"]
