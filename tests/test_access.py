"""Every address declares who may use it, and the table is kept: each role at each address gets what the table says."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from assessments.access import ACTIONS
from assessments.models import Role

SAMPLES = {"int": "1", "slug": "x", "str": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}
DECLARED = {"public", "signed_in", "editors", *ACTIONS}


def addresses() -> Iterator[tuple[str, Any]]:
    """(route, view) of every pattern of the project."""

    def walk(resolver: URLResolver, route: str) -> Iterator[tuple[str, Any]]:
        for entry in resolver.url_patterns:
            here = route + str(entry.pattern)
            if isinstance(entry, URLResolver):
                if "accounts/" not in here:  # allauth's own pages, which need no role
                    yield from walk(entry, here)
            elif isinstance(entry, URLPattern):
                yield here, entry.callback

    yield from walk(get_resolver(), "")


ADDRESSES = list(addresses())
ROUTES = [route or "/" for route, _ in ADDRESSES]


@pytest.mark.parametrize(("route", "view"), ADDRESSES, ids=ROUTES)
def test_every_address_declares_its_access(route: str, view: Any) -> None:
    access = getattr(view, "access", None)
    assert access in DECLARED, f"{route} declares no access rule: use a decorator of assessments.access"
    assert ("<slug:reference>" in route) == (access in ACTIONS)


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "view"), ADDRESSES, ids=ROUTES)
def test_every_address_keeps_the_table(route: str, view: Any, client_as: Any, request: pytest.FixtureRequest) -> None:
    """The declared rule decides before the view runs: 404 outside, 403 without the role, sign-in for visitors."""
    if view.access == "public":
        return
    assessment = request.getfixturevalue("assessment")
    path = "/" + re.sub(
        r"<(\w+):\w+>",
        lambda found: SAMPLES[found[1]],
        route.replace("<slug:reference>", assessment.reference),
    )

    def statuses(role: str) -> set[int]:
        return {client_as(role).get(path).status_code, client_as(role).post(path).status_code} - {405}

    assert statuses("anonymous") == {302}
    if view.access == "editors":
        assert statuses("observer") == {403}
    if view.access in ACTIONS:
        assert statuses("outsider") == {404}
        for role in Role:
            if role not in ACTIONS[view.access]:
                assert statuses(role) == {403}, role
