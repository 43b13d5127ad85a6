"""Which words of a text are the name of a person, and how certain that is."""

import re
from collections.abc import Iterator, Sequence

from assessments.names.index import PeopleIndex
from assessments.names.matches import Found
from assessments.names.ordinary import OrdinaryWords
from assessments.names.sounds import consonants, script_of, sounds
from assessments.names.tokens import Hit, Token, Tokens
from assessments.names.vocabulary import (
    BREAK,
    FEWEST_CONSONANTS,
    FEWEST_LETTERS,
    PARTICLES,
    SHORTEST_ALONE,
    SHORTEST_PROBABLE,
    TITLES,
)


class PeopleFinder:
    def __init__(self, index: PeopleIndex, ordinary: OrdinaryWords) -> None:
        self._index = index
        self._ordinary = ordinary
        self._passed: set[str] = set()  # words at which no name begins, whatever is beside them

    def find(self, text: str, tokens: Tokens) -> Iterator[Found]:
        """The people in the order of the text."""
        place = 0
        while place < len(tokens):
            if tokens.word(place) in self._passed:  # most words
                place += 1
                continue
            found, last = self._person_at(text, tokens, place)
            if found is not None:
                yield found
            place = last + 1

    def _person_at(self, text: str, tokens: Tokens, place: int) -> tuple[Found | None, int]:
        token = tokens[place]
        if (number := self._index.joined.get(token.latin)) is not None:
            return Found(token.start, token.end, "person", self._index.labels[number], True, "the whole name"), place
        if not token.hits:
            if token.initial:
                return self._initials_first(text, tokens, place) or self._bare_initials(text, tokens, place)
            self._passed.add(token.word)
            return None, place
        return (
            self._full(text, tokens, place)
            or self._with_initials(text, tokens, place)
            or self._alone(text, tokens, place)
            or (None, place)
        )

    def _full(self, text: str, tokens: Sequence[Token], place: int) -> tuple[Found, int] | None:
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
            label = self._index.labels[first.person]
            found = Found(tokens[place].start, tokens[last].end, "person", label, certain, why)
            if best is None or (certain, last) > (best[0].certain, best[1]):
                best = (found, last)
        return best

    def _full_certain(self, hows: list[tuple[Hit, Token]]) -> bool | None:
        capitals = all(token.capital for _, token in hows)
        if any(hit.how == "consonants" for hit, _ in hows):
            return sum(len(consonants(token.word)[0]) for _, token in hows) >= FEWEST_CONSONANTS
        letters = sum(len(token.latin) for _, token in hows)
        ordinary = all(self._ordinary.is_ordinary(token.latin) for _, token in hows)
        if letters < FEWEST_LETTERS:
            return True if capitals and not ordinary else None
        if not ordinary:
            return True
        return False if capitals or hows[0][1].capital else None

    def _with_initials(self, text: str, tokens: Sequence[Token], place: int) -> tuple[Found, int] | None:
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
        return Found(
            token.start, end, "person", self._index.labels[hit.person], True, "a family name with initials"
        ), last

    def _initials_first(self, text: str, tokens: Sequence[Token], place: int) -> tuple[Found, int] | None:
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
        label = self._index.labels[hit.person]
        return Found(tokens[place].start, tokens[at].end, "person", label, True, "a family name with initials"), at

    def _initials_fit(self, token: Token, initials: Sequence[Token]) -> Hit | None:
        if not token.capital:
            return None
        for hit in token.hits:
            parts = self._index.names[hit.person]
            others = {sound[:1] for at, part in enumerate(parts) if at != hit.part for sound in sounds(part.word)}
            if not parts[hit.part].family or len(parts[hit.part].latin) < 2 or hit.how == "consonants":
                continue
            if any(sound[:1] in others for sound in sounds(initials[0].word)):
                return hit
        return None

    def _bare_initials(self, text: str, tokens: Sequence[Token], place: int) -> tuple[Found | None, int]:
        """Initials alone, with a full stop after each: "R. E."."""
        if place + 1 >= len(tokens) or not tokens[place + 1].initial:
            return None, place
        if place + 2 < len(tokens) and tokens[place + 2].initial:
            return None, place  # an abbreviation
        first, second = tokens[place], tokens[place + 1]
        gap = text[first.end : second.start]
        if not re.fullmatch(r"\.[\s\u00a0]?", gap) or text[second.end : second.end + 1] != ".":
            return None, place
        number = self._index.initials.get("".join(sorted((first.latin[:1], second.latin[:1]))))
        if number is None:
            return None, place
        label = self._index.labels[number]
        return Found(first.start, second.end + 1, "person", label, False, "initials alone"), place + 1

    def _alone(self, text: str, tokens: Tokens, place: int) -> tuple[Found, int] | None:
        token = tokens[place]
        best: Found | None = None
        for hit in token.hits:
            certain, why = self._alone_certain(text, tokens, place, hit)
            if certain is None:
                continue
            if any(self._ordinary.is_common(half) for half in tokens.broken.get(token.start, ())):
                certain, why = False, "two words that together are a family name"
            found = Found(token.start, token.end, "person", self._index.labels[hit.person], certain, why)
            if best is None or found.certain > best.certain:
                best = found
        return (best, place) if best else None

    def _alone_certain(self, text: str, tokens: Sequence[Token], place: int, hit: Hit) -> tuple[bool | None, str]:
        """(certain, probable, or None for no match at all, why)."""
        token, part = tokens[place], self._index.names[hit.person][hit.part]
        letters = len(part.latin)
        before = tokens[place - 1] if place else None
        titled = before is not None and before.latin in TITLES and text[before.end : token.start].strip() in ("", ".")
        ordinary = self._ordinary.is_ordinary(token.latin) or self._ordinary.is_ordinary(part.latin)
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

    def _beside(self, text: str, tokens: Sequence[Token], place: int) -> bool:
        """Whether there is a capitalised, not ordinary word beside it: of another person, a street, a fund."""
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
            opening = text[tokens[at - 1].end : other.start].rstrip(
                " \u00a0\n\r\t“\"«„‘'("
            )  # BREAK would be stripped too
            starts = at == 0 or opening[-1:] in (*".!?:;", BREAK)
            if at < place and starts:
                continue  # every sentence begins with a capital
            if other.word.isupper() == token.word.isupper() and other.word[:1].isupper() and len(other.latin) > 2:
                if other.latin not in TITLES and not self._ordinary.is_common(other.latin):
                    return True
                if at > place:
                    return True  # "Example Street"
        return False
