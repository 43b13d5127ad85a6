"""Earlier answers that are quoted in texts: which may be, and how they read where nobody answers."""

from typing import Any

import pytest

from instruments.schema import DefinitionError, Survey, parse
from instruments.texts import translation_faults


def text(words: str, **others: str) -> dict[str, str]:
    return {"en": words, **others}


def item(name: str, words: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "type": "text", "text": text(words), **fields}


def survey(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    first = {"name": "1", "title": text("First"), "items": [item("1.1", "Who?"), *items]}
    return {"kind": "survey", "title": text("Survey"), "sections": [first], **fields}


def faults(document: dict[str, Any], kind: str = "survey") -> str:
    with pytest.raises(DefinitionError) as caught:
        parse(kind, document)
    return "\n".join(caught.value.faults)


def test_a_quoted_answer_reads_as_its_place_in_each_language():
    both = text("Why {answer:1.1}?", ru="Почему {answer:1.1}?")
    document = parse("survey", survey(item("1.2", "x") | {"text": both}))
    assert isinstance(document, Survey)
    words = document.by_name["1.2"].text
    assert words.translate("en") == str(words) == "Why [answer to 1.1]?"
    assert words.translate("ru") == "Почему [ответ на вопрос 1.1]?"
    assert words.translate("fr") == "Why [answer to 1.1]?"  # in the language of the text
    assert words.fill("ru") == "Почему {answer:1.1}?"
    assert words.quotes == ("1.1",)


def test_quotes_are_listed_with_what_they_stand_in():
    options = [{"name": "a", "text": text("As {answer:1.1} said")}, {"name": "b", "text": text("No")}]
    rows = [{"name": "1.4.1", "type": "select_one", "text": text("{answer:1.2}")}]
    matrix = {"name": "1.4", "type": "matrix", "text": text("{answer:1.1}"), "scale": "s", "rows": rows}
    choice = item("1.2", "Which?", type="select_one", options=options)
    scale = {"name": "s", "points": [{"name": "good", "text": text("Good")}, {"name": "bad", "text": text("Bad")}]}
    hinted = item("1.3", "Where?", hint=text("Not {answer:1.2}"), constraint_message=text("No {answer:1.1}"))
    document = parse("survey", survey(choice, hinted, matrix, scales=[scale]))
    assert isinstance(document, Survey)
    assert document.quotes == {
        "1.2": {"1.1"},
        "1.3": {"1.1", "1.2"},
        "1.4.1": {"1.2"},
        "1.4": {"1.1", "1.2"},
    }


def test_words_beside_an_open_option_can_be_quoted():
    options = [{"name": "o", "text": text("Other"), "open": True}]
    choice = item("1.2", "Which?", type="select_one", options=options)
    assert parse("survey", survey(choice, item("1.3", "{answer:1.2_other}?")))


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (survey(item("1.2", "{answer:1.3}?"), item("1.3", "x")), "item 1.2 quotes the answer to 1.3, which does not"),
        (survey(item("1.2", "{answer:1.2}?")), "item 1.2 quotes the answer to 1.2, which does not come before it"),
        (survey(item("1.2", "{answer:gone}?")), "item 1.2 quotes the answer to gone, which does not come before it"),
        (survey(item("1.2", "x", hint=text("y", ru="{answer:9}"))), "item 1.2 quotes the answer to 9, which does not"),
        (survey(item("1.2", "x", short=text("{answer:1.1}"))), "item 1.2 quotes the answer to 1.1 in short, where no"),
        (survey(title=text("{answer:1.1}")), "only sections and items quote earlier answers"),
        (survey(closing=[{"name": "p", "text": text("{answer:1.1}")}]), "only sections and items quote earlier"),
        (survey(item("1.2", "{answer: 1.1}?")), "quotes an answer wrongly in en: write {answer:CODE}"),
        (survey(item("1.2", "{Answer:1.1}?")), "quotes an answer wrongly in en"),
        (survey(item("1.2", "{answer:1.1?")), "quotes an answer wrongly in en"),
    ],
)
def test_an_answer_that_cannot_be_quoted_is_named(document: dict[str, Any], fault: str):
    assert fault in faults(document)


def test_a_section_quotes_only_what_comes_before_it():
    document = survey()
    later = {"name": "2", "title": text("On {answer:1.1}"), "items": [item("2.1", "x")]}
    assert parse("survey", {**document, "sections": [*document["sections"], later]})
    document["sections"][0]["instruction"] = text("On {answer:1.1}")
    assert "section 1 quotes the answer to 1.1, which does not come before it" in faults(document)


def test_only_surveys_quote_answers():
    guide = {"kind": "interview_guide", "title": text("Guide {answer:1.1}")}
    assert "only a survey quotes earlier answers; take {answer:1.1} out" in faults(guide, "interview_guide")


def test_a_translation_keeps_what_its_source_quotes():
    assert translation_faults("Why {answer:1.1}?", "Почему {answer:1.1}?") == []
    assert "{answer:1.1} is missing" in translation_faults("Why {answer:1.1}?", "Почему?")[0]
    assert "{answer:1.2} is not in the source" in translation_faults("Why?", "Почему {answer:1.2}?")[0]
