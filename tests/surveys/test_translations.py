"""Unreviewed translations: reported before a survey is opened or its links are sent, and recorded in the log."""

from typing import Any

import pytest

from assessments.models import AuditEvent
from instruments.services.translations import review
from instruments.texts import texts
from surveys.models import Survey
from surveys.questionnaire.translations import codes, unreviewed
from surveys.services.surveys import open_survey, update_survey
from tests.surveys.factories import InvitationFactory
from tests.surveys.test_views import HOME, html_of, messages_of

pytestmark = pytest.mark.django_db


def review_all(survey: Survey, language: str, by: Any) -> None:
    keys = [key for key, text in texts(survey.questionnaire.definition) if text.get(language)]
    review(instrument=survey.questionnaire, language=language, keys=keys, by=by)


def test_unreviewed_names_each_language_until_a_person_has_reviewed_it(
    survey, member, django_assert_num_queries
) -> None:
    with django_assert_num_queries(2):
        states = unreviewed(survey)
    assert [(state.code, state.name, state.reviewed) for state in states] == [
        ("ar", "Arabic", 0),
        ("az", "Azerbaijani", 0),
    ]
    review_all(survey, "ar", member("lead"))
    assert codes(unreviewed(survey)) == ["az"]
    assert codes(unreviewed(survey, ["ar", "en"])) == []


def test_unreviewed_counts_a_language_that_the_version_does_not_have_as_missing(survey) -> None:
    survey.languages = ["en", "ro"]
    (state,) = unreviewed(survey)
    assert (state.code, state.name, state.missing) == ("ro", "Romanian", state.total)


def test_english_alone_is_never_unreviewed_and_sends_no_query(survey, django_assert_num_queries) -> None:
    survey.languages = ["en"]
    with django_assert_num_queries(0):
        assert unreviewed(survey) == []


def test_survey_open_lists_unreviewed_languages_before_it_opens(client_as, survey) -> None:
    Survey.objects.update(status="draft")
    lead = client_as("lead")
    home = html_of(lead.get(HOME))
    assert "Translations not reviewed: Arabic, Azerbaijani" in home
    for ask in (lead.get(HOME + "open/"), lead.post(HOME + "open/")):
        page = html_of(ask)
        assert (ask.status_code, Survey.objects.get().status) == (200, "draft")
        assert "2 translations have not been reviewed" in page
        assert f"/tool/versions/{survey.questionnaire_id}/translations/az/" in page
    lead.post(HOME + "open/", {"nevertheless": "1"})
    assert Survey.objects.get().status == "open"
    assert AuditEvent.objects.get(action="survey.opened").detail == {"unreviewed": ["ar", "az"]}


def test_survey_open_needs_no_confirmation_once_all_is_reviewed(client_as, survey, member) -> None:
    Survey.objects.update(status="draft")
    for language in ("ar", "az"):
        review_all(survey, language, member("lead"))
    assert client_as("lead").post(HOME + "open/").status_code == 302
    assert AuditEvent.objects.get(action="survey.opened").detail == {"unreviewed": []}
    assert client_as("lead").get(HOME + "open/").status_code == 302  # a saved address: nothing to confirm


def test_mailing_start_lists_unreviewed_languages_of_the_recipients(
    client_as, survey, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    InvitationFactory(survey=survey, language="en")
    lead = client_as("lead")
    start = HOME + "mailings/start/invitation/"
    assert "have not been reviewed" not in html_of(lead.get(start))  # no message is sent in an unreviewed language
    invitation = InvitationFactory(survey=survey, language="az")
    listed = html_of(lead.get(HOME + "invitations/"))
    assert "These translations have not been reviewed" in listed
    assert "This translation has not been reviewed" in html_of(lead.get(f"{HOME}invitations/{invitation.pk}/"))
    with django_capture_on_commit_callbacks(execute=True):
        page = html_of(lead.get(start))
        assert ("have not been reviewed" in page, "/az/" in page, "/ar/" in page) == (True, True, False)
        lead.post(start, {"shown": "2"})
    assert len(mailoutbox) == 2
    assert AuditEvent.objects.get(action="mailing.started").detail["unreviewed"] == ["az"]


def test_pages_of_links_warn_of_unreviewed_languages_too(client_as, survey) -> None:
    InvitationFactory(survey=survey, language="ar")
    lead = client_as("lead")
    assert "These translations have not been reviewed" in html_of(lead.get(HOME + "link/"))
    lead.get(HOME + "invitations/links.csv")
    assert AuditEvent.objects.get(action="invitations.links_copied").detail == {"unreviewed": ["ar"]}


def test_survey_edit_warns_of_an_unreviewed_language_that_joins_an_open_survey(client_as, survey) -> None:
    sent = {"languages": ["en", "ar", "az", "ka"], "open_link": "on", "days_between_mails": "3"}
    assert "The translation into Georgian has not been reviewed" in messages_of(
        client_as("lead").post(HOME + "settings/", sent, follow=True)
    )


def test_reopening_in_english_alone_logs_no_unreviewed_language(survey, member) -> None:
    update_survey(survey=survey, by=None, languages=["en"])
    Survey.objects.update(status="closed")
    survey.refresh_from_db()
    open_survey(survey=survey, by=member("lead"))
    assert AuditEvent.objects.get(action="survey.reopened").detail == {"unreviewed": []}


def test_survey_open_shows_what_the_questionnaire_mentions_and_is_missing(client_as, survey, member) -> None:
    update_survey(survey=survey, by=None, languages=["en"])
    Survey.objects.update(status="draft", deadline=None)
    survey.assessment.office = ""
    survey.assessment.save()
    lead = client_as("lead")
    assert "Office known to stakeholders</a>" in html_of(lead.get(HOME))
    for page in (lead.get(HOME + "open/"), lead.post(HOME + "open/")):
        html = html_of(page)
        assert page.status_code == 200
        assert "respondents will read <q>This survey belongs to a study commissioned by The commission.</q>" in html
        assert "respondents will not see the sentence <q>If you have the survey as a file or on paper" in html
        assert "send it to survey@example.org by ….</q>" in html
    assert Survey.objects.get().status == "draft"
    lead.post(HOME + "open/", {"nevertheless": "1"})
    assert Survey.objects.get().status == "open"
    opened = AuditEvent.objects.get(action="survey.opened").detail
    assert opened == {"unreviewed": [], "blank": ["deadline", "office"]}


def test_survey_open_needs_no_confirmation_where_all_is_filled_in(client_as, survey) -> None:
    update_survey(survey=survey, by=None, languages=["en"])
    Survey.objects.update(status="draft")
    assert "Not filled in" not in html_of(client_as("lead").get(HOME))
    assert client_as("lead").post(HOME + "open/").status_code == 302
    assert Survey.objects.get().status == "open"
