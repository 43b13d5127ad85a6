"""What `manage.py upgrade` needs to go back: a copy of the database, made by its own means, and of the files.

A backup cannot serve here: it may be encrypted for people who are not there, and it is read by the code that
is installed already, which does not fit the database that is to be upgraded. The copy is as readable as the
database itself, so it is removed as soon as the upgrade has ended, well or not.
"""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

PLAIN_SQL, SQLITE, FILES, WHOLE = "database.sql", "database.sqlite3", "files", "whole"
WAIT = 30  # seconds for a program that is writing


class UpgradeError(Exception):
    """Why an upgrade cannot begin, or cannot be undone. The message says what to do."""


def place() -> Path:
    return Path(settings.VAR_DIR) / "upgrade"


def is_interrupted() -> bool:
    """Whether an upgrade began whose end is unknown: its copy is whole, and still there."""
    return (place() / WHOLE).exists()


def take_copy() -> None:
    """Copy the database, and link the files. Raises `UpgradeError`, and then leaves nothing behind."""
    forget_copy()
    folder = place()
    folder.mkdir(mode=0o700, parents=True)
    try:
        if connection.vendor == "sqlite":
            _copy_sqlite(folder / SQLITE)
        else:
            _run("pg_dump", "--no-owner", "--no-privileges", f"--file={folder / PLAIN_SQL}")
        _link(Path(settings.MEDIA_ROOT), folder / FILES)
        (folder / WHOLE).touch(mode=0o600)
    except BaseException:
        forget_copy()
        raise


def put_back() -> None:
    """Bring the database and the files back to the copy. Raises `UpgradeError`, and then keeps the copy."""
    folder = place()
    if not is_interrupted():
        raise UpgradeError("There is no upgrade to go back from.")
    if connection.vendor == "sqlite":
        _put_sqlite_back(folder / SQLITE)
    else:
        connection.close()
        # In one transaction: the database is as it was, or as the upgrade left it.
        empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        _run("psql", *options, f"--command={empty}", f"--file={folder / PLAIN_SQL}")
    _link_back(folder / FILES, Path(settings.MEDIA_ROOT))
    forget_copy()


def forget_copy() -> None:
    marker = place() / WHOLE
    marker.unlink(missing_ok=True)  # first, so that a part is never taken for a copy
    shutil.rmtree(place(), ignore_errors=True)


def _copy_sqlite(target: Path) -> None:
    connection.ensure_connection()
    target.touch(mode=0o600)
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy, progress=_until(time.monotonic() + WAIT))


def _until(end: float) -> Callable[[int, int, int], None]:
    """Otherwise SQLite waits without end for a program that is writing."""

    def check(status: int, remaining: int, total: int) -> None:
        if status == sqlite3.SQLITE_BUSY and time.monotonic() > end:
            raise UpgradeError("Another program is using the database. Stop the web server and the worker.")

    return check


def _put_sqlite_back(source: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(source)) as copy:
        copy.backup(connection.connection, progress=_until(time.monotonic() + WAIT))
    connection.close()


def _run(program: str, *options: str) -> None:
    """Run a program of PostgreSQL on this database. The password goes through the environment, not the command."""
    given: dict[str, Any] = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = {name: str(given[key]) for name, key in names.items() if given.get(key)}
    if mode := given.get("OPTIONS", {}).get("sslmode"):
        environment["PGSSLMODE"] = mode
    if shutil.which(program) is None:
        raise UpgradeError(f"{program} is missing, and without it nothing can be undone. Install postgresql-client.")
    finished = subprocess.run(  # noqa: S603 - a program of PostgreSQL, with options of our own
        [program, *options], env=os.environ | environment, capture_output=True, text=True
    )
    if finished.returncode:
        raise UpgradeError(f"{program} failed: {finished.stderr.strip()}")


def _link(source: Path, target: Path) -> None:
    """Each file has a second name: files are replaced, never changed, so that the second keeps the old content."""
    target.mkdir(mode=0o700)
    for path in sorted(source.rglob("*")) if source.is_dir() else []:
        inner = target / path.relative_to(source)
        if path.is_dir():
            inner.mkdir(mode=0o700)
        else:
            os.link(path, inner)


def _link_back(source: Path, target: Path) -> None:
    kept = {path.relative_to(source): path for path in source.rglob("*") if path.is_file()}
    for path in [path for path in target.rglob("*") if path.is_file()] if target.is_dir() else []:
        inner = path.relative_to(target)
        if inner not in kept:
            path.unlink()
        elif path.samefile(kept[inner]):
            del kept[inner]
    for inner, path in kept.items():
        (target / inner).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.replace(target / inner)
