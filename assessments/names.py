"""Find names of people and of agencies in a text, however they are spelled. Pure functions, without Django.

    finder = NameFinder([Person("AZEint1", "Rashad Example")], [Agency(1, ("Ministry of Examples", "MoE"))])
    finder.find("As Mr. R. EXAMPLE said")  ->  [Found(start, end, ...)]

A word is compared by its sound: the letters of every script are written in Latin ones (anyascii), and spellings that
differ only by the way of transliterating are made the same ("Əliyev", "Aliev", "Алиев", "ალიევი" -> "alav"). Arabic
script leaves vowels out, so there only the consonants are compared.

A match is certain or probable. Certain: at least two parts of a name beside each other in any order; a family name with
an initial of the same person; a distinctive family name alone. Probable: a family name that is also a common word, a
place or part of another name; a given name alone; initials alone. Names are never used as a regular expression, and
each text is read once, however many names there are.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple

from anyascii import anyascii

BREAK = "\x1e"  # put it into a text where no name goes on: between two paragraphs
_INSIDE = "\u00ad\u0300-\u036f\u064b-\u065f\u0670\u200b-\u200d\u2060"  # in words, without being letters
_SPACED = r"(?<![^\W_])(?:[^\W\d_][ \u00a0]){3,}[^\W\d_](?![^\W_])"  # a word with a space after each letter
_WORD = re.compile(rf"{_SPACED}|(?:[^\W_]|[{_INSIDE}])+")
_PLAIN_WORD = re.compile(r"[^\W_]+")
_NOISE = re.compile(rf"[{_INSIDE}\s]")
_UNUSUAL = re.compile(rf"[{_INSIDE}]|{_SPACED}|(?<![^\W_])[^\W\d_]\.[ \u00a0]?[^\W\d_]\.")  # or two initials


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PARTICLES = _words("al el ibn bin ben de da di du la le van von der den oglu ogly oghlu qizi kizi gizi kyzy")
TITLES = _words(
    "mr mrs ms miss dr prof professor sir madam judge colonel captain major minister deputy director bay xanim khanim "
    "cenab canab gospodin gospozha g gzha batoni kalbatoni paron tikin"
)
HONORIFICS = _words("bay bey xanim khanim hanim cenab canab")  # after a name
STOPWORDS = _words("the of for and on in to a an at by")
# Family names in English that are words as well. Words of the instruments are added to them by who makes a finder.
COMMON = _words(
    "abbot archer baker banks bell best bishop black blue bond brown burns butler carpenter carter case chance chase "
    "church clay cook cooper cross day dean deputy drew ever farmer field fields fisher ford forest fox free gardener "
    "given glass gold good grant gray green grey guard hall hand hardy head hill hope house hunt hunter judge justice "
    "keen key keys king knight lake lane law little long love low major many mark marsh mason may mayor miles mill "
    "mills miller minor moon more moss north page park parker parks penny porter power price rich rivers rock rose "
    "sage self sharp shepherd short singer small smart snow south speed spring stone strong summer swift temple "
    "thorn turner vice wall walker ward waters way wells west white will winter wise wood woods young"
)
# Endings that a name takes where it is declined, by script, as they sound.
ENDINGS = {
    "cyrillic": _words("a u i im um ai ami imi uu aua amu au ikh ik akh ak uku umu"),
    "georgian": _words("i ma m s is it ad tan za istan ista ias"),
    "armenian": _words("i n in is its it uv um an a"),
    "latin": _words("s in un i u a da dan la nin nun na ni nu ia"),
}
SHORTEST_ALONE = 5  # letters of a family name that is certain by itself
SHORTEST_PROBABLE = 3
FEWEST_LETTERS = 6  # of two parts together
FEWEST_CONSONANTS = 5  # of two parts together in Arabic script

Kind = Literal["person", "agency"]


class Person(NamedTuple):
    """`label` says who it is without the name: the code of an interview."""

    label: str
    name: str


class Agency(NamedTuple):
    """`names`: all that it is known by. `label` is what may be said in place of them."""

    label: str
    names: tuple[str, ...]


class Found(NamedTuple):
    """`text[start:end]` names `label`, certainly or probably, because of `why`."""

    start: int
    end: int
    kind: Kind
    label: str
    certain: bool
    why: str


# How a word sounds ----------------------------------------------------------------------------------------------------

_BEFORE = str.maketrans({"ə": "a", "ؤ": "و", "ئ": "ي", "ى": "ي", "ة": "", "ъ": "", "ь": ""})
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("dzh|dj|tsch|tch|zh|ch", "j"),
        ("shch|sch|sh", "s"),
        ("kh|gh|ck|[qgh]", "k"),
        ("ph", "f"),
        ("th", "t"),
        ("w", "v"),
        ("ou|oo|ow", "u"),
        ("[ea]+", "a"),
        ("[yi]+", "i"),
        ("o", "u"),
        ("i+(?=[au])", ""),
        (r"(.)\1+", r"\1"),
    )
]
_VOWELS = re.compile("[aiu]")


@lru_cache(maxsize=50_000)
def romanise(word: str) -> str:
    """The word in small Latin letters and digits."""
    if word.isascii():
        return word.lower() if word.isalnum() else "".join(letter for letter in word.lower() if letter.isalnum())
    folded = (
        unicodedata.normalize("NFKC", _NOISE.sub("", word))
        .casefold()
        .replace("ու", "u")
        .replace("եւ", "եվ")
        .translate(_BEFORE)
    )
    return "".join(letter for letter in anyascii(folded).lower() if letter.isalnum())


@lru_cache(maxsize=50_000)
def sounds(word: str) -> tuple[str, ...]:
    """How a word may sound. Latin c and x stand for different sounds in different languages."""
    latin = romanise(word)
    ways = [latin]
    if script_of(word) == "latin":
        bare = latin.replace("ch", "\x00")
        if "c" in bare:
            ways = [bare.replace("c", sound).replace("\x00", "ch") for sound in ("j", "k", "s")]
        if "x" in latin:
            ways = [way.replace("x", sound) for way in ways for sound in ("k", "ks", "kz")]
    return tuple(dict.fromkeys(_sound(way) for way in ways))


def _sound(latin: str) -> str:
    for pattern, sound in _SOUNDS:
        latin = pattern.sub(sound, latin)
    return latin


@lru_cache(maxsize=20_000)
def consonants(word: str) -> tuple[str, ...]:
    """What Arabic script keeps of the word. Its waw is a vowel or stands for v, which is written as f too."""
    latin = romanise(word).replace("y", "")
    ways = [latin]
    if script_of(word) == "arabic":
        places = [at for at, letter in enumerate(latin) if letter == "w"]
        ways = [latin.replace("w", ""), *(latin[:at].replace("w", "") + "v" + latin[at + 1 :] for at in places)]
        ways = [way.replace("w", "") for way in ways]
    bare = (_VOWELS.sub("", _sound(way)).replace("v", "f") for way in ways)
    return tuple(dict.fromkeys(re.sub(r"(.)\1+", r"\1", way) for way in bare))


def _start_alike(first: str, second: str) -> bool:
    """Whether both words begin with a vowel, or none does. One is in Arabic script, which writes a first vowel."""
    arabic, other = (first, second) if script_of(first) == "arabic" else (second, first)
    return (arabic[:1] in "اأإآٱع") == (romanise(other)[:1] in tuple("aeiou"))


def script_of(word: str) -> str:
    """The script of the first letter that tells it: latin, cyrillic, georgian, armenian, arabic or other."""
    for letter in word:
        if letter.isalpha():
            place = ord(letter)
            if place < 0x250 or 0x1E00 <= place < 0x1F00:
                return "latin"
            for first, last, name in _SCRIPTS:
                if first <= place <= last:
                    return name
            return "other"
    return "other"


_SCRIPTS = (
    (0x400, 0x52F, "cyrillic"),
    (0x530, 0x58F, "armenian"),
    (0x600, 0x6FF, "arabic"),
    (0x750, 0x77F, "arabic"),
    (0x10A0, 0x10FF, "georgian"),
    (0x1C90, 0x1CBF, "georgian"),
    (0xFB50, 0xFEFF, "arabic"),
)


# The names ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """One word of a name. `family`: it may be the family name."""

    word: str
    latin: str
    family: bool


def parts_of(name: str) -> list[_Part]:
    """The words of a person's name, without titles, particles and single letters."""
    head, comma, tail = name.partition(",")
    if comma and len(head.split()) == 1:
        name = f"{tail} {head}"  # "Example, Rashad"
    words = [found[0] for found in _WORD.finditer(name)]
    while len(words) > 1 and romanise(words[0]) in TITLES:
        del words[0]
    while len(words) > 1 and romanise(words[-1]) in HONORIFICS:
        del words[-1]
    kept = [word for word in words if len(romanise(word)) > 1 and romanise(word) not in PARTICLES]
    capitals = [word for word in kept if word.isupper() and len(word) > 2]
    shouted = len(capitals) == len(kept)  # then capitals say nothing
    return [
        _Part(
            word=word,
            latin=romanise(word),
            family=(word in capitals) if capitals and not shouted else place == len(kept) - 1 or _looks_family(word),
        )
        for place, word in enumerate(kept)
    ]


_FAMILY = re.compile(r"(ov|ev|yev|ova|eva|yeva|li|lu|zade|zadeh|yan|ian|ants|shvili|dze|iani|ava|skiy|sky|ski|enko)$")


def _looks_family(word: str) -> bool:
    return len(word) > 5 and bool(_FAMILY.search(romanise(word)))


def people_in(name: str) -> list[str]:
    """The names in one field: "Rashad Example; Nigar Sample (deputy)" are two people."""
    name = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", name)
    found = []
    for piece in re.split(r"[;/|\n&+]|\band\b|\bи\b|\bvə\b|\bև\b|\bდა\b", name):
        by_comma = [part for part in piece.split(",") if part.strip()]
        several = len(by_comma) > 1 and not (len(by_comma) == 2 and len(by_comma[0].split()) == 1)
        found += by_comma if several else [piece]
    return [entry.strip() for entry in found if entry.strip()]


class _Hit(NamedTuple):
    person: int
    part: int
    how: Literal["same", "sound", "declined", "consonants"]


class _Name(NamedTuple):
    agency: int
    words: tuple[str, ...]  # without "of", "the" and the like


@dataclass
class _Token:
    start: int
    end: int
    word: str
    hits: tuple[_Hit, ...] = ()
    _by_person: dict[int, list[_Hit]] | None = None

    def of(self, person: int) -> list[_Hit]:
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
        first = _NOISE.sub("", self.word)[:1]
        return first.isupper() or (first.isalpha() and first.lower() == first.upper())

    @property
    def initial(self) -> bool:
        return len(_NOISE.sub("", self.word)) == 1 and self.capital and self.word.isalpha()


class _Tokens(Sequence[_Token]):
    """The words of a text; each is looked up when it is first asked for."""

    def __init__(self, text: str, look_up: Callable[[str], tuple[_Hit, ...]], halves: Mapping[str, Collection[str]]):
        self._found = [(found.start(), found.end(), found[0]) for found in _WORD.finditer(text)]
        self.broken: dict[int, tuple[str, str]] = {}  # start of a word that was broken in two -> its halves
        for place in range(len(self._found) - 2, -1, -1) if halves else ():
            (start, stop, first), (again, end, second) = self._found[place : place + 2]
            rest = halves.get(romanise(first), ())
            if romanise(second) in rest and not text[stop:again].strip(" \n\r\t\u00a0-\u2010\u2011"):
                self._found[place : place + 2] = [(start, end, first + second)]
                self.broken[start] = romanise(first), romanise(second)
        self._made: list[_Token | None] = [None] * len(self._found)
        self._look_up = look_up

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self._found)))]
        if (token := self._made[place]) is None:
            start, end, word = self._found[place]
            token = self._made[place] = _Token(start, end, word, self._look_up(word))
        return token

    def word(self, place: int) -> str:
        return self._found[place][2]


@dataclass
class NameFinder:
    """Knows the names of one assessment, read once for a whole document.

    `common` gives small words of ordinary language and `places` names of places, both as `romanise` writes them; they
    are asked for when they are first needed.
    """

    people: Iterable[Person] = ()
    agencies: Iterable[Agency] = ()
    common: Callable[[], Collection[str]] = frozenset
    places: Callable[[], Collection[str]] = frozenset
    _names: list[list[_Part]] = field(default_factory=list)
    _labels: list[str] = field(default_factory=list)
    _by_sound: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _by_consonants: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _joined: dict[str, int] = field(default_factory=dict)  # "rashadexample"
    _initials: dict[str, int] = field(default_factory=dict)  # "er", the letters in the order of the alphabet
    _halves: dict[str, set[str]] = field(default_factory=dict)  # "exam" -> "ple"
    _arabic: bool = False  # some name is in Arabic script, so all words are compared with it by their consonants
    _agencies: list[Agency] = field(default_factory=list)
    _by_first: dict[str, list[_Name]] = field(default_factory=dict)
    _cache: dict[str, tuple[tuple[_Hit, ...], bool]] = field(default_factory=dict)
    _plain: set[str] = field(default_factory=set)  # words that belong to no name

    def __post_init__(self) -> None:
        for person in self.people:
            for name in people_in(person.name):
                self._add_person(person.label, name)
        for agency in self.agencies:
            self._add_agency(agency)

    def _add_person(self, label: str, name: str) -> None:
        parts = parts_of(name)
        if not parts:
            return
        number = len(self._names)
        self._names.append(parts)
        self._labels.append(label)
        for place, part in enumerate(parts):
            for sound in sounds(part.word):
                self._by_sound.setdefault(sound, []).append((number, place))
            for bones in consonants(part.word):
                if len(bones) > 1:
                    self._by_consonants.setdefault(bones, []).append((number, place))
            self._arabic |= script_of(part.word) == "arabic"
            if part.family and len(part.latin) >= FEWEST_LETTERS:
                for cut in range(2, len(part.latin) - 1):
                    self._halves.setdefault(part.latin[:cut], set()).add(part.latin[cut:])
        if len(parts) > 1:
            self._initials.setdefault("".join(sorted((parts[0].latin[0], parts[-1].latin[0]))), number)
        for first in parts:
            for second in parts:
                if first is not second and (first.family or second.family):
                    joined = first.latin + second.latin
                    if len(joined) >= FEWEST_LETTERS + 2:
                        self._joined.setdefault(joined, number)

    def _add_agency(self, agency: Agency) -> None:
        number = len(self._agencies)
        self._agencies.append(agency)
        bare = [re.sub(r"\([^()]*\)", " ", name) for name in agency.names]
        inside = [part for name in agency.names for part in re.findall(r"\(([^()]*)\)", name)]
        for name in dict.fromkeys([*bare, *inside]):
            words = tuple(w[0] for w in _WORD.finditer(name) if romanise(w[0]) and romanise(w[0]) not in STOPWORDS)
            if not words or (len(words) == 1 and len(romanise(words[0])) < 2):
                continue
            for sound in sounds(words[0]):
                self._by_first.setdefault(sound, []).append(_Name(number, words))

    @property
    def knows_nothing(self) -> bool:
        return not self._names and not self._agencies

    # Looking for them -------------------------------------------------------------------------------------------------

    def may_hold(self, text: str, agencies: bool = True) -> bool:
        """Whether some word of the text could belong to a name: quick, and never no where `find` would find one."""
        if not self._names and not (agencies and self._agencies):
            return False
        if _UNUSUAL.search(text):
            return True
        words = set(_PLAIN_WORD.findall(text))
        left = words - self._plain
        if any(self._is_suspect(word, agencies) for word in left):
            return True
        starts = {word for word in left if romanise(word) in self._halves}
        self._plain |= {word for word in left - starts if not self._look_up(word)[1]}
        if not starts:
            return False
        latin = {romanise(word) for word in words}
        return any(not self._halves[romanise(word)].isdisjoint(latin) for word in starts)

    def _is_suspect(self, word: str, agencies: bool) -> bool:
        hits, begins = self._look_up(word)
        return bool(hits) or (agencies and begins) or romanise(word) in self._joined

    def _look_up(self, word: str) -> tuple[tuple[_Hit, ...], bool]:
        """(parts of people's names that the word may be, whether a name of an agency begins with it)."""
        if (known := self._cache.get(word)) is None:
            known = self._cache[word] = (tuple(self._hits(word)), any(s in self._by_first for s in _stems(word)))
        return known

    def _hits(self, word: str) -> Iterator[_Hit]:
        latin, script, seen = romanise(word), script_of(word), set()
        if not latin:
            return
        ways = sounds(word)
        for sound in ways:
            for person, place in self._by_sound.get(sound, ()):
                if (person, place) not in seen:
                    seen.add((person, place))
                    yield _Hit(person, place, "same" if self._names[person][place].latin == latin else "sound")
        if (endings := ENDINGS.get(script)) and (script != "latin" or word[:1].isupper()):
            for sound in ways:
                for cut in range(max(3, len(sound) - 5), len(sound)):
                    if sound[cut:] not in endings:
                        continue
                    stem = sound[:cut]
                    named = [*self._by_sound.get(stem, ()), *self._by_sound.get(f"{stem}i", ())]
                    for person, place in named if script == "georgian" else self._by_sound.get(stem, ()):
                        if (person, place) not in seen and len(self._names[person][place].latin) >= 4:
                            seen.add((person, place))
                            yield _Hit(person, place, "declined")
        if script == "arabic" or self._arabic:
            for form in _arabic_forms(word) if script == "arabic" else (word,):
                for bones in consonants(form):
                    for person, place in self._by_consonants.get(bones, ()):
                        known = self._names[person][place].word
                        if (person, place) in seen or (script == "arabic") == (script_of(known) == "arabic"):
                            continue
                        if _start_alike(form, known):
                            seen.add((person, place))
                            yield _Hit(person, place, "consonants")

    def find(self, text: str, agencies: bool = True) -> list[Found]:
        """All matches in the order of the text; none overlap. Without `agencies` those of people alone."""
        if not self.may_hold(text, agencies):
            return []
        tokens = _Tokens(text, lambda word: self._look_up(word)[0], self._halves)
        organisations: list[Found] = []
        people = list(self._find_people(text, tokens))
        if self._agencies and (agencies or people):
            organisations = list(self._find_agencies(text, tokens))
            people = list(_apart(people, organisations))
        return sorted([*people, *organisations] if agencies else people)

    # Agencies ---------------------------------------------------------------------------------------------------------

    def _find_agencies(self, text: str, tokens: _Tokens) -> Iterator[Found]:
        place = 0
        end = 0
        while place < len(tokens):
            best: tuple[int, Found] | None = None
            if self._look_up(tokens.word(place))[1] and tokens[place].start >= end:
                names = {name for sound in _stems(tokens[place].word) for name in self._by_first.get(sound, ())}
                for name in names:
                    last = self._follow(text, tokens, place, name.words)
                    if last is None:
                        continue
                    certain = self._agency_certain(tokens, place, last, name.words)
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

    def _follow(self, text: str, tokens: Sequence[_Token], place: int, words: tuple[str, ...]) -> int | None:
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

    def _agency_certain(self, tokens: Sequence[_Token], first: int, last: int, words: tuple[str, ...]) -> bool | None:
        if len(words) > 1:
            return True
        token, known = tokens[first], words[0]
        if known.isupper() and token.word.isupper() and len(known) > 1:
            around = [tokens[at].word for at in (first - 1, first + 1) if 0 <= at < len(tokens)]
            shouting = any(word.isupper() and len(word) > 3 and word.isalpha() for word in around)
            return not (shouting and self._is_common(token.latin))
        if not token.capital:
            return True if len(token.latin) > 5 and not self._is_ordinary(token.latin) else None
        return not self._is_ordinary(token.latin)

    # People -----------------------------------------------------------------------------------------------------------

    def _find_people(self, text: str, tokens: _Tokens) -> Iterator[Found]:
        place = 0
        while place < len(tokens):
            word = tokens.word(place)
            if len(word) > 1 and word in self._plain:  # most words
                place += 1
                continue
            found, last = self._person_at(text, tokens, place)
            if found is not None:
                yield found
            place = last + 1

    def _person_at(self, text: str, tokens: _Tokens, place: int) -> tuple[Found | None, int]:
        token = tokens[place]
        if (number := self._joined.get(token.latin)) is not None:
            return Found(token.start, token.end, "person", self._labels[number], True, "the whole name"), place
        if not token.hits:
            if token.initial:
                return self._initials_first(text, tokens, place) or self._bare_initials(text, tokens, place)
            return None, place
        return (
            self._full(text, tokens, place)
            or self._with_initials(text, tokens, place)
            or self._alone(text, tokens, place)
            or (None, place)
        )

    def _full(self, text: str, tokens: Sequence[_Token], place: int) -> tuple[Found, int] | None:
        """Two or more parts of one name beside each other, in any order; an initial or one word may be between."""
        best: tuple[Found, int] | None = None
        for first in tokens[place].hits:
            used, last, hows = {first.part}, place, [(first, tokens[place])]
            at = place + 1
            while at < len(tokens) and at - last <= 2 and BREAK not in text[tokens[at - 1].end : tokens[at].start]:
                same = tokens[at].of(first.person)
                again = same[0] if same and place < last == at - 1 else None  # a part written twice, nothing between
                hit = next((h for h in same if h.part not in used), again)
                if hit:
                    used.add(hit.part)
                    hows.append((hit, tokens[at]))
                    last = at
                elif not (tokens[at].initial or tokens[at].latin in PARTICLES or tokens[at].capital):
                    break
                at += 1
            if last == place:
                continue
            certain = self._full_certain(hows)
            if certain is None:
                continue
            why = "parts of the name" if certain else "parts of the name, which are also ordinary words"
            label = self._labels[first.person]
            found = Found(tokens[place].start, tokens[last].end, "person", label, certain, why)
            if best is None or (certain, last) > (best[0].certain, best[1]):
                best = (found, last)
        return best

    def _full_certain(self, hows: list[tuple[_Hit, _Token]]) -> bool | None:
        capitals = all(token.capital for _, token in hows)
        if any(hit.how == "consonants" for hit, _ in hows):
            return sum(len(consonants(token.word)[0]) for _, token in hows) >= FEWEST_CONSONANTS
        letters = sum(len(token.latin) for _, token in hows)
        ordinary = all(self._is_ordinary(token.latin) for _, token in hows)
        if letters < FEWEST_LETTERS:
            return True if capitals and not ordinary else None
        if not ordinary:
            return True
        return False if capitals or hows[0][1].capital else None

    def _with_initials(self, text: str, tokens: Sequence[_Token], place: int) -> tuple[Found, int] | None:
        """A family name with initials after it: "Example R. M."."""
        token = tokens[place]
        last = place
        while last + 1 < len(tokens) and tokens[last + 1].initial and last - place < 3:
            gap = text[tokens[last].end : tokens[last + 1].start]
            if not re.fullmatch(r"[.,]?[\s\u00a0]*", gap) or BREAK in gap:
                break
            last += 1
        if last == place:
            return None
        hit = self._initials_fit(token, tokens[place + 1 : last + 1])
        if hit is None:
            return None
        end = tokens[last].end + (text[tokens[last].end : tokens[last].end + 1] == ".")
        return Found(token.start, end, "person", self._labels[hit.person], True, "a family name with initials"), last

    def _initials_first(self, text: str, tokens: Sequence[_Token], place: int) -> tuple[Found, int] | None:
        """Initials before a family name: "R. M. Example"."""
        at = place
        while at < len(tokens) and tokens[at].initial and at - place < 3:
            at += 1
            if at < len(tokens) and not re.fullmatch(r"\.?[\s\u00a0-]*", text[tokens[at - 1].end : tokens[at].start]):
                return None
        if at >= len(tokens):
            return None
        hit = self._initials_fit(tokens[at], tokens[place:at])
        if hit is None:
            return None
        label = self._labels[hit.person]
        return Found(tokens[place].start, tokens[at].end, "person", label, True, "a family name with initials"), at

    def _initials_fit(self, token: _Token, initials: Sequence[_Token]) -> _Hit | None:
        if not token.capital:
            return None
        for hit in token.hits:
            parts = self._names[hit.person]
            others = {sound[:1] for at, part in enumerate(parts) if at != hit.part for sound in sounds(part.word)}
            if not parts[hit.part].family or len(parts[hit.part].latin) < 2 or hit.how == "consonants":
                continue
            if any(sound[:1] in others for sound in sounds(initials[0].word)):
                return hit
        return None

    def _bare_initials(self, text: str, tokens: Sequence[_Token], place: int) -> tuple[Found | None, int]:
        """Initials alone, with a full stop after each: "R. E."."""
        if place + 1 >= len(tokens) or not tokens[place + 1].initial:
            return None, place
        if place + 2 < len(tokens) and tokens[place + 2].initial:
            return None, place  # an abbreviation
        first, second = tokens[place], tokens[place + 1]
        gap = text[first.end : second.start]
        if not re.fullmatch(r"\.[\s\u00a0]?", gap) or text[second.end : second.end + 1] != ".":
            return None, place
        number = self._initials.get("".join(sorted((first.latin[:1], second.latin[:1]))))
        if number is None:
            return None, place
        label = self._labels[number]
        return Found(first.start, second.end + 1, "person", label, False, "initials alone"), place + 1

    def _alone(self, text: str, tokens: _Tokens, place: int) -> tuple[Found, int] | None:
        token = tokens[place]
        best: Found | None = None
        for hit in token.hits:
            certain, why = self._alone_certain(text, tokens, place, hit)
            if certain is None:
                continue
            if any(self._is_common(half) for half in tokens.broken.get(token.start, ())):
                certain, why = False, "two words that together are a family name"
            found = Found(token.start, token.end, "person", self._labels[hit.person], certain, why)
            if best is None or found.certain > best.certain:
                best = found
        return (best, place) if best else None

    def _alone_certain(self, text: str, tokens: Sequence[_Token], place: int, hit: _Hit) -> tuple[bool | None, str]:
        """(certain, probable, or None for no match at all, why)."""
        token, part = tokens[place], self._names[hit.person][hit.part]
        letters = len(part.latin)
        before = tokens[place - 1] if place else None
        titled = before is not None and before.latin in TITLES and text[before.end : token.start].strip() in ("", ".")
        ordinary = self._is_ordinary(token.latin) or self._is_ordinary(part.latin)
        if hit.how == "consonants":
            return (
                (False, "a name in another script") if part.family and len(consonants(part.word)[0]) > 3 else (None, "")
            )
        if titled and token.capital and (part.family or letters > 2):
            return (True, "a name after a title") if part.family else (False, "a given name after a title")
        if letters < SHORTEST_PROBABLE or (ordinary and not token.capital):
            return None, ""
        if not token.capital and letters < SHORTEST_ALONE:
            return None, ""
        beside = self._beside(text, tokens, place)
        if not part.family:
            plain = token.capital and letters > SHORTEST_PROBABLE and not ordinary and hit.how != "declined"
            return (False, "a given name alone") if plain and not beside else (None, "")
        if ordinary:
            return False, "a family name that is also a common word or a place"
        latin = script_of(token.word) == script_of(part.word) == "latin"
        if latin and hit.how == "sound" and token.word.isascii() and part.word.isascii() and letters < 6:
            return False, "a word that sounds like a family name"
        same = token.latin.startswith(part.latin) and (not token.word.isascii() or token.latin.endswith("s"))
        if latin and hit.how == "declined" and not same:
            return False, "a word that begins like a family name"
        if letters < SHORTEST_ALONE:
            return (False, "a short family name alone") if token.capital else (None, "")
        return (False, "a family name beside another name") if beside else (True, "a family name")

    def _beside(self, text: str, tokens: Sequence[_Token], place: int) -> bool:
        """Whether a word with a capital, which is no ordinary one, is beside it: another person, a street, a fund."""
        token = tokens[place]
        if not any(letter.isupper() for letter in token.word):
            return False  # a script without capitals, or a word in small letters
        for at, gap in (
            (place - 1, text[tokens[place - 1].end : token.start] if place else BREAK),
            (place + 1, text[token.end : tokens[place + 1].start] if place + 1 < len(tokens) else BREAK),
        ):
            if gap.strip(" \u00a0\n") or not gap:
                continue
            other = tokens[at]
            starts = at == 0 or text[tokens[at - 1].end : other.start].strip()[-1:] in (*".!?:;", BREAK)
            if at < place and starts:
                continue  # every sentence begins with a capital
            if other.word.isupper() == token.word.isupper() and other.word[:1].isupper() and len(other.latin) > 1:
                if other.latin not in TITLES and not self._is_common(other.latin):
                    return True
                if at > place:
                    return True  # "Example Street"
        return False

    # Ordinary words ---------------------------------------------------------------------------------------------------

    @cached_property
    def _common_words(self) -> frozenset[str]:
        return frozenset(self.common()) | COMMON | STOPWORDS

    @cached_property
    def _places(self) -> frozenset[str]:
        return frozenset(self.places())

    def _is_common(self, latin: str) -> bool:
        return latin in self._common_words

    def _is_ordinary(self, latin: str) -> bool:
        return latin in self._common_words or latin in self._places


def _apart(people: list[Found], agencies: list[Found]) -> Iterator[Found]:
    """The people; one within an agency's name is only probable, and `agencies` lose those within a person's name."""
    for found in people:
        inside = next((one for one in agencies if one.start < found.end and found.start < one.end), None)
        if inside is None:
            yield found
        elif inside.end - inside.start <= found.end - found.start:
            agencies.remove(inside)
            yield found._replace(certain=found.certain and not inside.certain, why=found.why)
        elif not inside.certain:
            agencies.remove(inside)
            yield found._replace(certain=False, why="part of the name of an organisation")


def _stems(word: str) -> Iterator[str]:
    """How a word sounds, and how it would without its ending."""
    endings = ENDINGS.get(script_of(word), frozenset())
    for sound in sounds(word):
        yield sound
        if script_of(word) != "latin" or not word.isascii():
            yield from (sound[:cut] for cut in range(max(3, len(sound) - 5), len(sound)) if sound[cut:] in endings)


def _same_word(typed: str, known: str, *, alone: bool) -> bool:
    """Whether a word of the text is the word of an agency's name. Short acronyms keep their case."""
    if known.isupper() and len(known) <= 5 and script_of(typed) == script_of(known) == "latin":
        return typed == known
    if romanise(typed) == romanise(known):
        return True
    if script_of(typed) == script_of(known) == "latin" and typed.isascii() and known.isascii():
        return not alone and romanise(typed) in (f"{romanise(known)}s", romanise(known).removesuffix("s"))
    return not set(_stems(typed)).isdisjoint(sounds(known)) or not set(_stems(known)).isdisjoint(sounds(typed))


def _swallow_bracket(text: str, end: int) -> int:
    """Past an abbreviation in brackets that follows a name: "Ministry of Examples (MoE)"."""
    found = re.match(r"\s*\(\s*[^\W\d_][^\W_]{1,9}\s*\)", text[end : end + 20])
    return end + found.end() if found and sum(letter.isupper() for letter in found[0]) > 1 else end


def _arabic_forms(word: str) -> Iterator[str]:
    """The word, and without "and", "by", "for" and the article, which are written together with it."""
    yield word
    if word[0] in "وبلفك" and len(word) > 3:
        yield word[1:]
        word = word[1:]
    if word.startswith("ال") and len(word) > 4:
        yield word[2:]
