"""The search over an assessment: what is found, by whom, and what is kept of the words that were typed."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from assessments import search as search_module
from assessments.access import allows
from assessments.models import AuditEvent, Contact, Role
from assessments.search import ORDER, Search, search_groups, searches
from interviews.models import Interview
from reports.services.reports import create_report
from reports.services.sections import add_section
from tests.factories import DocumentFactory, OrganisationFactory
from tests.indicators.factories import make_recommendation
from tests.interviews.factories import AnswerFactory, InterviewFactory, ThemeFactory
from tests.pages import text
from workshops.models import Comment

pytestmark = pytest.mark.django_db
ADDRESS = "/a/AZE-2016/search/"


@pytest.fixture
def filled(assessment: Any, member: Any) -> Interview:
    """An assessment in which each group has one row with the word “Kestrel”; the respondent is Leyla Mammadova."""
    office = OrganisationFactory(assessment=assessment, name="Kestrel Office", short_name="KO")
    interview = InterviewFactory(assessment=assessment, organisation=office, respondent_name="Leyla Mammadova")
    AnswerFactory(interview=interview, text="Leyla Mammadova told us of the kestrel.")
    ThemeFactory(assessment=assessment, code="kestrel", label="Kestrel", definition="As Leyla Mammadova said.")
    DocumentFactory(assessment=assessment, code="Aze 7", title="Kestrel law", authors="Leyla Mammadova")
    Contact.objects.create(assessment=assessment, name="Rauf Aliyev", email="kestrel@example.org")
    make_recommendation(assessment, "count each kestrel")
    Comment.objects.create(assessment=assessment, statement="The kestrel is missing.", who="An office")
    report = create_report(assessment=assessment, by=member("lead"))
    add_section(report=report, title="Kestrel chapter", body="Text.", by=member("lead"))
    user = member("observer")
    user.name = "Kestrel Observer"
    user.save()
    return interview


def sought(client: Client, words: str, group: str = "") -> Any:
    return client.post(ADDRESS, {"words": words, "group": group}, follow=True)


def hits(response: Any) -> dict[str, list[str]]:
    return {found.key: [str(hit.label) for hit in found.hits] for found in response.context["groups"]}


def test_search_finds_rows_of_each_kind(client_as: Callable[[str], Client], filled: Interview) -> None:
    assert {group.key for group in search_groups()} == set(ORDER), "each app registers its groups"
    found = hits(sought(client_as("lead"), "KESTREL"))
    assert found == {
        "interviews": [filled.code],
        "notes": [f"{filled.code}/3.1"],
        "organisations": ["Kestrel Office"],
        "members": ["Kestrel Observer"],
        "contacts": ["Rauf Aliyev"],
        "documents": ["Aze 7 Kestrel law"],
        "themes": ["Kestrel"],
        "recommendations": found["recommendations"],
        "sections": ["Kestrel chapter"],
        "statements": ["An office"],
    }
    assert hits(sought(client_as("lead"), "new interview")) == {"pages": ["New interview"]}
    assert "3.1.5" in hits(sought(client_as("observer"), "3.1.5"))["questions"]


def test_search_links_lead_to_pages_that_the_role_may_open(
    client_as: Callable[[str], Client], filled: Interview
) -> None:
    for role in ("lead", "focal_point", "observer"):
        for words in ("kestrel", "e"):
            for found in sought(client_as(role), words).context["groups"]:
                for url in (found.page, *(hit.url for hit in found.hits)):
                    access = getattr(resolve(urlsplit(url).path).func, "access", "signed_in")
                    assert access in ("signed_in", "editors") or allows(frozenset({Role(role)}), access), (role, url)


def test_search_follows_the_table_of_roles(client_as: Callable[[str], Client], filled: Interview) -> None:
    assert client_as("outsider").post(ADDRESS, {"words": "kestrel"}).status_code == 404
    focal_point = hits(sought(client_as("focal_point"), "kestrel"))
    assert focal_point.keys() & {"interviews", "notes", "themes"} == set()
    assert focal_point["contacts"] == ["Rauf Aliyev"]
    assert "contacts" not in hits(sought(client_as("observer"), "kestrel"))
    assert hits(sought(client_as("observer"), "erase data")) == {}
    assert hits(sought(client_as("lead"), "erase data")) == {"pages": ["Erase data"]}


def test_search_withholds_names_and_does_not_find_by_them(
    client_as: Callable[[str], Client], filled: Interview
) -> None:
    assert hits(sought(client_as("lead"), "mammadova")).keys() == {"interviews", "notes", "documents", "themes"}
    assert hits(sought(client_as("observer"), "mammadova")) == {}
    page = sought(client_as("observer"), "kestrel")
    assert hits(page).keys() >= {"notes", "documents", "themes"}
    assert "Mammadova" not in page.content.decode()
    # A focal point sees the name of the contact, and no respondent's.
    page = sought(client_as("focal_point"), "kestrel")
    assert "<bdi>Rauf Aliyev</bdi>" in text(page)
    assert "Mammadova" not in page.content.decode()


def test_search_words_are_neither_in_the_address_nor_recorded(
    client_as: Callable[[str], Client], filled: Interview, caplog: pytest.LogCaptureFixture
) -> None:
    client, events = client_as("lead"), AuditEvent.objects.count()
    answer = client.post(ADDRESS, {"words": "mammadova"})
    assert answer.status_code == 302
    assert "mammadova" not in answer.url.lower()
    page = client.get(answer.url)
    assert hits(page)
    assert "no-store" in page.headers["Cache-Control"]
    html = text(page)
    assert "<title>Search · AZE-2016 · CT-NAT</title>" in html
    assert html.count('type="search"') == html.count('autocomplete="off" autofocus') + 1 == 1
    assert AuditEvent.objects.count() == events
    assert "mammadova" not in caplog.text.lower()
    assert "mammadova" not in str(dict(client.session)).lower()
    # An address is of no use to another member, or when it was changed.
    for other in (client_as("consultant").get(answer.url), client.get(f"{ADDRESS}?s=x")):
        assert (other.context["words"], other.context["groups"]) == ("", [])
        assert "This search has ended." in text(other)


def test_search_asks_at_most_eight_queries_beside_the_frame(
    client_as: Callable[[str], Client], filled: Interview
) -> None:
    for role in ("lead", "observer"):
        client = client_as(role)
        address = client.post(ADDRESS, {"words": "kestrel"}).url
        client.get(ADDRESS)
        with CaptureQueriesContext(connection) as frame:
            client.get(ADDRESS)
        with CaptureQueriesContext(connection) as whole:
            assert client.get(address).context["count"] > 5
        assert len(whole) - len(frame) <= 8


def test_search_shows_few_of_each_group_and_all_of_one(client_as: Callable[[str], Client], assessment: Any) -> None:
    for number in range(8):
        DocumentFactory(assessment=assessment, title=f"Law {number} of the kestrel")
    page = sought(client_as("observer"), "kestrel")
    assert len(hits(page)["documents"]) == 5
    assert '<button class="btn btn-link" name="group" value="documents">All 8' in text(page)
    page = sought(client_as("observer"), "kestrel", "documents")
    assert len(hits(page)["documents"]) == 8
    assert 'href="/a/AZE-2016/documents/">Documents: go to the page</a>' in text(page)
    assert hits(sought(client_as("observer"), "kestrel", "no such group")).keys() == {"documents"}


@pytest.mark.parametrize("words", ["ŞAHİD", "sahid", "եվրոպա", "ԵՒՐՈՊԱ", '"two words"'])
def test_search_folds_every_script(client_as: Callable[[str], Client], assessment: Any, words: str) -> None:
    AnswerFactory(interview__assessment=assessment, text="şahid Եվրոպա two words")
    assert hits(sought(client_as("lead"), words)).keys() == {"notes"}


def test_search_reads_a_bounded_amount_and_says_so(
    client_as: Callable[[str], Client], assessment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview = InterviewFactory(assessment=assessment)
    for question in ("3.1", "3.2", "3.3"):
        AnswerFactory(interview=interview, question=question, text="kestrel " + "x" * 6000)
    assert hits(sought(client_as("lead"), "kestrel"))["notes"] != []
    monkeypatch.setattr(search_module, "MOST_READ", 9000)
    page = sought(client_as("lead"), "kestrel", "notes")
    assert len(hits(page)["notes"]) == 2
    assert "There was too much to read for one search" in text(page)


@pytest.mark.parametrize("words", ["", "   ", "\x00", "´" * 400, "<script>", "%s{}"])
def test_search_takes_any_words(client_as: Callable[[str], Client], assessment: Any, words: str) -> None:
    page = sought(client_as("lead"), words)
    assert page.status_code == 200
    assert "<script>" not in page.content.decode().replace("<script src", "")


def test_search_shows_the_words_around_what_was_found(assessment: Any, member: Any) -> None:
    search = Search(assessment, "kestrel nest", user=member("lead"), may=frozenset({"interviews.names"}))
    pieces = search.pieces_of("a " * 100 + "Kestrel in its nest" + " b" * 100)
    assert [words for words, marked in pieces if marked] == ["Kestrel", "nest"]
    assert (pieces[0][0], pieces[-1][0]) == ("… ", " …")
    assert search.pieces_of("no such word") == [("no such word", False)]
    assert search.pieces_of("") == []
    with pytest.raises(KeyError):
        searches("no such group", "Label", page=lambda search: "/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_search_is_reached_and_left_by_keys(open_as: Callable[..., Any]) -> None:
    page = open_as("lead", "/a/AZE-2016/documents/new/")
    page.locator("#id_title").focus()
    page.keyboard.type("a/b")
    assert page.locator("#id_title").input_value() == "a/b"
    page.locator(".brand").focus()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "site-search"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "brand"
    page.keyboard.press("/")
    page.keyboard.type("members")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Pages and actions").wait_for()
    assert page.locator("#site-search").input_value() == "members"
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(page.url.split("search/")[0])
    page.locator(".brand").focus()
    page.keyboard.press("/")
    page.get_by_role("heading", name="Search", exact=True).wait_for()
