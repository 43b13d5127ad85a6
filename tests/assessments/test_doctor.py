"""`manage.py doctor`: the checks of the page “This site” in a terminal, each with what to do."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from assessments import health
from assessments.audit import record
from assessments.models import AuditEvent, DataKey
from tests.factories import AssessmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def doctor(*options: str) -> tuple[int, str]:
    out, code = StringIO(), 0
    try:
        call_command("doctor", *options, stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    return code, out.getvalue()


def check(name: str) -> health.Check:
    return next(check for check in health.all_checks(thorough=True) if check.name == name)


def test_doctor_names_each_part_of_the_list_once(monkeypatch: pytest.MonkeyPatch) -> None:
    code, out = doctor("--json")
    found = {row["name"]: row["state"] for row in json.loads(out)["checks"]}
    assert set(found) == set(health.LABELS)
    assert (code, found["tried restore"], found["database"]) == (1, "warning", "ok")
    monkeypatch.setattr(health, "all_checks", lambda **given: [])
    monkeypatch.setattr("assessments.management.commands.doctor.all_checks", health.all_checks)
    assert doctor() == (0, "")
    grave = health.Check("disk", "late", "It is full.", grave=True)
    monkeypatch.setattr("assessments.management.commands.doctor.all_checks", lambda **given: [grave])
    assert doctor() == (2, "   FAULT  Disk: It is full.\n")


def test_a_database_of_another_version_is_a_fault_and_ends_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        health.MigrationExecutor, "migration_plan", lambda self, targets, clean_start=False: [("one", False)]
    )
    assert (check("migrations").grave, check("migrations").text) == (
        True,
        "One step is missing, so pages can fail. Run: manage.py upgrade",
    )
    assert "backup" not in {found.name for found in health.all_checks()}
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *given, **more: [])
    monkeypatch.setattr(
        "django.db.migrations.loader.MigrationRecorder.applied_migrations",
        lambda self: {("assessments", "9999_from_the_future"): None},
    )
    assert "9999_from_the_future" in check("migrations").text


@pytest.mark.parametrize(
    ("given", "words", "grave"),
    [
        ({"SECRET_KEY": "a" * 60}, "too easy to guess", False),
        ({"FIELD_KEYS": ["abc"]}, "is incomplete", True),
        ({"FIELD_KEYS": ["MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="]}, "do not open what is stored", True),
    ],
)
def test_keys_that_cannot_be_used_are_named(settings: Any, given: dict[str, Any], words: str, grave: bool) -> None:
    AssessmentFactory()
    assert DataKey.objects.exists()
    assert check("keys").state == "done"
    for name, value in given.items():
        setattr(settings, name, value)
    assert (words in check("keys").text, check("keys").grave) == (True, grave)


@pytest.mark.parametrize(
    ("address", "hosts", "words"),
    [
        ("https://nat.example.org", ["nat.example.org"], "lead to https://nat.example.org"),
        ("http://nat.example.org", ["nat.example.org"], "without HTTPS"),
        ("https://nat.example.org", ["localhost"], "which ALLOWED_HOSTS does not name"),
        ("https://nat.example.org", ["*"], "no “*”"),
    ],
)
def test_addresses_of_a_site_in_production_are_checked(
    settings: Any, address: str, hosts: list[str], words: str
) -> None:
    settings.PRODUCTION, settings.SITE_URL, settings.ALLOWED_HOSTS = True, address, hosts
    assert words in health._addresses().text


def test_a_clock_that_is_behind_is_noticed() -> None:
    event = record("site.mail_tested", by=None)
    assert "It is behind" not in check("clock").text
    found = AuditEvent(at=timezone.now() + timedelta(hours=2), action=event.action, position=event.position + 1)
    AuditEvent.objects.bulk_create([found])
    assert "It is behind" in check("clock").text


def test_the_newest_backup_is_read_and_told_where_it_is_old_or_damaged(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_FOLDER = str(tmp_path)
    assert "There is none of this site" in check("backup files").text
    call_command("backup", stdout=StringIO(), stderr=StringIO())  # without a name: in that folder
    (folder,) = tmp_path.iterdir()
    assert check("backup files") == health.Check("backup files", "done", f"The newest, {folder.name}, is whole.")
    with (folder / "data.jsonl.gz").open("ab") as file:
        file.write(b"x")
    assert "data.jsonl.gz has changed" in check("backup files").text
    manifest = folder / "manifest.json"
    about = json.loads(manifest.read_text()) | {"made_at": (timezone.now() - timedelta(days=9)).isoformat()}
    manifest.write_text(json.dumps(about))
    assert "ctnat-backup.timer" in check("backup files").text
    settings.BACKUP_RECIPIENTS = ["age1wrong"]
    assert "is no age recipient" in check("backup files").text


def test_accounts_of_the_demonstration_are_named(settings: Any) -> None:
    UserFactory(email="lead@demo.example")
    assert check("demonstration") == health.Check("demonstration", "done", "lead@demo.example.")
    settings.PRODUCTION = True
    found = health._demonstration()
    assert (found.state, "remove_demo" in found.text) == ("late", True)


def test_a_register_of_erasures_that_is_gone_is_noticed(settings: Any, tmp_path: Path) -> None:
    settings.ERASURE_REGISTER = tmp_path / "erasures.jsonl"
    assert check("erasures").state == "done"
    record("erasure.done", by=None)
    assert "Copy it back" in check("erasures").text


def test_missing_fonts_and_libraries_are_named_with_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "NOTO", [Path("/not/there")])
    monkeypatch.setattr(health, "PDF_LIBRARIES", {"libnone.so.9": "libnone9"})
    assert "fonts-noto-core" in health._fonts().text
    assert "libnone9" in health._pdf().text


def test_backup_without_a_name_needs_a_folder(settings: Any) -> None:
    settings.BACKUP_FOLDER = ""
    with pytest.raises(Exception, match="CTNAT_BACKUP_FOLDER"):
        call_command("backup")
