"""Editions that repeat erased content: offered before confirming, and erased with their files if chosen."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from assessments.file_encryption import protected_file
from assessments.models import Assessment, Role
from assessments.services.erasure import ask_erasure, confirm_erasure, preview
from interviews.services.answers import save_answer
from reports.models import Build, Edition, EditionFile, Report, ShareLink
from reports.output.editions import make_edition_files
from tests.factories import MembershipFactory
from tests.interviews.factories import InterviewFactory

pytestmark = pytest.mark.django_db
WORDS = "Xyzzy’s “own” words"


def store(model: Any, name: str, content: bytes) -> str:
    return protected_file(model).store(name, content, Assessment.objects.get().data_key_id)


@pytest.fixture
def asked(assessment: Assessment, settings: Any, tmp_path: Path) -> Any:
    """A request to erase a passage that one edition repeats in other typography, one does not, and one may."""
    settings.MEDIA_ROOT = tmp_path
    report = Report.objects.create(assessment=assessment, title="Report")
    texts = ([["1", "Title", 'He spoke: Xyzzy\'s "own"\u00a0words.']], [["1", "Title", "Nothing."]], [])
    for number, paragraphs in enumerate(texts, start=1):
        captured = None if number == 3 else {"chapters": []}
        edition = Edition.objects.create(
            report=report, number=number, kind="draft", data_revision="x", captured=captured, paragraphs=paragraphs
        )
        file = store(EditionFile, f"editions/{number}.html", WORDS.encode())
        EditionFile.objects.create(edition=edition, format="html", file=file, checksum="x")
    ShareLink.objects.create(
        edition=Edition.objects.get(number=1), token_hmac="x", expires_at=timezone.now() + timedelta(days=9)
    )
    Build.objects.create(report=report, format="html", data_revision="x", file=store(Build, "builds/1.html", b"x"))
    lead = MembershipFactory(assessment=assessment, role=Role.LEAD).user
    answer = save_answer(
        interview=InterviewFactory(assessment=assessment), question="3.1", text=f"He spoke: {WORDS}.", by=lead
    ).answer
    return ask_erasure(
        assessment=assessment, kind="passage", by=lead, ground="person", which=str(answer.pk), words=WORDS
    )


def test_editions_with_the_words_are_offered_and_those_that_are_chosen_are_erased(
    asked: Any, client_as: Any, member: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    shown = preview(asked)
    assert [copy.label for copy in shown.copies] == ["Report: Edition 1 (Draft)", "Report: Edition 3 (Draft)"]
    assert shown.copies[1].note == "It may contain the words: its text was not stored."
    with django_capture_on_commit_callbacks(execute=True):
        done = confirm_erasure(request=asked, by=member("lead"), seen=shown.seen, copies=[shown.copies[0].key])
    assert done.copies_withdrawn == 1
    first, second, third = Edition.objects.order_by("number")
    assert (first.captured, first.paragraphs, first.files.count()) == (None, [], 0)
    assert first.erased_at is not None
    assert (second.files.count(), third.files.count(), third.erased_at) == (1, 1, None)
    assert sorted(path.name for path in tmp_path.rglob("*.html")) == ["2.html", "3.html"]  # and no build
    assert not Build.objects.exists()
    assert ShareLink.objects.get().revoked_at is not None
    make_edition_files(first.pk)
    assert first.files.count() == 0
    event = asked.assessment.audit_events.get(action="erasure.done")
    assert (event.detail["copies_erased"], event.detail["copies_kept"]) == (1, 1)
    page = " ".join(client_as("lead").get("/a/AZE-2016/report/editions/").content.decode().split())
    assert "Its text and its files were erased on" in page


def test_sections_in_which_the_words_are_typed_are_named(asked: Any) -> None:
    report = Report.objects.get()
    section = report.sections.create(key="s1", title="Findings", body=f"They said {WORDS}.")
    labels = [use.label for use in preview(asked).uses]
    assert labels == ["Report: Findings, where the same words are typed"]
    section.body = "They said nothing."
    section.save()
    section.revisions.create(revision=1, title="Findings", body=f"They said {WORDS}.")
    (use,) = preview(asked).uses
    assert use.label == "Report: Findings, where the same words were typed in an earlier text"
    section.revisions.all().delete()
    assert preview(asked).uses == []


def test_a_file_that_is_made_while_its_edition_is_erased_is_not_kept(
    asked: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    edition = Edition.objects.get(number=2)

    def make(*given: Any) -> bytes:
        Edition.objects.filter(pk=edition.pk).update(erased_at=timezone.now())
        return WORDS.encode()

    monkeypatch.setattr("reports.output.editions.capture.unpack", lambda captured: captured)
    formats = {"pdf": SimpleNamespace(name="pdf", label="PDF", make=make, templated=False)}
    monkeypatch.setattr("reports.output.editions.FORMATS", formats)
    with django_capture_on_commit_callbacks(execute=True):
        make_edition_files(edition.pk)
    assert edition.files.filter(format="pdf").count() == 0
    assert not list(tmp_path.rglob("*.pdf"))
