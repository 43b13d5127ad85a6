"""Pages of the analysis speak the member's language; downloads have the language that is asked for."""

from typing import Any

import pytest

from analysis import gallery
from analysis.results import for_assessment
from analysis.words import translate
from ctnat.translation.languages import interface_languages
from interviews.models import Interview
from tests.interviews.factories import CodingFactory, InterviewFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def held(assessment: Any) -> Interview:
    return InterviewFactory(assessment=assessment, number=1, women=1, men=0)


@pytest.mark.parametrize("language", ["en", "fr", "ru", "ka"])
def test_charts_of_a_page_are_in_the_language_of_the_member(language: str, client_as: Any, assessment: Any) -> None:
    page = client_as("lead").get(
        f"/a/{assessment.reference}/analysis/participants/", headers={"accept-language": language}
    )
    html = page.content.decode()
    assert translate("sex_title", language) in html
    if language != "en":
        assert translate("sex_title", "en") not in html


def test_a_download_is_in_english_unless_a_language_is_asked_for(client_as: Any, assessment: Any) -> None:
    lead, address = client_as("lead"), f"/a/{assessment.reference}/analysis/charts/participants-sex/csv/"
    assert "fr" in interface_languages()
    texts = [
        lead.get(address + query, headers={"accept-language": "fr"}).content.decode("utf-8-sig").splitlines()[0]
        for query in ("", "?language=fr")
    ]
    assert texts[0] != texts[1]
    assert lead.get(address + "?language=xx").status_code == 404


def test_the_head_of_the_codes_of_a_chart_is_in_its_language(client_as: Any, assessment: Any) -> None:
    for chart in ("sections", "priorities-survey"):
        assert gallery.chart(for_assessment(assessment, "fr"), chart).code_head == "Code"
        assert gallery.chart(for_assessment(assessment, "ru"), chart).code_head == "Код"
    page = client_as("lead").get(f"/a/{assessment.reference}/analysis/coverage/", headers={"accept-language": "es"})
    html = page.content.decode()
    assert '<span class="visually-hidden">Código</span>' in html
    assert '<span class="visually-hidden">Code</span>' not in html


def test_a_theme_of_no_section_is_listed_in_the_language_of_the_page(client_as: Any, assessment: Any) -> None:
    theme = ThemeFactory(assessment=assessment, area="")
    CodingFactory(theme=theme, answer__interview__assessment=assessment)
    page = client_as("lead").get(f"/a/{assessment.reference}/analysis/themes/", headers={"accept-language": "fr"})
    html = page.content.decode()
    assert theme.label in html
    assert "Toute section" in html
    assert "Any section" not in html
