"""Invitations and reminders by e-mail: what they say, and sending that may be repeated without sending twice.

An invitation is claimed for a round before its mail goes out, in one statement that only one worker can win. A worker
that is stopped in between leaves it "being sent": whether that mail went out nobody knows, so it is not sent again
until a person says so.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from assessments.audit import record
from assessments.models import User
from ctnat.ui.words import fill
from surveys.invitations import personal_link
from surveys.models import Invitation, Mailing, Survey
from surveys.pages import placeholders
from surveys.translations import codes, unreviewed
from surveys.words import translate

MAIL_PLACES = ("name", "link", "deadline", "country", "survey_contact", "commissioner", "office", "assessment")
SUBJECT_LIMIT = 200
BODY_LIMIT = 5000


class Unreachable(Exception):
    """The mail server does not answer: the round stops, nothing is lost."""


def mail_text(survey: Survey, kind: str, language: str) -> dict[str, str]:
    """Subject and body as written by the members, else our own; placeholders unfilled."""
    own = (survey.texts or {}).get(kind, {}).get(language, {})
    return {part: own.get(part) or translate(f"mail_{kind}_{part}", language) for part in ("subject", "body")}


def text_faults(subject: str, body: str) -> list[str]:
    """What is wrong with a text of one's own."""
    faults = []
    if "{link}" not in body:
        faults.append("The text needs {link}, where the personal link goes.")
    if "\n" in subject.strip() or len(subject) > SUBJECT_LIMIT:
        faults.append(f"The subject is one line of at most {SUBJECT_LIMIT} characters.")
    if len(body) > BODY_LIMIT:
        faults.append(f"The text has {len(body)} characters; keep it under {BODY_LIMIT}.")
    unknown = sorted(set(re.findall(r"\{(\w*)\}", subject + body)) - set(MAIL_PLACES))
    faults += [f"{{{name}}} is not known here. Use one of {', '.join(MAIL_PLACES)}." for name in unknown]
    return faults


def compose(survey: Survey, invitation: Invitation, kind: str) -> tuple[str, str]:
    """Subject and body for one person."""
    text = mail_text(survey, kind, invitation.language)
    if not invitation.name:
        text = {part: re.sub(r"[,،]?[  ]*\{name\}", "", words) for part, words in text.items()}
    values = placeholders(survey, invitation.language)
    values |= {"name": invitation.name, "link": personal_link(invitation)}
    return " ".join(fill(text["subject"], values).split()), fill(text["body"], values)


def recipients(survey: Survey, kind: str) -> Any:
    if kind == Mailing.Kind.REMINDER:
        return Invitation.objects.for_reminding(survey)
    return Invitation.objects.for_inviting(survey)


def recipient_languages(survey: Survey, kind: str) -> Counter[str]:
    """How many of those to be written to read each language. One query."""
    return Counter(recipients(survey, kind).values_list("language", flat=True))


@transaction.atomic
def start_mailing(*, survey: Survey, kind: str, by: User | None) -> Mailing:
    """Begin a round in the background. Raises `ValidationError` where the mail could not say what it must."""
    if not survey.is_accepting:
        raise ValidationError("Open the survey first: the links in the mail would lead to a closed page.")
    if survey.deadline is None:
        raise ValidationError("Set a deadline first: the mail says until when to answer.")
    if not survey.assessment.survey_contact:
        raise ValidationError("Give a contact for the survey in the assessment's settings: the mail says whom to ask.")
    languages = recipient_languages(survey, kind)
    if not (total := languages.total()):
        raise ValidationError("There is nobody to write to: all were reached, or have answered.")
    mailing = Mailing.objects.create(survey=survey, kind=kind, total=total)
    detail = {"kind": kind, "count": total, "unreviewed": codes(unreviewed(survey, languages))}
    record("mailing.started", by=by, assessment=survey.assessment, target=mailing, **detail)
    _enqueue(mailing)
    return mailing


@transaction.atomic
def resume_mailing(*, mailing: Mailing, by: User | None) -> None:
    """Send what this round has not sent yet."""
    if mailing.finished_at and not mailing.error and not mailing.failed:
        raise ValidationError("This round is complete.")
    if not mailing.survey.is_accepting:
        raise ValidationError("Open the survey first: the links in the mail would lead to a closed page.")
    Mailing.objects.filter(pk=mailing.pk).update(finished_at=None, error="")
    record("mailing.resumed", by=by, assessment=mailing.survey.assessment, target=mailing)
    _enqueue(mailing)


def _enqueue(mailing: Mailing) -> None:
    from surveys.jobs import send_mailing_job  # jobs import this module

    transaction.on_commit(lambda: send_mailing_job.enqueue(mailing.pk))


def send_mailing(pk: int) -> None:
    """Write to everyone of the round whom it has not reached. Safe to run again, and twice at once."""
    mailing = Mailing.objects.select_related("survey__assessment__study", "survey__questionnaire").get(pk=pk)
    survey, key = mailing.survey, f"m{mailing.pk}"
    if mailing.finished_at or not survey.is_accepting:
        return
    error = ""
    try:
        with _mail_server() as connection:
            for invitation in list(recipients(survey, mailing.kind).exclude(send_key=key)):
                survey.refresh_from_db(fields=["answered", "status"])
                if invitation.pk not in survey.answered and survey.is_accepting and _claim(invitation, key):
                    _send_one(mailing, invitation, connection)
                    _count(mailing)
    except Unreachable as stopped:
        error = f"The mail server could not be reached ({stopped}). Nothing is sent twice if you try again later."
    _count(mailing)
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
            return _note(invitation, Invitation.Delivery.FAILED, failure=_reason(error, invitation), send_key="")
        _note(invitation, before, send_key="")
        raise Unreachable(type(error).__name__) from None
    except ValueError as error:  # an address or a text that no mail can carry
        return _note(invitation, Invitation.Delivery.FAILED, failure=_reason(error, invitation), send_key="")
    reminders = invitation.reminders + (mailing.kind == Mailing.Kind.REMINDER)
    _note(invitation, Invitation.Delivery.SENT, sent_at=invitation.sent_at or timezone.now(), reminders=reminders)
    return None


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
    """What the mail server said, without the address: this column is not encrypted."""
    said = str(error)
    if isinstance(error, SMTPResponseException):
        text = error.smtp_error
        said = f"{error.smtp_code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    elif refused := getattr(error, "recipients", None):
        code, text = next(iter(refused.values()))
        said = f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    return re.sub(re.escape(invitation.email), "the address", said, flags=re.IGNORECASE)[:300] or type(error).__name__


def _note(invitation: Invitation, delivery: str, **fields: Any) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(delivery=delivery, **fields)


def _count(mailing: Mailing) -> None:
    """How far the round is, from the invitations themselves: right also after a stop."""
    sent = Invitation.objects.filter(survey=mailing.survey, send_key=f"m{mailing.pk}", delivery="sent").count()
    failed = Invitation.objects.filter(survey=mailing.survey, revoked_at=None, delivery="failed").count()
    Mailing.objects.filter(pk=mailing.pk).update(done=sent, failed=failed)
