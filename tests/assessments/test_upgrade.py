"""`manage.py upgrade`: the database of an earlier version is brought to this one, or is as it was."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import connection

from assessments import upgrading
from assessments.management.commands.upgrade import Command

# A later version in which a step makes a table and changes rows, and the one after it fails.
LATER_SETTINGS = 'from ctnat.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, "later"]\n'
STEP = """from django.db import migrations

class Migration(migrations.Migration):
    atomic = False
    dependencies = {before}
    operations = [migrations.RunSQL({sql})]
"""
GOOD = [
    "CREATE TABLE later_thing (id integer)",
    "INSERT INTO django_content_type (app_label, model) VALUES ('lost', 'lost')",
]
needs_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="the copy of PostgreSQL has its own test")


def later_version(folder: Path) -> None:
    steps = folder / "later" / "migrations"
    steps.mkdir(parents=True)
    (folder / "later" / "__init__.py").touch()
    (steps / "__init__.py").touch()
    (folder / "later_settings.py").write_text(LATER_SETTINGS)
    (steps / "0001_good.py").write_text(STEP.format(before=[], sql=GOOD))
    (steps / "0002_bad.py").write_text(STEP.format(before=[("later", "0001_good")], sql=["SELECT * FROM not_there"]))


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    given = {
        "CTNAT_VAR": str(folder / "var"),
        "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "later_settings",
        "PYTHONPATH": str(folder),
    }
    command = [sys.executable, "manage.py", "upgrade", *arguments]
    return subprocess.run(command, cwd=project.BASE_DIR, env=os.environ | given, capture_output=True, text=True)  # noqa: S603


def content(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())


@needs_sqlite
def test_an_upgrade_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, start_database: Callable[[Path], None]
) -> None:
    later_version(tmp_path)
    file = tmp_path / "site.sqlite3"
    start_database(file)
    before = content(file)
    finished = run(tmp_path)
    after = content(file)
    assert finished.returncode == 1
    assert "no such table: not_there" in finished.stderr
    assert "as they were" in finished.stderr
    assert after == before
    assert not (tmp_path / "var" / "upgrade").exists(), "a copy of the database stays nowhere"


@pytest.mark.django_db
def test_upgrade_of_a_new_site_brings_the_instruments_and_names_what_needs_attention(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR, settings.FIELD_KEYS = tmp_path, [*settings.FIELD_KEYS]
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(
        "assessments.management.commands.upgrade.call_command", lambda *given, **options: calls.append(given)
    )
    out = StringIO()
    call_command("upgrade", stdout=out)
    assert "This is CT-NAT" in out.getvalue()
    assert "Trial of a restore: None was tried yet" in out.getvalue()
    loaded = next(given for given in calls if given[0] == "loaddata")
    assert [Path(file).name for file in loaded[1:]] == [
        f"instruments_2016_{name}.yaml" for name in ("guide", "indicators", "survey")
    ]


@pytest.mark.django_db
def test_an_upgrade_after_which_the_keys_do_not_fit_is_undone(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    done: list[str] = []
    for name in ("take_copy", "put_back", "forget_copy"):
        monkeypatch.setattr(f"assessments.management.commands.upgrade.{name}", lambda name=name: done.append(name))
    monkeypatch.setattr(Command, "missing_steps", lambda self: 1)
    monkeypatch.setattr(Command, "refuse_while_running", lambda self: None)
    monkeypatch.setattr(Command, "bring_up", lambda self: setattr(settings, "FIELD_KEYS", ["wrong"]))
    monkeypatch.setattr("assessments.management.commands.upgrade.connection", SimpleNamespace(close=lambda: None))
    with pytest.raises(SystemExit):
        call_command("upgrade", stdout=StringIO(), stderr=StringIO())
    assert done == ["take_copy", "put_back"]


@pytest.mark.django_db
def test_upgrade_is_refused_while_a_worker_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Command, "missing_steps", lambda self: 3)
    monkeypatch.setattr("assessments.management.commands.upgrade.worker_beats", lambda: True)
    monkeypatch.setattr(upgrading, "take_copy", lambda: pytest.fail("nothing may be copied while people work"))
    with pytest.raises(CommandError, match="Stop it, and the web server"):
        call_command("upgrade")


def test_an_interrupted_upgrade_is_undone_first(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path
    with pytest.raises(CommandError, match="no upgrade to go back from"):
        call_command("upgrade", "--back")
    (tmp_path / "upgrade").mkdir()
    (tmp_path / "upgrade" / "whole").touch()
    with pytest.raises(CommandError, match=r"upgrade --back"):
        call_command("upgrade")


def test_files_that_an_upgrade_changes_removes_or_adds_are_put_back(tmp_path: Path) -> None:
    files, copy = tmp_path / "files", tmp_path / "copy"
    (files / "inner").mkdir(parents=True)
    for name in ("same", "replaced", "inner/removed"):
        (files / name).write_text(name)
    upgrading._link(files, copy)
    (files / "new").write_text("new")
    (files / "replaced").replace(files / "inner" / "moved")
    (files / "replaced").write_text("something else")
    shutil.rmtree(files / "inner")
    upgrading._link_back(copy, files)
    found = {str(path.relative_to(files)): path.read_text() for path in files.rglob("*") if path.is_file()}
    assert found == {name: name for name in ("same", "replaced", "inner/removed")}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the copy of SQLite is tested above")
def test_a_database_of_postgresql_is_put_back(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        given = connection.settings_dict | {"NAME": f"ctnat_upgrade_{os.getpid()}"}
        with closing(psycopg2.connect(_dsn(given | {"NAME": "postgres"}))) as server:
            server.autocommit = True
            server.cursor().execute(f'CREATE DATABASE "{given["NAME"]}"')
            try:
                _put_back_in(given, tmp_path, settings, monkeypatch)
            finally:
                server.cursor().execute(f'DROP DATABASE "{given["NAME"]}"')


def _dsn(given: dict[str, Any]) -> str:
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return " ".join(f"{name}={given[key]}" for name, key in names.items())


def _put_back_in(given: dict[str, Any], folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VAR_DIR, settings.MEDIA_ROOT = folder, folder / "files"
    stand_in = SimpleNamespace(vendor="postgresql", settings_dict=given, close=lambda: None)
    monkeypatch.setattr(upgrading, "connection", stand_in)

    def do(sql: str) -> list[Any]:
        with closing(psycopg2.connect(_dsn(given))) as database, database, database.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall()) if cursor.description else []

    do("CREATE TABLE kept (id serial PRIMARY KEY, word text); INSERT INTO kept (word) VALUES ('one'), ('two')")
    upgrading.take_copy()
    assert upgrading.is_interrupted()
    do("CREATE TABLE new (kept integer REFERENCES kept); DELETE FROM kept WHERE word = 'one'")
    upgrading.put_back()
    assert do("SELECT word FROM kept ORDER BY id") == [("one",), ("two",)]
    assert do("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == [("kept",)]
    assert do("INSERT INTO kept (word) VALUES ('three') RETURNING id") == [(3,)]
    assert not upgrading.is_interrupted()
