"""Where the pages of an assessment are found: the six steps of the method, their parts, and the tabs of each part.

A step has up to six parts, and a part up to six tabs; a step with one part shows its tabs only. What is about the
assessment itself, such as its members, is in ABOUT, which the name of the assessment in the header leads to. Each app
registers the tabs of its parts in its module `steps`:

    tabs_of("interviews", Tab("interviews/", gettext_lazy("All interviews")), ...)

A page belongs to the tab with the longest path that its own begins with. So a new page needs a line only where it is
the first of its kind, and `tests/test_navigation.py` fails for one that belongs to no tab.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy

from assessments.models import Assessment
from ctnat.ui.lazy import StrOrPromise


@dataclass(frozen=True)
class Tab:
    """A page with its own entry, and the pages below it. Paths are below the assessment's address.

    `also` are other beginnings of addresses of its pages. Who may use a tab is what its page declares, or `action`.
    """

    path: str
    label: StrOrPromise
    also: tuple[str, ...] = ()
    action: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.path, *self.also)

    @property
    def required(self) -> str:
        return self.action or action_at(self.path)


@dataclass(frozen=True)
class Part:
    key: str
    label: StrOrPromise


@dataclass(frozen=True)
class Method:
    """A step as the method knows it. `path` is its own page."""

    key: str
    label: StrOrPromise
    about: StrOrPromise
    path: str
    parts: tuple[Part, ...]


METHOD = (
    Method(
        "desk_review",
        gettext_lazy("Desk review"),
        gettext_lazy("Review laws, reports and statistics. Each source gets a code for citing it in the report."),
        "documents/",
        (Part("documents", gettext_lazy("Desk review")),),
    ),
    Method(
        "tool",
        gettext_lazy("Tool"),
        gettext_lazy("Choose the interview guide, the survey and the indicator matrix, and adapt them to the country."),
        "tool/",
        (Part("tool", gettext_lazy("Tool")),),
    ),
    Method(
        "interviews",
        gettext_lazy("Interviews"),
        gettext_lazy("Interview the people who do the work, and type the notes question by question."),
        "interviews/",
        (Part("interviews", gettext_lazy("Interviews")),),
    ),
    Method(
        "survey",
        gettext_lazy("Survey"),
        gettext_lazy("Survey more people, each in their own language."),
        "survey/",
        (
            Part("survey", gettext_lazy("Overview")),
            Part("inviting", gettext_lazy("Invitations")),
            Part("responses", gettext_lazy("Responses")),
            Part("survey_settings", gettext_lazy("Settings")),
        ),
    ),
    Method(
        "report",
        gettext_lazy("Analysis and report"),
        gettext_lazy(
            "Count the answers, find the themes, mark the indicators, and write the findings next to their evidence."
        ),
        "analysis/",
        (
            Part("results", gettext_lazy("Results")),
            Part("evidence", gettext_lazy("Evidence")),
            Part("indicators", gettext_lazy("Indicators")),
            Part("recommendations", gettext_lazy("Recommendations")),
            Part("report", gettext_lazy("Report")),
            Part("review", gettext_lazy("Review")),
        ),
    ),
    Method(
        "validation",
        gettext_lazy("Validation"),
        gettext_lazy("Present the findings to the stakeholders and record their responses."),
        "workshop/",
        (Part("validation", gettext_lazy("Validation")),),
    ),
)
ABOUT = Method(
    "about",
    gettext_lazy("About this assessment"),
    "",
    "",
    (
        Part("home", gettext_lazy("Overview")),
        Part("members", gettext_lazy("Members")),
        Part("organisations", gettext_lazy("Organisations")),
        Part("contacts", gettext_lazy("Contacts")),
        Part("languages", gettext_lazy("Languages")),
        Part("settings", gettext_lazy("Settings")),
    ),
)
EVERY = (ABOUT, *METHOD)

_tabs: dict[str, tuple[Tab, ...]] = {}


def tabs_of(part: str, *tabs: Tab) -> None:
    """Register the tabs of a part in their order; the first is the page that the part leads to."""
    _tabs[part] = tabs


class Place(NamedTuple):
    """Where a page is."""

    method: Method
    part: Part
    tab: Tab


@dataclass(frozen=True)
class Link:
    """An entry of a row. `current` is "page" on its own page, "true" on a page below it, else empty."""

    label: StrOrPromise
    url: str
    current: str = ""


@dataclass(frozen=True)
class TabRows:
    """The rows of a page under the steps: `parts` and `tabs` with their names; `above`: the tab that the page is
    below. Empty where there would be one entry only."""

    label: StrOrPromise = ""
    parts: tuple[Link, ...] = ()
    tabs_label: StrOrPromise = ""
    tabs: tuple[Link, ...] = ()
    above: Link | None = None


@cache
def action_at(path: str) -> str:
    """What the page at a path below an assessment's address requires (`assessments.access.ACTIONS`)."""
    try:
        return str(resolve(f"/a/x/{path.partition('#')[0].partition('?')[0]}").func.access)  # type: ignore[attr-defined]
    except Resolver404 as error:
        raise LookupError(path) from error


def places() -> Iterator[tuple[str, Place]]:
    """The beginning of the addresses of each tab, and the tab's place."""
    for method in EVERY:
        for part in method.parts:
            for tab in _tabs[part.key]:
                for path in tab.paths:
                    yield path, Place(method, part, tab)


def place_of(path: str) -> Place | None:
    """The place of a page by its path below the assessment's address; None for a page that no tab claims."""
    if not path:
        return next(place for beginning, place in places() if not beginning)
    found = [(len(beginning), place) for beginning, place in places() if beginning and path.startswith(beginning)]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _shown(part: Part, may: Collection[str], hidden: Collection[str]) -> list[Tab]:
    """The tabs of a part that a member with these actions sees."""
    return [tab for tab in _tabs[part.key] if tab.required in may and tab.path not in hidden]


def rows_of(assessment: Assessment, path: str, may: Collection[str], hidden: Collection[str] = ()) -> TabRows:
    """The rows of the page at `path` for a member with these actions; `hidden`: paths of tabs that have no use yet."""
    home = assessment.get_absolute_url()
    inner = path.removeprefix(home)
    place = place_of(inner) if path.startswith(home) else None
    if place is None:
        return TabRows()

    def link(tab: Tab, label: StrOrPromise, is_here: bool) -> Link:
        return Link(label, home + tab.path, ("page" if inner == tab.path else "true") if is_here else "")

    parts = [(part, tabs[0]) for part in place.method.parts if (tabs := _shown(part, may, hidden))]
    tabs = _shown(place.part, may, hidden)
    here = link(place.tab, place.tab.label, True)
    return TabRows(
        label=place.method.label,
        parts=tuple(link(tab, part.label, part == place.part) for part, tab in parts) if len(parts) > 1 else (),
        tabs_label=place.part.label,
        tabs=tuple(link(tab, tab.label, tab == place.tab) for tab in tabs) if len(tabs) > 1 else (),
        above=here if here.current == "true" and place.tab in tabs and inner else None,
    )


def step_urls(assessment: Assessment, may: Collection[str] | None) -> dict[str, str]:
    """The key of each step and its address; an empty one where the member may not open any of its pages."""
    home = assessment.get_absolute_url()
    found: dict[str, str] = {}
    for method in METHOD:
        tabs = [tab for part in method.parts for tab in _tabs[part.key]]
        allowed = may is None or action_at(method.path) in may
        other = next((tab.path for tab in tabs if may is not None and tab.required in may), None)
        found[method.key] = home + method.path if allowed else (home + other if other is not None else "")
    return found


def links_within(
    assessment: Assessment, method: Method, may: Collection[str], hidden: Collection[str]
) -> tuple[Link, ...]:
    """The parts of a step, or the tabs of its only part, as links for a member."""
    home = assessment.get_absolute_url()
    found: list[Link] = []
    for part in method.parts:
        tabs = _shown(part, may, hidden)
        if len(method.parts) == 1:
            return tuple(Link(tab.label, home + tab.path) for tab in tabs)
        found += [Link(part.label, home + tab.path) for tab in tabs[:1]]
    return tuple(found)
