"""A database that is locked, full or missing: respondents keep their answers, and send them again."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from playwright.sync_api import Page

from surveys.models import SealedAnswer
from surveys.sealed.boxes import unseal
from surveys.views import respondent
from surveys.words import complete_languages, translate
from tests.browser import assert_accessible, open_section

pytestmark = pytest.mark.django_db
FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
ANSWERS = {"2.1": ["origin", "transit"], "2.6": 'first line\r\nsecond "line" & <b>third</b>', "_do": "send"}


def fail(error: Exception) -> Any:
    def verb(*args: Any, **kwargs: Any) -> Any:
        raise error

    return verb


FAULTS = [
    OperationalError("database is locked"),
    OperationalError("database or disk is full"),
    InterfaceError("connection already closed"),
]


@pytest.mark.parametrize("error", FAULTS, ids=str)
def test_open_form_gives_all_answers_back_and_one_button_sends_them(
    client: Client, survey: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    sent = ANSWERS | {"_uuid": str(uuid4())}
    with monkeypatch.context() as broken:
        broken.setattr(respondent, "seal_response", fail(error))
        busy = client.post("/s/open/", sent)
    assert (busy.status_code, busy["Retry-After"], busy["Cache-Control"]) == (503, "60", "private, no-store")
    assert busy.cookies == {}
    page = busy.content.decode()
    kept = [(name, unescape(value)) for name, value in FIELD.findall(page)]
    assert ("2.6", ANSWERS["2.6"]) in kept
    assert 'action="/s/open/"' in page

    assert not SealedAnswer.objects.exists()
    again = client.post("/s/open/", urlencode(kept), content_type="application/x-www-form-urlencoded")
    assert again.status_code == 200
    box = SealedAnswer.objects.get()
    assert unseal(survey.pk, box.box)["answers"]["2.1"] == ["origin", "transit"]
    client.post("/s/open/", urlencode(kept), content_type="application/x-www-form-urlencoded")
    assert SealedAnswer.objects.count() == 1


@pytest.mark.parametrize("language", sorted(complete_languages()))
def test_busy_page_is_in_the_language_of_the_form(
    client: Client, survey: Any, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(respondent, "open_access", fail(FAULTS[0]))
    monkeypatch.setattr(respondent, "personal_access", fail(FAULTS[0]))
    for busy in (client.post("/s/open/", ANSWERS | {"_in": language}), client.get(f"/s/open/?lang={language}")):
        assert busy.status_code == 503
        assert busy["Content-Language"] == language
        assert translate("busy_again", language) in unescape(busy.content.decode())
    assert client.post("/s/i/secret/opened/").status_code == 503


def test_a_busy_page_leaves_no_link_in_the_log(
    client: Client, survey: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(respondent, "personal_access", fail(FAULTS[0]))
    for path in ("/s/i/secret/", "/s/i/secret/continue/"):
        assert client.get(path).status_code == 503
    client.post("/s/i/secret/opened/")
    assert "secret" not in caplog.text


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_busy_page_is_accessible(
    page: Page, live_server: Any, one_at_a_time: None, survey: Any, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/s/open/?lang=ar")
    open_section(page.locator("textarea").first)
    page.locator("textarea").first.fill("نص")
    with monkeypatch.context() as broken:
        broken.setattr(respondent, "seal_response", fail(FAULTS[0]))
        page.locator('button[value="send"]').click()
        page.get_by_role("button", name=translate("busy_again", "ar")).wait_for()
    assert_accessible(page)
    page.get_by_role("button", name=translate("busy_again", "ar")).click()
    page.locator(".saved-code").wait_for()
