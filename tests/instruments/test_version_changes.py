"""Two versions of a questionnaire compared question by question."""

import copy
from typing import Any

import pytest

from instruments.schema import Survey, parse
from instruments.version_changes import item_changes, joined_codes


def text(words: str, **more: str) -> dict[str, str]:
    return {"en": words, **more}


def options(*names: str, **words: str) -> list[dict[str, Any]]:
    return [{"name": name, "text": text(words.get(name, f"Option {name}"))} for name in names]


BASE: dict[str, Any] = {
    "kind": "survey",
    "title": text("Survey"),
    "scales": [{"name": "s", "points": options("bad", "good"), "favourable": "last"}],
    "sections": [
        {
            "name": "1",
            "title": text("One"),
            "items": [
                {
                    "name": "1.1",
                    "type": "select_one",
                    "text": text("Which of these is true?"),
                    "options": options("a", "b"),
                },
                {"name": "1.2", "type": "select_multiple", "text": text("Which ones?"), "choices_of": "1.3"},
                {"name": "1.4", "type": "integer", "text": text("How many people work here?"), "min": 0, "max": 9},
                {
                    "name": "1.5",
                    "type": "rank",
                    "text": text("Order these"),
                    "options": options("a", "b", "c"),
                    "ranks": 2,
                },
                {
                    "name": "1.6",
                    "type": "matrix",
                    "text": text("How good is"),
                    "scale": "s",
                    "rows": [{"name": "1.6.1", "type": "select_one", "text": text("the work?")}],
                },
            ],
        }
    ],
}
BASE["sections"][0]["items"].insert(
    1, {"name": "1.3", "type": "select_multiple", "text": text("Choose"), "options": options("x", "y")}
)


def document(definition: dict[str, Any]) -> Survey:
    found = parse("survey", definition)
    assert isinstance(found, Survey)
    return found


def compared(change: Any) -> dict[str, Any]:
    after = copy.deepcopy(BASE)
    items = {entry["name"]: entry for entry in after["sections"][0]["items"]}
    change(after, items)
    return {row.code: row for row in item_changes(document(BASE), document(after))}


def kinds(found: dict[str, Any]) -> dict[str, str]:
    return {code: row.kind for code, row in found.items() if row.kind != "same"}


def test_a_copy_is_the_same() -> None:
    assert kinds(compared(lambda after, items: None)) == {}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda after, items: items["1.1"].update(text=text("Which of these is right?")), {"1.1": "wording"}),
        (lambda after, items: items["1.1"].update(hint=text("One only")), {"1.1": "wording"}),
        (lambda after, items: items["1.1"].update(options=options("a", "b", "c")), {"1.1": "more_options"}),
        (lambda after, items: items["1.1"].update(options=options("b", "a")), {"1.1": "rules"}),
        (lambda after, items: items["1.1"].update(required=True), {"1.1": "rules"}),
        (lambda after, items: items["1.4"].update(max=99), {"1.4": "rules"}),
        (lambda after, items: items["1.1"]["options"][0].update(open=True), {"1.1": "rules"}),
        (lambda after, items: items["1.1"].update(options=options("a", "c")), {"1.1": "another"}),
        (lambda after, items: items["1.1"].update(type="select_multiple"), {"1.1": "another"}),
        (lambda after, items: items["1.4"].update(type="text", min=None, max=None), {"1.4": "another"}),
        (lambda after, items: items["1.5"].update(ranks=3), {"1.5": "another"}),
        (lambda after, items: items["1.5"].update(options=options("a", "b", "c", "d")), {"1.5": "another"}),
        (lambda after, items: items["1.4"].update(profile="age"), {"1.4": "another"}),
        (
            lambda after, items: items["1.3"].update(options=options("x", "y", "z")),
            {"1.3": "more_options", "1.2": "more_options"},
        ),
        (lambda after, items: items["1.6"].update(text=text("How good do you think is")), {"1.6.1": "wording"}),
        (lambda after, items: after["scales"][0].update(points=options("bad", "fair", "good")), {"1.6.1": "another"}),
        (lambda after, items: after["scales"][0].update(points=options("good", "bad")), {"1.6.1": "another"}),
        (lambda after, items: after["sections"][0]["items"].remove(items["1.4"]), {"1.4": "removed"}),
        (
            lambda after, items: after["sections"][0]["items"].append(
                {"name": "1.7", "type": "text", "text": text("Why?")}
            ),
            {"1.7": "added"},
        ),
    ],
)
def test_each_change_is_classified(change: Any, expected: dict[str, str]) -> None:
    found = compared(change)
    assert kinds(found) == expected
    assert all(row.details for row in found.values() if row.kind in ("another", "wording", "rules", "more_options"))


def test_exchanged_labels_are_doubtful_in_each_language() -> None:
    found = compared(lambda after, items: items["1.1"].update(options=options("a", "b", a="Option b", b="Option a")))
    assert found["1.1"].kind == "wording"
    assert len(found["1.1"].doubts) == 2
    assert "option a now has the words of option b" in found["1.1"].doubts[0]

    before, after = copy.deepcopy(BASE), copy.deepcopy(BASE)
    for definition, words in ((before, ("да", "нет")), (after, ("нет", "да"))):
        for option, russian in zip(definition["sections"][0]["items"][0]["options"], words, strict=True):
            option["text"]["ru"] = russian
    changed = {row.code: row for row in item_changes(document(before), document(after))}["1.1"]
    assert (changed.kind, len(changed.doubts)) == ("wording", 2)
    assert "In Russian" in changed.doubts[0]


def test_a_wholly_different_wording_is_doubtful() -> None:
    found = compared(lambda after, items: items["1.4"].update(text=text("Is corruption reported to anybody outside?")))
    assert (found["1.4"].kind, len(found["1.4"].doubts)) == ("wording", 1)
    assert (
        compared(lambda after, items: items["1.4"].update(text=text("How many persons work here?")))["1.4"].doubts == ()
    )


def test_the_log_gets_codes_only() -> None:
    after = copy.deepcopy(BASE)
    after["sections"][0]["items"][0]["text"] = text("Which of these is right?")
    assert joined_codes(item_changes(document(BASE), document(after))) == {"wording": ["1.1"]}
