"""Files that the application writes are readable only by the account that runs it."""

import os
import stat
from pathlib import Path

OTHERS = 0o077


def create_privately() -> None:
    """Make files and folders that this process creates private from now on. A stricter mask is kept."""
    os.umask(os.umask(OTHERS) | OTHERS)


def make_private(*paths: Path) -> None:
    """Make private what an earlier version left readable. Left alone: what another account owns, and shared folders
    such as /tmp, which have the sticky bit."""
    for path in paths:
        try:
            found = path.stat()
            if found.st_uid == os.geteuid() and found.st_mode & OTHERS and not found.st_mode & stat.S_ISVTX:
                path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)
        except FileNotFoundError:
            continue


def database_files(path: str) -> list[Path]:
    """The file of an SQLite database and those beside it."""
    return [Path(f"{path}{ending}") for ending in ("", "-wal", "-shm", "-journal")]
