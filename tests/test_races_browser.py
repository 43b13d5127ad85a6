"""Freezing, restoring, releasing and removing in two browsers: a slow connection, a double click, an old tab, a server
that is killed after it stored what was sent."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Route, expect

from assessments.models import Assessment, AuditEvent, Document
from interviews.models import Coding
from interviews.services.answers import save_answer
from reports.models import Edition, Section, SectionRevision
from reports.services.reports import create_report
from reports.services.sections import edit_section
from tests.factories import DocumentFactory
from tests.interviews.factories import AnswerFactory, CodingFactory

pytestmark = pytest.mark.browser
TEXT = "The police find them. A hotline helps."


@pytest.fixture
def open_browser(browser: Browser, live_server: Any, client_as: Any) -> Iterator[Callable[[str, str], Page]]:
    """open_browser("lead", "/a/AZE-2016/") -> a page in a separate browser."""
    contexts = []

    def get(role: str, path: str) -> Page:
        context = browser.new_context(base_url=live_server.url)
        contexts.append(context)
        session = client_as(role).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(path)
        return page

    yield get
    for context in contexts:
        context.close()


def die_after_storing(page: Page, address: str) -> None:
    """The next form sent to `address` is stored, and its response never arrives."""

    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route(address, lose, times=1)


def wait_before(page: Page, address: str) -> None:
    """A slow connection: what is sent to `address` takes long enough to press again."""

    def delay(route: Route) -> None:
        if route.request.method == "POST":
            page.wait_for_timeout(300)
        route.continue_()

    page.route(address, delay)


def test_edition_and_earlier_text_in_two_browsers(assessment: Assessment, open_browser: Any) -> None:
    report = create_report(assessment=assessment, by=None)
    Section.objects.filter(parent=None).exclude(key="introduction").update(hidden=True)
    section = edit_section(section=report.sections.get(key="context"), body="Second.", by=None)
    edit_section(section=section, body="Third.", by=None)
    first = open_browser("lead", "/a/AZE-2016/report/editions/")
    second = open_browser("lead", "/a/AZE-2016/report/editions/")
    second.get_by_label("What changed since the last edition").fill("Typed in the other browser")

    # The server dies when it has stored the edition; the lead has the browser send the form again.
    first.get_by_label("What changed since the last edition").fill("Chapter 1")
    die_after_storing(first, "**/report/editions/")
    first.get_by_role("button", name="Create edition").click()
    first.wait_for_url("chrome-error://**")
    first.reload()
    expect(first.get_by_text("Edition 1 (Draft) is being created").first).to_be_visible()
    assert list(Edition.objects.values_list("number", "what_changed")) == [(1, "Chapter 1")]

    # A double click on a slow connection.
    first.get_by_label("What changed since the last edition").fill("Chapter 2")
    wait_before(first, "**/report/editions/")
    first.get_by_role("button", name="Create edition").dblclick()
    expect(first.get_by_text("Edition 2 (Draft) is being created")).to_be_visible()
    assert Edition.objects.count() == 2

    # The other browser's page is old: its lead reads of edition 2 before another is made.
    second.get_by_role("button", name="Create edition").click()
    expect(second.get_by_text("Edition 2 (Draft) was made after you opened this page").first).to_be_visible()
    expect(second.get_by_label("What changed since the last edition")).to_have_value("Typed in the other browser")
    assert Edition.objects.count() == 2
    second.get_by_role("button", name="Create edition").click()
    expect(second.get_by_text("Edition 3 (Draft) is being created")).to_be_visible()

    # Restoring an earlier text: stored by a server that dies, pressed again; then on the old tab of the other browser.
    for page in (first, second):
        page.goto("/a/AZE-2016/report/sections/context/history/")
        page.locator("details").evaluate_all("folds => folds.forEach(fold => (fold.open = true))")
    die_after_storing(first, "**/history/2/restore/")
    first.locator('form[action*="/history/2/restore/"] button').click()
    first.wait_for_url("chrome-error://**")
    first.reload()
    expect(first.get_by_text("Version restored.").first).to_be_visible()
    assert SectionRevision.objects.filter(section=section).count() == 4
    second.locator('form[action*="/history/1/restore/"] button').click()
    expect(second.get_by_text("Nothing was restored.")).to_be_visible()
    section.refresh_from_db()
    assert section.body == "Second."


def test_release_and_removal_in_two_browsers(assessment: Assessment, open_browser: Any) -> None:
    answer = AnswerFactory(interview__assessment=assessment, text=TEXT)
    coding = CodingFactory(answer=answer)
    source = DocumentFactory(assessment=assessment, title="Law on trafficking")

    # Released on an old page: the words have changed since. Reloaded, it is released.
    page = open_browser("lead", f"/a/AZE-2016/interviews/themes/t/{coding.theme.code}/")
    new = TEXT.replace("The police", "The border police")
    save_answer(interview=answer.interview, question=answer.question, text=new, by=None)
    release = page.locator(f'form[action$="/{coding.pk}/release/"] button').first
    release.click()
    expect(page.get_by_text("has changed in the meantime")).to_be_visible()
    assert not Coding.objects.get().released
    die_after_storing(page, "**/release/")
    release.click()
    page.wait_for_url("chrome-error://**")
    page.go_back()
    coding.refresh_from_db()
    assert (coding.released, coding.approved_quote) == (True, coding.quote)

    # A source is moved to the trash while a colleague edits it; what was typed stays, and it is restored by one press.
    editing = open_browser("consultant", f"/a/AZE-2016/documents/{source.pk}/")
    editing.get_by_label("Title").fill("Law, as amended")
    page.goto(f"/a/AZE-2016/documents/{source.pk}/")
    wait_before(page, "**/documents/**")
    page.get_by_role("button", name="Move to trash").dblclick()
    expect(page.get_by_text("was moved to the trash")).to_be_visible()
    editing.get_by_role("button", name="Save").click()
    expect(editing.get_by_text("was removed in the meantime").first).to_be_visible()
    expect(editing.get_by_label("Title")).to_have_value("Law, as amended")
    page.goto("/a/AZE-2016/documents/trash/")
    page.get_by_role("button", name="Restore").dblclick()
    expect(page.get_by_text("was restored")).to_be_visible()
    editing.get_by_role("button", name="Save").click()
    expect(editing.get_by_text("was saved")).to_be_visible()
    assert Document.objects.get().title == "Law, as amended"
    actions = AuditEvent.objects.filter(action__startswith="document.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "document.removed",
        "document.restored",
        "document.changed",
    ]
