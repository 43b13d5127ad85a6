"""Two hundred respondents at once lose nothing, on the database system that the tests use."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def database(transactional_db: None, tmp_path: Path, start_database: Callable[[Path], None]) -> Iterator[str]:
    """The URL of an empty database of the system in use; SQLite's is migrated."""
    if connection.vendor == "sqlite":
        start_database(tmp_path / "load.sqlite3")
        yield f"sqlite:///{tmp_path / 'load.sqlite3'}"
        return
    made = connection.settings_dict
    login = f"{made['USER']}:{made['PASSWORD']}@" if made["PASSWORD"] else f"{made['USER']}@"
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE ctnat_load_test")
    yield f"postgres://{login}{made['HOST'] or 'localhost'}:{made['PORT'] or 5432}/ctnat_load_test"
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE ctnat_load_test WITH (FORCE)")


@pytest.mark.slow
def test_two_hundred_respondents_at_once(database: str) -> None:
    script = ROOT / "benchmarks" / "bench_respondents.py"
    run = subprocess.run(  # noqa: S603 -- our own script
        [sys.executable, str(script)],
        env=os.environ | {"DATABASE_URL": database},
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout.splitlines()[-1])
    assert {key: value for key, value in found.items() if not key.startswith("seconds")} == {
        "database": connection.vendor,
        "people": 200,
        "accepted": 220,  # twenty of them sent their form twice
        "other_statuses": [],
        "stored": 200,
        "codes_without_gap": True,
        "every_form_there": True,
        "answered_invitations": 100,
    }
