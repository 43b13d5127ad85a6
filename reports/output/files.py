"""Atomic writing of files."""

import os
import tempfile
from pathlib import Path

from django.core.files.storage import default_storage


def write_whole(path: Path, content: bytes) -> None:
    """Write beside the target and put it in place in one step, so that half a file is never found. Only the owner
    can read it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def store_file(name: str, content: bytes) -> str:
    """Put a file into the storage whole; returns its name there."""
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
    return name
