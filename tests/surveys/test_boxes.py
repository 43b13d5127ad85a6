"""The format of sealed forms and of receipts: what is stored today must be readable and recognisable for years."""

import json
import zlib
from base64 import urlsafe_b64decode
from typing import Any
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assessments.tokens import token_hmac
from surveys.sealed import boxes
from surveys.sealed.boxes import UnreadableBox, seal, unseal
from surveys.sealed.receipts import LETTERS, letters_of, mark_once_opened, mark_while_sealed, receipt_of

KEY = Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def keys(settings: Any) -> None:
    settings.FIELD_KEYS = [KEY]


def cipher(survey: int) -> AESGCM:
    info = f"ctnat:sealed-answers:{survey}".encode()
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(urlsafe_b64decode(KEY)))


def box_of(packed: bytes, size: int = 16 * 1024, survey: int = 7) -> bytes:
    """A box made by hand, as the module describes it."""
    filled = (len(packed).to_bytes(4, "big") + packed).ljust(size - 29, b"\x00")
    return b"\x01" + b"n" * 12 + cipher(survey).encrypt(b"n" * 12, filled, b"\x01")


def test_a_box_is_made_as_it_is_described() -> None:
    box = seal(7, {"a": "é", "b": 2})
    assert (box[:1], len(box)) == (b"\x01", 16 * 1024)
    filled = cipher(7).decrypt(box[1:13], box[13:], b"\x01")
    length = int.from_bytes(filled[:4], "big")
    assert zlib.decompress(filled[4 : 4 + length]) == '{"a":"é","b":2}'.encode()
    assert filled[4 : 4 + length] == zlib.compress('{"a":"é","b":2}'.encode(), 9)
    assert set(filled[4 + length :]) == {0}
    assert unseal(7, box_of(zlib.compress(b'{"a":1}'))) == {"a": 1}
    assert unseal(7, memoryview(box)) == {"a": "é", "b": 2}


def test_no_two_boxes_have_the_same_nonce() -> None:
    assert len({seal(7, {})[1:13] for _ in range(20)}) == 20


def test_each_of_the_keys_opens_and_the_first_seals(settings: Any) -> None:
    box, other = seal(7, {"a": 1}), Fernet.generate_key().decode()
    settings.FIELD_KEYS = [other, KEY]
    assert unseal(7, box) == {"a": 1}
    later = seal(7, {"a": 1})
    settings.FIELD_KEYS = [other]
    assert unseal(7, later) == {"a": 1}
    for survey, sealed in ((7, box), (8, later)):
        with pytest.raises(UnreadableBox):
            unseal(survey, sealed)


@pytest.mark.parametrize(
    ("filled", "size"),
    [(0, 16), (16 * 1024 - 29, 16), (16 * 1024 - 28, 64), (64 * 1024 - 29, 64), (64 * 1024 - 28, 256)],
)
def test_a_form_goes_into_the_smallest_box_that_is_large_enough(filled: int, size: int) -> None:
    assert boxes._size(filled) == size * 1024


def test_a_form_that_fills_its_box_to_the_last_byte_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = zlib.compress(json.dumps({"a": 1}, separators=(",", ":")).encode(), 9)
    monkeypatch.setattr(boxes, "SMALLEST", len(packed) + 4 + 29)
    box = seal(7, {"a": 1})
    assert (len(box), unseal(7, box)) == (len(packed) + 33, {"a": 1})


@pytest.mark.parametrize("broken", [b"", b"\x01", b"\x01" + b"n" * 12, b"\x01" + b"n" * 27, b"\x01" + b"n" * 28])
def test_what_is_too_short_for_a_box_is_unreadable(broken: bytes) -> None:
    with pytest.raises(UnreadableBox):
        unseal(7, broken)


def test_another_format_is_refused_even_where_the_key_would_open_it() -> None:
    filled = b"\x00\x00\x00\x0f" + zlib.compress(b'{"a":1}')
    other = b"\x02" + b"n" * 12 + cipher(7).encrypt(b"n" * 12, filled, b"\x02")
    with pytest.raises(UnreadableBox):
        unseal(7, other)


def test_a_receipt_is_twelve_letters_of_the_hmac_of_the_forms_uuid() -> None:
    assert LETTERS == "BCDFGHJKMNPQRSTVWXYZ23456789"
    for number in range(20):
        uuid = UUID(int=number)
        rest, letters = int(token_hmac(str(uuid), purpose="survey-receipt"), 16), ""
        while len(letters) < 12:
            rest, place = divmod(rest, 28)
            letters += "BCDFGHJKMNPQRSTVWXYZ23456789"[place]
        assert receipt_of(uuid) == f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def test_a_code_is_recognised_however_it_is_typed() -> None:
    for typed in ("BCDF-GH23", "bcdf gh23", " b c d f g h ٢ ٣ ", "BCDF–GH23.", "ABCDEFIGHLO0123"):
        assert letters_of(typed) == "BCDFGH23", typed
    assert letters_of("B" * 41) == "B" * 40


def test_the_marks_of_a_receipt_are_hmacs_for_two_purposes() -> None:
    for typed in ("BCDF-GH23-KMNP", "bcdfgh23kmnp"):
        assert mark_while_sealed(typed) == token_hmac("BCDFGH23KMNP", purpose="survey-receipt-sealed")
        assert mark_once_opened(typed) == token_hmac("BCDFGH23KMNP", purpose="survey-receipt-opened")
