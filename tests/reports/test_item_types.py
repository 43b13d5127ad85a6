"""Every type of question in the report: its sentence, its table, its chart, and how the annex prints it."""

import re

import pytest

from analysis.item_types.presentation import protection_note
from analysis.results import Results
from assessments.models import Assessment
from ctnat.settings import BASE_DIR
from instruments.schema import ITEM_TYPES
from reports.document.builder import build
from reports.document.facts import collect
from reports.document.item_types import table_row
from reports.services.reports import create_report
from reports.services.sections import edit_section
from surveys.models import Survey
from tests.analysis.builders import release, respond
from tests.analysis.statistics.test_numbers import DATES, YEARS
from tests.analysis.test_item_types import DAYS, DECIMALS, INTEGERS, survey  # noqa: F401 -- the fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(survey: Survey) -> Assessment:  # noqa: F811
    for number, (whole, part, day) in enumerate(zip(INTEGERS, DECIMALS, DAYS, strict=True), start=1):
        answers = {"whole": whole, "part": part, "day": day}
        if number <= 3:
            answers |= {
                "one": "a",
                "several": ["origin", "transit"],
                "order": ["x", "y"],
                "words": "Some words",
                "box": "OK",
                "rate": number,
            }
        respond(survey, number, answers)
    release(survey.assessment, k=1)
    assessment = survey.assessment
    assessment.questionnaire = survey.questionnaire
    assessment.save()
    return Assessment.objects.with_instruments().get(pk=assessment.pk)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("one", "Of the 3 respondents who answered question one (Question one), 3 chose “A”."),
        (
            "several",
            "Of the 3 respondents who answered question several (Question several), 3 named “Origin” and 3 named "
            "“Transit”.",
        ),
        ("order", "Of the 3 respondents who answered question order (Question order), 3 named “X” and 3 named “Y”."),
        ("words", "Question words (Question words) was put to 10 respondents; 3 answered it."),
        (
            "whole",
            "Question whole (Question whole) was put to 10 respondents; 10 answered it. The median is 3.5. "
            "The middle half of the answers lies between 2.25 and 5. All answers lie between 1 and 9.",
        ),
        (
            "part",
            "Question part (Question part) was put to 10 respondents; 10 answered it. The median is 3.925. "
            "The middle half of the answers lies between 2 and 6.875. All answers lie between 0.5 and 9.99.",
        ),
        (
            "day",
            "Question day (Question day) was put to 10 respondents; 10 answered it, with dates from 15 January 2026 to "
            "30 April 2026.",
        ),
        (
            "rate",
            "Question rate (Question rate) was put to 10 respondents; 3 answered it. The median is 2. Mean 2.0. "
            "The middle half of the answers lies between 1.5 and 2.5. All answers lie between 1 and 3.",
        ),
        ("box", "Question box (Question box): 3 of 10 ticked the box."),
    ],
)
def test_sentence(filled: Assessment, code: str, sentence: str) -> None:
    assert collect(Results(filled))[f"survey.{code}.sentence"].text == sentence


@pytest.mark.parametrize(
    ("code", "columns", "values"),
    [
        ("one", ("A", "B", "Other", "n"), (3, 0, 0, 3)),
        ("several", ("Origin", "Transit", "Other", "n"), (3, 3, 0, 3)),
        ("order", ("X", "Y", "Z", "n"), (3, 3, 0, 3)),
        ("words", ("n",), (3,)),
        ("whole", ("Lower quartile", "Median", "Upper quartile", "n"), ("2.25", "3.5", "5", 10)),
        ("part", ("Lower quartile", "Median", "Upper quartile", "n"), ("2", "3.925", "6.875", 10)),
        ("day", ("January 2026", "February 2026", "March 2026", "April 2026", "n"), (2, 0, 7, 1, 10)),
        ("box", ("OK", "Asked"), (3, 10)),
        (
            "rate",
            (*map(str, range(11)), "Median", "Mean", "n"),
            (0, 1, 1, 1, *[0] * 7, "2", "2.0", 3),
        ),
    ],
)
def test_table(filled: Assessment, code: str, columns: tuple[str, ...], values: tuple[object, ...]) -> None:
    row = table_row(Results(filled).survey.items[code], "en")
    assert (row.columns, row.values) == (columns, values)


def test_sentences_and_tables_tell_nothing_of_fewer_than_the_smallest_group(survey: Survey) -> None:  # noqa: F811
    for number, (whole, day) in enumerate(zip(YEARS, DATES, strict=False), start=1):
        respond(survey, number, {"whole": whole, "day": day})
    release(survey.assessment)
    Assessment.objects.filter(pk=survey.assessment.pk).update(questionnaire=survey.questionnaire)
    found = Results(Assessment.objects.with_instruments().get(pk=survey.assessment.pk))
    facts = collect(found)
    assert facts["survey.whole.sentence"].text.endswith(
        "The median is 4. The middle half of the answers lies between 2 and 7."
    )
    assert facts["survey.day.sentence"].text.endswith(
        "17 answered it. Given most often: January 2026 or earlier (6 of 17)."
    )
    row = table_row(found.survey.items["day"], "en")
    assert row.columns == ("January 2026 or earlier", "February 2026 to April 2026", "May 2026 or later", "n")
    assert row.values == (6, 6, 5, 17)
    assert "5 respondents" in protection_note(found, [found.survey.items["whole"]])
    assert protection_note(found, [found.survey.items["one"]]) == ""


def test_tables_and_charts_of_every_type_are_printed(filled: Assessment) -> None:
    report = create_report(assessment=filled, by=None)
    codes = ["one", "several", "order", "whole", "part", "day", "box", "rate"]
    blocks = [f"[[chart survey {code}]]\n\n[[survey {code}]]" for code in [*codes, "country"]]
    body = "\n\n".join([*blocks, "[[survey words]]", "[[survey whole part]]"])
    edit_section(section=report.sections.get(key="context"), body=body, by=None)
    data = build(report)
    assert [problem for problem in data.problems if problem.section == "context"] == []


def test_no_other_module_of_reports_names_a_type() -> None:
    names = {cls.__name__ for cls in ITEM_TYPES.values()} | {"OptionsItem", "SelectItem", "BaseItem"}
    words = set(ITEM_TYPES) - {"text", "date", "rank"}  # which are words of other things too
    pattern = re.compile(rf"\b(?:{'|'.join(names)})\b|[\"'](?:{'|'.join(words)})[\"']")
    sources = {
        str(path.relative_to(BASE_DIR)): path.read_text("utf-8") for path in (BASE_DIR / "reports").rglob("*.py")
    }
    for path in ("reports/word/package.py", "reports/word/source_styles.py"):
        sources[path] = sources[path].replace('"decimal"', "")  # how Word calls lists numbered 1, 2, 3
    found = {path for path, source in sources.items() if pattern.search(source)}
    assert found == {"reports/document/item_types.py"}
