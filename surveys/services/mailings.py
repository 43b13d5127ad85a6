"""Rounds of e-mails: starting, and resuming one that was stopped."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assessments.audit import record
from assessments.models import User
from surveys.distribution.jobs import send_mailing_job
from surveys.distribution.sending import send_key
from surveys.models import Invitation, Mailing, Survey
from surveys.questionnaire.translations import codes, unreviewed


@transaction.atomic
def start_mailing(*, survey: Survey, kind: str, by: User | None) -> Mailing:
    """Start a round in the background. Raises `ValidationError` where a required value of the mail is missing."""
    if not survey.is_accepting:
        raise ValidationError(_("Open the survey first. Until then, the links in the message do not work."))
    if survey.deadline is None:
        raise ValidationError(_("Set a deadline first. The message tells people when to answer."))
    if not survey.assessment.survey_contact:
        raise ValidationError(
            _(
                "Enter a contact for the survey in the assessment’s settings first. The message tells people whom to "
                "ask."
            )
        )
    languages = Invitation.objects.for_mailing(survey, kind).count_by_language()
    if not (total := languages.total()):
        raise ValidationError(_("There is no one left to write to."))
    mailing = Mailing.objects.create(survey=survey, kind=kind, total=total)
    detail: dict[str, Any] = {"kind": kind, "count": total, "unreviewed": codes(unreviewed(survey, languages))}
    record("mailing.started", by=by, assessment=survey.assessment, target=mailing, **detail)
    _enqueue(mailing)
    return mailing


@transaction.atomic
def resume_mailing(*, mailing: Mailing, by: User | None) -> None:
    """Send what this round has not sent yet."""
    if mailing.finished_at and not mailing.error and not mailing.failed:
        raise ValidationError(_("All messages of this round have been sent."))
    if not mailing.survey.is_accepting:
        raise ValidationError(_("Open the survey first. Until then, the links in the message do not work."))
    key = send_key(mailing)
    Invitation.objects.filter(send_key=key, delivery=Invitation.Delivery.FAILED).update(send_key="")
    left = Invitation.objects.for_mailing(mailing.survey, mailing.kind).exclude(send_key=key).count()
    unsure = Invitation.objects.filter(send_key=key, delivery=Invitation.Delivery.SENDING).count()
    total = F("done") + left + unsure  # people invited since are written to as well
    Mailing.objects.filter(pk=mailing.pk).update(finished_at=None, error="", failed=0, total=total)
    record("mailing.resumed", by=by, assessment=mailing.survey.assessment, target=mailing)
    _enqueue(mailing)


def _enqueue(mailing: Mailing) -> None:
    transaction.on_commit(lambda: send_mailing_job.enqueue(mailing.pk))
