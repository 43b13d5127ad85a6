"""Which words of a text are the name of an agency, and how certain that is."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from assessments.names.matches import Agency, Found
from assessments.names.ordinary import OrdinaryWords
from assessments.names.sounds import romanise, script_of, sounds, stems
from assessments.names.tokens import Token, Tokens
from assessments.names.vocabulary import BREAK, STOPWORDS, WORD


class _Name(NamedTuple):
    agency: int
    words: tuple[str, ...]  # without "of", "the" and the like


class AgencyFinder:
    def __init__(self, agencies: Iterable[Agency], ordinary: OrdinaryWords) -> None:
        self._ordinary = ordinary
        self._agencies: list[Agency] = []
        self._by_first: dict[str, list[_Name]] = {}
        for agency in agencies:
            self._add(agency)

    def __bool__(self) -> bool:
        return bool(self._agencies)

    def begins_with(self, word: str) -> bool:
        """Whether the name of an agency may begin with the word."""
        return any(sound in self._by_first for sound in stems(word))

    def _add(self, agency: Agency) -> None:
        number = len(self._agencies)
        self._agencies.append(agency)
        bare = [re.sub(r"\([^()]*\)", " ", name) for name in agency.names]
        inside = [part for name in agency.names for part in re.findall(r"\(([^()]*)\)", name)]
        for name in dict.fromkeys([*bare, *inside]):
            words = tuple(w[0] for w in WORD.finditer(name) if romanise(w[0]) and romanise(w[0]) not in STOPWORDS)
            if not words or (len(words) == 1 and len(romanise(words[0])) < 2):
                continue
            for sound in sounds(words[0]):
                self._by_first.setdefault(sound, []).append(_Name(number, words))

    def find(self, text: str, tokens: Tokens, begins: Callable[[str], bool]) -> Iterator[Found]:
        """The agencies in the order of the text. `begins` is `begins_with`, or remembers what that has answered."""
        place = 0
        end = 0
        while place < len(tokens):
            best: tuple[int, Found] | None = None
            if begins(tokens.word(place)) and tokens[place].start >= end:
                sounding = stems(tokens[place].word)
                names = dict.fromkeys(name for sound in sounding for name in self._by_first.get(sound, ()))
                for name in names:
                    last = self._follow(text, tokens, place, name.words)
                    if last is None:
                        continue
                    certain = self._is_certain(tokens, place, last, name.words)
                    if certain is None:
                        continue
                    upto = _swallow_bracket(text, tokens[last].end)
                    label = self._agencies[name.agency].label
                    why = (
                        "the name of an agency" if certain else "an agency’s name that is also a common word or a place"
                    )
                    found = Found(tokens[place].start, upto, "agency", label, certain, why)
                    if best is None or (found.end, found.certain) > (best[1].end, best[1].certain):
                        best = (last, found)
            if best:
                yield best[1]
                place, end = best[0], best[1].end
            place += 1

    def _follow(self, text: str, tokens: Sequence[Token], place: int, words: tuple[str, ...]) -> int | None:
        """The last token of `words` from `place` on; None where the text goes on otherwise."""
        if not _same_word(tokens[place].word, words[0], alone=len(words) == 1):
            return None
        at = place
        for word in words[1:]:
            at += 1
            while at < len(tokens) and tokens[at].latin in STOPWORDS:
                at += 1
            if at >= len(tokens) or BREAK in text[tokens[at - 1].end : tokens[at].start]:
                return None
            if not _same_word(tokens[at].word, word, alone=False):
                return None
        return at

    def _is_certain(self, tokens: Sequence[Token], first: int, last: int, words: tuple[str, ...]) -> bool | None:
        if len(words) > 1:
            return True
        token, known = tokens[first], words[0]
        if known.isupper() and token.word.isupper() and len(known) > 1:
            around = [tokens[at].word for at in (first - 1, first + 1) if 0 <= at < len(tokens)]
            shouting = any(word.isupper() and len(word) > 3 and word.isalpha() for word in around)
            return not (shouting and self._ordinary.is_common(token.latin))
        if not token.capital:
            return True if len(token.latin) > 5 and not self._ordinary.is_ordinary(token.latin) else None
        return not self._ordinary.is_ordinary(token.latin)


def _same_word(typed: str, known: str, *, alone: bool) -> bool:
    """Whether a word of the text is the word of an agency's name. Short acronyms keep their case."""
    if known.isupper() and len(known) <= 5 and script_of(typed) == script_of(known) == "latin":
        return typed == known
    if romanise(typed) == romanise(known):
        return True
    if script_of(typed) == script_of(known) == "latin" and typed.isascii() and known.isascii():
        return not alone and romanise(typed) in (f"{romanise(known)}s", romanise(known).removesuffix("s"))
    return not set(stems(typed)).isdisjoint(sounds(known)) or not set(stems(known)).isdisjoint(sounds(typed))


def _swallow_bracket(text: str, end: int) -> int:
    """Past an abbreviation in brackets that follows a name: "Ministry of Examples (MoE)"."""
    found = re.match(r"\s*\(\s*[^\W\d_][^\W_]{1,9}\s*\)", text[end : end + 20])
    return end + found.end() if found and sum(letter.isupper() for letter in found[0]) > 1 else end
