"""Groups of respondents by one characteristic, made from sizes alone: each has at least `k` respondents.

Groups are made once for a data release, never for a question: the groups must disclose nothing about the answers.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

POOLED = ""  # the group of the small ones and of those who did not state the characteristic
MOST_GROUPS = 6


@dataclass(frozen=True)
class Grouping:
    """`of[i]` is the group of respondent `i`; `groups` maps each group to the values that it joins, in order."""

    of: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]


def make_groups(
    values: Sequence[str | None], k: int, order: Sequence[str] | None = None, most: int = MOST_GROUPS
) -> Grouping | None:
    """At most `most` groups of at least `k`; None where there are no two of them.

    With `order` (ages, for instance) a small group is joined to the smaller of its neighbours, else small groups are
    pooled. Who did not state the characteristic is pooled with the small ones; a pool below `k` takes in the smallest
    group.
    """
    blank = sum(1 for value in values if not value)
    sizes = Counter(value for value in values if value)
    parts = _join_neighbours(sizes, k, order, most) if order else [(value,) for value in sorted(sizes)]
    size = {part: sum(sizes[value] for value in part) for part in parts}
    kept = sorted((part for part in parts if size[part] >= k), key=lambda part: (-size[part], part))[:most]
    pooled = blank + sum(size[part] for part in parts if part not in kept)
    while kept and (0 < pooled < k or (pooled and len(kept) >= most)):
        pooled += size[kept.pop()]
    if len(kept) + bool(pooled) < 2:
        return None
    named = {"+".join(part): part for part in parts if part in kept}
    group_of = {value: name for name, part in named.items() for value in part}
    rest = tuple(value for part in parts if part not in kept for value in part)
    groups = named | ({POOLED: rest} if pooled else {})
    return Grouping(tuple(group_of.get(value or "", POOLED) for value in values), groups)


def _join_neighbours(sizes: Counter[str], k: int, order: Sequence[str], most: int) -> list[tuple[str, ...]]:
    known = [value for value in order if sizes[value]]
    parts: list[tuple[str, ...]] = [(value,) for value in (*known, *sorted(set(sizes) - set(order)))]
    size = [sum(sizes[value] for value in part) for part in parts]
    while len(parts) > 1 and (min(size) < k or len(parts) > most):
        at = size.index(min(size))
        beside = min((near for near in (at - 1, at + 1) if 0 <= near < len(parts)), key=lambda near: size[near])
        first, second = sorted((at, beside))
        parts[first : second + 1] = [parts[first] + parts[second]]
        size[first : second + 1] = [size[first] + size[second]]
    return parts
