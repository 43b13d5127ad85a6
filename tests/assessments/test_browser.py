"""The pages before the sign-in in a real browser; all others are walked in tests/test_every_page.py."""

import pytest

from tests.browser import assert_accessible


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/"])
def test_pages_before_sign_in_are_accessible(open_as, assessment, path: str) -> None:
    assert_accessible(open_as("anonymous", path))
