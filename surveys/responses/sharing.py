"""Attributes of single forms that may be shown: only where at least k forms share all that is shown. Pure."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

Attributes = Sequence[Hashable]
Kind = tuple[Hashable, tuple[Hashable, ...]]  # the opening of a form and its attributes


def shared_attributes(
    forms: Sequence[Attributes], k: int, openings: Sequence[Hashable] | None = None
) -> list[tuple[Any, ...]]:
    """For each form its attributes in their order, with None for those that fewer than `k` forms would share.

    `openings` says which forms were opened together. Members know who had answered by then, and the numbers of forms
    show their opening: so `k` forms of the same opening must share what is shown.

    Forms are divided by the first attribute, each part by the second, and so on. Values that fewer than `k` forms of a
    part have are put together, with the next smallest value where they are fewer than `k` even then: a group that is
    left over would disclose as much as one that is shown.
    """
    if k <= 1:  # each form alone may show its own
        return [tuple(form) for form in forms]
    kinds = list(zip(openings or [0] * len(forms), map(tuple, forms), strict=True))
    times = Counter(kinds)  # forms that are alike in all of it are shown alike
    shown: dict[Kind, list[Any]] = {kind: [] for kind in times}
    width = max((len(form) for form in forms), default=0)
    by_opening: dict[Hashable, list[Kind]] = {}
    for kind in times:
        by_opening.setdefault(kind[0], []).append(kind)
    parts = [part for part in by_opening.values() if _size(part, times) >= k]
    for position in range(width):
        divided = []
        for part in parts:
            kept, rest = _divide(part, position, times, k)
            for value, those in kept.items():
                for kind in those:
                    shown[kind].append(value)
            divided += [*kept.values(), rest]
        parts = [part for part in divided if part]
        for attributes in shown.values():
            attributes += [None] * (position + 1 - len(attributes))
    found = {kind: tuple(attributes) for kind, attributes in shown.items()}
    return [found[kind] for kind in kinds]


def _size(kinds: Iterable[Kind], times: Counter[Kind]) -> int:
    """How many forms are of one of these kinds."""
    return sum(times[kind] for kind in kinds)


def _divide(
    part: list[Kind], position: int, times: Counter[Kind], k: int
) -> tuple[Mapping[Hashable, list[Kind]], list[Kind]]:
    """(value -> kinds of at least `k` forms, the kinds that are put together)."""
    by_value: dict[Hashable, list[Kind]] = {}
    for kind in part:
        by_value.setdefault(kind[1][position], []).append(kind)
    largest_first = sorted(by_value.items(), key=lambda pair: (-_size(pair[1], times), str(pair[0])))
    kept = {value: found for value, found in largest_first if _size(found, times) >= k}
    rest = [kind for value, found in largest_first if value not in kept for kind in found]
    while 0 < _size(rest, times) < k and kept:
        _, smallest = kept.popitem()
        rest += smallest
    return kept, rest
