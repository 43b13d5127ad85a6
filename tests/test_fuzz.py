"""A short slice of `python3 dev.py fuzz`: random requests never end in a server error."""

import os
from typing import Any

import pytest
from django.urls import include, path

from assessments.models import Assessment, User
from assessments.services.contacts import add_contact
from instruments.services.versions import adapt
from reports.services.editions import make_edition
from tests.fuzz import Fuzz, Page, patterns, summary
from tests.surveys.factories import InvitationFactory

REQUESTS = int(os.environ.get("CTNAT_FUZZ_REQUESTS", "200"))
SEED = int(os.environ.get("CTNAT_FUZZ_SEED", "17"))
PAGES = 60 if REQUESTS < 1000 else 1000  # read before, for their links and forms

urlpatterns = [path("broken/", lambda request: 1 / 0), path("", include("ctnat.urls"))]


def no_pdf(html: str) -> bytes:
    """Laying out a PDF takes seconds and is tested elsewhere."""
    return b"%PDF-1.7"


def prepare() -> None:
    """Create what the demonstration lacks, so that those pages are requested too."""
    assessment, lead = Assessment.objects.get(reference="AZE-2016"), User.objects.get(email="lead@demo.example")
    for field in ("guide", "questionnaire", "matrix"):
        adapt(instrument=getattr(assessment, field), owner=assessment, by=lead)
    add_contact(assessment=assessment, by=lead, name="A name", email="a@example.org", sector="ngo")
    InvitationFactory(survey=assessment.survey)
    make_edition(report=assessment.report, kind="draft", by=lead)


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.django_db
def test_random_requests_never_end_in_an_error_of_the_server(demo: None, settings: Any) -> None:
    settings.PDF_RENDERER = "tests.test_fuzz.no_pdf"
    prepare()
    fuzz = Fuzz(SEED)
    fuzz.crawl(PAGES)
    failures = fuzz.run(REQUESTS)
    assert not failures, f"{len(failures)} of {REQUESTS} requests failed (seed {SEED}):\n\n{summary(failures)}"
    assert fuzz.statuses[200] > REQUESTS / 10, fuzz.statuses  # it reached the pages
    assert {route for route in set(patterns()) - fuzz.reached if not route.startswith("accounts/")} == set()


def test_an_error_of_the_server_is_reported_with_its_request(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.fuzz.ROLES", (None,))
    settings.ROOT_URLCONF = "tests.test_fuzz"
    fuzz = Fuzz(1)
    fuzz.send(None, "get", "/broken/")
    [failure] = fuzz.failures
    assert failure.error.startswith("ZeroDivisionError: division by zero at tests/test_fuzz.py:")
    assert "visitor get /broken/" in summary(fuzz.failures)


def test_a_page_gives_its_links_and_what_its_forms_would_send() -> None:
    page = Page("/a/X/")
    page.feed(
        '<a href="b/?c=1#d"></a><form method="post" action="/e/"><input name="f" value="g"><select name="h">'
        '<option value="i"></select><input type="file" name="j"><input name="csrfmiddlewaretoken" value="k"></form>'
    )
    [form] = page.forms
    assert page.links == {"/a/X/b/?c=1"}
    assert (form.action, form.method, form.fields, form.files) == ("/e/", "post", [("f", "g"), ("h", "i")], ["j"])
