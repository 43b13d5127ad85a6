"""Sentences made from numbers are correct for zero, one, two and many, and state only what was recorded."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from analysis.results import Results, for_assessment
from assessments.models import Assessment, Organisation
from instruments import paths
from instruments.services.corrections import correct
from reports.document.facts import collect
from reports.document.sentences import carried_out, workshop
from reports.words import translate
from tests.analysis.builders import make_interview, make_survey, release, respond
from tests.factories import write_to
from tests.surveys.factories import ResponseFactory, SurveyFactory
from workshops.models import Workshop
from workshops.results import GroupResult, WorkshopResults

pytestmark = pytest.mark.django_db


def fact(assessment: Assessment, name: str) -> str:
    return collect(Results(assessment))[name].text


@pytest.mark.parametrize(
    ("key", "numbers", "expected"),
    [
        ("survey_answered", {"n": 0}, "The survey has not been answered yet."),
        ("survey_answered", {"n": 1}, "One person answered the survey."),
        ("survey_answered", {"n": 2}, "2 people answered the survey."),
        ("rate", {"base": 1, "count": 0}, "One personal invitation was sent; no survey was completed in response."),
        ("rate", {"base": 22, "count": 1}, "22 personal invitations were sent; one survey was completed in response."),
        (
            "documents_read",
            {"reviewed": 1, "listed": 0},
            "The team reviewed one document; the bibliography lists none.",
        ),
        (
            "documents_read",
            {"reviewed": 100, "listed": 61},
            "The team reviewed 100 documents; the bibliography lists 61.",
        ),
        ("rests_on_responses", {"n": 1}, "This report rests on one survey response and no interviews."),
        ("interviews_state", {"n": 1}, "One of the interviews was with a State agency."),
        ("interviews_state", {"n": 10}, "10 of the interviews were with State agencies."),
        ("themes_used", {"n": 0}, "Interview notes have not been coded by theme yet."),
        ("item_unknown", {"n": 1}, "One more answered “don’t know”."),
        ("item_unknown", {"n": 3}, "3 more answered “don’t know”."),
        (
            "item_open",
            {"item": "1.7", "answered": 1, "asked": 1},
            "Question 1.7 was put to one respondent; one answered it.",
        ),
        ("reach_all", {"n": 1}, "The one interview was held with an organisation in the capital."),
    ],
)
def test_numbers_choose_their_words(key: str, numbers: dict[str, Any], expected: str) -> None:
    assert translate(key, "en", **numbers) == expected


@pytest.mark.parametrize(
    ("key", "language", "texts"),
    [  # at 0, 1, 2, 5, 21, 101
        (
            "survey_answered",
            "ru",
            [
                "На опрос пока никто не ответил.",
                "На опрос ответил 1 человек.",
                "На опрос ответили 2 человека.",
                "На опрос ответили 5 человек.",
                "На опрос ответил 21 человек.",
                "На опрос ответил 101 человек.",
            ],
        ),
        (
            "survey_answered",
            "ar",
            [
                "لم يُجب أحد عن الاستبيان بعد.",
                "أجاب شخص واحد عن الاستبيان.",
                "أجاب شخصان عن الاستبيان.",
                "أجاب 5 أشخاص عن الاستبيان.",
                "أجاب 21 شخصًا عن الاستبيان.",
                "أجاب 101 شخص عن الاستبيان.",
            ],
        ),
        (
            "cells_undecided",
            "en",
            [
                "0 cells proposed by the workshop still await a decision.",
                "One cell proposed by the workshop still awaits a decision.",
                *[f"{n} cells proposed by the workshop still await a decision." for n in (2, 5, 21, 101)],
            ],
        ),
        (
            "interviews_state",
            "az",
            [
                "Müsahibələrin heç biri dövlət orqanı ilə aparılmayıb.",
                "Müsahibələrdən biri dövlət orqanı ilə aparılıb.",
                *[f"{n} müsahibə dövlət orqanları ilə aparılıb." for n in (2, 5, 21, 101)],
            ],
        ),
        (
            "interviews_state",
            "hy",
            [
                "Հարցազրույցներից ոչ մեկը պետական մարմնի հետ չի անցկացվել։",
                *[f"Պետական մարմինների հետ անցկացվել է {n} հարցազրույց։" for n in (1, 2, 5, 21, 101)],
            ],
        ),
        (
            "interviews_state",
            "ka",
            [
                "არც ერთი ინტერვიუ არ ჩატარებულა სახელმწიფო უწყებასთან.",
                "ერთი ინტერვიუ სახელმწიფო უწყებასთან ჩატარდა.",
                *[f"{n} ინტერვიუ სახელმწიფო უწყებებთან ჩატარდა." for n in (2, 5, 21, 101)],
            ],
        ),
    ],
)
def test_a_sentence_is_right_at_each_number_in_its_language(key: str, language: str, texts: list[str]) -> None:
    assert [translate(key, language, n=n) for n in (0, 1, 2, 5, 21, 101)] == texts


def test_a_sentence_with_several_numbers_agrees_with_each() -> None:
    def rate(language: str, base: int, count: int) -> str:
        return translate("rate", language, base=base, count=count)

    assert rate("ru", 121, 21) == "Разослано 121 личное приглашение; по ним заполнена 21 анкета."
    assert rate("ru", 22, 5) == "Разослано 22 личных приглашения; по ним заполнено 5 анкет."
    assert rate("ar", 21, 2) == "أُرسلت 21 دعوة شخصية؛ واستُكمل بناءً عليها استبيانان."
    assert rate("az", 21, 0) == "21 şəxsi dəvət göndərilib; dəvət üzrə heç bir sorğu doldurulmayıb."


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], "No respondent answered question {item}."),
        (["dont_know"], "The one respondent to question {item} answered “don’t know”."),
        (["adequate"], "The one respondent who answered question {item} chose “Adequate”."),
        (
            ["adequate"] * 4 + ["inadequate"] * 3,
            "Of the 7 respondents who answered question {item}, 4 chose “Adequate” and 3 chose “Inadequate”.",
        ),
        (
            ["adequate", "inadequate", "dont_know"],
            "Of the 2 respondents who answered question {item}, one chose “Adequate” and one chose “Inadequate”. "
            "One more answered “don’t know”.",
        ),
    ],
)
def test_an_item_in_a_sentence(assessment: Assessment, answers: list[str], expected: str) -> None:
    survey = make_survey(assessment)
    for number, answer in enumerate(answers, start=1):
        respond(survey, number, {"3.1.5": answer})
    if answers:
        release(assessment, k=1)
    results = Results(assessment)
    item = f"3.1.5 ({results.survey.items['3.1.5'].label})"
    assert collect(results)["survey.3.1.5.sentence"].text == expected.format(item=item)


def test_interviews_in_a_sentence(assessment: Assessment) -> None:
    assert fact(assessment, "interviews.sentence") == "No interviews have been held yet."
    first = make_interview(assessment, 1)
    assert fact(assessment, "interviews.sentence") == (
        "The team held one interview. How many people took part has not been recorded."
    )
    first.women = 1
    first.save()
    assert fact(assessment, "interviews.sentence") == (
        "The team held one interview with one person: one woman (1 of 1) and no men (0 of 1)."
    )
    make_interview(assessment, 2, women=1, men=3, other=1)
    assert fact(assessment, "interviews.sentence") == (
        "The team held 2 interviews with 6 people: 2 women (2 of 6), 3 men (3 of 6) and one person of other or "
        "undisclosed sex."
    )


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([None], "Whether the organisations interviewed work in the capital has not been recorded."),
        ([True, True], "All 2 interviews were held with organisations in the capital."),
        ([True, False], "One interview was held with an organisation in the capital, and one elsewhere."),
        (
            [True, False, None],
            "One interview was held with an organisation in the capital, and one elsewhere; for one interview this was "
            "not recorded.",
        ),
    ],
)
def test_only_recorded_places_are_counted(assessment: Assessment, places: list[bool | None], expected: str) -> None:
    for number, place in enumerate(places, start=1):
        body = Organisation.objects.create(
            assessment=assessment, name=f"Body {number}", sector="state", in_capital=place
        )
        make_interview(assessment, number, organisation=body)
    assert fact(assessment, "interviews.outside.sentence") == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2016, 1, 12), "It is planned for 13 January 2016 to 15 January 2016."),
        (date(2016, 1, 13), "It began on 13 January 2016 and is planned to end on 15 January 2016."),
        (date(2016, 1, 16), "It was carried out between 13 January 2016 and 15 January 2016."),
    ],
)
def test_dates_are_reported_from_today(assessment: Assessment, today: date, expected: str) -> None:
    assessment.starts_on, assessment.ends_on = date(2016, 1, 13), date(2016, 1, 15)
    assert carried_out(assessment, "en", today) == expected


def test_the_report_states_whether_a_workshop_is_planned_open_or_closed(assessment: Assessment) -> None:
    row = Workshop.objects.create(assessment=assessment, held_on=date(2016, 4, 25))
    held = WorkshopResults(workshop=1, held_on="2016-04-25", place="Baku", people_are="")

    def sentence(*held: WorkshopResults) -> str:
        return workshop(held, [row], "en", today=date(2016, 4, 20))

    assert sentence() == "A validation workshop is planned for 25 April 2016."
    row.status = "open"
    assert sentence() == "The results of the validation workshop of 25 April 2016 have not been closed yet."
    assert sentence(held) == "The findings were discussed at a validation workshop on 25 April 2016."
    one = replace(held, groups=(GroupResult("One"), GroupResult("Absent", women=9, took_part=False)))
    assert sentence(one) == (
        "The findings were discussed by one group at a validation workshop on 25 April 2016. How many people took part "
        "has not been recorded."
    )
    one = replace(held, groups=(GroupResult("One", women=1),))
    assert sentence(one) == (
        "The findings were discussed by one person (one woman and no men) in one group at a validation workshop on "
        "25 April 2016."
    )
    assert sentence(one, replace(held, held_on="2016-04-26")).endswith(
        "on 25 April 2016. The findings were discussed at a validation workshop on 26 April 2016."
    )
    assert workshop([], [], "en") == "A validation workshop has not been held yet."


def test_sources_are_those_that_there_are(assessment: Assessment) -> None:
    name = "assessment.sources.sentence"
    assert fact(assessment, name).startswith("No documents, interviews, survey answers")
    make_interview(assessment, 1)
    workshop = Workshop.objects.create(assessment=assessment, held_on=date(2016, 4, 25))
    assert fact(assessment, name) == "The assessment brings together interviews."
    write_to(workshop, status="closed", results={"groups": []})
    assert fact(assessment, name) == "The assessment brings together interviews."  # the lead has not counted it
    Workshop.objects.filter(pk=workshop.pk).update(counted=True)
    assert fact(assessment, name) == (
        "The assessment brings together interviews and a workshop at which its findings were put to those concerned."
    )


def test_corrections_of_the_wording_are_named_with_their_reasons(assessment: Assessment) -> None:
    """As long as some of those who answered had not seen them."""
    survey = SurveyFactory(assessment=assessment, status="closed")
    assert fact(assessment, "survey.corrections.sentence") == ""
    version = survey.questionnaire
    for number, key in enumerate(("sections/2/items/2.2/text", "sections/3/items/3.1/rows/3.1.5/text"), start=1):
        was = paths.at(version.definition, key)["en"]
        more = {"reason": f"slip {number}", "means_same": True, "by": None}
        correct(instrument=version, language="en", key=key, was=was, becomes=f"{was}?", **more)
    assert fact(assessment, "survey.corrections.sentence") == ""
    ResponseFactory(survey=survey, correction=2)
    ResponseFactory(survey=survey, correction=1, is_test=True)
    assert fact(assessment, "survey.corrections.sentence") == ""
    ResponseFactory(survey=survey, correction=1)
    assert fact(assessment, "survey.corrections.sentence") == (
        "While the survey was answered, the wording of one text was corrected without changing what it means: "
        "3.1.5 (slip 2)."
    )
    ResponseFactory(survey=survey, correction=None)
    found = for_assessment(assessment).coverage.sentences
    corrections = "Corrections of wording while the survey was being answered, without a change of meaning: "
    assert f"{corrections}2.2 (slip 1); 3.1.5 (slip 2)." in found
