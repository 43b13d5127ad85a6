"""Mail through a real SMTP server on loopback: one mail to each, failures by address, interruptions and repeats."""

import email
import socket
from collections.abc import Iterator
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.exceptions import ValidationError
from django.utils import timezone

from assessments.public_texts import all_sources
from assessments.services.packs import save_pack_text
from surveys.distribution.links import personal_link
from surveys.distribution.messages import compose, mail_text, text_errors
from surveys.distribution.sending import send_mailing
from surveys.models import Invitation, Mailing, Survey
from surveys.services.mailings import resume_mailing, start_mailing
from surveys.words import complete_languages
from tests.surveys.factories import InvitationFactory

pytestmark = pytest.mark.django_db


class Post:
    """Stores incoming mail; refuses addresses that begin with `refused`."""

    def __init__(self) -> None:
        self.received: list[Any] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("refused"):
            return f"550 5.1.1 <{address}> is unknown here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    @property
    def to(self) -> list[str]:
        return sorted(message["To"] for message in self.received)


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


def test_text_of_an_invitation(survey, invited, post, django_capture_on_commit_callbacks) -> None:
    start(survey, django_capture_on_commit_callbacks)
    message = next(m for m in post.received if m["To"] == "p1@example.org")
    body = message.get_content()
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
    assert sorted(m.get_content().splitlines()[0] for m in post.received) == ["Hello,", "مرحبًا،"]


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
    Invitation.objects.update(sent_at=timezone.now(), delivery="sent")
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
    places = "Use one of name, link, deadline, country, survey_contact, commissioner, office, assessment."
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
