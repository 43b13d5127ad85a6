"""Released migrations never change, and a database of the first release can be migrated to the present."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.frozen_migrations import LIST, faults, frozen, present

PLANTED_COLUMNS = (
    "indicators.mark.rationale",
    "indicators.markchange.rationale",
    "indicators.markchange.reason",
    "interviews.answer.text",
    "interviews.answerrevision.text",
    "interviews.coding.quote",
    "interviews.interview.observations",
    "interviews.interview.respondent_title",
    "interviews.interview.sections_reason",
    "interviews.setaside.text",
    "reports.edition.paragraphs",
    "reports.edition.what_changed",
    "reports.section.body",
    "reports.sectionrevision.body",
    "surveys.response.answers",
    "workshops.ballot.other_text",
    "workshops.comment.changed",
    "workshops.comment.finding",
    "workshops.comment.reason",
    "workshops.comment.statement",
    "workshops.comment.who",
    "workshops.verdict.words",
)
FIRST = Path(__file__).with_name("first_release.py")


def test_released_migrations_are_as_they_were_released() -> None:
    listed = frozen(LIST.read_text())
    assert len(listed) > 25
    assert faults(listed, present()) == []


def test_a_changed_or_missing_migration_is_named_and_a_new_one_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "app" / "migrations"
    folder.mkdir(parents=True)
    for name in ("__init__", "0001_initial", "0002_more"):
        (folder / f"{name}.py").write_text(name)
    listed = present(tmp_path)
    (folder / "0001_initial.py").write_text("0001_initial ")
    (folder / "0002_more.py").unlink()
    (folder / "0003_new.py").write_text("new")
    assert faults(listed, present(tmp_path)) == [
        "app/migrations/0001_initial.py was changed. It was released: undo that, and write a new migration.",
        "app/migrations/0002_more.py is gone. It was released: bring it back.",
    ]


@pytest.fixture
def empty_database(tmp_path: Path, django_db_setup: None, django_db_blocker: Any) -> Any:
    """The URL of a second database, without tables."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'first.sqlite3'}"
        return
    name = f"first_release_{os.getpid()}"
    given = settings.DATABASES["default"]
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    yield f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT'] or 5432}/{name}"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_database_of_the_first_release_is_migrated_to_now(empty_database: str, tmp_path: Path) -> None:
    environment = os.environ | {"DATABASE_URL": empty_database, "CTNAT_VAR": str(tmp_path / "var")}
    done = subprocess.run([sys.executable, FIRST], env=environment, capture_output=True, text=True)  # noqa: S603
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert len(found["rows"]) == 40
    assert {label: count for label, count in found["rows"].items() if count < 1} == {}
    assert found["audit"] == ["", ""]  # both chains are whole
    assert found["contact"] == ["Protected Name", "protected@example.org"]
    assert found["in_clear"] == []  # of what people said, in the files of the database or its dump
    assert found["readable"] == list(PLANTED_COLUMNS)
    assert found["consent"] == [[True, "", "", None]]  # the note was given, and nothing else is known
    assert found["owner"] == "AZE-2026"  # of the survey that its only lead imported
