"""The data key of each assessment, which encrypts what people said in it.

Each assessment has a random data key (`DataKey`), which is stored encrypted with FIELD_KEYS. A value in the
database is a token:

    ct1:<base64 of: id of the data key (16 bytes) | nonce (12 bytes) | AES-256-GCM of the text | tag (16 bytes)>

Model and column are authenticated with it, so that a token is readable only in the column for which it was made. A data
key that was read is kept in the memory of the process for a minute, and nowhere else.
"""

import binascii
import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings

PREFIX: Final = "ct1:"
KEY_ID, NONCE, TAG, SECRET = 16, 12, 16, 32  # bytes
REMEMBERED: Final = 60  # seconds: for this long another process may still read after a key was destroyed


class Token(str):
    """An encrypted value as the database stores it."""

    __slots__ = ()


class UnreadableToken(Exception):
    """The token cannot be decrypted: its key is missing or was destroyed, or it was made for another place."""

    destroyed = False


class DestroyedKey(UnreadableToken):
    destroyed = True


@dataclass(frozen=True)
class _Remembered:
    cipher: AESGCM | None  # None: no key is available
    destroyed: bool
    until: float


_remembered: dict[tuple[UUID, tuple[str, ...]], _Remembered] = {}


def new_secret() -> str:
    """A random data key, as text for `DataKey.secret`."""
    return urlsafe_b64encode(AESGCM.generate_key(SECRET * 8)).decode()


def remember(key: UUID, secret: str) -> None:
    """Keep a data key in memory; "" stands for a destroyed one."""
    try:
        raw = urlsafe_b64decode(secret)
    except (ValueError, binascii.Error):  # in place of a secret that FIELD_KEYS do not decrypt
        raw = b""
    cipher = AESGCM(raw) if len(raw) == SECRET else None
    _remembered[key, tuple(settings.FIELD_KEYS)] = _Remembered(cipher, not secret, time.monotonic() + REMEMBERED)


def forget(key: UUID) -> None:
    for known in [known for known in _remembered if known[0] == key]:
        _remembered.pop(known, None)


def forget_all() -> None:
    _remembered.clear()


def cipher_of(key: UUID) -> AESGCM:
    """Raises `UnreadableToken` if the key is missing or cannot be read, `DestroyedKey` if it was destroyed."""
    known = _remembered.get((key, tuple(settings.FIELD_KEYS)))
    if known is None or known.until < time.monotonic():
        secret = apps.get_model("assessments", "DataKey").objects.filter(pk=key).values_list("secret", flat=True)
        remember(key, next(iter(secret), "none"))
        known = _remembered[key, tuple(settings.FIELD_KEYS)]
    if known.cipher is None:
        raise DestroyedKey if known.destroyed else UnreadableToken
    return known.cipher


def encrypt(key: UUID, place: str, text: str) -> Token:
    """`text` as a token for `place` (model and column). Raises `UnreadableToken`."""
    nonce = os.urandom(NONCE)
    sealed = cipher_of(key).encrypt(nonce, text.encode("utf-8", "surrogatepass"), place.encode())
    return Token(PREFIX + urlsafe_b64encode(key.bytes + nonce + sealed).decode())


def decrypt(token: str, place: str) -> str:
    """Raises `UnreadableToken`."""
    return decryptor(place)(token)


def decryptor(place: str) -> Callable[[str], str]:
    """`decrypt` for many tokens of one place: it looks up each key once, so do not keep it."""
    ciphers: dict[bytes, AESGCM] = {}
    where = place.encode()

    def read(token: str) -> str:
        raw = _raw(token)
        cipher = ciphers.get(raw[:KEY_ID])
        if cipher is None:
            cipher = ciphers[raw[:KEY_ID]] = cipher_of(UUID(bytes=raw[:KEY_ID]))
        try:
            text = cipher.decrypt(raw[KEY_ID : KEY_ID + NONCE], raw[KEY_ID + NONCE :], where)
        except InvalidTag:
            raise UnreadableToken from None
        return text.decode("utf-8", "surrogatepass")

    return read


def key_of(token: str) -> UUID:
    """The id of the data key with which a token was made. Raises `UnreadableToken` if it is not a token."""
    return UUID(bytes=_raw(token)[:KEY_ID])


def _raw(token: str) -> bytes:
    if not token.startswith(PREFIX):
        raise UnreadableToken
    try:
        raw = urlsafe_b64decode(token[len(PREFIX) :])
    except (ValueError, binascii.Error):
        raise UnreadableToken from None
    if len(raw) < KEY_ID + NONCE + TAG:
        raise UnreadableToken
    return raw
