"""surveys.js quotes earlier answers, and offers options, as the server does: random answers in every language."""

import json
from datetime import date
from html import escape
from random import Random
from typing import Any

import pytest

from ctnat.ui.formats import patterns
from surveys.questionnaire import rendering
from surveys.questionnaire.quotes import BLANK, Quotes
from surveys.questionnaire.validation import check
from tests.factories import InstrumentFactory
from tests.js.conftest import Pages
from tests.surveys.factories import SurveyFactory
from tests.surveys.quoting_survey import definition, document

LANGUAGES = ("en", "ar", "az", "es", "fa", "fr", "hy", "ka", "pt", "ro", "ru", "tr", "uk")
TODAY = date(2026, 11, 29)


def random_answers(random: Random) -> dict[str, Any]:
    """Raw answers as the page posts them; those to options may not be offered."""
    town = [random.choice(["arras", "lille", "nice", "other"])]
    both = random.sample(["a", "b", "c"], 2)
    found = {
        "what": [random.choice(["x", "a  b\nc", "é" * 130, "𝒳" * 121, "<i>x</i>", "dont_know"])],
        "region": [random.choice(["north", "south", "west", "dont_know"])],
        "town": town,
        "town_other": [random.choice(["Calais", " the  sea "])] if town == ["other"] else [],
        "several": random.sample(["arras", "lille", "nice", "other"], random.randint(1, 4)),
        "land": [random.choice(["AZE", "MAR", "FRA"])],
        "order": both,
        "whole": [str(random.choice([0, 7, 12000, 1000000]))],
        "part": [random.choice(["2.5", "1234.125", "-0.5", "3", "0.000001"])],
        "day": [random.choice(["2026-03-31", "1999-12-01", "2024-02-29"])],
        "seen": ["OK"],
        "rate": [random.choice(["0", "7", "10"])],
        "row": [random.choice(["good", "bad", "dont_know"])],
        "x": [random.choice(["seen", "heard"])],
    }
    kept = {code: given for code, given in found.items() if given and random.random() < 0.8}
    return {code: given for code, given in kept.items() if code != "town_other" or "town" in kept}


ANSWER = """(cases) => JSON.stringify(cases.map((answers) => {
    const form = document.getElementById("survey");
    const numbers = (text) => text.split("-").map(Number);
    const parts = ["year", "month", "day"];
    for (const field of form.elements) {
        const [code, part] = field.name.split(":");
        const given = answers[code] ?? [];
        if (["radio", "checkbox"].includes(field.type)) field.checked = given.includes(field.value);
        else if (code === "day") field.value = given.length ? numbers(given[0])[parts.indexOf(part)] : "";
        else if (code === "order") field.value = given.includes(part) ? given.indexOf(part) + 1 : "";
        else if (field.name) field.value = given[0] ?? "";
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
    const places = [...form.querySelectorAll(".part [data-answer]")];
    const offered = [...form.querySelectorAll("[name=town]:enabled, [name=several]:enabled")];
    const sent = {};
    for (const [name, value] of new FormData(form)) if (value) (sent[name] ??= []).push(value);
    return [places.map((place) => [place.dataset.answer, place.textContent]),
        offered.map((field) => `${field.name} ${field.value}`), sent];
}))"""


@pytest.fixture
def forms(assessment: Any) -> dict[str, str]:
    """Language -> the questions of the page."""
    questionnaire = InstrumentFactory(key="quotes", kind="survey", definition=definition())
    survey = SurveyFactory(assessment=assessment, questionnaire=questionnaire)
    return {language: rendering.questions(survey, rendering.quotes_of(survey, language, {})) for language in LANGUAGES}


@pytest.mark.django_db
def test_the_page_and_the_server_quote_and_offer_alike(forms: dict[str, str], pages: Pages):
    for language, html in forms.items():
        _compare(pages, language, html)


def _compare(pages: Pages, language: str, html: str) -> None:
    form = f"""<form id="survey" data-today="{TODAY}" data-patterns="{escape(json.dumps(patterns(language)))}"
      data-progress="{{done}}" data-chosen="{{done}}"
      data-clear="Clear" data-first="First">{html}<p id="tally" hidden></p></form>"""
    pages.language = language
    page = pages.open(form, "js/logic.js", "js/surveys.js", path=f"/{language}/", module=True)
    random = Random(f"19 {language}")  # noqa: S311 -- the same each time
    cases = [random_answers(random) for _ in range(12)]
    known = document()
    for case, (said, enabled, sent) in zip(cases, json.loads(page.evaluate(ANSWER, cases)), strict=True):
        raw = {code: given if len(given) > 1 else given[0] for code, given in sent.items() if ":" not in code}
        for code in ("order", "day"):
            if parts := {name.partition(":")[2]: given[0] for name, given in sent.items() if name.startswith(code)}:
                raw[code] = parts
        checked = check(known, raw, TODAY)
        wrong = [error for error in checked.errors if error.code != "required"]
        assert wrong == [], (case, sent)  # what is not offered or not asked is not sent
        quotes = Quotes(known, language, {}, checked.answers)
        assert said == [[code, quotes.words(code) or BLANK] for code, _ in said], case
        for code in ("town", "several"):
            left_out = known.not_offered(known.by_name[code], checked.answers, TODAY)
            names = {option.name for option in known.options(known.by_name[code])} - left_out
            assert {one.split()[1] for one in enabled if one.startswith(code)} - {"dont_know"} == names, case
