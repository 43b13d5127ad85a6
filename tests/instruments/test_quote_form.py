"""Inserting an earlier answer into a text, and choosing when an option is offered, from lists and without a script."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, Role
from instruments import paths
from instruments.earlier import earlier_items, items_before_new
from instruments.models import Instrument
from instruments.paths import entry_mark
from instruments.schema import parse
from tests.factories import AssessmentFactory, InstrumentFactory, MembershipFactory

pytestmark = pytest.mark.django_db
TOWN, TABLE, SECOND = "sections/A/items/town", "sections/A/items/table", "sections/B"


def text(words: str) -> dict[str, str]:
    return {"en": words}


def options(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "text": text(name.title())} for name in names]


def definition() -> dict[str, Any]:
    rows = [{"name": name, "type": "select_one", "text": text(name)} for name in ("r1", "r2")]
    first = [
        {"name": "region", "type": "select_one", "text": text("Region"), "options": options("north", "south")},
        {"name": "town", "type": "select_one", "text": text("Town"), "options": options("lille", "nice")},
        {"name": "order", "type": "rank", "text": text("Order"), "options": options("x", "y"), "ranks": 1},
        {"name": "table", "type": "matrix", "text": text("Table"), "scale": "s", "rows": rows},
    ]
    later = [{"name": "w", "type": "text", "text": text("Why?")}]
    return {
        "kind": "survey",
        "title": text("Survey"),
        "scales": [{"name": "s", "points": options("good", "bad")}],
        "sections": [
            {"name": "A", "title": text("First"), "items": first},
            {"name": "B", "title": text("Second"), "items": later},
        ],
    }


@pytest.fixture
def owner() -> Assessment:
    return AssessmentFactory()


@pytest.fixture
def draft(owner: Assessment) -> Instrument:
    return InstrumentFactory(key="draft", kind="survey", definition=definition(), published_at=None, owner=owner)


@pytest.fixture
def editor(owner: Assessment) -> Client:
    client = Client()
    client.force_login(MembershipFactory(assessment=owner, role=Role.LEAD).user)
    return client


def url(name: str, draft: Instrument, **query: str) -> str:
    return reverse(f"instruments:{name}", args=[draft.pk], query=query)


def entry(draft: Instrument, path: str) -> Any:
    return paths.at(Instrument.objects.get(pk=draft.pk).definition, path)


def fields(html: str) -> dict[str, str]:
    """What the form would send as it is: texts, chosen types, and options."""
    inputs = [tag for tag in re.findall(r"<input[^>]*>", html) if 'type="checkbox"' not in tag]
    found = dict(re.search(r'\sname="([^"]+)"\s+value="([^"]*)"', tag).groups() for tag in inputs)  # type: ignore[union-attr,misc]
    found |= dict(re.findall(r'<textarea[^>]*?name="([^"]+)"[^>]*>([^<]*)</textarea>', html))
    return {name: unescape(value) for name, value in found.items()} | {"type": "select_one"}


def offered(html: str, name: str) -> list[str]:
    """The values of a pick list."""
    return re.findall(r'<option value="([^"]*)"', html.split(f'name="{name}">')[1].split("</select>")[0])


@pytest.mark.parametrize(
    ("path", "earlier"),
    [
        ("sections/A", []),
        (TOWN, ["region"]),
        (f"{TOWN}/options/lille", ["region"]),
        (TABLE, ["region", "town", "order"]),
        (f"{TABLE}/rows/r2", ["region", "town", "order", "r1"]),
        (SECOND, ["region", "town", "order", "r1", "r2"]),
        ("introduction/p", ["region", "town", "order", "r1", "r2", "w"]),
    ],
)
def test_the_items_before_a_part(path: str, earlier: list[str]) -> None:
    document: Any = parse("survey", definition())
    assert earlier_items(document, path) == earlier


@pytest.mark.parametrize(
    ("place", "after", "earlier"),
    [
        ("sections/A/items", "region", ["region"]),
        ("sections/A/items", "", ["region", "town", "order", "r1", "r2"]),
        ("sections", "A", ["region", "town", "order", "r1", "r2"]),
        ("sections", "", ["region", "town", "order", "r1", "r2", "w"]),
    ],
)
def test_the_items_before_a_new_part(place: str, after: str, earlier: list[str]) -> None:
    document: Any = parse("survey", definition())
    assert items_before_new(document, place, after) == earlier


def test_an_earlier_answer_is_inserted_into_the_chosen_text_and_saved_later(draft: Instrument, editor: Client) -> None:
    address = url("entry_edit", draft, path=TOWN)
    html = editor.get(address).content.decode()
    assert offered(html, "quote") == ["", "region"]
    assert offered(html, "quote_into") == ["text", "hint", "constraint_message", "options-0-text", "options-1-text"]
    typed = fields(html) | {"text": "Town in", "_do": "quote", "quote": "region"}
    for into in ("text", "options-1-text"):
        html = editor.post(address, typed | {"quote_into": into}).content.decode()
        typed |= fields(html)
    assert (typed["text"], typed["options-1-text"]) == ("Town in {answer:region}", "Nice {answer:region}")
    assert entry(draft, TOWN)["text"] == text("Town")  # nothing is saved yet
    del typed["_do"]
    assert editor.post(address, typed).status_code == 302
    assert entry(draft, TOWN)["text"] == text("Town in {answer:region}")
    assert "Town in [answer to region]" in editor.get(url("instrument_edit", draft)).content.decode()


def test_while_an_answer_is_inserted_a_colleagues_change_is_not_taken_for_seen(
    draft: Instrument, editor: Client
) -> None:
    address = url("entry_edit", draft, path=TOWN)
    typed = fields(editor.get(address).content.decode())
    was = typed["was"]
    changed = paths.replaced(draft.definition, TOWN, {**entry(draft, TOWN), "text": text("Other words")})
    Instrument.objects.filter(pk=draft.pk).update(definition=changed)
    step = {**typed, "_do": "quote", "quote": "region", "quote_into": "text"}
    html = editor.post(address, step).content.decode()
    assert fields(html)["was"] == was
    assert "Another member has changed this entry" in editor.post(address, fields(html)).content.decode()
    assert entry(draft, TOWN)["text"] == text("Other words")


@pytest.mark.parametrize("chosen", [{"quote": ""}, {"quote": "w"}, {"quote": "region", "quote_into": "short"}])
def test_without_a_choice_the_page_says_what_to_choose(
    draft: Instrument, editor: Client, chosen: dict[str, str]
) -> None:
    address = url("entry_edit", draft, path=TOWN)
    typed = fields(editor.get(address).content.decode()) | {"text": "Kept", "_do": "quote", "quote_into": "text"}
    html = editor.post(address, typed | chosen).content.decode()
    assert "Choose a question, and the text into which its answer is inserted." in html
    assert fields(html)["text"] == "Kept"


def test_a_new_item_quotes_what_comes_before_it(draft: Instrument, editor: Client) -> None:
    address = url("entry_add", draft, list="sections/A/items", after="region")
    html = editor.get(address).content.decode()
    assert offered(html, "quote") == ["", "region"]
    step = fields(html) | {"name": "new", "text": "On", "_do": "quote", "quote": "region", "quote_into": "text"}
    typed = fields(editor.post(address, step).content.decode())
    assert typed["text"] == "On {answer:region}"
    assert editor.post(address, {**typed, "name": "new", "type": "text"}).status_code == 302
    assert entry(draft, "sections/A/items/new")["text"] == text("On {answer:region}")


def test_where_no_answer_can_be_quoted_none_is_offered(draft: Instrument, editor: Client) -> None:
    for path in ("sections/A", "scales/s", "title"):
        assert "Insert an earlier answer" not in editor.get(url("entry_edit", draft, path=path)).content.decode()
    assert "Insert an earlier answer" in editor.get(url("entry_edit", draft, path=SECOND)).content.decode()


def test_a_removed_item_that_is_quoted_is_named(draft: Instrument, editor: Client) -> None:
    quoting = paths.replaced(draft.definition, "sections/B/items/w/text", text("{answer:town}?"))
    Instrument.objects.filter(pk=draft.pk).update(definition=quoting)
    mark = entry_mark(entry(draft, TOWN))
    page = editor.post(url("entry_remove", draft), {"path": TOWN, "seen": mark}, follow=True).content.decode()
    assert "quotes the answer to town" in unescape(page)
    assert entry(draft, TOWN)


def test_an_option_is_offered_on_an_answer_that_is_chosen_from_lists(draft: Instrument, editor: Client) -> None:
    path = f"{TOWN}/options/lille"
    address = url("entry_condition", draft, path=path)
    html = editor.get(address).content.decode()
    assert 'When option <span class="code">lille</span> is offered' in html
    row = {"c-join": "all", "c-count": "1", "c-0-kind": "row", "c-0-item": "region", "c-0-operator": "any_of"}
    sent = row | {"c-0-options": ["north"], "was": entry_mark(entry(draft, path)), "_do": "save"}
    saved = editor.post(address, sent)
    assert saved.headers["Location"] == url("entry_edit", draft, path=TOWN)
    assert entry(draft, path)["offered_if"] == ["=", ["item", "region"], ["str", "north"]]
    page = unescape(editor.get(url("entry_edit", draft, path=TOWN)).content.decode())
    assert "offered only if region “Region” is “North”" in page
    stored = editor.get(address).content.decode()
    assert "Currently saved: offered only if" in stored
    emptied = {"c-join": "all", "c-count": "0", "was": entry_mark(entry(draft, path)), "_do": "save"}
    editor.post(address, emptied)
    assert "offered_if" not in entry(draft, path)


def test_the_options_of_a_ranking_have_no_condition(draft: Instrument, editor: Client) -> None:
    page = editor.get(url("entry_edit", draft, path="sections/A/items/order")).content.decode()
    assert "options/x" not in page
    path = "sections/A/items/order/options/x"
    row = {"c-join": "all", "c-count": "1", "c-0-kind": "row", "c-0-item": "region", "c-0-operator": "any_of"}
    sent = row | {"c-0-options": ["north"], "was": entry_mark(entry(draft, path)), "_do": "save"}
    refused = editor.post(url("entry_condition", draft, path=path), sent)
    assert "is a ranking, which offers all of its options" in refused.content.decode()
