"""Differences between two texts, word by word; texts of many lines line by line first."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

BREAK = "\n\n"  # the end of a paragraph
_TOKEN = re.compile(r"\n\n|\n|[^\W_]+|\s|.", re.DOTALL)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
LONGEST = 3_000_000  # pairs of words that are compared; where there are more, the whole passage counts as changed


class Edit(NamedTuple):
    """`old[start:end]` became `new[new_start:new_end]`; offsets are characters."""

    start: int
    end: int
    new_start: int
    new_end: int


def tokens_of(text: str) -> list[str]:
    """Words, blanks, breaks and signs; together they are the text."""
    return _TOKEN.findall(text)


def edits(old: str, new: str) -> list[Edit]:
    """What turns `old` into `new`, in words, in their order; no two touch."""
    return _in_characters(tokens_of(old), tokens_of(new))


def edits_by_line(old: str, new: str) -> list[Edit]:
    """The same for a whole text of many lines, in words within the lines that differ."""
    found = []
    for edit in _in_characters(_LINE.findall(old), _LINE.findall(new)):
        for part in edits(old[edit.start : edit.end], new[edit.new_start : edit.new_end]):
            found.append(
                Edit(
                    edit.start + part.start,
                    edit.start + part.end,
                    edit.new_start + part.new_start,
                    edit.new_start + part.new_end,
                )
            )
    return found


def _in_characters(old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    at, new_at = _offsets(old), _offsets(new)
    return [Edit(at[i], at[j], new_at[k], new_at[m]) for i, j, k, m in _differing(old, new)]


def _differing(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """(i, j, k, m): `old[i:j]` became `new[k:m]`. What both begin and end with is not compared."""
    head, shorter = 0, min(len(old), len(new))
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    first, second = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(first) * len(second) > LONGEST:
        return [(head, len(old) - tail, head, len(new) - tail)]
    matcher = SequenceMatcher(_is_blank, first, second, autojunk=False)  # a blank alone is nothing in common
    opcodes = matcher.get_opcodes()
    return [(head + i, head + j, head + k, head + m) for how, i, j, k, m in opcodes if how != "equal"]


def _is_blank(word: str) -> bool:
    return word == " "


def _offsets(tokens: Sequence[str]) -> list[int]:
    offsets = [0]
    for token in tokens:
        offsets.append(offsets[-1] + len(token))
    return offsets
