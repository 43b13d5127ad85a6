"""Which words of a text are ordinary ones, although they may be part of a name."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

from assessments.names.vocabulary import COMMON, STOPWORDS


@dataclass
class OrdinaryWords:
    """`common` gives small words and `places` names of places, as `romanise` writes them; called when first needed."""

    common: Callable[[], Collection[str]]
    places: Callable[[], Collection[str]]

    @cached_property
    def _common_words(self) -> frozenset[str]:
        return frozenset(self.common()) | COMMON | STOPWORDS

    @cached_property
    def _places(self) -> frozenset[str]:
        return frozenset(self.places())

    def is_common(self, latin: str) -> bool:
        return latin in self._common_words

    def is_ordinary(self, latin: str) -> bool:
        return latin in self._common_words or latin in self._places
