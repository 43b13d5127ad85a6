"""The pages of an import: nothing is stored before it was seen, and what was seen is what is stored, once."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from docx import Document

from assessments.models import Assessment, AuditEvent, Organisation
from interviews.erasers import Notes, Respondents
from interviews.importing.columns import propose
from interviews.models import Answer, Interview, NotesImport
from interviews.services.imports import forget_unfinished_imports
from tests.factories import UserFactory
from tests.interviews.factories import InterviewFactory

pytestmark = pytest.mark.django_db
GOOD = "date,organisation,sector,women,men,3.1\n"


def url(name: str, *args: Any) -> str:
    return reverse(f"interviews:{name}", args=["AZE-2016", *args])


def upload(client: Any, *files: tuple[str, bytes | str]) -> Any:
    sent = [
        SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content) for name, content in files
    ]
    return client.post(url("interview_import"), {"file": sent}, follow=True)


def confirm(client: Any, page: Any) -> Any:
    state = page.context["state"]
    return client.post(url("notes_import_preview", state.notes_import.pk), {"shown": state.mark}, follow=True)


def word(date: str, notes: str, above: str = "") -> bytes:
    document = Document()
    if above:
        document.add_paragraph(above)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Date and time (date)", date
    document.add_heading("3.1", level=2)
    document.add_paragraph(notes)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def test_roles_of_the_pages(assessment: Assessment, client_as: Any, check_roles: Any) -> None:
    key = "00000000-0000-0000-0000-000000000000"
    for name in ("notes_import_columns", "notes_import_preview"):
        check_roles(url(name, key), allowed="consultant", denied="observer", wrong="delete", ok=302)
    check_roles(
        url("notes_import_discard", key), allowed="consultant", denied="observer", method="post", wrong="get", ok=302
    )


def test_notes_import_preview_says_what_each_row_would_be_and_nothing_is_stored_before(
    assessment: Assessment, client_as: Any
) -> None:
    lead = client_as("lead")
    table = (
        GOOD
        + "2016-01-18,Border Service,state,1,2,Told in confidence\n"
        + "2016-01-19,A shelter,ngo,,,Said\n"
        + "2016-01-20,A shelter,,,,\n"
    )
    page = upload(lead, ("a.csv", table))
    assert (Interview.objects.count(), Organisation.objects.count()) == (0, 0)
    assert page.context["numbers"] == {"all": 3, "complete": 1, "open": 1, "planned": 1, "known": 0, "faulty": 0}
    assert "Import 3 interviews" in page.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content, decisions FROM interviews_notesimport")
        assert b"Told in confidence" not in b"".join(bytes(str(one), "utf-8") for one in cursor.fetchone())

    done = confirm(lead, page)
    assert "3 interviews were imported. 1 without notes: planned, not yet held." in done.content.decode()
    rows = list(Interview.objects.for_assessment(assessment).in_order())
    assert [(row.code, row.is_complete, row.planned, row.people) for row in rows] == [
        ("AZEint1", True, False, 3),
        ("AZEint2", False, False, 0),
        ("AZEplan2", False, True, 0),
    ]
    assert {(row.imported_from, row.imported_by.name) for row in rows} == {("a.csv", done.wsgi_request.user.name)}
    assert NotesImport.objects.count() == 0
    events = AuditEvent.objects.filter(action__startswith="notes_import") | AuditEvent.objects.filter(
        action="interviews.imported"
    )
    assert list(events.order_by("pk").values_list("action", flat=True)) == [
        "notes_import.started",
        "interviews.imported",
    ]
    detail = lead.get(rows[0].get_absolute_url()).content.decode()
    assert "a.csv" in detail
    assert "a.csv" not in client_as("observer").get(rows[0].get_absolute_url()).content.decode()


def test_confirming_twice_imports_once(assessment: Assessment, client_as: Any) -> None:
    lead = client_as("lead")
    page = upload(lead, ("a.csv", GOOD + "2016-01-18,,,1,,Said\n"))
    confirm(lead, page)
    again = confirm(lead, page)
    assert "Nothing was imported now." in again.content.decode()
    assert Interview.objects.count() == 1


def test_faults_are_told_by_row_and_column_and_block_all(assessment: Assessment, client_as: Any) -> None:
    lead = client_as("lead")
    page = upload(
        lead, ("a.csv", GOOD + "soon,,army,many,,Said\n2016-01-19,A shelter,,1,,Said\n2016-01-20,,,1,,Said\n")
    )
    assert [(place, column) for place, column, _text in page.context["faults"]] == [
        ("Row 2", "date"),
        ("Row 2", "women"),
        ("Row 3", "sector"),
    ]
    assert "Import 1 interview" not in page.content.decode()
    refused = confirm(lead, page)
    assert (refused.status_code, Interview.objects.count(), NotesImport.objects.count()) == (422, 0, 1)


def test_what_changed_since_the_preview_makes_it_anew(assessment: Assessment, client_as: Any) -> None:
    lead = client_as("lead")
    page = upload(lead, ("a.csv", GOOD + "2016-01-18,,,1,,Said\n2016-01-19,,,1,,Said\n"))
    first = InterviewFactory(assessment=assessment, held_at=page.context["state"].rows[0].fields["held_at"])
    Interview.objects.filter(pk=first.pk).update(organisation=None)
    Answer.objects.create(interview=first, question="3.1", text="Said", revision=1)
    changed = confirm(lead, page)
    assert changed.status_code == 422
    assert "have changed since this preview" in changed.content.decode()
    assert changed.context["numbers"]["known"] == 1
    confirm(lead, changed)
    assert Interview.objects.count() == 2


def test_notes_import_discard_is_for_who_began_it_and_others_expire(assessment: Assessment, client_as: Any) -> None:
    lead = client_as("lead")
    page = upload(lead, ("a.csv", GOOD + "2016-01-18,,,1,,Said\n"))
    assert "a.csv" in lead.get(url("interview_import")).content.decode()
    other = client_as("consultant")
    assert "a.csv" not in other.get(url("interview_import")).content.decode()
    assert "Nothing was imported now." in confirm(other, page).content.decode()
    other.post(url("notes_import_discard", page.context["state"].notes_import.pk))
    assert NotesImport.objects.count() == 1
    lead.post(url("notes_import_discard", page.context["state"].notes_import.pk))
    assert NotesImport.objects.count() == 0
    upload(lead, ("a.csv", GOOD + "2016-01-18,,,1,,Said\n"))
    NotesImport.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert (forget_unfinished_imports(), NotesImport.objects.count()) == (1, 0)


@pytest.mark.parametrize("kind", [Notes, Respondents])
def test_retention_erases_imports_that_were_not_finished(assessment: Assessment, kind: Any) -> None:
    NotesImport.objects.create(
        assessment=assessment, content=b"x", created_by=UserFactory(), expires_at=timezone.now() + timedelta(hours=1)
    )
    InterviewFactory(assessment=assessment, imported_from="Interview with somebody.docx")
    assert {part.name: part.count for part in kind().parts(assessment)}["files with notes being imported"] == 1
    kind().erase(assessment)
    assert NotesImport.objects.count() == 0
    assert Interview.objects.get().imported_from == ("" if kind is Respondents else "Interview with somebody.docx")


def test_several_word_files_are_one_import_and_a_fault_names_its_file(assessment: Assessment, client_as: Any) -> None:
    lead = client_as("lead")
    page = upload(lead, ("a.docx", word("2016-01-18", "One")), ("b.docx", word("soon", "Two")))
    assert [place for place, _column, _text in page.context["faults"]] == ["b.docx"]
    page = upload(
        lead, ("a.docx", word("2016-01-18", "One", above="Typed above.")), ("a.docx", word("19.01.2016", "Two"))
    )
    assert [row.entry.place for row in page.context["state"].rows] == ["a.docx", "a (2).docx"]
    assert "a.docx: this stands under no question" in page.content.decode()
    confirm(lead, page)
    assert [answer.text for answer in Answer.objects.order_by("interview__held_at")] == ["One", "Two"]
    assert Interview.objects.order_by("held_at").first().observations == "Typed above."


def test_files_that_do_not_belong_together_or_cannot_be_read_are_refused(
    assessment: Assessment, client_as: Any, settings: Any
) -> None:
    lead = client_as("lead")
    good = word("2016-01-18", "One")
    for files, message in (
        ([("a.docx", good), ("b.csv", "date\n2016-01-18\n")], "Choose one table, or Word files only."),
        ([("a.docx", good), ("b.docx", b"no package")], "b.docx: "),
        ([("a.docx", good)] * 41, "the limit is 40"),
        ([("a.csv", "date\n" + "2016-01-18\n" * 301)], "more than 300 rows"),
        ([("a.csv", "date\n")], "no rows below"),
    ):
        assert message in str(upload(lead, *files).context["form"].errors["file"])
    settings.UPLOAD_LIMIT = len(good) + 10
    assert "together" in str(upload(lead, ("a.docx", good), ("b.docx", good)).context["form"].errors["file"])
    assert NotesImport.objects.count() == 0


def test_columns_are_recognised_by_name_label_code_and_words(assessment: Assessment) -> None:
    question = assessment.guide.document.by_name["3.1"]
    words = question.text.translate("ru", **assessment.placeholders_in("ru"))
    headings = [
        "date",
        "Организация",
        "Women taking part (women)",
        words.upper(),
        "Q3.2",
        "3.3 Other words",
        "Names",
        "",
    ]
    columns = propose(assessment, headings, range(7))
    assert [(column.target, column.why) for column in columns] == [
        ("date", "name"),
        ("organisation", "label"),
        ("women", "label"),
        ("3.1", "label"),
        ("3.2", "name"),
        ("3.3", "other_words"),
        (None, "unknown"),
        ("", "blank"),
    ]
    same = propose(assessment, ["date", "Date and time", "women", "women"], [0, 1, 2])
    assert [column.target for column in same] == [None, None, "women", ""]


def test_notes_import_columns_are_mapped_and_dates_explained(assessment: Assessment, client_as: Any) -> None:
    lead = client_as("lead")
    page = upload(lead, ("a.csv", "When,Who,Women,What they said\n02/01/2016,x,2,Said\n03/01/2016,y,1,Said\n"))
    address = page.request["PATH_INFO"]
    assert [line["heading"] for line in page.context["doubtful"]] == ["When", "Who", "What they said"]
    assert page.context["doubtful"][0]["samples"] == ["02/01/2016", "03/01/2016"]
    sent = {"seen": "0", "c0": "date", "c1": "out", "c2": "women", "c3": ""}
    wrong = lead.post(address, sent)
    assert (wrong.status_code, [line["at"] for line in wrong.context["wrong"]]) == (422, [3])
    assert wrong.context["doubtful"][0]["value"] == "date"
    assert lead.post(address, sent | {"c3": "women"}).status_code == 422
    assert "No column has the dates" in lead.post(address, sent | {"c0": "out", "c3": "3.1"}).content.decode()
    asked = lead.post(address, sent | {"c3": "3.1"}, follow=True)
    assert [choice["read_as"] for choice in asked.context["orders"]] == ["2 January 2016", "1 February 2016"]
    unsaid = lead.post(address, sent | {"c3": "3.1", "seen": "1", "asks_order": "1"})
    assert (unsaid.status_code, unsaid.context["error"][:14]) == (422, "Choose whether")
    stale = lead.post(address, sent | {"c3": "3.1", "order": "mdy"})
    assert "changed on another page" in stale.content.decode()
    page = lead.post(address, sent | {"c3": "3.1", "order": "mdy", "seen": "2"}, follow=True)
    assert page.context["left_out"] == ["Who"]
    confirm(lead, page)
    held = Interview.objects.order_by("held_at").values_list("held_at", flat=True)
    assert [f"{one.astimezone(assessment.zone):%m-%d}" for one in held] == ["02-01", "03-01"]


def test_strange_posts_are_answered(assessment: Assessment, client_as: Any) -> None:
    lead = client_as("lead")
    page = upload(lead, ("a.csv", GOOD + "2016-01-18,,,1,,Said\n"))
    pk = page.context["state"].notes_import.pk
    assert lead.post(url("notes_import_preview", pk), {"shown": "é\x00" * 90}).status_code == 422
    assert (
        lead.post(url("notes_import_columns", pk), {"c0": "\x00", "order": "x" * 99, "seen": "-9"}).status_code == 422
    )
    assert lead.post(url("interview_import"), {}).status_code == 200
