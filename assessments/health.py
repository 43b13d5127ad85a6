"""Checks of the site: for monitoring, which learns only the part that has a fault, and for its administrators."""

import ctypes
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage
from django.db import Error, NotSupportedError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http.request import validate_host
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tasks_db.models import DBTaskResult

from assessments.age import KeyFault, read_recipients
from assessments.backup import ArchiveError, verify
from assessments.backup_expiry import backups_in
from assessments.demonstration import accounts_of_demonstration, demonstration_refused
from assessments.fields import UNREADABLE
from assessments.models import AuditEvent, DailyRun, DataKey, MailFailure
from assessments.worker import worker_is_running
from ctnat.ui.fonts import NOTO
from ctnat.ui.formats import page_day, page_moment, page_size
from ctnat.ui.lazy import StrOrPromise
from ctnat.ui.mail import is_mail_configured

DISK_FULL, DISK_LOW = 100 * 2**20, 2 * 2**30  # bytes
WAIT = 2000  # ms for the lock of SQLite; monitoring asks again soon
BACKUP_AGE, TRY_AGE = timedelta(days=2), timedelta(days=100)
SECRET_KEY_LENGTH, SECRET_KEY_LETTERS = 50, 5  # as Django's own check of deployments asks for
CLOCK_OFF = timedelta(seconds=60)
CLOCK_UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)
PDF_LIBRARIES = {  # library -> package of Debian
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


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
    "database version": gettext_lazy("Version of the database"),
    "migrations": gettext_lazy("Structure of the database"),
    "keys": gettext_lazy("Keys"),
    "addresses": gettext_lazy("Addresses and HTTPS"),
    "static files": gettext_lazy("Styles and scripts"),
    "files": gettext_lazy("Files"),
    "disk": gettext_lazy("Disk"),
    "clock": gettext_lazy("Clock"),
    "fonts": gettext_lazy("Fonts"),
    "pdf": gettext_lazy("PDF"),
    "worker": gettext_lazy("Worker"),
    "mail": gettext_lazy("Mail"),
    "backup": gettext_lazy("Backup"),
    "backup files": gettext_lazy("Files of the backup"),
    "tried restore": gettext_lazy("Trial of a restore"),
    "erasures": gettext_lazy("Register of erasures"),
    "demonstration": gettext_lazy("Accounts of the demonstration"),
    "erasing what is due": gettext_lazy("Erasing what is due"),
}


def _make(text: Callable[[], str]) -> str:
    return text()


_when_shown = lazy(_make, str)


def public_checks() -> list[Check]:
    """Checks whose name may be public."""
    return [_guarded("database", _database), _files(), _disk(), _guarded("worker", _worker)]


def all_checks(*, thorough: bool = False) -> list[Check]:
    """Every check, for the page "This site" and for `manage.py doctor`. `thorough` reads the newest backup whole.

    Where the structure of the database is not that of this version, what reads its tables is left out.
    """
    first = [_guarded("database version", _database_version), structure := _guarded("migrations", _migrations)]
    first += [_addresses(), _static_files(), _fonts(), _pdf()]
    if structure.grave:
        return [*first, _files(), _disk()]
    later: dict[str, Callable[[], Check]] = {
        "keys": _keys,
        "clock": _clock,
        "mail": _mail,
        "backup": _backup,
        "backup files": lambda: _backup_files(thorough=thorough),
        "tried restore": _tried_restore,
        "erasures": _erasures,
        "demonstration": _demonstration,
        "erasing what is due": _daily_round,
    }
    return [*public_checks(), *first, *(_guarded(name, check) for name, check in later.items())]


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
def _short_patience(cursor: Any) -> Iterator[None]:
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
    if free < DISK_LOW:
        text = _("Only {size} are free. Remove what is not needed, or enlarge the disk.")
        return Check("disk", "late", _when_shown(lambda: text.format(size=page_size(free))), grave=free < DISK_FULL)
    return Check("disk", "done", _when_shown(lambda: _("{size} are free.").format(size=page_size(free))))


def _database_version() -> Check:
    with connection.cursor():  # connects where nothing did before
        found = ".".join(str(part) for part in connection.get_database_version())
    version = f"{connection.display_name} {found}"
    try:
        connection.check_database_version_supported()
    except NotSupportedError:
        least = ".".join(str(part) for part in connection.features.minimum_database_version or ())
        text = _("{version} is too old. Install {name} {least} or later.")
        text = text.format(version=version, name=connection.display_name, least=least)
        return Check("database version", "late", text, grave=True)
    if connection.vendor == "sqlite" and settings.PRODUCTION:
        text = _("{version}. It serves one machine; for more of them, move to PostgreSQL.").format(version=version)
        return Check("database version", "done", text)
    return Check("database version", "done", f"{version}.")


def _migrations() -> Check:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        text = ngettext(
            "One step is missing, so pages can fail. Run: manage.py upgrade",
            "{count} steps are missing, so pages can fail. Run: manage.py upgrade",
            len(missing),
        )
        return Check("migrations", "late", text.format(count=len(missing)), grave=True)
    ours = executor.loader.migrated_apps
    known = set(executor.loader.disk_migrations)
    later = sorted(name for app, name in executor.loader.applied_migrations if app in ours and (app, name) not in known)
    if later:
        text = _("It was upgraded by a later version of the program ({name}). Install that version again.")
        return Check("migrations", "late", text.format(name=later[-1]), grave=True)
    return Check("migrations", "done", _("It is that of this version."))


def _keys() -> Check:
    if len(settings.SECRET_KEY) < SECRET_KEY_LENGTH or len(set(settings.SECRET_KEY)) < SECRET_KEY_LETTERS:
        return Check(
            "keys",
            "late",
            _("SECRET_KEY is too easy to guess. Set another, and put this one into SECRET_KEY_FALLBACKS."),
        )
    try:
        for key in settings.FIELD_KEYS:
            Fernet(key.encode())
    except ValueError:
        return Check("keys", "late", _("A key in FIELD_KEYS is incomplete. Copy it again from where it is kept."), True)
    stored = DataKey.objects.filter(destroyed_at=None).exclude(secret="")
    if any(row.secret == UNREADABLE for row in (stored.first(), stored.last()) if row):
        text = _("FIELD_KEYS do not open what is stored. Add the key that was used before, behind the first.")
        return Check("keys", "late", text, grave=True)
    return Check("keys", "done", _("They open what is stored. Keep a copy apart from the backups."))


def _addresses() -> Check:
    """Whether the addresses that are given out lead here, through HTTPS."""
    if not settings.PRODUCTION:
        text = _("This site is for trying and developing. For others to use it, set CTNAT_PRODUCTION=1.")
        return Check("addresses", "done", text)
    address = urlsplit(settings.SITE_URL)
    if address.scheme != "https":
        text = _("Links in mails begin with {address}, without HTTPS. Set SITE_URL to https:// and the site’s name.")
        return Check("addresses", "late", text.format(address=settings.SITE_URL))
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        return Check("addresses", "late", _("ALLOWED_HOSTS has to name the hosts of this site, and no “*”."))
    if not validate_host(address.hostname or "", settings.ALLOWED_HOSTS):
        text = _("Links in mails lead to {host}, which ALLOWED_HOSTS does not name. Add it there.")
        return Check("addresses", "late", text.format(host=address.hostname), grave=True)
    return Check("addresses", "done", _("Links lead to {address}.").format(address=settings.SITE_URL))


def _static_files() -> Check:
    try:
        staticfiles_storage.url("css/app.css")  # in production from the list that `collectstatic` makes
    except ValueError:
        text = _("They are missing or of another version. Run: manage.py upgrade")
        return Check("static files", "late", text, grave=True)
    return Check("static files", "done", _("They are those of this version."))


def _clock() -> Check:
    """Whether time is as it is elsewhere: codes of second factors, deadlines and the audit log depend on it."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP" if connection.vendor == "sqlite" else "SELECT clock_timestamp()")
        told = cursor.fetchone()[0]
    at = told if isinstance(told, datetime) else datetime.fromisoformat(told).replace(tzinfo=UTC)
    if abs(at - now) > CLOCK_OFF:
        text = _("It differs from that of the database server by {seconds} seconds. Let both follow a time server.")
        return Check("clock", "late", text.format(seconds=round(abs(at - now).total_seconds())))
    newest = AuditEvent.objects.filter(at__gt=now + CLOCK_OFF).first()
    if newest:
        text = _("It is behind: the last event of the log is of {moment}. Set it, and let it follow a time server.")
        return Check("clock", "late", text.format(moment=page_moment(newest.at)))
    if _clock_follows_a_server() is False:
        text = _("It follows no time server, and will drift. Install systemd-timesyncd or chrony.")
        return Check("clock", "late", text)
    return Check("clock", "done", _("It is {moment}.").format(moment=page_moment(now)))


def _clock_follows_a_server() -> bool | None:
    """What the kernel knows of it; None where it does not say, as in a service that may not touch the clock."""
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))  # zeros: nothing is changed
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != CLOCK_UNSYNCHRONISED


def _fonts() -> Check:
    if any(folder.is_dir() and any(folder.iterdir()) for folder in NOTO):
        return Check("fonts", "done", _("Reports can be printed in most scripts."))
    text = _("Scripts such as Ethiopic, Thai or Hindi cannot be printed. Install fonts-noto-core.")
    return Check("fonts", "late", text)


def _pdf() -> Check:
    missing = [package for library, package in PDF_LIBRARIES.items() if not _loads(library)]
    if missing:
        text = _("PDF files cannot be made. Install {packages}, and start the site again.")
        return Check("pdf", "late", text.format(packages=", ".join(missing)))
    return Check("pdf", "done", _("PDF files can be made."))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


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
            "One mail could not be sent in the last seven days. Read its reason on the page “This site”.",
            "{count} mails could not be sent in the last seven days. Read their reasons on the page “This site”.",
            failed,
        )
        return Check("mail", "late", text.format(count=failed))
    return Check("mail", "done", _("No failure in the last seven days."))


def _backup() -> Check:
    event = AuditEvent.objects.filter(action="backup.made").first()
    if event is None:
        return Check("backup", "late", _("None was made yet. Run: manage.py backup"))
    moment = page_moment(event.at)
    if not event.detail.get("encrypted"):
        text = _("The last is of {moment}. It is not encrypted. Set CTNAT_BACKUP_RECIPIENTS.")
        return Check("backup", "late", text.format(moment=moment))
    if event.at < timezone.now() - BACKUP_AGE:
        text = _("The last is of {moment}. Find out why ctnat-backup.timer does not run.")
        return Check("backup", "late", text.format(moment=moment))
    return Check("backup", "done", _("The last is of {moment}.").format(moment=moment))


def _backup_files(*, thorough: bool) -> Check:
    """Whether the newest backup is where the command puts them, and whole. Without an identity, what is encrypted is
    compared with its checksums alone; `restore DIR --try` opens it."""
    try:
        read_recipients(settings.BACKUP_RECIPIENTS)
    except KeyFault as fault:
        return Check("backup files", "late", _("No backup can be made: {reason}").format(reason=fault))
    if not settings.BACKUP_FOLDER:
        text = _("CTNAT_BACKUP_FOLDER is not set, so they are not looked at.")
        return Check("backup files", "late" if settings.PRODUCTION else "done", text)
    newest = max(backups_in(Path(settings.BACKUP_FOLDER)), default=None)
    if newest is None:
        text = _("There is none of this site in {folder}. Run: manage.py backup")
        return Check("backup files", "late", text.format(folder=settings.BACKUP_FOLDER))
    made, folder = newest
    if made < timezone.now() - BACKUP_AGE:
        text = _("The newest, {name}, is of {moment}. Find out why ctnat-backup.timer does not run.")
        return Check("backup files", "late", text.format(name=folder.name, moment=page_moment(made)))
    if not thorough:
        return Check("backup files", "done", _("The newest is {name}.").format(name=folder.name))
    try:
        verify(folder)
    except (ArchiveError, OSError) as error:
        text = _("The newest, {name}, cannot be used: {reason} Make another one.")
        return Check("backup files", "late", text.format(name=folder.name, reason=error))
    return Check("backup files", "done", _("The newest, {name}, is whole.").format(name=folder.name))


def _tried_restore() -> Check:
    tried = ("backup.restore_tried", "backup.restored")
    event = AuditEvent.objects.filter(action__in=tried).first()
    if event is None:
        return Check("tried restore", "late", _("None was tried yet: manage.py restore DIR --try"))
    day = page_day(event.at)
    if event.at < timezone.now() - TRY_AGE:
        text = _("The last was on {day}: {name}. Try one again: manage.py restore DIR --try")
        return Check("tried restore", "late", text.format(day=day, name=event.object_label))
    return Check("tried restore", "done", _("The last was on {day}: {name}.").format(day=day, name=event.object_label))


def _erasures() -> Check:
    register = Path(settings.ERASURE_REGISTER)
    folder = next(folder for folder in register.absolute().parents if folder.exists())
    if (register.exists() and not os.access(register, os.R_OK | os.W_OK)) or not os.access(folder, os.W_OK | os.X_OK):
        text = _("{path} cannot be written, so nothing can be erased. Give the site’s user the right to do so.")
        return Check("erasures", "late", text.format(path=register))
    if not register.exists() and AuditEvent.objects.filter(action="erasure.done").exists():
        text = _("{path} is missing. Copy it back from where it is kept: a restore needs it.")
        return Check("erasures", "late", text.format(path=register))
    return Check("erasures", "done", _("{path} can be written. Keep a copy beside the keys.").format(path=register))


def _demonstration() -> Check:
    emails = list(accounts_of_demonstration().values_list("email", flat=True))
    if not emails:
        return Check("demonstration", "done", _("There are none."))
    text = ", ".join(emails)
    if demonstration_refused():
        advice = _("They cannot sign in here. Run: manage.py remove_demo")
        return Check("demonstration", "late", f"{text}. {advice}")
    return Check("demonstration", "done", f"{text}.")


def _daily_round() -> Check:
    """Whether the trash is emptied and dates of retention are kept."""
    last = DailyRun.objects.exclude(finished_at=None).first()
    if last is None:
        text = _("What is due was never erased yet. A worker does it once a day; by hand: manage.py erase_due")
        return Check("erasing what is due", "late", text)
    day = page_day(last.day)
    if last.day < timezone.localdate() - timedelta(days=2):
        text = _("Last done on {day}. Start ctnat-worker, or run: manage.py erase_due").format(day=day)
        return Check("erasing what is due", "late", text)
    return Check("erasing what is due", "done", _("Last done on {day}.").format(day=day))
