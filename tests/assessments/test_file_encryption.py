"""Files of an assessment are encrypted on the disk: uploads, builds and editions, in chunks, with its key."""

import io
import os
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.core.management import CommandError, call_command
from django.db import models
from django.utils import timezone

from assessments import file_encryption
from assessments.data_keys import forget_all
from assessments.fields import stored_form
from assessments.file_encryption import (
    CHUNK,
    MAGIC,
    TAG,
    DecryptedFile,
    UnreadableFile,
    encrypt_files,
    encrypted,
    pieces,
    protected_files,
    write_whole,
)
from assessments.models import Assessment, DataKey, Document
from assessments.services.data_keys import destroy_key
from assessments.services.documents import register_document
from tests.factories import AssessmentFactory, DocumentFactory
from workshops.models import Minutes, Workshop

pytestmark = pytest.mark.django_db
WORDS = b"%PDF-1.4 The shelter is behind the old mill. "
PLACE = "assessments.document.file"
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7]


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def stored_as(content: bytes, key: Any, size: int = 5000) -> bytes:
    return b"".join(encrypted((content[i : i + size] for i in range(0, len(content), size)), key, PLACE))


def read(stored: bytes, place: str = PLACE) -> bytes:
    return DecryptedFile(io.BytesIO(stored), place).read()


def add(assessment: Assessment, upload: Any = None) -> Document:
    upload = upload or SimpleUploadedFile("p.pdf", WORDS)
    return register_document(assessment=assessment, upload=upload, by=None, code="Aze 1", title="A plan")


def on_disk(document: Document) -> bytes:
    return Path(document.file.path).read_bytes()


def put_in_clear(document: Document, content: bytes = WORDS) -> None:
    """As an earlier version stored it."""
    Path(document.file.path).write_bytes(content)


@pytest.mark.parametrize("size", SIZES)
def test_what_was_stored_is_read_again(assessment: Assessment, size: int) -> None:
    content = os.urandom(size)
    for pieces_of in (1 << 20, 70_001, 1000):
        stored = stored_as(content, assessment.data_key_id, pieces_of)
        found = DecryptedFile(io.BytesIO(stored), PLACE)
        assert found.size == size
        assert found.read() == content
    assert read(stored) == content
    small = DecryptedFile(io.BytesIO(stored), PLACE)
    assert b"".join(iter(lambda: small.read(4096), b"")) == content


def test_the_same_content_is_never_stored_alike(assessment: Assessment) -> None:
    first, second = (stored_as(WORDS, assessment.data_key_id) for _ in range(2))
    assert first != second
    assert WORDS not in first
    assert first.startswith(MAGIC)


@pytest.mark.parametrize("size", [1, CHUNK, 2 * CHUNK, 3 * CHUNK + 7])
def test_a_file_that_has_changed_is_refused(assessment: Assessment, size: int) -> None:
    content = os.urandom(size)
    stored = stored_as(content, assessment.data_key_id)
    begin = stored.index(b"\n", len(MAGIC)) + 1
    chunks = [stored[i : i + CHUNK + TAG] for i in range(begin, len(stored), CHUNK + TAG)]
    head = stored[:begin]
    wrong = [
        head,  # nothing after it
        head[:20],
        stored[:-1],  # cut off inside a chunk
        stored + b"x",
        head + b"".join(chunks[:-1]),  # cut off between two chunks
        head + b"".join(chunks + chunks[-1:]),
        stored[:begin] + bytes([stored[begin] ^ 1]) + stored[begin + 1 :],
        stored[:-1] + bytes([stored[-1] ^ 1]),
    ]
    if len(chunks) > 2:
        wrong += [
            head + b"".join([chunks[1], chunks[0], *chunks[2:]]),
            head + b"".join([chunks[0], *chunks[2:]]),
            head + b"".join([chunks[0], chunks[0], *chunks[2:]]),
        ]
    for changed in wrong:
        with pytest.raises(UnreadableFile):
            read(changed)
    with pytest.raises(UnreadableFile):
        read(stored, "reports.build.file")


def test_a_file_that_was_cut_off_is_refused_before_any_of_it_is_sent(assessment: Assessment) -> None:
    stored = stored_as(os.urandom(5 * CHUNK), assessment.data_key_id)
    with pytest.raises(UnreadableFile):
        DecryptedFile(io.BytesIO(stored[: -(CHUNK + TAG)]), PLACE)


def test_a_file_needs_memory_for_a_chunk_not_for_its_size(assessment: Assessment, tmp_path: Path) -> None:
    size, block = 20 * 1024 * 1024, bytes(CHUNK)

    def content() -> Iterator[bytes]:
        for _ in range(size // CHUNK):
            yield block

    target = tmp_path / "large"
    next(encrypted([b""], assessment.data_key_id, PLACE))  # what is loaded once
    tracemalloc.start()
    try:
        write_whole(target, encrypted(content(), assessment.data_key_id, PLACE))
        with target.open("rb") as stored:
            read_back = sum(len(piece) for piece in pieces(DecryptedFile(stored, PLACE)))  # type: ignore[arg-type]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read_back == size
    assert peak < 2 * 1024 * 1024


def test_an_upload_is_not_in_clear_on_the_disk_and_is_downloaded_as_it_was(
    assessment: Assessment, client_as: Any, tmp_path: Path
) -> None:
    document = add(assessment)
    assert WORDS not in on_disk(document)
    assert on_disk(document).startswith(MAGIC)
    reply = client_as("consultant").get(f"/a/AZE-2016/documents/{document.pk}/file/")
    assert b"".join(reply.streaming_content) == WORDS
    assert reply["Content-Length"] == str(len(WORDS))
    assert 'filename="p.pdf"' in reply["Content-Disposition"]
    factory_made = DocumentFactory(assessment=assessment, code="Aze 2", file=SimpleUploadedFile("b.txt", WORDS))
    assert WORDS not in on_disk(factory_made)
    everything = b"".join(path.read_bytes() for path in (tmp_path / "files").rglob("*") if path.is_file())
    assert b"old mill" not in everything


def test_a_large_upload_that_is_a_file_already_is_encrypted_too(assessment: Assessment) -> None:
    upload = TemporaryUploadedFile("p.pdf", "application/pdf", len(WORDS) * 9000, None)
    upload.write(WORDS * 9000)
    upload.seek(0)
    document = add(assessment, upload)
    assert b"old mill" not in on_disk(document)
    assert document.file.open().read() == WORDS * 9000


def test_a_file_of_an_assessment_whose_key_was_destroyed_is_gone(assessment: Assessment, client_as: Any) -> None:
    document = add(assessment)
    destroy_key(assessment=assessment, confirmation="AZE-2016", reason="Closed.", by=None)
    forget_all()  # as every process does within a minute
    with pytest.raises(UnreadableFile):
        document.file.open()
    assert client_as("consultant").get(f"/a/AZE-2016/documents/{document.pk}/file/").status_code == 404


def test_a_file_of_an_earlier_version_is_read_then_encrypted(assessment: Assessment, client_as: Any) -> None:
    document = add(assessment)
    put_in_clear(document)
    address = f"/a/AZE-2016/documents/{document.pk}/file/"
    assert b"".join(client_as("consultant").get(address).streaming_content) == WORDS
    name = document.file.name
    assert list(encrypt_files()) == [f"{name}: encrypted"]
    assert on_disk(document).startswith(MAGIC)
    before = on_disk(document)
    assert list(encrypt_files()) == []  # once
    assert on_disk(document) == before
    assert b"".join(client_as("consultant").get(address).streaming_content) == WORDS
    assert Path(document.file.path).stat().st_mode & 0o777 == 0o600
    out = io.StringIO()
    put_in_clear(document)
    call_command("encrypt_files", stdout=out)
    assert out.getvalue() == f"{name}: encrypted\n"


def test_encrypting_may_be_stopped_at_any_moment(assessment: Assessment, monkeypatch: Any) -> None:
    document = add(assessment)
    put_in_clear(document, WORDS * 5000)
    folder = Path(document.file.path).parent

    def killed(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(file_encryption.os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            list(encrypt_files())
    assert on_disk(document) == WORDS * 5000
    half = folder / f".{Path(document.file.path).name}.half"  # a run that was killed in the middle of writing
    half.write_bytes(MAGIC)
    os.utime(half, (time.time() - 7200,) * 2)
    list(encrypt_files())
    assert [path.name for path in folder.iterdir()] == [Path(document.file.path).name]
    assert document.file.open().read() == WORDS * 5000


def test_a_file_that_is_erased_meanwhile_does_not_come_back(assessment: Assessment, monkeypatch: Any) -> None:
    document = add(assessment)
    put_in_clear(document)
    path = Path(document.file.path)
    rows = file_encryption.rows_with_files

    def erased_after_listing(model: Any, field: Any) -> Any:
        found = list(rows(model, field))
        if model is Document:
            Document.all_objects.all().delete()
        return found

    monkeypatch.setattr(file_encryption, "rows_with_files", erased_after_listing)
    assert list(encrypt_files()) == []
    assert path.read_bytes() == WORDS  # it is deleted when the erasing is committed


def test_a_missing_file_and_a_destroyed_key_are_no_error_of_the_run(assessment: Assessment) -> None:
    document, closed = add(assessment), add(AssessmentFactory(reference="GEO-2016", country="GEO"))
    Path(document.file.path).unlink()
    put_in_clear(closed)
    DataKey.objects.filter(pk=closed.assessment.data_key_id).update(secret="")
    forget_all()  # as every process does within a minute
    assert list(encrypt_files()) == [
        f"{closed.file.name}: stays in clear, because the key of its assessment is missing or was destroyed"
    ]
    assert on_disk(closed) == WORDS


def test_minutes_are_encrypted_in_the_database(assessment: Assessment, client_as: Any) -> None:
    workshop = Workshop.objects.create(assessment=assessment, held_on=timezone.localdate())
    made = Minutes.objects.create(workshop=workshop, number=1, html="Said", pdf=WORDS, checksum="x")
    with stored_form():
        kept = bytes(Minutes.objects.get().pdf)
    assert kept.startswith(MAGIC)
    assert b"old mill" not in kept
    address = f"/a/AZE-2016/workshop/{workshop.pk}/minutes/1/"
    assert client_as("lead").get(address).content == WORDS
    Minutes.objects.update(pdf=WORDS)  # as an earlier version stored it
    assert client_as("lead").get(address).content == WORDS
    assert list(encrypt_files()) == [f"workshops.minutes.pdf, row {made.pk}: encrypted"]
    assert list(encrypt_files()) == []
    assert client_as("lead").get(address).content == WORDS
    call_command("verify_encryption", stdout=io.StringIO())
    destroy_key(assessment=assessment, confirmation="AZE-2016", reason="Closed.", by=None)
    forget_all()
    lost = Minutes.objects.get()
    assert lost.pdf == b""
    with stored_form():
        kept = bytes(Minutes.objects.get().pdf)
    lost.number = 2
    lost.save(update_fields=["number", "pdf"])
    with stored_form():
        assert bytes(Minutes.objects.get().pdf) == kept
    assert client_as("lead").get(address.replace("/1/", "/2/")).status_code == 404


def test_verify_encryption_reads_the_files(assessment: Assessment) -> None:
    document = add(assessment)
    other = add(AssessmentFactory(reference="GEO-2016", country="GEO"))
    out = io.StringIO()
    call_command("verify_encryption", stdout=out)
    swapped, whole = on_disk(other), on_disk(document)
    for changed in (WORDS, swapped, whole[:-1]):
        Path(document.file.path).write_bytes(changed)
        with pytest.raises(CommandError, match="1 values are not as they were stored"):
            call_command("verify_encryption", stdout=out, stderr=io.StringIO())


def test_every_file_of_an_assessment_is_encrypted() -> None:
    """A new `FileField` has to be one of these, so that nothing is stored in clear by oversight."""
    fields = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField)
    }
    assert fields == {f"{model._meta.label}.{field.name}" for model, field in protected_files()}
    assert fields == {
        "assessments.Document.file",
        "interviews.Photograph.file",
        "reports.AssessmentExport.file",
        "reports.Build.file",
        "reports.EditionFile.file",
        "reports.InterviewDocument.file",
        "reports.ReturnedFile.file",
        "reports.ReviewRound.file",
        "reports.ReviewRound.snapshot",
        "reports.ReviewRound.tracked_file",
        "reports.WordTemplate.file",
    }
