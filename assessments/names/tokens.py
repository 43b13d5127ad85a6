"""The words of a text, each with the parts of names that it may be."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from assessments.names.sounds import romanise
from assessments.names.vocabulary import NOISE, WORD


class Hit(NamedTuple):
    person: int
    part: int
    how: Literal["same", "sound", "declined", "consonants"]


@dataclass
class Token:
    start: int
    end: int
    word: str
    hits: tuple[Hit, ...] = ()
    _by_person: dict[int, list[Hit]] | None = None

    def of(self, person: int) -> list[Hit]:
        """The hits of one person, found at once however many people share the word."""
        if self._by_person is None:
            self._by_person = {}
            for hit in self.hits:
                self._by_person.setdefault(hit.person, []).append(hit)
        return self._by_person.get(person, [])

    @property
    def latin(self) -> str:
        return romanise(self.word)

    @property
    def capital(self) -> bool:
        """Whether it could be a name: its first letter is a capital, or its script has none."""
        first = NOISE.sub("", self.word)[:1]
        return first.isupper() or (first.isalpha() and first.lower() == first.upper())

    @property
    def initial(self) -> bool:
        return len(NOISE.sub("", self.word)) == 1 and self.capital and self.word.isalpha()


class Tokens(Sequence[Token]):
    """The words of a text; each is looked up when it is first asked for."""

    def __init__(self, text: str, look_up: Callable[[str], tuple[Hit, ...]], halves: Mapping[str, Collection[str]]):
        self._found = [(found.start(), found.end(), found[0]) for found in WORD.finditer(text)]
        self.broken: dict[int, tuple[str, str]] = {}  # start of a word that was broken in two -> its halves
        for place in range(len(self._found) - 2, -1, -1) if halves else ():
            (start, stop, first), (again, end, second) = self._found[place : place + 2]
            rest = halves.get(romanise(first), ())
            if romanise(second) in rest and not text[stop:again].strip(" \n\r\t\u00a0-\u2010\u2011"):
                self._found[place : place + 2] = [(start, end, first + second)]
                self.broken[start] = romanise(first), romanise(second)
        self._made: list[Token | None] = [None] * len(self._found)
        self._look_up = look_up

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self._found)))]
        if (token := self._made[place]) is None:
            start, end, word = self._found[place]
            token = self._made[place] = Token(start, end, word, self._look_up(word))
        return token

    def word(self, place: int) -> str:
        return self._found[place][2]
