"""A language from its workbook alone: survey, thanks, mail, phone and report, in six scripts.

French, Romanian, Arabic and Georgian are shipped but for the questionnaire; Amharic and Thai come whole from the
workbook, in words that mean nothing but have the letters, the direction and the plural forms of the language.
"""

import logging
import re
import shutil
import subprocess
import unicodedata
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache, partial
from io import BytesIO
from itertools import cycle
from typing import Any
from zlib import crc32

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from assessments.lacking import lacking_languages
from assessments.models import Assessment
from assessments.packs import words_for
from assessments.public_texts import all_sources
from ctnat.ui import fonts
from ctnat.ui.languages import direction
from instruments.models import Instrument
from instruments.texts import texts
from reports.document.outline import entries
from reports.models import Section
from reports.output.builds import make_document
from reports.services.reports import create_report
from reports.services.sections import edit_section
from surveys.distribution.messages import compose
from surveys.models import Survey
from tests.factories import instruments_2016
from tests.fallbacks import Page, read
from tests.language_workbooks import fill_in
from tests.surveys.factories import InvitationFactory, SurveyFactory
from tests.workshops.factories import make_group, make_workshop

WORDS = {
    "fr": ["évaluation", "données", "réponse", "préventive", "âgée"],
    "ro": ["evaluare", "răspuns", "întrebări", "științe", "țară"],
    "ar": ["تقييم", "البيانات", "الإجابة", "الوقاية", "الحماية"],
    "am": ["ግምገማ", "መረጃ", "ምላሽ", "መከላከል", "ጥበቃ"],
    "th": ["การประเมิน", "ข้อมูล", "คำตอบ", "การป้องกัน", "ความช่วยเหลือ"],
    "ka": ["შეფასება", "მონაცემები", "პასუხი", "პრევენცია", "დაცვა"],
}
# Facts, blocks, placeholders, tags, addresses, and the signs of Markdown: they are kept as they are.
KEPT = re.compile(r"(\{\{.*?\}\}|\[\[.*?\]\]|\{\w+\}|</?[a-z]+>|https?://\S+|\[@[^\]]*\])", re.S)
LETTERS = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
SHORTEST = 25  # letters of an English text that no page may have by chance
BODY = "{{ interviews.sentence }} {{ survey.sentence }}\n\n[[chart survey 1.6]]\n\n“({{ assessment.starts }})”"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not fonts.NOTO[0].is_dir(), reason="fonts-noto-core is not installed"),
]


def in_words_of(language: str, english: str) -> str:
    """`english` with other words, and everything else as it was."""
    own = WORDS[language]
    words = cycle(own[crc32(english.encode()) % len(own) :] + own)
    parts = KEPT.split(english)
    parts[::2] = [LETTERS.sub(lambda _: next(words), part) for part in parts[::2]]
    return "".join(parts)


@cache
def small_questionnaire() -> dict[str, Any]:
    """The first and the last section of that of 2016, in English alone."""

    def in_english(part: Any) -> Any:
        if isinstance(part, list):
            return [in_english(one) for one in part]
        if isinstance(part, dict):
            is_text = isinstance(part.get("en"), str)
            return {"en": part["en"]} if is_text else {name: in_english(one) for name, one in part.items()}
        return part

    found: dict[str, Any] = in_english(instruments_2016()["survey"])
    found["sections"] = [found["sections"][0], found["sections"][-1]]
    return found


@cache
def english_texts() -> frozenset[str]:
    """Long pieces of every English text that the workbooks hold, between what is kept in them."""
    whole = [text for source in all_sources().values() for text in source.english.values()]
    whole += [text["en"] for _, text in texts(small_questionnaire())]
    pieces = (piece.strip(" .,:;*“”()\n") for text in whole for piece in KEPT.split(text)[::2])
    return frozenset(plain(piece) for piece in pieces if len(LETTERS.findall(piece)) > 2 and len(piece) >= SHORTEST)


def plain(text: str) -> str:
    """Without white space, signs that print nothing, and the shapes of Arabic letters."""
    letters = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in letters if unicodedata.category(letter) not in ("Cf", "Cc", "Zs", "Mn"))


def english_in(text: str) -> list[str]:
    found = plain(text)
    return sorted(piece for piece in english_texts() if piece in found)


@pytest.fixture(params=sorted(WORDS))
def language(request: pytest.FixtureRequest) -> str:
    code: str = request.param
    return code


@pytest.fixture
def spoken(assessment: Assessment, client_as: Any, language: str) -> Survey:
    """A survey in English and in the language, whose workbook was filled in and imported by the focal point."""
    assessment.languages = [language, "en"]
    assessment.survey_contact, assessment.research_contact = "survey@example.org", "research@example.org"
    assessment.office = "Baku"
    own = Instrument.objects.create(
        kind="survey", key="small", version=1, definition=deepcopy(small_questionnaire()), owner=assessment
    )
    assessment.questionnaire = own
    assessment.save()
    survey: Survey = SurveyFactory(
        assessment=assessment, languages=["en", language], open_slug="open", deadline=datetime(2099, 6, 30, tzinfo=UTC)
    )
    client, place = client_as("focal_point"), [assessment.reference, language]
    workbook = client.get(reverse("assessments:pack_sheet", args=place)).content
    upload = BytesIO(fill_in(workbook, partial(in_words_of, language)))
    upload.name = "words.xlsx"
    address = reverse("assessments:pack_import", args=place)
    preview = client.post(address, {"file": upload})
    assert preview.status_code == 200, preview.context["faults"][:5]
    assert client.post(address, {"changes": preview.context["changes"]}).status_code == 302
    Instrument.objects.filter(pk=own.pk).update(published_at=datetime(2026, 1, 1, tzinfo=UTC))
    return Survey.objects.select_related("assessment", "questionnaire").get(pk=survey.pk)


def is_whole(page: Page, language: str) -> None:
    """Everything is in the language and its direction, but for the names of the others."""
    assert {name: found for name, found in page.languages.items() if name != language} in ({}, {"en": ["English"]})
    assert page.directions[language] <= {direction(language), "auto"} | ({"ltr"} if language == "ar" else set())
    assert page.tags_in_attributes == []
    assert english_in(" ".join(page.languages[language])) == []


def test_survey_thanks_mail_and_phone(spoken: Survey, language: str) -> None:
    assessment = spoken.assessment
    for sheet in ("survey", "workshop", "report"):
        assert lacking_languages(assessment, [language], sheet) == []
    browser = Client(headers={"Accept-Language": f"{language}-XX,{language};q=0.9,en;q=0.5"})
    form = browser.get("/s/open/")
    assert f'<html lang="{language}" dir="{direction(language)}">' in form.content.decode()
    is_whole(read(form), language)
    assert in_words_of(language, str(spoken.questionnaire.definition["title"]["en"])) in form.content.decode()
    thanks = browser.post("/s/open/", {"_in": language, "1.6": "female"})
    assert (thanks.status_code, thanks.headers["Content-Language"]) == (200, language)
    is_whole(read(thanks), language)
    with words_for(assessment):
        subject, body = compose(spoken, InvitationFactory(survey=spoken, name="Nadia", language=language), "invitation")
    assert (english_in(f"{subject} {body}"), "{" in subject + body, "/s/i/" in body) == ([], False, True)
    workshop = make_workshop(assessment)
    phone = Client(headers={"Accept-Language": language})
    phone.post(f"/w/{workshop.join_code}/", {"group": make_group(workshop, name="1").pk})
    page = read(phone.get("/w/group/"))
    is_whole(page, language)


def test_report(spoken: Survey, language: str, caplog: pytest.LogCaptureFixture) -> None:
    assessment = spoken.assessment
    with words_for(assessment):
        report = create_report(assessment=assessment, by=None)
        kept = ["introduction", "context", "methodology", "limitations"]
        Section.objects.exclude(key__in=kept).update(hidden=True)
        edit_section(section=report.sections.get(key="context"), body=BODY, by=None)
        headings = [entries(language)[key].title for key in kept]
    assert report.language == language
    with caplog.at_level(logging.WARNING, "weasyprint"):
        content = make_document(report, "pdf", lambda done, step: None)
    assert [message for message in caplog.messages if "notdef" in message] == []
    with pikepdf.open(BytesIO(content)) as pdf:
        assert str(pdf.Root.Lang) == language
        assert str(pdf.docinfo.Title) == report.title
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext of poppler-utils is not installed")
    command = ["pdftotext", "-", "-"]  # its order of reading, also of lines from right to left
    text = subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()  # noqa: S603
    assert fonts.uncovered(text) == {}
    assert "\ufffd" not in text
    assert english_in(text) == []
    found = plain(text)
    place = found.index(plain(report.title)) + len(plain(report.title))  # on the cover
    for heading in headings:  # in the contents
        place = found.index(plain(heading), place) + len(plain(heading))
