"""Bars that many have answered: neighbours are joined until each has nobody or at least `k`."""

from collections.abc import Sequence


def joined(counts: Sequence[int], k: int) -> list[range]:
    """The places in `counts` that are one bar: in order, without a gap. One that has too few takes in the next ones.

    What has too few at the end is joined with the bars before it; where all together have too few, there is one bar.
    """
    found: list[range] = []
    start = held = 0
    for at, count in enumerate(counts):
        held += count
        if held == 0 or held >= k:
            found.append(range(start, at + 1))
            start, held = at + 1, 0
    while held and found:
        start = found[-1].start
        held = 0 if sum(counts[at] for at in found.pop()) else held
    return [*found, range(start, len(counts))] if start < len(counts) else found
