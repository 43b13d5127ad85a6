"""Columns that can be no question of the survey, such as indicators that analysts have calculated. Pure.

A heading that says nothing may still be a question, renamed by hand. It cannot be one where each question has its
column already; or, in a table with the names of the form, where of the questions that lack a column none has a name
like the heading, and none that stands in the form where the column stands in the table has answers like its cells.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from ctnat.ui.days import read_day
from ctnat.ui.folding import fold
from instruments.schema import Item
from surveys.importing.headings import Column, Headings, Mode, are_in_order, known_places
from surveys.importing.numbers import read_number
from surveys.importing.options import BLANK_WORDS
from surveys.item_types import answer_kind

LEAST_KNOWN = 0.5  # of the questions that must have a column before the cells of another one are judged
FITTING = 0.5  # of the values that an answer to a question would have
ALIKE = 0.5  # of the words of two names
TRIED, TRIED_OF_MANY = 40, 10  # values of a column; the second where there are MANY pairs of column and question
MANY = 5_000
BETWEEN = re.compile(r"[;|\n,،؛]")  # options in one cell
BOOLEAN = frozenset(["true", "false"])
SHORTEST_WORD = 3


def spare_columns(
    known: Headings, mode: Mode, columns: Sequence[Column], values: Sequence[Mapping[str, int]]
) -> frozenset[int]:
    """The columns that are left out for certain, of those of which nothing is known. `values`: of each column."""
    unknown = [column for column in columns if column.why == "unknown"]
    if not unknown:
        return frozenset()
    items = known.document.items
    claimed = {target.item for column in columns for target in (column.target, *column.candidates) if target}
    missing = [item for item in items if item.name not in claimed]
    if missing and (mode != "names" or len(missing) > (1 - LEAST_KNOWN) * len(items)):
        return frozenset()
    words = [_words(item.name) for item in missing]
    fixed = known_places(known, columns)
    tried = TRIED if len(unknown) * len(missing) < MANY else TRIED_OF_MANY
    found = set()
    for column in unknown:
        own, (first, last) = _words(column.heading), _between(fixed, column.at, len(items))
        cells = list(islice((value for value in values[column.at] if value.casefold() not in BLANK_WORDS), tried))
        if not any(
            _alike(own, said) or (first <= known.place[item.name] <= last and _fits(known, item, cells))
            for item, said in zip(missing, words, strict=True)
        ):
            found.add(column.at)
    return frozenset(found)


def _between(fixed: Sequence[tuple[int, int]], at: int, number: int) -> tuple[int, int]:
    """The first and the last place in the form of what stands between the columns beside `at`.

    `fixed`: those of `known_places`. Anything where the table is not in the order of the form.
    """
    if not are_in_order(fixed):
        return 0, number
    before = next((place for column, place in reversed(fixed) if column < at), 0)
    after = next((place for column, place in fixed if column > at), number)
    return min(before, after), max(before, after)


def _alike(own: set[str], said: set[str]) -> bool:
    """Whether two names share so many words that one may be the other, renamed."""
    return len(own & said) >= ALIKE * max(len(own), len(said), 1)


def _fits(known: Headings, item: Item, cells: Sequence[str]) -> bool:
    """Whether at least half of the cells can be answers to the question."""
    wrong = 0
    for cell in cells:
        wrong += not _can_answer(known, item, cell)
        if wrong > (1 - FITTING) * len(cells):
            return False
    return bool(cells)


def _can_answer(known: Headings, item: Item, cell: str) -> bool:
    match answer_kind(item):
        case "one":
            return known.finder(item.name).find(cell) is not None
        case "several" | "ranked":
            finder = known.finder(item.name)
            pieces = (cell, BETWEEN.split(cell, maxsplit=1)[0].strip(), cell.partition(" ")[0])
            return any(finder.find(piece) is not None for piece in dict.fromkeys(pieces))
        case "whole" | "fractional":
            return read_number(cell, ".") is not None or read_number(cell, ",") is not None
        case "date":
            return read_day(cell, "dmy") is not None or read_day(cell, "mdy") is not None
        case _:
            return _is_written(cell)


def _is_written(cell: str) -> bool:
    """Whether a cell can be somebody's own words: no truth value, no short number, and no calculated one."""
    number = read_number(cell, ".")
    return cell.casefold() not in BOOLEAN and (
        number is None or (len(cell) > 5 and number == number.to_integral_value())
    )


def _words(text: str) -> set[str]:
    """The words of a name, also those that are only told apart by capitals: totalCost, total_cost."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return {word for piece in re.split(r"[\W_]+", apart) if len(word := fold(piece)) >= SHORTEST_WORD}
