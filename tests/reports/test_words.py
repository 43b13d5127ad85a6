"""All texts of the report and the analysis are used, and a report in another language contains no English."""

import re
from collections import Counter
from pathlib import Path

import pytest

from analysis.gallery import chart
from analysis.results import Results
from analysis.words import WORDS as ANALYSIS
from assessments.models import Assessment
from ctnat.settings import BASE_DIR, LANGUAGES
from ctnat.ui.words import PLACE, Words
from reports.document.builder import build
from reports.document.outline import Entry, outline
from reports.output.html import render
from reports.services.reports import create_report
from reports.words import WORDS as REPORT
from tests.analysis.builders import make_interview, make_survey, release, respond

SAME_WORDS = {"Introduction"}  # in French too
CODES = [code for code, _ in LANGUAGES]
TEXTS = [(words, key) for words in (ANALYSIS, REPORT) for key in words.table]
SOURCES = [*(BASE_DIR / "analysis").rglob("*.py"), *(BASE_DIR / "reports").rglob("*.py")]
SOURCES += (BASE_DIR / "templates/reports").rglob("*.html")
FILLED = re.compile(r"\{\{.*?\}\}|\[\[.*?\]\]", re.S)  # facts and blocks of a draft
BUILT = re.compile(
    r"^(about|carried_out|quoted|outcome|sector|profile|priorities|disposition|item|item_one)_"
)  # put together from a code


@pytest.fixture(scope="module")
def source() -> str:
    return "\n".join(Path(path).read_text("utf-8") for path in SOURCES)


@pytest.mark.parametrize(("words", "key"), TEXTS)
def test_every_word_is_used(words: Words, key: str, source: str) -> None:
    assert BUILT.match(key) or re.search(rf"\b{key}\b", source)


@pytest.mark.parametrize("language", [code for code in CODES if code != "en"])
def test_the_outline_is_the_same_in_every_language(language: str) -> None:
    def flat(language: str) -> list[Entry]:
        return [entry for chapter in outline(language) for entry in chapter.walk()]

    for ours, theirs in zip(flat("en"), flat(language), strict=True):
        assert (ours.key, ours.kind, ours.items) == (theirs.key, theirs.kind, theirs.items)
        assert theirs.title != ours.title or theirs.title in SAME_WORDS
        assert Counter(FILLED.findall(ours.draft)) == Counter(FILLED.findall(theirs.draft)), ours.key
        assert ours.draft.count("\n\n") == theirs.draft.count("\n\n"), ours.key
        assert bool(ours.chart_title) == bool(theirs.chart_title)


@pytest.mark.django_db
@pytest.mark.parametrize("language", [code for code in CODES if code != "en"])
def test_a_new_report_contains_no_english_of_ours(assessment: Assessment, language: str) -> None:
    assessment.languages = [language]
    assessment.save()
    make_interview(assessment, 1, {"2.1": "x"}, sector="state", women=2, men=1, sections=["1", "2"])
    survey = make_survey(assessment)
    respond(survey, 1, {"3.1.5": "adequate", "3.1.6": "dont_know", "8.1": ["J", "A", "B"]})
    respond(survey, 2, {"3.1.5": "inadequate", "6.1.1": "agree"})
    release(assessment, k=1)
    html = render(build(create_report(assessment=assessment, by=None)), "html")
    untranslated: list[str] = []
    for words, key in TEXTS:
        parts = [part.strip(" .:;,") for part in PLACE.split(words.table[key]["en"])[::2]]
        untranslated += [part for part in parts if len(part) > 12 and re.search(rf">[^<]*\b{re.escape(part)}\b", html)]
    assert untranslated == []
    assert f'<html lang="{language}" dir="{"rtl" if language in ("ar", "fa") else "ltr"}">' in html


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "label"), [("en", "People"), ("ka", ANALYSIS.translate("people", "ka"))])
def test_a_series_begins_with_a_capital_where_its_script_has_capitals_in_use(
    assessment: Assessment, language: str, label: str
) -> None:
    assert chart(Results(assessment, language), "participants-sex").series[0].label == label
