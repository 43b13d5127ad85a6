"""The assessment pages in a real browser: no console messages, no accessibility violations, at 1280 and 360 pixels."""

import pytest

from tests.browser import assert_accessible
from tests.factories import DocumentFactory, OrganisationFactory

PAGES = [
    "/",
    "/assessments/new/",
    "/a/AZE-2016/",
    "/a/AZE-2016/edit/",
    "/a/AZE-2016/tool/",
    "/a/AZE-2016/languages/",
    "/a/AZE-2016/languages/ar/",
    "/a/AZE-2016/languages/ar/import/",
    "/a/AZE-2016/members/",
    "/a/AZE-2016/members/invite/",
    "/a/AZE-2016/organisations/",
    "/a/AZE-2016/organisations/new/",
    "/a/AZE-2016/contacts/",
    "/a/AZE-2016/contacts/new/",
    "/a/AZE-2016/documents/",
    "/a/AZE-2016/documents/new/",
    "/a/AZE-2016/documents/import/",
    "/a/AZE-2016/documents/bibliography/",
    "/a/AZE-2016/audit/",
    "/a/AZE-2016/erasures/",
    "/a/AZE-2016/erasures/new/passage/",
    "/a/AZE-2016/retention/",
    "/accounts/2fa/",
    "/accounts/logout/",
]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_pages_of_assessments_are_accessible(open_as, assessment, watched_page, width: int) -> None:
    OrganisationFactory(assessment=assessment)
    DocumentFactory(assessment=assessment, in_bibliography=True)
    watched_page.set_viewport_size({"width": width, "height": 800})
    for path in PAGES:
        assert_accessible(open_as("lead", path))


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/"])
def test_pages_before_sign_in_are_accessible(open_as, assessment, path: str) -> None:
    assert_accessible(open_as("anonymous", path))
