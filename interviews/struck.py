"""Passages that were permanently struck out of notes, of which only a mark and a length are kept.

The mark is an HMAC of the words with a key derived from FIELD_KEYS, so that a text arriving late, or with a restored
backup, can be struck out too, while the words cannot be guessed from it without the keys. Pure, except for the keys.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.conf import settings

from interviews.passages import counterpart

ERASED = "[erased]"
PURPOSE = b"ctnat:struck-passage:"
ALIKE = 0.6  # share of a passage that an earlier text must contain in its place to count as an earlier form of it


@dataclass(frozen=True)
class Mark:
    """The mark of words that were struck out; `length` is in characters."""

    mac: str
    length: int


def _keys() -> list[bytes]:
    return [hashlib.sha256(PURPOSE + key.encode()).digest() for key in settings.FIELD_KEYS]


def _mac(words: str, key: bytes) -> str:
    return hashlib.blake2b(words.encode(), key=key, digest_size=16).hexdigest()


def mark_of(words: str) -> Mark:
    return Mark(_mac(words, _keys()[0]), len(words))


def find_words(texts: Iterable[str], mark: Mark) -> str | None:
    """The words of a mark, if one of the texts contains them."""
    for text in texts:
        for start, end in find_marked(text, [mark]):
            return text[start:end]
    return None


def find_marked(text: str, marks: Sequence[Mark]) -> list[tuple[int, int]]:
    """The spans of the words of the marks, in order and without overlap. Each key in FIELD_KEYS is tried."""
    wanted: dict[int, set[str]] = {}
    for mark in marks:
        wanted.setdefault(mark.length, set()).add(mark.mac)
    keys, found = _keys(), []
    place = 0
    while place < len(text):
        for length, macs in sorted(wanted.items(), reverse=True):
            words = text[place : place + length]
            if len(words) == length and any(_mac(words, key) in macs for key in keys):
                found.append((place, place + length))
                place += length
                break
        else:
            place += 1
    return found


def occurrences(text: str, words: str) -> list[tuple[int, int]]:
    return list(_occurrences(text, words)) if words else []


def _occurrences(text: str, words: str) -> Iterator[tuple[int, int]]:
    place = text.find(words)
    while place >= 0:
        yield place, place + len(words)
        place = text.find(words, place + len(words))


def earlier_form(text: str, present: str, words: str) -> tuple[int, int] | None:
    """The span of an earlier form of `words`, half typed or spelt differently, in another `text` of the same answer.

    It lies between what is the same before and after the words in `present`. None if nothing there resembles them.
    """
    for start, end in _occurrences(present, words):
        first, last = counterpart(present, text, start, end)
        there = text[first:last].strip()
        if there and (words.startswith(there) or SequenceMatcher(None, words, there, autojunk=False).ratio() >= ALIKE):
            first += len(text[first:last]) - len(text[first:last].lstrip())
            return first, first + len(there)
    return None


def strike(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with each of the spans, which are in order, replaced."""
    done, place = "", 0
    for start, end in spans:
        done += text[place:start] + ERASED
        place = end
    return done + text[place:]


def follow(start: int, end: int, spans: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """The place of the characters `start` to `end` once the spans are struck out; None if nothing else is in them.

    What lies partly in a span keeps the whole replacement text.
    """
    shift = 0
    new_start, new_end = start, end
    left = end - start
    for first, last in spans:
        change = len(ERASED) - (last - first)
        left -= max(0, min(end, last) - max(start, first))
        if first <= start < last:
            new_start = first + shift
        elif last <= start:
            new_start = start + shift + change
        if first < end <= last:
            new_end = first + shift + len(ERASED)
        elif last <= end:
            new_end = end + shift + change
        shift += change
    if left <= 0:
        return None
    return new_start, new_end
