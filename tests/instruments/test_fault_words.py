"""Faults of definitions are shown in the language of the member; the texts listed are those that the schema writes."""

from copy import deepcopy
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from django.utils.translation import override

import instruments
from instruments.fault_words import TEXTS, shown_fault, shown_faults, shown_field_faults
from instruments.schema import DefinitionError, parse
from tests.factories import instruments_2016

HERE = Path(instruments.__file__).parent
SOURCES = "".join(path.read_text() for path in HERE.rglob("*.py") if path.name != "fault_words.py")


@pytest.mark.parametrize("text", TEXTS)
def test_each_listed_text_is_one_that_is_written(text: str) -> None:
    """Its longest part between two placeholders is in the program, where what is used twice is a word of its own."""
    longest = max((part[0] for part in Formatter().parse(text)), key=len)
    assert (" is used twice" if text.endswith(" is used twice") else longest) in SOURCES


def test_faults_of_a_definition_are_shown_in_the_language_of_the_member() -> None:
    document: Any = deepcopy(instruments_2016()["survey"])
    item = document["sections"][0]["items"][0]
    item["text"], item["surprise"] = {"en": ""}, 1
    document["sections"][1]["name"] = document["sections"][0]["name"]
    with pytest.raises(DefinitionError) as caught:
        parse("survey", document)
    english = caught.value.faults
    assert any("needs a text in English" in fault for fault in english)
    with override("fr"):
        shown = shown_faults(caught.value)
    assert len(shown) == len(english) >= 3
    assert not set(shown) & set(english)
    for one, other in zip(english, shown, strict=True):
        assert one.split(": ")[0] == other.split(": ")[0] or "survey" in one  # the path is the same


def test_a_fault_that_is_not_listed_is_shown_as_it_is() -> None:
    with override("fr"):
        assert shown_fault("routing: 9 is no section") == "routing: 9 is no section"
        assert shown_field_faults([("name", "Code: is missing")]) == [("name", "Code: manque")]
    assert shown_fault("a › b: is missing") == "a › b: is missing"


@pytest.mark.parametrize(
    ("fault", "french"),
    [
        ("scale s is used twice", "l’échelle s est utilisée deux fois"),
        ("unknown placeholder {stranger} in English (en)", "emplacement {stranger} inconnu en English (en)"),
        ("only a survey quotes earlier answers; take {answer:2.1} out", "; retirez {answer:2.1}"),
        ("a › b: quotes an answer wrongly in English: write {answer:CODE}, with the code of the item", "{answer:CODE}"),
        (
            "matrix 3: has rows of another type: with a scale one answer is chosen, with options several",
            "d’un autre type",
        ),
    ],
)
def test_faults_of_quoted_answers_and_matrices_are_shown_with_what_they_name(fault: str, french: str) -> None:
    with override("fr"):
        assert french in shown_fault(fault)
