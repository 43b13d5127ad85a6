"""Where a marked passage is after its text was edited. Pure functions on places in strings."""

import re
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_WORDS_COMPARED = 4000  # longer changed stretches are not aligned word by word: that would take seconds


def reanchor(old: str, new: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the passage `old[start:end]` is in `new`, or None where less than half of it is left.

    Words that only moved are followed exactly; a passage that was itself edited keeps its edges.
    """
    before, after = _same_ends(old, new)
    if end <= before:
        return start, end
    if start >= len(old) - after:
        return start + len(new) - len(old), end + len(new) - len(old)
    blocks = _blocks(old, new, before, after)
    for place, target, size in blocks:
        if place <= start and end <= place + size:
            return start - place + target, end - place + target
    expected = _map(blocks, start, at_end=False)
    exact = nearest(new, old[start:end], expected)
    if exact is not None:
        return exact, exact + end - start
    return _edited(new, blocks, start, end)


def nearest(text: str, words: str, place: int) -> int | None:
    """Where `words` are in `text`, the occurrence nearest to `place`; None where they do not occur."""
    behind = text.rfind(words, 0, max(place, 0) + len(words))
    ahead = text.find(words, max(place, 0))
    found = [spot for spot in (behind, ahead) if spot >= 0]
    return min(found, key=lambda spot: abs(spot - place)) if found else None


def _same_ends(old: str, new: str) -> tuple[int, int]:
    """How many characters are the same at the start, and how many of the rest at the end."""
    shorter = min(len(old), len(new))
    before = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    rest = shorter - before
    after = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    return before, after


def _blocks(old: str, new: str, before: int, after: int) -> list[tuple[int, int, int]]:
    """(place in old, place in new, size) of the stretches that stayed, the common ends included."""
    changed, became = _WORDS.findall(old[before : len(old) - after]), _WORDS.findall(new[before : len(new) - after])
    blocks = [(0, 0, before)]
    if max(len(changed), len(became)) <= _WORDS_COMPARED:
        from_places, to_places = _places(changed, before), _places(became, before)
        for block in SequenceMatcher(None, changed, became, autojunk=False).get_matching_blocks():
            size = from_places[block.a + block.size] - from_places[block.a]
            blocks.append((from_places[block.a], to_places[block.b], size))
    blocks.append((len(old) - after, len(new) - after, after))
    return [block for block in blocks if block[2]]


def _places(words: list[str], start: int) -> list[int]:
    places = [start]
    for word in words:
        places.append(places[-1] + len(word))
    return places


def _map(blocks: list[tuple[int, int, int]], place: int, *, at_end: bool) -> int:
    """The place in the new text of a place in the old one; within a changed stretch, its nearer kept edge inward."""
    last = 0
    for start, target, size in blocks:
        if place < start or (at_end and place == start):
            return last if at_end else target
        if place < start + size or (at_end and place == start + size):
            return target + place - start
        last = target + size
    return last


def _edited(new: str, blocks: list[tuple[int, int, int]], start: int, end: int) -> tuple[int, int] | None:
    kept = sum(max(0, min(end, place + size) - max(start, place)) for place, _, size in blocks)
    if 2 * kept < end - start:
        return None
    first, last = _map(blocks, start, at_end=False), _map(blocks, end, at_end=True)
    found = new[first:last]
    first += len(found) - len(found.lstrip())
    last -= len(found) - len(found.rstrip())
    return (first, last) if first < last else None
