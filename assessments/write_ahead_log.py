"""SQLite's write-ahead log: it contains earlier states of pages, and so the order in which rows were added."""

import sqlite3
from typing import Final

from django.db import connection, transaction

PATIENCE: Final = 50  # milliseconds to wait for readers; the next submission tries again


def empty_log_after_commit() -> None:
    """Move the log into the database's file and empty it, once the current transaction is committed."""
    if connection.vendor == "sqlite":
        transaction.on_commit(empty_log)


def empty_log() -> bool:
    """Whether the log is empty now: it stays where another connection is reading or writing just then.

    Uses the driver's own connection: this is not a query of the application, and no request waits for it.
    """
    if connection.vendor != "sqlite":
        return True
    connection.ensure_connection()
    driver = connection.connection
    usual = driver.execute("PRAGMA busy_timeout").fetchone()[0]
    driver.execute(f"PRAGMA busy_timeout={PATIENCE}")
    try:
        busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:  # locked; the data are stored all the same
        busy = 1
    finally:
        driver.execute(f"PRAGMA busy_timeout={int(usual)}")
    return not busy
