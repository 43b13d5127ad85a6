"""The texts of scripts come as one cached file in the language of the member."""

import re
from typing import Any

import pytest
from django.test import Client

from assessments.models import User
from ctnat.translation.languages import interface_languages
from ctnat.translation.scripts import script_texts

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r'src="(/scripts/texts-[^"]*)"')


def address_on(page: bytes) -> str:
    found = ADDRESS.search(page.decode())
    assert found
    return found[1]


def test_script_texts_are_in_the_language_of_the_page(client_as: Any) -> None:
    client = client_as("lead")
    User.objects.update(language="fr")
    page = client.get("/account/language/")
    texts = Client().get(address_on(page.content))
    assert "Toutes les notes" in texts.content.decode()
    assert texts.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "immutable" in texts.headers["Cache-Control"]
    assert "Vary" not in texts.headers
    assert "Set-Cookie" not in texts.headers
    assert page.content.decode().index("/scripts/texts-fr-") < page.content.decode().index("js/app.js")


def test_each_language_has_an_address_that_changes_with_its_texts() -> None:
    versions = {language: script_texts(language).version for language in interface_languages()}
    assert len(set(versions.values())) == len(versions) > 7
    pages = [Client().get("/accounts/login/", headers={"accept-language": code}).content for code in versions]
    addresses = {address_on(page) for page in pages}
    assert addresses == {f"/scripts/texts-{code}-{version}.js" for code, version in versions.items()}


def test_a_page_open_during_an_update_gets_the_present_texts_and_does_not_store_them() -> None:
    response = Client().get("/scripts/texts-fr-0000.js")
    assert "Toutes les notes" in response.content.decode()
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("language", ["de", "xx", "pt"])
def test_a_language_without_pages_has_no_texts(language: str) -> None:
    assert Client().get(f"/scripts/texts-{language}-0000.js").status_code == 404
