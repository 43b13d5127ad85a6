"""Names that text may use: facts, blocks and sources, each looked up by name and never evaluated."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from django.utils.text import format_lazy

from analysis.charts import Chart
from ctnat.ui.lazy import StrOrPromise


@dataclass(frozen=True)
class Problem:
    """What an author should put right. `section` is the section's key.

    `message` is lazy, so that it is in the language of who reads it: while a document is made, the language is that of
    the document. In a document that is kept it is English.
    """

    section: str
    message: StrOrPromise
    kind: Literal["error", "warning"] = "error"


@dataclass(frozen=True)
class Fact:
    """A value that text can name. `text` is printed, `number` serves checks, `source` is an evidence key or a page.

    `label` and `group` are lazy, so that the palette is in the language of who reads it.
    """

    name: str
    text: str
    label: StrOrPromise
    group: StrOrPromise
    number: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Block:
    """A figure, a table or a list to be put in. `render(caption, anchor)` gives its HTML, made and escaped by us.

    `values` and `words` serve the check of hand-typed numbers: all numbers one may say of it, and label -> its numbers.
    `chart` is what a figure shows, for media that draw it otherwise.
    """

    kind: Literal["figure", "table", "text"]
    title: str
    render: Callable[[str, str], str]
    source: str = ""
    values: frozenset[int] = frozenset()
    words: Mapping[str, frozenset[int]] = field(default_factory=dict)
    chart: Chart | None = None


@dataclass(frozen=True)
class Source:
    """A document that can be cited. `listed` says whether the bibliography lists it anyway.

    `removed`: it was removed from the register, so that its code shows only this.
    """

    code: str
    title: str
    listed: bool = True
    removed: bool = False


class UnknownBlock(LookupError):
    """A block that cannot be made; `reason`, lazy as the message of a `Problem`, says why and what to write instead."""

    def __init__(self, reason: StrOrPromise, /, **values: StrOrPromise) -> None:
        """`values` fill the placeholders of `reason`."""
        self.reason = format_lazy(reason, **values)
        super().__init__(self.reason)


class Registry(Protocol):
    """Everything that text may name."""

    @property
    def facts(self) -> Mapping[str, Fact]: ...

    @property
    def sources(self) -> Mapping[str, Source]: ...

    def block(self, words: Sequence[str], title: str) -> Block:
        """The block named by `words` ("chart", "survey", "3.1.5"). Raises `UnknownBlock`."""
        ...
