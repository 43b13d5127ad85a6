"""The names of people, to be looked up by how a word sounds, by its consonants and by its initials."""

from collections.abc import Iterable, Iterator

from assessments.names.matches import Person
from assessments.names.parts import Part, parts_of, people_in
from assessments.names.sounds import arabic_forms, consonants, romanise, script_of, sounds, start_alike
from assessments.names.tokens import Hit
from assessments.names.vocabulary import ENDINGS, FEWEST_LETTERS


class PeopleIndex:
    """The names of `people`. A name is known by its number: its place in `names` (its parts) and in `labels`."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.names: list[list[Part]] = []
        self.labels: list[str] = []
        self.joined: dict[str, int] = {}  # "rashadexample"
        self.initials: dict[str, int] = {}  # "er", the letters in the order of the alphabet
        self.halves: dict[str, set[str]] = {}  # "exam" -> "ple"
        self._by_sound: dict[str, list[tuple[int, int]]] = {}
        self._by_consonants: dict[str, list[tuple[int, int]]] = {}
        self._arabic = False  # some name is in Arabic script, so all words are compared with it by their consonants
        for person in people:
            for name in people_in(person.name):
                self._add(person.label, name)

    def _add(self, label: str, name: str) -> None:
        parts = parts_of(name)
        if not parts:
            return
        number = len(self.names)
        self.names.append(parts)
        self.labels.append(label)
        for place, part in enumerate(parts):
            for sound in sounds(part.word):
                self._by_sound.setdefault(sound, []).append((number, place))
            for bones in consonants(part.word):
                if len(bones) > 1:
                    self._by_consonants.setdefault(bones, []).append((number, place))
            self._arabic |= script_of(part.word) == "arabic"
            if part.family and len(part.latin) >= FEWEST_LETTERS:
                for cut in range(2, len(part.latin) - 1):
                    self.halves.setdefault(part.latin[:cut], set()).add(part.latin[cut:])
        if len(parts) > 1:
            self.initials.setdefault("".join(sorted((parts[0].latin[0], parts[-1].latin[0]))), number)
        for first in parts:
            for second in parts:
                if first is not second and (first.family or second.family):
                    joined = first.latin + second.latin
                    if len(joined) >= FEWEST_LETTERS + 2:
                        self.joined.setdefault(joined, number)

    def hits(self, word: str) -> Iterator[Hit]:
        """The parts of names that the word may be, surest first."""
        latin, script, seen = romanise(word), script_of(word), set()
        if not latin:
            return
        ways = sounds(word)
        for sound in ways:
            for person, place in self._by_sound.get(sound, ()):
                if (person, place) not in seen:
                    seen.add((person, place))
                    yield Hit(person, place, "same" if self.names[person][place].latin == latin else "sound")
        if (endings := ENDINGS.get(script)) and (script != "latin" or word[:1].isupper()):
            for sound in ways:
                for cut in range(max(3, len(sound) - 5), len(sound)):
                    if sound[cut:] not in endings:
                        continue
                    stem = sound[:cut]
                    named = [*self._by_sound.get(stem, ()), *self._by_sound.get(f"{stem}i", ())]
                    for person, place in named if script == "georgian" else self._by_sound.get(stem, ()):
                        if (person, place) not in seen and len(self.names[person][place].latin) >= 4:
                            seen.add((person, place))
                            yield Hit(person, place, "declined")
        if script == "arabic" or self._arabic:
            for form in arabic_forms(word) if script == "arabic" else (word,):
                for bones in consonants(form):
                    for person, place in self._by_consonants.get(bones, ()):
                        known = self.names[person][place].word
                        if (person, place) in seen or (script == "arabic") == (script_of(known) == "arabic"):
                            continue
                        if start_alike(form, known):
                            seen.add((person, place))
                            yield Hit(person, place, "consonants")
