"""Background builds: progress, cancelling, one file per revision, and what a killed worker leaves behind."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from assessments import file_encryption
from assessments.models import Assessment
from assessments.services.organisations import add_organisation
from assessments.services.packs import save_pack_text
from instruments.models import Instrument
from reports.models import Build, Report, Section
from reports.output import builds
from reports.output.builds import Cancelled, run_build
from reports.output.revision import data_revision
from reports.services.builds import cancel_build, request_build, restart_stalled_build
from reports.services.reports import create_report
from reports.services.sections import edit_section
from tests.factories import DocumentFactory, InstrumentFactory
from tests.interviews.factories import InterviewFactory
from tests.pages import poll_of
from tests.surveys.factories import SurveyFactory

pytestmark = pytest.mark.django_db
WAITING, RUNNING, DONE = Build.Status.WAITING, Build.Status.RUNNING, Build.Status.DONE


@pytest.fixture
def report(assessment: Assessment) -> Report:
    report = create_report(assessment=assessment, by=None)
    Section.objects.filter(parent=None).exclude(key="introduction").update(hidden=True)
    return report


@pytest.fixture
def job(report: Report) -> Build:
    return Build.objects.create(report=report, format="html", data_revision=data_revision(report))


def test_run_build_stores_the_file_with_its_checksum(job: Build) -> None:
    run_build(job.pk)
    job.refresh_from_db()
    content = job.file.open().read()
    assert (job.status, job.progress, job.checksum) == (DONE, 100, hashlib.sha256(content).hexdigest())


def test_run_build_has_the_words_of_the_assessment(job: Build) -> None:
    revision = data_revision(job.report)
    save_pack_text(
        assessment=job.report.assessment, language="en", key="reports.contents", text="What is inside", by=None
    )
    assert data_revision(job.report) != revision
    run_build(job.pk)
    job.refresh_from_db()
    assert "What is inside" in job.file.open().read().decode()


def test_run_build_twice_does_nothing_the_second_time(job: Build) -> None:
    run_build(job.pk)
    first = Build.objects.values().get()
    run_build(job.pk)
    assert Build.objects.values().get() == first


def test_run_build_beside_a_living_worker_does_nothing(job: Build) -> None:
    Build.objects.update(status=RUNNING, heartbeat_at=timezone.now())
    run_build(job.pk)
    assert Build.objects.get().status == RUNNING


def test_run_build_takes_over_from_a_killed_worker(job: Build) -> None:
    Build.objects.update(status=RUNNING, heartbeat_at=timezone.now() - timedelta(minutes=5), progress=60)
    run_build(job.pk)
    assert Build.objects.get().status == DONE


def test_progress_rises_and_names_the_steps(job: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, str]] = []
    real = builds.progress_of(job)

    def progress_of(_: Build) -> Any:
        return lambda done, step: (seen.append((done, step)), real(done, step))

    monkeypatch.setattr(builds, "progress_of", progress_of)
    run_build(job.pk)
    numbers = [done for done, _ in seen]
    assert numbers == sorted(numbers)
    assert seen[0] == (0, "Writing “Introduction”")
    assert seen[-1] == (99, "Storing the file")


def test_cancel_of_a_running_build_ends_it_without_a_file(job: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builds.make_document

    def cancelled_meanwhile(*args: Any) -> bytes:
        cancel_build(job=job, by=None)
        return real(*args)

    monkeypatch.setattr(builds, "make_document", cancelled_meanwhile)
    run_build(job.pk)
    job.refresh_from_db()
    assert (job.status, job.file.name) == (Build.Status.CANCELLED, "")


def test_cancel_of_a_waiting_build_ends_it_at_once(job: Build) -> None:
    cancel_build(job=job, by=None)
    run_build(job.pk)
    assert Build.objects.get().status == Build.Status.CANCELLED


def test_a_pdf_can_be_cancelled_at_any_page() -> None:
    pages: list[int] = []

    def stop(page: int) -> None:
        pages.append(page)
        raise Cancelled

    from reports.output.pdf import make_pdf

    with pytest.raises(Cancelled):
        make_pdf('<html lang="en"><head><title>x</title></head><body><h1>x</h1></body></html>', on_page=stop)
    assert pages == [1]


def test_a_failure_is_reported_and_can_be_tried_again(
    report: Report,
    job: Build,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
    client_as: Any,
) -> None:
    def fail(*args: Any) -> bytes:
        raise RuntimeError("boom")

    with monkeypatch.context() as patched:
        patched.setattr(builds, "make_document", fail)
        run_build(job.pk)
    job.refresh_from_db()
    assert (job.status, "boom" in job.failure) == (Build.Status.FAILED, False)
    page = client_as("lead").get(f"/a/AZE-2016/report/builds/{job.pk}/", headers={"accept-language": "fr"})
    assert f"le numéro de la production : {job.pk}." in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        again = request_build(report=report, format="html", by=None)
    assert Build.objects.get(pk=again.pk).status == DONE


def test_request_build_returns_what_is_there_for_the_same_revision(
    report: Report, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = request_build(report=report, format="html", by=None)
    assert request_build(report=report, format="html", by=None) == first
    edit_section(section=report.sections.get(key="context"), body="Changed", by=None)
    assert request_build(report=report, format="html", by=None) != first


def test_request_build_makes_a_lost_file_again(report: Report, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = request_build(report=report, format="html", by=None)
    Path(Build.objects.get().file.path).unlink()
    assert request_build(report=report, format="html", by=None) != first


def test_watching_a_build_retries_it_after_its_worker_was_killed(
    job: Build, client_as: Any, django_capture_on_commit_callbacks: Any
) -> None:
    assert not restart_stalled_build(job=job)
    Build.objects.update(status=RUNNING, heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert Build.objects.get().is_stalled
    with django_capture_on_commit_callbacks(execute=True):
        client_as("observer").get(f"/a/AZE-2016/report/builds/{job.pk}/")
    assert Build.objects.get().status == DONE


def test_watching_a_build_gets_nothing_while_nothing_changes(job: Build, client_as: Any) -> None:
    Build.objects.update(status=RUNNING, heartbeat_at=timezone.now())
    ask = poll_of(client_as("observer"), f"/a/AZE-2016/report/builds/{job.pk}/")
    Build.objects.update(progress=40)
    assert "40" in ask().content.decode()


@pytest.mark.parametrize("change", ["document", "organisation", "text", "hidden", "setting"])
def test_the_revision_follows_every_change(assessment: Assessment, report: Report, change: str) -> None:
    before = data_revision(report)
    if change == "document":
        DocumentFactory(assessment=assessment)
    elif change == "organisation":
        add_organisation(assessment=assessment, by=None, name="Committee", sector="state")
    elif change == "text":
        edit_section(section=report.sections.get(key="context"), body="Changed", by=None)
    elif change == "hidden":
        Section.objects.filter(key="context").update(hidden=True)
    else:
        report.name_agencies = False
        report.save()
    assert data_revision(report) != before


def test_the_revision_follows_corrections_of_versions_that_survey_and_interviews_keep(
    assessment: Assessment, report: Report
) -> None:
    """The assessment uses others by now. The log of an assessment has no event of corrections of others' versions."""
    questionnaire, guide = assessment.questionnaire, InstrumentFactory(kind="interview_guide", version=9)
    SurveyFactory(assessment=assessment, questionnaire=questionnaire)
    InterviewFactory(assessment=assessment, guide_version=guide)
    Assessment.objects.update(questionnaire=InstrumentFactory(kind="survey", version=9))
    report = Report.objects.select_related("assessment").get(pk=report.pk)
    for version in (questionnaire, guide):
        before = data_revision(report)
        Instrument.objects.filter(pk=version.pk).update(corrections_made=1)
        assert data_revision(report) != before


def test_no_half_file_is_ever_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*args: Any) -> None:
        raise KeyboardInterrupt

    target = tmp_path / "report.pdf"
    file_encryption.write_whole(target, [b"old"])
    monkeypatch.setattr(file_encryption.os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        file_encryption.write_whole(target, [b"new"])
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("report.pdf", b"old")]
    assert str(settings.MEDIA_ROOT) not in str(target)
