"""The texts of an assessment that can be translated. Each app has a module `translatable`, imported at start:

@has_texts(10)
def recommendations(assessment: Assessment) -> Iterator[Text]: ...
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from assessments.models import Assessment


@dataclass(frozen=True)
class Text:
    """One text, as it was written.

    `target` and `field` name it as a `Translation` does. `language` is the one in which it was written, empty where
    that was not recorded. `place` says where it is read, `heading` groups it with others, and `path` is its page below
    the address of the assessment.
    """

    target: str
    field: str
    words: str
    language: str
    place: str
    heading: str
    path: str = ""

    @property
    def key(self) -> str:
        return f"{self.target}/{self.field}"


Texts = Callable[[Assessment], Iterable[Text]]
_known: list[tuple[int, Texts]] = []


def has_texts(order: int) -> Callable[[Texts], Texts]:
    """Register the function that lists an app's texts of an assessment; those of a lower `order` are listed first."""

    def register(function: Texts) -> Texts:
        _known.append((order, function))
        return function

    return register


def texts_of(assessment: Assessment) -> Iterator[Text]:
    """Every text of the assessment that is not blank, in the order of reading."""
    for _, function in sorted(_known, key=lambda known: known[0]):
        yield from (text for text in function(assessment) if text.words.strip())
