"""Checks of the site: for monitoring, which learns only the part that has a fault, and for its administrators."""

import os
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assessments.models import AuditEvent, DailyRun, MailFailure
from assessments.worker import worker_is_running

DISK_FULL, DISK_LOW = 100 * 2**20, 2 * 2**30  # bytes
WAIT = 2000  # ms for the lock of SQLite; monitoring asks again soon
BACKUP_AGE, TRY_AGE = timedelta(days=2), timedelta(days=100)


@dataclass(frozen=True)
class Check:
    """`state` is one of ctnat.ui: done, late. `grave`: the site cannot be used. `text` is for administrators."""

    name: str
    state: str
    text: str
    grave: bool = False


def public_checks() -> list[Check]:
    """Checks whose name may be public."""
    return [_guarded("database", _database), _files(), _disk(), _guarded("worker", _worker)]


def all_checks() -> list[Check]:
    return [*public_checks(), _mail(), _backup(), _tried_restore(), _daily_round()]


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Error as error:
        return Check(name, "late", f"The database cannot be used: {error}", grave=True)


def _database() -> Check:
    """Whether the database answers, and gives the lock that each change needs."""
    with _short_patience(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM assessments_assessment")
    return Check("database", "done", "It answers and can be written.")


@contextmanager
def _short_patience() -> Any:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout={WAIT}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=20000")


def _files() -> Check:
    folder = _existing(Path(settings.MEDIA_ROOT))
    if os.access(folder, os.W_OK | os.X_OK):
        return Check("files", "done", f"{settings.MEDIA_ROOT} can be written.")
    return Check("files", "late", f"{settings.MEDIA_ROOT} cannot be written.", grave=True)


def _existing(path: Path) -> Path:
    return path if path.exists() or path == path.parent else _existing(path.parent)


def _disk() -> Check:
    free = shutil.disk_usage(_existing(Path(settings.VAR_DIR))).free
    text = f"{free / 2**30:.1f} GB are free."
    return Check("disk", "late" if free < DISK_LOW else "done", text, grave=free < DISK_FULL)


def _worker() -> Check:
    waiting = f"Jobs that wait: {DBTaskResult.objects.ready().count()}."
    if worker_is_running():
        return Check("worker", "done", f"It is running. {waiting}")
    return Check("worker", "late", f"None is running, so reports and mails wait: start ctnat-worker. {waiting}")


def _mail() -> Check:
    failed = MailFailure.objects.filter(at__gte=timezone.now() - timedelta(days=7)).count()
    if failed:
        mails = "One mail" if failed == 1 else f"{failed} mails"
        return Check("mail", "late", f"{mails} could not be sent in the last seven days.")
    return Check("mail", "done", "No failure in the last seven days.")


def _backup() -> Check:
    event = AuditEvent.objects.filter(action="backup.made").first()
    if event is None:
        return Check("backup", "late", "None was made yet.")
    clear = "" if event.detail.get("encrypted") else " It is not encrypted."
    text = f"The last is of {event.at:%d %B %Y, %H:%M}.{clear}"
    is_old = event.at < timezone.now() - BACKUP_AGE
    return Check("backup", "late" if is_old or clear else "done", text)


def _tried_restore() -> Check:
    tried = ("backup.restore_tried", "backup.restored")
    event = AuditEvent.objects.filter(action__in=tried).first()
    if event is None:
        return Check("tried restore", "late", "None was tried yet: manage.py restore DIR --try")
    is_old = event.at < timezone.now() - TRY_AGE
    return Check(
        "tried restore", "late" if is_old else "done", f"The last was on {event.at:%d %B %Y}: {event.object_label}."
    )


def _daily_round() -> Check:
    """Whether the trash is emptied and dates of retention are kept."""
    last = DailyRun.objects.exclude(finished_at=None).first()
    if last is None:
        text = "What is due was never erased yet. A worker does it once a day; by hand: manage.py erase_due"
        return Check("erasing what is due", "late", text)
    is_old = last.day < timezone.localdate() - timedelta(days=2)
    return Check("erasing what is due", "late" if is_old else "done", f"Last done on {last.day:%d %B %Y}.")
