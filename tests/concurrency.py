"""Several threads on one database, each with its own connection, like the processes of a web server.

SQLite's database of the tests lives in memory and in one connection: `shared_database` puts a copy into a file, where
transactions wait for each other as they do on a server. On PostgreSQL it changes nothing.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections


def at_once(verbs: Sequence[Callable[[], Any]]) -> list[type | None]:
    """Run all at the same moment. Returns for each the class of its error, or None if it succeeded."""
    found: list[type | None] = [None] * len(verbs)
    faults: list[BaseException] = []
    start = threading.Barrier(len(verbs))

    def run(place: int) -> None:
        start.wait()
        try:
            verbs[place]()
        except ValidationError as refusal:
            found[place] = type(refusal)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(verbs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return found


@pytest.fixture
def shared_database(transactional_db: Any, tmp_path: Path) -> Iterator[None]:
    """The database of the test, open to several threads."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    path = tmp_path / "shared.sqlite3"
    with sqlite3.connect(path) as copy:
        in_memory.backup(copy)
    copy.close()
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = in_memory, name
