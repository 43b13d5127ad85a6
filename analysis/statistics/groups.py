"""Groups of respondents by one characteristic, made only from their sizes: each has at least `k` respondents.

Groups are made once for a data release, never for a question: the groups must disclose nothing of the answers.
`make_groups` joins what is too small to be named, `even_parts` joins further: few groups of about the same size, in
which opinions differ, give more tables than many small ones.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

POOLED = ""  # the group of small values and of those who did not state the characteristic
MOST_GROUPS = 6


@dataclass(frozen=True)
class Grouping:
    """`of[i]` is the group of respondent `i`; `groups` maps each group to the values that it joins, in order."""

    of: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]


def make_groups(
    values: Sequence[str | None], k: int, order: Sequence[str] | None = None, most: int = MOST_GROUPS
) -> Grouping | None:
    """At most `most` groups of at least `k`; None if there are not two of them.

    With `order` (ages, for instance) a small group is joined to the smaller of its neighbours, unless those who did not
    state the characteristic make it large enough; else small groups are pooled. Those who did not state it are
    pooled with the small ones; a pool below `k` takes in the smallest group.
    """
    blank = sum(1 for value in values if not value)
    sizes = Counter(value for value in values if value)
    parts = _join_neighbours(sizes, k, order, most, blank) if order else [(value,) for value in sorted(sizes)]
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


def _join_neighbours(sizes: Counter[str], k: int, order: Sequence[str], most: int, blank: int) -> list[tuple[str, ...]]:
    known = [value for value in order if sizes[value]]
    parts: list[tuple[str, ...]] = [(value,) for value in (*known, *sorted(set(sizes) - set(order)))]
    size = [sum(sizes[value] for value in part) for part in parts]
    while len(parts) > 1 and (len(parts) > most or not _large_enough(sorted(size), k, blank)):
        at = size.index(min(size))
        beside = min((near for near in (at - 1, at + 1) if 0 <= near < len(parts)), key=lambda near: size[near])
        first, second = sorted((at, beside))
        parts[first : second + 1] = [parts[first] + parts[second]]
        size[first : second + 1] = [size[first] + size[second]]
    return parts


def _large_enough(size: Sequence[int], k: int, blank: int) -> bool:
    """Whether the groups, smallest first, have at least `k`; `blank` may fill up the smallest."""
    return size[0] >= k or (blank > 0 and size[0] + blank >= k and size[1] >= k)


def even_parts(sizes: Sequence[int], k: int, aim: int, most: int = MOST_GROUPS) -> list[range] | None:
    """Neighbours of `sizes` joined to parts of about the same size: the positions of each part; None if impossible.

    As many parts as can have at least `aim`, at most `most`; if not even two can, two parts of at least `k`.
    """
    for count in range(min(most, len(sizes)), 1, -1):
        parts = _most_even(sizes, count)
        least = min(sum(sizes[at] for at in part) for part in parts)
        if least >= max(aim, k) or (count == 2 and least >= k):
            return parts
    return None


def _most_even(sizes: Sequence[int], count: int) -> list[range]:
    """`sizes` cut into `count` parts of which the smallest is as large as possible; of equally good cuts the first."""
    total = [0]
    for size in sizes:
        total.append(total[-1] + size)
    best: dict[int, tuple[int, list[int]]] = {end: (total[end], [0, end]) for end in range(1, len(total))}
    for cut in range(2, count + 1):
        best = {
            end: max(
                ((min(best[at][0], total[end] - total[at]), [*best[at][1], end]) for at in range(cut - 1, end)),
                key=lambda found: found[0],
            )
            for end in range(cut, len(total))
        }
    return [range(first, last) for first, last in pairwise(best[len(sizes)][1])]
