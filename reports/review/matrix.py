"""A row of the response matrix, and the words that a change deletes and inserts. Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from ctnat.ui.cells import Rich, Run

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
COMPARED = 4000  # words and spaces; longer texts are not compared word by word, which would take seconds


@dataclass(frozen=True)
class MatrixRow:
    """What the matrix says of one comment or change, in the order of its columns."""

    number: str
    section: str
    place: str
    reviewer: str
    on: date | None
    kind: str
    before: str
    proposal: Rich
    response: str
    disposition: str
    changed: str

    @property
    def cells(self) -> tuple[str, str, str, date | None, str, str, Rich, str, str, str]:
        """As `ctnat.ui.workbook` takes them."""
        where = "\n".join(filter(None, [self.section, self.place]))
        first = (self.number, where, self.reviewer, self.on, self.kind)
        return (*first, self.before, self.proposal, self.response, self.disposition, self.changed)


def changed_words(before: str, after: str) -> Rich:
    """The words of both texts: deleted ones, inserted ones, and those that stay. A single blank between two changed
    words changes with them, so that a rewritten sentence is not cut to pieces."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    if max(len(old), len(new)) > COMPARED:
        return _joined([Run(before, "deleted"), Run(after, "inserted")])
    found: list[Run] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for how, a, b, c, d in _without_lone_blanks(matcher.get_opcodes(), old):
        if how == "equal":
            found.append(Run("".join(old[a:b])))
        else:
            found += [Run("".join(old[a:b]), "deleted"), Run("".join(new[c:d]), "inserted")]
    return _joined(found)


Step = tuple[str, int, int, int, int]


def _without_lone_blanks(steps: Sequence[Step], old: Sequence[str]) -> list[Step]:
    """A blank that stayed between two replacements belongs to them."""
    found: list[Step] = []
    for place, step in enumerate(steps):
        how, a, b, c, d = step
        between = 0 < place < len(steps) - 1
        lone = how == "equal" and between and "".join(old[a:b]).isspace()
        both = lone and steps[place - 1][0] == steps[place + 1][0] == "replace"
        if (both or how != "equal") and found and found[-1][0] != "equal":
            _, first, _, start, _ = found[-1]
            found[-1] = ("replace", first, b, start, d)
        else:
            found.append((how, a, b, c, d))
    return found


def _joined(runs: list[Run]) -> Rich:
    """Without empty runs, and neighbours of the same kind as one."""
    found: list[Run] = []
    for run in runs:
        if run.words and found and found[-1].how == run.how:
            found[-1] = Run(found[-1].words + run.words, run.how)
        elif run.words:
            found.append(run)
    return tuple(found)
