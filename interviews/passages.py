"""The place of a marked passage after its text was edited. Pure functions on places in strings."""

import re
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_WORDS_COMPARED = 4000  # longer changed stretches are not aligned word by word: that would take seconds


def reanchor(old: str, new: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the passage `old[start:end]` is in `new`, or None where less than half of it is left.

    Words that only moved are followed exactly. Of a passage that was itself edited, the part that is left is marked.
    """
    before, after = _same_ends(old, new)
    if end <= before:  # the case of all typing after the passage
        return start, end
    if start >= len(old) - after:
        return start + len(new) - len(old), end + len(new) - len(old)
    stretches = _kept_stretches(old, new, before, after)
    whole = next((s for s in stretches if s.start <= start and end <= s.end), None)
    if whole is not None:
        return start + whole.shift, end + whole.shift
    exact = nearest(new, old[start:end], _expected(stretches, start, len(new)))
    if exact is not None:
        return exact, exact + end - start
    # Letters kept within a word count, but the full stop of the passage must not be taken for that of a sentence added
    # after it: so the passage is compared once more, word by word. What is the same outside
    # of the passage is left out: together with it that full stop would be the longer match.
    lead, rest = min(before, start), min(after, len(old) - end)
    own, became = old[lead : len(old) - rest], new[lead : len(new) - rest]
    by_words = _kept_stretches(own, became, 0, 0)
    kept, first, last = _edited(became, by_words, start - lead, end - lead)
    found = [_edited(new, stretches, start, end), _Edited(kept, lead + first, lead + last)]
    return min(found, key=lambda edited: (-edited.kept, edited.last - edited.first)).place(end - start)


def nearest(text: str, words: str, place: int) -> int | None:
    """Where `words` are in `text`, the occurrence nearest to `place`; None where they do not occur."""
    place = max(place, 0)
    behind = text.rfind(words, 0, place + len(words))
    ahead = text.find(words, place)
    found = [spot for spot in (behind, ahead) if spot >= 0]
    return min(found, key=lambda spot: abs(spot - place)) if found else None


def counterpart(old: str, new: str, start: int, end: int) -> tuple[int, int]:
    """What `new` has in the place of `old[start:end]`: between the words that are the same before it and behind it.

    White space is the same in many places, so that it alone says nothing about the place.
    """
    stretches = [s for s in _kept_stretches(old, new, *_same_ends(old, new)) if old[s.start : s.end].strip()]
    before = [min(s.end, start) + s.shift for s in stretches if s.start < start]
    behind = [max(s.start, end) + s.shift for s in stretches if s.end > end]
    return max(before, default=0), min(behind, default=len(new))


class _Stretch(NamedTuple):
    """Characters `start` to `end` of the old text stayed; in the new one they are `shift` characters later."""

    start: int
    end: int
    shift: int


def _same_ends(old: str, new: str) -> tuple[int, int]:
    """The numbers of equal characters at the start, and of the rest at the end."""
    shorter = min(len(old), len(new))
    before = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    rest = shorter - before
    after = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    return before, after


def _kept_stretches(old: str, new: str, before: int, after: int) -> list[_Stretch]:
    """The unchanged parts: `before` characters at the start, whole words in between, `after` characters at the end."""
    changed, became = _WORDS.findall(old[before : len(old) - after]), _WORDS.findall(new[before : len(new) - after])
    stretches = [_Stretch(0, before, 0)]
    if max(len(changed), len(became)) <= _WORDS_COMPARED:
        from_places, to_places = _places(changed, before), _places(became, before)
        for block in SequenceMatcher(None, changed, became, autojunk=False).get_matching_blocks():
            start = from_places[block.a]
            stretches.append(_Stretch(start, from_places[block.a + block.size], to_places[block.b] - start))
    stretches.append(_Stretch(len(old) - after, len(old), len(new) - len(old)))
    return [stretch for stretch in stretches if stretch.start < stretch.end]


def _places(words: list[str], start: int) -> list[int]:
    """The start of each word, and the end of the last one."""
    return list(accumulate(map(len, words), initial=start))


def _expected(stretches: list[_Stretch], place: int, otherwise: int) -> int:
    """The place in the new text of `place` in the old one; within a change, the end of the change."""
    return next((max(s.start, place) + s.shift for s in stretches if place < s.end), otherwise)


class _Edited(NamedTuple):
    """An edited passage: `kept` characters are left, between `first` and `last` of the new text."""

    kept: int
    first: int
    last: int

    def place(self, length: int) -> tuple[int, int] | None:
        """None where less than half of `length` is left, or nothing but white space."""
        enough = 2 * self.kept >= length and self.first < self.last
        return (self.first, self.last) if enough else None


def _edited(new: str, stretches: list[_Stretch], start: int, end: int) -> _Edited:
    """From the first to the last kept character of the passage, without white space at the edges."""
    inside = [(max(s.start, start), min(s.end, end), s.shift) for s in stretches if s.start < end and start < s.end]
    if not inside:
        return _Edited(0, 0, 0)
    first, last = inside[0][0] + inside[0][2], inside[-1][1] + inside[-1][2]
    words = new[first:last]
    first, last = first + len(words) - len(words.lstrip()), last - len(words) + len(words.rstrip())
    return _Edited(sum(upto - since for since, upto, _ in inside), first, last)
