"""The whole survey in a real browser: English and Arabic, with and without JavaScript, by keyboard alone."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from instruments.logic.grammar import parse_condition
from surveys.models import Draft, Response, Survey
from tests.browser import assert_accessible, open_section
from tests.factories import InstrumentFactory
from tests.surveys.factories import SurveyFactory, document_2016
from tests.surveys.opening import count_forms, open_form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DOCUMENT = document_2016()


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """visit("/s/open/", js=False, width=360) -> a page in a separate browser, without console messages."""
    contexts, heard = [], []

    def open_page(path: str, *, js: bool = True, width: int = 1280) -> Page:
        context = browser.new_context(java_script_enabled=js, viewport={"width": width, "height": 800})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("console", lambda message: heard.append(message.text) if "422" not in message.text else None)
        page.goto(live_server.url + path)
        return page

    yield open_page
    assert [context.cookies() for context in contexts] == [[] for _ in contexts]
    for context in contexts:
        context.close()
    assert heard == []


FOCUSED = """(() => {
  const {name, type, value, tagName, options} = document.activeElement;
  return {name, type, value, tagName, steps: [...(options ?? [])].findIndex((option) => option.value === "GEO")};
})()"""


def expected() -> dict[str, Any]:
    """What `answer` fills in: the first option, the first two or three, places in the order of the form."""
    answers: dict[str, Any] = {}
    for item in DOCUMENT.items:
        names = [option.name for option in DOCUMENT.options(item)]
        if getattr(item, "source", None):
            answers[item.name] = "GEO"
        elif item.type == "select_multiple":
            answers[item.name] = names[: item.min or 2]
        elif item.type == "rank":
            answers[item.name] = names[: item.ranks]
        elif item.type == "text":
            answers[item.name] = f"Words on {item.name}"
        else:
            answers[item.name] = names[0]
    return answers


def answer(page: Page) -> None:
    for code, given in expected().items():
        item = DOCUMENT.by_name[code]
        if getattr(item, "source", None):
            page.locator(f"select[name='{code}']").select_option(given)
        elif item.type == "rank":
            for place, option in enumerate(given, start=1):
                page.locator(f"select[name='{code}:{option}']").select_option(str(place))
        elif item.type == "text":
            page.locator(f"textarea[name='{code}']").fill(given)
        else:
            for option in given if isinstance(given, list) else [given]:
                page.locator(f"input[name='{code}'][value='{option}']").check()


def send(page: Page) -> None:
    page.locator("button[name=_do][value=send]").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize(("language", "thanks"), [("en", "Thank you."), ("ar", "شكرًا لك.")])
def test_the_whole_survey(visit, survey, language, thanks, js) -> None:
    page = visit(f"/s/open/?lang={language}", js=js, width=1280 if js else 360)
    assert page.locator("html").get_attribute("dir") == {"en": "ltr", "ar": "rtl"}[language]
    answer(page)
    if js:
        assert page.locator("#tally").inner_text().count("78") == 2
    send(page)
    assert page.locator("h1").inner_text().startswith(thanks)
    assert len(page.locator(".saved-code").inner_text()) == 14
    response = open_form()
    assert (response.answers, response.language) == (expected(), language)


def test_without_script_a_button_leaves_what_was_chosen(visit, survey) -> None:
    page = visit("/s/open/?lang=ka", js=False, width=360)
    chosen = ["prostitution", "slavery", "organ_removal"]
    for option in chosen:
        page.locator(f"input[name='2.2'][value={option}]").check()
    page.locator("textarea[name='2.6']").fill("Words stay")
    page.locator("button[value='show 2.2.1']").click()
    fields = page.locator("input[name='2.2.1']:visible")
    assert [field.get_attribute("value") for field in fields.all()] == [*chosen, ""]
    assert page.evaluate("document.activeElement.id") == "q-2.2.1"
    assert page.locator("textarea[name='2.6']").input_value() == "Words stay"
    page.locator("input[name='2.2.1'][value=slavery]").check()
    send(page)
    assert open_form().answers["2.2.1"] == "slavery"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_whole_survey_by_keyboard_alone(visit, survey, language) -> None:
    """Only Tab, Space, Enter, arrows, digits and letters, as someone without a mouse does it."""
    page = visit(f"/s/open/?lang={language}")
    wanted, done = expected(), set()
    for _ in range(400):
        page.keyboard.press("Tab")
        where = page.evaluate(FOCUSED)
        name, kind = where["name"] or "", where["type"]
        code, _, option = name.partition(":")
        if name == "_do" and where["value"] == "send":
            break
        if code not in wanted or name in done:
            continue
        given = wanted[code]
        if kind in ("radio", "checkbox") and (where["value"] == given or where["value"] in given):
            page.keyboard.press("Space")
            done |= {name} if kind == "radio" else set()
        elif kind == "textarea":
            page.keyboard.type(given)
        elif option and option in given:
            page.keyboard.type(str(given.index(option) + 1))
        elif where["tagName"] == "SELECT" and not option:
            for _ in range(where["steps"]):
                page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert len(page.locator(".saved-code").inner_text()) == 14
    assert open_form().answers == wanted


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_an_error_leads_to_its_question_and_nothing_is_lost(visit, survey, js) -> None:
    page = visit("/s/open/?lang=ar", js=js, width=360)
    open_section(page.locator("#q-2\\.2"))
    for option in ("slavery", "other"):
        page.locator(f"input[name='2.2'][value={option}]").check()
    page.locator("textarea[name='2.6']").fill("كلمات")
    send(page)
    assert page.locator(".error-summary li").count() == 1
    assert_accessible(page) if js else None
    page.locator(".error-summary a").click()
    assert page.url.endswith("#q-2.2")
    page.locator("input[name='2.2'][value=prostitution]").check()
    send(page)
    assert open_form().answers == {"2.2": ["prostitution", "slavery", "other"], "2.6": "كلمات"}


def test_the_form_follows_the_answers(visit, survey) -> None:
    page = visit("/s/open/?lang=en")
    offered = page.locator("#q-2\\.2\\.1 input:visible")
    assert (offered.count(), page.locator("#q-2\\.2\\.1 .first").is_visible()) == (0, True)
    for option in ("slavery", "forced_marriage"):
        page.locator(f"input[name='2.2'][value={option}]").check()
    assert [offered.nth(n).get_attribute("value") for n in range(offered.count())] == ["slavery", "forced_marriage", ""]
    assert page.locator("#q-2\\.2 .count").inner_text() == "Chosen: 2 of 3"
    page.locator("input[name='2.2_other']").fill("Begging")
    assert page.locator("input[name='2.2'][value=other]").is_checked()
    page.locator("input[name='2.2.1'][value=slavery]").check()
    page.locator("input[name='2.2'][value=slavery]").uncheck()
    assert page.locator("input[name='2.2.1']:checked").count() == 0
    page.locator("input[name='3.1.1'][value=adequate]").check()
    page.locator("#q-3\\.1\\.1 .clear").click()
    assert page.locator("input[name='3.1.1']:checked").count() == 0


def test_ratings_boxes_and_rows_of_several_choices_are_answered_and_lead_to_questions(visit) -> None:
    """On the narrowest phone, the rating by keyboard, and what the ends mean is in the names of its numbers."""
    text = {"en": "Text"}
    options = [{"name": name, "text": {"en": name.title()}} for name in ("police", "border", "none")]
    items = [
        {"name": "ok", "type": "acknowledge", "text": {"en": "I have read this."}},
        {
            "name": "rate",
            "type": "rating",
            "text": {"en": "How often?"},
            "low": {"en": "Never"},
            "high": {"en": "Always"},
        },
        {"name": "why", "type": "text", "text": text, "relevant": parse_condition("${rate} < 7 and ${ok} = 'OK'")},
        {
            "name": "m",
            "type": "matrix",
            "text": {"en": "Who helps?"},
            "options": options,
            "rows": [{"name": f"m{n}", "type": "select_multiple", "text": {"en": f"Row {n}"}} for n in (1, 2)],
        },
    ]
    sections = [{"name": "1", "title": text, "items": items}]
    definition = {"kind": "survey", "title": {"en": "New types"}, "sections": sections}
    version = InstrumentFactory(key="new-types", kind="survey", definition=definition)
    SurveyFactory(questionnaire=version, open_slug="newer", languages=["en"])
    page = visit("/s/newer/", width=360)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    points = page.locator("#q-rate input")
    assert min(points.nth(n).bounding_box()["width"] for n in range(points.count())) >= 20
    expect(page.get_by_role("radio", name="10 Always")).to_be_visible()
    why = page.locator("#q-why")
    expect(why).to_be_hidden()
    page.get_by_role("checkbox", name="OK").check()
    page.get_by_role("radio", name="0 Never").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(why).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(why).to_be_hidden()
    page.get_by_role("group", name="Row 1").get_by_role("checkbox", name="Police").check()
    page.get_by_role("group", name="Row 1").get_by_role("checkbox", name="Border").check()
    page.get_by_role("group", name="Row 2").get_by_role("checkbox", name="None").check()
    send(page)
    assert open_form().answers == {"ok": "OK", "rate": 7, "m1": ["police", "border"], "m2": ["none"]}


def test_language_switch_and_enter_lose_nothing_typed(visit, survey) -> None:
    page = visit("/s/open/?lang=en", js=False)
    page.locator("textarea[name='2.6']").fill("Words")
    page.locator("input[name='1.2_other']").fill("Nurse")
    page.locator("input[name='1.2_other']").press("Enter")  # must not send an incomplete form
    assert count_forms() == 0
    page.locator("button[name=_to][value=ar]").click()
    assert page.locator("html").get_attribute("lang") == "ar"
    assert page.locator("textarea[name='2.6']").input_value() == "Words"
    assert page.locator("input[name='1.2_other']").input_value() == "Nurse"


def test_a_saved_form_is_continued_on_another_device(visit, survey) -> None:
    page = visit("/s/open/?lang=en")
    page.locator("textarea[name='2.6']").fill("Words")
    page.locator("button[name=_do][value=save]").click()
    code = page.locator("#saved .saved-code").inner_text()
    assert Draft.objects.count() == 1
    other = visit("/s/open/?lang=en", js=False, width=360)
    other.get_by_role("link", name="Continue with a code").click()
    other.get_by_label("Code").fill(code)
    other.get_by_role("button", name="Continue").click()
    assert other.locator("textarea[name='2.6']").input_value() == "Words"
    send(other)
    assert (count_forms(), Draft.objects.count()) == (1, 0)


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 360)])
def test_respondents_pages_are_accessible_and_light(visit, survey, link, language, width) -> None:
    page = visit(f"{link}?lang={language}", width=width)
    assert_accessible(page)
    sizes = page.evaluate(
        "performance.getEntries().filter((e) => 'encodedBodySize' in e).map((e) => e.encodedBodySize)"
    )
    assert 10_000 < sum(sizes) < 70_000  # scripts as they are written; a server sends a third of it
    page.goto(page.url.replace("?", "continue/?"))
    assert_accessible(page)


def test_a_personal_link_counts_as_opened_in_a_browser(visit, survey, invitation, link) -> None:
    page = visit(link)
    page.wait_for_load_state("networkidle")
    assert Survey.objects.get().opened == [invitation.pk]


def test_a_paper_form_is_typed_from_the_keyboard(open_as, survey) -> None:
    page = open_as("consultant", "/a/AZE-2016/survey/enter/")
    page.locator("#f-1\\.1").fill("AZE")
    page.keyboard.press("Enter")
    page.keyboard.type("20")
    assert page.locator("output[for='f-1.2']").inner_text() == "Other"
    page.keyboard.press("Enter")
    page.keyboard.type("Nurse")
    page.keyboard.press("Enter")
    page.keyboard.type("12")  # 1.3 and 1.4: one key each moves on to the next question
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/enter/?source=paper&language=en")
    stored = {"1.1": "AZE", "1.2": "other", "1.2_other": "Nurse", "1.3": "under_1", "1.4": "years_1_3"}
    assert Response.objects.get().answers == stored


def test_a_paper_form_is_back_after_the_session_ended(open_as, survey, member) -> None:
    """Ctrl+Enter led to the sign-in page, and the form was empty afterwards."""
    user = member("consultant")
    user.set_password("a long pass phrase")
    user.save()
    page = open_as("consultant", "/a/AZE-2016/survey/enter/")
    page.locator("#f-1\\.1").fill("AZE")
    page.locator("#f-2\\.6").fill("Typed from paper")
    identifier = page.locator("[name=_uuid]").input_value()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/accounts/login/**")
    assert Response.objects.count() == 0
    page.locator("#id_login").fill(user.email)
    page.locator("#id_password").fill("a long pass phrase")
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/survey/enter/**")
    expect(page.locator("#f-2\\.6")).to_have_value("Typed from paper")
    expect(page.locator("#f-1\\.1")).to_have_value("AZE")
    expect(page.locator("[name=_uuid]")).to_have_value(identifier)  # the same form: it is never counted twice
    page.locator("#f-2\\.6").press("Control+Enter")
    page.wait_for_url("**/enter/?source=paper&language=en")
    expect(page.locator("#f-2\\.6")).to_have_value("")
    assert Response.objects.get().answers == {"1.1": "AZE", "2.6": "Typed from paper"}


KEPT = """(async () => {
  const open = indexedDB.open("ctnat-unsent");
  const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
  if (!db.objectStoreNames.contains("forms")) return [];
  const all = db.transaction("forms").objectStore("forms").getAll();
  const rows = await new Promise((done) => { all.onsuccess = () => done(all.result); });
  db.close();
  return rows.map((row) => String.fromCharCode(...new Uint8Array(row.data)));
})()"""


def test_answers_kept_on_the_device_come_back_with_their_code_until_they_are_sent(
    visit: Callable[..., Page], survey: Survey
) -> None:
    page = visit("/s/open/?lang=en", width=360)
    page.get_by_text("Keep my answers on this device").click()
    page.get_by_role("button", name="Keep them and show me the code").click()
    expect(page.get_by_text(re.compile(r"Kept on this device at \d"))).to_be_visible()
    code = page.locator("[data-code]").inner_text()
    page.get_by_role("radio", name="Female").check()
    open_section(page.locator('[name="2.6"]'))
    page.locator('[name="2.6"]').fill("სიტყვები Words")
    open_section(page.locator('[name="1.1"]'))
    page.locator('[name="1.1"]').select_option("GEO")
    expect(page.locator("#kept[data-stored]")).to_be_visible()
    assert_accessible(page)
    assert all("Words" not in row for row in page.evaluate(KEPT))

    later = page.context.new_page()  # the first page is closed without a warning: the line is down
    later.goto(page.url)
    page.close(run_before_unload=False)
    expect(later.locator('[name="2.6"]')).to_have_value("")
    later.get_by_label("Your code").fill("AAAAA-AAAAA")
    later.get_by_role("button", name="Continue", exact=True).click()
    expect(later.get_by_text("No answers to this survey are kept here under this code")).to_be_visible()
    assert_accessible(later)
    later.get_by_label("Your code").fill(code.upper().replace("-", " "))
    later.get_by_role("button", name="Continue", exact=True).click()
    expect(later.locator('[name="2.6"]')).to_have_value("სიტყვები Words")
    expect(later.locator('[name="1.1"]')).to_have_value("GEO")
    expect(later.get_by_role("radio", name="Female")).to_be_checked()
    later.get_by_role("button", name="Send answers").click()
    expect(later.get_by_text("The receipt of your form")).to_be_visible()
    later.wait_for_function(f"{KEPT}.then((rows) => rows.length === 0)")
    open_form()
    stored = Response.objects.get().answers
    assert (stored["2.6"], stored["1.1"], stored["1.6"]) == ("სიტყვები Words", "GEO", "female")


def test_kept_answers_are_deleted_on_request_and_after_a_week(visit: Callable[..., Page], survey: Survey) -> None:
    page = visit("/s/open/?lang=en")
    keep = page.get_by_role("button", name="Keep them and show me the code")
    page.get_by_text("Keep my answers on this device").click()
    keep.click()
    page.get_by_role("button", name="Delete them from this device").click()
    expect(keep).to_be_visible()
    assert page.evaluate(KEPT) == []
    keep.click()
    expect(page.get_by_text(re.compile(r"Kept on this device at \d"))).to_be_visible()
    page.add_init_script("const now = Date.now; Date.now = () => now() + 8 * 86400000;")
    page.reload()
    expect(page.get_by_text("Keep my answers on this device")).to_be_visible()
    expect(page.get_by_label("Your code")).to_be_hidden()
    assert page.evaluate(KEPT) == []


def test_nothing_is_offered_where_the_browser_cannot_encrypt(visit: Callable[..., Page], survey: Survey) -> None:
    page = visit("/s/open/?lang=en")
    page.add_init_script("Object.defineProperty(window.crypto, 'subtle', { value: undefined });")
    page.reload()
    expect(page.locator("#tally")).to_be_visible()
    expect(page.locator("#kept")).to_be_hidden()
