"""The 2016 tool as loaded: counts, codes, constraints and labels against the source, and wording of our own."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from instruments.models import Instrument
from instruments.schema import IndicatorMatrix, InterviewGuide, Survey, broken_links, parse
from tests.factories import FIXTURES, instruments_2016

HERE = Path(__file__).parent
LABELS = json.loads((HERE / "source_labels.json").read_text())  # kind -> path -> label of up to eight words
# Of the source's longer texts only marks are kept: sha256 of the lower-case words joined by one space, 12 digits.
LONGER_TEXTS = frozenset((HERE / "source_texts.sha256").read_text().split())
KINDS = ("interview_guide", "survey", "indicators")
PROMPTS = {  # question -> prompts, as counted in the source; all others have none
    "3.1": 1, "3.2": 2, "3.3": 4, "3.4": 2, "3.5": 4, "4.1": 1, "4.3": 6, "4.4": 6, "4.5": 3, "5.1": 2, "5.2": 2,
    "5.3": 1, "5.4": 2, "5.5": 3, "5.7": 3, "6.1": 1, "6.2": 1, "6.3": 1, "7.1": 5, "7.2": 4,
}  # fmt: skip
MATRICES = {  # matrix -> (rows, scale)
    "3.1": (7, "adequacy"), "3.2": (6, "frequency"), "4.1": (10, "service_adequacy"), "4.2": (5, "agreement"),
    "5.1": (10, "agreement"), "6.1": (8, "agreement"), "7.1": (4, "agreement"), "7.2": (6, "frequency"),
    "7.3": (6, "difficulty"),
}  # fmt: skip
OUTSIDE = {  # items outside matrices: type, options, min, max, ranks, open options
    "1.1": ("select_one", 0, None, None, None, set()),
    "1.2": ("select_one", 20, None, None, None, {"other"}),
    "1.3": ("select_one", 5, None, None, None, set()),
    "1.4": ("select_one", 5, None, None, None, set()),
    "1.5": ("select_one", 4, None, None, None, set()),
    "1.6": ("select_one", 2, None, None, None, set()),
    "2.1": ("select_multiple", 3, None, None, None, set()),
    "2.2": ("select_multiple", 7, 3, 3, None, {"other"}),
    "2.2.1": ("select_one", 0, None, None, None, set()),
    "2.3": ("select_multiple", 10, None, 3, None, {"other"}),
    "2.4": ("rank", 4, None, None, 4, set()),
    "2.5": ("select_one", 3, None, None, None, set()),
    "2.6": ("text", 0, None, None, None, set()),
    "8.1": ("rank", 17, None, None, 3, {"Q"}),
    "8.2": ("text", 0, None, None, None, set()),
    "8.3": ("text", 0, None, None, None, set()),
}
SCALES = {  # name -> points, neutral
    "adequacy": (
        ["adequate", "somewhat_adequate", "neither", "somewhat_inadequate", "inadequate", "absent"],
        "neither",
    ),
    "service_adequacy": (
        ["adequate", "somewhat_adequate", "adequate_for_some", "inadequate", "absent"],
        "adequate_for_some",
    ),
    "frequency": (["always", "often", "sometimes", "rarely", "never"], "sometimes"),
    "agreement": (["strongly_agree", "agree", "neither", "disagree", "strongly_disagree"], "neither"),
    "difficulty": (["very_easy", "easy", "neither", "difficult", "very_difficult"], "neither"),
}


@pytest.fixture(scope="module")
def guide() -> Any:
    return parse("interview_guide", instruments_2016()["interview_guide"])


@pytest.fixture(scope="module")
def survey() -> Any:
    return parse("survey", instruments_2016()["survey"])


@pytest.fixture(scope="module")
def matrix() -> Any:
    return parse("indicators", instruments_2016()["indicators"])


def numbered(section: str, count: int) -> list[str]:
    return [f"{section}.{n}" for n in range(1, count + 1)]


def english(document: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path by names, English text) of every text."""
    if isinstance(document, dict) and isinstance(document.get("en"), str):
        yield path.strip("/"), document["en"]
    elif isinstance(document, dict):
        for key, value in document.items():
            yield from english(value, f"{path}/{key}")
    elif isinstance(document, list):
        for entry in document:
            yield from english(entry, f"{path}/{entry['name'] if isinstance(entry, dict) else entry}")


def test_guide_has_every_question_and_prompt_in_order(guide: InterviewGuide) -> None:
    counts = (2, 6, 5, 6, 7, 7, 3, 4)
    assert [section.name for section in guide.sections] == list("12345678")
    assert [q.name for q in guide.questions] == [
        code for n, count in enumerate(counts, 1) for code in numbered(str(n), count)
    ]
    assert {q.name: len(q.prompts) for q in guide.questions if q.prompts} == PROMPTS
    assert (len(guide.questions), sum(PROMPTS.values())) == (40, 54)


def test_guide_routes_as_the_tool_does(guide: InterviewGuide) -> None:
    routing = guide.routing
    assert (routing.decide_from, routing.always) == (("1.1", "1.2"), ("1", "7", "8"))
    assert (routing.choose_from, routing.min, routing.max) == (("2", "3", "4", "5", "6"), 2, 3)
    assert [q.name for q in guide.questions if q.suggests_contacts] == ["8.4"]


def test_information_note_has_sixteen_parts_under_three_headings(guide: InterviewGuide) -> None:
    headings = [part.heading for part in guide.information_note]
    assert (headings.count(True), headings.count(False)) == (3, 16)
    assert (len(guide.header), len(guide.instructions)) == (9, 4)


def test_survey_has_every_item_in_order(survey: Survey) -> None:
    expected = [
        *numbered("1", 6), "2.1", "2.2", "2.2.1", "2.3", "2.4", "2.5", "2.6",
        *(code for name, (rows, _) in MATRICES.items() for code in numbered(name, rows)),
        *numbered("8", 3),
    ]  # fmt: skip
    assert [item.name for item in survey.items] == expected
    assert len(expected) == 78


def field(item: Any, name: str) -> Any:
    """A field of an item, None if its type has no such field."""
    return getattr(item, name, None)


def test_survey_items_outside_matrices(survey: Survey) -> None:
    found = {
        item.name: (
            item.type,
            len(field(item, "options") or ()),
            field(item, "min"),
            field(item, "max"),
            field(item, "ranks"),
            set(item.open_options),
        )
        for item in survey.items
        if not field(item, "scale")
    }
    assert found == OUTSIDE
    assert [item.name for item in survey.items if field(item, "source")] == ["1.1"]
    assert survey.by_name["2.2.1"].choices_of == "2.2"
    assert [option.name for option in survey.by_name["8.1"].options] == list("ABCDEFGHIJKLMNOPQ")


def test_survey_matrix_rows_use_their_scale(survey: Survey) -> None:
    found: dict[str, tuple[int, str]] = {}
    for item in survey.items:
        if field(item, "scale"):
            name = item.name.rsplit(".", 1)[0]
            found[name] = (found.get(name, (0, ""))[0] + 1, item.scale)
    assert found == MATRICES
    assert sum(rows for rows, _ in found.values()) == 62


def test_scales_are_ordered_from_the_favourable_end(survey: Survey) -> None:
    found = {scale.name: (list(scale.from_favourable), scale.neutral) for scale in survey.scales}
    assert found == SCALES


def test_profile_items(survey: Survey) -> None:
    found = {item.name: item.profile for item in survey.items if item.profile}
    assert found == dict(zip(numbered("1", 6), ["country", "role", "tenure", "experience", "age", "sex"], strict=True))


def test_matrix_has_a_hundred_cells(matrix: IndicatorMatrix) -> None:
    assert [criterion.name for criterion in matrix.criteria] == [f"{c}.{n}" for c in "12345" for n in "12345"]
    assert sum(len(criterion.cells) for criterion in matrix.criteria) == 100


def test_categories_lead_to_their_sections(matrix: IndicatorMatrix) -> None:
    found = [
        (c.name, c.interview_section, c.survey_section, c.report_section, c.recommendation_section)
        for c in matrix.categories
    ]
    assert found == [(str(n), str(n + 2), str(n + 2), f"2.{n}", f"3.{n}") for n in range(1, 6)]
    assert sorted(letter for c in matrix.categories for letter in c.priorities) == list("ABCDEFGHIJKLMNOP")


def test_every_criterion_has_evidence_and_every_rating_a_criterion(
    matrix: IndicatorMatrix, guide: InterviewGuide, survey: Survey
) -> None:
    assert broken_links(matrix, guide, survey) == []
    assert [c.name for c in matrix.criteria if not c.interview or not c.survey] == []
    linked_items = {code for c in matrix.criteria for code in c.survey}
    linked_questions = {code for c in matrix.criteria for code in c.interview}
    assert [item.name for item in survey.items if field(item, "scale") and item.name not in linked_items] == []
    assert [q.name for q in guide.questions if "3" <= q.name[0] <= "7" and q.name not in linked_questions] == []


@pytest.mark.parametrize("kind", KINDS)
def test_labels_of_up_to_eight_words_are_the_tools(kind: str) -> None:
    found = dict(english(instruments_2016()[kind]))
    assert {path: found.get(path) for path in LABELS[kind]} == LABELS[kind]
    assert max(len(label.split()) for label in LABELS[kind].values()) <= 8


@pytest.mark.parametrize("kind", KINDS)
def test_longer_texts_are_our_own(kind: str) -> None:
    def mark(text: str) -> str:
        return hashlib.sha256(" ".join(re.findall(r"[^\W_]+", text.lower())).encode()).hexdigest()[:12]

    assert [path for path, text in english(instruments_2016()[kind]) if mark(text) in LONGER_TEXTS] == []


@pytest.mark.django_db
def test_fixtures_load() -> None:
    call_command("loaddata", *sorted(path.stem for path in FIXTURES.glob("instruments_2016*.yaml")), verbosity=0)
    found = [(i.kind, i.key, i.version, i.is_published) for i in Instrument.objects.all()]
    assert found == [(kind, "ct-nat-2016", 1, True) for kind in sorted(KINDS)]
    assert [type(i.document).__name__ for i in Instrument.objects.all()] == [
        "IndicatorMatrix",
        "InterviewGuide",
        "Survey",
    ]
