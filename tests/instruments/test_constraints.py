"""The page on which it is chosen from lists which answers are allowed, and said in each language."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from instruments.logic.evaluate import OWN, holds
from instruments.logic.grammar import parse_condition
from instruments.logic.sentence import allowed_only_if
from instruments.logic.writing import write
from instruments.models import Instrument
from instruments.paths import entry_mark
from instruments.services.entries import add_entry, change_entry
from tests.factories import UserFactory
from tests.instruments.test_conditions import draft, editor, entry, owner, rows, url  # noqa: F401

pytestmark = pytest.mark.django_db
NUMBER = "sections/2/items/2.a"


@pytest.fixture
def number(draft: Instrument) -> Instrument:  # noqa: F811
    """A draft with two numbers, 2.a and before it 2.0."""
    for code, after in (("2.0", None), ("2.a", "2.0")):
        item = {"name": code, "type": "integer", "text": {"en": f"How many {code}?", "fr": "Combien ?"}}
        add_entry(draft=draft, path="sections/2/items", entry=item, after=after or "2.6", by=UserFactory())
    return draft


def post(editor: Client, draft: Instrument, do: str, *parts: dict[str, Any], **more: Any) -> Any:  # noqa: F811
    data = {"was": entry_mark(entry(draft, NUMBER)), "_do": do} | rows(*parts) | more
    return editor.post(url("entry_constraint", draft, NUMBER), data)


EVEN = {"item": "2.a", "operator": ">", "against": "item 2.0"}
WORDS = {"message-en": "More than in 2.0.", "message-fr": "Plus qu’en 2.0."}


def test_entry_constraint_is_chosen_from_lists_and_shown_as_a_sentence(editor: Client, number: Instrument) -> None:  # noqa: F811
    page = editor.get(url("entry_constraint", number, NUMBER))
    part = page.context["form"].root.parts[0]
    assert part.item == "2.a"
    operators = [name for name, _label in page.context["form"].fields(part)["operators"]]
    assert operators == ["=", "!=", "<", "<=", ">", ">="], "an answer is given where a constraint is asked"
    assert post(editor, number, "save", EVEN, **WORDS).status_code == 302
    stored = entry(number, NUMBER)
    assert write(stored["constraint"]) == ". > ${2.0}"
    assert {code: stored["constraint_message"][code] for code in ("en", "fr")} == {
        "en": "More than in 2.0.",
        "fr": "Plus qu’en 2.0.",
    }
    sentence = "Allowed only if 2.a “How many 2.a?” is more than 2.0 “How many 2.0?”."
    document: Any = Instrument.objects.get(pk=number.pk).document
    assert allowed_only_if(document.by_name["2.a"], document, "en") == sentence
    for name in ("entry_edit", "entry_constraint"):
        html = " ".join(editor.get(url(name, number, NUMBER)).content.decode().split())
        assert "2.a “How many 2.a?” is more than 2.0 “How many 2.0?”." in html
    again = editor.get(url("entry_constraint", number, NUMBER)).context["form"].root.parts
    assert [(part.item, part.operator, part.against) for part in again] == [("2.a", ">", "item 2.0")]


def test_a_constraint_needs_words_and_loses_nothing_without_them(editor: Client, number: Instrument) -> None:  # noqa: F811
    page = post(editor, number, "save", {**EVEN, "against": "", "value": "5"}, **{"message-fr": "Plus de 5."})
    assert page.context["faults"] == [("message-en", "Write which answers are allowed: respondents read it first.")]
    assert 'value="Plus de 5."' in page.content.decode()
    assert "constraint" not in entry(number, NUMBER)
    post(editor, number, "save", {**EVEN, "against": "", "value": "5"}, **{"message-en": "More than 5."})
    stored = entry(number, NUMBER)
    assert [holds(stored["constraint"], {OWN: answer}, date.min) for answer in (5, 6)] == [False, True]
    post(editor, number, "save", **{"message-en": ""})
    assert not {"constraint", "constraint_message"} & set(entry(number, NUMBER))


def test_what_lists_cannot_show_stays_as_a_sentence(editor: Client, number: Instrument) -> None:  # noqa: F811
    rule = parse_condition(". mod 2 = 0 and . >= 4", own=True)
    was = entry(number, NUMBER)
    becomes = was | {"constraint": rule, "constraint_message": {"en": "Even."}, "unapplied": "regex(., '[0-8]+')"}
    change_entry(draft=number, path=NUMBER, was=was, becomes=becomes, by=UserFactory())
    page = editor.get(url("entry_constraint", number, NUMBER))
    root = page.context["form"].root
    assert [part.kind for part in root.parts] == ["kept", "row"]
    html = page.content.decode()
    assert "${2.a} mod 2 = 0" in html
    assert "regex(., &#x27;[0-8]+&#x27;)" in html
    data = {"was": entry_mark(becomes), "_do": "save", "message-en": "Even, from 4."}
    data |= {"c-join": "all", "c-count": "2", "c-0-kind": "kept", "c-0-kept": root.parts[0].kept_text}
    data |= {"c-1-kind": "row", "c-1-item": "2.a", "c-1-operator": ">=", "c-1-value": "6"}
    assert editor.post(url("entry_constraint", number, NUMBER), data).status_code == 302
    stored = entry(number, NUMBER)
    assert write(stored["constraint"]) == ". mod 2 = 0 and . >= 6"
    assert stored["unapplied"] == "regex(., '[0-8]+')"


def test_only_items_and_rows_have_a_constraint(editor: Client, number: Instrument) -> None:  # noqa: F811
    statuses = {
        path: editor.get(url("entry_constraint", number, path)).status_code
        for path in (
            "sections/2",
            "sections/3/items/3.1",
            "sections/3/items/3.1/rows/3.1.2",
            "title",
            "sections/2/items/x",
        )
    }
    assert list(statuses.values()) == [404, 404, 200, 404, 404]
