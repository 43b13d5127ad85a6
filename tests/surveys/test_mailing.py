"""Mail through a real SMTP server on loopback: one mail to each, failures by address, interruptions and repeats."""

import email
import re
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assessments.models import AuditEvent
from assessments.public_texts import all_sources
from assessments.services.packs import save_pack_text
from surveys.distribution import sending
from surveys.distribution.invitees import Person
from surveys.distribution.jobs import enqueue_at, send_mailing_job
from surveys.distribution.links import find_messages, find_stopped, message_id, personal_link, stop_link
from surveys.distribution.messages import blank_places, compose, html_of, mail_text, reply_address, text_errors
from surveys.distribution.recipients import recipients_of
from surveys.distribution.sending import RETRIES, send_mailing
from surveys.models import Invitation, Mailing, Survey
from surveys.services.invitations import allow_writing, invite, revoke_invitation, stop_writing
from surveys.services.mailings import cancel_mailing, plan_mailing, resume_mailing, start_mailing
from surveys.services.surveys import close_survey
from surveys.words import complete_languages
from tests.pages import text
from tests.surveys.factories import InvitationFactory

pytestmark = pytest.mark.django_db


class Post:
    """Stores incoming mail; refuses addresses that begin with `refused`, and `busy` ones for now."""

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.senders: list[str] = []
        self.busy = True

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("refused"):
            return f"550 5.1.1 <{address}> is unknown here"
        if address.startswith("busy") and self.busy:
            return f"451 4.7.1 <{address}> come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.senders.append(envelope.mail_from)
        self.received.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    @property
    def to(self) -> list[str]:
        return sorted(message["To"] for message in self.received)


def text_of(message: Any) -> str:
    text: str = message.get_body(("plain",)).get_content()
    return text


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    handler = Post()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", controller.port, 5
    yield handler
    controller.stop()


@pytest.fixture
def invited(survey: Survey) -> list[Invitation]:
    return [InvitationFactory(survey=survey, email=f"p{n}@example.org", name=f"P {n}", language="en") for n in range(3)]


def days_pass(survey: Survey, days: int = 3) -> None:
    """As if all mails had been sent some days earlier."""
    for invitation in Invitation.objects.exclude(written_at=None):
        Invitation.objects.filter(pk=invitation.pk).update(written_at=invitation.written_at - timedelta(days=days))


def start(survey: Survey, capture: Any, kind: str = "invitation") -> Mailing:
    with capture(execute=True):  # the job is started when the transaction is committed
        mailing = start_mailing(survey=survey, kind=kind, by=None)
    mailing.refresh_from_db()
    return mailing


def test_a_round_reaches_each_once(survey, invited, post, django_capture_on_commit_callbacks) -> None:
    mailing = start(survey, django_capture_on_commit_callbacks)
    assert post.to == ["p0@example.org", "p1@example.org", "p2@example.org"]
    assert (mailing.total, mailing.done, mailing.failed, bool(mailing.finished_at)) == (3, 3, 0, True)
    assert {i.delivery for i in Invitation.objects.all()} == {"sent"}
    Mailing.objects.update(finished_at=None)
    send_mailing(mailing.pk)
    assert len(post.received) == 3


def test_what_a_message_mentions_and_is_blank_is_said_before_it_is_sent(survey, invited, client_as) -> None:
    survey.texts = {"invitation": {"en": {"subject": "Survey", "body": "For {office}, {commissioner}: {link} {name}"}}}
    survey.assessment.office = ""
    survey.assessment.save()
    survey.save()
    for role, linked in (("lead", True), ("focal_point", False)):  # those who may fill it in
        page = client_as(role).get(f"/a/{survey.assessment.reference}/survey/mailings/start/invitation/")
        assert "it has a gap there: Office known to stakeholders" in text(page)
        assert ("Fill it in" in text(page)) == linked
    survey.assessment.office = "Field office"
    survey.assessment.save()
    assert blank_places(survey, "invitation", ["en"]) == (
        [] if survey.assessment.study.commissioner else ["Commissioned by"]
    )
    page = text(client_as("lead").get(f"/a/{survey.assessment.reference}/survey/mailings/start/reminder/"))
    assert "has a gap" not in page


def test_text_of_an_invitation(survey, invited, post, django_capture_on_commit_callbacks) -> None:
    start(survey, django_capture_on_commit_callbacks)
    message = next(m for m in post.received if m["To"] == "p1@example.org")
    body = text_of(message)
    assert message["Subject"] == "Survey on human trafficking in Azerbaijan"
    assert message["Reply-To"] == "survey@example.org"
    assert body.splitlines()[0] == "Hello P 1,"
    assert personal_link(invited[1]) in body
    assert "{" not in body


def test_a_mail_has_the_words_of_the_assessment(survey, invited, post, django_capture_on_commit_callbacks) -> None:
    subject = all_sources()["surveys.mail_invitation_subject"].english[""]
    key = "surveys.mail_invitation_subject"
    save_pack_text(assessment=survey.assessment, language="en", key=key, text=f"Our {subject}", by=None)
    start(survey, django_capture_on_commit_callbacks)
    assert {m["Subject"] for m in post.received} == {"Our Survey on human trafficking in Azerbaijan"}


def test_a_nameless_invitation_is_greeted_without_a_gap(survey, post, django_capture_on_commit_callbacks) -> None:
    for language in ("en", "ar"):
        InvitationFactory(survey=survey, name="", language=language)
    start(survey, django_capture_on_commit_callbacks)
    assert sorted(text_of(m).splitlines()[0] for m in post.received) == ["Hello,", "مرحبًا،"]


def test_a_refused_address_is_named_and_the_others_go_out(
    survey, invited, post, django_capture_on_commit_callbacks
) -> None:
    refused = InvitationFactory(survey=survey, email="refused@example.org")
    mailing = start(survey, django_capture_on_commit_callbacks)
    refused.refresh_from_db()
    assert (mailing.done, mailing.failed) == (3, 1)
    assert (refused.delivery, refused.failure) == ("failed", "550 5.1.1 <the address> is unknown here")
    Invitation.objects.filter(pk=refused.pk).update(email="mended@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        resume_mailing(mailing=mailing, by=None)
    assert post.to == ["mended@example.org", "p0@example.org", "p1@example.org", "p2@example.org"]


def test_the_numbers_of_a_round_stay_right_when_the_rest_is_sent_after_a_reminder(
    survey, invited, post, django_capture_on_commit_callbacks
) -> None:
    """A later round took the invitations over, and "3 of 4" became "1 of 4"."""
    refused = InvitationFactory(survey=survey, email="refused@example.org")
    mailing = start(survey, django_capture_on_commit_callbacks)
    assert (mailing.done, mailing.failed, mailing.total) == (3, 1, 4)
    days_pass(survey)
    reminder = start(survey, django_capture_on_commit_callbacks, "reminder")
    assert (reminder.done, reminder.failed, reminder.total) == (3, 0, 3)
    Invitation.objects.filter(pk=refused.pk).update(email="mended@example.org")
    InvitationFactory(survey=survey, email="later@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        resume_mailing(mailing=mailing, by=None)
    mailing.refresh_from_db()
    assert (mailing.done, mailing.failed, mailing.total) == (5, 0, 5)
    reminder.refresh_from_db()
    assert (reminder.done, reminder.failed, reminder.total) == (3, 0, 3)


def test_an_address_refused_twice_is_one_failure(survey, post, django_capture_on_commit_callbacks) -> None:
    InvitationFactory(survey=survey, email="refused@example.org")
    mailing = start(survey, django_capture_on_commit_callbacks)
    Mailing.objects.update(finished_at=None)
    send_mailing(mailing.pk)  # the job runs again: it does not try an address twice
    mailing.refresh_from_db()
    assert (mailing.done, mailing.failed) == (0, 1)
    with django_capture_on_commit_callbacks(execute=True):
        resume_mailing(mailing=mailing, by=None)
    mailing.refresh_from_db()
    assert (mailing.done, mailing.failed, mailing.total) == (0, 1, 1)


def test_a_contact_with_a_name_is_kept_apart_in_an_arabic_mail(survey, invitation) -> None:
    survey.assessment.survey_contact = "Leyla <survey@example.org>"
    _, body = compose(survey, invitation, "invitation")
    assert "\u2068Leyla <survey@example.org>\u2069" in body
    assert f"\n{personal_link(invitation)}\n" in body
    invitation.language = "en"
    assert "\u2068" not in compose(survey, invitation, "invitation")[1]


def test_a_server_out_of_reach_stops_the_round_and_loses_nothing(
    survey, invited, settings, post, django_capture_on_commit_callbacks
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    mailing = start(survey, django_capture_on_commit_callbacks)
    assert "could not be reached" in mailing.error
    assert {i.delivery for i in Invitation.objects.all()} == {"new"}
    settings.EMAIL_PORT = port
    with django_capture_on_commit_callbacks(execute=True):
        resume_mailing(mailing=mailing, by=None)
    mailing.refresh_from_db()
    assert (len(post.received), mailing.done, mailing.error) == (3, 3, "")


def test_a_worker_stopped_while_sending_is_not_repeated_blindly(
    survey, invited, post, django_capture_on_commit_callbacks
) -> None:
    Invitation.objects.filter(pk=invited[0].pk).update(delivery="sending", send_key="m1")
    start(survey, django_capture_on_commit_callbacks)
    assert post.to == ["p1@example.org", "p2@example.org"]


def test_reminders_leave_out_who_answers_meanwhile(survey, invited, post, django_capture_on_commit_callbacks) -> None:
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=3), delivery="sent")
    Survey.objects.update(answered=[invited[0].pk])
    survey.refresh_from_db()
    mailing = start_mailing(survey=survey, kind="reminder", by=None)
    Survey.objects.update(answered=[invited[0].pk, invited[1].pk])
    send_mailing(mailing.pk)
    assert post.to == ["p2@example.org"]
    assert Invitation.objects.get(pk=invited[2].pk).reminders == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"status": "closed"}, "Open the survey first"),
        ({"deadline": None}, "Set a deadline first"),
    ],
)
def test_a_round_needs_an_open_survey_and_a_deadline(survey, invited, change, message) -> None:
    for name, value in change.items():
        setattr(survey, name, value)
    with pytest.raises(ValidationError, match=message):
        start_mailing(survey=survey, kind="invitation", by=None)


def test_a_round_needs_someone_to_write_to(survey) -> None:
    with pytest.raises(ValidationError, match="no one left to write to"):
        start_mailing(survey=survey, kind="reminder", by=None)


def test_own_texts_take_the_place_of_ours(survey) -> None:
    survey.texts = {"invitation": {"en": {"subject": "Ours", "body": "See {link}"}}}
    assert mail_text(survey, "invitation", "en") == {"subject": "Ours", "body": "See {link}"}
    assert mail_text(survey, "invitation", "az")["subject"].startswith("Sorğu")


def test_text_errors() -> None:
    assert text_errors("Subject", "{link}") == []
    places = "Use one of name, link, stop_link, deadline, country, survey_contact, commissioner, office, assessment."
    assert text_errors("a\nb", "{linc} {}") == [
        "Include {link} where the personal link should appear.",
        "Write the subject in one line of at most 200 characters.",
        f"{{}} cannot be filled in. {places}",
        f"{{linc}} cannot be filled in. {places}",
    ]


def test_our_own_texts_have_no_error(survey) -> None:
    for language in complete_languages():
        for kind in Mailing.Kind.values:
            assert text_errors(**mail_text(survey, kind, language)) == []


def test_a_mail_has_text_and_html_with_the_same_words_and_links(
    survey, post, django_capture_on_commit_callbacks
) -> None:
    invitation = InvitationFactory(survey=survey, name="<b>P</b> & Q", language="ar")
    start(survey, django_capture_on_commit_callbacks)
    message = post.received[0]
    html = message.get_body(("html",)).get_content()
    assert '<html lang="ar" dir="rtl">' in html
    assert f'<a dir="ltr" href="{personal_link(invitation)}" rel="nofollow">' in html
    assert "&lt;b&gt;P&lt;/b&gt; &amp; Q" in html
    assert message["Content-Language"] == "ar"
    assert html_of("One\n\nTwo\nmore\n", "en").count("<p ") == 2


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        ("survey@example.org", "survey@example.org"),
        ("Survey team <survey@example.org>", "survey@example.org"),
        ("Survey team, survey@example.org, +994 12", "survey@example.org"),
        ("Survey team, +994 12", ""),
        ("", ""),
        ("a@b\nBcc: x@example.org", "x@example.org"),  # one address at most, without the line break
    ],
)
def test_replies_go_to_the_address_in_the_contact_of_the_survey(survey, contact: str, address: str) -> None:
    survey.assessment.survey_contact = contact
    assert reply_address(survey) == address


def test_what_cannot_be_delivered_goes_to_the_address_for_it(
    survey, invited, post, settings, django_capture_on_commit_callbacks
) -> None:
    settings.BOUNCE_ADDRESS = "returns@example.org"
    start(survey, django_capture_on_commit_callbacks)
    assert set(post.senders) == {"returns@example.org"}
    assert {message["From"] for message in post.received} == {settings.DEFAULT_FROM_EMAIL}


# Refused for now ----------------------------------------------------------------------------------------------------


def test_an_address_refused_for_now_is_tried_again_by_the_same_round(
    survey, invited, post, django_capture_on_commit_callbacks
) -> None:
    busy = InvitationFactory(survey=survey, email="busy@example.org")
    mailing = start(survey, django_capture_on_commit_callbacks)
    busy.refresh_from_db()
    assert (mailing.done, mailing.failed, mailing.total, mailing.finished_at) == (3, 0, 4, None)
    assert (busy.delivery, busy.attempts, busy.failure) == ("waiting", 1, "451 4.7.1 <the address> come again later")
    assert timedelta(minutes=14) < busy.retry_at - timezone.now() < timedelta(minutes=16)
    assert send_mailing(mailing.pk) == busy.retry_at  # too early: nothing is tried
    assert list(Invitation.objects.for_inviting(survey)) == []  # no other round takes it
    post.busy = False
    Invitation.objects.filter(pk=busy.pk).update(retry_at=timezone.now())
    assert send_mailing(mailing.pk) is None
    busy.refresh_from_db()
    mailing.refresh_from_db()
    assert (busy.delivery, busy.attempts, busy.retry_at, busy.failure) == ("sent", 0, None, "")
    assert (mailing.done, mailing.failed, bool(mailing.finished_at)) == (4, 0, True)
    assert post.to.count("busy@example.org") == 1


def test_an_address_refused_for_now_is_given_up_after_some_hours(
    survey, post, django_capture_on_commit_callbacks
) -> None:
    busy = InvitationFactory(survey=survey, email="busy@example.org")
    mailing = start(survey, django_capture_on_commit_callbacks)
    waited = []
    while again := send_mailing(mailing.pk):
        waited.append(round((again - timezone.now()).total_seconds() / 60))
        Invitation.objects.filter(pk=busy.pk).update(retry_at=timezone.now())
        assert len(waited) < 10
        send_mailing(mailing.pk)
    busy.refresh_from_db()
    mailing.refresh_from_db()
    assert waited == [round(delay.total_seconds() / 60) for delay in RETRIES]
    assert (busy.delivery, busy.attempts, mailing.failed, mailing.done) == ("failed", 0, 1, 0)


def test_a_survey_that_closes_meanwhile_ends_the_waiting(survey, post, django_capture_on_commit_callbacks) -> None:
    busy = InvitationFactory(survey=survey, email="busy@example.org")
    mailing = start(survey, django_capture_on_commit_callbacks)
    close_survey(survey=survey, by=None)
    mailing.refresh_from_db()
    busy.refresh_from_db()
    assert (mailing.error, bool(mailing.finished_at)) == ("The survey was closed.", True)
    assert (busy.delivery, busy.retry_at, busy.written_at) == ("failed", None, None)


def test_a_deadline_that_passes_before_the_worker_comes_ends_the_round(survey, invited, post) -> None:
    mailing = Mailing.objects.create(survey=survey, kind="invitation", total=3, started_at=timezone.now())
    Survey.objects.update(deadline=timezone.now() - timedelta(hours=1))
    assert send_mailing(mailing.pk) is None
    mailing.refresh_from_db()
    assert mailing.finished_at
    assert "does not accept answers any more" in mailing.error
    assert post.received == []


# Who is left out ----------------------------------------------------------------------------------------------------


def test_a_reminder_leaves_out_whom_a_mail_reached_a_short_time_ago(
    survey, invited, post, django_capture_on_commit_callbacks
) -> None:
    start(survey, django_capture_on_commit_callbacks)
    assert Invitation.objects.for_reminding(survey).count() == 0
    assert recipients_of(survey, "reminder").recent == 3
    with pytest.raises(ValidationError, match="no one left"):
        start_mailing(survey=survey, kind="reminder", by=None)
    days_pass(survey, 2)
    assert Invitation.objects.for_reminding(survey).count() == 0
    days_pass(survey, 1)
    assert (recipients_of(survey, "reminder").total, recipients_of(survey, "reminder").recent) == (3, 0)
    start(survey, django_capture_on_commit_callbacks, "reminder")
    assert Invitation.objects.for_reminding(survey).count() == 0  # the reminder itself counts
    survey.days_between_mails = 0
    assert Invitation.objects.for_reminding(survey).count() == 3


def test_mails_of_before_their_time_was_stored_count_from_the_first(survey) -> None:
    for days in (2, 4):
        InvitationFactory(survey=survey, delivery="sent", sent_at=timezone.now() - timedelta(days=days))
    assert [i.sent_at.day for i in Invitation.objects.for_reminding(survey)] == [
        (timezone.now() - timedelta(days=4)).day
    ]


def test_who_asked_for_no_more_mails_receives_none(survey, invited, post, django_capture_on_commit_callbacks) -> None:
    stop_writing(invitation=invited[0])
    stop_writing(invitation=invited[0])
    assert AuditEvent.objects.filter(action="invitation.stopped").count() == 1
    assert start(survey, django_capture_on_commit_callbacks).total == 2
    assert post.to == ["p1@example.org", "p2@example.org"]
    revoke_invitation(invitation=invited[0], by=None)
    invite(survey=survey, people=[Person("P0@example.org", "P", "", "", "en", None)], by=None)
    assert Invitation.objects.for_inviting(survey).count() == 0  # a new invitation does not undo it
    again = Invitation.objects.for_survey(survey).get(stopped=True)
    allow_writing(invitation=again, by=None)
    assert list(Invitation.objects.for_inviting(survey)) == [again]


def test_who_stops_the_mails_while_a_round_runs_receives_none(survey, invited, post, monkeypatch) -> None:
    mailing = Mailing.objects.create(survey=survey, kind="invitation", total=3, started_at=timezone.now())
    claim = sending._claim

    def stopped_before(invitation: Invitation, key: str) -> bool:
        if invitation.pk == invited[1].pk:
            Invitation.objects.filter(pk=invitation.pk).update(stopped=True)
        return claim(invitation, key)

    monkeypatch.setattr(sending, "_claim", stopped_before)
    send_mailing(mailing.pk)
    assert post.to == ["p0@example.org", "p2@example.org"]


def test_each_mail_has_a_link_to_stop_them(survey, post, django_capture_on_commit_callbacks, client) -> None:
    survey.texts = {"invitation": {"en": {"subject": "Ours", "body": "See {link}, or stop: {stop_link} Thank you"}}}
    survey.save()
    own, ours = InvitationFactory(survey=survey, language="en"), InvitationFactory(survey=survey, language="az")
    start(survey, django_capture_on_commit_callbacks)
    for message, invitation in zip(post.received, (own, ours), strict=True):
        link = stop_link(invitation)
        assert text_of(message).count(link) == 1
        assert message["List-Unsubscribe"].strip() == f"<{link}>"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (
        text_of(post.received[1]).rstrip().endswith(f"Bu sorğu haqqında daha e-məktub almamaq üçün: {stop_link(ours)}")
    )


def test_mail_stop_requires_a_confirmation_by_post(survey, invitation, client) -> None:
    path = re.sub(r"^https?://[^/]+", "", stop_link(invitation))
    page = client.get(path)  # programs that check mails open each link
    assert (page.status_code, page["Content-Language"]) == (200, invitation.language)
    assert "<button" in page.content.decode()
    invitation.refresh_from_db()
    assert not invitation.stopped
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    invitation.refresh_from_db()
    assert invitation.stopped
    assert "<button" not in client.get(path).content.decode()
    assert client.get(re.sub(r"^https?://[^/]+", "", personal_link(invitation))).status_code == 200
    for wrong in (f"{invitation.pk}.x", "x", f"{path.split('/')[-2]}x", "9.." * 50):
        assert client.post(f"/s/stop/{wrong}/").status_code == 404


# Rounds for later ---------------------------------------------------------------------------------------------------


def plan(survey: Survey, moment: datetime | None = None) -> Mailing:
    return plan_mailing(survey=survey, kind="invitation", moment=moment or timezone.now() + timedelta(days=1), by=None)


def test_a_planned_round_starts_at_its_time_and_counts_then(survey, invited, post) -> None:
    mailing = plan(survey)
    assert send_mailing(mailing.pk) is None
    assert post.received == []
    InvitationFactory(survey=survey, email="later@example.org")
    Mailing.objects.update(scheduled_for=timezone.now())
    send_mailing(mailing.pk)
    mailing.refresh_from_db()
    assert (mailing.total, mailing.done, bool(mailing.started_at), bool(mailing.finished_at)) == (4, 4, True, True)
    assert AuditEvent.objects.get(action="mailing.started").detail["planned"] is True
    send_mailing(mailing.pk)
    assert len(post.received) == 4


def test_a_cancelled_round_never_starts(survey, invited, post) -> None:
    mailing = plan(survey)
    cancel_mailing(mailing=mailing, by=None)
    Mailing.objects.update(scheduled_for=timezone.now(), finished_at=None)
    send_mailing(mailing.pk)
    assert post.received == []
    with pytest.raises(ValidationError, match="no longer planned"):
        cancel_mailing(mailing=mailing, by=None)
    with pytest.raises(ValidationError, match="has not begun"):
        resume_mailing(mailing=Mailing.objects.get(), by=None)


def test_a_survey_that_closes_cancels_its_planned_rounds(survey, invited, post) -> None:
    mailing = plan(survey)
    close_survey(survey=survey, by=None)
    mailing.refresh_from_db()
    assert mailing.cancelled_at


@pytest.mark.parametrize(
    ("change", "moment", "message"),
    [
        ({}, -timedelta(minutes=1), "in the future"),
        ({"deadline": timezone.now() + timedelta(days=1)}, timedelta(days=2), "after the deadline"),
        ({"opens_at": timezone.now() + timedelta(days=3)}, timedelta(days=2), "opens later"),
        ({"deadline": None}, timedelta(days=2), "Set a deadline first"),
        ({"status": "closed"}, timedelta(days=2), "Reopen the survey first"),
    ],
)
def test_a_time_at_which_no_round_can_be_sent_is_refused(survey, change, moment, message) -> None:
    for name, value in change.items():
        setattr(survey, name, value)
    with pytest.raises(ValidationError, match=message):
        plan(survey, timezone.now() + moment)
    assert Mailing.objects.count() == 0


def test_a_round_planned_twice_is_one(survey) -> None:
    moment = timezone.now() + timedelta(days=1)
    plan(survey, moment)
    with pytest.raises(ValidationError, match="planned for this time already"):
        plan(survey, moment)


def test_planned_and_refused_mails_are_started_by_the_queue(survey, invited, settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    moment = timezone.now() + timedelta(days=1)
    enqueue_at(moment, send_mailing_job, 7)
    (queued,) = DBTaskResult.objects.all()
    assert (queued.run_after, queued.args_kwargs["args"]) == (moment, [7])


# Message-IDs --------------------------------------------------------------------------------------------------------


def test_a_message_id_is_found_again_and_a_forged_one_is_not(survey, invitation) -> None:
    mailing = Mailing.objects.create(survey=survey, kind="invitation")
    made = message_id(mailing, invitation)
    assert re.fullmatch(r"<[A-Za-z0-9._-]+@[a-z0-9.]+>", made)
    assert find_messages(f"References: {made}\n{made}") == {(mailing.pk, invitation.pk)}
    assert find_messages(made.replace(f".{invitation.pk}.", f".{invitation.pk + 1}.")) == set()
    assert find_messages("<ctnat.1.1.@x> <other@example.org>") == set()


def test_links_and_message_ids_of_before_are_read_after_the_secret_key_was_replaced(
    survey, invitation, settings
) -> None:
    mailing = Mailing.objects.create(survey=survey, kind="invitation")
    made, link = message_id(mailing, invitation), stop_link(invitation)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-" * 8
    assert find_messages(made) == {(mailing.pk, invitation.pk)}
    assert find_stopped(link.split("/")[-2]) == invitation.pk
    settings.SECRET_KEY_FALLBACKS = []
    assert (find_messages(made), find_stopped(link.split("/")[-2])) == (set(), None)
