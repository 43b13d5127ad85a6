"""What a finder of names is given, and what it finds."""

from typing import Literal, NamedTuple

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
