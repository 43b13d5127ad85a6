"""The translators' workbook: exported, imported, and refused whole when anything is wrong with it."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from assessments.models import Assessment, Role
from instruments import paths
from instruments.models import Instrument
from instruments.services.entries import change_entry
from instruments.services.translations import review, save_translations
from instruments.services.versions import adapt
from instruments.translation_states import language_states, text_states
from instruments.translation_workbooks import read_sheet, to_sheet
from tests.factories import AssessmentFactory, InstrumentFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
KEY = "sections/1/items/1.6/text"
RETURN = "Если Вы заполнили опрос в виде файла или на бумаге, пожалуйста, отправьте его по адресу: {survey_contact}."


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


def url(name: str, draft: Instrument, *rest: str) -> str:
    return reverse(f"instruments:{name}", args=[draft.pk, *rest])


def edited(content: bytes, changes: dict[str, str], sheet: str = "Texts", column: int = 4) -> bytes:
    """The workbook with the cells in `column` changed in the rows whose first cell is a key of `changes`."""
    book = load_workbook(io.BytesIO(content))
    for row in book[sheet].iter_rows():
        if row[0].value in changes:
            row[column - 1].value = changes[str(row[0].value)]
            row[column - 1].data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def reword(draft: Instrument, text: str) -> None:
    now = Instrument.objects.get(pk=draft.pk)
    was = paths.at(now.definition, "sections/1/items/1.6")
    becomes = {**was, "text": {**was["text"], "en": text}}
    change_entry(draft=draft, path="sections/1/items/1.6", was=was, becomes=becomes, by=UserFactory())


def stored_text(draft: Instrument, language: str) -> str:
    return str(paths.at(Instrument.objects.get(pk=draft.pk).definition, KEY)[language])


def test_sheet_runs_right_to_left_for_arabic_only(draft: Instrument) -> None:
    found = [
        load_workbook(io.BytesIO(to_sheet(draft, language)))["Texts"].sheet_view.rightToLeft
        for language in ("ar", "ka", "he")
    ]
    assert [bool(value) for value in found] == [True, False, True]


def test_sheet_unchanged_changes_nothing(draft: Instrument) -> None:
    plan = read_sheet(draft, "ru", to_sheet(draft, "ru"))
    assert (plan.faults, plan.changes, plan.unchanged) == ([], [], len(text_states(draft, "ru")))


def test_sheet_plans_what_changed_and_text_may_begin_with_an_equals_sign(draft: Instrument) -> None:
    plan = read_sheet(draft, "ru", edited(to_sheet(draft, "ru"), {KEY: "=Пол?"}))
    assert [(c.key, c.before, c.after, c.stale) for c in plan.changes] == [(KEY, "Ваш пол?", "=Пол?", False)]


def test_sheet_made_before_the_english_changed_is_marked_stale(draft: Instrument) -> None:
    content = edited(to_sheet(draft, "ru"), {KEY: "Пол"})
    reword(draft, "Woman or man?")
    plan = read_sheet(Instrument.objects.get(pk=draft.pk), "ru", content)
    assert [(change.key, change.stale) for change in plan.changes] == [(KEY, True)]


def test_sheet_with_faults_lists_them_all(draft: Instrument) -> None:
    content = to_sheet(draft, "ru")
    content = edited(content, {"closing/return/text": "Без адреса", "introduction/commissioner/text": "{office} {x}"})
    content = edited(content, {"closing/thanks/text": "closing/nothing/text"}, column=1)
    content = edited(content, {"introduction/mode/text": KEY}, column=1)
    twice = [row.key for row in text_states(draft, "ru")].index(KEY) + 2
    assert read_sheet(draft, "ru", content).faults == [
        "Row 4, introduction/commissioner/text: the placeholder {commissioner} is missing; keep it as it is",
        "Row 4, introduction/commissioner/text: the placeholder {x} is not in the source; remove it",
        "Row 14, closing/return/text: the placeholder {survey_contact} is missing; keep it as it is",
        "Row 15: closing/nothing/text is not a text of this version.",
        f"Row {twice}: {KEY} appears twice. Delete one of the rows.",
    ]


def test_sheet_of_another_version_or_language_is_refused(draft: Instrument) -> None:
    other = adapt(instrument=draft, owner=None, by=UserFactory())
    assert read_sheet(other, "ka", to_sheet(draft, "ru")).faults == [
        "The file is for version '2'; this page is for '3'. Upload it there.",
        "The file is for language 'ru'; this page is for 'ka'. Upload it there.",
    ]


@pytest.mark.parametrize("cut", [0, 10, 2000])
def test_truncated_sheet_is_refused(draft: Instrument, cut: int) -> None:
    plan = read_sheet(draft, "ru", to_sheet(draft, "ru")[:cut])
    assert plan.faults[0].startswith("The file cannot be read as an Excel workbook (.xlsx)")
    assert plan.changes == []


def test_language_states_count_every_text_that_people_see(draft: Instrument) -> None:
    review(instrument=draft, language="ru", keys=[KEY, "title"], by=UserFactory())
    reword(draft, "Woman or man?")
    save_translations(draft=draft, language="ru", changes={"closing/thanks/text": ""}, by=UserFactory())
    found = {row.code: row for row in language_states(draft)}
    ru = found["ru"]
    assert list(found) == ["ar", "az", "es", "fr", "hy", "ka", "pt", "ru"]
    assert (ru.missing, ru.stale, ru.reviewed, ru.draft) == (1, 1, 1, ru.total - 3)


def test_translation_import_previews_then_applies(editor: Client, draft: Instrument) -> None:
    content = edited(to_sheet(draft, "ru"), {KEY: "Пол"})
    reword(draft, "Woman or man?")
    address = url("translation_import", draft, "ru")
    preview = editor.post(address, {"file": SimpleUploadedFile("ru.xlsx", content)})
    assert stored_text(draft, "ru") == "Ваш пол?"
    editor.post(address, {"changes": preview.context["changes"]})
    assert stored_text(draft, "ru") == "Пол"
    state = next(row for row in text_states(Instrument.objects.get(pk=draft.pk), "ru") if row.key == KEY)
    assert state.state == "stale"


def test_translation_import_refuses_what_changed_since_the_preview(editor: Client, draft: Instrument) -> None:
    address = url("translation_import", draft, "ru")
    upload = SimpleUploadedFile("ru.xlsx", edited(to_sheet(draft, "ru"), {KEY: "Пол"}))
    preview = editor.post(address, {"file": upload})
    save_translations(draft=draft, language="ru", changes={KEY: "Другое"}, by=UserFactory())
    response = editor.post(address, {"changes": preview.context["changes"]})
    assert response.context["faults"][0] == f"{KEY}: changed since the preview."
    assert stored_text(draft, "ru") == "Другое"


@pytest.mark.parametrize("changes", ["", "x", "[1]", "[[1,2]]", '{"a": 1}', "[" * 5000, '[["nowhere", "", "x", ""]]'])
def test_translation_import_survives_a_forged_preview(editor: Client, draft: Instrument, changes: str) -> None:
    response = editor.post(url("translation_import", draft, "ru"), {"changes": changes})
    assert response.status_code == 200
    assert len(response.context["faults"]) >= 1


def test_translation_import_without_or_with_a_broken_file(editor: Client, draft: Instrument) -> None:
    address = url("translation_import", draft, "ru")
    assert editor.post(address).context["faults"] == ["Choose the workbook that you received from the translator."]
    broken = editor.post(address, {"file": SimpleUploadedFile("x.xlsx", b"PK broken")})
    assert len(broken.context["faults"]) == 1


def test_translation_save_returns_to_the_text(editor: Client, draft: Instrument) -> None:
    address = url("translation_save", draft, "ru")
    response = editor.post(address, {"key": KEY, "text": "Пол", "was": "Ваш пол?"})
    address, _, anchor = response.url.partition("#")
    assert (address.partition("?")[0], anchor) == (url("translation_edit", draft, "ru"), "sections.1.items.1.6.text")
    assert f'id="{anchor}"' in editor.get(address).content.decode()  # on the page of the list that has it
    assert stored_text(draft, "ru") == "Пол"


def test_translation_review_marks_a_text_and_takes_it_back(editor: Client, draft: Instrument) -> None:
    address = url("translation_review", draft, "ru")
    editor.post(address, {"key": KEY})
    assert draft.translations.get(language="ru", key=KEY).status == "reviewed"
    editor.post(address, {"key": KEY, "reviewed": "no"})
    assert draft.translations.get(language="ru", key=KEY).status == "draft"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
@pytest.mark.parametrize(
    ("key", "typed", "was", "fault"),
    [
        (
            KEY,
            "Mine",
            "Old",
            "Not saved: another member has changed this text to “Ваш пол?”. Save again to replace it with yours.",
        ),
        (
            "closing/return/text",
            "Без адреса",
            RETURN,
            "Not saved: the placeholder {survey_contact} is missing; keep it as it is",
        ),
    ],
)
def test_translation_save_shows_bad_input_again(
    editor: Client, draft: Instrument, headers: dict[str, str], key: str, typed: str, was: str, fault: str
) -> None:
    response = editor.post(
        url("translation_save", draft, "ru"), {"key": key, "text": typed, "was": was}, headers=headers
    )
    assert response.status_code == 200
    assert (response.context["fault"], response.context["typed"]) == (fault, typed)
    assert Instrument.objects.get(pk=draft.pk).definition == draft.definition


@pytest.fixture
def reader(owner: Assessment) -> Client:
    client = Client()
    client.force_login(MembershipFactory(assessment=owner, role=Role.OBSERVER).user)
    return client


def test_translation_edit_is_open_to_readers(editor: Client, reader: Client, draft: Instrument) -> None:
    address = url("translation_edit", draft, "ka")
    assert (reader.get(address).status_code, reader.post(address).status_code) == (200, 405)
    assert Client().get(address).status_code == 302
    for language in ("en", "xx", "a" * 300):
        assert editor.get(url("translation_edit", draft, language)).status_code == 404


def test_translation_sheet_is_open_to_readers(reader: Client, draft: Instrument) -> None:
    address = url("translation_sheet", draft, "ka")
    sheet = reader.get(address)
    assert sheet["Content-Disposition"].endswith('-ka.xlsx"')
    plan = read_sheet(draft, "ka", sheet.content)
    assert (plan.faults, plan.changes) == ([], [])
    assert reader.post(address).status_code == 405
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("name", ["translation_save", "translation_review", "translation_import"])
def test_translation_changes_are_refused_to_readers(reader: Client, draft: Instrument, name: str) -> None:
    assert reader.post(url(name, draft, "ka")).status_code == 403


def test_translation_save_is_refused_on_a_published_version(editor: Client, owner: Assessment) -> None:
    survey: Any = InstrumentFactory(kind="survey", version=2, owner=owner)
    editor.post(url("translation_save", survey, "ru"), {"key": KEY, "text": "Пол", "was": "Ваш пол?"})
    assert stored_text(survey, "ru") == "Ваш пол?"
    assert editor.get(url("translation_import", survey, "ru")).status_code == 302
    editor.post(url("translation_review", survey, "ru"), {"key": KEY})
    assert survey.translations.get(key=KEY).status == "reviewed"


def test_translation_status_opens_another_language(editor: Client, draft: Instrument) -> None:
    status = url("translation_status", draft)
    assert editor.get(status, {"language": "DE"}).url == url("translation_edit", draft, "de")
    assert editor.get(status, {"language": "zzz"}).status_code == 200
    page = editor.get(url("translation_edit", draft, "de"))
    assert {row.state for row in page.context["rows"]} == {"missing"}
