"""The site responds."""

import pytest


@pytest.mark.django_db
def test_healthz(client) -> None:  # type: ignore[no-untyped-def]
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")
