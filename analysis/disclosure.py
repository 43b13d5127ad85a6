"""Protection of tables of interviews by sector, before they are shown or exported: pages, charts, files, reports.

The survey has other rules (`analysis.releases`,
and for numbers and dates `analysis.statistics.numbers`). What is public anyway: how many interviews were held with each
sector, and how many mention a theme. What is protected: what a sector's interviews said. The rules:

1. **Small cells.** A cell below `k` is hidden, zero included.
2. **Secondary suppression.** More cells are hidden until no hidden cell follows from the shown ones and the totals of
   rows and columns, knowing that counts are whole, not negative and not larger than their group. A cell is safe when
   some other table with the same totals and the same shown cells has another number there. That is so exactly when the
   hidden cells contain a closed path of rows and columns through it along which one person can be moved.
3. Groups keep their own names; nothing is pooled, so two tables never differ by one small group.

If nothing can be shown safely, the whole table is withheld, with a note.
"""

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
import pandas as pd

from analysis.statistics.profiles import Crosstab

Cell = tuple[int, int]  # (row, column)

THRESHOLD = 5
HIDDEN = "·"  # printed for a hidden cell; the note under every table explains it


@dataclass(frozen=True)
class SafeTable:
    """A cross-tabulation that may leave. `cells` has None where a number is hidden; index, columns as given.

    `row_totals` and `column_totals` are public numbers, shown as they are. `hidden` counts hidden cells.
    """

    cells: pd.DataFrame
    row_totals: pd.Series
    column_totals: pd.Series
    k: int

    @property
    def hidden(self) -> int:
        return int(self.cells.isna().sum().sum())

    @property
    def withheld(self) -> bool:
        """Nothing but totals and public zeros is left."""
        return bool(self.cells[self.row_totals > 0].isna().all(axis=None))


def protect(table: Crosstab, k: int = THRESHOLD) -> SafeTable:
    """The table as it may be shown."""
    counts = table.counts.to_numpy(dtype=int)
    caps = np.tile(table.sizes.to_numpy(dtype=int), (len(table.counts), 1))  # at most everyone in the group
    mask = hide(counts, caps, k)
    totals = table.counts.sum(axis=1)
    cells = [
        [None if hidden else int(count) for count, hidden in zip(row, covered, strict=True)]
        for row, covered in zip(counts, mask, strict=True)
    ]
    shown = pd.DataFrame(cells, index=table.counts.index, columns=table.counts.columns, dtype=object)
    return SafeTable(shown, totals, table.sizes, k)


def hide(counts: np.ndarray, caps: np.ndarray, k: int = THRESHOLD) -> np.ndarray:
    """Which cells to hide, as a mask. Rows without an answer are public zeros (the row's total says so) and stay.

    For each hidden cell that the rest would give back, the closed path through it that costs the fewest people is
    hidden as well; where there is none, everything is.
    """
    empty = counts.sum(axis=1) == 0
    mask = counts < k
    mask[empty] = False
    while found := exposed(counts, caps, mask):
        row, column = found[0]
        paths = [_closed_path(counts, caps, mask, row, column, rises) for rises in (True, False)]
        best = min((path for path in paths if path), default=None)
        if best is None:
            mask[~empty] = True
            break
        for cell in best[1]:
            mask[cell] = True
    return mask


def exposed(counts: np.ndarray, caps: np.ndarray, mask: np.ndarray) -> list[Cell]:
    """Hidden cells whose number follows from totals and shown cells: no closed path lets it rise or fall by one."""
    found = []
    for row, column in np.argwhere(mask).tolist():
        paths = [_closed_path(counts, caps, mask, row, column, rises) for rises in (True, False)]
        if not any(path and path[0] == 0 for path in paths):
            found.append((row, column))
    return found


def _closed_path(
    counts: np.ndarray, caps: np.ndarray, mask: np.ndarray, row: int, column: int, rises: bool
) -> tuple[int, list[Cell]] | None:
    """The cheapest way for one cell to rise or fall by one while no total changes: (cost, cells of the path), or None.

    Rises and falls alternate along rows and columns, so this is Dijkstra's search from the cell's column back to its
    row. Hidden cells cost nothing, a shown one costs its count (at least one).
    """
    may_rise, may_fall = counts < caps, counts > 0
    same, opposite = (may_rise, may_fall) if rises else (may_fall, may_rise)
    if not same[row, column]:
        return None
    price = np.where(mask, 0, np.maximum(counts, 1))
    queue: list[tuple[int, int, bool, list[Cell]]] = [(0, column, False, [])]
    done: set[tuple[int, bool]] = set()
    while queue:
        cost, line, is_row, path = heappop(queue)
        if (line, is_row) == (row, True):
            return cost, path
        if (line, is_row) in done:
            continue
        done.add((line, is_row))
        if is_row:
            steps = [(line, int(other)) for other in np.flatnonzero(same[line])]
        else:
            steps = [(int(other), line) for other in np.flatnonzero(opposite[:, line])]
        for cell in steps:
            if cell != (row, column):
                heappush(queue, (cost + int(price[cell]), cell[1 if is_row else 0], not is_row, [*path, cell]))
    return None
