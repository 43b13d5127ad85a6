"""The guided first visit and the help page."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from assessments.audit import record
from assessments.guide import GUIDE
from assessments.models import Assessment, AuditEvent, Membership, Role
from ctnat.ui.terms import TERMS
from tests.browser import assert_accessible
from tests.factories import MembershipFactory
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_guide_has_a_text_for_every_role() -> None:
    assert [guide.role for guide in GUIDE] == list(Role)


@pytest.mark.parametrize("guide", GUIDE, ids=lambda guide: guide.role.value)
def test_guide_leads_only_to_pages_of_the_role(client_as: Callable[[str], Client], guide) -> None:  # type: ignore[no-untyped-def]
    client = client_as(guide.role)
    found = {task.path: client.get(f"/a/AZE-2016/{task.path}").status_code for task in guide.tasks}
    assert found == {task.path: 200 for task in guide.tasks}


HOME = "/a/AZE-2016/"


def shows_first_days(client: Client) -> bool:
    return '<section class="section first-days" id="first-days"' in text(client.get(HOME))


def test_first_days_list_the_tasks_of_the_role(client_as: Callable[[str], Client]) -> None:
    page = text(client_as("consultant").get(HOME))
    assert "Your first steps here" in page
    assert f'<a href="{HOME}interviews/">Plan an interview, type the notes' in page
    assert "You run the validation workshop" not in page


def test_first_days_hide_is_kept_for_the_member_alone(
    client_as: Callable[[str], Client], member: Callable[[str], Any], assessment: Assessment
) -> None:
    client, other = client_as("consultant"), client_as("lead")
    MembershipFactory(user=member("consultant"), assessment=assessment, role=Role.FACILITATOR)
    assert client.get(f"{HOME}first-days/hide/").status_code == 302
    assert shows_first_days(client)
    for _ in range(2):
        assert client.post(f"{HOME}first-days/hide/", follow=True).redirect_chain == [(HOME, 302)]
    assert (shows_first_days(client), shows_first_days(client_as("consultant"))) == (False, False)
    assert shows_first_days(other)
    assert AuditEvent.objects.filter(action="member.first_days_hidden").count() == 1


def test_first_days_show_brings_them_back_from_the_help_page(client_as: Callable[[str], Client], outsider: Any) -> None:
    client = client_as("observer")
    client.post(f"{HOME}first-days/hide/")
    assert "<option>AZE-2016</option>" in text(client.get("/help/"))
    answer = client.post("/help/first-days/", {"reference": "AZE-2016"})
    assert (answer.status_code, answer.url) == (302, f"{HOME}#first-days")
    assert shows_first_days(client)
    assert client.post("/help/first-days/", {"reference": "GEO-2016"}).status_code == 404
    assert client.post("/help/first-days/").status_code == 404


def test_first_days_end_after_two_weeks_and_can_be_asked_for(
    client_as: Callable[[str], Client], assessment: Assessment
) -> None:
    client = client_as("observer")
    Membership.objects.update(created_at=timezone.now() - timedelta(days=15))
    assert not shows_first_days(client)
    client.post("/help/first-days/", {"reference": "AZE-2016"})
    assert shows_first_days(client)
    Membership.objects.update(first_days_asked_at=timezone.now() - timedelta(days=15))
    assert not shows_first_days(client)


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
        '<span class="term-text" id="term-base" popover role="note"><strong><a href="/help/terms/#term-base">'
        "Base</a></strong> "
        f"{TERMS['base'].text}</span>"
    )


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_guide_and_terms_are_accessible(open_as: Callable[..., Any]) -> None:
    page = open_as("lead", "/a/AZE-2016/")
    page.get_by_text("Your first steps here").wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="Help: the six steps").click()
    page.get_by_role("heading", name="Roles and tasks").wait_for()
    assert_accessible(page)
    page.set_viewport_size({"width": 360, "height": 800})
    assert_accessible(page)


def test_first_steps_tick_what_was_done_and_nothing_else(
    client_as: Callable[[str], Client], member: Callable[[str], Any], assessment: Assessment
) -> None:
    def ticked(role: str) -> list[str]:
        page = text(client_as(role).get(HOME))
        return re.findall(
            r'<li class="is-done"> <svg[^>]* aria-label="done:".*?</svg> <a href="/a/AZE-2016/(.*?)"', page
        )

    assert ticked("consultant") == ticked("facilitator") == []
    record("document.imported", by=member("lead"), assessment=assessment, target=assessment)
    record("workshop.created", by=member("lead"), assessment=assessment, target=assessment)
    assert ticked("consultant") == ["documents/"]
    assert ticked("facilitator") == [], "its groups are part of it"
    record("group.added", by=member("lead"), assessment=assessment, target=assessment)
    record("workshop.opened", by=member("lead"), assessment=assessment, target=assessment)
    assert ticked("facilitator") == ["workshop/"]
    record("report.read", by=member("lead"), assessment=assessment, target=assessment)
    assert ticked("observer") == [], "another member has read the report"
    record("report.read", by=member("observer"), assessment=assessment, target=assessment)
    assert ticked("observer") == ["report/"]


def test_what_shows_that_a_step_was_done_is_recorded_somewhere() -> None:
    sources = "".join(path.read_text() for path in Path(settings.BASE_DIR).glob("*/services/*.py"))
    sources += "".join(path.read_text() for path in Path(settings.BASE_DIR).glob("*/views/*.py"))
    names = {name for guide in GUIDE for task in guide.tasks for each in task.done for name in each.split("|")}
    assert {name for name in names if f'"{name}"' not in sources} == set()
    assert len(names) > 15
