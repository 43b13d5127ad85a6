"""Sending that may be repeated without sending twice.

An invitation is claimed for a round before its mail goes out, in one statement that only one worker can win. A worker
that is stopped in between leaves it "being sent": whether that mail went out is unknown, so it is not sent again
until a user decides so. An address that the mail server refuses for now is tried again later, a few times.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop as N_

from assessments.audit import record
from assessments.packs import words_for
from ctnat.ui.stored import stored_text
from surveys.distribution.links import message_id, stop_link
from surveys.distribution.messages import compose, html_of, mail_language, reply_address
from surveys.models import Invitation, Mailing
from surveys.questionnaire.translations import codes, unreviewed

RETRIES = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))  # after a refusal for now
Delivery = Invitation.Delivery
CLOSED = stored_text(N_("The survey does not accept answers any more. What was left was not sent."))
UNREACHABLE = stored_text(
    N_("The mail server could not be reached ({reply}). Try again later; no message is sent twice.")
)


class Unreachable(Exception):
    """The mail server does not answer: the round stops, nothing is lost."""


def send_key(mailing: Mailing) -> str:
    """The value that marks an invitation as claimed by this round."""
    return f"m{mailing.pk}"


def send_mailing(pk: int) -> datetime | None:
    """Send to everyone of the round who has not received the mail. Safe to run again, and twice at once.

    Returns when to run it again, where addresses were refused for now.
    """
    mailing = Mailing.objects.select_related("survey__assessment__study", "survey__questionnaire").get(pk=pk)
    survey, key = mailing.survey, send_key(mailing)
    if mailing.finished_at or mailing.cancelled_at or (mailing.is_planned and not _begin(mailing)):
        return None
    error = "" if survey.is_accepting else CLOSED
    try:
        if not error:
            with words_for(survey.assessment), _mail_server() as connection:
                for invitation in _to_send(mailing):
                    survey.refresh_from_db(fields=["answered", "status"])
                    if invitation.pk not in survey.answered and survey.is_accepting and _claim(invitation, key):
                        _send_one(mailing, invitation, connection)
    except Unreachable as stopped:
        error = UNREACHABLE.format(reply=stopped)
    again = None if error else _waiting(mailing).aggregate(first=Min("retry_at"))["first"]
    if again is None:
        _give_up(_waiting(mailing))
        Mailing.objects.filter(pk=pk, finished_at=None).update(finished_at=timezone.now(), error=error[:300])
    return again


@transaction.atomic
def _begin(mailing: Mailing) -> bool:
    """Start a planned round, once, if its time has come."""
    languages = Invitation.objects.for_mailing(mailing.survey, mailing.kind).count_by_language()
    due = Mailing.objects.for_later().filter(pk=mailing.pk, scheduled_for__lte=timezone.now())
    if not due.update(started_at=timezone.now(), total=languages.total()):
        return False
    detail: dict[str, Any] = {"kind": mailing.kind, "count": languages.total(), "planned": True}
    detail["unreviewed"] = codes(unreviewed(mailing.survey, languages))
    record("mailing.started", by=None, assessment=mailing.survey.assessment, target=mailing, **detail)
    return True


def _give_up(waiting: QuerySet[Invitation]) -> None:
    """Those refused for now count as not sent: the next round includes them."""
    waiting.update(delivery=Delivery.FAILED, attempts=0, retry_at=None)


def _to_send(mailing: Mailing) -> list[Invitation]:
    new = Invitation.objects.for_mailing(mailing.survey, mailing.kind).exclude(send_key=send_key(mailing))
    due = _waiting(mailing).filter(retry_at__lte=timezone.now(), stopped=False)
    return [*new, *due]


def _waiting(mailing: Mailing) -> QuerySet[Invitation]:
    """Of this round, refused for now."""
    rows: QuerySet[Invitation] = Invitation.objects.for_survey(mailing.survey)
    return rows.filter(send_key=send_key(mailing), delivery=Delivery.WAITING)


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
    mine = Invitation.objects.filter(pk=invitation.pk, revoked_at=None, stopped=False)
    if invitation.delivery == Delivery.WAITING:
        mine = mine.filter(delivery=Delivery.WAITING, send_key=key, attempts=invitation.attempts)
    else:
        mine = mine.exclude(send_key=key)
    return bool(mine.update(send_key=key, delivery=Delivery.SENDING, failure=""))


def _send_one(mailing: Mailing, invitation: Invitation, connection: Any) -> None:
    before = {"delivery": invitation.delivery, "send_key": "", "failure": invitation.failure}
    if invitation.delivery == Delivery.WAITING:
        before["send_key"] = send_key(mailing)
    try:
        _message(mailing, invitation, connection).send()
    except (SMTPServerDisconnected, OSError) as error:  # also every SMTPException, which is an OSError
        if isinstance(error, SMTPException) and not isinstance(error, SMTPServerDisconnected):
            return _note_refused(mailing, invitation, error)
        Invitation.objects.filter(pk=invitation.pk).update(**before)
        raise Unreachable(type(error).__name__) from None
    except ValueError as error:  # an address or a text that no mail can carry
        return _note_failed(mailing, invitation, error)
    return _note_sent(mailing, invitation)


@transaction.atomic
def _note_sent(mailing: Mailing, invitation: Invitation) -> None:
    """The round's counter is raised with each mail, because a later round takes over its invitations."""
    now = timezone.now()
    reminders = invitation.reminders + (mailing.kind == Mailing.Kind.REMINDER)
    Invitation.objects.filter(pk=invitation.pk).update(
        delivery=Delivery.SENT,
        sent_at=invitation.sent_at or now,
        written_at=now,
        reminders=reminders,
        attempts=0,
        retry_at=None,
    )
    Mailing.objects.filter(pk=mailing.pk).update(done=F("done") + 1)


def _note_refused(mailing: Mailing, invitation: Invitation, error: Exception) -> None:
    if not 400 <= _code(error) < 500 or invitation.attempts >= len(RETRIES):
        return _note_failed(mailing, invitation, error)
    Invitation.objects.filter(pk=invitation.pk).update(
        delivery=Delivery.WAITING,
        attempts=invitation.attempts + 1,
        retry_at=timezone.now() + RETRIES[invitation.attempts],
        failure=_reason(error, invitation),
    )
    return None


@transaction.atomic
def _note_failed(mailing: Mailing, invitation: Invitation, error: Exception) -> None:
    """It stays claimed, so that this round tries it again only when it is resumed."""
    Invitation.objects.filter(pk=invitation.pk).update(
        delivery=Delivery.FAILED, failure=_reason(error, invitation), attempts=0, retry_at=None
    )
    Mailing.objects.filter(pk=mailing.pk).update(failed=F("failed") + 1)


def _message(mailing: Mailing, invitation: Invitation, connection: Any) -> EmailMultiAlternatives:
    subject, body = compose(mailing.survey, invitation, mailing.kind)
    message = mail_of(mailing, subject, body, mail_language(mailing.survey, mailing.kind, invitation.language))
    message.to, message.connection = [invitation.email], connection
    message.extra_headers |= {
        "Message-ID": message_id(mailing, invitation),
        "List-Unsubscribe": f"<{stop_link(invitation)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return message


def mail_of(mailing: Mailing, subject: str, body: str, language: str) -> EmailMultiAlternatives:
    """The mail as text and HTML, without recipient. What cannot be delivered goes to BOUNCE_ADDRESS."""
    message = EmailMultiAlternatives(subject, body, from_email=settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL)
    message.attach_alternative(html_of(body, language), "text/html")
    if address := reply_address(mailing.survey):
        message.reply_to = [address]
    message.extra_headers = {
        "From": settings.DEFAULT_FROM_EMAIL,
        "Auto-Submitted": "auto-generated",
        "Content-Language": language,
    }
    return message


def _code(error: Exception) -> int:
    """The code of the mail server's reply; 0 where there is none."""
    if isinstance(error, SMTPResponseException):
        return error.smtp_code
    if isinstance(error, SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    return 0


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
