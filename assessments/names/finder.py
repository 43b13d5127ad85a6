"""Find the names of one assessment in a text."""

from collections.abc import Callable, Collection, Iterable, Iterator

from assessments.names.agencies import AgencyFinder
from assessments.names.index import PeopleIndex
from assessments.names.matches import Agency, Found, Person
from assessments.names.ordinary import OrdinaryWords
from assessments.names.people import PeopleFinder
from assessments.names.sounds import romanise
from assessments.names.tokens import Hit, Tokens
from assessments.names.vocabulary import PLAIN_WORD, UNUSUAL


class NameFinder:
    """Knows the names of one assessment, read once for a whole document.

    `common` gives small words of ordinary language and `places` names of places, both as `romanise` writes them; they
    are called when they are first needed.
    """

    def __init__(
        self,
        people: Iterable[Person] = (),
        agencies: Iterable[Agency] = (),
        common: Callable[[], Collection[str]] = frozenset,
        places: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        ordinary = OrdinaryWords(common, places)
        self._index = PeopleIndex(people)
        self._people = PeopleFinder(self._index, ordinary)
        self._agencies = AgencyFinder(agencies, ordinary)
        self._cache: dict[str, tuple[tuple[Hit, ...], bool]] = {}
        self._nameless: set[str] = set()  # words that belong to no name

    def may_hold(self, text: str, agencies: bool = True) -> bool:
        """Whether some word of the text could belong to a name. Quick, and always True where `find` finds one."""
        if not self._index.names and not (agencies and self._agencies):
            return False
        if UNUSUAL.search(text):
            return True
        words = set(PLAIN_WORD.findall(text))
        left = words - self._nameless
        if any(self._is_suspect(word, agencies) for word in left):
            return True
        starts = {word for word in left if romanise(word) in self._index.halves}
        self._nameless |= {word for word in left - starts if not self._look_up(word)[1]}
        if not starts:
            return False
        latin = {romanise(word) for word in words}
        return any(not self._index.halves[romanise(word)].isdisjoint(latin) for word in starts)

    def _is_suspect(self, word: str, agencies: bool) -> bool:
        hits, begins = self._look_up(word)
        return bool(hits) or (agencies and begins) or romanise(word) in self._index.joined

    def _look_up(self, word: str) -> tuple[tuple[Hit, ...], bool]:
        """(parts of people's names that the word may be, whether a name of an agency begins with it)."""
        if (known := self._cache.get(word)) is None:
            known = self._cache[word] = (tuple(self._index.hits(word)), self._agencies.begins_with(word))
        return known

    def find(self, text: str, agencies: bool = True) -> list[Found]:
        """All matches in the order of the text; none overlap. Without `agencies` those of people alone."""
        if not self.may_hold(text, agencies):
            return []
        tokens = Tokens(text, lambda word: self._look_up(word)[0], self._index.halves)
        organisations: list[Found] = []
        people = list(self._people.find(text, tokens))
        if self._agencies and (agencies or people):
            organisations = list(self._agencies.find(text, tokens, lambda word: self._look_up(word)[1]))
            people = list(_apart(people, organisations))
        return sorted([*people, *organisations] if agencies else people)


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
