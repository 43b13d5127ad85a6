"""Files that are encrypted at rest with the data key of their assessment: uploads, builds and editions.

    ct-nat file 1 LF | token LF | chunk | chunk | ...

The token (`assessments/data_keys.py`) is a random key of this file, encrypted with the data key of the assessment. Each
chunk is AES-256-GCM of 64 KiB of the content, the last one of what is left. Its nonce is its number (11 bytes, from 0)
and 1 for the last chunk, 0 for the others; so chunks cannot be moved, left out or cut off unnoticed (the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015, as the age format uses it). Memory is bounded by a
chunk.

Files of an earlier version are in clear until `encrypt_files` has replaced them; they can be read as they are.
"""

import io
import os
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.http import FileResponse

from assessments.data_keys import UnreadableToken, decrypt, encrypt, key_of
from assessments.fields import OfAssessment, is_stored_form, stored_form

MAGIC: Final = b"ct-nat file 1\n"
CHUNK, TAG = 64 * 1024, 16  # bytes
LONGEST_TOKEN = 400  # bytes


class UnreadableFile(OSError):
    """A file that cannot be decrypted: its key is missing or was destroyed, or its bytes have changed."""

    destroyed = False


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def encrypted(content: Iterable[bytes], key: UUID, place: str) -> Iterator[bytes]:
    """The bytes of the file that contains `content`. `place`: model and column. Raises `UnreadableToken`."""
    secret = AESGCM.generate_key(256)
    yield MAGIC + encrypt(key, place, b64encode(secret).decode()).encode() + b"\n"
    cipher, number, waiting = AESGCM(secret), 0, b""
    for piece in content:
        for start in range(0, len(piece), CHUNK):
            waiting += piece[start : start + CHUNK]
            if len(waiting) > CHUNK:  # one that is just full is kept back: it may be the last
                yield cipher.encrypt(_nonce(number, False), waiting[:CHUNK], None)
                number, waiting = number + 1, waiting[CHUNK:]
    yield cipher.encrypt(_nonce(number, True), waiting, None)


def pieces(content: IO[bytes]) -> Iterator[bytes]:
    while piece := content.read(CHUNK):
        yield piece


def is_encrypted(stored: IO[bytes]) -> bool:
    found = stored.read(len(MAGIC)) == MAGIC
    stored.seek(0)
    return found


class DecryptedFile(io.RawIOBase):
    """What an encrypted file contains, chunk by chunk. The first and the last chunk are verified at the beginning, so
    that a file which was cut off is refused before anything of it is sent. Raises `UnreadableFile`."""

    def __init__(self, stored: IO[bytes], place: str):
        self._stored = stored
        head = stored.read(len(MAGIC) + LONGEST_TOKEN)
        token, found, _ = head[len(MAGIC) :].partition(b"\n")
        if not head.startswith(MAGIC) or not found:
            raise UnreadableFile("This is not an encrypted file.")
        try:
            secret = decrypt(token.decode("ascii", "replace"), place)
        except UnreadableToken as fault:
            error = UnreadableFile("Its key is missing or was destroyed.")
            error.destroyed = fault.destroyed
            raise error from None
        self._cipher = AESGCM(b64decode(secret))
        self._begin = len(MAGIC) + len(token) + 1
        length = stored.seek(0, os.SEEK_END) - self._begin
        self._chunks, rest = divmod(length, CHUNK + TAG)
        self._chunks += bool(rest)
        self.size = length - self._chunks * TAG  # of the content, in bytes
        self._number, self._ready = 0, memoryview(b"")
        if not self._chunks:
            raise UnreadableFile("The file was cut off.")
        if self._chunks > 1:
            self._read(self._chunks - 1)
        self._ready = memoryview(self._read(0))
        self._number = 1

    def _read(self, number: int) -> bytes:
        self._stored.seek(self._begin + number * (CHUNK + TAG))
        try:
            return self._cipher.decrypt(
                _nonce(number, number == self._chunks - 1), self._stored.read(CHUNK + TAG), None
            )
        except (InvalidTag, ValueError):
            raise UnreadableFile("The file has changed since it was written.") from None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._ready and self._number < self._chunks:
            self._ready = memoryview(self._read(self._number))
            self._number += 1
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def close(self) -> None:
        self._stored.close()
        super().close()


class _Encrypting(File):  # type: ignore[type-arg] # not subscriptable at run time
    """An upload as the storage writes it. It has no path of its own, which the storage would move into place."""

    def __init__(self, content: Any, key: UUID, place: str):
        super().__init__(None, name=content.name)
        self._content, self._key, self._place = content, key, place

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return encrypted(self._content.chunks(CHUNK), self._key, self._place)


class ProtectedFieldFile(FieldFile):
    field: "ProtectedFileField"

    def save(self, name: str, content: Any, save: bool = True) -> None:
        super().save(name, _Encrypting(content, self.field.data_key_of(self.instance), self.field.place), save)

    def open(self, mode: str | None = "rb", *args: Any, **kwargs: Any) -> Any:
        """The content, to be read from its beginning to its end. Raises `OSError`, also where it cannot be
        decrypted."""
        self._require_file()  # type: ignore[attr-defined] # raises `ValueError` where there is none
        return self.field.open_stored(str(self.name))


class _KeptAsPlain(OfAssessment):
    """A column whose migrations know only the plain field: `encrypt_files` changes what is in it."""

    PLAIN = ""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()  # type: ignore[misc] # of the field beside it
        return name, self.PLAIN, args, kwargs

    @property
    def key_path(self) -> str:
        return f"{self.of.replace('.', '__')}__data_key_id"


class UnreadableContent(bytes):
    """No bytes, in place of those that cannot be decrypted. Saving it keeps what is stored."""

    stored: bytes

    def __new__(cls, stored: bytes) -> "UnreadableContent":
        made = super().__new__(cls)
        made.stored = stored
        return made


class ProtectedBinaryField(_KeptAsPlain, models.BinaryField):  # type: ignore[type-arg] # as in fields.py
    """A small file in the database, stored like those on the disk."""

    PLAIN = "django.db.models.BinaryField"

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if value is None or is_stored_form():
            return value
        if isinstance(value, UnreadableContent):
            return value.stored
        return self.sealed(self.data_key_of(model_instance), bytes(value))

    def sealed(self, key: UUID, value: bytes) -> bytes:
        """As it is stored. Raises `UnreadableToken`."""
        return b"".join(encrypted([value], key, self.place))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None or is_stored_form() or bytes(value[: len(MAGIC)]) != MAGIC:
            return value  # in clear: of an earlier version
        try:
            return DecryptedFile(io.BytesIO(value), self.place).read()
        except UnreadableFile:
            return UnreadableContent(bytes(value))


class ProtectedFileField(_KeptAsPlain, models.FileField):
    """A file that is encrypted with the data key of the row's assessment."""

    PLAIN = "django.db.models.FileField"
    attr_class = ProtectedFieldFile

    def open_stored(self, name: str) -> Any:
        """Raises `OSError`."""
        stored = default_storage.open(name)
        if not is_encrypted(stored):
            return stored  # of an earlier version
        try:
            return DecryptedFile(stored, self.place)
        except BaseException:
            stored.close()
            raise

    def store(self, name: str, content: bytes | Iterable[bytes], key: UUID) -> str:
        """Put a file into the storage whole, as it is or piece by piece; returns its name there."""
        store: Any = default_storage  # assessments/stores.py
        store.put_whole(name, encrypted([content] if isinstance(content, bytes) else content, key, self.place))
        return name


def send_file(content: Any, name: str, **options: Any) -> FileResponse:
    """What `ProtectedFieldFile.open` gives, as a download with its length."""
    response = FileResponse(content, as_attachment=True, filename=name, **options)
    if isinstance(content, DecryptedFile):
        response["Content-Length"] = content.size
    return response


def write_whole(path: Path, content: Iterable[bytes]) -> None:
    """Write beside the target and put it in place in one step, so that half a file is never found. Only the owner
    can read it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=_prefix(path))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _prefix(path: Path) -> str:
    return f".{path.name}."


def protected_file(model: type[models.Model]) -> ProtectedFileField:
    """The field of a model that has one such file."""
    [field] = [field for field in model._meta.concrete_fields if isinstance(field, ProtectedFileField)]
    return field


def protected_files() -> Iterator[tuple[type[models.Model], ProtectedFileField]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, ProtectedFileField):
                yield model, field


def protected_columns() -> Iterator[tuple[type[models.Model], ProtectedBinaryField]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, ProtectedBinaryField):
                yield model, field


def rows_with_content(model: type[models.Model], field: ProtectedBinaryField) -> Iterator[tuple[Any, UUID, bytes]]:
    """(primary key, id of the data key, what is stored)."""
    rows = model._base_manager.exclude(**{field.attname: None}).order_by("pk")
    for pk, key in list(rows.values_list("pk", field.key_path)):
        with stored_form():
            stored = model._base_manager.filter(pk=pk).values_list(field.attname, flat=True).first()
        if stored is not None:
            yield pk, key, bytes(stored)


def rows_with_files(model: type[models.Model], field: ProtectedFileField) -> Iterator[tuple[Any, UUID, str]]:
    """(primary key, id of the data key, name of the file)."""
    rows = model._base_manager.exclude(**{field.attname: ""}).order_by("pk")
    return rows.values_list("pk", field.key_path, field.attname).iterator(chunk_size=500)


def encrypt_files() -> Iterator[str]:
    """Replace files that are in clear, one after the other; one line for each that was encrypted or cannot be.

    It may be stopped at any moment and run again: a file is replaced in one step, by a whole encrypted one.
    """
    for model, field in protected_files():
        for pk, key, name in list(rows_with_files(model, field)):
            if not _is_clear(name):
                continue
            with transaction.atomic():
                # Under the lock of its row, so that a file which is erased meanwhile does not come back.
                row = model._base_manager.select_for_update(of=("self",)).filter(pk=pk, **{field.attname: name})
                if not row.exists() or not _is_clear(name):
                    continue
                try:
                    _replace(name, key, field.place)
                except UnreadableToken:
                    yield f"{name}: stays in clear, because the key of its assessment is missing or was destroyed"
                    continue
            yield f"{name}: encrypted"
    for column_model, column in protected_columns():
        for pk, key, stored in rows_with_content(column_model, column):
            if stored.startswith(MAGIC):
                continue
            label = f"{column.place}, row {pk}"
            try:
                sealed = column.sealed(key, stored)
            except UnreadableToken:
                yield f"{label}: stays in clear, because the key of its assessment is missing or was destroyed"
                continue
            if column_model._base_manager.filter(pk=pk).update(**{column.attname: sealed}):
                yield f"{label}: encrypted"


def _is_clear(name: str) -> bool:
    try:
        with default_storage.open(name) as stored:
            return not is_encrypted(stored)
    except OSError:  # it is missing
        return False


def _replace(name: str, key: UUID, place: str) -> None:
    store: Any = default_storage
    store.remove_halves(name)
    with store.open(name) as content:
        store.put_whole(name, encrypted(pieces(content), key, place))


def check_all() -> Iterator[tuple[str, UnreadableFile | None]]:
    """Read every file and column whole: (place and row, what is wrong)."""
    for model, field in protected_files():
        for pk, key, name in rows_with_files(model, field):
            label = f"{field.place}, row {pk}"
            try:
                with default_storage.open(name) as stored:
                    yield label, _fault_of(stored, key, field.place)
            except FileNotFoundError:
                yield label, UnreadableFile("The file is missing.")
    for column_model, column in protected_columns():
        for pk, key, content in rows_with_content(column_model, column):
            yield f"{column.place}, row {pk}", _fault_of(io.BytesIO(content), key, column.place)


def _fault_of(stored: IO[bytes], key: UUID, place: str) -> UnreadableFile | None:
    if not is_encrypted(stored):
        return UnreadableFile("It is in clear.")
    token = stored.read(len(MAGIC) + LONGEST_TOKEN)[len(MAGIC) :].partition(b"\n")[0]
    stored.seek(0)
    try:
        if key_of(token.decode("ascii", "replace")) != key:
            return UnreadableFile("It has the key of another assessment.")
        content = DecryptedFile(stored, place)
        while content.read(CHUNK):
            pass
    except UnreadableToken:
        return UnreadableFile("It has no key.")
    except UnreadableFile as fault:
        return fault
    return None
