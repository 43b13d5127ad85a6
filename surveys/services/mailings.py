"""Rounds of e-mails: starting, planning and cancelling them, resuming one that was stopped, and trying the texts."""

from datetime import datetime
from smtplib import SMTPException
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import User
from surveys.distribution.jobs import enqueue_at, send_mailing_job
from surveys.distribution.messages import compose_sample
from surveys.distribution.sending import mail_of, send_key
from surveys.models import Invitation, Mailing, Survey
from surveys.questionnaire.translations import codes, unreviewed
from surveys.words import translate


def check_can_write(survey: Survey) -> None:
    """Raises `ValidationError` where links would not work, or a required value of the mail is missing."""
    _check_accepting(survey)
    _check_values(survey)


def _check_accepting(survey: Survey) -> None:
    if not survey.is_accepting:
        raise ValidationError(_("Open the survey first. Until then, the links in the message do not work."))


def _check_values(survey: Survey) -> None:
    if survey.deadline is None:
        raise ValidationError(_("Set a deadline first. The message tells people when to answer."))
    if not survey.assessment.survey_contact:
        raise ValidationError(
            _(
                "Enter a contact for the survey in the assessment’s settings first. The message tells people whom to "
                "ask."
            )
        )


@transaction.atomic
def start_mailing(*, survey: Survey, kind: str, by: User | None) -> Mailing:
    """Start a round in the background. Raises `ValidationError`."""
    check_can_write(survey)
    languages = Invitation.objects.for_mailing(survey, kind).count_by_language()
    if not (total := languages.total()):
        raise ValidationError(_("There is no one left to write to."))
    mailing = Mailing.objects.create(survey=survey, kind=kind, total=total, started_at=timezone.now())
    detail: dict[str, Any] = {"kind": kind, "count": total, "unreviewed": codes(unreviewed(survey, languages))}
    record("mailing.started", by=by, assessment=survey.assessment, target=mailing, **detail)
    _enqueue(mailing)
    return mailing


@transaction.atomic
def plan_mailing(*, survey: Survey, kind: str, moment: datetime, by: User | None) -> Mailing:
    """Have a round started at `moment`, for those to whom it can be sent then. Raises `ValidationError`."""
    _check_values(survey)
    if survey.status == Survey.Status.CLOSED:
        raise ValidationError(_("Reopen the survey first. Links of a closed survey do not work."))
    if moment <= timezone.now():
        raise ValidationError({"moment": _("Choose a time in the future.")})
    if survey.opens_at and moment < survey.opens_at:
        raise ValidationError({"moment": _("The survey opens later than that. Choose a time after it opens.")})
    if survey.deadline and moment >= survey.deadline:
        raise ValidationError({"moment": _("That is after the deadline. Choose a time before it.")})
    if survey.mailings.for_later().filter(kind=kind, scheduled_for=moment).exists():
        raise ValidationError({"moment": _("A round is planned for this time already.")})
    mailing = Mailing.objects.create(survey=survey, kind=kind, scheduled_for=moment, scheduled_by=by)
    record("mailing.planned", by=by, assessment=survey.assessment, target=mailing, kind=kind, at=moment.isoformat())
    transaction.on_commit(lambda: enqueue_at(moment, send_mailing_job, mailing.pk))
    return mailing


@transaction.atomic
def cancel_mailing(*, mailing: Mailing, by: User | None) -> None:
    """Raises `ValidationError` if the round has begun or was cancelled already."""
    now = timezone.now()
    if not Mailing.objects.for_later().filter(pk=mailing.pk).update(cancelled_at=now, finished_at=now):
        raise ValidationError(_("This round is no longer planned."))
    record("mailing.cancelled", by=by, assessment=mailing.survey.assessment, target=mailing)


@transaction.atomic
def resume_mailing(*, mailing: Mailing, by: User | None) -> None:
    """Send what this round has not sent yet. Raises `ValidationError`."""
    if mailing.scheduled_for and not mailing.started_at:
        raise ValidationError(_("This round has not begun."))
    if mailing.finished_at and not mailing.error and not mailing.failed:
        raise ValidationError(_("All messages of this round have been sent."))
    _check_accepting(mailing.survey)
    key = send_key(mailing)
    Invitation.objects.filter(send_key=key, delivery=Invitation.Delivery.FAILED).update(send_key="")
    left = Invitation.objects.for_mailing(mailing.survey, mailing.kind).exclude(send_key=key).count()
    claimed = (Invitation.Delivery.SENDING, Invitation.Delivery.WAITING)
    unsure = Invitation.objects.filter(send_key=key, delivery__in=claimed).count()
    total = F("done") + left + unsure  # people invited since are written to as well
    Mailing.objects.filter(pk=mailing.pk).update(finished_at=None, error="", failed=0, total=total)
    record("mailing.resumed", by=by, assessment=mailing.survey.assessment, target=mailing)
    _enqueue(mailing)


def send_sample(*, survey: Survey, kind: str, language: str, link: str, by: User) -> None:
    """Mail a member the message as it would read, with `link` in place of a personal link. Raises `ValidationError`."""
    mailing = Mailing(survey=survey, kind=kind)
    subject, body = compose_sample(survey, kind, language, name=by.name, link=link)
    message = mail_of(mailing, translate("mail_sample", language, subject=subject), body, language)
    message.to, message.connection = [by.email], get_connection()
    try:
        message.send()
    except (OSError, SMTPException, ValueError) as error:
        raise ValidationError(
            _("The test message could not be sent ({reason}). Try again later, or ask the administrator.").format(
                reason=type(error).__name__
            )
        ) from None
    record("mailing.tried", by=by, assessment=survey.assessment, target=survey, kind=kind, language=language)


def _enqueue(mailing: Mailing) -> None:
    transaction.on_commit(lambda: send_mailing_job.enqueue(mailing.pk))
