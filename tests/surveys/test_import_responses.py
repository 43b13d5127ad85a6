"""manage.py import_responses: dry run, all errors with row and column, all or nothing."""

from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from assessments.models import Assessment
from surveys.models import Response, Survey
from surveys.services.surveys import create_survey

pytestmark = pytest.mark.django_db

GOOD = """1.1,1.2,1.2_other,2.1,2.2,2.2.1,2.4,3.1.1,8.1,8.3,language,source
AZE,other,Nurse,origin transit,slavery prostitution other,slavery,women girls men boys,adequate,J A B,"1, 2",az,e-mail
,,,,,,,dont_know,,,,

GEO,academic,,,,,,,,,en,paper
"""


def run(path: Path, *flags: str, reference: str = "AZE-2016") -> str:
    out = StringIO()
    call_command("import_responses", reference, str(path), *flags, stdout=out, stderr=out)
    return out.getvalue()


def refused(path: Path, **kwargs: str) -> list[str]:
    err = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("import_responses", kwargs.get("reference", "AZE-2016"), str(path), stdout=err, stderr=err)
    assert error.value.returncode == 2
    return [*err.getvalue().splitlines(), str(error.value)]


@pytest.fixture
def survey(assessment: Assessment) -> Survey:
    return create_survey(assessment=assessment, by=None, languages=["en", "az"])


@pytest.fixture
def good(tmp_path: Path) -> Path:
    (path := tmp_path / "forms.csv").write_text(GOOD)
    return path


def test_import_reads_every_kind_of_column(survey, good) -> None:
    assert run(good) == "3 of 3 forms imported (AZEsur1 to AZEsur3), 10 columns of answers.\n"
    first, second, third = Response.objects.order_by("number")
    assert first.answers == {
        "1.1": "AZE",
        "1.2": "other",
        "1.2_other": "Nurse",
        "2.1": ["origin", "transit"],
        "2.2": ["prostitution", "slavery", "other"],
        "2.2.1": "slavery",
        "2.4": ["women", "girls", "men", "boys"],
        "3.1.1": "adequate",
        "8.1": ["J", "A", "B"],
        "8.3": "1, 2",
    }
    assert (first.code, first.language, first.source) == ("AZEsur1", "az", "email")
    assert (second.answers, second.language, second.source) == ({"3.1.1": "dont_know"}, "en", "paper")
    assert third.answers == {"1.1": "GEO", "1.2": "academic"}


def test_dry_run_changes_nothing(survey, good) -> None:
    assert run(good, "--dry-run").splitlines() == [
        "3 of 3 forms would be imported (AZEsur1 to AZEsur3), 10 columns of answers.",
        "Dry run: nothing was changed.",
    ]
    assert (Response.objects.count(), Survey.objects.get().last_response) == (0, 0)


def test_the_same_file_again_adds_nothing(survey, good) -> None:
    run(good)
    assert run(good).splitlines() == [
        "0 of 3 forms imported, 10 columns of answers.",
        "3 had been imported before from the same file and stay as they are.",
    ]
    assert Response.objects.count() == 3


def test_every_error_is_listed_and_nothing_is_stored(survey, tmp_path) -> None:
    (path := tmp_path / "bad.csv").write_text(
        "2.2,1.2_other,3.1.1,9.9,8.1,8.1,language,source\n"
        "slavery,words,sometimes,,,,en,fax\n"
        "slavery prostitution other,,adequate,,J J A,,elvish,paper\n"
    )
    assert refused(path) == [
        "row 1, column 9.9: The survey has no question with this code. Correct the code or remove the column.",
        "row 1, column 8.1: This column appears twice. Keep one of them.",
        "row 2, column 1.2_other: You wrote an answer in your own words but did not choose that option. "
        "Choose it too, or remove your words.",
        "row 2, column 2.2: Choose exactly 3, or none to skip the question; you chose 1.",
        "row 2, column 3.1.1: “sometimes” is not one of the options. Choose one of the options shown.",
        "row 2, column source: “fax” is not a source. Write web, paper or e-mail.",
        "row 3, column language: “elvish” is not a known language. Enter its English name or its ISO code, such as "
        "“Azerbaijani” or “az”.",
        "7 errors, nothing was imported. Correct the file and import it again.",
    ]
    assert Response.objects.count() == 0


def test_xlsx_with_numbers_as_headers(survey, tmp_path) -> None:
    book = Workbook()
    book.active.append([1.1, "3.1.1", "8.3", "language"])
    book.active.append(["AZE", "adequate", 12.0, "en"])
    book.save(buffer := BytesIO())
    (path := tmp_path / "forms.xlsx").write_bytes(buffer.getvalue())
    run(path)
    assert Response.objects.get().answers == {"1.1": "AZE", "3.1.1": "adequate", "8.3": "12"}


def test_a_closed_survey_and_one_not_yet_made_take_paper(assessment, good) -> None:
    run(good)
    assert Survey.objects.get().status == "draft"
    Survey.objects.update(status="closed")
    assert run(good).startswith("0 of 3")


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "a.csv", "“a.csv” has no header row. Put the column names in the first row."),
        (b"1.1\n", "a.csv", "The table has a header but no rows. Enter one form per row."),
        (b"1.1\nA\xff\n", "a.csv", "Row 2 is not encoded in UTF-8. Save the table as “CSV UTF-8”, or as XLSX."),
        (b"name\nx\n", "a.csv", "row 1: No column is named with a question code such as 1.1."),
        (b"PK\x03\x04broken", "a.xlsx", "The file cannot be read as an Excel workbook"),
        (b"1.1,2.6\nAZE,a,b\n", "a.csv", "Row 2 has more cells than the header has columns. Check the separators."),
        (b'1.1,2.6\nAZE,"' + b"x" * 1_000_001, "a.csv", "“a.csv” cannot be read as CSV"),
        (b"1.1,uuid\nAZE,no\n", "a.csv", "row 2, column uuid: This is not a UUID. Correct it, or leave the cell"),
    ],
)
def test_a_file_that_is_no_table(survey, tmp_path, content, name, message) -> None:
    (path := tmp_path / name).write_bytes(content)
    assert message in "\n".join(refused(path))
    assert Response.objects.count() == 0


def test_an_unknown_assessment_or_file(survey, good, tmp_path) -> None:
    assert refused(good, reference="XXX-1") == ["There is no assessment XXX-1. Check its reference."]
    assert refused(tmp_path / "none.csv") == ["none.csv cannot be read: No such file or directory. Check the path."]
