"""Texts of an assessment's own, over those that are shipped: set where a request or a job begins, ended with it.

    with use_overlay(overlay):
        ...  # `ctnat.ui.words` and `ctnat.ui.languages` answer from it first

Each request and each job has its own: a `ContextVar` is seen by no other thread. Imports no Django, as
`ctnat.ui.languages`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

Texts = Mapping[str, Mapping[str, str]]  # key -> plural form, "=0" or "" -> text


@dataclass(frozen=True, eq=False)
class Overlay:
    """`mark` is another one whenever a text changed, so it belongs into the key of whatever is kept of a page.

    `texts` are by language; `own_names` and `directions` are those of languages that CLDR does not know. `kept` is
    what other modules calculate from the overlay, once.
    """

    mark: str = ""
    texts: Mapping[str, Texts] = field(default_factory=dict)
    own_names: Mapping[str, str] = field(default_factory=dict)
    directions: Mapping[str, str] = field(default_factory=dict)
    kept: dict[Any, Any] = field(default_factory=dict)


NONE = Overlay()
_overlay: ContextVar[Overlay] = ContextVar("overlay", default=NONE)
current_overlay = _overlay.get


@contextmanager
def use_overlay(overlay: Overlay) -> Iterator[None]:
    token = _overlay.set(overlay)
    try:
        yield
    finally:
        _overlay.reset(token)
