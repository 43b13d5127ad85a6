"""What readers will see in English is listed before a survey, a workshop or an edition is made for them."""

from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from assessments.lacking import LackingLanguage, lacking_languages
from assessments.models import Assessment, AuditEvent
from assessments.public_texts import sources_of
from assessments.services.packs import save_pack_text
from reports.services.reports import create_report, update_report
from surveys.models import Survey
from tests.surveys.factories import SurveyFactory
from tests.workshops.factories import make_workshop

pytestmark = pytest.mark.django_db


def page(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())


def test_lacking_languages_counts_the_texts_of_one_sheet(
    assessment: Assessment, django_assert_num_queries: Any
) -> None:
    total = {sheet: sum(len(source.forms("sw")) for source in sources_of(sheet)) for sheet in ("survey", "report")}
    with django_assert_num_queries(0):
        assert lacking_languages(assessment, ["en", "fr", "ka"], "survey") == []
        found = lacking_languages(assessment, ["sw", "en", "sw"], "survey")
    assert found == [LackingLanguage("sw", "survey", total["survey"], total["survey"])]
    save_pack_text(assessment=assessment, language="sw", key="surveys.send", text="Tuma", by=None)
    assessment.refresh_from_db()
    assert [row.missing for row in lacking_languages(assessment, ["sw"], "survey")] == [total["survey"] - 1]
    assert [row.missing for row in lacking_languages(assessment, ["sw"], "report")] == [total["report"]]


def test_survey_open_lists_what_is_missing_and_opens_nevertheless(assessment: Assessment, client_as: Any) -> None:
    survey = SurveyFactory(assessment=assessment, status=Survey.Status.DRAFT, languages=["en", "sw"])
    client, address = client_as("focal_point"), reverse("surveys:survey_open", args=[assessment.reference])
    [row] = lacking_languages(assessment, ["sw"], "survey")
    words = f"{row.missing} of {row.total} texts are missing and shown in English"
    assert f"{row.missing} of {row.total} texts" in page(client.get(f"/a/{assessment.reference}/survey/"))
    asked = page(client.post(address))
    assert ("Swahili" in asked, words in asked, "missing, shown in English" in asked) == (True, True, True)
    survey.refresh_from_db()
    assert survey.status == Survey.Status.DRAFT
    assert client.post(address, {"nevertheless": "1"}).status_code == 302
    survey.refresh_from_db()
    assert survey.status == Survey.Status.OPEN
    assert AuditEvent.objects.get(action="survey.opened").detail["missing"] == {"sw": row.missing}


def test_workshop_lists_what_is_missing_before_it_is_opened(assessment: Assessment, client_as: Any) -> None:
    row = make_workshop(assessment, opened=False, language="sw")
    client, address = client_as("facilitator"), reverse("workshops:workshop", args=[assessment.reference, row.pk])
    [lacking] = lacking_languages(assessment, ["sw"], "workshop")
    assert f"{lacking.missing} of {lacking.total} texts are missing and shown in English" in page(client.get(address))
    client.post(reverse("workshops:workshop_open", args=[assessment.reference, row.pk]))
    assert AuditEvent.objects.get(action="workshop.opened").detail["missing"] == {"sw": lacking.missing}


def test_edition_list_and_language_list_name_what_is_printed_in_english(assessment: Assessment, client_as: Any) -> None:
    report = create_report(assessment=assessment, by=None)
    client = client_as("lead")
    pages = [reverse(f"reports:{name}", args=[assessment.reference]) for name in ("edition_list", "language_list")]
    assert not any("are missing and shown in English" in page(client.get(address)) for address in pages)
    update_report(report=report, by=None, language="th")
    [lacking] = lacking_languages(assessment, ["th"], "report")
    for address in pages:
        words = f"{lacking.missing} of {lacking.total} texts are missing and shown in English"
        assert words in page(client.get(address)), address
