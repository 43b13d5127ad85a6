"""A survey in a language that we do not ship: what is missing is in English, and marked as English."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Contact
from assessments.packs import words_for
from assessments.public_texts import all_sources
from assessments.services.packs import save_pack_text
from surveys.distribution.messages import compose, mail_language
from surveys.models import Invitation, Survey
from surveys.words import WORDS
from tests.fallbacks import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def swahili(survey: Survey) -> Survey:
    """With one text of its own."""
    survey.languages = ["en", "sw", "ps"]
    survey.save()
    for language, word in (("sw", "Tuma majibu"), ("ps", "واستوئ")):
        save_pack_text(assessment=survey.assessment, language=language, key="surveys.send", text=word, by=None)
    return survey


def test_what_is_missing_is_marked_as_english_from_left_to_right(swahili: Survey, client: Client) -> None:
    for language, direction, word in (("sw", "ltr", "Tuma majibu"), ("ps", "rtl", "واستوئ")):
        html = client.get("/s/open/", headers={"Accept-Language": f"{language},en;q=0.1"}).content.decode()
        page = read(client.get("/s/open/", headers={"Accept-Language": f"{language},en;q=0.1"}))
        assert f'<html lang="{language}" dir="{direction}">' in html
        assert word in page.languages[language]
        assert WORDS.translate("save", "en") in page.languages["en"]
        assert page.directions["en"] == {"ltr"}
        assert page.tags_in_attributes == []
        english = {text for text in WORDS.translate_all("en").values() if len(text) > 20}
        assert not english & set(page.languages[language])
        assert all(name not in page.languages[language] for name in ("Country of residence?", "Trafficking in persons"))


def test_titles_and_words_for_scripts_are_marked_where_they_are_in_english(swahili: Survey, client: Client) -> None:
    resume = client.get("/s/open/continue/?lang=ps").content.decode()
    assert f'<title lang="en" dir="ltr">{WORDS.translate("resume", "en")}</title>' in resume
    form = client.get("/s/open/?lang=ps").content.decode()
    assert 'data-english="progress chosen clear cleared errors question first"' in form
    save_pack_text(assessment=swahili.assessment, language="ps", key="surveys.resume", text="ادامه", by=None)
    save_pack_text(assessment=swahili.assessment, language="ps", key="surveys.clear", text="پاکول", by=None)
    assert "<title>ادامه</title>" in client.get("/s/open/continue/?lang=ps").content.decode()
    form = client.get("/s/open/?lang=ps").content.decode()
    assert 'data-english="progress chosen cleared errors question first"' in form
    assert 'data-english=""' in client.get("/s/open/?lang=en").content.decode()


def test_messages_errors_and_thanks_are_marked_too(swahili: Survey, client: Client) -> None:
    pages = {
        "empty": client.post("/s/open/?lang=sw", {"_in": "sw"}),
        "wrong": client.post("/s/open/?lang=sw", {"_in": "sw", "2.2": ["slavery"]}),
        "thanks": client.post("/s/open/?lang=sw", {"_in": "sw", "2.6": "Umaskini"}),
        "resume": client.get("/s/open/continue/?lang=sw"),
        "code": client.post("/s/open/continue/?lang=sw", {"_in": "sw", "_code": "x"}),
    }
    for name, response in pages.items():
        page = read(response)
        assert response.headers["Content-Language"] == "sw", name
        assert page.tags_in_attributes == [], name
        assert page.languages["en"], name
        shown = " ".join(page.languages.get("sw", ()))
        for key in ("nothing", "errors", "thanks", "receipt_keep", "resume_how", "start_anew"):
            assert WORDS.translate(key, "en") not in shown, (name, key)


def test_nothing_is_marked_in_a_language_with_all_words(survey: Survey, client: Client) -> None:
    for language in survey.languages:
        page = read(client.get("/s/open/", {"lang": language}))
        assert set(page.languages) <= {language, *survey.languages}
        assert page.languages.get("en", ["English"]) == ["English"] or language == "en"


def test_survey_edit_takes_another_language_by_its_name(survey: Survey, client_as: Any) -> None:
    client, address = client_as("lead"), reverse("surveys:survey_edit", args=[survey.assessment.reference])
    html = client.get(address).content.decode()
    assert '<option value="Tigrinya">' in html
    assert '<option value="Arabic">' not in html, "it can be ticked"
    refused = client.post(
        address, {"languages": ["en", "az"], "another_language": "Elvish", "open_link": "on", "days_between_mails": "3"}
    )
    assert refused.status_code == 422
    assert "“Elvish” is not a known language" in refused.content.decode()
    assert 'value="Elvish"' in refused.content.decode()
    answer = client.post(
        address,
        {"languages": ["en", "az"], "another_language": "Kiswahili", "open_link": "on", "days_between_mails": "3"},
    )
    assert answer.status_code == 302
    survey.refresh_from_db()
    assert survey.languages == ["en", "az", "sw"]
    assert "Kiswahili (sw)" in client.get(address).content.decode()
    assert (
        client.post(address, {"another_language": "Romanian", "open_link": "on", "days_between_mails": "3"}).status_code
        == 302
    )
    survey.refresh_from_db()
    assert survey.languages == ["ro"]
    none = client.post(address, {"open_link": "on", "days_between_mails": "3"})
    assert (none.status_code, "Choose at least one language" in none.content.decode()) == (422, True)


def test_contacts_who_read_another_language_are_named(survey: Survey, client_as: Any) -> None:
    survey.languages = ["en", "fa"]
    survey.save()
    people = [
        Contact.objects.create(assessment=survey.assessment, name=f"Reader of {code}", language=code)
        for code in ("fa", "prs", "ka", "sw")
    ]
    address = reverse("surveys:invitation_contacts", args=[survey.assessment.reference])
    answer = client_as("lead").post(address, {"contact": [row.pk for row in people]}, follow=True)
    assert [row.language for row in Invitation.objects.order_by("pk")] == ["fa", "fa", "en", "en"]
    assert "not available in Georgian and Swahili: contacts who read it are invited in English." in " ".join(
        answer.content.decode().split()
    )


def test_a_table_of_people_names_languages_by_name_or_code(survey: Survey, client_as: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    survey.languages = ["en", "sw", "az-Cyrl"]
    survey.save()
    address = reverse("surveys:invitation_import", args=[survey.assessment.reference])
    rows = b"name,language\nA,Swahili\nB,SW\nC,az-Cyrl\nD,\n"
    client = client_as("lead")
    assert client.post(address, {"file": SimpleUploadedFile("people.csv", rows)}).status_code == 302
    assert [row.language for row in Invitation.objects.order_by("pk")] == ["sw", "sw", "az-Cyrl", "en"]
    refused = client.post(address, {"file": SimpleUploadedFile("people.csv", b"name,language\nE,Romanian\n")})
    assert (refused.status_code, "not available in this language" in refused.content.decode()) == (422, True)


def test_an_english_text_has_its_values_in_english(survey: Survey, client: Client) -> None:
    """The country's name and the deadline, in the questionnaire and in mails; a text of its own has its own."""
    survey.languages = ["en", "am"]
    survey.save()
    shown = " ".join(read(client.get("/s/open/", {"lang": "am"})).languages["en"])
    assert ("in Azerbaijan" in shown, "አዘርባጃን" in shown) == (True, False)
    person = Invitation(survey=survey, name="Nadia", language="am", nonce="m")
    _, body = compose(survey, person, "invitation")
    assert ("Azerbaijan" in body, "አዘርባጃን" in body) == (True, False)
    assert mail_language(survey, "invitation", "am") == "en"
    key = "surveys.mail_invitation_body"
    save_pack_text(assessment=survey.assessment, language="am", key=key, text=f"{{country}} {body_of(key)}", by=None)
    with words_for(survey.assessment):
        assert "አዘርባጃን" in compose(survey, person, "invitation")[1]
        assert mail_language(survey, "invitation", "am") == "am"


def body_of(key: str) -> str:
    return all_sources()[key].english[""]
