"""Each members' page has a short text “How this works”, and each text belongs to a page."""

import ast
import inspect
import re
import textwrap
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assessments.access import ACTIONS
from ctnat.ui.page_help import explain, explained_pages, help_for, page_titles
from ctnat.ui.terms import TERMS
from tests.pages import text
from tests.test_access import ACCOUNT_PAGES

# What members request and which is no page: files, parts of a page, and replies to scripts.
NOT_PAGES = {
    "analysis:chart_file",
    "assessments:certificate_file",
    "assessments:document_file",
    "assessments:pack_sheet",
    "assessments:site_pack_sheet",
    "indicators:translation_sheet",
    "instruments:instrument_json",
    "instruments:instrument_xlsform",
    "instruments:translation_sheet",
    "interviews:codebook_export",
    "interviews:notes_state",
    "interviews:notes_worker",
    "life:export_file",
    "interview_documents:document_file",
    "interviews:field_kit",
    "interviews:import_template",
    "interviews:field_sync",
    "interviews:mission_calendar",
    "interviews:mission_pack",
    "interviews:photograph_picture",
    "interviews:photograph_preview",
    "reports:build_file",
    "reports:edition_file",
    "reports:matrix_file",
    "reports:returned_file",
    "reports:review_file",
    "reports:review_tracked",
    "surveys:invitation_links",
    "surveys:message_first",  # leads to the page of the first language
    "surveys:survey_preview",  # the form as respondents see it
    "workshops:minutes",
    "workshops:projector",
    "workshops:projector_counts",
    "workshops:verdict_panel",
    "workshops:workshop_groups",
}
# Words of texts that are too common to be a link each time.
COMMON = {"answered", "asked", "level", "mention", "response", "evidence", "dont_know", "validation", "desk_review"}


def members_pages() -> dict[str, Any]:
    """Name -> view of each address for members of the project's own apps."""

    def walk(resolver: URLResolver, namespace: str) -> Any:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry, entry.namespace or namespace)
            elif hasattr(entry.callback, "same_as"):  # a page of the library, shown inside an assessment
                continue
            elif isinstance(entry, URLPattern) and namespace and entry.callback.access != "public":
                yield f"{namespace}:{entry.name}", entry.callback

    return dict(walk(get_resolver(), ""))


PAGES = members_pages()


def only_takes_forms(view: Any) -> bool:
    """Whether the view answers POST alone: a form of another page is sent there."""
    function = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(view)))).body[0]
    assert isinstance(function, ast.FunctionDef)
    decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
    return any(d in ("require_POST", "require_http_methods(['POST'])") or "posted_from(" in d for d in decorators)


def test_every_page_for_members_has_a_text() -> None:
    pages = {name for name, view in PAGES.items() if not only_takes_forms(view)}
    assert len(pages) > 100, "the walk finds the pages"
    assert pages - explained_pages() - NOT_PAGES == set(), "explain them in the app's page_help"
    assert pages & explained_pages() & NOT_PAGES == set()
    assert pages >= NOT_PAGES, "no longer an address"


def test_every_text_belongs_to_a_page() -> None:
    assert explained_pages() - PAGES.keys() - ACCOUNT_PAGES.keys() == set()


def faults_of(words: str, terms: set[str]) -> list[str]:
    used = {
        key
        for key, term in TERMS.items()
        if key not in COMMON and re.search(rf"\b{re.escape(str(term.label))}s?\b", words, re.IGNORECASE)
    }
    sentences = len(re.findall(r"[.!?](?= |$)", words))
    faults = [f"does not link the term {key}" for key in sorted(used - terms)]
    return faults + ([] if 3 <= sentences <= 6 else [f"{sentences} sentences"]) + (["long"] if len(words) > 480 else [])


def test_a_text_is_short_and_links_the_terms_that_it_uses() -> None:
    texts = {
        str(found.text): {key for key, _ in found.terms} for name in explained_pages() if (found := help_for(name))
    }
    assert {words: faults for words, terms in texts.items() if (faults := faults_of(words, terms))} == {}
    assert faults_of("No base.", set()) == ["does not link the term base", "1 sentences"]


def test_a_page_has_one_text() -> None:
    with pytest.raises(ValueError, match="surveys:survey_detail has a text already"):
        explain("surveys", {"survey_detail": ""}, "Another text.")
    with pytest.raises(KeyError):
        explain("surveys", {"no_such_page": ""}, "A text.", "no such term")
    assert help_for("surveys:no_such_page") is None


def test_the_pages_that_a_search_offers_open_without_a_row(assessment: Any) -> None:
    assert len(page_titles()) > 50
    for name in page_titles():
        within = name in PAGES and PAGES[name].access in ACTIONS
        assert reverse(name, args=[assessment.reference] if within else [])


def test_a_page_shows_its_text_closed_with_links_to_the_terms(client_as: Any) -> None:
    page = text(client_as("consultant").get("/a/AZE-2016/documents/"))
    shown = page[page.index('<details class="page-help') :]
    assert shown.startswith('<details class="page-help no-print"> <summary>')
    assert "The register lists every source of the desk review." in shown
    assert '<a href="/help/terms/#term-desk_review">Desk review</a>' in shown
    assert 'id="term-desk_review"' in text(client_as("consultant").get("/help/terms/"))


@pytest.mark.django_db
def test_visitors_get_no_text(client: Client) -> None:
    assert "page-help" not in text(client.get("/accounts/login/"))
