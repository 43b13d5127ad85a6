"""Answers by number: each different one is kept once, and for each respondent only which of them it is.

Ten thousand respondents choose among a few answers: what is to be known of an answer is found out once for each
different one, and the rest is adding up numbers.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np

PLAIN = frozenset([str, type(None)])
WITH_LISTS = PLAIN | {list}


class _Numbers(dict[Any, int]):
    """Answer -> its number, which it gets when it is looked up for the first time. `listed`: the answers looked up are
    of `WITH_LISTS`, lists as tuples."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[Any] = []
        self.listed = False

    def __missing__(self, answer: Any) -> int:
        if type(answer) in PLAIN:
            self.kinds.append(answer)
        elif self.listed:
            self.kinds.append(list(answer))
        else:
            raise TypeError("1 and 1.0 would get one number")
        number = self[answer] = len(self)
        return number

    def of(self, answer: Any) -> int:
        """The number of an answer of any type."""
        key = _key(answer)
        number = self.get(key)
        if number is None:
            self.kinds.append(answer)
            number = self[key] = len(self)
        return number


class Coder:
    """Gives numbers to the answers of an item as they are read: codes, texts and lists quickly, others one by one."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self._numbers = _Numbers()

    def add(self, answers: Sequence[Any]) -> None:
        before = len(self.codes)
        try:
            self.codes += map(self._numbers.__getitem__, answers)
        except TypeError:  # a number, or a list
            del self.codes[before:]
            if WITH_LISTS.issuperset(map(type, answers)):
                self._numbers.listed = True
                self.codes += [self._numbers[tuple(one) if type(one) is list else one] for one in answers]
                self._numbers.listed = False
            else:
                self.codes += map(self._numbers.of, answers)

    def coded(self) -> "Coded":
        return Coded(tuple(self._numbers.kinds), np.array(self.codes, dtype=np.intp))


def _key(answer: Any) -> Hashable:
    """What tells answers apart: 1, 1.0 and True are three; None and NaN, which a table puts for nothing, are one."""
    if isinstance(answer, list):
        return tuple(answer)
    if answer is None or answer != answer:
        return None
    return answer if isinstance(answer, str | tuple) else (type(answer), answer)


@dataclass(frozen=True, eq=False)
class Coded(Sequence[Any]):
    """Answers in their order: that of respondent `i` is `kinds[codes[i]]`. Two kinds may be the same."""

    kinds: tuple[Any, ...]
    codes: np.ndarray

    @classmethod
    def of(cls, answers: Iterable[Any]) -> "Coded":
        coder = Coder()
        coder.add(list(answers))
        return coder.coded()

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[Any]:
        return map(self.kinds.__getitem__, self.codes.tolist())

    @overload
    def __getitem__(self, at: int) -> Any: ...
    @overload
    def __getitem__(self, at: slice) -> "Coded": ...
    def __getitem__(self, at: int | slice) -> Any:
        return Coded(self.kinds, self.codes[at]) if isinstance(at, slice) else self.kinds[self.codes[at]]

    @property
    def times(self) -> list[int]:
        """How many gave each of `kinds`."""
        found: list[int] = np.bincount(self.codes, minlength=len(self.kinds)).tolist()
        return found

    def map(self, function: Callable[[Any], Any]) -> "Coded":
        return Coded(tuple(map(function, self.kinds)), self.codes)

    def are(self, test: Callable[[Any], bool]) -> np.ndarray:
        """For each respondent whether it is true of the answer."""
        found: np.ndarray = np.fromiter(map(test, self.kinds), dtype=bool)[self.codes]
        return found

    def where(self, mask: np.ndarray) -> "Coded":
        """The answers of some respondents, without the kinds that none of them gave."""
        codes = self.codes[mask]
        present = np.flatnonzero(np.bincount(codes))
        if len(present) == len(self.kinds):
            return Coded(self.kinds, codes)
        place = np.zeros(len(self.kinds), dtype=np.intp)
        place[present] = np.arange(len(present))
        return Coded(tuple(self.kinds[at] for at in present), place[codes])

    def objects(self) -> np.ndarray:
        """The answers as a column of a table."""
        kinds = np.empty(len(self.kinds), dtype=object)
        for at, kind in enumerate(self.kinds):
            kinds[at] = kind
        found: np.ndarray = kinds[self.codes]
        return found

    def counter(self) -> Counter[Any]:
        """How often each answer was given, lists as tuples."""
        found: Counter[Any] = Counter()
        for kind, times in zip(self.kinds, self.times, strict=True):
            if times:
                found[tuple(kind) if isinstance(kind, list) else kind] += times
        return found


def crossed(columns: Sequence[np.ndarray], rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Which respondents are alike in all of `columns` (numbers from 0): (the first of each sort, the sort of each).

    Sorts are numbered in the order in which they are found.
    """
    sort = np.zeros(rows, dtype=np.intp)
    first = np.zeros(min(rows, 1), dtype=np.intp)
    for column in columns if rows else ():
        together = sort * (int(column.max()) + 1) + column
        _, first, sort = np.unique(together, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    return first[order], place[sort] if rows else sort
