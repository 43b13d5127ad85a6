"""A protected table resists an attacker who knows every total, every shown cell, and that counts are whole numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import HIDDEN, THRESHOLD, SafeTable, exposed, hide, protect
from analysis.statistics.profiles import Crosstab
from analysis.words import table_note


def table(rows):
    counts = pd.DataFrame(rows, index=[f"r{i}" for i in range(len(rows))])
    return Crosstab(counts, counts.sum())


def shown(safe):
    return [[None if pd.isna(cell) else cell for cell in row] for row in safe.cells.to_numpy()]


def test_small_cells_and_their_partners_are_hidden():
    # Two small cells in row 1 are not enough: their columns would give them back, so row 2 is hidden there as well.
    safe = protect(table([{"f": 2, "m": 3, "x": 20}, {"f": 12, "m": 9, "x": 9}, {"f": 30, "m": 30, "x": 30}]))
    assert shown(safe) == [[None, None, 20], [None, None, 9], [30, 30, 30]]
    assert table_note(safe, "en") == "· hidden: a count below 5, or one that would give such a count back."
    assert list(safe.row_totals) == [25, 30, 90]


def test_large_cells_all_stay():
    safe = protect(table([{"f": 5, "m": 6}, {"f": 7, "m": 8}]))
    assert shown(safe) == [[5, 6], [7, 8]]
    assert (table_note(safe, "en"), safe.hidden, safe.withheld) == ("", 0, False)


def test_one_woman_of_seven_withholds_the_table():
    # The reference assessment: seven respondents, one of them a woman. Any table by sex would disclose her answers.
    safe = protect(table([{"female": 1, "male": 3}, {"female": 0, "male": 3}]))
    assert shown(safe) == [[None, None], [None, None]]
    note = "Withheld: with groups this small, the table could show what one person said."
    assert table_note(safe, "en") == note  # the chosen characteristic is no longer a suggestion


def test_everybody_of_a_group_saying_the_same_is_hidden():
    # All ten women chose row 1. Showing the ten would disclose that no woman chose row 2.
    safe = protect(table([{"f": 10, "m": 10}, {"f": 0, "m": 10}]))
    assert safe.withheld


def test_a_row_without_answers_is_a_public_zero():
    safe = protect(table([{"f": 6, "m": 7}, {"f": 0, "m": 0}]))
    assert shown(safe) == [[6, 7], [0, 0]]


def worlds(counts, mask, caps):
    """What an attacker must consider: the numbers of the hidden cells, in order, in every table of whole numbers with
    the same totals and the same shown cells."""
    cells = [(int(row), int(column)) for row, column in np.argwhere(mask)]
    rows, columns = ((counts * mask).sum(axis=axis).tolist() for axis in (1, 0))  # what the hidden cells add up to

    def fill(at):
        if at == len(cells):
            yield ()
            return
        row, column = cells[at]
        closes_row = row not in [other for other, _ in cells[at + 1 :]]
        closes_column = column not in [other for _, other in cells[at + 1 :]]
        least = max(rows[row] if closes_row else 0, columns[column] if closes_column else 0)
        for value in range(least, min(rows[row], columns[column], int(caps[row, column])) + 1):
            rows[row], columns[column] = rows[row] - value, columns[column] - value
            yield from ((value, *rest) for rest in fill(at + 1))
            rows[row], columns[column] = rows[row] + value, columns[column] + value

    return cells, fill(0)


def unique_cells(counts, caps, mask):
    cells, possible = worlds(counts, mask, caps)
    seen = [set() for _ in cells]
    for world in possible:
        for values, value in zip(seen, world, strict=True):
            values.add(value)
        if all(len(values) > 1 for values in seen):
            return []
    return [cell for cell, values in zip(cells, seen, strict=True) if len(values) == 1]


small_tables = st.integers(2, 3).flatmap(
    lambda columns: st.lists(
        st.lists(st.integers(0, 3), min_size=columns, max_size=columns), min_size=2, max_size=3
    ).map(np.array)
)


@given(small_tables, st.integers(0, 3), st.data())
@settings(max_examples=60, deadline=None)
def test_exposed_finds_exactly_what_enumeration_finds(counts, slack, data):
    caps = np.tile(counts.max(axis=0) + slack, (len(counts), 1))
    bits = data.draw(st.lists(st.booleans(), min_size=counts.size, max_size=counts.size))
    mask = np.array(bits).reshape(counts.shape)
    assert exposed(counts, caps, mask) == unique_cells(counts, caps, mask)


@given(small_tables, st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_no_shown_cell_or_total_gives_back_a_hidden_cell(counts, k):
    caps = np.tile(counts.sum(axis=0), (len(counts), 1))
    mask = hide(counts, caps, k)
    for row, column in np.argwhere(~mask):  # a shown cell is large, or the zero of a row that no one chose
        assert counts[row, column] >= k or counts[row].sum() == 0
    if not mask[counts.sum(axis=1) > 0].all():  # a table withheld whole leaves the public totals only
        assert unique_cells(counts, caps, mask) == []


def test_the_threshold_is_five_by_default():
    assert (THRESHOLD, HIDDEN) == (5, "·")
    rows = [{"f": 5, "m": 6}, {"f": 4, "m": 8}]
    assert shown(protect(table(rows))) == [[None, None], [None, None]]
    assert (protect(table(rows)).k, protect(table(rows), k=4).k) == (5, 4)
    assert shown(protect(table(rows), k=4)) == [[5, 6], [4, 8]]
    assert hide(np.array([[5, 6], [4, 8]]), np.array([[9, 14], [9, 14]])).all()


def test_totals_are_those_of_the_table_and_hidden_cells_are_counted():
    safe = protect(table([{"f": 2, "m": 3, "x": 20}, {"f": 12, "m": 9, "x": 9}, {"f": 30, "m": 30, "x": 30}]))
    assert (list(safe.column_totals), list(safe.column_totals.index)) == ([44, 42, 59], ["f", "m", "x"])
    assert (safe.hidden, safe.withheld, list(safe.cells.index)) == (4, False, ["r0", "r1", "r2"])


@pytest.mark.parametrize("partner", range(3))
def test_the_partners_of_a_small_cell_are_those_that_hide_the_fewest_people(partner):
    """Of three rows that could cover the two small cells of the first, the one with the fewest people is hidden."""
    rows = [{"f": 2, "m": 3}, {"f": 40, "m": 40}, {"f": 40, "m": 40}, {"f": 40, "m": 40}]
    rows[partner + 1] = {"f": 12, "m": 9}
    hidden = [[cell is None for cell in row] for row in shown(protect(table(rows)))]
    assert hidden == [[at in (0, partner + 1)] * 2 for at in range(4)]


def test_a_zero_is_as_dear_as_one_person():
    """If either a zero or a one would do, the first of them is hidden; the zero is not preferred for hiding no one."""
    counts, caps = np.array([[0, 9, 1], [9, 9, 9]]), np.full((2, 3), 20)
    mask = np.zeros((2, 3), dtype=bool)
    mask[0, 1] = True
    assert exposed(counts, caps, mask) == [(0, 1)]
    assert hide(counts, caps, 2).tolist() == [[True, False, True], [True, False, True]]


def test_a_full_cell_cannot_rise_and_an_empty_one_cannot_fall():
    """All of both groups chose the first row: hiding each cell hides nothing. One who did not makes all safe."""
    mask, caps = np.ones((2, 2), dtype=bool), np.full((2, 2), 10)
    assert exposed(np.array([[10, 10], [0, 0]]), caps, mask) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert exposed(np.array([[9, 10], [1, 0]]), caps, mask) == []


def test_protect_refuses_nothing_when_empty():
    safe = protect(Crosstab(pd.DataFrame(index=["yes", "no"]), pd.Series(dtype=int)))
    assert (safe.hidden, list(safe.cells.columns)) == (0, [])


@pytest.mark.parametrize("k", [1, 5, 20])
def test_the_threshold_is_a_setting(k):
    safe = protect(table([{"f": 10, "m": 10}, {"f": 10, "m": 10}]), k=k)
    assert safe.withheld == (k > 10)


def test_a_table_of_which_only_public_zeros_are_left_is_withheld():
    safe = protect(table([{"f": 1, "m": 3}, {"f": 0, "m": 3}, {"f": 0, "m": 0}]))
    assert (shown(safe), safe.withheld) == ([[None, None], [None, None], [0, 0]], True)
    alone = SafeTable(pd.DataFrame([[None, None], [1, 0]]), pd.Series([4, 1]), pd.Series([2, 3]), 1)
    assert not alone.withheld  # one person is shown


def test_shown_cells_are_whole_numbers_under_the_names_of_the_groups():
    safe = protect(table([{"f": 2, "m": 3, "x": 20}, {"f": 12, "m": 9, "x": 9}, {"f": 30, "m": 30, "x": 30}]))
    assert (list(safe.cells.columns), safe.cells["f"].tolist()) == (["f", "m", "x"], [None, None, 30])


def test_a_cell_that_cannot_rise_is_covered_by_one_that_falls():
    """All four of the first group chose the first row, so that its cell can only fall; the third group stays."""
    safe = protect(table([{"f": 4, "m": 9, "x": 20}, {"f": 0, "m": 9, "x": 20}]))
    assert shown(safe) == [[None, None, 20], [None, None, 20]]


def test_of_rising_and_falling_the_one_that_hides_the_fewest_people_is_taken():
    """The 9 of the third row cannot rise: the 2 can rise by the second row (27 people) and fall by the third (25)."""
    counts, caps = np.array([[2, 9], [9, 9], [7, 9]]), np.full((3, 2), 20)
    caps[2, 1] = 9
    assert hide(counts, caps, 5).tolist() == [[True, True], [False, False], [True, True]]


def test_cells_of_one_person_cost_one_each():
    """The third row has two people and the second three."""
    counts = np.array([[0, 5], [1, 2], [1, 1]])
    assert hide(counts, np.full((3, 2), 20), 1).tolist() == [[True, True], [False, False], [True, True]]


def test_a_cell_at_the_size_of_its_group_gives_itself_away():
    """The first row can neither rise, because both groups are full, nor exchange people, because one of them rises."""
    counts, mask = np.array([[3, 3], [2, 2]]), np.ones((2, 2), dtype=bool)
    assert exposed(counts, np.array([[3, 3], [5, 5]]), mask) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert exposed(counts, np.array([[4, 3], [5, 5]]), mask) == []
