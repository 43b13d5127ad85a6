"""The page for site administrators, the health check for monitoring, and the worker's heartbeat."""

import shutil
import subprocess
import sys
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from smtplib import SMTPDataError
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import get_commands
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assessments import health
from assessments.audit import record
from assessments.models import MailFailure, RefusedSignIn, SignIn, WorkerBeat
from tests.browser import assert_accessible
from tests.factories import DocumentFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/site/"
DATABASE_TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
Usage = namedtuple("Usage", "total used free")


def words(client: Client) -> str:
    return " ".join(client.get(PAGE).content.decode().split())


def test_site_status_is_for_staff_alone(staff: Client, client_as: Any) -> None:
    assert staff.get(PAGE).status_code == 200
    assert 'href="/site/"' in staff.get("/").content.decode()
    assert staff.post(PAGE).status_code == 405
    for role in ("lead", "observer", "outsider"):
        assert client_as(role).get(PAGE).status_code == 403
        assert 'href="/site/"' not in client_as(role).get("/").content.decode()
    assert client_as("anonymous").get(PAGE).url == "/accounts/login/?next=/site/"


def test_site_status_shows_accounts_assessments_and_versions_but_no_content(
    staff: Client, client_as: Any, assessment: Any
) -> None:
    client_as("lead")
    upload = SimpleUploadedFile("a.txt", b"x" * 2048)
    DocumentFactory(assessment=assessment, file=upload, file_name="secret plan.txt", title="Xyzzy Quux")
    record("document.added", by=None, assessment=assessment, label="Xyzzy Quux")
    page = words(staff)
    assert "lead@example.org" in page
    assert "AZE-2016" in page
    assert "1, 2.2 kB" in page
    assert "13 January 2016 to 30 June 2016" in page
    assert "0.1.0" in page
    assert "Xyzzy" not in page
    assert "secret plan" not in page
    assert SignIn.objects.count() == 2


def test_site_status_shows_what_failed(staff: Client) -> None:
    RefusedSignIn.objects.create(user=UserFactory(email="me@example.org"), device="Firefox on Linux", reason="password")
    MailFailure.objects.create(reason="SMTPDataError 554")
    DBTaskResult.objects.create(
        task_path="reports.tasks.build_report",
        status="FAILED",
        backend_name="default",
        args_kwargs={},
        run_after=timezone.now(),
    )
    page = words(staff)
    assert "Wrong password, Firefox on Linux" in page
    assert "me@example.org" in page
    assert "One mail could not be sent in the last seven days" in page
    assert "SMTPDataError 554" in page
    assert "reports.tasks.build_report" in page


def test_site_status_shows_the_last_backup_and_the_last_tried_restore(staff: Client) -> None:
    page = words(staff)
    assert "None was made yet." in page
    assert "None was tried yet" in page
    record("backup.made", by=None, label="2026-11-24", encrypted=False)
    assert "It is not encrypted." in words(staff)
    record("backup.made", by=None, label="2026-11-25", encrypted=True)
    record("backup.restore_tried", by=None, label="2026-11-25")
    page = words(staff)
    assert "It is not encrypted." not in page
    assert "2026-11-25." in page


# The health check ----------------------------------------------------------------------------------------------------


def test_healthz_is_ok_where_nothing_is_wrong(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_healthz_names_the_part_that_fails_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked() -> Any:
        raise OperationalError("could not connect to server at 10.0.0.7, user ctnat")

    monkeypatch.setattr(health, "_database", locked)
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"database: fault")


@pytest.mark.parametrize(
    ("free", "status", "text"),
    [(50 * 2**20, 503, b"disk: fault"), (2**30, 200, b"disk: warning"), (9 * 2**30, 200, b"ok")],
)
def test_healthz_watches_the_disk(
    client: Client, monkeypatch: pytest.MonkeyPatch, free: int, status: int, text: bytes
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, free))
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (status, text)


def test_healthz_watches_the_folder_of_files(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert client.get("/healthz").content == b"files: fault"


def test_healthz_watches_the_worker(client: Client, settings: Any) -> None:
    settings.TASKS = DATABASE_TASKS
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"worker: warning")
    WorkerBeat.objects.create(worker="w")
    assert client.get("/healthz").content == b"ok"
    WorkerBeat.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert client.get("/healthz").content == b"worker: warning"


@pytest.mark.slow
def test_healthz_of_a_locked_database_answers_soon(tmp_path: Path, start_database: Any) -> None:
    """With the site's own settings and a separate database file that another process has locked."""
    start_database(tmp_path / "ctnat.sqlite3")
    script = (
        "import django, time; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0); call_command('createcachetable', verbosity=0)\n"
        "import sqlite3; from django.conf import settings; from django.db import connection\n"
        "from django.test import Client\n"
        "connection.cursor().execute('SELECT 1')\n"
        "print(connection.cursor().execute('PRAGMA synchronous').fetchone()[0])\n"
        "lock = sqlite3.connect(settings.DATABASES['default']['NAME'], isolation_level=None)\n"
        "lock.execute('BEGIN IMMEDIATE')\n"
        "begun = time.monotonic(); reply = Client(headers={'host': 'localhost'}).get('/healthz')\n"
        "print(reply.status_code, reply.content.decode().splitlines()[0], time.monotonic() - begun < 15)\n"
    )
    environment = {
        "CTNAT_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "ctnat.settings",
        "PATH": "/usr/bin:/bin",
        "EMAIL_URL": "dummymail://",
    }
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(  # noqa: S603 -- our own lines
        [sys.executable, "-c", script], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["2", "503 database: fault True"], done.stderr


# The worker ----------------------------------------------------------------------------------------------------------


def test_the_worker_that_starts_is_the_one_that_reports_that_it_is_alive() -> None:
    assert get_commands()["db_worker"] == "assessments"


@pytest.mark.slow
def test_a_worker_is_seen_while_it_runs(tmp_path: Path, start_database: Any) -> None:
    start_database(tmp_path / "ctnat.sqlite3")
    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0)\n"
        "from assessments.worker import worker_is_running\n"
        "from django_tasks_db.management.commands.db_worker import Worker\n"
        "Worker.run = lambda self: print(worker_is_running())\n"
        "print(worker_is_running()); call_command('db_worker', queue_name='*', startup_delay=False, reload=False)\n"
        "print(worker_is_running())\n"
    )
    environment = {"CTNAT_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "ctnat.settings", "PATH": "/usr/bin:/bin"}
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(  # noqa: S603 -- our own lines
        [sys.executable, "-c", script], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["False", "True", "False"], done.stderr


# Mails ---------------------------------------------------------------------------------------------------------------


def test_a_mail_that_cannot_be_sent_is_remembered_without_an_address(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = "assessments.mail_backend.RememberingEmailBackend"

    def refuse(self: Any, messages: Any) -> int:
        raise SMTPDataError(554, b"no such user xyzzy@example.org")

    monkeypatch.setattr("django.core.mail.backends.smtp.EmailBackend.send_messages", refuse)
    with pytest.raises(SMTPDataError):
        mail.send_mail("a", "b", None, ["xyzzy@example.org"])
    assert MailFailure.objects.get().reason == "SMTPDataError 554"


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_site_status_is_accessible(open_as: Any, client_as: Any, member: Any, watched_page: Any, width: int) -> None:
    member("lead").is_staff = True
    member("lead").save()
    RefusedSignIn.objects.create(user=member("lead"), device="Firefox on Linux", reason="password")
    watched_page.set_viewport_size({"width": width, "height": 800})
    assert_accessible(open_as("lead", PAGE))
