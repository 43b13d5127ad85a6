"""Conditions as trees: read from text, written as text, evaluated by the rules of XPath 1.0, put into words."""

import json
import time
from datetime import date
from random import Random
from typing import Any, cast

import pytest

from instruments.logic.evaluate import evaluate, holds
from instruments.logic.grammar import parse, parse_condition
from instruments.logic.rows import view
from instruments.logic.sentence import describe, kinds
from instruments.logic.tree import MOST_CHARACTERS, LogicError, Tree, check, references, replace
from instruments.logic.writing import write
from instruments.schema import Survey
from instruments.schema import parse as parse_definition
from tests.random_trees import ITEMS, TODAY, random_answers, random_condition, random_tree


def asked(text: str, **answers: Any) -> bool:
    return holds(parse_condition(text), answers, TODAY)


def test_equal_on_several_choices_means_only_this_one() -> None:
    assert asked("${m} = 'a'", m=["a"])
    assert not asked("${m} = 'a'", m=["a", "b"])
    assert not asked("${m} = 'a'")
    assert asked("selected(${m}, 'a')", m=["a", "b"])


def test_and_binds_closer_than_or() -> None:
    text = "${a}='y' or ${b}='y' and ${c}='y'"
    assert asked(text, a="y")
    assert not asked(text, b="y")
    assert asked(text, b="y", c="y")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("selected(${q}, ‘yes’)", ["selected", ["item", "q"], ["str", "yes"]]),
        ("${q} == “yes”", ["=", ["item", "q"], ["str", "yes"]]),
        ("${n} ≥ 2", [">=", ["item", "n"], ["num", 2]]),
        ("../n > -1.50", [">", ["item", "n"], ["num", -1.5]]),
        ("NOT (${ n } != .5) AND TRUE()", ["and", ["not", ["!=", ["item", "n"], ["num", 0.5]]], ["true"]]),
        ("FALSE", ["false"]),
        ("yes", ["true"]),
        ("${a} - ${b} - 1 = 0", ["=", ["-", ["-", ["item", "a"], ["item", "b"]], ["num", 1]], ["num", 0]]),
    ],
)
def test_expressions_are_read_as_forms_write_them(text: str, tree: Tree) -> None:
    assert parse_condition(text) == tree


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1" + "+1" * 2_400, "nested too deeply"),
        ("(" * 900 + "1" + ")" * 900, "nested too deeply"),
        ("not(" * 900, "nested too deeply"),
        ("concat(" + ",".join("1" * 500) + ") = 1", "more than 400 parts"),
        ("'" + "a" * MOST_CHARACTERS + "' = ''", "longer than 5000 characters"),
        ("pulldata('a', 'b') = 1", "the function “pulldata” cannot be taken"),
        ("uuid() = 1", "the function “uuid” cannot be taken"),
        ("format-date(today(), '%A') = 'Monday'", "the function “format-date” cannot give “%A”"),
        ("selected-at(${m}, ${n}) = 'a'", "the place in “selected-at” must be a number from 0 to 9"),
        ("round(2.345, 90) = 2", "the decimal places in “round” must be a number from 0 to 6"),
        ("${m} and", "something is missing at its end"),
        ("selected(${m}, 'a') and", "something is missing at its end"),
        ("= =", "cannot be read from “= =”"),
        ("selected(${m})", "“selected” needs 2 in its parentheses, and has 1"),
        ("true(1)", "“true” needs 0 in its parentheses, and has 1"),
        ("concat() = ''", "“concat” needs 1 or more in its parentheses, and has 0"),
        ("${m}", "compare it with something"),
        ("not(${m})", "compare it with something"),
        ("5", "compare it with something"),
        ("age > 5", "write ${age} if it is one"),
        (". > 5", "in constraints only"),
        ("99999999999999999 > 5", "too large"),
        ("  ", "blank"),
        ("data('x') === 1", "cannot be taken"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(LogicError, match=words.replace("$", r"\$").replace("{", r"\{")):
        parse_condition(text)


def test_no_text_is_an_unexpected_error_or_slow() -> None:
    random, signs = (
        Random(7),  # noqa: S311 - the same each time
        ["${a}", "'x'", "(", ")", "and", "or", "not(", "=", "<", "-", ".", "5", ",", "selected(", "\x00", "é"],
    )
    began = time.process_time()
    for _ in range(2_000):
        text = random.choice(["", " "]).join(random.choices(signs, k=random.randint(1, 30)))
        try:
            parse(text, own=True)
        except LogicError:
            continue
    assert time.process_time() - began < 20, "0.3 ms each where it was measured; four times that, and coverage"


def test_written_and_read_again_it_is_the_same_tree() -> None:
    random = Random(3)  # noqa: S311 - the same each time
    for _ in range(3_000):
        tree = random.choice([random_tree, random_condition])(random)
        check(tree, own=True)
        assert parse(write(tree), own=True) == tree == json.loads(json.dumps(tree)), write(tree)


@pytest.mark.parametrize(
    "tree",
    [
        None,
        [],
        "true",
        ["num", "1"],
        ["num", True],
        ["num", float("nan")],
        ["num", 1e300],
        ["str", 1],
        ["str", "'\""],
        ["item", ""],
        ["item", ["a"]],
        ["column", "a"],
        ["own"],
        ["own", 1],
        ["unknown", ["num", 1]],
        ["not"],
        ["not", "a"],
        ["and", ["true"]],
        ["neg", ["num", 1]],
        [["true"]],
        {"item": "a"},
    ],
)
def test_what_is_no_tree_is_refused(tree: Any) -> None:
    with pytest.raises(LogicError):
        check(tree)


def test_a_tree_that_is_too_deep_or_too_large_is_refused() -> None:
    deep: Any = ["true"]
    for _ in range(100_000):
        deep = ["not", deep]
    with pytest.raises(LogicError, match="deeply"):
        check(deep)
    with pytest.raises(LogicError, match="400"):
        check(["or", *[["true"]] * 500])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${blank} = 0", False),
        ("${blank} != 0", True),
        ("${blank} < 1", False),
        ("${blank} = ''", True),
        ("not(${blank} > 1)", True),
        ("'05' = 5", True),
        ("'05' = '5'", False),
        ("today() = '2026-11-29'", True),
        ("today() - 1 = date('2026-11-28')", True),
        ("date('2026-11-28') < today()", True),
        ("date(today() - 29)", "2026-10-31"),
        ("date('2026-02-30')", ""),
        ("5 mod -3", 2.0),
        ("-5 mod 3", -2.0),
        ("1 div 0", float("inf")),
        ("-1 div 0", float("-inf")),
        ("string(0.1 * 0.0000001)", "0.00000001"),
        ("round(-2.5)", -2.0),
        ("int(-2.5)", -2.0),
        ("max(1, ${n})", 12.0),
        ("coalesce(${blank}, 'x')", "x"),
        ("translate('bar', 'abc', 'AB')", "BAr"),
        ("substring-before('a-b', '-')", "a"),
        ("substring-after('a-b', '-')", "b"),
        ("count-selected(${m})", 2.0),
        ("if(${n} > 10, 'many', 'few')", "many"),
    ],
)
def test_the_rules_are_those_of_xpath(text: str, value: Any) -> None:
    assert evaluate(parse(text), {"n": 12, "m": ["a", "b"]}, TODAY) == value


def test_references_come_once_and_in_the_order_of_writing() -> None:
    tree = parse("${b} = 1 or selected(${a}, ${b}) or .= ${c}", own=True)
    assert references(tree) == ("b", "a", "c")


def test_items_are_renamed_and_calculations_put_in() -> None:
    tree = parse("${adult} = 1 and -${n} < 3 and ${other} = ''")
    changed = replace(tree, {"adult": parse("if(${age} >= 18, 1, 0)"), "n": ["num", 4], "other": "2.1"})
    assert write(changed) == "if(${age} >= 18, 1, 0) = 1 and -4 < 3 and ${2.1} = ''"
    assert parse(write(changed)) == changed


def test_a_calculation_that_grows_without_bound_is_refused() -> None:
    def grown() -> Tree:
        tree = parse("${n} + ${n}")
        for _ in range(20):
            tree = replace(tree, {"n": tree})
        return tree

    with pytest.raises(LogicError, match="400"):
        grown()


# -- in words ----------------------------------------------------------------------------------------------------------
def text(words: str) -> dict[str, str]:
    return {"en": words}


@pytest.fixture(scope="module")
def document() -> Survey:
    options = [{"name": name, "text": text(label)} for name, label in (("a", "Apple"), ("b", "Pear"), ("c", "Plum"))]
    items = [
        {"name": "1", "type": "select_one", "text": text("Which fruit?"), "options": options},
        {"name": "2", "type": "select_multiple", "text": text("Which fruits?"), "options": options},
        {"name": "3", "type": "integer", "text": text("How many?")},
        {"name": "4", "type": "date", "text": text("When?")},
        {"name": "5", "type": "text", "text": text("Why? " * 30)},
    ]
    section = {"name": "s", "title": text("Fruit"), "items": items}
    return cast(Survey, parse_definition("survey", {"kind": "survey", "title": text("Fruit"), "sections": [section]}))


SENTENCES = [
    ("${1} = 'a'", "1 “Which fruit?” is “Apple”"),
    ("selected(${1}, 'a') or ${1} = 'b'", "1 “Which fruit?” is “Apple” or “Pear”"),
    ("${1} != 'a'", "1 “Which fruit?” is not “Apple”"),
    ("not(${1} = 'a' or ${1} = 'b')", "1 “Which fruit?” is not “Apple” or “Pear”"),
    ("selected(${2}, 'a')", "2 “Which fruits?” includes “Apple”"),
    ("selected(${2}, 'a') and selected(${2}, 'b')", "2 “Which fruits?” includes “Apple” and “Pear”"),
    ("not(selected(${2}, 'a'))", "2 “Which fruits?” does not include “Apple”"),
    ("${2} = 'a'", "2 “Which fruits?” is only “Apple”"),
    ("count-selected(${2}) > 1", "at least 2 options are chosen in 2 “Which fruits?”"),
    ("count-selected(${2}) = 1", "exactly 1 option is chosen in 2 “Which fruits?”"),
    ("${3} < 18", "3 “How many?” is less than 18"),
    ("18 <= ${3}", "3 “How many?” is 18 or more"),
    ("${4} < today()", "4 “When?” is before the day of answering"),
    ("${4} >= date('2026-01-01')", "4 “When?” is 2026-01-01 or later"),
    ("${3} != ''", "3 “How many?” is answered"),
    ("${4} = ''", "4 “When?” is not answered"),
    (
        "(${1} = 'a' or ${3} > 2) and not(${3} = 5 or ${4} = '')",
        "(1 “Which fruit?” is “Apple” or 3 “How many?” is more than 2) and (not true: 3 “How many?” is 5 or "
        "4 “When?” is not answered)",
    ),
    ("string-length(${5}) > 3 or ${1} = 'a'", "string-length(${5}) > 3 or 1 “Which fruit?” is “Apple”"),
    ("${gone} = 'a'", "${gone} = 'a'"),
    ("false()", "never"),
]


@pytest.mark.parametrize(("expression", "sentence"), SENTENCES)
def test_a_condition_is_a_sentence(document: Survey, expression: str, sentence: str) -> None:
    assert describe(parse_condition(expression), document, "en") == sentence


def test_a_long_text_is_cut_in_a_sentence(document: Survey) -> None:
    sentence = describe(parse_condition("${5} = 'x'"), document, "en")
    assert sentence.startswith("5 “Why? Why?")
    assert sentence.endswith("…” is “x”")
    assert len(sentence) < 80


@pytest.mark.parametrize("expression", [expression for expression, _ in SENTENCES])
def test_a_condition_in_the_editor_has_the_same_meaning_as_its_tree(document: Survey, expression: str) -> None:
    tree, kind_of = parse_condition(expression), kinds(document)
    again = view(tree, kind_of).tree(kind_of)
    random = Random(5)  # noqa: S311 - the same each time
    for _ in range(200):
        answers = {
            "1": random.choice(["a", "b", "c"]),
            "2": random.sample("abc", random.randint(1, 3)),
            "3": random.choice([0, 2, 5, 18]),
            "4": random.choice(["2026-01-01", "2025-12-31", "2026-11-29"]),
            "5": random.choice(["", "four"]),
        }
        answers = {code: answer for code, answer in answers.items() if random.random() < 0.8}
        assert holds(again, answers, TODAY) == holds(tree, answers, TODAY)


def test_random_conditions_survive_the_editor(document: Survey) -> None:
    random = Random(11)  # noqa: S311 - the same each time
    kind_of = {"a": "one", "2.1": "one", "m": "several", "n": "number", "d": "day", "t": "words"}.get
    for _ in range(1_500):
        tree = random.choice([random_tree, random_condition])(random)
        again = view(tree, kind_of).tree(kind_of)  # type: ignore[arg-type]
        assert again is not None
        for _ in range(3):
            answers = random_answers(random)
            if isinstance(answers.get("a"), str):
                assert holds(again, answers, TODAY) == holds(tree, answers, TODAY), write(tree)
    assert set(ITEMS) == {"a", "2.1", "m", "n", "d", "t"}


@pytest.mark.parametrize(
    ("text", "answers", "value"),
    [
        (". <= now()", {".": "2026-11-30"}, True),
        ("decimal-date-time(.) <= decimal-date-time(today())", {".": "2026-12-01"}, False),
        ("int(format-date(., '%Y%m%d')) > 19190101", {".": "1919-01-02"}, True),
        ("int(format-date(., '%Y%m%d')) > 19190101", {".": "1918-12-31"}, False),
        ("format-date(., '%d/%m/%Y') = '02/01/1919'", {".": "1919-01-02"}, True),
        ("number(format-date(today(), '%Y')) - ${born} >= 18", {"born": 2009}, False),
        ("number(format-date(today(), '%Y')) - ${born} >= 18", {"born": 2008}, True),
        ("selected-at(${m}, 0) = 'a'", {"m": ["a", "b"]}, True),
        ("selected-at(${m}, 1) = 'b'", {"m": ["a", "b"]}, True),
        ("selected-at(${m}, 2) = ''", {"m": ["a", "b"]}, True),
        ("round(${n}, 1) = 2.3", {"n": 2.345}, True),
        ("sum(${n}) = 0", {}, True),
        ("sum(${n}) > 3", {"n": 4}, True),
        ("indexed-repeat(${n}, ${people}, 1) = 4", {"n": 4}, True),
        ("position(..) = 1", {}, True),
    ],
)
def test_functions_of_xlsform_are_read_as_simpler_ones(text: str, answers: dict[str, object], value: bool) -> None:
    tree = parse(text, own=True)
    assert holds(tree, answers, date(2026, 11, 30)) is value
    assert parse(write(tree), own=True) == tree
