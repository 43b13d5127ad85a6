"""surveys.js: what the respondents' form sends, what it drops, and that nothing typed is lost by mistake."""

import json
from html import escape
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from instruments.logic.grammar import parse
from tests.js.conftest import BLOCKED, Pages

SCRIPTS = ("js/logic.js", "js/surveys.js")


def choices(code: str, *options: str, kind: str = "radio", attributes: str = "", more: str = "") -> str:
    labels = "".join(
        f'<label class="choice"><input type="{kind}" name="{code}" value="{option}"'
        f"{' data-open' if option == 'other' else ''}> {code} {option}</label>"
        for option in options
    )
    return f"""<fieldset class="question" id="q-{code}" tabindex="-1" data-item="{code}" {attributes}>
    <legend>{code}</legend><div>{labels}</div>{more}</fieldset>"""


def text(code: str, attributes: str = "") -> str:
    return f"""<div class="question" id="q-{code}" data-item="{code}" {attributes}><label for="f-{code}">{code}</label>
    <input id="f-{code}" name="{code}"></div>"""


OTHER = '<label class="other">Specify CODE <input name="CODE_other"></label>'


def depends(expression: str) -> str:
    return f'data-if="{escape(json.dumps(parse(expression)))}"'


def body(*questions: str, attributes: str = "") -> str:
    return f"""<form id="survey" method="post" action="/page/" data-today="2026-11-29"
    data-progress="{{done}} of {{total}}"
    data-chosen="{{done}} of {{total}} chosen" data-clear="Clear" data-first="Answer {{code}} first" {attributes}>
    {"".join(questions)}<button name="_do" value="send">Send</button><p id="tally" hidden></p></form>"""


def opened(pages: Pages, *questions: str, attributes: str = "") -> Page:
    return pages.open(body(*questions, attributes=attributes), *SCRIPTS, module=True)


def sent(pages: Pages, page: Page) -> dict[str, list[str]]:
    """What the form sends now."""
    with page.expect_navigation():
        page.get_by_role("button", name="Send").click()
    request = [request for request in pages.sent if request.url.endswith("/page/")][-1]
    found = parse_qs(request.post_data or "", keep_blank_values=True)
    return {name: values for name, values in found.items() if name != "_do"}


def asks_before_leaving(page: Page) -> Any:
    return page.evaluate("() => !window.dispatchEvent(Object.assign(new Event('beforeunload', { cancelable: true })))")


def test_a_question_appears_with_the_answer_it_depends_on(pages: Pages) -> None:
    page = opened(
        pages, choices("1", "yes", "no"), text("2", depends("selected(${1}, 'yes') or selected(${1}, 'maybe')"))
    )
    expect(page.get_by_label("2", exact=True)).to_be_hidden()
    expect(page.locator("#tally")).to_have_text("0 of 1")
    page.get_by_label("1 yes").check()
    page.get_by_label("2", exact=True).fill("because")
    expect(page.locator("#tally")).to_have_text("2 of 2")
    assert sent(pages, page) == {"1": ["yes"], "2": ["because"]}


def test_words_in_place_of_a_missing_translation_are_marked_as_english(pages: Pages) -> None:
    page = opened(pages, choices("1", "yes", "no", attributes='data-limit="1"'), attributes='data-english="progress"')
    page.get_by_label("1 yes").check()
    expect(page.get_by_text("1 of 1", exact=True)).to_have_attribute("lang", "en")
    expect(page.get_by_text("1 of 1", exact=True)).to_have_attribute("dir", "ltr")
    assert page.locator("[lang=en]").count() == 1 + page.locator("html[lang=en]").count()  # what is translated is not


def test_an_answer_that_is_no_longer_asked_is_not_sent_but_comes_back_with_its_question(pages: Pages) -> None:
    page = opened(pages, choices("1", "yes", "no"), text("2", depends("selected(${1}, 'yes')")))
    page.get_by_label("1 yes").check()
    page.get_by_label("2", exact=True).fill("because")
    page.get_by_label("1 no").check()
    expect(page.get_by_label("2", exact=True)).to_be_hidden()
    page.get_by_label("1 yes").check()
    expect(page.get_by_label("2", exact=True)).to_have_value("because")
    page.get_by_label("1 no").check()
    assert sent(pages, page) == {"1": ["no"]}


def test_a_question_goes_with_the_question_that_brought_it(pages: Pages) -> None:
    """3 depends on 2, 2 on 1: an answer that is no longer asked for leads to no further question."""
    questions = (
        choices("1", "yes", "no"),
        choices("2", "yes", "no", attributes=depends("selected(${1}, 'yes')")),
        text("3", depends("selected(${2}, 'yes')")),
    )
    page = opened(pages, *questions)
    page.get_by_label("1 yes").check()
    page.get_by_label("2 yes").check()
    page.get_by_label("3", exact=True).fill("told")
    page.get_by_label("1 no").check()
    expect(page.get_by_label("3", exact=True)).to_be_hidden()
    assert sent(pages, page) == {"1": ["no"]}


def test_a_question_depends_on_any_option_of_a_list(pages: Pages) -> None:
    options = "".join(f"<option>{name}</option>" for name in ("a", "b", "c"))
    several = f'<div id="q-1" data-item="1"><select name="1" aria-label="1" multiple>{options}</select></div>'
    page = opened(pages, several, text("2", depends("selected(${1}, 'b')")))
    page.get_by_label("1", exact=True).select_option(["a", "b"])
    expect(page.get_by_label("2", exact=True)).to_be_visible()
    page.get_by_label("1", exact=True).select_option(["a", "c"])
    expect(page.get_by_label("2", exact=True)).to_be_hidden()


def group(tag: str, attributes: str, *questions: str) -> str:
    return f"<{tag} {attributes}>{''.join(questions)}</{tag}>"


def test_groups_inside_groups_are_asked_together_and_go_together(pages: Pages) -> None:
    """Section A (x = 1), in it table B (y = 2), in it the question (z = 3): asked for 1, 2, 3 only."""
    numbers = [text(code).replace("data-item", 'data-kind="number" data-item') for code in "xyz"]
    inner = group("div", f'class="matrix" {depends("${y} = 2")}', text("q", depends("${z} = 3")))
    outer = group("section", f'id="s-A" {depends("${x} = 1")}', *numbers[1:], inner)
    page = opened(pages, '<nav class="contents"><ul><li><a href="#s-A">A</a></li></ul></nav>', numbers[0], outer)
    asked = page.get_by_label("q", exact=True)
    for code, number in (("x", "1"), ("y", "٢"), ("z", "3,0")):
        expect(asked).to_be_hidden()
        page.get_by_label(code, exact=True).fill(number)
    expect(page.get_by_role("link", name="A")).to_be_visible()
    asked.fill("because")
    page.get_by_label("x", exact=True).fill("5")
    expect(page.get_by_label("y", exact=True)).to_be_hidden()
    expect(page.get_by_role("link", name="A", include_hidden=True)).to_be_hidden()
    expect(page.locator("#tally")).to_have_text("1 of 1")
    assert sent(pages, page) == {"x": ["5"]}


def kind_of(question: str, kind: str) -> str:
    return question.replace("data-item", f'data-kind="{kind}" data-item', 1)


def test_every_kind_of_answer_can_be_asked_about(pages: Pages) -> None:
    day = "".join(f'<input name="d:{part}" aria-label="{part}">' for part in ("day", "month", "year"))
    places = "".join(
        f'<select name="r:{option}" aria-label="place of {option}">'
        "<option></option><option>1</option><option>2</option></select>"
        for option in "ab"
    )
    questions = (
        kind_of(text("t"), "text"),
        kind_of(text("n"), "number"),
        kind_of(f'<fieldset data-item="d">{day}</fieldset>', "date"),
        kind_of(f'<fieldset data-item="r">{places}</fieldset>', "ranks"),
        choices("o", "a", "other", more=OTHER.replace("CODE", "o")),
        *(
            text(f"after {name}", depends(condition))
            for name, condition in (
                ("text", "${t} = 'yes'"),
                ("number", "${n} > 1.5"),
                ("date", "${d} <= today()"),
                ("rank", "${r} = 'b a'"),
                ("other", "${o_other} != ''"),
                ("count", "count-selected(${o}) = 0"),
            )
        ),
    )
    page = opened(pages, *questions)
    after = {name: page.get_by_label(f"after {name}") for name in ("text", "number", "date", "rank", "other", "count")}
    for name in list(after)[:5]:
        expect(after[name]).to_be_hidden()
    expect(after["count"]).to_be_visible()
    page.get_by_label("t", exact=True).fill(" yes ")
    page.get_by_label("n", exact=True).fill("1,75")
    for part, typed in (("day", "9"), ("month", "2"), ("year", "2026")):
        page.get_by_label(part, exact=True).fill(typed)
    page.get_by_label("place of b").select_option("1")
    page.get_by_label("place of a").select_option("2")
    page.get_by_label("Specify o").fill("A hotline")
    for name in list(after)[:5]:
        expect(after[name]).to_be_visible()
    expect(after["count"]).to_be_hidden()
    page.get_by_label("year", exact=True).fill("2027")
    expect(after["date"]).to_be_hidden()


def test_only_what_was_chosen_before_is_offered_and_sent(pages: Pages) -> None:
    narrowed = choices("2", "a", "b", "c", attributes='data-choices-of="1"')
    page = opened(pages, choices("1", "a", "b", "c", kind="checkbox"), narrowed)
    expect(page.get_by_text("Answer 1 first")).to_be_visible()
    expect(page.get_by_label("2 a")).to_be_hidden()
    page.get_by_label("1 a").check()
    page.get_by_label("1 b").check()
    expect(page.get_by_text("Answer 1 first")).to_be_hidden()
    expect(page.get_by_label("2 c")).to_be_hidden()
    page.get_by_label("2 b").check()
    page.get_by_label("1 b").uncheck()
    assert sent(pages, page) == {"1": ["a"]}


def test_a_rating_can_be_taken_back(pages: Pages) -> None:
    page = opened(pages, choices("1", "1", "2").replace('class="question"', 'class="question rating"'))
    expect(page.get_by_role("button", name="Clear")).to_be_hidden()
    page.get_by_label("1 2").check()
    page.locator("#survey").evaluate("(form) => delete form.dataset.changed")
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("button", name="Clear")).to_be_hidden()
    expect(page.locator("#tally")).to_have_text("0 of 1")
    assert asks_before_leaving(page) is True
    assert sent(pages, page) == {}


@pytest.mark.parametrize(("kind", "earlier", "stored"), [("radio", "a", ["a"]), ("checkbox", "a", ["a", "other"])])
def test_words_beside_other_choose_it_and_replace_no_answer(
    pages: Pages, kind: str, earlier: str, stored: list[str]
) -> None:
    page = opened(pages, choices("1", "a", "other", kind=kind, more=OTHER.replace("CODE", "1")))
    page.get_by_label(f"1 {earlier}").check()
    page.get_by_label("Specify 1").fill("A hotline")
    assert sent(pages, page) == {"1": stored, "1_other": ["A hotline"]}
    page = opened(pages, choices("1", "a", "other", kind=kind, more=OTHER.replace("CODE", "1")))
    page.get_by_label("Specify 1").fill(" ")
    assert sent(pages, page) == {"1_other": [" "]}
    page = opened(pages, choices("1", "a", "other", kind=kind, more=OTHER.replace("CODE", "1")))
    page.get_by_label("Specify 1").fill("A hotline")
    assert sent(pages, page) == {"1": ["other"], "1_other": ["A hotline"]}


def test_more_than_the_limit_is_shown_and_still_sent(pages: Pages) -> None:
    page = opened(pages, choices("1", "a", "b", "c", kind="checkbox", attributes='data-limit="2"'))
    for option in "abc":
        page.get_by_label(f"1 {option}").check()
    expect(page.get_by_role("status")).to_have_text("3 of 2 chosen")
    expect(page.locator(".count.is-over")).to_have_count(1)
    assert sent(pages, page) == {"1": ["a", "b", "c"]}


def test_leaving_is_asked_about_once_something_was_typed(pages: Pages) -> None:
    page = opened(pages, text("1"))
    assert asks_before_leaving(page) is False
    page.get_by_label("1", exact=True).fill("typed")
    assert asks_before_leaving(page) is True
    page.evaluate("document.getElementById('survey').addEventListener('submit', (event) => event.preventDefault())")
    page.get_by_role("button", name="Send").click()
    assert asks_before_leaving(page) is False, "what is on its way is not asked about"


def test_what_came_back_from_the_server_unsent_is_asked_about(pages: Pages) -> None:
    assert asks_before_leaving(opened(pages, text("1"), attributes="data-changed")) is True


def test_a_double_click_sends_once(pages: Pages) -> None:
    page = opened(pages, text("1"))
    prevented = page.locator("#survey").evaluate(
        """(form) => [1, 2].map(() => {
            const event = new Event("submit", { bubbles: true, cancelable: true });
            form.dispatchEvent(event);
            return event.defaultPrevented;
        })"""
    )
    assert prevented == [False, True]
    page.evaluate("window.dispatchEvent(new Event('pageshow'))")  # back in history: it can be sent again
    page.get_by_label("1", exact=True).fill("again")
    assert sent(pages, page) == {"1": ["again"]}


def test_a_respondents_answers_are_stored_nowhere(pages: Pages) -> None:
    page = opened(pages, text("1"))
    page.get_by_label("1", exact=True).fill("told in confidence")
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_label("1", exact=True)).to_have_value("")


def test_the_form_works_where_storage_is_blocked(pages: Pages) -> None:
    pages.context.add_init_script(BLOCKED)
    page = opened(pages, choices("1", "yes", "no"), text("2", depends("selected(${1}, 'yes')")))
    page.get_by_label("1 yes").check()
    page.get_by_label("2", exact=True).fill("because")
    assert sent(pages, page) == {"1": ["yes"], "2": ["because"]}


@pytest.mark.parametrize("answered", [True, False])
def test_a_personal_link_counts_as_opened_and_a_failure_is_no_matter(pages: Pages, answered: bool) -> None:
    pages.expect_failed_requests()
    pages.answer("POST", "/opened/", lambda _: {"status": 204} if answered else None)
    with_link = 'data-opened="/opened/"'
    page = opened(pages, text("1"), attributes=with_link)
    page.get_by_label("1", exact=True).fill("answered")
    assert [request.url.split("/")[-2] for request in pages.sent] == ["opened"]
    assert sent(pages, page) == {"1": ["answered"]}


def ruled(question: str, *rules: tuple[str, str], required: str = "") -> str:
    """A question with rules: (expression, message)."""
    attributes = f'data-rules="{escape(json.dumps([[parse(rule, own=True), text] for rule, text in rules]))}"'
    attributes += f' data-required="{required}"' if required else ""
    return question.replace("data-item", f"{attributes} data-item", 1)


RULES = (
    'data-errors="Please check" data-question="Question {code}" data-cleared="No longer chosen: {options}" '
    'data-twice="Twice"'
)


def labelled(code: str, kind: str) -> str:
    return text(code).replace("data-item", f'data-kind="{kind}" data-item').replace("<label", '<label class="asked"')


def test_the_message_of_a_rule_quotes_the_answer_as_it_is_now(pages: Pages) -> None:
    rule = ruled(labelled("m", "number"), (". <= ${n}", "At most {answer:n}, {answer:constructor}."))
    signs = escape(json.dumps({"decimal": ",", "minus": "-"}))
    page = opened(pages, labelled("n", "number"), rule, attributes=f'{RULES} data-patterns="{signs}"')
    page.get_by_label("n", exact=True).fill("2.5")
    page.get_by_label("m", exact=True).fill("3")
    page.get_by_label("m", exact=True).press("Tab")
    expect(page.locator("#e-m")).to_have_text("At most 2,5, ….")
    page.get_by_label("n", exact=True).fill("1")
    page.get_by_label("m", exact=True).focus()
    page.get_by_label("m", exact=True).press("Tab")
    expect(page.locator("#e-m")).to_have_text("At most 1, ….")


def test_a_rule_is_told_beside_its_field_as_it_is_left_and_goes_as_it_is_mended(pages: Pages) -> None:
    even = ruled(labelled("n", "number"), (". mod 2 = 0", "Even, not {given}."))
    later = ruled(labelled("m", "number"), (". > ${n}", "More than n."))
    page = opened(pages, even, later, attributes=RULES)
    field, other = page.get_by_label("n", exact=True), page.get_by_label("m", exact=True)
    field.fill("٣")
    expect(page.locator("#e-n")).to_have_count(0)  # not while typing
    field.press("Tab")
    expect(page.locator("#e-n")).to_have_text("Even, not 1.")
    assert (field.get_attribute("aria-invalid"), field.get_attribute("aria-describedby")) == ("true", "e-n")
    expect(page.locator(".visually-hidden[role=status]")).to_have_text("Even, not 1.")
    other.fill("1")
    other.press("Tab")
    expect(page.locator("#e-m")).to_have_count(0)  # a rule about an answer that is wrong itself is not asked
    field.fill("4")
    expect(page.locator("#e-n")).to_be_hidden()
    assert (field.get_attribute("aria-invalid"), field.input_value()) == (None, "4")
    other.focus()
    other.press("Tab")
    expect(page.locator("#e-m")).to_have_text("More than n.")
    field.fill("0")
    expect(page.locator("#e-m")).to_be_hidden()


def test_sending_stops_at_what_is_wrong_and_the_server_decides_on_what_is_sent_again(pages: Pages) -> None:
    needed = ruled(choices("1", "yes", "no"), required="Needed.")
    page = opened(pages, needed, ruled(labelled("n", "number"), (". > 5", "More.")), attributes=RULES)
    page.get_by_label("n", exact=True).fill("3")
    page.get_by_role("button", name="Send").click()
    summary = page.locator(".error-summary")
    expect(summary).to_have_text("Please checkQuestion 1: Needed.Question n: More.")
    expect(summary).to_be_focused()
    assert summary.locator("a").evaluate_all("links => links.map((link) => link.hash)") == ["#q-1", "#q-n"]
    expect(page.locator("#e-1")).to_have_text("Needed.")
    assert (page.locator("#q-1").get_attribute("aria-describedby"), pages.sent) == ("e-1", [])
    page.get_by_label("1 no").check()
    expect(page.locator("#e-1")).to_be_hidden()
    page.get_by_role("button", name="Send").click()
    expect(summary).to_have_text("Please checkQuestion n: More.")
    assert sent(pages, page) == {"1": ["no"], "n": ["3"]}


def test_an_option_that_excludes_the_others_takes_them_away_and_the_reverse(pages: Pages) -> None:
    labels = "".join(
        f'<label><input type="checkbox" name="m" value="{name}" {more}> <span>{name}'
        '<span class="required"> (alone)</span></span></label>'
        for name, more in (("a", ""), ("b", ""), ("none", "data-alone"), ("dont_know", "data-alone"))
    )
    field = f'<fieldset id="q-m" data-item="m"><legend>m</legend><div class="choices">{labels}</div></fieldset>'
    page = opened(pages, field, attributes=RULES)
    line = page.locator(".cleared[role=status]")
    for name in ("a", "b"):
        page.get_by_label(f"{name} (alone)").check()
    expect(line).to_have_text("")
    page.get_by_label("none (alone)").check()
    expect(line).to_have_text("No longer chosen: a; b")
    expect(page.get_by_label("a (alone)", exact=True)).not_to_be_checked()
    page.get_by_label("dont_know (alone)").check()
    expect(line).to_have_text("No longer chosen: none")
    page.get_by_label("b (alone)").check()
    expect(line).to_have_text("No longer chosen: dont_know")
    assert sent(pages, page) == {"m": ["b"]}
