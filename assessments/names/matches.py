"""The input and the results of a finder of names."""

from typing import Literal, NamedTuple

Kind = Literal["person", "agency"]


class Person(NamedTuple):
    """`label` identifies the person without the name: the code of an interview."""

    label: str
    name: str


class Agency(NamedTuple):
    """`names`: all names that it is known by. `label` is what may replace them."""

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
