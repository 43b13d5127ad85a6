"""Forms that are kept ready: what is sent is what would be made, and nothing of what was before."""

import gzip
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from ctnat.ui.ready import ReadyPage
from surveys.distribution import access
from surveys.models import Invitation, SealedAnswer, Survey
from surveys.questionnaire import documents, rendering
from surveys.services.surveys import close_survey
from tests.surveys.test_respondent import ANSWERS, post

pytestmark = pytest.mark.django_db

GZIP = {"accept-encoding": "gzip, deflate"}
DIFFERS = re.compile(r'name="_(uuid|opened)" value="[^"]+"')


def packed(client: Client, path: str = "/s/open/", **headers: str) -> Any:
    return client.get(path, headers=GZIP | headers)


def html_of(response: Any) -> str:
    assert response["Content-Encoding"] == "gzip"
    return gzip.decompress(response.content).decode()


def common(html: str) -> str:
    return DIFFERS.sub("", html)


@pytest.mark.parametrize("gaps", [["~a~"], ["~a~", "~b~"], []])
def test_a_ready_page_is_the_page(gaps: list[str]) -> None:
    text = "Ελλάδα " * 50 + "~a~" + "x" * 3000 + "~b~ and ~a~ again" + "~a~"
    values = {"~a~": "née-\u2028" * 40, "~b~": ""}
    made = ReadyPage(text, gaps).filled(values)
    for gap in gaps:
        text = text.replace(gap, values[gap])
    assert gzip.decompress(made).decode() == text  # checks the sum and the length, too


def test_the_form_is_the_same_compressed_and_plain(client: Client, survey: Survey, link: str) -> None:
    for path in ("/s/open/?lang=az", "/s/open/", link):
        plain = client.get(path)
        first, second = (packed(client, path) for _ in range(2))
        assert common(html_of(first)) == common(html_of(second)) == common(plain.content.decode())
        assert html_of(first) != html_of(second)  # each has a uuid of its own
        headers = (
            "Content-Type",
            "Content-Language",
            "Cache-Control",
            "Content-Security-Policy",
            "X-Frame-Options",
            "Vary",
        )
        assert [first[name] for name in headers] == [plain[name] for name in headers]
        assert path.partition("?")[0] in html_of(first)


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "br, gzip; q=0.0"])
def test_who_takes_no_gzip_gets_none(client: Client, survey: Survey, accepted: str) -> None:
    packed(client)
    for path in ("/s/open/", "/s/remove/"):
        response = client.get(path, headers={"accept-encoding": accepted})
        assert "Content-Encoding" not in response
        assert response["Vary"] == "Accept-Encoding"
        assert b"<form" in response.content


def test_head_has_the_headers_of_the_form(client: Client, survey: Survey) -> None:
    packed(client)
    response = client.head("/s/open/", headers=GZIP)
    assert (response.status_code, response.content, response["Content-Encoding"]) == (200, b"", "gzip")


def test_a_kept_form_shows_a_changed_contact_and_ends_with_the_survey(client: Client, survey: Survey) -> None:
    assessment = survey.assessment
    before = html_of(packed(client))
    assessment.survey_contact = "Leyla, +994 12 555 01 99"
    assessment.save(update_fields=["survey_contact"])
    after = html_of(packed(client))
    assert "555 01 99" in after
    assert "555 01 99" not in before
    Survey.objects.filter(pk=survey.pk).update(deadline=timezone.now() + timedelta(hours=1))
    assert packed(client).status_code == 200
    Survey.objects.filter(pk=survey.pk).update(deadline=timezone.now() - timedelta(seconds=1))
    assert packed(client).status_code == 410
    Survey.objects.filter(pk=survey.pk).update(deadline=None)
    assert packed(client).status_code == 200
    close_survey(survey=survey, by=None)
    assert packed(client).status_code == 410


def test_kept_pages_read_no_column_whose_changes_are_not_seen(
    client: Client, survey: Survey, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, refresh = set(), Model.refresh_from_db

    def note(row: Model, *args: Any, **options: Any) -> None:
        read.update((type(row).__name__, name) for name in options["fields"])
        refresh(row, *args, **options)

    monkeypatch.setattr(Model, "refresh_from_db", note)
    for kept in (access._known, rendering._cache, documents._documents):
        kept.clear()  # type: ignore[attr-defined]
    for path in ("/s/open/", "/s/open/?lang=az", link):
        assert html_of(packed(client, path))
        assert html_of(client.post(path, {"_uuid": str(uuid4()), "_do": "send"} | ANSWERS, headers=GZIP))
    assert len(access._known) == 1
    assert read == {("Instrument", "definition"), ("Instrument", "corrected")}  # for which its corrections stand


def test_the_form_of_a_used_personal_link_is_not_shown_again(client: Client, link: str, invitation: Invitation) -> None:
    assert link in html_of(packed(client, link))
    assert post(client, link).status_code == 200
    assert packed(client, link).status_code == 410
    Invitation.objects.update(revoked_at=timezone.now())
    assert packed(client, link).status_code == 404


def test_thanks_from_memory_are_those_of_the_form(client: Client, survey: Survey) -> None:
    receipts = set()
    for _ in range(2):
        uuid = str(uuid4())
        fields = {"_uuid": uuid, "_do": "send"} | ANSWERS
        page = html_of(client.post("/s/open/", fields, headers=GZIP))
        plain = post(client, _uuid=uuid).content.decode()  # sent twice: the same receipt, and no second form
        assert page == plain
        receipts.add(re.search(r"\w{4}-\w{4}-\w{4}", page)[0])  # type: ignore[index]
    assert len(receipts) == SealedAnswer.objects.count() == 2
