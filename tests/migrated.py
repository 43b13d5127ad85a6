"""One migrated database for all processes that run tests on SQLite, kept for the next run.

The migrations take some fifteen seconds of processor time. They run once for each state of the migrations, while the
processes collect their tests, and each process begins with a copy, on which `migrate` finds nothing to do. The file
is in pytest's cache; a migration, a setting or a package that changes gives it another name.
"""

import hashlib
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
READ = ("*/migrations/*.py", "assessments/fields.py", "ctnat/*settings.py", "requirements*.lock")
_KEY = pytest.StashKey[subprocess.Popen[bytes]]()

# Written under another name first: two runs may begin at once, and one that is killed must not leave half a database.
CODE = """
import os, sys, tempfile
folder = tempfile.TemporaryDirectory()
os.environ["CTNAT_VAR"] = folder.name
from django.core.management import execute_from_command_line as run
run(["manage.py", "migrate", "-v0"])
os.replace(sys.argv[1] + ".making." + str(os.getppid()), sys.argv[1])
"""


def cached(config: pytest.Config) -> Path | None:
    """The file of the migrated database, which need not be there yet; None where the tests do not use one."""
    if connection.vendor != "sqlite" or not hasattr(config, "cache"):
        return None
    files = sorted(file for pattern in READ for file in ROOT.glob(pattern))
    parts = [part for file in files for part in (str(file.relative_to(ROOT)).encode(), file.read_bytes())]
    key = hashlib.sha256(b"\0".join([sys.version.encode(), *parts])).hexdigest()
    return config.cache.mkdir("migrated") / key[:32]


def migrate(file: Path) -> subprocess.Popen[bytes]:
    """Begin to make the file; what earlier migrations left is removed."""
    for old in file.parent.iterdir():
        if not old.name.startswith(file.name):
            old.unlink(missing_ok=True)
    making = file.with_name(f"{file.name}.making.{os.getpid()}")
    given = {**os.environ, "DATABASE_URL": f"sqlite:///{making}"}
    return subprocess.Popen([sys.executable, "-c", CODE, str(file)], env=given)  # noqa: S603 -- our own code


@pytest.hookimpl(optionalhook=True)  # without pytest-xdist there are no processes
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """In the process that distributes the tests: begin to migrate."""
    if (file := cached(config)) and not file.exists():
        config.stash[_KEY] = migrate(file)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each process who makes the database."""
    if made := node.config.stash.get(_KEY, None):
        node.workerinput["migrating"] = made.pid


def pytest_unconfigure(config: pytest.Config) -> None:
    if made := config.stash.get(_KEY, None):
        made.wait()


def _is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Wait for the file, or make it where one process runs all tests; here, because no test's time limit counts yet."""
    config = session.config
    file = cached(config)
    if not file or not session.items or config.option.collectonly:
        return
    if migrating := getattr(config, "workerinput", {}).get("migrating"):
        while not file.exists() and _is_running(migrating):
            time.sleep(0.1)
    elif not file.exists():
        migrate(file).wait()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, request: pytest.FixtureRequest) -> Iterator[None]:
    """Before the database of the tests is created: fill it with the migrated one. It stays while a connection is open.

    Where the migrations fail, there is none, and `migrate` tells why.
    """
    file = cached(request.config)
    if not file or not file.exists():
        yield
        return
    with closing(sqlite3.connect(connection.creation._get_test_db_name(), uri=True)) as held:
        with closing(sqlite3.connect(file)) as migrated:
            migrated.backup(held)
        yield
