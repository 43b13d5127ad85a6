"""Cells of CSV files."""

import csv
from io import StringIO
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from ctnat.ui.cells import csv_cells, csv_of_safe, safe

VALUES = st.none() | st.integers() | st.floats() | st.booleans() | st.text()


@given(st.lists(VALUES, min_size=2))
@example(["", ""])
@example([None, 'say "so"', "a,b", "two\nlines", "\r", " spaced ", "'=1", 1.5, True])
def test_cells_are_written_as_a_whole_row_writes_them(values: list[Any]) -> None:
    row = [safe(value) for value in values]
    target = StringIO(newline="")
    csv.writer(target).writerow(row)
    assert ",".join(csv_cells(row)) + "\r\n" == target.getvalue()


def test_a_file_joined_from_cells_is_the_file_of_its_rows() -> None:
    rows = [["a", "b"], ["=1", None], ["x,y", 2]]
    whole = csv_of_safe([map(safe, row) for row in rows])
    joined = "\r\n".join([*(",".join(csv_cells(map(safe, row))) for row in rows[1:]), ""])
    assert whole == csv_of_safe([rows[0]]) + joined.encode()
