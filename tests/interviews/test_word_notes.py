"""Notes typed in a word processor: the sheet is read back in every language, and nothing that was typed is lost."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from assessments.models import Assessment
from ctnat.ui.word_files import WordParagraph, read_word
from interviews.models import Answer, Interview
from interviews.word_notes import notes_in, sheet_of

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"interviews:{name}", args=["AZE-2016", *args])


def sheet(client: Any, language: str = "en") -> Any:
    """The sheet as python-docx opens it."""
    response = client.get(url("import_template", "docx"), {"language": language})
    assert response.status_code == 200
    return Document(BytesIO(response.content))


def fill(document: Any, head: dict[str, str], notes: dict[str, str]) -> bytes:
    """Type into the sheet as a person does: cells of its table, and the paragraph below the heading of a question."""
    for row in document.tables[0].rows:
        column = row.cells[0].text.rsplit("(", 1)[1].rstrip(")")
        row.cells[1].text = head.get(column, "")
    for place, paragraph in enumerate(document.paragraphs):
        code = (paragraph.text.split() or [""])[0]
        if "heading" in paragraph.style.name.lower() and code in notes:
            document.paragraphs[place + 1].text = notes[code]
        if paragraph.text.endswith("(observations)") and "observations" in notes:
            document.paragraphs[place + 1].text = notes["observations"]
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def send(client: Any, content: bytes, name: str = "notes.docx") -> Any:
    """The preview, or the first page with an error."""
    return client.post(url("interview_import"), {"file": SimpleUploadedFile(name, content)}, follow=True)


def confirm(client: Any, page: Any) -> Any:
    """Import what the preview shows."""
    state = page.context["state"]
    return client.post(url("notes_import_preview", state.notes_import.pk), {"shown": state.mark}, follow=True)


HEAD = {
    "date": "2016-01-18 10:00",
    "women": "1",
    "men": "2",
    "organisation": "Border Service",
    "sector": "state",
    "note_given": "yes",
}


@pytest.mark.parametrize("language", ["en", "ar", "ru"])
def test_a_sheet_that_was_typed_in_is_an_interview(client_as: Any, assessment: Assessment, language: str) -> None:
    client = client_as("consultant")
    notes = {"1.1": "Officers.", "3.1": "They come by themselves.", "observations": "He was in a hurry."}
    hints = {row.column: row.hint.split(" / ") for row in sheet_of(assessment, language).head}
    head = {**HEAD, "format": hints["format"][2], "sector": hints["sector"][0]}
    confirm(client, send(client, fill(sheet(client, language), head, notes)))
    made = Interview.objects.get()
    answers = {answer.question: answer.text for answer in made.answers.all()}
    assert answers == {"1.1": "Officers.", "3.1": "They come by themselves."}
    assert (made.code, made.is_complete, made.format, made.women, made.men) == ("AZEint1", True, "phone", 1, 2)
    assert (made.observations, str(made.organisation)) == ("He was in a hurry.", "Border Service")
    assert made.consents.get().note_given is True


def test_an_empty_sheet_says_what_is_missing_and_makes_nothing(client_as: Any, assessment: Assessment) -> None:
    client = client_as("consultant")
    page = send(client, fill(sheet(client), {}, {}))
    assert page.context["faults"] == [
        ("notes.docx", "Date and time", "The date is missing. Enter it as 2016-01-18 or 2016-01-18 10:00.")
    ]
    confirm(client, page)
    assert not Interview.objects.exists()


def test_a_sheet_without_notes_is_a_planned_interview(client_as: Any, assessment: Assessment) -> None:
    client = client_as("consultant")
    confirm(client, send(client, fill(sheet(client), {"date": "2016-01-18 10:00"}, {})))
    assert Interview.objects.get().planned


def test_the_same_file_again_makes_no_second_interview(client_as: Any, assessment: Assessment) -> None:
    client = client_as("consultant")
    content = fill(sheet(client), HEAD, {"3.1": "They come by themselves."})
    confirm(client, send(client, content))
    page = send(client, content)
    assert "1 is there already and stays as it is." in page.content.decode()
    confirm(client, page)
    assert Interview.objects.count() == 1


def test_what_stands_under_no_question_is_told_and_kept(assessment: Assessment) -> None:
    found = notes_in(
        assessment,
        [
            WordParagraph("Typed above everything."),
            WordParagraph("3. Victims", heading=1),
            WordParagraph("Below a section."),
            WordParagraph("3.1 Whatever the heading says now", heading=2),
            WordParagraph("First."),
            WordParagraph("A heading of the consultant's own", heading=3),
            WordParagraph("Second.", is_listed=True),
            WordParagraph("3.1 cases in 2015 is a sentence, not a question."),
            WordParagraph("Police", cell=(1, 0, 0)),
            WordParagraph("12", cell=(1, 0, 1)),
            WordParagraph("A footnote.", is_note=True),
        ],
    )
    assert found.row["3.1"].split("\n") == [
        "First.",
        "A heading of the consultant's own",
        "– Second.",
        "3.1 cases in 2015 is a sentence, not a question.",
        "Police | 12",
    ]
    assert found.unplaced == ["Typed above everything.\nBelow a section.\nA footnote."]


def test_questions_are_found_by_their_words_where_headings_were_lost(assessment: Assessment) -> None:
    question = sheet_of(assessment, "en").sections[2].questions[0]
    found = notes_in(assessment, [WordParagraph(question.text.upper()), WordParagraph("Typed.")])
    assert found.row == {question.name: "Typed."}


def test_notes_under_no_question_are_added_to_the_observations(client_as: Any, assessment: Assessment) -> None:
    client = client_as("consultant")
    document = sheet(client)
    document.paragraphs[1].insert_paragraph_before("Typed above everything.")
    page = send(client, fill(document, HEAD, {"3.1": "They come."}))
    assert "notes.docx: this stands under no question" in page.content.decode()
    confirm(client, page)
    assert Interview.objects.get().observations == "Typed above everything."


def test_files_that_are_no_word_documents_are_refused(client_as: Any, assessment: Assessment) -> None:
    client = client_as("consultant")
    for content in (b"PK\x03\x04 not a package", b"<html>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)):
        page = send(client, content)
        assert page.status_code == 200
        assert page.context["form"].errors["file"]
    assert not Answer.objects.exists()


def test_import_template_roles_and_formats(client_as: Any, assessment: Assessment, check_roles: Any) -> None:
    for form in ("docx", "xlsx", "csv"):
        check_roles(url("import_template", form), allowed="consultant", denied="observer", wrong="post")
    client = client_as("consultant")
    assert client.get(url("import_template", "pdf")).status_code == 404
    book = load_workbook(BytesIO(client.get(url("import_template", "xlsx"), {"language": "ar"}).content))
    columns = [cell.value for cell in book.worksheets[0][1]]
    assert columns[0] == "date"
    assert "3.1" in columns
    assert [row[0].value for row in book.worksheets[1].iter_rows(min_row=2)] == columns
    table = client.get(url("import_template", "csv")).content.decode("utf-8-sig").strip().split(",")
    assert table == columns
    typed = {"date": "2016-01-18", "women": 1, "3.1": "They come by themselves."}
    book.worksheets[0].append([typed.get(column) for column in columns])
    target = BytesIO()
    book.save(target)
    confirm(client, send(client, target.getvalue(), "notes.xlsx"))
    assert Answer.objects.get().text == "They come by themselves."


def test_read_word_gives_paragraphs_and_headings() -> None:
    document = Document()
    document.add_paragraph("Plain.")
    document.add_heading("A heading", level=2)
    target = BytesIO()
    document.save(target)
    target.seek(0)
    assert read_word(target) == [WordParagraph("Plain."), WordParagraph("A heading", heading=2)]
