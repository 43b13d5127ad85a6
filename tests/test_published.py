"""The demonstration gives the published figures of the 2016 assessment, in `manage.py analyse` and the HTML report."""

import json
import re
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from assessments.models import Assessment, Document
from tests import published

pytestmark = pytest.mark.django_db


def analyse(reference: str, *options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("analyse", reference, *options, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture(scope="module")
def azerbaijan(demo: None, django_db_blocker: Any) -> dict[str, Any]:
    with django_db_blocker.unblock():
        return analyse("AZE-2016")


@pytest.fixture(scope="module")
def countries(azerbaijan: dict[str, Any], django_db_blocker: Any) -> dict[str, dict[str, Any]]:
    with django_db_blocker.unblock():
        return {"AZE": azerbaijan, "ARM": analyse("ARM-2016"), "GEO": analyse("GEO-2016")}


def given(counts: dict[str, int]) -> dict[str, int]:
    return {option: count for option, count in counts.items() if count}


def half_up(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole)


def test_published_interviews_and_people_by_country(countries: dict[str, dict[str, Any]]) -> None:
    found = {
        country: (
            *(data["interviews"][name] for name in ("count", "people", "men", "women")),
            data["survey"]["responses"],
        )
        for country, data in countries.items()
    }
    assert found == published.TOTALS


def test_published_totals_of_the_study(countries: dict[str, dict[str, Any]]) -> None:
    people = [data["interviews"] for data in countries.values()]
    total = {name: sum(part[name] for part in people) for name in ("people", "men", "women")}
    assert {
        "interviews": sum(part["count"] for part in people),
        **total,
        "men %": half_up(total["men"], total["people"]),
        "women %": half_up(total["women"], total["people"]),
        "responses": sum(data["survey"]["responses"] for data in countries.values()),
    } == published.STUDY


def test_published_women_among_respondents(countries: dict[str, dict[str, Any]]) -> None:
    women = {country: data["survey"]["items"]["1.6"]["counts"].get("female", 0) for country, data in countries.items()}
    assert women == published.WOMEN_RESPONDENTS
    assert half_up(sum(women.values()), 19) == 68


def test_published_interviews_with_government(countries: dict[str, dict[str, Any]]) -> None:
    state = {country: data["interviews"]["sectors"]["state"] for country, data in countries.items()}
    assert state["AZE"] == 10
    assert sum(state.values()) == published.GOVERNMENT_INTERVIEWS


@pytest.mark.parametrize("code", [*published.CONSISTENT, *published.READ])
def test_published_survey_distribution(azerbaijan: dict[str, Any], code: str) -> None:
    item = azerbaijan["survey"]["items"][code]
    expected = (published.CONSISTENT | published.READ)[code]
    assert given(item["counts"]) == expected
    assert (item["asked"], item["answered"]) == (7, sum(expected.values()))
    assert item["skipped"] + item["dont_know"] == 7 - item["answered"]


def test_published_forced_marriage_in_the_survey(azerbaijan: dict[str, Any]) -> None:
    assert azerbaijan["survey"]["items"]["2.2"]["counts"]["forced_marriage"] == 3


def test_published_priorities(azerbaijan: dict[str, Any]) -> None:
    survey, workshop = (given(azerbaijan["priorities"][voice]) for voice in ("survey", "workshop"))
    assert (survey["J"], workshop["J"]) == (3, 3)
    assert not set(published.NO_DOTS) & (set(survey) | set(workshop))
    assert {
        letter: survey.get(letter, 0) + workshop.get(letter, 0) for letter in {*survey, *workshop}
    } == published.DOTS


def test_published_themes(azerbaijan: dict[str, Any]) -> None:
    found = {theme["code"]: theme for theme in azerbaijan["themes"]}
    assert {
        code: (found[code]["interviews"], base and found[code]["asked"]) for code, (_, base) in published.THEMES.items()
    } == published.THEMES


def test_published_treaties(demo: None) -> None:
    treaties = Document.objects.filter(assessment__reference="AZE-2016", kind=Document.Kind.TREATY)
    assert {row.title.partition(":")[0]: row.ratified for row in treaties} == published.TREATIES


@pytest.fixture(scope="module")
def report(demo: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of the HTML report, with white space collapsed."""
    file: Path = tmp_path_factory.mktemp("report") / "report.html"
    with django_db_blocker.unblock():
        words = ("AZE-2016", "--format", "html", "-o", str(file))
        call_command("build_report", *words, stdout=StringIO(), stderr=StringIO())
    html = re.sub(r"(?s)<(style|script).*?</\1>", " ", file.read_text(encoding="utf-8"))
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


IN_THE_REPORT = [
    # interviews, people, survey (lines 72-124)
    "14 interviews with 36 people ( 28 men and 8 women)",
    "the share of men was largest in Azerbaijan, at 78%",
    "10 of the 14 interviews in Azerbaijan, and 21 of the 40 in all",
    "6 from Armenia, 7 from Azerbaijan and 6 from Georgia",
    # themes with their own base (lines 342, 1422)
    "The profile of traffickers was taken up in 6 interviews. In 4 of these",
    "The legislative framework was discussed in 6 interviews. In 4 of them",
    # survey results in the prose
    "In the survey 3 respondents put forced marriage among",
    '4 of 7 respondents chose "adequate", 2 "neither adequate nor inadequate" and 1 "inadequate"',
    "4 respondents called the mechanisms of self-identification adequate and 3 inadequate",
    'Of 7 survey respondents 2 thought that child victims are "always" identified and referred, 2 "often", 1',
    '"somewhat adequate" by 4 respondents, "adequate for some" by 1 and "inadequate" by 2',
    "5 of 6 respondents neither agreed nor disagreed, and 1 disagreed",
    "3 took neither side on whether prevention programmes are adequate and effective, and 2 disagreed",
    '5 respondents answered "sometimes" and 1 "never"',
    'All 6 who answered said "sometimes"',
    "3 of 5 respondents agreed that non-governmental bodies do adequate research into root causes; 1 agreed",
    "was chosen by 3 respondents and by 3 groups",
]


@pytest.mark.parametrize("sentence", IN_THE_REPORT)
def test_published_figures_are_in_the_report(report: str, sentence: str) -> None:
    assert tight(sentence) in tight(report)


PAIR = ("3.2.3", "3.2.4")  # women and men are side by side in one chart


@pytest.mark.parametrize("code", [code for code in published.CONSISTENT | published.READ if code not in PAIR])
def test_published_survey_distribution_is_in_the_charts(report: str, code: str) -> None:
    expected = (published.CONSISTENT | published.READ)[code]
    survey = Assessment.objects.get(reference="AZE-2016").questionnaire.document
    numbers = " ".join(str(expected.get(point.name, 0)) for point in survey.options(survey.by_name[code]))
    assert re.search(rf" {re.escape(code)} [^0-9]+ {numbers} {sum(expected.values())} ", report)


def test_published_numbers_of_women_and_men_are_in_their_chart(report: str) -> None:
    women, men = ((published.CONSISTENT | published.READ)[code] for code in PAIR)
    points = ["always", "often", "sometimes", "rarely", "never"]
    rows = [f"{point.capitalize()} {women.get(point, 0)} {men.get(point, 0)}" for point in points]
    assert f" {' '.join(rows)} " in report


def tight(text: str) -> str:
    """The text without the spaces around a fact's link, and with plain quotation marks."""
    return re.sub(r"\s+", "", text.translate(str.maketrans("“”’", '""\'')))


def test_published_treaties_are_in_the_report(report: str) -> None:
    for name, year in published.TREATIES.items():
        assert re.search(rf"{re.escape(name)}: [^:]*? {year}\b", report), name


def test_published_notice_is_on_the_cover(report: str) -> None:
    assert "Reconstruction for demonstration" in report[: report.index("Contents")]
