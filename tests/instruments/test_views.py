"""Reading, adapting, publishing, comparing, editing, printing and importing instruments in the browser."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment, Role
from assessments.services.assessments import tool_of
from instruments import paths
from instruments.models import Instrument
from instruments.querysets import PublishedVersionError
from instruments.services.entries import change_entry, remove_entry, restore_entry
from instruments.services.translations import review
from instruments.services.versions import adapt, publish
from instruments.xlsform import from_xlsform
from tests.factories import AssessmentFactory, InstrumentFactory, MembershipFactory, UserFactory, instruments_2016
from tests.instruments.test_imports import plain_form

pytestmark = pytest.mark.django_db
ITEM = "sections/2/items/2.2"
HUGE = "9" * 5000


@pytest.fixture
def survey() -> Instrument:
    return InstrumentFactory(kind="survey")


@pytest.fixture
def owner() -> Assessment:
    return AssessmentFactory()


@pytest.fixture
def draft(survey: Instrument, owner: Assessment) -> Instrument:
    return adapt(instrument=survey, owner=owner, by=UserFactory())


@pytest.fixture
def reader(owner: Assessment) -> Client:
    client = Client()
    client.force_login(MembershipFactory(assessment=owner, role=Role.OBSERVER).user)
    return client


@pytest.fixture
def editor(owner: Assessment) -> Client:
    client = Client()
    client.force_login(MembershipFactory(assessment=owner, role=Role.LEAD).user)
    return client


def url(name: str, *args: Any, **query: str) -> str:
    return reverse(f"instruments:{name}", args=args, query=query or None)


def current(draft: Instrument, path: str) -> Any:
    return paths.at(Instrument.objects.get(pk=draft.pk).definition, path)


def form_of(client: Client, draft: Instrument, path: str) -> dict[str, str]:
    """What a browser would send back if nothing was typed."""
    context = client.get(url("entry_edit", draft.pk, path=path)).context
    data = {"was": context["was"]}
    for row in context["fields"]:
        if row["field"].kind != "flag":
            data[row["name"]] = row["value"]
        elif row["value"]:
            data[row["name"]] = "1"
    if context["table"]:
        data[f"{context['table'].name}-count"] = str(len(context["rows"]))
    for row in context["rows"]:
        data |= {f"{row['prefix']}was": row["was"], f"{row['prefix']}place": str(row["place"])}
        for cell in row["cells"]:
            if cell["field"].kind != "flag":
                data[cell["name"]] = cell["value"]
            elif cell["value"]:
                data[cell["name"]] = "1"
    return data


READ = ["instrument_detail", "instrument_json", "translation_status", "instrument_files", "instrument_print"]


@pytest.mark.parametrize("kind", ["survey", "interview_guide", "indicators"])
@pytest.mark.parametrize("name", READ)
def test_pages_to_read_are_open_to_every_member(reader: Client, kind: str, name: str) -> None:
    address = url(name, InstrumentFactory(kind=kind).pk)
    anonymous = Client().get(address)
    assert (anonymous.status_code, anonymous.url.split("?")[0]) == (302, "/accounts/login/")
    assert reader.get(address).status_code == 200
    assert reader.post(address).status_code == 405


def test_changing_addresses_refuse_readers_and_wrong_methods(reader: Client, editor: Client, draft: Instrument) -> None:
    posts = [
        "instrument_adapt",
        "instrument_discard",
        "entry_move",
        "entry_remove",
        "entry_restore",
    ]
    for address in [url(name, draft.pk) for name in posts] + [url("entry_check", draft.pk, path=ITEM)]:
        assert (reader.post(address).status_code, editor.get(address).status_code) == (403, 405)
        assert Client().post(address).status_code == 302
    gets = [url("instrument_edit", draft.pk), url("instrument_import"), url("entry_edit", draft.pk, path=ITEM)]
    for address in [*gets, url("entry_add", draft.pk, list="sections"), url("instrument_publish", draft.pk)]:
        assert (reader.get(address).status_code, editor.get(address).status_code) == (403, 200)
        assert editor.put(address).status_code == 405


def test_instrument_list_costs_the_same_for_more_versions(
    editor: Client, survey: Instrument, owner: Assessment, django_assert_num_queries: Any
) -> None:
    address = url("instrument_list")
    with django_assert_num_queries(5):
        editor.get(address)
    for _ in range(2):
        adapt(instrument=survey, owner=owner, by=UserFactory())
    with django_assert_num_queries(5):
        editor.get(address)


@pytest.mark.parametrize("language", ["en", "az", "hy", "ka", "ru", "ar"])
def test_instrument_detail_is_shown_in_every_language(reader: Client, survey: Instrument, language: str) -> None:
    page = reader.get(url("instrument_detail", survey.pk, language=language)).content.decode()
    question = survey.document.by_name["3.1.1"].text.translate(language)
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<div class="instrument" data-parts lang="{language}" dir="{direction}">' in page
    assert question in page
    assert 'class="untranslated"' not in page


def test_instrument_detail_marks_text_that_is_not_translated(reader: Client) -> None:
    definition = copy.deepcopy(instruments_2016()["interview_guide"])
    section = next(section for section in definition["sections"] if section["title"]["en"] == "Prevention")
    del section["title"]["ka"]
    guide = InstrumentFactory(kind="interview_guide", version=2, definition=definition)
    page = reader.get(url("instrument_detail", guide.pk, language="ka")).content.decode()
    words = '<span class="untranslated" lang="en" dir="ltr" title="Not translated yet">Prevention</span>'
    assert page.count(words) == 2, "in the list of sections, and above the section"


def test_instrument_adapt_makes_the_next_version_as_a_draft(editor: Client, reader: Client, survey: Instrument) -> None:
    address = url("instrument_adapt", survey.pk)
    assert (reader.post(address).status_code, editor.get(address).status_code) == (403, 405)
    answer = editor.post(address)
    draft = Instrument.objects.get(version=2, kind="survey")
    assert (answer.url, draft.is_published) == (url("instrument_edit", draft.pk), False)
    assert (draft.parent, draft.definition) == (survey, survey.definition)


def test_instrument_publish_fixes_an_adapted_draft(editor: Client, survey: Instrument) -> None:
    editor.post(url("instrument_adapt", survey.pk))
    draft = Instrument.objects.get(version=2, kind="survey")
    assert editor.post(url("instrument_publish", draft.pk)).url == url("instrument_detail", draft.pk)
    assert Instrument.objects.get(pk=draft.pk).is_published
    assert editor.get(url("instrument_edit", draft.pk)).url == url("instrument_detail", draft.pk)
    assert editor.get(url("entry_edit", draft.pk, path=ITEM)).url == url("instrument_detail", draft.pk)
    editor.post(url("instrument_discard", draft.pk))
    assert Instrument.objects.filter(pk=draft.pk).exists()


def test_instrument_discard(editor: Client, draft: Instrument) -> None:
    assert editor.post(url("instrument_discard", draft.pk)).url == url("instrument_trash")
    assert not Instrument.objects.filter(published_at=None, discarded_at=None).exists()


def test_instrument_compare_shows_what_differs(reader: Client, survey: Instrument, draft: Instrument) -> None:
    user = UserFactory()
    was = current(draft, "sections/1/items/1.6")
    becomes = {**was, "text": {**was["text"], "en": "Woman or man?"}}
    change_entry(draft=draft, path="sections/1/items/1.6", was=was, becomes=becomes, by=user)
    remove_entry(draft=draft, path="sections/8/items/8.3", by=user)
    context = reader.get(url("instrument_compare", survey.pk, draft.pk)).context
    # PostgreSQL stores the parts of an entry in its own order, so the order of the rows of one entry is not compared.
    assert sorted((row.path, row.before, row.after, row.state) for row in context["rows"]) == [
        ("sections › 1 › items › 1.6 › text", "What is your gender?", "Woman or man?", "changed"),
        ("sections › 8 › items › 8.3 › short", "Further comments", "", "removed"),
        (
            "sections › 8 › items › 8.3 › text",
            "Would you like to add anything, such as a comment, a qualification or a recommendation?",
            "",
            "removed",
        ),
        ("sections › 8 › items › 8.3 › type", "text", "", "removed"),
    ]
    everything = reader.get(url("instrument_compare", survey.pk, draft.pk, show="all")).context["rows"]
    assert len(everything) == sum(context["counts"].values())


def test_instrument_compare_names_fields_and_states_in_the_language_of_the_member(
    reader: Client, survey: Instrument, draft: Instrument
) -> None:
    remove_entry(draft=draft, path="sections/8/items/8.3", by=None)
    address = url("instrument_compare", survey.pk, draft.pk)
    rows = reader.get(address).context["rows"]
    assert sorted((row.place, row.state_label, row.shown_before) for row in rows)[2] == (
        "8 › 8.3 › Type",
        "removed",
        "Free text",
    )
    page = reader.get(address, headers={"accept-language": "fr"}).content.decode()
    assert not re.search(r">\s*removed\s*<|sections ›|› type|Free text", page)


def test_instrument_compare_refuses_two_kinds(reader: Client, survey: Instrument) -> None:
    other = InstrumentFactory(kind="indicators")
    assert reader.get(url("instrument_compare", survey.pk, other.pk)).status_code == 404


def test_instrument_compare_choice_leads_to_the_comparison(reader: Client, survey: Instrument) -> None:
    other = InstrumentFactory(kind="indicators")
    for typed in ("", "x", HUGE, "²"):
        found = reader.get(url("instrument_compare_choice", survey.pk, other=typed)).status_code
        assert found == 404 or typed == HUGE
    answer = reader.get(url("instrument_compare_choice", survey.pk, other=str(other.pk)))
    assert (answer.status_code, answer.url) == (302, url("instrument_compare", other.pk, survey.pk))


@pytest.mark.parametrize("kind", ["survey", "interview_guide", "indicators"])
def test_entry_edit_saves_every_entry_without_loss(editor: Client, owner: Assessment, kind: str) -> None:
    draft = adapt(instrument=InstrumentFactory(kind=kind), owner=owner, by=UserFactory())
    page = editor.get(url("instrument_edit", draft.pk))
    nodes = [node for branch in page.context["branches"] for node in branch.nodes]
    inner = [node for each in nodes if each.inner for node in each.inner.nodes]
    sample = ["title", *(node.path for node in nodes + inner[::7])]
    for path in sample + (["routing"] if kind == "interview_guide" else []):
        response = editor.post(url("entry_edit", draft.pk, path=path), form_of(editor, draft, path))
        assert response.status_code == 302, path
    assert Instrument.objects.get(pk=draft.pk).definition == instruments_2016()[kind]


def test_entry_edit_changes_texts_constraints_and_options(editor: Client, draft: Instrument) -> None:
    data = form_of(editor, draft, ITEM)
    data |= {
        "text": "Which two forms occur most?",
        "min": "2",
        "max": "2",
        "options-0-text": "Prostitution",
        "options-4-remove": "1",
        "options-6-place": "1",
        "options-7-name": "begging",
        "options-7-text": "Forced begging",
    }
    response = editor.post(url("entry_edit", draft.pk, path=ITEM), data)
    assert response.url == f"{url('instrument_edit', draft.pk)}#sections.2.items.2.2"
    item = Instrument.objects.get(pk=draft.pk).document.by_name["2.2"]
    assert (item.text.translate(), item.text.translate("ru"), item.min, item.max) == (
        "Which two forms occur most?",
        "Какие три формы эксплуатации наиболее распространены в стране, где Вы преимущественно работаете?",
        2,
        2,
    )
    assert [(option.name, option.text.translate()) for option in item.options] == [
        ("other", "Other – please specify"),
        ("prostitution", "Prostitution"),
        ("other_sexual", "Other forms of sexual exploitation"),
        ("forced_labour", "Forced labour or services"),
        ("slavery", "Slavery or practices similar to slavery, or servitude"),
        ("forced_marriage", "Forced marriage"),
        ("begging", "Forced begging"),
    ]
    assert item.open_options == {"other"}


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"min": "many"}, "At least: write a whole number, such as 3."),
        ({"max": HUGE}, "At most: write a whole number, such as 3."),
        ({"text": "  "}, "Text: this field is required."),
        ({"text": "In {nowhere}"}, "sections › 2 › items › 2.2 › text: unknown placeholder {nowhere} in en"),
        ({"text": "a\x00b"}, "sections › 2 › items › 2.2 › text: holds a control character in en"),
        ({"min": "5"}, "sections › 2 › items › 2.2: min is larger than max"),
        ({"choices_of": "2.1"}, None),
        ({"options-7-text": "No code"}, "Options: give the new row a code of letters, digits and _."),
        (
            {"options-7-name": "other", "options-7-text": "Twice"},
            "sections › 2 › items › 2.2: option other is used twice",
        ),
    ],
)
def test_entry_edit_shows_bad_input_again_with_a_message(
    editor: Client, draft: Instrument, typed: dict[str, str], fault: str | None
) -> None:
    data = form_of(editor, draft, ITEM) | typed
    response = editor.post(url("entry_edit", draft.pk, path=ITEM), data)
    assert response.status_code == 200
    faults = [text for _, text in response.context["faults"]]
    assert faults == [fault] if fault else len(faults) >= 1
    shown = {row["name"]: row["value"] for row in response.context["fields"]}
    shown |= {cell["name"]: cell["value"] for row in response.context["rows"] for cell in row["cells"]}
    assert {name: shown[name] for name in typed if name in shown} == {k: v for k, v in typed.items() if k in shown}
    assert Instrument.objects.get(pk=draft.pk).definition == instruments_2016()["survey"]
    checked = editor.post(url("entry_check", draft.pk, path=ITEM), data)
    assert checked.context["faults"] == faults


def test_entry_edit_shows_a_colleagues_change_instead_of_losing_either(editor: Client, draft: Instrument) -> None:
    path = "sections/1/items/1.6"
    data = form_of(editor, draft, path) | {"text": "Mine"}
    was = current(draft, path)
    change_entry(draft=draft, path=path, was=was, becomes={**was, "text": {"en": "Theirs"}}, by=UserFactory())
    response = editor.post(url("entry_edit", draft.pk, path=path), data)
    assert response.status_code == 200
    field = response.context["fields"][0]
    assert (field["value"], field["stored"]) == ("Mine", "Theirs")
    assert current(draft, path)["text"] == {"en": "Theirs"}
    again = editor.post(url("entry_edit", draft.pk, path=path), data | {"was": response.context["was"]})
    assert again.status_code == 302
    assert current(draft, path)["text"] == {"en": "Mine"}


def test_entry_edit_shows_the_typed_text_of_a_removed_entry(editor: Client, draft: Instrument) -> None:
    path = "sections/8/items/8.3"
    data = form_of(editor, draft, path) | {"text": "Typed for an hour"}
    remove_entry(draft=draft, path=path, by=UserFactory())
    response = editor.post(url("entry_edit", draft.pk, path=path), data)
    assert (response.status_code, response.context["fields"][0]["value"]) == (200, "Typed for an hour")
    assert editor.get(url("entry_edit", draft.pk, path=path)).status_code == 404


def test_entry_add_item_matrix_and_section(editor: Client, draft: Instrument) -> None:
    item = {"name": "1.7", "text": "How many cases?", "type": "integer", "min": "0"}
    editor.post(url("entry_add", draft.pk, list="sections/1/items", after="1.1"), item)
    matrix = {"name": "3.3", "text": "How easy?", "scale": "difficulty", "rows-count": "1"}
    matrix |= {"rows-0-name": "3.3.1", "rows-0-text": "To refer"}
    editor.post(url("entry_add", draft.pk, list="sections/3/items", matrix="1"), matrix)
    editor.post(url("entry_add", draft.pk, list="sections"), {"name": "9", "title": "Afterwards"})
    document = Instrument.objects.get(pk=draft.pk).document
    assert [entry.name for entry in document.sections[0].items][:3] == ["1.1", "1.7", "1.2"]
    assert (document.by_name["3.3.1"].scale, document.sections[-1].items[0].name) == ("difficulty", "9.1")


@pytest.mark.parametrize(
    ("name", "typed"), [("1.1", {}), ("", {}), ("a b", {}), ("1.8", {"type": "rank"}), ("1.8", {"type": "x"})]
)
def test_entry_add_refuses_an_invalid_entry(
    editor: Client, draft: Instrument, name: str, typed: dict[str, str]
) -> None:
    data = {"name": name, "text": "New", "type": "text", **typed}
    response = editor.post(url("entry_add", draft.pk, list="sections/1/items"), data)
    assert response.status_code == 200
    assert len(response.context["faults"]) >= 1
    assert Instrument.objects.get(pk=draft.pk).definition == instruments_2016()["survey"]


def test_entry_add_names_every_fault_at_once(editor: Client, draft: Instrument) -> None:
    response = editor.post(url("entry_add", draft.pk, list="sections/1/items"), {"name": "a b", "min": "few"})
    assert [name for name, _ in response.context["faults"]] == ["name", "text", "type", "min"]
    assert 'value="few"' in response.content.decode()


def test_entry_edit_add_and_move_are_refused_once_the_version_is_published(
    editor: Client, draft: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague publishes between the moment the page finds the draft and the moment it writes."""

    def found_then_published(user: Any, pk: int) -> Instrument:
        found = Instrument.objects.get(pk=pk)
        if not found.is_published:
            publish(draft=Instrument.objects.get(pk=pk), by=UserFactory())
        return found

    monkeypatch.setattr("instruments.access.find_changeable", found_then_published)
    added = editor.post(url("entry_add", draft.pk, list="sections/1/items"), {"name": "9", "text": "A", "type": "text"})
    moved = editor.post(url("entry_move", draft.pk), {"path": "sections/1/items/1.2"}, follow=True)
    assert added.status_code == moved.status_code == 409
    assert "Another member has published this version" in added.content.decode()
    assert '<dd dir="auto">A</dd>' in added.content.decode()
    assert Instrument.objects.get(pk=draft.pk).definition == instruments_2016()["survey"]


def test_instrument_edit_shows_the_outline_of_a_draft(editor: Client, draft: Instrument) -> None:
    branches = editor.get(url("instrument_edit", draft.pk)).context["branches"]
    inner = [node.inner for branch in branches for node in branch.nodes if node.inner]
    assert "sections/1/items/1.2" in [node.path for branch in inner for node in branch.nodes]
    publish(draft=draft, by=UserFactory())
    answer = editor.get(url("instrument_edit", draft.pk), follow=True)
    assert "A published version cannot change." in answer.content.decode()


def test_entry_check_lists_what_would_be_wrong_and_saves_nothing(editor: Client, draft: Instrument) -> None:
    address, form = url("entry_check", draft.pk, path=ITEM), form_of(editor, draft, ITEM)
    before = current(draft, ITEM)
    assert "This can be saved." in editor.post(address, form).content.decode()
    assert editor.post(address, form | {"text": ""}).content.decode().count("<li>") == 1
    assert current(draft, ITEM) == before
    gone = editor.post(url("entry_check", draft.pk, path="nowhere/1"), form)
    assert "Another member has removed this entry." in gone.content.decode()


def test_entry_move_up(editor: Client, draft: Instrument) -> None:
    editor.post(url("entry_move", draft.pk), {"path": "sections/1/items/1.2", "direction": "up"})
    document = Instrument.objects.get(pk=draft.pk).document
    assert [entry.name for entry in document.sections[0].items][:3] == ["1.2", "1.1", "1.3"]


def test_entry_remove_leaves_what_others_depend_on(editor: Client, draft: Instrument) -> None:
    editor.post(url("entry_remove", draft.pk), {"path": "sections/1/items/1.3"})
    editor.post(url("entry_remove", draft.pk), {"path": ITEM})  # 2.2.1 depends on it
    document = Instrument.objects.get(pk=draft.pk).document
    assert [entry.name for entry in document.sections[0].items] == ["1.1", "1.2", "1.4", "1.5", "1.6"]
    assert "2.2" in document.by_name


def undo(editor: Client, draft: Instrument, **more: str) -> Any:
    """Press the button of the page."""
    removed = editor.get(url("instrument_edit", draft.pk)).context["removed"]
    return editor.post(url("entry_restore", draft.pk), {"removed": removed.pk, **more}, follow=True)


def test_entry_restore_undoes_each_removal_with_its_reviewed_translations(
    editor: Client, draft: Instrument, owner: Assessment
) -> None:
    key = "sections/1/items/1.3/text"
    review(instrument=draft, language="ru", keys=[key], by=UserFactory())
    before = draft.translations.values_list("key", "status", "reviewed_at").get(key=key)
    for path in ("sections/1/items/1.3", "sections/1/items/1.4", "sections/1"):
        editor.post(url("entry_remove", draft.pk), {"path": path})
    assert Instrument.objects.get(pk=draft.pk).definition["sections"][0]["name"] == "2"
    editor = Client()  # another session, such as that of the next day
    editor.force_login(owner.memberships.get(role=Role.LEAD).user)
    page = editor.get(url("instrument_edit", draft.pk))
    assert (page.context["removed"].code, page.context["removed_before"]) == ("1", 2)
    assert "2 earlier removals can be undone" in " ".join(page.content.decode().split())
    for code in ("1", "1.4", "1.3"):
        assert f"{code} was restored." in undo(editor, draft).content.decode()
    assert Instrument.objects.get(pk=draft.pk).definition == instruments_2016()["survey"]
    assert draft.translations.values_list("key", "status", "reviewed_at").get(key=key) == before
    assert editor.get(url("instrument_edit", draft.pk)).context["removed"] is None


def test_entry_restore_sent_twice_undoes_one_removal(editor: Client, draft: Instrument) -> None:
    for path in ("sections/1/items/1.3", "sections/1/items/1.4"):
        editor.post(url("entry_remove", draft.pk), {"path": path})
    shown = {"removed": editor.get(url("instrument_edit", draft.pk)).context["removed"].pk}
    editor.post(url("entry_restore", draft.pk), shown)
    assert "undone before" in editor.post(url("entry_restore", draft.pk), shown, follow=True).content.decode()
    assert editor.get(url("instrument_edit", draft.pk)).context["removed"].code == "1.3"
    for sent in ("", "x", "9" * 30):
        assert editor.post(url("entry_restore", draft.pk), {"removed": sent}).status_code == 302


def test_entry_restore_shows_why_it_no_longer_fits_and_the_one_before_is_undone(
    editor: Client, draft: Instrument
) -> None:
    for path in ("sections/1/items/1.4", "sections/1/items/1.3"):
        editor.post(url("entry_remove", draft.pk), {"path": path})
    data = {"name": "1.3", "text": "Another", "type": "text"}
    editor.post(url("entry_add", draft.pk, list="sections/1/items"), data)
    page = undo(editor, draft)
    assert "Not changed: survey: item 1.3 is used twice" in page.content.decode()
    assert page.context["removed"].code == "1.3"
    assert "1.3 stays removed." in undo(editor, draft, do="keep").content.decode()
    undo(editor, draft)
    document = Instrument.objects.get(pk=draft.pk).document
    assert (document.by_name["1.3"].text.translate("en"), "1.4" in document.by_name) == ("Another", True)


def test_entry_restore_of_an_item_whose_section_was_removed_with_it_says_so(editor: Client, draft: Instrument) -> None:
    editor.post(url("entry_remove", draft.pk), {"path": "sections/1/items/1.3"})
    editor.post(url("entry_remove", draft.pk), {"path": "sections/1"})
    undo(editor, draft, do="keep")
    assert "moved or removed this entry" in undo(editor, draft).content.decode()


def test_a_published_version_keeps_nothing_that_was_removed_from_its_draft(draft: Instrument) -> None:
    removed = remove_entry(draft=draft, path="sections/1/items/1.3", by=None)
    publish(draft=draft, by=None)
    assert not draft.removed_entries.exists()
    with pytest.raises(PublishedVersionError):
        restore_entry(removed=removed, by=None)


@pytest.mark.parametrize("path", ["", "kind", "sections", "nowhere/1", "sections/99", "../..", "scales/x/y/z"])
def test_entry_edit_of_a_bad_path_is_not_found(editor: Client, draft: Instrument, path: str) -> None:
    assert editor.get(url("entry_edit", draft.pk, path=path)).status_code == 404
    assert editor.post(url("entry_remove", draft.pk), {"path": path}).status_code in (302, 404)
    assert editor.get(url("entry_add", draft.pk, list=f"{path}/x")).status_code == 404
    assert Instrument.objects.get(pk=draft.pk).definition == instruments_2016()["survey"]


def test_instrument_detail_of_a_huge_number_is_not_found(editor: Client) -> None:
    assert editor.get(f"/instruments/{HUGE}/").status_code == 404
    assert editor.get(f"/instruments/{'9' * 30}/").status_code == 404


def test_instrument_print_fills_placeholders_and_leaves_lines_for_the_rest(reader: Client) -> None:
    guide = InstrumentFactory(kind="interview_guide")
    page = reader.get(url("instrument_print", guide.pk, part="note", country="<b>Georgia</b>", language="en"))
    text = page.content.decode()
    assert "human trafficking in &lt;b&gt;Georgia&lt;/b&gt;, what is done" in text
    assert "{" not in text
    assert f'href="{url("instrument_files", guide.pk)}"' in text, "the way back, which is not printed"
    assert reader.get(url("instrument_print", guide.pk, part="all")).status_code == 404


@pytest.mark.parametrize("language", ["en", "hy", "ka", "ar"])
def test_instrument_print_makes_a_pdf(reader: Client, language: str, settings: Any, tmp_path: Path) -> None:
    pytest.importorskip("weasyprint")
    settings.VAR_DIR = tmp_path
    guide = InstrumentFactory(kind="interview_guide")
    response = reader.get(url("instrument_print", guide.pk, part="note", format="pdf", language=language))
    assert (response["Content-Type"], response.content[:5]) == ("application/pdf", b"%PDF-")


def test_instrument_json_is_imported_unchanged(editor: Client) -> None:
    for kind, definition in instruments_2016().items():
        out = editor.get(url("instrument_json", InstrumentFactory(kind=kind).pk))
        upload = SimpleUploadedFile("definition.json", out.content)
        response = editor.post(url("instrument_import"), {"key": "own", "file": upload})
        draft = Instrument.objects.get(key="own", kind=kind)
        assert (response.url, draft.definition) == (url("instrument_detail", draft.pk), definition)


def test_instrument_xlsform_is_a_workbook_of_surveys_alone(reader: Client, survey: Instrument) -> None:
    address = url("instrument_xlsform", survey.pk)
    answer = reader.get(address)
    assert answer["Content-Disposition"].endswith(f'survey-v{survey.version}-xlsform.xlsx"')
    assert from_xlsform(answer.content, language="en").definition == survey.definition
    assert (reader.post(address).status_code, Client().get(address).status_code) == (405, 302)
    assert reader.get(url("instrument_xlsform", InstrumentFactory(kind="indicators").pk)).status_code == 404


def test_instrument_files_offer_each_language_with_the_assessments_names(reader: Client) -> None:
    guide: Any = InstrumentFactory(kind="interview_guide")
    page = reader.get(url("instrument_files", guide.pk, country="Georgia", other="x")).content.decode()
    for language in ("en", "az", "hy", "ka", "ru", "ar"):
        assert f"part=note&amp;language={language}&amp;format=pdf&amp;country=Georgia" in page
    assert url("instrument_json", guide.pk) in page
    assert "other=x" not in page


def test_instrument_import_refuses_whole_and_lists_every_fault(editor: Client) -> None:
    definition = json.loads(json.dumps(instruments_2016()["survey"]))
    definition["sections"][0]["items"][1]["name"] = "1.1"
    definition["sections"][2]["items"][0]["scale"] = "warmth"
    definition["sections"][1]["items"][4]["options"] = []
    upload = SimpleUploadedFile("definition.json", json.dumps(definition).encode())
    response = editor.post(url("instrument_import"), {"key": "own", "file": upload})
    assert response.context["faults"] == [
        "sections › 2 › items › 2.4: ranks nothing: it needs options",
        "survey: item 1.1 is used twice",
        "survey: item 3.1 uses scale warmth, which is not defined",
    ]
    assert not Instrument.objects.filter(key="own").exists()


def test_entry_add_makes_a_matrix_of_several_choices_that_entry_edit_changes(editor: Client, draft: Instrument) -> None:
    add = url("entry_add", draft.pk, list="sections/8/items") + "&matrix=choices"
    data = {"name": "8.9", "text": "Who helps?", "rows-count": "2", "options-count": "3"}
    for table, names in (("rows", ("8.9.1", "8.9.2")), ("options", ("police", "border", "none"))):
        for number, name in enumerate(names):
            data |= {f"{table}-{number}-name": name, f"{table}-{number}-text": name.title()}
    page = editor.post(add, data | {"options-count": "0"})
    assert [fault for _, fault in page.context["faults"]] == [
        "sections › 8 › items › 8.9: needs a scale, or options of which several may be chosen"
    ]
    assert "8.9.2" in page.content.decode()
    assert editor.post(add, data).status_code == 302
    path = "sections/8/items/8.9"
    found = form_of(editor, draft, path)
    shared = editor.get(url("entry_edit", draft.pk, path=path)).context["shared"]
    assert [row["was"] for row in shared["rows"]][:3] == ["police", "border", "none"]
    found |= {"options-count": "3", "options-0-was": "police", "options-0-text": "The police"}
    found |= {"options-1-was": "border", "options-1-remove": "1", "options-1-text": "Border"}
    found |= {"options-2-was": "none", "options-2-text": "Nobody", "options-2-exclusive": "1"}
    assert editor.post(url("entry_edit", draft.pk, path=path), found).status_code == 302
    matrix = Instrument.objects.get(pk=draft.pk).definition["sections"][7]["items"][-1]
    assert [row["type"] for row in matrix["rows"]] == ["select_multiple"] * 2
    assert [(option["name"], option["text"]["en"], option.get("exclusive")) for option in matrix["options"]] == [
        ("police", "The police", None),
        ("none", "Nobody", True),
    ]
    outline = editor.get(url("instrument_edit", draft.pk)).content.decode()
    assert "matrix of 2 rows, several of 2 options each" in " ".join(outline.split())


def test_entry_edit_shows_which_end_of_a_scale_is_favourable_or_that_it_is_unknown(editor: Client) -> None:
    editor.post(url("instrument_import"), {"key": "own", "file": plain_form(), "language": "en"})
    draft, path = Instrument.objects.get(key="own"), "scales/agree"
    for choice, stored in (("last", "last"), ("first", "first"), ("", None)):
        page = editor.get(url("entry_edit", draft.pk, path=path))
        rows = {f"points-{n}-was": point for n, point in enumerate(("d", "a"))}
        rows |= {"points-0-text": "Disagree", "points-1-text": "Agree", "points-count": "2"}
        data = {"was": page.context["was"], "favourable": choice, "dont_know": "", **rows}
        editor.post(url("entry_edit", draft.pk, path=path), data)
        [scale] = Instrument.objects.get(pk=draft.pk).definition["scales"]
        assert (scale.get("favourable"), "dont_know" in scale, len(scale["points"])) == (stored, False, 2)


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("decimal", {"min": "-1,5", "max": "2.25", "places": "2"}, {"min": -1.5, "max": 2.25, "places": 2}),
        ("decimal", {"min": "few"}, ["At least: write a number, such as 2.5."]),
        ("date", {"min": "2026-01-31"}, {"min": "2026-01-31"}),
        ("date", {"max": "31.1.2026"}, ["At most: write a day as year-month-day, such as 2026-03-31."]),
        (
            "text",
            {"max": "3"},
            ["At most: a question of this type has no bounds. Leave it blank, or choose another."],
        ),
        ("rating", {"max": "5"}, {"max": 5}),
        ("integer", {"min": "2.5"}, ["At least: write a whole number, such as 3."]),
    ],
)
def test_entry_add_takes_dates_and_decimals_with_their_bounds(
    editor: Client, draft: Instrument, kind: str, typed: dict[str, str], stored: Any
) -> None:
    data = {"name": "9.9", "text": "How far?", "type": kind, **typed}
    response = editor.post(url("entry_add", draft.pk, list="sections/8/items"), data)
    if isinstance(stored, list):
        assert [fault for _, fault in response.context["faults"]] == stored
        assert all(value in response.content.decode() for value in typed.values())
        return
    item = Instrument.objects.get(pk=draft.pk).definition["sections"][7]["items"][-1]
    assert item == {"name": "9.9", "type": kind, "text": {"en": "How far?"}, **stored}
    page = editor.get(url("entry_edit", draft.pk, path="sections/8/items/9.9"))
    shown = {row["name"]: row["value"] for row in page.context["fields"]}
    assert {name: shown[name] for name in stored} == {name: str(value) for name, value in stored.items()}


def test_instrument_withdraw_offers_a_mistaken_version_no_longer(
    editor: Client, survey: Instrument, draft: Instrument, assessment: Any
) -> None:
    assert editor.get(url("instrument_withdraw", draft.pk)).status_code == 404
    editor.post(url("instrument_publish", draft.pk))
    page = editor.post(url("instrument_withdraw", draft.pk), {"reason": " "})
    assert "Give the reason" in page.content.decode()
    editor.post(url("instrument_withdraw", draft.pk), {"reason": "Wrong scale; use version 1."})
    page = editor.get(url("instrument_detail", draft.pk)).content.decode()
    assert "<q>Wrong scale; use version 1.</q>" in page
    assert draft.pk not in [other.pk for row in tool_of(assessment) for other in row.others]
    assert "Withdrawn" in editor.get(url("instrument_list")).content.decode()


def test_instrument_reinstate_offers_a_withdrawn_version_again(
    editor: Client, reader: Client, draft: Instrument, assessment: Any
) -> None:
    editor.post(url("instrument_publish", draft.pk))
    editor.post(url("instrument_withdraw", draft.pk), {"reason": "Wrong scale."})
    address = url("instrument_reinstate", draft.pk)
    assert (reader.post(address).status_code, editor.get(address).status_code) == (403, 405)
    assert draft.pk not in [other.pk for row in tool_of(assessment) for other in row.others]
    editor.post(address)
    assert draft.pk in [other.pk for row in tool_of(assessment) for other in row.others]
    assert Instrument.objects.get(pk=draft.pk).withdrawn_reason == ""
