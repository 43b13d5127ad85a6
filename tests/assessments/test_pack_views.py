"""The pages of an assessment's languages, and their workbook."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from assessments.models import LanguagePack, PackText
from assessments.pack_workbooks import QUESTIONNAIRE, to_book
from assessments.packs import pack_states, words_for
from assessments.public_texts import with_blanks_of
from assessments.services.packs import save_pack_text
from instruments.services.versions import adapt
from instruments.translation_states import text_states
from surveys.words import translate
from tests.pages import text

pytestmark = pytest.mark.django_db
DAYS = "surveys.code_unknown/days"


def url(name: str, *more: str) -> str:
    return reverse(f"assessments:{name}", args=["AZE-2016", *more])


def post_text(client: Any, language: str, key: str, words: str, *, page: Any = None, htmx: bool = True) -> Any:
    """Send the row of a text as the page has it, with `words` typed into it."""
    pages = [page] if page else (client.get(url("pack_edit", language), {"page": number}) for number in range(1, 9))
    form = next(row["form"] for page in pages for row in page.context["rows"] if row["row"].key == key)
    data = {name: form[name].value() for name in ("key", "source_mark", "seen")} | {"text": words}
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(url("pack_save", language), data, headers=headers)


@pytest.mark.parametrize("name", ["pack_list", "pack_edit"])
def test_pack_list_and_pack_edit_are_open_to_the_team(assessment, check_roles, name: str) -> None:
    check_roles(url(name, *(["sw"] if name == "pack_edit" else [])), allowed="observer")


@pytest.mark.parametrize("name", ["pack_sheet", "pack_import"])
def test_pack_sheet_and_pack_import_roles(assessment, check_roles, name: str) -> None:
    check_roles(url(name, "sw"), allowed="focal_point", denied="observer")


def test_pack_list_counts_the_texts_of_each_sheet(assessment, client_as) -> None:
    assessment.languages = ["en", "az"]
    assessment.save()
    save_pack_text(assessment=assessment, language="sw", key="surveys.send", text="Tuma", by=None)
    page = client_as("focal_point").get(url("pack_list"))
    rows = {row["language"].code: row["language"] for row in page.context["rows"]}
    assert list(rows) == ["az", "sw"]
    assert all(sheet.is_complete for sheet in rows["az"].sheets)
    assert [sheet.translated for sheet in rows["sw"].sheets] == [1, 0, 0]
    assert "Kiswahili" in text(page)


def test_pack_add_opens_the_page_of_the_language(assessment, client_as) -> None:
    client = client_as("focal_point")
    done = client.post(url("pack_add"), {"language": "Swahili"})
    assert done.url == url("pack_edit", "sw")
    client.post(url("pack_add"), {"language": "sw", "own_name": "Kiswahili cha Bara", "direction": "ltr"})
    assert [(pack.language, pack.own_name) for pack in LanguagePack.objects.all()] == [("sw", "Kiswahili cha Bara")]
    refused = client.post(url("pack_add"), {"language": "Klingonese"})
    assert (refused.status_code, "Klingonese" in text(refused)) == (422, True)
    assert client_as("observer").post(url("pack_add"), {"language": "sw"}).status_code == 403


def test_pack_edit_shows_the_rows_of_a_sheet_and_of_a_state(assessment, client_as) -> None:
    save_pack_text(assessment=assessment, language="sw", key="surveys.send", text="Tuma", by=None)
    client = client_as("focal_point")
    every = client.get(url("pack_edit", "sw"))
    assert len(every.context["rows"]) == 15
    assert {row["row"].text.sheet for row in every.context["rows"]} == {"survey"}
    drafts = client.get(url("pack_edit", "sw") + "?sheet=survey&show=draft")
    assert [row["row"].key for row in drafts.context["rows"]] == ["surveys.send"]
    report = client.get(url("pack_edit", "sw") + "?sheet=report&page=2")
    assert {row["row"].text.sheet for row in report.context["rows"]} == {"report"}
    assert client_as("observer").get(url("pack_edit", "sw")).context["rows"][0]["form"] is None
    assert client.get(url("pack_edit", "zz")).status_code == 404


def test_pack_save_stores_one_text_and_keeps_what_cannot_be_stored(assessment, client_as) -> None:
    client = client_as("focal_point")
    page = client.get(url("pack_edit", "sw"), {"page": 2})
    saved = post_text(client, "sw", "surveys.send", "Tuma & co", page=page)
    assert (saved.status_code, "Tuma &amp; co" in text(saved)) == (200, True)
    late = post_text(client, "sw", "surveys.send", "Peleka", page=page)
    assert (late.status_code, "Peleka" in text(late), "Another member" in text(late)) == (409, True, True)
    wrong = post_text(client, "sw", "surveys.stored_answers", "Bila {n}")
    assert wrong.status_code == 422
    assert "{n} is not in the English text" in text(wrong)
    assert PackText.objects.get().text == "Tuma & co"
    with words_for(LanguagePack.objects.get().assessment):
        assert translate("send", "sw") == "Tuma & co"


def test_pack_save_without_script_leads_back_to_the_row(assessment, client_as) -> None:
    client = client_as("focal_point")
    key = pack_states(assessment, "sw", "workshop")[70].key
    page = client.get(url("pack_edit", "sw") + "?sheet=workshop&page=5")
    done = post_text(
        client, "sw", key, f"SW {pack_states(assessment, 'sw', 'workshop')[70].source}", page=page, htmx=False
    )
    assert done.url.startswith(url("pack_edit", "sw") + "?sheet=workshop&page=5#")
    refused = post_text(client, "sw", key, "{zz}", page=client.get(done.url), htmx=False)
    assert (refused.status_code, "{zz}" in text(refused)) == (422, True)


def test_pack_review_marks_what_was_read(assessment, client_as, member) -> None:
    client = client_as("focal_point")
    post_text(client, "sw", "surveys.send", "Tuma")
    state = next(state for state in pack_states(assessment, "sw") if state.key == "surveys.send")
    data = {"key": state.key, "seen": state.seen, "reviewed": "yes"}
    save_pack_text(assessment=assessment, language="sw", key="surveys.send", text="Peleka", by=None)
    assert client.post(url("pack_review", "sw"), data, headers={"HX-Request": "true"}).status_code == 409
    state = next(state for state in pack_states(assessment, "sw") if state.key == "surveys.send")
    done = client.post(url("pack_review", "sw"), data | {"seen": state.seen}, follow=True)
    assert "1 translation was marked as reviewed." in text(done)
    assert PackText.objects.get().reviewed_by == member("focal_point")
    assert client_as("observer").post(url("pack_review", "sw"), data).status_code == 403


# The workbook


def spoiled(content: bytes, spoil: Callable[[Any], Any]) -> BytesIO:
    """The workbook as a translator sends it back."""
    book = openpyxl.load_workbook(BytesIO(content))
    spoil(book)
    upload = BytesIO()
    book.save(upload)
    upload.seek(0)
    upload.name = "language.xlsx"
    return upload


def fill(book: Any, texts: dict[tuple[str, str], str]) -> None:
    """Write texts by (key, form) into the column "text"."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            if len(row) > 4 and (row[0].value, row[2].value or "") in texts:
                row[4].value = texts[row[0].value, row[2].value or ""]
                row[4].data_type = "s"  # "=1+1" is a text


@pytest.fixture
def workbook(assessment: Any, client_as: Any) -> Callable[..., bytes]:
    return lambda language="pl": client_as("focal_point").get(url("pack_sheet", language)).content


def test_pack_sheet_has_a_row_for_each_text_and_form(assessment, workbook) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook()))
    assert book.sheetnames == ["Survey", "Workshop", "Report", "About"]
    rows = [[cell.value for cell in row] for row in book["Survey"].iter_rows()]
    assert rows[0] == ["key", "part", "form", "English", "text", "state", "note", "English mark"]
    assert [(row[2], row[6]) for row in rows if row[0] == DAYS] == [
        ("one", "1"),
        ("few", "2, 3, 4, 22, 23, 24, 32, 33"),
        ("many", "0, 5, 6, 7, 8, 9, 10, 11"),
    ]
    keys = {row[0] for row in rows}
    assert {f"{QUESTIONNAIRE}{state.key}" for state in text_states(assessment.questionnaire, "pl")} < keys
    assert "surveys.mail_invitation_body" in keys
    assert openpyxl.load_workbook(BytesIO(workbook("ar")))["Survey"].sheet_view.rightToLeft


def test_pack_import_shows_the_changes_then_stores_them(assessment, workbook, client_as) -> None:
    texts = {
        ("surveys.send", ""): "=1+1",
        ("surveys.saved_how", ""): "l'{date}",
        (DAYS, "one"): "{n} dzień",
        (DAYS, "few"): "{n} dni",
        (DAYS, "many"): "{n} dni",
        ("outline.context/title", ""): "Kontekst",
    }
    client = client_as("focal_point")
    preview = client.post(url("pack_import", "pl"), {"file": spoiled(workbook(), lambda book: fill(book, texts))})
    assert preview.status_code == 200, preview.context["faults"]
    assert f"Translations that would change: {len(texts)}." in text(preview)
    assert not PackText.objects.exists()
    changes = preview.context["changes"]
    done = client.post(url("pack_import", "pl"), {"changes": changes}, follow=True)
    assert "6 translations were imported as drafts" in text(done)
    assessment.refresh_from_db()
    with words_for(assessment):
        assert translate("send", "pl") == "=1+1"
        assert translate("saved_how", "pl", date="DAY") == "l'DAY"
    again = client.post(url("pack_import", "pl"), {"changes": changes})
    assert (again.status_code, "changed since the preview" in text(again)) == (409, True)
    same = client.post(url("pack_import", "pl"), {"file": spoiled(workbook(), lambda book: None)})
    assert "Translations that would change: 0." in text(same)


@pytest.mark.parametrize("language", ["ar"])
def test_pack_import_of_a_workbook_as_it_was_downloaded_changes_nothing(
    assessment, workbook, client_as, language
) -> None:
    upload = spoiled(workbook(language), lambda book: None)
    preview = client_as("focal_point").post(url("pack_import", language), {"file": upload})
    assert preview.context["plan"].changes == []


def test_blanks_at_the_ends_of_a_text_are_those_of_the_english_one() -> None:
    assert [with_blanks_of(", ", word) for word in (",", "، ", "", " ")] == [", ", "، ", "", ""]
    assert [with_blanks_of("and", word) for word in ("and", " i ")] == ["and", "i"]


def cell(book: Any, key: str, column: int, value: str, form: str = "") -> None:
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            if row[0].value == key and (len(row) < 3 or (row[2].value or "") == form):
                row[column].value = value


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda book: fill(book, {("surveys.saved_how", ""): "bez"}), "{date} is missing"),
        (lambda book: fill(book, {("surveys.send", ""): "{office}"}), "{office} is not in the English text"),
        (lambda book: fill(book, {(DAYS, "one"): "dzień"}), "the form “few”, “many” is missing"),
        (lambda book: book["Survey"].append([DAYS, "", "two", "", "{n} dni"]), "has no form “two”"),
        (lambda book: book["Report"].append(["reports.gone", "", "", "", "x"]), "this text is no longer used"),
        (lambda book: fill(book, {("surveys.send", ""): "x" * 40_000}), "longer than 5000 characters"),
        (lambda book: book["Survey"].append(["surveys.send", "", "", "", "x"]), "appears twice"),
        (lambda book: book["Workshop"].cell(1, 5, "other"), "The sheet Workshop needs the columns text"),
        (lambda book: cell(book, "language", 1, "ru"), "this page is for 'pl'"),
        (lambda book: book.remove(book["About"]), "The sheet About is missing"),
        (
            lambda book: fill(
                book, {(next(row[0].value for row in book["Survey"] if QUESTIONNAIRE in row[0].value), ""): "Ankieta"}
            ),
            "which your assessment does not own",
        ),
    ],
)
def test_pack_import_refuses_all_of_a_workbook_with_a_fault(
    assessment, workbook, client_as, spoil: Callable[[Any], Any], fault: str
) -> None:
    def both(book: Any) -> None:
        fill(book, {("workshops.leave", ""): "Wyjdź"})
        spoil(book)

    answer = client_as("focal_point").post(url("pack_import", "pl"), {"file": spoiled(workbook(), both)})
    assert answer.status_code == 422
    assert fault in " ".join(answer.context["faults"])
    assert not LanguagePack.objects.exists()


def test_pack_import_accepts_a_workbook_with_one_sheet(assessment, workbook, client_as) -> None:
    def spoil(book: Any) -> None:
        fill(book, {("workshops.leave", ""): "Wyjdź"})
        book.remove(book["Survey"])
        book.remove(book["Report"])

    preview = client_as("focal_point").post(url("pack_import", "pl"), {"file": spoiled(workbook(), spoil)})
    assert "Translations that would change: 1." in text(preview)


@pytest.mark.parametrize("published", [True, False])
def test_pack_import_stores_the_questionnaire_of_the_assessment(
    assessment, workbook, client_as, member, published: bool
) -> None:
    """In a draft, and in a published version as corrections."""
    own = adapt(instrument=assessment.questionnaire, owner=assessment, by=member("lead"))
    if published:
        own.published_at = own.created_at
        own.save()
    assessment.questionnaire = own
    assessment.save()
    asked = text_states(own, "pl")[:3]
    texts = {(f"{QUESTIONNAIRE}{state.key}", ""): f"PL {number} {state.source}" for number, state in enumerate(asked)}
    client = client_as("focal_point")
    upload = spoiled(to_book(assessment, "pl", own), lambda book: fill(book, texts | {("surveys.send", ""): "Wyślij"}))
    preview = client.post(url("pack_import", "pl"), {"file": upload})
    done = client.post(url("pack_import", "pl"), {"changes": preview.context["changes"]}, follow=True)
    assert "4 translations were imported" in text(done)
    own.refresh_from_db()
    assert [state.target for state in text_states(own, "pl")[:3]] == list(texts.values())
    assert own.corrections.count() == (3 if published else 0)
    again = client.post(url("pack_import", "pl"), {"changes": preview.context["changes"]})
    assert again.status_code == 409
