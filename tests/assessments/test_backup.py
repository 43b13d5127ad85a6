"""Backup and restore: whole, verified, protected; or refused with nothing changed."""

import gzip
import json
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.core.management.color import no_style
from django.db import connection

from assessments.audit import head_of, record
from assessments.backup import archived_models, digest
from assessments.fields import protected_fields, stored_form
from assessments.models import Assessment, AuditEvent, Contact, Document, User
from assessments.services.contacts import add_contact
from assessments.services.documents import register_document
from interviews.models import Answer, Interview
from tests.factories import OrganisationFactory, UserFactory
from tests.interviews.factories import AnswerFactory, InterviewFactory

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


@pytest.fixture
def filled(assessment: Assessment, settings: Any, tmp_path: Path) -> Assessment:
    settings.MEDIA_ROOT = tmp_path / "files"
    user = UserFactory(name="Who")
    add_contact(assessment=assessment, by=user, name="Xyzzy Quux", email="xyzzy@example.org")
    register_document(
        assessment=assessment, upload=SimpleUploadedFile("p.pdf", PDF), by=user, code="Aze 1", title="ə ქ ع"
    )
    InterviewFactory(assessment=assessment, respondent_name="Xyzzy Quux")
    return assessment


def empty_database() -> None:
    """Delete every archived row, bypassing the guards of the audit log and of published instruments."""
    tables = [model._meta.db_table for model in archived_models()]
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables, allow_cascade=True))


def rows() -> list[tuple[str, list[dict[str, Any]]]]:
    return [(m._meta.label, list(m._base_manager.order_by("pk").values())) for m in archived_models()]


def without_event(found: list[tuple[str, list[dict[str, Any]]]], pk: int) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rows without one event of the log, and without the end of the site's chain, which it moves: the restoring
    of a backup is recorded after the restored rows."""

    def left_out(label: str, row: dict[str, Any]) -> bool:
        if label == "assessments.AuditChain":
            return row["assessment_id"] is None
        return label == "assessments.AuditEvent" and row["id"] == pk

    return [(label, [row for row in some if not left_out(label, row)]) for label, some in found]


def run(*command: Any) -> str:
    out = StringIO()
    call_command(*command, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_restore_brings_back_every_row_and_file(filled: Assessment, settings: Any, tmp_path: Path) -> None:
    before, copy = rows(), tmp_path / "copy"
    assert "files are in" in run("backup", copy)
    empty_database()
    settings.MEDIA_ROOT = tmp_path / "new-files"

    assert "restored and verified" in run("restore", copy)

    last = AuditEvent.objects.order_by("pk").last()
    assert last is not None
    assert (last.action, last.object_label) == ("backup.restored", "copy")
    assert without_event(rows(), last.pk) == without_event(before, last.pk)
    with Document.objects.get().file.open() as kept:
        assert kept.read() == PDF
    assert Contact.objects.get().name == "Xyzzy Quux"
    OrganisationFactory(assessment=Assessment.objects.get())  # new rows get new numbers


def test_backup_states_the_end_of_the_audit_log_and_restore_compares_it(filled: Assessment, tmp_path: Path) -> None:
    record("user.signed_in", by=None)
    copy, ends = tmp_path / "copy", {"": head_of(None), "AZE-2016": head_of(filled)}
    run("backup", copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    assert manifest["audit_heads"] == ends
    empty_database()
    (copy / "manifest.json").write_text(json.dumps(manifest | {"audit_heads": {"": "0" * 64}}))
    with pytest.raises(CommandError, match="The audit log does not end as the backup says"):
        run("restore", copy)
    assert User.objects.count() == 0
    (copy / "manifest.json").write_text(json.dumps(manifest))
    run("restore", copy)
    assert "BROKEN" not in run("verify_audit")


def test_restore_chains_the_events_of_a_backup_that_is_older_than_the_chains(
    filled: Assessment, tmp_path: Path
) -> None:
    copy, data = tmp_path / "copy", tmp_path / "copy" / "data.jsonl.gz"
    before = list(AuditEvent.objects.order_by("pk").values())
    run("backup", copy)
    with gzip.open(data, "rt") as stored:
        lines = [json.loads(line) for line in stored]
    lines = [line for line in lines if line["model"] != "assessments.auditchain"]
    for line in lines:
        if line["model"] == "assessments.auditevent":
            for name in ("position", "previous_hash", "hash"):
                del line["fields"][name]
    with gzip.open(data, "wt") as stored:
        stored.writelines(json.dumps(line) + "\n" for line in lines)
    manifest = json.loads((copy / "manifest.json").read_text())
    del manifest["audit_heads"], manifest["counts"]["assessments.auditchain"]
    manifest["sha256"]["data.jsonl.gz"] = sha256(data.read_bytes()).hexdigest()
    (copy / "manifest.json").write_text(json.dumps(manifest))
    empty_database()

    run("restore", copy)

    assert list(AuditEvent.objects.exclude(action="backup.restored").order_by("pk").values()) == before
    assert run("verify_audit").count(" events, whole.") == 2


def test_backup_contains_no_protected_value_in_clear_and_no_key(
    filled: Assessment, settings: Any, tmp_path: Path
) -> None:
    run("backup", tmp_path / "copy")
    everything = b"".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in (tmp_path / "copy").rglob("*")
        if path.is_file()
    )
    assert b"yzzy" not in everything
    assert settings.FIELD_KEYS[0].encode() not in everything


def test_backup_is_readable_by_its_owner_only(filled: Assessment, settings: Any, tmp_path: Path) -> None:
    for path in Path(settings.MEDIA_ROOT).rglob("*.pdf"):
        path.chmod(0o644)  # as earlier versions stored it
    run("backup", tmp_path / "copy")
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "copy").rglob("*") if path.is_file()}
    folders = {
        path.stat().st_mode & 0o777 for path in (tmp_path / "copy", *(tmp_path / "copy").rglob("*")) if path.is_dir()
    }
    assert (modes, folders) == ({0o600}, {0o700})


def test_backup_refuses_a_folder_that_exists(filled: Assessment, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="already exists") as caught:
        run("backup", tmp_path)
    assert caught.value.returncode == 2


def list_in_manifest(copy: Path, name: str) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps(manifest | {"sha256": {name: "0"}}))


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda copy: (copy / "data.jsonl.gz").write_bytes(b"x"), "damaged: data.jsonl.gz"),
        (lambda copy: next((copy / "files").rglob("*.pdf")).unlink(), "incomplete: files/"),
        (lambda copy: (copy / "manifest.json").write_text("{"), "is not a backup"),
        (lambda copy: (copy / "manifest.json").write_text('{"format": 9, "sha256": {}}'), "has format 9"),
        (lambda copy: list_in_manifest(copy, "files/../../outside.txt"), "is outside"),
    ],
)
def test_restore_refuses_what_is_damaged(filled: Assessment, tmp_path: Path, harm: Any, message: str) -> None:
    run("backup", tmp_path / "copy")
    empty_database()
    harm(tmp_path / "copy")
    with pytest.raises(CommandError, match=message):
        run("restore", tmp_path / "copy")
    assert User.objects.count() == 0


def test_restore_refuses_a_database_with_rows(filled: Assessment, tmp_path: Path) -> None:
    run("backup", tmp_path / "copy")
    before = rows()
    with pytest.raises(CommandError, match="is not empty"):
        run("restore", tmp_path / "copy")
    assert rows() == before


def test_restore_refuses_other_keys_and_takes_rotated_ones(filled: Assessment, settings: Any, tmp_path: Path) -> None:
    run("backup", tmp_path / "copy")
    empty_database()
    old, new = settings.FIELD_KEYS[0], Fernet.generate_key().decode()
    settings.FIELD_KEYS = [new]
    with pytest.raises(CommandError, match="other FIELD_KEYS"):
        run("restore", tmp_path / "copy")
    settings.FIELD_KEYS = [new, old]
    run("restore", tmp_path / "copy")
    settings.FIELD_KEYS = [new]
    assert Contact.objects.get().name == "Xyzzy Quux"


def test_backup_refuses_values_it_cannot_read(filled: Assessment, settings: Any, tmp_path: Path) -> None:
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="cannot be read with these FIELD_KEYS"):
        run("backup", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_restore_stores_nothing_where_rows_are_missing(filled: Assessment, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    run("backup", copy)
    empty_database()
    data = copy / "data.jsonl.gz"
    lines = gzip.decompress(data.read_bytes()).splitlines(keepends=True)
    data.write_bytes(gzip.compress(b"".join(lines[:-1])))
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["sha256"]["data.jsonl.gz"] = digest(data)
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CommandError, match="Fewer rows were loaded"):
        run("restore", copy)
    assert (User.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_restore_encrypts_what_an_earlier_version_kept_in_clear(filled: Assessment, tmp_path: Path) -> None:
    answer = AnswerFactory(interview=InterviewFactory(assessment=filled), question="3.1", text="Said in confidence")
    before = dict(Answer.objects.values_list("pk", "text"))
    copy, data = tmp_path / "copy", tmp_path / "copy" / "data.jsonl.gz"
    run("backup", copy)
    with gzip.open(data, "rt") as stored:
        lines = [json.loads(line) for line in stored]
    assert not any("confidence" in json.dumps(line) for line in lines)
    lines = [line for line in lines if line["model"] != "assessments.datakey"]
    for line in lines:
        line["fields"].pop("data_key", None)
        model = apps.get_model(line["model"])
        row = model._base_manager.get(pk=line["pk"])
        for field in protected_fields(model):
            line["fields"][field.name] = getattr(row, field.attname)
    with gzip.open(data, "wt") as stored:
        stored.writelines(json.dumps(line) + "\n" for line in lines)
    manifest = json.loads((copy / "manifest.json").read_text())
    del manifest["counts"]["assessments.datakey"]
    manifest["sha256"]["data.jsonl.gz"] = sha256(data.read_bytes()).hexdigest()
    [file] = [name for name in manifest["sha256"] if name.startswith("files/")]
    (copy / file).write_bytes(PDF)
    manifest["sha256"][file] = sha256(PDF).hexdigest()
    (copy / "manifest.json").write_text(json.dumps(manifest))
    empty_database()

    run("restore", copy)

    document = Document.objects.get()
    assert PDF not in Path(document.file.path).read_bytes()
    assert document.file.open().read() == PDF
    assert dict(Answer.objects.values_list("pk", "text")) == before
    assert before[answer.pk] == "Said in confidence"
    assert "values can be read, 0 were erased" in run("verify_encryption")


def test_backup_and_restore_refuse_a_value_that_was_exchanged(filled: Assessment, tmp_path: Path) -> None:
    interview = InterviewFactory(assessment=filled, observations="Observed")
    answer = AnswerFactory(interview=interview, question="3.1", text="Said in confidence")
    run("backup", tmp_path / "copy")
    with stored_form():
        Answer.objects.filter(pk=answer.pk).update(
            text=Interview.objects.filter(pk=interview.pk).values("observations")
        )
    with pytest.raises(CommandError, match=f"interviews.answer {answer.pk} cannot be read: text"):
        run("backup", tmp_path / "other")
