"""Backup and restore: every row and every file, with checksums, between any of the databases that the project runs on.

A backup is a folder: `data.jsonl.gz` (one row per line, parents before children), `files/`, and `manifest.json`
(counts, checksums, migrations). Protected fields stay encrypted in it; FIELD_KEYS are not in it and are needed to
restore. Sign-in sessions and background jobs are left out.
"""

import gzip
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from assessments.fields import UNREADABLE, EncryptedTextField, cipher
from ctnat.private_files import private_tree

FORMAT = 1
LEFT_OUT_APPS = {"contenttypes", "auth", "sessions", "django_tasks_db"}
Progress = Callable[[str], object]


class ArchiveError(Exception):
    """Why a backup or a restore cannot be done; nothing was changed."""


def archived_models() -> list[type[models.Model]]:
    """Parents before children."""
    included = [(config, None) for config in apps.get_app_configs() if config.label not in LEFT_OUT_APPS]
    return [m for m in serializers.sort_dependencies(included) if not m._meta.proxy and m._meta.managed]


def protected_fields(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.fields if isinstance(field, EncryptedTextField)]


def key_marks() -> list[str]:
    """Digests by which keys can be compared without being disclosed."""
    return [hashlib.sha256(f"ctnat:{key}".encode()).hexdigest()[:12] for key in settings.FIELD_KEYS]


def migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


# Backup ------------------------------------------------------------------------------------------------------------


def backup(folder: Path, report_progress: Progress) -> dict[str, Any]:
    """Write a backup into `folder`, which must not exist yet; it appears whole or not at all. Gives its manifest."""
    if folder.exists():
        raise ArchiveError(f"{folder} exists already. Give the name of a new folder.")
    part = folder.with_name(folder.name + ".part")
    if part.exists():
        shutil.rmtree(part)
    part.mkdir(mode=0o700, parents=True)
    with snapshot():
        counts, files = _write_rows(part / "data.jsonl.gz", report_progress)
        applied = migrations()
    missing = _copy_files(files, part / "files")
    for name in missing:
        report_progress(f"warning: the file {name} is named in the database but missing in {settings.MEDIA_ROOT}")
    manifest = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "engine": connection.vendor,
        "keys": key_marks(),
        "migrations": applied,
        "counts": dict(counts),
        "missing_files": missing,
        "sha256": {str(path.relative_to(part)): digest(path) for path in sorted(part.rglob("*")) if path.is_file()},
    }
    (part / "manifest.json").write_text(json.dumps(manifest, indent=1))
    private_tree(part)  # a copied file brings the mode that it had
    verify(part)
    part.rename(folder)
    return manifest


@contextmanager
def snapshot() -> Iterator[None]:
    """One moment of the database for all that is read inside, without blocking those who write."""
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


def _write_rows(path: Path, report_progress: Progress) -> tuple[Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    files: list[str] = []
    with gzip.open(path, "wt", encoding="utf-8") as out:
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
        if any(getattr(row, name) == UNREADABLE for name in protected_fields(type(row))):
            raise ArchiveError(
                f"{row._meta.label_lower} {row.pk} cannot be read with these FIELD_KEYS. Give all of them."
            )
        out.write(serializers.serialize("jsonl", [row], cls=ExactEncoder))
        files += [getattr(row, name).name for name in file_fields if getattr(row, name)]
        count += 1
    return count


def _copy_files(names: list[str], target: Path) -> list[str]:
    """Copy from the store; gives the names that are not there."""
    missing = []
    for name in names:
        source = Path(settings.MEDIA_ROOT) / name
        if not source.is_file():
            missing.append(name)
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target / name)
    return missing


def digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


# Restore -----------------------------------------------------------------------------------------------------------


def verify(folder: Path) -> dict[str, Any]:
    """The manifest, where each file is there and whole. Raises `ArchiveError`."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
        sums, form = manifest["sha256"], manifest["format"]
    except (OSError, ValueError, KeyError, TypeError):
        raise ArchiveError(f"{folder} is no backup: it has no readable manifest.json.") from None
    if form != FORMAT:
        raise ArchiveError(f"This backup has format {form}, and this version reads format {FORMAT}.")
    for name, expected in sums.items():
        path = folder / name
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ArchiveError(f"This is no backup that `backup` wrote: {name} lies outside of it.")
        if not path.is_file():
            raise ArchiveError(f"The backup is not whole: {name} is missing.")
        if digest(path) != expected:
            raise ArchiveError(f"The backup is damaged: {name} is not as it was written.")
    return manifest


def restore(folder: Path, report_progress: Progress) -> dict[str, Any]:
    """Load a backup into an empty, migrated database. All of it or nothing. Gives its manifest."""
    manifest = verify(folder)
    if missing_here := sorted(set(manifest["migrations"]) - set(migrations())):
        raise ArchiveError(f"This database lacks migrations of the backup, such as {missing_here[0]}. Run: migrate")
    full = [m._meta.label_lower for m in archived_models() if m._base_manager.exists()]
    if full:
        raise ArchiveError(f"This database is not empty ({full[0]} has rows). Restore into a new one, after: migrate")
    if manifest["keys"] and not set(manifest["keys"]) & set(key_marks()):
        raise ArchiveError("The backup was made with other FIELD_KEYS. Give the key of that time, too.")
    try:
        with transaction.atomic():
            counts = _load_rows(folder / "data.jsonl.gz", report_progress)
            if counts != Counter(manifest["counts"]):
                raise ArchiveError("Fewer rows were loaded than the backup counts. Nothing was stored.")
            _copy_back(folder / "files", manifest)
    except InvalidToken:
        raise ArchiveError("A protected field cannot be read with these FIELD_KEYS. Nothing was stored.") from None
    except (DeserializationError, DatabaseError) as error:
        raise ArchiveError(f"The rows cannot be loaded, and nothing was stored: {error}") from error
    return manifest


def _load_rows(path: Path, report_progress: Progress) -> Counter[str]:
    counts: Counter[str] = Counter({model._meta.label_lower: 0 for model in archived_models()})
    with connection.constraint_checks_disabled(), gzip.open(path, "rt", encoding="utf-8") as rows:
        for loaded in serializers.deserialize("jsonl", rows):
            label = loaded.object._meta.label_lower
            for name in protected_fields(type(loaded.object)):
                if token := getattr(loaded.object, name):
                    setattr(loaded.object, name, cipher().decrypt(token.encode()).decode())
            loaded.save(force_insert=True)
            counts[label] += 1
            if counts[label] % 10_000 == 0:
                report_progress(f"{label}: {counts[label]} so far")
    connection.check_constraints()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), archived_models()):
            cursor.execute(statement)
    return counts


def _copy_back(source: Path, manifest: dict[str, Any]) -> None:
    for name, expected in manifest["sha256"].items():
        if not name.startswith("files/"):
            continue
        target = Path(settings.MEDIA_ROOT) / name.removeprefix("files/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source.parent / name, target)
        if digest(target) != expected:
            raise ArchiveError(f"{target} was not written whole. Is the disk full? Nothing was kept in the database.")
