"""Export of everything: a ZIP that opens without the site, its JSON by the published schema, for leads alone."""

import csv
import hashlib
import json
import re
import tracemalloc
import zipfile
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from assessments.erasers import erase_expired, forget_drafts
from assessments.models import Assessment, AuditEvent, Contact, Document
from interviews.models import Interview
from reports.models import AssessmentExport, Build
from reports.output import exports
from reports.output.export_tables import TABLES, Exported, schema
from reports.output.exports import files_of, run_export
from reports.services.exports import cancel_export, request_export, restart_stalled_export
from surveys.services.sealed_answers import seal_response
from tests.factories import DocumentFactory, OrganisationFactory
from tests.interviews.factories import InterviewFactory
from tests.interviews.pictures import make_photograph
from tests.pages import poll_of, text
from tests.surveys.factories import VALID, ResponseFactory, SurveyFactory

pytestmark = pytest.mark.django_db
HOME = "/a/AZE-2016/"
DONE, CANCELLED, RUNNING = Build.Status.DONE, Build.Status.CANCELLED, Build.Status.RUNNING


@pytest.fixture
def filled(assessment: Assessment) -> Assessment:
    agency = OrganisationFactory(assessment=assessment, name="Ministry of Examples", in_capital=True)
    InterviewFactory(
        assessment=assessment, number=1, code="AZEint1", organisation=agency, respondent_name="Rashad Examplov"
    )
    Contact.objects.create(assessment=assessment, name="Nigar Samplova", email="n@example.org")
    DocumentFactory(
        assessment=assessment, code="Aze 1", title='=HYPERLINK("x")', note="As Rashad Examplov said", year=2015
    )
    survey = SurveyFactory(assessment=assessment)
    for number in range(1, 7):
        ResponseFactory(survey=survey, number=number, answers=VALID, language="en")
    return assessment


@pytest.fixture
def job(filled: Assessment, member: Any) -> AssessmentExport:
    return request_export(assessment=filled, with_names=False, by=member("lead"))


def archive_of(job: AssessmentExport) -> zipfile.ZipFile:
    job.refresh_from_db()
    assert (job.status, job.failure) == (DONE, "")
    return zipfile.ZipFile(BytesIO(job.file.open().read()))


def test_run_export_makes_a_folder_that_opens_without_the_site(job: AssessmentExport) -> None:
    run_export(job.pk)
    archive = archive_of(job)
    assert archive.testzip() is None
    names = set(archive.namelist())
    page = archive.read("index.html").decode()
    links = set(re.findall(r'href="([^"]+)"', page))
    assert links - names == set()  # each link leads to a file beside it, none to a network
    assert names - links == {"index.html"}
    for name in names:
        if name.endswith(".html") and name != "index.html":
            inner = archive.read(name).decode()
            assert {str(Path("tables", link)) for link in re.findall(r'href="([^"]+)"', inner)} == {
                "tables/../index.html",
                "tables/../style.css",
            }
            assert "<script" not in inner
    assert {"analysis/worksheet.xlsx", "analysis/responses.csv", "analysis/responses.sav"} <= names
    assert any(name.endswith("-xlsform.xlsx") for name in names)
    assert job.checksum == hashlib.sha256(job.file.open().read()).hexdigest()


def test_the_json_is_as_the_published_schema_says(job: AssessmentExport, member: Any) -> None:
    published = json.loads(Path(settings.BASE_DIR, "docs", "export.schema.json").read_text())
    assert published == schema(), "write it anew: manage.py export_schema"
    jsonschema.Draft202012Validator.check_schema(published)
    both = request_export(assessment=job.assessment, with_names=True, by=member("lead"))
    for one in (job, both):
        run_export(one.pk)
        archive = archive_of(one)
        data = json.loads(archive.read("data.json"))
        jsonschema.validate(data, published, format_checker=jsonschema.FormatChecker())
        assert json.loads(archive.read("data.schema.json")) == published
        assert data["tables"]["interviews"][0]["interview"] == "AZEint1"
        assert len({row["response"] for row in data["tables"]["answers"]}) == 6
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data | {"tables": {}}, published)


def test_each_table_is_the_same_in_each_format_and_no_cell_is_a_formula(job: AssessmentExport) -> None:
    run_export(job.pk)
    archive = archive_of(job)
    data = json.loads(archive.read("data.json"))["tables"]
    for table in TABLES:
        if table.named:
            assert table.name not in data
            continue
        rows = list(csv.reader(StringIO(archive.read(f"tables/{table.name}.csv").decode("utf-8-sig"))))
        assert (rows[0], len(rows) - 1) == (table.heads, len(data[table.name])), table.name
        assert archive.read(f"tables/{table.name}.html").decode().count("<tr>") == len(rows)
    rows = list(csv.reader(StringIO(archive.read("tables/documents.csv").decode("utf-8-sig"))))
    assert rows[1][2] == '\'=HYPERLINK("x")'
    assert data["documents"][0]["title"] == '=HYPERLINK("x")'


def test_names_are_withheld_unless_the_lead_asked_for_them(job: AssessmentExport, member: Any) -> None:
    run_export(job.pk)
    both = request_export(assessment=job.assessment, with_names=True, by=member("lead"))
    run_export(both.pk)
    without, named = archive_of(job), archive_of(both)
    for archive, shown in ((without, False), (named, True)):
        whole = "".join(
            archive.read(name).decode() for name in archive.namelist() if name.startswith(("tables", "data"))
        )
        assert [word in whole for word in ("Rashad Examplov", "Samplova", "n@example.org")] == [shown] * 3
    assert "tables/contacts.csv" not in without.namelist()


def test_sealed_forms_stay_sealed_and_few_forms_keep_their_language_to_themselves(filled: Assessment) -> None:
    survey = filled.survey
    ResponseFactory(survey=survey, number=7, answers=VALID | {"2.6": "Seventh"}, language="az")
    seal_response(survey=survey, answers=VALID | {"2.6": "Sealed words"}, language="en", uuid=uuid4())
    whole = {name: b"".join(content) for name, content in files_of(Exported(filled, True), lambda *_: None)}
    assert not any(b"Sealed words" in content for content in whole.values())
    rows = json.loads(whole["data.json"])["tables"]["answers"]
    assert {row["response"] for row in rows} == {f"AZEsur{number}" for number in range(1, 8)}
    assert "az" not in {row["language"] for row in rows}
    results = json.loads(whole["data.json"])["tables"]["results"]
    assert results == []  # nothing was released


def test_documents_are_in_it_piece_by_piece_and_only_with_names(assessment: Assessment) -> None:
    document = DocumentFactory(assessment=assessment, code="Aze 1", file_name="../Law of 2005.pdf")
    size = 12_000_000
    document.file.save("law.pdf", ContentFile(b"%PDF-" + b"x" * size))
    del document
    for with_names in (False, True):
        found = {}
        for name, content in files_of(Exported(Assessment.objects.get(), with_names), lambda *_: None):
            if not name.startswith("documents/"):
                for _piece in content:
                    pass
                continue
            tracemalloc.start()
            found[name] = sum(len(piece) for piece in content)
            assert tracemalloc.get_traced_memory()[1] < 1_000_000
            tracemalloc.stop()
        assert found == ({"documents/Aze-1-..-Law-of-2005.pdf": size + 5} if with_names else {})


def test_photographs_of_notes_are_in_it_only_with_names(filled: Assessment) -> None:
    interview = Interview.objects.get()
    photograph = make_photograph(interview, description="Rashad Examplov, page 1", kind="notes")
    for with_names, told in ((False, "█████, page 1"), (True, "Rashad Examplov, page 1")):
        found = {name: b"".join(content) for name, content in files_of(Exported(filled, with_names), lambda *_: None)}
        [row] = json.loads(found["data.json"])["tables"]["photographs"]
        assert (row["interview"], row["kind"], row["description"]) == ("AZEint1", "notes", told)
        pictures = {name: len(content) for name, content in found.items() if content[:2] == b"\xff\xd8"}
        assert pictures == ({f"photographs/AZEint1-{photograph.pk}.jpg": photograph.size} if with_names else {})


def test_export_list_is_for_leads(check_roles: Any, job: AssessmentExport, client_as: Any) -> None:
    check_roles(HOME + "export/", allowed="lead", denied="consultant", wrong="post")
    page = text(client_as("lead").get(HOME + "export/"))
    assert "sealed forms stay sealed" in page
    assert f"/export/{job.pk}/" in client_as("lead").get(HOME + "export/").content.decode()


def test_export_request_is_for_leads(client_as: Any, filled: Assessment) -> None:
    assert client_as("consultant").post(HOME + "export/request/", {"names": "yes"}).status_code == 403
    client_as("lead").post(HOME + "export/request/", {"names": "yes"})
    assert AssessmentExport.objects.get().with_names
    event = AuditEvent.objects.get(action="assessment.export_requested")
    assert event.detail == {"with_names": True}


def test_export_file_is_downloaded_by_leads_until_it_expires(
    client_as: Any, filled: Assessment, django_capture_on_commit_callbacks: Any
) -> None:
    lead = client_as("lead")
    with django_capture_on_commit_callbacks(execute=True):
        page = lead.post(HOME + "export/request/", {"names": "no"})
    job = AssessmentExport.objects.get()
    assert page.url == f"{HOME}export/{job.pk}/"
    job.refresh_from_db()
    if job.status != DONE:
        run_export(job.pk)
    assert "Download" in text(lead.get(page.url))
    assert client_as("consultant").get(f"{page.url}file/").status_code == 403
    reply = lead.get(f"{page.url}file/")
    content = b"".join(reply.streaming_content)
    assert (reply["Content-Type"], content[:2]) == ("application/zip", b"PK")
    event = AuditEvent.objects.get(action="assessment.exported")
    assert event.detail == {"with_names": False, "checksum": hashlib.sha256(content).hexdigest()}
    AssessmentExport.objects.update(expires_at=timezone.now())
    assert lead.get(f"{page.url}file/").status_code == 404


def test_an_export_is_encrypted_and_erased_when_it_expires_or_when_something_is_erased(
    job: AssessmentExport, member: Any
) -> None:
    run_export(job.pk)
    job.refresh_from_db()
    with default_storage.open(job.file.name) as file:
        stored = file.read()
    assert (b"PK\x03\x04" in stored[:200], b"index.html" in stored) == (False, False)
    AssessmentExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert erase_expired() == 1
    assert not AssessmentExport.objects.exists()
    again = request_export(assessment=job.assessment, with_names=False, by=member("lead"))
    run_export(again.pk)
    forget_drafts(job.assessment)
    assert not AssessmentExport.objects.exists()


def test_export_cancel_and_a_worker_that_was_killed(job: AssessmentExport, member: Any, monkeypatch: Any) -> None:
    assert request_export(assessment=job.assessment, with_names=False, by=member("lead")) == job
    AssessmentExport.objects.update(status=RUNNING, heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert restart_stalled_export(job=job)
    for _ in range(2):  # a second press changes nothing, and is not recorded
        cancel_export(job=job, by=member("lead"))
    job.refresh_from_db()
    assert job.status == CANCELLED
    assert AuditEvent.objects.filter(action="assessment.export_cancelled").count() == 1
    run_export(job.pk)
    job.refresh_from_db()
    assert (job.status, job.file.name) == (CANCELLED, "")
    second = request_export(assessment=job.assessment, with_names=False, by=member("lead"))

    def stop(*args: Any) -> Any:
        AssessmentExport.objects.filter(pk=second.pk).update(cancel_requested=True)
        return []

    monkeypatch.setattr(exports, "_csv", stop)
    run_export(second.pk)
    second.refresh_from_db()
    assert second.status == CANCELLED


def test_an_export_that_no_worker_takes_can_be_started_again(job: AssessmentExport, client_as: Any) -> None:
    lead, page = client_as("lead"), f"{HOME}export/{job.pk}/"
    assert "Start again" not in text(lead.get(page))
    AssessmentExport.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    shown = text(lead.get(page))
    assert "There has been no progress for two minutes." in shown
    assert 'name="names" value="no">Start again' in shown
    assert lead.post(f"{HOME}export/request/", {"names": "no"}).url == page, "the same export"
    job.refresh_from_db()
    assert not job.is_stalled


def test_the_files_of_the_analysis_are_written_piece_by_piece(filled: Assessment, monkeypatch: Any) -> None:
    def save(results: Any, target: Any) -> None:
        for _ in range(200):
            target.write(b"x" * 64_000)

    monkeypatch.setattr(exports.worksheet, "save", save)
    found = {}
    for name, content in exports._of_analysis(Exported(filled, False), lambda group, file, label: file):
        tracemalloc.start()
        found[name] = sum(map(len, content))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000, name
        tracemalloc.stop()
    assert found["analysis/worksheet.xlsx"] == 200 * 64_000
    assert set(found) >= {"analysis/responses.csv"}


def test_watching_an_export_gets_nothing_while_nothing_changes(job: AssessmentExport, client_as: Any) -> None:
    AssessmentExport.objects.update(status=RUNNING, heartbeat_at=timezone.now())
    ask = poll_of(client_as("lead"), f"{HOME}export/{job.pk}/")
    AssessmentExport.objects.update(progress=40)
    assert "40" in ask().content.decode()


def test_export_that_failed_says_what_to_do(job: AssessmentExport, client_as: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(exports, "tables_of", lambda exported: 1 / 0)
    run_export(job.pk)
    page = text(client_as("lead").get(f"{HOME}export/{job.pk}/"))
    assert f"give the administrator of this site the number of the export: {job.pk}" in page
    assert Document.objects.count() == 1
