"""A workshop in a language that we do not ship: what is missing on phones and pages is in English."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Assessment
from assessments.services.packs import save_pack_text
from tests.fallbacks import read
from tests.indicators.factories import make_mark, make_recommendation
from tests.workshops.factories import make_group, make_workshop
from workshops.models import Workshop
from workshops.words import WORDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(assessment: Assessment) -> Workshop:
    """In Swahili, which has one word, in an assessment in English; what is put to the groups is in English."""
    make_recommendation(assessment)
    make_mark(assessment, "1.1/F1")
    for key, text in {"agree": "Tunakubali", "priorities": "Vipaumbele"}.items():
        save_pack_text(assessment=assessment, language="sw", key=f"workshops.{key}", text=text, by=None)
    assessment.refresh_from_db()
    return make_workshop(assessment, language="sw")


def phone(room: Workshop, language: str) -> Client:
    client = Client(headers={"Accept-Language": language})
    client.post(f"/w/{room.join_code}/", {"group": make_group(room).pk})
    return client


def test_a_phone_in_swahili_marks_what_is_in_english(room: Workshop) -> None:
    client = phone(room, "sw-KE")
    page = read(client.get("/w/group/"))
    assert {"Tunakubali", "Vipaumbele"} <= set(page.languages["sw"])
    assert WORDS.translate("disagree", "en") in page.languages["en"]
    assert page.directions["en"] == {"ltr"}
    assert page.tags_in_attributes == []
    english = {text for text in WORDS.translate_all("en").values() if len(text) > 12}
    assert not english & set(page.languages["sw"])


def test_pages_of_the_room_begin_in_its_language(room: Workshop, client_as: Any) -> None:
    client = client_as("observer")
    for name in ("handout", "slides", "projector"):
        response = client.get(reverse(f"workshops:{name}", args=["AZE-2016", room.pk]))
        page = read(response)
        assert (response.headers["Content-Language"], page.tags_in_attributes) == ("sw", []), name
        english = {text for text in WORDS.translate_all("en").values() if len(text) > 12}
        assert not english & set(page.languages.get("sw", ())), name


def test_nothing_is_marked_in_a_language_with_all_words(room: Workshop) -> None:
    room.assessment.languages = ["en", "ka"]
    room.assessment.save()
    page = read(phone(room, "ka").get("/w/group/"))
    english = set(WORDS.translate_all("en").values())
    assert not english & set(page.languages["en"]) - {WORDS.translate("join", "en")}
