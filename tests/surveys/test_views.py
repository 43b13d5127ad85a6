"""The members' pages: who may use them, what they change, how many queries they make."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, AuditEvent, Contact
from surveys.models import Invitation, Mailing, Response, Survey
from tests.pages import poll_of, text
from tests.surveys.factories import InvitationFactory, ResponseFactory, SurveyFactory

pytestmark = pytest.mark.django_db
HOME = "/a/AZE-2016/survey/"


def html_of(response: Any) -> str:
    """The page on one line: where a template breaks its lines does not matter."""
    return " ".join(response.content.decode().split())


def text_of(response: Any) -> str:
    """The words of the page, without its tags."""
    return " ".join(re.sub("<[^>]+>", " ", response.content.decode()).split())


def messages_of(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


@pytest.mark.parametrize(
    ("path", "allowed", "denied"),
    [
        ("", "observer", None),
        ("settings/", "focal_point", "consultant"),
        ("link/", "focal_point", "observer"),
        ("messages/en/", "lead", "facilitator"),
        ("preview/", "observer", None),
        ("invitations/add/", "focal_point", "consultant"),
        ("enter/", "consultant", "observer"),
        ("sealed/", "lead", "focal_point"),
        ("disclosure/", "lead", "consultant"),
        ("import/", "focal_point", "facilitator"),
    ],
)
def test_pages_allow_the_right_roles(check_roles, survey, path, allowed, denied) -> None:
    check_roles(HOME + path, allowed=allowed, denied=denied, wrong="delete")


@pytest.mark.parametrize("path", ["paste/", "table/", "contacts/"])
def test_invitation_add_is_where_a_restored_tab_of_refused_invitations_leads(
    client_as: Any, survey: Any, path: str
) -> None:
    answer = client_as("focal_point").get(f"{HOME}invitations/add/{path}")
    assert (answer.status_code, answer.url) == (302, f"{HOME}invitations/add/")


@pytest.mark.parametrize("path", ["open/", "close/"])
def test_changes_allow_the_right_roles(check_roles, survey, path) -> None:
    check_roles(HOME + path, allowed="focal_point", denied="observer", method="post", wrong="delete", ok=302)


@pytest.mark.parametrize("path", ["paste/", "table/", "contacts/"])
def test_invitation_add_steps_allow_the_right_roles(check_roles, survey, path) -> None:
    at = f"{HOME}invitations/add/{path}"
    ok = 302 if path == "contacts/" else 422
    check_roles(at, allowed="focal_point", denied="observer", method="post", wrong="delete", ok=ok)


def test_invitation_list_allows_the_right_roles(check_roles, survey) -> None:
    check_roles(HOME + "invitations/", allowed="focal_point", denied="consultant", wrong="delete")


def test_invitation_list_shows_whom_the_survey_invited(client_as, survey, invitation) -> None:
    InvitationFactory(survey=SurveyFactory(assessment__reference="ARM-2016"), email="elsewhere@example.org")
    page = client_as("focal_point").get(HOME + "invitations/").content.decode()
    assert (invitation.email in page, "elsewhere@example.org" in page) == (True, False)


def test_invitation_detail_allows_the_right_roles(check_roles, invitation) -> None:
    check_roles(f"{HOME}invitations/{invitation.pk}/", allowed="lead", denied="consultant", wrong="post")


def test_invitation_change_allows_the_right_roles(check_roles, invitation) -> None:
    check_roles(f"{HOME}invitations/{invitation.pk}/renew/", allowed="lead", denied="consultant", method="post", ok=302)


def test_response_list_allows_the_right_roles(check_roles, survey) -> None:
    check_roles(HOME + "responses/", allowed="consultant", denied="focal_point", wrong="delete")


def test_response_list_leads_to_each_response(client_as, survey) -> None:
    ResponseFactory(survey=survey, number=1, code="AZEsur1")
    ResponseFactory(survey=SurveyFactory(assessment__reference="ARM-2016"), code="ARMsur1")
    page = client_as("consultant").get(HOME + "responses/").content.decode()
    assert (f"{HOME}responses/AZEsur1/" in page, "ARMsur1" in page) == (True, False)


def test_another_assessments_rows_are_not_found(client_as, survey) -> None:
    other = InvitationFactory(survey=SurveyFactory(assessment__reference="ARM-2016", assessment__country="ARM"))
    lead = client_as("lead")
    assert lead.get(f"{HOME}invitations/{other.pk}/").status_code == 404
    assert lead.post(f"{HOME}invitations/{other.pk}/revoke/").status_code == 404
    foreign = ResponseFactory(survey=other.survey, code="ARMsur1")
    assert lead.get(f"{HOME}responses/{foreign.code}/").status_code == 404
    mailing = Mailing.objects.create(survey=other.survey, kind="reminder")
    assert lead.get(f"{HOME}mailings/{mailing.pk}/").status_code == 404


def test_survey_detail_teaches_where_there_is_none(client_as, assessment) -> None:
    assert "Set up the survey" in client_as("focal_point").get(HOME).content.decode()
    assert "The lead or the focal point sets up the survey" in client_as("observer").get(HOME).content.decode()


def test_survey_detail_counts(client_as, survey) -> None:
    sent = datetime(2026, 1, 1, tzinfo=UTC)
    invited = [InvitationFactory(survey=survey, sent_at=sent, language=code) for code in ("en", "en", "az")]
    Survey.objects.update(opened=[invited[0].pk, invited[2].pk], answered=[invited[0].pk])
    ResponseFactory(survey=survey, number=1)
    ResponseFactory(survey=survey, number=1, code="AZEtest1", is_test=True)
    context = client_as("lead").get(HOME).context
    assert context["progress"].text == "1 of 3 invited have answered, deadline in 4 days"
    assert context["tables"][0] == (
        "Language",
        [
            {"label": "Azerbaijani", "invited": 1, "opened": 1, "answered": 0},
            {"label": "English", "invited": 2, "opened": 1, "answered": 1},
        ],
    )
    assert context["responses"] == ["1"]  # too few to show their language
    assert client_as("observer").get(HOME).context["tables"] == []


def test_survey_edit_sets_up_and_reads_times_in_the_assessments_zone(client_as, assessment) -> None:
    assessment.time_zone = "Asia/Baku"
    assessment.save()
    sent = {"languages": ["az", "ar"], "deadline": "2030-06-30T18:00", "open_link": "on", "days_between_mails": "3"}
    response = client_as("focal_point").post(HOME + "settings/", sent, follow=True)
    survey = Survey.objects.get()
    assert messages_of(response) == "Survey settings saved."
    assert (survey.languages, survey.deadline) == (["az", "ar"], datetime(2030, 6, 30, 14, 0, tzinfo=UTC))
    assert survey.open_slug
    client_as("lead").post(HOME + "settings/", sent | {"open_link": ""})
    assert Survey.objects.get().open_slug is None


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"languages": []}, "Choose at least one language."),
        ({"languages": ["xx"]}, "Select a valid choice. xx is not one of the available choices."),
        ({"deadline": "tomorrow"}, "Enter a valid date/time."),
        ({"opens_at": "2030-07-01T00:00"}, "The deadline must be later than the opening."),
    ],
)
def test_survey_edit_bad_input_is_shown_again(client_as, survey, changes, error) -> None:
    sent = {"languages": ["en"], "deadline": "2030-06-30T18:00", "days_between_mails": "3"} | changes
    before = Survey.objects.values().get()
    response = client_as("lead").post(HOME + "settings/", sent)
    assert response.status_code == 422
    assert [e for errors in response.context["form"].errors.values() for e in errors] == [error]
    assert Survey.objects.values().get() == before


def test_survey_close_and_open_again(client_as, survey) -> None:
    lead = client_as("lead")
    assert "Survey closed." in messages_of(lead.post(HOME + "close/", follow=True))
    assert messages_of(lead.post(HOME + "close/", follow=True)) == "The survey is not open."
    assert messages_of(lead.post(HOME + "open/", {"nevertheless": "1"}, follow=True)) == "Survey opened."


def test_open_link_detail_draws_a_code_without_inline_style(client_as, survey) -> None:
    page = client_as("lead").get(HOME + "link/").content.decode()
    assert "http://127.0.0.1:8000/s/open/" in page
    assert page.count("<svg") > 0
    assert "style=" not in page
    Survey.objects.update(open_slug=None)
    assert client_as("lead").get(HOME + "link/").status_code == 404


def test_message_edit_stores_the_texts_of_each_language(client_as, survey) -> None:
    lead = client_as("lead")
    form = lead.get(HOME + "messages/ar/").context["form"]
    sent = dict(form.initial) | {"reminder_subject": "Noch einmal"}
    lead.post(HOME + "messages/ar/", sent)
    assert Survey.objects.get().texts["reminder"]["ar"]["subject"] == "Noch einmal"
    refused = lead.post(HOME + "messages/ar/", sent | {"invitation_body": "no link {who}"})
    assert refused.status_code == 422
    assert len(refused.context["form"].errors["invitation_body"]) == 2
    assert lead.get(HOME + "messages/ka/").status_code == 404


def test_message_first_leads_to_the_first_language(client_as, survey) -> None:
    response = client_as("lead").get(HOME + "messages/")
    assert response.url == f"{HOME}messages/{survey.languages[0]}/"


def test_survey_preview_does_not_count_test_answers(client_as, survey) -> None:
    lead = client_as("lead")
    assert '<html lang="ar" dir="rtl">' in lead.get(HOME + "preview/?lang=ar").content.decode()
    sent = {"2.6": "words", "_uuid": str(uuid4()), "_in": "ar"}
    assert "AZEtest1" in lead.post(HOME + "preview/", sent).content.decode()
    assert (Response.objects.for_counting().count(), Response.objects.get().is_test) == (0, True)
    assert lead.post(HOME + "preview/", {"2.2": "slavery"}).status_code == 422
    assert client_as("observer").post(HOME + "preview/", sent).status_code == 403


def test_survey_preview_is_guarded_against_forgery(member, survey) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member("lead"))
    assert strict.post(HOME + "preview/", {"2.6": "words"}).status_code == 403


@pytest.mark.parametrize("path", ["", "invitations/", "invitations/add/", "responses/"])
def test_lists_take_the_same_queries_at_one_row_and_three(client_as, survey, path) -> None:
    def queries(rows: int) -> int:
        while Response.objects.count() < rows:
            InvitationFactory(survey=survey, language="az")
            Contact.objects.create(assessment=survey.assessment, name="C")
            ResponseFactory(survey=survey, number=Response.objects.count() + 1)
        with CaptureQueriesContext(connection) as found:
            lead.get(HOME + path)
        return len(found)

    lead = client_as("lead")
    lead.get(HOME + path)
    assert queries(1) == queries(3)


def emails() -> list[str]:
    return sorted(invitation.email for invitation in Invitation.objects.all())


def test_invitation_paste_invites_each_address(client_as, survey) -> None:
    sent = {"addresses": "a@example.org\nb@example.org", "language": "az"}
    response = client_as("lead").post(HOME + "invitations/add/paste/", sent, follow=True)
    assert messages_of(response) == "2 new invitations, not sent yet."
    assert emails() == ["a@example.org", "b@example.org"]


def test_invitation_import_skips_who_was_invited_already(client_as, survey) -> None:
    InvitationFactory(survey=survey, email="a@example.org")
    table = SimpleUploadedFile("people.csv", b"email,sector\na@example.org,ngo\nc@example.org,igo\n")
    response = client_as("lead").post(HOME + "invitations/add/table/", {"file": table}, follow=True)
    assert messages_of(response) == "1 new invitation, not sent yet. 1 had already been invited."
    assert emails() == ["a@example.org", "c@example.org"]


def test_invitation_import_refuses_what_is_no_workbook(client_as, survey) -> None:
    fake = SimpleUploadedFile("people.xlsx", b"not a workbook")
    assert client_as("lead").post(HOME + "invitations/add/table/", {"file": fake}).status_code == 422
    assert Invitation.objects.count() == 0


def test_invitation_contacts_invites_the_chosen_contacts_once(client_as, survey) -> None:
    lead = client_as("lead")
    contact = Contact.objects.create(
        assessment=survey.assessment, name="C", email="d@example.org", suggested_in="AZEint1"
    )
    erased = Contact.objects.create(assessment=survey.assessment, erased_at=survey.created_at)
    lead.post(HOME + "invitations/add/contacts/", {"contact": [contact.pk, erased.pk, "x", "9" * 30]})
    assert emails() == ["d@example.org"]
    assert list(lead.get(HOME + "invitations/add/").context["contacts"]) == []


def test_invitation_paste_refused_shows_every_error_and_the_text_again(client_as, survey) -> None:
    sent = {"addresses": "no address\na@example.org\nnone", "language": "en"}
    response = client_as("lead").post(HOME + "invitations/add/paste/", sent)
    assert (response.status_code, Invitation.objects.count()) == (422, 0)
    assert len(response.context["errors"]) == 2
    assert "no address\na@example.org\nnone</textarea>" in response.content.decode()


def test_invitation_change_renews_the_link_and_notes_an_answer(client_as, survey, invitation) -> None:
    lead, url = client_as("lead"), f"{HOME}invitations/{invitation.pk}/"
    before = invitation.token_hmac
    for action in ("hand-over", "renew", "again", "answered"):
        assert lead.post(f"{url}{action}/").status_code == 302
    invitation.refresh_from_db()
    assert invitation.token_hmac != before
    assert Survey.objects.get().answered == [invitation.pk]
    assert lead.post(f"{url}nonsense/").status_code == 404


def test_invitation_bounced_needs_a_reason(client_as, survey, invitation) -> None:
    lead, url = client_as("lead"), f"{HOME}invitations/{invitation.pk}/bounced/"
    assert client_as("consultant").post(url, {"reason": "mailbox full"}).status_code == 403
    assert lead.post(url, {"reason": ""}).status_code == 422
    lead.post(url, {"reason": "mailbox full"})
    invitation.refresh_from_db()
    assert (invitation.delivery, invitation.failure) == ("returned", "mailbox full")


def test_invitation_revoke_ends_the_link(client_as, survey, invitation, link, check_roles) -> None:
    url = f"{HOME}invitations/{invitation.pk}/"
    check_roles(url + "revoke/", allowed="lead", denied="consultant", method="post", ok=302)
    assert (Invitation.objects.for_survey(survey).count(), client_as("lead").get(url).status_code) == (0, 404)
    assert Client().get(link).status_code == 404


def test_mailing_start_shows_why_it_is_refused(client_as, survey) -> None:
    response = client_as("lead").post(HOME + "mailings/start/invitation/", {"shown": "0"}, follow=True)
    assert messages_of(response) == "There is no one left to write to."
    assert "Choose invitations" in messages_of(client_as("lead").post(HOME + "mailings/start/x/", follow=True))


def test_mailing_start_allows_the_right_roles(check_roles, survey) -> None:
    check_roles(HOME + "mailings/start/reminder/", allowed="focal_point", denied="observer", wrong="delete")


def test_mailing_start_shows_to_how_many_it_goes_and_when_the_last_one_went(client_as, survey) -> None:
    moment = timezone.now() - timedelta(days=1)
    InvitationFactory(survey=survey, language="az", delivery="sent", sent_at=moment - timedelta(days=3))
    InvitationFactory(survey=survey, delivery="sent", sent_at=moment)
    InvitationFactory(survey=survey, delivery="sent", sent_at=moment, stopped=True)
    InvitationFactory(survey=survey, delivery="returned", sent_at=moment)
    Mailing.objects.create(survey=survey, kind="reminder", started_at=moment, done=17)
    page = text_of(client_as("lead").get(HOME + "mailings/start/reminder/"))
    for words in (
        "Goes to 1 person Azerbaijani: 1",
        "1 person to whom the last e-mail went less than 3 days ago",
        "1 person who wants no e-mails",
        "1 address from which the message came back",
        "to 17 people",
        "Replies go to survey@example.org",
        "Xatırlatma: insan alveri haqqında sorğu, Azərbaycan",  # as it reads, filled in
    ):
        assert words in page


def test_mailing_start_sends_only_to_as_many_as_were_shown(
    client_as, survey, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    InvitationFactory(survey=survey)
    lead, url = client_as("lead"), HOME + "mailings/start/invitation/"
    InvitationFactory(survey=survey)
    with django_capture_on_commit_callbacks(execute=True):
        for shown in ("1", "", "x"):
            refused = lead.post(url, {"shown": shown})
            assert refused.status_code == 409
            assert "Nothing was sent yet. The round would go to 2 people now." in text_of(refused)
        assert mailoutbox == []
        assert lead.post(url, {"shown": "٢"}).status_code == 302  # the number in another script
    assert len(mailoutbox) == 2


def test_mailing_start_plans_a_round_for_later(client_as, survey) -> None:
    InvitationFactory(survey=survey)
    lead, url = client_as("lead"), HOME + "mailings/start/invitation/"
    assert lead.post(url, {"do": "plan", "moment": ""}).status_code == 422
    for moment in ("soon", "2016-01-01T10:00", "2999-01-01T10:00"):
        refused = lead.post(url, {"do": "plan", "moment": moment})
        assert (refused.status_code, f'value="{moment}"' in refused.content.decode()) == (422, True)
    survey.deadline = timezone.now() + timedelta(days=30)
    survey.save()
    Assessment.objects.update(time_zone="Asia/Baku")
    moment = (timezone.now() + timedelta(days=2)).astimezone(ZoneInfo("Asia/Baku")).strftime("%Y-%m-%dT%H:%M")
    planned = lead.post(url, {"do": "plan", "moment": moment})
    mailing = Mailing.objects.get()
    assert mailing.scheduled_for.astimezone(ZoneInfo("Asia/Baku")).strftime("%Y-%m-%dT%H:%M") == moment
    assert "Planned for" in text_of(lead.get(planned.url))
    assert "Invitations are planned for" in text_of(lead.get(HOME + "invitations/"))


def test_mailing_cancel_ends_a_planned_round(client_as, survey, check_roles) -> None:
    mailing = Mailing.objects.create(survey=survey, kind="invitation", scheduled_for=timezone.now() + timedelta(days=1))
    url = f"{HOME}mailings/{mailing.pk}/"
    check_roles(f"{url}cancel/", allowed="lead", denied="consultant", method="post", wrong="get", ok=302)
    assert "Cancelled" in text_of(client_as("lead").get(url))
    again = client_as("lead").post(f"{url}cancel/", follow=True)
    assert "This round is no longer planned." in messages_of(again)


def test_mailing_start_sends_a_test_message_to_the_member(client_as, survey, member, mailoutbox) -> None:
    lead, url = client_as("lead"), HOME + "mailings/start/reminder/"
    assert messages_of(lead.post(url, {"do": "sample", "language": "az"}, follow=True)) == (
        f"The test message was sent to {member('lead').email}."
    )
    message = mailoutbox[0]
    assert message.to == [member("lead").email]
    assert message.subject.startswith("Sınaq: ")
    assert "/a/AZE-2016/survey/preview/?lang=az" in message.body
    assert "/s/" not in message.body  # neither a personal link nor one that stops mails
    assert "Choose one of the survey’s languages." in messages_of(
        lead.post(url, {"do": "sample", "language": "xx"}, follow=True)
    )


def test_mailing_start_shows_why_a_test_message_was_not_sent(client_as, survey, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    lead, url = client_as("lead"), HOME + "mailings/start/invitation/"
    answer = lead.post(url, {"do": "sample", "language": "en"}, follow=True)
    assert "The test message could not be sent (ConnectionRefusedError)." in messages_of(answer)


def test_mailing_detail_shows_progress(client_as, survey, mailoutbox, django_capture_on_commit_callbacks) -> None:
    InvitationFactory(survey=survey)
    lead = client_as("lead")
    with django_capture_on_commit_callbacks(execute=True):
        started = lead.post(HOME + "mailings/start/invitation/", {"shown": "1"})
    assert len(mailoutbox) == 1
    assert "1 of 1" in lead.get(started.url).content.decode()
    part = lead.get(started.url, headers={"hx-request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="mailing"')
    assert "hx-get" not in part
    Mailing.objects.update(finished_at=None)
    ask = poll_of(lead, started.url)
    Mailing.objects.update(done=0)
    assert "0 of 1" in ask().content.decode()


def test_mailing_resume_shows_that_all_were_sent(
    client_as, survey, check_roles, django_capture_on_commit_callbacks
) -> None:
    InvitationFactory(survey=survey)
    lead = client_as("lead")
    with django_capture_on_commit_callbacks(execute=True):
        started = lead.post(HOME + "mailings/start/invitation/", {"shown": "1"})
    check_roles(started.url + "resume/", allowed="lead", denied="consultant", method="post", wrong="get", ok=302)
    lead.get(HOME)  # shows the messages of the earlier requests
    assert messages_of(lead.post(started.url + "resume/", follow=True)) == "All messages of this round have been sent."


def test_response_enter_stores_a_paper_form(client_as, survey, member) -> None:
    consultant = client_as("consultant")
    sent = {"source": "paper", "language": "az", "_uuid": str(uuid4()), "1.1": "aze", "1.6": "2", "2.2": "1 3 7"}
    sent |= {"2.2_other": "Begging", "3.1.1": "0", "8.1": "J A B", "2.6": "Some words"}
    response = consultant.post(HOME + "enter/", sent)
    assert (response.status_code, response.url) == (302, HOME + "enter/?source=paper&language=az")
    stored = Response.objects.get()
    assert (stored.code, stored.source, stored.language) == ("AZEsur1", "paper", "az")
    assert stored.answers == {
        "1.1": "AZE",
        "1.6": "male",
        "2.2": ["prostitution", "forced_labour", "other"],
        "2.2_other": "Begging",
        "2.6": "Some words",
        "3.1.1": "dont_know",
        "8.1": ["J", "A", "B"],
    }
    consultant.post(HOME + "enter/", sent)  # a double click
    assert Response.objects.count() == 1
    assert AuditEvent.objects.get(action="response.entered").actor == member("consultant")


def test_response_enter_bad_input_is_shown_again(client_as, survey) -> None:
    sent = {"source": "paper", "language": "en", "1.6": "7", "2.2": "1 2", "2.6": "kept\x00 words", "9.9": "x"}
    response = client_as("lead").post(HOME + "enter/", sent)
    page = response.content.decode()
    assert (response.status_code, Response.objects.count()) == (422, 0)
    assert sorted(key for key, _, _ in response.context["errors"]) == ["1.6", "2.2", "9.9"]
    assert ('value="7"' in page, 'value="1 2"' in page) == (True, True)
    assert client_as("lead").post(HOME + "enter/", {"source": "web", "language": "en", "1.6": "1"}).status_code == 422
    assert client_as("lead").post(HOME + "enter/", {"source": "paper", "language": "en"}).status_code == 422


def test_response_detail_shows_answers_in_words(client_as, survey) -> None:
    ResponseFactory(survey=survey, number=1, code="AZEsur1")
    sections = dict(client_as("consultant").get(HOME + "responses/AZEsur1/").context["sections"])
    situation = {code: words for code, _, words in sections["2. Trafficking situation and trends"]}
    assert situation["2.4"] == "1. Adult females; 2. Female children; 3. Adult males; 4. Male children"
    assert situation["2.2"] == "Exploitation in prostitution; Forced labour or services; Other: Begging"


def test_response_trash_removes_and_restores_a_response(client_as, survey) -> None:
    response = ResponseFactory(survey=survey, number=1, code="AZEsur1")
    lead = client_as("lead")
    lead.post(HOME + "responses/AZEsur1/remove/")
    assert Response.objects.for_counting().count() == 0
    lead.post(HOME + "responses/AZEsur1/restore/")
    assert Response.objects.for_counting().get() == response
    assert client_as("consultant").post(HOME + "responses/AZEsur1/remove/").status_code == 403
    assert lead.post(HOME + "responses/AZEsur1/burn/").status_code == 404


def test_response_trash_pressed_twice_or_on_a_stale_page_is_done_once(client_as, survey) -> None:
    ResponseFactory(survey=survey, number=1, code="AZEsur1")
    lead = client_as("lead")
    lead.post(HOME + "responses/AZEsur1/remove/")
    removed_at = Response.objects.get().deleted_at
    lead.post(HOME + "responses/AZEsur1/remove/")
    assert Response.objects.get().deleted_at == removed_at
    for _ in range(2):
        lead.post(HOME + "responses/AZEsur1/restore/")
    logged = AuditEvent.objects.filter(action__in=["response.removed", "response.restored"])
    assert sorted(logged.values_list("action", flat=True)) == ["response.removed", "response.restored"]


def test_survey_erase_leaves_the_numbers(client_as, survey, invitation) -> None:
    lead = client_as("lead")
    assert "Close the survey first" in messages_of(lead.post(HOME + "erase/", follow=True))
    Survey.objects.update(status="closed", answered=[invitation.pk])
    lead.post(HOME + "erase/")
    invitation.refresh_from_db()
    assert (invitation.email, invitation.name, Survey.objects.get().answered) == ("", "", [invitation.pk])


def test_invitation_links_are_a_table_without_formulas(client_as, survey, invitation, link) -> None:
    answered = InvitationFactory(survey=survey)
    Survey.objects.update(answered=[answered.pk])
    Invitation.objects.filter(pk=invitation.pk).update(name="=1+1")
    response = client_as("focal_point").get(HOME + "invitations/links.csv")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines == [
        "name,email,organisation,language,link",
        f"'=1+1,{invitation.email},,ar,http://127.0.0.1:8000{link}",
    ]


def test_survey_edit_and_survey_detail_lead_to_the_words_in_each_language(survey, client_as) -> None:
    for page in ("/a/AZE-2016/survey/settings/", "/a/AZE-2016/survey/"):
        assert 'href="/a/AZE-2016/languages/"' in client_as("lead").get(page).content.decode()


def test_a_closed_survey_does_not_count_days(assessment: Any, client_as: Any) -> None:
    survey = SurveyFactory(
        assessment=assessment, status=Survey.Status.OPEN, deadline=timezone.now() + timedelta(days=3)
    )
    page = reverse("surveys:survey_detail", args=["AZE-2016"])
    assert "days left" in text(client_as("lead").get(page))
    Survey.objects.filter(pk=survey.pk).update(status=Survey.Status.CLOSED)
    assert "days left" not in text(client_as("lead").get(page))
