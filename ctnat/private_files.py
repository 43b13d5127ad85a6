"""What the application writes is readable by the account that runs it, and by no other account of the machine."""

import os
import stat
from pathlib import Path

OTHERS = 0o077


def create_privately() -> None:
    """From now on, files and folders made by this process are closed to others. A stricter mask stays as it is."""
    os.umask(os.umask(OTHERS) | OTHERS)


def make_private(*paths: Path) -> None:
    """Close to others what an earlier version left open. Left alone: what another account owns, and shared folders
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
