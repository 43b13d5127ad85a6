"""A survey in a language that is not supplied and has every text of the sheet “Survey”: its readers see no English.

Its texts are the English ones in brackets, and so are those of a questionnaire with every type, rule and condition.
"""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from assessments.lacking import lacking_languages
from assessments.models import PackText
from assessments.packs import words_for
from assessments.public_texts import sources_of
from assessments.services.packs import add_pack, save_pack_text
from ctnat.ui.countries import country_choices
from ctnat.ui.formats import format_date, month_names
from ctnat.ui.languages import own_name
from ctnat.ui.words import Words
from instruments.logic.grammar import parse_condition
from instruments.texts import is_text
from instruments.words import NOT_FOR_RESPONDENTS, WORDS
from surveys.distribution.messages import compose
from surveys.models import Survey
from tests.factories import InstrumentFactory
from tests.fallbacks import Page, read
from tests.surveys.factories import InvitationFactory, SurveyFactory
from tests.surveys.quoting_survey import definition
from tests.surveys.test_rules import CASES

pytestmark = pytest.mark.django_db
LANGUAGE = "mg"  # Malagasy
ATTRIBUTES = re.compile(
    r"aria-label|title|alt|placeholder|data-(?:required|progress|chosen|clear|cleared|errors|first)"
)
# Of no page here: the option “other” of imported forms, the order of a date on paper, a survey that requires nothing.
ELSEWHERE = {"other_option", "date_order", "skip_any"}


def bracketed(part: Any) -> Any:
    """The definition with each text in the language too."""
    if is_text(part):
        return {"en": part["en"], LANGUAGE: f"⟦{part['en']}⟧"}
    if isinstance(part, dict):
        return {name: bracketed(value) for name, value in part.items()}
    return [bracketed(one) for one in part] if isinstance(part, list) else part


def every_rule() -> dict[str, Any]:
    """A questionnaire with all types, rules, conditions, quotes and filters."""
    whole = deepcopy(definition())
    items = [{"name": f"r{n}", "text": {"en": f"Question {n}?"}, **own} for n, (own, _, _) in enumerate(CASES)]
    constraints = (". <= ${whole} and . != 5", ". mod 2 = 0", "today() >= .")
    for number, rule in enumerate(constraints):
        kind = "date" if "today" in rule else "integer"
        constraint = parse_condition(rule, own=True)
        items.append({"name": f"c{number}", "type": kind, "text": {"en": "How many?"}, "constraint": constraint})
    few = {"type": "text", "text": {"en": "Asked of few"}, "relevant": parse_condition("${whole} > 3 and ${part} < 2")}
    chosen = {"type": "select_one", "text": {"en": "Which of them?"}, "choices_of": "several"}
    one = {"type": "select_one", "text": {"en": "Which land?"}, "source": "countries", "dont_know": True}
    many = {"type": "select_multiple", "text": {"en": "Which lands?"}, "source": "countries", "dont_know": True}
    named = {"few": few, "chosen": chosen, "one": one, "many": many}
    items += [{"name": name, **item} for name, item in named.items()]
    whole["sections"].append({"name": "C", "title": {"en": "Every rule"}, "items": items})
    found: dict[str, Any] = bracketed(whole)
    return found


@pytest.fixture
def survey(assessment: Any) -> Survey:
    assessment.languages, assessment.office = [LANGUAGE], "Antananarivo"
    assessment.survey_contact = assessment.research_contact = "team@example.org"
    assessment.study.is_demonstration = True
    assessment.study.save()
    assessment.save()
    pack = add_pack(assessment=assessment, language=LANGUAGE, by=None)
    PackText.objects.bulk_create(
        PackText(pack=pack, key=source.key, form=form, text=f"⟦{source.source(form)}⟧", source_mark=source.mark(form))
        for source in sources_of("survey")
        for form in source.forms(LANGUAGE)
    )
    questionnaire = InstrumentFactory(key="every-rule", kind="survey", definition=every_rule())
    deadline = datetime(2099, 6, 30, tzinfo=UTC)
    found: Survey = SurveyFactory(
        assessment=assessment, questionnaire=questionnaire, languages=[LANGUAGE], open_slug="open", deadline=deadline
    )
    return found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The texts of instruments that are asked for."""
    found: set[str] = set()
    translate = Words.translate

    def remembered(self: Words, key: str, language: str, **values: Any) -> str:
        if self.app == "instruments":
            found.add(key)
        return translate(self, key, language, **values)

    monkeypatch.setattr(Words, "translate", remembered)
    for name in ("instruments.words.translate", "surveys.questionnaire.quotes.instrument_words"):
        monkeypatch.setattr(name, WORDS.translate)
    return found


def wrong_answers() -> dict[str, Any]:
    """Answers that break every rule, in a form that has been filled in by hand."""
    broken = {f"r{n}": answers[-1] for n, (_, _, answers) in enumerate(CASES)}
    return broken | {"whole": "two", "part": "x", "rate": "99", "land": "Nowhere", "region": "north", "day:day": "40"}


def pages(survey: Survey, client: Client) -> Iterator[tuple[str, Any]]:
    yield "form", client.get("/s/open/")
    yield "errors", client.post("/s/open/", wrong_answers())
    yield "nothing", client.post("/s/open/", {})
    yield "saved", client.post("/s/open/", {"_do": "save", "what": "-"})
    yield "another version", client.post("/s/open/", {"_version": "999.0", "what": "-"})
    yield "resume", client.get("/s/open/continue/")
    yield "wrong code", client.post("/s/open/continue/", {"_code": "x"})
    required = {f"r{n}": answers[0] for n, (own, _, answers) in enumerate(CASES) if own.get("required")}
    yield "thanks", client.post("/s/open/", {"what": "-", "region": "north", "town": "arras", **required})
    Survey.objects.update(status=Survey.Status.CLOSED)
    yield "closed", client.get("/s/open/")


class Attributes(HTMLParser):
    """The attributes that are read out or shown, and the messages of rules."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if ATTRIBUTES.fullmatch(name):
                self.found.append(value or "")
            elif name == "data-rules":
                self.found += [message for _, message in json.loads(value or "[]")]
            elif name == "data-english":
                assert value == ""


def outside_brackets(text: str) -> str:
    depth, kept = 0, ""
    for sign in text:
        depth += (sign == "⟦") - (sign == "⟧")
        kept += sign if depth == 0 and sign != "⟧" else " "
    return kept


def words(texts: Any) -> set[str]:
    return set(re.findall(r"[^\W\d_]{3,}", " ".join(texts)))


def test_its_pages_and_mails_have_no_english(survey: Survey, client: Client, asked: set[str]) -> None:
    assert lacking_languages(survey.assessment, [LANGUAGE], "survey") == []
    assert [row.code for row in lacking_languages(survey.assessment, [LANGUAGE], "report")] == [LANGUAGE]
    days = [format_date(day, LANGUAGE) for day in (date(2020, 2, 29), date(2026, 12, 31))]
    names = [*(name for _, name in country_choices(LANGUAGE)), *month_names(LANGUAGE).values(), own_name(LANGUAGE)]
    codes = re.findall(r"'name': '([^']+)'", str(survey.questionnaire.definition))
    typed = [answer for answer in wrong_answers().values() if isinstance(answer, str)]
    known = words([*names, *days, *codes, *typed, "team@example.org", survey.assessment.time_zone])
    for name, response in pages(survey, client):
        assert response.headers["Content-Language"] == LANGUAGE, name
        html = response.content.decode()
        page = read(response)
        assert page.tags_in_attributes == [], name
        assert set(page.languages) == {LANGUAGE}, (name, page.languages.get("en"))
        shown = re.sub(r'<(strong|p)[^>]*class="[^"]*(?:code|printed)[^"]*".*?</\1>', "", html, flags=re.S)
        texts = [text for found in Page(shown).languages.values() for text in found]
        assert words(map(outside_brackets, texts)) - known == set(), name
        assert words(map(outside_brackets, Attributes(html).found)) - known == set(), name
    person = InvitationFactory(survey=survey, name="Nadia", language=LANGUAGE)
    with words_for(survey.assessment):
        for kind in ("invitation", "reminder"):
            subject, body = compose(survey, person, kind)
            assert words(map(outside_brackets, [subject, body])) - known - words([person.name]) == set(), kind
    on_sheet = {
        source.key.partition(".")[2] for source in sources_of("survey") if source.key.startswith("instruments.")
    }
    assert asked | ELSEWHERE == on_sheet == set(WORDS.table) - NOT_FOR_RESPONDENTS


def test_what_lacks_is_marked_where_there_may_be_tags(survey: Survey, client: Client) -> None:
    """The same pages with one text of their own: attributes, options and titles have no tags."""
    PackText.objects.all().delete()
    save_pack_text(assessment=survey.assessment, language=LANGUAGE, key="surveys.send", text="Alefaso", by=None)
    for name, response in pages(survey, client):
        page = read(response)
        assert page.languages["en"], name
        assert page.tags_in_attributes == [], name
