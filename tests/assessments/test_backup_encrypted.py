"""Backups that only their recipients can open, how they are opened, and how long they are kept."""

import gzip
import json
import os
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from pyrage import x25519

from assessments.backup import digest
from assessments.management.commands.restore import VARIABLE
from assessments.models import Assessment, AuditEvent, Document, User
from assessments.services.documents import register_document
from tests.assessments.test_backup import empty_database, rows, without_event
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


@pytest.fixture
def identity() -> x25519.Identity:
    return x25519.Identity.generate()


@pytest.fixture
def filled(assessment: Assessment, settings: Any, tmp_path: Path, identity: x25519.Identity) -> Assessment:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.BACKUP_RECIPIENTS = [str(x25519.Identity.generate().to_public()), str(identity.to_public())]
    upload = SimpleUploadedFile("p.pdf", PDF)
    register_document(assessment=assessment, upload=upload, by=UserFactory(), code="Aze 1", title="Xyzzy Quux")
    return assessment


def run(*command: Any, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(*command, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def identity_file(folder: Path, identity: x25519.Identity) -> Path:
    path = folder / f"identity-{identity.to_public()}"
    path.write_text(f"# public key: {identity.to_public()}\n{identity}\n")
    return path


def test_backup_shows_nothing_to_who_lacks_the_identity(filled: Assessment, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    out, err = run("backup", copy)
    assert "encrypted for 2 recipients" in out
    assert "NOT encrypted" not in err
    kept = [path for path in copy.rglob("*") if path.is_file()]
    assert {path.relative_to(copy).as_posix() for path in kept} == {
        "manifest.json",
        "manifest.json.age",
        "data.jsonl.gz.age",
        "files/000001.age",
    }
    for path in kept:
        content = path.read_bytes()
        assert not any(known in content for known in (b"yzzy", b"AZE-2016", b"PDF", b"assessments.", b"counts"))
        assert path.stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o777 for path in (copy, copy / "files")} == {0o700}


@pytest.mark.parametrize("way", ["file", "environment", "typed"])
def test_each_recipient_restores_every_row_and_file(
    filled: Assessment,
    identity: x25519.Identity,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    before, copy = rows(), tmp_path / "copy"
    run("backup", copy)
    empty_database()
    settings.MEDIA_ROOT = tmp_path / "new-files"
    command: list[Any] = ["restore", copy]
    if way == "file":
        command += ["--identity", identity_file(tmp_path, identity)]
    elif way == "environment":
        monkeypatch.setenv(VARIABLE, str(identity))
    else:
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("assessments.management.commands.restore.getpass", lambda prompt: str(identity))

    run(*command)

    last = AuditEvent.objects.order_by("pk").last()
    assert last is not None
    assert without_event(rows(), last.pk) == without_event(before, last.pk)
    document = Document.objects.get()
    with document.file.open() as kept:
        assert kept.read() == PDF
    assert os.stat(document.file.path).st_mode & 0o777 == 0o600


def test_restore_of_an_encrypted_backup_requires_an_identity(
    filled: Assessment, identity: x25519.Identity, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    run("backup", copy)
    empty_database()
    with pytest.raises(CommandError, match=r"is encrypted\. Give the identity of one of its recipients"):
        run("restore", copy)
    stranger = x25519.Identity.generate()
    with pytest.raises(CommandError, match=f"does not open the backup. .*{identity.to_public()}"):
        run("restore", copy, "--identity", identity_file(tmp_path, stranger))
    (tmp_path / "none").write_text("# nothing\n")
    with pytest.raises(CommandError, match="no line begins with AGE-SECRET-KEY-1"):
        run("restore", copy, "--identity", tmp_path / "none")
    (tmp_path / "wrong").write_text("hello\n")
    with pytest.raises(CommandError, match="This is no age identity"):
        run("restore", copy, "--identity", tmp_path / "wrong")
    with pytest.raises(CommandError, match="No such file"):
        run("restore", copy, "--identity", tmp_path / "nowhere")
    assert User.objects.count() == 0


@pytest.mark.parametrize("name", ["data.jsonl.gz.age", "files/000001.age", "manifest.json.age"])
def test_restore_refuses_what_was_exchanged(
    filled: Assessment, identity: x25519.Identity, tmp_path: Path, name: str
) -> None:
    """A checksum recalculated without the identity proves nothing: age has its own, and so has the manifest."""
    copy = tmp_path / "copy"
    run("backup", copy)
    empty_database()
    content = bytearray((copy / name).read_bytes())
    content[-1] ^= 1
    (copy / name).write_bytes(content)
    command = ["restore", copy, "--identity", identity_file(tmp_path, identity)]
    with pytest.raises(CommandError, match=f"damaged: {name}"):
        run(*command)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["sha256"][name] = digest(copy / name)
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CommandError, match=r"does not open the backup|cannot be decrypted"):
        run(*command)
    assert User.objects.count() == 0


def test_a_mistyped_recipient_is_named_and_nothing_is_written(
    filled: Assessment, settings: Any, tmp_path: Path
) -> None:
    settings.BACKUP_RECIPIENTS = ["age1nonsense"]
    with pytest.raises(CommandError, match="“age1nonsense” is no age recipient"):
        run("backup", tmp_path / "copy")
    assert not list(tmp_path.glob("copy*"))


def test_a_backup_without_recipients_warns_that_it_is_not_encrypted(
    filled: Assessment, settings: Any, tmp_path: Path
) -> None:
    settings.BACKUP_RECIPIENTS = []
    out, err = run("backup", tmp_path / "copy")
    assert "NOT encrypted" in err
    assert "encrypted" not in out
    assert b"Xyzzy Quux" in gzip.decompress((tmp_path / "copy" / "data.jsonl.gz").read_bytes())
    assert AuditEvent.objects.get(action="backup.made").detail["encrypted"] is False


def test_a_try_reads_everything_stores_nothing_and_is_noted(
    filled: Assessment, identity: x25519.Identity, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    run("backup", copy)
    before = rows()
    out, _ = run("restore", copy, "--try", "--identity", identity_file(tmp_path, identity))
    assert "can be restored. Nothing was stored." in out
    event = AuditEvent.objects.get(action="backup.restore_tried")
    assert without_event(rows(), event.pk) == without_event(before, event.pk)


def test_a_failed_backup_leaves_nothing_behind(
    filled: Assessment, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assessments.backup.verify", lambda folder: (_ for _ in ()).throw(OSError("disk is full")))
    with pytest.raises(CommandError, match="disk is full"):
        run("backup", tmp_path / "copy")
    assert not list(tmp_path.glob("copy*"))


def test_a_folder_of_another_owner_is_never_removed(filled: Assessment, tmp_path: Path) -> None:
    (tmp_path / "copy.part").mkdir()
    (tmp_path / "copy.part" / "letter.txt").write_text("mine")
    with pytest.raises(CommandError, match="was not made by `backup`"):
        run("backup", tmp_path / "copy")
    assert (tmp_path / "copy.part" / "letter.txt").read_text() == "mine"


@pytest.fixture
def aged(filled: Assessment, tmp_path: Path) -> Callable[[str, int], Path]:
    """aged("x", 40): a backup named x that is 40 days old."""

    def make(name: str, days: int) -> Path:
        folder = tmp_path / "backups" / name
        run("backup", folder)
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["made_at"] = (timezone.now() - timedelta(days=days)).isoformat()
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return folder

    return make


def test_old_backups_of_this_site_are_removed_and_named(aged: Any, settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DAYS = 0
    old, young, other, mixed = aged("old", 31), aged("young", 29), aged("other", 99), aged("mixed", 99)
    about = json.loads((other / "manifest.json").read_text())
    (other / "manifest.json").write_text(json.dumps(about | {"site": "https://elsewhere.example"}))
    (mixed / "letter.txt").write_text("mine")
    loose = tmp_path / "backups" / "loose"
    loose.mkdir()
    (loose / "manifest.json").write_text("[]")
    (tmp_path / "backups" / "link").symlink_to(other)
    settings.BACKUP_DAYS = 30

    out, _ = run("backup", tmp_path / "backups" / "new")

    assert f"removed {old}" in out
    assert f"emptied {mixed}" in out
    assert "young" not in out
    assert "other" not in out
    left = {path.name for path in (tmp_path / "backups").iterdir()}
    assert left == {"young", "other", "mixed", "loose", "link", "new"}
    assert [path.name for path in mixed.iterdir()] == ["letter.txt"]
    assert young.is_dir()


def test_a_manifest_cannot_lead_the_removal_elsewhere(aged: Any, tmp_path: Path) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    old = aged("old", 99)
    about = json.loads((old / "manifest.json").read_text())
    about["sha256"] |= {"../../victim.txt": "0", str(victim): "0"}
    (old / "manifest.json").write_text(json.dumps(about))
    run("backup", tmp_path / "backups" / "new")
    assert victim.read_text() == "mine"
    assert not old.exists()


def test_what_a_killed_backup_left_is_removed_after_two_days(aged: Any, settings: Any, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    for name, days in (("fresh", 0), ("stale", 3)):
        part = backups / f"{name}.part"
        (part / "files").mkdir(parents=True)
        (part / "files" / "000001.age").write_bytes(b"x")
        made_at = (timezone.now() - timedelta(days=days)).isoformat()
        about = {"made_by": "CT-NAT backup", "site": settings.SITE_URL, "made_at": made_at}
        (part / "unfinished.json").write_text(json.dumps(about))
    out, _ = run("backup", backups / "new")
    assert f"removed {backups / 'stale.part'}" in out
    assert {path.name for path in backups.iterdir()} == {"fresh.part", "new"}


def test_zero_days_delete_no_backup(aged: Any, settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DAYS = 0
    old = aged("old", 4000)
    run("backup", tmp_path / "backups" / "new")
    assert old.is_dir()


def test_made_identity_is_private_and_opens_a_backup(filled: Assessment, settings: Any, tmp_path: Path) -> None:
    file = tmp_path / "identity.txt"
    out, err = run("make_backup_identity", file)
    settings.BACKUP_RECIPIENTS = [out.strip().removeprefix("CTNAT_BACKUP_RECIPIENTS=")]
    assert file.stat().st_mode & 0o777 == 0o600
    assert "AGE-SECRET-KEY" not in out + err
    run("backup", tmp_path / "copy")
    assert "can be restored" in run("restore", tmp_path / "copy", "--try", "--identity", file)[0]
    with pytest.raises(CommandError, match="already exists"):
        run("make_backup_identity", file)
