"""Finding words in texts of any script: folding, matching, snippets. Pure functions."""

import re
import unicodedata
from functools import lru_cache

QUERY_LIMIT = 200  # characters of a search
TERM_LIMIT = 10

_SPACES = re.compile("  +")
_TERM = re.compile(r'"([^"]+)"|(\S+)')
_ASCII_SPACES = {number: " " for number in range(128) if chr(number).isspace()}
_DECOMPOSED_MARK = 10  # canonical combining classes from 10 up are accents and points; below are parts of letters


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    if character.isspace():
        return " "
    letters = unicodedata.normalize("NFKD", character.casefold()).casefold()
    kept = (
        letter
        for letter in letters
        if unicodedata.combining(letter) < _DECOMPOSED_MARK and unicodedata.category(letter) != "Cf"
    )
    # The dotless and the dotted i of Azerbaijani are equal, whichever keyboard typed them.
    # The Arabic tatweel is not a letter.
    return "".join(kept).replace("ı", "i").replace("ـ", "")


def fold(text: str) -> tuple[str, list[int]]:
    """`text` folded for comparison, and for each folded character its place in `text`.

    Case, accents, vowel points, marks of direction and the width of white space make no difference. Armenian `և`
    equals `եւ` and `եվ`.
    """
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in _fold_character(character):
            if letter == " " and letters and letters[-1] == " ":
                continue
            if letter == "ւ" and letters and letters[-1] == "ե":
                letter = "վ"
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


def fold_fast(text: str) -> str:
    """`fold(text)[0]`, ten times as fast: most answers searched contain no term and need no places."""
    if text.isascii():
        return _SPACES.sub(" ", text.translate(_ASCII_SPACES).lower())
    table = {character: _fold_character(character) for character in set(text)}
    return _SPACES.sub(" ", "".join(map(table.__getitem__, text))).replace("եւ", "եվ")


def search_terms(query: str) -> list[str]:
    """The folded words of a search, at most ten; "words in quotes" are one term."""
    found = [fold(phrase or word)[0].strip() for phrase, word in _TERM.findall(query[:QUERY_LIMIT])]
    return list(dict.fromkeys(term for term in found if term))[:TERM_LIMIT]


def contains_all(text: str, terms: list[str]) -> bool:
    folded = fold_fast(text)
    return all(term in folded for term in terms)


def find(text: str, terms: list[str]) -> list[tuple[int, int]]:
    """Where the terms are in `text`, merged and in order; empty unless each term is there."""
    if not contains_all(text, terms):
        return []
    folded, places = fold(text)
    hits: list[tuple[int, int]] = []
    for term in terms:
        start = folded.find(term)
        while start >= 0:
            hits.append((places[start], _end(text, places[start + len(term) - 1])))
            start = folded.find(term, start + len(term))
    return merge(sorted(hits))


def _end(text: str, last: int) -> int:
    """The end of a hit, with the accents on its last letter."""
    end = last + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def pieces(text: str, spans: list[tuple[int, int]], start: int = 0, end: int | None = None) -> list[tuple[str, bool]]:
    """`text[start:end]` cut at the spans: (words, marked) pairs that join to the whole."""
    end = len(text) if end is None else end
    cut: list[tuple[str, bool]] = []
    place = start
    for first, last in spans:
        if first >= end or last <= start:
            continue
        cut += [(text[place:first], False), (text[first:last], True)]
        place = last
    cut.append((text[place:end], False))
    return [piece for piece in cut if piece[0]]


def snippets(
    text: str, spans: list[tuple[int, int]], *, around: int = 90, most: int = 5
) -> list[list[tuple[str, bool]]]:
    """Up to `most` surroundings of hits as `pieces`, cut at white space."""
    windows = merge([(_back(text, start, around), _forth(text, end, around)) for start, end in spans])
    return [pieces(text, spans, start, end) for start, end in windows[:most]]


def _back(text: str, start: int, around: int) -> int:
    place = start - around
    return 0 if place <= 0 else text.find(" ", place, start) + 1 or place


def _forth(text: str, end: int, around: int) -> int:
    place = end + around
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", end, place)
    return place if space < 0 else space
