"""The respondents' page finds wrong what the server finds wrong, in the same words: each rule of each type."""

from typing import Any

import pytest
from playwright.sync_api import expect

from instruments.schema import Survey
from surveys.questionnaire.quotes import Quotes
from surveys.questionnaire.rendering import _group
from surveys.questionnaire.validation import check
from surveys.words import error_text, translate
from tests.js.conftest import Pages
from tests.js.test_surveys import SCRIPTS
from tests.surveys.test_rules import CASES, TODAY
from tests.surveys.test_validation import survey_with

FILL = """(answers) => {
    for (const [code, answer] of Object.entries(answers)) {
        const question = document.querySelector(`[data-item="${code}"]`);
        const fields = [...question.querySelectorAll("input, select, textarea")];
        const listed = [answer].flat();
        if (question.dataset.kind === "ranks") {
            listed.forEach((name, at) => {
                question.querySelector(`[name="${code}:${name}"]`).value = String(at + 1);
            });
        } else if (question.dataset.kind === "date") {
            const [year, month, day] = answer.split("-").map(Number);
            Object.entries({ year, month, day }).forEach(([part, value]) => {
                question.querySelector(`[name="${code}:${part}"]`).value = String(value);
            });
        } else if (fields[0].type === "checkbox" || fields[0].type === "radio") {
            for (const field of fields) field.checked = listed.includes(field.value);
        } else fields[0].value = answer;
    }
    document.forms[0].dispatchEvent(new Event("input"));
}"""


def document() -> Survey:
    return survey_with(*({"name": f"q{n}", "text": {"en": "?"}, **own} for n, (own, _, _) in enumerate(CASES)))


@pytest.mark.parametrize("turn", range(max(len(answers) for _, _, answers in CASES)))
def test_the_page_finds_what_the_server_finds(pages: Pages, turn: int) -> None:
    survey = document()
    answers: dict[str, Any] = {f"q{n}": given[turn] for n, (_, _, given) in enumerate(CASES) if turn < len(given)}
    errors = check(survey, answers, TODAY).errors
    quotes = Quotes(survey, "en", {})
    html = "".join(_group(quotes, item, {}, {}) for item in survey.items)
    words = f'data-errors="Check" data-question="{{code}}" data-twice="{translate("error_rank_twice", "en")}"'
    page = pages.open(
        f"""<form id="survey" method="post" action="/page/" novalidate data-today="{TODAY}" data-progress="" {words}
        data-chosen="" data-clear="" data-first="" data-cleared="">{html}
        <button name="_do" value="send">Send</button><p id="tally" hidden></p></form>""",
        *SCRIPTS,
        module=True,
    )
    expect(page.locator("#tally")).to_be_visible()
    page.evaluate(FILL, answers)
    page.get_by_role("button", name="Send").click()
    found = page.locator(".error-summary li").all_text_contents()
    assert found == [f"{error.key}: {error_text(error, 'en')}" for error in errors]
    assert errors
