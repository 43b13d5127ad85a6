"""The quick starts to print: the facts of the assessment, exactly two pages, and who may open them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from assessments.models import Assessment
from reports.output.pdf import make_pdf
from tests.pages import text
from tests.surveys.factories import SurveyFactory
from tests.workshops.factories import make_group, make_workshop
from workshops.quick_start import for_facilitators, for_focal_points
from workshops.services.workshops import close_workshop
from workshops.views import quick_start as views

pytestmark = pytest.mark.django_db
SURVEY, WORKSHOP = "/a/AZE-2016/quick-start/survey/", "/a/AZE-2016/quick-start/workshop/"


def test_quick_start_survey_roles(check_roles: Callable[..., None], assessment: Assessment) -> None:
    check_roles(SURVEY, allowed="focal_point", denied="facilitator", wrong="post")


def test_quick_start_workshop_roles(check_roles: Callable[..., None], assessment: Assessment) -> None:
    check_roles(WORKSHOP, allowed="facilitator", denied="focal_point", wrong="post")


def test_quick_start_survey_has_the_facts_of_the_survey(
    client_as: Callable[[str], Client], member: Any, assessment: Assessment
) -> None:
    member("lead")
    empty = text(client_as("focal_point").get(SURVEY))
    assert "<dt>Survey</dt> <dd><bdi>not set up yet</bdi></dd>" in empty
    assert "<dt>Deadline</dt> <dd><bdi>not set yet</bdi></dd>" in empty
    SurveyFactory(
        assessment=assessment,
        languages=["az", "ka"],
        open_slug="kestrel",
        deadline=datetime(2016, 1, 31, 15, tzinfo=UTC),
    )
    page = text(client_as("focal_point").get(SURVEY))
    for fact in ("Azerbaijani and Georgian", "31 January 2016, 15:00 (UTC)", "lead@example.org"):
        assert re.search(rf"<bdi[^>]*>{re.escape(fact)}</bdi>", page)
    assert re.search(r"<dt>Open link</dt> <dd><bdi dir=.ltr.>http[^<]*/s/kestrel/</bdi></dd>", page)
    assert '<div class="qr-box" role="img"' in page


def test_quick_start_workshop_has_the_code_only_while_it_is_open(
    client_as: Callable[[str], Client], member: Any, assessment: Assessment
) -> None:
    client = client_as("facilitator")
    assert "<dt>Workshop</dt> <dd><bdi>not planned yet</bdi></dd>" in text(client.get(WORKSHOP))
    workshop = make_workshop(assessment, place="Baku")
    make_group(workshop)
    page = text(client.get(WORKSHOP))
    assert f"<dt>Code</dt> <dd><bdi>{workshop.join_code}</bdi></dd>" in page
    assert f'<bdi dir="ltr">http://testserver/w/{workshop.join_code}/</bdi>' in page
    close_workshop(workshop=workshop, by=member("facilitator"))
    page = text(client.get(WORKSHOP))
    assert "<dt>Place</dt> <dd><bdi>Baku</bdi></dd>" in page
    assert "<bdi>shown when the workshop is opened</bdi>" in page
    assert '<bdi dir="ltr">http://testserver/w/</bdi>' in page


@pytest.mark.parametrize("language", ["en", "ar", "hy", "ru"])
def test_quick_start_has_exactly_two_pages(member: Any, assessment: Assessment, language: str) -> None:
    member("lead")
    SurveyFactory(assessment=assessment, languages=["en", "az", "ru"], open_slug="kestrel")
    make_workshop(assessment, place="A place with a rather long name, in the capital")
    with translation.override(language):
        for sheet in (for_focal_points(assessment), for_facilitators(assessment, "https://needs.example.org/")):
            context = {"assessment": assessment, "sheet": sheet, "language": language}
            pages: list[int] = []
            make_pdf(render_to_string("workshops/_quick_start_document.html", context), on_page=pages.append)
            assert max(pages) == 2, (language, sheet.title)


def test_quick_start_survey_pdf_is_a_file_or_says_why_not(
    client_as: Callable[[str], Client], assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_as("focal_point")
    monkeypatch.setattr(views, "print_html", lambda html: b"%PDF")
    answer = client.get(f"{SURVEY}?pdf=1")
    assert (answer.content, answer.headers["Content-Type"]) == (b"%PDF", "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="AZE-2016-quick-start-survey.pdf"'
    monkeypatch.setattr(views, "print_html", lambda html: None)
    page = client.get(f"{SURVEY}?pdf=1", follow=True)
    assert page.redirect_chain == [(SURVEY, 302)]
    assert "The PDF cannot be created" in text(page)
