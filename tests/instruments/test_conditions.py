"""The page on which a condition is chosen from lists: each step without a script, and what is stored."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, Role
from instruments import paths
from instruments.logic.grammar import parse_condition
from instruments.logic.writing import write
from instruments.models import Instrument
from instruments.paths import entry_mark
from instruments.services.entries import change_entry
from instruments.services.versions import adapt
from tests.factories import AssessmentFactory, InstrumentFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
ITEM, ROW, TABLE, SECTION = (
    "sections/2/items/2.3",
    "sections/3/items/3.1/rows/3.1.2",
    "sections/3/items/3.1",
    "sections/3",
)


@pytest.fixture
def owner() -> Assessment:
    return AssessmentFactory()


@pytest.fixture
def draft(owner: Assessment) -> Instrument:
    return adapt(instrument=InstrumentFactory(kind="survey"), owner=owner, by=UserFactory())


@pytest.fixture
def editor(owner: Assessment) -> Client:
    client = Client()
    client.force_login(MembershipFactory(assessment=owner, role=Role.LEAD).user)
    return client


def url(name: str, draft: Instrument, path: str) -> str:
    return reverse(f"instruments:{name}", args=[draft.pk], query={"path": path})


def entry(draft: Instrument, path: str) -> Any:
    return paths.at(Instrument.objects.get(pk=draft.pk).definition, path)


def condition(draft: Instrument, path: str) -> str:
    stored = entry(draft, path).get("relevant")
    return write(stored) if stored else ""


def rows(*parts: dict[str, Any], join: str = "all", name: str = "c") -> dict[str, Any]:
    """The fields of a group of rows."""
    data: dict[str, Any] = {f"{name}-join": join, f"{name}-count": str(len(parts))}
    for at, part in enumerate(parts):
        own = f"{name}-{at}"
        if "parts" in part:
            data |= {f"{own}-kind": "group"} | rows(*part["parts"], join=part["join"], name=own)
        else:
            data |= {f"{own}-kind": "row"} | {f"{own}-{key}": value for key, value in part.items()}
    return data


def shown_fields(html: str) -> set[str]:
    return {part.split('"')[0] for part in html.split('name="')[1:]}


def post(editor: Client, draft: Instrument, path: str, do: str, *parts: dict[str, Any], **more: Any) -> Any:
    data = {"was": entry_mark(entry(draft, path)), "_do": do} | rows(*parts, **more)
    return editor.post(url("entry_condition", draft, path), data)


def test_entry_condition_is_built_step_by_step_without_a_script(editor: Client, draft: Instrument) -> None:
    page = editor.get(url("entry_condition", draft, ITEM))
    html = page.content.decode()
    assert {"c-join", "c-count", "c-0-kind", "c-0-item"} <= shown_fields(html)
    assert "c-0-operator" not in shown_fields(html)
    assert 'value="2.1"' in html
    assert 'value="2.3"' not in html, "it cannot depend on itself, nor on what comes after it"
    assert 'value="2.4"' not in html
    html = post(editor, draft, ITEM, "show", {"item": "2.1"}).content.decode()
    assert {"c-0-operator", "c-0-options"} <= shown_fields(html)
    assert "includes any of" in html
    html = post(editor, draft, ITEM, "show", {"item": "2.1", "operator": "count >="}).content.decode()
    assert "c-0-value" in shown_fields(html)
    assert "c-0-options" not in shown_fields(html)
    html = post(editor, draft, ITEM, "row c", {"item": "2.1", "operator": "count >=", "value": "2"}).content.decode()
    assert "c-1-item" in shown_fields(html)
    html = post(editor, draft, ITEM, "group c", {"item": "2.1"}).content.decode()
    assert {"c-1-join", "c-1-0-item"} <= shown_fields(html)
    assert condition(draft, ITEM) == "", "nothing is stored before it is saved"


def test_rows_and_groups_are_stored_as_a_tree_and_shown_again(editor: Client, draft: Instrument) -> None:
    parts: tuple[dict[str, Any], ...] = (
        {"item": "2.1", "operator": "any_of", "options": ["origin", "transit"]},
        {
            "join": "none",
            "parts": [
                {"item": "1.2", "operator": "any_of", "options": ["other"]},
                {"item": "2.1", "operator": "count >", "value": "٢"},
                {"item": ""},
            ],
        },
    )
    response = post(editor, draft, ITEM, "save", *parts)
    assert (response.status_code, response.url.split("#")[1]) == (302, ITEM.replace("/", "."))
    expected = (
        "(selected(${2.1}, 'origin') or selected(${2.1}, 'transit')) and "
        "not(${1.2} = 'other' or count-selected(${2.1}) > 2)"
    )
    assert condition(draft, ITEM) == expected
    again = editor.get(url("entry_condition", draft, ITEM)).context["form"].root
    assert [(part.kind, part.item, part.operator, list(part.options)) for part in again.parts] == [
        ("row", "2.1", "any_of", ["origin", "transit"]),
        ("group", "", "", []),
    ]
    assert [(part.operator, part.value) for part in again.parts[1].parts] == [("any_of", ""), ("count >", "2")]
    outline = " ".join(
        unescape(editor.get(reverse("instruments:instrument_edit", args=[draft.pk])).content.decode()).split()
    )
    assert "asked only if 2.1 “" in outline
    edited = unescape(editor.get(url("entry_edit", draft, ITEM)).content.decode())
    assert "Asked only if 2.1 “" in edited


@pytest.mark.parametrize("path", [SECTION, TABLE, ROW])
def test_sections_tables_and_rows_have_conditions_and_lose_them(editor: Client, draft: Instrument, path: str) -> None:
    row = {"item": "2.5", "operator": "none_of", "options": ["growing"]}
    post(editor, draft, path, "save", row)
    assert condition(draft, path) == "not(${2.5} = 'growing')"
    edited = editor.get(url("entry_edit", draft, TABLE if path == ROW else path)).content.decode()
    assert f'/edit/condition/?path={path}"' in edited
    html = post(editor, draft, path, "drop c-0", row).content.decode()
    assert "c-0-item" not in shown_fields(html)
    post(editor, draft, path, "save")
    assert condition(draft, path) == ""


@pytest.mark.parametrize(
    ("row", "stored"),
    [
        ({"item": "9.n", "operator": ">=", "value": "2,5"}, "${9.n} >= 2.5"),
        ({"item": "9.n", "operator": "<", "against": "item 9.k"}, "${9.n} < ${9.k}"),
        ({"item": "9.d", "operator": "<", "against": "today"}, "${9.d} < today()"),
        ({"item": "9.d", "operator": ">", "value": "2026-01-31"}, "${9.d} > date('2026-01-31')"),
        ({"item": "9.t", "operator": "=", "value": " d'or "}, '${9.t} = "d\'or"'),
        ({"item": "9.t", "operator": "answered"}, "${9.t} != ''"),
        ({"item": "1.1", "operator": "any_of", "options": ["GEO"]}, "${1.1} = 'GEO'"),
        ({"item": "9.r", "operator": "<", "value": "7"}, "${9.r} < 7"),
        ({"item": "9.b", "operator": "any_of", "options": ["OK"]}, "${9.b} = 'OK'"),
        ({"item": "8.1", "operator": "any_of", "options": ["A"]}, "selected(${8.1}, 'A')"),
        ({"item": "2.1", "operator": "only", "options": ["origin"]}, "${2.1} = 'origin'"),
        ({"item": "2.5", "operator": "any_of", "options": ["dont_know"]}, "${2.5} = 'dont_know'"),
    ],
)
def test_each_type_has_its_comparisons(editor: Client, draft: Instrument, row: dict[str, Any], stored: str) -> None:
    add_last_section(draft)
    assert post(editor, draft, "sections/9/items/9.z", "save", row).status_code == 302
    assert condition(draft, "sections/9/items/9.z") == stored
    part = editor.get(url("entry_condition", draft, "sections/9/items/9.z")).context["form"].root.parts[0]
    assert (part.kind, part.item) == ("row", row["item"])


def add_last_section(draft: Instrument) -> None:
    types = {
        "9.n": "integer",
        "9.k": "decimal",
        "9.d": "date",
        "9.t": "text",
        "9.b": "acknowledge",
        "9.r": "rating",
        "9.z": "text",
    }
    items = [{"name": name, "type": kind, "text": {"en": name}} for name, kind in types.items()]
    stored = Instrument.objects.get(pk=draft.pk)
    stored.definition["sections"].append({"name": "9", "title": {"en": "Last"}, "items": items})
    stored.save(update_fields=["definition"])


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"item": "2.4.9"}, "Choose a question that comes before this one."),
        ({"item": "8.3", "operator": "answered"}, "Choose a question that comes before this one."),
        ({"item": "2.1", "operator": "any_of"}, "Choose at least one option."),
        ({"item": "2.1", "operator": "any_of", "options": ["zzz"]}, "Choose at least one option."),
        ({"item": "2.1", "operator": "only", "options": ["origin", "transit"]}, "Choose one option."),
        ({"item": "2.1", "operator": "count =", "value": "many"}, "Write a number, such as 3."),
        ({"item": "2.1", "operator": "count =", "value": "9" * 400}, "Write a number, such as 3."),
    ],
)
def test_a_row_that_is_not_complete_is_refused_and_shown_again(
    editor: Client, draft: Instrument, row: dict[str, Any], fault: str
) -> None:
    response = post(editor, draft, ITEM, "save", {"item": "1.2", "operator": "answered"}, row)
    assert response.status_code == 200
    assert response.context["faults"] == [("c-1", fault)]
    assert fault in unescape(response.content.decode())
    assert condition(draft, ITEM) == ""


def test_what_rows_cannot_say_is_shown_kept_and_can_be_removed(editor: Client, draft: Instrument) -> None:
    written = "string-length(${2.1}) > 3 and ${1.2} = 'other'"
    before = entry(draft, ITEM)
    change_entry(draft=draft, path=ITEM, was=before, becomes=before | {"relevant": parse_condition(written)}, by=None)
    page = editor.get(url("entry_condition", draft, ITEM))
    assert "string-length(${2.1}) > 3" in unescape(page.content.decode())
    kept = page.context["form"].root.parts[0].kept_text
    data = {"was": entry_mark(entry(draft, ITEM)), "c-join": "any", "c-count": "2"}
    data |= {"c-0-kind": "kept", "c-0-kept": kept, "c-1-kind": "row", "c-1-item": "1.2", "c-1-operator": "answered"}
    editor.post(url("entry_condition", draft, ITEM), data | {"_do": "save"})
    assert condition(draft, ITEM) == "string-length(${2.1}) > 3 or ${1.2} != ''"
    forged = data | {"c-0-kept": "[" * 5_000, "was": entry_mark(entry(draft, ITEM)), "_do": "save"}
    editor.post(url("entry_condition", draft, ITEM), forged)
    assert condition(draft, ITEM) == "${1.2} != ''"


def test_a_colleagues_change_is_not_replaced_without_a_word(editor: Client, draft: Instrument) -> None:
    row = {"item": "1.2", "operator": "answered"}
    stale = {"was": entry_mark(entry(draft, ITEM)), "_do": "save"} | rows(row)
    before = entry(draft, ITEM)
    change_entry(draft=draft, path=ITEM, was=before, becomes=before | {"required": True}, by=None)
    response = editor.post(url("entry_condition", draft, ITEM), stale)
    assert "Another member has changed this entry" in response.content.decode()
    assert condition(draft, ITEM) == ""
    editor.post(url("entry_condition", draft, ITEM), stale | {"was": response.context["was"]})
    assert (condition(draft, ITEM), entry(draft, ITEM)["required"]) == ("${1.2} != ''", True)


def test_entry_condition_is_for_members_who_lead_and_only_where_there_can_be_one(
    editor: Client, owner: Assessment, draft: Instrument
) -> None:
    reader = Client()
    reader.force_login(MembershipFactory(assessment=owner, role=Role.OBSERVER).user)
    assert reader.get(url("entry_condition", draft, ITEM)).status_code == 403
    for path in (
        "title",
        "scales",
        "sections/2/items/9.9",
        "sections",
        "sections/2/options/x",
        f"{ITEM}/options/none_such",
    ):
        assert editor.get(url("entry_condition", draft, path)).status_code == 404, path
    first = editor.get(url("entry_condition", draft, "sections/1/items/1.1")).content.decode()
    assert "No question comes before it" in first


def test_editing_the_words_of_an_entry_keeps_its_condition(editor: Client, draft: Instrument) -> None:
    post(editor, draft, ROW, "save", {"item": "2.5", "operator": "answered"})
    table = entry(draft, TABLE)
    fields = {
        "was": entry_mark(table),
        "text": "New words",
        "scale": table["scale"],
        "rows-count": str(len(table["rows"])),
    }
    for at, row in enumerate(table["rows"]):
        fields |= {f"rows-{at}-was": row["name"], f"rows-{at}-text": row["text"]["en"]}
    assert editor.post(url("entry_edit", draft, TABLE), fields).status_code == 302
    assert entry(draft, TABLE)["text"]["en"] == "New words"
    assert condition(draft, ROW) == "${2.5} != ''"
