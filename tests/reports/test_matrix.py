"""The response matrix: its rows, its page and its file, which is read back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from assessments.models import Assessment, AuditEvent
from reports.models import Edition, Report, ReturnedFile, Reviewer, ReviewItem, ReviewRound
from reports.output.matrix import HEADS, Paragraphs, items_of, rows_of
from reports.review.snapshot import Paragraph, Snapshot
from reports.services.comments import add_comment, reply_to_comment, resolve_comment, withdraw_comment
from reports.services.reports import create_report
from tests.interviews.factories import InterviewFactory

pytestmark = pytest.mark.django_db
BASE = "/a/AZE-2016/report/matrix/"


@pytest.fixture
def report(assessment: Assessment) -> Report:
    return create_report(assessment=assessment, by=None)


@pytest.fixture
def file(report: Report) -> ReturnedFile:
    paragraphs = (
        Paragraph("_ct00001", "context", "title", text="Research context"),
        Paragraph("_ct00002", "context", "text", text="One."),
        Paragraph("_ct00003", "context", "text", text="There are 36 offices."),
    )
    edition = Edition.objects.create(report=report, number=1, kind="draft", data_revision="x")
    of_round = ReviewRound(report=report, edition=edition, number=1, until=timezone.now() + timedelta(days=9))
    of_round.snapshot.save("1.json", ContentFile(Snapshot("", "en", paragraphs).to_json().encode()), save=False)
    of_round.save()
    reviewer = Reviewer.objects.create(round=of_round, name="A ministry", language="en", nonce="1", token_hmac="1")
    return ReturnedFile.objects.create(round=of_round, reviewer=reviewer, checksum="1")


@pytest.fixture
def add(file: ReturnedFile) -> Callable[..., ReviewItem]:
    def make(kind: str, **fields: Any) -> ReviewItem:
        number = ReviewItem.objects.filter(round=file.round).count() + 1
        given = {"section_key": "context", "section_title": "Research context", "author": "Ms Two", "place": number}
        return ReviewItem.objects.create(
            report=file.round.report, round=file.round, file=file, number=number, kind=kind, **given | fields
        )

    return make


@pytest.fixture
def change(add: Callable[..., ReviewItem]) -> ReviewItem:
    return add(
        "change",
        paragraph="_ct00003",
        page=12,
        before="There are 36 offices.",
        after="There are 37 offices.",
        at=datetime(2016, 5, 2, 9, tzinfo=UTC),
        disposition="accepted",
        response="Counted again.",
        changed="The number.",
        section_revision=4,
    )


def sheet_of(client: Client, source: str = "") -> Any:
    response = client.get(f"{BASE}xlsx/?from={source}")
    assert response.status_code == 200
    return openpyxl.load_workbook(BytesIO(response.content), rich_text=True).worksheets[0]


def test_matrix_shows_what_was_changed_and_answered(change: ReviewItem, check_roles: Any, client_as: Any) -> None:
    check_roles(BASE, allowed="observer", wrong="post")
    page = client_as("lead").get(BASE).content.decode()
    for words in ("<del>36</del>", "<ins>37</ins>", "Counted again.", "Accepted", "Version 4 of the section", "1.1"):
        assert words in page
    assert "Page 12" in page
    assert "Paragraph 2" in page
    assert "<bdi>A ministry (Ms Two)</bdi>" in page


def test_matrix_without_comments(report: Report, client_as: Any) -> None:
    page = client_as("lead").get(BASE).content.decode()
    assert "No comments here yet." in page
    assert "xlsx" not in page


def test_matrix_file_is_for_those_who_write_the_report(change: ReviewItem, check_roles: Any, client_as: Any) -> None:
    for denied in ("observer", "facilitator", "focal_point"):
        check_roles(f"{BASE}xlsx/", allowed="consultant", denied=denied, wrong="post")
    assert client_as("lead").get(f"{BASE}pdf/").status_code == 404
    assert "matrix/xlsx" not in client_as("observer").get(BASE).content.decode()
    event = AuditEvent.objects.filter(action="report.matrix_downloaded").latest("pk")
    assert event.detail["rows"] == 1


def test_matrix_file_strikes_deleted_words_and_underlines_new_ones(change: ReviewItem, client_as: Any) -> None:
    sheet = sheet_of(client_as("lead"))
    assert [cell.value for cell in sheet[1]] == list(map(str, HEADS))
    row = sheet[2]
    assert [cell.value for cell in row[:3]] == ["1.1", "Research context\nPage 12\nParagraph 2", "A ministry (Ms Two)"]
    assert row[3].value.date().isoformat() == "2016-05-02"
    assert row[5].value == "There are 36 offices."
    assert str(row[6].value) == "There are 3637 offices."
    struck = [part.text for part in row[6].value if not isinstance(part, str) and part.font.strike]
    underlined = [part.text for part in row[6].value if not isinstance(part, str) and part.font.u]
    assert (struck, underlined) == (["36"], ["37"])
    assert [cell.value for cell in row[7:]] == ["Counted again.", "Accepted", "The number.\nVersion 4 of the section"]
    assert all(cell.alignment.wrap_text for cell in (*row[1:3], *row[5:]))


def test_matrix_file_for_word_has_the_same_rows_without_names(
    assessment: Assessment, change: ReviewItem, add: Callable[..., ReviewItem], client_as: Any
) -> None:
    InterviewFactory(assessment=assessment, respondent_name="Gulnara Mammadova")
    add("comment", text="As Gulnara Mammadova said.", section_title="")
    response = client_as("lead").get(f"{BASE}docx/?from=1")
    assert response["Content-Disposition"] == 'attachment; filename="AZE-2016-matrix-1.docx"'
    (table,) = docx.Document(BytesIO(response.content)).tables
    texts = [[cell.text for cell in row.cells] for row in table.rows]
    assert texts[0] == list(map(str, HEADS))
    assert texts[1][3:5] == ["2 May 2016", "Change of words"]
    assert texts[2][6] == "As █████ said."
    assert "Gulnara" not in repr(texts)


@pytest.mark.parametrize("words", ["=cmd()|' /C calc'!A0", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_matrix_file_holds_no_formula(add: Callable[..., ReviewItem], client_as: Any, words: str) -> None:
    add("change", before=words, after=f"{words}!", text=words, author=words, response=words, section_title=words)
    add("new", after=words)
    for row in sheet_of(client_as("lead")).iter_rows(min_row=2):
        assert {cell.data_type for cell in row} <= {"s", "n"}  # n: without a value
        assert all(cell.quotePrefix for cell in row if str(cell.value or "").startswith(words[0]))


def test_matrix_file_withholds_names_of_respondents(
    assessment: Assessment, add: Callable[..., ReviewItem], client_as: Any
) -> None:
    InterviewFactory(assessment=assessment, respondent_name="Gulnara Mammadova")
    said = {name: f"Gulnara Mammadova, {name}" for name in ("before", "after", "text", "author", "response", "changed")}
    item = add("change", section_title="Of Gulnara Mammadova", **said)
    add("reply", parent=item, text="I am Gulnara Mammadova.", author="Gulnara Mammadova")
    assert "Gulnara" in client_as("lead").get(BASE).content.decode()
    assert "Gulnara" not in client_as("observer").get(BASE).content.decode()
    sheet = sheet_of(client_as("lead"))
    text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert "Mammadova" not in text
    assert "█████, before" in text


def test_replies_are_with_what_they_answer(add: Callable[..., ReviewItem], report: Report) -> None:
    item = add("comment", before="36 offices", text="Which year?")
    add("reply", parent=item, text="2015, I think.", author="Mr Three")
    (row,) = rows_of(items_of(report), Paragraphs())
    assert "".join(run.words for run in row.proposal) == "Which year?\nA ministry (Mr Three): 2015, I think."
    assert (row.before, row.on, row.place, row.disposition) == ("36 offices", None, "", "Not yet decided")


def test_comments_of_members_have_a_matrix_of_their_own(report: Report, member: Any, client_as: Any) -> None:
    section = report.sections.get(key="context")
    item = add_comment(section=section, text="Which three?", by=member("observer"))
    reply_to_comment(comment=item, text="Those in Baku.", by=member("lead"))
    resolve_comment(comment=item, by=member("lead"))
    withdraw_comment(comment=add_comment(section=section, text="Nothing.", by=member("lead")), by=member("lead"))
    (row,) = rows_of(items_of(report, "members"), Paragraphs())
    assert (row.number, row.disposition, row.response) == ("1", "Resolved", f"{member('lead')}: Those in Baku.")
    assert "Which three?" in client_as("lead").get(BASE).content.decode()  # there are no rounds
    assert "Which three?" not in client_as("lead").get(f"{BASE}?from=").content.decode()
    assert sheet_of(client_as("lead"), "members").max_row == 2


def test_the_file_is_in_the_language_of_the_report(change: ReviewItem, report: Report, client_as: Any) -> None:
    lead = client_as("lead")
    french = {"accept-language": "fr"}
    assert "Paragraphe 2" in lead.get(BASE, headers=french).content.decode()
    for language, words in (("en", "Paragraph 2"), ("fr", "Paragraphe 2"), ("th", "Paragraph 2")):
        Report.objects.update(language=language)
        file = openpyxl.load_workbook(BytesIO(lead.get(f"{BASE}xlsx/", headers=french).content))
        assert file.worksheets[0]["B2"].value.endswith(words)


def test_a_round_is_chosen_and_nonsense_is_not(change: ReviewItem, client_as: Any) -> None:
    lead = client_as("lead")
    assert "Counted again." in lead.get(f"{BASE}?from=1").content.decode()
    assert "Counted again." in lead.get(f"{BASE}?from=77").content.decode()
    assert "Counted again." not in lead.get(f"{BASE}?from=members").content.decode()
    assert lead.get(f"{BASE}xlsx/?from=x").status_code == 200


def test_a_snapshot_that_cannot_be_read_leaves_out_the_paragraph(change: ReviewItem, report: Report) -> None:
    assert change.round
    change.round.snapshot.save("2.json", ContentFile(b"{"))
    (row,) = rows_of(items_of(report), Paragraphs())
    assert row.place == "Page 12"
    change.round.snapshot = ""
    change.round.save()
    (row,) = rows_of(items_of(report), Paragraphs())
    assert row.place == "Page 12"
