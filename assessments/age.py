"""Files encrypted to the holders of certain keys with age (https://age-encryption.org), through pyrage.

A recipient (`age1...`) encrypts and is no secret; its identity (`AGE-SECRET-KEY-1...`) decrypts and is kept apart.
Plain text is never written to disk: it goes through a pipe.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import IO, Any, BinaryIO

import pyrage
from pyrage import x25519

SUFFIX = ".age"


class KeyFault(Exception):
    """A recipient or an identity that cannot be used. The message says which, and what to do."""


class SealFault(Exception):
    """What was encrypted cannot be decrypted with these identities, or is damaged."""


def read_recipients(texts: list[str]) -> list[Any]:
    """Recipients from their texts. The text is no secret and may be named in a message."""
    found = []
    for text in filter(None, map(str.strip, texts)):
        try:
            found.append(x25519.Recipient.from_str(text))
        except pyrage.RecipientError:
            raise KeyFault(
                f"CTNAT_BACKUP_RECIPIENTS: “{text}” is no age recipient. One begins with age1 and is made by "
                "`manage.py make_backup_identity FILE` or by `age-keygen`."
            ) from None
    return found


def read_identities(text: str) -> list[Any]:
    """Identities from the content of a file of `age-keygen`: one per line; lines that begin with # are left out."""
    lines = [line.strip() for line in text.splitlines()]
    try:
        found = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        raise KeyFault("This is no age identity. One is a line that begins with AGE-SECRET-KEY-1.") from None
    if not found:
        raise KeyFault("There is no age identity in it: no line begins with AGE-SECRET-KEY-1.")
    return found


def open_private(path: Path) -> BinaryIO:
    """A new file that only its owner may read. It must not exist yet."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def write_private(path: Path, text: str) -> None:
    with open_private(path) as out:
        out.write(text.encode())


def make_private_folder(path: Path) -> None:
    """`path` and the folders above it, as far as they are missing, readable for their owner only."""
    for folder in (*reversed(path.parents), path):
        if not folder.is_dir():
            folder.mkdir(mode=0o700)


@contextmanager
def encrypted_writer(path: Path, recipients: list[Any]) -> Iterator[IO[bytes]]:
    """Write into the new private file `path`, encrypted to `recipients`; in clear where there are none."""
    with open_private(path) as out:
        if not recipients:
            yield out
            return
        source, sink = _pipe()
        with _beside(lambda: pyrage.encrypt_io(source, out, recipients), source), sink:
            yield sink


@contextmanager
def decrypted_reader(path: Path, identities: list[Any]) -> Iterator[IO[bytes]]:
    """The content of a file that `encrypted_writer` made, as a stream. Raises `SealFault`, at the end at the latest."""

    def decrypt() -> None:
        try:
            pyrage.decrypt_io(stored, sink, identities)
        except BrokenPipeError:
            return  # the reader has stopped, and raises its own error
        except (pyrage.DecryptError, OSError) as error:
            raise SealFault(f"{path.name} cannot be decrypted with this identity, or it is damaged.") from error

    with path.open("rb") as stored:
        source, sink = _pipe()
        with _beside(decrypt, sink), source:
            yield source
            while source.read(1 << 16):  # the last part proves that nothing is missing
                pass


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    read_end, write_end = os.pipe()
    return os.fdopen(read_end, "rb"), os.fdopen(write_end, "wb", buffering=0)


@contextmanager
def _beside(work: Callable[[], object], end: IO[bytes]) -> Iterator[None]:
    """Run `work` in a thread while the body runs, and close its `end` of the pipe when it is done. Raises its error,
    which is the reason where the body fails as well."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with end:
                work()
        except BaseException as error:
            failed.append(error)

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        if failed:
            raise failed[0]
