"""Long lists a page at a time: `page_of` in the view, `{% pager page %}` in its template. Long documents a part at a
time: `parts_of`, `{% parts chosen "Sections" %}` above the part and `{% next_part chosen %}` below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 50  # so that a page stays below 100 kB


def page_of(
    request: HttpRequest, rows: Any, *, size: int = ROWS, name: str = "page", number: int | None = None
) -> "Page[Any]":
    """The page of `rows`, a QuerySet or a list, that the address asks for: the first where it asks for none, or for
    what is no number; the last where it asks for one behind that. A page with several lists gives each a `name`;
    `number` is a page that is shown whatever the address asks for."""
    asked = number or request.GET.get(name, "1")[:6]  # short enough to be read as a number
    page = Paginator(rows, size).get_page(asked)
    page.parameter = name  # type: ignore[attr-defined] # the pager's links name it
    return page


def page_of_keys(request: HttpRequest, rows: "QuerySet[Any]", keys: Sequence[int], **options: Any) -> "Page[Any]":
    """The page of rows whose primary keys are sorted already, by something that the database cannot sort by."""
    page = page_of(request, keys, **options)
    found = rows.in_bulk(list(page))
    page.object_list = [found[key] for key in page if key in found]
    return page


PREVIEWED = 25  # texts of a workbook that are shown before they are imported


def preview_of(changes: "Sequence[Any]") -> dict[str, Any]:
    """`shown`, the first changes of a workbook, and `more`, how many others there are. Those whose original has changed
    since come first: they are what a person has to look at."""
    ordered = sorted(changes, key=lambda change: not change.stale)
    return {"shown": ordered[:PREVIEWED], "more": max(0, len(ordered) - PREVIEWED)}


ALL = "all"  # instead of the name of a part: every part, to print or to search them


@dataclass(frozen=True)
class Part:
    """A category of the matrix, a section of the survey. `note` stands beside its label."""

    name: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Parts:
    """The parts of a page and the one that is shown. Links to others say `?<parameter>=<name>`."""

    parameter: str
    parts: tuple[Part, ...]
    chosen: Part | None  # None: all of them

    def shows(self, name: str) -> bool:
        return self.chosen is None or self.chosen.name == name

    def _beside(self, step: int) -> Part | None:
        at = self.parts.index(self.chosen) + step if self.chosen else -1
        return self.parts[at] if 0 <= at < len(self.parts) else None

    @property
    def previous(self) -> Part | None:
        return self._beside(-1)

    @property
    def next(self) -> Part | None:
        return self._beside(1)


def parts_of(request: HttpRequest, parts: Sequence[Part], *, name: str) -> Parts:
    """The part that the address asks for with `name`, the first where it asks for none that exists, or all."""
    asked = request.GET.get(name, "")
    found = next((part for part in parts if part.name == asked), parts[0] if parts else None)
    return Parts(name, tuple(parts), None if asked == ALL else found)
