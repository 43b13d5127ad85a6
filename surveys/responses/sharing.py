"""Attributes of single forms that may be shown: only where at least k forms share all that is shown. Pure."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

Attributes = Sequence[Hashable]


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
    shown: list[list[Any]] = [[] for _ in forms]
    width = max((len(form) for form in forms), default=0)
    by_opening: dict[Hashable, list[int]] = {}
    for place in range(len(forms)):
        by_opening.setdefault(openings[place] if openings else 0, []).append(place)
    parts = [part for part in by_opening.values() if len(part) >= k]
    for position in range(width):
        divided = []
        for part in parts:
            kept, rest = _divide(part, [forms[place][position] for place in part], k)
            for value, places in kept.items():
                for place in places:
                    shown[place].append(value)
            divided += [*kept.values(), rest]
        parts = [part for part in divided if part]
        for attributes in shown:
            attributes += [None] * (position + 1 - len(attributes))
    return [tuple(attributes) for attributes in shown]


def _divide(places: list[int], values: Sequence[Hashable], k: int) -> tuple[Mapping[Hashable, list[int]], list[int]]:
    """(value -> places of at least `k` forms, the places that are put together)."""
    by_value: dict[Hashable, list[int]] = {}
    for place, value in zip(places, values, strict=True):
        by_value.setdefault(value, []).append(place)
    largest_first = sorted(by_value.items(), key=lambda pair: (-len(pair[1]), str(pair[0])))
    kept = {value: found for value, found in largest_first if len(found) >= k}
    rest = [place for value, found in largest_first if value not in kept for place in found]
    while 0 < len(rest) < k and kept:
        _, smallest = kept.popitem()
        rest += smallest
    return kept, rest
