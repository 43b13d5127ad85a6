"""Backup and restore: every row and every file, with checksums, between any of the databases that the project runs on.

A backup is a folder: `data.jsonl.gz` (one row per line, parents before children), `files/`, and `manifest.json`
(counts, checksums, migrations). Encrypted columns stay encrypted in it; FIELD_KEYS are not in it and are needed to
restore. What a backup of an earlier version holds in clear is encrypted on the way back. Sign-in sessions and
background jobs are left out.

With recipients all of it is encrypted (`assessments/age.py`): rows and manifest end in `.age`, files have numbers for
names, and `manifest.json` has only the time of the backup, its recipients, and the checksums of its files.
"""

import gzip
import hashlib
import json
import shutil
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, TextIO, cast

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from assessments.age import (
    SUFFIX,
    KeyFault,
    SealFault,
    decrypted_reader,
    encrypted_writer,
    make_private_folder,
    read_recipients,
    write_private,
)
from assessments.audit import chain_old_event, heads
from assessments.backup_expiry import MADE_BY, PART, UNFINISHED, lies_inside, remove_unfinished
from assessments.data_keys import PREFIX, UnreadableToken, remember
from assessments.erasure_register import RegisterError, check_length, ensure_register, erase_again, read_register
from assessments.fields import UNREADABLE, EncryptedTextField, cipher, protected_fields, stored_form
from assessments.file_encryption import encrypt_files, pieces
from assessments.models import AuditChain, AuditEvent, DataKey
from assessments.write_ahead_log import empty_log_after_commit

PLAIN_FORMAT, ENCRYPTED_FORMAT = 1, 2
DATA, MANIFEST = "data.jsonl.gz", "manifest.json"
LEFT_OUT_APPS = {"contenttypes", "auth", "sessions", "django_tasks_db"}
# What only concerns the running site: its sessions, attempts, limits and workers.
LEFT_OUT_MODELS = {
    *(f"assessments.{name}" for name in ("signin", "refusedsignin", "mailfailure", "workerbeat", "dailyrun")),
    "surveys.limitcount",
}
Progress = Callable[[str], object]


class ArchiveError(Exception):
    """Why a backup or a restore cannot be done; nothing was changed."""


def archived_models() -> list[type[models.Model]]:
    """Parents before children: a row is encrypted with the key of the assessment to which its parents lead."""
    included = [(config, None) for config in apps.get_app_configs() if config.label not in LEFT_OUT_APPS]
    archived = [
        m
        for m in serializers.sort_dependencies(included)
        if not m._meta.proxy and m._meta.managed and m._meta.label_lower not in LEFT_OUT_MODELS
    ]
    ordered: dict[type[models.Model], None] = {}
    for model in archived:
        _add_with_parents(model, archived, ordered)
    return list(ordered)


def _add_with_parents(
    model: type[models.Model], archived: list[type[models.Model]], ordered: dict[type[models.Model], None]
) -> None:
    """Models with a natural key come first, by which the others name their rows: of their own parents, only such."""
    for field in model._meta.concrete_fields:
        parent: Any = field.related_model
        if parent is None or parent is model or parent in ordered or parent not in archived:
            continue
        if hasattr(parent, "natural_key") or not hasattr(model, "natural_key"):
            _add_with_parents(parent, archived, ordered)
    ordered[model] = None


def encrypted_fields(model: type[models.Model]) -> list[str]:
    """Columns that are encrypted with FIELD_KEYS themselves."""
    return [field.attname for field in model._meta.fields if isinstance(field, EncryptedTextField)]


def key_marks() -> list[str]:
    """Digests by which keys can be compared without being disclosed."""
    return [hashlib.sha256(f"ctnat:{key}".encode()).hexdigest()[:12] for key in settings.FIELD_KEYS]


def migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


# Backup ------------------------------------------------------------------------------------------------------------


def backup(folder: Path, report_progress: Progress) -> dict[str, Any]:
    """Write a backup into `folder`, which must not exist yet; it appears whole or not at all. Returns its manifest.

    It is encrypted where CTNAT_BACKUP_RECIPIENTS names recipients.
    """
    try:
        recipients = read_recipients(settings.BACKUP_RECIPIENTS)
    except KeyFault as fault:
        raise ArchiveError(str(fault)) from None
    if folder.exists():
        raise ArchiveError(f"{folder} already exists. Give the name of a new folder.")
    part = folder.with_name(folder.name + PART)
    if part.exists() and not remove_unfinished(part):
        raise ArchiveError(f"{part} is in the way, and was not made by `backup`. Move it, or give another name.")
    made = {"made_by": MADE_BY, "site": settings.SITE_URL, "made_at": timezone.now().isoformat()}
    make_private_folder(part)
    try:
        write_private(part / UNFINISHED, json.dumps(made))
        manifest = _write_backup(part, made, recipients, report_progress)
        (part / UNFINISHED).unlink()
        part.rename(folder)
    except BaseException:
        remove_unfinished(part)
        raise
    return manifest


def _write_backup(part: Path, made: dict[str, str], recipients: list[Any], report_progress: Progress) -> dict[str, Any]:
    suffix = SUFFIX if recipients else ""
    ensure_register()
    noted = len(read_register())
    with snapshot():
        with encrypted_writer(part / f"{DATA}{suffix}", recipients) as out:
            hashed = Hashing(out)
            counts, files = _write_rows(hashed, report_progress)
        applied, ends = migrations(), heads()
    sums, stored = {DATA: hashed.hexdigest()}, {DATA: f"{DATA}{suffix}"}
    missing = []
    for number, name in enumerate(files, start=1):
        place = f"files/{number:06}{SUFFIX}" if recipients else f"files/{name}"
        if (found := _copy_file(name, part / place, recipients)) is None:
            missing.append(name)
            report_progress(f"warning: the file {name} is named in the database but missing in {_store().place}")
        else:
            sums[f"files/{name}"], stored[f"files/{name}"] = found, place
    manifest = made | {
        "format": PLAIN_FORMAT,
        "engine": connection.vendor,
        "keys": key_marks(),
        "migrations": applied,
        "audit_heads": ends,  # reference, or "" for the site -> hash of its last audit event
        "counts": dict(counts),
        "missing_files": missing,
        "erasures": noted,  # lines of the register of erasures when the backup began
        "sha256": sums,
        "encrypted": bool(recipients),
    }
    if recipients:
        with encrypted_writer(part / f"{MANIFEST}{SUFFIX}", recipients) as out:
            out.write(json.dumps(manifest | {"stored": stored}, indent=1).encode())
        places = [*stored.values(), f"{MANIFEST}{SUFFIX}"]
        outside = made | {
            "format": ENCRYPTED_FORMAT,
            "recipients": [str(recipient) for recipient in recipients],
            "sha256": {place: digest(part / place) for place in places},
        }
        write_private(part / MANIFEST, json.dumps(outside, indent=1))
    else:
        write_private(part / MANIFEST, json.dumps(manifest, indent=1))
    verify(part)
    return manifest


class Hashing:
    """A writer that computes the checksum of what is written."""

    def __init__(self, out: IO[bytes]):
        self.out = out
        self._sum = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._sum.update(data)
        return self.out.write(data)

    def flush(self) -> None:
        self.out.flush()

    def hexdigest(self) -> str:
        return self._sum.hexdigest()


@contextmanager
def snapshot() -> Iterator[None]:
    """One state of the database for all that is read inside, without blocking writers."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


def _write_rows(target: Hashing, report_progress: Progress) -> tuple[Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    files: list[str] = []
    packed = gzip.GzipFile(fileobj=cast(IO[bytes], target), mode="wb")
    with stored_form(), TextIOWrapper(packed, encoding="utf-8") as out:
        for model in archived_models():
            file_fields = [field.attname for field in model._meta.fields if isinstance(field, models.FileField)]
            read: Any = model._base_manager.order_by("pk").iterator(chunk_size=500)
            with closing(read) as rows:
                counts[model._meta.label_lower] = _write_model(out, rows, file_fields, files)
            report_progress(f"{model._meta.label_lower}: {counts[model._meta.label_lower]}")
    return counts, files


class ExactEncoder(DjangoJSONEncoder):
    """Django's own cuts times to milliseconds."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def _write_model(out: TextIO, rows: Any, file_fields: list[str], files: list[str]) -> int:
    count = 0
    for row in rows:
        if any(getattr(row, name) == UNREADABLE for name in encrypted_fields(type(row))):
            raise ArchiveError(
                f"{row._meta.label_lower} {row.pk} cannot be read with these FIELD_KEYS. Give all of them."
            )
        _check_tokens(row)
        out.write(serializers.serialize("jsonl", [row], cls=ExactEncoder))
        files += [getattr(row, name).name for name in file_fields if getattr(row, name)]
        count += 1
    return count


def _check_tokens(row: models.Model) -> None:
    """Raises `ArchiveError` for a token that cannot be read, unless its key was destroyed."""
    for field in protected_fields(type(row)):
        stored = getattr(row, field.attname)
        if isinstance(stored, str) and stored.startswith(PREFIX):
            try:
                field.opened(stored)
            except UnreadableToken as fault:
                if not fault.destroyed:
                    raise ArchiveError(f"{row._meta.label_lower} {row.pk} cannot be read: {field.attname}.") from None


def _store() -> Any:
    """Where the files are (assessments/stores.py)."""
    return default_storage


def _copy_file(name: str, target: Path, recipients: list[Any]) -> str | None:
    """Copy from the store. Returns the checksum of what was read; None where the file is missing."""
    if not name or not default_storage.exists(name):
        return None
    make_private_folder(target.parent)
    with default_storage.open(name) as content, encrypted_writer(target, recipients) as out:
        hashed = Hashing(out)
        shutil.copyfileobj(content, hashed)
    return hashed.hexdigest()


def digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


# Restore -----------------------------------------------------------------------------------------------------------


def verify(folder: Path) -> dict[str, Any]:
    """The manifest, if each file is there and has its checksum. Raises `ArchiveError`."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        sums, form = manifest["sha256"], manifest["format"]
    except (OSError, ValueError, KeyError, TypeError):
        raise ArchiveError(f"{folder} is not a backup: it has no readable manifest.json.") from None
    if form not in (PLAIN_FORMAT, ENCRYPTED_FORMAT):
        raise ArchiveError(
            f"This backup has format {form}, and this version reads formats {PLAIN_FORMAT} and {ENCRYPTED_FORMAT}."
        )
    for name, expected in sums.items():
        path = folder / name
        if not lies_inside(name):
            raise ArchiveError(f"This is not a backup that `backup` wrote: {name} is outside of its folder.")
        if not path.is_file():
            raise ArchiveError(f"The backup is incomplete: {name} is missing.")
        if digest(path) != expected:
            raise ArchiveError(f"The backup is damaged: {name} has changed since it was written.")
    return manifest


@dataclass(frozen=True)
class Archive:
    """A verified backup whose content can be read. `identities` is empty where it is not encrypted."""

    folder: Path
    manifest: dict[str, Any]
    identities: list[Any]

    @contextmanager
    def reader(self, name: str) -> Iterator[IO[bytes]]:
        """The plain content of what the manifest lists as `name`."""
        place = self.folder / self.manifest.get("stored", {}).get(name, name)
        if not self.identities:
            with place.open("rb") as content:
                yield content
        else:
            with decrypted_reader(place, self.identities) as content:
                yield content


def is_encrypted(folder: Path) -> bool:
    return bool(verify(folder)["format"] == ENCRYPTED_FORMAT)


def open_archive(folder: Path, identities: list[Any]) -> Archive:
    """Raises `ArchiveError` where the backup is damaged or none of the identities opens it."""
    manifest = verify(folder)
    if manifest["format"] == PLAIN_FORMAT:
        return Archive(folder, manifest, [])
    if not identities:
        raise ArchiveError("This backup is encrypted. Give the identity of one of its recipients.")
    try:
        with decrypted_reader(folder / f"{MANIFEST}{SUFFIX}", identities) as content:
            inner = json.loads(content.read())
    except SealFault:
        known = ", ".join(manifest["recipients"])
        raise ArchiveError(f"This identity does not open the backup. It is encrypted for: {known}") from None
    return Archive(folder, inner, identities)


def restore(
    folder: Path, report_progress: Progress, identities: list[Any] | None = None, *, erase: bool = True
) -> dict[str, Any]:
    """Load a backup into an empty, migrated database: all of it or nothing. Returns its manifest.

    What the register of erasures names is erased again, in the same transaction, unless `erase` is False.
    """
    archive = open_archive(folder, identities or [])
    manifest = archive.manifest
    if missing_here := sorted(set(manifest["migrations"]) - set(migrations())):
        raise ArchiveError(f"This database lacks migrations of the backup, such as {missing_here[0]}. Run: migrate")
    full = [m._meta.label_lower for m in archived_models() if m._base_manager.exists()]
    if full:
        raise ArchiveError(f"This database is not empty ({full[0]} has rows). Restore into a new one, after: migrate")
    _check_keys(manifest)
    if erase:
        check_register(manifest)
    with _explained(), transaction.atomic():
        with connection.constraint_checks_disabled():
            counts = _load_rows(archive, report_progress)
        connection.check_constraints()
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), archived_models()):
                cursor.execute(statement)
        _check_counts(counts, manifest)
        _copy_back(archive)
        if erase:
            _erase_again(report_progress)
    for line in encrypt_files():  # those of a backup that an earlier version made
        report_progress(line)
    return manifest


def check_register(manifest: dict[str, Any]) -> None:
    """Raises `ArchiveError` where the register of erasures is missing, or is not the one of the backup's site."""
    try:
        check_length(manifest.get("erasures", 0))
    except RegisterError as error:
        raise ArchiveError(str(error)) from None


def _erase_again(report_progress: Progress) -> None:
    try:
        for line in erase_again():
            report_progress(line)
    except RegisterError as error:
        raise ArchiveError(f"{error} Nothing was stored.") from None
    empty_log_after_commit()


def _load_rows(archive: Archive, report_progress: Progress) -> Counter[str]:
    """Store each row. Events of a backup that is older than the chains of the audit log are chained on the way."""
    ends: dict[int | None, AuditChain] = {}

    def store(loaded: Any) -> None:
        if isinstance(loaded.object, AuditEvent) and not loaded.object.hash:
            chain_old_event(loaded.object, ends)
        for field in protected_fields(type(loaded.object)):
            value = getattr(loaded.object, field.attname)
            if value and not str(value).startswith(PREFIX):  # in a backup of an earlier version
                setattr(loaded.object, field.attname, field.sealed(field.data_key_of(loaded.object), value))
        loaded.save(force_insert=True)

    with stored_form():
        counts = _read_rows(archive, report_progress, store)
    AuditChain.objects.bulk_create(ends.values())
    if (expected := archive.manifest.get("audit_heads")) is not None and heads() != expected:
        raise ArchiveError("The audit log does not end as the backup says. Nothing was stored.")
    return counts


def try_restore(folder: Path, report_progress: Progress, identities: list[Any] | None = None) -> dict[str, Any]:
    """Read all of a backup as `restore` would, each row, protected field and file, and store nothing."""
    archive = open_archive(folder, identities or [])
    _check_keys(archive.manifest)
    with _explained():
        _check_counts(_read_rows(archive, report_progress, lambda loaded: None), archive.manifest)
        for name, expected in archive.manifest["sha256"].items():
            with archive.reader(name) as content:
                if hashlib.file_digest(cast(Any, content), "sha256").hexdigest() != expected:
                    raise ArchiveError(f"The backup is damaged: {name} has changed since it was written.")
    return archive.manifest


def _check_keys(manifest: dict[str, Any]) -> None:
    if manifest["keys"] and not set(manifest["keys"]) & set(key_marks()):
        raise ArchiveError("The backup was made with other FIELD_KEYS. Add the key that was used then.")


def _check_counts(counts: Counter[str], manifest: dict[str, Any]) -> None:
    if counts != Counter(manifest["counts"]):
        raise ArchiveError("Fewer rows were loaded than the backup contains. Nothing was stored.")


@contextmanager
def _explained() -> Iterator[None]:
    """Turn errors of reading rows into an `ArchiveError`."""
    try:
        yield
    except SealFault as fault:
        raise ArchiveError(f"{fault} Nothing was stored.") from fault
    except InvalidToken:
        raise ArchiveError("A protected field cannot be read with these FIELD_KEYS. Nothing was stored.") from None
    except (DeserializationError, DatabaseError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ArchiveError(f"The rows cannot be loaded, and nothing was stored: {error}") from error


def _read_rows(archive: Archive, report_progress: Progress, store: Callable[[Any], object]) -> Counter[str]:
    counts: Counter[str] = Counter({model._meta.label_lower: 0 for model in archived_models()})
    with archive.reader(DATA) as content, gzip.open(content, "rt", encoding="utf-8") as rows:
        for loaded in serializers.deserialize("jsonl", rows):
            label = loaded.object._meta.label_lower
            for name in encrypted_fields(type(loaded.object)):
                if token := getattr(loaded.object, name):
                    setattr(loaded.object, name, cipher().decrypt(token.encode()).decode())
            if isinstance(loaded.object, DataKey):
                remember(loaded.object.pk, loaded.object.secret)
            _check_tokens(loaded.object)
            store(loaded)
            counts[label] += 1
            if counts[label] % 10_000 == 0:
                report_progress(f"{label}: {counts[label]} so far")
    return counts


def _copy_back(archive: Archive) -> None:
    for name, expected in archive.manifest["sha256"].items():
        if not name.startswith("files/"):
            continue
        if not lies_inside(name):
            raise ArchiveError(f"This is not a backup that `backup` wrote: {name} is outside of its folder.")
        target = name.removeprefix("files/")
        with archive.reader(name) as content:
            _store().put_whole(target, pieces(content))
        with default_storage.open(target) as stored:
            written = hashlib.sha256()
            for piece in pieces(stored):
                written.update(piece)
        if written.hexdigest() != expected:
            raise ArchiveError(
                f"{target} was not written completely. Is the disk full? Nothing was stored in the database."
            )
