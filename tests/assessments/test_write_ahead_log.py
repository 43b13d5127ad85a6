"""SQLite's log is emptied after a submission, and no request waits for it."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.utils import ConnectionHandler

from assessments import write_ahead_log
from assessments.write_ahead_log import empty_log


@pytest.fixture
def database(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An SQLite database in a file, as the application opens it, whatever the tests run on."""
    given = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;"
    options = settings.DATABASES["default"].get("OPTIONS") or {"init_command": given}
    one = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "file.sqlite3"), "OPTIONS": options}
    connection = ConnectionHandler({"default": one})["default"]
    monkeypatch.setattr(write_ahead_log, "connection", connection)
    connection.inc_thread_sharing()
    connection.ensure_connection()
    connection.connection.execute("CREATE TABLE words (word text)")
    yield connection
    connection.close()


def log_size(connection: Any) -> int:
    return Path(f"{connection.settings_dict['NAME']}-wal").stat().st_size


def write(connection: Any) -> None:
    connection.connection.execute("INSERT INTO words VALUES ('words')")


def test_the_log_is_cut_to_nothing(database: Any) -> None:
    write(database)
    assert log_size(database) > 0
    assert empty_log()
    assert log_size(database) == 0


def test_a_long_reader_prevents_emptying_the_log_and_blocks_no_other(database: Any) -> None:
    write(database)
    reader = sqlite3.connect(database.settings_dict["NAME"], isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM words").fetchall()
    write(database)
    began = time.monotonic()
    assert not empty_log()
    assert time.monotonic() - began < 10  # the usual patience is 20 seconds
    assert database.connection.execute("PRAGMA busy_timeout").fetchone() == (20_000,)
    reader.close()
    assert empty_log()
    assert log_size(database) == 0
