"""The register of erasures: what was erased for good, by identifiers only, so that no backup brings it back.

It is a file beside the keys, outside of the database and its backups. A line is written, and on the disk, before the
erasure is committed: where the commit fails afterwards, the line names something that is still there, and a restore
would erase it. `restore` goes through all lines. The file holds no content: numbers, random identifiers, and marks that
are computed with FIELD_KEYS.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from assessments.erasers import Line, eraser_of
from ctnat.ui.errors import InputError


class RegisterError(Exception):
    """Why the register cannot be used. The message says what to do."""


def path() -> Path:
    return Path(settings.ERASURE_REGISTER)


def ensure_register() -> None:
    """Make the file where there is none: from then on, a missing one is a fault."""
    os.close(_open(os.O_RDONLY))


def _open(flags: int) -> int:
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(path(), flags | os.O_CREAT | os.O_CLOEXEC, 0o600)


def note_erasure(kind: str, lines: Iterable[Line]) -> None:
    """Append a line for each, and wait until they are on the disk. Raises `InputError` where that fails."""
    at = timezone.now().isoformat()
    text = "".join(json.dumps({"at": at, "kind": kind} | line, sort_keys=True) + "\n" for line in lines)
    try:
        handle = _open(os.O_RDWR | os.O_APPEND)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            size = os.fstat(handle).st_size
            torn = bool(size) and os.pread(handle, 1, size - 1) != b"\n"  # what a crash left of a line stays by itself
            os.write(handle, ("\n" if torn else "").encode() + text.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise InputError(
            f"Nothing was erased, because the register of erasures cannot be written: {error.strerror}. Ask who runs "
            f"this site to check {path().name}."
        ) from None


def read_register() -> list[Line]:
    """All lines. What a crash left of a line is left out. Raises `RegisterError` where the file is missing."""
    try:
        texts = path().read_text().splitlines()
    except FileNotFoundError:
        raise RegisterError(
            f"There is no register of erasures at {path()}. Copy it there from beside the keys of the site that made "
            "the backup: without it, what was erased since the backup would come back. If it is lost, or the site "
            "never had one, repeat with --without-register, and erase again by hand."
        ) from None
    except (OSError, ValueError) as error:
        raise RegisterError(f"The register of erasures at {path()} cannot be read: {error}") from None
    return [line for text in texts if (line := _line(text))]


def _line(text: str) -> Line | None:
    try:
        line: Any = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) and {"at", "kind"} <= line.keys() else None


def check_length(noted: int) -> None:
    """Raises `RegisterError` where the register has fewer lines than a backup says that it had."""
    if (there := len(read_register())) < noted:
        raise RegisterError(
            f"The register of erasures at {path()} has {there} lines; when the backup was made it had {noted}. This is "
            "another one, or a part of it. Copy the whole one from beside the keys, or repeat with --without-register."
        )


def erase_again() -> Iterator[str]:
    """Erase in a restored database what the register names. A line for each that had come back."""
    for line in read_register():
        try:
            eraser = eraser_of(str(line["kind"]))
        except InputError:
            raise RegisterError(
                f"The register of erasures names “{line['kind']}”, which this version does not know. Use the version "
                "that wrote it, or a later one."
            ) from None
        if eraser.again(line):
            yield f"erased again: {eraser.label.lower()} {line.get('id', '')}, first erased {str(line['at'])[:10]}"
