"""Encrypted forms of respondents, padded to a few sizes so that the length discloses nothing.

The key of a survey is derived from a key in FIELD_KEYS, which is neither in the database nor in its backups. The first
key seals and each of them opens, so that keys can be rotated. Not Fernet, which writes the time into each token.

    b"\\x01" | nonce (12 bytes) | AES-256-GCM of (length (4 bytes) | compressed JSON | zeros) | tag (16 bytes)
"""

import json
import os
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

FORMAT: Final = b"\x01"
NONCE, TAG, LENGTH = 12, 16, 4
OVERHEAD: Final = len(FORMAT) + NONCE + TAG
SMALLEST: Final = 16 * 1024  # bytes of a box: a form with some 15,000 characters of free text still fits
STEP: Final = 4  # longer forms go into boxes of 64, 256, ... kB: few sizes, each a multiple of 4 kB


class UnreadableBox(Exception):
    """None of the keys in FIELD_KEYS opens the box. The box stays unchanged."""


def seal(survey: int, content: Mapping[str, Any]) -> bytes:
    """`content` (JSON) of the survey with the primary key `survey` as a box."""
    packed = zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    filled = len(packed).to_bytes(LENGTH, "big") + packed
    nonce = os.urandom(NONCE)
    cipher = next(_ciphers(survey))
    return FORMAT + nonce + cipher.encrypt(nonce, filled.ljust(_size(len(filled)) - OVERHEAD, b"\x00"), FORMAT)


def unseal(survey: int, box: bytes | memoryview) -> dict[str, Any]:
    """The content of a box. Raises `UnreadableBox`."""
    box = bytes(box)  # PostgreSQL gives a memoryview
    head, nonce, sealed = box[: len(FORMAT)], box[len(FORMAT) : len(FORMAT) + NONCE], box[len(FORMAT) + NONCE :]
    if head != FORMAT or len(sealed) < TAG:
        raise UnreadableBox
    for cipher in _ciphers(survey):
        try:
            filled = cipher.decrypt(nonce, sealed, head)
        except InvalidTag:
            continue
        length = int.from_bytes(filled[:LENGTH], "big")
        content: dict[str, Any] = json.loads(zlib.decompress(filled[LENGTH : LENGTH + length]))
        return content
    raise UnreadableBox


def _size(filled: int) -> int:
    size = SMALLEST
    while size < filled + OVERHEAD:
        size *= STEP
    return size


def _ciphers(survey: int) -> Iterator[AESGCM]:
    """One for each key in FIELD_KEYS; the first seals."""
    return (_cipher(survey, key) for key in settings.FIELD_KEYS)


@lru_cache(maxsize=64)
def _cipher(survey: int, key: str) -> AESGCM:
    info = f"ctnat:sealed-answers:{survey}".encode()
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(urlsafe_b64decode(key)))
