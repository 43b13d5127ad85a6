"""Checks of the site: for monitoring, which learns only the part that has a fault, and for its administrators."""

import shutil
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import Error, connection, transaction
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tasks_db.models import DBTaskResult

from assessments.models import AuditEvent, DailyRun, MailFailure
from assessments.worker import worker_is_running
from ctnat.ui.formats import page_day, page_moment, page_size
from ctnat.ui.lazy import StrOrPromise
from ctnat.ui.mail import is_mail_configured

DISK_FULL, DISK_LOW = 100 * 2**20, 2 * 2**30  # bytes
WAIT = 2000  # ms for the lock of SQLite; monitoring asks again soon
BACKUP_AGE, TRY_AGE = timedelta(days=2), timedelta(days=100)


@dataclass(frozen=True)
class Check:
    """`name` is what monitoring reads. `state` is one of ctnat.ui: done, late. `text` is for administrators, in their
    language; it is made where it is shown, because monitoring asks often. `grave`: the site cannot be used."""

    name: str
    state: str
    text: StrOrPromise
    grave: bool = False

    @property
    def label(self) -> StrOrPromise:
        return LABELS[self.name]


LABELS: dict[str, StrOrPromise] = {
    "database": gettext_lazy("Database"),
    "files": gettext_lazy("Files"),
    "disk": gettext_lazy("Disk"),
    "worker": gettext_lazy("Worker"),
    "mail": gettext_lazy("Mail"),
    "backup": gettext_lazy("Backup"),
    "tried restore": gettext_lazy("Trial of a restore"),
    "erasing what is due": gettext_lazy("Erasing what is due"),
}


def _make(text: Callable[[], str]) -> str:
    return text()


_when_shown = lazy(_make, str)


def public_checks() -> list[Check]:
    """Checks whose name may be public."""
    return [_guarded("database", _database), _files(), _disk(), _guarded("worker", _worker)]


def all_checks() -> list[Check]:
    return [*public_checks(), _mail(), _backup(), _tried_restore(), _daily_round()]


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Error as error:
        return Check(name, "late", _("The database cannot be used: {error}").format(error=error), grave=True)


def _database() -> Check:
    """Whether the database answers, and gives the lock that each change needs."""
    with connection.cursor() as cursor, _short_patience(cursor), transaction.atomic():
        cursor.execute("SELECT 1 FROM assessments_assessment LIMIT 1")
    return Check("database", "done", gettext_lazy("It answers and can be written."))


@contextmanager
def _short_patience(cursor: Any) -> Any:
    if connection.vendor != "sqlite":
        yield
        return
    cursor.execute(f"PRAGMA busy_timeout={WAIT}")
    try:
        yield
    finally:
        cursor.execute("PRAGMA busy_timeout=20000")


def _files() -> Check:
    store: Any = default_storage  # assessments/stores.py
    place = store.place
    if store.is_usable():
        return Check("files", "done", _when_shown(lambda: _("{folder} can be written.").format(folder=place)))
    text = _("{folder} cannot be written. Give the site's user the right to do so.").format(folder=place)
    return Check("files", "late", text, grave=True)


def _disk() -> Check:
    free = shutil.disk_usage(settings.VAR_DIR).free
    text = _when_shown(lambda: _("{size} are free.").format(size=page_size(free)))
    return Check("disk", "late" if free < DISK_LOW else "done", text, grave=free < DISK_FULL)


def _worker() -> Check:
    is_running = worker_is_running()
    return Check("worker", "done" if is_running else "late", _when_shown(lambda: _worker_text(is_running)))


def _worker_text(is_running: bool) -> str:
    waiting = DBTaskResult.objects.ready().count()
    if is_running:
        return _("It is running. Jobs that wait: {count}.").format(count=waiting)
    text = _("None is running, so reports and mails wait: start ctnat-worker. Jobs that wait: {count}.")
    return text.format(count=waiting)


def _mail() -> Check:
    if not is_mail_configured():
        return Check("mail", "late", _("No mail is sent, because no mail server is set. Set EMAIL_URL."))
    failed = MailFailure.objects.filter(at__gte=timezone.now() - timedelta(days=7)).count()
    if failed:
        text = ngettext(
            "One mail could not be sent in the last seven days.",
            "{count} mails could not be sent in the last seven days.",
            failed,
        )
        return Check("mail", "late", text.format(count=failed))
    return Check("mail", "done", _("No failure in the last seven days."))


def _backup() -> Check:
    event = AuditEvent.objects.filter(action="backup.made").first()
    if event is None:
        return Check("backup", "late", _("None was made yet."))
    is_encrypted = bool(event.detail.get("encrypted"))
    text = _("The last is of {moment}.") if is_encrypted else _("The last is of {moment}. It is not encrypted.")
    is_old = event.at < timezone.now() - BACKUP_AGE
    return Check("backup", "late" if is_old or not is_encrypted else "done", text.format(moment=page_moment(event.at)))


def _tried_restore() -> Check:
    tried = ("backup.restore_tried", "backup.restored")
    event = AuditEvent.objects.filter(action__in=tried).first()
    if event is None:
        return Check("tried restore", "late", _("None was tried yet: manage.py restore DIR --try"))
    is_old = event.at < timezone.now() - TRY_AGE
    text = _("The last was on {day}: {name}.").format(day=page_day(event.at), name=event.object_label)
    return Check("tried restore", "late" if is_old else "done", text)


def _daily_round() -> Check:
    """Whether the trash is emptied and dates of retention are kept."""
    last = DailyRun.objects.exclude(finished_at=None).first()
    if last is None:
        text = _("What is due was never erased yet. A worker does it once a day; by hand: manage.py erase_due")
        return Check("erasing what is due", "late", text)
    is_old = last.day < timezone.localdate() - timedelta(days=2)
    text = _("Last done on {day}.").format(day=page_day(last.day))
    return Check("erasing what is due", "late" if is_old else "done", text)
