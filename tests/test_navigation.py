"""One frame: every page of an assessment has the six steps, and is reached by few presses from its home.

The walk follows the links of pages as a member of each role, each page once, and checks what is above it.
"""

import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from assessments.models import Role, User
from assessments.navigation import EVERY, place_of, places
from tests.conftest import rows_of_module
from tests.factories import AssessmentFactory, MembershipFactory, UserFactory
from tests.test_page_help import NOT_PAGES
from tests.whole_assessment import fill

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
HOME = "/a/AZE-2016/"
LINK = re.compile(r'<a\b[^>]*?\bhref="(/a/AZE-2016/[^"#]*)')
MOST_TABS = 6
MOST_PRESSES = 3
# What a room sees on its wall, and a blank form on its way to the printer, have nothing of the site around them: each
# has a way back that is not printed, to a page that begins as here.
WITHOUT_FRAME = {
    "instruments:instrument_print": "/a/AZE-2016/tool/versions/",
    "workshops:projector": "/a/AZE-2016/workshop/",
    "workshops:slides": "/a/AZE-2016/workshop/",
}
FILES = {"analysis:export_file", "workshops:workshop_agenda"}


class Visit(NamedTuple):
    view: str
    path: str
    presses: int
    html: str
    status: int = 200


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    def load() -> None:
        with transaction.atomic():
            assessment = AssessmentFactory(reference="AZE-2016")
            for role in Role:
                user = UserFactory(email=f"{role}@example.org", name=role)
                MembershipFactory(user=user, assessment=assessment, role=role)
            fill(assessment, User.objects.get(email="lead@example.org"))
            connection.run_on_commit.clear()  # the files of the edition

    with rows_of_module(django_db_blocker, load):
        yield


def walk(client: Client) -> Iterator[Visit]:
    """Each page that is reached by links from the home page, the nearest first, one of each kind."""
    waiting, seen, paths = deque([(HOME, 0, "")]), set(), set()
    while waiting:
        path, presses, linked_by = waiting.popleft()
        if path in paths:
            continue
        paths.add(path)
        found = resolve(path.partition("?")[0])
        view = getattr(found.func, "same_as", found.view_name)
        if view in seen or view in NOT_PAGES or view in FILES:
            continue
        response: Any = client.get(path)
        if response.status_code == 302:
            waiting.appendleft((response.url.partition("#")[0], presses, linked_by))
            continue
        seen.add(view)
        if response.status_code != 200:
            yield Visit(view, f"{path}, linked by {linked_by}", presses, "", response.status_code)
            continue
        if "html" not in response.headers["Content-Type"] or response.streaming:
            continue
        html = response.content.decode()
        if "<main" in html:  # no part of a page
            yield Visit(view, path, presses, html)
            waiting += [(unescape(link), presses + 1, path) for link in LINK.findall(html)]


def rows_in(html: str) -> list[list[str]]:
    """The labels of each row of tabs."""
    found = re.findall(r'<nav class="(?:parts|tabs|subnav)".*?</nav>', html, re.S)
    return [re.findall(r"<a\b[^>]*>(.*?)</a>", row, re.S) for row in found]


@pytest.mark.parametrize("role", Role)
def test_every_page_has_the_six_steps_and_is_near(filled: None, client: Client, role: str) -> None:
    client.force_login(User.objects.get(email=f"{role}@example.org"))
    wrong: list[Any] = []
    visits = list(walk(client))
    for visit in visits:
        if visit.status != 200:
            wrong.append((visit.path, visit.status))
            continue
        if visit.view in WITHOUT_FRAME:
            if not any(link.startswith(WITHOUT_FRAME[visit.view]) for link in LINK.findall(visit.html)):
                wrong.append((visit.path, "no way back"))
            continue
        steps = re.search(r'<nav class="steps".*?</nav>', visit.html, re.S)
        if not steps or steps[0].count('class="step-number"') != 6:
            wrong.append((visit.path, "six steps"))
            continue
        place = re.search(r'<a class="masthead-place"[^>]*>', visit.html)
        current = steps[0].count('aria-current="step"') + (place[0] if place else "").count("aria-current=")
        if current != 1:
            wrong.append((visit.path, f"{current} current"))
        if max((len(row) for row in rows_in(visit.html)), default=0) > MOST_TABS:
            wrong.append((visit.path, "tabs"))
    assert wrong == []
    assert [(visit.presses, visit.view) for visit in visits if visit.presses > MOST_PRESSES] == []
    assert len(visits) > {"lead": 90, "consultant": 70}.get(role, 30)


def pages() -> Iterator[str]:
    """The path below the assessment of each address of an assessment."""

    def inner(resolver: URLResolver, route: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            here = route + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from inner(entry, here)
            elif isinstance(entry, URLPattern):
                yield here

    prefix = "a/<slug:reference>/"
    yield from (route.removeprefix(prefix) for route in inner(get_resolver(), "") if route.startswith(prefix))


def test_every_page_of_an_assessment_belongs_to_a_tab() -> None:
    found = list(pages())
    assert len(found) > 150, "the walk finds the pages"
    assert [path for path in found if place_of(path) is None] == []


@pytest.mark.parametrize("path", ["manage/", "archive/", "bring-back/", "copy/", "export/", "lead/", "lead/1/"])
def test_the_pages_of_the_life_of_an_assessment_belong_to_its_management(path: str) -> None:
    place = place_of(path)
    assert place is not None
    assert (place.part.key, place.tab.path) == ("settings", "manage/")


def test_no_part_has_more_than_six_tabs_and_no_step_more_than_six_parts() -> None:
    tabs = {(place.part.key, place.tab.path) for _, place in places()}
    assert all(len(method.parts) <= MOST_TABS for method in EVERY)
    assert all(sum(part == key for key, _ in tabs) <= MOST_TABS for part in {part for part, _ in tabs})
    assert all(place.tab.required for _, place in places())
