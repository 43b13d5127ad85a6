"""Interviews typed elsewhere: all rows, or none and every error reported."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from docx import Document
from openpyxl import Workbook

from analysis.results import Results
from assessments.models import Assessment, AuditEvent, Organisation
from interviews.completing import open_points
from interviews.models import Answer, AnswerRevision, Interview
from interviews.querysets import Progress
from interviews.services.answers import save_answer

pytestmark = pytest.mark.django_db
GOOD = """date,format,interviewer,organisation,sector,title,women,men,other,sections,1.1,3.1
2016-01-18 10:00,In person,Consultant,Border Service,state,Officers,1,3,,3 4,Officers,"They come
by themselves"
2016-01-19,phone,Consultant,A shelter,Non-governmental organisation,Director,1,,,,Director,
"""


@pytest.fixture
def run(tmp_path: Path, assessment: Assessment) -> Any:
    def import_file(content: str | bytes, *options: str, name: str = "notes.csv", also: str = "") -> str:
        paths = [tmp_path / one for one in (name, also) if one]
        for path in paths:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        out, files = io.StringIO(), map(str, paths)
        call_command("import_interviews", assessment.reference, *files, *options, stdout=out, stderr=io.StringIO())
        return out.getvalue().strip()

    return import_file


def test_import_interviews(run: Any, assessment: Assessment) -> None:
    assessment.time_zone = "Asia/Baku"
    assessment.save()
    assert run(GOOD) == "Imported 2 interviews: AZEint1, AZEint2"
    first, second = Interview.objects.order_by("number")
    assert (first.held_at.isoformat(), first.people, first.sections) == (
        "2016-01-18T06:00:00+00:00",
        4,
        ["1", "3", "4", "7", "8"],
    )
    assert first.answers.get(question="3.1").text == "They come\nby themselves"
    assert (second.format, second.sections, second.organisation.sector) == ("phone", ["1", "7", "8"], "ngo")
    assert {interview.is_complete for interview in (first, second)} == {True}
    assert Answer.objects.count() == 3


def test_a_row_without_notes_is_a_planned_interview_in_which_nothing_was_asked(
    run: Any, assessment: Assessment
) -> None:
    run(
        "date,organisation,sector,women,sections,3.1\n"
        "2016-01-18,Border Service,state,1,,\n"
        "2016-01-19,A shelter,ngo,,3 4,\n"
        "2016-01-20,,,,, \n"
        "2016-01-21,,,2,3 4,They come.\n"
    )
    planned = list(Interview.objects.for_state("planned").in_order())
    assert [(interview.planned, interview.is_complete) for interview in planned] == [(True, False)] * 3
    assert [interview.people for interview in planned] == [1, 0, 0]
    assert planned[1].sections == ["1", "3", "4", "7", "8"]
    held = Interview.objects.for_assessment(assessment).for_counting().get()
    assert held.is_complete
    results = Results(assessment)
    assert {part.section: part.asked for part in results.interviews.sections} == {
        section: int(section in "13478") for section in "12345678"
    }
    assert (results.interviews.participants.interviews, results.interviews.participants.people) == (1, 2)
    progress = Progress.of(assessment, Interview.objects.for_assessment(assessment).status_counts())
    assert (progress.complete, progress.started, progress.ahead) == (1, 1, 3)


def test_import_interviews_dry_run_changes_nothing(run: Any, assessment: Assessment) -> None:
    assert run(GOOD, "--dry-run") == "Would import 2 interviews: AZEint1, AZEint2"
    assert (Interview.objects.count(), Organisation.objects.count()) == (0, 0)
    assert run(GOOD) == "Imported 2 interviews: AZEint1, AZEint2"


def test_import_interviews_names_every_fault_and_changes_nothing(run: Any) -> None:
    bad = """date,format,organisation,sector,women,men,sections,3.1
soon,in_person,A,state,1,,3 4,x
2016-01-18,dance,B,state,1,,3 4,x
2016-01-18,phone,C,army,1,,3 4,x
2016-01-18,phone,D,state,many,,3 4,x
2016-01-18,phone,E,state,0,,3 4,x
2999-01-18,phone,F,state,1,,3 4,x
2016-01-18,phone,G,state,1,,3 44,x
2016-01-18,phone,H,,1,,3 4,x
2016-01-18,phone,I,state,1,,3 4,x
"""
    with pytest.raises(CommandError) as error:
        run(bad)
    lines = str(error.value).split("\n")
    assert error.value.returncode == 2
    assert [line.split(":")[0] for line in lines] == [
        "Row 2, date",
        "Row 3, format",
        "Row 4, sector",
        "Row 5, women",
        "Row 6, women",
        "Row 7, date",
        "Row 8, sections",
        "Row 9, sector",
        "Nothing was imported.",
    ]
    assert (Interview.objects.count(), Organisation.objects.count()) == (0, 0)


def test_import_interviews_twice_is_refused(run: Any) -> None:
    run(GOOD)
    with pytest.raises(CommandError, match="Row 2: This interview already exists as AZEint1"):
        run(GOOD)
    assert Interview.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        ("women,poem\n1,x", "a.csv", "Column “poem” is not known"),
        ("women\n1", "a.csv", "Column “date” is missing"),
        ("date,women", "a.csv", "no rows below"),
        ("", "a.csv", "has no header row"),
        ("date,date\n1,2", "a.csv", "appears twice"),
        (b"date\n\xfe\xff", "a.csv", "not encoded in UTF-8"),
        (b"no spreadsheet", "a.xlsx", "cannot be read as an Excel workbook"),
        ("date,women\n0001-01-01,1", "a.csv", "Row 2, date: Check the year"),
        ("date,women\n9999-12-31 23:59,1", "a.csv", "Row 2, date: Check the year"),
    ],
)
def test_import_interviews_refuses_files(run: Any, content: Any, name: str, message: str) -> None:
    with pytest.raises(CommandError, match=message) as error:
        run(content, name=name)
    assert error.value.returncode == 2
    assert not Interview.objects.exists()


def test_import_interviews_without_assessment_or_file(run: Any, tmp_path: Path) -> None:
    for reference in ("NONE", "AZE-2016"):
        with pytest.raises(CommandError) as error:
            call_command("import_interviews", reference, str(tmp_path / "none.csv"))
        assert error.value.returncode == 2


def test_import_interviews_reads_xlsx(run: Any) -> None:
    book = Workbook()
    book.active.append(["date", "women", 3.1])
    book.active.append([datetime(2016, 1, 18, 10, 0), 2.0, "=said"])  # noqa: DTZ001 (as spreadsheets store it)
    book.active.cell(2, 3).data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    assert run(buffer.getvalue(), name="notes.xlsx") == "Imported 1 interviews: AZEint1"
    interview = Interview.objects.get()
    assert (interview.held_at.hour, interview.women, interview.answers.get().text) == (10, 2, "=said")


def test_dates_of_several_forms_and_the_source_are_stored(run: Any, assessment: Assessment) -> None:
    run("date,women,3.1\n18/01/2016 2:05 pm,1,Said\n19 января 2016 г.,1,Said\n20.1.2016,1,Said\n42390.5,1,Said\n")
    rows = list(Interview.objects.order_by("number"))
    assert [f"{row.held_at.astimezone(assessment.zone):%Y-%m-%d %H:%M}" for row in rows] == [
        "2016-01-18 14:05",
        "2016-01-19 00:00",
        "2016-01-20 00:00",
        "2016-01-21 12:00",
    ]
    assert {(row.imported_from, row.imported_by) for row in rows} == {("notes.csv", None)}
    assert all(row.imported_at for row in rows)


def test_a_date_that_can_be_read_in_two_ways_is_not_guessed(run: Any) -> None:
    with pytest.raises(CommandError, match="Row 2, date: “02/01/2016” can be read as two dates"):
        run("date,women,3.1\n02/01/2016,1,Said\n")
    assert not Interview.objects.exists()


def test_notes_of_unknown_people_stay_open_and_completing_asks(run: Any, assessment: Assessment) -> None:
    run("date,women,men,3.1\n2016-01-18,,,Said\n")
    interview = Interview.objects.get()
    assert (interview.planned, interview.is_complete, interview.code) == (False, False, "AZEint1")
    assert open_points(interview).no_people
    assert Interview.objects.for_assessment(assessment).for_counting().get() == interview
    with pytest.raises(CommandError, match="Row 2, date: This date is in the future"):
        run("date,3.1\n2036-01-18,Said\n")


def test_the_command_reads_word_files(run: Any) -> None:
    document = Document()
    document.add_table(1, 2).rows[0].cells[0].text = "Date and time (date)"
    document.tables[0].rows[0].cells[1].text = "2016-01-18"
    document.add_heading("3.1 How are victims found?", level=2)
    document.add_paragraph("By the police.")
    target = io.BytesIO()
    document.save(target)
    with pytest.raises(CommandError, match=r"b.docx: This is the same interview as in a.docx"):
        run(target.getvalue(), name="a.docx", also="b.docx")
    assert run(target.getvalue(), name="a.docx") == "Imported 1 interviews: AZEint1"
    assert Answer.objects.get().text == "By the police."
    with pytest.raises(CommandError, match=r"a.docx: .*save it again"):
        run(b"no package", name="a.docx")


def test_imported_notes_have_a_history_a_guide_and_one_event(run: Any, assessment: Assessment) -> None:
    run("date,women,sections,1.1,3.1\n2016-01-18,1,4,Officers,They come.\n")
    interview = Interview.objects.get()
    assert (interview.sections, interview.guide_version_id) == (["1", "3", "4", "7", "8"], assessment.guide_id)
    assert [(row.answer.question, row.revision, row.text) for row in AnswerRevision.objects.order_by("pk")] == [
        ("1.1", 1, "Officers"),
        ("3.1", 1, "They come."),
    ]
    assert AuditEvent.objects.get(action="answers.saved").detail["questions"] == ["1.1", "3.1"]
    save_answer(interview=interview, question="3.1", text="They come by bus.", by=None)
    assert interview.answers.get(question="3.1").revision == 2
