"""“How this works”: a short text for each members' page, in the reader's language.

The module `page_help` of each app explains the app's pages; it is imported at start. Pages that are one task share one
text:

    explain(
        "interviews",
        {"interview_list": _("Interviews"), "interview_detail": ""},
        _("Every interview of the assessment ..."),
        "section_plan", "not_asked",
    )

The pages are names of addresses, each with the title by which the search finds it: "" for a page that needs a row, and
that the search does not offer. The last arguments are the terms (`ctnat.ui.terms`) that the text uses; the page
links them to the glossary.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ctnat.ui.lazy import StrOrPromise
from ctnat.ui.terms import TERMS, Term


@dataclass(frozen=True)
class PageHelp:
    """`terms`: the key of each term with the term, for links to the glossary."""

    text: StrOrPromise
    terms: tuple[tuple[str, Term], ...]


_texts: dict[str, PageHelp] = {}
_titles: dict[str, StrOrPromise] = {}


def explain(app: str, pages: Mapping[str, StrOrPromise], text: StrOrPromise, *terms: str) -> None:
    """Register the text of these pages; `app` is the namespace of their addresses, "" for pages of a library.

    Raises `ValueError` for a page that has a text already, and `KeyError` for an unknown term.
    """
    shown = PageHelp(text, tuple((key, TERMS[key]) for key in terms))
    for page, title in pages.items():
        name = f"{app}:{page}" if app else page
        if name in _texts:
            raise ValueError(f"{name} has a text already.")
        _texts[name] = shown
        if title:
            _titles[name] = title


def help_for(name: str) -> PageHelp | None:
    """The text for the page with this name (`surveys:response_list`)."""
    return _texts.get(name)


def explained_pages() -> frozenset[str]:
    """The names of all pages that have a text."""
    return frozenset(_texts)


def page_titles() -> dict[str, StrOrPromise]:
    """Name of an address -> title, of the pages that a search may offer."""
    return dict(_titles)
