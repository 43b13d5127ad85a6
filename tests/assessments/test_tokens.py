"""The HMACs of secrets in links, with the key of the site and with those that it replaced."""

import hashlib
import hmac
from typing import Any

from assessments.tokens import token_hmac, token_hmacs


def test_a_token_is_stored_with_the_present_key_and_found_with_earlier_ones(settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "present", ["earlier", "first"]
    expected = [
        hmac.new(key, b"share:secret", hashlib.sha256).hexdigest() for key in (b"present", b"earlier", b"first")
    ]
    assert token_hmacs("secret", purpose="share") == expected
    assert token_hmac("secret", purpose="share") == expected[0]
    assert token_hmac("secret", purpose="invitation") not in expected
