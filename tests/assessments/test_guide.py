"""The guided first visit and the help page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils.html import escape

from assessments.guide import GUIDE
from assessments.models import Role
from ctnat.ui.terms import TERMS
from tests.browser import assert_accessible

pytestmark = pytest.mark.django_db


def test_guide_has_a_text_for_every_role() -> None:
    assert [guide.role for guide in GUIDE] == list(Role)


@pytest.mark.parametrize("guide", GUIDE, ids=lambda guide: guide.role.value)
def test_guide_leads_only_to_pages_of_the_role(client_as: Callable[[str], Client], guide) -> None:  # type: ignore[no-untyped-def]
    client = client_as(guide.role)
    found = {task.path: client.get(f"/a/AZE-2016/{task.path}").status_code for task in guide.tasks}
    assert found == {task.path: 200 for task in guide.tasks}


def test_guide_is_open_on_the_first_visit_only(client_as: Callable[[str], Client]) -> None:
    client = client_as("consultant")
    first, second = (client.get("/a/AZE-2016/") for _ in range(2))
    assert (first.context["first_visit"], second.context["first_visit"]) == (True, False)
    assert [guide.role for guide in first.context["guides"]] == [Role.CONSULTANT]


def test_help_page_is_for_those_who_signed_in(client_as: Callable[[str], Client]) -> None:
    assert client_as("anonymous").get("/help/").status_code == 302
    page = client_as("observer").get("/help/")
    assert page.status_code == 200
    assert 'href="/help/terms/"' in page.content.decode()


def test_glossary_has_an_anchor_for_each_term(client_as: Callable[[str], Client]) -> None:
    assert client_as("anonymous").get("/help/terms/").status_code == 302
    page = client_as("observer").get("/help/terms/").content.decode()
    assert all(f'<dt id="term-{key}">{escape(term.label)}</dt>' in page for key, term in TERMS.items())


def test_term_explains_itself() -> None:
    html = Template('{% load ui %}{% term "base" "n" %}').render(Context())
    assert html == (
        '<button type="button" class="term" popovertarget="term-base">n</button>\u2060'
        '<span class="term-text" id="term-base" popover role="note"><strong>Base</strong> '
        f"{TERMS['base'].text}</span>"
    )


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_guide_and_terms_are_accessible(open_as: Callable[..., Any]) -> None:
    page = open_as("lead", "/a/AZE-2016/")
    page.get_by_text("Your role in this assessment").wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="Help: the six steps").click()
    page.get_by_role("heading", name="Roles and tasks").wait_for()
    assert_accessible(page)
    page.set_viewport_size({"width": 360, "height": 800})
    assert_accessible(page)
