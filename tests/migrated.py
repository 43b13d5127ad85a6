"""One migrated database for all processes that run tests on SQLite.

The migrations take some fifteen seconds of processor time. They run once, while the processes collect their tests,
and each process begins with a copy, on which `migrate` finds nothing to do.
"""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import connection

_KEY = pytest.StashKey[tuple[TemporaryDirectory[str], subprocess.Popen[bytes]]]()


@pytest.hookimpl(optionalhook=True)  # without pytest-xdist there are no processes
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """In the process that distributes the tests: begin to migrate."""
    if connection.vendor != "sqlite":
        return
    folder = TemporaryDirectory(prefix="ctnat-migrated-")
    given = {**os.environ, "DATABASE_URL": f"sqlite:///{folder.name}/being-made", "CTNAT_VAR": folder.name}
    # Whatever happens, there is a file in the end, so that nobody waits in vain.
    code = (
        "import sys; from pathlib import Path; from django.core.management import execute_from_command_line as run\n"
        "folder = Path(sys.argv[1]); (folder / 'being-made').touch()\n"
        "try: run(['manage.py', 'migrate', '-v0'])\n"
        "finally: (folder / 'being-made').rename(folder / 'migrated')"
    )
    config.stash[_KEY] = folder, subprocess.Popen([sys.executable, "-c", code, folder.name], env=given)  # noqa: S603 -- our own


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each process where the database will be."""
    if made := node.config.stash.get(_KEY, None):
        node.workerinput["migrated"] = made[0].name


def pytest_unconfigure(config: pytest.Config) -> None:
    if made := config.stash.get(_KEY, None):
        made[1].wait()
        made[0].cleanup()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, request: pytest.FixtureRequest) -> Iterator[None]:
    """Before the database of the tests is created: fill it with the migrated one. It stays while a connection is open.

    In a single process there is none, and `migrate` does all the work.
    """
    folder = getattr(request.config, "workerinput", {}).get("migrated")
    if not folder:
        yield
        return
    file = Path(folder, "migrated")
    while not file.exists():
        time.sleep(0.1)
    with closing(sqlite3.connect(connection.creation._get_test_db_name(), uri=True)) as held:
        with closing(sqlite3.connect(file)) as migrated:
            migrated.backup(held)
        yield
