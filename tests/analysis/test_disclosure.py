"""A protected table resists an attacker who knows every total, every shown cell, and that people are whole."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import exposed, hide, protect
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
    # The reference assessment: seven respondents, one of them a woman. Any table by sex would be hers.
    safe = protect(table([{"female": 1, "male": 3}, {"female": 0, "male": 3}]))
    assert shown(safe) == [[None, None], [None, None]]
    note = "Withheld: with groups this small, the table could show what one person said."
    assert table_note(safe, "en") == note  # which characteristic was chosen is no advice any more


def test_everybody_of_a_group_saying_the_same_is_hidden():
    # All ten women chose row 1. Showing the ten would say that no woman chose row 2.
    safe = protect(table([{"f": 10, "m": 10}, {"f": 0, "m": 10}]))
    assert safe.withheld


def test_a_row_nobody_chose_is_a_public_zero():
    safe = protect(table([{"f": 6, "m": 7}, {"f": 0, "m": 0}]))
    assert shown(safe) == [[6, 7], [0, 0]]


def worlds(counts, caps, mask):
    """Every table of whole numbers with the same totals and the same shown cells: what an attacker must consider."""
    hidden = [tuple(cell) for cell in np.argwhere(mask)]
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    ranges = [range(min(rows[r], columns[c], caps[r, c]) + 1) for r, c in hidden]
    for values in product(*ranges):
        world = counts.copy()
        for cell, value in zip(hidden, values, strict=True):
            world[cell] = value
        if (world.sum(axis=1) == rows).all() and (world.sum(axis=0) == columns).all():
            yield world


def unique_cells(counts, caps, mask):
    seen = {tuple(map(int, cell)): set() for cell in np.argwhere(mask)}
    for world in worlds(counts, caps, mask):
        for cell, values in seen.items():
            values.add(int(world[cell]))
    return [cell for cell, values in seen.items() if len(values) == 1]


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
    for row, column in np.argwhere(~mask):  # what is shown is large, or the zero of a row that nobody chose
        assert counts[row, column] >= k or counts[row].sum() == 0
    if not mask[counts.sum(axis=1) > 0].all():  # a table withheld whole leaves the public totals only
        assert unique_cells(counts, caps, mask) == []


def test_protect_refuses_nothing_when_empty():
    safe = protect(Crosstab(pd.DataFrame(index=["yes", "no"]), pd.Series(dtype=int)))
    assert (safe.hidden, list(safe.cells.columns)) == (0, [])


@pytest.mark.parametrize("k", [1, 5, 20])
def test_the_threshold_is_a_setting(k):
    safe = protect(table([{"f": 10, "m": 10}, {"f": 10, "m": 10}]), k=k)
    assert safe.withheld == (k > 10)
