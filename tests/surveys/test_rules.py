"""Every rule that the server checks is told beside its question before answers are sent; the page decides alike."""

import ast
import json
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from ctnat.ui.digits import decimal_number
from instruments.logic.evaluate import OWN, holds
from instruments.logic.grammar import parse_condition
from instruments.logic.patterns import PATTERNS
from instruments.rules import PAIRS, alone_options, rules_of, skipping_note, told, told_of_options
from instruments.schema import ITEM_TYPES, Survey
from instruments.templatetags.instruments import skipping_note as skipping_note_on_paper
from instruments.words import WORDS
from surveys.models import Survey as SurveyRow
from surveys.questionnaire.paper_entry import rules_on_paper
from surveys.questionnaire.rendering import questions, quotes_of
from surveys.questionnaire.validation import check
from surveys.words import complete_languages, error_text
from tests.factories import InstrumentFactory
from tests.surveys.factories import SurveyFactory
from tests.surveys.test_validation import survey_with

TODAY = date(2026, 11, 30)
OPTIONS: list[dict[str, Any]] = [{"name": name, "text": {"en": name.upper()}} for name in ("a", "b", "c", "d")]
NONE = {"name": "none", "text": {"en": "None of these"}, "exclusive": True}
SEVERAL = {"type": "select_multiple", "options": [*OPTIONS, NONE], "dont_know": True}
# Items that have every rule of their type; (item, what it tells), and raw answers on both sides of each rule.
CASES: list[tuple[dict[str, Any], list[str], list[Any]]] = [
    ({"type": "select_one", "options": OPTIONS}, [], ["a"]),
    ({"type": "select_one", "options": OPTIONS, "required": True}, ["required"], ["a"]),
    ({"type": "rating", "min": 0, "max": 10}, [], ["0", "10"]),
    ({"type": "acknowledge"}, [], ["OK"]),
    (SEVERAL, [], [["a"], ["a", "b"], ["none"], ["none", "a"], ["dont_know"], ["a", "dont_know"]]),
    (
        {**SEVERAL, "min": 2, "max": 3},
        ["choose 2 to 3"],
        [["a"], ["a", "b"], ["a", "b", "c", "d"], ["none"], ["none", "a"], ["dont_know"], ["dont_know", "b"]],
    ),
    ({**SEVERAL, "min": 2}, ["choose at least 2"], [["a"], ["a", "b"]]),
    ({**SEVERAL, "max": 2}, ["choose at most 2"], [["a"], ["a", "b", "c"]]),
    ({**SEVERAL, "min": 2, "max": 2}, ["choose exactly 2"], [["a"], ["a", "b"], ["a", "b", "c"]]),
    ({"type": "rank", "options": OPTIONS, "ranks": 2}, ["each place from 1 to 2 once"], [["a"], ["b", "a"]]),
    ({"type": "text"}, [], ["anything"]),
    ({"type": "text", "pattern": "letters"}, ["letters only"], ["Ана-Мария d'Or", "a1", "١", "اسم", "-"]),
    ({"type": "text", "pattern": "digits"}, ["digits only"], ["12", "١٢", "1.2", "x"]),
    ({"type": "text", "pattern": "letters_digits"}, ["letters and digits only"], ["SW1A 1AA", "AB-12", "a_b", "-"]),
    (
        {"type": "text", "pattern": "percentage"},
        ["whole percentage from 0 to 100"],
        ["0", "100 %", "١٠٠٪", "101", "5.5"],
    ),
    ({"type": "text", "pattern": "year"}, ["year of four digits"], ["2016", "٢٠١٦", "16", "0016"]),
    ({"type": "text", "min_length": 2, "max_length": 4}, ["characters: 2 to 4"], ["a", "𝒳é", "abcd", "abcde"]),
    ({"type": "text", "min_length": 3, "max_length": 3}, ["characters: exactly 3"], ["ab", "abc", "abcd"]),
    ({"type": "text", "min_length": 3}, ["characters: at least 3"], ["ab", "abc"]),
    ({"type": "text", "max_length": 3}, ["characters: at most 3"], ["abc", "abcd"]),
    ({"type": "integer"}, ["whole number"], ["-3", "2.5", "two", "٣"]),
    ({"type": "integer", "min": 1, "max": 99}, ["whole number", "from 1 to 99"], ["0", "1", "99", "100", "1.5"]),
    ({"type": "integer", "min": 1}, ["whole number", "at least 1"], ["0", "1"]),
    ({"type": "integer", "max": 9}, ["whole number", "at most 9"], ["9", "10"]),
    ({"type": "integer", "min": 9, "max": 9}, ["whole number", "exactly 9"], ["9", "10"]),
    (
        {"type": "decimal", "min": 0.5, "max": 10, "places": 2},
        ["number", "digits after the decimal point: at most 2", "from 0.5 to 10"],
        ["0.29", "2,5", "2.555", "0.4", "10.01", "x", "-1"],
    ),
    (
        {"type": "date", "min": "2020-02-29", "max": "2026-12-31"},
        ["day, month and year", "earliest: 29 February 2020, latest: 31 December 2026"],
        ["2020-02-28", "2020-02-29", "2027-01-01", "2021-02-30"],
    ),
    ({"type": "date", "min": "2020-02-29"}, ["day, month and year", "29 February 2020 or later"], ["2020-02-28"]),
    (
        {"type": "date", "min": "2020-02-29", "max": "2020-02-29"},
        ["day, month and year", "only 29 February 2020"],
        ["2020-02-28", "2020-02-29", "2020-03-01"],
    ),
    ({"type": "date", "max": "2020-02-29"}, ["day, month and year", "29 February 2020 or earlier"], ["2020-03-01"]),
    (
        {
            "type": "integer",
            "constraint": parse_condition(". mod 2 = 0", own=True),
            "constraint_message": {"en": "Even."},
        },
        ["whole number"],
        ["3", "4", "x"],
    ),
]
# Codes that no rule tells, and why they need no words before.
OTHERWISE = {
    "required": "told as “required”",
    "unknown_option": "the page offers nothing else",
    "unknown_item": "the page has no such field",
    "not_asked": "told by the line “Only if” of a page without script, of paper and of paper entry",
    "not_offered": "told by the line “First answer” of a page without script, and the page offers nothing else",
    "not_chosen": "told by the line “First answer” and the button “Show only what I chose”",
    "one_only": "a field takes one",
    "twice": "a box is ticked once",
    "other_not_chosen": "the field stands beside its option",
    "too_long": "the field takes no more",
    "rank_twice": "told by “each place once”",
    "rank_place": "told by “each place from 1 to n”",
}


def one(own: dict[str, Any]) -> Survey:
    return survey_with({"name": "q", "text": {"en": "?"}, **own})


def as_on_the_page(kind: str, raw: Any) -> Any:
    """The answer as surveys.js passes it to a rule: numbers as numbers where they are some."""
    number = decimal_number(raw) if kind in ("integer", "decimal") else None
    return raw if number is None else float(number)


@pytest.mark.parametrize(("own", "words", "answers"), CASES)
def test_a_rule_is_told_and_decided_as_the_server_decides(
    own: dict[str, Any], words: list[str], answers: list[Any]
) -> None:
    document = one(own)
    item = document.items[0]
    assert told(document, item, "en") == words
    for raw in answers:
        found = [error.code for error in check(document, {"q": raw}, TODAY).errors]
        page = {OWN: as_on_the_page(own["type"], raw)}
        broken = [rule.code for rule in rules_of(document, item) if not holds(rule.tree, page, TODAY)]
        assert broken[:1] == found, raw


def test_every_type_and_every_rule_is_among_the_cases() -> None:
    assert {own["type"] for own, _, _ in CASES} == set(ITEM_TYPES)
    ruled = {rule.code for own, _, _ in CASES for rule in rules_of(one(own), one(own).items[0])}
    raised = {
        code
        for own, _, answers in CASES
        for raw in [*answers, None]
        for code in [error.code for error in check(one(own), {"q": raw}, TODAY).errors]
    }
    assert ruled <= raised, "each rule is broken by one of the answers"


def codes_in_the_source() -> set[str]:
    """The codes with which the server refuses answers."""
    found = set(PATTERNS)
    for name in ("surveys/item_types.py", "surveys/questionnaire/validation.py", "surveys/questionnaire/values.py"):
        for node in ast.walk(ast.parse((Path(settings.BASE_DIR) / name).read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "InvalidAnswer":
                first = node.args[0]
                found |= {first.value} if isinstance(first, ast.Constant) else set()
    return {str(code) for code in found}


def test_whatever_the_server_refuses_is_told_before() -> None:
    ruled = {rule.code for own, _, _ in CASES for rule in rules_of(one(own), one(own).items[0])}
    assert codes_in_the_source() - ruled == set(OTHERWISE)
    assert {code for pair in PAIRS for code in pair} <= ruled


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (". <= ${a} and . != 5", ["≤ [answer to a]", "≠ 5"]),
        ("today() >= .", ["≤ today’s date"]),
        (". > date('2020-02-29')", ["> 29 February 2020"]),
        (". mod 2 = 0 and . mod 3 = 0", ["a further rule is checked"]),
    ],
)
def test_a_constraint_without_words_is_told_in_signs(rule: str, words: list[str]) -> None:
    own = {"name": "q", "text": {"en": "?"}, "type": "integer", "constraint": parse_condition(rule, own=True)}
    document = survey_with({"name": "a", "type": "integer", "text": {"en": "A?"}}, own)
    assert told(document, document.by_name["q"], "en")[1:] == words


def test_each_text_of_a_rule_is_told_by_some_question(monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[str] = set()
    monkeypatch.setattr("instruments.words.shown", lambda key, language, **values: used.add(key) or key)
    for own, _, _ in CASES:
        document = one(own)
        told(document, document.items[0], "en")
        told_of_options("en")
    assert used | {"rule_further", "rule_today"} == {key for key in WORDS.table if key.startswith("rule_")}


@pytest.fixture
def survey(db: Any) -> SurveyRow:
    items = [{"name": f"q{n}", "text": {"en": f"Question {n}?"}, **own} for n, (own, _, _) in enumerate(CASES)]
    section = {"name": "1", "title": {"en": "S"}, "items": items}
    definition = {"kind": "survey", "title": {"en": "Rules"}, "sections": [section]}
    questionnaire = InstrumentFactory(key="rules", kind="survey", definition=definition)
    return SurveyFactory(questionnaire=questionnaire, languages=sorted(complete_languages()))


def test_the_page_and_the_paper_entry_show_each_rule_beside_its_question(survey: SurveyRow) -> None:
    document = survey.questionnaire.document
    for language in survey.languages:
        page = " ".join(unescape(questions(survey, quotes_of(survey, language, {}))).split())
        for item in document.items:
            start = page.index(f'id="q-{item.name}"')
            shown = page[start : page.find('id="q-', start + 6)]
            parts = [" ".join(part.split()) for part in told(document, item, language)]
            assert not parts or f"({' · '.join(parts)})" in shown, (language, item.name)
            assert shown.count("data-alone") == len(alone_options(document, item))
            if item.constraint_message:
                assert "Even." in shown.split(f'<p class="hint" id="r-{item.name}">')[1][:80]
                assert f'aria-describedby="r-{item.name}"' in shown
            if rules_of(document, item):
                rules = json.loads(shown.split('data-rules="')[1].split(']]"')[0] + "]]")
                assert [tree for tree, _ in rules] == [rule.tree for rule in rules_of(document, item)]
                assert all(text for _, text in rules)
    assert rules_on_paper(document, next(item for item in document.items if getattr(item, "max", 0) == 3)) == [
        "choose 2 to 3",
        "None of these (without other answers)",
        "Don’t know (without other answers)",
    ]
    assert rules_on_paper(document, document.items[-1]) == ["whole number", "Even."]


def test_bounds_and_patterns_are_refused_with_the_message_of_the_questionnaire() -> None:
    own = {"type": "integer", "min": 1, "constraint_message": {"en": "Count yourself.", "fr": "Comptez-vous."}}
    error = check(one(own), {"q": "0"}).errors[0]
    assert error_text(error, "en") == "The number must be at least 1. Count yourself."
    assert error_text(error, "fr").endswith("Comptez-vous.")
    even = one(CASES[-1][0])
    assert error_text(check(even, {"q": "3"}).errors[0], "en") == "Even."


@pytest.mark.parametrize("language", sorted(complete_languages()))
def test_the_note_on_skipping_is_true(language: str) -> None:
    required = {"type": "text", "required": True}
    free = skipping_note(one({"type": "text"}), language)
    some = skipping_note(one(required), language)
    assert len(free) == len(some) == 1
    assert free != some
    assert skipping_note(one({**required, "relevant": ["false"]}), language) == free, "nobody is asked it"
    assert skipping_note(one({"type": "select_one", "options": OPTIONS, "dont_know": True}), language)[:1] == free
    assert len(skipping_note(one({"type": "select_one", "options": OPTIONS, "dont_know": True}), language)) == 2
    if language == "en":
        assert free == ["You can skip any question."]
        assert some == ["You can skip any question that is not marked “required”."]


def test_paper_does_not_speak_of_an_answer_that_it_does_not_offer() -> None:
    document = one({"type": "select_one", "options": OPTIONS, "dont_know": True})
    assert skipping_note_on_paper({"document": document, "language": "en"}) == ["You can skip any question."]
