"""Every address declares who may use it, and access follows the table of roles, for each role at each address."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from assessments.access import ACTIONS
from assessments.models import Role

SAMPLES = {"int": "1", "slug": "x", "str": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}
DECLARED = {"public", "signed_in", "editors", "staff", *ACTIONS}


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


def refusals(view: Any) -> dict[str, int]:
    """Who must be refused, and how: 404 for outsiders, 403 without the role, the sign-in page for visitors."""
    if view.access == "public":
        return {}
    if view.access in ACTIONS:
        without = {str(role): 403 for role in Role if role not in ACTIONS[view.access]}
        return {"anonymous": 302, "outsider": 404} | without
    if view.access == "staff":
        return {"anonymous": 302, "outsider": 403} | {str(role): 403 for role in Role}
    return {"anonymous": 302} | ({"observer": 403} if view.access == "editors" else {})


@pytest.mark.django_db
def test_every_address_gives_access_as_the_table_states(client_as: Any, assessment: Any) -> None:
    """The declared rule is checked before the view runs, so requesting all addresses changes nothing."""
    clients = {who: client_as(who) for who in ("anonymous", "outsider", *map(str, Role))}
    wrong = []
    for route, view in ADDRESSES:
        route = route.replace("<slug:reference>", assessment.reference)
        path = "/" + re.sub(r"<(\w+):\w+>", lambda found: SAMPLES[found[1]], route)
        for who, expected in refusals(view).items():
            found = {clients[who].get(path).status_code, clients[who].post(path).status_code} - {405}
            if found != {expected}:
                wrong.append((path, who, expected, found))
    assert wrong == []


def account_addresses() -> Iterator[tuple[str, str]]:
    """(route, name) of every page of allauth."""

    def walk(resolver: URLResolver, route: str) -> Iterator[tuple[str, str]]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry, route + str(entry.pattern))
            else:
                yield route + str(entry.pattern), entry.name or ""

    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and str(entry.pattern) == "accounts/":
            yield from walk(entry, "accounts/")


# The pages of allauth, which do not depend on roles, and who may open them.
ACCOUNT_PAGES = {
    "account_login": "public",
    "account_logout": "public",  # redirects a visitor to the home page
    "account_inactive": "public",
    "account_reauthenticate": "signed_in",
    "account_change_password": "signed_in",
    "account_reset_password": "public",
    "account_reset_password_done": "public",
    "account_reset_password_from_key": "public",
    "account_reset_password_from_key_done": "public",
    "mfa_index": "signed_in",
    "mfa_authenticate": "signed_in",
    "mfa_reauthenticate": "signed_in",
    "mfa_login_webauthn": "public",
    "mfa_list_webauthn": "signed_in",
    "mfa_add_webauthn": "signed_in",
    "mfa_edit_webauthn": "signed_in",
    "mfa_remove_webauthn": "signed_in",
    "mfa_reauthenticate_webauthn": "signed_in",
    "mfa_activate_totp": "signed_in",
    "mfa_deactivate_totp": "signed_in",
    "mfa_view_recovery_codes": "signed_in",
    "mfa_generate_recovery_codes": "signed_in",
    "mfa_download_recovery_codes": "signed_in",
}


@pytest.mark.django_db
def test_account_pages_are_all_listed_and_give_access_as_declared(client: Client, assessment: Any) -> None:
    found = {name: route for route, name in account_addresses()}
    assert set(found) == set(ACCOUNT_PAGES)
    for name, route in found.items():
        route = route.replace("<int:pk>", "1")
        path = "/" + re.sub(r"\^|\$|\(\?P<\w+>[^)]*\)", lambda part: "x" if "<" in part[0] else "", route)
        asked_by = {"Accept": "application/json"} if name == "mfa_login_webauthn" else {}
        response = client.get(path, headers=asked_by)
        to_sign_in = response.status_code == 302 and response.url.startswith("/accounts/login/")
        assert (name, to_sign_in) == (name, ACCOUNT_PAGES[name] == "signed_in")
