"""Tokens of protected columns, byte by byte, and how long a process remembers the key of an assessment."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assessments import data_keys
from assessments.data_keys import (
    DestroyedKey,
    Token,
    UnreadableToken,
    cipher_of,
    decrypt,
    encrypt,
    forget,
    forget_all,
    key_of,
    new_secret,
    remember,
)
from assessments.models import Assessment, DataKey
from tests.factories import AssessmentFactory

KEY = UUID("00112233-4455-6677-8899-aabbccddeeff")
PLACE = "interviews.answer.text"
RAW = bytes(range(32))
SECRET = urlsafe_b64encode(RAW).decode()


@pytest.fixture
def key() -> UUID:
    """A key that is in the memory of the process, so that no test asks the database for it."""
    remember(KEY, SECRET)
    return KEY


def token(*parts: bytes) -> str:
    return "ct1:" + urlsafe_b64encode(b"".join(parts)).decode()


def test_a_token_is_the_key_a_nonce_and_what_aes_gcm_makes_of_the_text(key: UUID) -> None:
    made = encrypt(key, PLACE, "Said \ud800")
    assert isinstance(made, Token)
    raw = urlsafe_b64decode(made.removeprefix("ct1:"))
    text = "Said \ud800".encode("utf-8", "surrogatepass")
    assert len(raw) == 16 + 12 + len(text) + 16
    assert raw[:16] == key.bytes
    assert AESGCM(RAW).decrypt(raw[16:28], raw[28:], PLACE.encode()) == text
    assert encrypt(key, PLACE, "Said \ud800") != made


@pytest.mark.parametrize("text", ["", "x", "Said \ud800", "ქართული"])
def test_a_token_made_elsewhere_is_read(key: UUID, text: str) -> None:
    nonce = b"12 bytes, yes"[:12]
    sealed = AESGCM(RAW).encrypt(nonce, text.encode("utf-8", "surrogatepass"), PLACE.encode())
    assert decrypt(token(key.bytes, nonce, sealed), PLACE) == text
    with pytest.raises(UnreadableToken):
        decrypt(token(key.bytes, nonce, sealed), "interviews.answer.other")
    with pytest.raises(UnreadableToken):
        decrypt(token(key.bytes, nonce, sealed[:-1], bytes([sealed[-1] ^ 1])), PLACE)


@pytest.mark.parametrize(
    "stored",
    ["", "Clear text", "ct2:" + token(KEY.bytes, b"n" * 28)[4:], "ct1:", "ct1:é", "ct1:a", token(KEY.bytes, b"n" * 27)],
)
def test_what_is_no_token_is_not_read(key: UUID, stored: str) -> None:
    for read in (key_of, lambda text: decrypt(text, PLACE)):
        with pytest.raises(UnreadableToken) as caught:
            read(stored)
        assert not caught.value.destroyed
        assert caught.value.__suppress_context__ or caught.value.__context__ is None  # no bytes in a traceback


def test_the_key_of_a_token_is_named_without_reading_it() -> None:
    assert key_of(token(KEY.bytes, b"n" * 28)) == KEY


def test_a_new_secret_is_of_32_random_bytes() -> None:
    assert len(urlsafe_b64decode(new_secret())) == 32
    assert new_secret() != new_secret()


@pytest.mark.parametrize(
    ("secret", "is_destroyed"),
    [
        ("", True),
        ("none", False),
        ("(cannot be read: its key is missing)", False),
        ("é", False),
        ("abc", False),
        (urlsafe_b64encode(RAW[:16]).decode(), False),
    ],
)
def test_without_its_secret_nothing_is_read_or_written(secret: str, is_destroyed: bool) -> None:
    remember(KEY, secret)
    for use in (
        lambda: cipher_of(KEY),
        lambda: encrypt(KEY, PLACE, "x"),
        lambda: decrypt(token(KEY.bytes, b"n" * 28), PLACE),
    ):
        with pytest.raises(UnreadableToken) as caught:
            use()
        assert (isinstance(caught.value, DestroyedKey), caught.value.destroyed) == (is_destroyed, is_destroyed)


def read_count(django_assert_num_queries: Any, count: int, *keys: UUID) -> None:
    with django_assert_num_queries(count):
        for key in keys:
            cipher_of(key)


@pytest.mark.django_db
def test_a_key_is_remembered_for_a_minute(
    assessment: Assessment, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    now = [1000.0]
    monkeypatch.setattr(data_keys.time, "monotonic", lambda: now[0])
    key = assessment.data_key_id
    forget_all()
    read_count(django_assert_num_queries, 1, key, key)
    now[0] = 1060.0
    read_count(django_assert_num_queries, 0, key)
    now[0] = 1060.1
    read_count(django_assert_num_queries, 1, key, key)
    DataKey.objects.filter(pk=key).update(secret="")
    read_count(django_assert_num_queries, 0, key)
    now[0] = 1121.0
    with pytest.raises(DestroyedKey):
        cipher_of(key)


@pytest.mark.django_db
def test_one_key_is_forgotten_alone_or_all_of_them(assessment: Assessment, django_assert_num_queries: Any) -> None:
    one, other = assessment.data_key_id, AssessmentFactory(reference="GEO-2016", country="GEO").data_key_id
    read_count(django_assert_num_queries, 0, one, other)  # made in this process a moment ago
    forget(one)
    read_count(django_assert_num_queries, 0, other)
    read_count(django_assert_num_queries, 1, one)
    forget_all()
    read_count(django_assert_num_queries, 2, one, other)
    forget(uuid4())


@pytest.mark.django_db
def test_other_field_keys_are_asked_for_the_key_anew(assessment: Assessment, settings: Any) -> None:
    key, kept = assessment.data_key_id, settings.FIELD_KEYS
    cipher_of(key)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(UnreadableToken) as caught:
        cipher_of(key)
    assert not caught.value.destroyed
    settings.FIELD_KEYS = kept
    assert cipher_of(key)
    with pytest.raises(UnreadableToken) as caught:
        cipher_of(uuid4())
    assert not caught.value.destroyed
