"""Addresses that no view should see, error pages, and the headers of every response."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from ctnat.middleware import WITHOUT_MEMBERS
from ctnat.ui.access import signed_in
from tests.factories import DocumentFactory
from tests.test_access import addresses

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/?q=%00", "/accounts/login/?next=%00", "/?q=" + "x" * 9000, "/a/%00/", "/?%00=1", "/healthz?x=%00"]
)
def test_unreadable_addresses_are_refused(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert "could not be read" in response.content.decode()


@pytest.mark.parametrize("address", ["/a/%ff%fe/", "/nowhere/", "/a/x/", "/documents/1/", "/invitation/%ff/"])
def test_a_missing_page_is_explained_in_plain_words(client_as: Any, address: str) -> None:
    response = client_as("lead").get(address)
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()


def test_too_many_fields_are_refused(client: Client) -> None:
    response = client.post("/accounts/login/", {f"f{n}": "1" for n in range(3000)})
    assert response.status_code == 400


def test_csrf_failure_shows_what_to_do(assessment: Any) -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@example.org", "password": "x"})
    assert response.status_code == 403
    assert "Go back in your browser and copy any text" in response.content.decode()


def fail(request: Any) -> None:
    raise RuntimeError("the secret is 123")


@signed_in
def careless(request: HttpRequest) -> HttpResponse:
    """A view that allows its pages to be cached."""
    return HttpResponse("Xyzzy Quux", headers={"Cache-Control": "max-age=3600"})


urlpatterns = [path("fail/", fail), path("careless/", careless)]


@pytest.mark.urls(__name__)
def test_server_error_shows_what_to_do_and_no_details() -> None:
    response = Client(raise_request_exception=False).get("/fail/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()
    assert "secret" not in response.content.decode()


def test_policy_allows_only_this_site(client: Client) -> None:
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if rule.strip())
    assert rules == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_headers_forbid_framing_and_leaking_the_address(client: Client) -> None:
    headers = client.get("/accounts/login/").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ["/", "/help/", "/a/AZE-2016/", "/instruments/", "/a/AZE-1900/", "/accounts/2fa/"])
def test_pages_of_members_are_stored_nowhere(client_as: Any, address: str) -> None:
    assert "no-store" in client_as("lead").get(address)["Cache-Control"]


def test_downloads_of_members_are_stored_nowhere(client_as: Any, assessment: Any) -> None:
    DocumentFactory(assessment=assessment, file=SimpleUploadedFile("a.txt", b"x"), file_name="a.txt")
    pk = assessment.documents.get().pk
    response = client_as("lead").get(f"/a/AZE-2016/documents/{pk}/file/")
    assert b"".join(response.streaming_content) == b"x"
    assert "no-store" in response["Cache-Control"]
    response.close()


def test_pages_without_an_account_show_no_session(client: Client) -> None:
    response = client.get("/healthz")
    assert "Vary" not in response.headers or "Cookie" not in response.headers["Vary"]


def test_views_without_members_need_no_session_and_no_token() -> None:
    """What is checked only behind the sessions must not be needed: the account, and the token of a form."""
    marked = [(route, view) for route, view in addresses() if getattr(view, "without_members", False)]
    assert len(marked) >= 10
    for route, view in marked:
        assert f"/{route}".startswith(WITHOUT_MEMBERS), route
        assert view.access == "public", route
        is_safe = route in ("healthz", "w/group/state/")
        assert getattr(view, "csrf_exempt", False) != is_safe, route
    assert Client(enforce_csrf_checks=True).post("/healthz").status_code == 405


@pytest.mark.parametrize(
    ("path", "status"), [("/s/remove/", 200), ("/s/nothere/", 404), ("/s/a/b/c/", 404), ("/w/group/state/", 410)]
)
def test_pages_without_members_have_the_headers_of_all(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert "default-src 'none'" in response["Content-Security-Policy"]
    names = ("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy")
    assert [response[name] for name in names] == ["DENY", "nosniff", "same-origin", "same-origin"]
    assert not response.cookies
    assert client.get(path, headers={"host": "elsewhere.example"}).status_code == 400


@pytest.mark.urls(__name__)
def test_a_view_cannot_allow_storing(client_as: Any) -> None:
    assert client_as("lead").get("/careless/")["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_what_was_typed_at_the_sign_in_is_stored_nowhere(client: Client) -> None:
    for response in (client.get("/accounts/login/"), client.post("/accounts/login/", {"login": "a@example.org"})):
        assert "no-store" in response["Cache-Control"]


def test_sign_out_does_not_delete_drafts_of_others_on_the_device(client_as: Any) -> None:
    """Another account's unsent notes are in the same storage."""
    response = client_as("lead").post("/accounts/logout/")
    assert response.status_code == 302
    assert "storage" not in response.get("Clear-Site-Data", "")
