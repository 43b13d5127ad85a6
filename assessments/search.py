"""One search over an assessment. Each app registers what of its own can be found, in its module `search_groups`:

    @searches("themes", _("Themes"), action="interviews.view", page=page_of_themes, rows=rows_of_themes)
    def themes(search: Search, rows: Rows) -> Iterator[Hit]: ...

`action` is what a member must be allowed (`assessments.access`); `page` gives the address of the group's own page.
`rows` is a `.values(...)` query of columns that are stored in clear: those of all groups are read in one query. A group
without `rows` reads its rows itself, in one query. Each passes its texts to `search.found`, which bounds how much is
read.

Names of respondents and contacts are withheld from those without the right to see them, and what is withheld is not
found either; a group whose rows are people that its `action` allows to see (`people=True`) shows their names.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from assessments.known_names import reader_of
from assessments.models import Assessment, User
from assessments.snapshot import Rows, snapshot
from ctnat.ui.lazy import StrOrPromise
from ctnat.ui.matching import contains_all, find, merge, search_terms, snippets

MOST_WORDS = 200  # characters of a search
MOST_READ = 20_000_000  # characters of one search
FEW, MANY = 5, 200  # hits that a group shows among the others, and by itself

Piece = tuple[str, bool]  # words, and whether they are marked


@dataclass(frozen=True)
class Hit:
    """`label` and `url` of what was found; `text` is what is shown of it below."""

    label: StrOrPromise
    url: str
    text: str = ""
    pieces: list[Piece] = field(default_factory=list)  # of `text`: set for the hits that are shown


@dataclass(frozen=True)
class Found:
    """The hits of one group: how many there are, and the first of them. `page` is the address of the group's page."""

    key: str
    label: StrOrPromise
    page: str
    count: int
    hits: list[Hit]


class Search:
    """What is sought, by whom, in which assessment."""

    def __init__(self, assessment: Assessment, words: str, *, user: User, may: frozenset[str]):
        self.assessment, self.user, self.may = assessment, user, may
        self.terms = search_terms(words[:MOST_WORDS])
        self.left = MOST_READ
        self._read: Callable[[str], str] | None = None

    def read(self, text: str) -> str:
        """The text as this member may read it."""
        if "interviews.names" in self.may:
            return text
        if self._read is None:
            self._read = reader_of(self.assessment)
        return self._read(text)

    @property
    def is_cut(self) -> bool:
        """Whether there was more to read than one search reads."""
        return self.left <= 0

    def found(self, *texts: str, people: bool = False) -> str | None:
        """The last of the texts as this member may read it, if all words that are sought are in them; else None."""
        if self.left <= 0:
            return None
        whole = "\n".join(texts)
        self.left -= len(whole)
        if not contains_all(whole, self.terms):
            return None
        if people:
            return texts[-1]
        readable = [self.read(text) for text in texts]
        return readable[-1] if contains_all("\n".join(readable), self.terms) else None

    def pieces_of(self, text: str) -> list[Piece]:
        """The surroundings of the first words found; the beginning of the text where they are not in it."""
        places = merge(sorted(place for term in self.terms for place in find(text, [term])))
        if not places:
            return [(text[:200] + ("…" if len(text) > 200 else ""), False)] if text else []
        shown = snippets(text, places, most=1)[0]
        words = "".join(piece for piece, _ in shown)
        dots = [("… ", False)] if not text.startswith(words) else []
        return dots + shown + ([] if text.endswith(words) else [(" …", False)])


Finder = Callable[[Search, Rows], Iterable[Hit]]
RowsOf = Callable[[Assessment], QuerySet[Any, Any]]


@dataclass(frozen=True)
class Group:
    key: str
    label: StrOrPromise
    action: str
    page: Callable[[Search], str]
    rows: RowsOf | None
    finder: Finder


# The order of the groups on the page.
ORDER = (
    "pages",
    "interviews",
    "notes",
    "follow_ups",
    "organisations",
    "members",
    "contacts",
    "documents",
    "themes",
    "recommendations",
    "sections",
    "statements",
    "questions",
)
_groups: dict[str, Group] = {}


def searches(
    key: str,
    label: StrOrPromise,
    *,
    action: str = "assessment.view",
    page: Callable[[Search], str],
    rows: RowsOf | None = None,
) -> Callable[[Finder], Finder]:
    """Register what finds the hits of a group. Raises `KeyError` for a group that is not in `ORDER`."""
    if key not in ORDER:
        raise KeyError(key)

    def register(finder: Finder) -> Finder:
        _groups[key] = Group(key, label, action, page, rows, finder)
        return finder

    return register


def search_groups() -> list[Group]:
    return [_groups[key] for key in ORDER if key in _groups]


def run_search(search: Search, *, group: str = "") -> list[Found]:
    """The groups in which something was found, in their order; with `group`, only that one, and more of its hits."""
    if not search.terms:
        return []
    groups = [found for found in search_groups() if found.action in search.may and group in ("", found.key)]
    queries = {found.key: found.rows(search.assessment) for found in groups if found.rows}
    rows = snapshot(queries) if queries else {}
    shown = [_run(search, found, rows.get(found.key, []), MANY if group else FEW) for found in groups]
    return [found for found in shown if found.count]


def _run(search: Search, group: Group, rows: Rows, most: int) -> Found:
    hits: list[Hit] = []
    count = 0
    for hit in _bounded(search, group.finder(search, rows)):
        count += 1
        if len(hits) < most:
            hits.append(Hit(hit.label, hit.url, hit.text, search.pieces_of(hit.text)))
    return Found(group.key, group.label, group.page(search), count, hits)


def _bounded(search: Search, hits: Iterable[Hit]) -> Iterator[Hit]:
    for hit in hits:
        yield hit
        if search.is_cut:
            return
