"""Sending that may be repeated without sending twice.

An invitation is claimed for a round before its mail goes out, in one statement that only one worker can win. A worker
that is stopped in between leaves it "being sent": whether that mail went out is unknown, so it is not sent again
until a user decides so.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from assessments.packs import words_for
from surveys.distribution.messages import compose
from surveys.models import Invitation, Mailing


class Unreachable(Exception):
    """The mail server does not answer: the round stops, nothing is lost."""


def send_key(mailing: Mailing) -> str:
    """The value that marks an invitation as claimed by this round."""
    return f"m{mailing.pk}"


def send_mailing(pk: int) -> None:
    """Send to everyone of the round who has not received the mail. Safe to run again, and twice at once."""
    mailing = Mailing.objects.select_related("survey__assessment__study", "survey__questionnaire").get(pk=pk)
    survey, key = mailing.survey, send_key(mailing)
    if mailing.finished_at or not survey.is_accepting:
        return
    error = ""
    try:
        with words_for(survey.assessment), _mail_server() as connection:
            for invitation in list(Invitation.objects.for_mailing(survey, mailing.kind).exclude(send_key=key)):
                survey.refresh_from_db(fields=["answered", "status"])
                if invitation.pk not in survey.answered and survey.is_accepting and _claim(invitation, key):
                    _send_one(mailing, invitation, connection)
    except Unreachable as stopped:
        error = f"The mail server could not be reached ({stopped}). Try again later; no message is sent twice."
    Mailing.objects.filter(pk=pk, finished_at=None).update(finished_at=timezone.now(), error=error[:300])


@contextmanager
def _mail_server() -> Iterator[Any]:
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        raise Unreachable(type(error).__name__) from None
    try:
        yield connection
    finally:
        connection.close()


def _claim(invitation: Invitation, key: str) -> bool:
    mine = Invitation.objects.filter(pk=invitation.pk, revoked_at=None).exclude(send_key=key)
    return bool(mine.update(send_key=key, delivery=Invitation.Delivery.SENDING, failure=""))


def _send_one(mailing: Mailing, invitation: Invitation, connection: Any) -> None:
    before = invitation.delivery
    try:
        _message(mailing, invitation, connection).send()
    except (SMTPServerDisconnected, OSError) as error:  # also every SMTPException, which is an OSError
        if isinstance(error, SMTPException) and not isinstance(error, SMTPServerDisconnected):
            return _note_failed(mailing, invitation, error)
        Invitation.objects.filter(pk=invitation.pk).update(delivery=before, send_key="")
        raise Unreachable(type(error).__name__) from None
    except ValueError as error:  # an address or a text that no mail can carry
        return _note_failed(mailing, invitation, error)
    return _note_sent(mailing, invitation)


@transaction.atomic
def _note_sent(mailing: Mailing, invitation: Invitation) -> None:
    """The round's counter is raised with each mail, because a later round takes over its invitations."""
    reminders = invitation.reminders + (mailing.kind == Mailing.Kind.REMINDER)
    Invitation.objects.filter(pk=invitation.pk).update(
        delivery=Invitation.Delivery.SENT, sent_at=invitation.sent_at or timezone.now(), reminders=reminders
    )
    Mailing.objects.filter(pk=mailing.pk).update(done=F("done") + 1)


@transaction.atomic
def _note_failed(mailing: Mailing, invitation: Invitation, error: Exception) -> None:
    """It stays claimed, so that this round tries it again only when it is resumed."""
    Invitation.objects.filter(pk=invitation.pk).update(
        delivery=Invitation.Delivery.FAILED, failure=_reason(error, invitation)
    )
    Mailing.objects.filter(pk=mailing.pk).update(failed=F("failed") + 1)


def _message(mailing: Mailing, invitation: Invitation, connection: Any) -> EmailMessage:
    survey = mailing.survey
    subject, body = compose(survey, invitation, mailing.kind)
    try:
        validate_email(contact := survey.assessment.survey_contact.strip())
        reply_to = [contact]
    except ValidationError:
        reply_to = []
    headers = {"Auto-Submitted": "auto-generated", "Content-Language": invitation.language}
    return EmailMessage(subject, body, to=[invitation.email], connection=connection, reply_to=reply_to, headers=headers)


def _reason(error: Exception, invitation: Invitation) -> str:
    """The mail server's reply, without the address: this column is not encrypted."""
    reply = str(error)
    if isinstance(error, SMTPResponseException):
        text = error.smtp_error
        reply = f"{error.smtp_code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    elif refused := getattr(error, "recipients", None):
        code, text = next(iter(refused.values()))
        reply = f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    return re.sub(re.escape(invitation.email), "the address", reply, flags=re.IGNORECASE)[:300] or type(error).__name__
