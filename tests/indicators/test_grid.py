"""The grid as pages and the report read it."""

from typing import Any

from indicators.grid import grid, progress, recommendation_groups, states, unanswered
from indicators.services.marks import decide_cell
from indicators.services.recommendations import set_status
from tests.indicators.factories import make_mark, make_recommendation


def test_grid_has_five_categories_of_five_criteria_and_twenty_cells(
    assessment: Any, django_assert_num_queries: Any
) -> None:
    make_mark(assessment, "1.1/O2", "potential_improvement")
    with django_assert_num_queries(2):
        categories = grid(assessment)
    assert [(category.name, len(category.rows), category.total) for category in categories] == [
        (str(number), 5, 20) for number in range(1, 6)
    ]
    assert [cell.name for cell in categories[0].rows[0].cells] == ["F1", "F2", "O1", "O2"]
    found = categories[0].rows[0].cells[3]
    assert (found.state, found.sign, found.word) == ("potential_improvement", "▲", "Potential improvement")


def test_the_mark_that_counts_is_shown_and_both_are_there(assessment: Any) -> None:
    make_mark(assessment)
    make_mark(assessment, state="potential_improvement", source="workshop")
    decide_cell(assessment=assessment, criterion="1.1", cell="F1", source="workshop", by=None, reason="Yes.")
    cell = grid(assessment)[0].cells[0]
    assert (cell.state, cell.consultant.state, cell.proposal.state) == (  # type: ignore[union-attr]
        "potential_improvement",
        "in_place",
        "potential_improvement",
    )


def test_progress_counts_cells_with_a_mark_that_counts(assessment: Any) -> None:
    make_mark(assessment, "1.1/F1")
    make_mark(assessment, "1.1/F2", "not_assessed")
    make_mark(assessment, "5.5/O2", source="workshop")
    assert str(progress(assessment)) == "1 of 100 cells assessed"


def test_states_names_every_cell(assessment: Any) -> None:
    make_mark(assessment, "1.1/F2", "potential_improvement")
    found = states(assessment)
    assert len(found) == 25
    assert found["1.1"] == {
        "F1": "not_assessed",
        "F2": "potential_improvement",
        "O1": "not_assessed",
        "O2": "not_assessed",
    }


def test_recommendations_are_listed_under_their_lead_in_without_dropped_ones(assessment: Any) -> None:
    make_recommendation(assessment, "a", lead_in="A")
    make_recommendation(assessment, "b", lead_in="", addressee="police, with NGOs", verb="encouraged")
    set_status(recommendation=make_recommendation(assessment, "c"), status="dropped", by=None, reason="Done.")
    groups = recommendation_groups(assessment)
    assert [(group.opening, [row.text for row in group.recommendations]) for group in groups["1"]] == [
        ("A, authorities are invited to consider", ["a"]),
        ("Police, with NGOs, are encouraged to consider", ["b"]),
    ]
    assert groups["5"] == ()


def test_unanswered_lists_green_cells_without_a_recommendation(assessment: Any) -> None:
    make_mark(assessment, "1.1/F1", "potential_improvement")
    make_mark(assessment, "1.2/F1", "potential_improvement")
    make_mark(assessment, "1.3/F1", "in_place")
    make_recommendation(assessment, criteria=["1.1"])
    assert [cell.key for cell in unanswered(assessment)] == ["1.2/F1"]
