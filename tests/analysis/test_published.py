"""The reconstruction gives the figures published in the 2016 report, and notes its contradictions.

Every number below is the published one; the numbers in brackets are questions of the survey.
"""

import pytest

from analysis import gallery
from analysis.results import Results, for_assessment
from assessments.models import Assessment

pytestmark = pytest.mark.django_db

WORDS = {  # printed with their words; the base is their sum
    "3.1.4": {"adequate": 4, "neither": 2, "inadequate": 1},
    "3.1.6": {"adequate": 4, "inadequate": 3},
    "3.2.5": {"always": 2, "often": 2, "sometimes": 1, "rarely": 2},
    "4.1.9": {"somewhat_adequate": 4, "adequate_for_some": 1, "inadequate": 2},
    "5.1.9": {"neither": 5, "disagree": 1},
    "6.1.7": {"neither": 3, "disagree": 2},
    "7.2.1": {"sometimes": 5, "never": 1},
    "7.2.2": {"sometimes": 6},
    "7.3.3": {"easy": 2, "neither": 4},
    "7.3.4": {"easy": 2, "neither": 3, "difficult": 1},
}
SEGMENTS = {  # printed in charts whose labels are lost: only the set of numbers is certain
    "5.1.4": [1, 2, 3],
    "5.1.5": [1, 2, 3],
    "5.1.6": [1, 2, 3],
    "5.1.7": [2, 2, 2],
    "6.1.1": [2, 2, 2],
    "6.1.2": [1, 2, 3],
    "6.1.3": [1, 2, 3],
    "6.1.4": [1, 1, 4],
    "6.1.5": [1, 1, 3],
    "6.1.6": [1, 1, 3],
    "7.1.2": [1, 1, 4],
}
CONTRADICTIONS = {  # printed words and numbers differ, or one is missing: the reading that adds up, with a note
    "3.1.5": {"adequate": 4, "inadequate": 3},
    "3.2.6": {"often": 3, "sometimes": 1, "rarely": 3},
    "7.1.1": {"agree": 4, "neither": 1},
    "7.3.2": {"easy": 3, "neither": 2, "difficult": 1},
}
# A-Q: dots of survey and workshop together; only J and the empty rows are printed apart
DOTS = {"A": 3, "B": 3, "D": 1, "E": 3, "G": 2, "H": 2, "J": 6, "L": 3, "M": 2, "N": 2, "P": 1}


@pytest.fixture
def results(demo: None) -> Results:
    return for_assessment(Assessment.objects.with_instruments().get(reference="AZE-2016"))


def test_participants_of_azerbaijan(results: Results) -> None:
    who = results.interviews.participants
    assert (who.interviews, who.people, who.women, who.men) == (14, 36, 8, 28)
    assert results.interviews.by_sector["state"].interviews == 10
    words = "Women: 22% (8 of 36); men: 78% (28 of 36); 36 interview participants in all."
    assert gallery.chart(results, "participants-sex").alt == words


@pytest.mark.parametrize(
    ("reference", "interviews", "people", "women", "men", "responses"),
    [("ARM-2016", 16, 37, 18, 19, 6), ("AZE-2016", 14, 36, 8, 28, 7), ("GEO-2016", 10, 19, 13, 6, 6)],
)
def test_participants_of_the_three_countries(
    demo: None, reference: str, interviews: int, people: int, women: int, men: int, responses: int
) -> None:
    found = for_assessment(Assessment.objects.with_instruments().get(reference=reference))
    who = found.interviews.participants
    assert (who.interviews, who.people, who.women, who.men) == (interviews, people, women, men)
    assert found.survey.responses == responses


def test_one_of_seven_respondents_is_a_woman(results: Results) -> None:
    sex = results.survey.profile("sex")
    assert sex is not None
    assert sex.counts.given == {"female": 1, "male": 6}


@pytest.mark.parametrize(("code", "counts"), WORDS.items())
def test_answers_that_were_printed_with_their_words(results: Results, code: str, counts: dict[str, int]) -> None:
    found = results.survey.items[code].counts
    assert (found.given, found.answered) == (counts, sum(counts.values()))


@pytest.mark.parametrize(("code", "numbers"), SEGMENTS.items())
def test_answers_whose_words_are_lost(results: Results, code: str, numbers: list[int]) -> None:
    item = results.survey.items[code]
    assert (sorted(item.counts.given.values()), item.counts.answered) == (numbers, sum(numbers))
    assert item.note


@pytest.mark.parametrize(("code", "counts"), CONTRADICTIONS.items())
def test_contradictions_are_noted_below_the_chart(results: Results, code: str, counts: dict[str, int]) -> None:
    item = results.survey.items[code]
    assert item.counts.given == counts
    assert f"{code}: {item.note}" in gallery.chart(results, f"survey-{code}").note
    assert item.note


def test_agreement_that_the_text_names(results: Results) -> None:
    assert [results.survey.items[code].counts.counts["agree"] for code in ("6.1.5", "6.1.6")] == [1, 3]


def test_three_named_forced_marriage(results: Results) -> None:
    assert results.survey.items["2.2"].counts.counts["forced_marriage"] == 3


def test_bases_of_a_chart_are_printed_as_in_the_report(results: Results) -> None:
    chart = gallery.chart(results, "survey-5.1")
    assert chart.base == "Total survey respondents: n=7. Respondents to these questions: n=6."


def test_priorities_of_respondents_and_of_groups_are_separate(results: Results) -> None:
    survey, workshop = results.priorities.survey.by_option, results.priorities.workshop.by_option
    assert (survey["J"].named, workshop["J"].named) == (3, 3)
    assert {letter: survey[letter].named + workshop[letter].named for letter in survey} == {
        letter: DOTS.get(letter, 0) for letter in "ABCDEFGHIJKLMNOPQ"
    }
    assert [priority.option for priority in results.priorities.survey.top] == ["J"]


@pytest.mark.parametrize("code", ["no-organised-crime", "framework-comprehensive"])
def test_four_of_the_six_that_were_asked(results: Results, code: str) -> None:
    [theme] = [count for count in results.themes.counts if results.themes.code_of[count.theme] == code]
    assert (theme.interviews, theme.asked) == (4, 6)
