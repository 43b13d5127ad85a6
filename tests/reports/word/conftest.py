"""LibreOffice, where the tests have it."""

import shutil

import pytest


@pytest.fixture
def libreoffice() -> str:
    """The path of soffice; the test is skipped without it."""
    return shutil.which("soffice") or pytest.skip("LibreOffice is not installed")
