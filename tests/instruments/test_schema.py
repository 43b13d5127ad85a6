"""A definition is accepted whole or refused with every error, each with its path in plain words."""

import copy
import datetime
from typing import Any

import pytest

from instruments.logic.grammar import parse_condition
from instruments.schema import DefinitionError, Text, parse
from instruments.schema import items as item_types
from tests.factories import instruments_2016


def text(words: str) -> dict[str, str]:
    return {"en": words}


def survey(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "kind": "survey",
        "title": text("T"),
        "sections": [{"name": "1", "title": text("S"), "items": list(items)}],
        **more,
    }


def item(name: str = "1.1", type: str = "text", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type, "text": text("Q"), **more}


def options(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "text": text(name)} for name in names]


SCALE = {"name": "easy", "points": options("yes", "no"), "favourable": "first", "dont_know": text("?")}
MATRIX = {"name": "3", "type": "matrix", "text": text("M"), "scale": "easy", "rows": [item("3.1", "select_one")]}


def faults(kind: str, document: Any) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        parse(kind, document)
    return caught.value.faults


CODE = "must be a code of up to 40 letters, digits, dots, dashes and underscores"
TODAY = datetime.date(2026, 11, 29)
FOREIGN = "does not belong to an item of this type; remove it, or choose another type"
TYPES = "select_one, select_multiple, rank, text, integer, decimal, date, rating, acknowledge, matrix"
AT = "sections › 1 › items › 1.1"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, ["document: must be a map of fields"]),
        ([], ["document: must be a map of fields"]),
        ({}, ["kind: is missing", "title: is missing", "sections: is missing"]),
        (survey(item(), item()), ["survey: item 1.1 is used twice"]),
        (survey({**MATRIX}, item("3.1"), scales=[SCALE]), ["survey: item 3.1 is used twice"]),
        (
            survey(
                item("1.1", "select_one", options=[*options("a"), {**options("b")[0], "open": True}]), item("1.1_other")
            ),
            ["survey: item 1.1_other has the code of the free text beside 1.1; give it another"],
        ),
        (survey(MATRIX), ["survey: item 3 uses scale easy, which is not defined"]),
        (survey(MATRIX, scales=[SCALE, SCALE]), ["survey: scale easy is used twice"]),
        (survey(item(type="rank", ranks=1)), [f"{AT}: ranks nothing: it needs options"]),
        (
            survey(item(type="rank", options=options("a", "b"), ranks=3)),
            [f"{AT}: needs `ranks`, at most as many as it has options"],
        ),
        (survey(item(type="select_one")), ["survey: item 1.1 needs options"]),
        (survey(item(type="select_multiple")), ["survey: item 1.1 needs options"]),
        (survey(item(options=options("a"))), [f"{AT} › options: {FOREIGN}"]),
        (survey(item(type="select_one", options=options("a", "a"))), [f"{AT}: option a is used twice"]),
        (
            survey(item(type="select_multiple", options=options("a"), min=2)),
            [f"{AT}: asks for more choices than it has options"],
        ),
        (survey(item(type="integer", min=3, max=2)), [f"{AT}: min is larger than max"]),
        (survey(item(type="photo")), [f"{AT} › type: must be one of {TYPES}"]),
        (survey({"name": "1.1", "text": text("Q")}), [f"{AT} › type: is missing"]),
        (survey(item(type="decimal", min=2.5, max=2.25)), [f"{AT}: min is larger than max"]),
        (
            survey(item(type="decimal", places=1, max=2.25)),
            [f"{AT}: max has more than 1 digits after the decimal sign"],
        ),
        (survey(item(type="rating", max=11)), [f"{AT}: needs two to 11 numbers from min to max"]),
        (survey(item(type="rating", min=10)), [f"{AT}: needs two to 11 numbers from min to max"]),
        (survey(item(type="decimal", min="few")), [f"{AT} › min: must be a number, such as 2.5"]),
        (survey(item(type="decimal", min=True)), [f"{AT} › min: must be a number, such as 2.5"]),
        (survey(item(type="decimal", min=float("nan"))), [f"{AT} › min: must be a number, such as 2.5"]),
        (survey(item(type="decimal", places=7)), [f"{AT} › places: must be 6 or less"]),
        (survey(item(type="date", min="2026-02-30")), [f"{AT} › min: must be a date such as 2026-03-31"]),
        (survey(item(type="date", min=20260131)), [f"{AT} › min: must be a date such as 2026-03-31"]),
        (survey(item(type="date", min="2026-03-31", max="2026-03-30")), [f"{AT}: min is later than max"]),
        (
            survey(item(type="select_one", options=options("a", "dont_know"), dont_know=True)),
            [f"{AT}: has dont_know twice; keep it as an option, or beside the options"],
        ),
        (survey(item(type="integer", min=-1)), [f"{AT} › min: must be 0 or more"]),
        (survey(item(type="integer", min="few")), [f"{AT} › min: must be a whole number"]),
        (
            survey(item(type="integer", min=10**30)),
            [f"{AT} › min: must be 1000000000 or less"],
        ),
        (survey(item(ranks=1)), [f"{AT} › ranks: {FOREIGN}"]),
        (
            survey(item(type="select_one", options=options("a"), source="countries")),
            [f"{AT}: takes its options from more than one place; keep one of options, source, choices_of, scale"],
        ),
        (
            survey(item(type="select_one", choices_of="1.2"), item("1.2", "select_one", options=options("a"))),
            ["survey: item 1.1 depends on 1.2, which does not come before it"],
        ),
        (
            survey(item(), item("1.2", "select_one", choices_of="1.1")),
            ["survey: item 1.2 depends on 1.1, which offers no options"],
        ),
        (  # a circle: each would have to come before the other
            survey(
                item("1.1", "select_one", options=options("a"), relevant={"item": "1.2", "options": ["a"]}),
                item("1.2", "select_one", options=options("a"), relevant={"item": "1.1", "options": ["a"]}),
            ),
            ["survey: item 1.1 depends on 1.2, which does not come before it"],
        ),
        (
            survey(item(relevant={"item": "1.1", "options": ["a"]})),
            ["survey: item 1.1 depends on 1.1, which does not come before it"],
        ),
        (
            survey(
                item("1.1", "select_one", options=options("a")),
                item("1.2", relevant={"item": "1.1", "options": ["a", "z"]}),
            ),
            ["survey: item 1.2 depends on option z of 1.1, which does not exist"],
        ),
        (survey(item(), item("1.2", profile="sex"), item("1.3", profile="sex")), ["survey: profile sex is used twice"]),
        (survey(item(text={"az": "X"})), [f"{AT} › text: needs a text in English (en)"]),
        (survey(item(text={"en": " "})), [f"{AT} › text: needs a text in English (en)"]),
        (survey(item(text="Q")), [f'{AT} › text: must be a map of languages, such as {{"en": "..."}}']),
        (survey(item(text={"en": 5})), [f"{AT} › text › en: must be text; put it in quotes"]),
        (
            survey(item(text={"en": "In {town} and {street}", "az": "{x}"})),
            [
                f"{AT} › text: unknown placeholder {{street}} in en",
                f"{AT} › text: unknown placeholder {{town}} in en",
                f"{AT} › text: unknown placeholder {{x}} in az",
            ],
        ),
        (survey(item(text={"en": "a\x00"})), [f"{AT} › text: holds a control character in en"]),
        (survey(item(text={"en": "a", "?!": "b"})), [f"{AT} › text: '?!' is no language code"]),
        (survey(item(text={"en": "a" * 6000})), [f"{AT} › text: is longer than 5000 characters in en"]),
        (
            survey(item(colour="red")),
            [f"{AT} › colour: is not a field of this definition; remove it or correct its name"],
        ),
        (
            survey(item(name="a b")),
            [f"sections › 1 › items › a b › name: {CODE}"],
        ),
        (survey(item(name=1)), ["sections › 1 › items › 1 › name: must be text; put it in quotes"]),
        (
            survey({**MATRIX, "rows": [item("3.1", "text")]}, scales=[SCALE]),
            [
                "sections › 1 › items › 3 › rows › 3.1 › type: "
                "the type of a row of a matrix must be select_one or select_multiple"
            ],
        ),
        (
            survey({**MATRIX, "rows": [item("3.1", "select_one", options=options("a"))]}, scales=[SCALE]),
            ["survey: item 3.1 is a row of a matrix, which gives it its options"],
        ),
        (
            survey(item(), scales=[{**SCALE, "neutral": "maybe"}]),
            ["scales › easy: neutral point maybe is not one of its points"],
        ),
        (
            survey(item(), scales=[{**SCALE, "points": options("a", "dont_know")}]),
            ["scales › easy: point dont_know is used twice"],
        ),
        (survey(), ["sections › 1 › items: is empty"]),
    ],
)
def test_survey_faults(document: Any, expected: list[str]) -> None:
    assert faults("survey", document) == expected


@pytest.mark.parametrize(
    ("fields", "cls"),
    [
        ({"type": "select_one", "options": options("a"), "min": 1, "max": 1}, item_types.SelectOneItem),
        ({"type": "select_one", "options": options("a"), "ranks": None}, item_types.SelectOneItem),
        ({"type": "rank", "options": options("a"), "ranks": 1, "source": None, "max": 1}, item_types.RankItem),
        ({"type": "text", "options": [], "scale": None, "choices_of": None, "min": 3}, item_types.TextItem),
        ({"type": "integer", "options": [], "hint": None, "min": None}, item_types.IntegerItem),
    ],
)
def test_item_published_before_types_had_their_own_fields(fields: dict[str, Any], cls: type) -> None:
    document: Any = parse("survey", survey({"name": "1.1", "text": text("Q"), **fields}))
    assert type(document.items[0]) is cls
    assert not hasattr(document.items[0], "min") or document.items[0].min is None


CHOICES = {
    "name": "4",
    "type": "matrix",
    "text": text("Who?"),
    "options": [*options("a", "b"), {**options("c")[0], "exclusive": True}],
}


def test_rows_of_a_matrix_of_several_choices_have_its_options() -> None:
    rows = [item("4.1", "select_multiple"), item("4.2", "select_multiple", max=2, dont_know=False)]
    document: Any = parse("survey", survey({**CHOICES, "rows": rows}))
    assert [[option.name for option in document.options(row)] for row in document.items] == [["a", "b", "c"]] * 2
    assert [bool(document.dont_know(row)) for row in document.items] == [True, False]
    assert set(document.items[0].exclusive_options) == {"c"}
    assert [str(column) for column in document.columns(document.sections[0].items[0])] == ["a", "b", "c"]
    assert document.scale_of(document.items[0]) is None


@pytest.mark.parametrize(
    ("changes", "rows", "fault"),
    [
        ({"options": []}, ["select_multiple"], "needs a scale, or options of which several may be chosen"),
        ({"scale": "easy"}, ["select_one"], "needs a scale, or options of which several may be chosen"),
        (
            {},
            ["select_one", "select_multiple"],
            "has rows of another type: with a scale one answer is chosen, with options several",
        ),
        (
            {"options": [{**options("a")[0], "open": True}]},
            ["select_multiple"],
            "has an option that asks for free text or is not always offered; ask a question of its own",
        ),
        ({"options": options("a", "a")}, ["select_multiple"], "option a is used twice"),
    ],
)
def test_faults_of_a_matrix_of_several_choices(changes: dict[str, Any], rows: list[str], fault: str) -> None:
    named = [item(f"4.{number}", kind) for number, kind in enumerate(rows, start=1)]
    assert faults("survey", survey({**CHOICES, **changes, "rows": named}, scales=[SCALE])) == [
        f"sections › 1 › items › 4: {fault}"
    ]


def test_a_row_asks_for_no_more_choices_than_its_matrix_has() -> None:
    found = faults("survey", survey({**CHOICES, "rows": [item("4.1", "select_multiple", min=4)]}))
    assert found == ["sections › 1 › items › 4: row 4.1 asks for more choices than there are options"]


def test_date_and_decimal_have_bounds() -> None:
    document: Any = parse(
        "survey",
        survey(
            item("1.1", "decimal", min=-2, max=2.125, places=3),
            item("1.2", "date", min="2026-01-31"),
            item("1.3", "date"),
        ),
    )
    size, day, open_day = document.items
    assert (size.min, size.max, size.places) == (-2.0, 2.125, 3)
    assert (day.min, day.max, open_day.min) == (datetime.date(2026, 1, 31), None, None)


def test_scale_has_a_favourable_end_only_if_one_was_given() -> None:
    scales = [SCALE, {**SCALE, "name": "up", "favourable": "last"}, {"name": "plain", "points": options("sd", "sa")}]
    document: Any = parse("survey", survey(item(), scales=scales))
    assert [scale.favourable for scale in document.scales] == ["first", "last", None]
    assert [scale.from_favourable for scale in document.scales] == [("yes", "no"), ("no", "yes"), ("sd", "sa")]
    assert document.scales[2].dont_know is None


def test_dont_know_is_offered_as_the_author_chose() -> None:
    chosen = [
        item("1.1", "select_one", options=options("a")),
        item("1.2", "select_one", options=options("a"), dont_know=False),
        item("1.3", "select_one", options=options("a"), required=True),
        item("1.4", "select_one", options=options("a"), required=True, dont_know=text("No idea")),
        item("1.5", "select_multiple", options=options("a"), max=1),
        item("1.6", "select_multiple", options=options("a")),
        item("1.7", "select_one", scale="easy"),
        item("1.8", "select_one", scale="plain"),
        item("1.9", "date"),
    ]
    document: Any = parse("survey", survey(*chosen, scales=[SCALE, {"name": "plain", "points": options("sd", "sa")}]))
    assert [str(document.dont_know(each)) for each in document.items] == [
        *("True", "False", "False", "No idea", "False", "True", "?", "False", "False"),
    ]


def test_all_faults_come_at_once() -> None:
    broken = survey(item(text={}), item(), item("1.2", "rank"), {**MATRIX, "scale": "none"})
    assert faults("survey", broken) == [
        f"{AT} › text: needs a text in English (en)",
        "sections › 1 › items › 1.2: ranks nothing: it needs options",
        "survey: item 1.1 is used twice",
        "survey: item 3 uses scale none, which is not defined",
    ]


def changed(kind: str, change: Any) -> list[str]:
    document = copy.deepcopy(instruments_2016()[kind])
    change(document)
    return faults(kind, document)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d["sections"].pop(), ["routing: 8 is no section"]),
        (lambda d: d["routing"]["always"].remove("7"), ["routing: leaves section 7 out"]),
        (lambda d: d["routing"]["always"].append("2"), ["routing: section 2 is used twice"]),
        (lambda d: d["routing"].update(min=3, max=2), ["routing: min is larger than max"]),
        (
            lambda d: d["routing"].update(max=6),
            ["routing: max is larger than the number of sections to choose from"],
        ),
        (lambda d: d["routing"]["decide_from"].append("9.9"), ["routing: decides from 9.9, which is no question"]),
        (
            lambda d: d["sections"][0]["questions"].append(d["sections"][0]["questions"][0]),
            ["interview guide: question 1.1 is used twice"],
        ),
        (lambda d: d.pop("routing"), ["routing: is missing"]),
    ],
)
def test_guide_faults(change: Any, expected: list[str]) -> None:
    assert changed("interview_guide", change) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda d: d["categories"][0]["criteria"][0]["cells"].reverse(),
            ["categories › 1 › criteria › 1.1: needs the cells F1, F2, O1, O2, in this order"],
        ),
        (
            lambda d: d["categories"][1].update(criteria=d["categories"][0]["criteria"]),
            [f"indicator matrix: criterion 1.{n} is used twice" for n in range(1, 6)],
        ),
        (
            lambda d: d["categories"][0]["criteria"][0]["survey"].append("3.1.1"),
            ["indicator matrix: criterion 1.1: survey link 3.1.1 is used twice"],
        ),
    ],
)
def test_matrix_faults(change: Any, expected: list[str]) -> None:
    assert changed("indicators", change) == expected


def test_unknown_kind() -> None:
    assert faults("poem", {}) == ["kind: 'poem' is none of interview_guide, survey, indicators"]


def test_text_is_in_its_language_or_english_with_placeholders_filled() -> None:
    text = Text({"en": "In {country} by {deadline}", "ka": " ", "az": "{country} daxilində"})
    assert text.translate("az", country="Georgia") == "Georgia daxilində"
    assert text.translate("ka", country="Georgia", deadline="") == "In Georgia by {deadline}"
    assert (text.language_for("ka"), text.language_for("az")) == ("en", "az")


def test_item_is_asked_only_where_it_is_relevant() -> None:
    document: Any = parse(
        "survey",
        survey(
            item("1.1", "select_multiple", options=options("a", "b")),
            item("1.2", relevant={"item": "1.1", "options": ["b"]}),
        ),
    )
    asked = document.by_name["1.2"]
    answers = [{}, {"1.1": ["a"]}, {"1.1": ["a", "b"]}, {"1.1": "b"}, {"1.1": None}]
    assert [document.is_relevant(asked, each, TODAY) for each in answers] == [False, False, True, True, False]
    assert document.is_relevant(document.by_name["1.1"], {}, TODAY) is True


def test_conditions_of_versions_published_before_there_were_trees_are_read_as_trees() -> None:
    old = item("1.2", relevant={"item": "1.1", "options": ["a", "b"]})
    document: Any = parse("survey", survey(item("1.1", "select_one", options=options("a", "b")), old))
    chosen = [["selected", ["item", "1.1"], ["str", name]] for name in "ab"]
    assert document.by_name["1.2"].relevant == ["or", *chosen]
    assert old["relevant"] == {"item": "1.1", "options": ["a", "b"]}


def condition(expression: str) -> list[Any]:
    return parse_condition(expression)


def nested(**conditions: str) -> Any:
    """Sections A and B; in B an item, a matrix with a row, and an item; with conditions on any of them."""
    own = {name: {"relevant": condition(expression)} for name, expression in conditions.items()}
    matrix = {**MATRIX, **own.get("3", {}), "rows": [item("3.1", "select_one", **own.get("3.1", {}))]}
    sections = [
        {"name": "A", "title": text("A"), "items": [item("x", "integer"), item("y", "integer"), item("z", "integer")]},
        {"name": "B", "title": text("B"), "items": [matrix, item("q", **own.get("q", {}))], **own.get("B", {})},
    ]
    return survey(scales=[SCALE]) | {"sections": sections}


def test_conditions_of_sections_matrices_and_rows_add_up() -> None:
    document: Any = parse("survey", nested(**{"B": "${x} = 1", "3": "${y} = 2", "3.1": "${z} = 3", "q": "${z} > 3"}))
    row, last = document.by_name["3.1"], document.by_name["q"]
    assert document.depends_on(row) == ("x", "y", "z")
    assert document.is_relevant(row, {"x": 1, "y": 2, "z": 3}, TODAY)
    assert not any(document.is_relevant(row, {"x": 1, "y": 2, "z": 3} | {code: 9}, TODAY) for code in ("x", "y", "z"))
    assert document.depends_on(last) == ("x", "z")
    assert not document.is_relevant(last, {"z": 4}, TODAY)
    assert document.is_relevant(last, {"x": 1, "z": 4}, TODAY)
    assert document.depends_on(document.by_name["x"]) == ()


@pytest.mark.parametrize(
    ("conditions", "fault"),
    [
        ({"B": "${q} = 'a'"}, "survey: section B depends on q, which does not come before it"),
        ({"3": "${3.1} = 'yes'"}, "survey: item 3 depends on 3.1, which does not come before it"),
        ({"q": "${3.1} = 'maybe'"}, "survey: item q depends on option maybe of 3.1, which does not exist"),
        ({"q": "'maybe' != ${3.1}"}, "survey: item q depends on option maybe of 3.1, which does not exist"),
        ({"q": "selected(${x}, 'a')"}, "survey: item q depends on x, which offers no options"),
    ],
)
def test_a_condition_refers_to_what_was_asked_before(conditions: dict[str, str], fault: str) -> None:
    assert faults("survey", nested(**conditions)) == [fault]


@pytest.mark.parametrize(
    ("relevant", "words"),
    [
        ({"item": "x"}, "needs an item and options, and nothing else"),
        ({"item": "x", "options": []}, "needs at least one option"),
        (["item", "x"], "is a value, and does not say when it holds; compare it with something"),
        (["=", ["item", "x"]], "“=” needs 2 in its parentheses, and has 1"),
        (["own"], "“.”, the answer itself, has a meaning in constraints only"),
        ("x = 1", "a part of the condition is no list that begins with an operator"),
        (5, "a part of the condition is no list that begins with an operator"),
    ],
)
def test_what_is_no_condition_is_refused_in_words(relevant: Any, words: str) -> None:
    document = nested()
    document["sections"][1]["relevant"] = relevant
    assert faults("survey", document) == [f"sections › B › relevant: {words}"]


def test_a_condition_may_use_the_words_beside_an_option_and_dont_know() -> None:
    opened = item("1.1", "select_one", options=[*options("a"), options("o")[0] | {"open": True}])
    document: Any = parse(
        "survey", survey(opened, item("1.2", relevant=condition("${1.1_other} != '' or ${1.1} = 'dont_know'")))
    )
    asked = document.by_name["1.2"]
    assert document.is_relevant(asked, {"1.1": "o", "1.1_other": "words"}, TODAY)
    assert document.is_relevant(asked, {"1.1": "dont_know"}, TODAY)
    assert not document.is_relevant(asked, {"1.1": "o"}, TODAY)
