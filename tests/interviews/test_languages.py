"""The language of an interview: any language, by its name; questions and note are shown in it where translated."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.urls import reverse

from assessments.models import Assessment, Contact
from ctnat.ui.tables import read_table
from instruments.models import Instrument
from interviews.models import Interview
from interviews.services.imports import import_interviews
from tests.factories import InstrumentFactory
from tests.interviews.factories import InterviewFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def interview(assessment: Assessment) -> Interview:
    made: Interview = InterviewFactory(assessment=assessment, code="AZEint1", number=1)
    return made


def url(name: str, *args: Any) -> str:
    return reverse(f"interviews:{name}", args=["AZE-2016", *args])


def texts(value: Any) -> Iterator[dict[str, str]]:
    """Every text of a definition."""
    if isinstance(value, dict):
        if isinstance(value.get("en"), str):
            yield value
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


@pytest.fixture
def thai(assessment: Assessment) -> None:
    """A guide that is translated into Thai, which the site does not ship."""
    definition = deepcopy(assessment.guide.definition)
    for text in list(texts(definition)):
        text["th"] = f"ไทย {text['en']}"
    assessment.guide = InstrumentFactory(kind=Instrument.Kind.INTERVIEW_GUIDE, version=2, definition=definition)
    assessment.save()


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("Talysh", "tly", "Talysh"),
        ("français", "fr", "French"),
        ("грузинский", "ka", "Georgian"),
        ("TH", "th", "Thai"),
        ("uz-Cyrl", "uz-Cyrl", "Uzbek (Cyrillic)"),
    ],
)
def test_interview_edit_takes_any_language_by_name(
    typed: str, stored: str, shown: str, interview: Interview, client_as: Any
) -> None:
    client = client_as("lead")
    form = client.get(url("interview_edit", "AZEint1")).context["form"]
    sent = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    sent |= {"held_at": "2016-01-18T10:00", "language": typed}
    assert client.post(url("interview_edit", "AZEint1"), sent).status_code == 302
    assert Interview.objects.get().language == stored
    form = client.get(url("interview_edit", "AZEint1")).context["form"]
    assert form["language"].value() == shown
    again = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    again |= {"held_at": "2016-01-18T10:00"}
    assert client.post(url("interview_edit", "AZEint1"), again).status_code == 302  # saved as it is shown


def test_a_language_that_is_not_known_stays_on_the_screen(interview: Interview, client_as: Any) -> None:
    client = client_as("lead")
    for typed in ("Klingonese", "", "x" * 61, "az-<b>"):
        page = client.post(url("interview_edit", "AZEint1"), {"held_at": "2016-01-18T10:00", "language": typed})
        assert "language" in page.context["form"].errors
        assert page.context["form"]["language"].value() == typed
    assert Interview.objects.get().language == "en"


def test_languages_are_suggested_and_any_other_can_be_typed(interview: Interview, client_as: Any) -> None:
    interview.assessment.languages = ["en", "fr"]
    interview.assessment.save()
    page = client_as("lead").get(url("interview_new")).content.decode()
    assert '<datalist id="id_language-suggestions"><option value="English"></option><option value="French">' in page
    client_as("lead").post(url("contact_suggest", "AZEint1"), {"name": "A colleague", "language": "French"})
    assert Contact.objects.get().language == "fr"


def test_pages_of_an_interview_are_in_its_language_where_translated(
    interview: Interview, thai: None, client_as: Any
) -> None:
    Interview.objects.update(language="th")
    client = client_as("lead")
    page = client.get(url("interview_type", "AZEint1"))
    assert {section.language for section in page.context["sections"]} == {"th"}
    assert page.context["note"].language == "th"
    assert "ไทย" in page.context["note"].paragraphs[0][1]
    assert "ไทย" in client.get(url("information_note"), {"language": "th"}).content.decode()
    page = client.get(url("interview_detail", "AZEint1"))
    assert page.context["sections"][0].language == "en"
    assert "Show the questions in Thai" in page.content.decode()
    page = client.get(url("interview_detail", "AZEint1"), {"language": "th"})
    assert page.context["sections"][0].title.startswith("ไทย")
    assert '<h2 lang="th" dir="ltr">' in page.content.decode()
    assert "Show the questions in English" in page.content.decode()


def test_a_language_without_translation_falls_back(interview: Interview, client_as: Any) -> None:
    Interview.objects.update(language="tly")
    page = client_as("lead").get(url("interview_type", "AZEint1"))
    assert {section.language for section in page.context["sections"]} == {"en"}
    assert "Show the questions in" not in client_as("lead").get(url("interview_detail", "AZEint1")).content.decode()


def test_a_file_of_interviews_names_languages_too(assessment: Assessment) -> None:
    table = read_table(b"date,language\n2016-01-18,Georgian\n2016-01-19,Klingonese\n", "interviews.csv")
    done = import_interviews(assessment=assessment, table=table, by=None)
    assert [fault.split(":")[0] for fault in done.faults] == ["Row 3, language"]
    table = read_table(b"date,language\n2016-01-18,Georgian\n2016-01-19,\n", "interviews.csv")
    assert import_interviews(assessment=assessment, table=table, by=None).faults == []
    assert sorted(Interview.objects.values_list("language", flat=True)) == ["en", "ka"]
