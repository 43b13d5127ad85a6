"""Every page stays small however many rows there are: the same number of queries, and few bytes.

The pages are those of every address of the project (`tests.large.addresses`), so that a new view is tested without
being named here; one whose parameters are not known fails until `tests/large.py` knows them.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments import sessions
from assessments.models import User
from surveys.models import Survey
from tests.conftest import rows_of_module
from tests.large import Large, addresses, begin, grow

FEW, MANY = 4, 55  # rows of each kind: less than a page, and more than one
QUERIES = 12  # of a page, four of which are those of every page: session, user, assessment, steps
BYTES = 100_000
TYPED = {"interviews:search": "?q=hotline", "analysis:evidence_search": "?q=hotline"}

FILES = {  # made anew for each request, and tested elsewhere
    "workshops:minutes",
    "assessments:certificate_file",
    "assessments:pack_sheet",
    "assessments:site_pack_sheet",
    "indicators:translation_sheet",
    "instruments:translation_sheet",
    "instruments:instrument_xlsform",
    "instruments:instrument_files",
    "analysis:chart_file",
}

# Pages that are no lists: they ask for more, but for no more where there are more rows.
MORE_QUERIES = {
    "interviews:consent_withdraw": 35,  # what an erasure would remove, and where it is used
    "assessments:erasure_detail": 25,
    "assessments:site_erasure_detail": 25,
    "assessments:site_status": 29,  # the checks of the site, one by one: one that fails must not hide the others
    "life:assessment_copy": 16,  # what the copy would take over
    "surveys:invitation_list": 16,
    "surveys:response_import": 15,
    "interviews:interview_detail": 16,
    "interviews:theme_detail": 13,  # with who may be quoted, and how
    "workshops:workshop": 32,  # what groups said, and what changed since
    "workshops:projector": 21,
    "workshops:projector_counts": 20,
    "workshops:handout": 20,
    "workshops:slides": 20,
    "analysis:release": 18,
    "reports:report_read": 50,  # the document: everything that it prints
    "reports:report_check": 50,
    "reports:name_list": 50,
    "reports:edition_final": 75,
    "reports:palette_search": 20,
    "reports:section_edit": 25,
    "reports:section_comments": 35,  # the section as it is printed
    "reports:comment": 30,
    "reports:review_round": 15,  # with what changed since the edition that was reviewed before
    "reports:build_list": 42,  # a hash of everything that the report prints
}
MORE_BYTES = {
    "reports:report_read": 400_000,  # the whole report on one page
    "surveys:survey_preview": 110_000,  # the whole questionnaire, as are those below
    "surveys_trial:version_trial": 120_000,
    "surveys:response_enter": 130_000,
    "surveys:entry_draft_edit": 130_000,
    "instruments:instrument_detail": 200_000,
    "instruments:instrument_edit": 200_000,
    "reports:report": 115_000,  # its outline, with the words of each section
    "workshops:group_ballot": 160_000,  # everything that a group is asked
}


@pytest.fixture(scope="module")
def large(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Large]:
    made: list[Large] = []

    def load() -> None:
        large = begin()
        grow(large, FEW)
        Survey.objects.update(status="closed")
        large.survey.refresh_from_db()
        made.append(large)

    with rows_of_module(django_db_blocker, load):
        yield made[0]


def measured(client: Client, pages: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Name of each page -> how many queries and bytes it takes."""
    client.get(pages["workshops:projector"])  # reads the names that are withheld, which are kept until they change
    found = {}
    for name, path in pages.items():
        reset_queries()
        if name in TYPED:
            path = client.get(path + TYPED[name]).url  # of the results: the words are sealed
        with CaptureQueriesContext(connection) as queries:
            page = client.get(path)
        assert page.status_code < 500, name
        if page.status_code == 200 and "text/html" in page.headers.get("Content-Type", ""):
            asked = [row for row in queries.captured_queries if "assessments_datakey" not in row["sql"]]  # kept a while
            found[name] = (len(asked), len(page.content))
    return found


@pytest.mark.django_db
def test_pages_take_as_many_queries_for_many_rows_as_for_few_and_stay_small(
    large: Large, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "EVERY", 9999)  # that somebody is still there is noted once a minute
    client = Client()
    client.force_login(User.objects.get(pk=large.lead.pk))
    found = {name: path for name, path in addresses(large).items() if name not in FILES}
    few = measured(client, found)
    assert len(few) > 150
    grow(large, MANY - FEW)
    many = measured(client, {name: found[name] for name in few})
    growing = {name: (few[name][0], queries) for name, (queries, _) in many.items() if queries > few[name][0]}
    assert growing == {}
    limits = {name: MORE_QUERIES.get(name, QUERIES) for name in many}
    assert {name: found[0] for name, found in many.items() if found[0] > limits[name]} == {}
    limits = {name: MORE_BYTES.get(name, BYTES) for name in many}
    assert {name: found[1] for name, found in many.items() if found[1] > limits[name]} == {}
    assert {*MORE_QUERIES, *MORE_BYTES} <= set(many)
