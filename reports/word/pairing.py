"""Which paragraph, table or row of an earlier document became which of a later one."""

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

LARGEST_GAP = 40_000  # pairs that are compared word by word
ALIKE = 0.4  # share of words in common from which two are the same one, changed
_WORD = re.compile(r"\w+")


@dataclass
class Unit:
    """A paragraph, a table with the empty paragraph below it, a row or a cell: `elements` of the file.

    `kind` tells what cannot become each other; `call` is that of the block which it was made of, `style` that of a
    paragraph. `only`: there is one of this kind and style, such as the title of a section.
    """

    kind: str
    text: str
    elements: list[Any]
    style: str = ""
    call: str = ""
    only: bool = False
    parts: list["Unit"] = field(default_factory=list)

    @property
    def key(self) -> Hashable:
        return self.kind, self.style, self.call, self.text

    @cached_property
    def words(self) -> Counter[str]:
        return Counter(_WORD.findall(self.text.casefold()))


Pair = tuple[Unit | None, Unit | None]


def paired(old: Sequence[Unit], new: Sequence[Unit]) -> list[Pair]:
    """Every unit once, in an order in which both lists keep theirs: what is gone before what came in its place."""
    found: list[Pair] = []
    for how, i, j, k, m in _steps(old, new):
        if how == "equal":
            found += zip(old[i:j], new[k:m], strict=True)
        else:
            found += _compared(old[i:j], new[k:m])
    return found


def _steps(old: Sequence[Unit], new: Sequence[Unit]) -> list[tuple[str, int, int, int, int]]:
    """What is the same on both sides, and the gaps between. What says nothing is no landmark."""
    first, second = [unit.key for unit in old], [unit.key for unit in new]
    silent = {unit.key for unit in (*old, *new) if not unit.words}
    return [*SequenceMatcher(silent.__contains__, first, second, autojunk=False).get_opcodes()]


def _compared(old: Sequence[Unit], new: Sequence[Unit]) -> list[Pair]:
    """The pairing of a gap with the most in common, one with one."""
    rows, columns = len(old), len(new)
    if not rows or not columns or rows * columns > LARGEST_GAP:
        return [*((unit, None) for unit in old), *((None, unit) for unit in new)]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    scores: dict[tuple[int, int], float] = {}
    for x in range(rows - 1, -1, -1):
        for y in range(columns - 1, -1, -1):
            scores[x, y] = alone = likeness(old[x], new[y])
            best[x][y] = max(best[x + 1][y], best[x][y + 1], best[x + 1][y + 1] + alone if alone else 0.0)
    found: list[Pair] = []
    x = y = 0
    while x < rows or y < columns:
        if x < rows and y < columns and scores[x, y] and best[x][y] == best[x + 1][y + 1] + scores[x, y]:
            found.append((old[x], new[y]))
            x, y = x + 1, y + 1
        elif x < rows and (y == columns or best[x][y] == best[x + 1][y]):
            found.append((old[x], None))
            x += 1
        else:
            found.append((None, new[y]))
            y += 1
    return found


def likeness(old: Unit, new: Unit) -> float:
    """How much the two are the same one: 0 where they are not, above 1 where they say the same."""
    if old.kind != new.kind or old.call != new.call:
        return 0.0
    same_style = old.style == new.style
    if old.text == new.text and same_style:
        return 1.2 if old.words else 0.1
    share = _share(old.words, new.words)
    if same_style and ((old.only and new.only) or old.call):
        return 0.5 + share / 2
    return share + 0.05 * same_style if share >= ALIKE else 0.0


def _share(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0
